// A private nginx with the configuration that docs/run.md shows, in front of a port. Debian's own package, unpacked below
// build/ and never installed; started on a port of its own, ended by its process id.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './kept.mjs';

const parts = join(process.env.KEPT_PARTS ?? join(root, 'build/parts'), 'nginx');
const unpacked = join(parts, 'usr/sbin/nginx');

// → the program, or null where it is neither installed nor to be had.
export function nginxProgram() {
  if (existsSync('/usr/sbin/nginx')) return '/usr/sbin/nginx';
  if (existsSync(unpacked)) return unpacked;
  const work = mkdtempSync(join(tmpdir(), 'kept-nginx-'));
  try {
    mkdirSync(join(work, 'deb'));
    execFileSync('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', 'nginx'], { cwd: join(work, 'deb'), stdio: 'ignore', timeout: 60_000 });
    for (const deb of readdirSync(join(work, 'deb'))) execFileSync('dpkg-deb', ['-x', join(work, 'deb', deb), join(work, 'tree')]);
    mkdirSync(join(parts, '..'), { recursive: true });
    rmSync(parts, { recursive: true, force: true });
    execFileSync('cp', ['-a', join(work, 'tree'), `${parts}.new`]);
    renameSync(`${parts}.new`, parts);
    return unpacked;
  } catch { return null; } finally { rmSync(work, { recursive: true, force: true }); }
}

// The block of docs/run.md, with this port for its own and `upstream` for ours, and without TLS.
function shown(port, upstream) {
  const page = readFileSync(join(root, 'docs/run.md'), 'utf8').split('## In front: nginx')[1];
  const block = page.match(/((?:^ {4}.*\n)+)/m)[1].replace(/^ {4}/gm, '');
  const map = /with `(map [^`]+)`/.exec(page)[1];
  return `${map}\n${block.replace('listen 443 ssl http2;', `listen 127.0.0.1:${port};`).replace('http://127.0.0.1:8080', `http://127.0.0.1:${upstream}`)}`;
}

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

export async function startNginx(program, upstream) {
  const dir = mkdtempSync(join(tmpdir(), 'kept-nginx-')), port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`).join(' ');
  writeFileSync(join(dir, 'nginx.conf'), `daemon off; master_process off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 1024; }
http { access_log off; ${temporary}
${shown(port, upstream)}
}
`);
  const child = spawn(program, ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  process.on('exit', () => child.kill('SIGKILL'));
  for (let tries = 0; ; tries++) {
    try { await (await fetch(`http://127.0.0.1:${port}/healthz`)).arrayBuffer(); break; } catch { /* not yet */ }
    if (tries === 100 || child.exitCode !== null) throw new Error(`nginx does not answer: ${said} ${readFileSync(join(dir, 'error.log'), 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { port, stop: () => new Promise((resolve) => { child.once('exit', () => { rmSync(dir, { recursive: true, force: true }); resolve(); }); child.kill('SIGTERM'); }) };
}
