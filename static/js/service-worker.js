// The service worker: shows what is new when a push wakes it. It keeps no page and answers no request; a push carries
// nothing, so what is shown comes from the server, which knows by the session who asks.
/** @type {any} */
const worker = self;
const NEWS = "/account/notifications/news", MEMORY = "kept-notifications", LAST = "/last", REMEMBERED = 100; // news tells twenty at most

/** @typedef {{tag: string, title: string, body: string, url: string, at: number}} Item */

const nameOf = (item) => `${item.at} ${item.tag}`;

/** What is to be shown of what the server told: all that was not shown yet. By name, not by time: two things may happen in
 *  one millisecond, or on two nodes whose clocks differ. Nothing of that kind: one again, quietly, for a browser wants to
 *  see something at each push.
 *  @param {Item[]} items newest first @param {string[]} known */
function chosen(items, known) {
  const fresh = items.filter((item) => !item.at || !known.includes(nameOf(item)));
  return fresh.length ? { items: fresh, quiet: false } : { items: items.slice(0, 1), quiet: true };
}

// A list which outlives this script: it is ended and started at will.
async function lastShown() {
  const kept = await (await caches.open(MEMORY)).match(LAST);
  const known = kept ? await kept.json() : [];
  return Array.isArray(known) ? known : []; // it was one number once
}
const remember = async (known) => (await caches.open(MEMORY)).put(LAST, new Response(JSON.stringify(known.slice(-REMEMBERED))));

/** @returns {Promise<{lang: string, items: Item[]}>} */
async function news() {
  try {
    const answer = await fetch(NEWS, { credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (answer.ok) return await answer.json();
  } catch { /* said below: the server is away, or behind a network that this device is not in */ }
  return { lang: "", items: [{ tag: "kept", title: "Kept", body: "", url: "/inbox/mine", at: 0 }] };
}

async function showNews() {
  const [{ lang, items }, known] = await Promise.all([news(), lastShown()]);
  const { items: shown, quiet } = chosen(items, known);
  for (const { tag, title, body, url, at } of shown)
    await worker.registration.showNotification(title, { tag, body, lang, renotify: !quiet, silent: quiet, data: { url, at } });
  if (!quiet) await remember([...known, ...shown.filter((item) => item.at).map(nameOf)]);
}

/** The page that is open already, or a new one. @param {string} url */
async function open(url) {
  const address = new URL(url, worker.location.origin).href;
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url.split(/[?#]/)[0] === address.split(/[?#]/)[0]);
  if (there) return there.focus();
  try {
    if (pages.length) return await (await pages[0].navigate(address)).focus();
  } catch { /* not ours to move yet */ }
  return worker.clients.openWindow(address);
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => event.waitUntil(showNews()));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/inbox/mine"));
});
