// The chat widget as its server sees it: who may, what arrives, what a visitor sees, and how answers reach her. What is on
// the screen is tried in widget_page.test.mjs.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { chatInbox, jwt, mailSink, Visitor } from './widget.mjs';

const shop = 'https://shop.test';
let kept, agent, inbox, smtp;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
  smtp = await mailSink();
  inbox = await chatInbox(kept, [shop, 'https://other.test'], { smtp });
});
after(async () => {
  await kept?.stop();
  smtp?.stop();
});

const visitor = (options) => new Visitor(kept, inbox, { origin: shop, ...options });
const newest = async () => refsOf(await agent.page('/inbox/open'))[0];
const answer = async (ref, text) => {
  const sent = await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text, then: 'pending', anyway: 1 });
  assert.equal(sent.status, 303, await sent.text());
};
// Each story from an address of its own, as far as the limits are concerned: the window passes.
const later = () => kept.advance(11 * 60 * 1000);

test('the script is small, cacheable and may be loaded by any page', async () => {
  const plain = await fetch(`${kept.url}/widget.js`, { headers: { 'accept-encoding': 'identity' } });
  assert.equal(plain.status, 200);
  assert.match(plain.headers.get('content-type'), /^text\/javascript/);
  assert.match(plain.headers.get('cache-control'), /public, max-age=3600/);
  assert.equal(plain.headers.get('access-control-allow-origin'), '*');
  const again = await fetch(`${kept.url}/widget.js`, { headers: { 'if-none-match': plain.headers.get('etag') } });
  assert.equal(again.status, 304);
});

test('a visitor writes, an agent answers, the answer is in the chat', async () => {
  const lan = visitor();
  await lan.start();
  const sent = await lan.say('Giày em đặt hôm thứ Hai chưa tới ạ.', { lang: 'vi' });
  assert.match(sent.conversation, /^[A-Z2-9]{6}$/);
  const ref = await newest();
  const page = textOf(await agent.page(`/c/${ref}`));
  assert.match(page, /Giày em đặt hôm thứ Hai chưa tới ạ\./);
  assert.match(page, /Visitor [A-Z2-9]{4}/);
  await answer(ref, 'Dạ em kiểm tra **ngay** ạ.');
  const { messages } = await lan.messages();
  assert.deepEqual(messages.map((m) => [m.from, m.name, m.text]),
    [['visitor', null, 'Giày em đặt hôm thứ Hai chưa tới ạ.'], ['person', 'agent', 'Dạ em kiểm tra **ngay** ạ.']]);
  assert.match(messages[1].html, /<strong>ngay<\/strong>/);
  assert.doesNotMatch(await agent.page(`/c/${ref}`), /undo-send/, 'a chat answer is there at once');
  await lan.here(messages[1].ref);
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Seen/);
});

test('the same message sent twice is one, and what an agent opened is read', async () => {
  await later();
  const mai = visitor();
  await mai.start();
  const id = randomUUID();
  const first = await mai.say('Is it in stock?', { id });
  assert.equal((await mai.say('Is it in stock?', { id })).ref, first.ref);
  const shown = await mai.messages();
  assert.equal(shown.messages.length, 1);
  assert.equal(shown.messages[0].id, id);
  assert.equal(shown.read, null);
  await agent.submit(`/c/${await newest()}/seen`, { message: first.ref });
  assert.equal((await mai.messages()).read, first.ref);
});

test('internal notes never leave, and card numbers are masked', async () => {
  await later();
  const visitorA = visitor();
  await visitorA.start();
  await visitorA.say('My card is 4111 1111 1111 1111');
  const ref = await newest();
  await agent.submit(`/c/${ref}/reply`, { kind: 'note', text: 'Secret thought' });
  const raw = JSON.stringify(await visitorA.messages());
  assert.doesNotMatch(raw, /Secret thought|4111 1111 1111 1111/);
});

test('files come and go by a private link', async () => {
  await later();
  const visitorA = visitor();
  await visitorA.start();
  const bytes = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await visitorA.say('', { files: [{ name: 'ảnh.png', bytes }] });
  const [message] = (await visitorA.messages()).messages;
  assert.equal(message.files[0].name, 'ảnh.png');
  assert.equal(message.files[0].type, 'image/png');
  const got = await fetch(kept.url + message.files[0].url);
  assert.equal(got.status, 200);
  assert.equal(got.headers.get('content-type'), 'image/png');
  assert.deepEqual(Buffer.from(await got.arrayBuffer()), bytes);
  assert.equal((await fetch(kept.url + message.files[0].url.replace(/.$/, '1'))).status, 404);
  const empty = await visitorA.request('POST', 'messages', { id: randomUUID(), text: '' });
  assert.equal(empty.status, 422);
});

