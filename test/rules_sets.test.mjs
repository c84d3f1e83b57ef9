// The development sets of the text engines (test/rules/*.jsonl), asked through build/rules-try.
// Rules are written against them. The rows of held.*.jsonl are not: they were written by others, who did not know the rules, and
// whoever writes rules sees their figures and never their sentences. See docs/rules.md for how a row is added.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const root = new URL("..", import.meta.url).pathname;
const program = process.env.RULES_TRY ?? join(root, "build", "rules-try");
const SIX = new Set(["non_apology", "blame", "insult", "policy_wall", "refuse_escalation", "script_repetition"]);
const BAR = { f1: 0.92, exact: 0.85, flagged: 0.9, right: 0.8, wrong: 0.05 };
const LANGS = ["en", "vi", "zh", "th"];
/* Characters that only Traditional writing uses: Chinese is measured whole, and its Traditional rows once more apart. */
const TRADITIONAL = /[們這個為後請處裡說時會電給經實發間問題與關從來還過開應將單號當訂話點對進灣麼嗎預郵樣費萬無產價買賣認證誤謝務類嘅喺哋]/;

function ask(command, file) {
  const rows = readFileSync(join(root, "test", "rules", file), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const now = { now: "2026-03-16T09:00:00+07:00", tz: "Asia/Ho_Chi_Minh" };
  const input = rows.map(({ id, text, lang, ...row }) => JSON.stringify({ ...now, ...row, id, text, lang })).join("\n");
  const run = spawnSync(program, [command], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(run.status, 0, run.stderr);
  const answers = run.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(answers.map((a) => a.id), rows.map((r) => r.id));
  return rows.map((row, i) => ({ row, answer: answers[i] }));
}

const ratio = (a, b) => (b === 0 ? 1 : a / b);
const shown = (x) => x.toFixed(3);

function promises(pairs) {
  let found = 0, wanted = 0, both = 0, exact = 0;
  for (const { row, answer } of pairs) {
    found += answer.promises.length;
    wanted += row.promises.length;
    both += Math.min(answer.promises.length, row.promises.length);
    for (const w of row.promises)
      exact += answer.promises.some((p) => p.due_from === w.due_from && p.due_to === w.due_to);
  }
  return { f1: ratio(2 * both, found + wanted), exact: ratio(exact, wanted) };
}

function checks(pairs) {
  const bad = pairs.filter(({ row }) => row.rules.length), fair = pairs.filter(({ row }) => !row.rules.length);
  const six = bad.filter(({ row }) => SIX.has(row.rules[0]));
  const rules = ({ answer }) => answer.findings.map((f) => f.rule);
  return {
    flagged: ratio(bad.filter((p) => rules(p).length).length, bad.length),
    right: ratio(six.filter((p) => rules(p).includes(p.row.rules[0])).length, six.length),
    wrong: ratio(fair.filter((p) => rules(p).some((r) => SIX.has(r))).length, fair.length),
  };
}

function masks(pairs) {
  const key = (s) => `${s.start}-${s.end}-${s.type}`;
  const all = { card: [0, 0], other: [0, 0] };
  let innocent = 0, masked = 0;
  for (const { row, answer } of pairs) {
    const found = new Set(answer.spans.map(key));
    for (const span of row.spans) {
      const count = all[span.type === "card" ? "card" : "other"];
      count[0] += found.has(key(span));
      count[1]++;
    }
    if (row.spans.length) continue;
    innocent++;
    masked += answer.spans.length > 0;
  }
  return { card: ratio(...all.card), other: ratio(...all.other), masked: innocent ? masked / innocent : 0 };
}

function report(name, pairs, measure) {
  const all = measure(pairs);
  console.log(`# ${name} (${pairs.length}): ${Object.entries(all).map(([k, v]) => `${k} ${shown(v)}`).join("  ")}`);
  return all;
}

/* The figures that must hold: of all rows, and in Chinese of the Traditional ones too. */
function reports(name, lang, pairs, measure) {
  const traditional = lang === "zh" ? pairs.filter(({ row }) => TRADITIONAL.test(row.text)) : [];
  return [report(name, pairs, measure), ...(traditional.length ? [report(`${name}-Hant`, traditional, measure)] : [])];
}

for (const lang of LANGS) {
  test(`promises, ${lang}`, () => {
    for (const r of reports(`promises ${lang}`, lang, ask("check-reply", `promise.${lang}.jsonl`), promises))
      assert.ok(r.f1 >= 0.92 && r.exact >= 0.85);
  });
  test(`reply check, ${lang}`, () => {
    for (const r of reports(`check ${lang}`, lang, ask("check-reply", `check.${lang}.jsonl`), checks))
      assert.ok(r.flagged >= 0.9 && r.right >= 0.8 && r.wrong <= 0.05);
  });
  test(`unseen promises, ${lang}`, () => {
    const [r] = reports(`held promises ${lang}`, lang, ask("check-reply", `held.promise.${lang}.jsonl`), promises);
    assert.ok(r.f1 >= BAR.f1 && r.exact >= BAR.exact);
  });
  test(`unseen replies, ${lang}`, () => {
    const [r] = reports(`held check ${lang}`, lang, ask("check-reply", `held.check.${lang}.jsonl`), checks);
    assert.ok(r.flagged >= BAR.flagged && r.right >= BAR.right && r.wrong <= BAR.wrong);
  });
  test(`masking, ${lang}`, () => {
    const r = report(`mask ${lang}`, ask("mask", `mask.${lang}.jsonl`), masks);
    assert.ok(r.card === 1 && r.other >= 0.98 && r.masked <= 0.01);
  });
  test(`unseen masking, ${lang}`, () => {
    const r = report(`held mask ${lang}`, ask("mask", `held.mask.${lang}.jsonl`), masks);
    assert.ok(r.card === 1 && r.other >= 0.98 && r.masked <= 0.01);
  });
}
