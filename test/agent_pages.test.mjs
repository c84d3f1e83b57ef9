// The agents' pages in a real browser: live updates, drafts, keys, input methods, hostile mail.
// check: timeout 180
// check: unsanitized
// check: once: what it asks is the browser
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { mail, password, refsOf, startKept } from "./kept.mjs";

const chromium = ["/usr/bin/chromium", process.env.CHROMIUM].find((path) => path && existsSync(path));
const skip = chromium ? false : "needs chromium";
let kept, browser, lan, minh, api;

const wrong = []; // what any page complained about
async function open(email, options = {}) {
  const context = await browser.newContext({ baseURL: kept.url, viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on("console", (m) => { if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) wrong.push(m.text()); });
  page.on("pageerror", (error) => wrong.push(String(error)));
  await page.goto("/sign-in");
  await page.fill("[name=email]", email);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL(/inbox/), page.press("[name=password]", "Enter")]);
  return page;
}
const list = (page) => page.locator("#list .row");
const row = (page, text) => page.locator("#list .row", { hasText: text });
async function arrives(options) {
  assert.equal(await kept.mailIn(mail(options), "support@kept.test"), 0);
  await kept.settle();
}
const show = async (page, text) => { await row(page, text).locator(".row-who").click(); await page.waitForSelector("#composer-text"); };
const text = (page) => page.inputValue("#composer-text");
const until = async (fn, what) => {
  for (let i = 0; i < 60; i++) { if (await fn()) return; await new Promise((resolve) => setTimeout(resolve, 50)); }
  assert.fail(what);
};

before(async () => {
  if (skip) return;
  const { chromium: driver } = await import("playwright-core");
  kept = await startKept({ clock: "2026-03-16T09:00:00+07:00" });
  api = await kept.agent("lan@kept.test", { name: "Lan" });
  await kept.addUser("minh@kept.test", { name: "Minh" });
  browser = await driver.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  [lan, minh] = [await open("lan@kept.test"), await open("minh@kept.test")];
  await Promise.all([lan.goto("/inbox/unassigned"), minh.goto("/inbox/unassigned")]);
});
after(async () => {
  await browser?.close();
  await kept?.stop();
  assert.deepEqual(wrong, [], "no page complained");
});

describe("live", { skip }, () => {
  test("a mail that arrives is in both lists without reloading", async () => {
    assert.equal(await list(lan).count(), 0);
    await arrives({ from: "Hoa <hoa@customer.test>", subject: "Giao thiếu hàng", text: "Em đặt 3 áo mà chỉ nhận được 2." });
    await Promise.all([lan, minh].map((page) => row(page, "Giao thiếu hàng").waitFor()));
    assert.match(await lan.locator("#views").innerText(), /Unassigned\s+1/);
  });
  test("its next message is in the open conversation, and what one writes is left alone", async () => {
    await show(lan, "Giao thiếu hàng");
    await lan.fill("#composer-text", "Dạ em kiểm tra ngay ạ");
    await arrives({ from: "Hoa <hoa@customer.test>", subject: "Re: Giao thiếu hàng", text: "Có ai không ạ?", headers: { "In-Reply-To": `<story-${process.pid}-1@customer.test>` } });
    await lan.locator(".msg", { hasText: "Có ai không" }).waitFor();
    assert.equal(await text(lan), "Dạ em kiểm tra ngay ạ");
    await lan.locator("#composer-warning", { hasText: "Something changed" }).waitFor();
    await lan.click("#composer-warning >> text=I have read it");
    await until(async () => (await lan.locator("#composer-warning .changed").count()) === 0, "the warning goes");
  });
  test("who else is here, and who types", async () => {
    await show(minh, "Giao thiếu hàng");
    await lan.locator("#presence", { hasText: "Minh also here" }).waitFor();
    await minh.locator("#composer-text").pressSequentially("abc");
    await lan.locator("#presence", { hasText: "Minh writing" }).waitFor();
    await minh.fill("#composer-text", "");
    await lan.locator("#presence", { hasText: "Minh also here" }).waitFor();
    await minh.goto("/inbox/unassigned");
    await until(async () => !(await lan.locator("#presence").innerText()), "Minh has left");
  });
  test("after a lost connection what was missed comes", async () => {
    await minh.context().setOffline(true);
    await arrives({ from: "Nok <nok@customer.test>", subject: "ของยังไม่มา", text: "รอมาสามวันแล้วค่ะ" });
    await minh.context().setOffline(false);
    await row(minh, "ของยังไม่มา").waitFor({ timeout: 8000 });
  });
});

