// Mail from mailboxes: a program of ours with nothing but mailboxes (imap_probe.c) against real Dovecot, and against
// servers scripted here that behave as no server should.
// check: once: it brings PostgreSQL where two nodes share a mailbox

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { refsOf, startKept, textOf } from './kept.mjs';
import { startMailServer } from './mailserver.mjs';
import { sleep } from './mailserver/process.mjs';
import { startPostgres } from './postgres.mjs';

const probeFile = path.join(process.env.KEPT_BUILD ?? path.join(import.meta.dirname, '../build'), 'test/imap_probe');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kept-imap-'));
fs.chmodSync(folder, 0o755);
after(() => fs.rmSync(folder, { recursive: true, force: true }));

let files = 0;
const fresh = name => path.join(folder, `${name}-${++files}`);
const mail = (subject, body = 'Hello,\r\nwhere is my order?\r\n') =>
    Buffer.from(`From: ann@example.test\r\nTo: support@kept.test\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replace(/\W/g, '.')}@example.test>\r\n` +
        `Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n${body}`);

class Probe {
    constructor(dir, options = {}) {
        this.dir = dir;
        fs.mkdirSync(dir, { recursive: true });
        const quick = { poll_ms: 600000, answer_ms: 5000, pause_ms: 100, look_ms: 50, alone: 1, ...options };
        this.child = spawn(probeFile, [dir, ...Object.entries(quick).map(([k, v]) => `${k}=${v}`)], { stdio: ['pipe', 'pipe', 'pipe'] });
        this.log = '';
        this.child.stderr.on('data', d => { this.log += d; });
        this.ended = new Promise(resolve => this.child.on('close', resolve));
        this.answers = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
        this.turn = Promise.resolve();
    }

    ask(what) {
        return this.turn = this.turn.then(async () => {
            this.child.stdin.write(`${JSON.stringify(what)}\n`);
            const { value } = await this.answers.next();
            assert.ok(value, `the probe has ended:\n${this.log}`);
            return JSON.parse(value);
        });
    }

    async inbox(settings) {
        assert.equal((await this.ask({ do: 'inbox', address: 'support@kept.test', security: 'plain', host: '127.0.0.1', ...settings })).rc, 'ok');
    }

    state() { return this.ask({ do: 'state' }); }
    async mails() { return (await this.ask({ do: 'mails' })).mails; }

    async until(check, what, ms = 15000) {
        for (const end = Date.now() + ms; ; await sleep(20)) {
            const s = await this.state();
            if (check(s)) return s;
            assert.ok(Date.now() < end, `not within ${ms} ms: ${what}; ${JSON.stringify(s)}\n${this.log}`);
        }
    }

    async stop() { this.child.stdin.end(); await this.ended; }
    async kill() { this.child.kill('SIGKILL'); await this.ended; }
}

const probes = [];
const start = (dir, options) => { const p = new Probe(dir, options); probes.push(p); return p; };
after(() => Promise.all(probes.map(p => p.kill())));

