// Recall of article search on the passages and questions of test/search/*.jsonl, as typed and typed badly.
// The floors are a few points under what was measured (docs/search.md): they catch a broken analyzer, not noise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dice, load, marksLost, typo, withoutDiacritics } from './search/questions.mjs';

const root = new URL('..', import.meta.url).pathname;
const rankTry = join(process.env.KEPT_BUILD ?? join(root, 'build'), 'rank-try');

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
