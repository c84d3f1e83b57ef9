// A small SMTP client for tests: sends one mail, byte for byte, and tells what the server said.

import net from 'node:net';
import tls from 'node:tls';

export class SmtpError extends Error {
    constructor(stage, reply) {
        super(`${stage}: ${reply}`);
        Object.assign(this, { stage, reply, code: Number(reply.slice(0, 3)) });
    }
}

// Lone LF and CR become CRLF, dots are doubled, the end is marked.
function wire(raw) {
    let text = Buffer.from(raw).toString('latin1').replace(/\r\n|\r|\n/g, '\r\n').replace(/^\./gm, '..');
    if (!text.endsWith('\r\n')) text += '\r\n';
    return Buffer.from(text + '.\r\n', 'latin1');
}

// options: { port, from, to (one or many), user, password, mechanism: 'PLAIN' | 'LOGIN',
//            starttls: true | { ca, servername, … as for tls.connect }, xclient: '192.0.2.1', helo, timeoutMs }
// Returns { line: '250 2.0.0 Ok: queued as …', queueId, ms }; throws SmtpError with .stage, .code and .reply.
export async function sendMail(raw, options) {
    const { port, from = '', to, user, password, mechanism = 'PLAIN', starttls, xclient, helo = 'test.invalid', timeoutMs = 20000 } = options;
    const recipients = [to].flat();
    const began = performance.now();
    let socket = net.connect(port, '127.0.0.1');
    let lines = [], wanted = null, rest = '', failed = null;

    const fail = error => { failed ??= error; wanted?.reject(failed); wanted = null; };
    const feed = data => {
        rest += data.toString('latin1');
        for (let at; (at = rest.indexOf('\n')) >= 0; rest = rest.slice(at + 1)) {
            lines.push(rest.slice(0, at).replace(/\r$/, ''));
            if (/^\d{3}(?!-)/.test(lines.at(-1)) && wanted) { wanted.resolve(lines.join('\n')); lines = []; wanted = null; }
        }
    };
    const listen = s => {
        s.on('data', feed);
        s.on('error', fail);
        s.on('close', () => fail(new SmtpError('connection', '421 closed by the server')));
        s.setTimeout(timeoutMs, () => { fail(new SmtpError('connection', `421 no answer within ${timeoutMs} ms`)); s.destroy(); });
    };
    const say = async (stage, text, ok = /^2/) => {
        if (failed) throw failed;
        const answer = new Promise((resolve, reject) => { wanted = { resolve, reject }; });
        if (text !== null) socket.write(Buffer.isBuffer(text) ? text : text + '\r\n');
        const reply = await answer;
        if (!ok.test(reply)) throw new SmtpError(stage, reply);
        return reply;
    };
    const base64 = s => Buffer.from(s).toString('base64');
    listen(socket);
    try {
        await say('greeting', null);
        await say('EHLO', `EHLO ${helo}`);
        if (starttls) {
            await say('STARTTLS', 'STARTTLS');
            const plain = socket;
            plain.removeAllListeners();
            plain.on('error', fail);
            socket = tls.connect({ socket: plain, servername: 'localhost', ...(starttls === true ? {} : starttls) });
            listen(socket);
            await new Promise((resolve, reject) => { socket.once('secureConnect', resolve); socket.once('error', reject); });
            await say('EHLO', `EHLO ${helo}`);
        }
        if (xclient) {
            await say('XCLIENT', `XCLIENT ADDR=${xclient} NAME=[UNAVAILABLE]`);
            await say('EHLO', `EHLO ${helo}`);
        }
        if (user !== undefined && mechanism === 'PLAIN')
            await say('AUTH', 'AUTH PLAIN ' + base64(`\0${user}\0${password}`));
        else if (user !== undefined) {
            await say('AUTH', 'AUTH LOGIN', /^334/);
            await say('AUTH', base64(user), /^334/);
            await say('AUTH', base64(password));
        }
        const data = wire(raw);
        const utf8 = [from, ...recipients].some(a => /[^\x00-\x7f]/.test(a));
        const extra = (data.some(b => b > 127) ? ' BODY=8BITMIME' : '') + (utf8 ? ' SMTPUTF8' : '');
        await say('MAIL', Buffer.from(`MAIL FROM:<${from}>${extra}\r\n`));
        for (const recipient of recipients) await say('RCPT', Buffer.from(`RCPT TO:<${recipient}>\r\n`));
        await say('DATA', 'DATA', /^354/);
        const line = await say('end of data', data);
        const ms = performance.now() - began;
        await say('QUIT', 'QUIT').catch(() => {});
        return { line, queueId: /queued as (\w+)/.exec(line)?.[1], ms };
    } finally {
        socket.destroy();
    }
}
