// Knowledge of other programs is brought in, again and in every form, and is found; what looks wrong in it is said first.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { run, startKept, textOf } from './kept.mjs';
import { zip } from './zip.mjs';

let kept, lan, folder;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  folder = await mkdtemp(join(tmpdir(), 'kept-import-'));
});
after(async () => { await kept?.stop(); await rm(folder, { recursive: true }); });

async function write(name, text) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}
const lines = (list) => list.map((one) => JSON.stringify(one)).join('\n') + '\n';
const bring = async (path, ...options) => {
  const done = await run(['import', 'articles', path, '--json', ...options], { env: kept.env });
  return { ...done, rows: done.out.trim().split('\n').filter(Boolean).map(JSON.parse) };
};
const ask = async (...questions) => {
  const done = await run(['search', '--batch'], { env: kept.env, input: lines(questions) });
  return { ...done, rows: done.out.trim().split('\n').map(JSON.parse) };
};
const kinds = (row) => row.findings.map((one) => one.kind);
const first = async (lang, q) => (await ask({ id: 1, lang, q })).rows[0].hits[0]?.ref;

const seams = { ref: 'seams', lang: 'en', title: 'Your warranty', body: 'We repair torn seams free of charge for five years.', status: 'published', category: 'Repairs' };

test('JSON Lines are brought in, found under their own references, and marked as not verified', async () => {
  const path = await write('a.jsonl', lines([seams,
    { ref: 'strap', lang: 'vi', title: '', body: 'Dây đeo bị đứt được thay miễn phí trong hai năm.' },
    { ref: 'zip-1', lang: 'zh', title: '拉链', body: '拉链坏了，请把包寄给我们，两周内修好。' },
    { ref: 'zip-2', lang: 'zh-TW', title: '', body: '請把鑰匙圈寄回來，我們會換新的。' },
    { ref: 'wash', lang: 'th', title: 'การซัก', body: 'ซักกระเป๋าด้วยมือในน้ำเย็น ห้ามใช้เครื่องอบผ้า' }]));
  const done = await bring(path);
  assert.equal(done.code, 0, done.err);
  assert.deepEqual(done.rows.map((row) => row.outcome), ['new', 'new', 'new', 'new', 'new']);
  assert.deepEqual(done.rows.map((row) => row.lang), ['en', 'vi', 'zh-Hans', 'zh-Hant', 'th']);
  const asked = await ask({ id: 'a', lang: 'en', q: 'is a torn seam repared for free' }, { id: 7, lang: 'vi', q: 'day deo bi dut' },
    { id: null, lang: 'zh', q: '拉鏈壞了' }, { id: 'd', lang: 'zh', q: '钥匙圈' }, { id: 'e', lang: 'th', q: 'ซกกระเปา' }, { id: 'f', q: '拉链' });
  assert.equal(asked.code, 0);
  assert.deepEqual(asked.rows.map((row) => row.hits[0].ref), ['seams', 'strap', 'zip-1', 'zip-2', 'wash', 'zip-1']);
  assert.deepEqual(asked.rows.map((row) => row.id), ['a', 7, null, 'd', 'e', 'f']);
  assert.ok(asked.rows.every((row) => row.hits[0].verified === false && row.hits[0].score > 0));
  assert.deepEqual((await ask({ id: 1, lang: 'th', q: 'torn seams' })).rows[0].hits, [], 'the language is a filter');
});

test('pages show them: the category, the opening words for a missing title, to be verified', async () => {
  const list = textOf(await lan.page('/articles'));
  assert.match(list, /Your warranty/);
  assert.match(list, /Dây đeo bị đứt/);
  assert.match(textOf(await lan.page('/articles/due?all=1')), /Your warranty/);
  assert.match(textOf(await kept.browser().page('/help/en')), /Repairs/);
  assert.match(textOf(await kept.browser().page('/help/vi/search?q=day+deo')), /Dây đeo bị đứt/);
});

test('the opening words that stand for a missing title are not counted twice', async () => {
  const rest = 'is waxed by hand twice each year so that rain runs off it and the colour stays as deep as it was on the day of the sale';
  assert.equal((await bring(await write('untitled.jsonl', lines([{ ref: 'opens', lang: 'en', title: '', body: `Gusset ${rest}.` },
    { ref: 'ends', lang: 'en', title: '', body: `${rest} gusset.` }])))).code, 0);
  const [one, other] = (await ask({ id: 1, lang: 'en', q: 'gusset' })).rows[0].hits;
  assert.deepEqual([one.ref, other.ref], ['ends', 'opens'], 'equal ones stand by reference');
  assert.equal(one.score, other.score);
});

