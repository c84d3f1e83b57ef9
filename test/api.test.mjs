// The API: every verb by its story, every answer held against the schema that the server itself serves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { startSink } from './smtp_sink.mjs';
import { mail, refsOf, run, startKept, textOf } from './kept.mjs';

let kept, agent, api, spec, ajv;
const visited = new Set(); // operations that a story has seen succeed

const operationOf = (method, path) => Object.keys(spec.paths).find((pattern) => spec.paths[pattern][method.toLowerCase()]
  && new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));

function resolve(part) {
  return part?.$ref ? part.$ref.split('/').slice(1).reduce((at, name) => at[name], spec) : part;
}

// Holds an answer against what the document says of this operation and status.
async function conforms(method, path, answer) {
  const pattern = operationOf(method, path.split('?')[0]);
  assert.ok(pattern, `${method} ${path} is not documented`);
  const { responses } = spec.paths[pattern][method.toLowerCase()];
  const response = resolve(responses[answer.status] ?? responses.default);
  if (answer.ok) {
    assert.ok(responses[answer.status], `${method} ${path} answered ${answer.status}, which is not documented`);
    visited.add(`${method} ${pattern}`);
  }
  const type = answer.headers.get('content-type')?.split(';')[0];
  const content = response.content?.[type];
  if (!response.content) return assert.equal(await answer.clone().text(), '', `${method} ${path}`);
  assert.ok(content, `${method} ${path} answered ${answer.status} with ${type}`);
  if (!type.endsWith('json')) return undefined;
  const validate = ajv.getSchema(`kept${content.schema.$ref}`);
  const value = await answer.clone().json();
  assert.ok(validate(value), `${method} ${path}: ${JSON.stringify(validate.errors)}\n${JSON.stringify(value).slice(0, 600)}`);
  assert.doesNotMatch(JSON.stringify(value), /\d{16}/, 'no inner id gets out');
  return value;
}

class Api {
  constructor(token) { this.token = token; }
  async ask(method, path, body, headers = {}) {
    const form = body instanceof FormData;
    const answer = await fetch(new URL(path, kept.url), {
      method, redirect: 'manual', body: body === undefined || form ? body : JSON.stringify(body),
      headers: { ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined || form ? {} : { 'content-type': 'application/json' }), ...headers },
    });
    answer.value = await conforms(method, new URL(path, kept.url).pathname + new URL(path, kept.url).search, answer);
    return answer;
  }
  // What must succeed. → its object
  async must(method, path, body, headers) {
    const answer = await this.ask(method, path, body, headers);
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.value)}`);
    return answer.value;
  }
  get(path) { return this.must('GET', path); }
  post(path, body, headers) { return this.must('POST', path, body, headers); }
  patch(path, body) { return this.must('PATCH', path, body); }
  // What must be refused. → the problem
  async refused(status, method, path, body, headers) {
    const answer = await this.ask(method, path, body, headers);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.value)}`);
    return answer.value;
  }
}

const base = '/api/v1';
const newConversation = (more = {}) => api.post(`${base}/conversations`, {
  kind: 'customer', email: 'lan@customer.test', name: 'Trần Thị Lan', lang: 'vi', subject: 'Giày bị chật',
  body: 'Chị muốn đổi sang size 39, được không em?', ...more });

before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent('agent@kept.test', { name: 'Mai' });
  api = new Api(await kept.token('agent@kept.test'));
  spec = await (await fetch(`${kept.url}${base}/openapi.json`)).json();
  ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  addFormats(ajv);
  ajv.addVocabulary(['components']);
  ajv.addSchema({ $id: 'kept', components: { schemas: spec.components.schemas } });
});
after(() => kept?.stop());

// ---- the document ----

test('the document is sound OpenAPI 3.1', async () => {
  const linter = new spectral.Spectral();
  // Whom to write to and where the licence lies is each installation's own; nouns stand in the order of the table.
  const rules = { 'contact-properties': 'off', 'license-url': 'off', 'openapi-tags-alphabetical': 'off' };
  linter.setRuleset({ extends: [[rulesets.oas, 'all']], rules });
  const lint = async (source) => (await linter.run(source)).map((p) => `${p.code} ${p.path.join('.')} ${p.message}`);
  assert.deepEqual(await lint(spec), []);
  const torn = structuredClone(spec);
  delete torn.info.version;
  torn.components.schemas.Agent.properties.ref = { $ref: '#/components/schemas/Nobody' };
  torn.tags.push(torn.tags[0]);
  const found = (await lint(torn)).join('\n');
  for (const code of ['oas3-schema', 'invalid-ref', 'openapi-tags-uniqueness']) assert.match(found, new RegExp(`^${code} `, 'm'), 'the linter finds what is wrong');
});

test('the document names every row of the table, its parameters and its rules', async () => {
  const rows = (await run(['routes'])).out.trim().split('\n').map((line) => JSON.parse(line)).filter((row) => row.permission.startsWith('api_'));
  assert.ok(rows.length > 25);
  for (const row of rows) {
    const operation = spec.paths[row.path]?.[row.method.toLowerCase()];
    assert.ok(operation, `${row.method} ${row.path}`);
    const body = operation.requestBody?.content;
    for (const p of row.params)
      if (p.in === 'body') {
        if (p.kind !== 'file') assert.ok(body['application/json'].schema.properties[p.name], `${row.path} ${p.name}`);
        assert.ok(p.kind !== 'file' || body['multipart/form-data'].schema.properties[p.name], `${row.path} ${p.name}`);
      } else {
        assert.equal(operation.parameters.find((q) => q.name === p.name)?.in, p.in, `${row.path} ${p.name}`);
      }
  }
});

// ---- who may ----

test('me says whose token it is and what it may do', async () => {
  const me = await api.get(`${base}/me`);
  assert.equal(me.agent.name, 'Mai');
  assert.deepEqual(me.scopes, ['read', 'write']);
  assert.equal(me.zone, 'Asia/Ho_Chi_Minh');
  const reader = new Api(await kept.token('agent@kept.test', 'read'));
  assert.deepEqual((await reader.get(`${base}/me`)).scopes, ['read']);
  const asOthersDo = await fetch(`${kept.url}${base}/me`, { headers: { api_access_token: api.token } });
  assert.equal(asOthersDo.status, 200);
});

test('no token, a wrong one, and the wrong scope are told apart', async () => {
  await new Api().refused(401, 'GET', `${base}/me`);
  await new Api(`${api.token}x`).refused(401, 'GET', `${base}/me`);
  const reader = new Api(await kept.token('agent@kept.test', 'read'));
  await reader.refused(403, 'POST', `${base}/tags`, { name: 'vip' });
  const writer = new Api(await kept.token('agent@kept.test', 'write'));
  await writer.refused(403, 'GET', `${base}/tags`);
});

test('a token ends when it is revoked, and when its agent leaves', async () => {
  await kept.addUser('leaver@kept.test', { name: 'Leaver' });
  const [first, second] = [new Api(await kept.token('leaver@kept.test', 'read')), new Api(await kept.token('leaver@kept.test'))];
  const { out } = await kept.cli(['token', 'list']);
  const row = out.split('\n').find((line) => / read  Leaver /.test(line));
  const ref = /^tok_\w+/.exec(row)[0];
  assert.match(row, /  never used  /);
  await first.get(`${base}/me`);
  await kept.settle();
  assert.match((await kept.cli(['token', 'list'])).out, new RegExp(`^${ref}.*  used 2026-03-16  `, 'm'));
  assert.equal((await kept.cli(['token', 'revoke', ref])).code, 0);
  await first.refused(401, 'GET', `${base}/me`);
  assert.notEqual((await kept.cli(['token', 'revoke', ref])).code, 0, 'once is enough');
  await second.get(`${base}/me`);
  assert.equal((await kept.cli(['user', 'disable', 'leaver@kept.test'])).code, 0);
  await second.refused(401, 'GET', `${base}/me`);
  const gone = (await api.get(`${base}/agents?disabled=1`)).data.find((x) => x.name === 'Leaver');
  assert.equal(gone.disabled, true);
  assert.ok(!(await api.get(`${base}/agents`)).data.some((x) => x.ref === gone.ref));
  const made = await newConversation();
  assert.equal((await api.refused(422, 'PATCH', `${base}/conversations/${made.ref}`, { assignee: gone.ref })).reason, 'disabled');
  assert.notEqual((await kept.cli(['user', 'disable', 'agent@kept.test'])).code, 0, 'the last admin stays');
});