describe("drafts", { skip }, () => {
  test("are kept by themselves and there after a reload", async () => {
    await until(async () => /Draft kept/.test(await lan.innerText("#draft-state")), "the draft is kept");
    await lan.reload();
    assert.equal(await text(lan), "Dạ em kiểm tra ngay ạ");
  });
  test("reply and note have a text each", async () => {
    await lan.click("text=Internal note");
    await until(async () => (await text(lan)) === "" && !(await lan.locator("#composer-text").getAttribute("readonly")), "an empty note");
    await lan.fill("#composer-text", "Kho nói còn 1 áo");
    await lan.click("text=Reply to the customer");
    assert.equal(await text(lan), "Dạ em kiểm tra ngay ạ");
    await lan.click("text=Internal note");
    assert.equal(await text(lan), "Kho nói còn 1 áo");
    await lan.click("text=Save note");
    await lan.locator(".msg-note", { hasText: "Kho nói" }).waitFor();
    await lan.click("text=Reply to the customer");
    await until(async () => (await text(lan)) === "Dạ em kiểm tra ngay ạ", "the reply's draft is still there");
  });
  test("an action of one's own takes nothing away and is no news to the draft", async () => {
    await lan.locator("#composer-text").press("End");
    await lan.locator("#composer-text").pressSequentially(" nhé");
    await lan.click(".actions summary[data-key=a]");
    await lan.click("text=Take it");
    await lan.locator(".actions summary[data-key=a]", { hasText: "Lan" }).waitFor();
    assert.equal(await text(lan), "Dạ em kiểm tra ngay ạ nhé");
    await until(async () => /Draft kept/.test(await lan.innerText("#draft-state")), "and it is kept");
    assert.equal(await lan.locator("#composer-warning .notice").count(), 0);
  });
  test("without the server they wait in the browser", async () => {
    await lan.context().route("**/draft", (route) => route.abort());
    await lan.locator("#composer-text").press("End");
    await lan.locator("#composer-text").pressSequentially(" và báo lại");
    await until(async () => /in this browser/.test(await lan.innerText("#draft-state")), "it says so");
    await lan.context().unroute("**/draft");
    await lan.evaluate(() => document.querySelector("#composer-text").dispatchEvent(new Event("input", { bubbles: true })));
    await until(async () => /Draft kept/.test(await lan.innerText("#draft-state")), "and brings them when it can");
    wrong.length = 0; // the refused requests
  });
});

describe("sending", { skip }, () => {
  test("Ctrl Enter sends; the bar counts; undo brings the text back", async () => {
    await lan.fill("#composer-text", "Dạ còn 1 áo, mai em gửi ạ");
    await lan.press("#composer-text", "Control+Enter");
    await lan.locator(".undo-bar", { hasText: /Goes out in \d+ seconds/ }).waitFor();
    await lan.locator(".msg-out", { hasText: "mai em gửi" }).waitFor();
    assert.equal(await text(lan), "", "no draft comes back");
    await lan.click(".undo-bar >> text=Undo");
    await until(async () => (await text(lan)) === "Dạ còn 1 áo, mai em gửi ạ", "the text is back");
  });
  test("nothing is sent when there is nothing", async () => {
    const before = await lan.locator(".msg").count();
    await lan.fill("#composer-text", "  ");
    await lan.press("#composer-text", "Control+Enter");
    await lan.waitForTimeout(200);
    assert.equal(await lan.locator(".msg").count(), before);
  });
  test("a pasted picture goes with it", async () => {
    await lan.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), (c) => c.charCodeAt(0))], "image.png", { type: "image/png" }));
      document.querySelector("#composer-text").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await lan.locator("#composer-files", { hasText: "Picture 1.png" }).waitFor();
    await lan.fill("#composer-text", "Đây là ảnh áo ạ");
    await lan.press("#composer-text", "Control+Enter");
    await lan.locator(".msg-out", { hasText: "ảnh áo" }).locator("img[alt='Picture 1.png']").waitFor();
  });
});

