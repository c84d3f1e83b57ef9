// kept.mjs: the harness of the stories. Starts the real program on fresh data, on a clock that the story moves, and talks
// to it like a browser, an API client or a mail server. Nothing here sleeps: what is due is run by `advance` and `settle`.
//
//   const kept = await startKept({ clock: '2026-03-16T09:00:00+07:00' });   // ends with kept.stop()
//   const agent = await kept.agent();                    // signed in
//   await kept.mailIn(mail({ from: 'lan@customer.test', subject: 'Hi' }), 'support@kept.test');
//   await kept.advance(10_000);
import { spawn, execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile, chmod, cp } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startPostgres } from './postgres.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const program = join(process.env.KEPT_BUILD ?? join(root, 'build'), 'kept');
export const password = 'a long password';
const children = new Set();
process.on('exit', () => { for (const child of children) child.kill('SIGKILL'); });

// Runs a subcommand to its end. → { code, out, err }
export function run(args, { input = '', env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 28, encoding: 'utf8' },
      (error, out, err) => (error && typeof error.code !== 'number' && !error.signal ? reject(error)
        : resolve({ code: error ? error.code ?? error.signal : 0, out, err })));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

async function must(args, options) {
  const result = await run(args, options);
  if (result.code !== 0) throw new Error(`kept ${args.join(' ')}: ${result.err || result.out}`);
  return result.out;
}

// KEPT_TEST_POSTGRES=1: each Kept has a database of its own on PostgreSQL, all of one private server that ends with the story.
export const onPostgres = process.env.KEPT_TEST_POSTGRES === '1';
let postgres;
const thePostgres = () => (postgres ??= startPostgres().then((pg) => {
  process.once('beforeExit', () => pg.stop());
  return pg;
}));

export class Kept {
  // `store`: a postgresql:// address of the story's own; without one SQLite in the data directory, or see onPostgres.
  static async fresh({ inbox = 'support@kept.test', zone = 'Asia/Ho_Chi_Minh', store = '', init = [] } = {}) {
    const kept = new Kept();
    kept.data = await mkdtemp(join(tmpdir(), 'kept-story-'));
    if (onPostgres && !store) {
      kept.database = `story_${randomBytes(6).toString('hex')}`;
      store = await (await thePostgres()).database(kept.database);
    }
    kept.env = { KEPT_DATA: kept.data, KEPT_STORE: store };
    // In the file too: a mail server starts `kept mail-in` without this environment.
    await writeFile(join(kept.data, 'kept.conf'), `mail_socket_mode = 666\n${store ? `store = ${store}\n` : ''}`);
    await chmod(kept.data, 0o711);
    await must(['init', '--name', 'Kept Shop', '--zone', zone, ...(inbox ? ['--inbox', inbox] : []), ...init], { env: kept.env });
    return kept;
  }

  cli(args, options = {}) { return run(args, { ...options, env: { ...this.env, ...options.env } }); }

  async addUser(email, { role = 'agent', name, lang = 'en' } = {}) {
    await must(['user', 'add', email, '--role', role, '--lang', lang, '--name', name ?? email.split('@')[0],
      '--password-stdin'], { env: this.env, input: `${password}\n` });
  }

  // Another node on the same database: a data directory of its own with the same keys.
  async beside() {
    const other = new Kept();
    other.data = await mkdtemp(join(tmpdir(), 'kept-story-'));
    other.env = { ...this.env, KEPT_DATA: other.data };
    for (const name of ['kept.conf', 'secrets']) await cp(join(this.data, name), join(other.data, name), { recursive: true });
    await chmod(other.data, 0o711);
    return other;
  }

