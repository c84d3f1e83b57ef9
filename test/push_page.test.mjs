// Notifications in a real browser: the section of one's account, and the real service worker, woken by the browser's own
// test command. A real push service cannot be had here, so the page's PushManager is a stand-in; the rest is real.
// check: timeout 300
// check: unsanitized
// check: once: what it asks is the browser
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { stateOf } from "../static/js/push.js";
import { mail, password, startKept } from "./kept.mjs";

const chromium = ["/usr/bin/chromium", process.env.CHROMIUM].find((path) => path && existsSync(path));
const skip = chromium ? false : "needs chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

test("what can be done on a device", () => {
  const all = { secure: true, worker: true, push: true, apple: false, permission: "default", on: false };
  const table = [[{}, "off"], [{ on: true, permission: "granted" }, "on"], [{ permission: "denied" }, "blocked"], [{ permission: "denied", on: true }, "blocked"],
    [{ push: false }, "unsupported"], [{ worker: false }, "unsupported"], [{ push: false, apple: true }, "home_screen"], [{ apple: true }, "off"],
    [{ secure: false, worker: false, push: false }, "insecure"], [{ secure: false, apple: true, push: false }, "insecure"]];
  for (const [more, state] of table) assert.equal(stateOf({ ...all, ...more }), state, JSON.stringify(more));
});

