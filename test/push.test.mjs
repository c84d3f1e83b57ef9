// Notifications on agents' devices: who is told and who is not, what a push service gets to see, and what becomes of
// devices. The push service is a server of the test; the network that it is on was opened by the operator.
// check: timeout 180
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { mail, password, refsOf, startKept } from './kept.mjs';
import { connect } from './ws.mjs';

const GATHER = 20_000, MINUTE = 60_000, HOUR = 60 * MINUTE;
let kept, service, origin, mai, an, lead, ref;
let pushes = [], answer = () => ({ status: 201 });

before(async () => {
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => { body += text; });
    request.on('end', () => {
      const { status, headers = {} } = answer(request.url);
      pushes.push({ method: request.method, device: request.url, headers: request.headers, body, status });
      response.writeHead(status, headers).end();
    });
  });
  await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${service.address().port}`;
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00', env: { KEPT_OPEN_NETWORKS: '127.0.0.1' } }); // a Monday
  mai = await kept.agent('mai@kept.test', { role: 'agent', name: 'Mai' });
  an = await kept.agent('an@kept.test', { role: 'agent', name: 'An' });
  lead = await kept.agent('lead@kept.test', { role: 'admin', name: 'Lead' });
});
after(async () => {
  await kept?.stop();
  service?.close();
});
beforeEach(() => { answer = () => ({ status: 201 }); });

const taken = () => pushes.splice(0).map(({ device }) => device).sort();
const subscribe = (who, device, fields = {}) => who.submit('/account/notifications/devices', { endpoint: `${origin}/${device}`, ...fields });
const news = async (who) => (await (await who.get('/account/notifications/news')).json()).items;
const refOf = (who) => kept.ask(`SELECT ref FROM agent WHERE email = '${who}@kept.test'`);
const choose = (who, on) => who.submit('/account/notifications', on);
const everything = { assigned: 1, answered: 1, due_soon: 1, broken: 1 };
let counter = 0;
async function arrives(options = {}) {
  const subject = `Parcel ${++counter}`;
  assert.equal(await kept.mailIn(mail({ from: `Hoa <hoa${counter}@customer.test>`, subject, ...options }), 'support@kept.test'), 0);
  await kept.settle();
  return { subject, from: `Hoa <hoa${counter}@customer.test>`, ref: await kept.ask("SELECT ref FROM conversation ORDER BY id DESC LIMIT 1") };
}
const assign = async (by, one, to) => {
  assert.equal((await by.submit(`/c/${one.ref}/assign`, { to: await refOf(to) })).status, 303);
  await kept.settle();
};
const writesAgain = async (one, text = 'Is there any news?') => {
  assert.equal(await kept.mailIn(mail({ from: one.from, subject: `Re: ${one.subject} [${await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${one.ref}'`)}]`, text, headers: { 'In-Reply-To': await messageId(one), References: await messageId(one) } }), 'support@kept.test'), 0);
  await kept.settle();
};
const messageId = (one) => kept.ask(`SELECT '<' || m.mail_id || '>' FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${one.ref}' ORDER BY m.id LIMIT 1`).then((id) => id.replace('<<', '<').replace('>>', '>'));
const opens = async (who, one) => {
  const message = await kept.ask(`SELECT m.ref FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${one.ref}' ORDER BY m.id DESC LIMIT 1`);
  assert.equal((await who.submit(`/c/${one.ref}/seen`, { message })).status, 204);
};

describe('devices', () => {
  test('a browser is added, once, and stands in the list', async () => {
    assert.equal((await subscribe(mai, 'mai-phone')).status, 204);
    assert.equal((await subscribe(mai, 'mai-phone')).status, 204);
    assert.equal(await kept.ask('SELECT count(*) FROM push_device'), '1');
    assert.match(await mai.page('/account'), /id="notifications"[\s\S]*this one/);
    assert.doesNotMatch(await an.page('/account'), /Devices that tell you/);
  });
  test('its address is nowhere in the database, and not on the page', async () => {
    assert.doesNotMatch(await mai.page('/account'), /mai-phone/);
    assert.equal(await kept.ask(kept.database ? "SELECT count(*) FROM push_device WHERE position('\\x6d61692d70686f6e65'::bytea in endpoint) > 0"
      : "SELECT count(*) FROM push_device WHERE instr(endpoint, CAST('mai-phone' AS BLOB)) > 0"), '0');
  });
  test('an address that may not be asked is refused', async () => {
    for (const endpoint of ['http://push.example.net/x', 'https://push.example.net:8443/x', 'https://a@push.example.net/x', 'http://127.0.0.2:9/x', 'nonsense'])
      assert.equal((await mai.submit('/account/notifications/devices', { endpoint })).status, 422, endpoint);
  });
  test('another agent on the same browser takes it over; the one before hears that it is not hers', async () => {
    assert.equal((await subscribe(an, 'shared')).status, 204);
    assert.equal((await subscribe(an, 'shared', { keep: 1 })).status, 204);
    assert.equal((await subscribe(mai, 'shared', { keep: 1 })).status, 404, 'keeping adds nothing');
    assert.equal((await subscribe(mai, 'shared')).status, 204);
    assert.equal((await subscribe(an, 'shared', { keep: 1 })).status, 404);
    const [, device] = /devices\/(psh_[a-z2-7]{16})\/end"[\s\S]*?devices\/(psh_[a-z2-7]{16})\/end"/.exec(await mai.page('/account')).slice(0, 3).slice(1);
    assert.equal((await an.submit(`/account/notifications/devices/${device}/end`, {})).status, 404, 'not hers to remove');
    assert.equal((await mai.submit(`/account/notifications/devices/${device}/end`, {})).status, 303);
    assert.equal(await kept.ask('SELECT count(*) FROM push_device'), '1');
  });
  test('who only reads articles has nothing to be told of', async () => {
    const reader = await kept.agent('reader@kept.test', { role: 'reader' });
    assert.doesNotMatch(await reader.page('/account'), /id="notifications"/);
    const csrf = await reader.csrf('/account');
    const answer = await reader.fetch('/account/notifications/devices', { method: 'POST', body: new URLSearchParams({ csrf, endpoint: `${origin}/reader` }) });
    assert.equal(answer.status, 403);
  });
  test('ten are the most', async () => {
    for (let i = 0; i < 10; i++) assert.equal((await subscribe(an, `an-${i}`)).status, 204);
    assert.equal((await subscribe(an, 'an-10')).status, 429);
    assert.equal((await subscribe(an, 'an-9')).status, 204, 'a known one is none more');
    for (const [device] of (await an.page('/account')).matchAll(/psh_[a-z2-7]{16}(?=\/end)/g)) await an.submit(`/account/notifications/devices/${device}/end`, {});
    assert.equal(await kept.ask('SELECT count(*) FROM push_device'), '1');
  });
});

describe('what a push service sees', () => {
  test('nothing but that there is something, signed by us', async () => {
    assert.equal((await mai.submit('/account/notifications/test', {})).status, 303);
    await kept.settle();
    const [push] = pushes;
    assert.deepEqual(taken(), ['/mai-phone']);
    assert.equal(push.method, 'POST');
    assert.equal(push.body, '');
    assert.equal(push.headers['content-length'], '0');
    assert.equal(push.headers['content-type'], undefined);
    assert.equal(push.headers['content-encoding'], undefined);
    assert.equal(push.headers.ttl, '3600');
    assert.equal(push.headers.urgency, 'high');
    assert.match(push.headers.topic, /^[\w-]{1,32}$/);
    const [, header, claims, signature, key] = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(push.headers.authorization);
    const point = Buffer.from(key, 'base64url');
    const ours = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') } });
    const proves = (text) => verify('sha256', Buffer.from(text), { key: ours, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    assert.ok(proves(`${header}.${claims}`));
    assert.ok(!proves(`${header}.${claims}x`));
    const said = JSON.parse(Buffer.from(claims, 'base64url'));
    assert.equal(said.aud, origin);
    assert.ok(said.exp * 1000 > kept.now() && said.exp * 1000 <= kept.now() + 24 * HOUR);
    assert.match(await mai.page('/account'), new RegExp(`data-key="${key}"`), 'the key that the browser subscribed with');
  });
  test('the device asks for the rest, and the test tells nothing of anybody', async () => {
    const [item] = await news(mai);
    assert.deepEqual([item.title, item.body, item.url], ['Notifications work on this device', '', '/account#notifications']);
  });
});

describe('who is told of what', () => {
  let one;
  test('whom a colleague gave a conversation; not whoever takes it herself', async () => {
    one = await arrives();
    assert.deepEqual(taken(), [], 'nobody\'s yet');
    await assign(lead, one, 'mai');
    assert.deepEqual(taken(), ['/mai-phone']);
    const [item] = await news(mai);
    const short = await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${one.ref}'`);
    assert.deepEqual({ ...item, at: 0 }, { tag: one.ref, title: 'A conversation was assigned to you', body: `Conversation ${short}`, url: `/c/${one.ref}`, at: 0 });
    const own = await arrives();
    await assign(mai, own, 'mai');
    assert.deepEqual(taken(), []);
  });
  test('whom a note calls, unless it is her own or she switched that off', async () => {
    const other = await arrives();
    const note = async (who) => {
      assert.equal((await who.submit(`/c/${other.ref}/reply`, { kind: 'note', text: 'Could @mai look at @Lead?', then: 'note' })).status, 303);
      await kept.settle();
    };
    await note(lead);
    assert.deepEqual(taken(), ['/mai-phone']);
    assert.equal((await news(mai)).find((item) => item.tag === other.ref).title, 'A colleague mentioned you in a note');
    await opens(mai, other);
    await note(mai);
    assert.deepEqual(taken(), []);
    assert.equal((await choose(mai, everything)).status, 303);
    await note(lead);
    assert.deepEqual(taken(), []);
    assert.equal((await choose(mai, { ...everything, mentioned: 1, careful: 1 })).status, 303);
    await note(lead);
    assert.deepEqual(taken(), ['/mai-phone']);
    await opens(mai, other);
  });
  test('nobody else is told, nor is what they ask', async () => {
    assert.deepEqual((await news(an)).map((item) => item.title), ['Kept']);
  });
  test('a customer\'s messages within twenty seconds are one, without her words', async () => {
    await writesAgain(one, 'Hello?');
    await kept.advance(5000);
    await writesAgain(one, 'My card is 4111 1111 1111 1111, Hoa');
    assert.deepEqual(taken(), [], 'she may go on');
    await kept.advance(GATHER);
    assert.deepEqual(taken(), ['/mai-phone']);
    await kept.advance(MINUTE);
    assert.deepEqual(taken(), []);
    const text = JSON.stringify(await news(mai));
    assert.match(text, /A customer wrote in a conversation of yours/);
    assert.doesNotMatch(text, /Hoa|Parcel|4111|Hello/);
    assert.equal((await news(mai)).filter((item) => item.tag === one.ref).length, 1, 'one a conversation');
  });
  test('a thank-you, an automatic answer and another one\'s customer are no news', async () => {
    await writesAgain(one, 'Thank you!');
    await kept.advance(GATHER);
    assert.deepEqual(taken(), []);
    await arrives({ headers: { 'Auto-Submitted': 'auto-replied' } });
    const hers = await arrives();
    await assign(lead, hers, 'an');
    await writesAgain(hers);
    await kept.advance(GATHER);
    assert.deepEqual(taken(), [], 'An has no device');
  });
  test('what she opened meanwhile is not told, and what she opened is no news', async () => {
    assert.ok((await news(mai)).some((item) => item.tag === one.ref));
    await opens(mai, one);
    assert.ok(!(await news(mai)).some((item) => item.tag === one.ref));
    await writesAgain(one);
    await opens(mai, one);
    await kept.advance(GATHER);
    assert.deepEqual(taken(), []);
  });
  test('nor what she has in sight; a hidden page counts as not looking', async () => {
    const cookie = [...mai.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const page = await connect(kept.port, '/live', { headers: { Cookie: cookie, Origin: kept.url } });
    await page.next((m) => m.ready);
    page.send({ view: one.ref });
    await page.next('presence');
    await writesAgain(one);
    await kept.advance(GATHER);
    assert.deepEqual(taken(), []);
    page.send({ view: null });
    await writesAgain(one, 'And today?');
    await kept.advance(GATHER);
    assert.deepEqual(taken(), ['/mai-phone']);
    await page.close();
  });
  test('a promise that is due soon, and one that was not kept', async () => {
    const text = 'We will send the refund by 5 pm today.';
    await mai.submit(`/c/${one.ref}/reply`, { kind: 'reply', text, then: 'pending', anyway: 1, promise: '0', promise_text: text, promise_due: '2026-03-16T17:00', promise_hand: '0' });
    await kept.settle();
    assert.deepEqual(taken(), []);
    await kept.set('2026-03-16T16:59:00+07:00');
    assert.deepEqual(taken(), ['/mai-phone']);
    assert.equal((await news(mai)).length, 1);
    await kept.advance(2 * MINUTE);
    assert.deepEqual(taken(), ['/mai-phone']);
    assert.deepEqual((await news(mai)).map((item) => item.title), ['A promise is overdue']);
  });
  test('careful mode tells those who are to have it in hand, unless they switched that off', async () => {
    assert.equal((await subscribe(lead, 'lead-desk')).status, 204);
    await arrives({ text: 'My parcel is two days late.' });
    assert.deepEqual(taken(), []);
    const grave = await arrives({ text: 'The charger caught fire. My lawyer will write to you.' });
    assert.deepEqual(taken(), ['/lead-desk']);
    assert.deepEqual((await news(lead)).map(({ tag, title }) => [tag, title]), [[grave.ref, 'A conversation in careful mode needs you']]);
    await choose(lead, everything);
    await arrives({ text: 'The charger caught fire. My lawyer will write to you.' });
    assert.deepEqual(taken(), []);
    const [device] = /psh_[a-z2-7]{16}(?=\/end)/.exec(await lead.page('/account'));
    await lead.submit(`/account/notifications/devices/${device}/end`, {});
  });
});

describe('her choices', () => {
  let one;
  before(async () => {
    one = await arrives();
    await assign(mai, one, 'mai');
    taken();
  });
  const written = async () => { await writesAgain(one, `More, ${++counter}`); await kept.advance(GATHER); return taken(); };
  test('a kind that is off is not told; the others are', async () => {
    await choose(mai, { ...everything, answered: 0 });
    assert.deepEqual(await written(), []);
    await choose(mai, { answered: 1 });
    assert.deepEqual(await written(), ['/mai-phone']);
    await choose(mai, everything);
  });
  test('nothing while she is away', async () => {
    await mai.submit('/account/away', { away: 1 });
    assert.deepEqual(await written(), []);
    await mai.submit('/account/away', { away: 0 });
    assert.deepEqual(await written(), ['/mai-phone']);
  });
  test('only during opening hours, if she wants that', async () => {
    await lead.submit('/admin/hours', Object.fromEntries([1, 2, 3, 4, 5].map((day) => [`hours_${day}`, '9-17'])));
    const open = await kept.ask("SELECT count(*) FROM hours_span");
    assert.notEqual(open, '0');
    await kept.set('2026-03-16T22:00:00+07:00');
    assert.deepEqual(await written(), ['/mai-phone'], 'not her choice yet');
    await choose(mai, { ...everything, open_hours: 1 });
    assert.deepEqual(await written(), []);
    await kept.set('2026-03-17T10:00:00+07:00');
    mai = await kept.agent('mai@kept.test'); // her session ran out over night
    assert.equal((await subscribe(mai, 'mai-phone', { keep: 1 })).status, 204);
    assert.deepEqual(await written(), ['/mai-phone']);
    await choose(mai, everything);
  });
});

describe('push services in trouble', () => {
  const tell = async () => { await mai.submit('/account/notifications/test', {}); await kept.settle(); };
  test('429 waits as long as it was asked to, and new things wait with it', async () => {
    answer = () => ({ status: 429, headers: { 'Retry-After': '600' } });
    await tell();
    assert.deepEqual(taken(), ['/mai-phone']);
    answer = () => ({ status: 201 });
    await kept.advance(MINUTE);
    await tell();
    assert.deepEqual(taken(), [], 'not sooner');
    await kept.advance(8 * MINUTE);
    assert.deepEqual(taken(), []);
    await kept.advance(MINUTE);
    assert.deepEqual(taken(), ['/mai-phone'], 'once, for all');
    await tell();
    assert.deepEqual(taken(), ['/mai-phone'], 'and then at once again');
  });
  test('5xx is tried again, ever later, for an hour', async () => {
    answer = () => ({ status: 503 });
    await tell();
    for (let i = 0; i < 70; i++) await kept.advance(MINUTE);
    const tries = taken().length;
    assert.ok(tries >= 6 && tries <= 12, `${tries} tries`);
    assert.match(await mai.page('/account'), /does not answer/);
    answer = () => ({ status: 201 });
    await kept.advance(HOUR);
    assert.deepEqual(taken(), [], 'it is old');
    await tell();
    assert.deepEqual(taken(), ['/mai-phone']);
    assert.doesNotMatch(await mai.page('/account'), /does not answer/);
  });
  test('410 ends the device; it is not asked again', async () => {
    assert.equal((await subscribe(mai, 'mai-old')).status, 204);
    answer = (device) => ({ status: device === '/mai-old' ? 410 : 201 });
    await tell();
    assert.deepEqual(taken(), ['/mai-old', '/mai-phone']);
    await tell();
    assert.deepEqual(taken(), ['/mai-phone']);
    assert.equal(await kept.ask("SELECT count(*) FROM event WHERE kind = 'push.device_ended' AND code = 'over'"), '1');
  });
  test('one that refuses ten times is forgotten', async () => {
    assert.equal((await subscribe(mai, 'mai-broken')).status, 204);
    answer = (device) => ({ status: device === '/mai-broken' ? 403 : 201 });
    for (let i = 0; i < 10; i++) await tell();
    assert.equal(taken().filter((device) => device === '/mai-broken').length, 10);
    await tell();
    assert.deepEqual(taken(), ['/mai-phone']);
  });
});

describe('the end', () => {
  test('whoever signs out on a device hears nothing there', async () => {
    const phone = await kept.agent('mai@kept.test');
    assert.equal((await subscribe(phone, 'mai-second')).status, 204);
    await mai.submit('/account/notifications/test', {});
    await kept.settle();
    assert.deepEqual(taken(), ['/mai-phone', '/mai-second']);
    await phone.submit('/sign-out', {});
    await mai.submit('/account/notifications/test', {});
    await kept.settle();
    assert.deepEqual(taken(), ['/mai-phone']);
  });
  test('a session that ran out: the device is told, and hears that she is to sign in', async () => {
    const tablet = await kept.agent('an@kept.test');
    assert.equal((await subscribe(tablet, 'an-tablet')).status, 204);
    await kept.advance(40 * 24 * HOUR);
    lead = await kept.agent('lead@kept.test');
    const one = await arrives();
    await assign(lead, one, 'an');
    assert.deepEqual(taken(), ['/an-tablet']);
    const answer = await (await tablet.get('/account/notifications/news', { 'accept-language': 'vi' })).json();
    assert.deepEqual(answer, { lang: 'vi', items: [{ tag: 'kept', title: 'Kept', body: 'Hãy đăng nhập để xem tin mới.', url: '/sign-in', at: 0 }] });
  });
  test('a password that is changed ends the other devices', async () => {
    const desk = await kept.agent('an@kept.test'), other = await kept.agent('an@kept.test');
    await subscribe(desk, 'an-desk');
    await subscribe(other, 'an-other');
    assert.equal((await desk.submit('/account/password', { now: password, new: 'another long password' })).status, 303);
    await desk.submit('/account/notifications/test', {});
    await kept.settle();
    assert.deepEqual(taken(), ['/an-desk']);
    an = desk;
  });
  test('an agent who is disabled is told nothing', async () => {
    const one = await arrives();
    await assign(lead, one, 'an');
    assert.deepEqual(taken(), ['/an-desk']);
    assert.equal((await lead.submit(`/admin/agents/${await refOf('an')}`, { do: 'off' })).status, 303);
    await writesAgain(one);
    await kept.advance(GATHER);
    assert.deepEqual(taken(), []);
  });
});

describe('what is served to everybody', () => {
  test('the worker at the root, never kept by caches; the manifest with icons that are there', async () => {
    const worker = await kept.browser().get('/service-worker.js');
    assert.equal(worker.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.equal(worker.headers.get('cache-control'), 'no-cache');
    assert.doesNotMatch(await worker.text(), /^export/m);
    const manifest = await (await kept.browser().get('/kept.webmanifest')).json();
    assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ['/inbox/mine', '/', 'standalone']);
    for (const icon of manifest.icons) assert.equal((await kept.browser().get(icon.src)).headers.get('content-type'), icon.type);
  });
  test('the policy of pages lets in workers and manifests of our own alone', async () => {
    const policy = (await kept.browser().get('/sign-in')).headers.get('content-security-policy');
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /script-src 'self'(;|$)/);
  });
});

describe('an owner who is away', () => {
  test('one whose owner is away, and the conversation’s too, is told to the leads; when she is here, to her alone', async () => {
    await kept.set('2026-04-01T10:00:00+07:00');
    [mai, lead] = [await kept.agent('mai@kept.test'), await kept.agent('lead@kept.test')];
    assert.equal((await subscribe(mai, 'mai-phone', { keep: 1 })).status, 204);
    await choose(mai, everything);
    const text = 'We will send the invoice by 8 pm today.', two = await arrives();
    await assign(mai, two, 'mai');
    assert.equal((await subscribe(lead, 'lead-desk')).status, 204);
    await mai.submit(`/c/${two.ref}/reply`, { kind: 'reply', text, then: 'pending', anyway: 1, promise: '0', promise_text: text, promise_due: '2026-04-01T20:00', promise_hand: '0' });
    await kept.settle();
    taken();
    await mai.submit('/account/away', { away: 1 });
    await kept.set('2026-04-01T19:59:00+07:00');
    assert.deepEqual(taken(), ['/lead-desk']);
    assert.deepEqual((await news(lead)).map((item) => item.title), ['A promise is due soon']);
    await kept.set('2026-04-01T20:01:00+07:00');
    assert.deepEqual(taken(), ['/lead-desk']);
    assert.equal(await kept.ask(`SELECT count(*) FROM draft d JOIN conversation c ON c.id = d.conversation_id WHERE c.ref = '${two.ref}'`), '0', 'no draft waits with somebody who is away');
    const page = await lead.page(`/c/${two.ref}`);
    assert.match(page.replace(/<[^>]+>/g, ' '), /Its owner is away, so everybody has it:\s+We will send the invoice/);
  });
});
