// PostgreSQL under Patroni, as docs/run.md has it: machines of netns.mjs, each with etcd, Patroni and a PostgreSQL. Their
// patroni.yml is the page's own, with this test's addresses and folders.
//
//   const cluster = await startPatroni([network.pg1, network.pg2, network.pg3]);
//   await cluster.leader()                    the machine that leads, once one does
//   cluster.others(leader)                    the rest
//   await cluster.synchronous()               the machine without which nothing is committed
//   cluster.lose(machine)                     its cable is pulled and all that runs on it is killed
//   await cluster.restore(machine)            it comes back with the disk that it had
//   await cluster.keyGone()                   when the others learnt that the leader is gone (ms)
//   await cluster.switchover(machine)
//   await cluster.sql(machine, 'SELECT 1')
//   await cluster.stop()
//
// Needs what `missing()` asks for: Debian's patroni and etcd-server, not running.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './kept.mjs';
import { chooseUser, postgresPrograms } from './postgres.mjs';

const execute = promisify(execFile);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const has = (program) => { try { execFileSync(program, ['--version'], { stdio: 'ignore' }); return true; } catch { return false; } };

export const missing = () => (has('patroni') && has('etcd') ? false
  : 'Patroni is not installed here (apt-get install --no-install-recommends patroni etcd-server)');

