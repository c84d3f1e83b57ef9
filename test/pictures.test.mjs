// Pictures of other servers in mails, in a real browser: nothing is loaded before the reader asks, and then only by us. The
// browser could reach the picture server by itself; that it does not is what is tested.
// check: timeout 120
// check: unsanitized
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { deflateSync } from "node:zlib";
import { crc32 } from "./crc.mjs";
import { mail, password, startKept } from "./kept.mjs";

const chromium = ["/usr/bin/chromium", process.env.CHROMIUM].find((path) => path && existsSync(path));
const skip = chromium ? false : "needs chromium";
let kept, browser, page, pictures, hidden;

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 4 + body.length);
  return out;
};
const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0])),
  chunk("IDAT", deflateSync(Buffer.alloc(72, 200))), chunk("IEND", Buffer.alloc(0))]);

class PictureServer {
  constructor(address) {
    this.asked = [];
    this.address = address;
    this.http = createServer((request, response) => {
      this.asked.push(request);
      const path = request.url.split("?")[0];
      if (path === "/away") { response.writeHead(302, { location: request.url.split("?")[1] }); return response.end(); }
      if (path === "/svg") { response.writeHead(200, { "content-type": "image/png" }); return response.end("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"); }
      if (path === "/html") { response.writeHead(200, { "content-type": "image/png" }); return response.end("<!doctype html><script>alert(1)</script>"); }
      response.writeHead(200, { "content-type": "text/html", "set-cookie": "tracker=1; path=/" });
      return response.end(png);
    });
  }
  async start() { await new Promise((resolve) => this.http.listen(0, this.address, resolve)); return this; }
  get url() { return `http://${this.address}:${this.http.address().port}`; }
  stop() { this.http.closeAllConnections?.(); this.http.close(); }
}

const reached = []; // whatever the browser asked of anybody but us
let ref;
async function htmlMail(subject, html) {
  assert.equal(await kept.mailIn(mail({ from: "Shop <news@shop.test>", subject, text: html, headers: { "Content-Type": "text/html; charset=utf-8" } }), "support@kept.test"), 0);
  await kept.settle();
  await page.goto("/inbox/unassigned");
  await page.locator("#list .row", { hasText: subject }).locator(".row-who").click();
  await page.locator("[data-show-html]").first().click();
  await page.waitForSelector("iframe.mail-frame");
  ref = (await page.locator("[data-show-html]").first().getAttribute("data-show-html")).split("/")[2];
}
const frame = () => page.frameLocator("iframe.mail-frame");
const until = async (fn, what) => {
  for (let i = 0; i < 100; i++) { if (await fn()) return; await new Promise((resolve) => setTimeout(resolve, 50)); }
  assert.fail(what);
};
const drawn = (selector) => frame().locator(selector).evaluate((image) => image.complete && image.naturalWidth > 0);

