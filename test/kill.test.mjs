// Bad luck: the program is killed again and again while mail comes in. Every mail that was answered with 0 is there afterwards,
// once, and the chain of events is whole. The mail server's part (keep it and try again on 75) is played here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kept, mail, onPostgres, refsOf, textOf } from './kept.mjs';

const MAILS = onPostgres ? 400 : 1000, KILLS = Number(process.env.KEPT_KILLS ?? (onPostgres ? 10 : 25)), SENDERS = 6;

test(`${MAILS} mails while the program is killed ${KILLS} times`, { timeout: 300_000 }, async () => {
  const kept = await Kept.fresh();
  try {
    await story(kept);
  } finally {
    await kept.stop();
  }
});

async function story(kept) {
  let serving = kept.serve(), finished = 0, next = 0, kills = 0, stopped = false;
  await serving;
  const sender = async () => {
    for (let n = next++; n < MAILS; n = next++) {
      const raw = mail({ from: `c${n % 50}@customer.test`, subject: `Mail ${n}`, id: `kill-${n}@customer.test`, text: `Number ${n}.` });
      while ((await kept.mailIn(raw, 'support@kept.test')) !== 0) await new Promise((resolve) => setTimeout(resolve, 20));
      if (n % 10 === 0) assert.equal((await kept.mailIn(raw, 'support@kept.test')) % 75, 0, 'the same mail again');
      finished++;
    }
  };
  const killer = async () => {
    while (!stopped && kills < KILLS) {
      const aim = Math.min(MAILS - 1, Math.floor(((kills + 1) * MAILS) / (KILLS + 1)));
      while (finished < aim && !stopped) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 15)); // at any moment
      kept.process.kill('SIGKILL');
      await kept.ended;
      kills++;
      serving = kept.serve();
      await serving;
    }
  };
  await Promise.all([killer(), ...Array.from({ length: SENDERS }, sender)]);
  stopped = true;
  await serving;
  assert.equal(kills, KILLS);
  const agent = await kept.agent();
  const count = async (sql) => Number(await kept.ask(sql));
  const end = Date.now() + 60_000;
  while (await count("SELECT count(*) FROM inbound WHERE state = 'raw'") && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await count("SELECT count(*) FROM message WHERE kind = 'customer'"), MAILS, 'every mail once');
  assert.equal(await count('SELECT count(DISTINCT mail_id) FROM message'), MAILS, 'none twice');
  assert.equal(await count("SELECT count(*) FROM inbound WHERE state <> 'done'"), 0);
  assert.match(textOf(await agent.page('/inbox/open')), /Mail \d+/);
  assert.equal(refsOf(await agent.page('/inbox/open')).length, 50);
  await kept.stop({ keep: true });
  const doctor = await kept.cli(['doctor']);
  assert.equal(doctor.code, 0, doctor.out);
  assert.match(doctor.out, /the chain is whole/);
}
