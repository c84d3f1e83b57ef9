// The disk is full, cannot be written, or does not keep what it was given (fault.c): nobody is told "done", people can go on
// reading, and when it is well again the same server goes on, with nothing half.
// check: once: the disk of PostgreSQL is PostgreSQL's
// check: unsanitized
import assert from 'node:assert/strict';
import { writeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, mail, program, refsOf, textOf } from './kept.mjs';

let kept, agent, disk, env;
const become = (what) => writeSync(disk, what, 0);
before(async () => {
  kept = await Kept.fresh();
  const file = join(kept.data, 'disk');
  disk = openSync(file, 'w');
  become('-');
  env = { LD_PRELOAD: join(dirname(program), 'test/libfault.so'), KEPT_FAULT_WHO: 'serve', KEPT_FAULT_DISK: file };
  await kept.serve({ env, clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
  assert.equal(await kept.mailIn(mail({ subject: 'Before', id: 'before@customer.test' }), 'support@kept.test'), 0);
  await kept.settle();
});
after(() => kept?.stop());

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

test('started on a disk that cannot be written it says so, and not that another serves', async () => {
  become('r');
  await assert.rejects(kept.serve({ env }), /cannot be written: Read-only file system/);
  become('-');
});
