// A mail as its sender made it: hostile HTML. Cleaned, then written into an empty frame that has a policy of its own
// (nothing loads but from us, nothing runs, nothing is sent) and no right to scripts. Neither fence trusts the other.
// It is parsed with the frame's own parser: under our page's policy each style="…" would be lost while parsing.
import DOMPurify from "dompurify";
import { ask, make, on, toast } from "./dom.js";
import { isTooMuch, plainCss } from "./hostile.js";
import { t, tn } from "./t.js";

const MOST_HEIGHT = 20_000;
const KEEP = {
  WHOLE_DOCUMENT: true,
  RETURN_DOM: true,
  USE_PROFILES: { html: true },
  ADD_TAGS: ["style", "center", "font"],
  FORBID_TAGS: ["form", "input", "button", "textarea", "select", "option", "optgroup", "label", "fieldset", "datalist", "output",
    "iframe", "frame", "frameset", "object", "embed", "applet", "base", "link", "meta", "script", "noscript", "template", "slot",
    "audio", "video", "source", "track", "map", "area", "dialog", "canvas", "marquee"],
  FORBID_ATTR: ["srcset", "ping", "autofocus", "popover", "usemap", "download", "srcdoc", "is", "slot"],
  ALLOW_DATA_ATTR: false,
  // Applied to every attribute: known schemes, or what has no scheme at all (a width, a colour).
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|data:image\/(?:png|jpe?g|gif|webp);base64,|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
};
const LINK = /^(?:https?:|mailto:|tel:|#)/i; // nothing of ours: a sender shall not name our addresses
const REMOTE = /^\s*(?:https?:)?\/\//i;

/** Cleans a mail. → its document element and how many pictures of other servers were left out.
 *  @param {string} html @param {Record<string, string>} cids Content-ID → path of ours
 *  @param {Record<string, string>} pictures address of another server → path of ours, once the reader wants them */
export function clean(html, cids, purify, pictures = {}) {
  let remote = 0;
  const ours = (url) => {
    const plain = url.trim().replace(/[\t\r\n]/g, "");
    const full = plain.startsWith("//") ? `https:${plain}` : plain;
    return Object.hasOwn(pictures, full) ? pictures[full] : null;
  };
  const quiet = (css) => css.replace(/@import[^;]*;?/gi, "").replace(/url\(([^)]*)\)/gi, (all, inner) => {
    if (/^\s*["']?data:image\//i.test(inner)) return all;
    const path = ours(inner.trim().replace(/^(["'])(.*)\1$/s, "$2"));
    if (!path) remote++;
    return path ? `url("${path}")` : "none";
  });
  const ids = new Map(Object.entries(cids).map(([id, path]) => [id.replace(/^<|>$/g, "").toLowerCase(), path]));
  purify.addHook("uponSanitizeElement", (node, data) => {
    if (data.tagName === "style") node.textContent = quiet(plainCss(node.textContent ?? ""));
  });
  purify.addHook("uponSanitizeAttribute", (node, data) => {
    if (data.attrName === "style") data.attrValue = quiet(plainCss(data.attrValue));
    if (data.attrName !== "src" && data.attrName !== "background") return;
    const cid = /^\s*cid:(.*)$/i.exec(data.attrValue);
    if (cid) {
      let id = cid[1].trim();
      try { id = decodeURIComponent(id); } catch { /* as it is */ }
      data.attrValue = ids.get(id.toLowerCase()) ?? "";
      data.keepAttr = Boolean(data.attrValue);
    } else if (!/^data:image\//i.test(data.attrValue.trim())) {
      const path = REMOTE.test(data.attrValue) ? ours(data.attrValue) : null;
      if (path) data.attrValue = path;
      else {
        if (REMOTE.test(data.attrValue)) remote++;
        data.keepAttr = false;
      }
    }
  });
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (node.hasAttribute("href") && !LINK.test(node.getAttribute("href").trim())) node.removeAttribute("href");
    if (node.localName === "a" && node.hasAttribute("href")) {
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer nofollow");
    }
    if (node.localName === "img" && !node.hasAttribute("src")) node.setAttribute("alt", node.getAttribute("alt") || "▢");
  });
  const root = /** @type {HTMLElement} */ (/** @type {unknown} */ (purify.sanitize(html, KEEP)));
  return { root, remote };
}

// A picture that did not come: its server is slow, or many are asked for at once.
function tryAgain(image, left = 2) {
  image.addEventListener("error", () => {
    if (!left || !image.isConnected) return;
    setTimeout(() => { tryAgain(image, left - 1); image.src = image.getAttribute("src"); }, 3000 / left);
  }, { once: true });
}

function write(frame, { html, cid }, pictures) {
  const doc = frame.contentDocument;
  const { root, remote } = clean(html, cid, DOMPurify(frame.contentWindow), pictures);
  const body = root.querySelector("body"), head = root.querySelector("head");
  const base = doc.createElement("style");
  base.textContent = "body{margin:8px;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}";
  doc.head.replaceChildren(base, ...(head ? [...head.childNodes].filter((node) => node.localName === "style") : []));
  if (body) doc.body.replaceWith(doc.adoptNode(body));
  const fit = () => { frame.style.height = `${Math.min(MOST_HEIGHT, doc.documentElement.scrollHeight + 4)}px`; };
  new ResizeObserver(fit).observe(doc.body);
  fit();
  doc.querySelectorAll('img[src^="/m/"]').forEach((image) => tryAgain(image));
  return remote;
}

function fill(frame, mail) {
  const remote = write(frame, mail, {});
  if (!remote) return;
  const words = make("span", {}, tn(remote, "{n} picture of another server is not loaded: it would tell the sender that you looked.", "{n} pictures of other servers are not loaded: they would tell the sender that you looked."));
  const line = make("p", { class: "line small quiet mail-pictures" }, words);
  if (Object.keys(mail.pictures).length) {
    const button = make("button", { class: "button", type: "button" }, t("Show pictures"));
    button.addEventListener("click", () => {
      write(frame, mail, mail.pictures);
      words.textContent = t("The pictures come through this server. The sender sees that the mail was looked at, but not by whom or from where.");
      words.tabIndex = -1;
      button.remove();
      words.focus(); // the button had it
    });
    line.append(button);
  }
  frame.before(line);
}

async function show(button, place) {
  place.setAttribute("aria-busy", "true");
  try {
    const mail = JSON.parse(await ask(button.dataset.showHtml, { headers: { Accept: "application/json" } }));
    const frame = make("iframe", { class: "mail-frame", src: "/mail-frame", title: t("The mail as its sender made it"),
      sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox" });
    frame.addEventListener("load", () => fill(frame, mail), { once: true });
    place.replaceChildren(isTooMuch(mail.html)
      ? make("p", { class: "small quiet" }, t("Showing this original would keep your browser busy for minutes. Its text is above.")) : frame);
    button.textContent = t("Hide the original");
    button.setAttribute("aria-expanded", "true");
  } catch {
    toast(t("The original could not be loaded. Try again."));
  }
  place.removeAttribute("aria-busy");
}

export function startFrames() {
  on("click", "[data-show-html]", (event, button) => {
    const place = button.closest(".msg")?.querySelector(".mail-place");
    if (!place) return;
    if (!place.firstChild) return void show(button, place);
    place.replaceChildren();
    button.textContent = t("Show the original");
    button.setAttribute("aria-expanded", "false");
  });
}
