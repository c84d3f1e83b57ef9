// A correction of what thousands were told: they are found some at a time while others go on writing, killed or not; nothing is
// sent before all of them are found.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';

const MANY = 6500, clock = '2026-03-16T09:00:00+07:00';
let kept, lan, api, article, recall;
before(async () => {
  kept = await startKept({ clock });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  api = kept.caller(await kept.token('lan@kept.test'));
  const body = 'The battery of the lamp may be charged with any charger of up to twenty volts, overnight as well.';
  article = await api('POST', '/articles', { lang: 'en', title: 'Battery of the lamp', body, class: 'howto', publish: true });
  assert.equal(await kept.mailIn(mail({ from: 'first@customer.test', subject: 'Lamp', text: 'How do I charge the lamp?' }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await lan.page('/inbox/unassigned'))[0];
  assert.equal((await api('POST', `/conversations/${ref}/messages`, { kind: 'agent', body })).http, 201);
  await kept.settle();
  await many();
});
after(() => kept?.stop());

// Her answer came back (nothing sends mail here): it told nobody. But others were told the same, each in a conversation of her own.
async function many() {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567', said = (await kept.ask('SELECT message_id FROM message_article')).trim();
  const name = (i) => `'aaaaaaaaaaaa' || ${[15, 10, 5, 0].map((bits) => `substr('${letters}', 1 + (${i} / ${2 ** bits}) % 32, 1)`).join(' || ')}`;
  const first = `(SELECT conversation_id FROM message WHERE id = ${said})`;
  await kept.put(`BEGIN;
    CREATE TABLE many_numbers (i INTEGER NOT NULL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY}) INSERT INTO many_numbers SELECT i FROM n;
    INSERT INTO contact (account_id, id, ref, name, lang, created_at) SELECT 1, 1000000 + i, 'ctc_' || ${name('i')}, 'Customer ' || i,
      CASE WHEN i % 3 = 0 THEN 'vi' ELSE 'en' END, 1 FROM many_numbers;
    INSERT INTO conversation (account_id, id, ref, short_ref, inbox_id, contact_id, subject, status, shelf, lang, last_at, created_at)
      SELECT 1, 1000000 + i, 'con_' || ${name('i')}, 'M' || i, inbox_id, 1000000 + i, 'Lamp', 'resolved', 'resolved', '', 1, 1
      FROM many_numbers CROSS JOIN conversation WHERE conversation.id = ${first};
    INSERT INTO message (account_id, id, ref, conversation_id, home_id, kind, channel, body, state, state_at, created_at)
      SELECT 1, 1000000 + i, 'msg_' || ${name('i')}, 1000000 + i, 1000000 + i, 'agent', 'email', 'As the article says.', 'sent', 1, 1 FROM many_numbers;
    INSERT INTO message_article (account_id, message_id, version_id, article_id, how, trust, fingerprint, conversation_id, at, contact_id)
      SELECT 1, 1000000 + i, version_id, article_id, how, trust, fingerprint, 1000000 + i, 1, 1000000 + i
      FROM many_numbers CROSS JOIN message_article WHERE message_id = ${said};
    UPDATE message SET state = 'failed' WHERE id = ${said};
    DELETE FROM job WHERE kind = 'send_mail' AND subject_id = ${said};
    DROP TABLE many_numbers;
    COMMIT;`);
}

const count = async (where = '1 = 1') => Number(await kept.ask(`SELECT count(*) FROM recall_recipient WHERE ${where}`));
const page = async () => textOf(await lan.page(`/recalls/${recall}`));
const act = (what) => lan.submit(`/recalls/${recall}/act`, { do: what });

test('killed while they are found, it goes on: each one once, in her language', async () => {
  const begun = await lan.submit('/recalls', { article: article.ref, from: 1, to: 1, class: 1 });
  assert.equal(begun.status, 303, await begun.text());
  recall = /rcl_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  await kept.kill();
  const found = await count();
  assert.ok(found <= MANY, `${found}`);
  await kept.serve({ clock });
  await kept.settle();
  assert.equal(await count(), MANY);
  assert.equal(await count("lang = 'vi'"), Math.floor(MANY / 3));
  assert.equal(await kept.ask('SELECT look_from FROM recall') || 'None', 'None');
  assert.match(await page(), new RegExp(`reached: 0 of ${MANY}\\. Still to do: ${MANY}\\.`));
});

test('a second look writes only what has changed', async () => {
  const before = await kept.ask('SELECT max(id) FROM recall_recipient');
  await kept.put('UPDATE recall_recipient SET told_n = 7 WHERE contact_id = 1000005; DELETE FROM recall_recipient WHERE contact_id = 1000006;');
  assert.equal((await act('look')).status, 303);
  await kept.settle();
  assert.equal(await count(), MANY);
  assert.equal(await count(`id > ${before}`), 1);
  assert.equal(await count('told_n = 7'), 0);
});

test('while they are found the page counts them, and nothing can be sent, approved or closed; twin: afterwards it can', async () => {
  const fields = { wrong: 'Any charger.', correct: 'Only ours.', meaning: 'It may get hot.', remedy: 'We replace it.' };
  for (const lang of ['en', 'vi']) assert.equal((await lan.submit(`/recalls/${recall}/text`, { lang, ...fields })).status, 303);
  await kept.put('UPDATE recall SET look_from = 5, look_all = 6501, look_done = 2000');
  assert.match(await page(), /Finding everyone: 2,?000 of 6,?501/);
  assert.match(textOf(await lan.page('/recalls')), /Finding everyone/);
  assert.equal((await api('GET', `/recalls/${recall}`)).looking, true);
  const mai = await kept.agent('mai@kept.test', { name: 'Mai', role: 'lead' });
  assert.equal((await mai.submit(`/recalls/${recall}/act`, { do: 'approve' })).status, 409);
  const went = await act('go');
  assert.equal(went.status, 303);
  assert.doesNotMatch(went.headers.get('location'), /done=saved/);
  const closed = await lan.submit(`/recalls/${recall}/close`, { cause: 'A slip', prevention: 'Two read it', waiver: 'A test' });
  assert.equal(closed.status, 303);
  assert.equal(await kept.ask('SELECT state FROM recall'), 'draft');
  await kept.put('UPDATE recall SET look_from = NULL');
  assert.equal((await mai.submit(`/recalls/${recall}/act`, { do: 'approve' })).status, 303);
  assert.equal((await act('go')).status, 303);
  assert.equal(await kept.ask('SELECT state FROM recall'), 'pilot');
  await kept.settle();
  assert.equal(await count("mark = 'wait'"), MANY - 5);
});

// People of a page, and the way to the next one.
const people = (html) => [...html.matchAll(/people\/(rcp_[a-z2-7]{16})"/g)].map((m) => m[1]);
const next = (html) => /href="([^"]*skip=[^"#]*)/.exec(html)?.[1].replaceAll('&amp;', '&');
test('the page shows some at a time, and leads to each of them; twin: of a heap, to those alone', async () => {
  const first = await lan.page(`/recalls/${recall}`), second = await lan.page(next(first)), last = await lan.page(`/recalls/${recall}?skip=6400`);
  assert.deepEqual([first, second, last].map((html) => people(html).length), [200, 200, MANY - 6400]);
  assert.equal(new Set([first, second, last].flatMap(people)).size, 500);
  assert.match(next(second), /skip=400/);
  assert.equal(next(last), undefined);
  const sent = new Set((await kept.ask("SELECT ref FROM recall_recipient WHERE mark <> 'wait'")).split('\n'));
  const heap = await lan.page(`/recalls/${recall}?state=waits`), end = await lan.page(`/recalls/${recall}?state=waits&skip=6400`);
  assert.match(next(heap), /state=waits/);
  assert.deepEqual([heap, end].map((html) => people(html).length), [200, MANY - 5 - 6400]);
  assert.ok([heap, end].flatMap(people).every((ref) => !sent.has(ref)));
});

test('from one who waits the way leads to the next and back; twin: before the first there is nobody, nor who has no text', async () => {
  const [first, second, third] = (await kept.ask("SELECT ref FROM recall_recipient WHERE mark = 'wait' ORDER BY id LIMIT 3")).split('\n');
  const ways = async (ref) => people(await lan.page(`/recalls/${recall}/people/${ref}`));
  assert.deepEqual(await ways(first), [second]);
  assert.deepEqual(await ways(second), [first, third]);
  const lang = await kept.ask(`SELECT lang FROM recall_recipient WHERE ref = '${second}'`);
  await kept.put(`UPDATE recall_recipient SET lang = 'th' WHERE ref = '${second}'`);
  assert.deepEqual(await ways(first), [third], 'nothing is written in Thai');
  await kept.put(`UPDATE recall_recipient SET lang = '${lang}' WHERE ref = '${second}'`);
});

test('so many are looked for once more when the last look is old', async () => {
  await kept.advance(11 * 60_000);
  await kept.put('DELETE FROM recall_recipient WHERE contact_id = 1000007');
  assert.equal((await act('go')).status, 303);
  assert.equal(await kept.ask('SELECT state FROM recall'), 'pilot', 'it looks first');
  await kept.settle();
  assert.equal(await count('contact_id = 1000007'), 1);
  assert.equal((await act('stop')).status, 303);
});

test('with so many it is closed by how all of them stand; twin: not without the check', async () => {
  const close = (fields) => lan.submit(`/recalls/${recall}/close`, { cause: 'A slip', prevention: 'Two read it', ...fields });
  const refused = await close({});
  assert.equal(refused.status, 422);
  assert.match(textOf(await refused.text()), /The check of its effect is not done/);
  assert.equal((await close({ waiver: 'They were called' })).headers.get('location'), `/recalls/${recall}?done=saved`);
  assert.equal(Number(await kept.ask("SELECT amount FROM event WHERE kind = 'recall.closed'")), MANY, 'nothing sends mail here');
  assert.equal((await close({ waiver: 'Once more' })).status, 409);
});

test('a false alarm ends the look, and leaves nobody', async () => {
  const other = await api('POST', '/articles', { lang: 'en', title: 'Cover of the lamp', body: 'The cover of the lamp comes off when you turn it to the left.', class: 'howto', publish: true });
  const version = await kept.ask("SELECT id FROM article_version WHERE title = 'Cover of the lamp'");
  await kept.put(`UPDATE message_article SET version_id = ${version} WHERE message_id > 1000000 AND message_id <= 1003000`);
  const begun = await lan.submit('/recalls', { article: other.ref, from: 1, to: 1, class: 2 });
  recall = /rcl_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  assert.equal((await act('withdraw')).status, 303);
  await kept.settle();
  assert.equal(await count(`recall_id = (SELECT id FROM recall WHERE ref = '${recall}')`), 0);
});
