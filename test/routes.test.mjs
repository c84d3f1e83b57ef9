// What must hold for every address, made from the table that `kept routes` prints: nobody in who may not, no method and no
// parameter that the row does not declare, no body over the limit. A new row is tested by being there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from 'node:net';
import { run, startKept } from './kept.mjs';

const table = (await run(['routes'])).out.trim().split('\n').map((line) => JSON.parse(line));
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const rank = { anyone: 0, agent: 1, lead: 2, admin: 3 };
const ref = (prefix, letter = 'a') => `${prefix}_${letter.repeat(16)}`;
const isApi = (row) => row.permission.startsWith('api_');
const isProblem = (row) => isApi(row) || row.flags.includes('json');
const hasBody = (row) => ['POST', 'PUT', 'PATCH'].includes(row.method);
const title = (row) => `${row.method} ${row.path}`;

let kept, agent, csrf;
before(async () => {
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  agent = {};
  for (const role of ['agent', 'lead', 'admin']) agent[role] = await kept.agent(`${role}@kept.test`, { role });
  csrf = await agent.admin.csrf('/new');
});
after(() => kept?.stop());

// A token may ask only so often in a minute, and the clock stands still: a new one in time.
const tokens = {};
async function token(scope) {
  tokens[scope] ??= { uses: 0 };
  if (tokens[scope].uses++ % 400 === 0) tokens[scope].bearer = await kept.token('admin@kept.test', scope);
  return tokens[scope].bearer;
}

// A value that the parameter's rule takes; references are of nothing that exists.
function good(p) {
  switch (p.kind) {
    case 'ref': return ref(p.of);
    case 'word': return p.of.split(' ')[0];
    case 'int': return String(Math.max(p.min ?? 0, 1));
    case 'time': return '2026-03-17T09:00:00Z';
    case 'flag': return '1';
    default: return 'x'.repeat(Math.max(p.min ?? 1, 1));
  }
}

// Values that it does not take, and the reason that must be given.
function bad(p) {
  switch (p.kind) {
    case 'ref': return [ref(p.of).slice(0, -1), ref('zzz'), '../../etc/passwd'].map((value) => [value, 'not_a_reference']);
    case 'word': return [['no_such_word', 'not_a_word']];
    case 'int': return [['1e3', 'not_a_number'], ['99999999999999999999', 'out_of_range'], ...(p.max ? [[String(BigInt(p.max) + 1n), 'out_of_range']] : [])];
    case 'time': return ['2026-03-17', '2026-13-17T09:00:00Z', 'tomorrow'].map((value) => [value, 'not_a_time']);
    case 'file': return [['text', 'wrong_type']];
    case 'flag': return [];
    default: return [[Buffer.from([0xc3, 0x28]), 'not_utf8'], ['x'.repeat(p.max + 1), 'too_long']];
  }
}

const fill = (row, values = {}) => row.path.replace(/\{(\w+)\}/g, (_, name) =>
  encodeURIComponent(values[name] ?? good(row.params.find((p) => p.name === name))));
const encode = (value) => (Buffer.isBuffer(value) ? [...value].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('')
  : encodeURIComponent(value));
const encodeAll = (pairs) => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');

