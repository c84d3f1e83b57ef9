// `kept backup` beside work that goes on, `kept restore` of what is whole and of nothing else, and `kept doctor --repair`.
// check: once: a database of SQLite is a file; PostgreSQL has tools of its own, and is asked for them at the end
// check: dies

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Kept, mail, program, refsOf } from './kept.mjs';
import { startPostgres } from './postgres.mjs';

const started = [];
after(async () => { for (const one of started) await one.stop(); });
async function fresh(options) {
  const kept = await Kept.fresh({ store: '', ...options });
  started.push(kept);
  return kept;
}

const sql = async (kept, text) => (await promisify(execFile)('python3', ['-c',
  'import sqlite3,sys\ndb = sqlite3.connect(sys.argv[1])\nfor s in sys.argv[2].split(";"): db.execute(s)\ndb.commit()',
  path.join(kept.data, 'kept.db'), text])).stdout;

const letter = (n) => mail({ from: `c${n}@customer.test`, subject: `Letter ${n}`, id: `letter-${n}@customer.test`, text: `Word ${n}.` });

test('a backup under writes is one moment, and restoring it brings back that moment', { timeout: 120_000 }, async () => {
  const kept = await fresh();
  await kept.serve();
  let taken = 0, stop = false;
  const writer = (async () => {
    while (!stop) if (await kept.mailIn(letter(taken), 'support@kept.test') === 0) taken++;
  })();
  while (taken < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = taken, file = path.join(kept.data, 'copy.db');
  const made = await kept.cli(['backup', file]);
  const during = taken;
  assert.equal(made.code, 0, made.err);
  while (taken < during + 5) await new Promise((resolve) => setTimeout(resolve, 5));
  stop = true;
  await writer;
  assert.ok(!fs.existsSync(`${file}.part`) && !fs.existsSync(`${file}-wal`) && !fs.existsSync(`${file}-journal`), 'one file');
  assert.match((await kept.cli(['restore', file])).err, /another kept serves/);
  await kept.stop({ keep: true });
  const all = Number(await kept.ask('SELECT count(*) FROM inbound'));
  assert.equal(all, taken);
  const restored = await kept.cli(['restore', file]);
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /kept\.db\.before-restore/);
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'kept-elsewhere-'));
  fs.cpSync(path.join(kept.data, 'secrets'), path.join(elsewhere, 'secrets'), { recursive: true });
  const tried = await kept.cli(['restore', file, '--data', elsewhere]);
  assert.equal(tried.code, 0, tried.err);
  assert.doesNotMatch(tried.out, /before-restore/, 'nothing was there');
  fs.rmSync(elsewhere, { recursive: true });
  const now = Number(await kept.ask('SELECT count(*) FROM inbound'));
  assert.ok(now >= before && now <= during + 1 && now < all, `${before} ≤ ${now} ≤ ${during} < ${all}`);
  assert.match((await kept.cli(['doctor'])).out, /the chain is whole/);
  // What was there before is kept, and is whole too.
  const old = path.join(kept.data, 'kept.db.before-restore');
  assert.equal((await kept.cli(['restore', old])).code, 0);
  assert.equal(Number(await kept.ask('SELECT count(*) FROM inbound')), all);
  await kept.serve();
  const agent = await kept.agent();
  assert.ok(refsOf(await agent.page('/inbox/open')).length > 0);
});

