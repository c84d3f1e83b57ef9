// Mentions: a note with @ and a name calls a colleague. Who is told and who is not, the view, the number, and what
// opening, merging and erasing do to it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { connect } from './ws.mjs';

let kept, mai, an, lead, reader, counter = 0;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  mai = await kept.agent('mai@kept.test', { role: 'agent', name: 'Nguyễn Thị Mai' });
  an = await kept.agent('an@kept.test', { role: 'agent', name: 'An' });
  lead = await kept.agent('lead@kept.test', { role: 'admin', name: '小明' });
  reader = await kept.agent('shop@kept.test', { role: 'reader', name: 'Shop' });
});
after(() => kept?.stop());

const arrives = async () => {
  await kept.advance(1000);
  assert.equal(await kept.mailIn(mail({ from: `Hoa <hoa${++counter}@customer.test>`, subject: `Parcel ${counter}` }), 'support@kept.test'), 0);
  await kept.settle();
  return kept.ask('SELECT ref FROM conversation ORDER BY id DESC LIMIT 1');
};
const note = async (who, ref, text) => {
  await kept.advance(1000);
  assert.equal((await who.submit(`/c/${ref}/reply`, { kind: 'note', text, then: 'note' })).status, 303);
};
const opens = async (who, ref) => {
  const message = await kept.ask(`SELECT m.ref FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${ref}' ORDER BY m.id DESC LIMIT 1`);
  assert.equal((await who.submit(`/c/${ref}/seen`, { message })).status, 204);
};
const calledIn = (ref) => kept.ask(`SELECT a.email FROM mention m JOIN agent a ON a.id = m.agent_id JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${ref}' ORDER BY a.email`);
const count = async (who) => /href="\/inbox\/mentions"[\s\S]*?<\/a>/.exec(await who.page('/inbox/open'))?.[0].match(/class="count figures">(\d+)/)?.[1] ?? (/href="\/inbox\/mentions"/.test(await who.page('/inbox/open')) ? 'none' : 'no view');
const mentions = async (who) => refsOf(await who.page('/inbox/mentions'));
const marked = async (who, ref) => new RegExp(`id="row-${ref}"[\\s\\S]*?</article>`).exec(await who.page('/inbox/open'))[0].includes('You are mentioned');

test('who was never mentioned has no such view, and by its address an empty one', async () => {
  await arrives();
  assert.equal(await count(mai), 'no view');
  assert.match(textOf(await mai.page('/inbox/mentions')), /Nobody has mentioned you/);
});

test('a note calls a colleague: number, sign, list; opening it settles that, and the list keeps it', async () => {
  const ref = await arrives();
  await note(an, ref, 'Could @nguyen thi mai look at this?');
  assert.equal(await calledIn(ref), 'mai@kept.test');
  assert.equal(await count(mai), '1');
  assert.equal(await marked(mai, ref), true);
  assert.deepEqual(await mentions(mai), [ref]);
  assert.equal(await count(an), 'no view', 'who wrote it is not called');
  assert.equal(await marked(an, ref), false);
  await opens(an, ref);
  assert.equal(await count(mai), '1', 'a colleague who opens it changes nothing for her');
  assert.match(await an.page(`/c/${ref}`), /<span class="mention">@nguyen thi mai<\/span>/);
  await opens(mai, ref);
  assert.equal(await count(mai), 'none');
  assert.equal(await marked(mai, ref), false);
  assert.deepEqual(await mentions(mai), [ref]);
});

