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
