// live.mjs: many idle live connections: their memory, what they cost the pages, and how fast one message reaches 1,000,
// beside nginx with nchan doing the same.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build, cookieOf, copyOf, keysOf, load, median, now, pause, pssOf, scratch, serve, show, signIn, spread, start, tool } from './bench.mjs';

async function clientsOf(port, path, count, headers = []) {
  const clients = await start('sh', ['-c', 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"', 'clients',
    tool('clients'), String(port), path, String(count), ...headers], { stdin: 'pipe' });
  return { ...clients, open: JSON.parse(clients.first).open, stop: async () => { clients.child.stdin.end(); await clients.ended; } };
}

// Sends by `send` and waits until every client has it. → ms from sending to the first and to the last
async function tellAll(clients, send) {
  clients.child.stdin.write('wait\n');
  await clients.line();
  const began = now();
  await send();
  const { got, first, last } = JSON.parse(await clients.line());
  if (got < clients.open) throw new Error(`only ${got} of ${clients.open} got the message`);
  return { first: first - began, last: last - began, spread: last - first };
}

const note = (browser, ref) => async () => {
  const answer = await browser.submit(`/c/${ref}/reply`, { kind: 'note', text: `Noted at ${Date.now()}`, then: 'note' });
  if (answer.status !== 303) throw new Error(`a note was answered ${answer.status}`);
};

// In a server that has done little else, so that what grows are the connections and not the caches of pages.
async function memoryOf(data, connections) {
  const copy = copyOf(data), server = await serve(copy), browser = await signIn(server), [[ref]] = keysOf(copy, 1);
  for (let i = 0; i < 50; i++) await browser.page('/inbox/open');
  const few = await clientsOf(server.port, '/live', 50, [`Cookie: ${cookieOf(browser)}`]); // brings up what the first ones need
  await tellAll(few, note(browser, ref));
  const before = pssOf(server.child.pid), clients = await clientsOf(server.port, '/live', connections - 50, [`Cookie: ${cookieOf(browser)}`]);
  const idle = pssOf(server.child.pid);
  await tellAll(clients, note(browser, ref));
  const after = pssOf(server.child.pid);
  await clients.stop();
  await few.stop();
  await server.stop();
  return { open: clients.open, idle: (idle - before) / clients.open, told: (after - before) / clients.open };
}

export async function idle({ data, rounds, seconds, connections = 10000 }) {
  const memory = await memoryOf(data, connections), fewer = memory.open + 50 < connections ? `; as many as fit of ${connections}` : '';
  show(`memory of a live connection, of ${memory.open + 50}`, `${memory.told.toFixed(1)} kB PSS`, 'at most 4 kB',
    `after one message to each; before it ${memory.idle.toFixed(1)} kB${fewer}`);
  const copy = copyOf(data), keys = keysOf(copy, 500), server = await serve(copy), browser = await signIn(server), cookie = cookieOf(browser);
  const paths = keys.map(([ref, at]) => `/inbox/resolved?before=${at}.${ref}`), without = [], beside = [];
  await load(server.url, paths, { seconds, cookie });
  for (let round = 0; round < rounds; round++) {
    without.push((await load(server.url, paths, { seconds, cookie })).rate);
    const clients = await clientsOf(server.port, '/live', connections, [`Cookie: ${cookie}`]);
    await tellAll(clients, note(browser, keys[0][0]));
    await pause(1000);
    beside.push((await load(server.url, paths, { seconds, cookie })).rate);
    await clients.stop();
    await pause(1000);
  }
  show(`pages with ${connections} connections / without`, (median(beside) / median(without)).toFixed(2), 'at least 0.90',
    `${median(beside).toFixed(0)} (${spread(beside)}) and ${median(without).toFixed(0)} (${spread(without)}) pages/s`);
  await server.stop();
}

// ---- nginx with nchan, unpacked below build/ and never installed ----

