// The passages and questions of this folder, and the ways in which customers type badly.
import { readFileSync } from 'node:fs';

export const languages = ['en', 'vi', 'zh', 'th'];
export const load = (lang) => readFileSync(new URL(`${lang}.jsonl`, import.meta.url), 'utf8').trim().split('\n').map(JSON.parse);

// Passages on sixteen texts of general knowledge (= a text, * a passage, ? a question, in Chinese also in Traditional characters). Each has
// five neighbours on the same thing. They are here to be told apart, not to be believed: nobody checked what they say.
export function loadFacts(lang) {
  const articles = [], questions = [];
  let texts = 0, passages = 0;
  for (const line of readFileSync(new URL(`facts-${lang}.txt`, import.meta.url), 'utf8').trim().split('\n')) {
    const mark = line[0], [text, rough] = line.slice(2).split('\t'), ref = `${lang}-facts-${texts}-${passages}`;
    if (mark === '=') [texts, passages] = [texts + 1, 0];
    else if (mark === '*') articles.push({ ref: `${lang}-facts-${texts}-${++passages}`, lang, title: '', body: text });
    else questions.push({ id: `${ref}-${questions.length}`, ref, q: text, rough, text: texts });
  }
  return { articles, questions };
}

// A generator of its own, so that the same slips are made in every run.
export const dice = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
export const pick = (random, list) => list[Math.floor(random() * list.length)];

// One letter of a longer word mistaken, lost, swapped with the next or added.
export function typo(text, random) {
  const words = text.split(' ');
  const long = words.flatMap((word, i) => (/^[a-z]{4,}\W?$/i.test(word) ? [i] : []));
  if (!long.length) return text;
  const i = pick(random, long), word = words[i], letter = pick(random, [...'abcdefghijklmnopqrstuvwxyz']);
  const at = Math.floor(random() * (word.match(/^[a-z]+/i)[0].length - 1)), [before, after] = [word.slice(0, at), word.slice(at + 1)];
  words[i] = before + pick(random, [letter + after, after, after[0] + word[at] + after.slice(1), letter + word[at] + after]);
  return words.join(' ');
}
export const withoutDiacritics = (text) => text.normalize('NFD').replace(/\p{Mn}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
export function marksLost(text, random, count) {
  const letters = [...text];
  for (let n = 0; n < count; n++) {
    const marks = letters.flatMap((letter, i) => (/[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]/.test(letter) ? [i] : []));
    if (marks.length) letters.splice(pick(random, marks), 1);
  }
  return letters.join('');
}

// Characters as the Traditional questions of zh.jsonl write those of the Simplified ones: the pairs learned from them.
const pairs = new Map();
for (const line of load('zh'))
  if (line.rough && [...line.rough].length === [...line.q].length)
    [...line.q].forEach((letter, i) => { if (letter !== [...line.rough][i]) pairs.set(letter, [...line.rough][i]); });
export const traditional = (text) => [...text].map((letter) => pairs.get(letter) ?? letter).join('');
