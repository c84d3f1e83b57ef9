// Sentences of scripts, in the reader's language. What stands in t("…") and tn(…) is found by tools/catalogue.py, so it
// is a literal; the translations arrive as globalThis.keptStrings by {{@strings}} of the layout.

const fill = (sentence, holes) => sentence.replace(/\{([a-z][a-z0-9_]*)\}/g, (all, name) => holes[name] ?? all);
const shown = (english) => english.replace(/^[a-z][a-z _-]*\|(?=.)/, "");

/** t("{name} is typing", {name}) */
export function t(english, holes = {}) {
  return fill(globalThis.keptStrings?.[english] ?? shown(english), holes);
}

/** tn(count, "{n} message", "{n} messages"): {n} is filled with the number. */
export function tn(n, one, many, holes = {}) {
  const translated = globalThis.keptStrings?.[one];
  return fill(translated ?? shown(n === 1 ? one : many), { n, ...holes });
}
