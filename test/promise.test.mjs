// A promise in a reply has a clock of its own: chip, row, reminder, late, kept; and the customer sees it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';

const MINUTE = 60_000, HOUR = 60 * MINUTE;
let kept, agent;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' }); // a Monday
  agent = await kept.agent();
});
after(() => kept?.stop());

let count = 0;
async function conversation(text = 'Where is my refund?') {
  const n = ++count;
  assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <c${n}@customer.test>`, subject: `Refund ${n}`, text }), 'support@kept.test'), 0);
  await kept.settle();
  return refsOf(await agent.page('/inbox/unassigned'))[0];
}
const reply = (ref, text, more = {}) => agent.submit(`/c/${ref}/reply`, { kind: 'reply', text, then: 'pending', ...more });
const check = (ref, text, more = {}) => agent.submit(`/c/${ref}/check`, { kind: 'reply', text, ...more }, { headers: { 'HX-Request': 'true' } }).then((r) => r.text());
const promised = (html) => [...html.matchAll(/name="promise_text" value="([^"]+)"/g)].map((m) => m[1]);
const due = (html) => [...html.matchAll(/name="promise_due" value="([^"]+)"/g)].map((m) => m[1]);
const prm = (html) => [...html.matchAll(/prm_[a-z0-9]{16}/g)].map((m) => m[0])[0];

test('a promise is found while typing, in four languages, and nothing where there is none', async () => {
  const ref = await conversation();
  const cases = [
    ['We will send the refund by Thursday 5 pm.', '2026-03-19T17:00'],
    ['Em sẽ gửi lại anh trước 17h ngày mai ạ.', '2026-03-17T17:00'],
    ['我们会在明天下午五点前给您答复。', '2026-03-17T17:00'],
    ['เราจะโอนเงินคืนให้ภายในพรุ่งนี้ค่ะ', '2026-03-17T23:59'],
  ];
  for (const [text, at] of cases) {
    const html = await check(ref, text);
    assert.equal(promised(html).length, 1, text);
    assert.deepEqual(due(html), [at], text);
  }
  for (const text of ['We sent it on Thursday.', 'Could you send it by Thursday?', 'Anh gửi giúp em trước ngày mai nhé.'])
    assert.deepEqual(promised(await check(ref, text)), [], text);
});

test('sent, it is owed: in the card, in the list, on the customer’s page; and undone with its reply', async () => {
  const ref = await conversation();
  const text = 'We will send the refund by Thursday 5 pm.';
  const html = await check(ref, text);
  assert.equal((await reply(ref, text, { promise: '0', promise_text: promised(html)[0], promise_due: due(html)[0], promise_hand: '0' })).status, 303);
  let page = await agent.page(`/c/${ref}`);
  assert.match(textOf(page), /Open promises/);
  assert.ok(refsOf(await agent.page('/inbox/promises')).includes(ref));
  const undo = /name="message" value="(msg_[a-z0-9]+)"/.exec(page)[1];
  assert.equal((await agent.submit(`/c/${ref}/undo-send`, { message: undo })).status, 303);
  page = await agent.page(`/c/${ref}`);
  assert.doesNotMatch(textOf(page), /Open promises/);
  assert.ok(!refsOf(await agent.page('/inbox/promises')).includes(ref));
});

test('it survives resolving, and when its time comes the conversation is ours again, with an honest draft', async () => {
  const ref = await conversation();
  const text = 'We will send the refund by tomorrow 10 am.';
  const html = await check(ref, text);
  await reply(ref, text, { then: 'resolved', promise: '0', promise_text: promised(html)[0], promise_due: due(html)[0], promise_hand: '0' });
  assert.ok(refsOf(await agent.page('/inbox/promises')).includes(ref));
  await kept.advance(22 * HOUR);
  agent = await kept.agent(); // the night ended the session
  assert.match(await agent.page('/inbox/promises'), /Promise due soon/);
  assert.doesNotMatch(textOf(await agent.page(`/c/${ref}`)), /Promise overdue/);
  await kept.advance(4 * HOUR);
  assert.match(await agent.page('/inbox/promises'), /Promise overdue/);
  const page = await agent.page(`/c/${ref}`);
  assert.match(textOf(page), /Promise overdue: We will send the refund/);
  assert.match(page, /That has not happened, and I am sorry: the fault is ours\./);
  assert.ok(refsOf(await agent.page('/inbox/mine')).includes(ref), 'open again');
  const done = await agent.submit(`/promises/${prm(page)}/kept`, { reason: 'booked, line 4711' });
  assert.equal(done.status, 303);
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Promise settled, but too late/);
  assert.ok(!refsOf(await agent.page('/inbox/promises')).includes(ref));
  assert.equal((await agent.submit(`/promises/${prm(page)}/kept`, { reason: 'again' })).status, 409);
});

test('a reply keeps a promise in time; another gives it a new time', async () => {
  const ref = await conversation();
  const first = 'I will call the bank and write to you by Friday noon.';
  let html = await check(ref, first);
  await reply(ref, first, { promise: '0', promise_text: promised(html)[0], promise_due: due(html)[0], promise_hand: '0' });
  await kept.advance(MINUTE);
  const old = prm(await agent.page(`/c/${ref}`));
  const second = 'The bank needs longer. I will write to you by next Tuesday noon.';
  assert.equal((await reply(ref, 'The bank needs longer.', { answer: `renewed ${old}` })).status, 422, 'a new time must be named');
  html = await check(ref, second);
  assert.equal((await reply(ref, second, { answer: `agreed ${old}`, promise: '0', promise_text: promised(html)[0], promise_due: due(html)[0], promise_hand: '0' })).status, 303);
  assert.match(textOf(await agent.page(`/c/${ref}`)), /New time for the promise: I will call the bank/);
  await kept.advance(MINUTE);
  const renewed = prm(await agent.page(`/c/${ref}`).then((page) => page.slice(page.indexOf('Open promises'))));
  assert.notEqual(renewed, old);
  assert.equal((await reply(ref, 'The bank has paid: the money is with you.', { answer: `kept ${renewed}` })).status, 303);
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Promise kept:/);
});

test('a chip can be taken out, moved, and added by hand', async () => {
  const ref = await conversation();
  const text = 'We will send the refund by Thursday 5 pm.';
  const words = promised(await check(ref, text))[0];
  const fields = (more) => ({ promise_text: words, promise_due: '2026-03-20T10:00', promise_hand: '0', ...more });
  assert.match(await check(ref, text, fields({ promise: '0' })), /value="2026-03-20T10:00"/, 'the other time stays');
  assert.doesNotMatch(await check(ref, text, fields({})), /name="promise" value="0" checked/, 'what is taken out stays out');
  await reply(ref, text, fields({}));
  await kept.advance(MINUTE);
  assert.ok(!refsOf(await agent.page('/inbox/promises')).includes(ref));
  const other = await conversation();
  assert.equal((await reply(other, 'Done.', { promise: '0', promise_text: 'a new phone on the house', promise_due: '2026-03-15T10:00', promise_hand: '1' })).status, 422, 'a time that is over');
  assert.equal((await reply(other, 'Done.', { promise: '0', promise_text: 'a new phone on the house', promise_due: '2026-03-25T10:00', promise_hand: '1' })).status, 303);
  assert.match(textOf(await agent.page(`/c/${other}`)), /a new phone on the house/);
});

test('a promise added by hand and then taken out is none: it stays out while she types, and nobody owes it', async () => {
  const ref = await conversation();
  const byHand = { promise_text: 'a new phone on the house', promise_due: '2026-03-25T10:00', promise_hand: '1' };
  const empty = await check(ref, 'Done.');
  assert.match(empty, /name="promise_hand" value="1">.*<input type="hidden" name="promise" value="0">/, 'what is typed into the menu is meant');
  assert.match(await check(ref, 'Done.', { ...byHand, promise: '0' }), /name="promise" value="0" checked/);
  const out = await check(ref, 'Done. Thank you.', byHand);
  assert.deepEqual(promised(out), ['a new phone on the house'], 'still there, to be ticked again');
  assert.doesNotMatch(out, /name="promise" value="0" checked/);
  assert.equal((await reply(ref, 'Done. Thank you.', byHand)).status, 303);
  assert.doesNotMatch(textOf(await agent.page(`/c/${ref}`)), /a new phone on the house/);
  assert.ok(!refsOf(await agent.page('/inbox/promises')).includes(ref));
});

test('a promise that counts from now counts from sending; a time that she gave it herself stays', async () => {
  const ref = await conversation(), text = 'We will call you back within 40 minutes.';
  const html = await check(ref, text), was = due(html)[0];
  const chip = { promise: '0', promise_text: promised(html)[0], promise_hand: '0', promise_was: was };
  await kept.advance(50 * MINUTE); // somebody came in
  const later = due(await check(ref, text, { ...chip, promise_due: was }))[0];
  assert.equal(Date.parse(later) - Date.parse(was), 50 * MINUTE);
  assert.deepEqual(due(await check(ref, text, { ...chip, promise_due: '2026-03-20T10:00' })), ['2026-03-20T10:00']);
  assert.equal((await reply(ref, text, { ...chip, promise_due: was })).status, 303, 'the first time is over, the promise is not');
});

test('the draft keeps what was done to its promises, and taking a reply back brings it again', async () => {
  const ref = await conversation(), text = 'We will send the refund by Thursday 5 pm. We will call you tomorrow.';
  const found = promised(await check(ref, text)).filter(Boolean), hand = 'a new phone on the house';
  assert.equal(found.length, 2);
  // The second one is taken out.
  const word = { kind: 'reply', text, promise: ['0', '2'], promise_text: [...found, hand], promise_hand: ['0', '0', '1'],
    promise_due: ['2026-03-20T10:00', '2026-03-17T23:59', '2026-03-25T10:00'] };
  const ticked = (html) => [...html.matchAll(/name="promise" value="(\d)" checked/g)].map((m) => m[1]).join('');
  const kept3 = (html, where) => {
    assert.deepEqual(promised(html).filter(Boolean), [...found, hand], where);
    assert.equal(ticked(html), '02', where);
    assert.equal(due(html)[0], '2026-03-20T10:00', where);
  };
  assert.equal((await agent.submit(`/c/${ref}/draft`, word)).status, 200);
  kept3(await agent.page(`/c/${ref}`), 'opened again');
  assert.equal((await agent.submit(`/c/${ref}/reply`, { ...word, then: 'pending' })).status, 303);
  assert.ok(refsOf(await agent.page('/inbox/promises')).includes(ref));
  assert.equal((await agent.submit(`/c/${ref}/undo-send`, { message: /name="message" value="(msg_[a-z0-9]+)"/.exec(await agent.page(`/c/${ref}`))[1] })).status, 303);
  assert.ok(!refsOf(await agent.page('/inbox/promises')).includes(ref));
  kept3(await agent.page(`/c/${ref}`), 'taken back');
});

test('words that go on are the same promise: its time stays as she set it, and what she took out stays out', async () => {
  const ref = await conversation(), text = 'We will send the refund tomorrow at 10 am';
  const html = await check(ref, text);
  const chip = { promise_text: promised(html)[0], promise_hand: '0', promise_was: due(html)[0] };
  const more = `${text} to your card.`;
  assert.notEqual(promised(await check(ref, more))[0], chip.promise_text, 'its words did go on');
  assert.deepEqual(due(await check(ref, more, { ...chip, promise: '0', promise_due: '2026-03-20T15:00' })).slice(0, 1), ['2026-03-20T15:00']);
  assert.doesNotMatch(await check(ref, more, { ...chip, promise_due: due(html)[0] }), /name="promise" value="0" checked/);
  assert.match(await check(ref, 'We will send the refund on Friday.', { ...chip, promise_due: due(html)[0] }), /name="promise" value="0" checked/, 'another time is another promise');
});

test('what a reply does to an earlier promise stays chosen while she writes on', async () => {
  const ref = await conversation(), text = 'We will send the refund by Thursday 5 pm.';
  const html = await check(ref, text);
  await reply(ref, text, { promise: '0', promise_text: promised(html)[0], promise_due: due(html)[0], promise_hand: '0' });
  const owed = prm(await check(ref, 'It is sent.'));
  const chosen = (page) => /<option value="(\w+) prm_[a-z0-9]+" selected>/.exec(page)?.[1];
  assert.equal(chosen(await check(ref, 'It is sent.')), undefined);
  assert.equal(chosen(await check(ref, 'It is sent. Thank you', { answer: `kept ${owed}` })), 'kept');
  assert.equal((await agent.submit(`/c/${ref}/draft`, { kind: 'reply', text: 'It is sent.', answer: `withdrawn ${owed}` })).status, 200);
  assert.equal(chosen(await agent.page(`/c/${ref}`)), 'withdrawn');
});

test('what hurts is said before it goes out; red asks for a click; a dismissed finding stays away for the day', async () => {
  const ref = await conversation();
  const blame = 'We are sorry if you feel upset.';
  let html = await check(ref, blame);
  assert.match(html, /name="dismiss"/);
  const rule = /name="dismiss" value="([a-z_]+)"/.exec(html)[1];
  html = await (await agent.submit(`/c/${ref}/check/dismiss`, { kind: 'reply', text: blame, dismiss: rule }, { headers: { 'HX-Request': 'true' } })).text();
  assert.doesNotMatch(html, new RegExp(`name="dismiss" value="${rule}"`));
  const secret = 'Please send me your password and the OTP you received.';
  const refused = await reply(ref, secret);
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /name="red_ok"/);
  assert.equal((await reply(ref, secret, { red_ok: '1' })).status, 303);
  assert.doesNotMatch(await check(ref, 'Thank you for waiting. Your refund is booked.'), /name="dismiss"|finding-red/);
});

test('a finding that was dismissed by mistake can be shown again, by whoever dismissed it', async () => {
  const ref = await conversation(), blame = 'We are sorry if you feel upset.', part = { headers: { 'HX-Request': 'true' } };
  const rule = 'non_apology';
  const press = async (who, what) => (await who.submit(`/c/${ref}/check/${what}`, { kind: 'reply', text: blame, [what]: rule }, part)).text();
  const shown = (html) => new RegExp(`name="dismiss" value="${rule}"`).test(html), takeBack = (html) => new RegExp(`name="restore" value="${rule}"`).test(html);
  let html = await press(agent, 'dismiss');
  assert.deepEqual([shown(html), takeBack(html)], [false, true]);
  const other = await kept.agent('other@kept.test', { role: 'agent' });
  html = await (await other.submit(`/c/${ref}/check`, { kind: 'reply', text: blame }, part)).text();
  assert.deepEqual([shown(html), takeBack(html)], [false, false], 'what somebody dismissed is told to nobody else');
  html = await press(other, 'restore');
  assert.deepEqual([shown(html), takeBack(html)], [false, false], 'nor taken back by others');
  assert.ok(!takeBack(await check(ref, 'Thank you for waiting.')), 'nothing to show again where the words are gone');
  html = await press(agent, 'restore');
  assert.deepEqual([shown(html), takeBack(html)], [true, false]);
  assert.equal(await kept.ask(`SELECT count(*) FROM finding f JOIN conversation c ON c.id = f.conversation_id WHERE c.ref = '${ref}'`), '0', 'and it was never counted');
  assert.match(html, new RegExp(`name="shown" value="${rule}"`));
});

test('a conversation that we begin owes what it promises, and red waits for a click there too', async () => {
  const begin = (text, more = {}) => agent.submit('/new', { kind: 'reply', to: 'begun@customer.test', subject: 'Your sofa', text, ...more });
  const made = await begin('The sofa is in. We will deliver it on Friday at 2 pm and take the old one away.');
  assert.equal(made.status, 303);
  const ref = made.headers.get('location').split('/').at(-1);
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Open promises We will deliver it on Friday at 2 pm/);
  assert.equal(await kept.ask(`SELECT p.shown FROM promise p JOIN conversation c ON c.id = p.conversation_id WHERE c.ref = '${ref}'`), '0', 'nobody has seen it as a chip');
  const plain = await begin('The sofa is in. Could you tell us which day suits you?');
  const none = plain.headers.get('location').split('/').at(-1);
  assert.equal(await kept.ask(`SELECT count(*) FROM promise p JOIN conversation c ON c.id = p.conversation_id WHERE c.ref = '${none}'`), '0');
  const red = 'Please send me your password and the OTP you received.', before = await kept.ask('SELECT count(*) FROM conversation');
  const refused = await begin(red), said = await refused.text();
  assert.equal(refused.status, 422);
  assert.match(said, /name="red_ok"/);
  assert.ok(said.includes(red), 'what was written stays');
  assert.equal(await kept.ask('SELECT count(*) FROM conversation'), before);
  assert.equal((await begin(red, { red_ok: '1' })).status, 303);
  assert.equal((await begin('Called: asked for the password by mistake. Please send me your password.', { kind: 'note' })).status, 303, 'a note goes to nobody');
});

test('a better wording can be taken over, and is found when it is left as the example has it', async () => {
  const ref = await conversation();
  const html = await check(ref, 'You simply ignored the manual.'), example = /data-example="([^"]+)"/.exec(html)[1];
  assert.equal(example, 'The house number was missing; I have added it and the parcel goes out today.');
  assert.match(html, /data-rewrite="You simply ignored/);
  assert.match(await check(ref, `Hello. ${example}`), /name="dismiss" value="example"/);
  assert.doesNotMatch(await check(ref, 'Hello. The flat number was missing; I have added it and the parcel goes out today.'), /value="example"/);
  assert.match(await check(ref, 'I will let you know.'), /data-rewrite="[^"]+" data-example=""/, 'half a sentence stands for none');
  const asked = await check(ref, 'Thank you for your patience with all of this.');
  assert.match(asked, /value="unanswered"/);
  assert.doesNotMatch(asked, /data-rewrite/, 'no sentence is to blame for an answer that is missing');
});

test('the practice room reads what stands there, in its language, and keeps nothing', async () => {
  const before = await kept.ask('SELECT count(*) FROM finding');
  const tried = async (text, lang) => (await agent.submit('/practice', { text, ...(lang ? { lang } : {}) })).text();
  const found = (html) => [...html.matchAll(/<code class="quiet small">([a-z_]+)/g)].map((m) => m[1]);
  const rows = [['en', 'We are sorry if you feel upset.', 'non_apology'], ['vi', 'Do chị không đọc kỹ nên mới vậy.', 'blame'], ['zh', '这是公司规定，没办法。', 'policy_wall'], ['th', 'ถ้าลูกค้ารู้สึกไม่พอใจก็ขออภัยด้วยนะคะ', 'non_apology']];
  for (const [lang, text, rule] of rows)
    for (const chosen of ['', lang, lang === 'en' ? 'vi' : 'en']) {
      const html = await tried(text, chosen);
      assert.ok(found(html).includes(rule), `${text} (${chosen})`);
      assert.match(html, new RegExp(`<option value="${lang}[^"]*" selected`), text);
    }
  assert.match(await tried('', 'th'), /<option value="th" selected/, 'without words the rules of the language that was chosen');
  assert.deepEqual(found(await tried('Thank you for waiting. Your refund was booked on Monday.')), []);
  const promised = textOf(await tried("We'll call you on Monday and send the part by Friday."));
  assert.match(promised, /We'll call you on Monday → [\s\S]*send the part by Friday →/);
  assert.equal(await kept.ask('SELECT count(*) FROM finding'), before);
});

