// `make demo`: the product with two months of conversations and real mail, until Ctrl-C.
//
//   node tools/demo.mjs            serves; what is written and mailed is kept in build/demo for the next time
//   node tools/demo.mjs --fresh    begins with new data
//   node tools/demo.mjs --mail     beside a running demo: a customer writes, and reads what is answered
//        [--from linh|somchai] [--answer]     --answer: an agent of the demo answers by herself
//
// KEPT_LISTEN names another address than 127.0.0.1:8080, KEPT_DEMO another folder than build/demo. The mail server is the
// private one of the tests (test/mailserver.mjs): loopback only, nothing leaves the machine.

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Browser, refsOf, textOf } from '../test/kept.mjs';
import { startMailServer } from '../test/mailserver.mjs';
import { Mailbox } from '../test/mailserver/imap.mjs';
import { sendMail } from '../test/mailserver/smtp.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const kept = path.join(path.resolve(top, process.env.KEPT_BUILD ?? 'build'), 'kept');
const data = path.resolve(process.env.KEPT_DEMO ?? path.join(top, 'build/demo'));
const stateFile = path.join(data, 'demo.json'); // written last: without it the folder is not filled
const inboxes = ['support@kept.test', 'hotro@kept.test', 'kefu@kept.test', 'borikan@kept.test'];
const agents = [['mai', 'admin', 'Tiếng Việt'], ['anna', 'lead', 'English'], ['ben', 'agent', 'English'], ['minh', 'agent', 'Tiếng Việt'],
    ['xiaoyu', 'agent', '简体中文'], ['nok', 'agent', 'ภาษาไทย']];
const root = process.getuid() === 0;

class Trouble extends Error {} // told as a sentence, without a stack
const readState = () => { try { return JSON.parse(fs.readFileSync(stateFile, 'utf8')); } catch { return null; } };
const saveState = state => fs.writeFileSync(stateFile, JSON.stringify(state, null, 1), { mode: 0o600 });
const alive = pid => { try { process.kill(pid, 0); return true; } catch { return false; } };
const newPassword = () => Array.from(randomBytes(12), b => 'abcdefghjkmnpqrstuvwxyz23456789'[b % 31]).join('');

