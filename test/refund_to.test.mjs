// Where a refund goes: asked for on the case page or written down, sealed, copied without being shown, gone when it is paid.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { mail, onPostgres, refsOf, startKept, textOf } from './kept.mjs';

let kept, agent, customer, api;
before(async () => {
  kept = await startKept({ clock: new Date(Date.now() + 365 * 24 * 3600_000).toISOString() }); // what comes round was set by the machine's clock
  agent = await kept.agent();
  customer = kept.browser();
  api = kept.caller(await kept.token('agent@kept.test'));
});
after(() => kept?.stop());

const account = { kind: 'bank', number: '0071 0007 81234', bank: 'Vietcombank', holder: 'TRAN THI LAN' }, number = '0071000781234';
async function conversation(from = 'Lan <lan@customer.test>') {
  assert.equal(await kept.mailIn(mail({ from, subject: 'My money' })), 0);
  await kept.settle();
  const ref = refsOf(await agent.page('/inbox/unassigned'))[0];
  return { ref, at: `/c/${ref}/refund-to` };
}
const caseOf = async (c) => /href="[^"]*(\/case\/[^"]+)"/.exec(await agent.page(c.at))[1];
const rft = async (c) => /\/refund-to\/(rft_[a-z2-7]{16})\//.exec(await agent.page(c.at))[1];
const copy = (ref, part, who = agent) => who.submit(`/refund-to/${ref}/copy`, { part });
const events = async (kind) => Number(await kept.ask(`SELECT count(*) FROM event WHERE kind = 'refund_to.${kind}'`));

test('she is asked on her case page, types it there, and an agent copies what nobody sees', async () => {
  const c = await conversation();
  assert.match(textOf(await agent.page(`/c/${c.ref}`)), /Where the refund goes/);
  assert.equal((await agent.submit(c.at, { do: 'ask' })).status, 303);
  assert.equal((await agent.submit(c.at, { do: 'ask' })).status, 303, 'asked twice is asked once');
  assert.equal(await events('asked'), 1);
  assert.match(textOf(await agent.page(`/c/${c.ref}`)), /Asked where the refund goes.*asked where the refund goes/);
  assert.equal((await copy(await rft(c), 'number')).status, 409, 'nothing is given yet');

  const path = await caseOf(c);
  assert.match(await customer.page(path), /Where shall we send your money\?/);
  const given = await customer.submit(`${path}/refund-to`, account, { from: path });
  assert.equal(given.status, 303);
  for (const page of [await customer.page(path), await agent.page(`/c/${c.ref}`), await agent.page(c.at)]) {
    assert.match(page, /Vietcombank · •••234/);
    assert.ok(!page.includes(number) && !page.includes('0071 0007') && !page.includes('TRAN THI LAN'), 'nothing else is shown');
  }
  assert.match(textOf(await agent.page(`/c/${c.ref}`)), /The customer gave an account for the refund/);

  const ref = await rft(c), answer = await copy(ref, 'number');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.deepEqual(await answer.json(), { text: number });
  assert.deepEqual(await (await copy(ref, 'holder')).json(), { text: 'TRAN THI LAN' });
  assert.equal(await events('copied'), 2, 'each copy is noted');
  assert.match(textOf(await (await kept.agent('lead@kept.test', { role: 'lead' })).page('/admin/privacy')), /agent copied where a refund goes/);
  assert.equal((await customer.fetch(`/refund-to/${ref}/copy`, { method: 'POST', body: new URLSearchParams({ part: 'number' }) })).status, 401, 'nobody else');
  assert.equal((await copy('rft_aaaaaaaaaaaaaaaa', 'number')).status, 404);

  assert.equal((await agent.submit(`/refund-to/${ref}/end`, { paid: 1 })).status, 303);
  assert.match(textOf(await agent.page(`/c/${c.ref}`)), /paid the refund; the account is removed/);
  assert.equal((await copy(ref, 'number')).status, 410);
  assert.equal(await kept.ask(`SELECT count(*) FROM refund_to WHERE ref = '${ref}' AND sealed IS NULL`), '1');
  assert.doesNotMatch(await customer.page(path), /send your money/);
});

test('nothing lies open: not in a row, not in the log, not in the files', async () => {
  const c = await conversation('Minh <minh@customer.test>');
  const secret = '9988776655443';
  assert.equal((await agent.submit(c.at, { do: 'give', kind: 'bank', number: secret, bank: 'ACB', holder: 'PHAM VAN MINH' })).status, 303);
  assert.match(textOf(await agent.page(c.at)), /agent wrote it down/);
  assert.ok(!kept.log.includes(secret));
  if (onPostgres)
    assert.equal(await kept.ask(`SELECT count(*) FROM refund_to WHERE CAST(refund_to AS TEXT) LIKE '%${secret}%'`), '0');
  else
    for (const name of readdirSync(kept.data).filter((n) => n.startsWith('kept.db')))
      assert.ok(!readFileSync(join(kept.data, name)).includes(secret), name);
});

test('what cannot be an account is told apart, and what was typed stays but for the number', async () => {
  const c = await conversation('An <an@customer.test>');
  const wrong = [
    [{ ...account, number: ' ' }, /Write the number/], [{ ...account, number: '4111 1111 1111 1111' }, /number of a payment card/],
    [{ ...account, number: '12' }, /a digit is missing/], [{ ...account, number: 'ABC12345' }, /a digit is missing/],
    [{ ...account, kind: 'promptpay', number: '1-1017-00230-70-3' }, /a digit is missing/], [{ ...account, kind: 'promptpay', number: '1812345678' }, /a digit is missing/],
    [{ ...account, kind: 'iban', number: 'DE89 3704 0044 0532 0130 01' }, /a digit is missing/],
    [{ ...account, bank: ' ' }, /name of the bank/], [{ ...account, holder: '' }, /whose name/], [{ ...account, holder: 'ก'.repeat(81) }, /80 characters/],
  ];
  for (const [typed, why] of wrong) {
    const answer = await agent.submit(c.at, { do: 'give', ...typed });
    const page = await answer.text();
    assert.equal(answer.status, 422, JSON.stringify(typed));
    assert.match(textOf(page), why);
    if (typed.bank.trim()) assert.match(page, /value="Vietcombank"/);
    if (typed.number.length > 6) assert.ok(!page.includes(typed.number), 'not the number');
  }
  const right = [[{ ...account, kind: 'promptpay', number: '1-1017-00230-70-8' }, 'PromptPay · •••708'], [{ ...account, kind: 'promptpay', number: '081-234-5678' }, 'PromptPay · •••678'],
    [{ ...account, kind: 'iban', number: 'de89 3704 0044 0532 0130 00' }, 'IBAN · •••000'], [{ ...account, number: '6222 0212 3456 7890 128', bank: '工商银行' }, '工商银行 · •••128']];
  for (const [typed, hint] of right) {
    assert.equal((await agent.submit(c.at, { do: 'give', ...typed })).status, 303, hint);
    assert.ok((await agent.page(c.at)).includes(hint), hint);
  }
  const path = `/case/${(await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${c.ref}'`))}-nothing`;
  assert.equal((await customer.submit(`${path}/refund-to`, account, { from: '/contact' })).status, 404);
});

test('a customer whom nobody asked gives nothing', async () => {
  const c = await conversation('Chi <chi@customer.test>');
  assert.equal((await agent.submit(c.at, { do: 'ask' })).status, 303);
  const path = await caseOf(c);
  assert.equal((await agent.submit(`/refund-to/${await rft(c)}/end`, { paid: 1 })).status, 409, 'nothing can be paid yet');
  assert.equal((await agent.submit(`/refund-to/${await rft(c)}/end`, { paid: 0 })).status, 303);
  assert.equal((await customer.submit(`${path}/refund-to`, account, { from: path })).status, 404);
});

test('it goes by itself after thirty days, follows a merge, and goes with the customer', async () => {
  const one = await conversation('Dung <dung@customer.test>'), two = await conversation('Dung <dung@customer.test>');
  await agent.submit(one.at, { do: 'give', ...account });
  assert.equal((await agent.submit(`/c/${one.ref}/merge`, { with: await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${two.ref}'`), sure: '1' })).status < 400, true);
  assert.match(await agent.page(two.at), /Vietcombank · •••234/, 'where the conversation goes on');
  const held = () => kept.ask("SELECT count(*) FROM refund_to WHERE sealed IS NOT NULL AND hint = 'Vietcombank · •••234'");
  assert.equal(await held(), '1');
  await kept.advance(29 * 24 * 3600 * 1000);
  await kept.settle();
  assert.equal(await held(), '1', 'not yet');
  await kept.advance(2 * 24 * 3600 * 1000);
  await kept.settle();
  assert.equal(await held(), '0');
  agent = await kept.agent();
  assert.match(textOf(await agent.page(`/c/${two.ref}`)), /The account for the refund is removed/);

  const three = await conversation('Em <em@customer.test>');
  await agent.submit(three.at, { do: 'give', ...account });
  const erased = await kept.cli(['contact', 'erase', 'em@customer.test', '--why', 'asked', '--confirm', 'Em']);
  assert.equal(erased.code, 0, erased.stderr);
  assert.equal(await kept.ask("SELECT count(*) FROM refund_to WHERE ended_as = 'erased' AND sealed IS NULL AND hint = ''"), '1');
  assert.equal((await agent.get(three.at)).status, 410);
});

test('programs ask, give and end it, and never read it', async () => {
  const c = await conversation('Giang <giang@customer.test>'), path = `/conversations/${c.ref}/refund-to`;
  assert.equal((await api('GET', path)).state, 'none');
  assert.equal((await api('POST', path, { do: 'ask' })).state, 'asked');
  const given = await api('POST', path, { do: 'give', ...account });
  assert.equal(given.state, 'given');
  assert.equal(given.hint, 'Vietcombank · •••234');
  assert.ok(!JSON.stringify(await api('GET', path)).includes(number));
  const card = await api('POST', path, { do: 'give', ...account, number: '4111111111111111' });
  assert.deepEqual([card.http, card.param, card.reason], [422, 'number', 'card']);
  assert.equal((await api('POST', path, { do: 'paid' })).state, 'none');
  assert.equal((await api('POST', path, { do: 'paid' })).http, 404);
});