describe("an agent who has many", { skip }, () => {
  const subjects = ["Áo bị rách", "Sai màu", "Thiếu nút"];
  before(async () => {
    if (skip) return;
    for (const subject of subjects) await arrives({ from: `Tâm <tam@customer.test>`, subject, text: "Giúp em với ạ" });
    await lan.goto("/inbox/open");
  });
  test("her reply is no news to the note that she has begun, which she goes on with where it ended", async () => {
    await show(lan, subjects[0]);
    await lan.keyboard.press("n");
    await until(() => lan.locator("#kind-note").isChecked(), "the note's tab");
    await lan.fill("#composer-text", "Hỏi kho ");
    await lan.locator("#draft-state", { hasText: "Draft kept" }).waitFor();
    await lan.locator("label.composer-tab", { hasText: "Reply" }).click();
    await lan.fill("#composer-text", "Dạ em xin lỗi, em xem ngay ạ.");
    await lan.keyboard.press("Control+Enter");
    await lan.locator(".undo-bar").waitFor();
    assert.equal(await lan.locator("#composer-warning").innerText(), "");
    await lan.locator(".undo-bar button").click();
    await until(() => lan.evaluate(() => document.activeElement.id === "composer-text"), "what is taken back is to be written better");
    await lan.reload();
    await lan.locator("#composer-text").focus();
    await lan.keyboard.type("Xong.");
    assert.match(await text(lan), /(Hỏi kho |xem ngay ạ\.)Xong\.$/);
    await lan.fill("#composer-text", "");
    await lan.locator("#composer-text").blur();
  });
  test("what is wrong with a time or a reference is told beside the conversation, in her language", async () => {
    await kept.addUser("hanh@kept.test", { name: "Hạnh" });
    const vi = await open("hanh@kept.test", { locale: "vi" });
    await vi.goto("/account");
    await vi.selectOption("[name=lang]", "vi");
    await vi.locator("form:has([name=lang]) button").first().click();
    await vi.goto("/inbox/open");
    await show(vi, subjects[1]);
    await vi.fill("#composer-text", "Dạ chờ em chút ạ");
    await vi.locator(".actions summary[data-key=z]").click();
    await vi.locator("details[open] button[value=snoozed]").click();
    await vi.locator("#toasts", { hasText: "Hãy chọn một thời điểm chưa qua." }).waitFor();
    assert.doesNotMatch(await vi.locator("#toasts").innerText(), /Biểu mẫu/, "the reason is enough");
    await vi.locator(".actions summary[data-key=z]").click();
    await vi.locator(".actions details:has(#merge-with) > summary").click();
    await vi.fill("#merge-with", "ZZZZZZ");
    await vi.keyboard.press("Enter");
    await vi.locator("#toasts", { hasText: "Không có hội thoại nào mang mã này." }).waitFor();
    assert.equal(await text(vi), "Dạ chờ em chút ạ");
    await vi.fill("#composer-text", "");
    await vi.context().close();
  });
  test("with the keyboard alone one stays where one was", async () => {
    await lan.goto("/inbox/open");
    await show(lan, subjects[2]);
    await lan.locator(".actions summary[data-key=a]").focus();
    for (const key of ["Enter", "Tab", "Enter"]) await lan.keyboard.press(key);
    await lan.locator(".actions summary[data-key=a]", { hasText: "Lan" }).waitFor();
    await until(() => lan.evaluate(() => document.activeElement.dataset.key === "a"), "the menu that was used has the focus");
  });
  test("several at once: it says how many; those merged are shown, and can be parted again", async () => {
    await lan.goto("/inbox/open");
    for (const subject of subjects.slice(0, 2)) await row(lan, subject).locator(".row-pick input").check({ force: true });
    await lan.locator(".bulk summary", { hasText: "Status" }).click();
    await lan.locator(".bulk button[value=open]").click();
    await lan.locator("#toasts", { hasText: "2 conversations were changed." }).waitFor();
    await arrives({ from: "Bình <binh@customer.test>", subject: "Của người khác", text: "Cho tôi hỏi" });
    await row(lan, "Của người khác").waitFor();
    for (const subject of [subjects[0], "Của người khác"]) await row(lan, subject).locator(".row-pick input").check({ force: true });
    await lan.locator(".bulk details:has([name=merge]) > summary").click();
    await lan.locator(".bulk [name=merge]").click();
    await lan.getByText("These are of different customers, so nothing was merged.").waitFor();
    await lan.goto("/inbox/open");
    for (const subject of subjects.slice(0, 2)) await row(lan, subject).locator(".row-pick input").check({ force: true });
    await lan.locator(".bulk details:has([name=merge]) > summary").click();
    await lan.locator(".bulk [name=merge]").click();
    await lan.locator("#composer-text").waitFor();
    const into = new URL(lan.url()).pathname;
    await lan.locator(".actions details:has(#merge-with) > summary").click();
    await lan.locator(".actions form[action$='/merge/undo'] button").click();
    await until(async () => (await lan.locator(".actions form[action$='/merge/undo']").count()) === 0, "parted");
    const list = await api.page("/inbox/open"), hers = subjects.slice(0, 2).map((subject) => list.slice(0, list.indexOf(subject)).match(/con_[a-z2-7]+/g).at(-1));
    const [other] = hers.filter((ref) => !into.endsWith(ref));
    const short = /class="short-ref"[^>]*data-copy="(\w+)"/.exec(await api.page(`/c/${other}`))[1];
    await lan.locator(".actions details:has(#merge-with) > summary").click();
    await lan.fill("#merge-with", short);
    await lan.keyboard.press("Enter");
    await lan.waitForURL(`**/c/${other}`);
  });
  test("a finding's sentence is written anew with one click, and Ctrl Z brings it back", async () => {
    await lan.goto("/inbox/open");
    await show(lan, subjects[2]);
    const wrong = "Hello. You simply ignored the manual. The part is here.";
    await lan.fill("#composer-text", wrong);
    await lan.locator("[data-rewrite]").click();
    const better = await text(lan);
    assert.match(better, /^Hello\. The house number was missing;.*today\. The part is here\.$/);
    assert.match(await lan.evaluate(() => getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)), /^The house number.*today\.$/);
    await lan.locator('[name=dismiss][value="example"]').waitFor();
    await lan.keyboard.press("Control+z");
    assert.equal(await text(lan), wrong);
    await lan.fill("#composer-text", "");
  });
  test("who writes in a conversation that is merged away is told at once", async () => {
    for (const subject of ["Gộp đi", "Gộp vào"]) await arrives({ from: "Dung <dung@customer.test>", subject, text: "Tôi hỏi" });
    await Promise.all([lan.goto("/inbox/open"), minh.goto("/inbox/open")]);
    const into = await row(minh, "Gộp vào").getAttribute("data-ref"), short = /class="short-ref"[^>]*data-copy="(\w+)"/.exec(await api.page(`/c/${into}`))[1];
    await show(lan, "Gộp đi");
    await lan.fill("#composer-text", "Dạ em đang viết");
    await show(minh, "Gộp đi");
    await minh.locator(".actions details:has(#merge-with) > summary").click();
    await minh.fill("#merge-with", short);
    await minh.keyboard.press("Enter");
    await minh.waitForURL(`**/c/${into}`);
    await lan.locator("#composer-warning", { hasText: "Something changed" }).waitFor();
    await lan.getByText("This conversation was merged into another one.").waitFor();
    assert.equal(await text(lan), "Dạ em đang viết");
    await lan.fill("#composer-text", "");
    await minh.goto("/inbox/open");
  });
  test("before the conversations of two customers become one, it says what will be joined", async () => {
    await arrives({ from: "Chi <chi@customer.test>", subject: "Cùng một người", text: "Tôi hỏi tiếp" });
    await lan.goto("/inbox/open");
    const her = await row(lan, "Của người khác").getAttribute("data-ref"), short = /class="short-ref"[^>]*data-copy="(\w+)"/.exec(await api.page(`/c/${her}`))[1];
    await show(lan, "Cùng một người");
    const here = new URL(lan.url()).pathname, asked = lan.locator("[role=alert]", { hasText: "Bình" });
    const merge = async () => {
      await lan.locator(".actions details:has(#merge-with) > summary").click();
      await lan.fill("#merge-with", short.toLowerCase());
      await lan.keyboard.press("Enter");
      await asked.waitFor();
    };
    await lan.fill("#composer-text", "Dạ em xem ngay");
    await merge();
    assert.match(await asked.innerText(), new RegExp(`Chi[^]*${short}[^]*Bình[^]*Của người khác`));
    assert.equal(await text(lan), "Dạ em xem ngay");
    await asked.locator("a").click();
    await asked.waitFor({ state: "detached" });
    assert.equal(new URL(lan.url()).pathname, here, "nothing was merged");
    await lan.fill("#composer-text", "");
    await merge();
    await asked.locator("button").click();
    await lan.waitForURL(`**/c/${her}`);
    assert.match(await api.page(`/c/${her}`), /Tôi hỏi tiếp/);
  });
});

