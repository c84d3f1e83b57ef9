// Writing: a draft that is never lost, two tabs that cannot be confused, pictures by paste and drop, saved replies.
// Without this script the form sends as forms do.
import { $, $$, csrf, debounce, icon, make, on, openRef, parse, post, ask, say, toast } from "./dom.js";
import { beginsMention } from "./find.js";
import { bind, isComposing } from "./keys.js";
import { type } from "./live.js";
import { openPalette } from "./palette.js";
import { t } from "./t.js";

const SAVE_MS = 900, SAVE_AT_MOST_MS = 5_000, FILES_MAX = 20, BYTES_MAX = 25 * 1024 * 1024;

const form = () => $("#composer");
const area = () => $("#composer-text");
const kindNow = () => ($("#kind-note")?.checked ? "note" : "reply");

// ---- the draft ----
// One request at a time, the last text wins. What could not be sent waits in this browser, under its conversation.

const local = (ref, kind) => `kept:draft:${ref}:${kind}`;
const keepHere = (ref, kind, text) => { try { if (text === null) localStorage.removeItem(local(ref, kind)); else localStorage.setItem(local(ref, kind), text); } catch { /* no storage: the line below the text says that it is not kept */ } };
const keptHere = (ref, kind) => { try { return localStorage.getItem(local(ref, kind)); } catch { return null; } };

let dirtySince = 0, saving = null, savedText = new Map(), savedWhole = "", composing = false;

function state(text) {
  const place = $("#draft-state");
  if (place) place.textContent = text;
}

function postDraft(at, body, options = {}) {
  body.append("seen", $("[name=seen]", form())?.value ?? "");
  return ask(at, { method: "POST", body, ...options });
}

async function save({ keepalive = false } = {}) {
  later.cancel();
  const box = area(), at = form()?.dataset.draft, ref = openRef(), kind = kindNow();
  if (!box || !at || (composing && !keepalive)) return;
  const text = box.value, body = wordFields(text, kind), whole = body.toString();
  dirtySince = 0;
  if (savedText.get(ref + kind) === text && savedWhole === ref + whole) return;
  if (saving) await saving.catch(() => {});
  keepHere(ref, kind, text);
  saving = postDraft(at, body, { keepalive });
  const mine = saving;
  try {
    const { warning = "" } = JSON.parse(await mine);
    savedText.set(ref + kind, text);
    savedWhole = ref + whole;
    if (openRef() === ref && kind === "reply") warnOfQuote(warning);
    if (keptHere(ref, kind) === text) keepHere(ref, kind, null);
    if (openRef() === ref) state(text ? t("Draft kept, {time}", { time: new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format() }) : "");
  } catch {
    if (openRef() === ref) state(t("Kept in this browser only, for now"));
    setTimeout(() => { if (openRef() === ref) later(); }, 10_000);
  }
  if (saving === mine) saving = null;
}
const later = debounce(() => save(), SAVE_MS);

function changed() {
  const now = Date.now();
  dirtySince ||= now;
  if (now - dirtySince > SAVE_AT_MOST_MS && !saving) save();
  else later();
  type(area().value.trim() !== "");
}

// ---- the two tabs ----
// Each has a text of its own: what was written for colleagues never stands in the box that goes to the customer.

const texts = new Map();
let tab = { ref: "", kind: "" };

async function switchTab() {
  const box = area(), ref = openRef(), kind = kindNow();
  if (!box || (tab.ref === ref && tab.kind === kind)) return;
  if (tab.ref === ref) {
    texts.set(ref + tab.kind, box.value);
    saveOther(ref, tab.kind, box.value);
  }
  tab = { ref, kind };
  let text = texts.get(ref + kind);
  if (text === undefined) {
    box.value = "";
    box.readOnly = true;
    try {
      text = JSON.parse(await ask(`${form().dataset.draft}?kind=${kind}`, { headers: { Accept: "application/json" } })).text ?? "";
    } catch { text = ""; }
    if (tab.kind !== kind || openRef() !== ref) return;
    savedText.set(ref + kind, text);
    text = keptHere(ref, kind) ?? text;
    texts.set(ref + kind, text);
  }
  box.readOnly = false; // also when another tab was asked for meanwhile, and its answer is not wanted any more
  box.value = text;
  grow();
  box.focus();
}
function saveOther(ref, kind, text) {
  later.cancel();
  if (savedText.get(ref + kind) === text) return;
  const at = form().dataset.draft;
  keepHere(ref, kind, text);
  postDraft(at, wordFields(text, kind))
    .then(() => { savedText.set(ref + kind, text); keepHere(ref, kind, null); }, () => {});
}

