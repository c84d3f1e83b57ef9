// What becomes of articles: read, followed by a contact, searched for in vain, used, trusted, wrong: counted, and of nobody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const HOUR = 3600_000;
let kept, sink, lan, minh, api, apiMinh;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  minh = await kept.agent('minh@kept.test', { name: 'Minh', role: 'agent' });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.stderr);
  api = kept.caller(await kept.token('lan@kept.test'));
  apiMinh = kept.caller(await kept.token('minh@kept.test'));
});
after(async () => { await kept?.stop(); sink?.stop(); });

const report = () => api('GET', '/reports/knowledge?days=28');
// What is read is written by a thread of its own: looks until it is there.
async function until(fn, what) {
  for (let i = 0; i < 100; i++) {
    const found = await report();
    if (fn(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`${what}: ${JSON.stringify(await report()).slice(0, 600)}`);
}
async function publish(title, body) {
  const made = await api('POST', '/articles', { lang: 'en', title, body, class: 'howto', publish: true });
  assert.equal(made.http, 201, JSON.stringify(made));
  return made.ref;
}
async function contact(customer, message) {
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  assert.equal((await customer.submit('/contact', { email: 'mai@customer.test', message, form_time: stamp }, { from: '/contact' })).status, 303);
}
let bag, hours;

test('a reading counts once an hour and reader, and not of agents or robots', async () => {
  bag = await publish('Returning a bag', 'Bags can be returned within thirty days of delivery, unused and with the label still on it.');
  hours = await publish('Opening hours', 'We are open from nine to six on every working day, and on Saturdays until noon.');
  const customer = kept.browser(), path = `/help/en/a/${bag}`;
  await customer.page(path);
  await until((r) => r.readings === 1, 'read');
  await customer.page(path);
  await lan.page(path);
  await customer.fetch(path, { headers: { 'user-agent': 'Examplebot/1.0' } });
  await customer.page(`/help/en/a/${hours}`);
  const found = await until((r) => r.readings === 2, 'another page');
  assert.equal(found.read.find((a) => a.article === bag).readings, 1);
  await kept.advance(HOUR + 1000);
  await customer.page(path);
  await until((r) => r.readings === 3, 'an hour later it is another reading');
});

test('a contact within the hour is what did not help; a later one is not', async () => {
  const customer = kept.browser();
  await contact(customer, 'May I return a bag that I wore once?');
  const found = await report();
  assert.equal(found.followed, 1, 'the page that was read in this hour');
  assert.equal(found.read[0].article, bag);
  assert.equal(found.read.find((a) => a.article === hours).followed, 0, 'twin: read more than an hour before');
  await contact(customer, 'One more thing: who pays?');
  assert.equal((await report()).followed, 1, 'twin: it counts once');
  assert.equal(await kept.ask('SELECT count(*) FROM article_reading'), '0', 'who read it is forgotten');
});

test('what is searched and not found is told when it was asked twice, without private words', async () => {
  const customer = kept.browser(), ask = (q) => customer.page(`/help/en/search?q=${encodeURIComponent(q)}`);
  for (const q of ['zeppelin mooring', 'zeppelin mooring', 'quizzaciously', 'xylograph 4111 1111 1111 1111', 'xylograph 4111 1111 1111 1111']) await ask(q);
  await ask('return a bag');
  const found = await until((r) => r.searches === 6, 'searched');
  const words = found.missed.map((m) => m.words);
  assert.ok(words.includes('zeppelin mooring'), words.join(' | '));
  assert.ok(!words.includes('quizzaciously'), 'asked once: nobody is shown it');
  assert.ok(!words.some((w) => /4111 1111/.test(w)), words.join(' | '));
  assert.ok(words.some((w) => /xylograph/.test(w)));
  assert.ok(!words.includes('return a bag'), 'twin: it was found');
  assert.equal(found.missed.find((m) => m.words === 'zeppelin mooring').place, 'help');
});

test('what was used, the link rate, and who was told something wrong', async () => {
  const said = 'Bags can be returned within thirty days of delivery, unused and with the label still on it.';
  for (const [n, text] of [[1, said], [2, 'Thank you for writing; the colleague in the shop has put it aside for you.']]) {
    assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <c${n}@customer.test>`, subject: `Bag ${n}`, text: 'How long?' }), 'support@kept.test'), 0);
    await kept.settle();
    const [ref] = refsOf(await lan.page('/inbox/unassigned'));
    assert.equal((await api('POST', `/conversations/${ref}/messages`, { kind: 'agent', body: text, status: 'resolved' })).http, 201);
  }
  await kept.settle();
  let found = await report();
  assert.equal(found.used[0].article, bag);
  assert.equal(found.used[0].recognised, 1);
  assert.equal(found.resolved, 2);
  assert.equal(found.linked, 1, 'twin: the other said no article');
  assert.equal(found.exposed, 0);
  await kept.advance(2 * HOUR);
  assert.equal((await lan.submit('/recalls', { article: bag, from: 1, to: 1, class: 2 })).status, 303);
  found = await report();
  assert.equal(found.exposed, 1);
  assert.equal(found.still_exposed, 1);
  assert.ok(found.exposed_seconds >= 2 * 3600);
});

test('trust is noted each day, and shown over time', async () => {
  await kept.advance(24 * HOUR);
  const found = await report();
  assert.equal(found.articles, 2);
  assert.ok(found.weeks.some((w) => w.trust !== null), JSON.stringify(found.weeks));
});

test('leads see it as a page with charts and their tables; agents do not', async () => {
  lan = await kept.agent('lan@kept.test');
  const html = await lan.page('/reports/knowledge?days=28');
  const text = textOf(html);
  assert.match(text, /33 % of 3 readings of help pages were followed by a message to us/);
  assert.match(text, /zeppelin mooring Help centre · English/);
  assert.match(text, /50 % of 2 solved conversations had an answer from an article/);
  assert.match(html, /<rect class="bar-late"/);
  assert.match(text, /Customers who were told 1/);
  assert.equal((await minh.get('/reports/knowledge')).status === 200, false);
  assert.equal((await apiMinh('GET', '/reports/knowledge')).http, 403);
  assert.match(textOf(await (await kept.agent('lan@kept.test')).page('/reports/promises')), /Knowledge/);
});