test('only the sites of the inbox may use it', async () => {
  await later();
  const wrong = visitor({ origin: 'https://evil.test' });
  assert.equal((await wrong.request('POST', 'start', {})).status, 403);
  const mine = visitor();
  await mine.start();
  await mine.say('Hello');
  const stolen = Object.assign(visitor({ origin: 'https://evil.test' }), { token: mine.token });
  assert.equal((await stolen.request('GET', 'messages')).status, 403);
  assert.equal((await stolen.request('POST', 'messages', { id: randomUUID(), text: 'x' })).status, 403);
  assert.equal((await wrong.request('GET', '')).status, 403);
  for (const origin of ['null', 'https://shop.test.evil.test', 'http://shop.test', 'https://shop.test:8443'])
    assert.equal((await visitor({ origin }).request('POST', 'start', {})).status, 403, origin);
  for (const origin of [shop, 'https://other.test']) {
    const fine = await visitor({ origin }).request('POST', 'start', {});
    assert.equal(fine.status, 200);
    assert.equal(fine.headers.get('access-control-allow-origin'), origin);
    assert.equal(fine.headers.get('access-control-allow-credentials'), null);
  }
  const asks = (origin) => fetch(`${kept.url}/widget/${inbox.ref}/messages`, { method: 'OPTIONS', headers: { origin,
    'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' } });
  assert.equal((await asks(shop)).status, 204);
  assert.match((await asks(shop)).headers.get('access-control-allow-headers'), /Authorization/);
  assert.equal((await asks('https://evil.test')).status, 403);
  assert.equal((await fetch(`${kept.url}/widget/inb_aaaaaaaaaaaaaaaa`)).status, 404);
});

test('a forged token opens nothing', async () => {
  await later();
  const mine = visitor();
  await mine.start();
  await mine.say('Private words');
  for (const token of ['', 'x', `${mine.token}x`, mine.token.slice(0, -1), 'a'.repeat(32)]) {
    const forged = Object.assign(visitor(), { token });
    assert.equal((await forged.request('GET', 'messages')).status, 401, token);
    assert.equal((await forged.request('POST', 'email', { email: 'a@b.test' })).status, 401);
  }
  const second = await chatInbox(kept, [shop]);
  const moved = Object.assign(new Visitor(kept, second, { origin: shop }), { token: mine.token });
  assert.equal((await moved.request('GET', 'messages')).status, 401, 'a token is of one inbox');
});

test('live updates need a ticket, which ends soon', async () => {
  await later();
  const mine = visitor();
  await mine.start();
  await mine.say('Anything new?');
  const { live } = await mine.messages();
  assert.doesNotMatch(live, new RegExp(mine.token));
  const asks = (ticket, origin = shop) => fetch(`${kept.url}/widget/${inbox.ref}/live?ticket=${encodeURIComponent(ticket)}`, { headers: { origin } });
  assert.equal((await asks(live)).status, 426, 'right, but not a WebSocket');
  for (const forged of [live.slice(0, -1), live.replace(/^con_..../, 'con_aaaa'), live.replace(/\.(\d+)\./, (_, n) => `.${Number(n) + 1}.`), 'x', '..'])
    assert.equal((await asks(forged)).status, 403, forged);
  const second = await chatInbox(kept, [shop]);
  assert.equal((await fetch(`${kept.url}/widget/${second.ref}/live?ticket=${live}`, { headers: { origin: shop } })).status, 403);
  await kept.advance(6 * 60_000);
  assert.equal((await asks(live)).status, 403);
});