function command(args, { input = '', env = {} } = {}) {
    try {
        return execFileSync(kept, args, { input, encoding: 'utf8', env: { ...process.env, KEPT_DATA: data, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    } catch (error) {
        throw new Trouble(`kept ${args.join(' ')}: ${(error.stderr || error.message).trim()}`);
    }
}

const isFree = (port, host = '127.0.0.1') => new Promise(done => {
    const server = net.createServer().once('error', () => done(false)).listen(port, host, () => server.close(() => done(true)));
});

// ---- serving ----

async function checkAddress(listen) {
    const at = listen.lastIndexOf(':'), host = listen.slice(0, at).replace(/^\[|\]$/g, ''), port = Number(listen.slice(at + 1));
    if (at < 1 || !Number.isInteger(port)) throw new Trouble(`KEPT_LISTEN is HOST:PORT, such as 127.0.0.1:8081, not ${listen}.`);
    if (!await isFree(port, host))
        throw new Trouble(`${listen} is taken by another program. End that one, or choose another port: KEPT_LISTEN=127.0.0.1:${port + 1} make demo`);
}

// Fills the folder when it is not filled yet. An interrupted run leaves no state file, and begins anew.
function fill(fresh) {
    const old = readState();
    if (old?.pid && alive(old.pid)) throw new Trouble(`The demo runs already (process ${old.pid}): ${old.url}. End it first: kill ${old.pid}`);
    if (old && !fresh) return old;
    if (fs.existsSync(data) && fs.readdirSync(data).length && !fs.existsSync(path.join(data, 'kept.conf')))
        throw new Trouble(`${data} holds something else than the demo; KEPT_DEMO names another folder.`);
    fs.rmSync(data, { recursive: true, force: true });
    fs.mkdirSync(data, { recursive: true, mode: 0o711 });
    fs.writeFileSync(path.join(data, 'kept.conf'), root ? 'mail_socket_mode = 666\n' : '');
    const state = { password: newPassword(), mailPassword: newPassword(), ports: {} };
    console.log('Filling the demo with conversations …');
    command(['init', '--demo', '--name', 'Bluebird', '--zone', 'Asia/Ho_Chi_Minh'], { env: { KEPT_DEMO_PASSWORD: state.password } });
    saveState(state);
    return state;
}

async function startMail(state) {
    const ports = {};
    for (const [name, port] of Object.entries(state.ports)) if (await isFree(port)) ports[name] = port;
    const shell = word => `'${word.replaceAll("'", "'\\''")}'`;
    const server = await startMailServer({
        dir: path.join(data, 'mail'),
        ports,
        customers: ['kept@kept.test', 'linh@customer.test', 'somchai@customer.test'].map(address => ({ address, password: state.mailPassword })),
        pipes: [
            ...inboxes.map(address => ({ address, env: { KEPT_DATA: data },
                command: ['/bin/sh', '-c', `KEPT_DATA=${shell(data)} exec ${shell(kept)} mail-in --rcpt "$1"`, 'pipe', '${original_recipient}'] })),
            { domain: 'mail.test', command: ['/bin/sh', '-c', 'cat >/dev/null'] }, // the other customers of the demo
        ],
    });
    // The inboxes' settings are sealed with the demo's keys; they change only when a port had to.
    if (state.ports.submission !== server.submissionPort || !state.smtpSet)
        for (const address of inboxes)
            command(['inbox', 'set', address, '--smtp', `127.0.0.1:${server.submissionPort}`, '--smtp-security', 'plain',
                '--smtp-user', 'kept@kept.test', '--smtp-password-stdin'], { input: `${state.mailPassword}\n` });
    saveState(Object.assign(state, { smtpSet: true, ports: { smtp: server.smtpPort, submission: server.submissionPort, imap: server.imapPort } }));
    return server;
}

// Ends with us, however we end.
async function startKept(listen) {
    const log = fs.openSync(path.join(data, 'kept.log'), 'a', 0o600);
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', kept, 'serve', '--listen', listen, '--ready-fd', '3'],
        { env: { ...process.env, KEPT_DATA: data }, stdio: ['ignore', log, log, 'pipe'], detached: true });
    const ended = once(child, 'exit');
    const port = await Promise.race([once(createInterface({ input: child.stdio[3] }), 'line'), ended.then(() => null)]);
    if (!port) throw new Trouble(`kept did not start: ${fs.readFileSync(path.join(data, 'kept.log'), 'utf8').trim().split('\n').pop()}`);
    return { child, ended, port: Number(port[0]) };
}

function tell(state) {
    const rows = agents.map(([name, role, lang]) => `    ${`${name}@kept.test`.padEnd(20)}${role.padEnd(8)}${lang}`);
    console.log([
        '', `Kept is at ${state.url}`, '',
        `Sign in with one of these and the password ${state.password}`, ...rows, '',
        `Customers write to ${inboxes.join(', ')}`, `or use ${state.url}/contact and ${state.url}/help.`, '',
        'make demo-mail   (in another terminal) lets a customer write, and shows your answer in her mailbox.',
        `Any mail program works too: linh@customer.test and somchai@customer.test, password ${state.mailPassword},`,
        `IMAP 127.0.0.1:${state.ports.imap}, SMTP 127.0.0.1:${state.ports.submission} (no TLS). No mail leaves this machine.`, '',
        ...(root ? ['You are root: the mail server runs as nobody, and so do the children that read mail.', ''] : []),
        `Data: ${data} (make demo-fresh renews it). Ctrl-C ends everything.`,
    ].join('\n'));
}

async function serve(fresh) {
    const listen = process.env.KEPT_LISTEN ?? '127.0.0.1:8080';
    const asked = new Promise(done => { for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => done(signal)); });
    process.stdout.on('error', () => {});
    const state = fill(fresh);
    await checkAddress(listen);
    let mail, server;
    try {
        const starts = await Promise.allSettled([startKept(listen), startMail(state)]);
        [server, mail] = starts.map(start => start.value);
        const failed = starts.find(start => start.reason);
        if (failed) throw new Trouble(failed.reason.message);
        const host = listen.slice(0, listen.lastIndexOf(':'));
        Object.assign(state, { pid: process.pid, url: `http://${host}:${server.port}` });
        saveState(state);
        tell(state);
        const why = await Promise.race([asked, server.ended.then(() => null)]);
        if (!why) throw new Trouble(`kept has ended by itself; see ${path.join(data, 'kept.log')}`);
        console.log('\nEnding …');
    } finally {
        if (server && server.child.exitCode === null && server.child.signalCode === null) {
            server.child.kill('SIGTERM');
            await server.ended;
        }
        await mail?.stop();
        saveState({ ...state, pid: undefined });
    }
}

// ---- a customer writes ----

const customers = {
    linh: { name: 'Linh', to: 'hotro@kept.test', subject: 'Hỏi về đơn hàng', text: 'Chào shop, mình đặt cái ba lô từ thứ Hai mà chưa thấy giao. Shop xem giúp mình khi nào tới nhé?',
        answer: 'Dạ em chào chị Linh, đơn của chị đang trên đường, chiều mai sẽ tới ạ. Em sẽ nhắn chị khi bưu tá nhận hàng.' },
    somchai: { name: 'สมชาย', to: 'borikan@kept.test', subject: 'สอบถามเรื่องพัสดุ', text: 'สวัสดีครับ สั่งเป้ไว้ตั้งแต่วันจันทร์ ยังไม่ได้ของเลยครับ รบกวนเช็กให้หน่อยครับ',
        answer: 'สวัสดีค่ะ คุณสมชาย พัสดุกำลังเดินทาง พรุ่งนี้บ่ายถึงแน่นอนค่ะ' },
};

const encoded = text => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

async function lookFor(browser, subject, ms) {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(200)) {
        const page = await browser.page('/inbox/unassigned');
        for (const ref of refsOf(page)) {
            if (!textOf(page).includes(subject)) break;
            if (textOf(await browser.page(`/c/${ref}`)).includes(subject)) return ref;
        }
    }
    throw new Trouble(`The mail was handed over but did not appear within ${ms / 1000} s; see ${path.join(data, 'kept.log')}`);
}

