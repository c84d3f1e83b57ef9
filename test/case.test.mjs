// The customer's case by its private link: what she sees of it, the files, and when she hears from us.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { refsOf, startKept, textOf } from './kept.mjs';

let kept, agent, customer;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' }); // a Monday
  agent = await kept.agent();
  customer = kept.browser();
});
after(() => kept?.stop());

const picture = (n) => Buffer.from(`\x89PNG\r\n\x1a\n no picture, number ${n}`, 'latin1');
const minutes = 60_000;

// Sends the contact form → the path of her case, and of the page that says so.
async function writes(message, { files, email = 'mai@customer.test' } = {}) {
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  const answer = await customer.submit('/contact', { email, subject: message, message, form_time: stamp }, { from: '/contact', files });
  assert.equal(answer.status, 303);
  const sent = answer.headers.get('location');
  return { sent, path: /href="(\/case\/[^"]+)"/.exec(await customer.page(sent))[1], ref: refsOf(await agent.page('/inbox/unassigned'))[0] };
}
const stampOf = (html) => /name="form_time" value="([^"]+)"/.exec(html)[1];
const filesOf = (html) => [...html.matchAll(/href="(\/case\/[^"]+\/f\/att_[^"]+)"/g)].map((m) => m[1]);

test('her files and ours open from her case, and from no other', async () => {
  const hers = await writes('The lid is broken', { files: { files: { name: 'lid.png', bytes: picture(1) } } });
  const other = await writes('Another matter', { email: 'lan@customer.test' });
  const [file] = filesOf(await customer.page(hers.path));
  assert.ok(file, 'her picture is named on her page');
  const answer = await customer.get(file);
  assert.equal(answer.status, 200);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), picture(1), 'byte for byte');
  assert.match(answer.headers.get('content-security-policy'), /^sandbox; default-src 'none'/);
  assert.equal(answer.headers.get('referrer-policy'), 'same-origin', 'her link goes to nobody else');

  const att = file.split('/').pop();
  assert.equal((await customer.get(`${other.path}/f/${att}`)).status, 404, 'with the link of another case');
  assert.equal((await customer.get(`${hers.path}x/f/${att}`)).status, 404, 'with a link that is not ours');
  assert.equal((await kept.browser().get(`/f/${att}`)).status, 303, 'the agents’ way is theirs');

  // A note's file is ours alone; an answer's is hers once it cannot be taken back.
  const own = async (kind, n) => {
    const sent = await agent.submit(`/c/${hers.ref}/reply`, { kind, text: `see ${n}`, then: 'open', anyway: 1 }, { files: { files: { name: `${n}.png`, bytes: picture(n) } } });
    assert.ok(sent.status < 400, `${kind}: ${sent.status}`);
    return kept.ask("SELECT ref FROM attachment ORDER BY id DESC LIMIT 1");
  };
  const note = await own('note', 2);
  assert.equal((await customer.get(`${hers.path}/f/${note}`)).status, 404, 'of a note');
  const ours = await own('reply', 3);
  assert.equal((await customer.get(`${hers.path}/f/${ours}`)).status, 404, 'it can still be taken back');
  await kept.advance(minutes);
  assert.equal((await customer.get(`${hers.path}/f/${ours}`)).status, 200, 'twin: it is sent');
  assert.deepEqual(filesOf(await customer.page(hers.path)).map((path) => path.split('/').pop()), [att, ours]);
});

test('what an agent merged in from another customer is not for her to read', async () => {
  const hers = await writes('My lamp flickers', { email: 'hoa@customer.test' });
  const other = await writes('My medicine is late', { email: 'binh@customer.test', files: { files: { name: 'recipe.png', bytes: picture(9) } } });
  const again = await writes('The lamp once more', { email: 'hoa@customer.test' });
  const [file] = filesOf(await customer.page(other.path));
  const shortRef = await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${hers.ref}'`);
  assert.equal((await agent.submit(`/c/${other.ref}/refund-to`, { do: 'ask' })).status, 303);
  assert.match(await customer.page(other.path), /Where shall we send your money/);
  for (const from of [other, again]) {
    const merged = await agent.submit(`/c/${from.ref}/merge`, { with: shortRef, sure: '1' });
    assert.ok(merged.status < 400, `merged: ${merged.status}`);
  }
  const page = await customer.page(hers.path);
  assert.match(page, /My lamp flickers/);
  assert.match(page, /The lamp once more/, 'twin: her own second conversation is');
  assert.doesNotMatch(page, /medicine/);
  assert.equal((await customer.get(`${hers.path}/f/${file.split('/').pop()}`)).status, 404);
  assert.equal((await customer.get(other.path)).status, 410, 'nor leads the other one’s link to her letters');
  assert.match(await customer.page(again.path), /My lamp flickers/, 'twin: her own link goes on');
  assert.doesNotMatch(page, /Where shall we send your money/);
  const account = { kind: 'bank', number: '0071 0007 81234', bank: 'Vietcombank', holder: 'TRAN THI LAN' };
  for (const path of [hers.path, other.path, `${hers.path}x`])
    assert.ok([404, 410].includes((await customer.submit(`${path}/refund-to`, account, { from: hers.path })).status), 'nor is the other one’s money hers to send');
  assert.match(await agent.page(`/c/${hers.ref}`), /medicine/, 'we see all of it');
});

