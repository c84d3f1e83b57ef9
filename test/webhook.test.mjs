// Webhooks: what a program elsewhere is told, in which order, how it is signed, and what becomes of one that does not
// answer. The program is a server of the test; the network that it is on was opened by the operator.
// check: timeout 180
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { startKept } from './kept.mjs';

const DAY = 24 * 3600_000;
const base = '/api/v1';
let kept, program, origin, token, hook, secret;
let told = [], answer = () => 200;

const ask = async (method, path, body, bearer = token) => {
  const response = await fetch(kept.url + base + path, { method, body: body && JSON.stringify(body),
    headers: { authorization: `Bearer ${bearer}`, ...(body ? { 'content-type': 'application/json' } : {}) } });
  return { status: response.status, value: response.status === 204 ? null : await response.json() };
};
const must = async (...args) => {
  const { status, value } = await ask(...args);
  assert.ok(status < 300, `${args.join(' ')}: ${status} ${JSON.stringify(value)}`);
  return value;
};
const arrives = async (body = 'It is too small.') => {
  const made = await must('POST', '/conversations', { kind: 'customer', email: 'lan@customer.test', subject: 'Shoes', body });
  await kept.settle();
  return made.ref;
};
const state = () => must('GET', `/webhooks/${hook}`);
const events = () => told.splice(0).flatMap((one) => JSON.parse(one.body).data);

