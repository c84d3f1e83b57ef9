// Those who only read (shop, sales, social media): articles as they are told now, changes that must be read, and a word when
// one is wrong. No conversation, no customer, no draft, no work.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, password, run, startKept, textOf } from './kept.mjs';

let kept, admin, shop, api, mine, internal, draft, conversation;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  admin = await kept.agent('admin@kept.test', { name: 'Admin' });
  shop = await kept.agent('shop@kept.test', { name: 'Shop', role: 'reader' });
  api = kept.caller(await kept.token('admin@kept.test'));
  mine = kept.caller(await kept.token('shop@kept.test'));
  internal = (await api('POST', '/articles', { lang: 'en', title: 'Refunds over the counter', body: 'Up to 50 euros are paid at the till.', class: 'procedure', audience: 'internal', publish: true })).ref;
  draft = (await api('POST', '/articles', { lang: 'en', title: 'Not decided yet', body: 'Perhaps 80 euros at the till.', class: 'procedure', audience: 'internal' })).ref;
  await kept.mailIn(mail({ from: 'Lan <lan@customer.test>', subject: 'Where is it', text: 'Where is my parcel?' }), 'support@kept.test');
  await kept.settle();
  conversation = await kept.ask('SELECT ref FROM conversation');
});
after(() => kept?.stop());
const status = async (who, path) => (await who.fetch(path)).status;

