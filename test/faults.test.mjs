// Killed at random and at named places (fault.c), again and again, while mail comes in, agents answer, take back, merge and
// snooze, jobs run and the schema is made. After each kill the doctor finds nothing wrong; at the end nothing that was
// accepted is lost, and nothing is there twice.
//
// A mail to a customer goes out at least once: killed between the mail server's 250 and our row, the program cannot know, and
// sends it again under the same Message-ID. That is the only thing that may happen twice, and only to what was being sent.
// KEPT_KILLS: how often, on this store (`make check-faults`: 600).
// check: timeout 1800
// check: dies
// check: unsanitized
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Kept, mail, onPostgres, program, run } from './kept.mjs';
import { startPeer } from './smtp_peer.mjs';

const KILLS = Number(process.env.KEPT_KILLS ?? 100), INIT_KILLS = Math.ceil(KILLS / 6), DOCTOR_KILLS = onPostgres ? 0 : Math.ceil(KILLS / 12);
const SERVE_KILLS = KILLS - INIT_KILLS - DOCTOR_KILLS;
const library = join(dirname(program), 'test/libfault.so');
const named = onPostgres
  ? ['pg-commit', 'pg-committed', 'answer', 'answered', 'smtp-data', 'smtp-sent', 'smtp-taken']
  : ['wal-write', 'wal-torn', 'wal-sync', 'wal-synced', 'answer', 'answered', 'smtp-data', 'smtp-sent', 'smtp-taken'];
const upTo = (n) => 1 + Math.floor(Math.random() * n);
const under = (who, fault) => ({ LD_PRELOAD: library, KEPT_FAULT_WHO: who, KEPT_FAULT: fault });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let kept, peer, token, agent;
const hits = {}; // how often each place was met
const mails = []; // { id, taken }: taken: "OK" was read
const posts = []; // { key, path, body, done }: until answered, sent again with the same key
const undone = []; // messages of which it was answered that they were taken back
const sending = new Set(); // Message-IDs of what was on its way at a kill
const settled = []; // conversations that were answered to be merged, unmerged, snoozed …

before(async () => {
  kept = await Kept.fresh();
  peer = await startPeer();
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${peer.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.err);
  await kept.addUser('agent@kept.test', { role: 'admin' });
  token = await kept.token('agent@kept.test');
});
after(async () => {
  await kept?.stop();
  await peer?.stop();
});

// ---- what goes on ----

// One mail through the socket, as `kept mail-in` does it, without the cost of a program. → the answer, or nothing
function handIn(raw) {
  return new Promise((resolve) => {
    const bytes = Buffer.from(raw), size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(bytes.length));
    const socket = connect(join(kept.data, 'mail.sock'));
    let answer = '';
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.from('MAIL support@kept.test\n'), size, bytes])));
    socket.on('data', (text) => { answer += text; });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer.trim()));
  });
}

async function api(method, path, body, key) {
  const answer = await fetch(`${kept.url}/api/v1${path}`, { method, body: body && JSON.stringify(body), headers: {
    authorization: `Bearer ${token}`, 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) } });
  return { status: answer.status, value: await answer.json() };
}

async function conversations() {
  const { value } = await api('GET', '/conversations?limit=30');
  return value.data ?? [];
}
const any = (list) => list[Math.floor(Math.random() * list.length)];

