// `kept migrate`: from SQLite to PostgreSQL and back, every row compared from outside; killed on the way and resumed; refused
// where it would mix two companies or copy what is in use.
// check: once: it brings PostgreSQL itself
// check: dies

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Kept, mail, program, refsOf, root, run, textOf } from './kept.mjs';
import { startPostgres } from './postgres.mjs';

const fault = path.join(path.dirname(program), 'test/libfault.so');
let pg, kept, original;

before(async () => {
  pg = await startPostgres();
  kept = await Kept.fresh({ init: ['--demo'], store: '' });
  await kept.serve();
  const files = ['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain; charset=utf-8', '',
    'Đây là hoá đơn / นี่คือใบเสร็จ / 发票在这里', '--b', 'Content-Type: application/octet-stream; name=bill.bin',
    'Content-Transfer-Encoding: base64', '', Buffer.alloc(700_000, 'kept').toString('base64').replace(/.{76}/g, '$&\r\n'), '--b--', ''];
  const raw = mail({ subject: 'Hoá đơn', id: 'bill@customer.test' }).split('\r\nContent-Type')[0];
  assert.equal(await kept.mailIn(`${raw}\r\n${files.join('\r\n')}`, 'support@kept.test'), 0);
  const agent = await kept.agent();
  for (const end = Date.now() + 20_000; await kept.ask("SELECT count(*) FROM inbound WHERE state = 'raw'") !== '0' && Date.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const [ref] = refsOf(await agent.page('/inbox/unassigned'));
  assert.equal((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Dạ, cảm ơn chị.', then: 'pending' })).status, 303);
  await kept.stop({ keep: true });
  original = path.join(kept.data, 'kept.db');
});
after(async () => {
  await kept?.stop();
  await pg?.stop();
});

const migrate = (args, options = {}) => kept.cli(['migrate', ...args], options);
const folder = (name) => path.join(kept.data, name);

// Every row of every table but the leases of running programs, as text, from outside the program.
const dump = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for (t,) in db.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name").fetchall():
    if t not in ('node', 'schema_migration'):
        for row in sorted(db.execute('SELECT * FROM ' + t).fetchall(), key=repr): print(t, row)`;
async function rowsOf(file) {
  const { stdout } = await promisify(execFile)('python3', ['-c', dump, file], { maxBuffer: 1 << 28 });
  return stdout;
}

async function same(a, b) {
  const [x, y] = [await rowsOf(a), await rowsOf(b)];
  assert.ok(x.split('\n').length > 5000, 'there is something to compare');
  if (x !== y) assert.fail(`differs: ${x.split('\n').find((line, i) => line !== y.split('\n')[i])?.slice(0, 300)}`);
}

test('to PostgreSQL and back, and every row is as it was', async () => {
  const url = await pg.database('there');
  const out = await migrate(['--to', url]);
  assert.equal(out.code, 0, out.err + out.out);
  assert.match(out.out, /copied message: \d+ of \d+\n/);
  assert.match(out.out, /All \d+ tables are the same on both sides; \d+ events, the chain is whole/);
  assert.match(out.out, /secrets: every node needs a copy/);
  const doctor = await kept.cli(['doctor', '--store', url]);
  assert.equal(doctor.code, 0, doctor.out);
  assert.equal(await pg.sql('SELECT count(*) FROM schema_migration WHERE number < 0', { database: 'there' }), '0');
  const back = await migrate(['--store', url, '--to', folder('back')]);
  assert.equal(back.code, 0, back.err + back.out);
  await same(original, path.join(folder('back'), 'kept.db'));
});

test('what came over is found, read and answered', async () => {
  fs.cpSync(folder('secrets'), path.join(folder('back'), 'secrets'), { recursive: true });
  const there = Object.assign(new Kept(), { data: folder('back'), env: { KEPT_DATA: folder('back'), KEPT_STORE: '' } });
  await there.serve();
  try {
    const agent = there.browser();
    assert.equal((await agent.submit('/sign-in', { email: 'agent@kept.test', password: 'a long password' })).status, 303);
    const [ref] = refsOf(await agent.page(`/inbox/search?q=${encodeURIComponent('ใบเสร็จ')}`));
    const page = await agent.page(`/c/${ref}`);
    assert.match(textOf(page), /Đây là hoá đơn/);
    const file = await agent.get(/href="(\/f\/att_[^"]+)"/.exec(page)[1]);
    assert.equal((await file.arrayBuffer()).byteLength, 700_000, 'the sealed file opens');
  } finally {
    await there.kill();
  }
});

test('killed ten times at any place, it goes on and nothing is missing or there twice', { timeout: 240_000 }, async () => {
  const url = await pg.database('killed');
  // System calls that one try may make: some end while the tables are made, most among the rows.
  for (const args of [['--to', url], ['--store', url, '--to', folder('killed')]]) {
    // A narrow window that moves on slowly: a wide one may lead from the last table past the last row, and nothing goes on.
    let kills = 0, refused = 0, wentOn = 0, least = 700;
    while (kills < 10 || (!wentOn && kills < 40)) {
      const n = least + Math.floor(Math.random() * 300);
      const { code, out, err } = await migrate(args, { env: { LD_PRELOAD: fault, KEPT_FAULT_WHO: 'migrate', KEPT_FAULT: `call:${n}` } });
      if (code === 0) break; // or: killed on its last steps, and the next found it finished
      assert.equal(code, 'SIGKILL', err + out);
      kills++;
      if (/Goes on: \d+ rows are there already/.test(out)) wentOn++;
      else least += 50; // still among the tables, of which there may be more by now
      const half = args[0] === '--to' ? ['--store', url] : ['--data', folder('killed')];
      if ((await kept.cli(['user', 'disable', 'nobody@kept.test', ...half])).err.includes('not finished')) refused++;
    }
    const last = await migrate(args);
    assert.equal(last.code, 0, last.err + last.out);
    assert.ok(kills > 3, `killed ${kills} times`);
    assert.ok(wentOn > 0);
    assert.ok(refused > 0, 'a half-made copy is not opened by anybody else');
  }
  await same(original, path.join(folder('killed'), 'kept.db'));
  const doctor = await kept.cli(['doctor', '--store', url]);
  assert.equal(doctor.code, 0, doctor.out);
});

test('it is refused while the source is in use', async () => {
  await kept.serve();
  const out = await migrate(['--to', folder('served')]);
  await kept.stop({ keep: true });
  assert.notEqual(out.code, 0);
  assert.match(out.err, /another kept serves/);
  const url = await pg.database('in_use');
  assert.equal((await migrate(['--to', url])).code, 0);
  await pg.sql("INSERT INTO node VALUES (7, 9999999999999, 'run_x')", { database: 'in_use' });
  const served = await migrate(['--store', url, '--to', folder('served')]);
  assert.match(served.err, /1 kept serve use the source/);
});

test('a serving role without rights is told what is missing, and serves when it has them', async () => {
  const url = await pg.database('roles'), serving = pg.urlOf('roles', 'serving');
  assert.equal((await migrate(['--to', url])).code, 0);
  await pg.sql('CREATE ROLE serving LOGIN');
  const asked = await kept.cli(['doctor', '--store', serving]);
  assert.notEqual(asked.code, 0);
  assert.match(asked.err + asked.out, /permission denied for table schema_migration; .*grants it its rights, as docs\/postgresql\.md/);
  const sql = fs.readFileSync(path.join(root, 'docs/postgresql.md'), 'utf8').match(/```sql\n[^]*?```/g)[1].replace(/```(sql)?/g, '');
  await pg.sql(sql.replaceAll('kept_serve', 'serving').replace('DATABASE kept', 'DATABASE roles'), { database: 'roles' });
  const granted = await kept.cli(['doctor', '--store', serving]);
  assert.equal(granted.code, 0, granted.out + granted.err);
});