test('nothing else is taken for a backup, and nothing is lost by trying', async () => {
  const kept = await fresh({ init: ['--demo'] }), other = await fresh();
  const file = (name) => path.join(kept.data, name), events = await kept.ask('SELECT count(*) FROM event');
  assert.equal((await kept.cli(['backup', file('good.db')])).code, 0);
  const good = fs.readFileSync(file('good.db'));
  const torn = Buffer.from(good);
  for (let page = 40; page < 60; page++) torn.fill(0x55, page * 4096, page * 4096 + 512);
  const foreign = path.join(kept.data, 'foreign.db');
  await promisify(execFile)('python3', ['-c', 'import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute("CREATE TABLE account (n)")', foreign]);
  assert.equal((await other.cli(['backup', file('of-another.db')])).code, 0);
  fs.copyFileSync(file('good.db'), file('in-use.db'));
  fs.writeFileSync(file('in-use.db-wal'), 'something');
  for (const [name, bytes, why] of [
    ['empty', '', /no backup of kept/],
    ['text', 'Dear customer,\n'.repeat(900), /no backup of kept/],
    ['half.db', good.subarray(0, good.length / 2), /malformed|not a database|invalid page|freelist|btree|Tree|never used/i],
    ['torn.db', torn, /malformed|btree|Tree|page/i],
    ['foreign.db', null, /no backup of kept/],
    ['in-use.db', null, /a database in use/],
    ['of-another.db', null, /do not fit the keys here/],
    ['not-there', null, /No such file/],
  ]) {
    if (bytes !== null) fs.writeFileSync(file(name), bytes);
    const { code, err } = await kept.cli(['restore', file(name)]);
    assert.notEqual(code, 0, name);
    assert.match(err, why, name);
    assert.match(err, /Nothing was changed/, name);
    assert.equal(await kept.ask('SELECT count(*) FROM event'), events, name);
    assert.ok(!fs.existsSync(file('kept.db.before-restore')));
  }
  // Remains of a restore that was killed do not get into the next.
  fs.mkdirSync(file('.restore'), { recursive: true });
  fs.writeFileSync(file('.restore/kept.db-wal'), fs.readFileSync(file('good.db')));
  assert.equal((await kept.cli(['restore', file('good.db')])).code, 0);
  assert.equal(await kept.ask('SELECT count(*) FROM event'), events);
});

test('a backup is complete or not there: another file is left alone, a killed one leaves nothing of that name', async () => {
  const kept = await fresh({ init: ['--demo'] });
  const file = path.join(kept.data, 'copy.db');
  fs.writeFileSync(file, 'the only copy of something else');
  const refused = await kept.cli(['backup', file]);
  assert.equal(refused.code, 73, 'another try changes nothing');
  assert.match(refused.err, /such a file already/);
  assert.equal(fs.readFileSync(file, 'utf8'), 'the only copy of something else');
  assert.notEqual((await kept.cli(['backup', path.join(kept.data, 'kept.db')])).code, 0, 'least of all over itself');
  fs.rmSync(file);
  const env = { LD_PRELOAD: path.join(path.dirname(program), 'test/libfault.so'), KEPT_FAULT_WHO: 'backup' };
  for (const n of [1, 3, 20, 100]) {
    assert.equal((await kept.cli(['backup', file], { env: { ...env, KEPT_FAULT: `call:${n}` } })).code, 'SIGKILL');
    assert.ok(!fs.existsSync(file));
  }
  assert.equal((await kept.cli(['backup', file])).code, 0);
  assert.equal((await kept.cli(['backup', '/nowhere/copy.db'])).code, 73);
});

test('the doctor names what does not fit and puts it right; events stay as they are', async () => {
  const kept = await fresh({ init: ['--demo'] });
  await kept.serve({ clock: '2026-03-16T09:00:00+07:00' });
  const agent = await kept.agent();
  await kept.mailIn(letter(1), 'support@kept.test');
  await kept.settle();
  const [ref] = refsOf(await agent.page('/inbox/unassigned'));
  await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'On its way.', then: 'pending' });
  await kept.stop({ keep: true });
  const fine = await kept.cli(['doctor']);
  assert.equal(fine.code, 0, fine.out);
  assert.match(fine.out, /what can be worked out from them fits/);
  const events = await kept.ask('SELECT count(*) FROM event'), lastHash = () => kept.ask(`SELECT hex(hash) FROM event WHERE seq = ${events}`);
  const hash = await lastHash();
  const of = (ref) => `(SELECT id FROM conversation WHERE ref = '${ref}')`;
  await sql(kept, `UPDATE conversation SET message_count = message_count + 3 WHERE id = ${of(ref)};
    UPDATE conversation SET failed_sends = 2 WHERE id IN (SELECT id FROM conversation WHERE shelf = 'active' ORDER BY id LIMIT 2);
    UPDATE conversation SET shelf = 'spam' WHERE id = ${of(ref)};
    UPDATE conversation SET waiting_since = 5 WHERE id IN (SELECT id FROM conversation WHERE status = 'resolved' ORDER BY id LIMIT 4);
    DELETE FROM job WHERE kind = 'send_mail'; DELETE FROM job WHERE kind = 'wake_conversation';
    UPDATE inbound SET state = 'raw', message_id = NULL;
    DELETE FROM search_document WHERE id IN (SELECT id FROM message ORDER BY id LIMIT 5)`);
  const snoozed = await kept.ask('SELECT count(*) FROM conversation WHERE snoozed_until > 0');
  const wrong = await kept.cli(['doctor']);
  assert.equal(wrong.code, 70, wrong.out);
  for (const line of ['3 conversations with a wrong number', '1 conversations in the wrong lists', '4 finished conversations',
    '1 messages to be sent', '1 stored mails', `${snoozed} snoozed`, '5 messages and customers that search'])
    assert.ok(wrong.out.includes(`WRONG: ${line}`), `${line}\n${wrong.out}`);
  assert.match(wrong.out, /--repair puts that right/);
  await kept.serve({ clock: '2026-03-16T09:00:00+07:00' }); // beside a running server
  const mended = await kept.cli(['doctor', '--repair']);
  assert.match(mended.out, /mended: 3 of 3 conversations/);
  assert.match(mended.out, /mended: 5 of 5 messages and customers/);
  assert.equal(mended.code, 0, mended.out);
  await kept.stop({ keep: true });
  assert.equal((await kept.cli(['doctor'])).code, 0);
  assert.equal(await kept.ask(`SELECT shelf FROM conversation WHERE ref = '${ref}'`), 'pending');
  assert.equal(await lastHash(), hash, 'what was history stays');
  assert.equal(await kept.ask("SELECT count(*) FROM message WHERE kind = 'customer' AND mail_id = 'letter-1@customer.test'"), '1', 'read again, there once');
});