describe("keys", { skip }, () => {
  test("J and K walk, ? lists, / searches; E does nothing until it is switched on", async () => {
    await lan.goto("/inbox/open");
    await lan.locator("#list .row").first().waitFor();
    await lan.keyboard.press("j");
    await lan.waitForSelector("#conversation");
    const first = await lan.getAttribute("#conversation", "data-ref");
    await lan.keyboard.press("j");
    await until(async () => (await lan.getAttribute("#conversation", "data-ref")) !== first, "J goes on");
    await lan.keyboard.press("k");
    await until(async () => (await lan.getAttribute("#conversation", "data-ref")) === first, "K goes back");
    assert.match(lan.url(), new RegExp(first));
    await lan.keyboard.press("e");
    await lan.waitForTimeout(200);
    assert.equal(await lan.locator("[data-key=e]").count(), 1, "not resolved");
    await lan.keyboard.press("?");
    await lan.waitForSelector("dialog#keys[open]");
    await lan.keyboard.press("Escape");
    await lan.keyboard.press("/");
    assert.equal(await lan.evaluate(() => document.activeElement.id), "search");
    await lan.evaluate(() => { document.activeElement.blur(); document.body.dataset.singleKeys = "on"; });
    await lan.keyboard.press("e");
    await lan.locator(".actions", { hasText: "Reopen" }).waitFor();
    await lan.click('.actions button:text-is("Reopen")');
    await lan.locator('.actions button:text-is("Resolve")').waitFor(); // the pane is new: what follows is written into it
    await lan.waitForTimeout(300); // and what the event of it refreshes is there
  });
  test("R and N open their tab with the caret in it, and write nothing", async () => {
    await lan.evaluate(() => document.activeElement.blur());
    await lan.keyboard.press("n");
    await until(() => lan.evaluate(() => document.activeElement.id === "composer-text" && document.querySelector("#kind-note").checked), "the note");
    await until(() => lan.evaluate(() => !document.querySelector("#composer-text").readOnly), "ready");
    assert.equal(await text(lan), "");
    await lan.evaluate(() => document.activeElement.blur());
    await lan.keyboard.press("r");
    await until(() => lan.evaluate(() => document.activeElement.id === "composer-text" && document.querySelector("#kind-reply").checked), "the reply");
  });
  test("an input method keeps its Enter, and its Ctrl Enter", async () => {
    const before = await lan.locator(".msg").count();
    const cdp = await lan.context().newCDPSession(lan);
    await lan.focus("#composer-text");
    await cdp.send("Input.imeSetComposition", { text: "nihao", selectionStart: 5, selectionEnd: 5 });
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229, modifiers: 2 });
    await cdp.send("Input.insertText", { text: "你好" });
    await lan.waitForTimeout(200);
    assert.equal(await lan.locator(".msg").count(), before, "nothing was sent");
    assert.match(await text(lan), /你好$/);
    await lan.press("#composer-text", "Control+Enter");
    await lan.locator(".msg-out", { hasText: "你好" }).waitFor();
  });
  test("the palette finds without marks and by keyboard alone", async () => {
    await lan.keyboard.press("Control+k");
    await lan.waitForSelector("dialog#palette[open]");
    await lan.keyboard.type("snoozed");
    await lan.keyboard.press("Enter");
    await lan.waitForURL(/inbox\/snoozed/);
    await lan.goBack();
  });
});

