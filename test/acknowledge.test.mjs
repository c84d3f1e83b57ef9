// "We have your message": the one mail that a machine writes, where an inbox asks for it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Kept, mail, textOf } from './kept.mjs';
import { mailSink } from './widget.mjs';

const origin = 'https://help.kept.test';
let kept, agent, smtp;
const inboxSet = async (desk, more, inbox = 'support@kept.test') => {
  const set = await desk.cli(['inbox', 'set', inbox, ...more]);
  assert.equal(set.code, 0, set.err);
};
before(async () => {
  kept = await Kept.fresh({ init: ['--lang', 'vi'] });
  smtp = await mailSink();
  await inboxSet(kept, ['--smtp', `127.0.0.1:${smtp.port}`, '--smtp-security', 'plain', '--acknowledge', 'on']);
  await kept.serve({ clock: '2026-03-16T09:00:00+07:00', env: { KEPT_ORIGIN: origin } });
  agent = await kept.agent();
});
after(async () => {
  await kept?.stop();
  smtp?.stop();
});

const decoded = (raw) => raw.replace(/=\?UTF-8\?B\?([^?]*)\?=\s*/gi, (_, text) => Buffer.from(text, 'base64').toString());
const words = (one) => Buffer.from(one.text, 'latin1').toString('utf8');
const header = (one, name) => new RegExp(`^${name}: ((?:.*\\n[ \\t])*.*)`, 'mi').exec(decoded(one.raw.split('\n\n')[0]))?.[1];
const to = (address) => smtp.mails.filter((one) => one.to.includes(address));
let count = 0;
const someone = () => `a${++count}@customer.test`;
async function write(from, text, { headers = {}, subject = 'A question', rcpt = 'support@kept.test' } = {}) {
  const id = `ack${++count}@customer.test`;
  assert.equal(await kept.mailIn(mail({ from, to: rcpt, subject, text, id, headers }), rcpt), 0);
  await kept.settle();
  return kept.ask(`SELECT c.ref FROM conversation c JOIN message m ON m.conversation_id = c.id WHERE m.mail_id = '${id}'`);
}