describe("in Chromium", { skip }, () => {
  let kept, service, browser, context, page, cdp, wakes = 0, registration, conversation;
  const wrong = [];
  const until = async (fn, what) => {
    for (let i = 0; i < 100; i++) { const found = await fn(); if (found) return found; await new Promise((resolve) => setTimeout(resolve, 50)); }
    assert.fail(what);
  };
  const signIn = async (email) => {
    await page.goto("/sign-in");
    await page.fill("[name=email]", email);
    await page.fill("[name=password]", password);
    await Promise.all([page.waitForURL(/inbox/), page.press("[name=password]", "Enter")]);
  };
  const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ tag, title, body, lang, silent, data }) => ({ tag, title, body, lang, silent, url: data.url })));
  // As the browser does when something came from its push service. Chromium takes away what is listed while it is just being
  // shown (getNotifications clears what is not on the screen yet), so one look comes late, and the next try begins anew.
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const forget = () => page.evaluate(() => caches.delete("kept-notifications"));
  const wakeUntil = async (fn, what, { anew = forget } = {}) => {
    for (let i = 0; i < 4; i++) {
      if (i) await anew();
      await cdp.send("ServiceWorker.deliverPushMessage", { origin: kept.url, registrationId: registration, data: "" });
      for (const wait of [600, 1500, 6000]) {
        await pause(wait);
        const found = await fn();
        if (found) return found;
      }
    }
    assert.fail(what);
  };

  before(async () => {
    const { chromium: driver } = await import("playwright-core");
    service = createServer((request, response) => { wakes++; request.resume(); response.writeHead(201).end(); });
    await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));
    kept = await startKept({ clock: "2026-03-16T09:00:00+07:00", env: { KEPT_OPEN_NETWORKS: "127.0.0.1" } });
    await kept.addUser("mai@kept.test", { name: "Mai", lang: "en" });
    browser = await driver.launch({ executablePath: chromium, args: ["--no-sandbox"] });
    context = await browser.newContext({ baseURL: kept.url, viewport: { width: 1440, height: 900 } });
    await context.grantPermissions(["notifications"], { origin: kept.url });
    const endpoint = `http://127.0.0.1:${service.address().port}/this-browser`;
    await context.addInitScript((address) => {
      const key = "stand-in", at = () => localStorage.getItem(key);
      const subscription = { get endpoint() { return at(); }, unsubscribe: async () => (localStorage.removeItem(key), true) };
      PushManager.prototype.getSubscription = async () => (at() ? subscription : null);
      PushManager.prototype.subscribe = async (options) => { globalThis.asked = options; localStorage.setItem("asked", JSON.stringify(options)); localStorage.setItem(key, address); return subscription; };
    }, endpoint);
    page = await context.newPage();
    page.setDefaultTimeout(8000);
    page.on("console", (m) => { if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) wrong.push(m.text()); });
    page.on("pageerror", (error) => wrong.push(String(error)));
    cdp = await context.newCDPSession(page);
    await cdp.send("ServiceWorker.enable");
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => { registration = registrations.at(-1)?.registrationId ?? registration; });
    await signIn("mai@kept.test");
  });
  after(async () => {
    await browser?.close();
    await kept?.stop();
    service?.close();
    assert.deepEqual(wrong, [], "no page complained");
  });

  test("off at first, and no worker until she wants it", async () => {
    await page.goto("/account");
    await page.locator("#notifications[data-state=off]").waitFor();
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    assert.equal(await page.locator("#push-state").innerText(), "Off on this device.");
  });
  test("one press, by keyboard, switches it on", async () => {
    await page.focus("#push-button");
    await Promise.all([page.waitForURL(/done=added/), page.keyboard.press("Enter")]);
    await page.locator("#notifications[data-state=on]").waitFor();
    const asked = JSON.parse(await page.evaluate(() => localStorage.getItem("asked")));
    assert.equal(asked.userVisibleOnly, true);
    assert.equal(asked.applicationServerKey, await page.getAttribute("#notifications", "data-key"));
    assert.match(await page.locator("#notifications table").innerText(), /Chrome, Linux\s+this one/);
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    assert.equal(new URL(scope).pathname, "/");
  });
  test("the section has no barrier, on a desktop and on a phone, light and dark", async () => {
    for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(axe);
      const found = await page.evaluate(async () => (await globalThis.axe.run("#notifications", { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations.map((v) => `${v.id} ${v.nodes[0].html}`));
      assert.deepEqual(found, []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
  });
  test("a test goes to the push service", async () => {
    await Promise.all([page.waitForURL(/done=tested/), page.click("text=Send a test to all of them")]);
    await kept.settle();
    assert.equal(wakes, 1);
  });
  test("a push shows what is new, one a conversation, without a customer's words", async () => {
    await until(() => registration, "the worker is known");
    await wakeUntil(async () => (await shown()).length === 1, "one is shown");
    assert.deepEqual(await shown(), [{ tag: "kept", title: "Notifications work on this device", body: "", lang: "en", silent: false, url: "/account#notifications" }]);
    const lead = await kept.agent("lead@kept.test");
    await kept.mailIn(mail({ from: "Hoa <hoa@customer.test>", subject: "My secret parcel" }), "support@kept.test");
    await kept.settle();
    conversation = await kept.ask("SELECT ref FROM conversation");
    await lead.submit(`/c/${conversation}/assign`, { to: await kept.ask("SELECT ref FROM agent WHERE email = 'mai@kept.test'") });
    await kept.settle();
    const all = await wakeUntil(async () => { const list = await shown(); return list.length === 2 && list; }, "two are shown");
    const one = all.find(({ tag }) => tag === conversation);
    assert.equal(one.title, "A conversation was assigned to you");
    assert.equal(one.silent, false, "what came in the same millisecond as the one before is new all the same");
    assert.match(one.body, /^Conversation [A-Z0-9]{6,8}$/i);
    assert.equal(one.url, `/c/${conversation}`);
    assert.doesNotMatch(JSON.stringify(all), /Hoa|parcel/i);
    await kept.advance(1000);
    await kept.mailIn(mail({ from: "Hoa <hoa@customer.test>", subject: "Re: My secret parcel", headers: { References: `<${(await kept.ask("SELECT mail_id FROM message")).replace(/[<>]/g, "")}>` } }), "support@kept.test");
    await kept.settle();
    await kept.advance(20_000);
    await wakeUntil(async () => (await shown()).some(({ title }) => /A customer wrote/.test(title)), "the later one takes its place");
    assert.equal((await shown()).length, 2);
  });
  test("the same again is quiet", async () => {
    await wakeUntil(async () => (await shown()).some(({ silent }) => silent), "it is silent", { anew: () => {} });
    assert.equal((await shown()).length, 2);
  });
  test("opening the conversation takes its notification away", async () => {
    await page.goto(`/c/${conversation}`);
    await until(async () => !(await shown()).some(({ tag }) => tag === conversation), "it is gone");
  });
  test("who is signed out is asked to sign in, and told nothing else", async () => {
    await context.clearCookies();
    const all = await wakeUntil(async () => { const list = await shown(); return list.some(({ body }) => body === "Sign in to see what is new.") && list; }, "it says so");
    assert.equal(all.filter(({ tag }) => tag !== "kept").length, 0);
    await signIn("mai@kept.test");
  });
  test("after signing in again the device is still hers; signing out by hand ends it", async () => {
    await page.goto("/account");
    await page.locator("#notifications[data-state=on]").waitFor();
    await page.click(".menu-end > summary");
    await Promise.all([page.waitForURL(/sign-in/), page.click("text=Sign out")]);
    assert.equal(await kept.ask("SELECT count(*) FROM push_device"), "0");
    await page.evaluate(() => sessionStorage.clear()); // another tab
    await signIn("mai@kept.test");
    await page.goto("/account");
    await page.locator("#notifications[data-state=off]").waitFor();
    assert.equal(await page.evaluate(() => localStorage.getItem("stand-in")), null, "the browser was told as well");
  });
  test("a browser that blocks it says where to change that; without JavaScript the page says what is needed", async () => {
    const blocked = await browser.newContext({ baseURL: kept.url, storageState: await context.storageState() });
    const other = await blocked.newPage();
    await other.addInitScript(() => Object.defineProperty(Notification, "permission", { value: "denied" }));
    await other.goto("/account");
    await other.locator("#notifications[data-state=blocked]").waitFor();
    assert.ok(await other.locator("#push-button").isHidden());
    await blocked.close();
    const plain = await browser.newContext({ baseURL: kept.url, storageState: await context.storageState(), javaScriptEnabled: false });
    const bare = await plain.newPage();
    await bare.goto("/account");
    assert.match(await bare.locator("#notifications").innerText(), /allow JavaScript/);
    await plain.close();
  });
});
