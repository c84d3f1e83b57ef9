// Several nodes on one PostgreSQL, each on a machine of its own (a network namespace): what one does the others show at once;
// work is done once; and what a dead, cut off, paused or restarted part had in hand goes on elsewhere, with nothing lost.
// All nodes serve as a role that may not change the schema, as docs/postgresql.md says.
// check: alone
// check: timeout 400
// check: unsanitized
// check: once: it brings PostgreSQL itself
import assert from 'node:assert/strict';
import { cp, copyFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import * as fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { Browser, Kept, mail, refsOf, root } from './kept.mjs';
import { startMailServer } from './mailserver.mjs';
import { makeCertificate } from './mailserver/tls.mjs';
import { enterOwnNetwork, here, Network, readable } from './netns.mjs';
import { startPostgres } from './postgres.mjs';
import { connect } from './ws.mjs';

const skip = enterOwnNetwork(import.meta.url);
const LEASE_S = 5, TAKEN_OVER_MS = (LEASE_S + 10) * 1000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(what, ms, found) {
  for (const end = Date.now() + ms; ;) {
    const result = await found();
    if (result) return result;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await pause(50);
  }
}

// A mail server that takes everything over TLS and remembers it. `holds(socket)`: it says nothing to that mail until it is let go.
class Sink {
  constructor(dir) {
    this.caFile = makeCertificate(dir, [here]);
    this.mails = []; // { id, from: the node's address }
    this.begun = 0;
    this.holds = () => false;
    this.server = tls.createServer({ cert: fs.readFileSync(join(dir, 'server.pem')), key: fs.readFileSync(join(dir, 'server.key')) }, (s) => this.#talk(s));
    this.server.on('tlsClientError', () => {});
  }
  listen() { return new Promise((resolve) => this.server.listen(0, here, () => resolve(this.server.address().port))); }
  #talk(s) {
    let text = '', data = false;
    const say = (line) => s.write(`${line}\r\n`);
    s.on('error', () => {});
    say('220 sink');
    s.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (;;) {
        const at = text.indexOf(data ? '\r\n.\r\n' : '\r\n');
        if (at < 0) return;
        const line = text.slice(0, at);
        text = text.slice(at + (data ? 5 : 2));
        if (data) {
          data = false;
          this.begun++;
          if (this.holds(s)) continue;
          this.mails.push({ id: /^Message-ID: <(.*)>/mi.exec(line)[1], from: s.remoteAddress });
          say('250 taken');
        } else if (/^DATA/i.test(line)) { data = true; say('354 go on'); }
        else if (/^QUIT/i.test(line)) { say('221 bye'); s.end(); }
        else say('250 well');
      }
    });
  }
}

