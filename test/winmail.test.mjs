// winmail.dat on its whole way: mail in, the sandboxed child, the conversation, the files.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';

// ---- bytes as Outlook makes them ----

const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16LE(n); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n >>> 0); return b; };
const attribute = (level, id, data) => Buffer.concat([Buffer.from([level]), u32(id), u32(data.length), data,
  u16(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0))]);
const property = (id, text) => {
  const value = Buffer.from(`${text}\0`, 'utf16le');
  return Buffer.concat([u16(0x1f), u16(id), u32(1), u32(value.length), value, Buffer.alloc((4 - value.length % 4) % 4)]);
};
const properties = (...list) => Buffer.concat([u32(list.length), ...list]);
const file = (name, bytes) => Buffer.concat([attribute(2, 0x00069002, Buffer.alloc(14)), attribute(2, 0x00018010, Buffer.from('SHORT~1.BIN\0')),
  attribute(2, 0x0006800f, bytes), attribute(2, 0x00069005, properties(property(0x3707, name)))]);
const tnef = (text, ...files) => Buffer.concat([u32(0x223e9f78), u16(1), attribute(1, 0x00069003, properties(property(0x1000, text))), ...files]);

const multipart = (text, winmail) => ({
  text: [`--q`, 'Content-Type: text/plain; charset=utf-8', '', text, '--q', 'Content-Type: application/ms-tnef; name="winmail.dat"',
    'Content-Transfer-Encoding: base64', 'Content-Disposition: attachment; filename="winmail.dat"', '', winmail.toString('base64').replace(/(.{76})/g, '$1\n'), '--q--'].join('\n'),
  headers: { 'Content-Type': 'multipart/mixed; boundary=q' },
});

let kept, agent;
before(async () => { kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' }); agent = await kept.agent(); });
after(() => kept?.stop());

async function arrives(subject, parts) {
  assert.equal(await kept.mailIn(mail({ subject, ...parts }), 'support@kept.test'), 0);
  await kept.settle();
  const html = await agent.page(`/c/${refsOf(await agent.page('/inbox/unassigned'))[0]}`);
  assert.match(html, new RegExp(subject));
  return { text: textOf(html), files: [...html.matchAll(/href="(\/f\/att_[a-z2-7]{16})"/g)].map((match) => match[1]) };
}

test('its files and its text are the mail’s', async () => {
  const bytes = Buffer.from('%PDF-1.4 the invoice');
  const { text, files } = await arrives('Hoá đơn', multipart('', tnef('Chị gửi em hoá đơn ạ.', file('hoá đơn tháng 3.pdf', bytes), file('note.txt', Buffer.from('a note')))));
  assert.match(text, /Chị gửi em hoá đơn ạ\./);
  assert.match(text, /hoá đơn tháng 3\.pdf/);
  assert.match(text, /note\.txt/);
  assert.doesNotMatch(text, /winmail\.dat|SHORT~1/);
  const answer = await agent.get(files[0]);
  assert.equal(Buffer.from(await answer.arrayBuffer()).toString(), bytes.toString());
  assert.equal(answer.headers.get('content-type'), 'application/pdf');
});

test('cut off, what is left is there, and so is winmail.dat', async () => {
  const whole = tnef('The text inside.', file('first.txt', Buffer.from('the first')), file('second.txt', Buffer.alloc(500, 'x')));
  const { text } = await arrives('Cut off', multipart('The text beside it.', whole.subarray(0, whole.length - 300)));
  assert.match(text, /The text beside it\./);
  assert.match(text, /first\.txt/);
  assert.match(text, /winmail\.dat/);
});

test('what only calls itself winmail.dat stays a file', async () => {
  const { text } = await arrives('No such thing', multipart('Hello.', Buffer.from('plain words')));
  assert.match(text, /Hello\./);
  assert.match(text, /winmail\.dat/);
});
