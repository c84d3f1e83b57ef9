// What the tests of the chat widget share: an inbox, a visitor without a browser, tokens that a website would sign, and a
// website on an origin of its own.
import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './kept.mjs';

const build = process.env.KEPT_BUILD ?? join(root, 'build');

export function jwt(claims, secret, header = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

// → { ref, secret, proof(kept, claims) }: an inbox of kind chat that these origins may use. With `smtp`, its port, answers
// leave by it.
export async function chatInbox(kept, sites, { smtp } = {}) {
  const { stdout } = await promisify(execFile)(join(build, 'test/widget_inbox'),
    [kept.data, kept.env.KEPT_STORE, String(smtp?.port ?? 0), ...sites]);
  const inbox = JSON.parse(stdout);
  inbox.proof = (at, claims) => {
    const now = Math.floor(at.now() / 1000);
    return jwt({ aud: inbox.ref, iat: now, exp: now + 300, ...claims }, inbox.secret);
  };
  return inbox;
}

export class Visitor {
  constructor(kept, inbox, { origin }) { Object.assign(this, { kept, inbox, origin }); }
  // `path` below /widget/inb_…: "messages", "" or "?lang=vi".
  async request(method, path, body, { files } = {}) {
    const url = `${this.kept.url}/widget/${this.inbox.ref}${path && !path.startsWith('?') ? '/' : ''}${path}`;
    const headers = { origin: this.origin };
    if (this.token !== undefined) headers.authorization = `Visitor ${this.token}`;
    let sent;
    if (files) {
      sent = new FormData();
      for (const [name, value] of Object.entries(body)) sent.append(name, value);
      for (const file of files) sent.append('files', new Blob([file.bytes]), file.name);
    } else if (body) {
      headers['content-type'] = 'application/json';
      sent = JSON.stringify(body);
    }
    return fetch(url, { method, headers, body: sent });
  }
  async must(...args) {
    const answer = await this.request(...args);
    if (answer.status !== 200) throw new Error(`${args[0]} ${args[1]} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
  async start(proof = {}) {
    const answer = await this.must('POST', 'start', { lang: 'en', ...proof });
    if (answer.token) this.token = answer.token;
    return answer;
  }
  say(text, { id = randomUUID(), lang = 'en', files } = {}) { return this.must('POST', 'messages', { id, text, lang }, { files }); }
  messages(after) { return this.must('GET', after ? `messages?after=${after}` : 'messages'); }
  async last() { return (await this.messages()).messages.at(-1)?.ref; }
  setEmail(email) { return this.must('POST', 'email', { email }); }
  here(message) { return this.must('POST', 'seen', message ? { message } : {}); }
}

// A mail server that takes everything. `mails`: { to, raw, text }, as they came.
export async function mailSink() {
  const mails = [];
  const server = createServer((socket) => {
    let left = '', data = null, to = [];
    socket.setEncoding('utf8').on('error', () => {});
    socket.write('220 sink\r\n');
    socket.on('data', (chunk) => {
      left += chunk;
      for (let end; (end = left.indexOf('\r\n')) >= 0;) {
        const line = left.slice(0, end);
        left = left.slice(end + 2);
        if (data && line === '.') {
          const raw = data.join('\n');
          mails.push({ to, raw, text: raw.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))) });
          [data, to] = [null, []];
          socket.write('250 taken\r\n');
        } else if (data) data.push(line);
        else if (/^DATA/i.test(line)) { data = []; socket.write('354 go on\r\n'); }
        else {
          if (/^RCPT/i.test(line)) to.push(/<(.*?)>/.exec(line)[1]);
          socket.write('250 fine\r\n');
          if (/^QUIT/i.test(line)) socket.end();
        }
      }
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { mails, port: server.address().port, stop: () => server.close() };
}

// A website on an origin of its own (localhost, while kept is 127.0.0.1), as strict as websites are: no inline styles, no
// scripts but ours. `more`: markup for the page; `csp`: added to its policy.
export async function website() {
  const site = { kept: '', inbox: '', lang: 'en', more: '', csp: '', live: true };
  const page = await readFile(join(root, 'test/widget-page.html'), 'utf8');
  const server = createHttpServer((request, response) => {
    if (request.url === '/page.css') {
      response.writeHead(200, { 'content-type': 'text/css' });
      response.end('body { font: 17px sans-serif; } .banner { position: fixed; inset: auto 0 0 0; height: 90px; background: #333; color: #fff; }'
        + ' .pay { position: fixed; right: 10px; bottom: 10px; width: 200px; height: 60px; }');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': `default-src 'none'; script-src ${site.kept};`
      + ` connect-src ${site.kept} ${site.live ? site.kept.replace('http', 'ws') : ''}; img-src ${site.kept}; style-src 'self'; ${site.csp}` });
    response.end(page.replace(/\{\{(\w+)\}\}/g, (_, name) => site[name]));
  });
  await new Promise((done) => server.listen(0, 'localhost', done));
  return Object.assign(site, { origin: `http://localhost:${server.address().port}`, stop: () => { server.closeAllConnections(); server.close(); } });
}
