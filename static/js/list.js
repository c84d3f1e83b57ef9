// The list of conversations and the column of views: kept fresh, walked through by J and K, picked from.
import htmx from "htmx.org";
import { $, $$, ask, on, openRef, parse, patch, say, soon } from "./dom.js";
import { neighbour } from "./find.js";
import { bind } from "./keys.js";
import { touched } from "./live.js";
import { tn } from "./t.js";

const AGAIN_MS = 60_000; // "3 minutes ago" grows old, and lateness comes by itself

let place = -1; // of the open conversation, also when it has left the list by being answered
let placeOf = "";

function markCurrent() {
  const ref = openRef(), at = $$("#list .row").findIndex((row) => row.dataset.ref === ref);
  if (at >= 0 || ref !== placeOf) place = at;
  placeOf = ref;
  for (const row of $$("#list .row")) {
    const here = row.dataset.ref === ref;
    row.classList.toggle("row-current", here);
    const link = $(".row-who", row);
    if (here) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
    if (here && !document.hidden) row.classList.remove("row-unread");
  }
}

// Rows that "Older" has brought are not in a fresh first page: they stay below it.
function keepOlder(list, fresh) {
  const there = new Set($$(".row", fresh).map((row) => row.id));
  const rows = $$(".row", list);
  if (!there.size || rows.length <= there.size || !$(".list-end", fresh)) return;
  $(".list-end", fresh).remove();
  for (const row of rows.slice(there.size)) if (!there.has(row.id)) fresh.append(row.cloneNode(true));
  const end = $(".list-end", list);
  if (end) fresh.append(end.cloneNode(true));
}

// ---- rows beyond the first page ----
// How many times "Older" was pressed is remembered for this tab: who comes back to a conversation from further down, or
// loads its page anew, finds the list as far as it was.

const olderKey = (list) => `kept:older:${list.dataset.list}:${new URLSearchParams(location.search).get("q") ?? ""}`;
const remembered = (list) => { try { return Number(sessionStorage.getItem(olderKey(list))) || 0; } catch { return 0; } };
let bringing = null;

async function bringOlder() {
  const list = $("#list"), end = $("#list .list-end"), link = end && $("a", end);
  if (!link) return false;
  const rows = [...parse(await ask(link.getAttribute("href"))).body.children];
  if (!end.isConnected) return true; // the list was made anew meanwhile
  end.replaceWith(...rows);
  rows.forEach((row) => htmx.process(row));
  list.dataset.older = String(Number(list.dataset.older || 0) + 1);
  try { sessionStorage.setItem(olderKey(list), String(Math.max(remembered(list), Number(list.dataset.older)))); } catch { /* this page only */ }
  markCurrent();
  return true;
}
// One at a time: who presses J quickly gets one page, not three.
const older = () => (bringing ??= bringOlder().catch(() => false).finally(() => { bringing = null; }));

async function restoreOlder() {
  const list = $("#list"), there = () => $$("#list .row").some((row) => row.dataset.ref === openRef());
  if (!list || !openRef()) return;
  while (list.isConnected && !there() && Number(list.dataset.older || 0) < remembered(list) && await older());
  $("#list .row-current")?.scrollIntoView({ block: "nearest" });
}

let running = false, again = false;
async function refresh() {
  const list = $("#list");
  if (!list || document.hidden || list.dataset.list === "search") return;
  if (running) { again = true; return; }
  running = true;
  try {
    const page = parse(await ask(`/inbox/${encodeURIComponent(list.dataset.list)}`));
    const fresh = $("#list", page), views = $("#views", page);
    if (fresh && list.isConnected) {
      keepOlder(list, fresh);
      patch(list, fresh).forEach((node) => htmx.process(node));
      markCurrent();
    }
    if (views && $("#views")) patch($("#views"), views);
  } catch { /* the next event, or the next minute, tries again; the line about the connection is live.js's */ }
  running = false;
  if (again) { again = false; refreshSoon(); }
}
// Many pages hear of the same event: they do not all ask in the same moment. A tenth of a second is enough for 200 of them,
// and what comes after a quiet time is still shown at once.
const refreshSoon = soon(refresh, Math.random() * 100, 1000);

/** @returns {boolean} whether the key did something */
function go(step) {
  const refs = $$("#list .row").map((row) => row.dataset.ref);
  const ref = neighbour(refs, openRef(), step, place);
  const link = ref && $(`#row-${CSS.escape(ref)} .row-who`);
  if (!link && step > 0 && $("#list .list-end a")) {
    older().then((came) => { if (came) go(step); });
    return true;
  }
  if (!link) return false;
  link.scrollIntoView({ block: "nearest" });
  link.click();
  return true;
}

let lastPick = null;
function picked(event, box) {
  const boxes = $$("#list .row-pick input");
  if (event.shiftKey && lastPick?.isConnected) {
    const [from, to] = [boxes.indexOf(lastPick), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
  }
  lastPick = box;
  const n = boxes.filter((one) => one.checked).length;
  say(tn(n, "{n} conversation selected", "{n} conversations selected"));
}

function splitter() {
  const handle = $("[data-splitter]");
  if (!handle) return;
  const name = `--pane-${handle.dataset.splitter}`, key = `kept:${name}`, root = document.documentElement;
  const [least, most] = [Number(handle.ariaValueMin) || 240, Number(handle.ariaValueMax) || 640];
  const set = (px) => {
    const width = Math.round(Math.max(least, Math.min(most, px)));
    root.style.setProperty(name, `${width}px`);
    handle.ariaValueNow = String(width);
    try { localStorage.setItem(key, String(width)); } catch { /* remembered for this page only */ }
  };
  let kept = 0;
  try { kept = Number(localStorage.getItem(key)); } catch { /* nothing remembered */ }
  if (kept) set(kept);
  const pane = handle.parentElement, rtl = () => getComputedStyle(pane).direction === "rtl";
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    const { left, right } = pane.getBoundingClientRect();
    const move = (e) => set(rtl() ? right - e.clientX : e.clientX - left);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
  });
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (!step) return;
    event.preventDefault();
    set(pane.getBoundingClientRect().width + (rtl() ? -step : step));
  });
}

export function startList() {
  bind("j", () => go(1));
  bind("k", () => go(-1));
  on("click", ".row-pick input", picked);
  on("click", "#list [data-older]", async (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const before = $$("#list .row").length;
    if (await older()) $$("#list .row-who")[before]?.focus({ preventScroll: true }); // the button that had it is gone
  });
  // The whole row opens, not only its link; its box and what is marked with the mouse do not.
  on("click", ".row", (event, row) => {
    if (event.target.closest("a, label, button, input") || getSelection()?.toString()) return;
    $(".row-who", row)?.click();
  });
  document.addEventListener("keydown", (event) => {
    const boxes = $$("#list .row-pick input:checked");
    if (event.key !== "Escape" || !boxes.length || event.isComposing || document.activeElement?.closest("details[open], dialog, .composer")) return;
    boxes.forEach((box) => (box.checked = false));
  });
  document.addEventListener("kept:events", ({ detail }) => { if (touched(detail.events, "", "").list) refreshSoon(); });
  document.addEventListener("kept:reset", refreshSoon);
  document.addEventListener("kept:opened", () => { markCurrent(); restoreOlder(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshSoon(); });
  setInterval(refreshSoon, AGAIN_MS);
  splitter();
  markCurrent();
  restoreOlder();
}