describe("promises while writing", { skip }, () => {
  const chips = (page) => page.locator("#word .promise-chip input[name=promise]");
  test("a finished sentence is read at once: no pause is waited for", async () => {
    await arrives({ from: "Mai Anh <maianh@customer.test>", subject: "Hoàn tiền", text: "Khi nào em nhận lại tiền?" });
    await lan.goto("/inbox/unassigned");
    await show(lan, "Hoàn tiền");
    const still = await open("lan@kept.test"); // a context of her own, for the clock is its whole context's
    await still.clock.install();
    await still.goto(lan.url());
    await still.waitForSelector("#composer-text");
    await still.clock.pauseAt(Date.now() + 3600_000); // from here on no timer of the page runs
    await still.locator("#composer-text").pressSequentially("Em sẽ hoàn tiền cho chị trước 17h ngày mai");
    assert.equal(await chips(still).count(), 0);
    await still.locator("#composer-text").pressSequentially(".");
    await chips(still).first().waitFor();
    await still.context().close();
  });
  test("what is sent while it is still read leaves no draft behind", async () => {
    await lan.context().route("**/check", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue().catch(() => {}); // it was called off
    });
    const sent = lan.waitForResponse((answer) => /\/reply$/.test(answer.url()));
    await lan.fill("#composer-text", "Em hoàn tiền cho chị rồi ạ.");
    await lan.context().route("**/reply", async (route) => { // it is sent at once; that it was is known later than a draft waits
      const answer = await route.fetch({ maxRedirects: 0 });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await route.fulfill({ response: answer });
    });
    await lan.press("#composer-text", "Control+Enter");
    await sent;
    await until(async () => (await text(lan)) === "", "the composer is empty");
    await lan.context().unrouteAll({ behavior: "wait" });
    await kept.settle();
    await lan.reload();
    await lan.waitForSelector("#composer-text");
    assert.equal(await text(lan), "");
  });
  test("what was taken out stays out, after a reload and after undo", async () => {
    await lan.fill("#composer-text", "Em sẽ hoàn tiền cho chị trước 17h ngày mai.");
    await chips(lan).first().uncheck();
    await lan.waitForResponse((answer) => /\/draft$/.test(answer.url()) && !/promise=0/.test(answer.request().postData() ?? "promise=0"));
    await lan.reload();
    await lan.waitForSelector("#composer-text");
    assert.equal(await chips(lan).first().isChecked(), false);
    await lan.press("#composer-text", "Control+Enter");
    await lan.click(".undo-bar >> text=Undo");
    await until(async () => /17h/.test(await text(lan)), "the text is back");
    assert.equal(await chips(lan).first().isChecked(), false);
    await lan.fill("#composer-text", "");
  });
});

