// The disk is full, cannot be written, or does not keep what it was given (fault.c): nobody is told "done", people can go on
// reading, and when it is well again the same server goes on, with nothing half.
// check: once: the disk of PostgreSQL is PostgreSQL's
// check: unsanitized
import assert from 'node:assert/strict';
import { writeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, mail, program, refsOf, textOf } from './kept.mjs';
import { startPeer } from './smtp_peer.mjs';

let kept, agent, disk, env, peer;
const become = (what) => writeSync(disk, what, 0);
before(async () => {
  kept = await Kept.fresh();
  const file = join(kept.data, 'disk');
  disk = openSync(file, 'w');
  become('-');
  env = { LD_PRELOAD: join(dirname(program), 'test/libfault.so'), KEPT_FAULT_WHO: 'serve', KEPT_FAULT_DISK: file };
  peer = await startPeer();
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${peer.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
  await kept.serve({ env, clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
  assert.equal(await kept.mailIn(mail({ subject: 'Before', id: 'before@customer.test' }), 'support@kept.test'), 0);
  await kept.settle();
});
after(async () => {
  await kept?.stop();
  await peer?.stop();
});

for (const [how, name] of [['f', 'full'], ['r', 'read-only'], ['i', 'one that cannot keep what it was given']])
  test(`a disk that is ${name}: refused, readable, and well again`, async () => {
    const [ref] = refsOf(await agent.page('/inbox/open'));
    become(how);
    assert.equal(await kept.mailIn(mail({ subject: `On a disk ${how}`, id: `on-${how}@customer.test` }), 'support@kept.test'), 75);
    const reply = await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: `Typed on ${name}`, then: 'open', anyway: 1 });
    assert.ok(reply.status === 507 || reply.status === 503, `${reply.status}`);
    assert.match(await reply.text(), new RegExp(`Typed on ${name}`), 'what was typed is not lost');
    assert.match(textOf(await agent.page('/inbox/open')), /Before/);
    assert.equal((await agent.get('/healthz')).status, 200);
    become('-');
    assert.equal(await kept.mailIn(mail({ subject: `On a disk ${how}`, id: `on-${how}@customer.test` }), 'support@kept.test'), 0);
    await kept.advance(300_000);
    assert.equal((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: `Typed on ${name}`, then: 'open', anyway: 1 })).status, 303);
    assert.equal(await kept.ask(`SELECT count(*) FROM message WHERE mail_id = 'on-${how}@customer.test'`), '1');
    assert.equal(await kept.ask(`SELECT count(*) FROM message WHERE body = 'Typed on ${name}'`), '1');
  });

test('a mail under work when the disk fills is read when there is room', async () => {
  assert.equal(await kept.mailIn(mail({ subject: 'Work', id: 'work@customer.test' }), 'support@kept.test'), 0);
  become('f');
  await kept.advance(1000);
  become('-');
  await kept.advance(300_000);
  assert.equal(await kept.ask("SELECT count(*) FROM message WHERE mail_id = 'work@customer.test'"), '1');
  await kept.stop({ keep: true });
  const doctor = await kept.cli(['doctor']);
  assert.equal(doctor.code, 0, doctor.out);
});

for (const [how, name] of [['f', 'fills'], ['r', 'becomes read-only']])
  test(`the disk ${name} while answers go out: none is sent that is not written down as being sent, and each arrives`, async () => {
    if (kept.process.exitCode !== null) await kept.serve({ env, clock: '2026-03-16T12:00:00+07:00' });
    agent = await kept.agent();
    const [ref] = refsOf(await agent.page('/inbox/open')), before = peer.mails.length;
    const state = (text) => kept.ask(`SELECT state FROM message WHERE body = '${text}'`);
    const say = async (text) => assert.equal((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text, then: 'open', anyway: 1 })).status, 303);

    await say(`Waits ${how}`); // its job comes when nothing can be written
    become(how);
    const tried = kept.advance(15_000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(peer.mails.length, before, 'nothing is begun that cannot be noted');
    become('-');
    await tried;
    await kept.advance(600_000);
    assert.equal(await state(`Waits ${how}`), 'sent');
    assert.equal(peer.mails.length, before + 1);

    await say(`Under way ${how}`); // the server has it, and its word cannot be written down
    peer.mood = 'mute';
    const advanced = kept.advance(15_000);
    for (const end = Date.now() + 10_000; peer.mails.length === before + 1;) {
      assert.ok(Date.now() < end);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    become(how);
    peer.mood = 'fine';
    for (const socket of peer.sockets) socket.write('250 taken\r\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
    become('-');
    await advanced;
    await kept.advance(600_000);
    assert.equal(await state(`Under way ${how}`), 'sent');
    const ids = peer.mails.slice(before + 1).map((one) => one.id);
    assert.equal(new Set(ids).size, 1, 'if it came twice, as one mail');
    await kept.stop({ keep: true });
    const doctor = await kept.cli(['doctor']);
    assert.equal(doctor.code, 0, doctor.out);
  });

test('started on a disk that cannot be written it says so, and not that another serves', async () => {
  become('r');
  await assert.rejects(kept.serve({ env }), /cannot be written: Read-only file system/);
  become('-');
});
