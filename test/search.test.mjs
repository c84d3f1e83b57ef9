// Recall of article search on the passages and questions of test/search/*.jsonl, as typed and typed badly.
// The floors are a few points under what was measured (docs/search.md): they catch a broken analyzer, not noise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = new URL('..', import.meta.url).pathname;
const rankTry = join(process.env.KEPT_BUILD ?? join(root, 'build'), 'rank-try');

// A generator of its own, so that the same slips are made in every run.
const dice = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const pick = (random, list) => list[Math.floor(random() * list.length)];

// One letter of a longer word lost, doubled or swapped with the next.
function typo(text, random) {
  const words = text.split(' ');
  const long = words.flatMap((word, i) => (/^[a-z]{4,}$/i.test(word) ? [i] : []));
  if (!long.length) return text;
  const i = pick(random, long), at = 1 + Math.floor(random() * (words[i].length - 2)), [a, b, c] =
    [words[i].slice(0, at), words[i].slice(at, at + 2), words[i].slice(at + 2)];
  words[i] = a + pick(random, [b.slice(1), b[0] + b, b[1] + b[0]]) + c;
  return words.join(' ');
}
const withoutDiacritics = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
function marksLost(text, random, count) {
  const letters = [...text];
  for (let n = 0; n < count; n++) {
    const marks = letters.flatMap((letter, i) => (/[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]/.test(letter) ? [i] : []));
    if (marks.length) letters.splice(pick(random, marks), 1);
  }
  return letters.join('');
}

const rough = {
  en: (q, random) => typo(q.q, random),
  vi: (q) => withoutDiacritics(q.q),
  zh: (q) => q.rough, // the question in Traditional characters
  th: (q, random) => marksLost(q.q, random, 3),
};
const roughName = { en: 'a typing error', vi: 'no diacritics', zh: 'Traditional', th: 'three marks lost' };

// Recall at 1 and 5 in %.
const floors = {
  en: { clean: [47, 77], rough: [45, 73] },
  vi: { clean: [63, 88], rough: [55, 81] },
  zh: { clean: [69, 88], rough: [69, 88] },
  th: { clean: [70, 88], rough: [69, 87] },
};

const load = (lang) => readFileSync(join(root, 'test/search', `${lang}.jsonl`), 'utf8').trim().split('\n').map(JSON.parse);

function ask(folder, questions) {
  const path = join(folder, 'questions.jsonl');
  writeFileSync(path, questions.map((q) => JSON.stringify(q)).join('\n') + '\n');
  const run = spawnSync(rankTry, [join(folder, 'articles.jsonl'), path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trim().split('\n').map((line) => JSON.parse(line).hits.map((hit) => hit.ref));
}

test('articles are found by questions as customers type them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-search-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const lines = Object.fromEntries(Object.keys(rough).map((lang) => [lang, load(lang)]));
  const articles = Object.values(lines).flat().filter((line) => 'body' in line);
  writeFileSync(join(folder, 'articles.jsonl'), articles.map((line) => JSON.stringify(line)).join('\n') + '\n');
  for (const lang of Object.keys(rough)) {
    const questions = lines[lang].filter((line) => 'q' in line);
    for (const kind of ['clean', 'rough']) {
      await t.test(`${lang}, ${kind === 'clean' ? 'as typed' : roughName[lang]}`, (t) => {
        const random = dice(7);
        const asked = questions.map((q) => ({ id: q.id, lang, q: kind === 'clean' ? q.q : rough[lang](q, random) }));
        const hits = ask(folder, asked);
        const share = (n) => (100 * questions.filter((q, i) => hits[i].slice(0, n).includes(q.ref)).length) / questions.length;
        const [one, five] = [share(1), share(5)];
        t.diagnostic(`${questions.length} questions: recall at 1 ${one.toFixed(1)} %, at 5 ${five.toFixed(1)} %`);
        assert.ok(one >= floors[lang][kind][0] && five >= floors[lang][kind][1], `recall fell to ${one} and ${five}`);
      });
    }
  }
});
