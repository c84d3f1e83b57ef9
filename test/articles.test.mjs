// Knowledge: written, verified, doubted, found, said to a customer, and seen in the help centre.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';

const DAY = 24 * 3600 * 1000;
let kept, lan, minh, api;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  minh = await kept.agent('minh@kept.test', { name: 'Minh', role: 'agent' });
  await kept.addUser('admin@kept.test', { role: 'admin' });
  api = kept.caller(await kept.token('lan@kept.test'));
});
after(() => kept?.stop());

const choice = (html, name, label) => new RegExp(`name="${name}"[\\s\\S]*?<option value="([^"]+)"[^>]*>${label}<`).exec(html)?.[1];
async function people() {
  const form = await lan.page('/articles/new');
  return { lan: choice(form, 'verifier', 'Lan'), minh: choice(form, 'verifier', 'Minh') };
}
// Through the pages: begun, written, published. → reference
async function write({ title, text, lang = 'en', audience = 'public', klass = 'howto', verify = false, category = '' }) {
  const { lan: verifier, minh: deputy } = await people();
  const begun = await lan.submit('/articles', { title, lang, class: klass, audience, verifier, deputy, category });
  assert.equal(begun.status, 303, await begun.text());
  const ref = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  const saved = await lan.submit(`/articles/${ref}/save`, { title, text, base: 0, do: 'publish', ...(verify ? { verify: 1 } : {}) });
  assert.equal(saved.status, 303, await saved.text());
  return ref;
}
const change = (ref, fields) => lan.submit(`/articles/${ref}/save`, { base: 1, do: 'publish', ...fields });
const article = async (ref) => (await api('GET', `/articles/${ref}`));

const returns = 'You can return any bag within 30 days of delivery, unused and with its label. We pay for the parcel back.';
let bag;

test('an article is written, published and found in the help centre', async () => {
  bag = await write({ title: 'How do I return a bag?', text: `${returns}\n\n1. Pack it.\n2. Print the label.` });
  const page = await kept.browser().page(`/help/en/a/${bag}`);
  assert.match(textOf(page), /You can return any bag within 30 days/);
  assert.match(page, /<ol>\s*<li>Pack it\./);
  assert.match(page, /<link rel="canonical" href="http[^"]+\/help\/en\/a\/art_/);
  assert.match(page, /"@type":"FAQPage"/);
  assert.match(textOf(await kept.browser().page('/help/en')), /How do I return a bag\?/);
  assert.match(textOf(await kept.browser().page('/help/en/search?q=returning+bags')), /How do I return a bag\?/);
  assert.equal(JSON.parse(await kept.browser().page('/help/en/find?q=retrun')).pages.length, 1, 'with a typing error');
  assert.match(await kept.browser().page('/sitemap.xml'), new RegExp(bag));
  assert.match(await kept.browser().page('/help/en/feed.xml'), new RegExp(`<id>http[^<]+${bag}</id>`));
});

test('a draft, an internal article and an unknown one are no pages for customers', async () => {
  const internal = await write({ title: 'What to say about the strike', text: 'Only among us: the strike ends on Friday.', audience: 'internal' });
  const begun = await lan.submit('/articles', { title: 'Not yet', lang: 'en', class: 'howto', audience: 'public' });
  const draft = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  for (const ref of [internal, draft, 'art_aaaaaaaaaaaaaaaa']) assert.equal((await kept.browser().get(`/help/en/a/${ref}`)).status, 404);
  assert.equal((await kept.browser().get(`/help/vi/a/${bag}`)).status, 404, 'in another language');
  assert.doesNotMatch(await kept.browser().page('/help/en/search?q=strike'), /Only among us/);
  assert.doesNotMatch(await kept.browser().page('/sitemap.xml'), new RegExp(internal));
  assert.match(await lan.page('/articles?q=strike'), /What to say about the strike/);
});

test('customers’ articles open with a private link only', async () => {
  const ref = await write({ title: 'Your warranty', text: 'The warranty covers the seams for five years.', audience: 'customers' });
  assert.equal((await kept.browser().get(`/help/en/a/${ref}`)).status, 404);
  const customer = kept.browser();
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  const sent = await customer.submit('/contact', { email: 'mai@customer.test', subject: 'Seam', message: 'A seam opened.', form_time: stamp }, { from: '/contact' });
  const link = /href="\/case\/([^"]+)"/.exec(await customer.page(sent.headers.get('location')))[1];
  const answer = await kept.browser().get(`/help/en/a/${ref}?case=${link}`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('cache-control'), /private/);
  assert.match(await answer.text(), /covers the seams/);
  assert.equal((await kept.browser().get(`/help/en/a/${ref}?case=${link.slice(0, -2)}aa`)).status, 404);
});