before(async () => {
  program = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => { body += text; });
    request.on('end', () => {
      const status = answer();
      if (status === 200) told.push({ headers: request.headers, body, method: request.method });
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise((resolve) => program.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${program.address().port}`;
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00', env: { KEPT_OPEN_NETWORKS: '127.0.0.1' } });
  await kept.agent('boss@kept.test', { name: 'Boss' });
  token = await kept.token('boss@kept.test');
});
after(async () => {
  await kept?.stop();
  program?.close();
});
beforeEach(() => { answer = () => 200; told = []; });

test('a program is told what happens from now on, signed, as the feed tells it', async () => {
  await arrives('Before');
  hook = (await must('POST', '/webhooks', { url: `${origin}/kept?shop=1` })).ref;
  ({ secret } = await must('GET', `/webhooks/${hook}/secret`));
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{32}$/);
  const from = (await state()).after;
  const ref = await arrives();
  assert.ok(told.length >= 1);
  const [{ headers, body, method }] = told;
  assert.equal(method, 'POST');
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(Number(headers['webhook-timestamp']), Date.parse('2026-03-16T09:00:00+07:00') / 1000);
  const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  assert.equal(headers['webhook-signature'], `v1,${mac.digest('base64')}`);
  assert.equal(JSON.parse(body).webhook, hook);
  const heard = events();
  assert.deepEqual(heard, (await must('GET', `/events?after=${from}`)).data);
  assert.ok(heard.every((e) => e.conversation === ref || e.kind.startsWith('contact.')), 'nothing of before');
  assert.ok(heard.some((e) => e.kind === 'message.received'));
  assert.doesNotMatch(body, /too small|customer\.test/, 'and no text');
});

test('what was not taken is told again, in order, and nothing is lost', async () => {
  for (const status of [500, 302]) {
    answer = () => status;
    const refs = [await arrives(), await arrives()];
    assert.equal(told.length, 0);
    const { trouble, failing_since: since } = await state();
    assert.equal(trouble, `status_${status}`);
    assert.ok(since);
    answer = () => 200;
    await kept.advance(3600_000);
    const heard = events();
    assert.deepEqual(heard.filter((e) => e.kind === 'conversation.created').map((e) => e.conversation), refs);
    assert.ok(heard.every((e, i) => !i || e.seq > heard[i - 1].seq));
    assert.deepEqual([(await state()).trouble, (await state()).failing_since], [null, null]);
  }
});

test('only what is asked for is told, and the secret can be changed', async () => {
  await must('PATCH', `/webhooks/${hook}`, { kinds: 'note. message.received', new_secret: true });
  await arrives();
  assert.deepEqual([...new Set(events().map((e) => e.kind))], ['message.received']);
  const next = (await must('GET', `/webhooks/${hook}/secret`)).secret;
  assert.notEqual(next, secret);
  const wrong = await ask('PATCH', `/webhooks/${hook}`, { kinds: 'message.received agent.sign_in' });
  assert.deepEqual([wrong.status, wrong.value.param, wrong.value.reason], [422, 'kinds', 'unknown']);
  await must('PATCH', `/webhooks/${hook}`, { kinds: null });
});

test('it is off when somebody says so, when the program is gone, or after five days without an answer', async () => {
  await must('PATCH', `/webhooks/${hook}`, { enabled: false });
  const ref = await arrives();
  assert.equal(told.length, 0);
  await must('PATCH', `/webhooks/${hook}`, { enabled: true });
  await kept.settle();
  assert.ok(events().some((e) => e.conversation === ref), 'it goes on where it was');

  answer = () => 410;
  await arrives();
  assert.deepEqual([(await state()).enabled, (await state()).trouble], [false, 'gone']);

  answer = () => 503;
  await must('PATCH', `/webhooks/${hook}`, { enabled: true });
  await kept.settle();
  for (let i = 0; i < 6; i++) await kept.advance(DAY);
  assert.deepEqual([(await state()).enabled, (await state()).trouble], [false, 'status_503']);
  answer = () => 200;
  await kept.advance(DAY);
  assert.equal(told.length, 0);
});

test('private networks that nobody opened are not asked', async () => {
  const closed = (await must('POST', '/webhooks', { url: 'http://127.0.0.2:9/hook' })).ref;
  await arrives();
  assert.equal((await must('GET', `/webhooks/${closed}`)).trouble, 'refused_address');
  assert.equal((await ask('DELETE', `/webhooks/${closed}`)).status, 204);
  assert.equal((await ask('GET', `/webhooks/${closed}`)).status, 404);
});

test('admins only; addresses are addresses', async () => {
  await kept.agent('lead@kept.test', { role: 'lead', name: 'Lead' });
  const lead = await kept.token('lead@kept.test');
  for (const [method, path, body] of [['GET', '/webhooks'], ['POST', '/webhooks', { url: `${origin}/x` }], ['GET', `/webhooks/${hook}`],
    ['GET', `/webhooks/${hook}/secret`], ['PATCH', `/webhooks/${hook}`, { kinds: null }], ['DELETE', `/webhooks/${hook}`]])
    assert.equal((await ask(method, path, body, lead)).status, 403, `${method} ${path}`);
  for (const url of ['shop.example.com', 'ftp://shop.example.com/', 'https://me:pw@shop.example.com/', 'https://'])
    assert.deepEqual((await ask('POST', '/webhooks', { url })).value.reason, 'not_an_address', url);
});

test('the same by the command line', async () => {
  const added = await kept.cli(['webhook', 'add', `${origin}/cli`, '--kinds', 'message.']);
  assert.equal(added.code, 0, added.err);
  const [ref, made] = added.out.split('\n');
  assert.equal((await must('GET', `/webhooks/${ref}/secret`)).secret, made);
  await arrives();
  assert.deepEqual([...new Set(events().map((e) => e.kind.split('.')[0]))], ['message']);
  assert.match((await kept.cli(['webhook', 'list'])).out, new RegExp(`^${ref}\t${origin}/cli\tmessage\\.\tok$`, 'm'));
  assert.equal((await kept.cli(['webhook', 'remove', ref])).code, 0);
  assert.equal((await kept.cli(['webhook', 'remove', ref])).code, 66);
  assert.equal((await kept.cli(['webhook', 'add', 'shop'])).code, 65);
  assert.equal((await kept.cli(['webhook', 'add', origin, '--kinds', 'agent.'])).code, 65);
  assert.equal((await kept.cli(['webhook'])).code, 64);
});