// Sends the row with every required parameter, each replaced or joined by `extra`: [[param, value]].
function ask(row, { who, extra = [], without, method = row.method, values, headers = {} } = {}) {
  const given = row.params.filter((p) => p.required && p.in !== 'path' && p.kind !== 'file' && p.name !== without
    && !extra.some(([q]) => q.name === p.name)).map((p) => [p, good(p)]);
  const pairs = (place) => [...given, ...extra].filter(([p]) => p.in === place).map(([p, value]) => [p.name, value]);
  const query = encodeAll(pairs('query'));
  const body = hasBody(row) && method === row.method ? encodeAll([...pairs('body'), ...(who?.csrf ? [['csrf', who.csrf]] : [])]) : undefined;
  const send = who?.browser ? (path, options) => who.browser.fetch(path, options)
    : (path, options) => fetch(new URL(path, kept.url), { redirect: 'manual', ...options });
  return send(`${fill(row, values)}${query ? `?${query}` : ''}`, {
    method, body, headers: {
      accept: 'application/json', ...(body !== undefined ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...(who?.token ? { authorization: `Bearer ${who.token}` } : {}), ...headers,
    },
  });
}

// Somebody who may use the row.
const entitled = async (row) => (isApi(row) ? { token: await token('read,write') } : { browser: agent.admin, csrf });

async function problem(answer, status, what) {
  const text = await answer.text();
  assert.equal(answer.status, status, `${what}: ${text.slice(0, 300)}`);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/, what);
  return JSON.parse(text);
}

test('the table has rows, and each says what it is for', () => {
  assert.ok(table.length > 30);
  for (const row of table) {
    assert.match(row.summary, /^\S.*\S$/, title(row));
    assert.match(row.path, /^\/[\w{}./-]*$/, title(row));
    if (row.flags.includes('no_csrf')) assert.ok(!['agent', 'lead', 'admin'].includes(row.permission), `${title(row)} has a session and no CSRF`);
    if (row.path.startsWith('/api/')) assert.ok(isProblem(row), `${title(row)} answers errors as pages`);
  }
  assert.equal(new Set(table.map(title)).size, table.length);
});

test('nobody gets in without signing in', async () => {
  for (const row of table.filter((r) => r.permission !== 'anyone')) {
    const answer = await ask(row);
    if (isProblem(row)) {
      await problem(answer, 401, title(row));
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer', title(row));
    } else {
      assert.equal(answer.status, 303, title(row));
      assert.match(answer.headers.get('location'), /^\/sign-in/, title(row));
    }
  }
});

test('a lower role is refused', async () => {
  for (const row of table.filter((r) => rank[r.permission] > 1))
    for (const role of ['agent', 'lead'].filter((name) => rank[name] < rank[row.permission])) {
      const answer = await ask(row, { who: { browser: agent[role], csrf: await agent[role].csrf('/new') } });
      assert.equal(answer.status, 403, `${title(row)} as ${role}`);
    }
});

test('a token opens no page, a session no API, a scope not the other', async () => {
  for (const row of table.filter((r) => r.permission !== 'anyone')) {
    if (isApi(row)) {
      await problem(await ask(row, { who: { browser: agent.admin, csrf } }), 401, `${title(row)} by session`);
      const other = row.permission === 'api_read' ? 'write' : 'read';
      await problem(await ask(row, { who: { token: await token(other) } }), 403, `${title(row)} with scope ${other}`);
    } else {
      assert.equal((await ask(row, { who: { token: await token('read') } })).status, 403, `${title(row)} by token`);
    }
  }
});

test('other methods are refused, and the right ones are named', async () => {
  // A row answers for every address that it fits: /inbox/bulk is also an /inbox/{view}.
  const fits = (row, path) => {
    const pattern = row.path.split('/'), parts = path.split('/');
    return pattern.length === parts.length && pattern.every((part, i) => part.startsWith('{') || part === parts[i]);
  };
  for (const path of new Set(table.map((row) => row.path))) {
    const allowed = new Set(table.filter((row) => fits(row, path)).map((row) => row.method));
    const row = table.find((r) => r.path === path);
    for (const method of methods.filter((name) => !allowed.has(name))) {
      const answer = await ask(row, { method });
      assert.equal(answer.status, 405, `${method} ${path}`);
      const named = answer.headers.get('allow').split(', ').filter((name) => name !== 'HEAD');
      assert.deepEqual(named.sort(), [...allowed].sort(), `${method} ${path}`);
      await answer.text();
    }
  }
});

