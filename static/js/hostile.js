// What a mail may be written like so that a cleaner reads something else than the browser, or so that the browser is
// busy for minutes. Pure.

/** CSS as the browser will read it: without comments and escapes, under which url( and @import hide; and without the
 *  functions that load what they name as a string. @param {string} css */
export function plainCss(css) {
  return css.replace(/\/\*[^]*?(?:\*\/|$)/g, "")
    .replace(/\\(?:([0-9a-f]{1,6})[ \t\r\n\f]?|([^\r\n\f]))/gi, (all, hex, other) => {
      const code = hex ? parseInt(hex, 16) : 0;
      return hex ? (code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : "\ufffd") : other;
    })
    .replace(/(?:(?:-webkit-)?(?:image-set|cross-fade)|\b(?:src|image))\(/gi, "none(");
}

const DEEPEST = 1000; // the browser itself stops at 512; mails that people send stay below 100
const MOST = 50_000; // elements: five seconds, measured; a long newsletter has some thousands
const ATTRIBUTES = 1000; // of one element
const FLAT = /^(?:p|li|dt|dd|t[rdh]|thead|tbody|tfoot|option|br|hr|img|input|meta|link|col|wbr|area|base|source|track|embed|param)$/; // may stay open

/** A start tag from behind its name: how many attributes it has, and where it ends.
 *  @param {string} html @param {number} at */
function readTag(html, at) {
  let attributes = 0, quote = "", mayQuote = false;
  for (; at < html.length; at++) {
    const c = html[at];
    if (quote) {
      if (c === quote) quote = "";
    } else if (c === ">") {
      break;
    } else if (mayQuote && (c === '"' || c === "'")) {
      quote = c;
      mayQuote = false;
    } else if (/[\s/]/.test(c)) {
      if (!mayQuote && !/[\s/>=]/.test(html[at + 1] ?? ">")) attributes++;
    } else {
      mayQuote = c === "=";
    }
  }
  return { attributes, end: at };
}

/** Would putting it together keep the browser busy for minutes? One pass.  @param {string} html */
export function isTooMuch(html) {
  const name = /(\/?)([a-z][a-z0-9]*)/iy;
  let depth = 0, all = 0;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at)) {
    name.lastIndex = ++at;
    const found = name.exec(html);
    if (!found) continue;
    const tag = readTag(html, name.lastIndex), opens = !found[1];
    at = tag.end;
    if (opens) all++;
    if (!FLAT.test(found[2].toLowerCase())) depth = Math.max(0, depth + (opens ? 1 : -1));
    if (depth > DEEPEST || all > MOST || tag.attributes > ATTRIBUTES) return true;
  }
  return false;
}
