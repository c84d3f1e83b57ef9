// The private mail server itself: what other tests lean on is proved here.
// check: unsanitized

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SmtpError, startMailServer } from './mailserver.mjs';
import { sleep } from './mailserver/process.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kept-mailserver-'));
fs.chmodSync(folder, 0o755);
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const mail = (subject, to = 'ann@example.test', from = 'bo@example.test') =>
    Buffer.from(`From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replace(/\W/g, '.')}@example.test>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n` +
        'Grüße\r\n.a line with a dot\r\n');
const about = subject => m => m.text.includes(`Subject: ${subject}\r\n`);

// A pipe command that stores its mail in `out`, after failing `failures` times with `status`.
function pipeCommand(name, out, failures = 0, status = 75) {
    const script = path.join(folder, name);
    fs.writeFileSync(script, `#!/bin/sh
n=$(cat '${out}/tries' 2>/dev/null || echo 0); n=$((n+1)); echo $n >'${out}/tries'
[ $n -gt ${failures} ] || { echo "not now, try $n"; exit ${status}; }
cat >'${out}'/mail.$$ && printf '%s\\n' "$@" >'${out}'/words.$$ && env >'${out}'/env && id -u >'${out}'/uid
`, { mode: 0o755 });
    fs.mkdirSync(out);
    fs.chmodSync(out, 0o777);
    return script;
}
const stored = (out, kind = 'mail.') => fs.readdirSync(out).filter(f => f.startsWith(kind)).map(f => fs.readFileSync(path.join(out, f), 'latin1'));
async function until(check, what, timeoutMs = 15000) {
    for (const end = Date.now() + timeoutMs; ; await sleep(50)) {
        const value = await check();
        if (value) return value;
        assert.ok(Date.now() < end, `not within ${timeoutMs} ms: ${what}`);
    }
}

