#!/usr/bin/env node
// A private mail server for tests and for `make demo`: real Postfix and real Dovecot on high ports of
// 127.0.0.1, all files below one folder.
//
// Promises: nothing needs to be installed (tools/mail-parts unpacks the programs), root and ordinary users
// take the same path and nothing runs as root (mailserver/process.mjs says how), two servers may run side by
// side, a second start in the same folder finds its mail and its queue again (the mailboxes are those named at
// that start), and everything ends with the node process, however that ends.
// Never: sends a mail off the machine, asks DNS, touches the machine's own mail program, ends a process by
// name, or writes outside `dir` but for links and sockets in /tmp/kept-mail-UID-HASH.
//
//   import { startMailServer } from './mailserver.mjs';
//   const server = await startMailServer({
//       dir,                                    // created when missing; path of any length
//       domain: 'kept.test',                    // the company's domain
//       customers: [{ address, password }],     // mailboxes, the company's among them, in any domain
//       domains: ['more.test'],                 // further local domains (a customer's domain is local anyway)
//       pipes: [{ address | domain | regex, command: [...argv], env }],   // instead of a mailbox
//       tls: true | { names: ['localhost'] },   // STARTTLS and IMAPS; server.caFile is the CA to trust
//       ports: { smtp, submission, imap, imaps },   // fixed ports; free ones otherwise
//       settings: { name: value },              // more for main.cf, such as maximal_queue_lifetime
//       tokenInfo: 'http://127.0.0.1:N/info?access_token=',   // takes XOAUTH2: GET answers {"email": address} or 401
//       user: 'nobody',                         // who runs it when the caller is root
//       log: line => {},                        // told of starts and ends
//   });
//
//   server.smtpPort         like an MX: no AUTH, takes mail for local domains only
//   server.submissionPort   AUTH PLAIN or LOGIN with a mailbox's address and password is required
//   server.imapPort, .imapsPort (with tls), .caFile, .logs { postfix, dovecot }, .ready (the above, for JSON)
//   await server.deliver(raw, { from, to, … })   to smtpPort  -> { line, queueId, ms }, or throws SmtpError
//   await server.submit(raw, { from, to, user, password, starttls, … })          to submissionPort, likewise
//   server.mailbox(address, password)   IMAP helper: list, waitFor, append, flagsOf, setFlags, move, idle …
//   await server.addMailbox(address, password)
//   server.queue() -> [{ queue_name, queue_id, sender, recipients }], server.flush(), server.queueEmpty(ms)
//   await server.stopPostfix() / startPostfix() / restartPostfix(), the same for Dovecot; await server.stop()
//
// A pipe's address takes its plus-addresses too (support@ also support+x@); a regex is a POSIX extended one
// on the whole recipient, first match wins, and its domain must be local. The command gets the mail on its
// standard input, with Return-Path, X-Original-To and Delivered-To, lines ending in LF. In its arguments
// ${recipient}, ${original_recipient}, ${sender} (empty for a bounce), ${extension}, ${client_address} and
// ${queue_id} are filled in. Its exit status is a sysexits one: 75 means later, and is tried again after 1 to 2 s.
// Mail to an unknown mailbox of a local domain is accepted and comes back as a real bounce; so does
// submitted mail to any other domain.
//
//   node test/mailserver.mjs --dir build/demo-mail [--domain kept.test] [--customer ann@example.test:secret]…
//        [--pipe 'support@kept.test=/abs/kept mail-in --rcpt "$1"']… [--pipe '@bounce.test=…']
//        [--smtp-port N] [--submission-port N] [--imap-port N] [--imaps-port N] [--tls] [--user nobody] [--with-parent]
// prints one line of JSON when ready and runs until SIGTERM or SIGINT (--with-parent: or until the process that
// started it ends). A pipe's command line is a shell's, with recipient and sender in $1 and $2, run in no
// particular folder.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { domainOf, domainsFile, usersFile, writeConfig, writeFor } from './mailserver/config.mjs';
import { Mailbox } from './mailserver/imap.mjs';
import { chooseUser, Daemon, ensureParts, freePort, greeted, isFree, programEnv, runProgram, shortPath, sleep } from './mailserver/process.mjs';
import { sendMail } from './mailserver/smtp.mjs';
import { makeCertificate } from './mailserver/tls.mjs';

export { SmtpError } from './mailserver/smtp.mjs';

const lastLines = file => {
    try { return fs.readFileSync(file, 'utf8').trim().split('\n').slice(-4).join('\n'); } catch { return ''; }
};

function checkMailbox(address, password) {
    if (!/^[^\s:@]+@[^\s:@]+$/.test(address) || !/^[^\s:]+$/.test(password))
        throw new Error(`mailbox ${address}: address and password must have no blanks and no colons`);
}

