// What a customer does on our pages, in a real browser: its headers decide whether a form arrives. And how an agent who
// was invited gets in.
// check: timeout 300
// check: unsanitized
// check: once: what it asks is the browser
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { refsOf, startKept } from './kept.mjs';

const chromium = ['/usr/bin/chromium', process.env.CHROMIUM].find((path) => path && existsSync(path));
const skip = chromium ? false : 'needs chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let kept, admin, browser;

before(async () => {
  if (skip) return;
  const { chromium: driver } = await import('playwright-core');
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  admin = await kept.agent('boss@kept.test', { name: 'Linh' });
  browser = await driver.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
});
after(async () => { await browser?.close(); await kept?.stop(); });

async function open(path, { lang = 'en-GB', scheme = 'light', width = 390 } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 844 }, locale: lang, colorScheme: scheme });
  const page = await context.newPage();
  await page.goto(`${kept.url}${path}`);
  return page;
}
async function clean(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((only) => globalThis.axe.run({ runOnly: only }), rules);
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 200)}`), [], what);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${what} is ${wide} px wider than the screen`);
}

describe('in Chromium', { skip }, () => {
  test('she writes with a file, follows her case, answers, and says that it is solved', async () => {
    const page = await open('/contact');
    await page.fill('#email', 'mai@customer.test');
    await page.fill('#message', 'The lid is broken');
    await page.setInputFiles('#files', [{ name: 'lid.txt', mimeType: 'text/plain', buffer: Buffer.from('a broken lid') }]);
    await kept.advance(5000);
    await page.getByRole('button', { name: 'Send message' }).click();
    await page.getByRole('link', { name: 'Follow it here' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /lid\.txt/ }).click()]);
    assert.equal(readFileSync(await download.path(), 'utf8'), 'a broken lid');
    await page.fill('#text', 'And the handle too');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('We have your answer').waitFor();

    const ref = refsOf(await admin.page('/inbox/unassigned'))[0];
    assert.equal((await admin.submit(`/c/${ref}/refund-to`, { do: 'ask' })).status, 303);
    await page.reload();
    await page.fill('#number', '12');
    await page.fill('#bank', 'Vietcombank');
    await page.fill('#holder', 'MAI');
    await page.getByRole('button', { name: 'Keep it sealed' }).click();
    assert.match(await page.locator('#number-error').innerText(), /a digit is missing/);
    await clean(page, 'the case');
    await page.fill('#number', '0071 0007 81234');
    await page.getByRole('button', { name: 'Keep it sealed' }).click();
    await page.getByText('We have it: Vietcombank · •••234').waitFor();

    assert.equal((await admin.submit(`/c/${ref}/status`, { status: 'resolved' })).status, 303);
    await page.reload();
    await page.getByRole('button', { name: 'No, not solved' }).click();
    await page.getByText('It is our turn').waitFor();
  });

  test('an agent copies what is not shown', async () => {
    const ref = refsOf(await admin.page('/inbox/open'))[0];
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: kept.url });
    await context.addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: kept.url })));
    const page = await context.newPage();
    await page.goto(`${kept.url}/c/${ref}/refund-to`);
    await clean(page, 'where the refund goes');
    await page.getByRole('button', { name: 'Copy the number' }).click();
    await page.getByText('Copied.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), '0071000781234');
    assert.ok(!(await page.content()).includes('0071000781234'));
    await page.getByRole('button', { name: 'It is paid: remove it' }).click();
    await page.waitForURL(`**/c/${ref}`);
    await context.close();
  });

  test('an invited agent chooses a password and is in', async () => {
    const invited = await (await admin.submit('/admin/agents', { name: 'Thu', email: 'thu@kept.test', role: 'agent' })).text();
    const path = /\/welcome\/[a-z2-7]+/.exec(invited)[0], page = await open(path, { lang: 'vi', scheme: 'dark' });
    await clean(page, 'the welcome');
    await page.fill('#password', 'a long password');
    await page.locator('form button').last().click();
    await page.waitForURL((url) => !url.pathname.startsWith('/welcome'));
    assert.ok(!/\/welcome\//.test(page.url()), page.url());
  });
});