const sqlOf = (n) => [...fs.readFileSync(join(root, 'docs/postgresql.md'), 'utf8').matchAll(/```sql\n([^`]*)```/g)][n][1];

describe('nodes', { skip }, () => {
  let network, pg, sink, sinkPort, scratch, a, b, admin, token, urlOf;
  const ask = (text) => pg.sql(text);
  const count = async (text) => Number(await ask(text));
  const serve = (kept, machine, { lease = LEASE_S, env = {} } = {}) => kept.serve({
    inside: machine.inside, address: machine.address, env: { KEPT_LEASE: String(lease), KEPT_NODE_NAME: machine.address, ...env } });
  const browserAt = (kept) => Object.assign(new Browser(kept), { cookies: admin.cookies });
  const live = async (kept, browser = browserAt(kept)) => {
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const c = await connect(kept.port, '/live', { host: new URL(kept.url).hostname, headers: { Cookie: cookie } });
    await c.next((m) => m.ready);
    return c;
  };
  const api = (kept, path, { body, key } = {}) => fetch(`${kept.url}/api/v1${path}`, {
    method: body ? 'POST' : 'GET', body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }), ...(key && { 'Idempotency-Key': key }) } });
  // A conversation that has been taken in, by its subject.
  const taken = async (kept, subject, from = 'lan@customer.test') => {
    assert.equal(await kept.mailIn(mail({ from, subject }), 'support@kept.test'), 0);
    return until(`${subject} is taken in`, 10_000, () => ask(`SELECT ref FROM conversation WHERE subject = '${subject}'`));
  };
  const answer = async (kept, ref, text = 'On its way.') => {
    const got = await api(kept, `/conversations/${ref}/messages`, { body: { kind: 'agent', body: text } });
    assert.equal(got.status, 201, await got.text());
  };
  const doctor = async (kept) => {
    const said = await kept.cli(['doctor']);
    assert.match(said.out, /the chain is whole/);
    return said.out;
  };

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'kept-nodes-'));
    await chmod(scratch, 0o711);
    network = new Network(['db', 'standby', 'a', 'b', 'c']);
    sink = new Sink(join(scratch, 'tls'));
    sinkPort = await sink.listen();
    await chmod(join(scratch, 'tls'), 0o711);
    // What is committed is with the kernel: servers are killed here, not the machine, and a busy disk would be all that is measured.
    pg = await startPostgres({ durable: true, inside: network.db.inside, listen: network.db.address, settings: { max_connections: 200, fsync: 'off', wal_receiver_timeout: '3s' } });
    await pg.sql(sqlOf(0).replace(/CREATE DATABASE[^;]*;/, '').replace(/CREATE ROLE kept LOGIN[^;]*;/, '').replace(/\\password.*/g, ''));
    urlOf = (user) => `postgresql://${user}@${network.db.address},${network.standby.address}/kept`;
    a = await Kept.fresh({ store: urlOf('kept') }); // the owner makes the tables
    await pg.sql(sqlOf(1));
    const conf = join(a.data, 'kept.conf');
    fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace('//kept@', '//kept_serve@'));
    a.env.KEPT_STORE = urlOf('kept_serve');
    b = await a.beside();
    await copyFile(sink.caFile, join(readable, 'smtp.pem'));
    await chmod(join(readable, 'smtp.pem'), 0o644);
    const set = await a.cli(['inbox', 'set', 'support@kept.test', '--smtp', `${here}:${sinkPort}`, '--smtp-security', 'tls', '--ca-file', join(readable, 'smtp.pem')]);
    assert.equal(set.code, 0, set.err);
    await Promise.all([serve(a, network.a), serve(b, network.b)]);
    admin = await a.agent();
    token = await a.token('agent@kept.test');
  });
  after(async () => {
    for (const kept of [a, b]) await kept?.stop();
    await pg?.stop();
    sink?.server.close();
    if (scratch) await rm(scratch, { recursive: true, force: true });
  });

  test('the serving role serves, and cannot change the schema or history', async () => {
    assert.equal(await ask("SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'kept_serve'"), 't');
    for (const text of ['CREATE TABLE mine (n int)', 'CREATE TEMP TABLE mine (n int)', 'DROP TABLE job', 'ALTER TABLE job ADD COLUMN n int',
      'CREATE INDEX mine ON job (kind)', "UPDATE event SET code = 'x'", 'DELETE FROM event', 'TRUNCATE event', 'ALTER TABLE event DISABLE TRIGGER ALL'])
      await assert.rejects(pg.sql(text, { user: 'kept_serve' }), /permission denied|must be owner/, text);
    await pg.sql("UPDATE setting SET value = value WHERE name = 'none'", { user: 'kept_serve' }); // the twin: rows it may change
  });

  test('what one node takes in shows at once on another, and who looks and types there', async () => {
    const [atA, atB] = await Promise.all([live(a), live(b)]);
    const ref = await taken(a, 'Across nodes');
    assert.equal((await atB.next((m) => m.kind === 'message.received' && m.ref === ref)).ref, ref);
    let best = Infinity; // of those after the first, which come a moment after the table was read; the machine may be busy
    for (let i = 0; i < 5; i++) {
      const said = atB.next((m) => m.kind === 'conversation.tagged');
      await api(a, `/conversations/${ref}/tags`, { body: { name: `tag${i}` } });
      const began = performance.now();
      await said;
      if (i) best = Math.min(best, performance.now() - began);
    }
    assert.ok(best < 400, `it took ${best} ms: the poll found it, not the hint`);

    const colleague = new Browser(b);
    await a.addUser('mai@kept.test', { name: 'Mai' });
    assert.equal((await colleague.submit('/sign-in', { email: 'mai@kept.test', password: 'a long password' })).status, 303);
    const mai = await live(b, colleague);
    const seesMai = (typing) => (m) => m.kind === 'presence' && m.ref === ref && m.here.some((p) => p.name === 'Mai' && p.typing === typing);
    atA.send({ view: ref });
    mai.send({ view: ref });
    await atA.next(seesMai(false));
    await mai.next((m) => m.kind === 'presence' && m.here.length === 2);
    mai.send({ typing: true });
    await atA.next(seesMai(true));
    mai.send({ typing: false });
    await atA.next(seesMai(false));
    atA.messages.length = 0;
    await pause(6000); // twin: it is said again meanwhile, and changes nothing
    assert.deepEqual(atA.messages.filter((m) => m.kind === 'presence'), []);
    mai.send({ view: null });
    await atA.next((m) => m.kind === 'presence' && m.here.length === 1);

    // She signs out at the other node: her connection ends all the same.
    const elsewhere = Object.assign(new Browser(a), { cookies: colleague.cookies });
    await elsewhere.submit('/sign-out', {});
    assert.equal(await mai.ended, 4001);
    assert.equal((await atB.close(), (await browserAt(b).get('/inbox/open')).status), 200, 'twin: others stay signed in');
    await atA.close();
  });

  test('wrong passwords are counted together, and a request of a program acts once', async () => {
    await a.addUser('door@kept.test');
    const tries = [];
    for (const kept of [a, b, a, b, a, b, a]) {
      const browser = new Browser(kept);
      tries.push((await browser.submit('/sign-in', { email: 'door@kept.test', password: 'a wrong password' })).status);
    }
    assert.deepEqual(tries, [401, 401, 401, 401, 401, 429, 429]);
    const ref = await taken(b, 'Once');
    const both = await Promise.all([a, b, a, b].map((kept) => api(kept, `/conversations/${ref}/messages`, { body: { kind: 'note', body: 'The same' }, key: 'k1' })));
    const texts = await Promise.all(both.map((one) => one.text()));
    assert.deepEqual(both.map((one) => one.status), [201, 201, 201, 201], texts.join('\n'));
    assert.equal(new Set(texts).size, 1);
    assert.equal(await count("SELECT count(*) FROM message WHERE body = 'The same'"), 1);
  });

  test('what a program and a stranger may ask is counted together', async () => {
    const wild = await a.token('agent@kept.test'), calm = await a.token('agent@kept.test');
    const asks = (kept, bearer) => fetch(`${kept.url}/api/v1/me`, { headers: { Authorization: `Bearer ${bearer}` } }).then(async (got) => (await got.text(), got.status));
    const statuses = [];
    for (let i = 0; i < 20; i++) {
      statuses.push(...await Promise.all(Array.from({ length: 50 }, (_, k) => asks(k % 2 ? a : b, wild))));
      await pause(60);
    }
    const allowed = statuses.filter((status) => status === 200).length;
    assert.ok(allowed >= 600 && allowed < 800, `${allowed} of 1000, and one node alone allows 600 and ten a second`);
    assert.deepEqual([await asks(a, calm), await asks(b, calm)], [200, 200], 'twin: another token');

    const question = async (kept) => (await fetch(`${kept.url}/help/en/mail`, { method: 'POST', headers: { Origin: kept.url },
      body: new URLSearchParams({ ref: 'ZZZZZZ', day: '2026-03-17' }) })).status;
    const asked = [];
    for (let i = 0; i < 24; i++) {
      asked.push(await question(i % 2 ? a : b));
      await pause(120);
    }
    const answered = asked.filter((status) => status === 200).length;
    assert.ok(answered >= 10 && answered < 14, asked.join(' '));
  });

  test('300 mails go out from two nodes, each once', async () => {
    const ref = await taken(a, 'Many answers');
    const begun = sink.mails.length;
    const turns = Array.from({ length: 300 }, (_, i) => i);
    await Promise.all(Array.from({ length: 12 }, async () => {
      for (let i = turns.shift(); i !== undefined; i = turns.shift()) await answer(i % 2 ? a : b, ref, `Answer ${i}`);
    }));
    await until('all are sent', 120_000, async () => !await count("SELECT count(*) FROM message WHERE kind = 'agent' AND state <> 'sent'"));
    const sent = sink.mails.slice(begun);
    assert.equal(sent.length, 300);
    assert.equal(new Set(sent.map((one) => one.id)).size, 300, 'each once');
    for (const machine of [network.a, network.b])
      assert.ok(sent.filter((one) => one.from === machine.address).length > 30, 'both nodes worked');
    assert.equal(await count("SELECT count(*) FROM job WHERE kind = 'send_mail'"), 0);
  });

  describe('when a node goes', () => {
    let server, relay, box;
    before(async () => {
      server = await startMailServer({ dir: join(scratch, 'mail'), domain: 'kept.test', tls: { names: [here] },
        customers: [{ address: 'support@kept.test', password: 'mail-secret' }] });
      relay = net.createServer((s) => {
        const to = net.connect(server.imapsPort, '127.0.0.1');
        for (const [from, other] of [[s, to], [to, s]]) from.on('error', () => other.destroy()).pipe(other);
      });
      await new Promise((resolve) => relay.listen(0, here, resolve));
      await copyFile(server.caFile, join(readable, 'imap.pem'));
      await chmod(join(readable, 'imap.pem'), 0o644);
      box = server.mailbox('support@kept.test');
      // One inbox for what comes by IMAP, so that the other one's SMTP keeps its own authority.
      const add = await a.cli(['inbox', 'add', 'box@kept.test', '--imap', `${here}:${relay.address().port}`, '--imap-security', 'tls', '--imap-user', 'support@kept.test',
        '--imap-password-stdin', '--ca-file', join(readable, 'imap.pem')], { input: 'mail-secret\n' });
      assert.equal(add.code, 0, add.err);
    });
    after(async () => { box?.close(); relay?.close(); await server?.stop(); });

    const reader = async () => {
      const holder = await ask('SELECT coalesce(max(n.name), \'\') FROM mailbox_mark m JOIN node n ON n.holder = m.holder AND n.run <> \'\' WHERE m.leased_until > 0');
      return [a, b].find((kept) => kept.url.includes(`//${holder}:`));
    };
    const arrives = (subject, ms) => until(`${subject} is fetched`, ms, () => ask(`SELECT ref FROM conversation WHERE subject = '${subject}'`));
    const put = (subject) => box.append(mail({ to: 'box@kept.test', subject, from: 'minh@customer.test' }));
    const machineOf = (kept) => (kept === a ? network.a : network.b);
    // Whatever this node begins to send is left hanging.
    const hangAt = (kept) => { const { address } = machineOf(kept); sink.holds = (s) => s.remoteAddress === address; };

    test('killed: the other takes its mailbox and its jobs over when the lease has run out', async () => {
      await put('Before');
      await arrives('Before', 20_000);
      const dead = await until('one reads the mailbox', 5000, reader), other = dead === a ? b : a;
      const ref = await taken(other, 'Held by a dead node');
      const watching = await live(other), ghostly = new Browser(dead);
      await a.addUser('ghost@kept.test', { name: 'Ghost' });
      await ghostly.submit('/sign-in', { email: 'ghost@kept.test', password: 'a long password' });
      const ghost = await live(dead, ghostly);
      watching.send({ view: ref });
      ghost.send({ view: ref });
      await watching.next((m) => m.kind === 'presence' && m.here.some((p) => p.name === 'Ghost'));
      watching.messages.length = 0;
      hangAt(dead);
      const before = sink.mails.length, begun = sink.begun;
      for (let i = 0; i < 8; i++) await answer(dead, ref, `Held ${i}`);
      await until('it has some in hand', 10_000, async () => sink.begun - begun >= 4 && await count('SELECT count(*) FROM job WHERE leased_until > 0'));
      await dead.kill();
      await put('After');
      await Promise.all([arrives('After', TAKEN_OVER_MS), until('its mails are sent', TAKEN_OVER_MS, async () => sink.mails.length === before + 8)]);
      assert.ok((await doctor(other)).includes('away: its lease ended'), 'the doctor names the dead one');
      await watching.next((m) => m.kind === 'presence' && m.here.length === 1, 15_000); // who looked there is not said to look any more
      await Promise.all([watching, ghost].map((c) => c.close()));
      sink.holds = () => false;
      await serve(dead, machineOf(dead));
      assert.equal(await count("SELECT count(*) FROM message WHERE kind = 'agent' AND state <> 'sent'"), 0);
      assert.equal(sink.mails.length, before + 8, 'and none twice');
    });

    test('killed and started again: it takes its own back at once, whatever the lease', async () => {
      const long = 120;
      await b.stop({ keep: true });
      await a.stop({ keep: true });
      await serve(a, network.a, { lease: long });
      await put('Mine');
      await arrives('Mine', 20_000);
      const ref = await taken(a, 'Held over a restart');
      hangAt(a);
      const begun = sink.begun, before = sink.mails.length;
      await answer(a, ref, 'Held');
      await until('it is in hand', 10_000, async () => sink.begun > begun);
      await a.kill();
      sink.holds = () => false;
      const began = Date.now();
      await serve(a, network.a, { lease: long });
      await put('Mine again');
      await Promise.all([arrives('Mine again', 20_000), until('it is sent', 20_000, async () => sink.mails.length === before + 1)]);
      assert.ok(Date.now() - began < 30_000);
      await a.stop({ keep: true });
      await Promise.all([serve(a, network.a), serve(b, network.b)]);
    });

    test('cut off: the other takes over, nothing is accepted that could be lost, and it comes back by itself', async () => {
      const lost = await until('one reads the mailbox', 20_000, reader), other = lost === a ? b : a, machine = machineOf(lost);
      const ref = await taken(other, 'Held by one cut off');
      hangAt(lost);
      const begun = sink.begun, before = sink.mails.length;
      await answer(lost, ref, 'Held');
      await answer(lost, ref, 'Held too');
      await until('it has some in hand, or the other sent both', 10_000, async () => sink.begun > begun);
      machine.cut();
      await put('While cut');
      const refused = lost.mailIn(mail({ subject: 'Refused' }), 'support@kept.test');
      await Promise.all([arrives('While cut', TAKEN_OVER_MS), until('the mails are sent', TAKEN_OVER_MS, async () => sink.mails.length >= before + 2)]);
      assert.equal(await refused, 75, 'the mail server keeps it');
      sink.holds = () => false;
      machine.mend();
      await until('it serves again', 20_000, async () => (await fetch(`${lost.url}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => ({}))).status === 200);
      await taken(lost, 'Back again');
      assert.equal(sink.mails.length, before + 2, 'none twice');
      assert.equal(lost.process.exitCode, null);
    });

    test('paused for longer than its lease: its number is another\'s, and it goes on with a new one', async () => {
      const numberOf = async (name) => Number(await ask(`SELECT node FROM node WHERE name = '${name}' AND run <> ''`));
      const before = await numberOf(network.a.address);
      a.process.kill('SIGSTOP');
      const c = await b.beside();
      try {
        await until('its lease has run out', 20_000, async () => await count(`SELECT count(*) FROM node WHERE node = ${before} AND leased_until < extract(epoch FROM clock_timestamp()) * 1000`));
        await until('its number is free', 10_000, async () => {
          if (c.process) await c.stop({ keep: true });
          await serve(c, network.c);
          return await numberOf(network.c.address) === before;
        });
        a.process.kill('SIGCONT');
        await until('it has another number', 10_000, async () => (await numberOf(network.a.address).catch(() => before)) !== before && await numberOf(network.a.address) >= 0);
        await Promise.all([a, c].flatMap((kept, k) => Array.from({ length: 5 }, (_, i) => taken(kept, `Numbered ${k}.${i}`, `n${k}${i}@customer.test`))));
        assert.match(a.log, /is node \d+ now/);
      } finally {
        a.process.kill('SIGCONT');
        await c.stop();
      }
    });

    test('a copied data directory: the older program ends, with a word why', async () => {
      const twin = await b.beside();
      try {
        await cp(join(b.data, 'node'), join(twin.data, 'node'));
        const { ended } = b;
        await serve(twin, network.c);
        const { code } = await ended;
        assert.notEqual(code, 0);
        assert.match(b.log, /a data directory was copied/i);
      } finally {
        await twin.stop();
        await serve(b, network.b);
      }
    });

    test('other keys than the database\'s are refused before they spoil anything', async () => {
      const stranger = await b.beside();
      try {
        await rm(join(stranger.data, 'secrets'), { recursive: true });
        await assert.rejects(serve(stranger, network.c), /secrets are not those of this database/);
      } finally {
        await stranger.stop();
      }
      await doctor(a);
    });
  });

  // Mails come in at both nodes all the time, as from mail servers that keep what is not taken; meanwhile `happens` happens.
  async function underLoad(name, mails, happens) {
    let next = 0, done = 0, refused = 0;
    const sender = async (kept) => {
      for (let n = next++; n < mails; n = next++, done++) {
        const raw = mail({ from: `c${n % 20}@customer.test`, subject: `${name} ${n}`, id: `${name}-${n}@customer.test` });
        while (await kept.mailIn(raw, 'support@kept.test') !== 0) { refused++; await pause(50); }
      }
    };
    const senders = Promise.all([a, a, b, b].map(sender));
    await until('it runs', 30_000, () => done > mails / 4);
    await happens();
    await senders;
    await until('all are read', 60_000, async () => await count(`SELECT count(*) FROM message WHERE mail_id LIKE '${name}-%'`) === mails);
    assert.equal(await count(`SELECT count(DISTINCT mail_id) FROM message WHERE mail_id LIKE '${name}-%'`), mails);
    await doctor(a);
    return { refused };
  }

  test('the database ends and starts again under load: nothing accepted is lost, and all go on by themselves', async () => {
    await underLoad('restart', 200, async () => {
      await pg.kill();
      await pause(1000);
      await pg.start();
      const began = Date.now();
      await Promise.all([a, b].map((kept) => until('it serves', 10_000, async () => (await fetch(`${kept.url}/healthz`)).status === 200)));
      assert.ok(Date.now() - began < 10_000);
    });
    const atB = await live(b);
    const ref = await taken(a, 'Heard after the restart');
    await atB.next((m) => m.kind === 'message.received' && m.ref === ref, 5000);
    await atB.close();
  });

  test('what a restarted primary alone has is not accepted, nor when it is asked for again; twin: with its standby it is', async () => {
    const standby = await pg.standby({ inside: network.standby.inside, listen: network.standby.address });
    try {
      const raw = mail({ subject: 'Half', id: 'half@customer.test' }), before = await count('SELECT count(*) FROM inbound');
      network.standby.cut();
      const answers = [];
      const send = async () => answers.push(await a.mailIn(raw, 'support@kept.test'));
      let asked = send(), sent = 1;
      for (let i = 0; await count('SELECT count(*) FROM inbound') === before; i++) { // others write too, and may be the one that waits
        assert.ok(i < 30, 'the primary has it');
        await until('a write waits for the standby', 10_000, () => count("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"));
        await pg.kill();
        await pg.start();
        if (answers.length === sent) asked = (sent++, send()); // it was told to come later, and does
      }
      const waits = pause(6000);
      await Promise.race([asked, waits]);
      await Promise.race([send(), waits]);
      assert.ok(!answers.includes(0), `${answers}`);
      network.standby.mend();
      await until('it is taken', 30_000, async () => await a.mailIn(raw, 'support@kept.test') === 0);
      await until('it is read', 20_000, async () => await count("SELECT count(*) FROM message WHERE mail_id = 'half@customer.test'") === 1);
    } finally {
      network.standby.mend();
      await pg.sql("ALTER SYSTEM SET synchronous_standby_names = ''");
      await pg.sql('SELECT pg_reload_conf()');
      await standby.stop();
    }
  });

  test('a synchronous standby is promoted: nothing accepted is lost, and all serve within 10 s', async (t) => {
    const standby = await pg.standby({ inside: network.standby.inside, listen: network.standby.address });
    const primary = pg;
    try {
      await underLoad('promote', 200, async () => {
        await primary.kill();
        pg = standby; // whom the test asks
        await pg.sql("ALTER SYSTEM SET synchronous_standby_names = ''"); // there is no third one
        const began = Date.now();
        await standby.promote();
        await Promise.all([a, b].map(async (kept, k) => {
          await until('it serves', 10_000, async () => (await fetch(`${kept.url}/healthz`)).status === 200);
          await until('it takes mail', 10_000 - (Date.now() - began), async () =>
            await kept.mailIn(mail({ subject: `First after ${k}` }), 'support@kept.test') === 0);
        }));
        t.diagnostic(`both nodes served ${Date.now() - began} ms after the promotion`);
        assert.ok(Date.now() - began < 10_000);
      });
    } finally {
      await primary.stop();
    }
  });
});
