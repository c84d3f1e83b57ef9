// How the private mail server's programs are run: as whom, with which libraries, on which ports, and how
// they end.
//
// One ordinary user runs everything: the caller, or `nobody` when the caller is root. Postfix's master
// insists on being root and on owning accounts of its own, so it is shown an account file of ours
// (nss_wrapper) and its changes of user are answered with "done" (uid_wrapper). Nothing ever holds a right
// that its real user does not have. This needs no user namespace, no set-user-id program and no account on
// the machine, and root and ordinary users take the same path.
//
// Every program asks the kernel for SIGTERM when the node process dies (setpriv --pdeathsig), so that a
// killed test leaves nothing running. This follows the thread that started it: call from the main thread.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const partsDir = path.resolve(process.env.KEPT_PARTS || path.join(top, 'build/parts'));

export const sleep = ms => new Promise(done => setTimeout(done, ms));

// Fetches Postfix and Dovecot if they are not there yet.
export function ensureParts() {
    const run = spawnSync(path.join(top, 'tools/mail-parts'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    if (run.status !== 0)
        throw new Error((run.stderr || run.error?.message || 'tools/mail-parts failed').trim());
}

// Waits a moment for a server of an ended process that is still ending in this folder.
async function earlierEnded(dir, short) {
    const running = file => {
        try {
            const pid = Number(fs.readFileSync(file, 'utf8'));
            return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(short);
        } catch { return false; }
    };
    const files = [path.join(dir, 'queue/pid/master.pid'), path.join(short, 'run/master.pid')];
    for (const end = Date.now() + 4000; files.some(running); await sleep(50))
        if (Date.now() > end) throw new Error(`another mail server is running in ${dir}.`);
}

// A short path for `dir` and the parts, because a unix socket's path ends at 107 bytes and because Postfix
// takes no blanks in paths. The same `dir` always gets the same one: /tmp/kept-mail-UID-HASH with the links
// d and p, and with the folder run for Dovecot's sockets, since Dovecot follows links before it binds.
export async function shortPath(dir) {
    const name = createHash('sha256').update(dir + '\0' + partsDir).digest('hex').slice(0, 12);
    const short = path.join(os.tmpdir().length < 40 ? os.tmpdir() : '/tmp', `kept-mail-${process.getuid()}-${name}`);
    await earlierEnded(dir, short);
    fs.mkdirSync(short, { recursive: true, mode: 0o755 });
    const stat = fs.lstatSync(short);
    if (!stat.isDirectory() || stat.uid !== process.getuid())
        throw new Error(`${short} belongs to somebody else; remove it.`);
    fs.chmodSync(short, 0o755);
    for (const [link, target] of [['d', dir], ['p', partsDir]]) {
        const at = path.join(short, link);
        fs.rmSync(at, { force: true });
        fs.symlinkSync(target, at);
    }
    fs.mkdirSync(path.join(short, 'run'), { recursive: true, mode: 0o755 });
    return short;
}

function account(user) {
    const [uid, gid, name, group] = ['-u', '-g', '-un', '-gn'].map(flag => {
        const run = spawnSync('id', [flag, user], { encoding: 'utf8' });
        if (run.status !== 0) throw new Error(`user ${user} or its group is not in this machine's account files, and Dovecot needs a name`);
        return run.stdout.trim();
    });
    return { uid: Number(uid), gid: Number(gid), name, group };
}

// Who runs the server, and the setpriv words that make it so.
export function chooseUser(dir, short, user = 'nobody') {
    const words = ['--pdeathsig', 'TERM'];
    if (process.getuid() !== 0) return { ...account(process.getuid()), words, chown() {} };
    const { uid, gid, name, group } = account(user);
    if (uid === 0) throw new Error('the private mail server does not run as root; name another user');
    words.push('--reuid', String(uid), '--regid', String(gid), '--clear-groups');
    const chown = (...names) => {
        const run = spawnSync('chown', ['-hR', `${uid}:${gid}`, ...names], { encoding: 'utf8' });
        if (run.status !== 0) throw new Error(`chown: ${run.stderr.trim()}`);
    };
    chown(dir, path.join(short, 'run'));
    // A checkout below /root cannot be entered by that user. It then keeps the one right to pass folders
    // (and access(2), which Dovecot asks, is told to count it).
    const reaches = extra => spawnSync('/usr/bin/setpriv', [...words, ...extra, '/bin/sh', '-c', 'cd "$1" && cd "$2"', 'sh',
        path.join(partsDir, 'postfix/usr'), dir]).status === 0;
    if (!reaches([])) {
        const right = ['dac_read_search', 'dac_override'].map(r =>
            ['--securebits', '+no_setuid_fixup', '--inh-caps', `+${r}`, '--ambient-caps', `+${r}`]).find(reaches);
        if (!right)
            throw new Error(`user ${user} can enter neither ${dir} nor ${partsDir}; put them where it can (chmod o+x the folders above).`);
        words.push(...right);
    }
    return { uid, gid, name, group, words, chown };
}

// The environment of every Postfix program, or of every Dovecot program: Dovecot is content with one user and
// needs no wrapping.
export function programEnv(short, { postfix = false } = {}) {
    const lib = fs.readdirSync(path.join(partsDir, 'libs/usr/lib')).map(d => `${short}/p/libs/usr/lib/${d}`)
        .find(d => fs.existsSync(`${d}/libnss_wrapper.so`));
    const dovecot = `${short}/p/dovecot/usr/lib/dovecot`;
    const env = {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', TZ: 'UTC',
        LD_LIBRARY_PATH: [`${short}/p/postfix/usr/lib/postfix`, dovecot, `${dovecot}/modules/old-stats`, lib,
            lib.replace('/libs/usr/', '/libs/')].join(':'),
    };
    return !postfix ? env : { ...env,
        LD_PRELOAD: `${lib}/libnss_wrapper.so:${lib}/libuid_wrapper.so`, UID_WRAPPER: '1', UID_WRAPPER_ROOT: '1',
        NSS_WRAPPER_PASSWD: `${short}/d/etc/passwd`, NSS_WRAPPER_GROUP: `${short}/d/etc/group`,
        MAIL_CONFIG: `${short}/d/etc/postfix` };
}

// The preloads must not reach setpriv itself, hence `env`.
const commandLine = (who, env, argv) =>
    [...who.words, '--', '/usr/bin/env', '-i', ...Object.entries(env).map(([k, v]) => `${k}=${v}`), ...argv];

export function runProgram(who, env, argv) {
    const run = spawnSync('/usr/bin/setpriv', commandLine(who, env, argv), { encoding: 'utf8', cwd: '/', maxBuffer: 1 << 26 });
    if (run.status !== 0)
        throw new Error(`${path.basename(argv[0])}: ${(run.stderr || run.error?.message || `ended with ${run.status}`).trim()}`);
    return run.stdout;
}

// A long-running program in a process group of its own; what it prints goes to the file `out`.
export class Daemon {
    constructor(who, env, argv, out) {
        Object.assign(this, { who, env, argv, out, child: null });
        this.onExit = () => this.signal('SIGTERM');
    }

    get running() { return !!this.child && this.child.exitCode === null && this.child.signalCode === null; }

    start() {
        const fd = fs.openSync(this.out, 'a');
        this.child = spawn('/usr/bin/setpriv', commandLine(this.who, this.env, this.argv),
            { stdio: ['ignore', fd, fd], detached: true, cwd: '/' });
        fs.closeSync(fd);
        this.child.on('error', error => { this.error = error; });
        this.child.unref();
        process.on('exit', this.onExit);
    }

    signal(name) {
        if (this.running && this.child.pid) try { process.kill(this.child.pid, name); } catch { /* it just ended */ }
    }

    // Asks, and after `grace` ms insists on the whole group.
    async stop(grace = 5000) {
        process.off('exit', this.onExit);
        if (!this.running) return;
        this.child.ref();
        const ended = once(this.child, 'exit');
        this.signal('SIGTERM');
        const timer = setTimeout(() => { try { process.kill(-this.child.pid, 'SIGKILL'); } catch { /* gone */ } }, grace);
        await ended;
        clearTimeout(timer);
    }
}

export async function isFree(port) {
    const server = net.createServer();
    const free = await new Promise(done => {
        server.once('error', () => done(false));
        server.listen({ port, host: '127.0.0.1', exclusive: true }, () => done(true));
    });
    if (free) await new Promise(done => server.close(done));
    return free;
}

// A port that is free now, below the range from which the kernel gives ports to outgoing connections, so
// that nobody takes it while the server is stopped for a moment.
export async function freePort(taken) {
    for (let i = 0; i < 200; i++) {
        const port = 16384 + Math.floor(Math.random() * 16384);
        if (taken.has(port)) continue;
        if (!await isFree(port)) continue;
        taken.add(port);
        return port;
    }
    throw new Error('no free port on 127.0.0.1');
}

// Waits until `port` greets with `greeting`, as long as `alive()`.
export async function greeted(port, greeting, alive, timeoutMs = 15000) {
    const end = Date.now() + timeoutMs;
    while (Date.now() < end && alive()) {
        const line = await new Promise(done => {
            const socket = net.connect(port, '127.0.0.1');
            socket.setTimeout(2000, () => { socket.destroy(); done(''); });
            socket.once('error', () => done(''));
            socket.once('close', () => done(''));
            socket.once('data', data => { done(data.toString('latin1')); socket.destroy(); });
        });
        if (line.startsWith(greeting)) return true;
        await sleep(20);
    }
    return false;
}
