// The open conversation: kept fresh without touching what one writes; who else is here; what was read; undo.
import htmx from "htmx.org";
import { $, $$, ask, icon, make, me, on, openRef, parse, patch, post, say, soon, toast } from "./dom.js";
import { touched, view } from "./live.js";
import { t, tn } from "./t.js";
import { articlesChanged, warnOfChange } from "./composer.js";

let shown = "";      // the conversation that we have made ready
let seenMessage = ""; // the last message that we have reported as read

/** "Lan, Minh and Nok", as the reader's language has it. */
const names = (people) => new Intl.ListFormat(document.documentElement.lang || "en", { type: "conjunction" }).format(people.map((p) => p.name));

/** Others here, and which of them write. @param {{ref: string, name: string, typing: boolean}[]} here */
export function others(here, mine) {
  const rest = here.filter((person) => person.ref !== mine);
  return { typing: rest.filter((person) => person.typing), viewing: rest.filter((person) => !person.typing) };
}

function showPresence({ detail }) {
  const place = $("#presence");
  if (!place || detail.ref !== openRef()) return;
  const { typing, viewing } = others(detail.here, me());
  const lines = [];
  if (viewing.length) lines.push(make("span", { class: "presence-line" }, icon("eye"), t("{names} also here", { names: names(viewing) })));
  if (typing.length) lines.push(make("span", { class: "presence-line soon" }, icon("pen"), t("{names} writing", { names: names(typing) })));
  place.replaceChildren(...lines);
}

const lastMessage = () => $$("#timeline .msg").at(-1)?.id.slice(2) ?? "";
async function reportSeen() {
  const ref = openRef(), message = lastMessage();
  if (!ref || !message || message === seenMessage || document.hidden) return;
  seenMessage = message;
  try { await post(`/c/${ref}/seen`, { message }); } catch { seenMessage = ""; }
}

const atEnd = (timeline) => timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 60;
const toEnd = (timeline) => { timeline.scrollTop = timeline.scrollHeight; };

/** After a conversation was opened, by whatever way. */
function opened() {
  const ref = openRef(), timeline = $("#timeline");
  if (!ref) { shown = ""; view(); return; }
  countDown();
  countNews();
  if (ref === shown) { if (timeline) toEnd(timeline); reportSeen(); return; }
  shown = ref;
  seenMessage = "";
  if (timeline) {
    const unread = $("#unread", timeline);
    if (unread) unread.scrollIntoView({ block: "start" });
    else toEnd(timeline);
  }
  view();
  reportSeen();
  document.dispatchEvent(new CustomEvent("kept:opened"));
}

// Everything but the composer: its text, its files and its focus belong to the writer.
let running = false, again = false;
async function refresh() {
  const ref = openRef();
  if (!ref) return;
  if (running) { again = true; return; }
  running = true;
  try {
    const from = new URLSearchParams(location.search); // the list that it was opened from
    from.delete("before");
    const page = parse(await ask(`/c/${ref}${from.size ? `?${from}` : ""}`));
    if (openRef() === ref && $("#conversation", page)) put(page);
  } catch { /* the next event tries again */ }
  running = false;
  if (again) { again = false; refreshSoon(); }
}
const refreshSoon = soon(refresh, 60, 500);

function put(page) {
  const timeline = $("#timeline"), fresh = $("#timeline", page), before = new Set($$(".msg", timeline).map((m) => m.id));
  const stay = timeline && atEnd(timeline);
  if (timeline && fresh) {
    // Earlier messages that were asked for are not in a fresh page; the way to still earlier ones stays too.
    const first = $(".msg", fresh)?.id, from = first && document.getElementById(first);
    if (from && from !== $(".msg", timeline)) {
      $(".list-end", fresh)?.remove();
      const earlier = [...timeline.children].slice(0, [...timeline.children].indexOf(from));
      fresh.prepend(...earlier.map((node) => node.cloneNode(true)));
    }
    patch(timeline, fresh).forEach((node) => htmx.process(node));
    const came = $$(".msg", timeline).filter((m) => !before.has(m.id));
    if (came.length) say(came.at(-1).getAttribute("aria-label") ?? "");
    if (stay) toEnd(timeline);
  }
  for (const selector of [".conversation-head", "aside.card", ".card-fold"]) {
    const old = $(selector), now = $(selector, page);
    // A menu that is open, or a field that is being filled, is left until the next time.
    if (!old || !now || $("details[open]", old) || old.contains(document.activeElement) || (old.matches("details") && old.open)) continue;
    const into = document.importNode(now, true);
    old.replaceWith(into);
    htmx.process(into);
  }
  for (const selector of ["#careful", "#news"]) {
    const old = $(selector), now = $(selector, page);
    if (old && !now) old.remove();
    if (!now || old?.contains(document.activeElement)) continue;
    const into = document.importNode(now, true);
    if (old) old.replaceWith(into); else (selector === "#careful" && $("#news") || $("#composer"))?.before(into);
    htmx.process(into);
  }
  countNews();
  const undo = $(".undo-bar"), undoNow = $(".undo-bar", page);
  if (undo && !undoNow) undo.remove();
  const seen = $("#composer [name=seen]"), seenNow = $("#composer [name=seen]", page);
  if (seen && seenNow && !$("#composer-text")?.value) seen.value = seenNow.value;
  reportSeen();
}

