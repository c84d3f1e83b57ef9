// Ctrl K: everything that can be done or gone to on this page, found by a few letters. It is made of what the page holds
// (keys, views, menus, saved replies), so it cannot offer what the page does not.
import { $, $$, ask, make, on, soon } from "./dom.js";
import { looksLikeReference, matching } from "./find.js";
import { bind, isComposing } from "./keys.js";
import { insertArticle, insertMention, insertSaved, writeOn } from "./composer.js";
import { t } from "./t.js";

/** What it is called, without the quieter words beside it. */
function labelOf(element) {
  const copy = /** @type {Element} */ (element.cloneNode(true));
  $$(".detail, kbd, svg", copy).forEach((part) => part.remove());
  return (element.getAttribute("aria-label") || copy.textContent?.trim() || element.getAttribute("title") || "").replace(/\s+/g, " ");
}

const colleagues = () => $$("#colleagues option").map((one) => ({ label: one.label, detail: one.dataset.detail, run: () => insertMention(one.value) }));

function everything() {
  const items = [], labels = new Set();
  const add = (label, detail, run) => {
    if (!label || labels.has(label)) return;
    labels.add(label);
    items.push({ label, detail, run });
  };
  for (const button of $$("#composer [data-saved]"))
    add(labelOf($(".cut", button) ?? button), t("Saved reply"), () => insertSaved(button));
  if (only) return items;
  for (const element of $$("[data-key]")) {
    if (element.dataset.key === "mod+k" || element.disabled) continue;
    const label = element.localName === "input" && element.type === "radio" ? labelOf(element.closest("label")) : labelOf(element);
    add(label, element.dataset.key.toUpperCase(), () => {
      if (element.localName === "summary") { element.parentElement.open = true; element.focus(); }
      else { element.focus(); element.click(); }
    });
  }
  for (const button of $$(".actions .menu-item[name]")) {
    const menu = button.closest("details")?.querySelector("summary .unseen")?.textContent ?? "";
    add(`${menu} ${labelOf(button)}`.trim(), "", () => button.click());
  }
  for (const link of $$(".view-link")) add(labelOf($(".cut", link) ?? link), t("View"), () => link.click());
  for (const link of $$(".topbar a[href]")) add(labelOf(link), "", () => link.click());
  return items;
}

let items = [], found = [], active = 0, only = "", usual = "", articles = [], asked = "";

// Articles are found by the server while one types; what an earlier keystroke asked for does not come back later.
async function findArticles() {
  const typed = $("#palette-text").value.trim(), lang = $("#composer-text")?.lang ?? "";
  if (only !== "saved" || typed === asked) return;
  asked = typed;
  let hits = [];
  try {
    if (typed) hits = JSON.parse(await ask(`/articles/find?${new URLSearchParams({ q: typed, lang })}`, { headers: { Accept: "application/json" } })).articles;
  } catch { /* saved replies are still there */ }
  if (typed !== asked || !$("#palette").open) return;
  articles = hits.map((hit) => ({ label: hit.title, detail: `${hit.word} ${hit.score}`, lang: hit.lang, article: hit, run: (asLink) => insertArticle(hit.ref, asLink) }));
  render();
}
const findSoon = soon(findArticles, 0, 30);

function render() {
  const input = $("#palette-text"), list = $("#palette-list");
  const typed = input.value.trim();
  found = [...matching(items, input.value).slice(0, 50), ...articles];
  if (!only && looksLikeReference(typed))
    found.unshift({ label: t("Open {ref}", { ref: typed.replace("#", "").toUpperCase() }), detail: "", run: () => location.assign("/inbox/search?q=" + encodeURIComponent(typed.replace("#", ""))) });
  if (!only && typed)
    found.push({ label: t("Search for “{words}”", { words: typed }), detail: "/", run: () => location.assign("/inbox/search?q=" + encodeURIComponent(typed)) });
  active = 0;
  list.replaceChildren(...found.map((item, i) => make("div", { class: "menu-item", role: "option", id: `palette-${i}`, "aria-selected": "false" },
    make("span", { class: "cut", lang: item.lang }, item.label), ...(item.detail ? [make("span", { class: "detail" }, item.detail)] : []))));
  if (!found.length) list.append(make("p", { class: "menu-head" }, t("Nothing found")));
  mark();
}
function mark() {
  $$("#palette-list [role=option]").forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
  const option = $(`#palette-${active}`);
  option?.scrollIntoView({ block: "nearest" });
  $("#palette-text").setAttribute("aria-activedescendant", option?.id ?? "");
}
/** @param {boolean} [otherwise] with Shift: an article's link in place of its text */
function choose(i, otherwise) {
  const item = found[i];
  if (!item) return;
  $("#palette-text").value = "";
  $("#palette").close();
  item.run(otherwise);
}

// An @ that is no name ("@10h"), or a name left with Escape: what she typed goes on in the note.
function goOnWriting() {
  const typed = $("#palette-text").value;
  $("#palette-text").value = "";
  $("#palette").close();
  if (only === "colleagues" && typed) writeOn(typed);
}
function typed(event) {
  if (only === "colleagues" && !event.isComposing && !found.length) goOnWriting();
}

/** @param {"" | "saved" | "colleagues"} kind only saved replies and articles, or whoever can be mentioned */
export function openPalette(kind = "") {
  const dialog = $("#palette"), input = $("#palette-text");
  if (!dialog || dialog.open) return;
  only = kind;
  articles = [];
  asked = "";
  items = only === "colleagues" ? colleagues() : everything();
  if (only === "colleagues" && !items.length) return;
  input.value = "";
  input.placeholder = only === "colleagues" ? t("Name of a colleague") : usual;
  dialog.showModal();
  render();
}

export function startPalette() {
  if (!$("#palette")) return;
  usual = $("#palette-text").placeholder;
  bind("mod+k", () => { openPalette(); return true; });
  on("click", "[data-dialog=palette]", (event, button) => { event.stopImmediatePropagation(); button.closest("details.menu")?.removeAttribute("open"); openPalette(); }, true);
  $("#palette-text").addEventListener("input", (event) => { render(); findSoon(); typed(event); });
  $("#palette-text").addEventListener("compositionend", typed);
  $("#palette").addEventListener("close", goOnWriting);
  $("#palette-text").addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) { active = (active + step + found.length) % found.length; mark(); event.preventDefault(); }
    if (event.key === "Enter") { event.preventDefault(); choose(active, event.shiftKey); }
    // By itself it would empty the field first.
    if (event.key === "Escape" && only === "colleagues") { event.preventDefault(); event.stopPropagation(); goOnWriting(); }
  });
  on("click", "#palette-list [role=option]", (event, option) => choose(Number(option.id.slice("palette-".length)), event.shiftKey));
  on("click", "dialog", (event, dialog) => { if (event.target === dialog) dialog.close(); });
}
