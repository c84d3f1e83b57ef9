// Pictures of cards, papers and transfer slips: not shown until somebody looks, which is noted; by no other way; and gone
// after their time.
// check: timeout 200
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { mail, startKept, textOf } from './kept.mjs';
import { crc32 } from './crc.mjs';

const DAY = 86400_000;
let kept, admin, agent, lead, api;
before(async () => {
  kept = await startKept({ clock: new Date(Date.now() + 365 * DAY).toISOString() }); // what comes round was set by the machine's clock
  admin = await kept.agent('admin@kept.test', { name: 'Bình' });
  agent = await kept.agent('agent@kept.test', { role: 'agent', name: 'Minh' });
  lead = await kept.agent('lead@kept.test', { role: 'lead', name: 'Thu' });
  const bearer = await kept.token('agent@kept.test');
  api = (path) => fetch(`${kept.url}/api/v1${path}`, { headers: { authorization: `Bearer ${bearer}` } });
});
after(() => kept?.stop());

let count = 0;
const png = (n) => { // each another picture
  const chunk = (type, data) => { const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(8 + body.length); out.writeUInt32BE(data.length); body.copy(out, 4); out.writeUInt32BE(crc32(body), 4 + body.length); return out; };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.from([0, n & 255, n >> 8, 7]))), chunk('IEND', Buffer.alloc(0))]);
};
async function arrives(text, { name = 'photo.jpg', from = ++count, bytes = png(++count), files = true, html = false } = {}) {
  const part = files ? `\n--b\nContent-Type: image/png; name="${name}"\nContent-Disposition: attachment; filename="${name}"\nContent-ID: <pic1>\nContent-Transfer-Encoding: base64\n\n${bytes.toString('base64')}` : '';
  const raw = mail({ from: `Customer ${from} <c${from}@customer.test>`, subject: `Order ${from}`, headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
    text: `--b\nContent-Type: ${html ? 'text/html' : 'text/plain'}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${html ? `<p>${text}</p><img src="cid:pic1">` : text}${part}\n--b--` });
  assert.equal(await kept.mailIn(raw, 'support@kept.test'), 0);
  await kept.settle();
  return { con: await latest('conversation'), msg: await latest('message'), file: await latest('attachment'), bytes, from };
}
const latest = (table) => kept.ask(`SELECT ref FROM ${table} ORDER BY id DESC LIMIT 1`);
const act = (who, x, what) => who.submit(`/f/${x.file}`, { do: what, conversation: x.con }, { from: `/c/${x.con}` });
const looks = () => kept.ask("SELECT count(*) FROM privacy_act WHERE kind = 'picture'");

test('what names a card or a paper is hidden by itself; what does not is shown; both by file name too', async () => {
  const hidden = [await arrives('Here is my ID card, both sides.'), await arrives('Em gửi ảnh căn cước ạ'), await arrives('这是我的护照'), await arrives('แนบสลิปค่ะ'), await arrives('As asked.', { name: 'cccd_mat_truoc.png' })];
  for (const x of hidden) {
    const page = await agent.page(`/c/${x.con}`);
    assert.match(textOf(page), /Card, paper or slip: not shown/);
    assert.match(textOf(page), /A picture was hidden/);
    assert.ok(!page.includes(`src="/f/${x.file}"`) && !page.includes(`href="/f/${x.file}"`), 'nothing of it is in the page');
    assert.equal((await agent.get(`/f/${x.file}`)).status, 403);
  }
  const shown = [await arrives('The cup came broken.'), await arrives('I paid with my credit card, and the cup came broken.'), await arrives('สลิปเปอร์ที่ได้มาขาดค่ะ')];
  for (const x of shown) {
    assert.match(await agent.page(`/c/${x.con}`), new RegExp(`<img src="/f/${x.file}"`));
    assert.equal((await agent.get(`/f/${x.file}`)).status, 200);
  }
});

test('a look shows it, is noted first, and leads read who looked', async () => {
  const x = await arrives('My passport, as you asked.');
  const before = Number(await looks());
  const answer = await act(agent, x, 'look');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.match(answer.headers.get('content-type'), /image\/png/);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), x.bytes);
  assert.equal(Number(await looks()), before + 1);
  assert.match(textOf(await lead.page('/admin/privacy')), /Minh looked at a card or paper/);
  assert.match(textOf(await agent.page(`/c/${x.con}`)), /Minh looked at what was hidden/);
  assert.match(textOf(await agent.page(`/c/${x.con}`)), /Card, paper or slip: not shown/, 'and it is hidden again');
  assert.equal((await kept.browser().fetch(`/f/${x.file}`, { method: 'POST', redirect: 'manual' })).status !== 200, true, 'not for strangers');
});