test('a draft goes along with a merge of one customer, and stays where another customer would get it', async () => {
  const arrives = async (from, subject, text = 'Where is it?') => {
    assert.equal(await kept.mailIn(mail({ from, subject, text }), 'support@kept.test'), 0);
    await kept.settle();
    return kept.ask("SELECT ref FROM conversation ORDER BY id DESC LIMIT 1");
  };
  const short = (ref) => kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${ref}'`), drafts = (ref) => kept.ask(`SELECT count(*) FROM draft d JOIN conversation c ON c.id = d.conversation_id WHERE c.ref = '${ref}'`);
  const [one, two, hers] = [await arrives('same@customer.test', 'Parcel'), await arrives('same@customer.test', 'Parcel again'), await arrives('else@customer.test', 'Another')];
  const write = (ref, text) => agent.submit(`/c/${ref}/draft`, { kind: 'reply', text });
  await write(one, 'Half an answer.');
  assert.equal((await agent.submit(`/c/${one}/merge`, { with: await short(two) })).status, 303);
  assert.deepEqual([await drafts(one), await drafts(two)], ['0', '1']);
  assert.match(textOf(await agent.page(`/c/${two}`)), /Something changed here since you began to write[\s\S]*Half an answer\./);
  assert.equal((await agent.submit(`/c/${two}/merge`, { with: await short(hers), sure: '1' })).status, 303);
  assert.deepEqual([await drafts(two), await drafts(hers)], ['1', '0']);
  const page = textOf(await agent.page(`/c/${two}`));
  assert.match(page, /This conversation was merged into another one\.[\s\S]*This conversation was merged\. Answer in the other one\.[\s\S]*Half an answer\./);
  assert.doesNotMatch(page, /Send anyway/, 'nothing can be sent from there');
  assert.doesNotMatch(await agent.page(`/c/${two}`), /action="[^"]*\/(assign|snooze)"/, 'nor assigned');
});

