// The whole loop with real mail servers: a customer's mail goes through Postfix into Kept, an agent answers on the page, the
// answer goes out by SMTP submission and lands in the customer's Dovecot mailbox, in the same thread.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, mail, program, refsOf, textOf } from './kept.mjs';
import { startMailServer } from './mailserver.mjs';

const linh = { address: 'linh@customer.test', password: 'linh-secret' };
const company = { address: 'desk@kept.test', password: 'desk-secret' }; // who may submit mail
let kept, server, agent, dir;

before(async () => {
  kept = await Kept.fresh();
  dir = await mkdtemp(join(tmpdir(), 'kept-mail-loop-'));
  server = await startMailServer({
    dir, domain: 'kept.test', domains: ['customer.test'], customers: [linh, company],
    pipes: [{ address: 'support@kept.test', command: [program, 'mail-in', '--data', kept.data, '--rcpt', '${original_recipient}'] }],
  });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--from', 'Kept Shop', '--smtp', `127.0.0.1:${server.submissionPort}`,
    '--smtp-security', 'plain', '--smtp-user', company.address, '--smtp-password-stdin'], { input: `${company.password}\n` });
  assert.equal(set.code, 0, set.err);
  await kept.serve({ args: ['--log', 'info'] });
  agent = await kept.agent();
});
after(async () => {
  await kept?.stop();
  await server?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

async function until(what, check, ms = 15_000) { // real servers answer in their own time
  const end = Date.now() + ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not happen in ${ms} ms\n${kept.log}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
const conversationWith = (words) => until(`a conversation with ${words}`, async () => {
  for (const ref of refsOf(await agent.page('/inbox/open'))) if (textOf(await agent.page(`/c/${ref}`)).includes(words)) return ref;
  return null;
});
const header = (raw, name) => new RegExp(`^${name}: ((?:.*\\r?\\n[ \\t])*.*)`, 'mi').exec(raw)?.[1].replace(/\r?\n[ \t]+/g, ' ');

test('a mail is answered in its thread, and the answer to the answer comes back to it', async () => {
  const first = 'Chào shop, mình đặt áo size M mà nhận size S ạ. Đổi giúp mình với.';
  await server.deliver(mail({ from: `Linh <${linh.address}>`, subject: 'Nhầm size áo', text: first, id: 'first@customer.test' }),
    { from: linh.address, to: 'support@kept.test' });
  const ref = await conversationWith('nhận size S');
  const sent = await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Dạ em xin lỗi anh/chị. Em **đổi ngay** size M ạ.', then: 'pending' });
  assert.equal(sent.status, 303);
  const box = server.mailbox(linh.address);
  const answer = (await box.waitFor((found) => found.text.includes('Reply-To:'), 25_000)).text;
  assert.equal(header(answer, 'In-Reply-To'), '<first@customer.test>');
  assert.match(header(answer, 'References'), /<first@customer\.test>/);
  assert.match(header(answer, 'From'), /Kept Shop/);
  assert.match(header(answer, 'Reply-To'), /support\+[a-z0-9]+\.[a-z2-7]{8}@kept\.test/);
  const replyTo = /<([^>]+)>/.exec(header(answer, 'Reply-To'))[1];
  await server.deliver(mail({ from: `Linh <${linh.address}>`, to: replyTo, subject: 'Một tiêu đề khác hẳn', text: 'Cảm ơn shop, mình chờ nhé!',
    id: 'second@customer.test' }), { from: linh.address, to: replyTo });
  await until('the second mail in the same conversation', async () => textOf(await agent.page(`/c/${ref}`)).includes('mình chờ nhé'));
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Sent/);
});

test('a bounce is shown on the message that bounced', async () => {
  const began = await agent.submit('/new', { kind: 'reply', to: 'nobody@customer.test', subject: 'Your parcel', text: 'It is on its way.' });
  assert.equal(began.status, 303);
  const path = began.headers.get('location');
  await until('the bounce', async () => textOf(await agent.page(path)).includes('The customer did not get this'), 30_000);
  assert.match(textOf(await agent.page(path)), /5\.1\.1/);
  assert.ok(refsOf(await agent.page('/inbox/failed')).length >= 1);
});

test('while the program is away the mail server keeps the mail', async () => {
  await kept.stop({ keep: true });
  await server.deliver(mail({ from: `Linh <${linh.address}>`, subject: 'Có ai không?', text: 'Gửi lúc hệ thống tắt.' }),
    { from: linh.address, to: 'support@kept.test' });
  await until('a deferred mail', async () => (await server.queue()).length > 0);
  await kept.serve();
  agent = await kept.agent();
  await server.flush();
  await conversationWith('Gửi lúc hệ thống tắt');
});