let merging = false;
const acts = {
  async mailIn() {
    const one = mails.find((m) => !m.taken && !m.busy) ?? { id: `m${mails.length}@customer.test` };
    if (!mails.includes(one)) mails.push(one);
    one.busy = true;
    const n = parseInt(one.id.slice(1), 10);
    const answer = await handIn(mail({ from: `c${n % 40}@customer.test`, subject: `Case ${n}`, id: one.id, text: `Body of ${one.id}.` }));
    one.busy = false;
    if (answer === 'OK' || answer === 'SEEN') one.taken = true;
  },
  async post() {
    let one = posts.find((p) => !p.done && !p.busy);
    if (!one) {
      const conversation = any(await conversations());
      if (!conversation) return;
      const key = `k${posts.length}`;
      one = { key, path: `/conversations/${conversation.ref}/messages`, body: { kind: Math.random() < 0.7 ? 'agent' : 'note', body: `Answer ${key}.` } };
      posts.push(one);
    }
    one.busy = true;
    try {
      const { status } = await api('POST', one.path, one.body, one.key);
      if (status === 410 || status === 404) posts.splice(posts.indexOf(one), 1, { ...one, done: true, refused: true }); // merged meanwhile
      else if (status < 300) one.done = true;
    } finally {
      one.busy = false;
    }
  },
  async undo() {
    const conversation = any(await conversations());
    if (!conversation || conversation.status === 'resolved') return;
    const ref = conversation.ref, text = `Taken back ${Math.random()}`;
    if ((await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text, then: 'pending' })).status !== 303) return;
    const message = new RegExp('name="message" value="(msg_[^"]+)"').exec(await agent.page(`/c/${ref}`))?.[1];
    if (message && (await agent.submit(`/c/${ref}/undo-send`, { message })).status === 303) undone.push(message);
  },
  async merge() {
    if (merging) return; // taking back is of the newest merge, whoever made it
    merging = true;
    try {
      const list = await conversations(), [from, into] = [any(list), any(list)];
      if (!from || from.ref === into.ref) return;
      if ((await api('POST', `/conversations/${from.ref}/merge`, { into: into.ref, other_customer: true })).status !== 200) return;
      const state = { ref: from.ref, merged: true };
      settled.push(state);
      if (Math.random() < 0.5) {
        state.merged = undefined; // from here on not known, until answered
        if ((await api('POST', `/conversations/${into.ref}/unmerge`)).status === 200) state.merged = false;
      }
    } finally {
      merging = false;
    }
  },
  async snooze() {
    const conversation = any(await conversations());
    if (!conversation) return;
    await api('PATCH', `/conversations/${conversation.ref}`, { status: 'snoozed', until: new Date(Date.now() + 1500).toISOString() });
  },
};
const weighted = ['mailIn', 'mailIn', 'mailIn', 'post', 'post', 'post', 'undo', 'merge', 'snooze'];

async function work(alive) {
  while (alive()) {
    try {
      await acts[any(weighted)]();
    } catch { /* it was killed in the middle: not known, and so not counted */ }
    if (alive() && !agent) await sleep(10);
  }
}

// ---- one kill ----

// With a kill that comes by chance; a place that is not met within 1.5 seconds is left for a plain kill.
async function killedOnce(fault) {
  let alive = true, late;
  try {
    await kept.serve({ env: fault ? under('serve', fault) : {} });
  } catch {
    return 'at start';
  }
  kept.ended.then(() => { alive = false; });
  agent ??= await kept.agent().catch(() => undefined);
  const workers = Array.from({ length: 5 }, () => work(() => alive));
  const timer = setTimeout(() => { late = true; kept.process.kill('SIGKILL'); }, fault ? 1500 : Math.random() * 400);
  const { signal } = await kept.ended;
  clearTimeout(timer);
  assert.ok(['SIGKILL', 'SIGILL', 'SIGTRAP'].includes(signal), `${signal} ${kept.log}`);
  await Promise.all(workers);
  return late ? 'by time' : 'at its place';
}

async function doctorIsContent(where) {
  const { code, out, err } = await kept.cli(['doctor']);
  assert.match(out, /the chain is whole/, `${where}\n${out}${err}`);
  assert.doesNotMatch(out, /WRONG|cannot be read/, `${where}\n${out}${err}`);
  assert.equal(code, 0, `${where}\n${out}${err}`);
}

test(`${SERVE_KILLS} kills of the server at its work`, { timeout: 1_700_000 }, async () => {
  kept.known = new Set(['agent@kept.test']);
  let next = 0;
  for (let i = 0; i < SERVE_KILLS; i++) {
    const kind = i % 4 === 0 ? null : i % 4 === 1 ? 'call' : named[next++ % named.length];
    const fault = kind && `${kind}:${kind === 'call' ? upTo(onPostgres ? 3000 : 300) : upTo(kind.startsWith('smtp') ? 2 : kind.startsWith('wal-') ? 50 : 12)}`;
    const how = await killedOnce(fault);
    const place = `${kind ?? 'by chance'} ${how}`;
    hits[place] = (hits[place] ?? 0) + 1;
    for (const id of (await kept.ask("SELECT mail_id FROM message WHERE state = 'sending' AND mail_id IS NOT NULL")).split('\n')) sending.add(id);
    await doctorIsContent(`after ${fault ?? 'a kill'} (${how})`);
    const stored = Number(await kept.ask('SELECT count(*) FROM inbound')), taken = mails.filter((m) => m.taken).length;
    assert.ok(stored >= taken, `${taken} mails were accepted, ${stored} are there`);
  }
  const met = (place) => (hits[`${place} at its place`] ?? 0) + (hits[`${place} at start`] ?? 0) > 0;
  for (const place of named) assert.ok(met(place) || KILLS < 100, `never met: ${place} ${JSON.stringify(hits)}`);
});