test('only a proof of the site makes a visitor known', async () => {
  await later();
  const at = Math.floor(kept.now() / 1000);
  const good = { sub: 'U-77', aud: inbox.ref, iat: at, exp: at + 300, name: 'Ngọc Anh', email: 'ngoc@customer.test' };
  const start = (token) => visitor().request('POST', 'start', { jwt: token });
  const refused = {
    'another secret': jwt(good, 'not the secret'),
    'no algorithm': jwt(good, inbox.secret, { alg: 'none' }).replace(/[^.]*$/, ''),
    'none, but signed': jwt(good, inbox.secret, { alg: 'none' }),
    'HS512': jwt(good, inbox.secret, { alg: 'HS512' }),
    'an extension we do not know': jwt(good, inbox.secret, { crit: ['b64'], b64: false }),
    'over': jwt({ ...good, iat: at - 600, exp: at - 1 }, inbox.secret),
    'lives for a day': jwt({ ...good, exp: at + 86400 }, inbox.secret),
    'from the future': jwt({ ...good, iat: at + 600, exp: at + 900 }, inbox.secret),
    'no end': jwt({ ...good, exp: undefined }, inbox.secret),
    'no beginning': jwt({ ...good, iat: undefined }, inbox.secret),
    'for another inbox': jwt({ ...good, aud: 'inb_aaaaaaaaaaaaaaaa' }, inbox.secret),
    'for nobody': jwt({ ...good, aud: undefined }, inbox.secret),
    'about nobody': jwt({ ...good, sub: undefined }, inbox.secret),
    'changed on the way': jwt(good, inbox.secret).replace(/\.[^.]*\./, `.${Buffer.from(JSON.stringify({ ...good, sub: 'admin' })).toString('base64url')}.`),
    'padded': `${jwt(good, inbox.secret)}=`,
    'a part too many': `${jwt(good, inbox.secret)}.x`,
    'not a token': 'hello',
  };
  for (const [what, token] of Object.entries(refused)) {
    const got = await start(token);
    assert.equal(got.status, 403, what);
    assert.match((await got.json()).detail, /refused: [a-z_]+\./);
  }
  const taken = await start(jwt(good, inbox.secret));
  assert.equal(taken.status, 200);
  assert.equal((await taken.json()).known, true);
});

test('a known user finds her chat on another device; nobody else does', async () => {
  await later();
  const phone = visitor(), laptop = visitor(), other = visitor(), nobody = visitor();
  await phone.start({ jwt: inbox.proof(kept, { sub: 'Ab', name: 'Bảo' }) });
  await phone.say('From the phone');
  assert.match(textOf(await agent.page(`/c/${await newest()}`)), /Bảo/);
  await laptop.start({ jwt: inbox.proof(kept, { sub: 'Ab' }) });
  assert.match(JSON.stringify(await laptop.messages()), /From the phone/);
  await other.start({ jwt: inbox.proof(kept, { sub: 'aB' }) });
  assert.equal((await other.messages()).messages.length, 0, 'Ab and aB are two users');
  await nobody.start();
  await nobody.setEmail('bao@customer.test');
  assert.equal((await nobody.messages()).messages.length, 0);
  // The same browser, another user: her own visitor.
  const before = phone.token;
  await phone.start({ jwt: inbox.proof(kept, { sub: 'someone-else' }) });
  assert.notEqual(phone.token, before);
  assert.equal((await phone.messages()).messages.length, 0);
});

test('somebody who is recognised later keeps what she wrote', async () => {
  await later();
  const lan = visitor();
  await lan.start();
  await lan.say('Before signing in');
  const ref = await newest(), token = lan.token;
  await lan.start({ jwt: inbox.proof(kept, { sub: 'lan-1', name: 'Lan Trần' }) });
  assert.equal(lan.token, token);
  assert.match(JSON.stringify(await lan.messages()), /Before signing in/);
  await lan.say('And after');
  assert.equal(await newest(), ref);
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Lan Trần.*Before signing in.*And after/);
});

test('the identifier with its HMAC is taken too, without it not', async () => {
  await later();
  const hash = createHmac('sha256', inbox.secret).update('chatwoot-5').digest('hex');
  const known = await visitor().request('POST', 'start', { identifier: 'chatwoot-5', identifier_hash: hash, name: 'Five' });
  assert.equal((await known.json()).known, true);
  for (const body of [{ identifier: 'chatwoot-6', identifier_hash: hash }, { identifier: 'chatwoot-5' },
    { identifier: 'chatwoot-5', identifier_hash: '' }])
    assert.equal((await visitor().request('POST', 'start', body)).status, 403);
});