// "Goes out in 7 seconds": counted here from what the server said, so that a clock that is wrong here does no harm.
let counting = 0;
function countDown() {
  clearInterval(counting);
  const bar = $(".undo-bar"), text = bar && $("[role=status]", bar);
  if (!bar || !text) return;
  const until = performance.now() + Number(bar.dataset.seconds || 10) * 1000;
  text.removeAttribute("role"); // read out once, not each second
  counting = setInterval(() => {
    const left = Math.ceil((until - performance.now()) / 1000);
    if (left > 0 && bar.isConnected) { text.textContent = tn(left, "Goes out in {n} second.", "Goes out in {n} seconds."); return; }
    clearInterval(counting);
    bar.remove();
    refreshSoon();
  }, 500);
}

// The word that goes by itself: minutes while there are not many, and then the page as it is.
let minutes = 0;
function countNews() {
  clearInterval(minutes);
  const bar = $("#news"), text = bar && $(".news-when", bar);
  if (!bar || !text) return;
  const until = performance.now() + Number(bar.dataset.seconds) * 1000;
  const tell = () => {
    const left = Math.ceil((until - performance.now()) / 60000);
    if (!bar.isConnected) clearInterval(minutes);
    else if (left < 1) { clearInterval(minutes); minutes = setTimeout(refreshSoon, 3000); }
    else if (left <= 60) text.textContent = tn(left, "A word to the customer goes by itself in {n} minute.", "A word to the customer goes by itself in {n} minutes.");
  };
  text.removeAttribute("role");
  tell();
  minutes = setInterval(tell, 5000);
}

function errors() {
  // What went wrong is told at the edge; the conversation and what was written in it stay. A whole conversation in the
  // answer is its own page, with the reason beside the composer.
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    if (ctx.hx?.redirect || /class="(conversation|composer)"/.test(ctx.text ?? "")) return;
    const words = parse(ctx.text ?? "").body.textContent?.trim().replace(/\s+/g, " ");
    ctx.swap = "none";
    toast(words || t("That did not work. What you wrote is still here."), { stays: true });
  });
  document.addEventListener("htmx:error", () => toast(t("The server did not answer. What you wrote is still here."), { stays: true }));
}

export function startConversation() {
  document.addEventListener("kept:presence", showPresence);
  document.addEventListener("kept:events", ({ detail }) => {
    const what = touched(detail.events, openRef(), me());
    if (what.conversation) refreshSoon();
    if (what.warn) warnOfChange();
    if (what.articles) articlesChanged();
    if (what.mentioned) toast(t("A colleague mentioned you in a note."), { button: t("Open the conversation"), act: () => location.assign(`/c/${what.mentioned}`) });
    if (what.assigned) toast(t("A conversation was assigned to you."));
  });
  document.addEventListener("kept:reset", refreshSoon);
  document.addEventListener("visibilitychange", reportSeen);
  let used = -1; // which of the actions brings the pane anew
  document.addEventListener("htmx:before:swap", (event) => {
    const action = event.detail?.ctx?.sourceElement?.closest?.(".actions > *");
    used = action ? $$(".actions > *").indexOf(action) : -1;
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target;
    opened();
    // Opened from the list: the keyboard goes on in the conversation; after an action where the action was.
    if (target?.id === "pane" && !target.contains(document.activeElement))
      ($("summary, button", $$(".actions > *")[used] ?? make("i")) ?? target).focus({ preventScroll: true });
    used = -1;
  });
  document.addEventListener("htmx:after:history:update", () => setTimeout(opened));
  on("click", "[data-copy]", async (event, button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast(t("Copied: {text}", { text: button.dataset.copy }));
    } catch { getSelection()?.selectAllChildren(button); }
  });
  // What is copied without being shown: asked for at the click, noted there, and kept nowhere here.
  on("click", "[data-copy-from]", async (event, button) => {
    try {
      await navigator.clipboard.writeText(JSON.parse(await post(button.dataset.copyFrom, { part: button.dataset.part })).text);
      toast(t("Copied."));
    } catch { toast(t("That did not work. Load the page again."), { stays: true }); }
  });
  errors();
  opened();
}
