// The chat widget in a browser, on a page of somebody else's: what a customer does with keys, a finger and an input method,
// and what the page may forbid. KEPT_SHOTS=FOLDER keeps pictures.
// check: once: what it asks is the browser
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { refsOf, root, startKept, textOf } from './kept.mjs';
import { chatInbox, website } from './widget.mjs';

let kept, agent, site, browser, inbox;
before(async () => {
  kept = await startKept();
  agent = await kept.agent('mai@kept.test', { name: 'Mai Anh' });
  site = await website();
  site.kept = kept.url;
  inbox = await chatInbox(kept, [site.origin]);
  site.inbox = inbox.ref;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  site?.stop();
  await kept?.stop();
});

// A fresh browser on the page. What the page's policy stopped, and every error, fails the test by `page.faults`.
async function open({ lang = 'en', more = '', csp = '', url = '/', live = true, ...options } = {}) {
  Object.assign(site, { lang, more, csp, live });
  const context = await browser.newContext({ viewport: { width: 1000, height: 760 }, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => { if (message.type() === 'error') page.faults.push(message.text()); });
  page.on('pageerror', (error) => page.faults.push(String(error)));
  await page.goto(site.origin + url);
  await page.waitForLoadState('load');
  await page.locator('#kept-chat .launcher').waitFor();
  page.chat = page.locator('#kept-chat .panel');
  return page;
}
const launcher = (page) => page.locator('#kept-chat .launcher');
const box = (page) => page.chat.locator('textarea');
const newest = async () => refsOf(await agent.page('/inbox/open'))[0];
const answer = async (text) => assert.equal((await agent.submit(`/c/${await newest()}/reply`, { kind: 'reply', text, then: 'keep', anyway: 1 })).status, 303);
const focused = (page) => page.evaluate(() => {
  const inside = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
  return inside.getAttribute('aria-label') ?? (inside.id || inside.tagName);
});
const shot = async (page, name) => process.env.KEPT_SHOTS && page.screenshot({ path: join(process.env.KEPT_SHOTS, `${name}.png`) });
async function axe(page, what) {
  const source = await readFile(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => axe.run('#kept-chat', { resultTypes: ['violations'] }));
  assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`), [], what);
}

test('script, styles and sentences weigh at most 20 kB', async () => {
  const script = Buffer.from(await (await fetch(`${kept.url}/widget.js`)).arrayBuffer());
  const packed = await fetch(`${kept.url}/widget.js`, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.ok(gzipSync(script).length <= 20_000, `${gzipSync(script).length} bytes`);
});

test('a visitor writes, an agent answers, the answer appears and is seen', async () => {
  const page = await open();
  const requests = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), [], 'nothing is kept before she writes');
  const took = await page.evaluate(async () => {
    const from = performance.now();
    document.querySelector('#kept-chat').shadowRoot.querySelector('.launcher').click();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - from;
  });
  assert.ok(took < 100, `opens in ${took} ms`);
  await page.chat.getByRole('heading', { name: 'Talk to a person' }).waitFor();
  await page.chat.getByText('We cannot say yet how long that takes.').waitFor();
  assert.equal(await focused(page), 'text');
  await shot(page, 'first');
  await page.keyboard.type('Where is my parcel?');
  await page.keyboard.press('Enter');
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  assert.match(textOf(await agent.page(`/c/${await newest()}`)), /Where is my parcel\?/);
  const ref = /id="m-(msg_[a-z2-7]+)"/.exec(await agent.page(`/c/${await newest()}`))[1];
  await agent.submit(`/c/${await newest()}/seen`, { message: ref });
  await page.chat.locator('.mine .state', { hasText: 'Seen' }).waitFor();
  await answer('It comes **tomorrow**. [Track it](https://example.com/t?a=1&b=2) <img src=x onerror=alert(1)>');
  const ours = page.chat.locator('.message.ours');
  await ours.waitFor();
  assert.match(await ours.innerText(), /Mai Anh\s+Person/);
  assert.equal(await ours.locator('strong', { hasText: 'tomorrow' }).count(), 1);
  assert.equal(await ours.getByRole('link').getAttribute('href'), 'https://example.com/t?a=1&b=2');
  assert.equal(await ours.locator('img').count(), 0);
  await assert.doesNotReject(async () => {
    for (let i = 0; i < 100 && !/Seen/.test(textOf(await agent.page(`/c/${await newest()}`))); i++) await page.waitForTimeout(100);
    assert.match(textOf(await agent.page(`/c/${await newest()}`)), /Seen/);
  });
  await shot(page, 'talk');
  await axe(page, 'open, with messages');
  // It is still there after the page is loaded again, and not twice.
  await page.reload();
  await page.chat.waitFor();
  await page.chat.getByText('Where is my parcel?').waitFor();
  await page.chat.locator('.message.ours').waitFor();
  assert.equal(await page.chat.locator('.message').count(), 2);
  assert.deepEqual(page.faults, []);
  assert.ok(requests.every((path) => /^\/(widget|$|page)/.test(path)), requests.join());
  await page.context().close();
});

test('the server tells of an answer at once, and a page that forbids WebSocket gets it too', async () => {
  for (const live of [true, false]) {
    const page = await open({ live });
    const sockets = [];
    page.on('websocket', (socket) => sockets.push(socket));
    await launcher(page).click();
    await box(page).fill('Are you there?');
    await page.keyboard.press('Enter');
    await page.chat.getByText('Sent', { exact: true }).waitFor();
    if (live) {
      for (let i = 0; i < 100 && !sockets.length; i++) await page.waitForTimeout(50);
      assert.equal(sockets.length, 1);
      assert.doesNotMatch(sockets[0].url(), new RegExp(await page.evaluate(() => JSON.parse(Object.values(localStorage)[0]).token)), 'no token in an address');
      await Promise.all([sockets[0].waitForEvent('framereceived', (frame) => /message\.sent/.test(frame.payload)), answer('Yes, here')]);
    } else {
      await answer('Yes, here');
    }
    await page.chat.locator('.message.ours', { hasText: 'Yes, here' }).waitFor({ timeout: 6000 });
    await page.context().close();
  }
});

test('an answer while it is closed is counted on the button', async () => {
  const page = await open();
  await launcher(page).click();
  await box(page).fill('One question');
  await page.keyboard.press('Enter');
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await answer('One answer');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByRole('button', { name: 'Chat with us. New messages: 1' }).waitFor();
  await page.getByRole('button', { name: 'Chat with us. New messages: 1' }).click();
  await page.chat.getByText('One answer').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Chat with us', exact: true }).waitFor();
  await page.context().close();
});

test('everything is done with the keyboard alone', async () => {
  const page = await open();
  await page.locator('#size').focus();
  for (let i = 0; i < 5 && await focused(page) !== 'Chat with us'; i++) await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Chat with us');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'text');
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  await page.chat.locator('.mine', { hasText: 'First line' }).waitFor();
  assert.match(await page.chat.locator('.mine .prose').innerText(), /First line\nsecond line/);
  await page.chat.getByLabel('If you leave, the answer comes by e-mail').waitFor();
  await axe(page, 'with the question for an address');
  await shot(page, 'ask');
  const seen = new Set();
  for (let i = 0; i < 14; i++) { await page.keyboard.press('Shift+Tab'); seen.add(await focused(page)); }
  for (const stop of ['Attach a file', 'email', 'Conversation', 'Close the chat', 'Move to the left']) assert.ok(seen.has(stop), `${stop} in ${[...seen].join()}`);
  await page.chat.getByLabel('If you leave, the answer comes by e-mail').focus();
  await page.keyboard.type('lan');
  await page.keyboard.press('Enter');
  await page.chat.getByText('Write the address like name@example.com.').waitFor();
  assert.equal(await focused(page), 'email');
  await page.keyboard.type('@customer.test');
  await page.keyboard.press('Enter');
  await page.chat.getByText('When you are away, answers go to lan@customer.test.').waitFor();
  assert.equal(await focused(page), 'text');
  await page.keyboard.press('Escape');
  assert.equal(await page.chat.isVisible(), false);
  assert.equal(await focused(page), 'Chat with us', 'focus goes back to where it came from');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the Enter that ends a composition does not send', async () => {
  const page = await open({ lang: 'vi' });
  await launcher(page).click();
  await box(page).focus();
  const input = await page.context().newCDPSession(page);
  // As an input method does it: a preview that changes, an Enter that takes it, the text.
  const mine = () => page.chat.locator('.mine').count();
  for (const [typed, text] of [[['n', 'ni', 'nih', 'niha'], '你好'], [['to', 'tô', 'tôi'], 'tôi'], [['ส', 'สว', 'สวั'], 'สวัสดี']]) {
    for (const preview of typed) await input.send('Input.imeSetComposition', { text: preview, selectionStart: preview.length, selectionEnd: preview.length });
    await input.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
    await input.send('Input.insertText', { text });
    await input.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  }
  // Safari: the key comes after compositionend, as 229 and without isComposing.
  await box(page).evaluate((area) => {
    area.dispatchEvent(new CompositionEvent('compositionend', { data: 'x' }));
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }));
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 13, bubbles: true }));
  });
  assert.equal(await mine(), 0);
  assert.equal(await box(page).inputValue(), '你好tôiสวัสดี');
  await page.waitForTimeout(80);
  await page.keyboard.press('Enter');
  await page.chat.locator('.mine', { hasText: '你好tôiสวัสดี' }).waitFor();
  await page.context().close();
});

test('on a phone it is the whole screen, and Tab stays in it', async () => {
  const page = await open({ viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true, lang: 'th', reducedMotion: 'reduce' });
  await launcher(page).tap();
  const rect = await page.chat.boundingBox();
  assert.deepEqual([rect.x, rect.y, rect.width], [0, 0, 390]);
  assert.ok(Math.abs(rect.height - 760) <= 1);
  assert.equal(await page.chat.getAttribute('aria-modal'), 'true');
  await page.chat.getByRole('heading', { name: 'คุยกับเจ้าหน้าที่' }).waitFor();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'kept-chat');
  }
  for (const button of await page.chat.locator('button:visible').all()) assert.ok((await button.boundingBox()).height >= 44);
  await axe(page, 'phone');
  await shot(page, 'phone-th');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390);
  await page.context().close();
});

test('it stands clear of what the page has fixed there, and goes where the visitor puts it', async () => {
  const banner = await open({ more: '<div class="banner">We use cookies. <button>Accept all</button></div>' });
  const rect = await launcher(banner).boundingBox();
  assert.ok(rect.y + rect.height <= 760 - 90, 'above the banner');
  await banner.context().close();
  const shop = await open({ more: '<button class="pay">Pay now</button>' });
  const pay = await shop.locator('.pay').boundingBox(), at = await launcher(shop).boundingBox();
  assert.ok(at.y + at.height <= pay.y || at.x >= pay.x + pay.width || at.x + at.width <= pay.x, 'not over "Pay now"');
  await shop.context().close();
  const page = await open();
  assert.ok((await launcher(page).boundingBox()).x > 900);
  await launcher(page).click();
  await page.getByRole('button', { name: 'Move to the left' }).click();
  assert.equal(await focused(page), 'Move to the right');
  assert.ok((await page.chat.boundingBox()).x < 30);
  await page.reload();
  await launcher(page).waitFor();
  assert.ok((await launcher(page).boundingBox()).x < 30, 'remembered');
  await page.context().close();
});

test('what is written without a connection is kept and goes out later, once', async () => {
  const page = await open({ viewport: { width: 390, height: 460 } });
  await launcher(page).click();
  await page.chat.getByText('We cannot say yet').waitFor();
  await box(page).fill('A long story. '.repeat(20));
  await page.keyboard.press('Enter');
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  await page.context().setOffline(true);
  await box(page).fill('Written in a tunnel');
  await page.keyboard.press('Enter');
  await page.chat.getByText('No connection. What you wrote is kept here').waitFor();
  await page.chat.getByText('Sending…').waitFor();
  await shot(page, 'offline');
  const [below, end] = [page.chat.getByText('Sending…'), page.chat.getByText('No connection. What you wrote is kept here')];
  const [what, notice] = [await below.boundingBox(), await end.boundingBox()];
  assert.ok(what.y + what.height <= notice.y + 1, 'what is kept is in sight above the notice');
  await page.context().setOffline(false);
  await page.reload();
  await launcher(page).click();
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  const conversation = textOf(await agent.page(`/c/${await newest()}`));
  assert.equal(conversation.split('Written in a tunnel').length - 1 > 0, true);
  assert.equal(await page.chat.getByText('Written in a tunnel').count(), 1);
  await page.context().close();
});

test('what is not sent yet goes along to the next page, and is not there for another user', async () => {
  const page = await open();
  const identify = (sub, name) => page.evaluate((jwt) => window.kept('identify', () => Promise.resolve(jwt)), inbox.proof(kept, { sub, name }));
  await identify('third', 'Third User');
  await launcher(page).click();
  await box(page).fill('First this');
  await page.keyboard.press('Enter');
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  await box(page).fill('and my order number is');
  await page.reload();
  await page.chat.waitFor();
  assert.equal(await box(page).inputValue(), 'and my order number is');
  await box(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.type(' 4711');
  await page.keyboard.press('Enter');
  await page.chat.locator('.mine', { hasText: 'and my order number is 4711' }).getByText('Sent', { exact: true }).waitFor();
  await page.reload();
  await page.chat.waitFor();
  assert.equal(await box(page).inputValue(), '', 'what was sent does not come back');
  await box(page).fill('Nobody else reads this');
  await page.reload();
  await page.chat.waitFor();
  await identify('fourth', 'Fourth User');
  await page.waitForFunction(() => document.querySelector('#kept-chat').shadowRoot.querySelector('textarea').value === '');
  await page.context().close();
});

test('an open chat stays open on the next page, and takes no focus there; one that was closed, not written in or covers the page does not', async () => {
  const page = await open(), again = async () => { await page.reload(); await page.locator('#kept-chat .panel').waitFor({ state: 'attached' }); };
  await launcher(page).click();
  await again();
  assert.equal(await page.chat.isVisible(), false, 'nothing is kept before she writes');
  await launcher(page).click();
  await box(page).fill('Which size is it?');
  await page.keyboard.press('Enter');
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  await again();
  await page.chat.getByText('Which size is it?').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
  await page.chat.getByRole('button', { name: 'Close the chat' }).click();
  await again();
  await launcher(page).waitFor();
  assert.equal(await page.chat.isVisible(), false);
  await launcher(page).click();
  await page.setViewportSize({ width: 390, height: 760 });
  await again();
  await launcher(page).waitFor();
  assert.equal(await page.chat.isVisible(), false, 'on a phone she sees the page that she went to');
  await page.evaluate(() => window.kept('shutdown'));
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
  await page.context().close();
});

test('how the page spaces and cases its own words is not how ours look', async () => {
  const page = await open({ more: '<style>* { letter-spacing: 3px; text-transform: uppercase; text-align: center }</style>' });
  await launcher(page).click();
  assert.deepEqual(await page.chat.locator('h3').evaluate((title) => { const { letterSpacing, textTransform, textAlign } = getComputedStyle(title); return [letterSpacing, textTransform, textAlign]; }), ['normal', 'none', 'start']);
  await page.context().close();
});

test('the page’s own button, identify and shutdown', async () => {
  const page = await open();
  await page.evaluate(() => window.kept('open'));
  assert.equal(await page.chat.isVisible(), true);
  await page.evaluate(() => window.kept('identify', 'forged.token.here'));
  await box(page).fill('I am the director');
  const warned = page.waitForEvent('console', (message) => /proof/.test(message.text()));
  await page.keyboard.press('Enter');
  await warned;
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  assert.match(textOf(await agent.page(`/c/${await newest()}`)), /Visitor [A-Z2-9]{4}/, 'a person still hears her, as somebody unknown');
  await page.evaluate(() => window.kept('shutdown'));
  assert.equal(await page.locator('#kept-chat').count(), 0);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  await page.context().close();
});

test('another user of the same browser sees nothing of the one before, and loses nothing of hers', async () => {
  const page = await open();
  const identify = (sub, name) => page.evaluate((jwt) => window.kept('identify', () => Promise.resolve(jwt)), inbox.proof(kept, { sub, name }));
  await identify('first', 'First User');
  await launcher(page).click();
  await box(page).fill('Words of the first');
  await page.keyboard.press('Enter');
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  assert.match(textOf(await agent.page(`/c/${await newest()}`)), /First User/);
  await page.reload();
  await identify('second', 'Second User');
  await page.chat.waitFor();
  await box(page).fill('Words of the second');
  await page.keyboard.press('Enter');
  await page.chat.locator('.mine', { hasText: 'Words of the second' }).getByText('Sent', { exact: true }).waitFor();
  assert.equal(await page.chat.getByText('Words of the first').count(), 0);
  assert.match(textOf(await agent.page(`/c/${await newest()}`)), /Second User.*Words of the second/);
  await page.context().close();
});

test('under Trusted Types an answer is plain text, and nothing breaks', async () => {
  const page = await open({ csp: "require-trusted-types-for 'script'; trusted-types 'none'" });
  await launcher(page).click();
  await box(page).fill('Strict page');
  await page.keyboard.press('Enter');
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  await answer('A **plain** answer');
  await page.chat.locator('.message.ours', { hasText: 'A **plain** answer' }).waitFor();
  await page.context().close();
});

test('a file goes with a message', async () => {
  const page = await open();
  await launcher(page).click();
  const bytes = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await page.chat.locator('input[type=file]').setInputFiles([{ name: 'shoe.png', mimeType: 'image/png', buffer: bytes }]);
  await page.getByRole('button', { name: 'Remove shoe.png' }).waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.chat.getByText('Sent', { exact: true }).waitFor();
  assert.match(await agent.page(`/c/${await newest()}`), /shoe\.png/);
  await page.reload();
  await page.chat.waitFor();
  await page.chat.getByRole('link', { name: /shoe\.png/ }).waitFor();
  await page.context().close();
});

test('where the page names no language the browser does', async () => {
  for (const [lang, locale, heading] of [['', 'th-TH', 'คุยกับเจ้าหน้าที่'], ['vi', 'th-TH', 'Nói chuyện với nhân viên'], ['', 'fr-FR', 'Talk to a person']]) {
    const page = await open({ lang, locale });
    await launcher(page).click();
    await page.chat.getByRole('heading', { name: heading }).waitFor();
    await page.context().close();
  }
});

test('five languages, light and dark, are readable and complete', async () => {
  for (const [lang, heading] of [['en', 'Talk to a person'], ['vi', 'Nói chuyện với nhân viên'], ['zh-CN', '与人工客服交谈'],
    ['zh-TW', '與真人客服交談'], ['th-TH', 'คุยกับเจ้าหน้าที่']]) {
    const page = await open({ lang, colorScheme: lang === 'vi' || lang === 'zh-TW' ? 'dark' : 'light' });
    await launcher(page).click();
    await page.chat.getByRole('heading', { name: heading }).waitFor();
    await box(page).fill('ปฏิบัติการ กี่ ที่ ฟ้า · Ệ Ữ Ở ậ · 你好');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => { const kept = JSON.parse(localStorage[Object.keys(localStorage)[0]] ?? '{}'); return kept.token && !kept.outbox.length; });
    await answer('Dạ em kiểm tra ngay ạ. ค่ะ กำลังตรวจสอบให้นะคะ 好的，马上为您查询。');
    await page.chat.locator('.message.ours').waitFor();
    await axe(page, lang);
    await shot(page, `lang-${lang}`);
    if (lang !== 'en') assert.doesNotMatch(await page.chat.innerText(), /Talk to|Write|Sent|answers|Person/);
    await page.context().close();
  }
});
