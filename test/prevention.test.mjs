// "It will not happen again": whoever sends it is asked what stands behind it. Each such reply is kept with the action, or as
// one with nothing behind it; that is shown where it was said, on the action's page, in the ledger and in the report.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const said = 'We are sorry. The box was packed badly, and we have sent a new one today. This will not happen again.';
const fair = 'We are sorry. The box was packed badly, and we have sent a new one today.';
let kept, sink, lan, mai, api;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' }); // a Monday
  mai = await kept.agent('mai@kept.test', { name: 'Mai', role: 'admin' });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'agent' });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
  api = kept.caller(await kept.token('lan@kept.test'));
});
after(async () => { await kept?.stop(); sink?.stop(); });

let count = 0;
async function asks() {
  const n = ++count;
  assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <c${n}@customer.test>`, subject: `Broken cup ${n}`, text: 'The cup arrived broken.' }), 'support@kept.test'), 0);
  await kept.settle();
  return refsOf(await lan.page('/inbox/open'))[0];
}
const recovery = async (ref, cause) => assert.equal((await api('POST', `/conversations/${ref}/recoveries`, { cause, harm: 'product' })).http, 201);
const check = async (ref, text, more = {}) => (await lan.submit(`/c/${ref}/check`, { kind: 'reply', text, ...more }, { headers: { 'HX-Request': 'true' } })).text();
const reply = async (ref, text, more = {}) => assert.equal((await lan.submit(`/c/${ref}/reply`, { kind: 'reply', text, then: 'pending', ...more })).status, 303);
const chosen = (html) => /<option value="([^"]*)" selected/.exec(html)?.[1] ?? '';
const rows = () => kept.ask('SELECT count(*) FROM prevention_said');
const alone = () => kept.ask('SELECT count(*) FROM prevention_said WHERE prevention_id IS NULL');
const shortOf = async (ref) => /data-copy="([A-Z0-9]+)"/.exec(await lan.page(`/c/${ref}`))[1];

test('a reply that does not say so is asked nothing, and is not kept as one', async () => {
  const ref = await asks();
  assert.doesNotMatch(await check(ref, fair), /name="behind"/);
  await reply(ref, fair);
  const message = await api('POST', `/conversations/${ref}/messages`, { kind: 'agent', body: fair, promises: 'none' });
  await api('POST', `/conversations/${ref}/promises`, { text: 'a new cup', message: message.ref, due_to: new Date(kept.now() + 3600_000).toISOString() });
  assert.equal(await rows(), '0');
  assert.doesNotMatch(await lan.page('/prevention'), /with nothing behind it/);
});

test('sent with nothing behind it: amber before, recorded after, and linked later it is no gap any more', async () => {
  const ref = await asks();
  const html = await check(ref, said);
  assert.match(html, /name="behind"/);
  assert.match(html, /name="dismiss" value="no_repeat"/);
  assert.match(textOf(html), /Nothing yet/);
  await reply(ref, said, { behind: '' });
  assert.deepEqual([await rows(), await alone()], ['1', '1']);
  await kept.advance(60_000);
  const short = await shortOf(ref);
  assert.match(textOf(await lan.page(`/c/${ref}`)), /Lan said that it will not happen again, with nothing behind it/);
  assert.match(textOf(await lan.page(`/c/${ref}`)), /was said here, and nothing stands behind it/);
  assert.match(textOf(await lan.page('/prevention')), new RegExp(`Said, with nothing behind it.*${short}`));
  assert.match(textOf(await mai.page('/reports/promises')), /of these with nothing behind them 1 · 1/);
  assert.equal((await lan.submit('/prevention', { conversation: ref, what: 'Two layers of paper in each box', due: '2026-03-20' })).status, 303);
  assert.equal(await alone(), '0');
  assert.doesNotMatch(textOf(await lan.page(`/c/${ref}`)), /was said here, and nothing stands behind it/);
  const action = /pvn_[a-z2-7]{16}/.exec(await lan.page('/prevention'))[0];
  assert.match(textOf(await lan.page(`/prevention/${action}`)), new RegExp(`Replies that rest on it ${short}`));
  assert.match(textOf(await mai.page('/reports/promises')), /of these with nothing behind them 1 · 0/);
});

test('actions of the same cause come first; choosing one is one click, and no finding is left', async () => {
  const first = await asks(), ref = await asks(), elsewhere = await asks();
  await recovery(first, 'delivery');
  await recovery(ref, 'delivery');
  await recovery(elsewhere, 'billing');
  for (const [at, what] of [[first, 'Scales at the door'], [elsewhere, 'Bills are read twice']])
    assert.equal((await lan.submit('/prevention', { conversation: at, what, due: '2026-03-25' })).status, 303);
  const html = await check(ref, said);
  const same = /<optgroup label="Of the same cause">([\s\S]*?)<\/optgroup>/.exec(html)[1], other = /<optgroup label="Other open actions">([\s\S]*?)<\/optgroup>/.exec(html)[1];
  assert.match(same, /Scales at the door/);
  assert.doesNotMatch(same, /Bills/);
  assert.match(other, /Bills are read twice/);
  const action = /value="(pvn_[a-z2-7]{16})"/.exec(same)[1];
  const after = await check(ref, said, { behind: action });
  assert.doesNotMatch(after, /name="dismiss" value="no_repeat"/);
  assert.equal(chosen(after), action);
  await reply(ref, said, { behind: action });
  assert.equal(await alone(), '0');
  assert.match(textOf(await lan.page(`/prevention/${action}`)), new RegExp(`Replies that rest on it ${await shortOf(ref)}`));
  assert.match(await check(ref, said), new RegExp(`value="${action}" selected`), 'what is linked here is taken from now on');
  assert.doesNotMatch(await check(ref, said), /name="dismiss" value="no_repeat"/);
  assert.match(await check(ref, said, { behind: '' }), /name="dismiss" value="no_repeat"/, 'unless she says that it is not that');
});

test('one click opens a new action of hers; undoing the reply leaves nothing said', async () => {
  const ref = await asks();
  assert.doesNotMatch(await check(ref, said, { behind: 'new' }), /name="dismiss" value="no_repeat"/);
  const before = Number(await rows());
  await reply(ref, said, { behind: 'new' });
  assert.equal(Number(await rows()), before + 1);
  assert.equal(await alone(), '0');
  const short = await shortOf(ref);
  assert.match(textOf(await lan.page('/prevention')), new RegExp(`Find out why it went wrong in ${short}, and mend the cause Lan`));
  const message = /name="message" value="(msg_[a-z2-7]+)"/.exec(await lan.page(`/c/${ref}`))[1];
  assert.equal((await lan.submit(`/c/${ref}/undo-send`, { message })).status, 303);
  assert.equal(Number(await rows()), before);
  assert.equal((await lan.submit(`/c/${ref}/reply`, { kind: 'reply', text: said, then: 'pending', behind: 'pvn_aaaaaaaaaaaaaaaa' })).status, 422, 'no such action');
});

test('a promise in the same reply names the action in the ledger; programs name it too', async () => {
  const ref = await asks();
  assert.equal((await lan.submit('/prevention', { conversation: ref, what: 'Corners are padded', due: '2026-03-25' })).status, 303);
  const made = await api('POST', `/conversations/${ref}/messages`, { kind: 'agent', body: 'I will send you a new cup by Thursday 5 pm. This will not happen again.', promises: 'shown' });
  assert.equal(made.http, 201, JSON.stringify(made));
  const action = (await api('GET', '/preventions')).data.find((one) => one.what === 'Corners are padded').ref;
  const promise = (await api('GET', '/promises?owed=true')).data[0];
  assert.match(promise.text, /new cup/);
  assert.equal(promise.prevention, action);
  const other = await asks();
  assert.equal((await api('POST', `/conversations/${other}/messages`, { kind: 'agent', body: 'This will not happen again.', prevention: 'pvn_aaaaaaaaaaaaaaaa' })).http, 422);
  assert.equal((await api('POST', `/conversations/${other}/messages`, { kind: 'agent', body: 'I will send you a new cup by Friday 5 pm.', prevention: action })).http, 201);
  assert.equal((await api('GET', '/promises?owed=true')).data[0].prevention, null, 'this one says nothing of the kind');
  assert.equal((await api('POST', `/conversations/${other}/messages`, { kind: 'agent', body: 'This will not happen again.', prevention: action })).http, 201);
  assert.equal(await alone(), '0');
  assert.equal((await api('POST', `/conversations/${await asks()}/messages`, { kind: 'agent', body: 'This will not happen again.', promises: 'none' })).http, 201);
  assert.equal(await alone(), '1');
});

test('what an agent who is switched off had to do is somebody else’s: promises, recoveries, actions; what is done keeps her name', async () => {
  const nga = await kept.agent('nga@kept.test', { name: 'Nga', role: 'agent' }), hers = kept.caller(await kept.token('nga@kept.test'));
  const ref = await asks(), day = 24 * 3600_000;
  assert.equal((await nga.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'We will send the cup by Friday 5 pm.', then: 'pending', promise: '0', promise_text: 'We will send the cup by Friday 5 pm', promise_due: '2026-03-20T17:00', promise_hand: '0' })).status, 303);
  assert.equal((await hers('POST', `/conversations/${ref}/recoveries`, { cause: 'defect', harm: 'product', owner: 'me' })).http, 201);
  const due = new Date(kept.now() + 3 * day).toISOString();
  const own = await hers('POST', '/preventions', { what: 'Thicker boxes', owner: 'me', due_at: due, conversation: ref });
  const lans = await api('POST', '/preventions', { what: 'A photo of each parcel', owner: (await hers('GET', '/me')).agent.ref, due_at: due, conversation: ref });
  const done = await hers('POST', '/preventions', { what: 'A new list of boxes', owner: 'me', due_at: due, conversation: ref });
  for (const one of [own, lans, done]) assert.equal(one.http, 201, JSON.stringify(one));
  assert.equal((await hers('POST', `/preventions/${done.ref}/done`, { evidence: 'It hangs in the hall.' })).http, 200);
  const owners = () => kept.ask("SELECT p.what || ': ' || a.name FROM prevention p JOIN agent a ON a.id = p.owner_id WHERE p.what IN ('Thicker boxes', 'A photo of each parcel', 'A new list of boxes') ORDER BY p.what");
  assert.equal(await owners(), 'A new list of boxes: Nga\nA photo of each parcel: Nga\nThicker boxes: Nga');
  const nga_ref = (await hers('GET', '/me')).agent.ref;
  assert.equal((await mai.submit(`/admin/agents/${nga_ref}`, { do: 'off' })).status, 303);
  assert.equal(await owners(), 'A new list of boxes: Nga\nA photo of each parcel: Lan\nThicker boxes: Mai');
  assert.equal(await kept.ask(`SELECT count(*) FROM recovery r JOIN agent a ON a.id = r.owner_id WHERE a.name = 'Nga'`), '0');
  assert.equal(await kept.ask(`SELECT count(*) FROM promise p JOIN agent a ON a.id = p.owner_id WHERE a.name = 'Nga'`), '0');
  assert.doesNotMatch(textOf(await mai.page('/recoveries')), /Nga/);
});

test('an action needs no conversation; a link needs one; an address that is not complete is not called a form', async () => {
  assert.match(await lan.page('/prevention'), /href="\/prevention\/new"/);
  assert.doesNotMatch(await lan.page('/prevention?finished=1'), /href="\/prevention\/new"/);
  assert.doesNotMatch(await lan.page('/prevention/new'), /name="conversation"|name="link"/);
  const early = await lan.submit('/prevention', { what: 'Two people count', due: '2026-03-01', owner: 'me' });
  assert.equal(early.status, 422);
  const added = await lan.submit('/prevention', { what: 'Two people count', due: '2026-03-30', owner: 'me' });
  assert.equal(added.status, 303);
  assert.match(added.headers.get('location'), /^\/prevention\/pvn_/);
  assert.match(textOf(await lan.page(added.headers.get('location'))), /Two people count[\s\S]*Nowhere yet/);
  const link = /pvn_[a-z0-9]+/.exec(added.headers.get('location'))[0];
  assert.equal((await lan.submit('/prevention', { link })).status, 422);
  for (const path of ['/inbox/snoozed?before=1', '/prevention/new?conversation=1', '/inbox/open?nothing=1']) {
    const answer = await lan.get(path), said = textOf(await answer.text());
    assert.ok(answer.status >= 400 && answer.status < 500, path);
    assert.match(said, /This address is not complete/, path);
  }
  const form = await lan.submit(`/prevention/${link}`, { do: 'what' });
  assert.match(textOf(await form.text()), /Something in the form needs mending/);
});