test('a form without its CSRF token, or from another site, changes nothing', async () => {
  for (const row of table.filter((r) => hasBody(r) && !isApi(r) && !r.flags.includes('no_csrf'))) {
    for (const forged of [undefined, 'a'.repeat(32)])
      assert.equal((await ask(row, { who: { browser: agent.admin, csrf: forged } })).status, 403, `${title(row)} with csrf ${forged}`);
    if (!row.flags.includes('cross'))
      assert.equal((await ask(row, { who: { browser: agent.admin, csrf }, headers: { origin: 'https://evil.example' } })).status, 403,
        `${title(row)} from another site`);
  }
});

test('a parameter that is not declared is refused by name', async () => {
  for (const row of table.filter((r) => !r.flags.includes('raw'))) {
    const stray = { name: 'no_such_parameter', in: hasBody(row) ? 'body' : 'query' };
    const found = await problem(await ask(row, { who: await entitled(row), extra: [[stray, '1']] }), 422, title(row));
    assert.deepEqual([found.param, found.reason], ['no_such_parameter', 'unknown'], title(row));
  }
});

test('each parameter refuses what breaks its rule, and says which rule', async () => {
  for (const row of table.filter((r) => !r.flags.includes('raw')))
    for (const p of row.params) {
      for (const [value, reason] of bad(p)) {
        const what = `${title(row)} ${p.name} = ${String(value).slice(0, 30)}`;
        if (p.in === 'path') {
          if (reason === 'too_long' && value.length > 1500) continue; // the address itself is too long first
          if (Buffer.isBuffer(value)) continue;
          assert.equal((await ask(row, { who: await entitled(row), values: { [p.name]: value } })).status, 404, what);
          continue;
        }
        if (p.in === 'query' && value.length > 1500) continue;
        const found = await problem(await ask(row, { who: await entitled(row), extra: [[p, value]] }), 422, what);
        assert.deepEqual([found.param, found.reason], [p.name, reason], what);
      }
      if (p.required && p.in !== 'path') {
        const found = await problem(await ask(row, { who: await entitled(row), without: p.name }), 422, `${title(row)} without ${p.name}`);
        assert.deepEqual([found.param, found.reason], [p.name, 'missing'], title(row));
      }
      if (!p.many && p.in !== 'path' && p.kind !== 'file') {
        const found = await problem(await ask(row, { who: await entitled(row), extra: [[p, good(p)], [p, good(p)]] }), 422, `${title(row)} ${p.name} twice`);
        assert.deepEqual([found.param, found.reason], [p.name, 'repeated'], title(row));
      }
    }
});

// Only the header is sent: the limit is known from the announced length.
function announce(row, size) {
  return new Promise((resolve, reject) => {
    const socket = connect(kept.port, '127.0.0.1');
    let text = '';
    socket.on('connect', () => socket.write(`${row.method} ${fill(row)} HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n`
      + `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${size}\r\n\r\n`));
    socket.on('data', (piece) => {
      text += piece;
      if (/^HTTP\/1\.1 \d{3}/.test(text)) { socket.destroy(); resolve(Number(text.slice(9, 12))); }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${title(row)}: closed after ${text}`)));
  });
}

test('a body over the limit is refused before it is sent', async () => {
  for (const row of table.filter(hasBody)) assert.equal(await announce(row, row.body_max + 1), 413, title(row));
  for (const row of table.filter((r) => !hasBody(r))) assert.equal(await announce(row, 1), 400, `${title(row)} with a body`);
});

test('a body of another kind is refused', async () => {
  for (const row of table.filter((r) => hasBody(r) && !r.flags.includes('raw'))) {
    const answer = await fetch(new URL(fill(row), kept.url), { method: row.method, redirect: 'manual', body: '<a/>',
      headers: { 'content-type': 'text/xml', accept: 'application/json', authorization: `Bearer ${await token('write')}` } });
    assert.equal(answer.status, 415, title(row));
    await answer.text();
  }
});
