// A small IMAP client for tests: looks into one mailbox of the private mail server. It never marks a mail as
// seen by reading it, and connects again by itself when Dovecot was restarted.

import net from 'node:net';
import { sleep } from './process.mjs';

const quote = s => `"${s.replace(/(["\\])/g, '\\$1')}"`;

export class Mailbox {
    constructor(port, address, password) {
        Object.assign(this, { port, address, password, socket: null, folder: null, turn: Promise.resolve() });
    }

    // One response at a time: { text: 'the line with {n} for each literal', literals: [Buffer…] }.
    async response() {
        const s = this.socket;
        let text = '';
        const literals = [];
        for (;;) {
            let at;
            while ((at = this.buffer.indexOf('\r\n')) < 0) await this.more(s);
            text += this.buffer.subarray(0, at).toString('latin1');
            this.buffer = this.buffer.subarray(at + 2);
            const size = /\{(\d+)\}$/.exec(text);
            if (!size) return { text, literals };
            while (this.buffer.length < Number(size[1])) await this.more(s);
            literals.push(Buffer.from(this.buffer.subarray(0, Number(size[1]))));
            this.buffer = this.buffer.subarray(Number(size[1]));
        }
    }

    more(s) {
        if (this.chunks.length) {
            this.buffer = Buffer.concat([this.buffer, ...this.chunks.splice(0)]);
            return;
        }
        if (s.destroyed) throw new Error('IMAP: the server closed the connection');
        return new Promise((resolve, reject) => {
            this.wake = () => {
                this.wake = null;
                if (this.chunks.length || !s.destroyed) resolve();
                else reject(new Error('IMAP: the server closed the connection'));
            };
        });
    }

    async connect() {
        if (this.socket && !this.socket.destroyed) return;
        const s = this.socket = net.connect(this.port, '127.0.0.1');
        Object.assign(this, { buffer: Buffer.alloc(0), chunks: [], wake: null, folder: null, tag: 0 });
        s.on('data', chunk => { this.chunks.push(chunk); this.wake?.(); });
        s.on('error', () => {});
        s.on('close', () => this.wake?.());
        await this.response();
        await this.say(`LOGIN ${quote(this.address)} ${quote(this.password)}`);
    }

    // Sends one command (with an optional literal) and returns its untagged responses.
    async say(command, literal) {
        const tag = `t${++this.tag}`, untagged = [];
        this.socket.write(`${tag} ${command}${literal ? ` {${literal.length}}` : ''}\r\n`);
        for (;;) {
            const r = await this.response();
            if (r.text.startsWith('+ ') && literal) { this.socket.write(literal); this.socket.write('\r\n'); }
            else if (!r.text.startsWith(tag + ' ')) untagged.push(r);
            else if (r.text.startsWith(tag + ' OK')) return Object.assign(untagged, { done: r.text });
            else throw new Error(`IMAP ${command.split(' ')[0]}: ${r.text.slice(tag.length + 1)}`);
        }
    }

    // Runs `work` alone on the connection with `folder` selected (null: none).
    alone(folder, work) {
        const run = this.turn.then(async () => {
            await this.connect();
            if (folder !== null && folder !== this.folder) {
                this.folder = null;
                await this.say(`SELECT ${quote(folder)}`);
                this.folder = folder;
            }
            return work();
        });
        this.turn = run.catch(() => {});
        return run;
    }

    // Every mail of the folder, oldest first: [{ uid, flags, raw, text }], raw as bytes, text as latin1.
    list({ folder = 'INBOX', after = 0 } = {}) {
        return this.alone(folder, async () => {
            await this.say('NOOP');
            const found = await this.say(`UID FETCH ${after + 1}:* (UID FLAGS BODY.PEEK[])`);
            return found.filter(r => r.literals.length).map(r => ({
                uid: Number(/UID (\d+)/.exec(r.text)[1]),
                flags: /FLAGS \(([^)]*)\)/.exec(r.text)[1].split(' ').filter(f => f && f !== '\\Recent'),
                raw: r.literals[0], text: r.literals[0].toString('latin1'),
            })).filter(m => m.uid > after);
        });
    }

    // The first mail for which `predicate(mail)` holds; throws after `timeoutMs`.
    async waitFor(predicate = () => true, timeoutMs = 10000, { folder = 'INBOX' } = {}) {
        for (const end = Date.now() + timeoutMs; ; await sleep(50)) {
            const mails = await this.list({ folder });
            const mail = mails.find(predicate);
            if (mail) return mail;
            if (Date.now() > end)
                throw new Error(`no such mail in ${folder} of ${this.address} within ${timeoutMs} ms; it holds ${mails.length}`);
        }
    }

    // Stores a mail and returns its uid. Flags as '\\Seen'.
    append(raw, { folder = 'INBOX', flags = [] } = {}) {
        return this.alone(null, async () => {
            const { done } = await this.say(`APPEND ${quote(folder)} (${flags.join(' ')})`, Buffer.from(raw));
            return Number(/APPENDUID \d+ (\d+)/.exec(done)[1]);
        });
    }

    flagsOf(uid, { folder = 'INBOX' } = {}) {
        return this.alone(folder, async () => {
            const [r] = (await this.say(`UID FETCH ${uid} (FLAGS)`)).filter(x => x.text.includes(`UID ${uid}`));
            return r && /FLAGS \(([^)]*)\)/.exec(r.text)[1].split(' ').filter(f => f && f !== '\\Recent');
        });
    }

    setFlags(uid, flags, { folder = 'INBOX' } = {}) {
        return this.alone(folder, () => this.say(`UID STORE ${uid} FLAGS.SILENT (${flags.join(' ')})`));
    }

    move(uid, target, { folder = 'INBOX' } = {}) {
        return this.alone(folder, () => this.say(`UID MOVE ${uid} ${quote(target)}`));
    }

    remove(uid, { folder = 'INBOX' } = {}) {
        return this.alone(folder, async () => {
            await this.say(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
            await this.say(`UID EXPUNGE ${uid}`);
        });
    }

    createFolder(name) { return this.alone(null, () => this.say(`CREATE ${quote(name)}`)); }
    deleteFolder(name) { return this.alone(null, () => this.say(`DELETE ${quote(name)}`)); }

    // Any command, for what has no method: raw('STATUS INBOX (UIDVALIDITY)') -> ['* STATUS …'].
    raw(command, { folder = null } = {}) {
        return this.alone(folder, async () => (await this.say(command)).map(r => r.text));
    }

    // Waits in IDLE on a connection of its own: { next(timeoutMs) -> '* 1 EXISTS', done() }.
    async idle({ folder = 'INBOX' } = {}) {
        const own = new Mailbox(this.port, this.address, this.password);
        await own.connect();
        await own.say(`SELECT ${quote(folder)}`);
        own.socket.write('i IDLE\r\n');
        while (!(await own.response()).text.startsWith('+')) { /* untagged lines before it */ }
        return {
            async next(timeoutMs = 10000) {
                const timer = setTimeout(() => own.socket.destroy(), timeoutMs);
                try { return (await own.response()).text; } finally { clearTimeout(timer); }
            },
            async done() { own.socket.destroy(); },
        };
    }

    close() { this.socket?.destroy(); }
}
