// Customers who come to an article by their private link: what is for customers opens for them, and where the account says that it
// notes what they read, a correction finds them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const env = { KEPT_ORIGIN: 'https://help.kept.test' }, DAY = 24 * 3600_000;
let kept, sink, lead, api;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: new Date(Date.now() + 400 * DAY).toISOString(), env }); // what comes round was set by the machine's clock
  lead = await kept.agent('lan@kept.test', { name: 'Lan', role: 'admin' });
  assert.equal((await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain'])).code, 0);
  api = kept.caller(await kept.token('lan@kept.test'));
});
after(async () => { await kept?.stop(); sink?.stop(); });

async function publish(title, body, more = {}) {
  const made = await api('POST', '/articles', { lang: 'en', title, body, class: 'howto', publish: true, ...more });
  assert.equal(made.http, 201, JSON.stringify(made));
  return made.ref;
}
async function asks(who) {
  assert.equal(await kept.mailIn(mail({ from: `${who} <${who}@customer.test>`, subject: `From ${who}` }), 'support@kept.test'), 0);
  await kept.settle();
  return refsOf(await lead.page('/inbox/unassigned'))[0];
}
const link = async (ref, article) => new URL(JSON.parse(await (await lead.submit(`/c/${ref}/articles/${article}`, { link: 1 })).text()).text);
const readers = async () => Number(await kept.ask('SELECT count(*) FROM article_read_by'));
// Readings are written beside the answer, a moment later.
async function reads(path, browser = kept.browser()) {
  const answer = await browser.get(path), text = await answer.text();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { status: answer.status, text };
}
const settings = async (read_by) => {
  const fields = { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', undo_s: '10', session_h: '720', raw_days: '30', picture_days: '30', ...(read_by ? { read_by: 1 } : {}) };
  assert.equal((await lead.submit('/admin/settings', fields)).status, 303);
};

test('an article for customers opens by her link, which an agent puts into the answer, and by no other way', async () => {
  const article = await publish('For customers', 'The code of the gate is beside the door.', { audience: 'customers' });
  const open = await publish('For everybody', 'The gate opens at nine in the morning.');
  const ref = await asks('an');
  const hers = await link(ref, article);
  assert.match(hers.search, /^\?case=/);
  assert.equal((await link(ref, open)).search, '', 'what is for everybody needs no key, and nothing is noted');
  assert.equal((await reads(hers.pathname + hers.search)).status, 200);
  const kinds = async (url) => (await kept.browser().get(url.pathname + url.search)).headers.get('cache-control');
  assert.match(await kinds(hers), /^private/);
  assert.match(await kinds(await link(ref, open)), /^public/, 'twin');
  assert.equal((await reads(hers.pathname)).status, 404);
  assert.equal((await reads(`${hers.pathname}?case=${hers.search.slice(6, -1)}`)).status, 404);
  assert.equal(await readers(), 0, 'off until the account says so');
  assert.doesNotMatch((await reads(hers.pathname + hers.search)).text, /we note that you read this/);
});

test('where it is noted the page says so, and a correction finds who read it, told in a message or not', async () => {
  await settings(true);
  const article = await publish('Charging', 'The battery may be charged with any charger of up to twenty volts, overnight as well.');
  const one = await asks('binh'), two = await asks('chi'), other = await asks('dung');
  const read = await link(one, article);
  assert.match(read.search, /^\?case=/, 'so that we know who reads');
  const page = await reads(read.pathname + read.search);
  assert.match((await kept.browser().get(read.pathname + read.search)).headers.get('cache-control'), /^private/, 'no cache between us keeps what her key opened');
  assert.match(textOf(page.text), /we note that you read this, so that we can tell you/);
  await reads(read.pathname + read.search);
  assert.equal(await kept.ask('SELECT times FROM article_read_by'), '1', 'once an hour');
  await reads(read.pathname); // a stranger
  assert.equal(await readers(), 1);
  assert.equal((await api('POST', `/conversations/${two}/messages`, { kind: 'agent', body: 'The battery may be charged with any charger of up to twenty volts, overnight as well.' })).http, 201);
  await kept.settle();
  const both = await link(two, article);
  await reads(both.pathname + both.search);

  const begun = await lead.submit('/recalls', { article, from: 1, to: 1, class: 1 });
  assert.equal(begun.status, 303, await begun.text());
  const recall = /rcl_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  const told = (await api('GET', `/recalls/${recall}/recipients`)).data;
  assert.deepEqual(told.map((p) => p.conversation).sort(), [one, two].sort(), `and not ${other}`);
  const person = told.find((p) => p.conversation === one).ref;
  assert.match(textOf(await lead.page(`/recalls/${recall}/people/${person}`)), /How this customer was told.*Charging.*version 1.*read in the help centre/);
  const second = told.find((p) => p.conversation === two).ref;
  const how = textOf(await lead.page(`/recalls/${recall}/people/${second}`)).split('How this customer was told')[1];
  assert.equal(how.match(/Charging/g).length, 2, 'once in a message, once read');
  assert.match((await reads(read.pathname + read.search)).text, /Something here was wrong/);
});

test('it goes with the customer, and after a year', async () => {
  assert.equal(await readers(), 2);
  const erased = await kept.cli(['contact', 'erase', 'chi@customer.test', '--why', 'asked', '--confirm', 'chi']);
  assert.equal(erased.code, 0, erased.err ?? erased.stderr);
  assert.equal(await readers(), 1);
  await kept.advance(364 * DAY);
  await kept.settle();
  assert.equal(await readers(), 1);
  await kept.advance(2 * DAY);
  await kept.settle();
  assert.equal(await readers(), 0);
});
