// Administration and one's own account: who may what, invitations, the second step, inboxes, first steps.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { mail, password, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';
import { connect } from './ws.mjs';

const START = '2026-03-16T09:00:00+07:00';
let kept, admin;
before(async () => {
  kept = await startKept({ clock: START });
  admin = await kept.agent('boss@kept.test');
});
after(() => kept?.stop());

// ---- helpers ----

const copied = (html) => [...html.matchAll(/<p class="copy">([^<]+)<\/p>/g)].map((match) => match[1]);
const pathOf = (url) => new URL(url).pathname;
const signIn = async (email, secret = password) => {
  const browser = kept.browser();
  return { browser, answer: await browser.submit('/sign-in', { email, password: secret }) };
};
async function refOf(kind, name, path) {
  const page = await admin.page(path);
  const row = page.split('<tr>').find((one) => one.includes(name));
  return new RegExp(`${kind}_[a-z2-7]{16}`).exec(row ?? '')?.[0] ?? assert.fail(`${name} is not on ${path}`);
}
function totp(secret, ms) {
  const bits = [...secret.replace(/ /g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(Math.floor(ms / 30000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

// ---- who may ----

const adminOnly = ['/admin/agents', '/admin/teams', '/admin/inboxes', '/admin/inboxes/new', '/admin/sign-ins', '/admin/tokens', '/admin/webhooks',
  '/admin/settings', '/admin/hours', '/start/language'];
const leadsToo = ['/admin/tags', '/admin/replies'];

test('agents see no administration, leads the words, admins everything', async () => {
  const agent = await kept.agent('plain@kept.test', { role: 'agent' });
  const lead = await kept.agent('lead@kept.test', { role: 'lead' });
  for (const path of [...adminOnly, ...leadsToo]) {
    assert.equal((await agent.get(path)).status, 403, `agent ${path}`);
    assert.equal((await lead.get(path)).status, leadsToo.includes(path) ? 200 : 403, `lead ${path}`);
    assert.equal((await admin.get(path)).status, 200, `admin ${path}`);
    assert.equal((await kept.browser().get(path)).status, 303, `nobody ${path}`);
  }
  assert.doesNotMatch(await agent.page('/account'), /href="\/admin/);
  const seen = await lead.page('/admin/tags');
  assert.match(seen, /href="\/admin\/replies"/);
  assert.doesNotMatch(seen, /href="\/admin\/(agents|teams|inboxes|tokens|webhooks|settings|hours|sign-ins)"/);
  for (const [path, fields] of [['/admin/agents', { name: 'X', email: 'x@kept.test', role: 'admin' }], ['/admin/teams', { name: 'X' }],
    ['/admin/tokens', { name: 'X', scope: 'read' }], ['/admin/webhooks', { url: 'https://x.invalid/' }], ['/admin/tags', { name: 'x' }], ['/admin/settings', { company: 'X' }]])
    assert.equal((await agent.submit(path, fields)).status, 403, `agent posts ${path}`);
  assert.equal((await lead.submit('/admin/agents', { name: 'X', email: 'x@kept.test', role: 'admin' })).status, 403);
});

test('a form without its token changes nothing', async () => {
  for (const [path, fields] of [['/admin/teams', { name: 'Forged' }], ['/account/away', { away: 1 }], ['/account/password', { now: password, new: 'another long one' }]]) {
    const answer = await admin.fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
    assert.equal(answer.status, 403, path);
  }
  assert.doesNotMatch(textOf(await admin.page('/admin/teams')), /Forged/);
});

// ---- agents and invitations ----

test('an invitation lets one person in, once', async () => {
  await admin.submit('/admin/teams', { name: 'Night shift' });
  const team = await refOf('tem', 'Night shift', '/admin/teams');
  const wrong = await admin.submit('/admin/agents', { name: '', email: 'not an address', role: 'lead', team });
  assert.equal(wrong.status, 422);
  const again = await wrong.text();
  assert.match(again, /value="not an address"/);
  assert.match(again, /name="role" value="lead" required checked/);
  assert.match(again, new RegExp(`value="${team}" checked`));
  const invited = await admin.submit('/admin/agents', { name: 'Nguyễn Thị Mai', email: 'Mai@kept.test', role: 'agent', team });
  assert.equal(invited.status, 200);
  const page = await invited.text();
  assert.match(textOf(page), /Nguyễn Thị Mai invited mai@kept\.test Agent Night shift never/);
  const [link] = copied(page);
  assert.doesNotMatch(await admin.page('/admin/agents'), /\/welcome\//, 'shown once');
  assert.equal((await admin.submit('/admin/agents', { name: 'Mai', email: 'mai@kept.test', role: 'agent' })).status, 409);

  const mai = kept.browser();
  assert.match(textOf(await mai.page(pathOf(link))), /Welcome to Kept Shop mai@kept\.test/);
  const short = await mai.submit(pathOf(link), { name: 'Mai', lang: 'vi', password: 'short' }, { from: pathOf(link) });
  assert.equal(short.status, 422);
  assert.match(textOf(await short.text()), /At least 10 characters/);
  const taken = await mai.submit(pathOf(link), { name: 'Mai Nguyễn', lang: 'vi', password: 'mật khẩu thật dài' }, { from: pathOf(link) });
  assert.equal(taken.status, 303);
  assert.match(await mai.page('/account'), /<html lang="vi"/, 'signed in, in her language');
  const used = await kept.browser().get(pathOf(link));
  assert.equal(used.status, 410, 'used');
  assert.match(await used.text(), /href="\/sign-in">Sign in</, 'whoever kept the link finds the door');
  assert.doesNotMatch(await (await kept.browser().get('/case/ABCDEF-none')).text(), /sign-in/, 'twin: customers have none');
  assert.equal((await kept.browser().get('/welcome/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')).status, 410, 'never ours');
  assert.equal((await signIn('mai@kept.test', 'mật khẩu thật dài')).answer.status, 303);
});

test('an invitation ends after a week, and when a newer one is made', async () => {
  const first = copied(await (await admin.submit('/admin/agents', { name: 'Old', email: 'old@kept.test', role: 'agent' })).text())[0];
  const ref = await refOf('agt', 'old@kept.test', '/admin/agents');
  const second = copied(await (await admin.submit(`/admin/agents/${ref}`, { do: 'invite' })).text())[0];
  assert.equal((await kept.browser().get(pathOf(first))).status, 410, 'replaced');
  assert.equal((await kept.browser().get(pathOf(second))).status, 200);
  await kept.advance(7 * 24 * 3600 * 1000);
  const late = kept.browser();
  assert.equal((await late.get(pathOf(second))).status, 410, 'too old');
  await kept.set(START);
  assert.equal((await kept.browser().get(pathOf(second))).status, 200);
  assert.equal((await admin.submit(`/admin/agents/${ref}`, { do: 'off' })).status, 303);
  assert.equal((await kept.browser().get(pathOf(second))).status, 410, 'switched off');
  assert.equal((await admin.submit(`/admin/agents/${ref}`, { do: 'invite' })).status, 409);
});

test('the last admin stays; whoever loses rights is signed out', async () => {
  const me = await refOf('agt', 'boss@kept.test', '/admin/agents');
  const refused = await admin.submit(`/admin/agents/${me}`, { do: 'off' });
  assert.equal(refused.status, 409);
  assert.match(textOf(await refused.text()), /This is the last admin/);
  assert.equal((await admin.submit(`/admin/agents/${me}`, { role: 'lead' })).status, 409);
  assert.equal((await admin.get('/admin/agents')).status, 200, 'still in');
  const other = await kept.agent('second@kept.test', { role: 'admin' });
  const ref = await refOf('agt', 'second@kept.test', '/admin/agents');
  assert.equal((await other.get('/admin/agents')).status, 200);
  await admin.submit(`/admin/agents/${ref}`, { role: 'agent' });
  assert.equal((await other.get('/account')).status, 303, 'the session has ended');
  const { browser } = await signIn('second@kept.test');
  assert.equal((await browser.get('/admin/agents')).status, 403);
  await admin.submit(`/admin/agents/${ref}`, { role: 'lead' });
  assert.equal((await browser.get('/admin/tags')).status, 200, 'more rights end nothing');
  await admin.submit(`/admin/agents/${ref}`, { do: 'off' });
  assert.equal((await browser.get('/account')).status, 303);
  assert.equal((await signIn('second@kept.test')).answer.status, 401);
  await admin.submit(`/admin/agents/${ref}`, { do: 'on' });
  assert.equal((await signIn('second@kept.test')).answer.status, 303);
});

test('what waited for somebody who is switched off waits for everybody, all of it', async () => {
  const gone = await kept.agent('gone@kept.test', { role: 'agent' });
  const LEFT = 60; // more than a list shows at once
  await Promise.all(Array.from({ length: LEFT }, async (_, i) => assert.equal(await kept.mailIn(mail({ subject: `Left behind ${i}` }), 'support@kept.test'), 0)));
  await kept.settle();
  const hers = [];
  for (let refs; (refs = refsOf(await gone.page('/inbox/unassigned'))).length && hers.length < LEFT; hers.push(...refs))
    for (const ref of refs) await gone.submit(`/c/${ref}/assign`, { to: 'me' });
  assert.ok(hers.length >= LEFT);
  assert.deepEqual(refsOf(await admin.page('/inbox/unassigned')), []);
  await admin.submit(`/admin/agents/${await refOf('agt', 'gone@kept.test', '/admin/agents')}`, { do: 'off' });
  const all = async (path) => {
    const page = await admin.page(path), older = /href="(\/inbox\/unassigned\?before=[^"]+)"/.exec(page);
    return [...refsOf(page), ...older ? await all(older[1].replaceAll('&amp;', '&')) : []];
  };
  assert.deepEqual(new Set(await all('/inbox/unassigned')), new Set(hers));
});

test('what comes back for somebody who is gone comes back to everybody: from pending, resolved and snoozed', async () => {
  const gone = await kept.agent('left@kept.test', { role: 'agent' }), stays = await kept.agent('stays@kept.test', { role: 'agent' });
  const take = async (agent, name, status) => {
    assert.equal(await kept.mailIn(mail({ subject: name, from: `${name}@else.test`, id: `${name}-1@else.test` }), 'support@kept.test'), 0);
    await kept.settle();
    const ref = refsOf(await agent.page('/inbox/unassigned'))[0];
    await agent.submit(`/c/${ref}/assign`, { to: 'me' });
    assert.equal((await agent.submit(`/c/${ref}/status`, { status })).status, 303);
    return ref;
  };
  const resolved = await take(gone, 'resolved', 'resolved'), waiting = await take(gone, 'waiting', 'pending'), hers = await take(stays, 'another', 'resolved');
  const cli = await take(stays, 'second', 'pending');
  await admin.submit(`/admin/agents/${await refOf('agt', 'left@kept.test', '/admin/agents')}`, { do: 'off' });
  const answer = async (name) => assert.equal(await kept.mailIn(mail({ subject: `Re: ${name}`, from: `${name}@else.test`, headers: { 'In-Reply-To': `<${name}-1@else.test>` } }), 'support@kept.test'), 0);
  await Promise.all(['resolved', 'waiting', 'another'].map(answer));
  await kept.settle();
  const free = refsOf(await admin.page('/inbox/unassigned'));
  assert.ok(free.includes(resolved), 'resolved, and she answers');
  assert.ok(free.includes(waiting), 'pending, and she answers');
  assert.ok(!free.includes(hers), 'the owner who is here keeps hers');
  assert.equal((await kept.cli(['user', 'disable', 'stays@kept.test'])).code, 0);
  await answer('second');
  await kept.settle();
  assert.ok(refsOf(await admin.page('/inbox/unassigned')).includes(cli), 'by the command too');
});

test('a team has members, a new name, and goes without taking conversations along', async () => {
  const added = await admin.submit('/admin/teams', { name: 'Returns' });
  assert.equal(added.status, 303);
  const path = added.headers.get('location');
  const plain = await refOf('agt', 'plain@kept.test', '/admin/agents');
  for (const same of ['Returns', 'returns'])
    assert.equal((await admin.submit('/admin/teams', { name: same })).status, 409, same);
  assert.equal((await admin.submit(path, { name: 'Đổi trả', member: plain })).status, 303);
  assert.match(await admin.page(path), new RegExp(`value="${plain}" checked`));
  assert.match(textOf(await admin.page('/admin/teams')), /Đổi trả 1 0/);
  assert.equal((await admin.submit(path, { name: 'ĐỔI TRẢ', member: plain })).status, 303, 'its own name in capitals is its own');
  assert.equal((await admin.submit('/admin/teams', { name: 'đổi trả' })).status, 409, 'and nobody else’s');
  assert.equal((await admin.submit(path, { name: 'Đổi trả', member: plain })).status, 303);
  const taken = await admin.submit(path, { name: 'night shift', member: plain });
  assert.equal(taken.status, 409);
  assert.match(await taken.text(), new RegExp(`value="night shift"[\\s\\S]*value="${plain}" checked`));
  assert.equal(await kept.mailIn(mail({ subject: 'In a team' }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await admin.page('/inbox/unassigned'))[0];
  await admin.submit(`/c/${ref}/assign`, { team: /tem_[a-z2-7]+/.exec(path)[0] });
  assert.match(textOf(await admin.page('/admin/teams')), /Đổi trả 1 1/);
  const team = /tem_[a-z2-7]+/.exec(path)[0];
  assert.doesNotMatch(textOf(await admin.page(path)), /goes to no team|own hours/, 'nothing leads to it yet, and it has the company’s hours');
  const form = await admin.submit('/admin/inboxes', { kind: 'form', name: 'Contact form', enabled: 1, team });
  assert.equal(form.status, 303, await form.text());
  await admin.submit('/admin/hours/days', { team, first: '2026-04-30', kind: 'closed', name: 'Trip' });
  assert.match(textOf(await admin.page(path)), /1 open conversation goes on without a team\. What comes in by Contact form goes to no team from then on\. Its own hours and days go with it/);
  assert.equal((await admin.submit(`${path}/remove`, {})).status, 303);
  assert.equal((await admin.get(path)).status, 404);
  assert.equal((await admin.get(`/c/${ref}`)).status, 200);
});

test('somebody who is away is shown so where work is given out', async () => {
  const agent = await kept.agent('plain@kept.test');
  const ref = refsOf(await admin.page('/inbox/unassigned'))[0];
  const entry = async () => textOf(/<button class="menu-item" name="to" value="agt_[^"]+"[^>]*><span class="cut">plain<\/span>.*?<\/button>/.exec(await admin.page(`/c/${ref}`))[0]);
  assert.doesNotMatch(await entry(), /away/);
  const left = await agent.fetch('/account/away', { method: 'POST', headers: { referer: `${kept.url}/inbox/open` },
    body: new URLSearchParams({ away: 1, csrf: await agent.csrf('/account') }) });
  assert.equal(left.headers.get('location'), '/inbox/open', 'back where the menu was opened');
  assert.match(await entry(), /away/);
  assert.match(textOf(await agent.page('/account')), /I am back/);
  await agent.submit('/account/away', { away: 0 });
  assert.doesNotMatch(await entry(), /away/);
});

test('a command says what is wrong with it, and its code says of what kind that is', async () => {
  for (const [args, code, says] of [
    [['-h'], 0, /usage: kept COMMAND/], [['--version'], 0, /^kept \d/], [['help', 'backup'], 0, /usage: kept backup/], [['help', 'frob'], 64, /no command frob/],
    [['user', '-h'], 0, /usage: kept user/], [['user', 'frob', 'x@kept.test'], 64, /add, list, set, password, enable and disable are/], [['user', 'add'], 64, /or user list/],
    [['user', 'set', 'plain@kept.test'], 64, /say what/], [['user', 'set', 'plain@kept.test', '--lang', 'xx'], 65, /zh-Hant or th, not xx/], [['user', 'password', 'nobody@kept.test'], 66, /nobody here/], [['inbox', 'frob'], 64, /inbox add, set, list and test/],
    [['init', '--lang', 'xx'], 65, /the language is en, vi/], [['token', 'end', 'x'], 64, /add, list and revoke/], [['mask'], 64, /--batch/], [['check-reply'], 64, /--batch/], [['search'], 64, /--batch/],
    [['user', 'add', 'x'], 65, /x is no e-mail address/], [['inbox', 'add', 'foo'], 65, /foo is no e-mail address/], [['user', 'add', 'plain@kept.test'], 65, /has an account already/],
    [['user', 'disable', 'nobody@kept.test'], 66, /nobody here has the address/], [['token', 'add', 'nobody@kept.test'], 66, /nobody here has the address/],
  ]) {
    const { code: got, out, err } = await kept.cli(args);
    assert.match(out + err, says, args.join(' '));
    assert.equal(got, code, `${args.join(' ')}: ${err}`);
  }
});

test('an answer waits until the inbox has a sending server, and goes then', async () => {
  const sink = await startSink();
  assert.equal((await kept.cli(['inbox', 'add', 'early@kept.test', '--name', 'Early'])).code, 0);
  assert.equal(await kept.mailIn(mail({ subject: 'Before the server', to: 'early@kept.test' }), 'early@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await admin.page('/inbox/unassigned'))[0];
  await admin.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'It is on its way, number 12.', anyway: 1 });
  await kept.advance(3600_000);
  await kept.settle();
  assert.match(textOf(await admin.page(`/c/${ref}`)), /Not sent yet; it is tried again by itself\. The inbox has no outgoing mail server yet/);
  assert.match(textOf(await admin.page('/admin/inboxes')), /Early early@kept\.test failing No sending server is set\. Answers wait here/);
  const inbox = /\/admin\/inboxes\/(inb_[a-z2-7]{16})">Early/.exec(await admin.page('/admin/inboxes'))[1];
  assert.equal((await admin.submit('/admin/inboxes', { ref: inbox, kind: 'email', do: 'save', name: 'Early', address: 'early@kept.test', enabled: 1, smtp_host: '127.0.0.1', smtp_port: sink.port, smtp_security: 'plain' })).status, 303);
  await kept.settle();
  assert.equal(sink.mails.length, 1, 'at once, without anybody pressing anything');
  assert.doesNotMatch(textOf(await admin.page(`/c/${ref}`)), /Not sent yet/);
  assert.doesNotMatch(textOf(await admin.page('/admin/inboxes')), /early@kept\.test failing/);
  await sink.stop();
});

// ---- one's own account ----

test('the profile is saved, and a mistake keeps what was typed', async () => {
  const agent = await kept.agent('profile@kept.test', { role: 'agent' });
  const wrong = await agent.submit('/account', { name: '', lang: 'th', zone: 'Mars/Base', self_word: 'ดิฉัน', particle: 'ค่ะ', single_keys: 1 });
  assert.equal(wrong.status, 422);
  assert.match(await wrong.text(), /value="ดิฉัน"[\s\S]*<option value="ค่ะ" selected>/);
  await agent.submit('/account', { name: 'มาลี ใจดี', lang: 'th', zone: 'Asia/Bangkok', self_word: 'ดิฉัน', particle: 'ค่ะ', single_keys: 1 });
  const page = await agent.page('/account');
  assert.match(page, /<html lang="th"/);
  assert.match(page, /data-single-keys="on"/);
  assert.match(page, /<option value="Asia\/Bangkok" selected>/);
  await agent.submit('/account/theme', { theme: 'dark' });
  assert.match(await agent.page('/account'), /data-theme="dark"/);
  assert.equal((await agent.submit('/account/theme', { theme: 'pink' })).status, 422);
  await agent.submit('/account', { name: 'Mali', lang: 'en' });
  assert.doesNotMatch(await agent.page('/account'), /data-single-keys/);
});

test('a new password ends the other sessions and keeps this one', async () => {
  const here = await kept.agent('pass@kept.test', { role: 'agent' });
  const there = (await signIn('pass@kept.test')).browser;
  assert.equal((await there.get('/account')).status, 200);
  const wrong = await here.submit('/account/password', { now: 'not this one', new: 'a still longer password' });
  assert.equal(wrong.status, 422);
  assert.match(textOf(await wrong.text()), /This is not your present password/);
  assert.equal((await here.submit('/account/password', { now: password, new: 'short' })).status, 422);
  assert.equal((await here.submit('/account/password', { now: password, new: 'PASS@kept.test' })).status, 422, 'the address');
  assert.equal((await there.get('/account')).status, 200, 'nothing has ended yet');
  const done = await here.submit('/account/password', { now: password, new: 'a still longer password' });
  assert.equal(done.status, 303);
  assert.equal((await here.get('/account')).status, 200);
  assert.equal((await there.get('/account')).status, 303);
  assert.equal((await signIn('pass@kept.test')).answer.status, 401);
  assert.equal((await signIn('pass@kept.test', 'a still longer password')).answer.status, 303);
});

test('an open screen is no place to guess the password', async () => {
  const agent = await kept.agent('guess@kept.test', { role: 'agent' });
  await kept.advance(60_000);
  for (let i = 0; i < 5; i++)
    assert.equal((await agent.submit('/account/password', { now: `guess ${i}`, new: 'a still longer password' })).status, 422);
  assert.equal((await agent.submit('/account/password', { now: password, new: 'a still longer password' })).status, 429);
  await kept.advance(16 * 60_000);
  assert.equal((await agent.submit('/account/password', { now: password, new: 'a still longer password' })).status, 303);
});

test('one session is ended by its line, and never that of somebody else', async () => {
  const here = await kept.agent('sessions@kept.test', { role: 'agent' });
  const there = (await signIn('sessions@kept.test')).browser;
  const refs = [...(await here.page('/account')).matchAll(/\/account\/sessions\/(ses_[a-z2-7]{16})\/end/g)].map((match) => match[1]);
  assert.equal(refs.length, 1, 'not the present one');
  assert.equal((await admin.submit(`/account/sessions/${refs[0]}/end`, {})).status, 404, 'not by an admin either');
  assert.equal((await there.get('/account')).status, 200);
  assert.equal((await here.submit(`/account/sessions/${refs[0]}/end`, {})).status, 303);
  assert.equal((await there.get('/account')).status, 303);
  const third = (await signIn('sessions@kept.test')).browser;
  assert.equal((await here.submit('/account/sessions/end', {})).status, 303);
  assert.equal((await third.get('/account')).status, 303);
  assert.equal((await here.get('/account')).status, 200);
});

test('an ended session hears nothing more, the present one goes on', async () => {
  const here = await kept.agent('live@kept.test', { role: 'agent' });
  const there = (await signIn('live@kept.test')).browser;
  const open = (browser) => connect(kept.port, '/live', { headers: { Cookie: `kept_session=${browser.cookies.get('kept_session')}` } });
  const ears = await open(there);
  assert.equal(await Promise.race([ears.ended, Promise.resolve('open')]), 'open');
  await here.submit('/account/sessions/end', {});
  assert.equal(await ears.ended, 4001);
  assert.ok((await open(there)).status >= 400, 'nor when it asks again');
  const mine = await open(here);
  assert.equal(mine.status, undefined);
  await mine.close();
});

test('a second step that everybody needs is set up before anything else opens', async () => {
  const late = await kept.agent('late@kept.test', { role: 'agent' }), own = await kept.agent('own@kept.test', { role: 'admin' });
  const settings = (more) => own.submit('/admin/settings', { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', country: 'VN', undo_s: '10', session_h: '12', ...more });
  const token = await kept.token('late@kept.test');
  assert.equal((await settings({ second_step: 1 })).status, 303);
  for (const path of ['/inbox/open', '/account', '/start/language', '/articles'])
    assert.equal((await late.get(path)).headers.get('location'), '/account/second-step', path);
  assert.equal((await own.get('/admin/settings')).headers.get('location'), '/account/second-step', 'hers too');
  const part = await late.get('/inbox/open', { 'HX-Request': 'true' });
  assert.deepEqual([part.status, part.headers.get('hx-redirect')], [403, '/account/second-step']);
  const sent = await late.submit('/account', { name: 'Other' }, { from: '/account/second-step' });
  assert.equal(sent.status, 403);
  assert.match(textOf(await sent.text()), /Set up the second step first; nothing was changed/);
  const news = async (who) => (await who.get('/account/notifications/news')).text();
  assert.equal(await news(late), await news(kept.browser()), 'a visitor where anybody may ask');
  assert.notEqual((await late.get('/')).headers.get('location'), '/help', 'nor is she led among the customers');
  assert.equal((await kept.caller(token)('GET', '/me')).http, 200, 'programs go on');
  const set = async (who) => {
    const begin = await who.page('/account/second-step');
    assert.match(textOf(begin), /Everybody here signs in with a second step/);
    await who.submit('/account/second-step', { do: 'begin' }, { from: '/account/second-step' });
    const secret = copied(await who.page('/account/second-step'))[0];
    assert.equal((await who.submit('/account/second-step', { do: 'confirm', code: totp(secret, kept.now()) })).status, 200);
  };
  await set(late);
  assert.equal((await late.get('/inbox/open')).status, 200, 'then everything opens');
  await set(own);
  assert.equal((await settings({})).status, 303);
  const third = await kept.agent('third@kept.test', { role: 'agent' });
  assert.equal((await third.get('/inbox/open')).status, 200, 'twin: not required');
});

test('the second step: set up, asked, right, wrong, replayed, recovered, switched off', async () => {
  let now = Date.parse(START) + 3600_000;
  await kept.set(new Date(now).toISOString());
  const agent = await kept.agent('totp@kept.test', { role: 'agent' });
  assert.equal((await agent.get('/account/second-step')).status, 303, 'nothing under way');
  assert.equal((await agent.get('/account/second-step/picture')).status, 404);
  assert.equal((await agent.submit('/account/second-step', { do: 'begin' })).status, 303);
  const page = await agent.page('/account/second-step');
  const secret = copied(page)[0];
  assert.match(secret, /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  const link = new URL(/href="(otpauth:[^"]*)"/.exec(page)[1].replaceAll('&amp;', '&')); // on a phone there is nothing to scan with
  assert.deepEqual([link.searchParams.get('secret'), link.searchParams.get('issuer')], [secret.replaceAll(' ', ''), 'Kept Shop']);
  const picture = await agent.get('/account/second-step/picture');
  assert.equal(picture.headers.get('content-type'), 'image/svg+xml');
  assert.equal(picture.headers.get('cache-control'), 'no-store');
  assert.match(await picture.text(), /^<svg /);
  assert.equal((await signIn('totp@kept.test')).answer.status, 303, 'not in force before it is confirmed');
  const other = String((Number(totp(secret, now)) + 1) % 1e6).padStart(6, '0');
  assert.equal((await agent.submit('/account/second-step', { do: 'confirm', code: other })).status, 422);
  const on = await agent.submit('/account/second-step', { do: 'confirm', code: totp(secret, now) });
  assert.equal(on.status, 200);
  const codes = [...(await on.text()).matchAll(/<code>([a-z2-7]{5}-[a-z2-7]{5})<\/code>/g)].map((match) => match[1]);
  assert.equal(new Set(codes).size, 10);
  assert.equal((await agent.get('/account/second-step/picture')).status, 404, 'the secret is never shown again');
  assert.equal((await agent.submit('/account/second-step', { do: 'begin' })).headers.get('location'), '/account');

  const second = async () => {
    const { browser, answer } = await signIn('totp@kept.test');
    assert.equal(answer.status, 200);
    const form = await answer.text();
    const pending = /name="pending" value="([^"]+)"/.exec(form)[1];
    return { browser, give: (fields) => browser.submit('/sign-in/code', { pending, next: '/account', ...fields }, { from: '/sign-in' }) };
  };
  const one = await second();
  assert.equal((await one.browser.get('/account')).status, 303, 'the password alone opens nothing');
  const replayed = await one.give({ code: totp(secret, now) });
  assert.equal(replayed.status, 401);
  assert.match(textOf(await replayed.text()), /used already/, 'the code of the set-up');
  now += 60_000;
  await kept.advance(60_000);
  const right = await one.give({ code: totp(secret, now) });
  assert.equal(right.status, 303);
  assert.equal((await one.browser.get('/account')).status, 200);
  const two = await second();
  assert.equal((await two.give({ code: totp(secret, now) })).status, 401, 'by somebody who looked over a shoulder');
  assert.equal((await two.give({ code: totp(secret, now - 90_000) })).status, 401, 'an old one');

  const asks = await two.give({ recovery: 1 });
  assert.equal(asks.status, 200);
  assert.match(await asks.text(), /name="recovery" value="1"/);
  assert.equal((await two.give({ recovery: 1, code: 'aaaaa-aaaaa' })).status, 401);
  assert.equal((await two.give({ recovery: 1, code: codes[3].toUpperCase().replace('-', ' ') })).status, 303);
  assert.match(textOf(await two.browser.page('/account')), /9 recovery codes left/);
  const three = await second();
  assert.equal((await three.give({ recovery: 1, code: codes[3] })).status, 401, 'each works once');
  assert.equal((await three.give({ code: codes[4] })).status, 401, 'and only in its own form');

  const fresh = await two.browser.submit('/account/second-step/off', { do: 'codes', password });
  assert.equal([...(await fresh.text()).matchAll(/<code>/g)].length, 10);
  assert.equal((await three.give({ recovery: 1, code: codes[5] })).status, 401, 'the old ones are gone');
  assert.equal((await two.browser.submit('/account/second-step/off', { do: 'off', password: 'no' })).status, 422);
  await kept.advance(16 * 60_000);
  assert.equal((await two.browser.submit('/account/second-step/off', { do: 'off', password })).status, 303);
  assert.equal((await signIn('totp@kept.test')).answer.status, 303, 'the password is enough again');
});

test('an admin helps when the phone is lost; a link for a new password does not pass by the phone', async () => {
  const agent = await kept.agent('lost@kept.test', { role: 'agent' });
  await agent.submit('/account/second-step', { do: 'begin' });
  const secret = copied(await agent.page('/account/second-step'))[0];
  const now = Date.parse(START) + 10 * 3600_000;
  await kept.set(new Date(now).toISOString());
  await agent.submit('/account/second-step', { do: 'confirm', code: totp(secret, now) });
  const ref = await refOf('agt', 'lost@kept.test', '/admin/agents');
  const link = pathOf(copied(await (await admin.submit(`/admin/agents/${ref}`, { do: 'invite' })).text())[0]);
  const browser = kept.browser();
  const taken = await browser.submit(link, { name: 'Lost', lang: 'en', password: 'a third long password' }, { from: link });
  assert.equal(taken.headers.get('location'), '/sign-in');
  assert.equal((await agent.get('/account')).status, 303, 'sessions of before have ended');
  assert.equal((await signIn('lost@kept.test', 'a third long password')).answer.status, 200, 'asks for the code');
  await admin.submit(`/admin/agents/${ref}`, { do: 'one_step' });
  assert.equal((await signIn('lost@kept.test', 'a third long password')).answer.status, 303);
});

test('whoever has the machine lets in who is locked out: lost password, lost phone, switched off', async () => {
  const one = async (...args) => assert.equal((await kept.cli(['user', ...args])).code, 0, args.join(' '));
  const line = async (email) => (await kept.cli(['user', 'list'])).out.split('\n').find((row) => row.includes(email));
  const agent = await kept.agent('locked@kept.test', { role: 'agent' });
  await agent.submit('/account/second-step', { do: 'begin' });
  const secret = copied(await agent.page('/account/second-step'))[0];
  const now = Date.parse(START) + 11 * 3600_000;
  await kept.set(new Date(now).toISOString());
  await agent.submit('/account/second-step', { do: 'confirm', code: totp(secret, now) });
  assert.match(await line('locked@kept.test'), /^agt_\w+\tlocked@kept.test\tagent\t.*\tcan sign in\tsecond step$/);
  const ref = await refOf('agt', 'locked@kept.test', '/admin/agents');
  const link = pathOf(copied(await (await admin.submit(`/admin/agents/${ref}`, { do: 'invite' })).text())[0]);

  const { code, out } = await kept.cli(['user', 'password', 'locked@kept.test']);
  assert.equal(code, 0);
  const given = /shown this once: (\S+)/.exec(out)[1];
  assert.equal((await agent.get('/account')).status, 303, 'sessions of before have ended');
  assert.doesNotMatch(await (await kept.browser().get(link)).text(), /type="password"/, 'and a link of before with them');
  assert.equal((await signIn('locked@kept.test', given)).answer.status, 200, 'asks for the code');
  await one('set', 'locked@kept.test', '--second-step', 'off', '--role', 'lead', '--name', 'Free');
  assert.equal((await signIn('locked@kept.test', given)).answer.status, 303);
  assert.match(await line('locked@kept.test'), /\tlead\tFree\tcan sign in\t-$/);
  await one('disable', 'locked@kept.test');
  assert.match(await line('locked@kept.test'), /\tdisabled\t/);
  await one('enable', 'locked@kept.test');
  assert.equal((await signIn('locked@kept.test', given)).answer.status, 303);
});

test('signing in is logged, page by page, without a line lost or doubled', async () => {
  await kept.agent('log@kept.test', { role: 'agent' });
  for (let i = 0; i < 4; i++) await signIn('log@kept.test', 'wrong');
  for (let i = 0; i < 50; i++) assert.equal((await signIn('log@kept.test')).answer.status, 303); // all at the same time
  const lines = [];
  for (let path = '/admin/sign-ins'; path;) {
    const page = await admin.page(path);
    lines.push(...[...page.matchAll(/<tr><td><time.*?<\/tr>/g)].map((match) => textOf(match[0])));
    path = /href="(\/admin\/sign-ins\?before=[^"]+)"/.exec(page)?.[1];
  }
  const mine = lines.filter((line) => / log 127\.0\.0\.1/.test(line));
  assert.equal(mine.length, 55);
  assert.equal(mine.filter((line) => /wrong password/.test(line)).length, 4);
  assert.ok(lines.some((line) => /wrong code/.test(line)));
});

// ---- inboxes ----

const noServers = { imap_host: '', imap_port: '', imap_security: 'tls', imap_user: '', imap_password: '', smtp_host: '',
  smtp_port: '', smtp_security: 'tls', smtp_user: '', smtp_password: '' };

test('an inbox is refused with a reason beside each field, and nothing typed is lost', async () => {
  const typed = { ...noServers, kind: 'email', name: 'Sales', address: 'sales@kept.test', enabled: 1, imap_host: 'https://mail.example',
    imap_user: 'sales', imap_password: 'secret-1', smtp_host: 'smtp.example.com', smtp_port: '99999', smtp_user: 'sales', smtp_password: 'secret-2',
    signature: 'Kind regards,\nSales' };
  const wrong = await admin.submit('/admin/inboxes', typed);
  assert.equal(wrong.status, 422);
  const page = await wrong.text();
  assert.match(page, /id="imap-host-error">.*Write only the name of the server/);
  assert.match(page, /id="smtp-port-error">.*from 1 to 65535/);
  assert.match(page, /value="https:\/\/mail\.example"/);
  assert.match(page, /Kind regards,\nSales<\/textarea>/);
  assert.doesNotMatch(page, /secret-1|secret-2/);
  const open = await admin.submit('/admin/inboxes', { ...typed, imap_host: '', smtp_port: '', smtp_host: 'mail.example.com', smtp_security: 'plain' });
  assert.equal(open.status, 422, 'a password in the open, beyond this machine');
  assert.match(await open.text(), /would travel in the open/);
  const taken = await admin.submit('/admin/inboxes', { ...noServers, kind: 'email', name: 'Twice', address: 'Support@kept.test', enabled: 1 });
  assert.equal(taken.status, 409);
  assert.doesNotMatch(textOf(await admin.page('/admin/inboxes')), /Sales|Twice/);
});

test('passwords of mailboxes are kept sealed, and not sent to another server', async () => {
  const typed = { ...noServers, kind: 'email', name: 'Sales', address: 'sales@kept.test', enabled: 1, smtp_host: 'localhost', smtp_port: '2525',
    smtp_security: 'plain', smtp_user: 'sales', smtp_password: 'secret-2' };
  assert.equal((await admin.submit('/admin/inboxes', typed)).status, 303);
  const ref = await refOf('inb', 'Sales', '/admin/inboxes');
  const page = await admin.page(`/admin/inboxes/${ref}`);
  assert.match(page, /value="localhost"/);
  assert.match(textOf(page), /One is stored/);
  assert.doesNotMatch(page, /secret-2/);
  assert.equal((await admin.submit('/admin/inboxes', { ...typed, ref, name: 'Sales desk', smtp_password: '' })).status, 303, 'kept');
  assert.match(textOf(await admin.page(`/admin/inboxes/${ref}`)), /One is stored/);
  const moved = await admin.submit('/admin/inboxes', { ...typed, ref, smtp_host: '127.0.0.1', smtp_password: '' });
  assert.equal(moved.status, 422);
  assert.match(await moved.text(), /id="smtp-password-error">.*Type the password again/);
  assert.equal((await admin.submit('/admin/inboxes', { ...typed, ref, enabled: '0', smtp_host: '' })).status, 303);
  assert.match(textOf(await admin.page('/admin/inboxes')), /Sales sales@kept\.test switched off/);
});

// A mail server of a few lines: knows one user and counts what it was asked to send.
function mailServer(protocol, answer) {
  return new Promise((resolve) => {
    const seen = [];
    const server = createServer((socket) => {
      socket.write(protocol === 'smtp' ? '220 here ESMTP\r\n' : '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] here\r\n');
      socket.on('error', () => {});
      socket.on('data', (data) => {
        for (const line of data.toString().split('\r\n').filter(Boolean)) {
          seen.push(line);
          socket.write(answer(line));
        }
      });
    });
    server.unref();
    server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, seen, close: () => server.close() }));
  });
}
const smtpAnswer = (secret) => (line) => (/^EHLO/.test(line) ? '250-here\r\n250 AUTH PLAIN\r\n'
  : /^AUTH PLAIN$/.test(line) ? '334 \r\n'
    : /^(QUIT|NOOP)/.test(line) ? '250 fine\r\n'
      : Buffer.from(line, 'base64').toString() === `\0u\0${secret}` ? '235 fine\r\n' : '535 5.7.8 who are you?\r\n');
const imapAnswer = (line) => {
  const tag = line.split(' ')[0];
  return /CAPABILITY/.test(line) ? `* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n${tag} OK\r\n`
    : /LOGOUT/.test(line) ? `* BYE\r\n${tag} OK\r\n`
      : /AUTHENTICATE|LOGIN/.test(line) ? `${tag} NO [AUTHENTICATIONFAILED] wrong\r\n` : `${tag} OK\r\n`;
};

test('a mailbox is tried without sending anything, and the answer is in plain words', async () => {
  const smtp = await mailServer('smtp', smtpAnswer('right'));
  const imap = await mailServer('imap', imapAnswer);
  const ref = await refOf('inb', 'Sales', '/admin/inboxes');
  const typed = { ...noServers, ref, kind: 'email', do: 'test', name: 'Sales', address: 'sales@kept.test', enabled: 1, smtp_host: '127.0.0.1',
    smtp_port: smtp.port, smtp_security: 'plain', smtp_user: 'u', smtp_password: 'right' };
  const works = textOf(await (await admin.submit('/admin/inboxes', typed)).text());
  assert.match(works, /Mail out works: connected and signed in\. Nothing was sent\./);
  assert.ok(smtp.seen.some((line) => /^AUTH/.test(line)));
  assert.ok(!smtp.seen.some((line) => /^(MAIL|RCPT|DATA)/i.test(line)), smtp.seen.join('\n'));
  const wrong = textOf(await (await admin.submit('/admin/inboxes', { ...typed, smtp_password: 'wrong' })).text());
  assert.match(wrong, /The sending server refuses the user name or the password/);
  const both = textOf(await (await admin.submit('/admin/inboxes', { ...typed, imap_host: '127.0.0.1', imap_port: imap.port,
    imap_security: 'plain', imap_user: 'u', imap_password: 'x' })).text());
  assert.match(both, /The mailbox refuses the user name or the password.*Mail out works/);
  smtp.close();
  imap.close();
  const away = textOf(await (await admin.submit('/admin/inboxes', { ...typed })).text());
  assert.match(away, /The sending server does not answer/);
  assert.match(away, /In detail: \S/);
  assert.doesNotMatch(away, /server said/i, 'none was there to say anything');
});

test('a contact form is an inbox too', async () => {
  assert.equal((await admin.submit('/admin/inboxes', { kind: 'form', name: '', enabled: 1 })).status, 422);
  assert.equal((await admin.submit('/admin/inboxes', { kind: 'form', name: 'Second form', lang: 'th', enabled: 1 })).status, 303);
  assert.match(textOf(await admin.page('/admin/inboxes')), /Second form no mail yet/);
});

// ---- words ----

test('a chat gets its websites, the line for their pages, and a secret that is shown once', async () => {
  const fields = { kind: 'chat', name: 'Shop chat', enabled: 1, do: 'save' };
  const nowhere = await admin.submit('/admin/inboxes', { ...fields, sites: '' });
  assert.equal(nowhere.status, 422);
  assert.match(textOf(await nowhere.text()), /at least one website/);
  const path = await admin.submit('/admin/inboxes', { ...fields, sites: 'https://shop.example.com/cart' });
  assert.equal(path.status, 422);
  assert.match(await path.text(), /https:\/\/shop\.example\.com\/cart<\/textarea>/, 'what was typed stays');
  const made = await (await admin.submit('/admin/inboxes', { ...fields, sites: 'https://shop.example.com' })).text();
  const ref = /data-inbox=&quot;(inb_[a-z2-7]{16})&quot;|data-inbox="(inb_[a-z2-7]{16})"/.exec(made)?.slice(1).find(Boolean);
  assert.ok(ref, 'the line names the inbox');
  const from = (origin) => fetch(`${kept.url}/widget/${ref}/start`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: '{}' });
  assert.equal((await from('https://elsewhere.example.com')).status, 403);
  assert.equal((await from('https://shop.example.com')).ok, true);
  const secret = await (await admin.submit('/admin/inboxes', { ...fields, ref, sites: 'https://shop.example.com', do: 'secret' })).text();
  assert.match(textOf(secret), /shown this once: [a-z2-7]{40}/);
  assert.doesNotMatch(textOf(await admin.page(`/admin/inboxes/${ref}`)), /shown this once/);
});

test('tags are added, renamed and removed by a lead', async () => {
  const lead = await kept.agent('lead@kept.test');
  assert.equal((await lead.submit('/admin/tags', { name: 'Hoàn tiền' })).status, 303);
  await lead.submit('/admin/tags', { name: 'late' });
  const ref = await refOf('tag', 'hoàn-tiền', '/admin/tags');
  const conversation = refsOf(await lead.page('/inbox/open'))[0];
  await lead.submit(`/c/${conversation}/tags`, { tag: ref });
  assert.match(textOf(await lead.page('/admin/tags')), /hoàn-tiền 1 /);
  const taken = await lead.submit(`/admin/tags/${ref}`, { name: 'LATE' });
  assert.equal(taken.status, 409);
  assert.match(await taken.text(), /value="LATE"/);
  assert.equal((await lead.submit(`/admin/tags/${ref}`, { name: 'Chargeback' })).status, 303);
  assert.match(textOf(await lead.page(`/c/${conversation}`)), /chargeback/);
  assert.equal((await lead.submit(`/admin/tags/${ref}/remove`, {})).status, 303);
  const left = textOf(await lead.page(`/c/${conversation}`));
  assert.doesNotMatch(left, /chargeback/);
  assert.match(left, /Tagged \(removed since\)/, 'what happened stays in the timeline');
  assert.equal((await lead.submit(`/admin/tags/${ref}/remove`, {})).status, 404);
  for (const same of ['Đổi trả', 'ĐỔI TRẢ']) await lead.submit('/admin/tags', { name: same });
  const tags = textOf(await lead.page('/admin/tags'));
  assert.equal(tags.match(/đổi-trả/gi).length, tags.match(/đổi-trả/g).length, 'small letters, beyond ASCII too');
  assert.equal(tags.match(/đổi-trả \d/g).length, 1, 'and one tag');
});

test('saved replies know their variables and show what becomes of them', async () => {
  const lead = await kept.agent('lead@kept.test');
  const text = 'Dạ chào {customer.address} {customer.call_name}, {agent.self} là {agent.name}. {Không phải biến} {"json": 1}';
  const wrong = await lead.submit('/admin/replies', { name: 'Chào', lang: 'vi', text: 'Chào {customer.nme}' });
  assert.equal(wrong.status, 422);
  const again = textOf(await wrong.text());
  assert.match(again, /\{customer\.nme\} is not filled in/);
  assert.equal((await lead.submit('/admin/replies', { name: '', lang: 'vi', text })).status, 422);
  assert.equal((await lead.submit('/admin/replies', { name: 'Chào', lang: 'vi', text })).status, 303);
  const ref = await refOf('rep', 'Chào', '/admin/replies');
  const form = await lead.page(`/admin/replies/${ref}`), page = textOf(form);
  assert.match(form, /<details class="menu"><summary[^>]*>Remove<\/summary>[^]*?value="remove"[^>]*>Remove for good<\/button>[^]*?<\/details>/, 'one click removes nothing');
  assert.match(page, /As a customer would read it Dạ chào chị Lan, em là Minh\. \{Không phải biến\}/);
  assert.match(page, /\{customer\.call_name\} How the customer is called/);
  assert.equal((await lead.submit('/admin/replies', { ref, name: 'Chào khách', lang: '', text: 'Chào {customer.address}' })).status, 303);
  assert.match(textOf(await lead.page('/admin/replies')), /Chào khách Chào \{customer\.address\}/);
  assert.equal((await lead.submit('/admin/replies', { ref, do: 'remove', name: '', text: '' })).status, 303);
  assert.equal((await lead.get(`/admin/replies/${ref}`)).status, 404);
});

test('a saved reply keeps no card number, and a code only when customers are meant to read it', async () => {
  const lead = await kept.agent('lead@kept.test'), save = (fields) => lead.submit('/admin/replies', { name: 'Secret', lang: 'en', text: 'Fine', ...fields });
  const refused = async (fields) => { const answer = await save(fields); assert.equal(answer.status, 422, JSON.stringify(fields)); return answer.text(); };
  const card = 'Our card is 4111 1111 1111 1111, the password is Kaffee!77.';
  assert.match(textOf(await refused({ text: card, told: 1 })), /“4111 1111 1111 1111” looks like a card or identity number/);
  const wifi = 'The password of our wifi is Kaffee!77.', asked = await refused({ text: wifi });
  assert.match(textOf(asked), /“Kaffee!77” looks like a password or a code.*Customers are meant to read it/);
  assert.match(asked, /Kaffee!77\.<\/textarea>/, 'what was typed is there');
  assert.match(textOf(await refused({ name: 'password: Kaffee!77', told: 1 })), /looks like a password/);
  assert.equal(await kept.ask("SELECT count(*) FROM saved_reply WHERE name LIKE '%ecret%' OR name LIKE 'pass%'"), '0');
  assert.equal((await save({ text: wifi, told: 1 })).status, 303);
  assert.equal((await save({ name: 'Account', text: 'Please pay to DE89 3704 0044 0532 0130 00.' })).status, 303, 'twin: our own account');
  const ref = await refOf('rep', 'Secret', '/admin/replies');
  assert.doesNotMatch(await lead.page(`/admin/replies/${ref}`), /role="alert"/);
  assert.match(await lead.page(`/admin/replies/${ref}`), /name="told" value="1" checked/, 'who changes it later is not asked anew');
});

test('an API token is shown once and can be revoked', async () => {
  assert.equal((await admin.submit('/admin/tokens', { name: '', scope: 'read' })).status, 422);
  assert.equal((await admin.submit('/admin/tokens', { name: 'Shop' })).status, 422, 'a token that may do nothing');
  const plain = await refOf('agt', 'plain@kept.test', '/admin/agents');
  const made = await (await admin.submit('/admin/tokens', { name: 'Shop', agent: plain, scope: ['read', 'write'] })).text();
  const [bearer] = copied(made);
  assert.match(bearer, /^kept_[a-z2-7]{52}$/);
  const list = await admin.page('/admin/tokens');
  assert.doesNotMatch(list, new RegExp(bearer));
  assert.match(textOf(list), /Shop plain read write/);
  const ref = await refOf('tok', 'Shop', '/admin/tokens');
  assert.equal((await admin.submit(`/admin/tokens/${ref}/revoke`, {})).status, 303);
  assert.doesNotMatch(textOf(await admin.page('/admin/tokens')), /Shop plain/);
  assert.equal((await admin.submit(`/admin/tokens/${ref}/revoke`, {})).status, 404);
});

test('a webhook is added, shows its secret, is switched off and on, and removed', async () => {
  const bad = await admin.submit('/admin/webhooks', { url: 'shop', kinds: 'agent.sign_in' });
  assert.equal(bad.status, 422);
  assert.match(textOf(await bad.text()), /whole address[^]*begins no kind/);
  const added = textOf(await (await admin.submit('/admin/webhooks', { url: 'https://shop.invalid/kept', kinds: '' })).text());
  const secret = /whsec_[\w+/]+/.exec(added)[0];
  const ref = await refOf('whk', 'shop.invalid', '/admin/webhooks');
  const act = async (what) => admin.submit(`/admin/webhooks/${ref}`, { do: what });
  assert.doesNotMatch(await admin.page('/admin/webhooks'), /whsec_/);
  assert.ok((await (await act('secret')).text()).includes(secret));
  assert.ok(!(await (await act('renew')).text()).includes(secret));
  assert.equal((await act('off')).status, 303);
  assert.match(textOf(await admin.page('/admin/webhooks')), /switched off/);
  assert.equal((await act('on')).status, 303);
  await kept.settle();
  assert.doesNotMatch(textOf(await admin.page('/admin/webhooks')), /switched off/);
  assert.equal((await act('remove')).status, 303);
  assert.equal((await act('secret')).status, 404);
});

test('the company: settings are checked, kept and used', async () => {
  const good = { company: 'Tiệm Hoa', lang: 'vi', country: 'VN', zone: 'Asia/Ho_Chi_Minh', undo_s: '20', session_h: '8', mask_contacts: 1 };
  const wrong = await admin.submit('/admin/settings', { ...good, company: '', zone: 'Nowhere', undo_s: '61' });
  assert.equal(wrong.status, 422);
  const page = await wrong.text();
  for (const said of [/as customers know it/, /time zone from the list/, /from 0 to 60/]) assert.match(page, said);
  assert.equal((await admin.submit('/admin/settings', good)).status, 303);
  const kept_ = await admin.page('/admin/settings');
  assert.match(kept_, /value="Tiệm Hoa"/);
  const ref = refsOf(await admin.page('/inbox/open'))[0];
  await admin.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Dạ vâng', then: 'pending' });
  assert.match(textOf(await admin.page(`/c/${ref}`)), /Goes out in 20 seconds/);
});

// ---- customers ----

test('a customer’s card is changed, and an address is never taken from another customer', async () => {
  await kept.set('2026-03-18T09:00:00+07:00');
  const agent = await kept.agent('plain@kept.test');
  assert.equal(await kept.mailIn(mail({ from: 'Hoa <hoa@customer.test>', subject: 'Card', text: 'Em chưa nhận được hàng ạ.' }), 'support@kept.test'), 0);
  assert.equal(await kept.mailIn(mail({ from: 'Tú <tu@customer.test>', subject: 'Other' }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf((await agent.page('/inbox/unassigned')).split('data-ref').filter((row) => row.includes('Hoa')).map((row) => `data-ref${row}`).join(''))[0];
  const path = /\/contacts\/ctc_[a-z2-7]+\/edit/.exec(await agent.page(`/c/${ref}`))[0];
  assert.match(await agent.page(path), /<option value="quý khách">/);
  const taken = await agent.submit(path, { name: 'Hoa', address_form: 'chị', email: 'TU@customer.test', note: 'Thích gọi buổi sáng', back: `/c/${ref}` });
  assert.equal(taken.status, 409);
  assert.match(await taken.text(), /Another customer is known by this[\s\S]*Thích gọi buổi sáng/);
  assert.equal((await agent.submit(path, { name: 'Hoa', phone: 'call me' })).status, 422);
  const saved = await agent.submit(path, { name: 'Trần Hoa', lang: 'vi', address_form: 'chị', call_name: '', note: 'Thích gọi buổi sáng',
    email: 'hoa2@customer.test', phone: '+84 912 345 678', back: `/c/${ref}` });
  assert.equal(saved.headers.get('location'), `/c/${ref}`);
  const card = textOf(await agent.page(`/c/${ref}`));
  assert.match(card, /Trần Hoa[\s\S]*hoa2@customer\.test[\s\S]*\+84912345678[\s\S]*chị[\s\S]*Thích gọi buổi sáng/);
  assert.match(textOf(await agent.page(path)), /Known by/);
  const away = await agent.submit(path, { name: 'Trần Hoa', back: '//evil.example/' });
  assert.equal(new URL(away.headers.get('location'), kept.url).origin, kept.url);
});

// ---- first steps ----

test('the first steps lead from an empty program to mail that arrives', async () => {
  const fresh = await startKept({ clock: START, inbox: null, zone: 'UTC' });
  try {
    const first = await fresh.agent('first@kept.test');
    assert.equal((await first.get('/inbox/mine')).headers.get('location'), '/start/language');
    assert.equal((await first.get('/inbox/unassigned')).status, 200, 'nobody is locked in');
    const plain = await fresh.agent('other@kept.test', { role: 'agent' });
    assert.equal((await plain.get('/inbox/mine')).status, 200);
    assert.equal((await first.submit('/start/language', { company: '', lang: 'vi', country: 'VN' })).status, 422);
    const next = async (step, fields) => {
      const answer = await first.submit(`/start/${step}`, fields);
      assert.equal(answer.status, 303, `${step}: ${answer.status === 303 || textOf(await answer.text())}`);
      return answer.headers.get('location');
    };
    assert.equal(await next('language', { company: 'Tiệm Hoa', lang: 'en', country: 'VN' }), '/start/hours');
    const hours = await first.page('/start/hours');
    assert.match(hours, /<option value="Asia\/Ho_Chi_Minh" selected>/, 'by the country');
    assert.match(hours, /name="hours_5" value="08:30–17:30"/);
    assert.match(hours, /name="hours_7" value=""/);
    assert.equal((await first.submit('/start/hours', { zone: 'Asia/Ho_Chi_Minh', hours_1: 'mornings' })).status, 422);
    assert.equal(await next('hours', { zone: 'Asia/Ho_Chi_Minh', hours_1: '8h-17h', hours_2: '8h đến 12h' }), '/start/address');
    assert.match(textOf(await first.page('/start/done')), /by the form of your help pages\. For mail an address is still missing/);
    assert.equal((await first.submit('/start/address', { ...noServers, forward_to: 'nowhere', way: 'forward' })).status, 422);
    assert.equal((await first.submit('/start/address', { ...noServers, forward_to: 'hi@hoa.test', way: 'fetch' })).status, 422, 'fetched from where?');
    assert.equal(await next('address', { ...noServers, forward_to: 'hi@hoa.test', way: 'forward' }), '/start/test');
    assert.match(textOf(await first.page('/start/test')), /Send any mail to hi@hoa\.test.*Waiting for the mail/);
    assert.equal(await fresh.mailIn(mail({ to: 'hi@hoa.test', subject: 'Test' }), 'kept@localhost'), 0);
    await fresh.settle();
    const part = await first.get('/start/test', { 'hx-request': 'true' });
    const text = await part.text();
    assert.match(textOf(text), /It arrived\. Mail works\./);
    assert.doesNotMatch(text, /<html/);
    assert.equal(await next('test', {}), '/start/invite');
    assert.equal((await first.submit('/start/invite', { emails: 'a@hoa.test\nno address' })).status, 422);
    assert.doesNotMatch(textOf(await first.page('/admin/agents')), /a@hoa\.test/, 'nobody is invited half');
    const done = await (await first.submit('/start/invite', { emails: 'a@hoa.test\nb@hoa.test, first@kept.test' })).text();
    assert.equal(copied(done).length, 2);
    assert.match(textOf(done), /Ready.*Customers can write to you now/s);
    assert.equal((await first.get('/inbox/mine')).status, 200);
    const link = pathOf(copied(done)[0]);
    assert.equal((await fresh.browser().get(link)).status, 200);
  } finally {
    await fresh.stop();
  }
});

test('who says what they do begins with hours, tags and saved replies in their language, once', async () => {
  const fresh = await startKept({ clock: START, inbox: null, zone: 'UTC' });
  try {
    const first = await fresh.agent('first@kept.test');
    assert.match(textOf(await first.page('/start/language')), /What do you do\?[\s\S]*A clinic/);
    const fields = { company: 'Tiệm Hoa', lang: 'vi', country: 'VN' };
    assert.equal((await first.submit('/start/language', { ...fields, trade: 'castle' })).status, 422);
    assert.equal((await first.submit('/start/language', { ...fields, trade: 'shop' })).status, 303);
    const hours = await first.page('/start/hours'), replies = textOf(await first.page('/admin/replies'));
    assert.match(hours, /name="hours_1" value="\d\d:\d\d–/);
    assert.match(replies, /Giao hàng: đang tra soát/, 'in Vietnamese');
    assert.match(textOf(await first.page('/admin/tags')), /giao-hàng/);
    const again = await first.page('/start/language');
    assert.doesNotMatch(again, /name="trade"/, 'there is something already');
    assert.equal((await first.submit('/start/language', { ...fields, trade: 'bank' })).status, 303);
    assert.equal(textOf(await first.page('/admin/replies')), replies);
  } finally {
    await fresh.stop();
  }
});

test('the first steps can be left for later', async () => {
  const fresh = await startKept({ clock: START, inbox: null });
  try {
    const first = await fresh.agent('first@kept.test');
    assert.equal((await first.submit('/start/language', { skip: 1 })).headers.get('location'), '/start/hours');
    assert.equal((await first.get('/inbox/mine')).headers.get('location'), '/start/language');
    assert.match(textOf(await first.page('/start/test')), /There is no e-mail address yet/);
    assert.equal((await first.submit('/start/hours', { leave: 1 })).headers.get('location'), '/inbox/mine');
    assert.equal((await first.get('/inbox/mine')).status, 200);
    assert.match(await first.page('/admin/settings'), /href="\/start\/language"/);
  } finally {
    await fresh.stop();
  }
});
