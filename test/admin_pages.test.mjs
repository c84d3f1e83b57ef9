// The pages of administration and account in a real browser: nothing that axe finds, nothing wider than the screen.
// check: timeout 600
// check: unsanitized
// check: once: what it asks is the browser
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { mail, refsOf, startKept } from './kept.mjs';

const chromium = ['/usr/bin/chromium', process.env.CHROMIUM].find((path) => path && existsSync(path));
const skip = chromium ? false : 'needs chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let kept, admin, browser, paths;

before(async () => {
  if (skip) return;
  const { chromium: driver } = await import('playwright-core');
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  admin = await kept.agent('boss@kept.test', { name: 'Linh' });
  await admin.submit('/admin/teams', { name: 'Đổi trả hàng' });
  await admin.submit('/admin/agents', { name: 'Alexandrina Konstantinopolitanskaya-Wolfeschlegelstein Junior', email: 'long@kept.test', role: 'lead' });
  await admin.submit('/admin/tags', { name: 'คืนสินค้า' });
  await admin.submit('/admin/replies', { name: 'ทักทาย', lang: 'th', text: 'สวัสดี{polite} {customer.address}' });
  await admin.submit('/admin/tokens', { name: 'Shop', scope: ['read', 'write'] });
  await admin.submit('/admin/webhooks', { url: 'https://shop.invalid/a/rather/long/address/of/a/program', kinds: 'message.received promise.' });
  await admin.submit('/account/second-step', { do: 'begin' });
  assert.equal(await kept.mailIn(mail({ subject: 'Card' }), 'support@kept.test'), 0);
  await kept.settle();
  const found = async (path, pattern) => pattern.exec(await admin.page(path))[0];
  const asked = refsOf(await admin.page('/inbox/unassigned'))[0];
  await admin.submit(`/c/${asked}/reply`, { kind: 'reply', text: 'We are sorry if you feel upset. We will send it by Friday noon.', then: 'keep', shown: 'non_apology' });
  await kept.advance(60_000);
  paths = ['/reports/failures', '/reports/promises', '/reports/rules', '/practice', `/c/${asked}`, '/inbox/promises', '/admin/agents', '/admin/teams', await found('/admin/teams', /\/admin\/teams\/tem_[a-z2-7]+/), '/admin/inboxes',
    '/admin/inboxes/new?kind=form', await found('/admin/inboxes', /\/admin\/inboxes\/inb_[a-z2-7]+/), '/admin/tags', '/admin/replies',
    await found('/admin/replies', /\/admin\/replies\/rep_[a-z2-7]+/), '/admin/sign-ins', '/admin/tokens', '/admin/webhooks', '/admin/settings', '/account',
    '/account/second-step', ...['language', 'hours', 'address', 'test', 'invite', 'done'].map((step) => `/start/${step}`),
    await found(`/c/${asked}`, /\/contacts\/ctc_[a-z2-7]+\/edit/)];
  const customer = /ctc_[a-z2-7]+/.exec(paths.join())[0];
  paths.push('/admin/privacy', await found(`/c/${asked}`, /\/m\/msg_[a-z2-7]+\/reveal/), `/contacts/${customer}/erase`);
  await admin.submit(paths.at(-2), { reason: 'The bank asked for it', do: 'text' });
  paths.push((await admin.submit(`/contacts/${customer}/dossier`, {})).headers.get('location'));
  const opened = await admin.submit('/recoveries', { conversation: asked, cause: 'delivery', harm: 'service', severity: 2, what: 'Gói hàng đến muộn và bị móp.' });
  await admin.submit('/prevention', { conversation: asked, what: 'ตรวจกล่องก่อนส่งทุกครั้ง', due: '2026-03-20' });
  const recovery = /\/recoveries\/rcv_[a-z2-7]+/.exec(opened.headers.get('location'))[0];
  await admin.submit(`${recovery}/step`, { step: 'fix', do: 'plan', note: '重新发货', due: '2026-03-17T17:00' });
  await admin.submit(`${recovery}/offers`, { kind: 'goodwill', what: 'A voucher', amount: '100.000' });
  paths.push('/recoveries', recovery, `/recoveries/new?conversation=${asked}`, '/prevention', `/prevention/new?conversation=${asked}`,
    await found('/prevention', /\/prevention\/pvn_[a-z2-7]+/), '/reports/recoveries');
  await admin.submit('/admin/hours', { hours_1: '8:30-12, 13:30-17:30' });
  await admin.submit('/admin/hours/days', { name: 'Ngày thành lập công ty', first: '2026-04-02', last: '2026-04-03', kind: 'closed' });
  await admin.submit('/admin/settings', { company: 'Kept Shop', lang: 'vi', country: 'VN', zone: 'Asia/Ho_Chi_Minh', undo_s: '10', session_h: '12' });
  paths.push('/admin/hours', `/admin/hours?team=${/tem_[a-z2-7]+/.exec(paths.join())[0]}`, '/contact', '/help');
  browser = await driver.launch({ executablePath: chromium, args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  await kept?.stop();
});

describe('every page', { skip }, () => {
  for (const [lang, theme, width] of [['en', 'light', 1440], ['th', 'dark', 390], ['vi', 'light', 820], ['zh-Hans', 'dark', 1440], ['zh-Hant', 'light', 390]])
    test(`${lang}, ${theme}, ${width} px`, async () => {
      await admin.submit('/account', { name: 'Linh', lang });
      await admin.submit('/account/theme', { theme });
      const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true, colorScheme: theme });
      await context.addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: kept.url })));
      const page = await context.newPage(), wrong = [];
      page.on('console', (m) => { if (m.type() === 'error') wrong.push(m.text()); });
      page.on('pageerror', (error) => wrong.push(String(error)));
      for (const path of paths) {
        await page.goto(kept.url + path);
        assert.equal(await page.getAttribute('html', 'lang'), lang);
        await page.evaluate(axe);
        const { violations, passes } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), rules);
        assert.ok(passes.length > 20, `${path}: axe looked at something`);
        wrong.push(...violations.map((one) => `${path}: ${one.id}: ${one.nodes[0].html.slice(0, 200)}`));
        wrong.push(...await page.evaluate((at) => [...document.querySelectorAll('main, form, .panel, .sheet-in')]
          .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => `${at}: ${e.tagName}.${e.className} is too wide`), path));
      }
      await context.close();
      assert.deepEqual(wrong, []);
    });

  // Without a script: a menu opens, a field is filled by its label, and the answer says what is wrong beside it.
  test('an agent is invited by keyboard, without scripts', async () => {
    await admin.submit('/account', { name: 'Linh', lang: 'en' });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, javaScriptEnabled: false });
    await context.addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: kept.url })));
    const page = await context.newPage();
    await page.goto(`${kept.url}/admin/agents`);
    await page.getByLabel('Name', { exact: true }).focus();
    await page.keyboard.type('Thu');
    await page.keyboard.press('Tab');
    await page.keyboard.type('long@kept.test');
    await page.keyboard.press('Enter');
    assert.match(await page.locator('#email-error').innerText(), /has this address already/);
    assert.equal(await page.inputValue('#name'), 'Thu');
    await page.fill('#email', 'thu@kept.test');
    await page.press('#email', 'Enter');
    assert.match(await page.locator('.copy').innerText(), /\/welcome\/[a-z2-7]+$/);
    await page.getByLabel('Change Thu').press('Enter');
    await page.getByRole('button', { name: 'Make lead' }).press('Enter');
    assert.match(await page.locator('tr', { hasText: 'thu@kept.test' }).innerText(), /Lead/);
    await context.close();
  });
});
