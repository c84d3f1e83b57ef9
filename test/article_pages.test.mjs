// Knowledge in a real browser: the editor, the composer's search, the help centre; nothing that axe finds, nothing wider
// than the screen.
// check: timeout 180
// check: unsanitized
// check: once: what it asks is the browser
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { mail, password, refsOf, startKept } from './kept.mjs';

const chromium = ['/usr/bin/chromium', process.env.CHROMIUM].find((path) => path && existsSync(path));
const skip = chromium ? false : 'needs chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let kept, lan, browser, ref, th, mustRead;
const wrong = [];

async function open(options = {}, email = 'lan@kept.test') {
  const context = await browser.newContext({ baseURL: kept.url, viewport: { width: 1440, height: 900 }, bypassCSP: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) wrong.push(m.text()); });
  page.on('pageerror', (error) => wrong.push(String(error)));
  if (!email) return page;
  await page.goto('/sign-in');
  await page.fill('[name=email]', email);
  await page.fill('[name=password]', password);
  await Promise.all([page.waitForURL(/inbox/), page.press('[name=password]', 'Enter')]);
  return page;
}
const until = async (fn, what) => {
  for (let i = 0; i < 80; i++) { if (await fn()) return; await new Promise((resolve) => setTimeout(resolve, 50)); }
  assert.fail(what);
};
async function look(page, path) {
  await page.goto(path);
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), rules);
  assert.ok(passes.length > 10, `${path}: axe looked at something`);
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html).join(' | ').slice(0, 300)}`), [], path);
  const { wide, screen } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, screen: innerWidth }));
  assert.ok(wide <= screen, `${path} is ${wide} wide on ${screen}`);
}

before(async () => {
  if (skip) return;
  const { chromium: driver } = await import('playwright-core');
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  await lan.submit('/articles/categories', { do: 'save', lang: 'en', name: 'Returns and a rather long name of a category', about: 'All about it' });
  const form = await lan.page('/articles/new');
  const pick = (name, label) => new RegExp(`name="${name}"[\\s\\S]*?<option value="([^"]+)"[^>]*>${label}<`).exec(form)[1];
  const add = async (title, text) => {
    const begun = await lan.submit('/articles', { title, lang: 'en', class: 'howto', audience: 'public', category: pick('category', 'Returns[^<]*'), verifier: pick('verifier', 'Lan') });
    const made = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
    await lan.submit(`/articles/${made}/save`, { base: 0, do: 'publish', title, text });
    return made;
  };
  ref = await add('How do I return a bag?', 'Send it back within 30 days.\n\n| To | Cost |\n|---|---|\n| Asia | 2 euros |\n\n## Then\n\n- one\n- two');
  await add('Washing a bag', 'By hand, cold, without softener.');
  await lan.submit(`/articles/${ref}/save`, { base: 1, do: 'publish', title: 'How do I return a bag?', text: 'Send it back within 14 days.', facts: 'yes', note: 'Fourteen days' });
  await lan.submit(`/articles/${ref}/flag`, { what: 'It is fifteen days.' });
  const begun = await lan.submit(`/articles/${ref}/language`, { lang: 'th' });
  th = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  await lan.submit(`/articles/${th}/save`, { base: 0, do: 'publish', title: 'คืนกระเป๋าอย่างไร', text: 'ส่งคืนภายใน 14 วัน' });
  const minh = await kept.agent('minh@kept.test', { name: 'Minh', role: 'lead' });
  mustRead = /mrd_[a-z2-7]{16}/.exec((await minh.submit(`/articles/${ref}/must-read`, { everybody: 1, why: 'Fourteen days now' })).headers.get('location'))[0];
  await kept.browser().page(`/help/en/a/${ref}`);
  await kept.mailIn(mail({ from: 'Anna <anna@customer.test>', subject: 'Bag', text: 'How can I return my bag?' }), 'support@kept.test');
  await kept.settle();
  browser = await driver.launch({ executablePath: chromium, args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  await kept?.stop();
  assert.deepEqual(wrong, [], 'no page complained');
});