test('who floods is slowed down, and another visitor is not', async () => {
  await later();
  const flood = visitor(), calm = visitor();
  await flood.start();
  await calm.start();
  const codes = [];
  for (let i = 0; i < 22; i++) codes.push((await flood.request('POST', 'messages', { id: randomUUID(), text: `n ${i}` })).status);
  assert.deepEqual([...new Set(codes.slice(0, 20))], [200]);
  assert.deepEqual([...new Set(codes.slice(20))], [429]);
  await calm.say('May I?');
  await kept.advance(61_000);
  await flood.say('Slower now');
  const starts = [];
  for (let i = 0; i < 22; i++) starts.push((await visitor().request('POST', 'start', {})).status);
  assert.ok(starts.includes(429) && starts[0] === 200);
});

const mailsTo = (address) => smtp.mails.filter((mail) => mail.to.includes(address));

test('an answer that was not seen goes on by mail, one that was seen does not', async () => {
  await later();
  const lan = visitor(), address = 'lan.chat@customer.test';
  await lan.start();
  await lan.say('Where is my parcel?');
  await lan.setEmail('Lan.Chat@Customer.test');
  const ref = await newest();
  await answer(ref, 'It left Hanoi this morning.');
  await lan.here(await lan.last());
  await kept.advance(61_000);
  assert.equal(mailsTo(address).length, 0, 'seen: no mail');
  await lan.say('Thank you');
  await answer(ref, 'It arrives tomorrow.');
  await answer(ref, 'Before noon.');
  await kept.advance(30_000);
  assert.equal(mailsTo(address).length, 0, 'she still has time');
  await kept.advance(31_000);
  const sent = mailsTo(address);
  assert.equal(sent.length, 1, 'several lines are one mail');
  assert.match(sent[0].text, /It arrives tomorrow\.\s+Before noon\./);
  const shown = (await lan.messages()).messages.filter((m) => m.text === 'It arrives tomorrow.');
  assert.equal(shown.length, 1, 'still in the chat, once');
  await lan.here(shown[0].ref);
  await kept.advance(120_000);
  assert.equal(mailsTo(address).length, 1);
  for (const text of ['It arrives tomorrow.', 'Before noon.'])
    assert.equal(await kept.ask(`SELECT state FROM message WHERE body = '${text}'`), 'sent', text);
  // She answers the mail: the same conversation.
  const reply = /^Reply-To:[^<]*<([^>]+)>/im.exec(sent[0].raw)[1];
  assert.equal(await kept.mailIn(mail({ from: address, to: reply, subject: 'Re: parcel', text: 'Good, I am at home.' }), reply), 0);
  await kept.settle();
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Where is my parcel\?.*Good, I am at home\./);
});

test('who has left is answered by mail from the start, with the time to take it back', async () => {
  await later();
  const lan = visitor();
  await lan.start();
  await lan.say('I cannot wait.');
  await lan.setEmail('gone@customer.test');
  const ref = await newest();
  await kept.advance(120_000);
  await answer(ref, 'Here is what we found.');
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Goes out in 10 seconds/);
  assert.equal((await lan.messages()).messages.length, 1, 'not there while it can be taken back');
  const known = await lan.last();
  await lan.say('Still wondering.');
  await kept.advance(11_000);
  assert.equal(mailsTo('gone@customer.test').length, 1);
  assert.ok((await lan.messages(known)).messages.some((m) => m.text === 'Here is what we found.'), 'comes although older than what she knows');
});

test('lines that come one by one wait for the last, but not for ever', async () => {
  await later();
  const lan = visitor(), address = 'lines@customer.test';
  await lan.start();
  await lan.say('Which colours are there?');
  await lan.setEmail(address);
  const ref = await newest();
  for (let i = 1; i <= 8; i++) {
    await lan.here();
    await answer(ref, `Colour number ${i}.`);
    await kept.advance(50_000);
  }
  const first = mailsTo(address);
  assert.equal(first.length, 1, 'the first was written more than five minutes ago');
  assert.match(first[0].text, /Colour number 1\.\s+Colour number 2\./);
  await kept.advance(120_000);
  const all = mailsTo(address);
  assert.equal(all.length, 2);
  for (let i = 1; i <= 8; i++)
    assert.equal(all.filter((mail) => mail.text.includes(`Colour number ${i}.`)).length, 1, `${i} once`);
});

test('without an address the answer waits in the chat, and an address given later brings it', async () => {
  await later();
  const lan = visitor();
  await lan.start();
  await lan.say('No address yet');
  const ref = await newest();
  await kept.advance(120_000);
  await answer(ref, 'It is ready.');
  await kept.advance(120_000);
  assert.equal((await lan.request('POST', 'email', { email: 'not an address' })).status, 422);
  await lan.setEmail('later@customer.test');
  await kept.advance(61_000);
  assert.equal(mailsTo('later@customer.test').length, 1);
});

