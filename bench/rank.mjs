// How well articles are found, against SQLite's FTS5 over ICU words (bm25 over title and text, any of the words) in the same run.
// Questions of test/search, typed well and badly: those of customers, with few words in common; those about facts, whose passages have
// four neighbours on the same thing; and some made of the passages' own words (part of a sentence, a third of its words left out, a
// question word before it).
//   node bench/rank.mjs [build/rank-try …]       several programs are compared with each other
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dice, languages, load, loadFacts, marksLost, pick, traditional, typo, withoutDiacritics } from '../test/search/questions.mjs';

const root = new URL('..', import.meta.url).pathname;
const programs = process.argv.slice(2).length ? process.argv.slice(2) : [join(root, 'build/rank-try')];
const folder = mkdtempSync(join(tmpdir(), 'kept-rank-'));
const words = (lang, text) => [...new Intl.Segmenter(lang, { granularity: 'word' }).segment(text.normalize('NFC').toLowerCase())]
  .filter((part) => part.isWordLike).map((part) => part.segment);

const asks = { en: ['what is', 'when', 'how many', 'which'], vi: ['khi nào', 'bao nhiêu', 'ai', 'cái gì'], zh: ['什么时候', '多少', '哪个', '为什么'],
  th: ['เมื่อไร', 'เท่าไร', 'อะไร', 'อย่างไร'] };
function ownWords(lang, passage, random) {
  const sentences = passage.body.split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/).filter((one) => words(lang, one).length > 6);
  if (!sentences.length) return null;
  const all = words(lang, pick(random, sentences)), n = Math.max(4, Math.round(all.length * 0.5));
  const from = Math.floor(random() * (all.length - n + 1));
  const kept = all.slice(from, from + n).filter(() => random() > 1 / 3);
  return `${pick(random, asks[lang])} ${kept.join(lang === 'zh' || lang === 'th' ? '' : ' ')}`;
}
const rough = { en: typo, vi: withoutDiacritics, zh: traditional, th: (q, random) => marksLost(q, random, 1) };

const yardstick = `
import json, sqlite3, sys
docs, questions = json.load(open(sys.argv[1]))
db = sqlite3.connect(':memory:')
langs = {d['lang'] for d in docs}
for l in langs: db.execute(f"create virtual table t_{l} using fts5(ref unindexed, title, body)")
for d in docs: db.execute(f"insert into t_{d['lang']} values (?,?,?)", (d['ref'], d['title'], d['body']))
for q in questions:
    ask = ' OR '.join('"' + w.replace('"', '') + '"' for w in q['words'])
    rows = db.execute(f"select ref from t_{q['lang']} where t_{q['lang']} match ? order by bm25(t_{q['lang']}), ref limit 5", (ask,)).fetchall() if ask else []
    print(json.dumps([r[0] for r in rows]))
`;

const lines = Object.fromEntries(languages.map((lang) => [lang, load(lang)]));
const facts = Object.fromEntries(languages.map((lang) => [lang, loadFacts(lang)]));
const collections = { customers: Object.values(lines).flat().filter((line) => 'body' in line), facts: Object.values(facts).flatMap((one) => one.articles) };
// FTS5's own cutter knows neither Thai nor Chinese: each ICU word becomes letters and digits that it leaves whole.
const whole = (list) => list.map((word) => `x${Buffer.from(word).toString('hex')}`);
const cut = (articles) => articles.map((x) => ({ ref: x.ref, lang: x.lang, title: whole(words(x.lang, x.title)).join(' '), body: whole(words(x.lang, x.body)).join(' ') }));

const sets = {};
for (const lang of languages) {
  const random = dice(11), passages = lines[lang].filter((line) => 'body' in line), typed = lines[lang].filter((line) => 'q' in line);
  const own = passages.flatMap((p) => Array.from({ length: 8 }, () => ({ ref: p.ref, q: ownWords(lang, p, random) })).filter((one) => one.q));
  const badly = (questions) => questions.map((q) => ({ ref: q.ref, q: q.rough ?? rough[lang](q.q, random) }));
  sets[lang] = [['customers', 'customers', typed], ['customers, badly', 'customers', badly(typed)], ['facts', 'facts', facts[lang].questions],
    ['facts, badly', 'facts', badly(facts[lang].questions)], ['own words', 'customers', own], ['own words, badly', 'customers', badly(own)]];
}

const percent = (questions, hits) => (100 * questions.filter((q, i) => hits[i]?.[0] === q.ref).length / questions.length).toFixed(1);
for (const lang of languages)
  for (const [name, collection, questions] of sets[lang]) {
    const path = join(folder, 'questions.jsonl'), docs = join(folder, 'docs.json'), all = join(folder, `${collection}.jsonl`);
    const articles = collections[collection];
    writeFileSync(all, articles.map((line) => JSON.stringify(line)).join('\n') + '\n');
    writeFileSync(path, questions.map((q, i) => JSON.stringify({ id: i, lang, q: q.q })).join('\n') + '\n');
    writeFileSync(docs, JSON.stringify([cut(articles), questions.map((q) => ({ lang, words: whole(words(lang, q.q)) }))]));
    const fts = spawnSync('python3', ['-c', yardstick, docs], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (fts.status !== 0) throw new Error(fts.stderr);
    const theirs = fts.stdout.trim().split('\n').map(JSON.parse);
    const ours = programs.map((program) => spawnSync(program, [all, path], { encoding: 'utf8', maxBuffer: 1 << 28 })
      .stdout.trim().split('\n').map((line) => JSON.parse(line).hits.map((hit) => hit.ref)));
    console.log(`${lang} ${name.padEnd(17)} ${String(questions.length).padStart(4)} questions   FTS5 ${percent(questions, theirs)}   Kept ${ours.map((hits) => percent(questions, hits)).join('  ')}`);
  }
rmSync(folder, { recursive: true });