test('a token asks at most 600 times in a minute, and others are not held up', async () => {
  const wild = new Api(await kept.token('agent@kept.test'));
  const statuses = [];
  for (let i = 0; i < 13; i++)
    statuses.push(...await Promise.all(Array.from({ length: 50 }, async () => {
      const answer = await fetch(`${kept.url}${base}/me`, { headers: { authorization: `Bearer ${wild.token}` } });
      await answer.text();
      return answer.status;
    })));
  assert.equal(statuses.filter((s) => s === 200).length, 600);
  assert.equal(statuses.filter((s) => s === 429).length, 50);
  const refused = await wild.ask('GET', `${base}/me`);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  await api.get(`${base}/me`);
  await kept.advance(Number(refused.headers.get('retry-after')) * 1000);
  await wild.get(`${base}/me`);
});

// ---- conversations ----

test('a customer writes through the API and an agent reads it on her page', async () => {
  const made = await newConversation();
  assert.equal(made.status, 'new');
  assert.equal(made.contact.name, 'Trần Thị Lan');
  assert.equal(made.lang, 'vi');
  assert.equal(made.waiting_since, made.created_at);
  assert.ok(refsOf(await agent.page('/inbox/unassigned')).includes(made.ref));
  assert.match(textOf(await agent.page(`/c/${made.ref}`)), /đổi sang size 39/);
  assert.deepEqual(await api.get(`${base}/conversations/${made.ref}`), made);
});

test('a program hears what happened, in its order, each thing once, and never of the machine', async () => {
  const { next_after: from, data } = await api.get(`${base}/events`);
  assert.deepEqual(data, [], 'without a place one begins now');
  const made = await newConversation();
  await api.patch(`${base}/conversations/${made.ref}`, { assignee: 'me' });
  await api.post(`${base}/conversations/${made.ref}/tags`, { name: 'size' });
  const said = await api.post(`${base}/conversations/${made.ref}/messages`, { kind: 'note', body: 'The box' });
  await kept.token('agent@kept.test', 'read'); // an event that is not told
  const heard = [];
  for (let page = { next_after: from, more: true }; page.more; heard.push(...page.data))
    page = await api.get(`${base}/events?after=${page.next_after}&limit=2`);
  assert.ok(heard.every((e, i) => !i || e.seq > heard[i - 1].seq), 'oldest first');
  const of = (kind) => heard.filter((e) => e.kind === kind);
  assert.deepEqual(of('conversation.created').map((e) => [e.conversation, e.by]), [[made.ref, 'contact']]);
  assert.match(of('message.received')[0].subject, /^msg_/);
  const me = (await api.get(`${base}/me`)).agent.ref;
  assert.deepEqual(of('conversation.assigned').map((e) => [e.subject, e.by, e.agent]), [[me, 'token', me]]);
  assert.match(of('conversation.tagged')[0].subject, /^tag_/);
  assert.deepEqual(of('note.added').map((e) => e.subject), [said.ref]);
  assert.deepEqual(heard.filter((e) => /^(token|agent|account|mail)\./.test(e.kind)), []);
  const all = await api.get(`${base}/events?after=0&limit=1000`);
  assert.ok(all.data.length > heard.length);
  assert.deepEqual(await api.get(`${base}/events?after=${all.next_after}`), { data: [], next_after: all.next_after, more: false });
  assert.equal((await api.refused(409, 'GET', `${base}/events?after=${all.next_after + 1}`)).reason, 'not_reached');
});

test('what the page asks about before it sends is refused here, and goes out only when that is said', async () => {
  const made = await newConversation();
  const asks = { kind: 'agent', body: 'Please send me your password, so that I can look.' };
  const problem = await api.refused(409, 'POST', `${base}/conversations/${made.ref}/messages`, asks);
  assert.deepEqual([problem.param, problem.reason], ['body', 'asks_secret']);
  assert.equal((await api.refused(409, 'POST', `${base}/conversations`, { ...asks, email: 'lan@customer.test', subject: 'Help' })).reason, 'asks_secret');
  assert.equal((await api.get(`${base}/conversations/${made.ref}/messages`)).data.length, 1);
  await api.post(`${base}/conversations/${made.ref}/messages`, { ...asks, kind: 'note' });
  await api.post(`${base}/conversations/${made.ref}/messages`, { ...asks, anyway: true });
});

test('a webhook is added, shown, changed and ended', async () => {
  const made = await api.post(`${base}/webhooks`, { url: 'https://shop.invalid/kept' });
  assert.deepEqual([made.kinds, made.enabled], [null, true]);
  assert.match((await api.get(`${base}/webhooks/${made.ref}/secret`)).secret, /^whsec_/);
  const changed = await api.patch(`${base}/webhooks/${made.ref}`, { kinds: 'promise.', enabled: false });
  assert.deepEqual([changed.kinds, changed.enabled], ['promise.', false]);
  assert.deepEqual((await api.get(`${base}/webhooks`)).data.map((w) => w.ref), [made.ref]);
  assert.equal((await api.get(`${base}/webhooks/${made.ref}`)).ref, made.ref);
  await api.must('DELETE', `${base}/webhooks/${made.ref}`);
});

test('private numbers of a message are masked on the way in', async () => {
  const made = await newConversation({ body: 'Thẻ của tôi là 4111 1111 1111 1111, trừ tiền hai lần.' });
  const { data: [message] } = await api.get(`${base}/conversations/${made.ref}/messages`);
  assert.doesNotMatch(message.body, /4111 1111/);
  assert.equal(message.masked, 1);
});

test('an agent begins a conversation, which is mailed', async () => {
  const made = await newConversation({ kind: 'agent', email: 'somchai@customer.test', name: 'สมชาย', lang: undefined,
    subject: 'สินค้าเข้าแล้ว', body: 'ของเข้าแล้วนะคะ **จัดส่งพรุ่งนี้**ค่ะ', cc: 'boss@customer.test' });
  assert.equal(made.status, 'pending');
  assert.equal(made.assignee.name, 'Mai');
  assert.equal(made.channel, 'email');
  const { data: [message] } = await api.get(`${base}/conversations/${made.ref}/messages`);
  assert.deepEqual([message.kind, message.author.name, message.to, message.cc, message.format],
    ['agent', 'Mai', 'somchai@customer.test', 'boss@customer.test', 'markdown']);
  assert.equal((await api.get(`${base}/messages/${message.ref}`)).ref, message.ref);
});

test('a conversation that is only a note needs no address', async () => {
  const contact = await api.post(`${base}/contacts`, { name: 'Somebody at the counter' });
  const made = await newConversation({ kind: 'note', email: undefined, contact: contact.ref, body: 'Came in person, wants a new box.' });
  assert.equal(made.status, 'new');
  const problem = await api.refused(422, 'POST', `${base}/conversations`, { kind: 'agent', contact: contact.ref, subject: 'Box', body: 'Here it is.' });
  assert.deepEqual([problem.param, problem.reason], ['contact', 'has_no_address']);
});

test('what a new conversation lacks or gets wrong is named', async () => {
  const good = { kind: 'customer', email: 'x@customer.test', subject: 'S', body: 'B' };
  for (const [change, param, reason] of [
    [{ email: undefined }, 'contact', 'missing'], [{ email: 'x' }, 'email', 'not_an_address'],
    [{ email: undefined, phone: 'call me' }, 'phone', 'not_a_number'],
    [{ kind: 'bot' }, 'kind', 'not_a_word'], [{ subject: '' }, 'subject', 'missing'], [{ body: '  ' }, 'body', 'missing'],
    [{ contact: 'ctc_aaaaaaaaaaaaaaaa' }, 'contact', 'not_found'], [{ inbox: 'inb_aaaaaaaaaaaaaaaa' }, 'inbox', 'not_found'],
    [{ colour: 'red' }, 'colour', 'unknown'], [{ subject: 7 }, 'subject', 'wrong_type'],
  ]) {
    const problem = await api.refused(422, 'POST', `${base}/conversations`, { ...good, ...change });
    assert.deepEqual([problem.param, problem.reason], [param, reason]);
  }
  const before = (await api.get(`${base}/contacts?email=x@customer.test`)).data.length;
  assert.equal(before, 0, 'nothing of them stays');
});

