// Changes that people must have read before they answer: who is asked, who sees what, who says that she has read it, who is
// reminded, and what is said beside an answer that uses the article.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const DAY = 24 * 3600_000;
let kept, sink, admin, lan, minh, mai, shop, api, apiMinh;
// Sessions end while days pass.
async function signIn() {
  [admin, lan, minh, mai, shop] = await Promise.all(['admin', 'lan', 'minh', 'mai', 'shop'].map((name) => kept.agent(`${name}@kept.test`)));
}
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00', env: { KEPT_ORIGIN: 'https://help.kept.test' } });
  admin = await kept.agent('admin@kept.test', { name: 'Admin' });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  minh = await kept.agent('minh@kept.test', { name: 'Minh', role: 'agent' });
  mai = await kept.agent('mai@kept.test', { name: 'Mai', role: 'agent' });
  shop = await kept.agent('shop@kept.test', { name: 'Shop', role: 'agent' });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.stderr);
  api = kept.caller(await kept.token('lan@kept.test'));
  apiMinh = kept.caller(await kept.token('minh@kept.test'));
});
after(async () => { await kept?.stop(); sink?.stop(); });

const refOf = async (table, name) => kept.ask(`SELECT ref FROM ${table} WHERE name = '${name}'`);
async function team(name, people) {
  await admin.submit('/admin/teams', { name });
  const ref = await refOf('team', name);
  const members = await Promise.all(people.map((person) => refOf('agent', person)));
  assert.equal((await admin.submit(`/admin/teams/${ref}`, { name, member: members })).status, 303);
  return ref;
}
async function publish(title, body, more = {}) {
  const made = await api('POST', '/articles', { lang: 'en', title, body, class: 'price', publish: true, ...more });
  assert.equal(made.http, 201, JSON.stringify(made));
  return made.ref;
}
async function change(ref, title, body) {
  await kept.advance(60_000);
  const made = await api('POST', `/articles/${ref}/versions`, { title, body, facts: 'changed', note: 'Fourteen days', publish: true });
  assert.equal(made.http, 201, JSON.stringify(made));
}
const ask = (ref, fields, who = lan) => who.submit(`/articles/${ref}/must-read`, fields);
const refFrom = (answer) => /mrd_[a-z2-7]{16}/.exec(answer.headers.get('location'))[0];
const badge = (html) => Number(/href="\/must-read">[\s\S]*?class="count late"[^>]*>(\d+)</.exec(html)?.[1] ?? 0);
const remindersTo = (address) => sink.mails.filter((m) => m.to.includes(address) && /must-read/.test(m.text)).length;

const before30 = 'Bags can be returned within thirty days of delivery, unused and with the label still on it, and we pay for the parcel.';
const now14 = 'Bags can be returned within fourteen days of delivery, unused and with the label still on it, and we pay for the parcel.';
let bag, first, returns, conversation;

test('only whoever is in the teams is asked, and sees it on every page', async () => {
  returns = await team('Returns', ['Minh', 'Mai', 'Lan']);
  await team('Shop', ['Shop']);
  bag = await publish('Returning a bag', before30);
  await change(bag, 'Returning a bag', now14);
  assert.equal((await ask(bag, {})).status, 422, 'nobody is named');
  const page = textOf(await lan.page(`/articles/${bag}`));
  assert.match(page, /Must be read .*You see who has not/);
  const asked = await ask(bag, { team: returns, why: 'It is fourteen days now' });
  assert.equal(asked.status, 303, await asked.text());
  first = refFrom(asked);
  assert.equal(badge(await minh.page('/inbox/mine')), 1);
  assert.equal(badge(await mai.page('/articles')), 1);
  assert.equal(badge(await shop.page('/inbox/mine')), 0, 'twin: another team');
  assert.equal(badge(await lan.page('/inbox/mine')), 0, 'twin: who asks has read it');
});

test('the list says what changed, and by whom one is asked', async () => {
  const html = await minh.page('/must-read');
  const text = textOf(html);
  assert.match(text, /Lan asks you to read this/);
  assert.match(text, /It is fourteen days now/);
  assert.match(html, /<del>[^<]*thirty[^<]*<\/del>/);
  assert.match(html, /<ins>[^<]*fourteen[^<]*<\/ins>/);
  assert.doesNotMatch(text, /What others were asked/, 'an agent oversees nothing of it');
  assert.match(textOf(await shop.page('/must-read')), /You have read everything/);
});

