// What all parts of the agents' pages need of the document.
import { t } from "./t.js";

/** @param {string} selector @param {ParentNode} [within] @returns {any} */
export const $ = (selector, within = document) => within.querySelector(selector);
/** @param {string} selector @param {ParentNode} [within] @returns {any[]} */
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Listens for events on elements that are there now or come later. */
export function on(type, selector, then, options) {
  document.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target.closest(selector) : null;
    if (target) then(event, target);
  }, options);
}

/** Any form has it; it is the session's. */
export const csrf = () => $('input[name="csrf"]')?.value ?? "";

/** The reference of the conversation that is open, or "". */
export const openRef = () => $("#conversation")?.dataset.ref ?? "";
/** Our own reference. */
export const me = () => document.body.dataset.me ?? "";

export class HttpError extends Error {
  constructor(status, text) { super(`${status}`); this.status = status; this.text = text; }
}

/** The text of an answer; throws HttpError for anything but 2xx. A page that wants a sign-in counts as 401. */
export async function ask(url, options = {}) {
  const answer = await fetch(url, { credentials: "same-origin", ...options,
    headers: { "HX-Request": "true", ...options.headers } });
  const text = await answer.text();
  if (!answer.ok || (answer.redirected && new URL(answer.url).pathname === "/sign-in")) throw new HttpError(answer.ok ? 401 : answer.status, text);
  return text;
}

/** Posts fields as a form does. */
export const post = (url, fields, options = {}) =>
  ask(url, { method: "POST", body: new URLSearchParams({ csrf: csrf(), ...fields }), ...options });

/** @param {string} html */
export const parse = (html) => new DOMParser().parseFromString(html, "text/html");

/** One of the icons of icons.svg. */
export function icon(name) {
  const sheet = $('use[href*="icons"]')?.getAttribute("href").split("#")[0] ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sheet}#${name}`);
  svg.append(use);
  return svg;
}

/** make("p", {class: "quiet"}, "text", element …) */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  element.append(...children);
  return element;
}

/** A line at the edge of the window, read out by screen readers. `stays`: until it is closed. → a function that removes it */
export function toast(text, { stays = false, button, act } = {}) {
  const line = make("div", { class: "toast", "data-stays": stays && "on" }, make("span", { class: "grow" }, text));
  const remove = () => line.remove();
  if (button) line.append(make("button", { class: "button", type: "button" }, button));
  else if (stays) line.append(make("button", { class: "button", type: "button" }, t("Close")));
  $("button", line)?.addEventListener("click", () => { remove(); act?.(); });
  $("#toasts")?.append(line);
  if (!stays) setTimeout(remove, 8000);
  return remove;
}

/** Says something to screen readers only. */
export function say(text) {
  let place = $("#said");
  if (!place) document.body.append(place = make("div", { id: "said", class: "unseen", role: "status", "aria-live": "polite" }));
  place.textContent = text;
}

/** Calls `run` once, `ms` after the last call; flush() at once when one is due. */
export function debounce(run, ms) {
  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(() => { timer = 0; run(); }, ms); };
  later.flush = () => { if (timer) { clearTimeout(timer); timer = 0; return run(); } };
  later.cancel = () => { clearTimeout(timer); timer = 0; };
  return later;
}

/** Calls `run` within `ms` of the first call, and not again within `gap`: a stream of events delays nothing and does not
 *  make 200 pages ask at its pace. */
export function soon(run, ms, gap) {
  let timer = 0, last = -Infinity;
  return () => { timer ||= setTimeout(() => { timer = 0; last = performance.now(); run(); }, Math.max(ms, last + gap - performance.now())); };
}

/** What a node says, without what changes by itself: "3 minutes ago", a mail that was opened, a tick. */
export function signature(node) {
  if (!(node instanceof Element)) return node.textContent.trim();
  const copy = /** @type {Element} */ (node.cloneNode(true));
  for (const time of $$("time", copy)) time.textContent = "";
  for (const place of $$(".mail-place", copy)) place.replaceChildren();
  for (const powered of [copy, ...$$("[data-htmx-powered]", copy)]) powered.removeAttribute("data-htmx-powered");
  for (const details of [copy, ...$$("details", copy)]) details.removeAttribute("open");
  return copy.outerHTML;
}

/** Makes the children of `old` those of `fresh`, leaving alone each that says the same, so that what is open, ticked or
 *  focused in it stays. Children with an id are the same thing by it. → the nodes that are new */
export function patch(old, fresh) {
  const known = new Map([...old.children].filter((node) => node.id).map((node) => [node.id, node]));
  const focused = document.activeElement && old.contains(document.activeElement) ? document.activeElement : null;
  const focusedIn = focused?.closest("[id]"), focusedAs = focused && describe(focused);
  const came = [], staying = new Set([...fresh.children].map((node) => node.id));
  // First those that go: to move the others instead would close what is open in them.
  for (const [id, node] of known) if (!staying.has(id)) { node.remove(); known.delete(id); }
  let at = old.firstChild;
  const skipText = () => { while (at && at.nodeType !== 1) at = at.nextSibling; };
  for (const node of [...fresh.children]) {
    skipText();
    const same = node.id ? known.get(node.id) : at && signature(at) === signature(node) ? at : null;
    if (same && signature(same) === signature(node)) {
      freshenTimes(same, node);
      if (same === at) at = at.nextSibling;
      else old.insertBefore(same, at);
      continue;
    }
    const into = document.importNode(node, true);
    if (same) {
      const box = $('input[type="checkbox"]', same);
      if (box?.checked && $('input[type="checkbox"]', into)) $('input[type="checkbox"]', into).checked = true;
      if (same === at) at = at.nextSibling;
      same.remove();
    }
    old.insertBefore(into, at);
    came.push(into);
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; }
  if (focused && !focused.isConnected && focusedIn?.id) {
    const again = document.getElementById(focusedIn.id);
    (again && focusedAs ? $(focusedAs, again) ?? again : again)?.focus({ preventScroll: true });
  }
  return came;
}
const describe = (element) => element.localName + (element.className ? "." + CSS.escape(element.classList[0]) : "");
function freshenTimes(old, fresh) {
  const times = $$("time", fresh);
  $$("time", old).forEach((time, i) => { if (times[i]) time.textContent = times[i].textContent; });
}
