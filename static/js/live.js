// Live updates: what happened comes as a number, a kind and a reference; the parts of the page ask for the rest
// themselves. By WebSocket, or by asking every few seconds where that does not get through.
//
//   document gets "kept:events" {events}, "kept:reset", "kept:presence" {ref, here}
import { ask, HttpError, me, openRef, toast } from "./dom.js";
import { t } from "./t.js";

export const RENEW = 4000, RIGHTS = 4001, LATER = 1013;
const POLL_MS = 10_000, SOCKET_AGAIN_MS = 60_000, NOTICE_MS = 6_000, TYPING_MS = 2_500;

/** Milliseconds to the next try: doubling to half a minute, spread so that a restart is not met by everybody at once.
 *  @param {number} tries since the last success @param {number} random 0 to 1 */
export function pauseBefore(tries, random) {
  return Math.round(Math.min(30_000, 500 * 2 ** Math.min(tries, 10)) * (0.5 + random));
}

/** What the end of a connection means: "again" at once, "later" by pauseBefore, "poll" instead, "ask" who we are. */
export function afterClose(code, everOpen, tries) {
  if (code === RENEW) return "again";
  if (code === RIGHTS) return "ask";
  if (code === LATER) return "poll";
  return !everOpen && tries >= 3 ? "poll" : "later";
}

/** Which parts of the page events touch. `warn`: something was said here that the writer of a draft should read.
 *  @param {{kind: string, ref: string, by?: string, to?: string}[]} events */
export function touched(events, ref, mine) {
  // Of a merge both conversations are told: who writes in the one that went into the other is to know.
  const merged = (event) => /^conversation\.(un)?merged$/.test(event.kind) && event.to === ref;
  const here = events.filter((event) => ref && (event.ref === ref || merged(event)));
  const said = (event) => /^(message\.(received|queued)|note\.added)$/.test(event.kind) && event.by !== mine;
  return {
    list: events.some((event) => event.ref),
    articles: events.some((event) => event.kind.startsWith("article.")),
    conversation: here.length > 0,
    warn: here.some((event) => said(event) || merged(event)),
    assigned: events.some((event) => event.kind === "conversation.assigned" && event.to === mine && event.by !== mine),
    mentioned: events.find((event) => event.kind === "conversation.mentioned" && event.to === mine && event.ref !== ref)?.ref ?? "",
  };
}

let seq = 0, socket = null, tries = 0, everOpen = false, polling = 0, timer = 0, lostAt = 0, notice = null, typedAt = 0, typing = false;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const say = (message) => { if (socket?.readyState === 1) socket.send(JSON.stringify(message)); };

function found() {
  tries = 0;
  lostAt = 0;
  notice?.();
  notice = null;
}
function lost() {
  lostAt ||= Date.now();
  if (!notice && Date.now() - lostAt >= NOTICE_MS)
    notice = toast(t("No connection just now. What you write is kept here and sent as soon as it is back."), { stays: true });
}

function take(message) {
  if (message.reset) {
    seq = message.seq;
    tell("kept:reset", {});
  } else if (message.ready) {
    seq = Math.max(seq, message.seq);
  } else if (message.kind === "presence") {
    tell("kept:presence", message);
  } else if (message.seq > seq) {
    seq = message.seq;
    gather(message);
  }
}

// Those that come together are told together.
let gathered = [];
function gather(event) {
  if (gathered.push(event) === 1) setTimeout(() => tell("kept:events", { events: gathered.splice(0) }), 20);
}

function connect() {
  clearTimeout(timer);
  if (!globalThis.WebSocket) return poll();
  const address = new URL(`/live?after=${seq}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  socket = new WebSocket(address);
  const mine = socket;
  socket.addEventListener("open", () => { everOpen = true; stopPolling(); found(); view(); });
  socket.addEventListener("message", (event) => { try { take(JSON.parse(event.data)); } catch { /* not ours */ } });
  socket.addEventListener("close", (event) => {
    if (socket !== mine) return;
    socket = null;
    const then = afterClose(event.code, everOpen, ++tries);
    if (then === "poll") return poll();
    if (then !== "again") lost();
    timer = setTimeout(then === "ask" ? whoAmI : connect, then === "again" ? 2000 * Math.random() : pauseBefore(tries, Math.random()));
  });
}

// Our rights have changed: the same session, or none any more?
async function whoAmI() {
  try {
    await ask(`/live/poll?after=${seq}`);
    connect();
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) signedOut();
    else timer = setTimeout(whoAmI, pauseBefore(++tries, Math.random()));
  }
}
function signedOut() {
  stopPolling();
  toast(t("You are signed out. Your drafts are kept."), { stays: true, button: t("Sign in"), act: () => location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search)) });
}

function stopPolling() { clearInterval(polling); polling = 0; }
function poll() {
  if (polling) return;
  const once = async () => {
    if (document.hidden) return;
    try {
      const { events = [], ...message } = JSON.parse(await ask(`/live/poll?after=${seq}`));
      found();
      events.forEach(take);
      take(message.reset ? message : { ready: true, seq: message.seq });
    } catch (error) {
      if (error instanceof HttpError && error.status === 401) signedOut();
      else lost();
    }
  };
  polling = setInterval(once, POLL_MS);
  timer = setTimeout(connect, SOCKET_AGAIN_MS);
  once();
}

/** Which conversation we look at: others see our name there. */
export function view() {
  typing = false;
  say({ view: document.hidden ? null : openRef() || null });
}
/** Called at each change of a draft; an empty one ends it. */
export function type(writing) {
  const now = Date.now();
  if (writing ? typing && now - typedAt < TYPING_MS : !typing) return;
  typing = writing;
  typedAt = now;
  say({ typing: writing });
}

export function startLive() {
  seq = Number(document.body.dataset.seq) || 0;
  if (!me()) return;
  document.addEventListener("visibilitychange", () => { view(); if (!document.hidden && !socket && !polling) connect(); });
  addEventListener("online", () => { if (!socket) connect(); });
  setInterval(() => { if (typing && Date.now() - typedAt > 2 * TYPING_MS) type(false); }, 1000);
  setInterval(() => { if (!socket && !polling) lost(); }, 2000);
  connect();
}