test('after the form and on the case stands what comes next, and when', async () => {
  const admin = await kept.agent('admin@kept.test');
  const open = await writes('Is anybody there?', { email: 'an@customer.test' });
  assert.doesNotMatch(textOf(await customer.page(open.sent)), /closed/i, 'nobody has set hours');
  const week = Object.fromEntries([1, 2, 3, 4, 5].map((day) => [`hours_${day}`, '8:30-17:30']));
  assert.equal((await admin.submit('/admin/hours', week)).status, 303);
  assert.match(textOf(await customer.page('/contact')), /until 17:30|until 5:30/, 'how long it is open');
  await kept.set('2026-03-16T20:00:00+07:00');
  const late = await writes('In the evening', { email: 'binh@customer.test' });
  assert.match(textOf(await customer.page(late.sent)), /We are closed now and read it from .*8:30/);
  assert.match(textOf(await customer.page(late.path)), /It is our turn\. We write to you\..*Closed now\. Opens .*8:30/);
  const text = 'I will look into it and write to you by 10:00 tomorrow.';
  const chip = await (await agent.submit(`/c/${late.ref}/check`, { kind: 'reply', text }, { headers: { 'HX-Request': 'true' } })).text();
  const words = (name) => new RegExp(`name="${name}" value="([^"]+)"`).exec(chip)[1];
  const reply = await agent.submit(`/c/${late.ref}/reply`, { kind: 'reply', text, then: 'open', promise: '0', promise_text: words('promise_text'),
    promise_due: words('promise_due'), promise_hand: '0' });
  assert.ok(reply.status < 400, `${reply.status}`);
  await kept.advance(minutes);
  const promised = await kept.ask('SELECT count(*) FROM promise');
  assert.equal(promised, '1');
  assert.match(textOf(await customer.page(late.path)), /You hear from us by .*10:00/);
});

test('the form that is sent twice over a slow line is one message; another one is another', async () => {
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  const send = async (fields, files) => (await customer.submit('/contact', { email: 'binh@customer.test', subject: 'Late', message: 'Where is it?', form_time: stamp, ...fields },
    { from: '/contact', files })).headers.get('location');
  const count = () => kept.ask("SELECT count(*) FROM conversation WHERE subject LIKE 'Late%'");
  const first = await send({});
  assert.match(first, /^\/contact\/sent\?case=/);
  assert.deepEqual(await Promise.all([send({}), send({})]), [first, first], 'the same case');
  assert.equal(await count(), '1');
  assert.notEqual(await send({ message: 'Where is the other one?' }), first, 'twin: other words');
  assert.notEqual(await send({ email: 'another@customer.test' }), first, 'twin: of somebody else');
  assert.notEqual(await send({}, { files: { name: 'a.png', bytes: picture(7) } }), first, 'twin: with a file');
  const anew = async () => {
    const form_time = stampOf(await customer.page('/contact'));
    await kept.advance(5000);
    return send({ form_time });
  };
  assert.equal(await anew(), first, 'she went back, and pressed it again');
  const stranger = kept.browser(), page = await stranger.page('/contact');
  await kept.advance(5000);
  const guessed = await stranger.submit('/contact', { email: 'binh@customer.test', subject: 'Late', message: 'Where is it?', form_time: stampOf(page) }, { from: '/contact' });
  assert.notEqual(guessed.headers.get('location'), first, 'twin: who guesses her words is not led to her case');
  assert.equal(await count(), '5');
  await kept.advance(61 * minutes);
  assert.equal(await send({}), first, 'that page once more, when the line is there again');
  const chased = await anew();
  assert.notEqual(chased, first, 'twin: asked anew after an hour');
  assert.equal(await anew(), chased);
  assert.equal(await count(), '6');
});

