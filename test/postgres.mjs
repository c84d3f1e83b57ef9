// A private PostgreSQL for tests and for `make demo`: a cluster of its own below one folder, on a unix socket only.
//
// Promises: nothing needs to be installed (tools/pg-parts finds or unpacks the programs), root and ordinary users may
// call it and the server itself never runs as root (`nobody` does it then), several may run side by side, and each
// ends with the node process, however that ends.
// Never: listens on TCP unless told where, touches a cluster of the machine, ends a process by name.
//
//   import { startPostgres } from './postgres.mjs';
//   const pg = await startPostgres({
//       dir,                     // kept between starts; without it a temporary one, removed by stop()
//       durable: true,           // fsync: for tests about crashes; without it the disk is not waited for
//       settings: { max_connections: 30 },
//       parts: 'unpacked',       // not the machine's own programs, for the test of tools/pg-parts
//   });
//   pg.url                       postgresql:///kept?host=…&user=kept: an empty database, owned by its user
//   await pg.database('other')   the url of another empty one
//   await pg.sql('SELECT 1', { database, user })   psql's answer as text: lines, columns separated by |
//   await pg.kill(); await pg.start()              as a crash, and back with what was committed
//   await pg.stop()
//   const two = await pg.standby({ inside, listen })       a second server that follows; await two.promote()
//
// With `listen` (an address) it takes connections at port 5432 there too, from that network, without a password: for
// network namespaces, which `inside` enters (words before a command: nsenter …).
//
// The databases' own collation is not C (Vietnamese by ICU), so that a query which leans on it is found out.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const execute = promisify(execFile);

// Who runs it, as words for setpriv. Where `nobody` cannot enter (a checkout below /root) it keeps the one right to pass
// folders.
export function chooseUser(bin, data) {
    const words = ['--pdeathsig', 'INT'];
    if (process.getuid() !== 0) return { words };
    const [uid, gid] = ['-u', '-g'].map(flag => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })));
    fs.chownSync(data, uid, gid);
    words.push('--reuid', String(uid), '--regid', String(gid), '--clear-groups');
    const enters = extra => {
        try { execFileSync('setpriv', [...words, ...extra, '--', '/bin/sh', '-c', 'cd "$1" && "$2" --version', 'sh', data, `${bin}/postgres`], { stdio: 'ignore', cwd: '/' }); }
        catch { return false; }
        return true;
    };
    const extra = [[], ...['dac_read_search', 'dac_override'].map(r => ['--securebits', '+no_setuid_fixup', '--inh-caps', `+${r}`, '--ambient-caps', `+${r}`])]
        .find(enters);
    if (!extra) throw new Error(`user nobody cannot run ${bin}/postgres in ${data}`);
    return { uid, gid, words: [...words, ...extra] };
}

// Where its programs are, and the libraries that they need besides the machine's.
export function postgresPrograms(parts) {
    const bin = execFileSync(path.join(top, 'tools/pg-parts'), parts === 'unpacked' ? ['--unpack'] : [], { encoding: 'utf8' }).trim();
    const home = bin.replace(/\/usr\/lib\/postgresql\/.*/, '');
    const libs = home && fs.readdirSync(`${home}/usr/lib`).filter(d => d.endsWith('-gnu')).flatMap(d => [`${home}/usr/lib/${d}`, `${home}/lib/${d}`]);
    return { bin, libs };
}

