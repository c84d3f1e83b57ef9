// How well questions find the passages that answer them, through `kept import articles` and `kept search --batch`: recall at 1 and 5 and
// mean reciprocal rank in %, as typed and typed badly. All passages are brought in together; a question looks in its own language.
//   node bench/found.mjs FILE.jsonl …       passages {"ref","lang","title","body"} and questions {"ref","lang","q"}, in any order of files
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dice, languages, marksLost, typo, withoutDiacritics } from '../test/search/questions.mjs';

const program = join(process.env.KEPT_BUILD ?? join(new URL('..', import.meta.url).pathname, 'build'), 'kept');
const read = process.argv.slice(2).flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').map(JSON.parse));
const passages = read.filter((line) => 'body' in line), questions = read.filter((line) => 'q' in line);
if (!passages.length || !questions.length) throw new Error('passages and questions are wanted');

const random = dice(7);
const traditional = (list) => execFileSync('uconv', ['-f', 'utf-8', '-t', 'utf-8', '-x', 'Hans-Hant'], { input: list.join('\n'), encoding: 'utf8' }).split('\n');
const each = (change) => (list) => list.map((q) => change(q, random));
const rough = { en: each(typo), vi: each(withoutDiacritics), zh: traditional, th: each((q) => marksLost(q, random, 1)) };
const roughName = { en: 'a typing error', vi: 'no diacritics', zh: 'Traditional', th: 'one mark lost' };

const folder = mkdtempSync(join(tmpdir(), 'kept-found-'));
const kept = (args, input) => execFileSync(program, [...args, '--data', join(folder, 'data')], { input, encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'ignore'] });
const lines = (list) => list.map((one) => JSON.stringify(one)).join('\n') + '\n';

function show(name, asked, typed) {
  const answers = kept(['search', '--batch'], lines(asked.map((q, i) => ({ id: i, lang: q.lang, q: typed[i] })))).trim().split('\n').map(JSON.parse);
  const places = answers.map((one, i) => one.hits.findIndex((hit) => hit.ref === asked[i].ref) + 1);
  const percent = (sum) => (100 * sum / asked.length).toFixed(1).padStart(5);
  console.log(`${name.padEnd(17)} ${String(asked.length).padStart(5)}   @1 ${percent(places.filter((at) => at === 1).length)}   `
    + `@5 ${percent(places.filter((at) => at && at <= 5).length)}   MRR ${percent(places.reduce((sum, at) => sum + (at && 1 / at), 0))}`);
}

try {
  kept(['init']);
  writeFileSync(join(folder, 'passages.jsonl'), lines(passages));
  kept(['import', 'articles', join(folder, 'passages.jsonl')]);
  for (const lang of languages) {
    const asked = questions.filter((q) => q.lang === lang), typed = asked.map((q) => q.q);
    if (!asked.length) continue;
    show(lang, asked, typed);
    show(`${lang} ${roughName[lang]}`, asked, rough[lang](typed));
  }
} finally {
  rmSync(folder, { recursive: true });
}
