// Mailboxes that are opened by OAuth 2: real Dovecot and Postfix ask a token server of this test whether an access token is
// good; Kept has only a refresh token.
// check: timeout 180
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, mail, refsOf, textOf } from './kept.mjs';
import { startMailServer } from './mailserver.mjs';

const desk = { address: 'desk@kept.test', password: 'never-used-here' };
const linh = { address: 'linh@customer.test', password: 'linh-secret' };
let kept, server, agent, dir;

// A provider: gives a new access token and a new refresh token for each refresh token, which works once.
class Provider {
  constructor() {
    Object.assign(this, { refresh: 'first-refresh', good: new Set(), asked: [], lives: 3600, revoked: false, away: false, n: 0 });
    this.http = createServer((request, response) => this.answer(request, response));
  }
  async start() { await new Promise((resolve) => this.http.listen(0, '127.0.0.1', resolve)); return this; }
  get url() { return `http://127.0.0.1:${this.http.address().port}`; }
  stop() { this.http.closeAllConnections?.(); this.http.close(); }
  async answer(request, response) {
    const say = (status, body) => { response.writeHead(status, { 'content-type': 'application/json' }); response.end(JSON.stringify(body)); };
    const url = new URL(request.url, this.url);
    if (url.pathname === '/info') {
      const good = this.good.has(url.searchParams.get('access_token'));
      return say(good ? 200 : 401, good ? { email: desk.address } : { error: 'invalid_token' });
    }
    let text = '';
    for await (const piece of request) text += piece;
    const form = Object.fromEntries(new URLSearchParams(text));
    this.asked.push(form);
    if (this.away) return say(503, {});
    if (form.client_id !== 'kept-client' || form.client_secret !== 'sécret & more') return say(401, { error: 'invalid_client', error_description: 'No such client.' });
    if (this.revoked || form.refresh_token !== this.refresh) return say(400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });
    const token = `access.${++this.n}`;
    this.good.add(token);
    this.refresh = `refresh-${this.n}`;
    return say(200, { access_token: token, token_type: 'Bearer', expires_in: this.lives, refresh_token: this.refresh });
  }
}
const provider = new Provider();

