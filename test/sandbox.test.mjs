// The sandbox around the running program: which process is closed how, and that all work goes on within.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { mail, refsOf, root, run, startKept, textOf } from './kept.mjs';

const skip = process.env.KEPT_SANITIZED ? 'a build with sanitisers leaves the server open' : false;
let kept, agent;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
});
after(() => kept?.stop());

const status = (pid) => Object.fromEntries(readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').map((line) => line.split(/:\s*/, 2)));
const command = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(1, -1).join(' ');
// All that descend from the server. → [{ pid, name, parent }]
function family() {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try { return [{ pid: Number(pid), parent: Number(status(pid).PPid), name: command(pid) }]; } catch { return []; }
  });
  const found = all.filter((one) => one.pid === kept.process.pid);
  for (const one of found) found.push(...all.filter((child) => child.parent === one.pid));
  return found.slice(1);
}

test('every thread of the server is behind the filter, and gains no rights', { skip }, () => {
  const threads = readdirSync(`/proc/${kept.process.pid}/task`);
  assert.ok(threads.length > 10);
  for (const thread of threads) {
    const is = status(`${kept.process.pid}/task/${thread}`);
    assert.deepEqual([is.Seccomp, is.NoNewPrivs], ['2', '1'], is.Name);
  }
});

test('the server starts nothing itself: the launcher does, and the children are closed further', { skip }, () => {
  const all = family();
  const launcher = all.find((one) => one.name.startsWith('launch'));
  assert.equal(launcher.name, 'launch parse articles imap');
  assert.equal(status(launcher.pid).Seccomp, '2');
  const readers = all.filter((one) => one.name === 'parse');
  assert.equal(readers.length, 2);
  for (const { pid, parent } of readers) {
    assert.equal(parent, launcher.pid);
    assert.ok(Number(status(pid).Seccomp_filters ?? 2) >= 2, 'its own filter on top');
    if (process.getuid() === 0) assert.match(status(pid).Uid, /^65534\b/);
  }
  assert.deepEqual(all.filter((one) => one.parent === kept.process.pid).map((one) => one.pid), [launcher.pid]);
});

test('work goes on within: mail, a large upload, a reader that dies, search', { skip }, async () => {
  for (const { pid } of family().filter((one) => one.name === 'parse')) process.kill(pid, 'SIGKILL');
  assert.equal(await kept.mailIn(mail({ subject: 'After the reader died', text: 'Still here?' }), 'support@kept.test'), 0);
  await kept.settle();
  const ref = refsOf(await agent.page('/inbox/unassigned'))[0];
  assert.match(textOf(await agent.page(`/c/${ref}`)), /Still here\?/);
  const large = Buffer.alloc(3_000_000, 7);
  const sent = await agent.submit(`/c/${ref}/reply`, { kind: 'note', text: 'See it' }, { files: { files: { bytes: large, name: 'large.bin' } } });
  assert.equal(sent.status, 303);
  const att = /\/f\/(att_[a-z2-7]{16})/.exec(await agent.page(`/c/${ref}`))[1];
  assert.ok(Buffer.from(await (await agent.get(`/f/${att}`)).arrayBuffer()).equals(large));
  assert.deepEqual(readdirSync(join(kept.data, 'tmp')), [], 'nothing is left of it');
});

test('doctor prints the table, and what this kernel can hold', async () => {
  const { out } = await kept.cli(['doctor']);
  for (const role of ['serve', 'launch', 'parse', 'articles', 'imap']) assert.match(out, new RegExp(`^${role}: files: \\S`, 'm'));
  assert.match(out, /^serve: connects to anywhere, no raw packets; starts threads, no processes$/m);
  assert.match(out, /^parse: no network but what it was handed; starts nothing$/m);
  const documented = readFileSync(join(root, 'SECURITY.md'), 'utf8').match(/^ {4}(?:serve|launch|parse|articles|imap): .*$/gm);
  assert.ok(documented.length >= 16);
  for (const line of documented) assert.ok(out.includes(`${line.trim()}\n`), `SECURITY.md says otherwise: ${line}`);
  assert.match(out, /^serve: (landlock ABI \d+|this kernel has no landlock.*)$/m);
});

test('a CA file that the server could not read is refused when it is set; twin: one of the system is taken', async () => {
  const outside = join(mkdtempSync(join(tmpdir(), 'kept-ca-')), 'ca.pem');
  writeFileSync(outside, 'x');
  const set = (file) => kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', 'localhost:587', '--smtp-security', 'starttls', '--ca-file', file]);
  const refused = await set(outside);
  assert.notEqual(refused.code, 0);
  assert.match(refused.err, /below \/etc and \/usr only/);
  assert.equal((await set('/etc/hostname')).code, 0);
});

test('sandbox = off is said aloud', { skip }, async () => {
  assert.match((await run(['serve', '--help'])).out, /--sandbox VALUE/);
  const bare = await startKept({ env: { KEPT_SANDBOX: 'off' } });
  assert.match(bare.log, /the server runs without its sandbox \(sandbox = off\)/);
  assert.equal(status(bare.process.pid).Seccomp, '0');
  await bare.stop();
});
