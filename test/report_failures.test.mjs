// What customers suffered, for the person in charge: counted, open, and answered for by somebody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';

const HOUR = 3600_000, DAY = 24 * HOUR;
let kept, lan, minh, boss, api, apiMinh;
async function signIn() {
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  minh = await kept.agent('minh@kept.test', { name: 'Minh', role: 'agent' });
}
const counts = async () => Object.fromEntries((await api('GET', '/reports/failures')).failures.map((f) => [f.failure, f]));
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  boss = await kept.agent('boss@kept.test', { name: 'Boss', role: 'admin' });
  await signIn();
  api = kept.caller(await kept.token('lan@kept.test'));
  apiMinh = kept.caller(await kept.token('minh@kept.test'));
});
after(() => kept?.stop());

let customers = 0;
// A mail of a new customer. → its conversation
async function arrives(subject) {
  await signIn();
  assert.equal(await kept.mailIn(mail({ from: `c${++customers}@customer.test`, subject, text: 'Please look into it.' }), 'support@kept.test'), 0);
  await kept.settle();
  return refsOf(await lan.page('/inbox/open'))[0];
}
// As the composer does: what the check showed goes with the reply.
async function says(c, text) {
  const html = await (await minh.submit(`/c/${c}/check`, { kind: 'reply', text }, { headers: { 'HX-Request': 'true' } })).text();
  const fields = { kind: 'reply', text, then: 'keep' };
  for (const [, name, value] of html.matchAll(/name="(shown|promise_text|promise_due)" value="([^"]*)"/g)) fields[name] = value;
  if (fields.promise_text) Object.assign(fields, { promise: '0', promise_hand: '0' });
  assert.equal((await minh.submit(`/c/${c}/reply`, fields)).status, 303);
}

test('at first nothing is counted, and nobody answers for anything', async () => {
  const text = textOf(await lan.page('/reports/failures'));
  assert.match(text, /Nobody answers for 10 of these\. An admin can say who does/);
  for (const f of Object.values(await counts())) assert.deepEqual([f.week, f.before, f.open, f.owner], [0, 0, 0, null], f.failure);
  assert.equal((await minh.get('/reports/failures')).status, 403, 'leads and admins');
  assert.equal((await apiMinh('GET', '/reports/failures')).http, 403);
});

test('words that went out although the check spoke are counted, under their own failure', async () => {
  await says(await arrives('A broken cup'), 'We are sorry if you feel that way.');
  await says(await arrives('A torn bag'), 'We are sorry: we packed your bag badly. A new one left today.');
  const reworded = await arrives('A lost key');
  assert.equal((await minh.submit(`/c/${reworded}/reply`, { kind: 'reply', text: 'Sorry, we lost it. A new key left today.', shown: 'non_apology', then: 'keep' })).status, 303);
  await kept.advance(60_000);
  const { words, policy } = await counts();
  assert.equal(words.week, 1, 'twins: the fair one, and the one that was reworded');
  assert.equal(words.caught, 1);
  assert.equal(words.before, 0);
  assert.equal(policy.week, 0);
});

test('whoever waited more than a day for the first answer is counted, and open while nobody answered', async () => {
  const late = await arrives('Where is my parcel');
  await kept.advance(20 * HOUR);
  assert.deepEqual([(await counts()).wait.week, (await counts()).wait.open], [0, 0], 'twin: twenty hours');
  await kept.advance(5 * HOUR);
  const { wait } = await counts();
  assert.deepEqual([wait.week, wait.open], [1, 1]);
  await signIn();
  assert.match(textOf(await lan.page('/reports/failures')), /Long waits .* 1 ▲ ?more than before .* the oldest yesterday/);
  await says(late, 'Your parcel left on Monday.');
  await kept.advance(60_000);
  const answered = (await counts()).wait;
  assert.deepEqual([answered.week, answered.open], [1, 0], 'it was late all the same');
});

test('a promise that was missed counts in the week in which it was due, and is open until it is settled', async () => {
  await says(await arrives('A refund'), 'I will send you the refund within two hours.');
  await kept.advance(HOUR);
  assert.equal((await counts()).promise.week, 0, 'twin: not due yet');
  await kept.advance(2 * HOUR);
  const { promise, right } = await counts();
  assert.deepEqual([promise.week, promise.open], [1, 1]);
  assert.deepEqual([right.week, right.open], [1, 1], 'it opened a recovery');
});

test('after a week it is what was before', async () => {
  const now = await counts();
  await kept.advance(7 * DAY);
  const then = await counts();
  assert.equal(then.words.week, 0);
  assert.equal(then.words.before, now.words.week);
  assert.equal(then.right.open, now.right.open, 'what is open stays open');
  assert.match(textOf(await (await kept.agent('lan@kept.test')).page('/reports/failures')), /less than before/);
});

test('an admin says who answers for it; who left is named', async () => {
  boss = await kept.agent('boss@kept.test');
  const refs = [...(await boss.page('/reports/failures')).matchAll(/<option value="(agt_\w+)"[^>]*>([^<]*)</g)];
  const of = (name) => refs.find((m) => m[2].includes(name))[1];
  assert.equal((await boss.submit('/reports/failures', { failure: 'promise', owner: of('Minh') })).status, 303);
  lan = await kept.agent('lan@kept.test');
  assert.equal((await counts()).promise.owner, of('Minh'));
  assert.match(textOf(await lan.page('/reports/failures')), /Nobody answers for 9 of these/);
  assert.equal((await lan.submit('/reports/failures', { failure: 'wait', owner: of('Lan') })).status, 403, 'not a lead');
  assert.equal((await boss.submit('/reports/failures', { failure: 'weather', owner: of('Lan') })).status, 422);
  assert.equal((await boss.submit(`/admin/agents/${of('Minh')}`, { do: 'off' })).status, 303);
  assert.match(textOf(await lan.page('/reports/failures')), /Nobody answers for 10 of these.*Minh works here no longer/);
  assert.equal((await boss.submit('/reports/failures', { failure: 'promise', owner: of('Minh') })).status, 409, 'who left cannot');
  assert.equal((await boss.submit('/reports/failures', { failure: 'promise' })).status, 303);
  assert.equal((await counts()).promise.owner, null);
});
