// Files that mean harm, by every way in: kept as they came, byte for byte, never decoded by us, and served so that no browser
// takes them for something that acts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateSync, crc32 } from 'node:zlib';
import { mail, startKept } from './kept.mjs';
import { chatInbox, Visitor } from './widget.mjs';

let kept, agent, bearer, inbox;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
  bearer = await kept.token('agent@kept.test');
  inbox = await chatInbox(kept, ['https://shop.test']);
});
after(() => kept?.stop());

const crc = crc32 ?? ((bytes) => { // node 18 has none
  let c = ~0;
  for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; }
  return ~c >>> 0;
});
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}
function png(width, height, rows) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8); // one bit a pixel, grey
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
const bomb = png(50_000, 50_000, Buffer.alloc(50_000 * (50_000 / 8 + 1) / 10)); // 30 kB that say 2,500,000,000 pixels
const picture = png(8, 8, Buffer.alloc(16));

// name → [bytes, the name it is sent with, shown in the browser?, how it is served]
const files = {
  'a pixel bomb': [bomb, 'holiday.png', false],
  'twin: a picture': [picture, 'slip.png', 'image/png'],
  'GIF and script': [Buffer.from('GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//', 'latin1'), 'a.js', 'image/gif'],
  'PDF and page': [Buffer.from('%PDF-1.7\n<html><script>alert(1)</script>'), 'a.html', 'application/pdf'],
  'PNG with a page behind': [Buffer.concat([picture, Buffer.from('<html><script>alert(1)</script>')]), 'a.html', 'image/png'],
  'a page': [Buffer.from('<!doctype html><script>alert(1)</script>'), 'a.png', false],
  'SVG with script': [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'), 'a.svg', false],
  'XML with a stylesheet': [Buffer.from('<?xml version="1.0"?><?xml-stylesheet href="https://evil.example/x.xsl"?><a/>'), 'a.xml', false],
  'a program': [Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), 'invoice.pdf', false],
  'a script': [Buffer.from('#!/bin/sh\nrm -r /\n'), 'invoice.pdf.sh', false],
  'Flash': [Buffer.from('CWS\x07hello', 'latin1'), 'a.swf', false],
  'a zip of names that climb': [Buffer.from('PK\x03\x04\x14\x00\x00\x00\x00\x00../../../etc/passwd', 'latin1'), 'a.zip', false],
  'nothing known': [Buffer.from([0, 1, 2, 3, 255, 254]), 'a', false],
};
const names = {
  '../../../etc/passwd': /^passwd$/,
  'C:\\Windows\\System32\\a.exe': /^a\.exe$/,
  'invoice\u202egpj.exe': /^invoicegpj\.exe$/,
  'a"; filename*=UTF-8\'\'evil.html; x="': /evil/,
  'ảnh chụp 转运 กล่อง.png': /^ảnh chụp 转运 กล่อง\.png$/,
  [`${'n'.repeat(500)}.png`]: /^n{190,200}/,
  '..': /^(file|image\.png)$/,
  '<img src=x onerror=alert(1)>.png': /onerror/,
  'CON': /^CON$/,
};

function harmless(answer, what, { shown } = {}) {
  const header = (name) => answer.headers.get(name) ?? '';
  assert.equal(answer.status, 200, what);
  assert.equal(header('x-content-type-options'), 'nosniff', what);
  assert.match(header('content-security-policy'), /^sandbox; default-src 'none'/, what);
  assert.doesNotMatch(header('content-security-policy'), /allow-scripts|allow-same-origin/, what);
  assert.equal(header('content-type'), shown || 'application/octet-stream', what);
  assert.match(header('content-disposition'), shown ? /^inline; filename\*=UTF-8''[\w.%-]+$/ : /^attachment; filename\*=UTF-8''[\w.%-]+$/, what);
  assert.doesNotMatch(header('cache-control'), /public/, what);
  return decodeURIComponent(header('content-disposition').split("''")[1]);
}

