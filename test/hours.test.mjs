// Opening hours: the week, days unlike it, holidays that are proposed, calendar files, teams; and what customers read of it.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';

const MONDAY = '2026-03-16T09:00:00+07:00';
let kept, admin;
before(async () => {
  kept = await startKept({ clock: MONDAY });
  admin = await kept.agent('boss@kept.test');
});
after(() => kept?.stop());

const week = (times) => Object.fromEntries([1, 2, 3, 4, 5].map((day) => [`hours_${day}`, times]));
const contact = async (lang = 'en') => {
  const browser = kept.browser();
  await browser.get(`/contact?lang=${lang}`);
  return textOf(await browser.page('/contact'));
};
// A session ends when the clock jumps: the admin signs in again.
const go = async (time) => { await kept.set(time); admin = await kept.agent('boss@kept.test'); };
const at = async (time) => { await go(time); return contact(); };
const api = async (token, method, path, body) => {
  const answer = await fetch(`${kept.url}/api/v1${path}`, { method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
};

test('nothing is said about hours before somebody says something', async () => {
  assert.match(await at('2026-03-22T12:00:00+07:00'), /A person answers/);
  assert.match(textOf(await admin.page('/admin/hours')), /No closed days and no extra working days/);
});

test('the week: several spans a day, past midnight, and what cannot be read', async () => {
  const wrong = await admin.submit('/admin/hours', { ...week('8:30-12, 13:30-17:30'), hours_3: '8-13, 12-17', hours_4: 'mornings' });
  assert.equal(wrong.status, 422);
  const page = await wrong.text();
  assert.match(page, /name="hours_4" value="mornings"[^>]* aria-invalid="true"/);
  assert.match(page, /name="hours_1" value="8:30-12, 13:30-17:30"/, 'what was typed is kept');
  assert.match(textOf(page), /Wednesday: These times overlap/);
  assert.equal((await admin.submit('/admin/hours', { ...week('8h30 đến 12h và 13h30 đến 17h30'), hours_6: '20:00-2:00' })).status, 303);
  const saved = await admin.page('/admin/hours');
  assert.match(saved, /name="hours_1" value="08:30–12:00, 13:30–17:30"/);
  assert.match(saved, /name="hours_6" value="20:00–02:00"/);
  assert.match(await at('2026-03-16T09:00:00+07:00'), /Open now/);
  assert.match(await at('2026-03-16T12:30:00+07:00'), /Closed now\. Opens .*13:30/);
  assert.match(await at('2026-03-22T01:59:00+07:00'), /Open now/, 'Saturday’s night goes on');
  assert.match(await at('2026-03-22T02:00:00+07:00'), /Closed now\. Opens Mon 23 Mar, 08:30/);
});

test('holidays of the country are proposed, and closed when they are taken', async () => {
  await go('2026-12-30T09:00:00+07:00');
  assert.match(textOf(await admin.page('/admin/hours')), /Say in which country you are/);
  await admin.submit('/admin/settings', { company: 'Kept Shop', lang: 'vi', country: 'VN', zone: 'Asia/Ho_Chi_Minh', undo_s: '10', session_h: '12' });
  const page = await admin.page('/admin/hours');
  assert.match(textOf(page), /Public holidays: Vietnam .*The government names the days of Tết/);
  const picks = [...page.matchAll(/name="pick" value="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(picks.includes('2027-02-05/2027-02-09/tet') && picks.includes('2027-02-10/2027-02-10/tet+'), picks.join(' '));
  assert.ok(!picks.some((pick) => pick.startsWith('2026-0')), 'what is over is not proposed');
  assert.match(await at('2027-02-08T10:00:00+07:00'), /Open now/, 'proposed is not closed');
  await go('2026-12-30T09:00:00+07:00');
  const tet = picks.filter((pick) => pick.includes('tet'));
  assert.equal((await admin.submit('/admin/hours/days', { take: 1, pick: tet })).status, 303);
  assert.equal((await admin.submit('/admin/hours/days', { take: 1, pick: tet })).status, 303, 'twice is once');
  const taken = await admin.page('/admin/hours');
  assert.equal([...taken.matchAll(/\/admin\/hours\/days\/day_[a-z2-7]+\/remove/g)].length, 3);
  assert.doesNotMatch(taken, /value="2027-02-05\/2027-02-09\/tet"/, 'and not proposed again');
  assert.match(textOf(taken), /Tết, the Lunar New Year Fri 5 Feb 2027 to Tue 9 Feb 2027/);
  for (const forged of ['2027-02-05/2027-02-01/tet', 'x', '2027-02-05/2027-02-05/nothing', '2027-02-05/2029-02-05/tet', '2027-02-05/2027-02-05/='])
    assert.equal((await admin.submit('/admin/hours/days', { take: 1, pick: forged })).status, 422, forged);
});

test('“closed for Tết, back on …” in each language, and before it begins', async () => {
  await go('2027-02-08T10:00:00+07:00');
  assert.match(await contact('en'), /Closed for Tết, the Lunar New Year\. Back Fri 12 Feb, 08:30/);
  assert.match(await contact('vi'), /Chúng tôi nghỉ Tết Nguyên đán\. Làm việc lại lúc 08:30, thứ Sáu 12\/2\/2027/);
  assert.match(await contact('zh-Hans'), /越南春节放假，\s*2月12日 周五 08:30 恢复服务/);
  assert.match(await contact('zh-Hant'), /越南春節放假，\s*2月12日 週五 08:30 恢復服務/);
  assert.match(await contact('th'), /ปิดทำการเนื่องในเทศกาลเต๊ต เปิดอีกครั้ง ศ\. 12 ก\.พ\. 2570 08:30 น\./);
  assert.match(await at('2027-02-04T20:00:00+07:00'), /Closed for Tết/, 'the evening before');
  assert.match(await at('2027-02-03T20:00:00+07:00'), /Closed now\. Opens Thu 4 Feb/, 'an evening like any');
});

test('a make-up Sunday, a short day, and their removal', async () => {
  await go('2027-03-01T09:00:00+07:00');
  const bad = await admin.submit('/admin/hours/days', { name: '', first: '2027-03-09', last: '2027-03-08', kind: 'works', times: '9-8-7' });
  assert.equal(bad.status, 422);
  const said = textOf(await bad.text());
  for (const sentence of [/must not be before the first/, /what the day is called/, /Write times like/]) assert.match(said, sentence);
  await admin.submit('/admin/hours/days', { name: 'Chủ nhật làm bù', first: '2027-03-07', kind: 'works' });
  await admin.submit('/admin/hours/days', { name: 'Họp công ty', first: '2027-03-08', kind: 'works', times: '8:30-10' });
  assert.match(await at('2027-03-07T10:00:00+07:00'), /Open now/);
  assert.match(await at('2027-03-14T10:00:00+07:00'), /Closed now/, 'the Sunday after is none');
  assert.match(await at('2027-03-08T14:00:00+07:00'), /Closed for Họp công ty\. Back Tue 9 Mar/);
  const page = await admin.page('/admin/hours');
  assert.match(textOf(page), /Remove Họp công ty/);
  const ref = /day_[a-z2-7]{16}/.exec(page.slice(page.indexOf('<strong>Họp công ty')))[0];
  assert.equal((await admin.submit(`/admin/hours/days/${ref}/remove`, {})).status, 303);
  assert.equal((await admin.submit(`/admin/hours/days/${ref}/remove`, {})).status, 404);
  assert.match(await contact(), /Open now/);
});

test('a calendar file shows what it holds, and closes nothing by itself', async () => {
  await go('2027-03-16T09:00:00+07:00');
  const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270501', 'DTEND;VALUE=DATE:20270506', 'SUMMARY:劳动节',
    'END:VEVENT', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20270509', 'SUMMARY:劳动节 补班', 'END:VEVENT', 'BEGIN:VEVENT', 'DTSTART:20270601T090000Z',
    'SUMMARY:Meeting', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
  const send = (text) => admin.submit('/admin/hours/file', {}, { files: { file: { name: 'holidays.ics', bytes: text } } });
  const answer = await send(ics), page = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(textOf(page), /2 days found .*1 event was not understood: Meeting: It has a time of day/);
  assert.match(await at('2027-05-05T10:00:00+07:00'), /Open now/);
  await go('2027-03-16T09:00:00+07:00');
  const picks = [...page.matchAll(/name="pick" value="([^"]+)"/g)].map((match) => match[1]).filter((pick) => /[=*]/.test(pick));
  assert.deepEqual(picks, ['2027-05-01/2027-05-05/=劳动节', '2027-05-09/2027-05-09/*劳动节 补班']);
  await admin.submit('/admin/hours/days', { take: 1, pick: picks });
  assert.match(await at('2027-05-05T10:00:00+07:00'), /Closed for 劳动节\. Back Thu 6 May/);
  assert.match(await at('2027-05-09T10:00:00+07:00'), /Open now/);
  for (const [text, sentence] of [['<html>', /This is no calendar file/], ['x'.repeat(1100000), /larger than 1 MB/]]) {
    const refused = await send(text);
    assert.equal(refused.status, 422);
    assert.match(textOf(await refused.text()), sentence);
  }
  await go(MONDAY);
});

test('a team has its own week and days, the company’s otherwise', async () => {
  await admin.submit('/admin/teams', { name: 'Night shift' });
  const team = /tem_[a-z2-7]{16}/.exec(await admin.page('/admin/teams'))[0], path = `/admin/hours?team=${team}`;
  assert.match(textOf(await admin.page(path)), /The hours of the company hold for this team/);
  await admin.submit('/admin/hours', { team, hours_1: '22-6', hours_2: '22-6' });
  assert.match(textOf(await admin.page(path)), /This team has hours of its own/);
  assert.match(await admin.page('/admin/hours'), /name="hours_1" value="08:30–12:00, 13:30–17:30"/, 'the company’s are as they were');
  const token = await kept.token('boss@kept.test');
  const own = await api(token, 'GET', `/hours?team=${team}`);
  assert.equal(own.body.week[0].hours, '22:00–06:00');
  assert.equal(own.body.week[2].hours, '');
  assert.ok(own.body.days.some((day) => day.holiday === 'tet'), 'the company’s holidays hold too');
  await admin.submit('/admin/hours', { team });
  assert.equal((await api(token, 'GET', `/hours?team=${team}`)).body.week[0].hours, '08:30–12:00, 13:30–17:30');
  await admin.submit('/admin/hours/days', { team, name: 'Team day', first: '2027-06-01' });
  assert.equal((await admin.submit(`/admin/teams/${team}/remove`, {})).status, 303);
  assert.equal(await kept.ask(`SELECT count(*) FROM special_day WHERE team_id <> 0`), '0', 'its calendar goes with it');
  assert.equal((await admin.get(path)).status, 404);
});

test('the API says and changes what the page does', async () => {
  const token = await kept.token('boss@kept.test'), reader = await kept.token('boss@kept.test', 'read');
  await go('2026-03-16T12:30:00+07:00');
  const now = (await api(token, 'GET', '/hours')).body;
  assert.deepEqual([now.known, now.open, now.opens_at, now.closes_at, now.team], [true, false, '2026-03-16T06:30:00.000Z', null, null]);
  assert.equal((await api(reader, 'PATCH', '/hours', { monday: '9-17' })).status, 403);
  assert.equal((await api(token, 'PATCH', '/hours', { monday: 'never' })).body.param, 'monday');
  const changed = (await api(token, 'PATCH', '/hours', { monday: '9-17', saturday: '' })).body;
  assert.equal(changed.week[0].hours, '09:00–17:00');
  assert.equal(changed.week[1].hours, '08:30–12:00, 13:30–17:30', 'what is not named stays');
  assert.equal(changed.week[5].hours, '');
  const added = await api(token, 'POST', '/hours/days', { first: '2026-03-16', name: 'Inventory' });
  assert.equal(added.status, 201);
  assert.equal((await api(token, 'GET', '/hours')).body.closed_for, 'Inventory');
  assert.equal((await api(token, 'POST', '/hours/days', { first: '2026-03-16', name: 'Inventory' })).status, 409);
  assert.equal((await api(token, 'POST', '/hours/days', { first: '16.3.2026', name: 'X' })).status, 422);
  assert.equal((await api(token, 'DELETE', `/hours/days/${added.body.ref}`)).status, 204);
  assert.equal((await api(token, 'GET', '/hours')).body.closed_for, null);
});

test('a promise in working days leaves out closed days and counts worked ones', async () => {
  const token = await kept.token('boss@kept.test');
  const due = async () => (await api(token, 'POST', '/check-reply', { text: 'I will write to you within 2 business days.', lang: 'en' })).body.promises[0].due_to;
  await go('2026-04-09T10:00:00+07:00'); // a Thursday
  assert.equal(await due(), '2026-04-13T16:59:59.000Z', 'Friday and Monday');
  const closed = await api(token, 'POST', '/hours/days', { first: '2026-04-10', name: 'Fair' });
  assert.equal(await due(), '2026-04-14T16:59:59.000Z', 'not Friday: Monday and Tuesday');
  const worked = await api(token, 'POST', '/hours/days', { first: '2026-04-11', name: 'Make-up Saturday', works: true });
  assert.equal(await due(), '2026-04-13T16:59:59.000Z', 'Saturday and Monday');
  for (const day of [closed, worked]) await api(token, 'DELETE', `/hours/days/${day.body.ref}`);
});

test('an agent snoozes until the next working morning', async () => {
  await go('2026-03-20T16:00:00+07:00');
  assert.equal(await kept.mailIn(mail({ subject: 'Later' }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await admin.page('/inbox/unassigned'))[0];
  assert.match(textOf(await admin.page(`/c/${ref}`)), /Next working morning Mon 23 Mar, 09:00/);
});

test('kept hours does it for scripts', async () => {
  const shown = await kept.cli(['hours', 'show']);
  assert.match(shown.out, /monday\t09:00–17:00\n/);
  assert.match((await kept.cli(['hours', 'set', 'sunday', '9h-12h'])).out, /Saved/);
  assert.match((await kept.cli(['hours', 'show'])).out, /sunday\t09:00–12:00/);
  assert.equal((await kept.cli(['hours', 'set', 'sunday', 'noon'])).code, 65);
  const file = join(kept.data, 'days.ics');
  await writeFile(file, 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20280101\nRRULE:FREQ=DAILY\nSUMMARY:Odd\nEND:VEVENT\n'
    + 'BEGIN:VEVENT\nDTSTART;VALUE=DATE:20200902\nRRULE:FREQ=YEARLY\nSUMMARY:Quốc khánh\nEND:VEVENT\nEND:VCALENDAR\n');
  const imported = await kept.cli(['hours', 'import', file]);
  assert.match(imported.out, /[1-9] of [1-9] added/);
  assert.match(imported.err, /line 2 is left out \(repeats\): Odd/);
  assert.equal((await kept.cli(['hours', 'add', '2028-05-05', '--name', 'Fair', '--team', 'nobody'])).code, 66);
  assert.match((await kept.cli(['hours', 'holidays', 'TH', '2027'])).out, /2027-04-13\t2027-04-15\tSongkran/);
});