describe('one server', () => {
    let server, ann;
    const slow = path.join(folder, 'slow'), quick = path.join(folder, 'quick'), refusing = path.join(folder, 'refusing');
    before(async () => {
        server = await startMailServer({
            dir: path.join(folder, 'a path with blanks', 'x'.repeat(120)), tls: true,
            customers: [{ address: 'ann@example.test', password: 'secret' }, { address: 'bo@example.test', password: 's3cret"\\' },
                { address: 'agent@kept.test', password: 'agent' }],
            pipes: [
                { address: 'slow@kept.test', command: [pipeCommand('slow.sh', slow, 2)] },
                { address: 'refusing@kept.test', command: [pipeCommand('refusing.sh', refusing, 99, 77)] },
                { regex: /^(support|bounce)(\+[^@]*)?@kept\.test$/, env: { MARK: "it's 1" },
                    command: [pipeCommand('quick.sh', quick), '--rcpt', '${recipient}', "it's; $HOME", '${sender}', '<${extension}>'] },
            ],
        });
        ann = server.mailbox('ann@example.test', 'secret');
    });
    after(() => server?.stop());

    test('mail goes by SMTP into the mailbox and is read by IMAP, byte for byte', async () => {
        const raw = mail('first');
        const { line, ms } = await server.deliver(raw, { from: 'bo@example.test', to: 'ann@example.test' });
        assert.match(line, /^250 2\.0\.0 Ok: queued as \w+$/);
        assert.ok(ms > 0);
        const got = await ann.waitFor(about('first'));
        assert.ok(got.raw.subarray(-raw.length).equals(raw));
        assert.match(got.text, /^X-Original-To: ann@example\.test\r$/m);
        assert.match(got.text, /^Delivered-To: ann@example\.test\r$/m);
        assert.match(got.text, /^Return-Path: <bo@example\.test>\r$/m);
        assert.deepEqual(got.flags, []);
    });

    test('a plus-address reaches its mailbox and keeps its name', async () => {
        await server.deliver(mail('plus'), { from: 'bo@example.test', to: 'ann+orders@example.test' });
        assert.match((await ann.waitFor(about('plus'))).text, /^Delivered-To: ann\+orders@example\.test\r$/m);
    });

    test('the IMAP helper appends, flags, moves and removes', async () => {
        const uid = await ann.append(mail('appended'), { flags: ['\\Seen', '$Mine'] });
        assert.deepEqual((await ann.flagsOf(uid)).sort(), ['$Mine', '\\Seen']);
        await ann.setFlags(uid, ['\\Flagged']);
        assert.deepEqual(await ann.flagsOf(uid), ['\\Flagged']);
        await ann.createFolder('Done');
        await ann.move(uid, 'Done');
        assert.equal(await ann.flagsOf(uid), undefined);
        const [moved] = await ann.list({ folder: 'Done' });
        assert.ok(moved.raw.equals(mail('appended')));
        await ann.remove(moved.uid, { folder: 'Done' });
        assert.deepEqual(await ann.list({ folder: 'Done' }), []);
    });

    test('a pipe command gets recipient, sender and mail, as the server user, in a clean environment', async () => {
        await server.deliver(mail('piped'), { from: 'ann@example.test', to: 'support+AB12.c0ffee@kept.test' });
        const [text] = await until(() => stored(quick).length && stored(quick), 'the mail in the pipe');
        assert.match(text, /^Return-Path: <ann@example\.test>\nX-Original-To: support\+AB12\.c0ffee@kept\.test\nDelivered-To: support\+AB12\.c0ffee@kept\.test\n/);
        assert.ok(text.endsWith('\n.a line with a dot\n'));
        const [words] = await until(() => stored(quick, 'words.').length && stored(quick, 'words.'), 'words');
        assert.deepEqual(words.split('\n'), ['--rcpt', 'support+AB12.c0ffee@kept.test', "it's; $HOME", 'ann@example.test', '<AB12.c0ffee>', '']);
        await until(() => fs.existsSync(path.join(quick, 'uid')), 'uid');
        const env = fs.readFileSync(path.join(quick, 'env'), 'utf8');
        assert.match(env, /^MARK=it's 1$/m);
        assert.doesNotMatch(env, /WRAPPER|LD_PRELOAD/);
        assert.notEqual(fs.readFileSync(path.join(quick, 'uid'), 'utf8').trim(), '0');
    });

    test('a pipe command that says 75 twice gets the mail again, and keeps it once', async () => {
        await server.deliver(mail('slow'), { from: 'ann@example.test', to: 'slow@kept.test' });
        await until(() => server.queue().find(q => q.queue_name === 'deferred' && /not now/.test(q.recipients[0].delay_reason)), 'a deferred mail');
        await until(() => stored(slow).length, 'the mail in the pipe', 20000);
        await server.queueEmpty();
        assert.equal(stored(slow).length, 1);
        assert.equal(fs.readFileSync(path.join(slow, 'tries'), 'utf8'), '3\n');
    });

    test('a pipe command that says 77 makes a bounce', async () => {
        await server.deliver(mail('refused'), { from: 'ann@example.test', to: 'refusing@kept.test' });
        const bounce = await ann.waitFor(m => /Undelivered/.test(m.text) && m.text.includes('refusing@kept.test'));
        assert.match(bounce.text, /^Status: 5\./m);
    });

    test('mail to an unknown customer comes back as a bounce to the envelope sender', async () => {
        await server.submit(mail('nobody', 'no.such@example.test'), { from: 'bounce+17.beef@kept.test', to: 'no.such@example.test', user: 'agent@kept.test' });
        const text = await until(() => stored(quick).find(t => t.includes('no.such@example.test') && t.includes('message/delivery-status')), 'the bounce');
        assert.match(text, /^Return-Path: <>$/m);
        assert.match(text, /^Delivered-To: bounce\+17\.beef@kept\.test$/m);
        assert.match(text, /^Action: failed$/m);
        assert.match(text, /^Status: 5\.1\.1$/m);
    });

    test('submitted mail to a domain outside comes back; it is never sent', async () => {
        await server.submit(mail('outside', 'x@example.com'), { from: 'ann@example.test', to: 'x@example.com', user: 'ann@example.test' });
        assert.match((await ann.waitFor(m => m.text.includes('x@example.com') && /^Action: failed/m.test(m.text))).text, /sends nothing outside/);
    });

    test('the MX port takes local domains only', async () => {
        await assert.rejects(server.deliver(mail('relay'), { from: 'ann@example.test', to: 'x@example.com' }),
            e => e instanceof SmtpError && e.stage === 'RCPT' && e.code === 454 || e.code === 554);
    });

    test('submission wants AUTH, and takes PLAIN, LOGIN and STARTTLS with the right authority only', async () => {
        const to = 'bo@example.test', from = 'agent@kept.test', user = 'agent@kept.test';
        const bo = server.mailbox(to, 's3cret"\\');
        await assert.rejects(server.submit(mail('no auth'), { from, to }), { stage: 'RCPT' });
        await assert.rejects(server.submit(mail('wrong'), { from, to, user, password: 'wrong' }), { stage: 'AUTH', code: 535 });
        await server.submit(mail('plain auth'), { from, to, user, password: 'agent' });
        await server.submit(mail('login auth'), { from, to, user: 'bo@example.test', password: 's3cret"\\', mechanism: 'LOGIN' });
        const ca = fs.readFileSync(server.caFile);
        await server.submit(mail('with tls'), { from, to, user, starttls: { ca } });
        await assert.rejects(server.submit(mail('untrusted'), { from, to, user, starttls: true }), /self.signed|unable to/i);
        await assert.rejects(server.submit(mail('wrong name'), { from, to, user, starttls: { ca, servername: 'mail.example.com' } }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
        for (const s of ['plain auth', 'login auth', 'with tls']) await bo.waitFor(about(s));
        assert.equal((await bo.list()).filter(m => /wrong|untrusted|no auth/.test(m.text)).length, 0);
    });

    test('IMAPS shows a certificate of our authority', async () => {
        const { connect } = await import('node:tls');
        const socket = connect({ port: server.imapsPort, host: '127.0.0.1', servername: 'localhost', ca: fs.readFileSync(server.caFile) });
        const [greeting] = await once(socket, 'data');
        assert.match(greeting.toString(), /^\* OK/);
        assert.ok(socket.authorized);
        socket.destroy();
    });

    test('IDLE tells of a new mail', async () => {
        const idle = await ann.idle();
        await server.deliver(mail('idle'), { from: 'bo@example.test', to: 'ann@example.test' });
        let line;
        do line = await idle.next(); while (!/EXISTS/.test(line));
        assert.match(line, /^\* \d+ EXISTS$/);
        await idle.done();
    });

    test('mail waits in the queue while Dovecot is away', async () => {
        await server.stopDovecot();
        await server.deliver(mail('patient'), { from: 'bo@example.test', to: 'ann@example.test' });
        await until(() => server.queue().find(q => q.queue_name === 'deferred'), 'a deferred mail');
        await server.startDovecot();
        await ann.waitFor(about('patient'));
        await server.queueEmpty();
    });

    test('the queue outlives a stop and start of Postfix', async () => {
        await server.stopDovecot();
        await server.deliver(mail('kept'), { from: 'bo@example.test', to: 'ann@example.test' });
        await server.stopPostfix();
        assert.equal(server.queue().length, 1);
        await assert.rejects(server.deliver(mail('none'), { from: 'bo@example.test', to: 'ann@example.test' }));
        await server.startDovecot();
        await server.startPostfix();
        server.flush();
        await ann.waitFor(about('kept'));
        assert.equal((await ann.list()).filter(about('kept')).length, 1);
    });

    test('a mailbox can be added, in a new domain too', async () => {
        await assert.rejects(server.deliver(mail('early'), { from: 'bo@example.test', to: 'cy@new.test' }), SmtpError);
        await server.addMailbox('cy@new.test', 'pw');
        await server.deliver(mail('welcome'), { from: 'bo@example.test', to: 'cy@new.test' });
        await server.mailbox('cy@new.test', 'pw').waitFor(about('welcome'));
    });
});

test('two servers run side by side and keep apart', async () => {
    const make = name => startMailServer({ dir: path.join(folder, name), customers: [{ address: 'ann@example.test', password: 'a' }] });
    const [one, two] = await Promise.all([make('one'), make('two')]);
    try {
        assert.notEqual(one.smtpPort, two.smtpPort);
        await one.deliver(mail('for one'), { from: '', to: 'ann@example.test' });
        await one.mailbox('ann@example.test').waitFor(about('for one'));
        assert.deepEqual(await two.mailbox('ann@example.test').list(), []);
    } finally {
        await Promise.all([one.stop(), two.stop()]);
    }
});

test('one folder holds one server, keeps its mail for the next, and is no other folder', async () => {
    const options = { dir: path.join(folder, 'again'), customers: [{ address: 'ann@example.test', password: 'a' }] };
    const first = await startMailServer(options);
    await first.mailbox('ann@example.test').append(mail('old'));
    await assert.rejects(startMailServer(options), /another mail server is running/);
    await first.mailbox('ann@example.test').waitFor(about('old'));
    await first.stop();
    const second = await startMailServer({ ...options, ports: { smtp: first.smtpPort } });
    assert.equal(second.smtpPort, first.smtpPort);
    await second.mailbox('ann@example.test').waitFor(about('old'));
    await second.stop();
    fs.mkdirSync(path.join(folder, 'other/etc'), { recursive: true });
    await assert.rejects(startMailServer({ dir: path.join(folder, 'other') }), /not empty/);
});

test('a taken port is told in a sentence', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    await assert.rejects(startMailServer({ dir: path.join(folder, 'taken'), ports: { imap: server.address().port } }), { message: /^port \d+ on 127\.0\.0\.1 is taken/ });
    server.close();
});

// A process that ended but was not waited for (its state is Z) is not alive.
const alive = pid => { try { return !/\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, 'latin1')); } catch { return false; } };

for (const signal of ['SIGKILL', 'SIGTERM'])
    test(`the command line prints its ports, and everything ends with it by ${signal}`, async () => {
        const child = spawn(process.execPath, [fileURLToPath(new URL('mailserver.mjs', import.meta.url)), '--dir', path.join(folder, 'cli'),
            '--customer', 'ann@example.test:secret', '--pipe', 'support@kept.test=cat >/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
        const [data] = await once(child.stdout, 'data');
        const ready = JSON.parse(data);
        assert.ok(ready.smtpPort && ready.submissionPort && ready.imapPort);
        assert.ok(ready.pids.every(alive));
        child.kill(signal);
        const [code] = await once(child, 'exit');
        if (signal === 'SIGTERM') assert.equal(code, 0);
        await until(() => !ready.pids.some(alive), 'the end of Postfix and Dovecot');
    });