describe("hostile mail", { skip }, () => {
  test("is shown in its frame; nothing of it runs, loads or is sent", async () => {
    const asked = [];
    lan.context().on("request", (request) => { if (!request.url().startsWith(kept.url)) asked.push(request.url()); });
    const html = `<html><head><style>p{color:rgb(1,2,3)}</style><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/"></head>
      <body onload="top.hacked=1"><p>Kính chào</p><img src="https://evil.example/pixel.gif"><img src="cid:logo@x" alt="logo"><img src=x onerror="top.hacked=1">
      <script>top.hacked=1</script><svg onload="top.hacked=1"></svg><form action="https://evil.example/"><input name=password><button>Go</button></form>
      <iframe src="https://evil.example/"></iframe><a href="javascript:top.hacked=1">bad</a><a href="https://shop.example/">good</a>
      <div style="background:url(https://evil.example/bg.png);position:fixed">x</div><a href="/sign-out">ours</a><table width=300 bgcolor=red><tr><td>y</td></tr></table></body></html>`;
    const raw = [`From: Mallory <mal@customer.test>`, "To: support@kept.test", "Subject: Khuyen mai", "Message-ID: <hostile@customer.test>", "MIME-Version: 1.0",
      'Content-Type: multipart/related; boundary="b"', "", "--b", "Content-Type: text/html; charset=utf-8", "", html, "--b", "Content-Type: image/png", "Content-ID: <logo@x>", "Content-Transfer-Encoding: base64", 'Content-Disposition: inline; filename="logo.png"', "",
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "--b--", ""].join("\r\n");
    assert.equal(await kept.mailIn(raw, "support@kept.test"), 0);
    await kept.settle();
    await lan.goto("/inbox/unassigned");
    await show(lan, "Khuyen mai");
    const complaints = wrong.length;
    await lan.click("text=Show the original");
    const frame = await (await lan.waitForSelector("iframe.mail-frame")).contentFrame();
    await frame.waitForSelector("text=Kính chào");
    assert.equal(await frame.evaluate(() => getComputedStyle(document.querySelector("p")).color), "rgb(1, 2, 3)", "its own style counts");
    await until(() => frame.evaluate(() => document.querySelector("img[alt=logo]").naturalWidth === 1), "its own picture is there");
    assert.equal(await frame.locator("form, input, button, script, iframe, svg, base, meta[http-equiv]").count(), 0);
    assert.equal(await frame.locator("a[href^='javascript']").count(), 0);
    assert.equal(await frame.getAttribute("text=good", "rel"), "noopener noreferrer nofollow");
    await lan.locator(".mail-place", { hasText: "2 pictures of other servers" }).waitFor();
    await lan.waitForTimeout(300);
    assert.equal(await lan.evaluate(() => window.hacked), undefined);
    assert.deepEqual(asked, []);
    assert.equal(await frame.evaluate(() => getComputedStyle(document.querySelector("div")).position), "fixed", "its inline style counts");
    assert.equal(await frame.getAttribute("table", "width"), "300");
    assert.equal(await frame.locator("a[href^='/']").count(), 0, "no address of ours");
    // What the frame itself refused while the mail was parsed in it: the second fence.
    assert.deepEqual(wrong.splice(complaints).filter((line) => !/mail-frame' because the document's frame is sandboxed|"base-uri 'none'"/.test(line)), []);
    await lan.click("text=Hide the original");
    assert.equal(await lan.locator("iframe").count(), 0);
  });
});

