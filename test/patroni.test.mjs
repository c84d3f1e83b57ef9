// The layout of docs/run.md with everything that it is made of: three machines with etcd, Patroni and PostgreSQL, two nodes of
// Kept, each a machine of its own. Machines are lost as machines are: without a word, their cable pulled, all of it at once.
// Whatever was accepted is there afterwards, once; from when the loss is known the nodes accept again within 10 s.
// check: alone
// check: asked
// check: timeout 400
// check: unsanitized
// check: once: it brings PostgreSQL itself
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Kept, mail, root } from './kept.mjs';
import { enterOwnNetwork, Network } from './netns.mjs';
import { missing, startPatroni } from './patroni.mjs';

const skip = missing() || enterOwnNetwork(import.meta.url);
const KNOWN_MS = 10_000, LOST_MS = 60_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const sqlOf = (n) => [...fs.readFileSync(join(root, 'docs/postgresql.md'), 'utf8').matchAll(/```sql\n([^`]*)```/g)][n][1];

describe('under Patroni', { skip }, () => {
  let network, cluster, leader, a, b, token;
  const count = async (text) => Number(await cluster.sql(leader, text, { database: 'kept' }));

  before(async () => {
    network = new Network(['pg1', 'pg2', 'pg3', 'a', 'b']);
    cluster = await startPatroni([network.pg1, network.pg2, network.pg3]);
    leader = await cluster.leader();
    for (const line of sqlOf(0).split('\n').filter((text) => /^CREATE/.test(text)))
      await cluster.sql(leader, line.replace('LOGIN', "LOGIN PASSWORD 'change this'"));
    const store = (user) => `postgresql://${user}@${cluster.machines.map((machine) => machine.address).join(',')}/kept`;
    process.env.PGPASSWORD = 'change this'; // as ~/.pgpass would have it
    a = await Kept.fresh({ store: store('kept') });
    await cluster.sql(leader, sqlOf(1), { database: 'kept' });
    const conf = join(a.data, 'kept.conf');
    fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace('//kept@', '//kept_serve@'));
    a.env.KEPT_STORE = store('kept_serve');
    b = await a.beside();
    await Promise.all([[a, network.a], [b, network.b]].map(([kept, machine]) => kept.serve({
      inside: machine.inside, address: machine.address, env: { KEPT_LEASE: '5', KEPT_NODE_NAME: machine.address } })));
    await a.addUser('agent@kept.test', { role: 'admin' });
    token = await a.token('agent@kept.test');
  });
  after(async () => {
    for (const kept of [a, b]) await kept?.stop();
    await cluster?.stop();
  });

  // Mails come in at both nodes and programs write notes, all the time; meanwhile `happens` happens. What is not accepted is sent
  // again, as mail servers and programs do. → when each node accepted something
  async function underLoad(name, happens) {
    let next = 0, over = false;
    const accepted = { mails: [], notes: [], at: [[], []] }, unknown = new Set(); // unknown: not accepted when it was over
    const note = (done, list, one, k) => {
      if (!done) return unknown.add(one);
      accepted.at[k].push(Date.now());
      return list.push(one);
    };
    const ref = await firstCase();
    const sender = async (kept, k) => {
      while (!over) {
        const id = `${name}-${next++}@customer.test`, raw = mail({ from: `c${next % 20}@customer.test`, subject: id, id });
        let done = false;
        while (!(done = await kept.mailIn(raw, 'support@kept.test') === 0) && !over) await pause(50);
        note(done, accepted.mails, id, k);
      }
    };
    const writer = async (kept, k) => {
      while (!over) {
        const body = `${name}-note-${next++}`;
        let done = false;
        for (; !done && !over; await pause(20)) {
          done = await fetch(`${kept.url}/api/v1/conversations/${ref}/messages`, { method: 'POST', body: JSON.stringify({ kind: 'note', body }),
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': body },
            signal: AbortSignal.timeout(20_000) }).then((answer) => answer.status === 201, () => false);
        }
        note(done, accepted.notes, body, k);
      }
    };
    const all = Promise.all([a, b].flatMap((kept, k) => [sender(kept, k), sender(kept, k), writer(kept, k)]));
    for (const end = Date.now() + 30_000; accepted.at.some((times) => times.length < 20); await pause(50)) assert.ok(Date.now() < end, 'nothing is accepted');
    try {
      await happens(accepted);
    } finally {
      over = true;
      await all;
    }
    for (const end = Date.now() + LOST_MS; await count(`SELECT count(*) FROM message WHERE mail_id LIKE '${name}-%'`) < accepted.mails.length; await pause(200))
      assert.ok(Date.now() < end, `of ${accepted.mails.length} accepted mails ${await count(`SELECT count(*) FROM message WHERE mail_id LIKE '${name}-%'`)} are there`);
    const there = async (column, like) => (await cluster.sql(leader, `SELECT ${column} FROM message WHERE ${column} LIKE '${like}'`, { database: 'kept' })).split('\n').filter((one) => !unknown.has(one)).sort();
    assert.deepEqual(await there('mail_id', `${name}-%`), accepted.mails.sort(), 'every mail once');
    assert.deepEqual(await there('body', `${name}-note-%`), accepted.notes.sort(), 'every note once');
    const doctor = await a.cli(['doctor']);
    assert.match(doctor.out, /the chain is whole/);
    assert.doesNotMatch(doctor.out, /WRONG/);
    return accepted;
  }
  let first;
  async function firstCase() {
    if (first) return first;
    assert.equal(await a.mailIn(mail({ subject: 'The first' }), 'support@kept.test'), 0);
    for (const end = Date.now() + 10_000; !first; await pause(50)) {
      assert.ok(Date.now() < end);
      first = await cluster.sql(leader, "SELECT ref FROM conversation WHERE subject = 'The first'", { database: 'kept' });
    }
    return first;
  }
  // When both nodes had accepted something after `since`.
  async function again({ at }, since, ms) {
    const firsts = () => at.map((times) => times.find((time) => time > since));
    for (const end = Date.now() + ms; firsts().some((time) => !time); await pause(20)) assert.ok(Date.now() < end, `nothing is accepted for ${ms} ms\n${cluster.log()}`);
    return Math.max(...firsts());
  }

  test('the leader\'s machine is lost: a standby that has everything takes over, and both nodes accept within 10 s of when it is known', async (t) => {
    const lost = leader, rest = cluster.others(lost);
    await underLoad('lost', async (accepted) => {
      const gone = cluster.keyGone(rest), began = Date.now();
      await cluster.lose(lost);
      const known = await gone;
      leader = await cluster.leader(60_000, rest);
      const promoted = Date.now(), serving = await again(accepted, known, LOST_MS);
      t.diagnostic(`known after ${known - began} ms; promoted ${promoted - known} ms, both nodes accepting ${serving - known} ms after that`);
      assert.ok(promoted - known < KNOWN_MS, `promoted ${promoted - known} ms after the loss was known`);
      assert.ok(serving - known < KNOWN_MS, `accepted ${serving - known} ms after the loss was known`);
    });
  });

  test('it comes back by itself and follows; the other way round it is asked to, with nobody cut off for long', async (t) => {
    const [back] = cluster.machines.filter((machine) => !machine.running.length);
    cluster.restore(back);
    await cluster.follows(back);
    const from = leader, to = await cluster.synchronous(60_000, cluster.others(from));
    await underLoad('asked', async (accepted) => {
      const began = Date.now();
      await cluster.switchover(from, to);
      leader = await cluster.leader(60_000, [to]);
      const serving = await again(accepted, Date.now(), LOST_MS);
      t.diagnostic(`a switchover: both nodes accepting ${serving - began} ms after it was asked for`);
      assert.ok(serving - began < 2 * KNOWN_MS);
    });
  });

  test('the standby that must have everything is lost: the other takes its place', async (t) => {
    const lost = await cluster.synchronous(60_000, cluster.others(leader));
    await underLoad('standby', async (accepted) => {
      const began = Date.now();
      await cluster.lose(lost);
      const other = await cluster.synchronous(60_000, cluster.others(leader, lost));
      const serving = await again(accepted, Date.now(), LOST_MS);
      t.diagnostic(`${other.name} took its place and both nodes accepted ${serving - began} ms after the loss`);
      assert.ok(serving - began < LOST_MS);
    });
  });
});
