// A promise was missed: the customer hears it from us before asking. Once, in open hours, and not when somebody speaks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';
import { chatInbox, Visitor } from './widget.mjs';

const MINUTE = 60_000, HOUR = 60 * MINUTE;
let kept, sink, agent, api;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' }); // a Monday
  agent = await kept.agent('lan@kept.test', { name: 'Lan' });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
  api = kept.caller(await kept.token('lan@kept.test'));
});
after(async () => { await kept?.stop(); sink?.stop(); });

const settings = (news) => agent.submit('/admin/settings', { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', country: 'VN', undo_s: 10, session_h: 720, ...(news ? { news: 1 } : {}) });
const address = (n) => `c${n}@customer.test`;
const mails = (n) => sink.mails.filter((m) => m.to.includes(address(n)));
const bodies = (n) => mails(n).map((m) => Buffer.from(m.text ?? '').toString());
let count = 0;
// Nine o'clock of a day in March: nothing goes at night.
const day = async (n) => { await kept.set(`2026-03-${n}T09:00:00+07:00`); agent = await kept.agent('lan@kept.test'); };
// Somebody asks, and is promised an answer in `minutes`.
async function promised(minutes, { text = 'Where is my refund?', said = 'I will send you the refund slip.', headers = {}, shown = 'shown' } = {}) {
  const n = ++count;
  assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <${address(n)}>`, subject: `Refund ${n}`, text, headers }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await agent.page('/inbox/open'))[0];
  const due = new Date(kept.now() + minutes * MINUTE).toISOString();
  const message = await api('POST', `/conversations/${ref}/messages`, { kind: 'agent', body: said, promises: 'none' });
  assert.equal(message.http, 201, JSON.stringify(message));
  const made = await api('POST', `/conversations/${ref}/promises`, { text: said, message: message.ref, due_to: due, owner: 'me' });
  assert.equal(made.http, 201, JSON.stringify(made));
  await kept.settle();
  return { n, ref, promise: made.ref };
}
const news = async (c) => (await api('GET', `/promises/${c.promise}`)).news;
const says = async (c, body) => assert.equal((await api('POST', `/conversations/${c.ref}/messages`, { kind: 'agent', body, promises: 'none' })).http, 201);
const waitsOn = async (c) => /class="notice notice-late news-bar"/.test(await agent.page(`/c/${c.ref}`));

test('nothing goes by itself unless the account said so: it waits as a draft', async () => {
  const c = await promised(30);
  await kept.advance(2 * HOUR);
  assert.equal(await news(c), null);
  assert.equal(mails(c.n).length, 1);
  assert.match(await agent.page(`/c/${c.ref}`), /That has not happened, and I am sorry/);
  assert.equal((await settings(true)).status, 303);
  await kept.advance(HOUR);
  assert.equal(mails(c.n).length, 1, 'nor what was broken before it was allowed');
});

test('fifteen minutes after its time the customer knows: once, honestly, by a program in the agent’s name', async () => {
  await day(17);
  const c = await promised(30);
  await kept.advance(31 * MINUTE);
  const page = await agent.page(`/c/${c.ref}`);
  assert.match(textOf(page), /A promise was missed, and nobody has written since/);
  assert.match(page, /data-seconds="900"/);
  assert.equal(await news(c), 'waits');
  assert.equal(mails(c.n).length, 1);
  await kept.advance(15 * MINUTE);
  assert.equal(await news(c), 'sent');
  await kept.advance(MINUTE); // the time to take it back
  assert.equal(mails(c.n).length, 2);
  const raw = bodies(c.n)[1];
  assert.match(raw, /Auto-Submitted: auto-generated/);
  const shown = textOf(await agent.page(`/c/${c.ref}`));
  assert.match(shown, /We told you “I will send you the refund slip\.”, by Tuesday 17 March 2026, .* That has not happened\. The fault is ours, and we are sorry\./);
  assert.match(shown, /Lan is responsible for it/);
  assert.match(shown, /Automatic/);
  assert.doesNotMatch(await agent.page(`/c/${c.ref}`), /That has not happened, and I am sorry/, 'the draft with the same words is gone');
  assert.equal((await api('GET', `/promises/${c.promise}`)).state, 'late', 'it is owed still');
  await kept.advance(8 * HOUR);
  assert.equal(mails(c.n).length, 2, 'never twice');
});

test('who was answered, or whose promise was kept, hears nothing from a program', async () => {
  await day(18);
  const answered = await promised(30), kept_ = await promised(30), placeholder = await promised(30, { text: 'Hello? I am waiting.' });
  await kept.advance(35 * MINUTE);
  await says(answered, 'The slip takes until tomorrow at noon: the bank is closed. I am sorry.');
  await api('POST', `/promises/${kept_.promise}/settle`, { outcome: 'kept', reason: 'slip 4711' });
  assert.equal(await waitsOn(answered), false);
  assert.equal(await waitsOn(placeholder), true);
  await kept.advance(HOUR);
  assert.equal(await news(answered), 'needless');
  assert.equal(await news(kept_), 'needless');
  assert.equal(await news(placeholder), 'sent');
  assert.equal(mails(answered.n).length, 2);
  assert.equal(mails(kept_.n).length, 1);
});

test('somebody who writes has time; who stops writing has not stopped the clock', async () => {
  await day(19);
  const c = await promised(30);
  await kept.advance(31 * MINUTE);
  await kept.advance(10 * MINUTE);
  await agent.submit(`/c/${c.ref}/draft`, { kind: 'reply', text: 'I am looking into it right now,' });
  await kept.advance(10 * MINUTE);
  assert.equal(await news(c), 'waits');
  await kept.advance(6 * MINUTE);
  assert.equal(await news(c), 'sent');
  assert.match(await agent.page(`/c/${c.ref}`), /I am looking into it right now,/, 'her own draft stays');
});

test('stop and send now; a stopped word does not go', async () => {
  await day(20);
  const stopped = await promised(30), sent = await promised(30);
  await kept.advance(31 * MINUTE);
  assert.equal((await agent.submit(`/promises/${stopped.promise}/news`, { do: 'stop' })).status, 303);
  assert.equal((await agent.submit(`/promises/${sent.promise}/news`, { do: 'send' })).status, 303);
  assert.equal((await agent.submit(`/promises/${sent.promise}/news`, { do: 'send' })).status, 409);
  const undo = /name="message" value="(msg_[a-z0-9]+)"/.exec(await agent.page(`/c/${sent.ref}`));
  assert.ok(undo, 'it can be taken back like any reply');
  await kept.advance(HOUR);
  assert.deepEqual([await news(stopped), await news(sent)], ['stopped', 'sent']);
  assert.deepEqual([mails(stopped.n).length, mails(sent.n).length], [1, 2]);
  assert.match(textOf(await agent.page(`/c/${stopped.ref}`)), /Lan stopped the automatic word/);
  const back = await promised(30);
  await kept.advance(31 * MINUTE);
  await agent.submit(`/promises/${back.promise}/news`, { do: 'send' });
  const message = /name="message" value="(msg_[a-z0-9]+)"/.exec(await agent.page(`/c/${back.ref}`))[1];
  assert.equal((await agent.submit(`/c/${back.ref}/undo-send`, { message })).status, 303);
  await kept.advance(HOUR);
  assert.equal(await news(back), 'stopped');
  assert.equal(mails(back.n).length, 1);
});

test('not in careful mode, whoever set it; not to a machine; not what the customer was never shown', async () => {
  await day(21);
  const lawyer = await promised(30, { text: 'The charger caught fire. My lawyer will write to you.' }), hand = await promised(30), lifted = await promised(30);
  assert.match(textOf(await agent.page(`/c/${lawyer.ref}`)), /Careful mode, by what the customer wrote/);
  for (const c of [hand, lifted]) assert.equal((await agent.submit(`/c/${c.ref}/careful`, { careful: 1 })).status, 303);
  assert.equal((await agent.submit(`/c/${lifted.ref}/careful`, { careful: 0 })).status, 303);
  const machine = await promised(30);
  await kept.mailIn(mail({ from: `Customer ${machine.n} <${address(machine.n)}>`, subject: `Out of office: Refund ${machine.n}`, text: 'I am away.',
    headers: { 'Auto-Submitted': 'auto-replied', References: `<${machine.n}@x.test>` } }), 'support@kept.test');
  await kept.advance(31 * MINUTE);
  assert.equal((await agent.submit(`/promises/${hand.promise}/news`, { do: 'send' })).status, 409);
  await kept.advance(HOUR);
  assert.equal(await news(lawyer), 'withheld');
  assert.equal(await news(hand), 'withheld');
  assert.equal(await news(lifted), 'sent');
  assert.match(textOf(await agent.page(`/c/${lawyer.ref}`)), /The automatic word did not go; the customer still has to be told/);
});

test('never at night, and only in open hours', async () => {
  await kept.set('2026-03-22T20:50:00+07:00');
  agent = await kept.agent('lan@kept.test');
  const late = await promised(5);
  await kept.advance(HOUR); // 21:50
  assert.equal(mails(late.n).length, 1);
  assert.match(textOf(await agent.page(`/c/${late.ref}`)), /A word to the customer goes by itself: Mon(day)? 23 Mar(ch)?, 08:00/);
  await kept.set('2026-03-23T07:59:00+07:00');
  await kept.settle();
  assert.equal(mails(late.n).length, 1);
  await kept.advance(2 * MINUTE);
  await kept.advance(MINUTE);
  assert.equal(mails(late.n).length, 2);
});

test('in the customer’s language, and two late promises in one word', async () => {
  await day(23);
  const c = await promised(20, { text: 'Em ơi đơn hàng của chị đâu rồi, chị đợi mãi không thấy ai gọi lại.', said: 'Em sẽ gọi lại chị trước trưa nay.' });
  const other = await api('GET', `/conversations/${c.ref}/messages`);
  const made = await api('POST', `/conversations/${c.ref}/promises`, { text: 'gửi lại phiếu đổi', message: other.data.find((m) => m.kind === 'agent').ref,
    due_to: new Date(kept.now() + 25 * MINUTE).toISOString(), owner: 'me' });
  await kept.advance(26 * MINUTE);
  await kept.advance(15 * MINUTE);
  await kept.advance(MINUTE);
  assert.equal(mails(c.n).length, 2);
  assert.equal((await api('GET', `/promises/${made.ref}`)).news, 'sent');
  const shown = textOf(await agent.page(`/c/${c.ref}`));
  assert.match(shown, /Em sẽ gọi lại chị trước trưa nay[\s\S]*gửi lại phiếu đổi/);
  assert.doesNotMatch(shown, /We told you/);
  await kept.advance(HOUR);
  assert.equal(mails(c.n).length, 2);
});

test('into the chat too, marked as a program’s', async () => {
  await day(24);
  const inbox = await chatInbox(kept, ['https://shop.test']), lan = new Visitor(kept, inbox, { origin: 'https://shop.test' });
  await lan.start();
  await lan.say('Where is my refund?');
  await kept.settle();
  const ref = refsOf(await agent.page('/inbox/open'))[0];
  const promise = async (text, minutes) => {
    const message = await api('POST', `/conversations/${ref}/messages`, { kind: 'note', body: text });
    return api('POST', `/conversations/${ref}/promises`, { text, message: message.ref, due_to: new Date(kept.now() + minutes * MINUTE).toISOString(), owner: 'me' });
  };
  const made = await promise('I look it up and tell you', 40);
  await kept.advance(41 * MINUTE);
  await kept.advance(15 * MINUTE);
  assert.equal((await api('GET', `/promises/${made.ref}`)).news, 'sent');
  const last = (await lan.messages()).messages.at(-1);
  assert.deepEqual([last.from, last.name], ['bot', 'Lan']);
  assert.match(last.text, /“I look it up and tell you”[^]*That has not happened/);
});