// ---- when the conversation moved on under the draft ----

export function warnOfChange() {
  const place = $("#composer-warning");
  if (!place || !area()?.value.trim() || $(".changed", place)) return;
  const read = make("button", { class: "button", type: "button" }, t("I have read it"));
  const line = make("div", { class: "notice notice-soon changed" }, icon("alert"), make("p", { class: "grow" }, t("Something changed here since you began to write. Read it before you send.")), read);
  read.addEventListener("click", async () => {
    $("#timeline")?.scrollTo({ top: $("#timeline").scrollHeight });
    try {
      // The server tells which version it has now; from there on it watches again.
      const { version } = JSON.parse(await ask(form().dataset.draft, { method: "POST", body: wordFields(area().value, kindNow()) }));
      $("[name=seen]", form()).value = String(version);
    } catch { return; }
    line.remove();
    area()?.focus();
  });
  place.append(line);
}

// ---- files ----

/** "image.png" from the clipboard says nothing: number them. @param {{name: string}} file */
export function fileName(file, number) {
  const generic = /^(image|bild|grafik|afbeelding)?(\.(png|jpe?g|gif|webp))$/i.exec(file.name || "");
  return generic ? t("Picture {n}", { n: number }) + generic[2].toLowerCase() : file.name;
}

let chosen = [];
const sizeText = (bytes) => bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

function setFiles(files) {
  const input = $("#composer input[type=file]");
  if (!input) return;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > FILES_MAX || total > BYTES_MAX) {
    toast(t("That is too much for one message: at most {n} files and {size} together.", { n: FILES_MAX, size: sizeText(BYTES_MAX) }), { stays: true });
    files = chosen;
  }
  chosen = files;
  const transfer = new DataTransfer();
  chosen.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
  const place = $("#composer-files");
  let list = $(".files.chosen", place);
  if (!list) place.append(list = make("div", { class: "files chosen" }));
  list.replaceChildren(...chosen.map((file) => {
    const remove = make("button", { class: "button button-plain button-icon", type: "button", "aria-label": t("Remove {name}", { name: file.name }) }, icon("close"));
    remove.addEventListener("click", () => { setFiles(chosen.filter((one) => one !== file)); area()?.focus(); });
    return make("span", { class: "file" }, icon("file"), make("span", { class: "cut" }, file.name), make("span", { class: "quiet small" }, sizeText(file.size)), remove);
  }));
}
function addFiles(files) {
  const named = files.map((file, i) => new File([file], fileName(file, chosen.length + i + 1), { type: file.type }));
  setFiles([...chosen, ...named]);
  say(t("Attached: {name}", { name: named.map((file) => file.name).join(", ") }));
}

// ---- findings and promises ----
// The server reads what is written: at once where a sentence ends, else at a pause, for half a sentence promises other
// things than the whole one. Its answer never takes a field away under the hand that is in it.

