// Slow and greedy clients, all at once, against the real program: agents go on working meanwhile, on connections that they
// have and on new ones.
// check: timeout 150
// check: unsanitized
// check: once: what it asks is the HTTP layer
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import net from 'node:net';
import { readFileSync } from 'node:fs';
import { startKept } from './kept.mjs';

const IDLE = 10_000, PER_ADDRESS = 250; // an address has 256
const open = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))[1]);
const skip = open > IDLE + 2000 ? false : `needs ulimit -n of ${IDLE + 2000}, there are ${open}`;
let kept, agent, cookie;
const sockets = [];

before(async () => {
  if (skip) return;
  kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });
  agent = await kept.agent();
  cookie = [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
});
after(async () => {
  sockets.forEach((socket) => socket.destroy());
  await kept?.stop();
});

// From an address of its own for each few hundred, as a botnet would.
function attack(i, base, begin, every) {
  return new Promise((resolve) => {
    const socket = net.connect({ port: kept.port, host: '127.0.0.1', localAddress: `127.${base}.${1 + Math.floor(i / PER_ADDRESS)}.1` });
    sockets.push(socket);
    socket.on('error', resolve);
    socket.on('data', () => {});
    socket.on('close', () => { socket.gone = true; resolve(); });
    socket.on('connect', () => {
      if (begin) socket.write(begin);
      if (every) {
        const timer = setInterval(() => { if (socket.gone) clearInterval(timer); else socket.write(every); }, 200);
        timer.unref();
      }
      resolve();
    });
  });
}
async function all(n, ...how) {
  for (let i = 0; i < n; i += 500) await Promise.all(Array.from({ length: Math.min(500, n - i) }, (_, k) => attack(i + k, ...how)));
}

// A page on a fresh connection, and one on a connection that is kept.
async function page(path = '/inbox/open') {
  const began = Date.now();
  const answer = await fetch(new URL(path, kept.url), { headers: { cookie }, redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  assert.equal(answer.status, 200);
  await answer.text();
  return Date.now() - began;
}
async function fresh() {
  const began = Date.now();
  const text = await new Promise((resolve, reject) => {
    let got = '';
    const socket = net.connect(kept.port, '127.0.0.1', () => socket.write(`GET /inbox/open HTTP/1.1\r\nHost: 127.0.0.1:${kept.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`));
    socket.setTimeout(10_000, () => { socket.destroy(); reject(new Error('no answer within 10 s')); });
    socket.on('data', (piece) => { got += piece; });
    socket.on('error', reject);
    socket.on('close', () => resolve(got));
  });
  assert.match(text, /^HTTP\/1\.1 200/);
  return Date.now() - began;
}

test('agents work while thousands are idle, drip and flood', { skip }, async () => {
  const quiet = [await page(), await fresh()];
  await all(IDLE, 10);
  await all(250, 11, 'GET /hello HTTP/1.1\r\nHost: a\r\n', 'X: 1\r\n'); // slowloris
  await all(250, 12, 'POST /contact HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\n', 'a=1&'); // dripped bodies
  await all(250, 13, `GET / HTTP/1.1\r\nHost: a\r\n${'X: '.concat('y'.repeat(2000), '\r\n').repeat(100)}`); // floods of headers
  await all(250, 14, 'GET /help HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(50)); // asked faster than read
  const times = [];
  for (let i = 0; i < 30; i++) times.push(await page(), await fresh());
  assert.equal((await agent.submit('/account/theme', { theme: 'dark' })).status, 303, 'a write too');
  times.sort((a, b) => a - b);
  console.log(`# a page: quiet ${quiet} ms; attacked: median ${times[times.length >> 1]} ms, slowest ${times.at(-1)} ms; ${sockets.filter((s) => !s.gone).length} attackers connected`);
  assert.ok(sockets.filter((s) => !s.gone).length > IDLE * 0.9, 'they were there all the time');
});

test('whoever drips is sent away at the deadline of the phase, however much comes', { skip }, async () => {
  const dripping = sockets.slice(IDLE, IDLE + 250);
  for (let waited = 0; waited < 20_000 && dripping.some((s) => !s.gone); waited += 250) await new Promise((resolve) => setTimeout(resolve, 250));
  assert.equal(dripping.filter((s) => !s.gone).length, 0, 'no header takes longer than 10 s');
});

test('one address has its share and no more; another is served', { skip }, async () => {
  const mine = sockets.length;
  await Promise.all(Array.from({ length: 400 }, () => attack(0, 20)));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const left = sockets.slice(mine).filter((s) => !s.gone).length;
  assert.ok(left <= 256, `${left} of 400 are connected`);
  assert.ok(await fresh() < 10_000);
});