test('bad JSON, another type, and lists where none belong', async () => {
  const raw = async (body, type) => (await fetch(`${kept.url}${base}/tags`, { method: 'POST', body,
    headers: { authorization: `Bearer ${api.token}`, 'content-type': type } }));
  for (const [body, type, status] of [['{"name":', 'application/json', 400], ['["vip"]', 'application/json', 400],
    ['{"name":"a","name":"b"}', 'application/json', 400], ['{"name":{"a":1}}', 'application/json', 400],
    ['{"name":["vip"]}', 'application/json', 422], ['name: vip', 'application/yaml', 415], ['"vip"', 'application/json', 400]]) {
    const answer = await raw(body, type);
    assert.equal(answer.status, status, body);
    await conforms('POST', `${base}/tags`, answer);
  }
});

test('subject, owner, team and status change in one request, or not at all', async () => {
  const made = await newConversation();
  const me = await api.get(`${base}/me`);
  const url = `${base}/conversations/${made.ref}`;
  const changed = await api.patch(url, { subject: 'Đổi size 39', assignee: 'me', status: 'open' });
  assert.deepEqual([changed.subject, changed.assignee.ref, changed.status], ['Đổi size 39', me.agent.ref, 'open']);
  assert.ok(changed.version > made.version);
  const problem = await api.refused(422, 'PATCH', url, { subject: 'Lost', assignee: 'agt_aaaaaaaaaaaaaaaa' });
  assert.deepEqual([problem.param, problem.reason], ['assignee', 'not_found']);
  assert.equal((await api.get(url)).subject, 'Đổi size 39');
  assert.equal((await api.patch(url, { assignee: null })).assignee, null);
  assert.equal((await api.patch(url, { assignee: me.agent.ref })).assignee.ref, me.agent.ref);
  assert.equal((await api.patch(url, { status: null })).status, 'open', 'null of what cannot be empty changes nothing');
  assert.deepEqual((await api.refused(422, 'PATCH', url, { team: 'tem_aaaaaaaaaaaaaaaa' })).param, 'team');
});

test('a snooze needs a time that is still to come, and ends by itself', async () => {
  const made = await newConversation();
  const url = `${base}/conversations/${made.ref}`;
  const reason = async (body) => (await api.refused(422, 'PATCH', url, body)).reason;
  assert.equal(await reason({ status: 'snoozed' }), 'missing');
  assert.equal(await reason({ status: 'snoozed', until: '2026-03-15T00:00:00Z' }), 'in_the_past');
  assert.equal(await reason({ status: 'snoozed', until: 'tomorrow' }), 'not_a_time');
  assert.equal(await reason({ until: '2027-01-01T00:00:00Z' }), 'missing');
  const until = new Date(Date.parse(made.created_at) + 3600_000);
  const snoozed = await api.patch(url, { status: 'snoozed', until: until.toISOString().replace('Z', '+00:00') });
  assert.equal(snoozed.snoozed_until, until.toISOString());
  await kept.advance(3600_000);
  assert.equal((await api.get(url)).status, 'open');
});

test('who has seen an old version is told, and writes nothing over it', async () => {
  const made = await newConversation();
  const url = `${base}/conversations/${made.ref}`;
  await api.patch(url, { version: made.version, status: 'open' });
  const problem = await api.refused(409, 'PATCH', url, { version: made.version, status: 'resolved' });
  assert.deepEqual([problem.param, problem.reason], ['version', 'changed']);
  await api.refused(409, 'POST', `${url}/messages`, { kind: 'agent', body: 'Done!', version: made.version });
  assert.equal((await api.get(url)).status, 'open');
});

// ---- messages ----

test('a reply, a note and the customer\'s answer', async () => {
  const made = await newConversation({ email: undefined, phone: '0912 345 678' }); // no mail, which nobody takes here
  const url = `${base}/conversations/${made.ref}`;
  const reply = await api.post(`${url}/messages`, { kind: 'agent', body: 'Dạ được ạ.', status: 'resolved' });
  assert.equal(reply.author.name, 'Mai');
  let now = await api.get(url);
  assert.deepEqual([now.status, now.waiting_since, now.first_reply_at], ['resolved', null, reply.created_at]);
  const note = await api.post(`${url}/messages`, { kind: 'note', body: 'Gọi kho trước.' });
  assert.deepEqual([note.kind, note.state, (await api.get(url)).status], ['note', 'received', 'resolved']);
  await kept.advance(60_000);
  const answer = await api.post(`${url}/messages`, { kind: 'customer', body: 'Cảm ơn em, mà còn hàng không?' });
  assert.equal(answer.author.kind, 'customer');
  now = await api.get(url);
  assert.deepEqual([now.status, now.waiting_since, now.message_count], ['open', answer.created_at, 4]);
  const { data } = await api.get(`${url}/messages`);
  assert.deepEqual(data.map((m) => m.kind), ['customer', 'note', 'agent', 'customer'], 'newest first');
  assert.match(textOf(await agent.page(`/c/${made.ref}`)), /Dạ được ạ\..*Gọi kho trước\..*còn hàng không/);
});

test('an answer to a closed conversation begins a new one', async () => {
  const made = await newConversation();
  await api.patch(`${base}/conversations/${made.ref}`, { status: 'closed' });
  const answer = await api.post(`${base}/conversations/${made.ref}/messages`, { kind: 'customer', body: 'Vẫn chật.' });
  assert.notEqual(answer.conversation, made.ref);
  assert.equal((await api.get(`${base}/conversations/${answer.conversation}`)).follow_up_of, made.ref);
});

test('files come and go with a message, by their bytes and not by their names', async () => {
  const made = await newConversation();
  const form = new FormData();
  const picture = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');
  form.append('kind', 'note');
  form.append('body', 'See the picture.');
  form.append('files', new Blob([picture]), 'กล่อง แตก.txt');
  const note = await api.post(`${base}/conversations/${made.ref}/messages`, form);
  const [file] = note.attachments;
  assert.deepEqual([file.name, file.type, file.size], ['กล่อง แตก.txt', 'image/png', picture.length]);
  const fetched = await api.ask('GET', new URL(file.url).pathname);
  assert.equal(fetched.headers.get('content-type'), 'application/octet-stream');
  assert.match(fetched.headers.get('content-disposition'), /^attachment; filename\*=UTF-8''%E0%B8%81/);
  assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), picture);
  assert.equal((await fetch(file.url)).status, 401);
});

test('a mail that came in is read like any other message', async () => {
  assert.equal(await kept.mailIn(mail({ from: 'Minh <minh@customer.test>', subject: '发票', text: '请把发票开给公司。' }), 'support@kept.test'), 0);
  await kept.settle();
  const contact = (await api.get(`${base}/contacts?email=MINH@customer.test`)).data[0];
  const { data: [conversation] } = await api.get(`${base}/conversations?contact=${contact.ref}`);
  const { data: [message] } = await api.get(`${base}/conversations/${conversation.ref}/messages`);
  assert.deepEqual([message.channel, message.format], ['email', 'plain']);
  assert.match(message.body, /请把发票开给公司。/);
});

// ---- once ----