class Postgres {
    constructor({ dir, durable = false, settings = {}, parts, inside = [], listen }) {
        const { bin, libs } = postgresPrograms(parts);
        Object.assign(this, { bin, settings: { ...settings }, inside, listen });
        if (listen) this.settings.listen_addresses = listen;
        this.env = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', ...(libs?.length && { LD_LIBRARY_PATH: libs.join(':') }) };
        if (!durable) Object.assign(this.settings, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
        // A socket's path ends at 107 bytes, so it has a short folder of its own.
        this.socket = fs.mkdtempSync(path.join(os.tmpdir().length < 40 ? os.tmpdir() : '/tmp', 'kept-pg-'));
        this.data = dir ? path.join(path.resolve(dir), 'postgres') : path.join(this.socket, 'data');
        fs.mkdirSync(this.data, { recursive: true, mode: 0o700 });
        this.who = chooseUser(bin, this.data);
        if (this.who.uid) fs.chownSync(this.socket, this.who.uid, this.who.gid);
        this.onExit = () => this.child?.kill('SIGINT');
    }

    async create() {
        if (fs.existsSync(`${this.data}/PG_VERSION`)) return this.start();
        await execute('setpriv', [...this.who.words, '--', `${this.bin}/initdb`, '-D', this.data, '-U', 'kept', '-A', 'trust', '-E', 'UTF8',
            '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=vi', '--no-sync', '--no-instructions'], { cwd: '/', env: this.env });
        if (this.listen) fs.appendFileSync(`${this.data}/pg_hba.conf`, 'host all all samenet trust\nhost replication all samenet trust\n');
        await this.start();
        await this.database('kept');
        return this;
    }

    // A copy that follows this server by streaming; with `synchronous` nothing is committed that it does not have.
    async standby({ inside, listen, synchronous = true } = {}) {
        const other = new Postgres({ durable: true, settings: { ...this.settings }, inside, listen });
        try {
            await execute('setpriv', [...other.who.words, '--', `${this.bin}/pg_basebackup`, '-D', other.data, '-c', 'fast', '-X', 'stream', '-R', '--no-sync',
                '-d', `host=${this.listen ?? this.socket} user=kept application_name=standby`], { cwd: '/', env: this.env });
            await other.start();
        } catch (error) {
            await other.stop();
            throw error;
        }
        if (synchronous) {
            await this.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
            await this.sql('SELECT pg_reload_conf()');
            for (const end = Date.now() + 20_000; await this.sql('SELECT sync_state FROM pg_stat_replication') !== 'sync';) {
                if (Date.now() > end) throw new Error('the standby does not follow');
                await new Promise(done => setTimeout(done, 50));
            }
        }
        return other;
    }

    async promote() {
        await this.sql('SELECT pg_promote()', { database: 'kept' });
    }

    get url() { return this.urlOf('kept'); }

    urlOf(database, user = 'kept') { return `postgresql:///${database}?host=${encodeURIComponent(this.socket)}&user=${user}`; }

    async start() {
        const settings = { listen_addresses: '', unix_socket_directories: this.socket, timezone: 'GMT', log_timezone: 'GMT', ...this.settings };
        const [first, ...words] = [...this.inside, 'setpriv'];
        this.child = spawn(first, [...words, ...this.who.words, '--', `${this.bin}/postgres`, '-D', this.data,
            ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
        { cwd: '/', env: this.env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
        process.on('exit', this.onExit);
        this.said = '';
        await new Promise((done, failed) => {
            this.child.on('error', failed);
            this.child.on('exit', () => failed(new Error(`PostgreSQL did not start.\n${this.said}`)));
            this.child.stderr.on('data', data => {
                this.said = (this.said + data).slice(-20000);
                if (/ready to accept (read-only )?connections/.test(this.said)) done();
            });
        });
        this.child.unref();
        this.child.stderr.unref();
        return this;
    }

    async #end(signal) {
        process.off('exit', this.onExit);
        if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
        this.child.ref();
        const ended = once(this.child, 'exit');
        this.child.kill(signal);
        await ended;
    }

    // Ends at once, as a crash does: no checkpoint, and the next start recovers.
    kill() { return this.#end('SIGQUIT'); }

    async stop() {
        await this.#end('SIGINT');
        fs.rmSync(this.socket, { recursive: true, force: true }); // with the data in it, when they are temporary
    }

    async sql(text, { database = 'kept', user = 'kept' } = {}) {
        const { stdout } = await execute(`${this.bin}/psql`, ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', this.urlOf(database, user), '-c', text], { env: this.env });
        return stdout.trimEnd();
    }

    async database(name) {
        await this.sql(`CREATE DATABASE ${name}`, { database: 'postgres' });
        return this.urlOf(name);
    }
}

export async function startPostgres(options = {}) {
    const pg = new Postgres(options);
    try { return await pg.create(); } catch (error) {
        await pg.stop();
        throw error;
    }
}