describe('Dovecot', () => {
    let server, users = 0;
    before(async () => { server = await startMailServer({ dir: fresh('mail'), tls: true, customers: [{ address: 'first@kept.test', password: 'secret' }] }); });
    after(() => server?.stop());

    // A mailbox of its own for each test.
    async function mailbox() {
        const user = `box${++users}@kept.test`;
        await server.addMailbox(user, 'secret');
        return { box: server.mailbox(user, 'secret'), settings: { port: server.imapPort, user, password: 'secret' } };
    }

    async function append(box, n, prefix) {
        for (let i = 1; i <= n; i++) await box.append(mail(`${prefix} ${i}`));
    }

    test('500 waiting mails are caught up, each once, in order, and marked as seen afterwards', { timeout: 120000 }, async () => {
        const { box, settings } = await mailbox();
        await append(box, 500, 'waiting');
        const p = start(fresh('data'));
        await p.inbox(settings);
        await p.until(s => s.inbound === 500, '500 mails');
        const subjects = (await p.mails()).map(m => m.subject);
        assert.deepEqual(subjects, Array.from({ length: 500 }, (_, i) => `waiting ${i + 1}`));
        const unseen = async () => (await box.list()).filter(m => !m.flags.includes('\\Seen')).length;
        for (const end = Date.now() + 5000; await unseen(); await sleep(100)) assert.ok(Date.now() < end, 'all seen');
        await p.stop();
        const again = start(p.dir);
        await again.until(s => s.child, 'a child');
        await box.append(mail('one more'));
        await again.until(s => s.inbound === 501, 'one more after a restart');
        await again.stop();
    });

    test('the bytes are those of the mailbox', async () => {
        const { box, settings } = await mailbox();
        const odd = [mail('lines', '{3}\r\n) k1 OK\r\n"\\\r\n'), mail('binary', Buffer.from([0xff, 0xfe, 13, 10, 0xc3]).toString('latin1')), Buffer.from('Subject: no body\r\n\r\n')];
        for (const raw of odd) await box.append(raw);
        const p = start(fresh('data'));
        await p.inbox(settings);
        await p.until(s => s.inbound === 3, '3 mails');
        const stored = (await box.list()).map(m => createHash('sha256').update(m.raw).digest('hex'));
        assert.deepEqual((await p.mails()).map(m => m.sha256), stored);
        await p.stop();
    });

    test('new mail is told within a second, by IDLE, over TLS too', async () => {
        for (const how of [{}, { security: 'starttls', host: 'localhost' }, { security: 'tls', host: 'localhost', port: server.imapsPort }]) {
            const { box, settings } = await mailbox();
            const p = start(fresh('data'));
            await p.inbox({ ...settings, ca_file: server.caFile, ...how });
            await box.append(mail('to begin with'));
            await p.until(s => s.inbound === 1, 'the first mail');
            await sleep(300);
            const began = Date.now();
            await box.append(mail('while it waits'));
            await p.until(s => s.inbound === 2, 'the second mail');
            assert.ok(Date.now() - began < 1500, `${Date.now() - began} ms`);
            assert.equal((await p.state()).trouble, null);
            await p.stop();
        }
    });

    test('polling sees what IDLE would have told', async () => {
        const { box, settings } = await mailbox();
        const p = start(fresh('data'), { poll_ms: 300 });
        await p.inbox(settings);
        for (let i = 1; i <= 4; i++) {
            await box.append(mail(`poll ${i}`));
            await sleep(400); // IDLE is ended and begun again in between
        }
        await p.until(s => s.inbound === 4, '4 mails');
        await p.stop();
    });

    test('fetched mails are moved when that is asked for, to a folder that is made', async () => {
        const { box, settings } = await mailbox();
        await append(box, 5, 'move');
        const p = start(fresh('data'));
        await p.inbox({ ...settings, move_to: 'Đã xử lý' });
        await p.until(s => s.inbound === 5, '5 mails');
        for (const end = Date.now() + 5000; (await box.list()).length; await sleep(50)) assert.ok(Date.now() < end, 'moved');
        const moved = await box.list({ folder: '&ARAA4w- x&Hu0- l&AP0-' });
        assert.equal(moved.length, 5);
        assert.ok(moved.every(m => m.flags.includes('\\Seen')));
        await p.stop();
    });

    test('kill -9 of the child and of the program: everything comes, once', { timeout: 120000 }, async () => {
        const { box, settings } = await mailbox();
        await append(box, 300, 'kill');
        const dir = fresh('data');
        let p = start(dir), killed = 0;
        await p.inbox(settings);
        for (let round = 0; round < 12; round++) {
            const s = await p.until(x => x.child, 'a child');
            await sleep(round * 3);
            if (round % 3 === 2) {
                await p.kill();
                p = start(dir);
            } else {
                try { process.kill(s.child, 'SIGKILL'); killed++; } catch { /* it has just ended by itself */ }
            }
            if (round === 6) await append(box, 20, 'late');
        }
        assert.ok(killed > 0);
        await p.until(s => s.inbound === 320, '320 mails', 30000);
        const subjects = (await p.mails()).map(m => m.subject);
        assert.equal(new Set(subjects).size, 320);
        await sleep(300);
        assert.equal((await p.state()).inbound, 320);
        await p.stop();
    });

    test('a renumbered folder is read again without doubles, and its new mails come', async () => {
        const { box, settings } = await mailbox();
        await box.createFolder('Support');
        for (let i = 1; i <= 20; i++) await box.append(mail(`old ${i}`), { folder: 'Support' });
        const p = start(fresh('data'));
        await p.inbox({ ...settings, folder: 'Support' });
        const before = await p.until(s => s.inbound === 20 && s.mark === 21, '20 mails');
        await p.inbox({ ...settings, folder: 'Support', enabled: false });
        await p.until(s => !s.child, 'no child');
        await box.raw('DELETE Support');
        await sleep(1100); // UIDVALIDITY is made of seconds
        await box.createFolder('Support');
        for (let i = 11; i <= 25; i++) await box.append(mail(`old ${i}`), { folder: 'Support' });
        await p.inbox({ ...settings, folder: 'Support' });
        await p.until(s => s.inbound === 25 && s.mark === 16, '5 new mails');
        assert.equal(before.inbound, 20);
        await p.stop();
    });

    test('a wrong password is told, a right one mends it at once', async () => {
        const { box, settings } = await mailbox();
        await box.append(mail('behind the door'));
        const p = start(fresh('data'));
        await p.inbox({ ...settings, password: 'wrong' });
        await p.until(s => s.trouble === 'imap_sign_in', 'imap_sign_in');
        assert.equal((await p.state()).inbound, 0);
        await p.inbox(settings);
        await p.until(s => s.inbound === 1 && s.trouble === null, 'mended');
        await p.stop();
    });

    test('certificates: an unknown authority, another name; and what the server does not speak', async () => {
        const { settings } = await mailbox();
        const p = start(fresh('data'));
        const over = { ...settings, security: 'tls', port: server.imapsPort };
        for (const [how, trouble] of [
            [{ ...over, host: 'localhost' }, 'imap_certificate'],
            [{ ...over, host: '127.0.0.2', ca_file: server.caFile }, /imap_certificate|imap_away/],
            [{ ...over, host: 'localhost', ca_file: '/nowhere.pem' }, 'imap_certificate'],
            [{ ...settings, host: 'localhost', security: 'tls', ca_file: server.caFile }, 'imap_no_tls'],
            [{ ...settings, folder: 'Nowhere' }, 'imap_no_folder'],
            [{ ...settings, host: '169.254.169.254', security: 'starttls' }, 'imap_address'],
            [{ ...settings, host: 'mail.example.test' }, 'imap_settings'], // plain, beyond this machine
            [{ ...settings, host: 'two words' }, 'imap_settings'],
        ]) {
            await p.inbox(how);
            await p.until(s => s.trouble && (trouble.test?.(s.trouble) ?? s.trouble === trouble), `${trouble} of ${JSON.stringify(how)}`);
            await p.inbox(settings);
            await p.until(s => s.trouble === null, 'mended');
        }
        await p.stop();
    });

    test('a server that stops and comes back', async () => {
        const { box, settings } = await mailbox();
        const p = start(fresh('data'));
        await p.inbox(settings);
        await box.append(mail('before'));
        await p.until(s => s.inbound === 1, 'one');
        const group = server.dovecot.child.pid;
        await server.stopDovecot();
        try { process.kill(-group, 'SIGKILL'); } catch { /* its processes with a connection may stay for a while */ }
        await p.until(s => s.trouble === 'imap_away', 'imap_away');
        await server.startDovecot();
        await box.append(mail('after'));
        await p.until(s => s.inbound === 2 && s.trouble === null, 'back');
        await p.stop();
    });

    test('30 MB: its header and a note; what stands behind it is not held up', { timeout: 60000 }, async () => {
        const { box, settings } = await mailbox();
        const line = `${'x'.repeat(76)}\r\n`;
        await box.append(mail('before'));
        const uid = await box.append(Buffer.concat([mail('huge', ''), Buffer.from(line.repeat(30 * 1024 * 1024 / line.length))]));
        await box.append(mail('large', line.repeat(20 * 1024 * 1024 / line.length)));
        await box.append(mail('behind'));
        const p = start(fresh('data'), { answer_ms: 20000 });
        await p.inbox(settings);
        await p.until(s => s.inbound === 4 && s.mark === 5, '4 mails', 30000);
        const mails = await p.mails();
        assert.deepEqual(mails.map(m => m.subject), ['before', 'huge', 'large', 'behind']);
        assert.ok(mails[1].size < 2000 && mails[2].size > 19e6);
        assert.match(mails[1].end, /larger than 25 MB[^]*folder INBOX/);
        assert.deepEqual(await box.flagsOf(uid), []); // left for somebody to look at
        await p.stop();
    });

    test('the whole program: a mail in the mailbox becomes a conversation', async () => {
        const { box, settings } = await mailbox();
        const kept = await startKept(), agent = await kept.agent();
        try {
            const p = start(kept.data, { settings: 1, store: kept.env.KEPT_STORE });
            await p.inbox(settings); // while it serves
            await box.append(mail('Where is it?', 'Tôi chưa nhận được hàng.\r\n'));
            await p.until(s => s.inbound === 1, 'one');
            for (const end = Date.now() + 10000; ; await sleep(50)) {
                const [ref] = refsOf(await agent.page('/inbox/unassigned'));
                if (ref) {
                    assert.match(textOf(await agent.page(`/c/${ref}`)), /Where is it\?.*Tôi chưa nhận được hàng\./);
                    break;
                }
                assert.ok(Date.now() < end, `a conversation\n${kept.log}`);
            }
            await p.stop();
        } finally {
            await kept.stop();
        }
    });

    // On PostgreSQL these are two nodes. On SQLite kept serve has the folder alone; the rule is the same.
    async function takeOver(store) {
        const { box, settings } = await mailbox();
        const dir = fresh('data'), options = { alone: 0, lease_ms: 1500, store };
        const p = start(dir, options);
        await p.inbox(settings);
        await p.until(s => s.child, 'a child');
        await box.append(mail('one'));
        await p.until(s => s.inbound === 1, 'one');
        const other = start(dir, options);
        await sleep(2500); // longer than a lease: it is renewed
        assert.equal((await other.state()).child, 0);
        assert.notEqual((await p.state()).child, 0);
        await p.kill();
        await box.append(mail('two'));
        await other.until(s => s.inbound === 2, 'two, by the other');
        await other.stop();
    }

    test('two programs on one store: one reads; the other takes over when it dies', () => takeOver(''));

    test('two nodes on PostgreSQL: the same', async () => {
        const pg = await startPostgres();
        try { await takeOver(pg.url); } finally { await pg.stop(); }
    });

    test('an inbox that is switched off, or pointed at another mailbox', async () => {
        const a = await mailbox(), b = await mailbox();
        await append(a.box, 3, 'a');
        await append(b.box, 2, 'b');
        const p = start(fresh('data'));
        await p.inbox(a.settings);
        await p.until(s => s.inbound === 3, '3');
        await p.inbox({ ...a.settings, password: 'wrong' });
        await p.until(s => s.trouble === 'imap_sign_in', 'trouble');
        await p.inbox({ ...a.settings, enabled: false });
        await p.until(s => !s.child && s.trouble === null, 'no child, and no trouble with what is not read');
        await a.box.append(mail('unread'));
        await sleep(300);
        assert.equal((await p.state()).inbound, 3);
        await p.inbox(b.settings); // its numbers begin at 1 again
        await p.until(s => s.inbound === 5, '5');
        await p.inbox(a.settings);
        await p.until(s => s.inbound === 6, '6');
        await p.stop();
    });

    test('the test button: what works, and the other side\'s words for what does not', async () => {
        const { settings } = await mailbox();
        const p = start(fresh('data'));
        const ask = how => p.ask({ do: 'test', host: '127.0.0.1', security: 'plain', ...settings, ...how });
        assert.deepEqual({ ...await ask({}), ms: 0 }, { code: '', words: '', ms: 0 });
        const wrong = await ask({ password: 'wrong' });
        assert.equal(wrong.code, 'imap_sign_in');
        assert.match(wrong.words, /AUTHENTICATIONFAILED/);
        const nowhere = await ask({ folder: 'Nowhere' });
        assert.equal(nowhere.code, 'imap_no_folder');
        assert.match(nowhere.words, /doesn't exist/);
        const smtp = { protocol: 'smtp', port: server.submissionPort };
        assert.equal((await ask(smtp)).code, '');
        assert.equal((await ask({ ...smtp, host: 'localhost', security: 'starttls', ca_file: server.caFile })).code, '');
        const refused = await ask({ ...smtp, password: 'wrong' });
        assert.equal(refused.code, 'smtp_sign_in');
        assert.match(refused.words, /^535 /);
        assert.equal((await ask({ ...smtp, host: 'localhost', security: 'starttls' })).code, 'smtp_certificate');
        assert.equal((await ask({ host: '169.254.169.254', security: 'tls' })).code, 'imap_address');
        assert.equal((await ask({ port: 1 })).code, 'imap_away');
        await p.stop();
    });
});

// ---- servers that do not behave ----

// A server that signs everybody in and then answers by `script(line, say, socket)`; what that leaves unanswered (false) is
// answered as a mailbox with `mails` would.
async function fake(script, mails = [], capabilities = 'IMAP4rev1 AUTH=PLAIN SASL-IR') {
    const sockets = new Set();
    const server = net.createServer(socket => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        socket.on('error', () => {});
        const say = text => socket.write(text);
        say(`* OK [CAPABILITY ${capabilities}] ready\r\n`);
        let rest = '', auth = null;
        socket.on('data', data => {
            rest += data.toString('latin1');
            for (let at; (at = rest.indexOf('\r\n')) >= 0;) {
                const line = rest.slice(0, at);
                rest = rest.slice(at + 2);
                if (auth) { say(`${auth} OK in\r\n`); auth = null; continue; }
                const [, tag, command] = /^(\S+) ?(.*)$/.exec(line) ?? [];
                if (script(command ?? line, say, tag, socket, state) !== false) continue;
                if (/^CAPABILITY/.test(command)) say(`* CAPABILITY ${capabilities}\r\n${tag} OK\r\n`);
                else if (/^AUTHENTICATE PLAIN ./.test(command)) say(`${tag} OK in\r\n`);
                else if (/^AUTHENTICATE/.test(command)) { say('+ \r\n'); auth = tag; }
                else if (/^SELECT/.test(command)) say(`* ${mails.length} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n${tag} OK [READ-WRITE] open\r\n`);
                else if (/RFC822.SIZE\)/.test(command)) say(mails.map((m, i) => `* ${i + 1} FETCH (UID ${i + 1} RFC822.SIZE ${m.length})\r\n`).join('') + `${tag} OK\r\n`);
                else if (/^UID FETCH/.test(command)) {
                    for (const uid of uidsOf(command)) if (mails[uid - 1]) say(`* ${uid} FETCH (UID ${uid} BODY[] {${mails[uid - 1].length}}\r\n${mails[uid - 1].toString('latin1')})\r\n`);
                    say(`${tag} OK\r\n`);
                } else say(`${tag} OK\r\n`);
            }
        });
    });
    const state = { mails, sockets };
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    state.port = server.address().port;
    state.close = () => { sockets.forEach(s => s.destroy()); server.close(); };
    return state;
}

