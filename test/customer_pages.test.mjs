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
    await page.getByRole('button', { name: 'Keep it sealed' }).click();
    await page.locator('#number-error').waitFor(); // in our words, not in her browser's language
    await page.waitForFunction(() => document.activeElement.id === 'number'); // the browser gives it a moment later
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
    await page.getByRole('button', { name: 'Yes, solved' }).click();
    await page.getByText('Thank you for telling us that it is solved').waitFor();
    await page.goto(page.url().replace(/\?.*/, ''));
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

  test('what she wrote is not lost: no connection, another language, too many files, a second click', async () => {
    const page = await open('/contact', { lang: 'vi' }), send = page.locator('form[action="/contact"] button');
    const posts = [];
    page.on('request', (request) => { if (request.method() === 'POST') posts.push(new URL(request.url()).pathname); });
    const files = Array.from({ length: 21 }, (none, i) => ({ name: `${i}.txt`, mimeType: 'text/plain', buffer: Buffer.from('x') }));
    await page.fill('#email', 'lan@customer.test');
    await page.fill('#message', 'Hộp bị móp');
    await page.setInputFiles('#files', files);
    await send.click();
    await page.getByText('tối đa 20 tệp, tổng cộng 25 MB').waitFor();
    await clean(page, 'too many files');
    await page.setInputFiles('#files', files.slice(0, 20));
    await page.context().setOffline(true);
    await send.click();
    await page.getByText('không có kết nối mạng').waitFor();
    await page.context().setOffline(false);
    assert.deepEqual(posts, []);
    await page.locator('footer').getByRole('link', { name: 'ไทย' }).click();
    await page.getByText('ส่วนไฟล์ต้องเลือกใหม่').waitFor();
    assert.equal(await page.inputValue('#message'), 'Hộp bị móp');
    assert.equal(await page.inputValue('#email'), 'lan@customer.test');
    await kept.advance(5000);
    await send.dblclick({ noWaitAfter: true });
    await page.waitForURL('**/contact/sent**');
    assert.deepEqual(posts, ['/contact']);
    await page.goto(`${kept.url}/contact`);
    assert.equal(await page.inputValue('#message'), '', 'what was sent does not come back');
  });

  test('a page that refused her answer can be left and opened anew', async () => {
    const page = await open('/contact', { lang: 'vi' });
    await page.fill('#email', 'hoa@customer.test');
    await page.fill('#message', 'Cái quạt không chạy');
    await kept.advance(5000);
    await page.locator('form[action="/contact"] button').click();
    await page.locator('main a.button-main').click();
    await page.waitForURL('**/case/**');
    const own = page.url();
    await page.locator('#answer button').click();
    await page.locator('#text-error').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'text', 'what is missing is in sight');
    await page.goto(page.url()); // as a phone does with a page that it has put aside
    assert.equal(page.url(), own);
    await page.locator('#answer button').click();
    await page.locator('footer').getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'What happens next' }).waitFor();
    assert.equal(page.url(), own);
  });

  test('a refusal of the server is in her language, and leads back to the form', async () => {
    const page = await open('/help', { lang: 'vi' });
    await page.route('**/customer.*.js', (route) => route.abort());
    await page.goto(`${kept.url}/contact`);
    await page.fill('#email', 'an@customer.test');
    await page.fill('#message', 'Hai mươi mốt tệp');
    await page.setInputFiles('#files', Array.from({ length: 21 }, (none, i) => ({ name: `${i}.txt`, mimeType: 'text/plain', buffer: Buffer.from('x') })));
    await page.locator('form[action="/contact"] button').click();
    await page.getByRole('heading', { name: 'Dung lượng quá lớn' }).waitFor();
    assert.doesNotMatch(await page.locator('main').innerText(), /too many/);
    await page.locator('main a.button-main').click();
    await page.getByRole('heading', { name: 'Viết cho chúng tôi' }).waitFor();
    assert.equal(page.url(), `${kept.url}/contact`);
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