describe('what axe finds', { skip }, () => {
  for (const [name, options] of [['wide', {}], ['a phone, dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }]]) {
    test(`nothing on the agents’ pages: ${name}`, async () => {
      const page = await open(options);
      for (const path of ['/articles', '/articles?q=nothing+at+all', '/articles/due', '/articles/new', `/articles/${ref}`, `/articles/${ref}/edit`,
        `/articles/${th}/edit`, `/articles/${ref}/diff?from=1&to=2`, '/articles/settings', '/must-read', `/must-read/${mustRead}`, '/articles/as-of',
        '/articles/as-of?whole=1', `/articles/${ref}/as-of`, `/articles/${ref}/as-of?number=1`, '/reports/knowledge', '/inbox/recalls']) await look(page, path);
      await page.context().close();
    });
    test(`nothing in the help centre: ${name}`, async () => {
      const page = await open(options, '');
      for (const path of ['/help/en', '/help/th', '/help/vi', `/help/en/a/${ref}`, `/help/th/a/${th}`, `/help/en/a/${ref}?voted=yes`,
        '/help/en/search?q=bag', '/help/zh-Hans/search?q=xyz', '/help/en/as-of', '/help/th/as-of?at=2026-03-01', `/help/en/a/${ref}/as-of`, (await (await fetch(`${kept.url}/help/en`)).text()).match(/\/help\/en\/c\/cat_[a-z2-7]+/)[0]])
        await look(page, path);
      await page.context().close();
    });
  }
});

describe('writing', { skip }, () => {
  test('the draft is kept and the preview follows', async () => {
    const page = await open();
    await page.goto(`/articles/${ref}/edit`);
    await page.fill('#article-form #text', 'Send it back within **21** days.');
    await page.locator('#preview strong', { hasText: '21' }).waitFor();
    await until(async () => /Draft kept/.test(await page.innerText('#article-state')), 'kept');
    await page.reload();
    assert.equal(await page.inputValue('#article-form #text'), 'Send it back within **21** days.');
    await page.locator('label', { hasText: 'Words only' }).click();
    await page.click('text=Save and publish');
    await page.waitForURL(/done=saved/);
    assert.match(await page.innerText('main'), /within 21 days/);
    await page.context().close();
  });
});

describe('answering', { skip }, () => {
  test('a slash finds articles while one types, and puts one in', async () => {
    const page = await open();
    await page.goto(`/c/${refsOf(await lan.page('/inbox/unassigned'))[0]}`);
    await page.locator('#composer-text').click();
    await page.keyboard.type('/');
    await page.locator('#palette[open]').waitFor();
    await page.keyboard.type('retrun bag');
    await page.locator('#palette-list [role=option]', { hasText: 'How do I return a bag?' }).waitFor();
    await page.keyboard.press('Enter');
    await until(async () => /within \*\*21\*\* days/.test(await page.inputValue('#composer-text')), 'the text is there');
    assert.doesNotMatch(await page.inputValue('#composer-text'), /^\//);
    assert.match(await page.locator('#composer input[name=article]').inputValue(), /^arv_/);
    await page.locator('#quotes .quote', { hasText: 'not reliable' }).waitFor();
    await page.fill('#composer-text', '');
    await page.keyboard.type('/');
    await page.locator('#palette[open]').waitFor();
    await page.keyboard.type('retrun bag');
    await page.locator('#palette-list [role=option]', { hasText: 'How do I return a bag?' }).waitFor();
    await page.keyboard.press('Shift+Enter');
    await until(async () => /\/help\/en\/\S*art_[a-z2-7]{16}$/.test((await page.inputValue('#composer-text')).trim()), 'with Shift its address');
    await page.context().close();
  });
  test('what is pasted from an old version is said at once', async () => {
    const old = 'By hand, cold, without softener, and never in the machine, for the wax would come off.';
    const begun = await lan.submit('/articles', { title: 'Wax', lang: 'en', class: 'howto', audience: 'public' });
    const wax = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
    await lan.submit(`/articles/${wax}/save`, { base: 0, do: 'publish', title: 'Wax', text: old });
    await lan.submit(`/articles/${wax}/save`, { base: 1, do: 'publish', title: 'Wax', text: 'In the machine at 30 degrees.', facts: 'yes' });
    const page = await open();
    await page.goto(`/c/${refsOf(await lan.page('/inbox/unassigned'))[0]}`);
    await page.fill('#composer-text', `Hello Anna, ${old}`);
    await page.locator('#quotes .quote', { hasText: 'before its facts changed' }).waitFor();
    await page.fill('#composer-text', 'Hello Anna, I will ask.');
    await until(async () => (await page.locator('#quotes .quote').count()) === 0, 'the warning goes');
    await page.context().close();
  });
});

describe('while an answer stands there', { skip }, () => {
  test('the facts of an article that it says change, and the writer is told at once', async () => {
    const text = 'The zip of the bag is greased with candle wax once a month, and never with any kind of oil at all.';
    const begun = await lan.submit('/articles', { title: 'Zip', lang: 'en', class: 'howto', audience: 'public' });
    const zip = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
    await lan.submit(`/articles/${zip}/save`, { base: 0, do: 'publish', title: 'Zip', text });
    const page = await open();
    await page.goto(`/c/${refsOf(await lan.page('/inbox/unassigned'))[0]}`);
    await page.fill('#composer-text', `Hello Anna, ${text}`);
    await until(async () => /Draft kept/.test(await page.innerText('#draft-state')), 'kept');
    assert.doesNotMatch(await page.innerText('#quotes'), /before its facts changed/);
    await lan.submit(`/articles/${zip}/save`, { base: 1, do: 'publish', title: 'Zip', text: 'The zip of the bag needs no grease.', facts: 'yes' });
    await page.locator('#quotes .quote', { hasText: 'before its facts changed' }).waitFor({ timeout: 10_000 });
    assert.equal(await page.inputValue('#composer-text'), `Hello Anna, ${text}`);
    await page.context().close();
  });
});

describe('the help centre', { skip }, () => {
  test('each key is answered at once, one question at a time, and the last one stands', async () => {
    const page = await open({}, '');
    const asked = [];
    let underway = 0, most = 0;
    await page.route('**/find?*', async (route) => {
      asked.push(new URL(route.request().url()).searchParams.get('q'));
      most = Math.max(most, ++underway);
      await new Promise((resolve) => setTimeout(resolve, 60));
      underway--;
      await route.continue();
    });
    await page.goto('/help/en');
    await page.locator('.public-search input').pressSequentially('wash', { delay: 20 });
    await page.locator('.suggestions a', { hasText: 'Washing a bag' }).waitFor();
    await until(async () => asked.at(-1) === 'wash', 'the last word is asked');
    assert.equal(most, 1);
    assert.ok(asked.length < 4, asked.join(' '));
    await page.unrouteAll({ behavior: 'wait' }); // one may be on its way still
    await page.context().close();
  });
  test('answers while one types, and without JavaScript by a button', async () => {
    const page = await open({ viewport: { width: 390, height: 844 } }, '');
    await page.goto('/help/en');
    await page.locator('.public-search input').pressSequentially('wash');
    await page.locator('.suggestions a', { hasText: 'Washing a bag' }).click();
    await page.waitForURL(/\/help\/en\/a\//);
    await page.context().close();
    const plain = await open({ javaScriptEnabled: false }, '');
    await plain.goto('/help/en');
    await plain.fill('.public-search input', 'washing');
    await plain.press('.public-search input', 'Enter');
    await plain.locator('.hits a', { hasText: 'Washing a bag' }).click();
    await plain.click('summary');
    await plain.fill('#what', 'Softener is fine.');
    await plain.click('button[value=no]');
    await plain.waitForURL(/voted=flagged/);
    assert.match(await plain.innerText('#vote'), /puts it right/);
    await plain.context().close();
  });
});
