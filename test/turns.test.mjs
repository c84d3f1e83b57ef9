// What a customer's message does when it comes in: thanks and placeholders move no clock, several lines are one turn, the
// language is told by her words, and a machine confirms once, where it is asked to.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, mail, refsOf, root, startKept, textOf } from './kept.mjs';
import { chatInbox, mailSink, Visitor } from './widget.mjs';

let kept, agent, smtp, chat, token;
before(async () => {
  kept = await Kept.fresh();
  smtp = await mailSink();
  await toSink(kept, smtp);
  await kept.serve({ clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
  chat = await chatInbox(kept, ['https://shop.test'], { smtp });
  token = await kept.token('agent@kept.test');
});
after(async () => {
  await kept?.stop();
  smtp?.stop();
});

async function toSink(desk, sink, inbox = 'support@kept.test', more = []) {
  const set = await desk.cli(['inbox', 'set', inbox, '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain', ...more]);
  assert.equal(set.code, 0, set.err);
}
const api = async (path) => {
  const answer = await fetch(`${kept.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200, path);
  return answer.json();
};
const conversation = (ref) => api(`conversations/${ref}`);
const lastMessage = async (ref) => (await api(`conversations/${ref}/messages`)).data[0];
const events = async (ref, kind) => kept.ask(`SELECT count(*) FROM event e JOIN conversation c ON c.id = e.conversation_id WHERE c.ref = '${ref}' AND e.kind = '${kind}'`);
const reply = async (ref, text, then = 'pending') => {
  const sent = await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text, then, anyway: 1 });
  assert.equal(sent.status, 303, await sent.text());
  await kept.advance(11_000);
};

let people = 0;
// A customer's mails, all in one thread.
class Customer {
  constructor(name = 'Lan') { this.name = name; this.address = `c${++people}@customer.test`; this.ids = []; }
  async write(text, { headers = {}, to = 'support@kept.test', subject, raw } = {}) {
    const id = `m${this.ids.length}.${this.address}`;
    const first = this.ids[0] ? { 'In-Reply-To': `<${this.ids[0]}>` } : {};
    this.ids.push(id);
    const bytes = raw ?? mail({ from: `${this.name} <${this.address}>`, to, subject: subject ?? `About ${this.address}`, text, id, headers: { ...first, ...headers } });
    assert.equal(await kept.mailIn(bytes, to), 0);
    await kept.settle();
    this.ref ??= await kept.ask(`SELECT c.ref FROM conversation c JOIN message m ON m.conversation_id = c.id WHERE m.mail_id = '${id}'`);
    return this.ref;
  }
}
async function resolved(question, answer = 'It is on its way.', then = 'resolved') {
  const customer = new Customer();
  await customer.write(question);
  await reply(customer.ref, answer, then);
  await kept.advance(60_000);
  return customer;
}

for (const [text, what] of [['Great, thanks!', 'en'], ['ok em cảm ơn', 'vi'], ['da vang cam on shop', 'vi without marks'], ['好的谢谢', 'zh'], ['收到，多謝', 'zh-Hant'],
  ['ขอบคุณค่ะ', 'th'], ['โอเคค่า', 'th'], ['👍', 'a like'], ['Thanks, agent!\n\n-- \nLan\nAll that you need for the kitchen', 'a signature'], ['Thank you!\n\nSent from my iPhone', 'a phone’s signature'],
  ['Thank you!\n\nOn Mon, 16 Mar 2026 at 09:00, Shop <support@kept.test> wrote:\n> Shall we send it again?\n> Where do you live?', 'a quoted question']])
  test(`thanks stay visible, reopen nothing and start no clock: ${what}`, async () => {
    const customer = await resolved('Where is my parcel?');
    await customer.write(text);
    const now = await conversation(customer.ref);
    assert.equal(now.status, 'resolved');
    assert.equal(now.waiting_since, null);
    assert.equal((await lastMessage(customer.ref)).courtesy, 'thanks');
    assert.equal(await events(customer.ref, 'conversation.confirmed'), '1');
    const page = textOf(await agent.page(`/c/${customer.ref}`));
    assert.ok(page.includes(text.split('\n')[0]), 'it is there to be read');
    assert.match(page, /Nothing but thanks: it reopens nothing and starts no clock/);
    assert.match(page, /The customer’s thanks confirm it|The customer's thanks confirm it/);
  });

for (const text of ['Thanks, but it still does not work', 'cảm ơn, nhưng vẫn chưa được', '谢谢，那什么时候到？', 'ขอบคุณค่ะ แต่ยังไม่ได้ของ', 'ok?', '👎'])
  test(`more than thanks reopens: ${text}`, async () => {
    const customer = await resolved('Where is my parcel?');
    await customer.write(text);
    const now = await conversation(customer.ref);
    assert.equal(now.status, 'open');
    assert.ok(now.waiting_since);
    assert.equal((await lastMessage(customer.ref)).courtesy, null);
    assert.equal(await events(customer.ref, 'conversation.confirmed'), '0');
  });

test('thanks with a file are an ordinary message', async () => {
  const customer = await resolved('Where is my parcel?');
  const body = ['--x', 'Content-Type: text/plain; charset=utf-8', '', 'Thanks!', '--x', 'Content-Type: image/png; name="broken.png"',
    'Content-Disposition: attachment; filename="broken.png"', 'Content-Transfer-Encoding: base64', '', 'iVBORw0KGgo=', '--x--'].join('\n');
  await customer.write(body, { headers: { 'Content-Type': 'multipart/mixed; boundary=x' } });
  assert.equal((await conversation(customer.ref)).status, 'open');
});

test('the picture of a signature does not count', async () => {
  const customer = await resolved('Where is my parcel?');
  const body = ['--x', 'Content-Type: text/html; charset=utf-8', '', '<p>Thank you!</p><img src="cid:logo">', '--x', 'Content-Type: image/png; name="logo.png"',
    'Content-ID: <logo>', 'Content-Disposition: inline; filename="logo.png"', 'Content-Transfer-Encoding: base64', '', 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', '--x--'].join('\n');
  await customer.write(body, { headers: { 'Content-Type': 'multipart/related; boundary=x' } });
  assert.equal((await lastMessage(customer.ref)).courtesy, 'thanks');
  assert.equal((await conversation(customer.ref)).status, 'resolved');
});

test('"ok" to a question is the answer; to "anything else?" it is not', async () => {
  const asked = await resolved('I do not want it any more.', 'Shall I cancel the order?', 'pending');
  await asked.write('ok thanks');
  assert.equal((await conversation(asked.ref)).status, 'open');
  const offered = await resolved('I do not want it any more.', 'It is cancelled. Is there anything else I can help with?', 'pending');
  await offered.write('ok thanks');
  const now = await conversation(offered.ref);
  assert.equal(now.status, 'pending');
  assert.equal(now.waiting_since, null);
  assert.equal(await events(offered.ref, 'conversation.confirmed'), '0', 'nothing was called solved yet');
  const praised = await resolved('Ich möchte …', 'Shall I cancel the order?', 'pending');
  await praised.write('Great service, thank you!');
  assert.equal((await conversation(praised.ref)).status, 'pending', 'thanks alone answer no question');
});

test('a first message is never only thanks; a thank-you to a closed case begins no new one', async () => {
  const first = new Customer();
  await first.write('Thank you!');
  const now = await conversation(first.ref);
  assert.equal(now.status, 'new');
  assert.ok(now.waiting_since);
  assert.equal((await lastMessage(first.ref)).courtesy, null);
  const closed = await resolved('Where is it?', 'Here.', 'closed');
  const before = await kept.ask('SELECT count(*) FROM conversation');
  await closed.write('Cảm ơn shop nhiều ạ');
  assert.equal(await kept.ask('SELECT count(*) FROM conversation'), before);
  assert.equal((await conversation(closed.ref)).status, 'closed');
  await closed.write('Cảm ơn shop, nhưng sai màu rồi');
  assert.equal(await kept.ask('SELECT count(*) FROM conversation'), String(Number(before) + 1));
});

test('thanks to her who waits do not end the wait, nor do they confirm', async () => {
  const customer = new Customer();
  await customer.write('Where is my parcel?');
  const since = (await conversation(customer.ref)).waiting_since;
  await kept.advance(60_000);
  await customer.write('Thanks in advance!');
  assert.equal((await conversation(customer.ref)).waiting_since, since);
  assert.equal(await events(customer.ref, 'conversation.confirmed'), '0');
});

for (const text of ['Dạ shop đây ạ', '在的亲', 'แอดมินรับเรื่องแล้วค่ะ', 'Hi Lan, one moment please!'])
  test(`a placeholder stops no clock: ${text}`, async () => {
    const customer = new Customer('Lan');
    await customer.write('Where is my parcel? Order 48213.');
    const { waiting_since: since } = await conversation(customer.ref);
    await kept.advance(60_000);
    await reply(customer.ref, text);
    let now = await conversation(customer.ref);
    assert.equal(now.waiting_since, since, 'she waits as before');
    assert.equal(now.first_reply_at, null, 'and has no answer yet');
    assert.equal(now.status, 'open', 'it is our move');
    assert.equal((await lastMessage(customer.ref)).courtesy, 'placeholder');
    assert.ok(refsOf(await agent.page('/inbox/waiting')).includes(customer.ref));
    assert.match(textOf(await agent.page(`/c/${customer.ref}`)), /This says only that somebody is there: the customer’s wait goes on/);
    assert.equal(await kept.ask(`SELECT count(*) FROM event e JOIN conversation c ON c.id = e.conversation_id WHERE c.ref = '${customer.ref}' AND e.code = 'placeholder'`), '1');
    await reply(customer.ref, 'We are looking into it: the parcel left Hanoi this morning.');
    now = await conversation(customer.ref);
    assert.equal(now.waiting_since, null);
    assert.ok(now.first_reply_at);
    assert.equal(now.status, 'pending');
  });

test('"We are looking into it" answers, and "here I am" answers a mere call', async () => {
  const customer = new Customer();
  await customer.write('Does anybody look into it?');
  await reply(customer.ref, "We're looking into it.");
  assert.equal((await conversation(customer.ref)).waiting_since, null);
  const caller = new Customer();
  await caller.write('Shop ơi');
  await reply(caller.ref, 'Dạ shop đây ạ');
  const now = await conversation(caller.ref);
  assert.equal(now.waiting_since, null);
  assert.equal(now.status, 'pending');
});

test('a placeholder that is taken back leaves the wait as it was', async () => {
  const customer = new Customer();
  await customer.write('Where is my parcel?');
  const { waiting_since: since } = await conversation(customer.ref);
  await agent.submit(`/c/${customer.ref}/reply`, { kind: 'reply', text: 'One moment please', then: 'pending', anyway: 1 });
  const message = /name="message" value="(msg_[a-z2-7]+)"/.exec(await agent.page(`/c/${customer.ref}`))[1];
  assert.equal((await agent.submit(`/c/${customer.ref}/undo-send`, { message })).status, 303);
  const now = await conversation(customer.ref);
  assert.equal(now.waiting_since, since);
  assert.equal(now.status, 'new');
});

test('short lines within seconds are one turn, later ones are not', async () => {
  const visitor = new Visitor(kept, chat, { origin: 'https://shop.test' });
  await visitor.start();
  const turns = [];
  const say = async (text, pause) => {
    await kept.advance(pause);
    const { ref } = await visitor.say(text);
    turns.push((await api(`messages/${ref}`)).same_turn);
  };
  await say('Hi', 0);
  await say('my order 48213', 5_000);
  await say('has not come', 20_000);
  await say('Hello?', 21_000);
  await say(`So much to say. ${'It is a long story. '.repeat(40)}`, 5_000);
  assert.deepEqual(turns, [false, true, true, false, false]);
  const ref = refsOf(await agent.page('/inbox/open'))[0];
  assert.equal(await kept.ask("SELECT count(*) FROM event WHERE kind = 'message.received' AND code = 'same_turn'"), '2');
  const begun = Date.parse((await conversation(ref)).waiting_since);
  assert.equal(begun, kept.now() - 51_000, 'the clock runs from the first line');
});

for (const [lang, text] of [['vi', 'minh dat hang hom thu hai ma chua nhan duoc'], ['zh-Hant', '我的包裹還沒收到，麻煩查一下。'], ['zh-Hans', '我的快递还没收到，麻烦查一下。'],
  ['th', 'สั่งของไปวันจันทร์ ยังไม่ได้รับเลยค่ะ'], ['en', 'Where is my order? It should have come on Monday.']])
  test(`the language of a first mail is told by its words: ${lang}`, async () => {
    const customer = new Customer();
    await customer.write(text);
    const now = await conversation(customer.ref);
    assert.equal(now.lang, lang);
    assert.equal(await kept.ask(`SELECT lang FROM contact WHERE name = '${customer.name}' ORDER BY id DESC LIMIT 1`), lang);
  });

test('another language stays unknown, and the next mail may tell; what is stated wins', async () => {
  const customer = new Customer('Somchai');
  await customer.write('48213');
  assert.ok(!(await conversation(customer.ref)).lang);
  await customer.write('ของยังไม่มาเลยค่ะ รบกวนตรวจสอบให้หน่อยค่ะ');
  assert.equal((await conversation(customer.ref)).lang, 'th');
  const stated = kept.browser();
  const form = await (await stated.get('/contact', { 'accept-language': 'vi' })).text();
  const stamp = /name="form_time" value="([^"]+)"/.exec(form)[1], csrf = /name="csrf" value="([^"]+)"/.exec(form)[1];
  await kept.advance(5000);
  const sent = await stated.fetch('/contact', { method: 'POST', headers: { 'accept-language': 'vi' },
    body: new URLSearchParams({ csrf, email: 'states@customer.test', subject: 'Order', message: 'Where is my order? It should have come.', form_time: stamp }) });
  assert.equal(sent.status, 303);
  assert.equal(await kept.ask("SELECT c.lang FROM conversation c WHERE c.subject = 'Order'"), 'vi');
});

test('a mail that was cut says so, and the source has the rest', async () => {
  const raw = (await readFile(join(root, 'test/mail/broken_boundary.eml'), 'utf8')).replace(/\r?\n/g, '\r\n');
  assert.equal(await kept.mailIn(raw, 'support@kept.test'), 0);
  await kept.settle();
  const ref = await kept.ask('SELECT c.ref FROM conversation c JOIN message m ON m.conversation_id = c.id WHERE m.incomplete = 1');
  const page = await agent.page(`/c/${ref}`);
  assert.match(textOf(page), /Not all of this mail could be shown/);
  const link = /href="(\/m\/msg_[a-z2-7]+\/reveal)"/.exec(page)[1];
  assert.equal(await (await agent.submit(link, { reason: 'Something is missing', do: 'file' })).text(), raw);
  assert.equal((await kept.browser().get(link)).status, 303, 'not for strangers');
  assert.equal((await lastMessage(ref)).incomplete, true);
  const whole = new Customer();
  await whole.write('All of it is here.');
  assert.doesNotMatch(textOf(await agent.page(`/c/${whole.ref}`)), /Not all of this mail/);
});

test('who opened the chat and never wrote is forgotten after a week', async () => {
  const year = 365 * 24 * 3600 * 1000;
  const desk = await startKept({ clock: new Date(Date.now() + year).toISOString() }); // the schedule was set by the machine's clock
  try {
    const inbox = await chatInbox(desk, ['https://shop.test']);
    const silent = new Visitor(desk, inbox, { origin: 'https://shop.test' }), speaks = new Visitor(desk, inbox, { origin: 'https://shop.test' });
    await silent.start();
    await speaks.start();
    await speaks.say('Hello, do you have it in red?');
    await desk.advance(6 * 24 * 3600 * 1000);
    assert.equal(await desk.ask('SELECT count(*) FROM visitor'), '2');
    await desk.advance(2 * 24 * 3600 * 1000);
    assert.equal(await desk.ask('SELECT count(*) FROM visitor'), '1');
    assert.equal((await speaks.messages()).messages.length, 1, 'who wrote is still known');
    assert.equal((await silent.request('GET', 'messages')).status, 401);
    assert.equal(await desk.ask("SELECT count(*) FROM job WHERE kind = 'tidy'"), '1', 'it comes again');
  } finally {
    await desk.stop();
  }
});