test("all of it works as plain forms without JavaScript", { skip }, async () => {
  const page = await open("minh@kept.test", { javaScriptEnabled: false });
  await page.goto("/inbox/open");
  await row(page, "ของยังไม่มา").locator(".row-who").click();
  await page.fill("#composer-text", "ขออภัยค่ะ พรุ่งนี้ถึงแน่นอนค่ะ");
  await page.click("text=Send reply");
  await page.locator(".msg-out", { hasText: "พรุ่งนี้ถึงแน่นอน" }).waitFor();
  await page.click(".undo-bar >> text=Undo");
  assert.match(await page.inputValue("#composer-text"), /พรุ่งนี้/);
  await page.context().close();
});

describe("a list of more than one page", { skip }, () => {
  const MANY = 60;
  test("J goes on where the first page ends; coming back and loading anew find the list as far as it was", async () => {
    await Promise.all(Array.from({ length: MANY }, async (_, i) => assert.equal(await kept.mailIn(mail({ from: `many${i}@customer.test`, subject: `Many ${i}`, text: "Hello" }), "support@kept.test"), 0)));
    await kept.settle();
    const page = await open("lan@kept.test"), ref = () => page.getAttribute("#conversation", "data-ref");
    await page.goto("/inbox/unassigned");
    await until(async () => (await list(page).count()) === 50, "the first page");
    const last = await list(page).last().getAttribute("data-ref");
    await list(page).last().locator(".row-who").click();
    await until(async () => (await ref()) === last, "the last of the first page is open");
    await page.keyboard.press("j");
    await until(async () => (await list(page).count()) > 50 && (await ref()) !== last, "J brought the next page");
    const next = await ref(), all = await list(page).count();
    assert.equal(next, await list(page).nth(50).getAttribute("data-ref"));
    await page.keyboard.press("j");
    await until(async () => (await ref()) !== next, "J goes on there");
    const further = await ref();
    await page.goBack();
    await until(async () => (await ref()) === next && (await list(page).count()) === all, "back, and the list is as it was");
    await page.reload();
    await page.locator(`#list .row-current[data-ref="${next}"]`).waitFor();
    await page.keyboard.press("j");
    await until(async () => (await ref()) === further, "and J goes on from there");
    await page.keyboard.press("k");
    await until(async () => (await ref()) === next, "K goes back");
    await page.keyboard.press("k");
    await until(async () => (await ref()) === last, "K back into the first page");
    await page.context().close();
  });
  test("another tab, and a conversation of another list, load nothing further", async () => {
    const page = await open("lan@kept.test");
    await page.goto("/inbox/unassigned");
    await page.locator("[data-older]").click();
    await until(async () => (await list(page).count()) > 50, "Older");
    const fresh = await page.context().newPage();
    await fresh.goto("/inbox/unassigned");
    await list(fresh).first().waitFor();
    assert.equal(await list(fresh).count(), 50);
    await page.context().close();
  });
});
