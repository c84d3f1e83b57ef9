// "Is this mail from you?": anybody asks with the reference and the day; the answer is yes or no, one no is like another, and
// whoever asks often waits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const DAY = 86400_000;
let kept, sink, lan;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: '2026-03-16T23:30:00+07:00', env: { KEPT_ORIGIN: 'https://help.kept.test' } }); // a Monday, late
  lan = await kept.agent('lan@kept.test', { name: 'Lan' });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
});
after(async () => { await kept?.stop(); sink?.stop(); });

const ask = async (ref, day, lang = 'en') => {
  const answer = await kept.browser().fetch(`/help/${lang}/mail`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://help.kept.test' }, body: new URLSearchParams({ ref, day }) });
  const html = await answer.text();
  return { status: answer.status, html, headers: answer.headers, yes: /class="notice notice-done"/.test(html), no: /class="notice notice-late"/.test(html) };
};
// What was typed comes back in the fields, and nothing else differs.
const same = (html, ref, day) => html.replaceAll(ref.replaceAll("'", '&#39;'), 'REF').replaceAll(day, 'DAY');
const later = () => kept.advance(10 * 60_000);
let count = 0;
async function talk() {
  const n = ++count;
  assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <c${n}@customer.test>`, subject: `Order ${n}`, text: 'Where is it?' }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await lan.page('/inbox/open'))[0];
  return { n, ref, short: /data-copy="([A-Z0-9]+)"/.exec(await lan.page(`/c/${ref}`))[1] };
}
const reply = (c, text = 'It comes tomorrow.') => lan.submit(`/c/${c.ref}/reply`, { kind: 'reply', text, then: 'pending' });
const subjectOf = (n) => /^Subject: (.*(?:\r\n .*)*)/m.exec(sink.mails.find((m) => m.to.includes(`c${n}@customer.test`)).text)[1].replace(/\r\n /g, ' ');
let sent, token;

test('a mail that was sent is ours on its day, the day before and the day after, by what its subject says', async () => {
  sent = await talk();
  assert.equal((await reply(sent)).status, 303);
  assert.equal((await ask(sent.short, '2026-03-16')).yes, false, 'it has not left yet');
  await kept.advance(60_000);
  token = /\[#[A-Z0-9]+-[a-z0-9]+\]/.exec(subjectOf(sent.n))[0];
  assert.ok(token.includes(sent.short));
  for (const ref of [token, token.toUpperCase(), token.slice(2, -1), sent.short, sent.short.toLowerCase()]) assert.equal((await ask(ref, '2026-03-16')).yes, true, ref);
  await later();
  for (const day of ['2026-03-15', '2026-03-17']) assert.equal((await ask(token, day)).yes, true, day);
  for (const day of ['2026-03-14', '2026-03-18', '2025-03-16']) assert.equal((await ask(token, day)).yes, false, day);
});

test('one no is like another: unknown, another day, a forged sign, what came in, a note, what was taken back', async () => {
  await later();
  const quiet = await talk(), undone = await talk();
  await lan.submit(`/c/${quiet.ref}/reply`, { kind: 'note', text: 'Look at the ledger.', then: 'note' });
  await reply(undone);
  const message = /name="message" value="(msg_[a-z0-9]+)"/.exec(await lan.page(`/c/${undone.ref}`))[1];
  assert.equal((await lan.submit(`/c/${undone.ref}/undo-send`, { message })).status, 303);
  await kept.advance(60_000);
  const forged = token.replace(/-(.)/, (_, c) => `-${c === 'x' ? 'y' : 'x'}`);
  const noes = [];
  for (const [ref, day] of [['ZZZZZZ', '2026-03-17'], [token, '2026-03-01'], [forged, '2026-03-16'], [quiet.short, '2026-03-17'], [undone.short, '2026-03-17'], ["K7' OR 1=1", '2026-03-17']]) {
    const answer = await ask(ref, day);
    assert.deepEqual([answer.status, answer.yes, answer.no], [200, false, true], ref);
    noes.push(same(answer.html, ref, day));
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  }
  assert.equal(new Set(noes).size, 1, 'the same page to the byte');
  const html = noes[0] + (await ask(token, '2026-03-16')).html;
  assert.doesNotMatch(html, /customer\.test|Customer \d|Order \d|Lan\b|con_|msg_/, 'nothing of the conversation');
});

test('a merged conversation’s mails went out with its own reference', async () => {
  await kept.set('2026-03-20T10:00:00+07:00');
  lan = await kept.agent('lan@kept.test');
  const from = await talk(), into = await talk();
  await reply(from);
  await kept.advance(60_000);
  assert.equal((await lan.submit(`/c/${from.ref}/merge`, { with: into.short, sure: '1' })).status, 303);
  assert.equal((await ask(from.short, '2026-03-20')).yes, true);
  assert.equal((await ask(into.short, '2026-03-20')).yes, false);
});

test('whoever asks often waits; fields that are empty cost nothing and are said', async () => {
  await later();
  for (let i = 0; i < 3; i++) {
    const empty = await ask('', '');
    assert.equal(empty.status, 422);
    assert.match(textOf(empty.html), /Write the reference.*Choose the day/s);
  }
  assert.equal((await ask(token, 'yesterday')).status, 422);
  for (let i = 0; i < 10; i++) assert.equal((await ask('ZZZZZZ', '2026-03-17')).status, 200);
  const over = await ask(token, '2026-03-16');
  assert.deepEqual([over.status, over.yes, over.no], [429, false, false]);
  assert.match(textOf(over.html), /asked many times/);
  await kept.advance(60_000);
  assert.equal((await ask(token, '2026-03-16')).yes, true, 'one a minute');
  assert.equal((await ask(token, '2026-03-16')).status, 429);
});

test('it is found: from the foot of the help pages in each language, and from our mails', async () => {
  for (const lang of ['en', 'vi', 'zh-Hans', 'zh-Hant', 'th']) {
    assert.match(await kept.browser().page(`/help/${lang}`), new RegExp(`href="/help/${lang}/mail"`));
    const page = await kept.browser().page(`/help/${lang}/mail`);
    assert.match(page, new RegExp(`<html lang="${lang}"`));
    assert.doesNotMatch(page, /name="referrer"/, 'or browsers would send its form as from nowhere');
    if (lang !== 'en') assert.doesNotMatch(page, /Is this mail from us/);
  }
  const text = sink.mails[0].text.replace(/=\r\n/g, '').replaceAll('=3D', '=');
  assert.match(text, /Is this mail really from us\? Ask here: https:\/\/help\.kept\.test\/help\/en\/mail/);
});