  // clock: an ISO time at which the program's clock stands still until it is moved. inside: words before the command,
  // which put it on another (make-believe) machine, where `address` is its own.
  async serve({ clock, args = [], env = {}, inside = [], address = '127.0.0.1' } = {}) {
    const socket = join(this.data, 'control.sock');
    const [first, ...words] = [...inside, program];
    this.process = spawn(first, [...words, 'serve', '--listen', `${address}:0`, '--ready-fd', '3', ...(clock ? ['--test-control', socket] : []),
      ...args], { env: { ...process.env, ...this.env, ...env }, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    children.add(this.process);
    this.log = '';
    this.process.stderr.on('data', (text) => { this.log += text; });
    this.ended = new Promise((resolve) => this.process.once('exit', (code, signal) => {
      children.delete(this.process);
      resolve({ code, signal });
    }));
    const port = await new Promise((resolve, reject) => {
      createInterface({ input: this.process.stdio[3] }).once('line', resolve);
      this.ended.then(() => reject(new Error(`kept did not start:\n${this.log}`)));
    });
    this.port = Number(port);
    this.url = `http://${address}:${port}`;
    if (clock) {
      this.control = createConnection(socket);
      this.answers = createInterface({ input: this.control })[Symbol.asyncIterator]();
      await this.set(clock);
    }
    return this;
  }

  async #say(line) {
    this.control.write(`${line}\n`);
    const { value } = await this.answers.next();
    if (value !== 'ok') throw new Error(`the clock's socket said ${value} to ${line}\n${this.log}`);
  }
  set(iso) { return this.#say(`set ${this.time = Date.parse(iso)}`); }
  advance(ms) { this.time += ms; return this.#say(`advance ${ms}`); }
  now() { return this.time ?? Date.now(); } // of the program's clock
  settle() { return this.#say('settle'); }

  // One RFC 5322 message through `kept mail-in`, as a mail server would. → exit code
  async mailIn(raw, rcpt) {
    const result = await this.cli(['mail-in', ...(rcpt ? ['--rcpt', rcpt] : [])], { input: raw });
    return result.code;
  }

  // The first column of what one SELECT answers, past the program. → text, a line a row
  async ask(sql) {
    if (this.database) return (await thePostgres()).sql(sql, { database: this.database });
    const { stdout } = await promisify(execFile)('python3', ['-c', // Debian has it wherever meson is
      'import sqlite3,sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row[0])', join(this.data, 'kept.db'), sql]);
    return stdout.trimEnd();
  }

  // Statements past the program: rows by the thousand, which its verbs would take minutes for.
  async put(sql) {
    if (this.database) return (await thePostgres()).sql(sql, { database: this.database });
    await promisify(execFile)('python3', ['-c',
      'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1], timeout=20)\nc.executescript(sys.argv[2])', join(this.data, 'kept.db'), sql]);
  }

  // A browser: cookies kept, redirects shown, the csrf field found by itself.
  browser() { return new Browser(this); }
  async agent(email = 'agent@kept.test', options = {}) {
    const browser = this.browser();
    if (!this.known?.has(email)) {
      await this.addUser(email, { role: 'admin', ...options });
      (this.known ??= new Set()).add(email);
    }
    const answer = await browser.submit('/sign-in', { email, password });
    if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}`);
    return browser;
  }
  // The API in the name of whom the token is of: (method, path below /api/v1, body) → what was answered, and its status as `http`.
  caller(bearer) {
    return async (method, path, body) => {
      const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${bearer}`,
        'content-type': 'application/json' }, body: body && JSON.stringify(body) });
      const text = await answer.text();
      return { ...(text ? JSON.parse(text) : {}), http: answer.status };
    };
  }
  async token(email, scope = 'read,write') {
    return (await must(['token', 'add', email, '--scope', scope], { env: this.env })).trim();
  }

  async stop({ keep = false, signal = 'SIGTERM' } = {}) {
    this.control?.destroy();
    if (this.process && this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal);
      await this.ended;
    }
    if (keep) return;
    if (this.database) await (await thePostgres()).sql(`DROP DATABASE IF EXISTS ${this.database} WITH (FORCE)`, { database: 'postgres' });
    await rm(this.data, { recursive: true, force: true });
  }
  // As before `kept init`: no database, no keys.
  async empty() {
    if (this.database)
      await (await thePostgres()).sql('DROP SCHEMA public CASCADE; CREATE SCHEMA public', { database: this.database });
    for (const name of ['secrets', 'kept.db', 'kept.db-wal', 'kept.db-shm'])
      await rm(join(this.data, name), { recursive: true, force: true });
  }
  async kill() { await this.stop({ keep: true, signal: 'SIGKILL' }); }
}

export async function startKept(options = {}) {
  const kept = await Kept.fresh(options);
  return kept.serve(options);
}

// Debian's node 18 has no getSetCookie: there they come joined by commas.
const cookiesOf = (answer) => answer.headers.getSetCookie?.()
  ?? (answer.headers.get('set-cookie') ?? '').split(/,\s*(?=[^;,\s]+=)/).filter(Boolean);

export class Browser {
  constructor(kept) { this.kept = kept; this.cookies = new Map(); }
  async fetch(path, { headers = {}, ...options } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(path, this.kept.url), {
      redirect: 'manual', ...options, headers: { ...(cookie ? { cookie } : {}), ...headers },
    });
    for (const line of cookiesOf(answer)) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
  async get(path, headers) { return this.fetch(path, { headers }); }
  async page(path) {
    const answer = await this.get(path);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}\n${text.slice(0, 500)}`);
    return text;
  }
  async csrf(path) {
    const found = /name="csrf" value="([^"]+)"/.exec(await this.page(path));
    if (!found) throw new Error(`${path} has no form`);
    return found[1];
  }
  // Posts fields to `path`; the csrf token comes from the form on `from` (by default where one always is).
  async submit(path, fields, { from, files, headers } = {}) {
    this.token = this.token && this.tokenOf === this.cookies.get('kept_session') ? this.token
      : await this.csrf(from ?? (this.cookies.has('kept_session') ? '/new' : '/sign-in'));
    this.tokenOf = this.cookies.get('kept_session');
    const body = files ? new FormData() : new URLSearchParams();
    body.append('csrf', this.token);
    for (const [name, value] of Object.entries(fields))
      for (const one of Array.isArray(value) ? value : [value]) body.append(name, String(one));
    for (const [name, file] of Object.entries(files ?? {})) body.append(name, new Blob([file.bytes]), file.name);
    return this.fetch(path, { method: 'POST', body, headers });
  }
}

// A plain mail with the usual headers; what is given replaces them. Text is UTF-8.
let counter = 0;
export function mail({ from = 'Lan <lan@customer.test>', to = 'support@kept.test', subject = 'Where is my parcel?',
                       text = 'It should have come on Monday.', id = `story-${process.pid}-${++counter}@customer.test`,
                       headers = {}, date = 'Mon, 16 Mar 2026 09:00:00 +0700' } = {}) {
  const encode = (s) => (/^[\x20-\x7e]*$/.test(s) ? s : `=?UTF-8?B?${Buffer.from(s).toString('base64')}?=`);
  const all = { From: from, To: to, Subject: encode(subject), Date: date, 'Message-ID': `<${id}>`, 'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': '8bit', ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n${text.replace(/\r?\n/g, '\r\n')}\r\n`;
}

// The text of a page without markup, for asking what a reader sees.
export function textOf(html) {
  return html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ').replace(/&#39;|&apos;/g, "'")
    .replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').replace(/\s+/g, ' ');
}

// References of the conversations in a list, in its order.
export function refsOf(html) {
  return [...new Set([...html.matchAll(/data-ref="(con_[a-z2-7]{16})"/g)].map((match) => match[1]))];
}