test('what calls nobody: a reply, a note without a name, an address, a reader, a disabled agent', async () => {
  const ref = await arrives();
  assert.equal((await an.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Ask @小明 in the shop.', then: 'keep' })).status, 303);
  for (const text of ['@', 'write to mai@kept.test', '@Nobody', '@Shop', '@Anh'])
    await note(an, ref, text);
  assert.equal((await kept.cli(['user', 'add', 'gone@kept.test', '--role', 'agent', '--name', 'Gone', '--password-stdin'], { input: 'a long password\n' })).code, 0);
  await note(an, ref, '@Gone');
  assert.equal(await calledIn(ref), 'gone@kept.test', 'while she works here');
  assert.equal((await kept.cli(['user', 'disable', 'gone@kept.test'])).code, 0);
  await note(an, ref, '@Gone again');
  assert.equal(await kept.ask('SELECT count(*) FROM mention m JOIN agent a ON a.id = m.agent_id WHERE a.disabled_at IS NOT NULL'), '1');
  assert.doesNotMatch(await an.page(`/c/${ref}`), /class="mention">@(?!Gone<)/);
});

test('her own name in her own note: in her list, not new, and she is not told', async () => {
  const ref = await arrives();
  await note(lead, ref, '小明自己跟进：@小明');
  assert.deepEqual(await mentions(lead), [ref]);
  assert.equal(await count(lead), 'none');
  assert.equal(await kept.ask(`SELECT count(*) FROM event WHERE kind = 'conversation.mentioned' AND conversation_id = (SELECT id FROM conversation WHERE ref = '${ref}')`), '0');
});

test('the name is shown as text, whatever is around it', async () => {
  const ref = await arrives();
  await note(an, ref, '<b>@小明</b> & **@Nguyễn Thị Mai** `@小明`');
  const page = await an.page(`/c/${ref}`);
  assert.match(page, /&lt;b&gt;<span class="mention">@小明<\/span>&lt;\/b&gt; &amp; <strong><span class="mention">@Nguyễn Thị Mai<\/span><\/strong> <code>@小明<\/code>/);
  await opens(mai, ref);
  await opens(lead, ref);
});

test('her open pages hear of it', async () => {
  const ref = await arrives();
  const live = await connect(kept.port, '/live', { headers: { Cookie: `kept_session=${mai.cookies.get('kept_session')}` } });
  await note(an, ref, '@Nguyễn Thị Mai');
  const me = await kept.ask("SELECT ref FROM agent WHERE email = 'mai@kept.test'");
  const told = await live.next((message) => message.kind === 'conversation.mentioned' && message.ref === ref);
  assert.equal(told.to, me);
  await live.close();
  await opens(mai, ref);
});

test('each conversation once, by the last note that calls, and the pages of a long list fit together', async () => {
  const all = [];
  for (let i = 0; i < 52; i++) all.unshift(await arrives());
  for (const ref of [...all].reverse()) await note(lead, ref, '@An');
  await note(lead, all.at(-1), '@An, once more');
  const expected = [all.at(-1), ...all.slice(0, -1)];
  const first = await an.page('/inbox/mentions');
  const older = /(?:href|hx-get)="(\/inbox\/mentions\?[^"]*before=[^"]+)"/.exec(first)[1].replaceAll('&amp;', '&');
  assert.deepEqual([...refsOf(first), ...refsOf(await an.page(older))].filter((ref, i, refs) => refs.indexOf(ref) === i), expected);
  assert.equal(await count(an), '52', 'conversations, not notes');
});

test('a note that came after what she has read stays new', async () => {
  const ref = await arrives();
  const customers = await kept.ask(`SELECT m.ref FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${ref}'`);
  await note(an, ref, '@Nguyễn Thị Mai');
  assert.equal((await mai.submit(`/c/${ref}/seen`, { message: customers })).status, 204);
  assert.equal(await marked(mai, ref), true);
  await opens(mai, ref);
  assert.equal(await marked(mai, ref), false);
});

test('a merge takes it along, and its undo brings it back', async () => {
  const [from, into] = [await arrives(), await arrives()];
  await note(an, from, '@Nguyễn Thị Mai');
  await note(an, into, '@小明');
  const token = await kept.token('lead@kept.test');
  const post = (path, body) => fetch(new URL(path, kept.url), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal((await post(`/api/v1/conversations/${from}/merge`, { into, other_customer: true })).status, 200);
  assert.equal(await calledIn(into), 'lead@kept.test\nmai@kept.test');
  assert.equal((await mentions(mai))[0], into);
  assert.equal((await post(`/api/v1/conversations/${into}/unmerge`, {})).status, 200);
  assert.equal(await calledIn(from), 'mai@kept.test');
  assert.equal(await calledIn(into), 'lead@kept.test');
  await opens(mai, from);
});

test('by the API: a note calls, and the list can be asked for', async () => {
  const ref = await arrives(), me = 'mai@kept.test';
  const [mais, leads] = [await kept.token(me), await kept.token('lead@kept.test')];
  const ask = async (token, path, body) => {
    const answer = await fetch(new URL(`/api/v1/${path}`, kept.url), { method: body ? 'POST' : 'GET', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    return { status: answer.status, ...await answer.json() };
  };
  const before = (await ask(mais, 'conversations?mentioned=me')).data.map((one) => one.ref);
  assert.ok(!before.includes(ref));
  assert.equal((await ask(leads, `conversations/${ref}/messages`, { kind: 'note', body: 'Bitte @mai@kept.test' })).status, 201);
  assert.deepEqual((await ask(mais, 'conversations?mentioned=me')).data.map((one) => one.ref), [ref, ...before]);
  const agent = await kept.ask(`SELECT ref FROM agent WHERE email = '${me}'`);
  assert.deepEqual((await ask(leads, `conversations?mentioned=${agent}&status=open`)).data.map((one) => one.ref), []);
  assert.equal((await ask(leads, 'conversations?mentioned=agt_aaaaaaaaaaaaaaaa')).status, 422);
  const { ref: tag } = await ask(leads, 'tags', { name: 'urgent' });
  assert.equal((await ask(leads, `conversations?mentioned=me&tag=${tag}`)).status, 422);
});

test('who reads articles alone sees no mentions', async () => {
  assert.equal((await reader.get('/inbox/mentions')).status, 403);
});

test('when the customer is erased, the row stays and breaks nothing', async () => {
  const ref = await arrives();
  await note(an, ref, '@Nguyễn Thị Mai');
  const contact = await kept.ask(`SELECT ct.ref FROM contact ct JOIN conversation c ON c.contact_id = ct.id WHERE c.ref = '${ref}'`);
  const erased = await kept.cli(['contact', 'erase', contact, '--why', 'asked', '--confirm', 'Hoa']);
  assert.equal(erased.code, 0, erased.stderr);
  await kept.settle();
  assert.match(await mai.page('/inbox/mentions'), new RegExp(ref));
  assert.doesNotMatch(await mai.page(`/c/${ref}`), /class="mention"/);
});