test('it is refused into what holds other data, into itself, and after the source went on', async () => {
  const other = await Kept.fresh({ store: '' });
  try {
    const full = await migrate(['--to', other.data]);
    assert.notEqual(full.code, 0);
    assert.match(full.err, /holds other data already/);
    assert.equal(await other.ask('SELECT count(*) FROM schema_migration WHERE number < 0'), '0', 'and left as it was');
    assert.match((await migrate(['--to', kept.data])).err, /where everything is already/);
    assert.equal((await migrate(['--to', folder('twice')])).code, 0);
    assert.match((await migrate(['--to', folder('twice')])).out, /Nothing was changed: the target is a finished copy already/);
    const half = folder('half');
    await migrate(['--to', half], { env: { LD_PRELOAD: fault, KEPT_FAULT_WHO: 'migrate', KEPT_FAULT: 'wal-synced:60' } });
    await kept.addUser('later@kept.test');
    assert.match((await migrate(['--to', half])).err, /source was in use since/);
  } finally {
    await other.stop();
  }
});

test('on a terminal it is a bar with numbers', async () => {
  const child = spawn('script', ['-qec', `${program} migrate --to ${folder('shown')}`, '/dev/null'],
    { env: { ...process.env, ...kept.env }, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (text) => { out += text; });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  assert.equal(code, 0, out);
  assert.match(out, /copied \[#+\] 100 % {2}\d+ of \d+ {2}event/);
});