test('a bad question is answered on its place', async () => {
  const done = await run(['search', '--batch'], { env: kept.env, input: '{"id":1,"lang":"en","q":"seams"}\n{"id":2}\nrubbish\n{"id":4,"lang":"en","q":"seams"}\n' });
  const rows = done.out.trim().split('\n').map(JSON.parse);
  assert.equal(done.code, 1);
  assert.deepEqual(rows.map((row) => [row.id, 'error' in row]), [[1, false], [2, true], [null, true], [4, false]]);
});

test('the same file again changes nothing, a changed text is a version, and what was changed here is kept', async () => {
  const path = join(folder, 'a.jsonl');
  assert.ok((await bring(path)).rows.every((row) => row.outcome === 'same'));
  const changed = await write('b.jsonl', lines([{ ...seams, body: 'We repair torn seams free of charge for seven years.' }]));
  assert.equal((await bring(changed, '--dry-run')).rows[0].outcome, 'changed');
  assert.equal((await bring(changed)).rows[0].outcome, 'changed');
  assert.equal((await bring(changed)).rows[0].outcome, 'same');
  const hit = /\/articles\/(art_[a-z2-7]{16})[^>]*>\s*Your warranty/.exec(await lan.page('/articles'))[1];
  assert.match(textOf(await kept.browser().page(`/help/en/a/${hit}`)), /seven years/);
  const saved = await lan.submit(`/articles/${hit}/save`, { title: 'Your warranty', text: 'Ten years.', base: 2, do: 'publish', facts: 'yes' });
  assert.equal(saved.status, 303, await saved.text());
  assert.equal((await bring(changed)).rows[0].outcome, 'same', 'an old file takes nothing back');
  const later = await write('c.jsonl', lines([{ ...seams, body: 'Eleven years.' }]));
  assert.equal((await bring(later)).rows[0].outcome, 'waits');
  assert.match(textOf(await kept.browser().page(`/help/en/a/${hit}`)), /Ten years/);
});

test('a line that cannot be used is named, and the others are brought in', async () => {
  const path = await write('d.jsonl', `${JSON.stringify({ ref: 'ok-1', lang: 'en', title: 'Opening hours', body: 'The shop is open from nine to five.' })}\n{"ref":\n\n`
    + lines([{ ref: 'no-body', lang: 'en', title: 'x' }, { lang: 'en', title: 'x', body: 'y' }, { ref: 'de', lang: 'de', title: '', body: 'Nein.' },
      { ref: 'ok-1', lang: 'en', title: '', body: 'Twice.' }]));
  const done = await bring(path);
  assert.equal(done.code, 1);
  assert.deepEqual(done.rows.map((row) => row.outcome), ['new', 'refused', 'refused', 'refused', 'refused', 'refused']);
  assert.match(done.rows[1].where, /d\.jsonl, line 2$/);
  assert.match(done.rows[2].where, /line 4$/);
  assert.match(done.rows[5].error, /ok-1 stands in d\.jsonl, line 1 already/);
});

test('rubbish is reported before anything is shown, and held back when that is asked', async () => {
  const path = await write('e.jsonl', lines([
    { ref: 'r1', lang: 'en', title: 'Prices', body: 'A repair takes XNUMX days. Ask for {{agent}}.' },
    { ref: 'r3', lang: 'en', title: '', body: 'Polishing the buckle is free.' },
    { ref: 'r2', lang: 'en', title: 'Clean prices', body: 'A repair takes 12 days and costs $12.' }]));
  const foreseen = await bring(path, '--dry-run');
  assert.deepEqual(foreseen.rows.map(kinds), [['placeholder', 'placeholder'], ['no_title'], []]);
  assert.notEqual(await first('en', 'clean prices'), 'r2');
  const held = await bring(path, '--hold');
  assert.deepEqual(held.rows.map((row) => [row.outcome, row.held]), [['new', true], ['new', false], ['new', false]]);
  assert.equal(await first('en', 'prices of a repair'), 'r2');
  assert.deepEqual((await bring(path)).rows.map((row) => row.outcome), ['published', 'same', 'same']);
});

test('Markdown folders: front matter, language by folder, a heading as the title', async () => {
  await write('md/vi/doi-hang.md', '---\ntitle: "Đổi hàng"\nclass: procedure\naudience: internal\n---\nĐổi hàng trong bảy ngày, còn nguyên tem mác.\n');
  await write('md/en/pickup.md', '# Picking up\n\nBring the card that the driver left.\n');
  await write('md/en/broken.md', '---\ntitle: Never ends\n\nText.\n');
  await write('md/en/picture.png', 'not an article');
  const done = await bring(join(folder, 'md'));
  assert.deepEqual(done.rows.map((row) => [row.ref, row.lang, row.outcome]), [['en/broken', null, 'refused'], ['en/pickup', 'en', 'new'], ['vi/doi-hang', 'vi', 'new']]);
  assert.equal(await first('vi', 'doi hang'), 'vi/doi-hang', 'agents find what is internal');
  assert.equal(JSON.parse(await kept.browser().page('/help/vi/find?q=doi+hang')).pages.filter((page) => page.title === 'Đổi hàng').length, 0);
});

