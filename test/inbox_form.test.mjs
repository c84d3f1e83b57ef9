// The fields of an inbox: the same on the page, on the command line and in the API, by the same rules; tried on a real Dovecot.
// check: timeout 120
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, mail, refsOf, textOf } from './kept.mjs';
import { startMailServer } from './mailserver.mjs';

const desk = { address: 'desk@kept.test', password: 'desk-secret' };
let kept, server, agent, dir, inbox, api;

const plain = () => ({ imap_host: '127.0.0.1', imap_port: server.imapPort, imap_security: 'plain', imap_user: desk.address });
async function save(fields, act = 'test') {
  const answer = await agent.submit('/admin/inboxes', { ref: inbox, kind: 'email', do: act, name: 'Desk', address: desk.address, enabled: 1, ...fields });
  const html = await answer.text();
  return { status: answer.status, html, text: textOf(html) };
}
const cli = (args, input = '') => kept.cli(['inbox', 'set', desk.address, ...args], { input });
const value = async (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(await agent.page(`/admin/inboxes/${inbox}`))?.[1];
const chosen = async (name) => new RegExp(`name="${name}">[\\s\\S]*?<option value="([^"]*)" selected`).exec(await agent.page(`/admin/inboxes/${inbox}`))?.[1];
async function until(what, check, ms = 15_000) {
  for (const end = Date.now() + ms; !await check(); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error(`${what} did not happen in ${ms} ms\n${kept.log}`);
}
async function ask(method, path, body) {
  const answer = await fetch(new URL(path, kept.url), { method, headers: { authorization: `Bearer ${api}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

before(async () => {
  kept = await Kept.fresh({ inbox: desk.address });
  dir = await mkdtemp(join(tmpdir(), 'kept-form-'));
  server = await startMailServer({ dir, domain: 'kept.test', customers: [desk] });
  await kept.serve();
  agent = await kept.agent();
  api = await kept.token('agent@kept.test');
  inbox = /\/admin\/inboxes\/(inb_[a-z2-7]{16})">[^<]*<\/a><\/td><td>desk@/.exec(await agent.page('/admin/inboxes'))[1];
});
after(async () => {
  await kept?.stop();
  await server?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

test('another folder is read, and its mail is moved', async () => {
  const box = server.mailbox(desk.address);
  await box.raw('CREATE Support');
  assert.match((await save({ ...plain(), imap_password: desk.password, imap_folder: 'Nowhere' })).text, /folder that is to be read is not in the mailbox/);
  const { text, html } = await save({ ...plain(), imap_folder: 'Support', imap_move_to: 'Đã xong' });
  assert.match(text, /Mail in works/);
  assert.ok(!html.includes(desk.password));
  assert.equal(await value('imap_folder'), 'Support');
  assert.equal(await value('imap_move_to'), 'Đã xong');
  await box.append(Buffer.from(mail({ subject: 'In the other folder', to: desk.address })), { folder: 'Support' });
  await until('the conversation', async () => refsOf(await agent.page('/inbox/open')).length === 1);
  await until('the move', async () => (await box.list({ folder: 'Support' })).length === 0);
});

test('the rules are those of the command line', async () => {
  const wrong = [[{ imap_move_to: 'Support' }, ['--imap-move-to', 'Support'], /another folder/, /\(move_to\)/],
    [{ imap_auth: 'oauth', imap_token_url: 'http://provider.example/token' }, ['--imap-auth', 'oauth', '--token-url', 'http://provider.example/token'], /beginning with https/, /\(token_url\)/],
    [{ imap_auth: 'oauth', imap_token_url: 'https://provider.example/token' }, ['--imap-auth', 'oauth', '--token-url', 'https://provider.example/token'], /Type the client ID/, /\(client_id\)/],
    [{ imap_auth: 'oauth', imap_token_url: 'https://provider.example/token', imap_client_id: 'x' }, ['--imap-auth', 'oauth', '--token-url', 'https://provider.example/token', '--client-id', 'x'], /Type the refresh token/, /\(refresh_token\)/],
    [{ imap_host: 'imap.example.com' }, ['--imap', `imap.example.com:143`], /only a server on this machine/, /\(plain\)/]];
  for (const [fields, args, said, code] of wrong) {
    const page = await save({ ...plain(), imap_folder: 'Support', imap_password: 'x', ...fields });
    assert.equal(page.status, 422);
    assert.match(page.text, said);
    const line = await cli(['--imap', `127.0.0.1:${server.imapPort}`, '--imap-security', 'plain', '--imap-user', desk.address, '--imap-folder', 'Support', ...args]);
    assert.equal(line.code, 65);
    assert.match(line.err, code);
    const { imap_host: host = '127.0.0.1', imap_auth: auth, imap_move_to: move_to, imap_token_url: token_url, imap_client_id: client_id } = fields;
    const program = await ask('PATCH', `/api/v1/inboxes/${inbox}`, { imap_host: host, imap_port: server.imapPort, imap_security: 'plain', imap_user: desk.address,
      imap_folder: 'Support', imap_password: 'x', ...(auth && { imap_auth: auth }), ...(move_to && { imap_move_to: move_to }), ...(token_url && { imap_token_url: token_url }), ...(client_id && { imap_client_id: client_id }) });
    assert.equal(program.status, 422, JSON.stringify(program.body));
    assert.ok(code.source.includes(program.body.reason), program.body.reason);
  }
});

test('what the command line sets is on the page, and the other way round', async () => {
  const set = await cli(['--imap', `127.0.0.1:${server.imapPort}`, '--imap-security', 'plain', '--imap-user', desk.address, '--imap-password-stdin', '--imap-folder', 'Archive',
    '--imap-auth', 'oauth', '--token-url', 'https://provider.example/token', '--client-id', 'the-client', '--client-secret-stdin', '--refresh-token-stdin', '--scope', 'mail offline'],
    'unused\nthe secret\nthe refresh\n');
  assert.equal(set.code, 0, set.err);
  assert.equal(await value('imap_folder'), 'Archive');
  assert.equal(await chosen('imap_auth'), 'oauth');
  assert.equal(await value('imap_token_url'), 'https://provider.example/token');
  assert.equal(await value('imap_client_id'), 'the-client');
  assert.equal(await value('imap_scope'), 'mail offline');
  const page = await agent.page(`/admin/inboxes/${inbox}`);
  for (const secret of ['the secret', 'the refresh', desk.password]) assert.ok(!page.includes(secret));
  const moved = await save({ ...plain(), imap_auth: 'oauth', imap_token_url: 'https://elsewhere.example/token', imap_client_id: 'the-client' });
  assert.equal(moved.status, 422, 'a stored secret is not sent to another server');
  assert.match(moved.text, /Type this again/);
});

test('kept inbox test says what the button says', async () => {
  const password = ['--imap', `127.0.0.1:${server.imapPort}`, '--imap-security', 'plain', '--imap-user', desk.address, '--imap-password-stdin'];
  assert.equal((await cli([...password, '--imap-folder', 'Support'], `${desk.password}\n`)).code, 0);
  const good = await kept.cli(['inbox', 'test', desk.address]);
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /^imap\tok/m);
  assert.equal((await cli([...password, '--imap-folder', 'Nowhere'], `${desk.password}\n`)).code, 0);
  const bad = await kept.cli(['inbox', 'test', desk.address]);
  assert.equal(bad.code, 75);
  assert.match(bad.out, /^imap\timap_no_folder/m);
  assert.equal((await kept.cli(['inbox', 'add', 'bare@kept.test', '--name', 'Bare'])).code, 0);
  const none = await kept.cli(['inbox', 'test', 'bare@kept.test']);
  assert.equal(none.code, 66, 'there is nothing to try');
  assert.match(none.err, /has no mail server yet/);
});

test('the API shows and changes the same, and never a secret', async () => {
  const changed = await ask('PATCH', `/api/v1/inboxes/${inbox}`, { imap_folder: 'Support', imap_move_to: 'Done', name: 'The desk', acknowledges: true });
  assert.equal(changed.body.acknowledges, true);
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.equal(changed.body.name, 'The desk');
  assert.equal(changed.body.imap.folder, 'Support');
  assert.equal(changed.body.imap.move_to, 'Done');
  assert.equal(changed.body.imap.auth, 'password');
  assert.equal(changed.body.imap.has_password, true);
  assert.ok(!JSON.stringify(changed.body).includes(desk.password));
  assert.equal(await value('imap_folder'), 'Support');
  const elsewhere = await ask('PATCH', `/api/v1/inboxes/${inbox}`, { imap_host: 'localhost' });
  assert.equal(elsewhere.status, 422, 'the password belongs to the server it was typed for');
  assert.equal(elsewhere.body.reason, 'password');
  const made = await ask('POST', '/api/v1/inboxes', { address: 'second@kept.test', name: 'Second', smtp_host: '127.0.0.1', smtp_security: 'plain', smtp_port: 2525 });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.body.smtp.port, 2525);
  assert.equal((await ask('POST', '/api/v1/inboxes', { address: 'second@kept.test', name: 'Again' })).status, 409);
  await kept.addUser('plain@kept.test', { role: 'agent' });
  api = await kept.token('plain@kept.test');
  assert.equal((await ask('PATCH', `/api/v1/inboxes/${inbox}`, { name: 'Mine' })).status, 403);
  const seen = (await ask('GET', '/api/v1/inboxes')).body.data.find((x) => x.ref === inbox);
  assert.equal(seen.name, 'The desk');
  assert.equal(seen.imap, undefined, 'only admins see servers');
});