test('she begins at the articles, and her menu holds only what she may', async () => {
  const signed = await kept.browser().submit('/sign-in', { email: 'shop@kept.test', password });
  const begun = await shop.fetch('/');
  assert.equal(begun.headers.get('location'), '/read');
  assert.equal(signed.status, 303);
  const page = await shop.page('/read');
  assert.match(textOf(page), /Refunds over the counter/);
  assert.doesNotMatch(page, /\/inbox|\/new"|\/articles\/new|\/practice|\/recalls|\/admin|\/reports|data-me=|id="palette"/);
  for (const path of ['/must-read', '/account']) assert.doesNotMatch(await shop.page(path), /"\/inbox|"\/new"|\/articles\/new|"\/articles"|"\/recalls"|\/admin\//, path);
  assert.match(await admin.page('/inbox/mine'), /"\/new"/); // and others keep theirs
});

test('she reads what is told, internal too, with how far to trust it, and no draft', async () => {
  const page = textOf(await shop.page(`/read/${internal}`));
  assert.match(page, /Up to 50 euros are paid at the till/);
  assert.match(page, /Check first|Reliable|Say its date/);
  assert.equal(await status(shop, `/read/${draft}`), 404);
  assert.doesNotMatch(await shop.page('/read'), /Not decided yet/);
  assert.match(textOf(await shop.page('/read?q=refund+at+the+till')), /Refunds over the counter/);
  assert.doesNotMatch(textOf(await shop.page('/read?q=perhaps+80+euros')), /Not decided yet/);
  for (const path of [`/articles/${internal}`, '/articles', `/articles/${internal}/edit`, `/articles/${internal}/as-of`]) assert.equal(await status(shop, path), 403, path);
});

test('she sees no conversation and no customer, and hears of none', async () => {
  const contact = await kept.ask('SELECT ref FROM contact');
  for (const path of [`/c/${conversation}`, '/inbox/mine', '/inbox/search?q=parcel', `/contacts/${contact}/edit`, '/new', '/live', '/live/poll?after=0', '/recalls', '/recoveries'])
    assert.equal(await status(shop, path), 403, path);
  for (const path of ['/conversations', `/conversations/${conversation}`, '/contacts', '/agents', '/promises', '/saved-replies']) assert.equal((await mine('GET', path)).http, 403, path);
  assert.equal((await api('GET', '/conversations')).http, 200);
});

test('she says what is wrong; of what she is not shown she knows nothing', async () => {
  assert.equal((await shop.submit(`/articles/${internal}/flag`, { what: 'The till pays 30.' }, { from: `/read/${internal}` })).headers.get('location'), `/read/${internal}?done=added`);
  assert.equal((await shop.submit(`/articles/${draft}/flag`, { what: 'It is 70.' }, { from: '/read' })).status, 404);
  assert.equal(await kept.ask('SELECT count(*) FROM article_flag'), '1');
  assert.match(textOf(await admin.page(`/articles/${internal}`)), /The till pays 30\..*Shop/s);
  assert.equal((await mine('POST', `/articles/${internal}/flags`, { what: 'And only in cash.' })).http, 200);
  assert.equal((await mine('POST', `/articles/${draft}/flags`, { what: 'It is 70.' })).http, 404);
  assert.equal((await mine('PATCH', `/articles/${internal}`, { class: 'price' })).http, 403);
  assert.equal((await shop.submit(`/articles/${internal}/act`, { do: 'archive', number: 1 }, { from: '/read' })).status, 403);
});

test('a change that must be read reaches her, and she confirms it', async () => {
  await admin.submit(`/articles/${internal}/must-read`, { everybody: 1, why: 'The limit is new' });
  const page = await shop.page('/read');
  assert.match(textOf(page), /1 change is to be read/);
  const asked = await shop.page('/must-read');
  assert.match(textOf(asked), /The limit is new/);
  assert.match(asked, new RegExp(`/read/${internal}`));
  const ref = /must-read\/(mrd_[a-z2-7]+)\/read/.exec(asked)[1];
  assert.equal(await status(shop, `/must-read/${ref}`), 403); // who has not is the lead's to see
  assert.match(textOf(await admin.page(`/must-read/${ref}`)), /Shop Not read yet/);
  assert.equal((await shop.submit(`/must-read/${ref}/read`, {}, { from: '/must-read' })).status, 303);
  assert.match(textOf(await admin.page(`/must-read/${ref}`)), /Shop Read/);
  assert.doesNotMatch(textOf(await shop.page('/read')), /to be read/);
});

test('her token reads what she reads', async () => {
  assert.equal((await mine('GET', '/me')).agent.role, 'reader');
  assert.deepEqual((await mine('GET', '/articles')).data.map((x) => x.ref), [internal]);
  assert.deepEqual((await mine('GET', '/articles?status=draft')).data.map((x) => x.ref), [internal]);
  assert.equal((await mine('GET', `/articles/${internal}`)).http, 200);
  assert.equal((await mine('GET', `/articles/${draft}`)).http, 404);
  assert.deepEqual((await mine('GET', '/must-reads')).data, []); // she has read it
  assert.equal((await mine('GET', '/categories')).http, 200);
});

test('nothing is given to her to do', async () => {
  const ref = await kept.ask("SELECT ref FROM agent WHERE name = 'Shop'");
  assert.doesNotMatch(await admin.page(`/c/${conversation}`), new RegExp(`value="${ref}"`));
  const assigned = await api('PATCH', `/conversations/${conversation}`, { assignee: ref });
  assert.equal(assigned.http, 422);
  assert.match(JSON.stringify(assigned), /reader/);
  assert.ok((await admin.submit(`/c/${conversation}/assign`, { to: ref })).status >= 400);
  assert.equal(await kept.ask('SELECT count(*) FROM conversation WHERE assignee_id IS NOT NULL'), '0');
  assert.doesNotMatch(await admin.page(`/articles/${internal}`), new RegExp(`value="${ref}"`));
});

test('roles are given on the page of agents, by the wizard and on the command line', async () => {
  const page = await admin.page('/admin/agents');
  assert.match(textOf(page), /Reader – reads articles and changes only; sees no conversation and no customer/);
  assert.match(await admin.page('/admin/agents'), /<td>Reader<\/td>/);
  await admin.submit('/admin/agents', { name: 'Counter', email: 'counter@kept.test', role: 'reader' });
  assert.equal(await kept.ask("SELECT role FROM agent WHERE email = 'counter@kept.test'"), '-1');
  const begun = await admin.page('/start/invite');
  assert.match(begun, /name="readers"/);
  await admin.submit('/start/invite', { emails: 'minh@kept.test', readers: 'social@kept.test' }, { from: '/start/invite' });
  assert.equal(await kept.ask("SELECT role FROM agent WHERE email = 'minh@kept.test'"), '1');
  assert.equal(await kept.ask("SELECT role FROM agent WHERE email = 'social@kept.test'"), '-1');
  assert.match((await run(['user', 'add', 'x@kept.test', '--role', 'nobody', '--data', kept.data], { env: kept.env })).err, /reader, agent, lead or admin/);
});

test('who becomes a reader loses what she could, at once', async () => {
  const lead = await kept.agent('lead@kept.test', { name: 'Lead', role: 'lead' });
  assert.equal(await status(lead, '/inbox/mine'), 200);
  const ref = await kept.ask("SELECT ref FROM agent WHERE name = 'Lead'");
  await admin.submit(`/admin/agents/${ref}`, { role: 'reader' });
  assert.equal(await status(lead, '/inbox/mine'), 303); // her sessions have ended
  const again = await kept.agent('lead@kept.test');
  assert.equal(await status(again, '/inbox/mine'), 403);
  await admin.submit(`/admin/agents/${ref}`, { role: 'agent' });
  assert.equal(await status(await kept.agent('lead@kept.test'), '/inbox/mine'), 200);
});