test('the same request with the same key acts once, even ten at a time', async () => {
  const made = await newConversation();
  const url = `${base}/conversations/${made.ref}/messages`;
  const send = () => api.ask('POST', url, { kind: 'agent', body: 'One parcel, one promise.' }, { 'idempotency-key': 'order-4711' });
  const answers = await Promise.all(Array.from({ length: 10 }, send));
  assert.deepEqual([...new Set(answers.map((a) => a.status))], [201]);
  assert.equal(new Set(answers.map((a) => a.value.ref)).size, 1);
  assert.equal(answers.filter((a) => a.headers.get('idempotency-replayed') === 'true').length, 9);
  const texts = await Promise.all(answers.map((a) => a.text()));
  assert.equal(new Set(texts).size, 1, 'told the same');
  assert.equal((await api.get(url)).data.filter((m) => m.kind === 'agent').length, 1);
});

test('a key belongs to one request and one token, for a day', async () => {
  const key = { 'idempotency-key': 'k-1' };
  const first = await api.post(`${base}/contacts`, { name: 'Once', note: 'a' }, key);
  const problem = await api.refused(422, 'POST', `${base}/contacts`, { name: 'Once', note: 'b' }, key);
  assert.deepEqual([problem.param, problem.reason], ['Idempotency-Key', 'used_for_another_request']);
  await api.refused(422, 'POST', `${base}/tags`, { name: 'once' }, key);
  const reordered = await api.post(`${base}/contacts`, { note: 'a', name: 'Once' }, key);
  assert.equal(reordered.ref, first.ref, 'the order of fields is not the request');
  const other = new Api(await kept.token('agent@kept.test'));
  assert.notEqual((await other.post(`${base}/contacts`, { name: 'Once', note: 'a' }, key)).ref, first.ref);
  await kept.advance(24 * 3600_000);
  assert.notEqual((await api.post(`${base}/contacts`, { name: 'Once', note: 'a' }, key)).ref, first.ref);
  for (const bad of ['', 'a b', 'x'.repeat(201)])
    assert.equal((await api.refused(422, 'POST', `${base}/tags`, { name: 'once' }, { 'idempotency-key': bad })).param, 'Idempotency-Key');
});

test('what was refused is not kept under its key', async () => {
  const key = { 'idempotency-key': 'later' };
  const taken = { name: 'Later', email: 'later@customer.test' };
  await api.post(`${base}/contacts`, taken);
  await api.refused(409, 'POST', `${base}/contacts`, { ...taken, name: 'Again' }, key);
  await api.post(`${base}/contacts`, { name: 'Again' }, key);
});

// ---- lists ----

test('paging loses nothing and shows nothing twice while new ones arrive and old ones move', async () => {
  const contact = await api.post(`${base}/contacts`, { name: 'Pages', email: 'pages@customer.test' });
  const one = (i) => newConversation({ email: undefined, contact: contact.ref, subject: `Page ${i}` });
  const made = [];
  for (let i = 0; i < 120; i++) made.push((await one(i)).ref);
  const seen = [];
  let next = `${base}/conversations?contact=${contact.ref}&limit=13`;
  for (let page = 0; next; page++) {
    const { data, meta, links } = await api.get(next);
    assert.ok(data.length === 13 || !links.next);
    seen.push(...data.map((c) => c.ref));
    assert.equal(meta.next_cursor === null, links.next === null);
    next = links.next && links.next.slice(kept.url.length);
    assert.ok(!next || next.includes(`contact=${contact.ref}`), 'the filter goes along');
    await one(`new ${page}`);
    await api.post(`${base}/conversations/${made[page]}/messages`, { kind: 'customer', body: 'I moved up.' });
  }
  assert.deepEqual(seen, made.reverse());
});

test('the small lists page alike', async () => {
  for (const name of ['alpha', 'beta', 'gamma']) await api.post(`${base}/tags`, { name });
  const all = (await api.get(`${base}/tags`)).data.map((t) => t.name);
  assert.deepEqual(all.slice(0, 3), ['gamma', 'beta', 'alpha'], 'newest first');
  const paged = [];
  let next = `${base}/tags?limit=2`;
  while (next) {
    const { data, links } = await api.get(next);
    paged.push(...data.map((t) => t.name));
    next = links.next && links.next.slice(kept.url.length);
  }
  assert.deepEqual(paged, all);
  assert.equal((await api.refused(422, 'GET', `${base}/tags?cursor=tag_aaaaaaaaaaaaaaaa`)).reason, 'not_found');
  assert.equal((await api.refused(422, 'GET', `${base}/conversations?cursor=con_aaaaaaaaaaaaaaaa`)).reason, 'not_found');
  for (const limit of ['0', '101', 'ten']) assert.equal((await api.refused(422, 'GET', `${base}/contacts?limit=${limit}`)).param, 'limit');
});

test('each filter shows what it asks for, and nothing else', async () => {
  const me = await api.get(`${base}/me`);
  const contact = await api.post(`${base}/contacts`, { name: 'Filters', email: 'filters@customer.test' });
  const [a, b, c] = [await newConversation({ email: undefined, contact: contact.ref }), await newConversation({ email: undefined, contact: contact.ref }),
    await newConversation({ email: undefined, contact: contact.ref })];
  await api.patch(`${base}/conversations/${a.ref}`, { status: 'resolved', assignee: 'me' });
  await api.patch(`${base}/conversations/${b.ref}`, { status: 'pending', assignee: me.agent.ref });
  const tagged = await api.post(`${base}/conversations/${b.ref}/tags`, { name: 'Đổi Size' });
  const names = { [a.ref]: 'a', [b.ref]: 'b', [c.ref]: 'c' };
  const shown = async (query) => (await api.get(`${base}/conversations?contact=${contact.ref}&${query}`)).data.map((x) => names[x.ref]).join('');
  assert.equal(await shown(''), 'cba');
  assert.equal(await shown('status=resolved'), 'a');
  assert.equal(await shown('status=new'), 'c');
  assert.equal(await shown('assignee=me'), 'ba');
  assert.equal(await shown(`assignee=${me.agent.ref}&status=pending`), 'b');
  assert.equal(await shown('assignee=nobody'), 'c');
  assert.equal(await shown(`tag=${tagged.tags[0].ref}`), 'b');
  assert.equal(await shown(`tag=${tagged.tags[0].ref}&status=new`), '');
  assert.equal(await shown(`inbox=${a.inbox.ref}`), 'cba');
  const other = (await api.get(`${base}/inboxes`)).data.find((inbox) => inbox.ref !== a.inbox.ref);
  assert.equal(await shown(`inbox=${other.ref}`), '');
  await kept.advance(1000);
  await api.post(`${base}/conversations/${a.ref}/messages`, { kind: 'customer', body: 'Again.' });
  const since = new Date(Date.parse(a.created_at) + 500).toISOString();
  assert.equal(await shown(`last_message_since=${since}`), 'a');
  assert.equal(await shown(`last_message_since=${encodeURIComponent('2030-01-01T07:00:00+07:00')}`), '');
  const mine = (await api.get(`${base}/conversations?status=pending&assignee=me&limit=100`)).data;
  assert.ok(mine.length && mine.every((x) => x.status === 'pending' && x.assignee.ref === me.agent.ref));
  assert.equal((await api.refused(422, 'GET', `${base}/conversations?assignee=somebody`)).reason, 'not_found');
});

// ---- merge, tags, contacts, agents ----

test('two conversations become one and two again', async () => {
  const [from, into] = [await newConversation({ body: 'First.' }), await newConversation({ body: 'Second.' })];
  const url = (x) => `${base}/conversations/${x.ref}`;
  assert.equal((await api.post(`${url(from)}/merge`, { into: into.ref })).message_count, 2);
  assert.equal((await api.get(url(from))).merged_into, into.ref);
  assert.equal((await api.get(`${url(into)}/messages`)).data.length, 2);
  await api.refused(410, 'PATCH', url(from), { status: 'open' });
  assert.equal((await api.refused(409, 'POST', `${url(from)}/merge`, { into: into.ref })).reason, 'merged_already');
  assert.equal((await api.refused(409, 'POST', `${url(into)}/merge`, { into: into.ref })).reason, 'the_same');
  assert.equal((await api.refused(422, 'POST', `${url(into)}/merge`, { into: 'con_aaaaaaaaaaaaaaaa' })).param, 'into');
  const back = await api.post(`${url(into)}/unmerge`);
  assert.deepEqual([back.ref, back.merged_into, back.message_count], [from.ref, null, 1]);
  assert.equal((await api.refused(409, 'POST', `${url(into)}/unmerge`)).reason, 'nothing_merged');
});