async function until(what, check, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not happen in ${ms} ms\n${kept.log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const conversationWith = (words) => until(`a conversation with ${words}`, async () => {
  for (const ref of refsOf(await agent.page('/inbox/open'))) if (textOf(await agent.page(`/c/${ref}`)).includes(words)) return ref;
  return null;
});
const writes = (text, id) => server.deliver(mail({ from: `Linh <${linh.address}>`, to: desk.address, subject: text, text, id: `${id}@customer.test` }),
  { from: linh.address, to: desk.address });
const servers = () => {
  const fields = (key, port) => ({ [`${key}_host`]: '127.0.0.1', [`${key}_port`]: port, [`${key}_security`]: 'plain', [`${key}_user`]: desk.address,
    [`${key}_auth`]: 'oauth', [`${key}_token_url`]: `${provider.url}/token`, [`${key}_client_id`]: 'kept-client' });
  return { ...fields('imap', server.imapPort), ...fields('smtp', server.submissionPort), imap_folder: '', imap_move_to: 'Done' };
};
const secrets = (refresh) => ({ imap_client_secret: 'sécret & more', smtp_client_secret: 'sécret & more', imap_refresh_token: refresh, smtp_refresh_token: refresh });
let inbox;
async function save(fields, act = 'test') {
  const answer = await agent.submit('/admin/inboxes', { ref: inbox, kind: 'email', do: act, name: 'Desk', address: desk.address, enabled: 1, ...fields });
  return { status: answer.status, text: textOf(await answer.text()) };
}
// Changed settings are connected with anew, at once.
let moves = 0;
const reconnect = async () => assert.equal((await save({ ...servers(), imap_move_to: `Done ${++moves}` }, 'save')).status, 303);
const trouble = async () => textOf(await agent.page('/admin/inboxes'));

before(async () => {
  await provider.start();
  kept = await Kept.fresh({ inbox: desk.address });
  dir = await mkdtemp(join(tmpdir(), 'kept-oauth-'));
  server = await startMailServer({ dir, domain: 'kept.test', domains: ['customer.test'], customers: [linh, desk], tokenInfo: `${provider.url}/info?access_token=` });
  await kept.serve({ args: ['--log', 'info'] });
  agent = await kept.agent();
  inbox = /\/admin\/inboxes\/(inb_[a-z2-7]{16})">[^<]*<\/a><\/td><td>desk@/.exec(await agent.page('/admin/inboxes'))[1];
});
after(async () => {
  await kept?.stop();
  await server?.stop();
  provider.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

test('what is missing is said, and nothing is asked of the provider', async () => {
  const { status, text } = await save({ ...servers(), imap_client_id: '', smtp_token_url: 'http://tokens.example/token' });
  assert.equal(status, 422);
  assert.match(text, /Type the client ID/);
  assert.match(text, /beginning with https/);
  assert.match((await save(servers())).text, /Type the refresh token/);
  assert.equal(provider.asked.length, 0);
});

test('the test of the mailbox says what the provider said', async () => {
  const wrong = await save({ ...servers(), ...secrets('stolen') });
  assert.equal(wrong.status, 200);
  assert.match(wrong.text, /no longer accepts the refresh token/);
  assert.match(wrong.text, /Token has been expired or revoked\./);
  const client = await save({ ...servers(), ...secrets('stolen'), imap_client_secret: 'x', smtp_client_secret: 'x' });
  assert.match(client.text, /refuses this client/);
});

test('with the right refresh token mail comes in and goes out', async () => {
  const { text } = await save({ ...servers(), ...secrets('first-refresh') });
  assert.match(text, /Mail in works/);
  assert.match(text, /Mail out works/);
  assert.equal(provider.n, 1, 'both servers share one access token');
  await writes('Where is my parcel?', 'one');
  const ref = await conversationWith('Where is my parcel');
  assert.equal((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'On its way.', then: 'pending' })).status, 303);
  await server.mailbox(linh.address).waitFor((found) => found.text.includes('On its way.'), 25_000);
  assert.equal(provider.n, 1);
  assert.ok(provider.asked.every((form) => form.grant_type === 'refresh_token'));
});

test('a token that the mail server refuses is renewed, by the refresh token that came last', async () => {
  provider.good.clear(); // as if it had ended early
  await reconnect();
  await until('a renewal', () => provider.n === 2); // until then the old connection is still there
  await writes('The second mail.', 'two');
  const ref = await conversationWith('The second mail');
  assert.equal(provider.n, 2);
  assert.equal(provider.asked.at(-1).refresh_token, 'refresh-1');
  provider.good.clear();
  assert.equal((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'The second answer.', then: 'pending' })).status, 303);
  await server.mailbox(linh.address).waitFor((found) => found.text.includes('The second answer.'), 25_000);
  assert.equal(provider.n, 3);
  assert.doesNotMatch(await trouble(), /failing/);
});

test('one that is near its end is renewed before it is used', async () => {
  provider.lives = 2; // seconds: renewed at half of it
  provider.good.clear();
  await reconnect();
  await until('a renewal', () => provider.n >= 4);
  const n = provider.n;
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assert.match((await save(servers())).text, /Mail in works.*Mail out works/s); // secrets were left empty: the stored ones stay
  assert.ok(provider.n > n);
  provider.lives = 3600;
});

test('a provider that is away is told apart from one that has taken access back', async () => {
  provider.good.clear();
  provider.away = true;
  await reconnect();
  assert.match((await save(servers())).text, /server for tokens does not answer/);
  provider.away = false;
  assert.match((await save(servers())).text, /Mail in works/);
});

test('access that was taken back: the admin sees it, mail waits, nothing is lost', async () => {
  provider.revoked = true;
  provider.good.clear();
  await reconnect();
  await until('trouble', async () => /no longer accepts the refresh token/.test(await trouble()));
  await writes('Written while access was revoked.', 'three');
  const began = await agent.submit('/new', { kind: 'reply', to: linh.address, subject: 'Hello', text: 'An answer that waits.' });
  assert.equal(began.status, 303);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal((await server.mailbox(linh.address).list()).filter((m) => m.text.includes('An answer that waits.')).length, 0);
  provider.revoked = false;
  provider.refresh = 'allowed-again';
  assert.match((await save({ ...servers(), ...secrets('allowed-again') })).text, /Mail in works.*Mail out works/s);
  await conversationWith('Written while access was revoked');
  await server.mailbox(linh.address).waitFor((found) => found.text.includes('An answer that waits.'), 60_000);
  await until('no trouble', async () => !/failing/.test(await trouble()));
});

test('nothing of it can be read in the database or the log', async () => {
  for (const word of ['allowed-again', 'access.1', 'sécret']) assert.ok(!kept.log.includes(word), word);
  assert.equal(await kept.ask(`SELECT count(*) FROM mail_grant WHERE renew_at > 0`) > 0, true);
});