before(async () => {
  if (skip) return;
  const { chromium: driver } = await import("playwright-core");
  [pictures, hidden] = [await new PictureServer("127.0.0.1").start(), await new PictureServer("127.0.0.2").start()];
  kept = await startKept({ clock: "2026-03-16T09:00:00+07:00", env: { KEPT_OPEN_NETWORKS: "127.0.0.1" } });
  await kept.addUser("lan@kept.test", { name: "Lan" });
  browser = await driver.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  const context = await browser.newContext({ baseURL: kept.url, viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on("request", (request) => { if (!request.url().startsWith(kept.url) && !/^(data|about|blob):/.test(request.url())) reached.push(request.url()); });
  page.on("dialog", (dialog) => { reached.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  await page.goto("/sign-in");
  await page.fill("[name=email]", "lan@kept.test");
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL(/inbox/), page.press("[name=password]", "Enter")]);
});
after(async () => {
  await browser?.close();
  await kept?.stop();
  pictures?.stop();
  hidden?.stop();
});

describe("pictures of other servers", { skip }, () => {
  test("nothing is loaded before the reader asks", async () => {
    const u = pictures.url;
    await htmlMail("The newsletter", `<html><head><style>.a{background:url('${u}/style.png')}</style><link rel="stylesheet" href="${u}/x.css"></head>
      <body background="${u}/body.png"><p class="a">Our offers</p><img id="one" src="${u}/one.png?a=1&amp;b=2" srcset="${u}/big.png 2x" alt="one">
      <p id="deco" style="background-image:url(&quot;${u}/inline.png&quot;);width:9px;height:9px"></p>
      <picture><source srcset="${u}/source.png"><img id="two" src="${u}/two.png"></picture>
      <video poster="${u}/poster.png" src="${u}/v.mp4"></video><img src="${u}/pixel.gif" width="1" height="1"><object data="${u}/o.swf"></object></body></html>`);
    await frame().locator("text=Our offers").waitFor();
    await page.locator(".mail-pictures", { hasText: "6 pictures of other servers are not loaded" }).waitFor();
    await page.waitForTimeout(400); // a request that should not be has time to be made
    assert.equal(pictures.asked.length, 0);
    assert.deepEqual(reached, []);
    assert.equal(await frame().locator("#one").getAttribute("src"), null);
  });
  test("asked for, they come through us: no cookies, no referrer, nothing of the reader", async () => {
    await page.locator(".mail-pictures button", { hasText: "Show pictures" }).click();
    await until(() => drawn("#one"), "the picture is drawn");
    await until(() => drawn("#two"), "the other picture is drawn");
    await until(() => pictures.asked.length >= 6, "all are asked for");
    assert.deepEqual(reached, []);
    assert.deepEqual([...new Set(pictures.asked.map((r) => r.url))].sort(), ["/body.png", "/inline.png", "/one.png?a=1&b=2", "/pixel.gif", "/style.png", "/two.png"]);
    for (const r of pictures.asked) {
      assert.equal(r.headers["user-agent"], "Mozilla/5.0");
      for (const name of ["cookie", "referer", "accept-language", "x-forwarded-for", "origin"]) assert.equal(r.headers[name], undefined, name);
    }
    assert.match(await page.locator(".mail-pictures").innerText(), /come through this server/);
    assert.equal(await page.locator(".mail-pictures button").count(), 0);
    assert.match(await frame().locator("#deco").evaluate((p) => getComputedStyle(p).backgroundImage), /\/m\/msg_[a-z2-7]+\/picture\/\d/);
  });
  test("the choice is for one mail: closed and opened again, it asks again", async () => {
    const n = pictures.asked.length;
    await page.locator("[data-show-html]").first().click();
    await page.locator("[data-show-html]").first().click();
    await page.locator(".mail-pictures button").waitFor();
    assert.equal(pictures.asked.length, n);
  });
  test("the answer is a picture, ours to keep for a while, and can do nothing", async () => {
    const answer = await page.evaluate(async (path) => {
      const r = await fetch(path);
      return { status: r.status, ...Object.fromEntries(r.headers) };
    }, `/m/${ref}/picture/1`);
    assert.equal(answer.status, 200);
    assert.equal(answer["content-type"], "image/png"); // by its bytes: the server said text/html
    assert.equal(answer["x-content-type-options"], "nosniff");
    assert.match(answer["content-security-policy"], /sandbox; default-src 'none'/);
    assert.match(answer["cache-control"], /^private/);
    assert.equal(answer["set-cookie"], undefined);
  });
  test("only what stands in that mail can be asked for, by who is signed in", async () => {
    const status = (path) => page.evaluate(async (p) => (await fetch(p)).status, path);
    assert.equal(await status(`/m/${ref}/picture/7`), 404);
    assert.equal(await status(`/m/${ref}/picture/99999`), 404);
    assert.equal(await status(`/m/${ref}/picture/http%3A%2F%2F127.0.0.1`), 404);
    assert.equal(await status("/m/msg_aaaaaaaaaaaaaaaa/picture/0"), 404);
    assert.equal((await fetch(`${kept.url}/m/${ref}/picture/0`)).status, 401);
  });
  test("addresses within are not asked, by whatever way, and what is no picture is not handed on", async () => {
    const h = hidden.url, port = new URL(h).port, u = pictures.url;
    const inner = [`${h}/a.png`, `http://127.2:${port}/b.png`, `http://2130706434:${port}/c.png`, `http://0x7f.0.0.2:${port}/d.png`, `http://[::ffff:127.0.0.2]:${port}/e.png`,
      `${u}/away?${h}/f.png`, `http://169.254.169.254/latest/meta-data/`, `http://[::1]:${port}/g.png`, `http://0.0.0.0:${port}/h.png`, `${u}/away?file:///etc/passwd`,
      `${u}/away?http://169.254.169.254/`, "http://x.localhost:1/"];
    const none = [`${u}/svg`, `${u}/html`];
    await htmlMail("A hostile one", [...inner, ...none, `${u}/good.png`].map((src, i) => `<img id="p${i}" src="${src}">`).join("\n"));
    await frame().locator("#p0").waitFor({ state: "attached" });
    await page.locator(".mail-pictures button").click();
    await until(() => drawn(`#p${inner.length + none.length}`), "the good one is drawn");
    for (let i = 0; i < inner.length + none.length; i++) {
      const status = await page.evaluate(async (p) => (await fetch(p)).status, `/m/${ref}/picture/${i}`);
      assert.equal(status, 404, [...inner, ...none][i]);
    }
    assert.equal(hidden.asked.length, 0);
    assert.deepEqual(reached, []);
  });
  test("without the operator's leave our own machine is not asked at all", async () => {
    const other = await startKept({ clock: "2026-03-16T09:00:00+07:00" });
    try {
      await other.mailIn(mail({ text: `<img src="${pictures.url}/never.png">`, headers: { "Content-Type": "text/html" } }), "support@kept.test");
      await other.settle();
      const agent = await other.agent();
      const list = await agent.page("/inbox/unassigned");
      const conversation = await agent.page(`/c/${/data-ref="(con_[a-z2-7]{16})"/.exec(list)[1]}`);
      const message = /\/m\/(msg_[a-z2-7]{16})\/html/.exec(conversation)[1];
      assert.equal((await agent.get(`/m/${message}/picture/0`)).status, 404);
      assert.ok(!pictures.asked.some((r) => r.url === "/never.png"));
    } finally { await other.stop(); }
  });
});