class MailServer {
    constructor(options) {
        const { dir, domain = 'kept.test', customers = [], domains = [], pipes = [], settings = {}, tokenInfo = '', log = () => {} } = options;
        Object.assign(this, { dir: path.resolve(dir), domain, pipes, settings, tokenInfo, log, tls: options.tls || null });
        this.users = new Map();
        this.domains = new Set([domain, ...domains, ...pipes.flatMap(p => p.domain ?? (p.address ? domainOf(p.address) : []))]);
        for (const { address, password } of customers) this.note(address, password);
        this.boxes = [];
    }

    note(address, password) {
        checkMailbox(address, password);
        this.users.set(address.toLowerCase(), password);
        this.domains.add(domainOf(address));
    }

    async start(options) {
        try {
            return await this.#start(options);
        } catch (error) {
            await this.stop();
            throw error;
        }
    }

    async #start({ user, ports: fixed = {} }) {
        ensureParts();
        fs.mkdirSync(path.dirname(this.dir), { recursive: true });
        if (!fs.existsSync(this.dir)) fs.mkdirSync(this.dir, { mode: 0o700 });
        if (process.getuid() !== 0 && fs.statSync(this.dir).uid !== process.getuid())
            throw new Error(`${this.dir} belongs to another user (from a run as root, perhaps); remove it or name another folder.`);
        if (fs.readdirSync(this.dir).length && !fs.existsSync(path.join(this.dir, 'etc/dovecot.conf')))
            throw new Error(`${this.dir} is not empty and not a private mail server's; name another folder.`);
        this.short = await shortPath(this.dir);
        this.who = chooseUser(this.dir, this.short, user);
        if (this.tls) this.caFile = makeCertificate(path.join(this.dir, 'etc/tls'), this.tls.names ?? ['localhost', `mail.${this.domain}`]);
        this.logs = { postfix: path.join(this.dir, 'log/postfix.log'), dovecot: path.join(this.dir, 'log/dovecot.log') };
        const at = this.short;
        this.postfixEnv = programEnv(at, { postfix: true });
        this.postfix = new Daemon(this.who, this.postfixEnv, [`${at}/p/postfix/usr/lib/postfix/sbin/master`, '-d',
            '-c', `${at}/d/etc/postfix`], path.join(this.dir, 'log/postfix.out'));
        // doveconf hands the configuration to dovecot, which would look for it in /usr/bin.
        this.dovecot = new Daemon(this.who, programEnv(at), [`${at}/p/dovecot/usr/bin/doveconf`,
            '-c', `${at}/d/etc/dovecot.conf`, '-f', 'service=master', '-m', 'master', '-p', '-e', `${at}/p/dovecot/usr/sbin/dovecot`, '-F',
            '-c', `${at}/d/etc/dovecot.conf`], path.join(this.dir, 'log/dovecot.out'));

