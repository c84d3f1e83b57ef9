// The service worker: shows what is new when a push wakes it. It keeps no page and answers no request; a push carries
// nothing, so what is shown comes from the server, which knows by the session who asks.
/** @type {any} */
const worker = self;
const NEWS = "/account/notifications/news", MEMORY = "kept-notifications", LAST = "/last";

/** @typedef {{tag: string, title: string, body: string, url: string, at: number}} Item */

/** What is to be shown of what the server told: all that came after the last one that was shown. Nothing of that kind:
 *  one again, quietly, for a browser wants to see something at each push.
 *  @param {Item[]} items newest first @param {number} last */
function chosen(items, last) {
  const fresh = items.filter((item) => item.at > last || !item.at);
  return fresh.length ? { items: fresh, quiet: false } : { items: items.slice(0, 1), quiet: true };
}

// One number, which outlives this script: it is ended and started at will.
async function lastShown() {
  const known = await (await caches.open(MEMORY)).match(LAST);
  return known ? Number(await known.text()) : 0;
}
const remember = async (at) => (await caches.open(MEMORY)).put(LAST, new Response(String(at)));

/** @returns {Promise<{lang: string, items: Item[]}>} */
async function news() {
  try {
    const answer = await fetch(NEWS, { credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (answer.ok) return await answer.json();
  } catch { /* said below: the server is away, or behind a network that this device is not in */ }
  return { lang: "", items: [{ tag: "kept", title: "Kept", body: "", url: "/inbox/mine", at: 0 }] };
}

async function showNews() {
  const [{ lang, items }, last] = await Promise.all([news(), lastShown()]);
  const { items: shown, quiet } = chosen(items, last);
  for (const { tag, title, body, url, at } of shown)
    await worker.registration.showNotification(title, { tag, body, lang, renotify: !quiet, silent: quiet, data: { url, at } });
  const latest = Math.max(last, ...items.map((item) => item.at));
  if (latest > last) await remember(latest);
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