test('nothing that was accepted is lost, and nothing is there twice', { timeout: 180_000 }, async (t) => {
  // What a dead node of PostgreSQL had in hand is free when its leases end.
  await kept.serve({ clock: new Date(Date.now() + 600_000).toISOString() });
  for (let i = 0; i < 200 && (mails.some((m) => !m.taken) || posts.some((p) => !p.done)); i++)
    for (const act of ['mailIn', 'post']) await acts[act]();
  for (let i = 0; i < 3; i++) await kept.advance(30_000);
  const lines = async (sql) => (await kept.ask(sql)).split('\n').filter(Boolean);
  assert.deepEqual(await lines("SELECT state FROM inbound WHERE state <> 'done'"), []);
  assert.deepEqual(await lines("SELECT state FROM message WHERE state IN ('queued', 'sending', 'failed')"), []);
  const arrived = await lines("SELECT mail_id FROM message WHERE kind = 'customer' ORDER BY mail_id");
  assert.deepEqual(arrived, mails.map((m) => m.id).sort(), 'every mail once');
  const answers = await lines("SELECT body FROM message WHERE body LIKE 'Answer k%' ORDER BY body");
  assert.deepEqual(answers, posts.filter((p) => !p.refused).map((p) => p.body.body).sort(), 'every answer once');
  const refs = new Set(await lines("SELECT ref FROM message WHERE state = 'cancelled'"));
  for (const ref of undone) assert.ok(refs.has(ref), `${ref} was taken back`);
  const sent = await lines("SELECT mail_id FROM message WHERE state = 'sent' AND channel = 'email'");
  const copies = {};
  for (const m of peer.mails) if (m.taken) copies[m.id] = (copies[m.id] ?? 0) + 1;
  for (const id of sent) assert.ok(copies[id], `${id} is said to be sent, and never arrived`);
  assert.equal(new Set(sent).size, Object.keys(copies).length, 'nothing arrived that is not ours to send');
  const twice = Object.keys(copies).filter((id) => copies[id] > 1);
  for (const id of twice) assert.ok(sending.has(id), `${id} arrived ${copies[id]} times, and was not on its way at a kill`);
  const last = new Map(settled.map((s) => [s.ref, s.merged]));
  const merged = new Set(await lines("SELECT ref FROM conversation WHERE merged_into IS NOT NULL"));
  for (const [ref, is] of last) if (is) assert.ok(merged.has(ref), `${ref} was merged`);
  await kept.stop({ keep: true });
  await doctorIsContent('at the end');
  t.diagnostic(`${mails.length} mails, ${posts.length} answers, ${undone.length} taken back, ${settled.length} merges, ${sent.length} sent, `
    + `${twice.length} of them twice; ${JSON.stringify(hits)}`);
});

test(`${INIT_KILLS} kills while the schema is made`, { timeout: 600_000 }, async () => {
  for (let kills = 0; kills < INIT_KILLS;) {
    const fresh = await Kept.fresh(); // for its name and database: emptied, and made again
    try {
      await fresh.stop({ keep: true });
      const again = async (env) => run(['init', '--name', 'Shop', '--inbox', 'support@kept.test'], { env: { ...fresh.env, ...env } });
      await fresh.empty();
      for (let n = upTo(30); kills < INIT_KILLS; n += upTo(onPostgres ? 60 : 40)) {
        const { code } = await again(under('init', `call:${n}`));
        if (code !== 'SIGKILL') break;
        kills++;
      }
      const made = await again({});
      assert.equal(made.code, 0, made.err);
      const { code, out } = await fresh.cli(['doctor']);
      assert.equal(code, 0, out);
      assert.equal(await fresh.ask('SELECT count(*) FROM account'), '1');
      assert.equal(await fresh.ask("SELECT count(*) FROM inbox WHERE kind = 'email'"), '1');
    } finally {
      await fresh.stop();
    }
  }
});

// The last to close the database carries the log over into it: killed there, the next does it again.
test(`${DOCTOR_KILLS} kills while the log is carried over`, { skip: onPostgres && 'PostgreSQL does that itself', timeout: 600_000 }, async () => {
  for (let i = 0; i < DOCTOR_KILLS; i++) {
    await kept.serve();
    for (let n = 0; n < 10; n++) await acts.mailIn();
    await kept.kill();
    const { code } = await kept.cli(['doctor'], { env: under('doctor', `${i % 2 ? 'db-synced' : 'db-write'}:${i % 2 ? 1 : upTo(20)}`) });
    assert.equal(code, 'SIGKILL');
    await doctorIsContent('after a kill while the log was carried over');
  }
  assert.ok(Number(await kept.ask('SELECT count(*) FROM inbound')) >= mails.filter((m) => m.taken).length);
});