test('beside the answer it is pointed out, and one that says the article is held back once', async () => {
  assert.equal(await kept.mailIn(mail({ from: 'Anna <anna@customer.test>', subject: 'Bag', text: 'Until when may I send the bag back?' }), 'support@kept.test'), 0);
  await kept.settle();
  [conversation] = refsOf(await minh.page('/inbox/unassigned'));
  assert.match(await minh.page(`/c/${conversation}`), new RegExp(`1 change to read before your next answer[\\s\\S]*?/must-read\\?back=${conversation}`));
  assert.doesNotMatch(await shop.page(`/c/${conversation}`), /to read before your next answer/, 'twin');
  const warning = async (who, text) => JSON.parse(await (await who.submit(`/c/${conversation}/draft`, { kind: 'reply', text })).text()).warning ?? '';
  assert.match(await warning(minh, now14), /“Returning a bag” has changed, and you have not read/);
  assert.doesNotMatch(await warning(shop, now14), /you have not read/, 'twin: not asked');
  assert.doesNotMatch(await warning(minh, 'Thank you, we look into it and write again tomorrow morning.'), /you have not read/, 'twin: another text');
  const held = await minh.submit(`/c/${conversation}/reply`, { kind: 'reply', text: now14, then: 'keep' });
  assert.equal(held.status, 409);
  assert.match(textOf(await held.text()), /has changed, and you have not read yet what did/);
});

test('one click says that she has read it, and leads back to the answer', async () => {
  assert.equal((await shop.submit(`/must-read/${first}/read`, {})).status, 404, 'who was not asked has nothing to confirm');
  const read = await minh.submit(`/must-read/${first}/read`, { back: conversation });
  assert.equal(read.headers.get('location'), `/c/${conversation}`);
  assert.equal(badge(await minh.page('/inbox/mine')), 0);
  assert.equal((await minh.submit(`/must-read/${first}/read`, {})).status, 303, 'twice is once');
  const sent = await minh.submit(`/c/${conversation}/reply`, { kind: 'reply', text: now14, then: 'keep' });
  assert.equal(sent.status, 303, 'twin: now it goes');
});

test('whoever asked, and leads, see who has not; others do not', async () => {
  const text = textOf(await lan.page(`/must-read/${first}`));
  assert.match(text, /2 of 3 have read it/);
  assert.match(text, /Mai Not read yet/);
  assert.match(text, /Minh Read/);
  assert.match(textOf(await lan.page('/must-read')), /What others were asked to read .*Returning a bag Returns 2 \/ 3/);
  assert.equal((await admin.get(`/must-read/${first}`)).status, 200);
  assert.equal((await mai.get(`/must-read/${first}`)).status, 403);
  assert.match(textOf(await lan.page(`/articles/${bag}`)), /1 has not read it/);
});

test('who has not is reminded by mail, who is away is not, and is shown it on coming back', async () => {
  const second = refFrom(await ask(await publish('Opening hours', 'We are open from nine to six on every working day, and on Saturdays until noon.'), { everybody: 1 }));
  await shop.submit('/account/away', { away: 1 });
  await kept.advance(DAY + 60_000);
  await signIn();
  assert.equal(remindersTo('mai@kept.test'), 1, 'two changes, one mail at a time is on its way');
  assert.equal(remindersTo('minh@kept.test'), 1);
  assert.equal(remindersTo('shop@kept.test'), 0, 'away');
  assert.equal(remindersTo('lan@kept.test'), 0, 'asked it herself');
  assert.match(sink.mails.at(-1).text, /https:\/\/help\.kept\.test\/must-read/);
  assert.match(textOf(await lan.page(`/must-read/${second}`)), /Shop Not read yet away since .* is asked on coming back/);
  const back = await shop.submit('/account/away', { away: 0 });
  assert.equal(back.headers.get('location'), '/must-read');
  await shop.submit(`/must-read/${second}/read`, {});
  await shop.submit('/account/away', { away: 1 });
  assert.notEqual((await shop.submit('/account/away', { away: 0 })).headers.get('location'), '/must-read', 'twin: nothing is unread');
  for (let day = 0; day < 5; day++) await kept.advance(DAY);
  await signIn();
  assert.ok(remindersTo('minh@kept.test') <= 3, 'three at most');
  assert.ok(remindersTo('minh@kept.test') >= 2);
  assert.equal((await lan.submit(`/must-read/${second}/act`, { do: 'end' })).status, 303);
  assert.match(textOf(await lan.page(`/must-read/${second}`)), /Taken back .*Had not read it when it ended/);
  assert.equal((await lan.submit(`/must-read/${second}/act`, { do: 'remind' })).status, 409);
});