test('two customers’ conversations become one only when the program says so', async () => {
  const [from, into] = [await newConversation({ body: 'First.' }), await newConversation({ body: 'Second.', email: 'somebody-else@customer.test' })];
  const path = `${base}/conversations/${from.ref}/merge`;
  const refused = await api.refused(409, 'POST', path, { into: into.ref });
  assert.deepEqual([refused.param, refused.reason], ['into', 'other_customer']);
  assert.equal((await api.get(`${base}/conversations/${from.ref}`)).merged_into, null);
  assert.equal((await api.post(path, { into: into.ref, other_customer: true })).ref, into.ref);
});

test('a snoozed conversation that was merged does not wake into the lists, and comes back awake', async () => {
  const from = await newConversation({ subject: 'Sleeps' }), into = await newConversation({ subject: 'Is awake' });
  const url = (x) => `${base}/conversations/${x.ref}`;
  await api.patch(url(from), { status: 'snoozed', until: new Date(kept.now() + 60_000).toISOString() });
  await api.post(`${url(from)}/merge`, { into: into.ref });
  await kept.advance(61_000);
  assert.equal(await kept.ask(`SELECT shelf FROM conversation WHERE ref = '${from.ref}'`), 'merged');
  await api.post(`${url(into)}/unmerge`);
  assert.equal((await api.get(url(from))).status, 'open', 'its time has come meanwhile');
  // And when it has not come, it sleeps on.
  await api.patch(url(from), { status: 'snoozed', until: new Date(kept.now() + 60_000).toISOString() });
  await api.post(`${url(from)}/merge`, { into: into.ref });
  await api.post(`${url(into)}/unmerge`);
  assert.equal((await api.get(url(from))).status, 'snoozed');
  await kept.advance(61_000);
  assert.equal((await api.get(url(from))).status, 'open');
});

test('what did not arrive counts where it is shown: it moves with a merge, and back', async () => {
  const from = await newConversation({ subject: 'Not arrived' }), into = await newConversation({ subject: 'Arrived' });
  const url = (x) => `${base}/conversations/${x.ref}`, failed = (x) => kept.ask(`SELECT failed_sends FROM conversation WHERE ref = '${x.ref}'`);
  await api.post(`${url(from)}/messages`, { kind: 'agent', body: 'No mail server takes this.' });
  await kept.settle();
  assert.equal(await failed(from), '0', 'it waits for a server');
  await kept.put("UPDATE message SET created_at = 1 WHERE state = 'queued' AND body = 'No mail server takes this.'");
  await kept.put("UPDATE job SET run_at = 1 WHERE kind = 'send_mail'");
  await kept.advance(20_000);
  await kept.settle();
  assert.equal(await failed(from), '1', 'for two days');
  await api.post(`${url(from)}/merge`, { into: into.ref });
  assert.equal(await failed(into), '1');
  await api.post(`${url(into)}/unmerge`);
  assert.deepEqual([await failed(from), await failed(into)], ['1', '0']);
});

test('tags go on and off; renaming and deleting them is for leads', async () => {
  const made = await newConversation();
  const url = `${base}/conversations/${made.ref}/tags`;
  const { tags: [tag] } = await api.post(url, { name: 'Hoàn Tiền' });
  assert.equal((await api.post(url, { name: 'hoàn-tiền' })).tags.length, 1, 'the same tag');
  assert.deepEqual((await api.must('DELETE', `${url}/${tag.ref}`)).tags, []);
  await api.refused(404, 'DELETE', `${url}/tag_aaaaaaaaaaaaaaaa`);
  await api.post(url, { name: 'refund' });
  assert.equal((await api.refused(409, 'PATCH', `${base}/tags/${tag.ref}`, { name: 'refund' })).reason, 'taken');
  assert.equal((await api.patch(`${base}/tags/${tag.ref}`, { name: 'Refund Done' })).name, 'refund-done');
  await kept.addUser('junior@kept.test');
  const junior = new Api(await kept.token('junior@kept.test'));
  await junior.refused(403, 'DELETE', `${base}/tags/${tag.ref}`);
  await junior.refused(403, 'PATCH', `${base}/tags/${tag.ref}`, { name: 'mine' });
  assert.equal((await api.ask('DELETE', `${base}/tags/${tag.ref}`)).status, 204);
  await api.refused(404, 'DELETE', `${base}/tags/${tag.ref}`);
});

test('a contact is added, found, changed, and reached in more ways than one', async () => {
  const made = await api.post(`${base}/contacts`, { name: '陳美玲', email: 'Meiling@Customer.TEST', lang: 'zh-Hant', address_form: '小姐' });
  assert.deepEqual(made.points, [{ kind: 'email', value: 'meiling@customer.test', verified: false }]);
  const url = `${base}/contacts/${made.ref}`;
  const taken = await api.refused(409, 'POST', `${base}/contacts`, { name: 'Another', email: 'meiling@customer.test' });
  assert.deepEqual([taken.param, taken.reason], ['email', 'taken']);
  const changed = await api.patch(url, { note: '常客', address_form: null });
  assert.deepEqual([changed.name, changed.note, changed.address_form], ['陳美玲', '常客', null]);
  await api.refused(422, 'PATCH', url, { name: '' });
  const reached = await api.post(`${url}/points`, { kind: 'phone', value: '+886 912 345 678' });
  assert.deepEqual(reached.points.map((p) => p.value), ['meiling@customer.test', '+886912345678']);
  assert.equal((await api.refused(422, 'POST', `${url}/points`, { kind: 'email', value: 'a b@c' })).reason, 'not_an_address');
  assert.equal((await api.get(`${base}/contacts?phone=${encodeURIComponent('+886-912-345-678')}`)).data[0].ref, made.ref);
  assert.deepEqual((await api.get(`${base}/contacts?email=nobody@customer.test`)).data, []);
  assert.deepEqual(await api.get(url), reached);
  assert.equal((await api.get(`${base}/contacts?limit=1`)).data.length, 1);
});

test('agents, teams, inboxes and saved replies are there to read', async () => {
  const agents = (await api.get(`${base}/agents`)).data;
  const mai = agents.find((x) => x.name === 'Mai');
  assert.equal(mai.role, 'admin');
  assert.deepEqual(await api.get(`${base}/agents/${mai.ref}`), mai);
  assert.deepEqual((await api.get(`${base}/inboxes`)).data.map((x) => x.channel).sort(), ['email', 'form']);
  await api.get(`${base}/teams`);
  await api.get(`${base}/saved-replies`);
  for (const path of ['agents/agt_', 'saved-replies/rep_', 'contacts/ctc_', 'messages/msg_', 'conversations/con_', 'attachments/att_'])
    await api.refused(404, 'GET', `${base}/${path}aaaaaaaaaaaaaaaa`);
});

test('an admin adds an inbox and changes its servers; nothing secret comes back', async () => {
  const made = await api.post(`${base}/inboxes`, { address: 'Orders@kept.test', name: 'Orders', smtp_host: 'smtp.kept.test', smtp_port: 465, smtp_security: 'tls',
    smtp_user: 'orders', smtp_password: 'never shown' });
  assert.equal(made.address, 'orders@kept.test');
  const changed = await api.patch(`${base}/inboxes/${made.ref}`, { enabled: false, from_name: 'Orders' });
  assert.equal(changed.enabled, false);
  assert.equal(changed.smtp.has_password, true);
  // Answers that waited for a sending server are tried with it at once, and that it does not answer may be known by now.
  assert.deepEqual({ ...await api.get(`${base}/inboxes/${made.ref}`), trouble: changed.trouble }, changed);
  assert.ok(!JSON.stringify(changed).includes('never shown'));
});