const newest = () => kept.ask('SELECT ref FROM attachment ORDER BY id DESC LIMIT 1');
async function fetched(what, bytes, options) {
  const answer = await agent.get(`/f/${await newest()}`);
  const name = harmless(answer, what, options);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes), `${what}: every byte`);
  return name;
}

const byApi = async (bytes, name) => {
  const form = new FormData();
  for (const [key, value] of Object.entries({ kind: 'customer', body: 'See the file.', subject: 'File', email: 'lan@customer.test', name: 'Lan' })) form.append(key, value);
  form.append('files', new Blob([bytes]), name);
  const answer = await fetch(`${kept.url}/api/v1/conversations`, { method: 'POST', body: form, headers: { authorization: `Bearer ${bearer}` } });
  assert.equal(answer.status, 201, await answer.clone().text());
};
const encoded = (name) => `=?UTF-8?B?${Buffer.from(name).toString('base64')}?=`;
const byMail = async (bytes, name) => {
  const text = ['--b', 'Content-Type: text/plain', '', 'See the file.', '--b', `Content-Type: image/png; name="${encoded(name)}"`, 'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${encoded(name)}"`, '', bytes.toString('base64').replace(/.{76}/g, '$&\n'), '--b--'].join('\n');
  assert.equal(await kept.mailIn(mail({ headers: { 'Content-Type': 'multipart/mixed; boundary=b' }, text }), 'support@kept.test'), 0);
  await kept.settle();
};
const byWidget = async (bytes, name) => {
  const visitor = new Visitor(kept, inbox, { origin: 'https://shop.test' });
  await visitor.start();
  const answer = await visitor.request('POST', 'messages', { id: `m${Math.random().toString(36).slice(2)}`, text: 'See the file.' }, { files: [{ bytes, name }] });
  assert.equal(answer.status, 200, await answer.clone().text());
};

for (const [way, send] of Object.entries({ 'the API': byApi, mail: byMail }))
  test(`files by ${way} are kept as they came and can do nothing`, async () => {
    for (const [what, [bytes, name, shown]] of Object.entries(files)) {
      await send(bytes, name);
      await fetched(`${what} by ${way}`, bytes, { shown });
    }
  });

test('a visitor of the chat gets them the same way', async () => {
  for (const what of ['a pixel bomb', 'SVG with script', 'twin: a picture']) {
    const [bytes, name, shown] = files[what];
    await byWidget(bytes, name);
    await fetched(what, bytes, { shown });
    await kept.advance(11 * 60 * 1000); // so often from one address
  }
});

test('names climb nowhere, read one way and end nothing', async () => {
  for (const [way, send] of Object.entries({ 'the API': byApi, mail: byMail }))
    for (const [name, wanted] of Object.entries(names)) {
      await send(picture, name);
      const given = await fetched(`${name} by ${way}`, picture, { shown: 'image/png' });
      assert.match(given, wanted, `by ${way}`);
      assert.doesNotMatch(given, /[/\\\0\n\r\u202a-\u202e\u2066-\u2069]/, `${name} by ${way}`);
      assert.ok(Buffer.byteLength(given) <= 200, `${name} by ${way}: ${Buffer.byteLength(given)} bytes`);
      const page = await agent.page(`/c/${await kept.ask('SELECT ref FROM conversation ORDER BY last_at DESC, id DESC LIMIT 1')}`);
      assert.doesNotMatch(page, /<img src=x onerror/, 'also on the page');
    }
});

test('a name with a NUL is refused, and twin: without it is taken', async () => {
  const body = (name) => Buffer.concat([Buffer.from(`--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\ncustomer\r\n--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nx\r\n`
    + `--b\r\nContent-Disposition: form-data; name="subject"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nlan@customer.test\r\n`
    + `--b\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\n`, 'latin1'), picture, Buffer.from('\r\n--b--\r\n')]);
  const post = (name) => fetch(`${kept.url}/api/v1/conversations`, { method: 'POST', body: body(name),
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'multipart/form-data; boundary=b' } });
  assert.equal((await post('a.php\0.png')).status, 400);
  assert.equal((await post('a.php.png')).status, 201);
});
