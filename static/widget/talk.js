// The conversation as the browser has it: what was said, what waits to be sent, and the calls to the server. Knows nothing
// of the screen. What was written is kept here until the server has it; each message carries an id of ours, so that one
// that is sent again after a lost answer stays one.
import { lang } from "./words.js";

const OPEN_MS = 2500, QUIET_MS = 15000, LIVE_MS = 12000, MOST_MS = 60000, HERE_MS = 25000;

function memory(key) {
  let value = {};
  try { value = JSON.parse(localStorage.getItem(key)) ?? {}; } catch { /* blocked, or not ours */ }
  return {
    value,
    save() { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* blocked: it lasts as long as the page */ } },
    clear() { for (const name of Object.keys(value)) delete value[name]; try { localStorage.removeItem(key); } catch { /* same */ } },
  };
}

function newId() { // crypto.randomUUID is not there on plain http
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const subjectOf = (jwt) => { try { return JSON.parse(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub; } catch { return null; } };

/** `changed()` is called after each change of what is public here. */
export function makeTalk({ base, inbox, changed }) {
  const store = memory(`kept:${inbox}`), saved = store.value;
  saved.outbox ??= [];
  const messages = new Map(), written = new Set(); // ids of what was written since the page was loaded
  let proof = null, starting = null, timer, delay = QUIET_MS, watching = false, sending = false, hereAt = 0, hereRef = null, ended = false;
  let socket = null, ticket = null, socketFailed = 0;
  const talk = { offline: false, slow: false, read: null, byMail: false, ref: null, greeting: null, loaded: false };

  async function call(method, path, body) {
    const headers = { "Accept": "application/json" };
    if (saved.token) headers.Authorization = `Visitor ${saved.token}`;
    if (body && !(body instanceof FormData)) {
      headers["Content-Type"] = "application/json";
      body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await fetch(`${base}/widget/${inbox}${path}`, { method, headers, body, credentials: "omit", cache: "no-store" });
    } catch (error) {
      talk.offline = true;
      throw error;
    }
    talk.offline = answer.status >= 500;
    const result = await answer.json().catch(() => ({}));
    if (answer.ok) return result;
    if (answer.status === 401) { delete saved.token; store.save(); }
    throw Object.assign(new Error(result.detail ?? `status ${answer.status}`), { status: answer.status });
  }

  // A token for this browser, with the website's proof of who she is when there is one. A proof that is refused must not
  // keep her from a person: then she is somebody unknown, and the console says why.
  const start = () => (starting ??= begin().finally(() => { starting = null; }));

  async function begin() {
    let given = typeof proof === "function" ? await Promise.resolve(proof()).catch(() => null) : proof;
    if (typeof given === "string") given = { jwt: given };
    const sub = given && (given.identifier ?? subjectOf(given.jwt));
    if (saved.sub && sub && saved.sub !== sub) forget(saved.outbox.filter((item) => written.has(item.id)));
    try {
      const answer = await call("POST", "/start", { lang, ...given });
      if (answer.token) saved.token = answer.token;
      if (answer.email) saved.email = answer.email;
      if (sub) saved.sub = sub;
      store.save();
    } catch (error) {
      if (!given || error.status !== 403) throw error;
      console.warn(`kept: ${error.message}`);
      proof = null;
      await begin();
    }
  }

  // Another user of the same browser: nothing of the one before stays, but what was just written here is hers.
  function forget(outbox = []) {
    messages.clear();
    store.clear();
    talk.draft("");
    talk.inTab("open", "");
    saved.outbox = outbox;
    talk.loaded = false;
    Object.assign(talk, { read: null, byMail: false, ref: null });
  }

  function bodyOf(item) {
    if (!item.files?.length) return { id: item.id, text: item.text, lang };
    const form = new FormData();
    form.append("id", item.id);
    form.append("text", item.text);
    form.append("lang", lang);
    for (const file of item.files) form.append("files", file, file.name);
    return form;
  }

  // In order, one after the other. What the server refuses for good is marked; everything else is tried again.
  async function flush() {
    if (sending || ended) return;
    sending = true;
    try {
      for (let item; (item = saved.outbox.find((one) => !one.failed));) {
        if (starting || !saved.token) await start();
        try {
          const answer = await call("POST", "/messages", bodyOf(item));
          saved.outbox.splice(saved.outbox.indexOf(item), 1);
          const files = [...item.files ?? []].map((file) => ({ name: file.name, size: "" }));
          messages.set(answer.ref, { ref: answer.ref, id: item.id, from: "visitor", text: item.text, at: answer.at, files });
          talk.ref = answer.conversation;
          talk.slow = false;
        } catch (error) {
          if (error.status === 401 && !item.anew) { // the token has ended: once with a new one
            item.anew = true;
            continue;
          }
          if (error.status === 429 || !error.status || error.status >= 500) throw error;
          item.failed = error.message;
        }
        store.save();
        changed();
      }
    } catch (error) {
      talk.slow = error.status === 429;
      setTimeout(flush, talk.slow ? 20000 : 5000);
    }
    sending = false;
    changed();
  }

  const ordered = () => [...messages.values()].sort((a, b) => a.at - b.at);

  async function look() {
    const { token } = saved, last = talk.loaded ? ordered().at(-1)?.ref : null;
    const answer = await call("GET", `/messages${last ? `?after=${last}` : ""}`);
    if (token !== saved.token) return; // somebody else's by now
    for (const message of answer.messages) messages.set(message.ref, message);
    talk.read = answer.read;
    talk.byMail = answer.by_mail;
    talk.ref = answer.ref ?? null;
    ticket = answer.live ?? null;
    talk.loaded = true;
    if (answer.email) saved.email = answer.email;
    noteSeen();
    await sayHere();
  }

  const inSight = () => watching && !document.hidden;
  const lastOurs = () => ordered().filter((message) => message.from !== "visitor").at(-1);

  function noteSeen() {
    if (!inSight() || !lastOurs()) return;
    saved.seenAt = lastOurs().at;
    store.save();
  }

  // While it is open before her eyes we say so, and how far she has read: then nothing of it is sent by mail.
  async function sayHere() {
    if (!inSight() || !saved.token) return;
    const ref = lastOurs()?.ref ?? null;
    if (ref === hereRef && Date.now() - hereAt < HERE_MS) return;
    [hereRef, hereAt] = [ref, Date.now()];
    await call("POST", "/seen", ref ? { message: ref } : {});
  }

  // While it is open the server tells at once that there is something new; what it is, the next look says. Where the page's
  // policy or a proxy forbids WebSocket, looking more often does.
  function listen() {
    if (!inSight() || !ticket) {
      socket?.close();
      return;
    }
    if (socket || socketFailed > 2) return;
    try {
      const mine = socket = new WebSocket(`${base.replace(/^http/, "ws")}/widget/${inbox}/live?ticket=${encodeURIComponent(ticket)}`);
      mine.onopen = () => { socketFailed = 0; };
      mine.onmessage = () => { clearTimeout(timer); timer = setTimeout(tick, 20); };
      mine.onclose = () => { socket = null; socketFailed++; };
    } catch { socketFailed = 9; }
  }

  async function tick() {
    clearTimeout(timer);
    if (ended) return;
    if (saved.token) {
      try {
        await look();
        listen();
        delay = !inSight() ? QUIET_MS : socket?.readyState === WebSocket.OPEN ? LIVE_MS : OPEN_MS;
      } catch (error) {
        delay = Math.min(Math.max(delay, OPEN_MS) * 2, MOST_MS);
      }
      changed();
    }
    clearTimeout(timer);
    if (saved.token && !ended) timer = setTimeout(tick, delay);
  }

  const online = () => { flush(); tick(); };
  const turned = () => { if (!document.hidden) tick(); };
  addEventListener("online", online);
  document.addEventListener("visibilitychange", turned);

  return Object.assign(talk, {
    saved,
    remember: () => store.save(),
    /** For the site's next page in this tab: what is typed and not sent ("draft"), and that the chat is "open". With words it is
        kept, "" takes it away. */
    inTab(name, words) {
      const key = `kept:${inbox}:${name}`;
      try {
        if (words === undefined) return sessionStorage.getItem(key) ?? "";
        if (words) sessionStorage.setItem(key, words);
        else sessionStorage.removeItem(key);
      } catch { /* blocked: it lasts as long as the page */ }
      return "";
    },
    draft: (words) => talk.inTab("draft", words),
    messages: ordered,
    unread: () => ordered().filter((message) => message.from !== "visitor" && message.at > (saved.seenAt ?? 0)).length,
    begin() { if (saved.token) tick(); if (saved.outbox.length) flush(); },
    async greet() {
      try { talk.greeting ??= await call("GET", `?lang=${lang}`); } catch { /* said by `offline` */ }
      changed();
    },
    watch(on) {
      watching = on;
      noteSeen();
      if (on) tick();
      else listen();
    },
    say(text, files) {
      const item = { id: newId(), text, files, at: Date.now() };
      written.add(item.id);
      saved.outbox.push(item);
      store.save();
      changed();
      flush().then(tick);
    },
    again(item) { delete item.failed; changed(); flush(); },
    async setEmail(email) {
      if (!saved.token) await start();
      saved.email = (await call("POST", "/email", { email })).email;
      store.save();
      changed();
    },
    async identify(given) {
      proof = given;
      if (saved.token) await start().then(tick, () => {});
    },
    end() {
      ended = true;
      watching = false;
      socket?.close();
      clearTimeout(timer);
      removeEventListener("online", online);
      document.removeEventListener("visibilitychange", turned);
      forget();
    },
  });
}