test('English words in a Thai or Chinese conversation are not judged by the rules of those', async () => {
  for (const text of ['สินค้ายังไม่ถึงเลยค่ะ รบกวนตรวจสอบให้ด้วยนะคะ', '我的包裹还没有到，请帮我查一下。']) {
    const ref = await conversation(text);
    assert.doesNotMatch(await check(ref, 'My half written answer'), /class="finding/, text);
  }
  const thai = await conversation('สินค้ายังไม่ถึงเลยค่ะ รบกวนตรวจสอบให้ด้วยนะคะ');
  assert.match(await check(thai, 'ถ้าลูกค้ารู้สึกไม่พอใจก็ขออภัยด้วยนะคะ'), /value="non_apology"/, 'Thai ones are');
});

test('a promise moves with a merge, and back', async () => {
  const from = await conversation(), into = await conversation();
  const text = 'We will send the refund by Thursday 5 pm.';
  const html = await check(from, text);
  await reply(from, text, { promise: '0', promise_text: promised(html)[0], promise_due: due(html)[0], promise_hand: '0' });
  await kept.advance(MINUTE);
  const short = /data-copy="([A-Z2-9]{6,8})"/.exec(await agent.page(`/c/${into}`))[1];
  assert.equal((await agent.submit(`/c/${from}/merge`, { with: short, sure: '1' })).status, 303);
  assert.ok(refsOf(await agent.page('/inbox/promises')).includes(into));
  assert.equal((await agent.submit(`/c/${into}/merge/undo`, { merge: 'last' })).status, 303);
  const owed = refsOf(await agent.page('/inbox/promises'));
  assert.ok(owed.includes(from) && !owed.includes(into));
});