        for (const port of Object.values(fixed))
            if (!await isFree(port)) throw new Error(`port ${port} on 127.0.0.1 is taken; end its program or name another port.`);
        const names = ['smtp', 'submission', 'imap', 'imaps'], taken = new Set(Object.values(fixed));
        for (let attempt = 1; ; attempt++) {
            this.ports = {};
            for (const name of names) this.ports[name] = fixed[name] || await freePort(taken);
            writeConfig(this);
            this.who.chown(this.dir);
            try {
                await this.startDovecot();
                await this.startPostfix();
                break;
            } catch (error) {
                await Promise.all([this.stopPostfix(), this.stopDovecot()]);
                // Somebody took a port between our look and our use.
                if (attempt === 5 || !/address already in use/i.test(error.message) || names.every(n => fixed[n])) throw error;
            }
        }
        const { smtp: smtpPort, submission: submissionPort, imap: imapPort, imaps } = this.ports;
        Object.assign(this, { smtpPort, submissionPort, imapPort, imapsPort: this.tls ? imaps : undefined });
        return this;
    }

    get ready() {
        const { domain, smtpPort, submissionPort, imapPort, imapsPort, caFile, logs, dir } = this;
        return { host: '127.0.0.1', domain, smtpPort, submissionPort, imapPort, imapsPort, caFile, dir, logs,
            pids: [this.postfix.child.pid, this.dovecot.child.pid] };
    }

    async #up(name, daemon, ports, greeting) {
        if (daemon.running) return;
        const began = Date.now();
        daemon.start();
        for (const port of ports)
            if (!await greeted(port, greeting, () => daemon.running)) {
                await daemon.stop();
                const log = this.logs[name.toLowerCase()];
                throw new Error([`${name} did not start.`, lastLines(log), lastLines(daemon.out)].filter(Boolean).join('\n'));
            }
        this.log(`${name} is up (${Date.now() - began} ms)`);
    }

    async #down(name, daemon) {
        if (!daemon) return;
        await daemon.stop();
        this.log(`${name} is down`);
    }

    startPostfix() { return this.#up('Postfix', this.postfix, [this.ports.smtp, this.ports.submission], '220 '); }
    stopPostfix() { return this.#down('Postfix', this.postfix); }
    async restartPostfix() { await this.stopPostfix(); await this.startPostfix(); }
    startDovecot() { return this.#up('Dovecot', this.dovecot, [this.ports.imap], '* OK'); }
    stopDovecot() { return this.#down('Dovecot', this.dovecot); }
    async restartDovecot() { await this.stopDovecot(); await this.startDovecot(); }

    async stop() {
        this.boxes.splice(0).forEach(box => box.close());
        await Promise.all([this.stopPostfix(), this.stopDovecot()]);
        if (this.short) fs.rmSync(this.short, { recursive: true, force: true });
    }

    async addMailbox(address, password) {
        const known = this.domains.size;
        this.note(address, password);
        fs.writeFileSync(path.join(this.dir, 'etc/users'), usersFile(this.users));
        if (this.domains.size !== known) {
            writeFor(path.join(this.dir, 'etc/postfix/domains'), domainsFile(this.domains));
            this.postfix.signal('SIGHUP');
            await greeted(this.smtpPort, '220 ', () => this.postfix.running);
        }
        // Dovecot looks at the file once a second.
        for (const end = Date.now() + 5000; ; await sleep(100)) {
            const box = new Mailbox(this.imapPort, address, password);
            try { return void await box.raw('NOOP'); } catch (error) { if (Date.now() > end) throw error; } finally { box.close(); }
        }
    }

    mailbox(address, password = this.users.get(address.toLowerCase())) {
        const box = new Mailbox(this.ports.imap, address, password);
        this.boxes.push(box);
        return box;
    }

    deliver(raw, options) { return sendMail(raw, { ...options, port: this.smtpPort }); }
    submit(raw, options) {
        const password = options.password ?? this.users.get(options.user?.toLowerCase());
        return sendMail(raw, { ...options, password, port: this.submissionPort });
    }

    #tool(name, ...words) { return runProgram(this.who, this.postfixEnv, [`${this.short}/p/postfix/usr/sbin/${name}`, ...words]); }
    queue() { return this.#tool('postqueue', '-j').split('\n').filter(Boolean).map(line => JSON.parse(line)); }
    flush() { this.#tool('postqueue', '-f'); }

    async queueEmpty(timeoutMs = 10000) {
        for (const end = Date.now() + timeoutMs; this.queue().length; await sleep(100))
            if (Date.now() > end) throw new Error(`the queue is not empty after ${timeoutMs} ms: ${JSON.stringify(this.queue())}`);
    }
}

export async function startMailServer(options) {
    return new MailServer(options).start(options);
}

async function main() {
    const asked = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    const parent = process.ppid;
    const text = { type: 'string' }, many = { type: 'string', multiple: true, default: [] };
    const { values: v } = parseArgs({ options: { dir: text, domain: text, customer: many, pipe: many, user: text,
        'smtp-port': text, 'submission-port': text, 'imap-port': text, 'imaps-port': text,
        tls: { type: 'boolean' }, 'with-parent': { type: 'boolean' } } });
    if (!v.dir) throw new Error('usage: mailserver.mjs --dir FOLDER …; the head of this file tells the rest.');
    const split = (s, by) => [s.slice(0, s.indexOf(by)), s.slice(s.indexOf(by) + 1)];
    const ports = Object.fromEntries(['smtp', 'submission', 'imap', 'imaps'].filter(n => v[`${n}-port`]).map(n => [n, Number(v[`${n}-port`])]));
    const server = await startMailServer({
        dir: v.dir, domain: v.domain, tls: v.tls, user: v.user, ports,
        customers: v.customer.map(c => split(c, ':')).map(([address, password]) => ({ address, password })),
        pipes: v.pipe.map(p => split(p, '=')).map(([at, command]) => ({
            ...(at.startsWith('@') ? { domain: at.slice(1) } : { address: at }),
            command: ['/bin/sh', '-c', command, 'pipe', '${recipient}', '${sender}'],
        })),
        log: line => console.error(`mailserver: ${line}`),
    });
    console.log(JSON.stringify(server.ready));
    const alive = setInterval(() => { if (v['with-parent'] && process.ppid !== parent) process.emit('SIGTERM'); }, 500);
    await asked;
    clearInterval(alive);
    await server.stop();
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
    main().catch(error => { console.error(`mailserver: ${error.message}`); process.exit(1); });