test('conversations are found by what is in them, with the filters of the page', async () => {
  const made = await api.post(`${base}/conversations`, { kind: 'customer', email: 'finder@customer.test', name: 'Nguyễn Thị Thảo', subject: 'Ấm đun nước', body: 'Cái ấm siêu tốc bị rò nước từ hôm qua.' });
  const find = (query, more = '') => api.get(`${base}/search?q=${encodeURIComponent(query)}${more}`);
  const found = await find('rò nước');
  assert.deepEqual(found.data.map((h) => h.conversation.ref), [made.ref]);
  assert.match(found.data[0].message, /^msg_/);
  assert.match(found.data[0].snippet, /bị rò nước/);
  assert.deepEqual([found.meta, found.links], [{ next_cursor: null }, { next: null }]);
  assert.deepEqual((await find(`${made.short_ref}`)).data.map((h) => [h.conversation.ref, h.message]), [[made.ref, null]]);
  assert.deepEqual((await find('rò nước status:closed')).data, [], 'twin: not with that status');
  assert.deepEqual((await find('rò nước', `&contact=${made.contact.ref}`)).data.length, 1);
  const pages = [];
  for (let next = `${base}/search?q=is:unassigned&limit=2`; next;) {
    const page = await api.get(next.slice(next.indexOf('/api/v1')));
    pages.push(...page.data.map((h) => h.conversation.ref));
    next = page.links.next;
  }
  assert.ok(pages.length > 2 && pages.includes(made.ref));
  assert.equal(new Set(pages).size, pages.length, 'nothing comes twice');
  for (const [query, reason] of [['q=status:opne', 'no_such_status'], ['q=before:soon', 'not_a_day'], ['q=tag:nowhere', 'no_such_tag'],
    ['q=assignee:nobodysname', 'no_such_agent'], ['q=is:blue', 'no_such_is'], ['q=x&cursor=zz', 'not_a_cursor'], ['q=', 'missing'], ['q=x&limit=400', 'out_of_range']])
    assert.equal((await api.refused(422, 'GET', `${base}/search?${query}`)).reason, reason, query);
  const words = await api.refused(422, 'GET', `${base}/conversations?status=opne`);
  assert.match(words.detail, /it is one of: new open pending/, 'a refusal says what would do');
});

test('customers are found by name, address or telephone', async () => {
  const [an, anh] = [await api.post(`${base}/contacts`, { name: 'Trần Văn Anh', email: 'anh.tran@finds.test' }), await api.post(`${base}/contacts`, { name: 'Anh Thư Trần', phone: '0937 111 222' })];
  const named = async (q, more = '') => (await api.get(`${base}/contacts?q=${encodeURIComponent(q)}${more}`)).data.map((c) => c.ref);
  assert.deepEqual(await named('trần anh'), [anh.ref, an.ref], 'newest first, whatever the order of the words');
  assert.deepEqual(await named('tran anh'), [anh.ref, an.ref], 'and without tones');
  assert.deepEqual(await named('trần vă'), [an.ref], 'the last word may be a beginning');
  assert.deepEqual(await named('Anh.Tran@finds.test'), [an.ref]);
  assert.deepEqual(await named('0937111222'), [anh.ref]);
  assert.deepEqual(await named('nobody is called so'), []);
  const first = await api.get(`${base}/contacts?q=tran%20anh&limit=1`);
  assert.deepEqual((await api.get(first.links.next.slice(first.links.next.indexOf('/api/v1')))).data.map((c) => c.ref), [an.ref]);
});

