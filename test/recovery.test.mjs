// What went wrong is put right: a case with steps, an owner, what was offered, and the customer's own word; and what keeps it
// from happening again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
let kept, sink, admin, lead, agent, api;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' }); // a Monday
  admin = await kept.agent('hoa@kept.test', { name: 'Hoa', role: 'admin' });
  await admin.submit('/admin/settings', { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', country: 'VN', undo_s: 0, session_h: 720,
    goodwill_agent: '100.000', goodwill_lead: '500000' });
  lead = await kept.agent('mai@kept.test', { name: 'Mai', role: 'lead' });
  agent = await kept.agent('lan@kept.test', { name: 'Lan', role: 'agent' });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
  api = kept.caller(await kept.token('lan@kept.test'));
});
after(async () => { await kept?.stop(); sink?.stop(); });

let count = 0;
async function asks(n = ++count) {
  assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <c${n}@customer.test>`, subject: `Order ${n} ${Math.random()}`, text: 'Where is my order?' }), 'support@kept.test'), 0);
  await kept.settle();
  return refsOf(await agent.page('/inbox/open'))[0];
}
const open = async (ref, more = {}) => {
  const made = await api('POST', `/conversations/${ref}/recoveries`, { cause: 'delivery', harm: 'service', what: 'The order went to somebody else.', ...more });
  assert.equal(made.http, 201, JSON.stringify(made));
  return made.ref;
};
const get = (recovery) => api('GET', `/recoveries/${recovery}`);
const step = (recovery, name, what, note, more = {}, who = agent) => who.submit(`/recoveries/${recovery}/step`, { step: name, do: what, note: note ?? '', ...more });
const state = (recovery, what, how, who = agent) => who.submit(`/recoveries/${recovery}/state`, { do: what, ...(how ? { how } : {}) });
const says = async (ref, body) => {
  const message = await api('POST', `/conversations/${ref}/messages`, { kind: 'agent', body, promises: 'none' });
  assert.equal(message.http, 201, JSON.stringify(message));
  return message.ref;
};
const stepOf = async (recovery, name) => (await get(recovery)).steps.find((s) => s.step === name).state;

test('a promise that is broken opens one; an internal one, a short word and one that is kept do not', async () => {
  const broken = await asks(), fine = await asks(), inside = await asks();
  for (const [ref, more] of [[broken], [fine]]) {
    const message = await says(ref, 'I will send the slip.');
    const made = await api('POST', `/conversations/${ref}/promises`, { text: 'I will send the slip.', message, due_to: new Date(kept.now() + HOUR).toISOString(), owner: 'me', ...more });
    assert.equal(made.http, 201);
    if (ref === fine) await api('POST', `/promises/${made.ref}/settle`, { outcome: 'kept', reason: 'slip 4711' });
  }
  const own = await open(inside);
  assert.equal((await step(own, 'fix', 'plan', 'Ask the warehouse.', { due: '2026-03-16T09:30' })).status, 303);
  await kept.advance(2 * HOUR);
  const page = await agent.page('/recoveries');
  assert.match(textOf(page), /A promise was broken/);
  const all = (await api('GET', '/recoveries?open=1')).data;
  assert.deepEqual(all.map((r) => r.conversation).sort(), [broken, inside].sort());
  const one = all.find((r) => r.conversation === broken);
  assert.deepEqual([one.cause, one.severity, one.owner.name, one.what], ['broken_promise', 1, 'Lan', 'I will send the slip.']);
  assert.equal(all.find((r) => r.conversation === inside).steps.find((s) => s.step === 'fix').state, 'late');
  assert.match(textOf(await agent.page(`/c/${broken}`)), /Recovery opened/);
  assert.match(await agent.page(`/c/${broken}`), new RegExp(`/recoveries/${one.ref}`));
  const rows = (await agent.page('/inbox/open')).split('<article class="row').slice(1);
  const signed = rows.filter((row) => row.includes('aria-label="Recovery"')).map((row) => refsOf(row)[0]);
  assert.deepEqual(signed.sort(), [broken, inside].sort(), 'the list shows it, and not beside the one that was kept');
});

test('light by default: the fix and the apology; done takes a proof, left out takes a reason; then the customer is asked', async () => {
  const ref = await asks(), recovery = await open(ref);
  assert.equal(await stepOf(recovery, 'why'), 'optional');
  assert.equal((await state(recovery, 'right')).status, 422, 'nothing is done yet');
  assert.equal((await step(recovery, 'apologise', 'done')).status, 422, 'no reply since, and no note');
  await kept.advance(MINUTE);
  await says(ref, 'We sent your order to somebody else. That was our mistake, and I am sorry.');
  assert.equal((await step(recovery, 'apologise', 'done')).status, 303, 'the reply shows it');
  assert.equal((await step(recovery, 'fix', 'waive')).status, 422, 'without a reason');
  assert.equal((await step(recovery, 'fix', 'done', 'A new one went by courier.')).status, 303);
  assert.equal((await state(recovery, 'close')).status, 422, 'the customer has not been asked');
  assert.equal((await state(recovery, 'yes', 'she said so')).status, 409);
  await kept.advance(HOUR);
  assert.equal((await state(recovery, 'right')).status, 303);
  assert.equal((await get(recovery)).state, 'asked');
});

test('from severity two all six are due; so they are when something else went wrong within ninety days', async () => {
  const ref = await asks(), heavy = await open(ref, { severity: 2 });
  assert.equal((await get(heavy)).steps.filter((s) => s.state === 'todo').length, 6);
  const n = ++count, first = await asks(n), one = await open(first);
  assert.equal((await get(one)).steps.filter((s) => s.state === 'todo').length, 2);
  const again = await open(await asks(n));
  assert.notEqual(again, one);
  assert.equal((await get(again)).again, true);
  assert.equal((await get(again)).steps.filter((s) => s.state === 'todo').length, 6);
  const twice = await open(first, { cause: 'billing' });
  assert.equal(twice, one, 'one is open in a conversation at a time');
  assert.equal((await get(one)).severity, 2, 'two failures weigh more');
  const refused = await agent.submit('/recoveries', { conversation: first, cause: 'delivery', harm: 'money', what: ' ' });
  assert.equal(refused.status, 422);
  assert.match(textOf(await refused.text()), /Write what went wrong for this customer/);
});

test('a step with a date is a promise: kept when it is done, late when it is not, withdrawn when it is left out', async () => {
  const ref = await asks(), recovery = await open(ref);
  assert.equal((await step(recovery, 'fix', 'plan', 'Send a new one by courier.', { due: '2020-01-01T10:00' })).status, 422);
  assert.equal((await step(recovery, 'fix', 'plan', 'Send a new one by courier.', { due: '2026-03-17T17:00' })).status, 303);
  assert.equal((await step(recovery, 'fix', 'plan', 'And another.', { due: '2026-03-17T18:00' })).status, 422, 'it has a date');
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Send a new one by courier/);
  let promise = (await api('GET', '/promises?owed=1')).data.find((p) => p.conversation === ref);
  assert.equal(promise.shown, false, 'the customer was not told of it');
  await api('POST', `/promises/${promise.ref}/settle`, { outcome: 'kept', reason: 'courier 17' });
  assert.equal(await stepOf(recovery, 'fix'), 'done');
  await step(recovery, 'why', 'plan', 'Look at the label printer.', { due: '2026-03-17T12:00' });
  promise = (await api('GET', '/promises?owed=1')).data.find((p) => p.conversation === ref);
  assert.equal((await step(recovery, 'why', 'waive', 'The printer is gone.')).status, 303);
  assert.equal((await api('GET', `/promises/${promise.ref}`)).state, 'withdrawn', 'not counted as kept');
});

test('goodwill has a limit by role and customer; above it somebody else approves; what is owed has none', async () => {
  const n = ++count, ref = await asks(n), recovery = await open(ref);
  const offer = (who, fields) => who.submit(`/recoveries/${recovery}/offers`, { kind: 'goodwill', what: 'A voucher', ...fields });
  assert.equal((await offer(agent, {})).status, 422, 'goodwill needs an amount');
  assert.equal((await offer(agent, { amount: 'much' })).status, 422);
  await offer(agent, { kind: 'refund', what: 'The whole price', amount: '2.500.000' });
  await offer(agent, { amount: '60000' });
  let page = textOf(await agent.page(`/recoveries/${recovery}`));
  assert.equal(page.match(/Approved/g).length, 2);
  await offer(agent, { what: 'One more voucher', amount: '60000' });
  page = await agent.page(`/recoveries/${recovery}`);
  assert.match(textOf(page), /Waits for approval/, 'split up it is still too much');
  assert.match(textOf(await lead.page('/recoveries')), /Waits for approval/);
  await step(recovery, 'fix', 'done', 'A new one went.');
  await step(recovery, 'apologise', 'done', 'On the phone.');
  assert.equal((await state(recovery, 'right')).status, 422, 'an offer waits');
  const waiting = [...page.matchAll(/offers\/(rco_[a-z2-7]{16})/g)].map((m) => m[1])[0];
  const answer = (who, what) => who.submit(`/recoveries/${recovery}/offers/${waiting}`, { do: what });
  assert.equal((await answer(agent, 'approve')).status, 422, 'not her own');
  const colleague = await kept.agent('tuan@kept.test', { name: 'Tuan', role: 'agent' });
  assert.equal((await answer(colleague, 'approve')).status, 422, 'nor with the same limit');
  assert.equal((await answer(lead, 'approve')).status, 303);
  assert.equal((await answer(lead, 'approve')).status, 409);
  assert.doesNotMatch(textOf(await lead.page('/recoveries')), /Waits for approval/);
  assert.equal((await state(recovery, 'right')).status, 303);
  await offer(lead, { what: 'A bicycle', amount: '450000' });
  assert.match(textOf(await lead.page(`/recoveries/${recovery}`)), /A bicycle [^A]*Waits for approval/, 'a lead has a limit too');
});

test('the list goes on where it ends, and not to an empty page', async () => {
  const refs = (html) => [...new Set(html.match(/\/recoveries\/rcv_[a-z2-7]{16}/g))];
  const another = async () => {
    const made = await api('POST', '/conversations', { kind: 'customer', email: `many${++count}@customer.test`, subject: 'One of many', body: 'Where is it?' });
    return open(made.ref);
  };
  for (let i = Number(await kept.ask('SELECT count(*) FROM recovery')); i < 50; i++) await another();
  const full = await admin.page('/recoveries?show=all');
  assert.equal(refs(full).length, 50);
  assert.doesNotMatch(full, /Older ones/, 'there are none');
  await another();
  const first = await admin.page('/recoveries?show=all'), older = /href="(\/recoveries\?[^"]*before=[^"]*)"/.exec(first)[1].replaceAll('&amp;', '&');
  assert.equal(refs(first).length, 50);
  const second = await admin.page(older);
  assert.equal(refs(second).length, 1);
  assert.ok(!refs(first).includes(refs(second)[0]));
  assert.doesNotMatch(second, /Older ones/);
});

test('an admin has a limit too; above it another admin approves, and never she herself', async () => {
  const n = ++count, ref = await asks(n), recovery = await open(ref), path = `/recoveries/${recovery}`;
  const second = await kept.agent('second@kept.test', { name: 'Second', role: 'admin' });
  const offer = (amount) => admin.submit(`${path}/offers`, { kind: 'goodwill', what: 'A voucher', amount });
  await offer('10');
  const page = await admin.page(path), waiting = /offers\/(rco_[a-z2-7]{16})/.exec(page)[1];
  assert.match(textOf(page), /You may give up to ₫0 of goodwill.*Change the limits/, 'none before it is set');
  assert.match(textOf(page), /Waits for approval/);
  const approve = (who) => who.submit(`${path}/offers/${waiting}`, { do: 'approve' });
  assert.equal((await approve(admin)).status, 422, 'not her own');
  assert.equal((await approve(second)).status, 303, 'two admins see it: that is enough');
  const settings = (amount) => admin.submit('/admin/settings', { company: 'Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', country: 'VN', undo_s: '10', session_h: '12', goodwill_admin: amount });
  assert.equal((await settings('a lot')).status, 422);
  assert.equal((await settings('1.000.000')).status, 303);
  const states = async () => (await kept.ask(`SELECT CASE WHEN approved_by = proposed_by THEN 1 ELSE 0 END FROM recovery_offer WHERE recovery_id = (SELECT id FROM recovery WHERE ref = '${recovery}') ORDER BY id`)).split('\n');
  await offer('999.000');
  await offer('1.000.000');
  assert.deepEqual(await states(), ['0', '1', '0'], 'a figure too many waits');
});

test('the customer’s own word: by the button, or told to somebody; no opens it again; closed without it is no success', async () => {
  const stamp = /name="form_time" value="([^"]+)"/.exec(await kept.browser().page('/contact'))[1];
  await kept.advance(5000);
  const her = kept.browser();
  const sent = await her.submit('/contact', { email: 'mai@customer.test', subject: 'My order', message: 'It is broken.', form_time: stamp }, { from: '/contact' });
  const token = /href="\/case\/([^"]+)"/.exec(await her.page(sent.headers.get('location')))[1];
  const ref = refsOf(await agent.page('/inbox/open'))[0], recovery = await open(ref);
  const right = (value) => her.submit(`/case/${token}/right`, { right: value }, { from: `/case/${token}` });
  assert.doesNotMatch(await her.page(`/case/${token}`), /Have we put it right/);
  assert.equal((await right(1)).status, 409, 'nobody asked');
  await step(recovery, 'fix', 'done', 'A new one went.');
  await step(recovery, 'apologise', 'done', 'On the phone.');
  await agent.submit(`/c/${ref}/status`, { status: 'resolved' });
  await state(recovery, 'right');
  assert.match(await her.page(`/case/${token}`), /Have we put it right/);
  assert.equal((await right(0)).status, 303);
  assert.match(textOf(await her.page(`/case/${token}`)), /You told us that it is not right yet/);
  assert.equal((await get(recovery)).state, 'open');
  assert.equal((await api('GET', `/conversations/${ref}`)).status, 'open');
  assert.equal((await state(recovery, 'close')).status, 422);
  await state(recovery, 'right');
  assert.equal((await right(1)).status, 303);
  assert.match(textOf(await her.page(`/case/${token}`)), /Thank you for telling us/);
  assert.equal((await state(recovery, 'close')).status, 303);
  assert.deepEqual([(await get(recovery)).state, (await get(recovery)).heard], ['closed', 'yes']);
  assert.equal((await step(recovery, 'why', 'done', 'late')).status, 409, 'closed is closed');

  const silent = await open(await asks());
  await step(silent, 'fix', 'done', 'x');
  await step(silent, 'apologise', 'done', 'x');
  await state(silent, 'right');
  assert.equal((await state(silent, 'yes')).status, 422, 'somebody has to say how she knows');
  const closed = await api('POST', `/recoveries/${silent}/close`, {});
  assert.deepEqual([closed.http, closed.state, closed.heard], [200, 'closed', null]);
  const report = textOf(await lead.page('/reports/recoveries'));
  assert.match(report, /100 % of the customers who told us were satisfied/);
  assert.match(report, /1 was closed without the customer’s word/);
  assert.match(report, /Delivery/);
  assert.equal((await agent.get('/reports/recoveries')).status, 403);
});

test('it is handed over, it goes along with a merge and comes back', async () => {
  const from = await asks(), into = await asks(), recovery = await open(from);
  const mai = /<option value="(agt_[a-z2-7]{16})"[^>]*>Mai</.exec(await agent.page(`/recoveries/${recovery}`))[1];
  assert.equal((await agent.submit(`/recoveries/${recovery}`, { to: mai })).status, 303);
  assert.equal((await get(recovery)).owner.name, 'Mai');
  assert.match(await lead.page('/recoveries?show=mine'), new RegExp(recovery));
  assert.doesNotMatch(await agent.page('/recoveries?show=mine'), new RegExp(recovery));
  const short = /data-copy="([A-Z2-9]{6,8})"/.exec(await agent.page(`/c/${into}`))[1];
  assert.equal((await agent.submit(`/c/${from}/merge`, { with: short, sure: '1' })).status, 303);
  assert.equal((await get(recovery)).conversation, into);
  assert.equal((await agent.submit(`/c/${into}/merge/undo`, { merge: 'last' })).status, 303);
  assert.equal((await get(recovery)).conversation, from);
});

test('“it will not happen again” asks for what makes sure of it, in four languages, until something is linked', async () => {
  const ref = await asks(), other = await asks();
  for (const one of [ref, other]) await says(one, 'It is on the lorry since this morning.');
  const check = async (at, text) => (await agent.submit(`/c/${at}/check`, { kind: 'reply', text }, { headers: { 'HX-Request': 'true' } })).text();
  const lines = ['We are sorry, this will not happen again.', 'Em xin lỗi chị, lỗi này sẽ không tái diễn nữa ạ.',
    '非常抱歉，以后不会再发生这样的事。', 'ขออภัยค่ะ เรื่องนี้จะไม่เกิดขึ้นอีกค่ะ'];
  for (const text of lines) assert.match(await check(ref, text), /\/prevention\/new\?conversation=/, text);
  assert.doesNotMatch(await check(ref, 'We are sorry. From Monday on every parcel is weighed before it leaves.'), /prevention\/new/);
  const add = (fields) => agent.submit('/prevention', { conversation: ref, what: 'Every parcel is weighed', due: '2026-03-20', ...fields });
  assert.equal((await add({ due: '2026-03-01' })).status, 422, 'a day that is over');
  assert.equal((await add({ what: ' ' })).status, 422);
  assert.equal((await add({})).status, 303);
  for (const text of lines) assert.doesNotMatch(await check(ref, text), /prevention\/new/, text);
  assert.match(await check(other, lines[0]), /prevention\/new/, 'elsewhere nothing is linked');
  const list = await agent.page('/prevention'), action = /pvn_[a-z2-7]{16}/.exec(list)[0];
  assert.equal((await agent.submit('/prevention', { conversation: other, link: action })).status, 303);
  assert.doesNotMatch(await check(other, lines[0]), /prevention\/new/);
  assert.equal((await api('GET', '/preventions')).data[0].conversations, 2);
  const recovery = await open(ref, { severity: 2 });
  assert.equal(await stepOf(recovery, 'prevent'), 'done', 'the step is what is linked');

  await kept.advance(6 * DAY);
  agent = await kept.agent('lan@kept.test');
  lead = await kept.agent('mai@kept.test');
  assert.match(textOf(await agent.page('/prevention')), /Every parcel is weighed Lan Fri(day)? 20 Mar(ch)? *(2026)? overdue/);
  assert.match(textOf(await lead.page('/reports/promises')), /0 · 1 · 1/);
  assert.equal((await agent.submit(`/prevention/${action}`, { do: 'done', evidence: '' })).status, 422, 'how do we know?');
  assert.equal((await agent.submit(`/prevention/${action}`, { do: 'done', evidence: 'scale at the door, photo in the handbook' })).status, 303);
  assert.equal((await agent.submit(`/prevention/${action}`, { do: 'done', evidence: 'again' })).status, 409);
  assert.match(textOf(await agent.page('/prevention?finished=1')), /Every parcel is weighed/);
  assert.match(textOf(await lead.page('/reports/promises')), /1 · 0 · 0/);
});
