// Careful mode has a clock: the team's leads and the legal owner are told at once, one of them has it in hand within the
// hour, or they are told again. The mail names nobody, and an agent's word does not end the clock.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const MINUTE = 60_000, HOUR = 60 * MINUTE;
const names = ['admin', 'lan', 'minh', 'mai', 'phap'];
let kept, sink, who = {}, api;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00', env: { KEPT_ORIGIN: 'https://help.kept.test' } }); // a Monday
  const roles = { admin: 'admin', lan: 'lead', minh: 'lead', mai: 'agent', phap: 'agent' };
  for (const name of names) who[name] = await kept.agent(`${name}@kept.test`, { name: name[0].toUpperCase() + name.slice(1), role: roles[name] });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
  api = {};
  for (const name of ['lan', 'mai', 'phap']) api[name] = kept.caller(await kept.token(`${name}@kept.test`));
});
after(async () => { await kept?.stop(); sink?.stop(); });

let count = 0;
async function arrives(text) {
  const n = ++count;
  assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <c${n}@customer.test>`, subject: `Charger ${n}`, text }), 'support@kept.test'), 0);
  await kept.settle();
  return refsOf(await who.admin.page('/inbox/open'))[0];
}
const fire = () => arrives('The charger caught fire. My lawyer will write to you.');
const toldTo = () => names.filter((name) => sink.mails.some((m) => m.to.includes(`${name}@kept.test`)));
const forget = () => sink.mails.splice(0);
const state = async (ref) => (await api.lan('GET', `/conversations/${ref}/careful`)).state;
const settings = (fields) => who.admin.submit('/admin/settings', { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', country: 'VN', undo_s: 10, session_h: 720, ...fields });
const agentRef = async (name) => new RegExp(`Change ${name}[\\s\\S]*?/admin/agents/(agt_[a-z2-7]{16})`).exec(await who.admin.page('/admin/agents'))[1];

test('a mild complaint starts no clock; fire and a lawyer do, and all leads and the admins are told', async () => {
  const mild = await arrives('My parcel is two days late. Where is it?');
  assert.equal(await state(mild), 'off');
  assert.deepEqual(toldTo(), []);
  const ref = await fire();
  assert.equal(await state(ref), 'waits');
  assert.deepEqual(toldTo(), ['admin', 'lan', 'minh'], 'nobody is named as the legal owner: the admins are told');
  for (const m of sink.mails) {
    assert.doesNotMatch(m.text, new RegExp(`Customer|customer\\.test|Charger|caught|${ref}`), 'the mail names nobody');
    assert.match(m.text.replace(/=\r\n/g, ''), /https:\/\/help\.kept\.test\/inbox\/careful/);
  }
  const page = textOf(await who.lan.page(`/c/${ref}`));
  assert.match(page, /A lead or the legal owner is to have it in hand: .*10:00/);
  assert.match(page, /Told: Admin, Lan, Minh/);
  assert.match(page, /I have it/);
  assert.doesNotMatch(textOf(await who.mai.page(`/c/${ref}`)), /I have it/);
  assert.match(await who.lan.page('/inbox/open'), /href="\/inbox\/careful"/);
  assert.doesNotMatch(await who.mai.page('/inbox/open'), /href="\/inbox\/careful"/, 'agents have it in their own lists');
  assert.deepEqual(refsOf(await who.lan.page('/inbox/careful')), [ref]);
});

test('an agent’s word does not end it; a lead’s does, once, and others see who it is', async () => {
  forget();
  const ref = await fire();
  assert.equal((await who.mai.submit(`/c/${ref}/careful/take`, {}, { from: `/c/${ref}` })).status, 403);
  assert.equal((await api.mai('POST', `/conversations/${ref}/careful`, { do: 'take' })).http, 403);
  assert.equal(await state(ref), 'waits');
  assert.equal((await who.lan.submit(`/c/${ref}/careful/take`, {})).status, 303);
  assert.equal(await state(ref), 'taken');
  assert.match(textOf(await who.lan.page(`/c/${ref}`)), /You have it in hand/);
  const seen = textOf(await who.mai.page(`/c/${ref}`));
  assert.match(seen, /Lan has it in hand\./);
  assert.equal((await who.minh.submit(`/c/${ref}/careful/take`, {})).status, 409, 'who saw nobody there is told that Lan has it');
  assert.equal((await who.minh.submit(`/c/${ref}/careful/take`, { from: await agentRef('Lan') })).status, 303, 'and may take it over knowing that');
  assert.match(textOf(await who.mai.page(`/c/${ref}`)), /Minh has it in hand\./);
  assert.ok(!refsOf(await who.lan.page('/inbox/careful')).includes(ref));
  await kept.advance(8 * HOUR);
  assert.doesNotMatch(textOf(await who.lan.page(`/c/${ref}`)), /they were told again/);
});

test('late: they are told again each open term, four times in all; then the list alone says so', async () => {
  await kept.set('2026-03-17T09:00:00+07:00');
  for (const name of names) who[name] = await kept.agent(`${name}@kept.test`);
  for (const ref of refsOf(await who.lan.page('/inbox/careful'))) await who.lan.submit(`/c/${ref}/careful/take`, {});
  forget();
  const ref = await fire();
  assert.equal(sink.mails.length, 3);
  await kept.advance(HOUR);
  assert.equal(sink.mails.length, 3, 'its last moment is in time');
  assert.equal(await state(ref), 'waits');
  await kept.advance(1);
  assert.equal(await state(ref), 'late');
  assert.equal(sink.mails.length, 6);
  assert.match(textOf(await who.lan.page(`/c/${ref}`)), /Nobody has it in hand, and its time is over/);
  assert.match(textOf(await who.lan.page(`/c/${ref}`)), /they were told again/);
  assert.match(await who.lan.page('/inbox/open'), /href="\/inbox\/careful"[\s\S]{0,900}?overdue:/);
  await kept.advance(HOUR);
  await kept.advance(HOUR);
  assert.equal(sink.mails.length, 12);
  await kept.advance(24 * HOUR);
  assert.equal(sink.mails.length, 12, 'then no more');
});

test('the legal owner is told even as an agent, sees the list, and may take it; the term is a setting', async () => {
  await kept.set('2026-03-18T09:00:00+07:00');
  for (const name of names) who[name] = await kept.agent(`${name}@kept.test`);
  assert.match(textOf(await who.admin.page('/admin/settings')), /Nobody is named: all admins are told instead/);
  assert.equal((await settings({ careful_h: 0 })).status, 422);
  assert.equal((await settings({ careful_h: 2, legal: await agentRef('Phap') })).status, 303);
  assert.doesNotMatch(textOf(await who.admin.page('/admin/settings')), /Nobody is named/);
  assert.equal((await settings({ legal: '' })).status, 303);
  assert.match(textOf(await who.admin.page('/admin/settings')), /Nobody is named/);
  assert.equal((await settings({ legal: await agentRef('Phap') })).status, 303);
  assert.equal((await settings({})).status, 303, 'a program that knows nothing of it changes nothing');
  forget();
  const ref = await fire();
  assert.deepEqual(toldTo(), ['lan', 'minh', 'phap']);
  const shown = await api.lan('GET', `/conversations/${ref}/careful`);
  assert.equal(Date.parse(shown.due_at) - Date.parse(shown.since), 2 * HOUR);
  assert.ok(refsOf(await who.phap.page('/inbox/careful')).includes(ref));
  assert.match(await who.phap.page('/inbox/open'), /href="\/inbox\/careful"/);
  const taken = await api.phap('POST', `/conversations/${ref}/careful`, { do: 'take' });
  assert.deepEqual([taken.http, taken.state, taken.taken_by.name], [200, 'taken', 'Phap']);
  forget();
  await kept.advance(3 * HOUR);
  assert.deepEqual(toldTo(), []);
});

test('the clock runs in open hours only, of the team; it ends with careful mode; a merge takes it along', async () => {
  await kept.set('2026-03-20T16:30:00+07:00'); // a Friday
  for (const name of names) who[name] = await kept.agent(`${name}@kept.test`);
  const week = Object.fromEntries([1, 2, 3, 4, 5].map((d) => [`hours_${d}`, '9-17']));
  assert.equal((await who.admin.submit('/admin/hours', week)).status, 303);
  const ref = await fire();
  const due = (await api.lan('GET', `/conversations/${ref}/careful`)).due_at;
  assert.equal(due, '2026-03-23T03:30:00.000Z', 'half an hour today, an hour and a half on Monday');
  assert.equal((await who.mai.submit(`/c/${ref}/careful`, { careful: 0 })).status, 303);
  assert.equal(await state(ref), 'off');
  forget();
  await kept.set('2026-03-23T12:00:00+07:00');
  await kept.settle();
  assert.deepEqual(toldTo(), []);
  for (const name of names) who[name] = await kept.agent(`${name}@kept.test`);
  const into = await arrives('Where is my invoice?'), from = await fire();
  const short = /data-copy="([A-Z0-9]+)"/.exec(await who.lan.page(`/c/${into}`))[1];
  assert.equal((await who.lan.submit(`/c/${from}/merge`, { with: short, sure: '1' })).status, 303);
  assert.equal(await state(into), 'waits');
  const list = refsOf(await who.lan.page('/inbox/careful'));
  assert.ok(list.includes(into) && !list.includes(from), 'once, where it goes on');
});

test('spam disturbs nobody; taken back it goes on', async () => {
  const ref = await fire();
  assert.equal((await who.lan.submit(`/c/${ref}/spam`, { spam: 1 })).status, 303);
  assert.ok(!refsOf(await who.lan.page('/inbox/careful')).includes(ref));
  for (const other of refsOf(await who.lan.page('/inbox/careful'))) await who.lan.submit(`/c/${other}/careful/take`, {});
  forget();
  await kept.advance(3 * HOUR);
  assert.deepEqual(toldTo(), []);
  assert.equal((await who.lan.submit(`/c/${ref}/spam`, { spam: 0 })).status, 303);
  await kept.advance(3 * HOUR);
  assert.deepEqual(toldTo(), ['lan', 'minh', 'phap']);
});
