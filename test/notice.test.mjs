// Mails to agents: invitations and forgotten passwords, through real Postfix into real Dovecot.
// check: timeout 120
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, password, textOf } from './kept.mjs';
import { startMailServer } from './mailserver.mjs';

const company = { address: 'desk@kept.test', password: 'desk-secret' };
const people = ['mai', 'an', 'wei', 'late', 'hoa-vi', 'hoa-zh-hans', 'hoa-zh-hant', 'hoa-th'].map((name) => ({ address: `${name}@staff.test`, password: 'mailbox-secret' }));
// RFC 6238, as an authenticator app does it.
function totp(secret, ms) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

const HOUR = 3600_000, start = '2026-03-16T09:00:00+07:00';
let kept, server, admin, dir;

const decoded = (raw) => { // the header as it is, and one quoted-printable part
  const end = raw.search(/\r?\n\r?\n/);
  const bytes = raw.slice(end).replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return raw.slice(0, end) + Buffer.from(bytes, 'latin1').toString('utf8');
};
const subjectOf = (raw) => /^Subject: ((?:.*\r?\n[ \t]+)*.*)/m.exec(raw)[1].replace(/\?=\r?\n[ \t]+=\?/g, '?==?')
  .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b64) => Buffer.from(b64, 'base64').toString('utf8'));
async function mailFor(name, n = 1) {
  await kept.settle();
  const box = server.mailbox(`${name}@staff.test`);
  await box.waitFor((_, all) => true, 20_000);
  for (const end = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const all = await box.list();
    if (all.length >= n) return decoded(all[n - 1].text ?? all[n - 1].raw.toString());
    assert.ok(Date.now() < end, `no mail number ${n} for ${name}\n${kept.log}`);
  }
}
const countFor = async (name) => (await server.mailbox(`${name}@staff.test`).list()).length;
const linkIn = (text) => /https:\/\/help\.kept\.test(\/welcome\/[a-z2-7]+)/.exec(text)?.[1];
const page = async (path = '/admin/agents') => textOf(await admin.page(path));
const refOf = async (name) => new RegExp(`Change ${name}[\\s\\S]*?/admin/agents/(agt_[a-z2-7]{16})`).exec(await admin.page('/admin/agents'))[1];
const invite = (name, fields = {}) => admin.submit('/admin/agents', { name, email: `${name}@staff.test`, role: 'agent', ...fields });
const accept = async (path, fields = {}) => {
  const guest = kept.browser();
  const answer = await guest.submit(path, { name: 'Mai', lang: 'vi', password: 'another long password', ...fields }, { from: path });
  return { answer, guest };
};
const forgot = async (email, browser = kept.browser()) => {
  const answer = await browser.submit('/forgot', { email }, { from: '/forgot' });
  return { status: answer.status, text: textOf(await answer.text()).replaceAll(email, 'ADDRESS') };
};
const signIn = async (email, word) => (await kept.browser().submit('/sign-in', { email, password: word })).status;

