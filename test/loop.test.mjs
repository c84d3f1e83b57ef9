// The loop: a customer writes, an agent answers, the answer is on its way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

let kept, agent;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
});
after(() => kept?.stop());

test('the contact form makes a conversation that keeps what was typed', async () => {
  const customer = kept.browser();
  const form = await customer.page('/contact');
  const stamp = /name="form_time" value="([^"]+)"/.exec(form)[1];
  const typed = { name: 'Lan', email: 'lan@customer.test', subject: 'Giày bị chật', message: 'Tôi muốn đổi size 39.', form_time: stamp };
  const tooFast = await customer.submit('/contact', typed, { from: '/contact' });
  assert.equal(tooFast.status, 422);
  assert.match(await tooFast.text(), /Tôi muốn đổi size 39\./);
  await kept.advance(5000);
  const noAddress = await customer.submit('/contact', { ...typed, email: 'lan' });
  assert.equal(noAddress.status, 422);
  assert.match(await noAddress.text(), /Giày bị chật/);
  const sent = await customer.submit('/contact', typed);
  assert.equal(sent.status, 303);
  const page = textOf(await customer.page(sent.headers.get('location')));
  assert.match(page, /Your reference is [A-Z2-9]{6}/);
  const list = await agent.page('/inbox/unassigned');
  assert.equal(refsOf(list).length, 1);
  assert.match(textOf(list), /Lan Giày bị chật Tôi muốn đổi size 39\./);
  const conversation = await agent.page(`/c/${refsOf(list)[0]}`);
  assert.match(textOf(conversation), /Tôi muốn đổi size 39\./);
});

test('the case page shows the words and takes an answer', async () => {
  const customer = kept.browser();
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  const sent = await customer.submit('/contact', { email: 'mai@customer.test', subject: 'Bill', message: 'Two bills came.', form_time: stamp });
  const link = /href="(\/case\/[^"]+)"/.exec(await customer.page(sent.headers.get('location')))[1];
  assert.match(textOf(await customer.page(link)), /Two bills came\./);
  assert.equal((await customer.submit(`${link}/answer`, { text: 'Now there are three.' })).status, 303);
  assert.match(textOf(await customer.page(link)), /Now there are three\./);
  assert.equal((await customer.get(`${link.slice(0, -1)}${link.endsWith('x') ? 'y' : 'x'}`)).status, 404);
  const ref = refsOf(await agent.page('/inbox/unassigned'))[0];
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Two bills came\..*Now there are three\./);
});

test('a mail becomes a conversation, once, and an answer to ours finds it', async () => {
  const raw = mail({ from: 'Somchai <somchai@customer.test>', subject: 'ของยังไม่มา', text: 'สั่งไปเมื่อวันจันทร์ ยังไม่ได้ของค่ะ' });
  assert.equal(await kept.mailIn(raw, 'support@kept.test'), 0);
  assert.equal(await kept.mailIn(`Received: from elsewhere\r\n${raw}`, 'support@kept.test'), 0, 'the same mail by another way');
  await kept.settle();
  const mine = refsOf(await agent.page('/inbox/unassigned'));
  const page = await agent.page(`/c/${mine[0]}`);
  assert.equal(textOf(page).split('ยังไม่ได้ของค่ะ').length - 1, 1, 'one message');
  const answered = await agent.submit(`/c/${mine[0]}/reply`, { kind: 'reply', text: 'ขออภัยค่ะ **พรุ่งนี้** ถึงแน่นอนค่ะ', then: 'pending' });
  assert.equal(answered.status, 303);
  const after = await agent.page(`/c/${mine[0]}`);
  assert.match(after, /<strong>พรุ่งนี้<\/strong>/);
  assert.match(textOf(after), /Goes out in 10 seconds/);
});

test('an undone reply is a draft again and the customer waits as before', async () => {
  assert.equal(await kept.mailIn(mail({ subject: 'Undo me', text: 'Hello?' }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await agent.page('/inbox/unassigned'))[0];
  await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Too early', then: 'resolved' });
  const message = /name="message" value="(msg_[a-z2-7]+)"/.exec(await agent.page(`/c/${ref}`))[1];
  await kept.advance(3000);
  assert.equal((await agent.submit(`/c/${ref}/undo-send`, { message })).status, 303);
  const page = await agent.page(`/c/${ref}`);
  assert.match(page, /<textarea[^>]*>Too early<\/textarea>/);
  assert.ok(refsOf(await agent.page('/inbox/waiting')).includes(ref), 'the wait goes on');
  const sink = await startSink();
  assert.equal((await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain'])).code, 0);
  await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Now', then: 'resolved', anyway: 1 });
  const second = /name="message" value="(msg_[a-z2-7]+)"/.exec(await agent.page(`/c/${ref}`))[1];
  await kept.advance(11_000);
  assert.equal((await agent.submit(`/c/${ref}/undo-send`, { message: second })).status, 410, 'too late');
  await sink.stop();
});

test('a draft written before the customer wrote again is not sent blindly', async () => {
  const id = 'race-1@customer.test';
  assert.equal(await kept.mailIn(mail({ subject: 'Race', text: 'First.', id }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await agent.page('/inbox/unassigned'))[0];
  const seen = /name="seen" value="(\d+)"/.exec(await agent.page(`/c/${ref}`))[1];
  assert.equal(await kept.mailIn(mail({ subject: 'Re: Race', text: 'Wait, I found it!', headers: { 'In-Reply-To': `<${id}>` } }), 'support@kept.test'), 0);
  await kept.settle();
  const refused = await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'We search for it.', seen, then: 'keep' });
  assert.equal(refused.status, 409);
  const page = await refused.text();
  assert.match(page, /Wait, I found it!/);
  assert.match(page, /We search for it\./);
  assert.equal((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Good news.', seen, anyway: 1, then: 'keep' })).status, 303);
});
