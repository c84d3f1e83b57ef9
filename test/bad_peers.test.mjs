// Mail servers that die or dawdle: nothing is lost, what was not surely taken goes out again under the same Message-ID, and
// one that says nothing does not hold up the mail that comes in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept } from './kept.mjs';
import { startPeer } from './smtp_peer.mjs';

let kept, agent, peer, token;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  peer = await startPeer();
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${peer.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
  agent = await kept.agent();
  token = await kept.token('agent@kept.test');
});
after(async () => {
  await kept?.stop();
  await peer?.stop();
});

let n = 0;
async function begin() {
  const answer = await fetch(`${kept.url}/api/v1/conversations`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'agent', email: `c${++n}@customer.test`, subject: `Word ${n}`, body: `We write first: ${n}.` }) });
  const made = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(made));
  return made.ref;
}
const state = (ref) => kept.ask(`SELECT state FROM message WHERE conversation_id = (SELECT id FROM conversation WHERE ref = '${ref}')`);
const trouble = () => kept.ask("SELECT coalesce(trouble, 'none') FROM inbox WHERE kind = 'email'");
async function until(what, ms = 8000) {
  for (const end = Date.now() + ms; !(await what()); await new Promise((resolve) => setTimeout(resolve, 30)))
    assert.ok(Date.now() < end, `not in time: ${what}`);
}

test('it closes after the dot, without a word: sent again, as the same mail', async () => {
  peer.mood = 'dies_at_dot';
  const ref = await begin(), before = peer.mails.length;
  await kept.settle();
  assert.equal(await state(ref), 'queued');
  assert.equal(peer.mails.length, before + 1);
  peer.mood = 'fine';
  await kept.advance(10_000);
  assert.equal(await state(ref), 'sent');
  const [first, second] = peer.mails.slice(before);
  assert.equal(first.id, second.id, 'whoever looks sees that it is one mail');
  assert.equal(peer.mails.length, before + 2);
});

test('it closes in the middle of the mail, at once, or has no room: later; the twin: it refuses for good', async () => {
  for (const mood of ['dies_in_data', 'gone', 'full']) {
    peer.mood = mood;
    const ref = await begin(), before = peer.mails.length;
    await kept.settle();
    assert.equal(await state(ref), 'queued', mood);
    assert.equal(await trouble(), mood === 'full' ? 'none' : 'smtp_away', mood);
    peer.mood = 'fine';
    await kept.advance(10_000);
    assert.equal(await state(ref), 'sent', mood);
    assert.equal(peer.mails.length, before + 1, mood);
    assert.equal(await trouble(), 'none', mood);
  }
  peer.mood = 'refuses';
  const ref = await begin();
  await kept.settle();
  assert.equal(await state(ref), 'failed');
  assert.ok(refsOf(await agent.page('/inbox/failed')).includes(ref));
  peer.mood = 'fine';
});

test('eight that say nothing do not hold up a customer’s mail, and go out once when it speaks again', async () => {
  peer.mood = 'deaf';
  const refs = [];
  for (let i = 0; i < 8; i++) refs.push(await begin());
  await until(() => peer.sockets.size >= 3);
  assert.equal(await kept.mailIn(mail({ subject: 'Meanwhile', id: 'meanwhile@customer.test' }), 'support@kept.test'), 0);
  await until(async () => await kept.ask("SELECT count(*) FROM message WHERE mail_id = 'meanwhile@customer.test'") === '1');
  const before = peer.mails.length;
  peer.mood = 'fine';
  for (const socket of peer.sockets) socket.destroy();
  await kept.settle();
  await kept.advance(60_000);
  for (const ref of refs) assert.equal(await state(ref), 'sent');
  assert.equal(peer.mails.length, before + 8);
  assert.equal(new Set(peer.mails.slice(before).map((m) => m.id)).size, 8);
});

test('one that says a letter a second is waited for, and its mail is not sent by a second hand', async () => {
  peer.mood = 'drip';
  const ref = await begin(), before = peer.mails.length;
  await until(() => peer.sockets.size === 1);
  await kept.set(new Date(kept.now() + 10 * 60_000).toISOString()).catch(() => {}); // "late": the job is still at it
  assert.equal(peer.sockets.size, 1, 'one connection');
  peer.mood = 'fine';
  await until(async () => await state(ref) === 'sent', 20_000);
  assert.equal(peer.mails.length, before + 1);
});
