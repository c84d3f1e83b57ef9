// Finding in lists: by a few letters, and the next one. Pure.

/** Without case and marks: "đơn" is found by "don", "Ｒ" by "r". */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** Those that hold every word, the ones that begin with the first before the others, else in their order.
 *  @param {{label: string}[]} items */
export function matching(items, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (!words.length) return items;
  const rank = (item) => (fold(item.label).startsWith(words[0]) ? 0 : 1);
  return items.filter((item) => words.every((word) => fold(item.label).includes(word))).sort((a, b) => rank(a) - rank(b));
}

/** A conversation's short reference, as people type it. */
export const looksLikeReference = (typed) => /^#?[a-hj-km-np-z2-9]{6,8}$/i.test(typed.trim());

/** Does the @ that stands before the caret begin a name? Not in an address or a path (src/text/mention.h).
 *  @param {string} before the text up to the caret */
export const beginsMention = (before) => /(^|[^\p{Script=Latin}\p{M}0-9._%+\-/=@＠])[@＠]$/u.test(before);

/** The row to go to. @param {string[]} refs of the list, in order @param {string} current @param {number} step
 *  @param {number} place where `current` stood when it was last in the list: one goes on from there */
export function neighbour(refs, current, step, place = -1) {
  const at = refs.indexOf(current);
  if (at >= 0) return refs[at + step];
  if (place < 0 || !current) return refs[step > 0 ? 0 : refs.length - 1];
  return refs[step > 0 ? Math.min(place, refs.length - 1) : place - 1];
}
