// Hostile mail in a real browser: each of hostile_mail.mjs is taken in as mail, opened by an agent and shown as its sender
// made it. Nothing of it runs, nothing loads from anywhere but its own attachments, nothing leaves its frame.
// check: timeout 280
// check: unsanitized
// check: once: what it asks is the browser
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { password, startKept } from './kept.mjs';
import { hostileMail, notShown, vectors } from './hostile_mail.mjs';

const chromium = ['/usr/bin/chromium', process.env.CHROMIUM].find((path) => path && existsSync(path));
const skip = chromium ? false : 'needs chromium';
const SHOWN_MS = 20_000; // the largest of them too
let kept, browser, page, canary;
const refs = {}, asked = [], dialogs = [];

before(async () => {
  if (skip) return;
  canary = createServer((request, answer) => { asked.push(`the canary: ${request.url}`); answer.end(); });
  await new Promise((resolve) => canary.listen(0, '127.0.0.1', resolve));
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  await kept.addUser('lan@kept.test', { role: 'admin' });
  const address = `http://127.0.0.1:${canary.address().port}`;
  for (const name of Object.keys(vectors)) assert.equal(await kept.mailIn(hostileMail(name, { canary: address }), 'support@kept.test'), 0, name);
  await kept.settle();
  const bearer = await kept.token('lan@kept.test', 'read');
  for (let next = '/api/v1/conversations?limit=100'; next;) {
    const { data, links } = await (await fetch(new URL(next, kept.url), { headers: { authorization: `Bearer ${bearer}` } })).json();
    for (const one of data) refs[one.subject] = one.ref ?? one.id;
    next = links.next;
  }
  const { chromium: driver } = await import('playwright-core');
  browser = await driver.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  const context = await browser.newContext({ baseURL: kept.url, viewport: { width: 1440, height: 900 } });
  context.on('request', (request) => {
    const url = request.url(), path = url.slice(kept.url.length);
    const ofMail = request.frame()?.parentFrame() && !/^\/(mail-frame|f\/att_[a-z2-7]{16})$/.test(path);
    if (!url.startsWith('data:') && (!url.startsWith(kept.url) || ofMail)) asked.push(url);
  });
  context.on('page', (one) => { if (page) asked.push(`a window: ${one.url()}`); });
  page = await context.newPage();
  page.setDefaultTimeout(SHOWN_MS);
  page.on('dialog', (dialog) => { dialogs.push(dialog.message()); return dialog.dismiss(); });
  await page.goto('/sign-in');
  await page.fill('[name=email]', 'lan@kept.test');
  await page.fill('[name=password]', password);
  await Promise.all([page.waitForURL(/inbox/), page.press('[name=password]', 'Enter')]);
});
after(async () => {
  await browser?.close();
  await kept?.stop();
  canary?.close();
});

// What is in the frame besides what a mail may hold: read in the page, which the frame's document belongs to.
function wrongIn(frame) {
  const found = [];
  for (const node of frame.contentDocument.querySelectorAll('*')) {
    if (/^(script|iframe|frame|frameset|object|embed|applet|base|link|meta|form|input|button|select|textarea|svg|math|template|noscript|video|audio|source|portal)$/.test(node.localName)
      && !(node.localName === 'meta' && node.hasAttribute('charset'))) found.push(`<${node.localName}>`);
    for (const { name, value } of node.attributes) {
      if (/^on|^(srcdoc|srcset|ping|popover|formaction|autofocus|is|slot|attributionsrc|background|poster)$/i.test(name)) found.push(`${name}=${value.slice(0, 40)}`);
      if (/^(href|src|action|xlink:href)$/i.test(name) && !/^(https?:|mailto:|tel:|#|\/f\/att_|data:image\/)/i.test(value.trim())) found.push(`${name}=${value.slice(0, 40)}`);
    }
    if (node.localName === 'a' && node.hasAttribute('href') && (node.target !== '_blank' || !/noopener/.test(node.rel))) found.push('a link that keeps its opener');
    if (node.shadowRoot) found.push('a shadow root');
  }
  return found;
}

// Its own event handlers get what they wait for.
async function poke(box) {
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.wheel(0, 50);
}

describe('hostile mail', { skip }, () => {
  for (const name of Object.keys(vectors))
    test(name, async () => {
      asked.length = dialogs.length = 0;
      assert.ok(refs[name], 'it became a conversation of its own');
      await page.goto(`/c/${refs[name]}`);
      const address = page.url();
      await page.click('text=Show the original');
      if (notShown.includes(name)) {
        await page.waitForSelector('text=would keep your browser busy');
        assert.equal(await page.locator('iframe').count(), 0);
        return;
      }
      const element = await page.waitForSelector('iframe.mail-frame');
      await page.waitForFunction((frame) => frame.contentDocument?.body?.textContent.includes('Readable line'), element);
      await poke(await element.boundingBox());
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30))));
      assert.deepEqual(await element.evaluate(wrongIn), []);
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined, 'it ran');
      assert.deepEqual([dialogs, asked], [[], []], 'it spoke, or asked');
      assert.equal(page.url(), address, 'it went elsewhere');
      assert.match(await element.evaluate((frame) => frame.contentWindow.location.pathname), /^\/mail-frame$/);
      assert.equal(await page.locator('#composer-text').isVisible(), true, 'the page works');
    });

  test('twins: a script of the page, and a picture that is asked for, would be seen', async () => {
    asked.length = 0;
    await page.evaluate((port) => { globalThis.hacked = 1; new Image().src = `http://127.0.0.1:${port}/twin`; }, canary.address().port);
    assert.equal(await page.evaluate(() => globalThis.hacked), 1);
    await page.waitForTimeout(100);
    assert.ok(asked.length, 'also what the policy of the page stops before it leaves');
    const direct = await fetch(`http://127.0.0.1:${canary.address().port}/direct`);
    await direct.arrayBuffer();
    assert.ok(asked.includes('the canary: /direct'));
  });
});