test('a new conversation is confirmed once, with reference and link, and the clock runs on', async () => {
  const from = someone();
  const ref = await write(from, 'Where is my order? It should have come on Monday.');
  const [one, ...more] = to(from);
  assert.equal(more.length, 0);
  assert.equal(header(one, 'Auto-Submitted'), 'auto-replied');
  assert.equal(header(one, 'X-Auto-Response-Suppress'), 'All');
  assert.match(header(one, 'X-Kept-Loop'), /^[a-z2-7]{8}$/);
  assert.match(header(one, 'In-Reply-To'), /^<ack\d+@customer\.test>$/);
  assert.equal(header(one, 'Content-Language'), 'en');
  assert.match(header(one, 'Subject'), /^We have your message \[#[A-Z2-9]{6}-/);
  const short = await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${ref}'`);
  assert.ok(words(one).includes(`Your reference is ${short}.`));
  assert.ok(words(one).includes(`${origin}/case/${short}-`));
  assert.match(words(one), /automatic confirmation/);
  assert.doesNotMatch(words(one), /nine of ten/, 'no wait is claimed before it is known');
  assert.equal(await kept.ask(`SELECT CASE WHEN waiting_since IS NULL OR first_reply_at IS NOT NULL THEN 'stopped' ELSE status END FROM conversation WHERE ref = '${ref}'`), 'new');
  const page = textOf(await agent.page(`/c/${ref}`));
  assert.match(page, /Automatic/);
  assert.doesNotMatch(page, /Message from Kept Person/);
  // Her answer to it is a further message of the same conversation, and gets no second one.
  const reply = /<([^>]+)>/.exec(header(one, 'Reply-To'))[1];
  assert.equal(await write(from, 'The number is 48213.', { rcpt: reply }), ref);
  assert.equal(to(from).length, 1);
});

for (const [lang, text, subject, phrase] of [
  ['vi', 'Em đặt giày hôm thứ Hai mà chưa nhận được ạ.', 'Đã nhận tin nhắn của quý khách', 'nhân viên sẽ trả lời'],
  ['zh-Hans', '我的快递还没收到，麻烦查一下。', '已收到您的消息', '会由真人回复您'],
  ['zh-Hant', '我的包裹還沒收到，麻煩查一下。', '已收到您的訊息', '會由真人回覆您'],
  ['th', 'สั่งของไปวันจันทร์ ยังไม่ได้รับเลยค่ะ', 'เราได้รับข้อความของท่านแล้ว', 'จะมีเจ้าหน้าที่เป็นผู้ตอบ'],
  ['vi', '48213', 'Đã nhận tin nhắn của quý khách', 'nhân viên sẽ trả lời'], // not known: the company's
]) test(`in the customer's language: ${lang}, ${text}`, async () => {
  const from = someone();
  await write(from, text);
  const [one] = to(from);
  assert.equal(header(one, 'Content-Language'), lang);
  assert.ok(header(one, 'Subject').startsWith(subject), header(one, 'Subject'));
  assert.ok(words(one).includes(phrase), words(one));
});

for (const [what, headers, from] of [
  ['an out-of-office reply', { 'Auto-Submitted': 'auto-replied' }],
  ['a shop’s notice', { 'Auto-Submitted': 'auto-generated' }],
  ['a list', { 'List-Id': '<news.customer.test>' }],
  ['bulk mail', { Precedence: 'bulk' }],
  ['who asks for none', { 'X-Auto-Response-Suppress': 'All' }],
  ['a mail without a way back', { 'Return-Path': '<>' }],
  ['spam', { 'X-Spam-Flag': 'YES' }],
  ['an address behind which nobody reads', {}, 'no-reply@customer.test'],
  ['a mail program', {}, 'MAILER-DAEMON@customer.test'],
  ['our own address', {}, 'support@kept.test'],
  ['our own address with more to it', {}, 'support+x@kept.test'],
]) test(`nothing goes to ${what}`, async () => {
  const sender = from ?? someone(), before = smtp.mails.length;
  await write(sender, 'Where is my order? It should have come.', { headers });
  assert.equal(smtp.mails.length, before);
});

test('nobody gets two in a day; the day after, one again', async () => {
  const from = someone();
  await write(from, 'Where is my order?');
  await kept.advance(23 * 3600_000);
  await write(`Somebody <${from.toUpperCase()}>`, 'And where is my other order?', { subject: 'Another' });
  assert.equal(to(from).length, 1);
  await kept.advance(3600_000);
  await write(from, 'And the third?', { subject: 'A third' });
  assert.equal(to(from).length, 2);
});

test('who was called a spammer gets none', async () => {
  const from = someone();
  agent = await kept.agent(); // a day has passed
  const ref = await write(from, 'Buy watches. They are cheap.');
  assert.equal(to(from).length, 1);
  assert.equal((await agent.submit(`/c/${ref}/status`, { status: 'spam' })).status, 303);
  await kept.advance(25 * 3600_000);
  await write(from, 'Buy more watches.', { subject: 'More' });
  assert.equal(to(from).length, 1);
});

test('the wait is named when it is known', async () => {
  const desk = await Kept.fresh();
  const sink = await mailSink();
  try {
    await inboxSet(desk, ['--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
    await desk.serve({ clock: '2026-03-16T09:00:00+07:00' });
    const her = await desk.agent();
    for (let i = 0; i < 10; i++) {
      const id = `w${i}@customer.test`;
      await desk.mailIn(mail({ from: `w${i}@customer.test`, text: 'Where is my order?', id }), 'support@kept.test');
      await desk.settle();
      await desk.advance(20 * 60_000);
      const ref = await desk.ask(`SELECT c.ref FROM conversation c JOIN message m ON m.conversation_id = c.id WHERE m.mail_id = '${id}'`);
      await her.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'It is on its way.', then: 'resolved', anyway: 1 });
    }
    await desk.advance(11_000);
    assert.ok(sink.mails.every((one) => !/Auto-Submitted/.test(one.raw)), 'off until it is switched on');
    await inboxSet(desk, ['--acknowledge', 'on']);
    await desk.mailIn(mail({ from: 'new@customer.test', text: 'Where is my order? It should have come.' }), 'support@kept.test');
    await desk.settle();
    const one = sink.mails.find((m) => m.to.includes('new@customer.test'));
    assert.match(one.text, /nine of ten customers have their answer within 20 min/);
    await inboxSet(desk, ['--acknowledge', 'off']);
    await desk.mailIn(mail({ from: 'off@customer.test', text: 'Where is my order? It should have come.' }), 'support@kept.test');
    await desk.settle();
    assert.ok(!sink.mails.some((m) => m.to.includes('off@customer.test')));
    assert.equal((await desk.cli(['inbox', 'set', 'support@kept.test', '--acknowledge', 'maybe'])).code, 65);
  } finally {
    await desk.stop();
    sink.stop();
  }
});

test('the contact form is confirmed too, and the switch is on the page', async () => {
  agent = await kept.agent();
  const ref = await kept.ask("SELECT ref FROM inbox WHERE kind = 'form'"), name = await kept.ask("SELECT name FROM inbox WHERE kind = 'form'");
  const page = await agent.page(`/admin/inboxes/${ref}`);
  assert.doesNotMatch(page, /name="acknowledges" value="1"[^>]* checked/);
  assert.match(await agent.page(`/admin/inboxes/${await kept.ask("SELECT ref FROM inbox WHERE kind = 'email'")}`), /name="acknowledges" value="1"[^>]* checked/);
  assert.equal((await agent.submit('/admin/inboxes', { ref, kind: 'form', name, enabled: 1, acknowledges: 1, do: 'save' })).status, 303);
  assert.match(await agent.page(`/admin/inboxes/${ref}`), /name="acknowledges" value="1"[^>]* checked/);
  const customer = kept.browser(), from = someone();
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  const sent = await customer.submit('/contact', { email: from, subject: 'Buy watches at watches.test', message: 'Two bills came.', form_time: stamp }, { from: '/contact' });
  assert.equal(sent.status, 303);
  await kept.settle();
  const [one] = to(from);
  assert.equal(header(one, 'Auto-Submitted'), 'auto-replied');
  assert.doesNotMatch(decoded(one.raw) + words(one), /watches/, 'what a stranger wrote goes to nobody');
  const token = await kept.token('agent@kept.test');
  const { data } = await (await fetch(`${kept.url}/api/v1/inboxes`, { headers: { authorization: `Bearer ${token}` } })).json();
  assert.equal(data.find((inbox) => inbox.ref === ref).acknowledges, true);
});

test('a confirmation that comes back asks nobody to act', async () => {
  const from = someone();
  const ref = await write(from, 'Where is my order? It should have come.');
  const bounceTo = /<(support\+b-[^>]+)>/.exec(await kept.ask(`SELECT '<' || m.mail_from || '>' FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${ref}' AND m.kind = 'bot'`))?.[1];
  const id = await kept.ask(`SELECT m.mail_id FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${ref}' AND m.kind = 'bot'`);
  const report = ['--r', 'Content-Type: text/plain', '', 'No such mailbox.', '--r', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; customer.test', '',
    `Final-Recipient: rfc822; ${from}`, 'Action: failed', 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 no such mailbox', '', '--r', 'Content-Type: message/rfc822', '',
    `Message-ID: <${id}>`, 'Subject: x', '', 'x', '--r--'].join('\n');
  assert.equal(await kept.mailIn(mail({ from: 'MAILER-DAEMON@customer.test', subject: 'Undelivered', text: report,
    headers: { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=r', 'Return-Path': '<>' } }), bounceTo ?? 'support@kept.test'), 0);
  await kept.settle();
  assert.equal(await kept.ask(`SELECT status FROM conversation WHERE ref = '${ref}'`), 'new');
  assert.equal(await kept.ask(`SELECT failed_sends FROM conversation WHERE ref = '${ref}'`), '0');
  assert.match(textOf(await agent.page(`/c/${ref}`)), /The customer did not get this/);
});

// ---- two machines ----

const last = (address, n) => smtp.mails.slice(n).filter((one) => one.to.includes(address));

test('a desk that answers whatever comes, without saying so, is answered once a day', async () => {
  const from = 'desk@deaf.test';
  let seen = smtp.mails.length;
  await write(from, 'Thank you for contacting us. Your ticket is 1.', { subject: 'Ticket 1' });
  for (let i = 2; i < 8; i++) { // it makes a new ticket of each mail of ours, in a mail of its own
    for (const one of last(from, seen)) {
      seen = smtp.mails.length;
      assert.ok(one);
      await write(from, `Thank you for contacting us. Your ticket is ${i}.`, { subject: `Ticket ${i}` });
    }
    await kept.advance(60_000);
  }
  assert.equal(to(from).length, 1);
});

test('two of its kind that answer each other fall silent', async () => {
  const other = await Kept.fresh({ inbox: 'help@other.test' }), sink = await mailSink();
  try {
    await inboxSet(other, ['--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain', '--acknowledge', 'on'], 'help@other.test');
    await other.serve({ clock: '2026-03-20T09:00:00+07:00' });
    // A person writes to this desk in the other one's name: it confirms to the other one.
    const begin = smtp.mails.length;
    await write('help@other.test', 'Where is my order? It should have come.');
    let ours = begin, theirs = 0, carried = 0;
    for (let round = 0; round < 6; round++) {
      for (; ours < smtp.mails.length; ours++, carried++)
        if (smtp.mails[ours].to.some((address) => address.endsWith('other.test')))
          assert.equal(await other.mailIn(smtp.mails[ours].raw.replace(/\n/g, '\r\n'), smtp.mails[ours].to[0]), 0);
      await other.settle();
      for (; theirs < sink.mails.length; theirs++, carried++)
        assert.equal(await kept.mailIn(sink.mails[theirs].raw.replace(/\n/g, '\r\n'), sink.mails[theirs].to[0]), 0);
      await kept.settle();
    }
    assert.equal(smtp.mails.length - begin, 1, 'one confirmation');
    assert.equal(sink.mails.length, 0, 'and the other one knows it for a machine’s');
    assert.equal(await other.ask("SELECT count(*) FROM message WHERE auto_kind = 'auto_reply'"), '1', 'it came, and is there to be seen');
    // Our own confirmation, come home by a forward, is known too.
    const home = smtp.mails[begin].raw.replace(/\n/g, '\r\n').replace(/^Auto-Submitted.*\r\n/mi, '').replace(/^X-Auto-Response.*\r\n/mi, '')
      .replace(/^(In-Reply-To|References|Message-ID|Subject):.*\r\n/gmi, '').replace(/^From:.*\r\n(?:[ \t].*\r\n)*/mi, 'From: <forward@customer.test>\r\n');
    assert.equal(await kept.mailIn(home, 'support@kept.test'), 0);
    await kept.settle();
    assert.equal(smtp.mails.length - begin, 1);
    assert.equal(await kept.ask("SELECT count(*) FROM message WHERE auto_kind = 'loop'"), '1');
  } finally {
    await other.stop();
    sink.stop();
  }
});
