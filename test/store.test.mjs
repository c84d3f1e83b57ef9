// The storage interface on a real PostgreSQL: the same unit table as on SQLite, what only PostgreSQL can do, the roles
// that docs/postgresql.md advises, and a crash of the server.
// check: dies

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startPostgres } from './postgres.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const programs = path.join(process.env.KEPT_BUILD || path.join(top, 'build'), 'test');

let pg;
before(async () => { pg = await startPostgres(); });
after(() => pg?.stop());

const run = (program, url) => new Promise(done =>
    execFile(path.join(programs, program), { env: { ...process.env, KEPT_TEST_STORE: url }, maxBuffer: 1 << 24 },
        (error, stdout, stderr) => done({ code: error ? error.code ?? error.signal : 0, text: stdout + stderr })));

async function passes(program, url) {
    const { code, text } = await run(program, url);
    assert.equal(code, 0, text);
    return text;
}

test('the unit table of the store passes on PostgreSQL', async () => {
    assert.match(await passes('test_store', await pg.database('table_of_store')), /15 test\(s\) run/);
});

test('races, lost connections and other versions', async () => {
    await passes('test_postgres', await pg.database('only_here'));
});

test('full-text search finds the same as on SQLite', async () => {
    assert.match(await passes('test_find', await pg.database('searched')), /9 test\(s\) run/);
});

test('articles are read in by several threads as on SQLite', async () => {
    assert.match(await passes('test_knowledge', await pg.database('read_in')), /4 test\(s\) run/);
});

test('every query prepares on PostgreSQL, and a second start finds nothing to migrate', async () => {
    const url = await pg.database('queries');
    assert.match(await passes('test_queries', url), /^\d+ queries prepare on PostgreSQL 1\d/);
    await passes('test_queries', url);
    assert.equal(await pg.sql('SELECT count(*) FROM schema_migration WHERE number = 1', { database: 'queries' }), '1');
});

test('texts are ordered by bytes in every column, whatever the collation of the database', async () => {
    const url = await pg.database('ordered');
    await passes('test_queries', url);
    assert.equal(await pg.sql(`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'schema_migration'`, { database: 'ordered' }), '');
    assert.equal(await pg.sql("SELECT 'a' < 'Z'", { database: 'ordered' }), 't', 'the database itself must not be in C, or this proves nothing');
});

test('the serving role of docs/postgresql.md serves, and cannot change the schema or history', async () => {
    const manual = fs.readFileSync(path.join(top, 'docs/postgresql.md'), 'utf8');
    const [roles, grants] = [...manual.matchAll(/```sql\n([^`]*)```/g)].map(match => match[1]);
    await pg.sql(roles.replace(/CREATE DATABASE[^;]*;/, '').replace(/CREATE ROLE kept LOGIN[^;]*;/, '').replace(/\\password.*/g, ''));
    const url = await pg.database('roles');
    await passes('test_queries', url); // the owner makes the tables
    await pg.sql(grants, { database: 'roles' });
    const serving = pg.urlOf('roles', 'kept_serve');
    assert.match(await passes('test_store', serving), /15 test\(s\) run/);
    const refused = async text => assert.rejects(pg.sql(text, { database: 'roles', user: 'kept_serve' }), /permission denied|must be owner/, text);
    await refused('CREATE TABLE mine (n int)');
    await refused('ALTER TABLE event DISABLE TRIGGER event_is_history');
    await refused('DROP TABLE event');
    await refused("UPDATE event SET code = ''");
    await refused('DELETE FROM event');
    await refused('TRUNCATE event');
    await refused("UPDATE schema_migration SET name = ''");
    // Tables of later migrations are the serving role's to use as well.
    await pg.sql('CREATE TABLE later (n BIGINT)', { database: 'roles' });
    await pg.sql('INSERT INTO later VALUES (1)', { database: 'roles', user: 'kept_serve' });
    // A program that is newer than the tables.
    await pg.sql('DELETE FROM schema_migration WHERE number = (SELECT max(number) FROM schema_migration)', { database: 'roles' });
    const { code, text } = await run('test_queries', serving);
    assert.equal(code, 70);
    assert.match(text, /migration \d+_\w+: .*run kept init once as the owner/);
});

test('the serving role is told who must bring an old schema up to date', async () => {
    const url = await pg.database('no_tables_yet');
    const { code, text } = await run('test_queries', pg.urlOf('no_tables_yet', 'kept_serve'));
    assert.equal(code, 70);
    assert.match(text, /cannot be written: .*permission denied.*run kept init once as the owner/);
    await passes('test_queries', url);
});

test('what was answered is there after a crash of the server', async () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kept-store-'));
    const crashing = await startPostgres({ dir, durable: true });
    try {
        await passes('test_queries', crashing.url);
        await crashing.sql("INSERT INTO account VALUES (1, 'kept', 'en', 'UTC', '', 0)");
        await crashing.kill();
        await assert.rejects(crashing.sql('SELECT 1'));
        await crashing.start();
        assert.equal(await crashing.sql('SELECT name FROM account'), 'kept');
        await passes('test_queries', crashing.url);
    } finally {
        await crashing.stop();
        fs.rmSync(dir, { recursive: true, force: true });
    }
});

test('unpacked programs do as well as installed ones', async () => {
    const unpacked = await startPostgres({ parts: 'unpacked' });
    try {
        assert.ok(!unpacked.bin.startsWith('/usr/lib/'));
        await passes('test_queries', unpacked.url);
    } finally {
        await unpacked.stop();
    }
});
