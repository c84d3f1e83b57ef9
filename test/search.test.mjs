// Recall of article search on the passages and questions of test/search, as typed and typed badly: those of customers (*.jsonl), who
// use other words than the company, those about facts (facts-*.txt), which must be told from their neighbours, and those that people
// ask who have the paragraph before their eyes (paragraphs.*.jsonl).
// The floors are a few points under what was measured (docs/search.md): they catch a broken analyzer, not noise. Those of the
// paragraphs are what we promise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dice, load, loadFacts, marksLost, traditional, typo, withoutDiacritics } from './search/questions.mjs';

const root = new URL('..', import.meta.url).pathname;
const rankTry = join(process.env.KEPT_BUILD ?? join(root, 'build'), 'rank-try');

const rough = {
  en: (q, random) => typo(q.q, random),
  vi: (q) => withoutDiacritics(q.q),
  zh: (q) => q.rough ?? traditional(q.q), // the question in Traditional characters
  th: (q, random, name) => marksLost(q.q, random, name === 'paragraphs' ? 1 : 3),
};
const roughName = { en: 'a typing error', vi: 'no diacritics', zh: 'Traditional', th: 'marks lost' };

// Recall at 1 and 5 in %.
const floors = {
  customers: {
    en: { clean: [50, 78], rough: [48, 75] },
    vi: { clean: [68, 89], rough: [58, 84] },
    zh: { clean: [70, 88], rough: [70, 88] },
    th: { clean: [75, 89], rough: [74, 88] },
  },
  facts: {
    en: { clean: [73, 90], rough: [72, 90] },
    vi: { clean: [83, 94], rough: [77, 92] },
    zh: { clean: [87, 95], rough: [87, 95] },
    th: { clean: [80, 92], rough: [78, 92] },
  },
  paragraphs: {
    en: { clean: [94.5, 99], rough: [92, 99] },
    vi: { clean: [93.5, 98], rough: [92, 98] },
    zh: { clean: [94.5, 99], rough: [94.5, 99] },
    th: { clean: [94.5, 98], rough: [93.5, 98] },
  },
};

const split = (lines) => ({ articles: lines.filter((line) => 'body' in line), questions: lines.filter((line) => 'q' in line) });
const sets = {
  customers: (lang) => split(load(lang)),
  facts: loadFacts,
  paragraphs: (lang) => split(load(`paragraphs.${lang}`)),
};

function ask(folder, questions) {
  const path = join(folder, 'questions.jsonl');
  writeFileSync(path, questions.map((q) => JSON.stringify(q)).join('\n') + '\n');
  const run = spawnSync(rankTry, [join(folder, 'articles.jsonl'), path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trim().split('\n').map((line) => JSON.parse(line).hits.map((hit) => hit.ref));
}

for (const [name, loadSet] of Object.entries(sets))
  test(`articles are found by questions: ${name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'kept-search-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const all = Object.fromEntries(Object.keys(rough).map((lang) => [lang, loadSet(lang)]));
    const articles = Object.values(all).flatMap((one) => one.articles);
    writeFileSync(join(folder, 'articles.jsonl'), articles.map((line) => JSON.stringify(line)).join('\n') + '\n');
    for (const lang of Object.keys(rough)) {
      const { questions } = all[lang];
      for (const kind of ['clean', 'rough']) {
        await t.test(`${lang}, ${kind === 'clean' ? 'as typed' : roughName[lang]}`, (t) => {
          const random = dice(7);
          const hits = ask(folder, questions.map((q) => ({ id: q.id, lang, q: kind === 'clean' ? q.q : rough[lang](q, random, name) })));
          const share = (n) => (100 * questions.filter((q, i) => hits[i].slice(0, n).includes(q.ref)).length) / questions.length;
          const [one, five] = [share(1), share(5)], [least, leastFive] = floors[name][lang][kind];
          t.diagnostic(`${questions.length} questions: recall at 1 ${one.toFixed(1)} %, at 5 ${five.toFixed(1)} %`);
          assert.ok(one >= least && five >= leastFive, `recall fell to ${one} and ${five}`);
        });
      }
    }
  });