const CHECK_MS = 500;
const ENDS = /[.!?;:。！？；…\n]["”’)\]]?$|[\u0e01-\u0e5b] $/; // Thai ends with a blank
let checked = "", checking = null;

function wordFields(text, kind) {
  const fields = new URLSearchParams({ csrf: csrf(), kind, text });
  if (kind === "reply") for (const field of $$("#word [name]"))
    if (field.localName !== "button" && !(field.type === "checkbox" && !field.checked)) fields.append(field.name, field.value);
  return fields;
}

async function check({ url, extra } = {}) {
  const box = area(), place = $("#word"), ref = openRef();
  checkLater.cancel();
  if (!box || !place || composing || kindNow() === "note") return;
  if (!url && checked === ref + box.value) return;
  if (place.contains(document.activeElement) && !url) { checkLater(); return; }
  const body = wordFields(box.value, kindNow());
  for (const [name, value] of Object.entries(extra ?? {})) body.append(name, value);
  checking?.abort();
  const mine = checking = new AbortController();
  try {
    const page = parse(await ask(url ?? form().dataset.check, { method: "POST", body, signal: mine.signal }));
    if (openRef() !== ref || checking !== mine || (place.contains(document.activeElement) && !url)) return;
    place.replaceChildren(...page.body.childNodes);
    checked = ref + box.value;
    later(); // the draft keeps what was found, and what she did to it
  } catch { /* offline, or a newer one is under way: sending checks again */ }
}
const checkLater = debounce(() => check(), CHECK_MS);

/** Marks the sentence around `words` for writing it anew; an example takes its place, marked too, for its facts are not
 *  this customer's. Ctrl Z brings back what stood there. */
function rewrite(words, example) {
  const box = area(), text = box.value;
  let start = text.indexOf(words), end = start + words.length;
  if (start < 0) return;
  if (!/[\u0e01-\u0e5b]/.test(words)) { // Thai has no sign where a sentence ends: there only the words
    start = Math.max(...[...".!?。！？\n"].map((sign) => text.lastIndexOf(sign, start - 1) + 1), 0);
    while (/\s/.test(text[start])) start++;
    const rest = /[.!?。！？\n]/.exec(text.slice(end));
    end = rest ? end + rest.index + (rest[0] === "\n" ? 0 : 1) : text.length;
  }
  box.focus();
  box.setSelectionRange(start, end);
  if (!example) return;
  // eslint-disable-next-line -- deprecated and without a successor that keeps the history of the field
  if (!document.execCommand("insertText", false, example)) {
    box.setRangeText(example, start, end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  box.setSelectionRange(start, start + example.length);
}

/** @param {InputEvent} event */
function checkSoon(event, box) {
  const whole = /^insertFrom/.test(event.inputType ?? "") || ENDS.test(box.value.slice(0, box.selectionStart));
  if (whole && !composing) check();
  else checkLater();
}

// ---- saved replies ----

/** Puts text where the caret is, so that Ctrl Z takes it back. */
function insert(text) {
  const box = area();
  box.focus();
  if (box.value === "/") box.select();
  const before = box.value.slice(0, box.selectionStart);
  const lead = before && !/\n$/.test(before) && box.value !== "/" ? "\n\n" : "";
  // eslint-disable-next-line -- deprecated and without a successor that keeps the history of the field
  if (!document.execCommand("insertText", false, lead + text)) {
    box.setRangeText(lead + text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** The server fills in the names; we take the text out of the composer that it answers with, and keep our own. */
export async function insertSaved(button) {
  button.closest("details.menu")?.removeAttribute("open");
  const body = new FormData();
  for (const [name, value] of Object.entries({ csrf: csrf(), kind: kindNow(), text: "", insert: button.dataset.saved })) body.append(name, value);
  try {
    const page = parse(await ask(button.getAttribute("formaction"), { method: "POST", body }));
    insert($("textarea", page)?.value ?? "");
  } catch (error) {
    // 409: it says an article that must not be used.
    const why = error.status === 409 ? parse(error.text).body.textContent?.trim().replace(/\s+/g, " ") : "";
    toast(why || t("The saved reply could not be loaded. Try again."), { stays: Boolean(why) });
  }
}

// ---- mentions ----

let mentionAt = 0; // behind the @: an open dialog takes the caret from the field below it

/** The name behind the @ that she has just typed. */
export const insertMention = (name) => writeOn(name + (/^\s/.test(area().value.slice(mentionAt)) ? "" : " "));

/** As if she had typed it behind the @. */
export function writeOn(text) {
  const box = area();
  box.focus();
  box.setSelectionRange(mentionAt, mentionAt);
  // eslint-disable-next-line -- as above
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// ---- articles ----

/** The article's text, or its address, where the caret is; its version goes along with the form. */
export async function insertArticle(ref, asLink = false) {
  try {
    const got = JSON.parse(await post(`/c/${openRef()}/articles/${ref}`, asLink ? { link: "1" } : {}));
    const at = form();
    if (![...$$("input[name=article]", at)].some((one) => one.value === got.version)) at.append(make("input", { type: "hidden", name: "article", value: got.version }));
    insert(got.text);
    if (got.warning) { warnOfQuote(got.warning); say(got.warning); }
  } catch (error) {
    let why = "";
    try { why = JSON.parse(error.text).refused ?? ""; } catch { /* not ours */ }
    toast(why || t("The article could not be loaded. Try again."), { stays: Boolean(why) });
  }
}

/** An article was published, frozen or archived: is what stands here still what it says? Not all who write ask at once. */
export function articlesChanged() {
  const ref = openRef(), kind = kindNow();
  if (!area()?.value.trim() || kind !== "reply") return;
  savedText.delete(ref + kind);
  setTimeout(() => { if (openRef() === ref) save(); }, Math.random() * 300);
}

/** What the server thinks of the articles that the text says; "" takes it away. */
function warnOfQuote(text) {
  const place = $("#quotes");
  if (!place || ($(".quote", place)?.textContent ?? "") === text) return;
  $(".quote", place)?.remove();
  if (text) place.prepend(make("p", { class: "finding finding-red quote" }, icon("alert"), make("span", {}, text)));
}

// ---- sending ----

function send() {
  const button = $(kindNow() === "note" ? 'button[name=then][value="note"]' : 'button[name=then][value="keep"]', form());
  if (!button || button.disabled) return false;
  form().requestSubmit(button);
  return true;
}

function beforeSend(event) {
  later.cancel();
  checkLater.cancel();
  checking?.abort(); // its answer would keep the draft once more, after the reply has gone
  checking = null;
  type(false);
  if (!area()?.value.trim() && event.submitter?.name !== "insert") {
    event.preventDefault();
    event.stopImmediatePropagation();
    say(t("There is no text yet. Nothing was sent."));
    area()?.focus();
  }
}

// Whatever is asked of the server waits for the draft that is on its way: arriving after the reply, it would come back
// from the dead; after an assignment of ours, it would look outdated.
function draftFirst(event) {
  const { ctx } = event.detail;
  const sends = ctx.sourceElement?.closest?.("#composer");
  const kept = sends ? later.cancel() : later.flush();
  if (!saving && !kept) return;
  ctx.fetch = async (...request) => {
    await Promise.resolve(kept).catch(() => {});
    await saving?.catch(() => {});
    return fetch(...request);
  };
}

function grow() {
  const box = area();
  if (!box) return;
  // By rows, not by style: htmx would carry a style attribute over into the next composer, which our policy forbids.
  const line = parseFloat(getComputedStyle(box).lineHeight) || 20, most = Math.max(3, Math.floor(innerHeight / 2 / line));
  box.rows = 3;
  if (box.scrollHeight > box.clientHeight) box.rows = Math.min(most, 3 + Math.ceil((box.scrollHeight - box.clientHeight) / line));
}

// An action of ours (assign, snooze …) brings the whole pane anew: what stands in the composer goes over into the new one.
let carried = null, takenBack = false;
function carry(event) {
  const { ctx } = event.detail ?? {};
  const source = ctx?.sourceElement, box = area();
  carried = null;
  takenBack = Boolean(source?.closest?.(".undo-bar")) && ctx?.target?.id === "pane";
  if (!box || ctx?.target?.id !== "pane" || source?.closest?.("#composer, .undo-bar")) return;
  carried = { ref: openRef(), kind: kindNow(), text: box.value, files: chosen, start: box.selectionStart, end: box.selectionEnd, focused: document.activeElement === box };
}
function takeOver(box) {
  const was = carried;
  carried = null;
  if (!was || was.ref !== openRef()) return;
  const radio = $(`#kind-${was.kind}`);
  if (radio && !radio.checked) radio.checked = true;
  box.value = was.text;
  box.setSelectionRange(was.start, was.end);
  if (was.focused) box.focus({ preventScroll: true });
  if (was.files.length) setFiles(was.files);
}

/** The composer is new: opened, sent, or answered with an error. */
function ready() {
  const box = area();
  if (!box || box.dataset.ready) return;
  box.dataset.ready = "on";
  chosen = [];
  const ref = openRef();
  savedText.set(ref + kindNow(), box.value);
  takeOver(box);
  const kind = kindNow();
  if (savedText.get(ref + kind) !== box.value && box.value) later();
  for (const key of [...texts.keys()]) if (!key.startsWith(ref) || key === ref + kind) texts.delete(key);
  tab = { ref, kind };
  const here = keptHere(ref, kind);
  if (here !== null && here !== box.value) {
    if (!box.value) { box.value = here; later(); }
    else keepHere(ref, kind, null);
  }
  // One goes on behind what is there: the caret of a new field stands before it.
  if (document.activeElement !== box) box.setSelectionRange(box.value.length, box.value.length);
  if (takenBack) box.focus(); // to be written better
  takenBack = false;
  grow();
}

export function startComposer() {
  on("input", "#composer-text", (event, box) => {
    grow();
    changed();
    checkSoon(event, box);
    if (composing || event.isComposing) return;
    if (box.value === "/") openPalette("saved");
    else if (kindNow() === "note" && event.inputType === "insertText" && beginsMention(box.value.slice(0, box.selectionStart))) {
      mentionAt = box.selectionStart;
      openPalette("colleagues");
    }
  });
  on("compositionstart", "#composer-text", () => { composing = true; });
  on("compositionend", "#composer-text", (event, box) => { composing = false; changed(); checkSoon(event, box); });
  on("focusout", "#composer-text", () => later.flush());
  on("change", "#composer input[name=kind]", switchTab);
  on("change", "#composer input[type=file]", (event, input) => addFiles([...input.files]));
  on("click", "#composer [data-saved]", (event, button) => { event.preventDefault(); event.stopImmediatePropagation(); insertSaved(button); }, true);
  on("click", "#composer [data-article-insert]", (event, button) => { event.preventDefault(); insertArticle(button.dataset.articleInsert, "link" in button.dataset); });
  on("click", "#word [data-settle]", (event, button) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    area()?.focus();
    check({ url: button.getAttribute("formaction"), extra: { [button.name]: button.value } });
  }, true);
  on("click", "#word [data-rewrite]", (event, button) => rewrite(button.dataset.rewrite, button.dataset.example));
  on("change", "#word", changed);
  on("change", "#word [data-recheck]", (event, field) => { field.blur(); check({ url: form().dataset.check }); });
  on("click", "#word [data-behind]", (event, button) => {
    const field = $("#word [name=behind]");
    field.value = button.dataset.behind;
    area()?.focus();
    check({ url: form().dataset.check });
  });
  on("toggle", "#word details", (event, menu) => { if (!menu.open && $("[name=promise_text]", menu)?.value) check({ url: form().dataset.check }); }, true);
  on("keydown", "#composer input[type=radio]", (event) => {
    // Enter here would press the first button of the form.
    if (event.key === "Enter" && !isComposing(event)) { event.preventDefault(); area()?.focus(); }
  });
  on("submit", "#composer", beforeSend, true);
  on("paste", "#composer-text", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // A cell of a spreadsheet is both text and picture: text is meant.
    if (files.length && !event.clipboardData.types.includes("text/plain")) { event.preventDefault(); addFiles(files); }
  });
  on("dragover", ".thread", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  on("drop", ".thread", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length && form()) { event.preventDefault(); addFiles(files); area()?.focus(); }
  });
  for (const kind of ["reply", "note"])
    bind(kind[0], () => {
      const radio = $(`#kind-${kind}`);
      if (!radio) return false;
      if (radio.checked) area()?.focus();
      else radio.click();
      area()?.focus();
      return true;
    });
  bind("mod+enter", (event) => {
    if (event.target instanceof Element && event.target.closest("#composer")) return send();
    const other = event.target instanceof Element && event.target.closest("form.form");
    return other ? (other.requestSubmit(), true) : false;
  });
  document.addEventListener("htmx:config:request", draftFirst);
  document.addEventListener("htmx:before:swap", carry);
  document.addEventListener("htmx:after:swap", ready);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save({ keepalive: true }); });
  addEventListener("pagehide", () => save({ keepalive: true }));
  addEventListener("beforeunload", (event) => { if (chosen.length) event.preventDefault(); });
  ready();
}
