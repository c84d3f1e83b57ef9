// An @ in the note, in a real browser: colleagues are offered, by keyboard, and never while an input method composes.
// check: timeout 120
// check: unsanitized
// check: once: what it asks is the browser
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { mail, password, startKept } from "./kept.mjs";

const chromium = ["/usr/bin/chromium", process.env.CHROMIUM].find((path) => path && existsSync(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("in Chromium", { skip: chromium ? false : "needs chromium" }, () => {
  let kept, browser, page, ref;
  const wrong = [];
  const text = () => page.inputValue("#composer-text");
  const open = () => page.locator("#palette[open]").count();

  before(async () => {
    const { chromium: driver } = await import("playwright-core");
    kept = await startKept({ clock: "2026-03-16T09:00:00+07:00" });
    await kept.addUser("mai@kept.test", { name: "Mai", lang: "en" });
    await kept.addUser("duc@kept.test", { name: "Trần Đức", lang: "vi" });
    await kept.addUser("xm@kept.test", { name: "小明" });
    await kept.addUser("shop@kept.test", { name: "Shop", role: "reader" });
    await kept.mailIn(mail({}), "support@kept.test");
    await kept.settle();
    ref = await kept.ask("SELECT ref FROM conversation");
    browser = await driver.launch({ executablePath: chromium, args: ["--no-sandbox"] });
    page = await (await browser.newContext({ baseURL: kept.url, viewport: { width: 1440, height: 900 } })).newPage();
    page.setDefaultTimeout(8000);
    page.on("console", (m) => { if (m.type() === "error") wrong.push(m.text()); });
    page.on("pageerror", (error) => wrong.push(String(error)));
    await page.goto("/sign-in");
    await page.fill("[name=email]", "mai@kept.test");
    await page.fill("[name=password]", password);
    await Promise.all([page.waitForURL(/inbox/), page.press("[name=password]", "Enter")]);
    await page.goto(`/c/${ref}`);
    await page.locator("#kind-note").check();
    await page.locator("#composer-text:not([readonly])").waitFor();
  });
  after(async () => {
    await browser?.close();
    await kept?.stop();
    assert.deepEqual(wrong, [], "no page complained");
  });

  test("@ offers who can be mentioned; a few letters and Enter write the name", async () => {
    await page.focus("#composer-text");
    await page.keyboard.type("Please @");
    await page.locator("#palette[open]").waitFor();
    assert.deepEqual(await page.locator("#palette-list [role=option] .cut").allInnerTexts(), ["Trần Đức", "小明"]);
    assert.equal(await page.getAttribute("#palette-text", "placeholder"), "Name of a colleague");
    await page.evaluate(axe);
    assert.deepEqual(await page.evaluate(async () => (await globalThis.axe.run("#palette", { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations.map((v) => v.id)), []);
    await page.keyboard.type("duc");
    await page.keyboard.press("Enter");
    assert.equal(await text(), "Please @Trần Đức ");
    assert.equal(await open(), 0);
  });
  test("what is no name goes on in the note, by itself or with Escape", async () => {
    await page.keyboard.type("at @10h ");
    assert.equal(await text(), "Please @Trần Đức at @10h ");
    await page.keyboard.type("@du");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.querySelector("#composer-text").value.endsWith("@du"));
    assert.equal(await open(), 0);
  });
  test("nothing is offered in an address, while an input method composes, or in a reply", async () => {
    await page.fill("#composer-text", "");
    await page.keyboard.type("write to lan@customer.test ");
    assert.equal(await open(), 0);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Input.imeSetComposition", { text: "@", selectionStart: 1, selectionEnd: 1 });
    assert.equal(await open(), 0);
    await cdp.send("Input.insertText", { text: "@" });
    assert.equal(await open(), 0);
    await page.locator("#kind-reply").check();
    await page.locator("#composer-text:not([readonly])").waitFor();
    await page.focus("#composer-text");
    await page.keyboard.type("@");
    assert.equal(await open(), 0);
    await page.fill("#composer-text", "");
  });
  test("saved, the name stands out, in light and dark", async () => {
    await page.locator("#kind-note").check();
    await page.locator("#composer-text:not([readonly])").waitFor();
    await page.fill("#composer-text", "请@小明看一下 <b>");
    await page.click("button[name=then][value=note]");
    await page.locator(".msg-note .mention").waitFor();
    assert.equal(await page.locator(".msg-note .mention").innerText(), "@小明");
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe);
      assert.deepEqual(await page.evaluate(async () => (await globalThis.axe.run(".msg-note", { runOnly: ["wcag2a", "wcag2aa"] })).violations.map((v) => `${v.id} ${v.nodes[0].html}`)), []);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/note-${colorScheme}.png` });
    }
  });
});