test('a newer change takes its place, and the last reader ends it', async () => {
  await change(bag, 'Returning a bag', now14.replace('fourteen', 'twenty-one'));
  const newer = refFrom(await ask(bag, { team: returns }));
  assert.match(textOf(await lan.page(`/must-read/${first}`)), /A newer change took its place/);
  assert.equal(badge(await mai.page('/inbox/mine')), 1, 'one, not two');
  assert.equal(badge(await minh.page('/inbox/mine')), 1, 'who read the old one reads the new one too');
  await mai.submit(`/must-read/${newer}/read`, {});
  assert.equal((await apiMinh('GET', '/must-reads?waiting=1')).data[0].ref, newer);
  assert.equal((await apiMinh('POST', `/must-reads/${newer}/read`)).ended, 'read');
  assert.match(textOf(await lan.page(`/must-read/${newer}`)), /Everybody has read it/);
});

test('of an article that is archived nothing need be read', async () => {
  const old = await publish('Summer sale', 'In the summer sale every tent is a fifth cheaper, until the last day of August.');
  const ref = refFrom(await ask(old, { team: returns }));
  assert.equal(badge(await minh.page('/inbox/mine')), 1);
  assert.equal((await lan.submit(`/articles/${old}/act`, { do: 'archive' })).status, 303);
  assert.equal(badge(await minh.page('/inbox/mine')), 0);
  assert.equal((await api('GET', `/must-reads/${ref}`)).ended, 'taken_back');
});

test('somebody who left is waited for by nobody', async () => {
  const gone = await publish('Gift cards', 'Gift cards are valid for three years from the day on which they were bought.');
  const ref = refFrom(await ask(gone, { team: returns }));
  await minh.submit(`/must-read/${ref}/read`, {});
  assert.equal((await api('GET', `/must-reads/${ref}`)).waiting, 1);
  const left = await admin.submit(`/admin/agents/${await refOf('agent', 'Mai')}`, { do: 'off' });
  assert.equal(left.status, 303, await left.text());
  assert.equal((await api('GET', `/must-reads/${ref}`)).waiting, 0);
});

test('programs ask, list and confirm as people do', async () => {
  const ref = await publish('Warranty', 'The warranty is two years on everything but batteries, which have one year.');
  const asked = await api('POST', `/articles/${ref}/must-reads`, { why: 'Batteries' });
  assert.equal(asked.http, 201, JSON.stringify(asked));
  assert.equal(asked.teams, null);
  assert.ok(asked.waiting >= 2);
  const seats = await api('GET', `/must-reads/${asked.ref}/seats`);
  assert.equal(seats.data.find((s) => s.name === 'Minh').state, 'waits');
  assert.equal((await apiMinh('GET', `/must-reads/${asked.ref}/seats`)).http, 403);
  assert.equal((await apiMinh('POST', `/must-reads/${asked.ref}/end`)).http, 403);
  assert.equal((await apiMinh('POST', `/must-reads/${asked.ref}/read`)).http, 200);
  assert.equal((await api('POST', `/must-reads/${asked.ref}/end`)).ended, 'taken_back');
  assert.equal((await api('POST', `/must-reads/${asked.ref}/end`)).http, 409);
  const draft = await api('POST', '/articles', { lang: 'en', title: 'Not yet', body: 'Nothing is shown of this one yet.' });
  assert.equal((await api('POST', `/articles/${draft.ref}/must-reads`, {})).http, 409);
  assert.equal((await ask(draft.ref, { everybody: 1 })).status, 422);
});