test('Zendesk and Freshdesk: HTML becomes Markdown, drafts stay drafts, missing pages are named', async () => {
  const zendesk = await write('zendesk.json', JSON.stringify({ articles: [
    { id: 360001, locale: 'en-us', title: 'Gift cards', draft: false, body: '<h2>How</h2><p>A gift card is <strong>valid</strong> for ten years. See <a href="https://x.zendesk.com/hc/en-us/articles/360002-Codes">codes</a> and <a href="https://x.zendesk.com/hc/en-us/articles/99-Gone">this</a>.</p><script>alert(1)</script>' },
    { id: 360002, locale: 'en-us', title: 'Codes', draft: true, body: '<p>Codes are entered at the till.</p>' }] }));
  const done = await bring(zendesk);
  assert.deepEqual(done.rows.map((row) => [row.ref, row.outcome, kinds(row)]), [['360001', 'new', ['dead_link']], ['360002', 'new', []]]);
  assert.match(done.rows[0].findings[0].quote, /99-Gone/);
  assert.equal(await first('en', 'how long is a gift card valid'), '360001');
  assert.notEqual(await first('en', 'codes are entered at the till'), '360002');
  const freshdesk = await write('freshdesk.json', JSON.stringify([{ id: 7, title: 'ผ่อนชำระ', description: '<p>ผ่อนชำระได้สูงสุดสิบเดือน โดยไม่มีดอกเบี้ย</p>', status: 2 }]));
  assert.deepEqual((await bring(freshdesk)).rows.map((row) => [row.ref, row.lang, row.outcome]), [['7', 'th', 'new']]);
});

test('Notion and Guru: an archive of pages, known by their numbers', async () => {
  const id = '0123456789abcdef0123456789abcdef', other = 'aaaa456789abcdef0123456789abcdef';
  const page = (title, body) => `<html><head><title>${title}</title></head><body><article class="page sans"><header><h1 class="page-title">${title}</h1></header><div class="page-body">${body}</div></article></body></html>`;
  const archive = await write('notion.zip', zip({
    [`Customs ${id}.html`]: page('Customs', `<p>Customs duty is collected by the carrier at the door, never by us.</p><p>See <a href="Taxes%20${other}.html">taxes</a>.</p>`),
    [`Taxes ${other}.html`]: page('Taxes', '<ul><li>Sales tax is part of every price that we show.</li></ul>'),
    'cards/9f1.html': '<h1>Loud customers</h1><p>Stay calm, and write down what was said to you.</p>', 'style.css': 'p{}' }));
  const done = await bring(archive);
  assert.deepEqual(done.rows.map((row) => [row.ref, row.outcome, kinds(row)]), [[id, 'new', []], [other, 'new', []], ['9f1', 'new', []]], done.err);
  assert.equal(await first('en', 'who collects customs duty'), id);
  const bomb = zip({ 'a.html': 'x'.repeat(3_000_000) });
  assert.match((await bring(await write('bomb.zip', bomb))).err, /too large unpacked/);
  assert.match((await bring(await write('torn.zip', bomb.subarray(0, bomb.length - 30)))).err, /not a ZIP archive/);
});

test('one reference in several languages is one family', async () => {
  const path = await write('f.jsonl', lines([{ ref: 'fam', lang: 'en', title: 'Loyalty points', body: 'Points expire after two years.' },
    { ref: 'fam', lang: 'vi', title: 'Điểm thưởng', body: 'Điểm thưởng hết hạn sau hai năm.' }]));
  assert.deepEqual((await bring(path)).rows.map((row) => row.outcome), ['new', 'new']);
  assert.equal(await first('vi', 'diem thuong het han'), 'fam');
  const ref = /\/articles\/(art_[a-z2-7]{16})[^>]*>\s*Loyalty points/.exec(await lan.page('/articles'))[1];
  assert.match(textOf(await lan.page(`/articles/${ref}`)), /Tiếng Việt/);
});