test('what belongs to another customer is found in a reply, in whatever way her telephone is written', async () => {
  const [about] = (await api.get(`${base}/conversations?limit=1`)).data;
  const vietnam = { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', country: 'VN', undo_s: '10', session_h: '12' };
  const admin = await kept.agent('settings@kept.test');
  assert.equal((await admin.submit('/admin/settings', vietnam)).status, 303);
  await api.post(`${base}/contacts`, { name: 'Ngọc', phone: '0918 222 333', email: 'ngoc.other@customer.test' });
  const leaks = async (text) => (await api.post(`${base}/check-reply`, { text, conversation: about.ref })).findings.filter((f) => f.rule === 'leak').length;
  for (const hers of ['0918 222 333', '0918.222.333', '+84 918 222 333', '(+84) 918-222-333', 'ngoc.other@customer.test'])
    assert.equal(await leaks(`The parcel went to ${hers}, as you can see.`), 1, hers);
  for (const ours of ['0918 222 334', '+66 918 222 333', 'help@shop.test'])
    assert.equal(await leaks(`You can reach us at ${ours}, day and night.`), 0, ours);
});

test('a promise is found in a reply, written down, handed over and settled', async () => {
  const reading = await api.post(`${base}/check-reply`, { text: 'Sorry if you feel upset. We will send it by Thursday 5 pm.' });
  assert.equal(reading.lang, 'en');
  assert.equal(reading.promises[0].due_to, '2026-03-19T10:00:00.000Z');
  assert.ok(reading.findings.some((x) => x.rule === 'non_apology'));
  const [about] = (await api.get(`${base}/conversations?limit=1`)).data;
  const url = `${base}/conversations/${about.ref}`;
  const message = await api.post(`${url}/messages`, { kind: 'agent', body: 'We will send it by Thursday 5 pm.', promises: 'shown' });
  const owed = (await api.get(`${base}/promises?owed=1&owner=me`)).data;
  assert.deepEqual([owed[0].state, owed[0].conversation, owed[0].shown], ['open', about.ref, true]);
  await api.post(`${url}/messages`, { kind: 'agent', body: 'We will call you by Friday noon.', promises: 'none' });
  assert.equal((await api.get(`${base}/promises?owed=1`)).data.length, owed.length, 'none is none');
  const note = await api.post(`${url}/messages`, { kind: 'note', body: 'Told her on the phone: a new one by Monday.' });
  const byHand = await api.post(`${url}/promises`, { message: note.ref, text: 'a new one by Monday', due_to: '2026-03-23T17:00:00+07:00' });
  assert.equal((await api.refused(422, 'POST', `${url}/promises`, { message: note.ref, text: 'x', due_to: '2026-03-01T00:00:00Z' })).param, 'due_to');
  assert.equal((await api.post(`${base}/promises/${byHand.ref}/hand`, {})).owner, null);
  assert.equal((await api.refused(422, 'POST', `${base}/promises/${owed[0].ref}/settle`, { outcome: 'kept' })).param, 'message');
  assert.equal((await api.refused(422, 'POST', `${base}/promises/${owed[0].ref}/settle`, { outcome: 'renewed' })).param, 'renewed_by');
  const renewed = await api.post(`${base}/promises/${owed[0].ref}/settle`, { outcome: 'renewed', renewed_by: byHand.ref, agreed: true });
  assert.deepEqual([renewed.state, renewed.renewed_by], ['renewed', byHand.ref]);
  assert.equal((await api.post(`${base}/promises/${byHand.ref}/settle`, { outcome: 'kept', message: message.ref })).state, 'kept');
  for (const [verb, body] of [['settle', { outcome: 'kept', reason: 'again' }], ['hand', {}]])
    assert.equal((await api.refused(409, 'POST', `${base}/promises/${byHand.ref}/${verb}`, body)).reason, 'settled');
  const refs = async (query) => (await api.get(`${base}/promises?${query}`)).data.map((p) => [p.ref, p.message]);
  const both = [[byHand.ref, note.ref], [owed[0].ref, message.ref]];
  assert.deepEqual(await refs(`conversation=${about.ref}`), both, 'newest first');
  assert.deepEqual(await refs(`contact=${about.contact.ref}&conversation=${about.ref}`), both);
  assert.deepEqual(await refs(`conversation=${about.ref}&limit=1&cursor=${byHand.ref}`), both.slice(1));
  assert.deepEqual(await refs(`conversation=${about.ref}&owed=1`), []);
  assert.equal((await api.refused(422, 'GET', `${base}/promises?contact=ctc_aaaaaaaaaaaaaaaa`)).reason, 'not_found');
  assert.equal((await api.get(`${base}/promises/${byHand.ref}`)).state, 'kept');
});

test('a correction is seen with each of its people', async () => {
  const body = 'The kettle of this house switches itself off at ninety degrees, and cannot be opened while it is hot.';
  const article = await api.post(`${base}/articles`, { lang: 'en', title: 'Kettle', body, publish: true });
  const sink = await startSink(); // what was never sent told nobody
  await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  await kept.mailIn(mail({ from: 'Kettle <kettle@customer.test>', subject: 'Kettle' }), 'support@kept.test');
  await kept.settle();
  const one = (await api.get(`${base}/conversations`)).data[0];
  await api.post(`${base}/conversations/${one.ref}/messages`, { kind: 'agent', body });
  await kept.settle();
  sink.stop();
  const lead = await kept.agent('correcting@kept.test', { role: 'lead' });
  const begun = await lead.submit('/recalls', { article: article.ref, from: 1, to: 1, class: 1 });
  const ref = /rcl_[a-z2-7]{16}/.exec(begun.headers.get('location'))[0];
  assert.equal((await api.get(`${base}/recalls?open=1`)).data[0].ref, ref);
  const seen = await api.get(`${base}/recalls/${ref}`);
  assert.deepEqual([seen.class, seen.state, seen.people, seen.remaining], [1, 'draft', 1, 1]);
  const people = (await api.get(`${base}/recalls/${ref}/recipients`)).data;
  assert.deepEqual(people.map((p) => [p.conversation, p.state, p.told]), [[one.ref, 'no_text', 1]]);
});

test('opening hours are read, changed, and have days unlike the week', async () => {
  assert.equal((await api.get(`${base}/hours`)).known, false);
  const hours = await api.patch(`${base}/hours`, { monday: '9-12, 13-18' });
  assert.deepEqual([hours.known, hours.week[0], hours.week[1].hours], [true, { day: 'monday', hours: '09:00–12:00, 13:00–18:00' }, '']);
  const day = await api.post(`${base}/hours/days`, { first: '2027-02-05', last: '2027-02-09', name: 'Tết' });
  assert.deepEqual((await api.get(`${base}/hours`)).days, [day]);
  assert.equal((await api.refused(422, 'POST', `${base}/hours/days`, { first: '2027-02-05', last: '2027-02-01', name: 'x' })).param, 'last');
  await api.must('DELETE', `${base}/hours/days/${day.ref}`);
  await api.refused(404, 'DELETE', `${base}/hours/days/${day.ref}`);
  assert.equal((await api.patch(`${base}/hours`, { monday: '' })).known, false);
});

test('an article is written, verified, flagged and found', async () => {
  const category = await api.post(`${base}/categories`, { name: 'Payment', lang: 'en', about: 'Cards and bills' });
  assert.ok((await api.get(`${base}/categories?lang=en`)).data.some((x) => x.ref === category.ref));
  const made = await api.post(`${base}/articles`, { title: 'Paying by card', body: 'We take Visa and JCB cards at the till.', lang: 'en', class: 'procedure', category: category.ref, publish: true, verifier: 'me' });
  const url = `${base}/articles/${made.ref}`;
  assert.equal((await api.post(`${url}/verify`, { number: 1 })).trust.why, 'verified');
  assert.equal((await api.post(`${url}/versions`, { title: 'Paying by card', body: 'We take Visa cards only.', facts: 'changed', publish: true })).number, 2);
  assert.equal((await api.refused(409, 'POST', `${url}/versions`, { title: 'Paying', body: 'Cash.', facts: 'changed', base: 1 })).param, 'base');
  assert.deepEqual((await api.get(`${url}/versions`)).data.map((x) => x.number), [2, 1]);
  await api.post(`${url}/flags`, { what: 'JCB works again.' });
  assert.equal((await api.get(`${base}/articles?q=visa+card&lang=en`)).data[0].ref, made.ref);
  assert.equal((await api.patch(url, { status: 'archived' })).status, 'archived');
  assert.equal((await api.get(url)).status, 'archived');
});

test('a contact is given everything that is held of her, and erased', async () => {
  const { contact } = await newConversation({ email: 'leaves@customer.test', name: 'Ms Leaves' }), ordinary = api.token;
  const url = `${base}/contacts/${contact.ref}`, erase = { why: 'asked', confirm: 'Ms Leaves' };
  assert.equal((await api.refused(403, 'POST', `${url}/dossier`)).status, 403, 'read and write are not enough');
  await kept.addUser('lead@kept.test', { role: 'lead' });
  api.token = await kept.token('lead@kept.test', 'privacy');
  await api.refused(403, 'POST', `${url}/dossier`);
  await api.refused(403, 'POST', `${url}/erase`, erase);
  api.token = await kept.token('agent@kept.test', 'read,privacy');
  assert.deepEqual((await api.get(`${base}/me`)).scopes, ['read', 'privacy']);
  const made = await api.post(`${url}/dossier`);
  assert.equal(made.state, 'queued');
  await kept.settle();
  const ready = await api.get(`${base}/dossiers/${made.ref}`);
  assert.deepEqual([ready.state, ready.contact], ['ready', contact.ref]);
  const file = await api.ask('GET', `${base}/dossiers/${made.ref}/file`);
  assert.equal((await file.arrayBuffer()).byteLength, ready.size);
  assert.equal((await api.refused(422, 'POST', `${url}/erase`, { ...erase, confirm: 'Leaves' })).param, 'confirm');
  assert.equal((await api.post(`${url}/erase`, erase)).points.length, 0);
  await kept.settle();
  await api.refused(410, 'GET', `${base}/dossiers/${made.ref}/file`);
  await api.refused(410, 'POST', `${url}/erase`, { ...erase, confirm: 'Erased customer' });
  await api.refused(410, 'POST', `${url}/dossier`);
  api.token = ordinary;
});

test('articles of other programs are brought in', async () => {
  const lines = `${JSON.stringify({ ref: 'old-1', lang: 'en', title: 'Lockers', body: 'Lockers open with the code TODO.' })}\nrubbish\n`;
  const dry = await api.post(`${base}/articles/import`, { lines, dry_run: true }, 200);
  assert.deepEqual([dry.written, dry.articles.map((x) => x.outcome), dry.articles[0].findings[0].kind], [false, ['new', 'refused'], 'placeholder']);
  assert.equal((await api.post(`${base}/articles/import`, { lines, hold: true, verifier: 'me' }, 200)).articles[0].held, true);
});

test('a change is asked to be read, read, and taken back; the report counts', async () => {
  const article = await api.post(`${base}/articles`, { lang: 'en', title: 'Kettles again', body: 'The kettle switches itself off at eighty degrees from now on.', publish: true });
  const other = await kept.agent('reader@kept.test', { role: 'agent' });
  const asked = await api.post(`${base}/articles/${article.ref}/must-reads`, { why: 'Eighty degrees' });
  assert.deepEqual([asked.article, asked.number, asked.teams, asked.ended_at], [article.ref, 1, null, null]);
  assert.equal((await api.refused(422, 'POST', `${base}/articles/${article.ref}/must-reads`, { teams: ['tem_aaaaaaaaaaaaaaaa'] })).param, 'teams');
  assert.equal((await api.get(`${base}/must-reads?limit=1`)).data[0].ref, asked.ref);
  assert.equal((await api.get(`${base}/must-reads?waiting=1`)).data.length, 0, 'who asks has read it');
  assert.equal((await api.post(`${base}/must-reads/${asked.ref}/read`, {}, 200)).ref, asked.ref);
  const seats = (await api.get(`${base}/must-reads/${asked.ref}/seats`)).data;
  assert.equal(seats.find((s) => s.name === 'reader').state, 'waits');
  assert.equal((await other.submit(`/must-read/${asked.ref}/read`, {})).status, 303);
  assert.equal((await api.get(`${base}/must-reads/${asked.ref}`)).read, asked.read + 1);
  assert.equal((await api.post(`${base}/must-reads/${asked.ref}/end`, {}, 200)).ended, 'taken_back');
  await api.refused(409, 'POST', `${base}/must-reads/${asked.ref}/end`, {});
  const report = await api.get(`${base}/reports/knowledge?days=7`);
  assert.ok(report.articles >= 1);
  assert.ok(report.weeks.length >= 1);
  assert.equal((await api.get(`${base}/reports/failures`)).failures.length, 10);
});

test('what went wrong is opened, put right and closed, and the word about a missed promise stopped', async () => {
  const about = (await newConversation({ email: 'wrong@customer.test' })).ref, url = `${base}/conversations/${about}`;
  agent = await kept.agent('agent@kept.test'); // days have gone by
  await agent.submit('/admin/settings', { company: 'Kept', lang: 'en', zone: 'Asia/Ho_Chi_Minh', undo_s: 0, session_h: 12, news: 1 });
  const note = await api.post(`${url}/messages`, { kind: 'note', body: 'Told her on the phone: a call in an hour.' });
  const promise = await api.post(`${url}/promises`, { message: note.ref, text: 'a call in an hour', due_to: new Date(kept.now() + 3600_000).toISOString() });
  assert.equal(promise.news, null);
  await api.refused(409, 'POST', `${base}/promises/${promise.ref}/news`, { do: 'stop' });
  await kept.advance(3601_000);
  assert.equal((await api.get(`${base}/promises/${promise.ref}`)).news, 'waits');
  assert.equal((await api.post(`${base}/promises/${promise.ref}/news`, { do: 'stop' }, undefined)).news, 'stopped');
  const [opened] = (await api.get(`${base}/recoveries?open=1&owner=me`)).data;
  assert.deepEqual([opened.conversation, opened.cause, opened.state], [about, 'broken_promise', 'open']);
  const again = await api.post(`${url}/recoveries`, { cause: 'billing', harm: 'money', severity: 1, what: 'Billed twice' });
  assert.deepEqual([again.ref, again.severity], [opened.ref, 2], 'one is open in a conversation at a time');
  const one = `${base}/recoveries/${opened.ref}`;
  const step = (name, fields) => api.post(`${one}/step`, { step: name, ...fields });
  assert.equal((await api.refused(422, 'POST', `${one}/step`, { step: 'fix', do: 'done' })).param, 'note');
  assert.equal((await api.refused(422, 'POST', `${one}/step`, { step: 'fix', do: 'plan', note: 'x', due: '2020-01-01T00:00:00Z' })).param, 'due');
  assert.equal((await step('fix', { do: 'plan', note: 'Send the money back', due: new Date(kept.now() + 3600_000).toISOString() })).steps[0].state, 'todo');
  for (const name of ['fix', 'apologise', 'explain', 'why']) await step(name, { do: 'done', note: 'On the phone' });
  await step('good', { do: 'waive', note: 'Nothing was lost' });
  await api.refused(409, 'POST', `${one}/right`, {});
  await api.refused(409, 'POST', `${one}/close`, {});
  const action = await api.post(`${base}/preventions`, { conversation: about, what: 'Bills are read twice', due_at: new Date(kept.now() + 86400_000).toISOString() });
  assert.deepEqual([action.state, action.conversations, action.owner.name], ['open', 1, 'Mai']);
  assert.equal((await api.refused(422, 'POST', `${base}/preventions`, { conversation: about, what: 'x', due_at: '2020-01-01T00:00:00Z' })).param, 'due_at');
  assert.equal((await api.get(`${base}/preventions`)).data[0].ref, action.ref);
  assert.equal((await api.post(`${base}/preventions/${action.ref}/done`, { evidence: 'handbook, page 4' })).state, 'done');
  assert.deepEqual((await api.get(`${base}/preventions`)).data, []);
  assert.equal((await api.post(`${one}/right`, {})).state, 'asked');
  assert.equal((await api.refused(422, 'POST', `${one}/close`, { heard: 'yes' })).param, 'how');
  assert.equal((await api.post(`${one}/close`, { heard: 'no', how: 'by phone' })).state, 'open');
  await api.post(`${one}/right`, {});
  assert.deepEqual((({ state, heard }) => [state, heard])(await api.post(`${one}/close`, { heard: 'yes', how: 'by phone' })), ['closed', 'yes']);
  assert.equal((await api.get(one)).state, 'closed');
  await api.refused(409, 'POST', `${one}/step`, { step: 'fix', do: 'done', note: 'x' });
});

test('where a refund goes is asked, given and ended', async () => {
  const about = (await newConversation({ email: 'refund@customer.test' })).ref, url = `${base}/conversations/${about}/refund-to`;
  assert.equal((await api.post(url, { do: 'ask' })).state, 'asked');
  assert.equal((await api.post(url, { do: 'give', kind: 'promptpay', number: '081 234 5678', holder: 'Nok' })).hint, 'PromptPay · •••678');
  assert.equal((await api.get(url)).state, 'given');
  assert.equal((await api.refused(422, 'POST', url, { do: 'give', kind: 'bank', number: '12345678', holder: 'Nok' })).reason, 'bank');
  assert.equal((await api.post(url, { do: 'paid' })).state, 'none');
});

test('careful mode is set, taken in hand and ended', async () => {
  const about = (await newConversation({ email: 'careful@customer.test' })).ref, url = `${base}/conversations/${about}/careful`;
  assert.equal((await api.get(url)).state, 'off');
  const waits = async () => (await api.get(`${base}/conversations?careful=1`)).data.map((x) => x.ref);
  assert.deepEqual(await waits(), []);
  assert.notEqual((await api.post(url, { do: 'on' }, 200)).state, 'off');
  assert.deepEqual(await waits(), [about]);
  assert.equal((await api.refused(422, 'GET', `${base}/conversations?careful=1&mentioned=me`)).reason, 'with_mentioned');
  assert.equal((await api.post(url, { do: 'take' }, 200)).state, 'taken');
  assert.deepEqual(await waits(), [], 'somebody has it in hand');
  assert.equal((await api.post(url, { do: 'off' }, 200)).state, 'off');
});

test('every operation of the document was seen to succeed', () => {
  const all = Object.entries(spec.paths).flatMap(([path, methods]) => Object.keys(methods).map((m) => `${m.toUpperCase()} ${path}`));
  const needsDemo = ['GET /api/v1/saved-replies/{ref}']; // shown with demo data below
  assert.deepEqual(all.filter((x) => !visited.has(x) && !needsDemo.includes(x)), []);
});

test('with demo data the lists have something of everything', async (t) => {
  const before = kept, token = api.token;
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00', init: ['--demo'] });
  t.after(async () => {
    await kept.stop();
    kept = before;
    api.token = token;
  });
  await kept.addUser('boss@kept.test', { role: 'admin' });
  api.token = await kept.token('boss@kept.test');
  for (const noun of ['conversations', 'contacts', 'agents', 'tags', 'inboxes', 'saved-replies', 'teams'])
    assert.ok((await api.get(`${base}/${noun}?limit=100`)).data.length, noun);
  const [reply] = (await api.get(`${base}/saved-replies`)).data;
  assert.deepEqual(await api.get(`${base}/saved-replies/${reply.ref}`), reply);
  for (const c of (await api.get(`${base}/conversations?limit=100`)).data) await api.get(`${base}/conversations/${c.ref}/messages`);
});

test('below /api/ a wrong address, method or encoding is told to a program, not to a person', async () => {
  for (const [method, path, status, code] of [['GET', '/api/v1/nothing', 404, 'not_found'], ['PUT', '/api/v1/tags', 405, 'not_found'],
    ['GET', '/api/v1/tags/%00', 400, 'invalid'], ['GET', '/api/v2', 404, 'not_found']]) {
    const answer = await fetch(`${kept.url}${path}`, { method });
    assert.equal(answer.status, status, path);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json', path);
    assert.equal((await answer.json()).code, code, path);
    assert.equal(answer.headers.get('set-cookie'), null, path);
  }
  const unknown = await (await fetch(`${kept.url}/api/v1/me`)).json();
  assert.match(unknown.detail, /Authorization: Bearer/);
  const person = await fetch(`${kept.url}/nothing`);
  assert.match(person.headers.get('content-type'), /text\/html/, 'twin: elsewhere it is a page');
});