test('what the owner of a typed address writes by mail is not shown in the chat', async () => {
  await later();
  const stranger = visitor();
  await stranger.start();
  await stranger.say('Please tell me about my order.');
  await stranger.setEmail('victim@customer.test');
  const ref = await newest();
  await kept.advance(120_000);
  await answer(ref, 'Which order is it?');
  await kept.advance(11_000);
  const reply = /^Reply-To:[^<]*<([^>]+)>/im.exec(mailsTo('victim@customer.test')[0].raw)[1];
  assert.equal(await kept.mailIn(mail({ from: 'victim@customer.test', to: reply, text: 'My address is 5 Hoa Mai street.' }), reply), 0);
  await kept.settle();
  assert.match(textOf(await agent.page(`/c/${ref}`)), /5 Hoa Mai street/);
  const shown = await stranger.messages();
  assert.match(JSON.stringify(shown), /Which order is it/);
  assert.doesNotMatch(JSON.stringify(shown), /Hoa Mai/);
  assert.equal(shown.by_mail, true);
  await stranger.here();
  await answer(ref, 'We send it to Hoa Mai street then.');
  await kept.advance(11_000);
  assert.equal(mailsTo('victim@customer.test').length, 2, 'a mail is answered by mail, although the chat is open');
  assert.doesNotMatch(JSON.stringify(await stranger.messages()), /Hoa Mai/);
});

test('a user whom the site vouches for reads in the chat what she wrote by mail', async () => {
  await later();
  const thao = visitor();
  await thao.start({ jwt: inbox.proof(kept, { sub: 'thao', email: 'thao@customer.test', email_verified: true }) });
  await thao.say('By chat');
  const ref = await newest();
  await kept.advance(120_000);
  await answer(ref, 'By mail');
  await kept.advance(11_000);
  const reply = /^Reply-To:[^<]*<([^>]+)>/im.exec(mailsTo('thao@customer.test')[0].raw)[1];
  assert.equal(await kept.mailIn(mail({ from: 'thao@customer.test', to: reply, text: 'And by mail again' }), reply), 0);
  await kept.settle();
  assert.deepEqual((await thao.messages()).messages.map((m) => m.text.trim()), ['By chat', 'By mail', 'And by mail again']);
});

test('a chat that was merged into another customer’s case shows nothing of it', async () => {
  await later();
  assert.equal(await kept.mailIn(mail({ subject: 'Other case', text: 'Words of somebody else.' }), 'support@kept.test'), 0);
  await kept.settle();
  const into = await newest();
  const intoShort = /[?&"/]([A-Z2-9]{6})["<\s]/.exec(await agent.page(`/c/${into}`))?.[1];
  const lan = visitor();
  await lan.start();
  await lan.say('My own words.');
  const ref = await newest();
  const merged = await agent.submit(`/c/${ref}/merge`, { with: intoShort, sure: '1' });
  assert.equal(merged.status, 303, 'merged');
  const shown = JSON.stringify(await lan.messages());
  assert.match(shown, /My own words\./);
  assert.doesNotMatch(shown, /Words of somebody else/);
  await lan.say('Still here.');
  assert.notEqual(await newest(), into, 'a conversation of her own');
});

test('the wait is not claimed before it is known, and then it is what it was', async () => {
  await later();
  const first = await (await visitor().request('GET', '?lang=en')).json();
  assert.equal(first.name, 'Kept Shop');
  const quick = await chatInbox(kept, [shop]);
  for (let i = 0; i < 10; i++) {
    await later();
    const someone = new Visitor(kept, quick, { origin: shop });
    const unknown = await (await someone.request('GET', '?lang=en')).json();
    assert.equal(unknown.wait, null);
    await someone.start();
    await someone.say(`Question ${i}`);
    await kept.advance((i === 9 ? 30 : 4) * 60_000);
    await answer(await newest(), 'Answer');
  }
  const said = async (lang) => (await (await new Visitor(kept, quick, { origin: shop }).request('GET', `?lang=${lang}`)).json()).wait;
  assert.equal(await said('en'), 'In the past seven days, nine of ten people had an answer within 4 min.');
  assert.match(await said('vi'), /4 phút/);
});