test('the page looks through a file first, then brings it in', async () => {
  const text = lines([{ ref: 'p1', lang: 'en', title: 'Engraving', body: 'Engraving takes XNUMX days and costs nothing.' },
    { ref: 'p2', lang: 'en', title: 'Gift wrap', body: 'Gift wrap is made of recycled paper.' }]);
  const send = (act) => lan.submit('/articles/import', { hold: 1, do: act }, { from: '/articles/import', files: { file: { name: 'page.jsonl', bytes: text } } });
  assert.match(await lan.page('/articles/import'), /type="file"/);
  const none = await lan.submit('/articles/import', { do: 'look' }, { files: { file: { name: 'x.bin', bytes: 'nothing known' } } });
  assert.equal(none.status, 422);
  assert.match(textOf(await none.text()), /This file was not read, and nothing was changed: it is none of the files that are known here/);
  const looked = await send('look');
  assert.equal(looked.status, 200);
  const said = textOf(await looked.text());
  assert.match(said, /Nothing has been written yet/);
  assert.match(said, /2 new articles/);
  assert.match(said, /A placeholder\s*:\s*XNUMX/);
  assert.notEqual(await first('en', 'gift wrap of recycled paper'), 'p2');
  assert.match(textOf(await (await send('import')).text()), /Brought in[\s\S]*Stays a draft/);
  assert.equal(await first('en', 'gift wrap of recycled paper'), 'p2');
  assert.notEqual(await first('en', 'engraving'), 'p1');
  const minh = await kept.agent('minh@kept.test', { role: 'agent' });
  assert.equal((await minh.get('/articles/import')).status, 403);
});

test('what is made to break its reader is refused with the reason, and the server goes on; twin: a large but honest one', async () => {
  const send = async (name, bytes) => {
    const done = await lan.submit('/articles/import', { do: 'look' }, { files: { file: { name, bytes } } });
    return [done.status, textOf(await done.text())];
  };
  const large = 'The strap is sewn on again within a week. '.repeat(80_000);
  for (const [name, bytes, why] of [
    ['bomb.zip', zip({ 'a.html': 'x'.repeat(9_000_000) }), /a\.html in the archive is too large unpacked/],
    ['many.zip', zip(Object.fromEntries(Array.from({ length: 160 }, (_, i) => [`${i}.md`, Buffer.alloc(3_900_000, large)]))), /\d+\.md in the archive is too large unpacked|more text than one import may/],
    ['torn.zip', zip({ 'a.html': '<p>Text' }).subarray(0, 60), /it is not a ZIP archive that can be read/]]) {
    const [status, text] = await send(name, bytes);
    assert.equal(status, 422, name);
    assert.match(text, why);
  }
  const [deep, told] = await send('deep.json', `{"articles":${'['.repeat(100_000)}`);
  assert.equal(deep, 200, told);
  assert.match(told, /1 article that cannot be used[\s\S]*more than 64 levels of JSON/);
  const long = lines([{ ref: 'long', lang: 'en', title: 'Long', body: large }, { ref: 'short', lang: 'en', title: 'Short', body: 'A strap is sewn on again.' }]);
  assert.match((await send('long.jsonl', long))[1], /1 new article[\s\S]*the line is longer than 2 MB/);
  const honest = zip(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}.md`, `# Strap ${i}\n\nStrap number ${i} is sewn on again within a week.`])));
  assert.match((await send('honest.zip', honest))[1], /300 new articles/);
  const mai = await kept.agent('mai@kept.test', { role: 'lead', lang: 'vi' });
  const vi = await mai.submit('/articles/import', { do: 'look' }, { files: { file: { name: 'x.zip', bytes: zip({ 'a.html': 'x'.repeat(900_000) }) } } });
  assert.match(textOf(await vi.text()), /a\.html trong tệp nén/);
});

test('the API takes lines or a file', async () => {
  const bearer = await kept.token('lan@kept.test');
  const post = async (body, headers = {}) => (await fetch(`${kept.url}/api/v1/articles/import`, { method: 'POST', headers: { authorization: `Bearer ${bearer}`, ...headers }, body })).json();
  const text = lines([{ ref: 'api-1', lang: 'en', title: 'Umbrellas', body: 'Umbrellas are repaired on Tuesdays.' }, { ref: 'api-2', lang: 'en' }]);
  const dry = await post(JSON.stringify({ lines: text, dry_run: true }), { 'content-type': 'application/json' });
  assert.equal(dry.written, false);
  assert.deepEqual(dry.articles.map((one) => one.outcome), ['new', 'refused']);
  const form = new FormData();
  form.append('file', new Blob([text]), 'api.jsonl');
  assert.deepEqual((await post(form)).articles.map((one) => one.outcome), ['new', 'refused']);
  assert.equal(await first('en', 'umbrellas repaired'), 'api-1');
  const bad = new FormData();
  bad.append('file', new Blob(['not an archive']), 'x.bin');
  assert.equal((await post(bad)).status, 422);
});