before(async () => {
  kept = await Kept.fresh();
  dir = await mkdtemp(join(tmpdir(), 'kept-notice-'));
  server = await startMailServer({ dir, domain: 'kept.test', domains: ['staff.test'], customers: [company, ...people] });
  await kept.serve({ clock: start, args: ['--log', 'info'], env: { KEPT_ORIGIN: 'https://help.kept.test' } });
  admin = await kept.agent();
});
after(async () => {
  await kept?.stop();
  await server?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

test('while no inbox can send, the link is shown, and nobody is offered a mail', async () => {
  const text = textOf(await (await invite('early')).text());
  assert.match(text, /Give this link to the person/);
  assert.match(text, /https:\/\/help\.kept\.test\/welcome\//);
  assert.doesNotMatch(await page('/admin/agents'), /Mail the invitation/);
  assert.doesNotMatch(textOf(await kept.browser().page('/sign-in')), /Forgotten password/);
  assert.match(textOf(await kept.browser().page('/forgot')), /cannot send mail for this yet/);
});

test('an invitation goes out by mail, in the language of whoever invites, and its link is not shown', async () => {
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--from', 'Kept Shop', '--smtp', `127.0.0.1:${server.submissionPort}`,
    '--smtp-security', 'plain', '--smtp-user', company.address, '--smtp-password-stdin'], { input: `${company.password}\n` });
  assert.equal(set.code, 0, set.err);
  const text = textOf(await (await invite('mai')).text());
  assert.match(text, /A mail with a link is on its way/);
  assert.doesNotMatch(text, /\/welcome\//);
  const raw = await mailFor('mai');
  assert.match(raw, /^From: "Kept Shop"\r?\n <support@kept\.test>/m);
  assert.match(raw, /^Auto-Submitted: auto-generated/m);
  assert.match(raw, /^Content-Type: text\/plain/m);
  assert.doesNotMatch(raw, /text\/html|<img|List-Unsubscribe/i);
  assert.equal(subjectOf(raw), 'Your account at Kept Shop');
  assert.match(raw, /Hello mai,/);
  assert.match(await page(), /invitation mailed/);
  const { answer } = await accept(linkIn(raw));
  assert.equal(answer.status, 303);
  assert.equal((await kept.browser().get(linkIn(raw))).status, 410, 'it works once');
  assert.equal(await signIn('mai@staff.test', 'another long password'), 303);
});

test('sent again, the link before it stops working; withdrawn, none works', async () => {
  await invite('an');
  const first = linkIn(await mailFor('an'));
  const again = await admin.submit(`/admin/agents/${await refOf('an')}`, { do: 'mail' });
  assert.match(textOf(await again.text()), /on its way/);
  const second = linkIn(await mailFor('an', 2));
  assert.notEqual(first, second);
  assert.equal((await kept.browser().get(first)).status, 410);
  assert.equal((await kept.browser().get(second)).status, 200);
  assert.equal((await admin.submit(`/admin/agents/${await refOf('an')}`, { do: 'withdraw' })).status, 303);
  assert.equal((await kept.browser().get(second)).status, 410);
  assert.doesNotMatch(await page(), /an invited/);
});

test('an invitation is good for seven days', async () => {
  await invite('late');
  const link = linkIn(await mailFor('late'));
  await kept.advance(7 * 24 * HOUR - 1000);
  assert.equal((await kept.browser().get(link)).status, 200);
  await kept.advance(2000);
  assert.equal((await kept.browser().get(link)).status, 410);
});

test('while the sending server is away the invitation waits and says so; withdrawn it never goes', async () => {
  admin = await kept.agent(); // days have passed
  await server.stopPostfix();
  await invite('wei');
  await kept.settle();
  assert.match(await page(), /invitation on its way.*The sending server does not answer/);
  await admin.submit(`/admin/agents/${await refOf('wei')}`, { do: 'withdraw' });
  await server.startPostfix();
  await kept.advance(HOUR);
  assert.equal(await countFor('wei'), 0);
  assert.equal(await kept.ask("SELECT count(*) FROM notice WHERE link IS NOT NULL"), '0', 'no link is kept');
});

test('in the four languages', async () => {
  const words = { vi: [/Tài khoản của bạn tại Kept Shop/, /Chào hoa-vi,/], 'zh-Hans': [/您在 Kept Shop 的账号/, /hoa-zh-hans，您好：/],
    'zh-Hant': [/您在 Kept Shop 的帳號/, /hoa-zh-hant，您好：/], th: [/บัญชีของคุณที่ Kept Shop/, /สวัสดีคุณ hoa-th/] };
  for (const [lang, [subject, hello]] of Object.entries(words)) {
    const name = `hoa-${lang.toLowerCase()}`, browser = kept.browser();
    await kept.addUser(`admin-${lang}@kept.test`.toLowerCase(), { role: 'admin', lang });
    await browser.submit('/sign-in', { email: `admin-${lang}@kept.test`.toLowerCase(), password });
    await browser.submit('/admin/agents', { name, email: `${name}@staff.test`, role: 'agent' });
    const raw = await mailFor(name);
    assert.match(subjectOf(raw), subject);
    assert.match(raw, hello);
    assert.match(raw, new RegExp(`^Content-Language: ${lang}`, 'm'));
    assert.ok(linkIn(raw));
  }
});

test('a forgotten password: the same answer for everybody, and a mail for who has an account', async () => {
  const before = await countFor('mai');
  const known = await forgot('mai@staff.test'), unknown = await forgot('nobody@staff.test');
  assert.deepEqual(known, unknown);
  assert.equal(known.status, 200);
  assert.match(known.text, /If ADDRESS has an account here/);
  const raw = await mailFor('mai', before + 1);
  assert.match(subjectOf(raw), /mật khẩu/i); // she chose Vietnamese
  const old = kept.browser();
  assert.equal((await old.submit('/sign-in', { email: 'mai@staff.test', password: 'another long password' })).status, 303);
  const { answer } = await accept(linkIn(raw), { password: 'a third long password' });
  assert.equal(answer.status, 303);
  assert.equal((await old.get('/inbox/mine')).status, 303, 'sessions from before have ended');
  assert.equal((await kept.browser().get(linkIn(raw))).status, 410, 'it works once');
  assert.equal(await signIn('mai@staff.test', 'another long password'), 401);
  assert.equal(await signIn('mai@staff.test', 'a third long password'), 303);
  assert.match(await page('/admin/sign-ins'), /asked for a new password/);
});

test('its link lives an hour, and changing the password ends it', async () => {
  let n = await countFor('mai');
  await forgot('mai@staff.test');
  const link = linkIn(await mailFor('mai', ++n));
  await kept.advance(HOUR - 1000);
  assert.equal((await kept.browser().get(link)).status, 200);
  await kept.advance(2000);
  assert.equal((await kept.browser().get(link)).status, 410);
  await forgot('mai@staff.test');
  const other = linkIn(await mailFor('mai', ++n));
  const mai = kept.browser();
  await mai.submit('/sign-in', { email: 'mai@staff.test', password: 'a third long password' });
  assert.equal((await mai.submit('/account/password', { now: 'a third long password', new: 'a fourth long password' })).status, 303);
  assert.equal((await kept.browser().get(other)).status, 410);
});

test('three mails an hour for one account; ten askings an hour from one address', async () => {
  await kept.advance(2 * HOUR);
  const before = await countFor('mai');
  for (let i = 0; i < 5; i++) assert.match((await forgot('mai@staff.test')).text, /If ADDRESS has an account/);
  await mailFor('mai', before + 3);
  assert.equal(await countFor('mai'), before + 3);
  for (let i = 0; i < 5; i++) assert.equal((await forgot(`nobody${i}@staff.test`)).status, 200);
  assert.equal((await forgot('nobody@staff.test')).status, 429);
  assert.equal((await forgot('mai@staff.test')).status, 429, 'whoever is asked about');
  await kept.advance(HOUR + 1000);
  assert.equal((await forgot('nobody@staff.test')).status, 200);
});

test('the second step stays', async () => {
  const chu = kept.browser();
  await kept.addUser('chu@staff.test', { role: 'agent' });
  await server.addMailbox('chu@staff.test', 'mailbox-secret');
  await chu.submit('/sign-in', { email: 'chu@staff.test', password });
  await chu.submit('/account/second-step', { do: 'begin' });
  const secret = /[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}/.exec(textOf(await chu.page('/account/second-step')))[0].replaceAll(' ', '');
  assert.equal((await chu.submit('/account/second-step', { do: 'confirm', code: totp(secret, kept.now()) })).status, 200);
  await kept.advance(2 * HOUR);
  await forgot('chu@staff.test');
  const { answer, guest } = await accept(linkIn(await mailFor('chu')));
  assert.equal(answer.headers.get('location'), '/sign-in', 'a link does not stand in for the phone');
  assert.equal((await guest.get('/inbox/mine')).status, 303);
  const asked = await guest.submit('/sign-in', { email: 'chu@staff.test', password: 'another long password' });
  assert.match(textOf(await asked.text()), /One more step/);
});