function nginxParts() {
  const parts = join(build, 'parts', 'nginx-nchan'), at = join(parts, 'usr/sbin/nginx');
  if (!existsSync(at)) {
    const debs = scratch('debs');
    mkdirSync(debs, { recursive: true });
    execFileSync('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', 'nginx', 'libnginx-mod-nchan'], { cwd: debs, stdio: ['ignore', 'ignore', 'inherit'] });
    mkdirSync(parts, { recursive: true });
    for (const deb of readdirSync(debs)) execFileSync('dpkg-deb', ['-x', join(debs, deb), parts]);
  }
  return { nginx: at, module: join(parts, 'usr/lib/nginx/modules/ngx_nchan_module.so') };
}

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

async function startNginx() {
  const { nginx, module } = nginxParts(), dir = scratch('nginx'), port = await freePort();
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'nginx.conf'), `daemon off; master_process off; worker_processes 1; pid ${dir}/pid; error_log stderr error;
load_module ${module};
events { worker_connections 16384; }
http {
  access_log off; client_body_temp_path ${dir}; proxy_temp_path ${dir}; fastcgi_temp_path ${dir}; uwsgi_temp_path ${dir}; scgi_temp_path ${dir};
  server {
    listen 127.0.0.1:${port};
    location = /pub { nchan_publisher; nchan_channel_id one; }
    location = /sub { nchan_subscriber websocket; nchan_channel_id one; nchan_subscriber_first_message newest; }
    location = /ready { return 200 "ok"; }
  }
}
`);
  // nchan makes nginx look for /var/lib/nginx whatever its configuration says: it gets a /var/lib that only it can see.
  const server = await start('unshare', [process.getuid() === 0 ? '-m' : '-rm', 'sh', '-c',
    'mount -t tmpfs none /var/lib && mkdir /var/lib/nginx && echo begun && exec "$@"', 'nginx', nginx, '-p', dir, '-c', join(dir, 'nginx.conf'), '-e', 'stderr']);
  for (let tries = 0; ; tries++) {
    try { if ((await fetch(`http://127.0.0.1:${port}/ready`)).ok) break; } catch { /* not yet */ }
    if (tries === 100) throw new Error('nginx does not answer');
    await pause(50);
  }
  return { ...server, port };
}

export async function fanOut({ data, rounds, connections = 1000 }) {
  let nginx;
  try { nginx = await startNginx(); } catch (error) { show('fan-out', 'not measured', '', `nginx with nchan: ${error.message.split('\n')[0]}`); return; }
  const copy = copyOf(data), [[ref]] = keysOf(copy, 1), server = await serve(copy), browser = await signIn(server);
  const ours = await clientsOf(server.port, '/live', connections, [`Cookie: ${cookieOf(browser)}`]), theirs = await clientsOf(nginx.port, '/sub', connections);
  const publish = async () => {
    const answer = await fetch(`http://127.0.0.1:${nginx.port}/pub`, { method: 'POST', body: '{"seq":1234,"kind":"note.added","ref":"con_aaaaaaaaaaaaaaaa","by":"agt_aaaaaaaaaaaaaaaa"}' });
    await answer.text();
  };
  const kept = [], nchan = [];
  for (let i = -2; i < rounds * 5; i++) {
    const a = await tellAll(ours, note(browser, ref)), b = await tellAll(theirs, publish);
    if (i >= 0) { kept.push(a); nchan.push(b); }
    await pause(200);
  }
  const of = (list, what) => median(list.map((one) => one[what]));
  show(`one message to ${ours.open}: nchan / kept`, (of(nchan, 'spread') / of(kept, 'spread')).toFixed(2), 'at least 1.00', 'from the first who has it to the last');
  for (const [name, list] of [['kept', kept], ['nchan', nchan]])
    show(`  ${name}`, `${of(list, 'spread').toFixed(1)} ms`, '', `from the request to the first ${of(list, 'first').toFixed(1)} ms, to the last ${of(list, 'last').toFixed(1)} ms`
      + (name === 'kept' ? '; its request is a note, checked and committed to disk' : ''));
  await ours.stop();
  await theirs.stop();
  await nginx.stop('SIGKILL'); // asked to end in one process, nchan frees twice
  await server.stop();
}