test('her answer that is sent twice is one message, also after going back; said anew it is another', async () => {
  const hers = await writes('The switch is stuck', { email: 'nga@customer.test' });
  const count = () => kept.ask(`SELECT count(*) FROM message WHERE kind = 'customer' AND conversation_id = (SELECT id FROM conversation WHERE ref = '${hers.ref}')`);
  const answers = async (text, form_time, files) => {
    const answer = await customer.submit(`${hers.path}/answer`, { text, form_time: form_time ?? stampOf(await customer.page(hers.path)) }, { from: hers.path, files });
    assert.equal(answer.headers.get('location'), `${hers.path}?sent=1`);
  };
  const stamp = stampOf(await customer.page(hers.path));
  await answers('Yes', stamp);
  await Promise.all([answers('Yes', stamp), answers('Yes', stamp)]);
  assert.equal(await count(), '2', 'pressed three times');
  await kept.advance(minutes);
  await answers('Yes');
  assert.equal(await count(), '2', 'she went back, and pressed it again');
  await answers('Yes, the left one');
  await answers('Yes', undefined, { files: { name: 'a.png', bytes: picture(8) } });
  assert.equal(await count(), '4', 'twin: other words, a file');
  assert.ok((await agent.submit(`/c/${hers.ref}/reply`, { kind: 'reply', text: 'And does it click?', then: 'pending', anyway: 1 })).status < 400);
  await kept.advance(minutes);
  await answers('Yes');
  assert.equal(await count(), '5', 'twin: we asked something meanwhile');
  await answers('Yes', stamp);
  await kept.advance(61 * minutes);
  await answers('Yes');
  assert.equal(await count(), '6', 'twin: after an hour');
  const other = await writes('The other lamp', { email: 'nga@customer.test' });
  assert.equal((await customer.submit(`${other.path}x/answer`, { text: 'Yes' }, { from: other.path })).status, 404);
  assert.equal((await customer.submit(`${other.path}/answer`, { text: 'Yes' }, { from: other.path })).status, 303);
  assert.equal(await count(), '6', 'twin: of another case');
  assert.equal((await filesOf(await customer.page(hers.path))).length, 1);
});

test('without a form in use nobody is asked to fill one in, and what was typed meanwhile is not lost', async () => {
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  const ref = await kept.ask("SELECT ref FROM inbox WHERE kind = 'form'"), use = (enabled) => agent.submit('/admin/inboxes', { ref, kind: 'form', name: 'Form', ...(enabled ? { enabled: 1 } : {}) });
  assert.match(textOf(await agent.page(`/admin/inboxes/${ref}`)), /When it is switched off, the contact page shows your other ways only/);
  await kept.advance(5000);
  assert.equal((await use(false)).status, 303);
  const closed = await customer.page('/contact');
  assert.doesNotMatch(closed, /<textarea|Send message/);
  assert.match(textOf(closed), /There is no form here just now\. Please write to us this way: .*support@kept\.test/);
  const late = await customer.submit('/contact', { email: 'tu@customer.test', message: 'My long story', form_time: stamp }, { from: '/contact' });
  assert.equal(late.status, 410);
  const said = await late.text();
  assert.match(textOf(said), /takes no messages any more.*support@kept\.test/);
  assert.match(said, /<textarea[^>]*>My long story/);
  assert.doesNotMatch(said, /Send message|in a minute/);
  assert.equal((await use(true)).status, 303);
  assert.match(await customer.page('/contact'), /<textarea/, 'twin');
});

test('her answer is said to be with somebody only when somebody has it', async () => {
  const hers = await writes('The shade is torn', { email: 'ha@customer.test' });
  const answered = async () => {
    const answer = await customer.submit(`${hers.path}/answer`, { text: 'Well?' }, { from: hers.path });
    assert.equal(answer.status, 303);
    return textOf(await customer.page(answer.headers.get('location')));
  };
  const queued = await answered();
  assert.match(queued, /Nobody yet; it is in the queue/);
  assert.match(queued, /We have your answer\. It waits in the queue for one of us\./);
  const me = /agt_[a-z2-7]+/.exec(await agent.page('/admin/agents'))[0];
  assert.equal((await agent.submit(`/c/${hers.ref}/assign`, { to: me })).status, 303);
  assert.match(await answered(), /We have your answer\. agent reads it\./, 'twin');
});

test('a form that is not right says that files are to be chosen again', async () => {
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  const fields = { email: 'no address', subject: 's', message: 'what I wrote', form_time: stamp };
  const files = { files: { name: 'a.png', bytes: picture(4) } };
  const page = await (await customer.submit('/contact', fields, { from: '/contact', files })).text();
  assert.match(page, /what I wrote/);
  assert.match(textOf(page), /choose your files once more/);
  assert.doesNotMatch(textOf(await (await customer.submit('/contact', fields, { from: '/contact' })).text()), /choose your files/, 'twin: there were none');
});

test('an agent who comes back sees where the news begins', async () => {
  const one = await writes('First words', { email: 'chi@customer.test' });
  const line = /Unread from here/;
  const first = await agent.page(`/c/${one.ref}`);
  assert.doesNotMatch(textOf(first), line, 'all is new');
  const newest = (html) => [...html.matchAll(/id="m-(msg_[^"]+)"/g)].pop()[1];
  assert.ok((await agent.submit(`/c/${one.ref}/seen`, { message: newest(first) })).status < 400);
  assert.doesNotMatch(textOf(await agent.page(`/c/${one.ref}`)), line, 'nothing is new');
  await kept.advance(minutes);
  assert.equal((await customer.submit(`${one.path}/answer`, { text: 'Something more' }, { from: one.path })).status, 303);
  assert.match(textOf(await agent.page(`/c/${one.ref}`)), /First words .*Unread from here .*Something more/);
  const colleague = await kept.agent('other@kept.test');
  assert.doesNotMatch(textOf(await colleague.page(`/c/${one.ref}`)), line, 'each has her own');
});