// The page's example for pg1, which is at 10.0.0.21.
const example = () => /```yaml\n(scope: kept\n[^`]*)```/.exec(fs.readFileSync(join(root, 'docs/run.md'), 'utf8'))[1];

class Patroni {
  constructor(machines) {
    this.machines = machines;
    this.dir = fs.mkdtempSync(join(tmpdir(), 'kept-patroni-'));
    fs.chmodSync(this.dir, 0o711);
    ({ bin: this.bin } = postgresPrograms());
    machines.forEach((machine, i) => {
      machine.name = `pg${i + 1}`;
      machine.home = join(this.dir, machine.name);
      fs.mkdirSync(machine.home, { mode: 0o700 });
      machine.who = chooseUser(this.bin, machine.home);
      machine.running = [];
      fs.writeFileSync(join(machine.home, 'patroni.yml'), this.#yaml(machine), { mode: 0o644 });
    });
  }

  #yaml(machine) {
    return example()
      .replace(/10\.0\.0\.21(?=:(8008|5432))/g, machine.address).replace('name: pg1', `name: ${machine.name}`)
      .replace(/10\.0\.0\.2([123])/g, (_, n) => this.machines[n - 1].address)
      .replaceAll('10.0.0.0/24', machine.address.replace(/\d+$/, '0/24'))
      .replace(/data_dir: .*/, `data_dir: ${machine.home}/data`)
      .replace(/bin_dir: .*/, `bin_dir: ${this.bin}`)
      .replace(/unix_socket_directories: .*/, `unix_socket_directories: ${machine.home}`)
      // What is committed is with the kernel: machines are lost here by killing, and a busy disk would be all that is measured.
      .replace('max_connections: 200', 'max_connections: 200\n        fsync: "off"');
  }

  #run(machine, name, program, words) {
    const [first, ...rest] = [...machine.inside, 'setpriv', ...machine.who.words, '--', program, ...words];
    const log = fs.openSync(join(machine.home, `${name}.log`), 'a');
    const child = spawn(first, rest, { cwd: '/', detached: true, stdio: ['ignore', log, log],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: machine.home, ETCD_UNSUPPORTED_ARCH: process.arch } });
    fs.closeSync(log);
    machine.running.push(child);
  }

  begin(machine) {
    const url = (m, port) => `http://${m.address}:${port}`;
    this.#run(machine, 'etcd', 'etcd', ['--name', machine.name, '--data-dir', join(machine.home, 'etcd'),
      '--listen-peer-urls', url(machine, 2380), '--initial-advertise-peer-urls', url(machine, 2380),
      '--listen-client-urls', url(machine, 2379), '--advertise-client-urls', url(machine, 2379),
      '--initial-cluster', this.machines.map((m) => `${m.name}=${url(m, 2380)}`).join(',')]);
    this.#run(machine, 'patroni', 'patroni', [join(machine.home, 'patroni.yml')]);
  }

  async #ask(path, machines = this.machines) {
    for (const machine of machines) {
      try {
        const answer = await fetch(`http://${machine.address}:8008${path}`, { signal: AbortSignal.timeout(1000) });
        return { status: answer.status, ...await answer.json() };
      } catch { /* the next one */ }
    }
    return {};
  }
  async #state(machine) { return this.#ask('/patroni', [machine]); }

  async #find(what, ms, good, among) {
    for (const end = Date.now() + ms; Date.now() < end; await pause(100))
      for (const machine of among) if (await good(machine)) return machine;
    throw new Error(`not within ${ms} ms: ${what}\n${this.log()}`);
  }
  leader(ms = 60_000, among = this.machines) {
    return this.#find('a leader', ms, async (machine) => (await this.#ask('/leader', [machine])).status === 200, among);
  }
  synchronous(ms = 60_000, among = this.machines) {
    return this.#find('a synchronous standby', ms, async (machine) => (await this.#ask('/synchronous', [machine])).status === 200, among);
  }
  others(...not) { return this.machines.filter((machine) => !not.includes(machine)); }
  async follows(machine, ms = 90_000) {
    await this.#find(`${machine.name} follows`, ms, async () => {
      const is = await this.#state(machine);
      return is.state === 'running' && is.role === 'replica' && is.replication_state !== 'starting';
    }, [machine]);
  }

  // Of etcd itself: the leader's key lives for `ttl` after its last word.
  async keyGone(among, ms = 60_000) {
    const key = Buffer.from('/service/kept/leader').toString('base64');
    let before;
    for (const end = Date.now() + ms; Date.now() < end; await pause(50)) {
      const said = await this.#key(among, key);
      before ??= said;
      if (said !== undefined && said !== before) return Date.now();
    }
    throw new Error(`the leader's key stays\n${this.log()}`);
  }
  async #key(among, key) {
    for (const machine of among) {
      try {
        const answer = await fetch(`http://${machine.address}:2379/v3/kv/range`, { method: 'POST', body: JSON.stringify({ key }), signal: AbortSignal.timeout(1000) });
        if (answer.status === 200) return (await answer.json()).kvs?.[0]?.value ?? '';
      } catch { /* the next one */ }
    }
    return undefined;
  }

  // All that runs on it: PostgreSQL goes away from who started it.
  #kill(machines = this.machines) {
    for (const { netns } of machines)
      for (const pid of execFileSync('ip', ['netns', 'pids', netns], { encoding: 'utf8' }).split('\n').filter(Boolean))
        try { process.kill(Number(pid), 'SIGKILL'); } catch { /* it has ended */ }
  }
  async lose(machine) {
    machine.cut();
    const ended = machine.running.map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null));
    this.#kill([machine]);
    await Promise.all(ended);
    machine.running = [];
  }
  restore(machine) {
    machine.mend();
    this.begin(machine);
  }

  async switchover(from, to) {
    const answer = await fetch(`http://${from.address}:8008/switchover`, { method: 'POST', body: JSON.stringify({ leader: from.name, candidate: to.name }) });
    if (answer.status !== 200) throw new Error(`switchover: ${answer.status} ${await answer.text()}`);
  }

  async sql(machine, text, { database = 'postgres', user = 'postgres' } = {}) {
    const { stdout } = await execute(`${this.bin}/psql`, ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-h', machine.address, '-U', user, '-d', database, '-c', text],
      { env: { PATH: '/usr/bin:/bin', PGCONNECT_TIMEOUT: '3', PGPASSWORD: 'change this' } });
    return stdout.trimEnd();
  }

  log() {
    return this.machines.map((machine) => {
      try { return `---- ${machine.name}\n${fs.readFileSync(join(machine.home, 'patroni.log'), 'utf8').slice(-3000)}`; } catch { return ''; }
    }).join('\n');
  }

  async stop() {
    for (const machine of this.machines) await this.lose(machine);
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}

export async function startPatroni(machines) {
  const cluster = new Patroni(machines);
  try {
    machines.forEach((machine) => cluster.begin(machine));
    const leader = await cluster.leader();
    await cluster.synchronous();
    await Promise.all(cluster.others(leader).map((machine) => cluster.follows(machine)));
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