// The plain part of one of our answers.
function plainText(raw) {
    const part = raw.split(/\r\n--/).find(p => /content-type: text\/plain/i.test(p)) ?? raw;
    const body = part.slice(part.indexOf('\r\n\r\n') + 4);
    if (!/quoted-printable/i.test(part)) return body;
    return Buffer.from(body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();
}

async function mail(from, answers) {
    const state = readState(), who = customers[from];
    if (!state?.pid || !alive(state.pid)) throw new Trouble('The demo does not run. In another terminal: make demo');
    if (!who) throw new Trouble(`--from is ${Object.keys(customers).join(' or ')}.`);
    const address = `${from}@customer.test`, subject = `${who.subject} ${new Date().toTimeString().slice(0, 8)}`;
    const messageId = `${Date.now()}.demo@customer.test`;
    const browser = new Browser({ url: state.url });
    const signedIn = await browser.submit('/sign-in', { email: 'mai@kept.test', password: state.password });
    if (signedIn.status !== 303) throw new Trouble(`mai@kept.test cannot sign in any more (${signedIn.status}); make demo-fresh begins anew.`);

    const began = Date.now();
    const { line } = await sendMail([`From: ${encoded(who.name)} <${address}>`, `To: <${who.to}>`, `Subject: ${encoded(subject)}`,
        `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, `Message-ID: <${messageId}>`, 'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', who.text, ''].join('\r\n'),
    { port: state.ports.submission, from: address, to: who.to, user: address, password: state.mailPassword });
    console.log(`${address} wrote to ${who.to}: ${subject}\nThe mail server took it: ${line}`);
    const ref = await lookFor(browser, subject, 30000);
    console.log(`It appeared after ${((Date.now() - began) / 1000).toFixed(1)} s: ${state.url}/c/${ref}`);

    if (answers) {
        const answer = await browser.submit(`/c/${ref}/reply`, { kind: 'reply', text: who.answer, then: 'pending' });
        if (answer.status !== 303) throw new Trouble(`The answer was refused (${answer.status}).`);
    }
    console.log(answers ? 'An agent answered; it leaves when it can no longer be taken back (10 s) …'
        : 'Answer it there. The answer leaves when it can no longer be taken back (10 s). Waiting for it, up to 10 minutes; Ctrl-C ends.');
    const box = new Mailbox(state.ports.imap, address, state.mailPassword);
    const arrived = await box.waitFor(m => m.text.includes(`<${messageId}>`), answers ? 60000 : 600000)
        .catch(() => { throw new Trouble(`No answer has come; when there is one it is in the mailbox of ${address}.`); })
        .finally(() => box.close());
    console.log(`\nIn the mailbox of ${address}:\n`);
    console.log(`${/^From: .*(?:\r\n .*)*/m.exec(arrived.text)[0].replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b) => Buffer.from(b, 'base64').toString()).replace(/\s+/g, ' ')}\n`);
    console.log(plainText(arrived.text).trim().replace(/^/gm, '    '));
}

const { values } = parseArgs({ options: { fresh: { type: 'boolean' }, mail: { type: 'boolean' }, answer: { type: 'boolean' },
    from: { type: 'string', default: 'linh' } } });
try {
    await (values.mail ? mail(values.from, values.answer) : serve(values.fresh));
} catch (error) {
    console.error(error instanceof Trouble ? error.message : error.stack);
    process.exitCode = 1;
}
process.exit();