test('one click hides any file, one click says that it is none, and words do not hide it again', async () => {
  const x = await arrives('The cup came broken.');
  assert.equal((await act(agent, x, 'look')).status, 409, 'what is shown needs no look');
  assert.equal((await act(agent, x, 'mark')).status, 303);
  assert.equal((await agent.get(`/f/${x.file}`)).status, 403);
  assert.match(textOf(await agent.page(`/c/${x.con}`)), /Minh hid a file/);
  assert.equal((await act(agent, x, 'clear')).status, 303);
  assert.equal((await agent.get(`/f/${x.file}`)).status, 200);
  assert.match(textOf(await agent.page(`/c/${x.con}`)), /Minh says that a hidden file is harmless/);
  const again = await arrives('And here is my ID card.', { bytes: x.bytes });
  assert.equal((await agent.get(`/f/${again.file}`)).status, 200, 'the same bytes, which somebody has looked at');
});

test('words and pictures of the same day belong together, whichever comes first; those of another day do not', async () => {
  const widget = async (con, text) => { // her next message in the same conversation, by the API
    const answer = await fetch(`${kept.url}/api/v1/conversations/${con}/messages`, { method: 'POST', headers: { authorization: `Bearer ${await kept.token('agent@kept.test')}`, 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'customer', body: text }) });
    assert.equal(answer.status, 201, await answer.text());
  };
  const first = await arrives('Here it is.'), other = await arrives('Here it is.');
  assert.equal((await agent.get(`/f/${first.file}`)).status, 200);
  await widget(first.con, 'That was my bank card, please refund to it.');
  assert.equal((await agent.get(`/f/${first.file}`)).status, 403);
  assert.equal((await agent.get(`/f/${other.file}`)).status, 200, 'of another customer');
  await kept.advance(2 * DAY);
  agent = await kept.agent('agent@kept.test');
  await widget(other.con, 'By the way, my passport has come.');
  assert.equal((await agent.get(`/f/${other.file}`)).status, 200, 'two days later it is something else');
});

test('no other way leads to it: the API, the mail’s own HTML, the customer’s page', async () => {
  const x = await arrives('Here is my ID card.', { html: true });
  const message = await (await api(`/messages/${x.msg}`)).json();
  assert.deepEqual([message.attachments[0].sensitive, message.attachments[0].url], [true, null]);
  assert.equal((await api(`/attachments/${x.file}`)).status, 403);
  const html = await (await agent.get(`/m/${x.msg}/html`)).text();
  assert.ok(!html.includes(x.file), html);
  const fine = await arrives('The cup came broken.', { html: true });
  assert.ok((await (await agent.get(`/m/${fine.msg}/html`)).text()).includes(fine.file));
  assert.equal((await api(`/attachments/${fine.file}`)).status, 200);
});

test('after their time the bytes are gone, and only theirs; the setting says when', async () => {
  const x = await arrives('Here is my ID card, for you.'), fine = await arrives('The lamp came broken.');
  const blobs = () => kept.ask('SELECT count(*) FROM blob_block').then(Number);
  agent = await kept.agent('agent@kept.test'); admin = await kept.agent('admin@kept.test');
  const settings = (fields) => admin.submit('/admin/settings', { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', country: 'VN', undo_s: 10, session_h: 720, ...fields });
  assert.equal((await settings({ picture_days: 0 })).status, 422);
  assert.equal((await settings({ picture_days: 3, raw_days: 3650 })).status, 303);
  await kept.advance(3 * DAY - 3600_000);
  agent = await kept.agent('agent@kept.test');
  assert.equal((await act(agent, x, 'look')).status, 200);
  const before = await blobs();
  await kept.advance(8 * 3600_000);
  await kept.settle();
  agent = await kept.agent('agent@kept.test');
  assert.equal((await act(agent, x, 'look')).status, 410);
  assert.equal((await agent.get(`/f/${x.file}`)).status, 410);
  assert.ok(await blobs() < before, 'the bytes themselves are gone');
  assert.match(textOf(await agent.page(`/c/${x.con}`)), /photo\.jpg removed/);
  assert.equal((await act(agent, x, 'clear')).status, 410);
  assert.equal((await agent.get(`/f/${fine.file}`)).status, 200);
});