test('an index that lost its documents is made anew, and so is one of the file', async () => {
  const kept = await fresh({ init: ['--demo'] });
  await sql(kept, "INSERT INTO message_search (message_search) VALUES ('delete-all')");
  const wrong = await kept.cli(['doctor']);
  assert.match(wrong.out, /WRONG: \d+ messages and customers that search does not find/);
  const mended = await kept.cli(['doctor', '--repair']);
  assert.equal(mended.code, 0, mended.out);
  assert.equal((await kept.cli(['doctor'])).code, 0);
  // A row that its index does not know: what a damaged page of an index looks like.
  await sql(kept, `CREATE TABLE x (n); PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = 'CREATE INDEX conversation_last ON conversation (account_id, id, last_at)' WHERE name = 'conversation_last'`);
  const torn = await kept.cli(['doctor', '--repair']);
  assert.match(torn.out, /file {5}WRONG: .*conversation_last/);
  assert.match(torn.out, /file {5}mended: its indexes were made anew/);
});

test('the chain is never mended: it is named', async () => {
  const kept = await fresh({ init: ['--demo'] });
  await sql(kept, 'UPDATE event SET amount = 7 WHERE seq = 12');
  const { code, out } = await kept.cli(['doctor', '--repair']);
  assert.equal(code, 70);
  assert.match(out, /event 12 is changed/);
});

test('PostgreSQL: pg_dump under writes, restored, is whole by the same keys', { timeout: 120_000 }, async () => {
  const pg = await startPostgres();
  try {
    const kept = await fresh({ store: await pg.database('working') });
    await kept.serve();
    let taken = 0, stop = false;
    const writer = (async () => {
      while (!stop) if (await kept.mailIn(letter(taken), 'support@kept.test') === 0) taken++;
    })();
    while (taken < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = taken, file = path.join(kept.data, 'kept.dump');
    const refused = await kept.cli(['backup', path.join(kept.data, 'copy.db')]);
    assert.match(refused.err, /pg_dump/);
    await promisify(execFile)(`${pg.bin}/pg_dump`, ['--format=custom', '-f', file, pg.urlOf('working')], { env: pg.env });
    const during = taken;
    stop = true;
    await writer;
    await kept.stop({ keep: true });
    const url = await pg.database('restored');
    await promisify(execFile)(`${pg.bin}/pg_restore`, ['--exit-on-error', '-d', url, file], { env: pg.env });
    const doctor = await kept.cli(['doctor', '--store', url]);
    assert.equal(doctor.code, 0, doctor.out);
    assert.match(doctor.out, /the chain is whole/);
    const there = Number(await pg.sql('SELECT count(*) FROM inbound', { database: 'restored' }));
    assert.ok(there >= before && there <= during + 1, `${before} ≤ ${there} ≤ ${during}`);
  } finally {
    await pg.stop();
  }
});