const uidsOf = command => /UID FETCH ([\d,]+)/.exec(command)?.[1].split(',').map(Number) ?? [];
const wants = (command, uid) => /BODY\.PEEK/.test(command) && uidsOf(command).includes(uid);

describe('servers that do not behave', () => {
    const three = () => [mail('fake 1'), mail('fake 2'), mail('fake 3')];
    const settings = s => ({ port: s.port, user: 'u', password: 'p' });

    async function read(script, { mails = three(), options = {}, capabilities } = {}) {
        const s = await fake(script, mails, capabilities), p = start(fresh('data'), { answer_ms: 1000, ...options });
        await p.inbox(settings(s));
        return { s, p, end: async () => { await p.stop(); s.close(); } };
    }

    test('no IDLE: it is polled', async () => {
        let idles = 0;
        const { s, p, end } = await read(c => { idles += c === 'IDLE'; return false; }, { options: { poll_ms: 400 } });
        await p.until(x => x.inbound === 3, '3 mails');
        s.mails.push(mail('fake 4'));
        await p.until(x => x.inbound === 4, 'the fourth');
        assert.equal(idles, 0);
        await end();
    });

    test('IDLE is promised and refused', async () => {
        const { s, p, end } = await read((c, say, tag) => (c === 'IDLE' ? (say(`${tag} BAD what\r\n`), true) : false),
            { options: { poll_ms: 400 }, capabilities: 'IMAP4rev1 AUTH=PLAIN IDLE' });
        await p.until(x => x.inbound === 3, '3 mails');
        s.mails.push(mail('fake 4'));
        await p.until(x => x.inbound === 4, 'the fourth');
        assert.equal((await p.state()).trouble, null);
        await end();
    });

    test('only the LOGIN command is known', async () => {
        const { p, end } = await read(() => false, { capabilities: 'IMAP4rev1' });
        await p.until(x => x.inbound === 3, '3 mails');
        await end();
    });

    test('a dead line under IDLE is noticed', async () => {
        let connections = 0;
        const { p, end } = await read((c, say, tag, socket) => {
            if (c.startsWith('SELECT')) connections++;
            if (c !== 'IDLE') return c === 'DONE';
            say('+ idling\r\n'); // and never a word again
            return true;
        }, { options: { poll_ms: 300, answer_ms: 300 }, capabilities: 'IMAP4rev1 AUTH=PLAIN IDLE' });
        await p.until(() => connections >= 2, 'a second connection');
        await end();
    });

    test('a literal without end, and one that is announced too large', async () => {
        for (const size of ['999999999999999999999', '4294967295', '60000000']) {
            const { p, end } = await read((c, say) => {
                if (!wants(c, 2)) return false;
                say(`* 2 FETCH (UID 2 BODY[] {${size}}\r\n${'x'.repeat(1000)}`);
                return true;
            }, { options: { pause_ms: 20 } });
            // The mail that ends the connection each time is set aside in the end, and its neighbours come.
            await p.until(x => x.inbound === 3 && x.trouble === null, '3 mails', 30000);
            const mails = await p.mails();
            assert.deepEqual(mails.map(m => m.subject), ['fake 1', '', 'fake 3']);
            assert.match(mails[1].end, /did not hand over[^]*number 2/);
            await end();
        }
    });

    test('a drip of one byte at a time is left', async () => {
        const { p, end } = await read((c, say, tag, socket) => {
            if (!c.startsWith('SELECT')) return false;
            const drip = setInterval(() => say(socket.destroyed ? '' : '*'), 50);
            socket.on('close', () => clearInterval(drip));
            return true;
        });
        await p.until(x => x.trouble === 'imap_away', 'imap_away');
        await end();
    });

    test('endless talk without an answer is left', async () => {
        const { p, end } = await read((c, say, tag, socket) => {
            if (!c.startsWith('SELECT')) return false;
            const talk = setInterval(() => { if (!socket.destroyed) say('* OK and another thing\r\n'.repeat(20)); }, 20);
            socket.on('close', () => clearInterval(talk));
            return true;
        });
        await p.until(x => x.trouble === 'imap_away', 'imap_away');
        await end();
    });

    test('a line without end is no IMAP', async () => {
        const { p, end } = await read((c, say) => (c.startsWith('SELECT') ? (say('x'.repeat(200000)), true) : false));
        await p.until(x => x.trouble === 'imap_protocol', 'imap_protocol');
        await end();
    });

    test('BYE in the middle: what came is kept, the rest comes later', async () => {
        let byes = 0;
        const { p, end } = await read((c, say, tag, socket) => {
            if (!wants(c, 1) || byes++) return false;
            const raw = mail('fake 1').toString('latin1');
            say(`* 1 FETCH (UID 1 BODY[] {${raw.length}}\r\n${raw})\r\n* BYE maintenance\r\n`);
            socket.end();
            return true;
        });
        await p.until(x => x.inbound === 3, '3 mails');
        assert.deepEqual((await p.mails()).map(m => m.subject), ['fake 1', 'fake 2', 'fake 3']);
        await end();
    });

    test('a connection that ends in the middle of a mail', async () => {
        let cut = 0;
        const { p, end } = await read((c, say, tag, socket) => {
            if (!wants(c, 2) || cut++) return false;
            say(`* 2 FETCH (UID 2 BODY[] {500}\r\nhalf of it`);
            socket.end();
            return true;
        });
        await p.until(x => x.inbound === 3, '3 mails');
        assert.deepEqual((await p.mails()).map(m => m.subject), ['fake 1', 'fake 2', 'fake 3']);
        await end();
    });

    test('answers out of order, with things nobody asked for, and a mail that is refused', async () => {
        const m = three();
        const { p, end } = await read((c, say, tag) => {
            if (wants(c, 2) && uidsOf(c).length === 1) {
                say(`${tag} NO [SERVERBUG] cannot\r\n`);
                return true;
            }
            if (!wants(c, 3)) return false;
            const out = (i, extra) => say(`* 5 FETCH (FLAGS (\\Recent "x)") BODY[] {${m[i].length}}\r\n${m[i]} UID ${i + 1}${extra})\r\n`);
            say('* 99 FETCH (UID 99 BODY[] {3}\r\nabc)\r\n* LIST () "/" x\r\n');
            out(2, ' X-THING (1 (2 "3"))');
            out(0, '');
            out(0, ''); // twice
            say(`${tag} OK some\r\n`);
            return true;
        });
        await p.until(x => x.inbound === 3 && x.mark === 4, '3 mails');
        assert.deepEqual((await p.mails()).map(x => x.subject).sort(), ['', 'fake 1', 'fake 3']);
        await end();
    });

    test('a mail that vanishes between list and fetch holds nothing up', async () => {
        const { p, end } = await read((c, say, tag) => {
            if (!wants(c, 2)) return false;
            for (const uid of uidsOf(c).filter(u => u !== 2)) {
                const raw = mail(`fake ${uid}`).toString('latin1');
                say(`* ${uid} FETCH (UID ${uid} BODY[] {${raw.length}}\r\n${raw})\r\n`);
            }
            say(`${tag} OK\r\n`);
            return true;
        });
        await p.until(x => x.inbound === 2 && x.mark === 4, '2 mails and the mark behind the third');
        assert.equal((await p.state()).trouble, null);
        await end();
    });

    test('a greeting that is none, and one that never comes', async () => {
        for (const [greeting, trouble] of [['HTTP/1.1 400 Bad Request\r\n\r\n', 'imap_protocol'], ['* BYE no room\r\n', 'imap_away'], ['', 'imap_away']]) {
            const server = net.createServer(socket => { socket.on('error', () => {}); socket.write(greeting); });
            await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
            const p = start(fresh('data'), { answer_ms: 500 });
            await p.inbox({ port: server.address().port, user: 'u', password: 'p' });
            await p.until(x => x.trouble === trouble, trouble);
            await p.stop();
            server.close();
        }
    });

    test('the same greeting with the button: an answer within its deadline', { timeout: 20000 }, async () => {
        const server = net.createServer(() => {});
        await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
        const p = start(fresh('data'));
        const said = await p.ask({ do: 'test', host: '127.0.0.1', port: server.address().port, security: 'plain', user: 'u', password: 'p' });
        assert.equal(said.code, 'imap_away');
        assert.ok(said.ms < 15000);
        await p.stop();
        server.close();
    });
});
