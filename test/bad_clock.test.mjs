// The machine's clock jumps: a year forward, an hour back, and back between two runs. Nothing is lost or done twice, what is
// new stands after what is old, sessions end and begin.
// check: once: the clock is this program's own, whatever the store
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept } from './kept.mjs';
import { startPeer } from './smtp_peer.mjs';

const YEAR = 365 * 86400_000, HOUR = 3600_000;
let kept, agent, peer, at = Date.parse('2026-03-16T02:00:00Z');
const jump = (ms) => kept.set(new Date(at += ms).toISOString());
before(async () => {
  kept = await startKept({ clock: new Date(at).toISOString() });
  peer = await startPeer();
  await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${peer.port}`, '--smtp-security', 'plain']);
  agent = await kept.agent();
});
after(async () => {
  await kept?.stop();
  await peer?.stop();
});

const thread = 'thread@customer.test';
async function word(text) {
  assert.equal(await kept.mailIn(mail({ subject: 'Clock', text, ...(text === 'Word 1.' ? { id: thread } : { headers: { 'In-Reply-To': `<${thread}>` } }) }), 'support@kept.test'), 0);
  await kept.settle();
}
const inOrder = () => kept.ask("SELECT group_concat(body, ' ') FROM (SELECT body FROM message WHERE kind = 'customer' ORDER BY id)");

test('a year forward: what sleeps wakes, sessions end and begin, a mail on its way is not sent twice', async () => {
  await word('Word 1.');
  const [ref] = refsOf(await agent.page('/inbox/open'));
  peer.mood = 'deaf';
  const token = await kept.token('agent@kept.test');
  const said = await fetch(`${kept.url}/api/v1/conversations/${ref}/messages`, { method: 'POST', // at once: there is no undo
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'agent', body: 'On its way' }) });
  assert.equal(said.status, 201);
  while (!peer.sockets.size) await new Promise((resolve) => setTimeout(resolve, 10));
  const jumped = jump(YEAR).catch(() => 'late');
  await new Promise((resolve) => setTimeout(resolve, 2500)); // the runner looks for due jobs each second
  assert.equal(peer.sockets.size, 1, 'only one hand is on it');
  peer.mood = 'fine';
  for (const socket of peer.sockets) socket.destroy();
  await jumped;
  await kept.advance((at += 60_000, 60_000));
  assert.equal(peer.mails.length, 1);
  assert.equal((await agent.get('/inbox/open')).status, 303, 'the session has ended');
  agent = await kept.agent();
  await word('Word 2.');
  assert.equal(await inOrder(), 'Word 1. Word 2.');
});

test('an hour back: sessions go on, what comes stands after what came, replies go out', async () => {
  await jump(-HOUR);
  await word('Word 3.');
  assert.equal(await inOrder(), 'Word 1. Word 2. Word 3.');
  const [ref] = refsOf(await agent.page('/inbox/open'));
  assert.equal((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Soon', then: 'open', anyway: 1 })).status, 303);
  await kept.advance((at += 11_000, 11_000));
  assert.equal(peer.mails.length, 2);
});

test('back again between two runs: new ids are larger than all that were given', async () => {
  await kept.stop({ keep: true });
  await kept.serve({ clock: new Date(at -= YEAR).toISOString() });
  agent = await kept.agent();
  await word('Word 4.');
  await word('Word 5.');
  assert.equal(await inOrder(), 'Word 1. Word 2. Word 3. Word 4. Word 5.');
  await kept.stop({ keep: true });
  const doctor = await kept.cli(['doctor']);
  assert.equal(doctor.code, 0, doctor.out);
});

test('a snooze and a promise: an hour back they wait, two days forward each happens, once; and an hour back again', async () => {
  const of = async (subject) => {
    assert.equal(await kept.mailIn(mail({ subject }), 'support@kept.test'), 0);
    await kept.settle();
    return kept.ask(`SELECT ref FROM conversation WHERE subject = '${subject}'`);
  };
  await kept.serve({ clock: new Date(at).toISOString() });
  agent = await kept.agent();
  const api = kept.caller(await kept.token('agent@kept.test'));
  const asleep = await of('It sleeps'), owed = await of('It is owed');
  const half = new Date(at + HOUR / 2).toISOString();
  assert.equal((await api('PATCH', `/conversations/${asleep}`, { status: 'snoozed', until: half })).http, 200);
  const text = 'We will send the refund by tomorrow 10 am.', form = { kind: 'reply', text };
  const found = await (await agent.submit(`/c/${owed}/check`, form, { headers: { 'HX-Request': 'true' } })).text();
  const due = /name="promise_due" value="([^"]+)"/.exec(found)[1];
  assert.equal((await agent.submit(`/c/${owed}/reply`, { ...form, then: 'resolved', anyway: 1, promise: '0', promise_text: text, promise_due: due, promise_hand: '0' })).status, 303);
  await kept.advance((at += 60_000, 60_000));
  const happened = () => kept.ask("SELECT group_concat(kind, ' ') FROM (SELECT kind FROM event WHERE kind IN ('conversation.woke', 'promise.due_soon', 'promise.broken') ORDER BY kind)");
  const state = (ref) => kept.ask(`SELECT status FROM conversation WHERE ref = '${ref}'`);

  await jump(-HOUR);
  assert.equal(await state(asleep), 'snoozed');
  await kept.advance((at += HOUR, HOUR)); // the twin: its time has not come
  assert.deepEqual([await state(asleep), await happened()], ['snoozed', 'None']);
  await jump(48 * HOUR);
  await kept.advance((at += 60_000, 60_000));
  assert.notEqual(await state(asleep), 'snoozed');
  assert.equal(await happened(), 'conversation.woke promise.broken');
  agent = await kept.agent(); // the days ended the session
  assert.ok(refsOf(await agent.page('/inbox/promises')).includes(owed));
  await jump(-HOUR);
  await kept.advance((at += 3 * HOUR, 3 * HOUR));
  assert.equal(await happened(), 'conversation.woke promise.broken', 'not again when the clock comes by once more');
  await kept.stop({ keep: true });
  const doctor = await kept.cli(['doctor']);
  assert.equal(doctor.code, 0, doctor.out);
});