test('only the verifier or the deputy verifies, and the date follows from the class', async () => {
  const before = await article(bag);
  assert.equal(before.trust.why, 'unverified');
  assert.equal(before.due, 'never');
  const other = await kept.agent('tom@kept.test', { role: 'admin' });
  assert.equal((await other.submit(`/articles/${bag}/act`, { do: 'verify', number: 1 })).status, 403);
  assert.equal((await minh.submit(`/articles/${bag}/act`, { do: 'verify', number: 1 })).status, 303, 'the deputy');
  const after = await article(bag);
  assert.equal(after.trust.why, 'verified');
  assert.equal(after.trust.score, 67);
  assert.equal(after.trust.band, 'date');
  assert.equal(Math.round((Date.parse(after.verify_by) - kept.now()) / DAY), 110);
  assert.match(textOf(await kept.browser().page(`/help/en/a/${bag}`)), /Checked/);
});

test('words change without a new verification, facts do not', async () => {
  const silent = await change(bag, { title: 'How do I return a bag?', text: returns.replace('any bag', 'a bag'), facts: 'no', note: 'Plainer words' });
  assert.equal(silent.status, 303);
  assert.equal((await article(bag)).trust.why, 'verified');
  const undeclared = await lan.submit(`/articles/${bag}/save`, { base: 2, do: 'publish', title: 'How do I return a bag?', text: 'x' });
  assert.equal(undeclared.status, 422);
  const facts = await lan.submit(`/articles/${bag}/save`, { base: 2, do: 'publish', title: 'How do I return a bag?',
    text: returns.replace('30 days', '14 days'), facts: 'yes', note: 'Fourteen days from April' });
  assert.equal(facts.status, 303);
  const now = await article(bag);
  assert.equal(now.trust.why, 'unverified');
  assert.equal(now.due, 'changed');
  assert.match(textOf(await lan.page('/articles/due')), /How do I return a bag\?.*Its facts were changed/);
  const diff = await lan.page(`/articles/${bag}/diff?from=2&to=3`);
  assert.match(diff, /<del>30<\/del><ins>14<\/ins>/);
  assert.match(textOf(await kept.browser().page(`/help/en/a/${bag}`)), /What changed: Fourteen days from April/);
});

test('two people who write at once lose nothing', async () => {
  const mine = await lan.submit(`/articles/${bag}/save`, { base: 2, do: 'save', title: 'How do I return a bag?', text: 'My own words.', facts: 'no' });
  assert.equal(mine.status, 409);
  const page = await mine.text();
  assert.match(page, /My own words\./);
  assert.match(textOf(page), /Somebody saved a version while you wrote/);
  assert.equal((await lan.submit(`/articles/${bag}/draft`, { title: 'T', text: 'A draft.', base: 3 })).status, 200);
  assert.match(await lan.page(`/articles/${bag}/edit`), /A draft\./);
  assert.doesNotMatch(await minh.page(`/articles/${bag}/edit`), /A draft\./, 'each has a draft');
  await lan.submit(`/articles/${bag}/act`, { do: 'verify', number: 3 });
});

test('what an answer says of an article is remembered by its exact version', async () => {
  await kept.mailIn(mail({ from: 'Anna <anna@customer.test>', subject: 'Return', text: 'How can I return my bag?' }), 'support@kept.test');
  await kept.settle();
  const ref = refsOf(await lan.page('/inbox/unassigned'))[0];
  const got = JSON.parse(await (await lan.submit(`/c/${ref}/articles/${bag}`, {})).text());
  assert.match(got.text, /within 14 days/);
  const sent = await lan.submit(`/c/${ref}/reply`, { kind: 'reply', text: `Hello Anna,\n\n${got.text}\n\nBest wishes, Lan`, article: got.version, then: 'pending' });
  assert.equal(sent.status, 303);
  assert.equal(await kept.ask("SELECT how FROM message_article LIMIT 1"), 'inserted');
  assert.equal(await kept.ask('SELECT v.number FROM message_article m JOIN article_version v ON v.id = m.version_id LIMIT 1'), '3');
  // Typed again, with other spaces and capitals; and what has nothing to do with it.
  await lan.submit(`/c/${ref}/reply`, { kind: 'reply', then: 'pending', anyway: 1, text: 'As I said: You can return a bag within 14 DAYS of delivery,  unused and with its label.'.replace('a bag', 'any bag') });
  assert.equal(await kept.ask("SELECT count(*) FROM message_article WHERE how = 'recognised'"), '1');
  await lan.submit(`/c/${ref}/reply`, { kind: 'reply', then: 'pending', anyway: 1, text: 'Thank you for waiting. I will ask the warehouse and write to you tomorrow before noon.' });
  assert.equal(await kept.ask('SELECT count(*) FROM message_article'), '2');
  // A link counts too, and an internal note is told to nobody.
  await lan.submit(`/c/${ref}/reply`, { kind: 'reply', then: 'pending', anyway: 1, text: `See ${kept.url}/help/en/a/${bag}` });
  assert.equal(await kept.ask("SELECT count(*) FROM message_article WHERE how = 'linked'"), '1');
  await lan.submit(`/c/${ref}/reply`, { kind: 'note', then: 'note', text: got.text });
  assert.equal(await kept.ask('SELECT count(*) FROM message_article'), '3');
});

