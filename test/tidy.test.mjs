// What nobody needs any more goes when its time is over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startKept } from './kept.mjs';

const DAY = 24 * 3600_000;
let kept;
before(async () => {
  kept = await startKept({ clock: new Date(Date.now() + 400 * DAY).toISOString() }); // what comes round was set by the machine's clock
  await kept.agent('lan@kept.test', { name: 'Lan' });
});
after(() => kept?.stop());

test('who signed in is forgotten after a year, and a program’s last answer after a day', async () => {
  const signIns = (who) => kept.ask(`SELECT count(*) FROM sign_in WHERE outcome = '${who}'`), answers = () => kept.ask('SELECT count(*) FROM idempotency WHERE token_id > 0');
  const token = await kept.token('lan@kept.test');
  const made = await fetch(`${kept.url}/api/v1/conversations`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'once' },
    body: JSON.stringify({ kind: 'customer', email: 'once@customer.test', subject: 'Once', body: 'A private matter.' }) });
  assert.equal(made.status, 201);
  await kept.browser().submit('/sign-in', { email: 'nobody@kept.test', password: 'wrong' });
  await kept.advance(23 * 3600_000);
  await kept.settle();
  assert.equal(await answers(), '1');
  await kept.advance(8 * 3600_000);
  await kept.settle();
  assert.equal(await answers(), '0', 'no other request had to come');
  await kept.advance(363 * DAY);
  await kept.settle();
  assert.equal(await signIns('unknown'), '1');
  await kept.advance(2 * DAY);
  await kept.settle();
  assert.equal(await signIns('unknown'), '0');
});
