// The widget's sentences. tools/catalogue.py finds them in t("…") and gives their translations as the module kept-strings:
// { english: [vi, zh-Hans, zh-Hant, th] }, of the widget's own sentences alone.
import strings from "kept-strings";

const tags = ["vi", "zh-Hans", "zh-Hant", "th"];
let column = -1;
export let lang = "en";

/** The nearest of the five languages; English when there is none near. */
export function speak(tag = "") {
  const low = tag.toLowerCase();
  if (/^zh/.test(low)) lang = /hant|tw|hk|mo/.test(low) ? "zh-Hant" : "zh-Hans";
  else lang = tags.find((known) => low === known || low.startsWith(`${known}-`)) ?? "en";
  column = tags.indexOf(lang);
}

export function t(english, holes = {}) {
  const sentence = strings[english]?.[column] || english.replace(/^[a-z]+\|/, "");
  return sentence.replace(/\{(\w+)\}/g, (all, name) => holes[name] ?? all);
}

export const clock = (ms) => new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
export const day = (ms) => new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long" }).format(ms);