test('what the writer was shown of it is kept as it was then', async () => {
  const made = await (await fetch(`${kept.url}/api/v1/articles`, { method: 'POST', headers: { authorization: `Bearer ${await kept.token('lan@kept.test')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ lang: 'en', title: 'Washing a bag', body: 'Wash the linen bag by hand in cold water and let it dry in the shade of a tree.', class: 'howto', verifier: 'me', publish: true }) })).json();
  await kept.mailIn(mail({ from: 'Anna <anna3@customer.test>', subject: 'Wash', text: 'How do I wash it?' }), 'support@kept.test');
  await kept.settle();
  const ref = refsOf(await lan.page('/inbox/unassigned'))[0];
  const got = JSON.parse(await (await lan.submit(`/c/${ref}/articles/${made.ref}`, {})).text());
  assert.equal((await lan.submit(`/articles/${made.ref}/act`, { do: 'verify', number: 1 })).status, 303); // between putting it in and sending
  assert.equal((await lan.submit(`/c/${ref}/reply`, { kind: 'reply', text: got.text, article: got.version, then: 'pending' })).status, 303);
  assert.match(textOf(await lan.page(`/c/${ref}`)), /Washing a bag version 1 · shown as not verified then, trust \d+/);
  // The next one is recognised, and she saw it as it stands now.
  assert.equal((await lan.submit(`/c/${ref}/reply`, { kind: 'reply', text: `Once more: ${got.text}`, then: 'pending', anyway: 1 })).status, 303);
  assert.match(textOf(await lan.page(`/c/${ref}`)), /shown as not verified then.*shown as verified then, trust \d+/s);
  assert.equal(await kept.ask('SELECT count(*) FROM article_seen'), '0');
  assert.equal(await kept.ask("SELECT count(*) FROM message_article WHERE seen_trust < trust AND seen_at < at + 1 AND seen_standing = 'unverified' AND article_id = (SELECT max(id) FROM article)"), '1');
});

test('a conversation that stays resolved speaks for its article, one that is opened again against it', async () => {
  const text = 'The lamp charges by the sun in eight hours and shines for twelve, in the rain as well.';
  const lamp = await write({ title: 'How long does the lamp shine?', text, verify: true });
  const refs = [];
  for (const phone of ['+84912345678', '+84987654321']) { // nobody's mail server is asked
    const made = await api('POST', '/conversations', { kind: 'customer', subject: 'Lamp', body: 'How long?', phone });
    assert.equal(made.http, 201);
    await lan.submit(`/c/${made.ref}/reply`, { kind: 'reply', text, then: 'resolved' });
    refs.push(made.ref);
  }
  assert.equal((await article(lamp)).trust.evidence, 67);
  await kept.advance(DAY);
  assert.equal((await api('POST', `/conversations/${refs[1]}/messages`, { kind: 'customer', body: 'No, mine is dark after two hours!' })).http, 201);
  await kept.advance(7 * DAY);
  lan = await kept.agent('lan@kept.test');
  minh = await kept.agent('minh@kept.test');
  assert.equal(await kept.ask("SELECT count(*) FROM event WHERE kind = 'article.outcome' AND code = 'resolved'"), '1');
  assert.equal(await kept.ask("SELECT count(*) FROM event WHERE kind = 'article.outcome' AND code = 'opened_again'"), '1');
  assert.match(textOf(await lan.page(`/articles/${lamp}`)), /helped 1, failed 1/);
});

test('an old text is not sent without a second look', async () => {
  await kept.mailIn(mail({ from: 'Bob <bob@customer.test>', subject: 'Return it', text: 'Can I?' }), 'support@kept.test');
  await kept.settle();
  const ref = refsOf(await lan.page('/inbox/unassigned'))[0];
  const draft = JSON.parse(await (await lan.submit(`/c/${ref}/draft`, { kind: 'reply', text: returns })).text());
  assert.match(draft.warning, /before its facts changed/);
  const held = await lan.submit(`/c/${ref}/reply`, { kind: 'reply', text: returns, then: 'pending' });
  assert.equal(held.status, 409);
  assert.match(textOf(await held.text()), /before its facts changed.*Send anyway/);
  assert.equal((await lan.submit(`/c/${ref}/reply`, { kind: 'reply', text: returns, then: 'pending', anyway: 1 })).status, 303);
  const fine = JSON.parse(await (await lan.submit(`/c/${ref}/draft`, { kind: 'reply', text: 'Yes, of course.' })).text());
  assert.equal(fine.warning, undefined);
});

test('a flag of an agent cuts trust at once; readers have to be two', async () => {
  const ref = await write({ title: 'Opening hours of the shop', text: 'The shop is open from nine to six on weekdays.', klass: 'contact', verify: true });
  const page = await kept.browser().page(`/help/en/a/${ref}`);
  const stamp = /name="stamp" value="([^"]+)"/.exec(page)[1];
  const say = (fields) => kept.browser().fetch(`/help/en/a/${ref}/vote`, { method: 'POST', body: new URLSearchParams({ stamp, ...fields }) });
  assert.equal((await say({ answer: 'yes' })).status, 303);
  const empty = await say({ answer: 'no' });
  assert.equal(empty.status, 422);
  assert.match(textOf(await empty.text()), /write what is wrong/);
  assert.equal((await say({ answer: 'no', what: 'You close at five! My card is 4111 1111 1111 1111' })).status, 303);
  assert.equal((await kept.browser().fetch(`/help/en/a/${ref}/vote`, { method: 'POST', body: new URLSearchParams({ stamp: 'x', answer: 'yes' }) })).status, 403);
  let now = await article(ref);
  assert.equal(now.trust.why, 'verified', 'one reader is not enough');
  assert.equal(now.due, 'flagged', 'but is looked at');
  const seen = await lan.page(`/articles/${ref}`);
  assert.match(seen, /You close at five!/);
  assert.doesNotMatch(seen, /4111 1111/);
  assert.equal((await say({ answer: 'no', what: 'Again' })).status, 303);
  assert.equal((seen.match(/value="wrong"/g) ?? []).length, 1);
  await minh.submit(`/articles/${ref}/flag`, { what: 'It is five now.' });
  now = await article(ref);
  assert.equal(now.trust.why, 'doubted');
  assert.equal(now.trust.band, 'warn');
  assert.equal((await lan.submit(`/articles/${ref}/act`, { do: 'verify', number: 1 })).status, 409, 'a flag is open');
  for (const [, flag] of (await lan.page(`/articles/${ref}`)).matchAll(/\/flags\/(flg_[a-z2-7]+)/g))
    assert.equal((await lan.submit(`/articles/${ref}/flags/${flag}`, { outcome: 'wrong' })).status, 303);
  now = await article(ref);
  assert.ok(now.trust.evidence < 40, 'two confirmed errors weigh');
  assert.equal(now.due, 'flagged', 'until a corrected text is verified');
});

test('a reader cannot flag without end', async () => {
  const refs = [];
  for (let i = 0; i < 6; i++) refs.push(await write({ title: `Page ${i}`, text: `Text number ${i} of the limits.` }));
  const answers = [];
  for (const ref of refs) {
    const stamp = /name="stamp" value="([^"]+)"/.exec(await kept.browser().page(`/help/en/a/${ref}`))[1];
    answers.push((await kept.browser().fetch(`/help/en/a/${ref}/vote`, { method: 'POST', body: new URLSearchParams({ stamp, answer: 'no', what: 'Spam' }) })).status);
  }
  assert.deepEqual(answers, [303, 303, 303, 303, 429, 429], 'with the one before they are five a day');
});

test('a translation follows its source and says when it is behind', async () => {
  const begun = await lan.submit(`/articles/${bag}/language`, { lang: 'vi' });
  assert.equal(begun.status, 303);
  const vi = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  assert.match(await lan.page(`/articles/${vi}/edit`), /The source: How do I return a bag\?/);
  assert.equal((await lan.submit(`/articles/${bag}/language`, { lang: 'vi' })).status, 409, 'one a language');
  await lan.submit(`/articles/${vi}/save`, { base: 0, do: 'publish', title: 'Đổi trả túi thế nào?', text: 'Quý khách được trả túi trong 14 ngày.' });
  const head = await kept.browser().page(`/help/en/a/${bag}`);
  assert.match(head, new RegExp(`hreflang="vi" href="http[^"]+/help/vi/a/${vi}"`));
  assert.equal((await article(vi)).stale, false);
  await lan.submit(`/articles/${bag}/save`, { base: 3, do: 'publish', title: 'How do I return a bag?', text: returns.replace('30', '21'), facts: 'yes' });
  assert.equal((await article(vi)).stale, true);
  assert.match(textOf(await kept.browser().page(`/help/vi/a/${vi}`)), /chưa|newest|thay đổi/i);
  await lan.submit(`/articles/${vi}/save`, { base: 1, do: 'publish', title: 'Đổi trả túi thế nào?', text: 'Quý khách được trả túi trong 21 ngày.', facts: 'yes', reflects: 1 });
  assert.equal((await article(vi)).stale, false);
  assert.match(textOf(await kept.browser().page('/help/vi/search?q=doi+tra+tui')), /Đổi trả túi/, 'without diacritics');
});

test('articles that point to each other warn, and a lead’s word beats the clock', async () => {
  const price = await write({ title: 'What does express cost?', text: 'Express costs 5 euros.', klass: 'price', verify: true });
  const other = await write({ title: 'Ways to send', text: `Express or post. [Prices](/help/en/a/${price})`, verify: true });
  assert.equal((await article(other)).due, null);
  await change(price, { title: 'What does express cost?', text: 'Express costs five euros.', facts: 'no' });
  assert.equal((await article(other)).due, null, 'words only');
  await lan.submit(`/articles/${price}/save`, { base: 2, do: 'publish', title: 'What does express cost?', text: 'Express costs 6 euros.', facts: 'yes', verify: 1 });
  assert.equal((await article(price)).due, null, 'verified while saving');
  assert.equal((await article(other)).due, 'linked');
  assert.equal((await minh.submit('/articles/changed', { reason: 'price', class: 'price' })).status, 403);
  assert.equal((await lan.submit('/articles/changed', { reason: 'price' })).status, 422, 'not everything at once');
  assert.match(textOf(await (await lan.submit('/articles/changed', { reason: 'price', class: 'price' })).text()), /1 article is to be verified again/);
  assert.equal((await article(price)).due, 'price');
});

test('what is planned happens in time, and is judged when it is read', async () => {
  const ref = await write({ title: 'Spring sale', text: 'Old: no sale.' });
  await lan.submit(`/articles/${ref}/save`, { base: 1, do: 'save', title: 'Spring sale', text: 'New: ten per cent off.', facts: 'yes' });
  const { class: klass, audience } = await article(ref);
  const past = await lan.submit(`/articles/${ref}/facts`, { class: klass, audience, publish: '2026-03-01T09:00' });
  assert.equal(past.status, 422);
  assert.equal((await lan.submit(`/articles/${ref}/facts`, { class: klass, audience, publish: '2026-04-20T00:00', expire: '2026-04-25T00:00' })).status, 303);
  const page = () => kept.browser().get(`/help/en/a/${ref}`);
  assert.match(await (await page()).text(), /Old: no sale/);
  await kept.set('2026-04-20T00:00:01+07:00');
  assert.match(await (await page()).text(), /New: ten per cent off/);
  assert.equal(await kept.ask(`SELECT published FROM article WHERE ref = '${ref}'`), '2');
  await kept.set('2026-04-25T00:00:01+07:00');
  assert.equal((await page()).status, 404);
  assert.equal((await article(ref)).status, 'archived');
  lan = await kept.agent('lan@kept.test');
  const stale = JSON.parse(await (await lan.submit(`/c/${refsOf(await lan.page('/inbox/open'))[0]}/articles/${ref}`, {})).text());
  assert.match(stale.refused, /must not be used/);
  assert.equal(await kept.ask("SELECT count(*) FROM event WHERE kind = 'article.insert_refused'"), '1');
});

test('the verifier is reminded before the date', async () => {
  const ref = await write({ title: 'Reset a password', text: 'Press “Forgot password”.', verify: true });
  assert.doesNotMatch(await lan.page('/articles/due'), /Reset a password/);
  await kept.advance(104 * DAY);
  lan = await kept.agent('lan@kept.test');
  assert.equal(await kept.ask(`SELECT count(*) FROM event e JOIN article a ON a.id = e.subject_id WHERE e.kind = 'article.due' AND e.code = 'soon' AND a.ref = '${ref}'`), '1');
  assert.match(textOf(await lan.page('/articles/due')), /Reset a password/);
  assert.match(await lan.page('/inbox/mine'), /articles? to verify/);
  await kept.advance(10 * DAY);
  lan = await kept.agent('lan@kept.test');
  assert.equal((await article(ref)).due, 'late');
});

test('pictures are seen by those who see the article', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const begun = await lan.submit('/articles', { title: 'With a picture', lang: 'en', class: 'howto', audience: 'public' });
  const ref = /art_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  const added = await lan.submit(`/articles/${ref}/pictures`, {}, { files: { picture: { bytes: png, name: 'x.png' } } });
  const { url } = JSON.parse(await added.text());
  assert.equal((await kept.browser().get(url)).status, 404, 'not before it is published');
  assert.equal((await lan.get(url)).status, 200);
  await lan.submit(`/articles/${ref}/save`, { base: 0, do: 'publish', title: 'With a picture', text: `![The *blue* button](${url})\n\n![elsewhere](https://evil.example/x.png) <b>raw</b>` });
  const page = await kept.browser().page(`/help/en/a/${ref}`);
  assert.match(page, new RegExp(`<img loading="lazy" src="${url}" alt="The blue button">`));
  assert.doesNotMatch(page, /<img[^>]+evil/);
  assert.match(page, /&lt;b&gt;raw/);
  const picture = await kept.browser().get(url);
  assert.equal(picture.headers.get('content-type'), 'image/png');
  assert.equal((await lan.submit(`/articles/${ref}/pictures`, {}, { files: { picture: { bytes: Buffer.from('<svg/>'), name: 'x.png' } } })).status, 422);
});

test('pages of the help centre are the same for everybody, light, and kept by caches', async () => {
  for (const path of ['/help/en', `/help/en/a/${bag}`]) {
    const answer = await kept.browser().get(path);
    const text = await answer.text();
    assert.equal(answer.headers.get('set-cookie'), null, path);
    assert.match(answer.headers.get('cache-control'), /^public/);
    assert.ok(text.length < 100_000);
    const again = await kept.browser().get(path, { 'if-none-match': answer.headers.get('etag') });
    assert.equal(again.status, 304, path);
  }
  assert.match((await kept.browser().get('/help')).headers.get('cache-control'), /^private/);
});

test('what changed is a page, on the start page and in the feed; machines are told where each page stands', async () => {
  const guest = kept.browser();
  const ref = await write({ title: 'What does sending cost?', text: 'Sending costs three euros.' });
  assert.match(textOf(await guest.page('/help/en/changes')), /What does sending cost\? [^?]*New/);
  await kept.advance(DAY / 12);
  assert.equal((await change(ref, { title: 'What does sending cost?', text: 'Sending costs four euros.', facts: 'yes', note: 'One euro more since March' })).status, 303);
  for (const path of ['/help/en/changes', '/help/en', '/help/en/feed.xml'])
    assert.match(textOf(await guest.page(path)), /What does sending cost\?[\s\S]*One euro more since March/, path);
  assert.match(textOf(await guest.page('/help/en/changes')), /^[\s\S]{0,400}What does sending cost/, 'the newest first');
  assert.match(textOf(await guest.page('/help/th/changes')), /ติดต่อเรา/, 'empty, and with a way to us');
  const page = await guest.page(`/help/en/a/${ref}`);
  for (const part of [/rel="canonical"/, /hreflang="x-default"/, /application\/atom\+xml/]) assert.match(page, part);
  assert.match(await guest.page('/help/en'), /"@type":"WebSite"/);
  for (const path of ['/help/en/mail', '/help/en/as-of', `/help/en/a/${ref}/as-of`, '/help/en/changes', '/help/en/search?q=x']) assert.match(await guest.page(path), /class="ways"/, path);
});

test('what turned out wrong is repeated to nobody: page, structured data, search, feed, changes', async () => {
  const guest = kept.browser();
  const ref = await write({ title: 'May I wash the cap?', text: 'You may wash the velvet cap at ninety degrees.', note: 'x' });
  const everywhere = ['/help/en/search?q=velvet+cap', `/help/en/a/${ref}`];
  for (const path of everywhere) assert.match(textOf(await guest.page(path)) + await guest.page(path), /ninety degrees/, path);
  assert.match(await guest.page('/help/en/feed.xml'), /May I wash the cap/);
  assert.equal((await lan.submit('/recalls', { article: ref, from: 1, to: 1, class: 2 })).status, 303);
  for (const path of [...everywhere, '/help/en/feed.xml', '/help/en/changes', '/help/en']) assert.doesNotMatch(await guest.page(path), /ninety degrees/, path);
  for (const path of ['/help/en/feed.xml', '/help/en/changes']) assert.doesNotMatch(await guest.page(path), /May I wash the cap/, path);
  assert.match(textOf(await guest.page(everywhere[0])), /May I wash the cap/, 'found: the page says that it was wrong');
  assert.match(textOf(await guest.page(`/help/en/a/${ref}`)), /Something here was wrong/);
});

test('Traditional readers are shown what there is in Simplified only; twin: what there is in both, once', async () => {
  const guest = kept.browser();
  const only = await write({ title: '包可以刻字吗？', text: '可以，刻字需要三天。', lang: 'zh-Hans' });
  const both = await write({ title: '拉链坏了怎么办？', text: '请把包寄回来，两周内修好。', lang: 'zh-Hans' });
  const made = await api('POST', '/articles', { lang: 'zh-Hant', title: '拉鏈壞了怎麼辦？', body: '請把包包寄回來，兩週內修好。', source: both, publish: true });
  assert.equal(made.http, 201, JSON.stringify(made));
  const page = await guest.page('/help/zh-Hant');
  assert.match(page, new RegExp(`/help/zh-Hans/a/${only}" lang="zh-Hans"`));
  assert.match(textOf(page), /拉鏈壞了怎麼辦/);
  assert.doesNotMatch(textOf(page), /拉链坏了怎么办/);
  assert.doesNotMatch(textOf(await guest.page('/help/vi')), /刻字/);
});

test('markup in titles and words ends no element', async () => {
  const evil = '</script><script>alert(1)</script> "quoted" & more?';
  const ref = await write({ title: evil, text: 'Nothing here.' });
  const page = await kept.browser().page(`/help/en/a/${ref}`);
  assert.doesNotMatch(page, /<script>alert/);
  const data = JSON.parse(/<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(page)[1]);
  assert.equal(data.mainEntity[0].name, evil);
  assert.doesNotMatch(await kept.browser().page('/help/en/feed.xml'), /<script/);
  assert.doesNotMatch(await kept.browser().page(`/help/en/search?q=${encodeURIComponent('<script>alert(1)</script>')}`), /<script>alert/);
});

test('the API writes, publishes, lists and finds', async () => {
  const category = await api('POST', '/categories', { name: 'Payment', lang: 'en', about: 'Cards and bills' });
  assert.equal(category.http, 201);
  const made = await api('POST', '/articles', { title: 'Paying by card', body: 'We take Visa and JCB cards at the till.', lang: 'en', class: 'procedure', category: category.ref, publish: true, verifier: 'me' });
  assert.equal(made.http, 201);
  assert.equal(made.category, category.ref);
  assert.equal((await api('POST', `/articles/${made.ref}/verify`, { number: 1 })).trust.why, 'verified');
  assert.equal((await api('POST', `/articles/${made.ref}/versions`, { title: 'Paying by card', body: 'Visa only.', facts: 'changed', base: 0 })).http, 409);
  assert.equal((await api('POST', `/articles/${made.ref}/versions`, { title: 'Paying by card', body: 'We take Visa cards only.', facts: 'changed', publish: true })).number, 2);
  const versions = await api('GET', `/articles/${made.ref}/versions?limit=1`);
  assert.equal(versions.data[0].number, 2);
  assert.ok(versions.meta.next_cursor);
  assert.equal((await api('GET', `/articles/${made.ref}/versions?limit=1&cursor=${versions.meta.next_cursor}`)).data[0].number, 1);
  assert.equal((await api('GET', '/articles?q=visa+card')).data[0].ref, made.ref);
  assert.equal((await api('GET', `/articles?category=${category.ref}`)).data.length, 1);
  assert.equal((await api('PATCH', `/articles/${made.ref}`, { status: 'archived' })).trust.score, 0);
  assert.equal((await api('GET', '/articles?q=visa+card')).data.filter((one) => one.ref === made.ref).length, 0);
  assert.match(textOf(await kept.browser().page('/help/en')), /Talk to us|Write to us/);
});

test('a reply by the API is known by its articles too', async () => {
  const conversation = await api('POST', '/conversations', { kind: 'customer', body: 'Hello', subject: 'API', email: 'api@customer.test' });
  const sent = await api('POST', `/conversations/${conversation.ref}/messages`, { kind: 'agent', body: returns.replace('30', '21') });
  assert.equal(sent.http, 201);
  assert.equal(await kept.ask(`SELECT count(*) FROM message_article x JOIN message m ON m.id = x.message_id WHERE m.ref = '${sent.ref}'`), '1');
});

// ---- as of a day ----

test('what was shown at a moment can be shown again, and what a message told her leads there', async () => {
  lan = await kept.agent('lan@kept.test');
  const soon = 'Parcels to the islands take three working days, counted from the morning after the order was paid.';
  const ref = await write({ title: 'Parcels to the islands', text: soon, klass: 'procedure' });
  const first = kept.now();
  await kept.mailIn(mail({ from: 'Ly <ly@customer.test>', subject: 'Islands', text: 'How long does a parcel take?' }), 'support@kept.test');
  await kept.settle();
  const [conversation] = refsOf(await lan.page('/inbox/unassigned'));
  await lan.submit(`/c/${conversation}/reply`, { kind: 'reply', text: soon, then: 'keep' });
  assert.match(textOf(await lan.page(`/c/${conversation}`)), /Says: Parcels to the islands version 1(?! changed since)/);
  await kept.advance(3 * DAY);
  lan = await kept.agent('lan@kept.test');
  await change(ref, { title: 'Parcels to the islands', text: soon.replace('three', 'five'), facts: 'yes', note: 'Five days' });
  await kept.advance(DAY);
  lan = await kept.agent('lan@kept.test');

  const html = await lan.page(`/c/${conversation}`);
  assert.match(textOf(html), /Says: Parcels to the islands version 1 · shown as not verified then, trust \d+ changed since/);
  const told = await lan.page(/href="(\/articles\/art_[a-z2-7]+\/as-of\?number=1)"/.exec(html)[1]);
  assert.match(textOf(told), /three working days/);
  assert.match(textOf(told), /Version 1, as it was told and read .*shown from .* until/);
  assert.match(told, /diff\?from=1&(amp;)?to=2/);

  const at = (ms) => new Date(ms + 7 * 3600_000).toISOString().slice(0, 16); // in the account's zone
  const then = textOf(await lan.page(`/articles/${ref}/as-of?at=${at(first + DAY)}`));
  assert.match(then, /three working days/);
  assert.match(textOf(await lan.page(`/articles/${ref}/as-of?at=${at(kept.now())}`)), /five working days/, 'twin: today');
  assert.match(textOf(await lan.page(`/articles/${ref}/as-of?at=${at(first - DAY)}`)), /Nothing was shown then/);
  const whole = textOf(await lan.page(`/articles/as-of?at=${at(first + DAY)}&lang=en&whole=1`));
  assert.match(whole, /three working days/);
  assert.doesNotMatch(whole, /five working days/);
  assert.doesNotMatch(textOf(await lan.page(`/articles/as-of?at=${at(first + DAY)}&lang=en&class=legal`)), /Parcels to the islands/);

  const day = (ms) => at(ms).slice(0, 10);
  const customer = kept.browser();
  assert.match(await customer.page(`/help/en/a/${ref}`), new RegExp(`/help/en/a/${ref}/as-of`));
  const before = await customer.page(`/help/en/a/${ref}/as-of?at=${day(first + DAY)}`);
  assert.match(textOf(before), /three working days/);
  assert.match(before, /name="robots" content="noindex"/);
  assert.match(textOf(before), /This is how the page stood on/);
  assert.match(textOf(await customer.page(`/help/en/as-of?at=${day(first + DAY)}`)), /Parcels to the islands/);
  assert.doesNotMatch(textOf(await customer.page(`/help/en/as-of?at=${day(first - 20 * DAY)}`)), /Parcels to the islands/);
});

test('what was for agents only then, or is so now, is not shown to customers later', async () => {
  const ref = await write({ title: 'How much we may give', text: 'Agents may give up to ten per cent without asking a lead.', audience: 'internal' });
  const { lan: verifier, minh: deputy } = await people();
  const place = async (audience) => (await kept.agent('lan@kept.test')).submit(`/articles/${ref}/facts`, { verifier, deputy, class: 'legal', audience });
  await kept.advance(DAY);
  lan = await kept.agent('lan@kept.test');
  await change(ref, { title: 'What we give', text: 'We give you ten per cent when a parcel is late by a week.', facts: 'yes' });
  await kept.advance(DAY);
  assert.equal((await place('public')).status, 303);
  await kept.advance(DAY);
  const day = (ms) => new Date(ms + 7 * 3600_000).toISOString().slice(0, 10);
  const customer = kept.browser();
  const seen = async (ms) => textOf(await customer.page(`/help/en/a/${ref}/as-of?at=${day(ms)}`));
  assert.match(await seen(kept.now()), /We give you ten per cent/, 'twin: now it is for everybody');
  assert.doesNotMatch(await seen(kept.now() - 3 * DAY), /without asking a lead/);
  assert.doesNotMatch(await seen(kept.now() - 2 * DAY), /ten per cent/, 'the same text, while it was for agents only');
  assert.doesNotMatch(textOf(await customer.page(`/help/en/as-of?at=${day(kept.now() - 3 * DAY)}`)), /How much we may give/);
  await place('internal');
  assert.equal((await customer.get(`/help/en/a/${ref}/as-of?at=${day(kept.now())}`)).status, 404);
});
