// nodes.mjs: on PostgreSQL. CPU time of a page with one node and with two; and list and conversation pages against pgbench, which
// asks the server the same statements with the same values, as the server itself wrote them down while the pages were asked for.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../test/postgres.mjs';
import { cookieOf, load, median, pause, scratch, serve, show, signIn, spread, tool } from './bench.mjs';

const MOST = 10000, PAGES = 10; // conversations; pages of each kind that are asked for again and again
const WARM_S = 6; // pgbench prepares each statement of each page on each connection: that is Kept's start, not its work
const FEW = 2; // connections of a client
const TICK_MS = 10; // of /proc/PID/stat

const ticksOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return Number(fields[11]) + Number(fields[12]);
};
const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
const sum = (list) => list.reduce((a, b) => a + b, 0);

// What the server was asked for each page, as pgbench can send it: pages were asked for one after the other, each begins with its
// session, and what other connections ask meanwhile (jobs, live updates) is not of it.
function pagesIn(log) {
  const pages = [];
  let page, of;
  const lines = log.split('\n');
  lines.forEach((line, i) => {
    const [, pid, text] = /^(\d+) LOG: {2}execute \w+: (.*)$/.exec(line) ?? [];
    if (!text) return;
    if (/ FROM session s JOIN agent /.test(text)) pages.push(page = []), of = pid;
    if (!page || pid !== of) return;
    const values = /DETAIL: {2}parameters: (.*)$/.exec(lines[i + 1] ?? '')?.[1] ?? '';
    const value = Object.fromEntries([...values.matchAll(/\$(\d+) = (NULL|'(?:[^']|'')*')/g)].map(([, n, text]) => [n, text]));
    page.push(text.replace(/\$(\d+)/g, (_, n) => value[n]));
  });
  return pages;
}

export async function nodes({ conversations, rounds, seconds }) {
  const home = scratch('nodes');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { mode: 0o711 });
  const pg = await startPostgres({ durable: true, settings: { max_connections: 200, shared_buffers: '256MB', log_line_prefix: '%p ' } });
  let said = '';
  pg.child.stderr.on('data', (text) => { said += text; });
  const data = join(home, 'a'), other = join(home, 'b'), env = { KEPT_STORE: pg.url };
  try {
    const n = Math.min(conversations, MOST);
    execFileSync(tool('generate'), [data, String(n), '5', pg.url], { stdio: ['ignore', 'ignore', 'inherit'] });
    await pg.sql('VACUUM ANALYZE');
    mkdirSync(other, { mode: 0o711 });
    cpSync(join(data, 'secrets'), join(other, 'secrets'), { recursive: true });
    const keys = (await pg.sql(`SELECT ref, last_at FROM conversation WHERE shelf = 'resolved' ORDER BY ref LIMIT ${PAGES}`)).split('\n').map((line) => line.split('|'));
    const paths = { list: keys.map(([ref, at]) => `/inbox/resolved?before=${at}.${ref}`), conversation: keys.map(([ref]) => `/c/${ref}`) };
    const a = await serve(data, { env }), b = await serve(other, { env }), browser = await signIn(a), cookie = cookieOf(browser);

    // What the server is asked for each page.
    const asked = {};
    for (const [kind, list] of Object.entries(paths)) {
      await pg.sql("ALTER SYSTEM SET log_statement = 'all'");
      await pg.sql('SELECT pg_reload_conf()');
      await pause(300);
      said = '';
      for (const path of list) await (await browser.get(path)).arrayBuffer();
      await pg.sql("ALTER SYSTEM SET log_statement = 'none'");
      await pg.sql('SELECT pg_reload_conf()');
      await pause(300);
      asked[kind] = pagesIn(said);
      if (asked[kind].length !== list.length) throw new Error(`${asked[kind].length} pages in the server's log instead of ${list.length}`);
    }

    // One node and two: two clients, both at one or one at each. With few connections, for with many it is measured how programs that
    // share two cores stand in each other's way, which nodes on machines of their own do not; that is shown, and has no bar.
    const backends = () => childrenOf(pg.child.pid).map((pid) => [pid, ticksOf(pid)]);
    const cpu = async (both, connections) => {
      const servers = [...new Set(both)], before = servers.map((s) => ticksOf(s.child.pid)), there = new Map(backends());
      const each = await Promise.all(both.map((s) => load(s.url, [...paths.list, ...paths.conversation], { connections, seconds, cookie })));
      const pages = sum(each.map((one) => one.rate * seconds));
      const own = sum(servers.map((s, i) => ticksOf(s.child.pid) - before[i])) * TICK_MS;
      const database = sum(backends().map(([pid, ticks]) => ticks - (there.get(pid) ?? 0))) * TICK_MS;
      return { own: own / pages, all: (own + database) / pages };
    };
    await cpu([a, b], 8); // statements are prepared
    for (const connections of [FEW, 8]) {
      const one = [], two = [];
      for (let round = 0; round < rounds; round++) { one.push(await cpu([a, a], connections)); two.push(await cpu([a, b], connections)); }
      const of = (list, what) => median(list.map((x) => x[what]));
      const line = (name, what, bar) => show(name, (of(two, what) / of(one, what)).toFixed(2), bar, `${of(two, what).toFixed(3)} and ${of(one, what).toFixed(3)} ms; ${
        spread(two.map((x) => x[what]), 3)} and ${spread(one.map((x) => x[what]), 3)}`);
      line(`CPU a page, two nodes / one, ${connections * 2} connections`, 'own', connections === FEW ? 'at most 1.10' : '');
      line('  with the database\'s', 'all', '');
    }

    // Against pgbench.
    for (const kind of ['list', 'conversation']) {
      const scripts = asked[kind].map((statements, i) => {
        const file = join(home, `${kind}-${i}.sql`);
        writeFileSync(file, statements.map((text) => `${text};\n`).join(''));
        return file;
      });
      const pgbench = () => {
        const ran = spawnSync(join(pg.bin, 'pgbench'), ['-n', '-M', 'prepared', '-c', '16', '-j', '2', '-P', '1', '-T', String(WARM_S + seconds), ...scripts.flatMap((file) => ['-f', file]), pg.url],
          { env: { ...process.env, ...pg.env }, encoding: 'utf8' });
        const each = [...ran.stderr.matchAll(/^progress: .* ([\d.]+) tps/gm)].map(([, tps]) => Number(tps)).slice(WARM_S);
        if (ran.status !== 0 || !each.length || /number of failed transactions: [1-9]/.test(ran.stdout)) throw new Error(`pgbench: ${ran.stderr.slice(0, 400)}`);
        return sum(each) / each.length;
      };
      const kept = [], bare = [];
      for (let round = 0; round < rounds; round++) {
        kept.push((await load(a.url, paths[kind], { seconds, cookie })).rate);
        bare.push(pgbench());
      }
      const statements = median(asked[kind].map((list) => list.length));
      show(`${kind} page on PostgreSQL: kept / pgbench`, (median(kept) / median(bare)).toFixed(2), 'at least 0.5', `${statements} statements a page`);
      show('  kept', `${median(kept).toFixed(0)} pages/s`, '', spread(kept));
      show('  pgbench', `${median(bare).toFixed(0)} pages/s`, '', spread(bare));
    }
    await a.stop();
    await b.stop();
  } finally {
    await pg.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
