// A customer is erased: nothing of her is left in any file or row, and everything else is as it was.
// check: timeout 300
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { mail, onPostgres, startKept, textOf } from './kept.mjs';
import { Visitor, chatInbox, mailSink } from './widget.mjs';

let kept, admin, agent, token;
const hers = ['Quixotania', 'quixo@lan.test', 'Zanzibarium', 'Gramophonix', 'Flibberwax', 'Brobdingnag', 'Oxymeltic', 'Snarkovian', 'Wimblesnout',
  'Jabberwocket', 'Vorpalish', '0912777333', 'Tulgeywood', 'Bandersnack', 'Slurpington', 'Snickerfritz', 'Hullabaloo', 'Frumiosity', 'Mimsyborog'];
before(async () => {
  kept = await startKept({ clock: new Date(Date.now() + 365 * 24 * 3600_000).toISOString() });
  admin = await kept.agent('admin@kept.test', { name: 'Binh' });
  agent = await kept.agent('agent@kept.test', { role: 'agent', name: 'Minh' });
  token = await kept.token('admin@kept.test', 'read,write,privacy');
});
after(() => kept?.stop());

const latest = (table, column = 'ref') => kept.ask(`SELECT ${column} FROM ${table} ORDER BY id DESC LIMIT 1`);
async function arrives(options) {
  assert.equal(await kept.mailIn(mail(options), 'support@kept.test'), 0);
  await kept.settle();
  return { con: await latest('conversation'), msg: await latest('message') };
}
const api = (method, path, body, headers = {}) => fetch(`${kept.url}/api/v1${path}`, { method, body: body && JSON.stringify(body),
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers } });

// Everything that the database has, as text: the bytes of its files, or every row of every table.
async function everything() {
  if (!onPostgres) {
    const wal = join(kept.data, 'kept.db-wal');
    return readFileSync(join(kept.data, 'kept.db'), 'latin1') + (existsSync(wal) ? readFileSync(wal, 'latin1') : '');
  }
  let all = '';
  for (const table of (await kept.ask("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")).split('\n'))
    all += `${await kept.ask(`SELECT t::text FROM "${table}" t`)}\n`;
  return all;
}
const found = async () => {
  const all = (await everything()).toLowerCase();
  return hers.filter((word) => all.includes(word.toLowerCase()));
};
// SQLite's log is emptied in the writer's next idle moment.
async function idle() {
  const wal = join(kept.data, 'kept.db-wal');
  for (let i = 0; i < 100 && !onPostgres && existsSync(wal) && readFileSync(wal).length; i++) await new Promise((r) => setTimeout(r, 100));
}

const boundary = (parts) => `${parts.map(([type, text]) => `--b\nContent-Type: ${type}\n${/name=/.test(type) ? 'Content-Disposition: attachment\n' : ''}\n${text}\n`).join('')}--b--`;
const her = {}, other = {};

test('a customer with a history', async () => {
  const multipart = { 'Content-Type': 'multipart/mixed; boundary=b' };
  Object.assign(her, await arrives({ from: 'Quixotania Lan <quixo@lan.test>', subject: 'Zanzibarium', id: 'one@lan.test', headers: multipart,
    text: boundary([['text/html; charset=utf-8', '<p>My <b>Gramophonix</b> is broken. Card 4111 1111 1111 1111</p>'], ['text/plain; name=Flibberwax.txt', 'Brobdingnag slip']]) }));
  her.ctc = await latest('contact');
  await admin.submit(`/contacts/${her.ctc}/edit`, { name: 'Quixotania Lan', lang: 'vi', note: 'Oxymeltic notes', phone: '0912777333' });
  assert.equal((await agent.submit(`/c/${her.con}/reply`, { kind: 'reply', text: 'Snarkovian answer.', then: 'pending',
    promise: '0', promise_text: 'Wimblesnout by Thursday', promise_due: new Date(kept.now() + 3 * 24 * 3600_000).toISOString().slice(0, 16), promise_hand: '1' })).status, 303);
  await kept.advance(20_000);
  assert.equal((await agent.submit(`/c/${her.con}/reply`, { kind: 'note', text: 'Jabberwocket note' })).status, 303);
  assert.ok((await agent.submit(`/c/${her.con}/draft`, { kind: 'reply', text: 'Vorpalish draft' })).status < 400);
  await admin.submit(`/m/${her.msg}/reveal`, { reason: 'Tulgeywood reason', do: 'text' });

  const opened = await admin.submit('/recoveries', { conversation: her.con, cause: 'delivery', harm: 'service', severity: 2, what: 'Slurpington failed' });
  const recovery = /\/recoveries\/rcv_[a-z2-7]+/.exec(opened.headers.get('location'))[0];
  await admin.submit(`${recovery}/step`, { step: 'fix', do: 'plan', note: 'Snickerfritz note', due: new Date(kept.now() + 24 * 3600_000).toISOString().slice(0, 16) });
  await admin.submit(`${recovery}/offers`, { kind: 'goodwill', what: 'Hullabaloo voucher', amount: '10' });

  Object.assign(other, await arrives({ from: 'Mai <mai@other.test>', subject: 'Mai asks', text: 'Keepsakery of Mai', id: 'mai@other.test' }));
  const joined = await arrives({ from: 'Quixotania Lan <quixo@lan.test>', subject: 'Re: Mai asks', text: 'Bandersnack joins', headers: { 'In-Reply-To': '<mai@other.test>' } });
  assert.equal(joined.con, other.con, 'she writes in a conversation of another customer');
  const moved = await arrives({ from: 'Quixotania Lan <quixo@lan.test>', subject: 'Moved', text: 'Frumiosity moved', id: 'two@lan.test' });
  const short = await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${other.con}'`);
  assert.equal((await admin.submit(`/c/${moved.con}/merge`, { with: short, sure: '1' })).status, 303);
  const made = await api('POST', `/conversations/${her.con}/messages`, { kind: 'note', body: 'Mimsyborog by a program' }, { 'Idempotency-Key': 'once-1' });
  assert.equal(made.status, 201);
  her.short = await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${her.con}'`);
  const words = await found();
  assert.deepEqual(hers.filter((word) => !words.includes(word)), ['Brobdingnag', 'Tulgeywood'].filter((word) => !words.includes(word)), 'twin: all are there');
  assert.ok(!words.includes('Brobdingnag'), 'a file is sealed');
});

// Names and contents of a ZIP archive.
function unzip(bytes) {
  const files = {};
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    const way = bytes.readUInt16LE(at + 8), packed = bytes.readUInt32LE(at + 18), n = bytes.readUInt16LE(at + 26);
    const from = at + 30 + n, body = bytes.subarray(from, from + packed);
    files[bytes.toString('utf8', at + 30, from)] = (way === 8 ? inflateRawSync(body) : body).toString();
    at = from + packed;
  }
  return files;
}

test('she is given everything that is held of her', async () => {
  assert.equal((await agent.submit(`/contacts/${her.ctc}/dossier`, {})).status, 403);
  const asked = await admin.submit(`/contacts/${her.ctc}/dossier`, {});
  assert.equal(asked.status, 303);
  await kept.settle();
  const page = asked.headers.get('location');
  assert.match(textOf(await admin.page(page)), /The archive is ready/);
  const file = await admin.get(`${page}/file`);
  assert.equal(file.headers.get('cache-control'), 'no-store');
  const bytes = Buffer.from(await file.arrayBuffer()), files = unzip(bytes), all = Object.entries(files).flat().join('\n');
  assert.match(files['README.txt'], /Kept Shop/);
  for (const word of hers.filter((one) => one !== 'Tulgeywood')) assert.match(all, new RegExp(word), word);
  assert.doesNotMatch(all, /4111 1111|Keepsakery/, 'neither what was hidden nor what is another customer\'s');
  const own = JSON.parse(files[`conversations/${her.short}.json`]);
  assert.deepEqual(own.messages.map((one) => one.kind), ['customer', 'agent', 'note', 'note', 'note']);
  assert.ok(own.promises.some((one) => one.text === 'Wimblesnout by Thursday'));
  assert.ok(own.messages[0].files.every((path) => path in files));
  assert.ok(own.events.some((one) => one.kind === 'message.revealed'));
  assert.equal(JSON.parse(files['customer.json']).known_by.length, 2);
  assert.equal((await agent.get(page)).status, 403);

  const answer = await (await api('POST', `/contacts/${her.ctc}/dossier`)).json();
  await kept.settle();
  assert.equal((await (await api('GET', `/dossiers/${answer.ref}`)).json()).state, 'ready');
  assert.deepEqual(Object.keys(unzip(Buffer.from(await (await api('GET', `/dossiers/${answer.ref}/file`)).arrayBuffer()))), Object.keys(files));
  await kept.advance(25 * 3600_000);
  assert.equal((await api('GET', `/dossiers/${answer.ref}/file`)).status, 410, 'for a day');
  admin = await kept.agent('admin@kept.test');
  agent = await kept.agent('agent@kept.test');
  assert.match(textOf(await admin.page(page)), /This archive was removed/);

  const folder = await mkdtemp(join(tmpdir(), 'kept-dossier-')), path = join(folder, 'lan.zip');
  const written = await kept.cli(['contact', 'export', 'quixo@lan.test', path]);
  assert.equal(written.code, 0, written.err);
  assert.deepEqual(Object.keys(unzip(readFileSync(path))), Object.keys(files));
  assert.notEqual((await kept.cli(['contact', 'export', 'quixo@lan.test', path])).code, 0, 'no file is written over');
  await rm(folder, { recursive: true });
  for (const who of ['command line', 'Binh']) assert.match(textOf(await admin.page('/admin/privacy')), new RegExp(`${who} exported everything Quixotania Lan`));
});

test('it is asked twice, and says before what goes and what stays', async () => {
  assert.equal((await agent.get(`/contacts/${her.ctc}/erase`)).status, 403);
  const page = textOf(await admin.page(`/contacts/${her.ctc}/erase`));
  assert.match(page, /Name, notes and 2 addresses and numbers The text of 7 messages, .* 1 file 3 original mails The words of [12] promises?; .* 1 draft/);
  assert.match(page, /Backups, until they are thrown away/);
  for (const form of [{}, { why: 'asked' }, { why: 'asked', confirm: 'Mai' }, { confirm: 'Quixotania Lan' }])
    assert.equal((await admin.submit(`/contacts/${her.ctc}/erase`, form)).status, 422);
  assert.equal((await api('POST', `/contacts/${her.ctc}/erase`, { why: 'asked', confirm: 'Lan' })).status, 422);
  const told = await kept.cli(['contact', 'erase', 'quixo@lan.test']);
  assert.match(told.out, /7 messages in 2 conversations/);
  assert.notEqual((await kept.cli(['contact', 'erase', 'quixo@lan.test', '--why', 'asked', '--confirm', 'Mai'])).code, 0);
  assert.equal(await kept.ask('SELECT count(*) FROM contact WHERE erased_at IS NOT NULL'), '0');
});

test('nothing of her is left, and all else is as it was', async () => {
  const events = Number(await kept.ask('SELECT count(*) FROM event')), messages = await kept.ask('SELECT count(*) FROM message');
  if (!onPostgres) assert.equal((await kept.cli(['backup', join(kept.data, 'before.backup')])).code, 0);
  const caseLink = await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${her.con}'`);
  assert.equal((await admin.submit(`/contacts/${her.ctc}/erase`, { why: 'asked', confirm: ' quixotania  lan ' })).status, 303);
  await kept.settle();
  await idle();
  assert.deepEqual(await found(), []);
  assert.equal(await kept.ask('SELECT count(*) FROM message'), messages, 'the frames stay');
  assert.ok(Number(await kept.ask('SELECT count(*) FROM event')) > events, 'and the history');
  assert.match(textOf(await admin.page('/admin/privacy')), /Binh erased Erased customer the customer asked for it/);

  const page = textOf(await agent.page(`/c/${her.con}`));
  assert.match(page, /Personal data erased/);
  assert.match(page, /Nothing can be added/);
  const acts = (html) => [...new Set([...html.matchAll(/action="\/c\/con_[a-z2-7]+\/(assign|status|snooze|tags|merge|spam)"/g)].map((m) => m[1]))].sort();
  const html = await agent.page(`/c/${her.con}`);
  assert.deepEqual(acts(html), [], 'nothing is done with an empty frame');
  assert.deepEqual(acts(await agent.page(`/c/${other.con}`)), ['assign', 'merge', 'snooze', 'spam', 'status', 'tags'], 'twin: somebody else’s');
  for (const [, inside] of html.matchAll(/<a class="card-link"[^>]*>([\s\S]*?)<\/a>/g)) assert.match(textOf(inside.replace(/<time[\s\S]*?<\/time>/g, '')), /\S/, 'a link that says nothing');
  const offered = /Put something right|Where the refund goes|Set careful mode/;
  assert.doesNotMatch(page, offered, 'nothing is offered that would be refused');
  assert.match(textOf(await agent.page(`/c/${other.con}`)), offered, 'twin');
  assert.match(textOf(await agent.page(`/c/${other.con}`)), /Keepsakery of Mai/, 'twin: another customer\'s words are there');
  assert.match(textOf(await agent.page('/inbox/search?q=Keepsakery')), /Mai asks/);
  assert.doesNotMatch(textOf(await agent.page('/inbox/search?q=Gramophonix')), /Erased customer/);

  for (const [path, form] of [[`/c/${her.con}/reply`, { kind: 'reply', text: 'Hello again', then: 'keep', anyway: 1 }], [`/c/${her.con}/reply`, { kind: 'note', text: 'Hello' }],
    [`/c/${her.con}/draft`, { kind: 'reply', text: 'Hello' }], [`/contacts/${her.ctc}/edit`, { name: 'Lan' }], [`/contacts/${her.ctc}/dossier`, {}],
    ['/recoveries', { conversation: her.con, cause: 'delivery', harm: 'service', severity: 2, what: 'Hello' }],
    [`/contacts/${her.ctc}/erase`, { why: 'asked', confirm: 'Erased customer' }]])
    assert.equal((await admin.submit(path, form)).status, 410, path);
  assert.equal((await api('POST', `/conversations/${her.con}/messages`, { kind: 'customer', body: 'Hello' })).status, 410);
  assert.equal((await api('PATCH', `/conversations/${her.con}`, { subject: 'Hello' })).status, 410);
  assert.equal((await (await api('GET', `/contacts/${her.ctc}`)).json()).points.length, 0);
  assert.ok(caseLink);

  // The same mail by another way does not bring her back; a new one makes a new customer.
  const before = await kept.ask('SELECT count(*) FROM message');
  await arrives({ from: 'Mai <mai@other.test>', subject: 'Mai again', text: 'Later' });
  assert.equal(Number(await kept.ask('SELECT count(*) FROM message')), Number(before) + 1);
  const again = await arrives({ from: 'Lan <quixo@lan.test>', subject: 'A new thing', text: 'It is me again' });
  assert.notEqual(again.con, her.con);
  assert.notEqual(await latest('contact'), her.ctc);

  const doctor = await kept.cli(['doctor']);
  assert.equal(doctor.code, 0, doctor.out);
  assert.match(doctor.out, /the chain is whole/);
  assert.match(doctor.out, /what can be worked out from them fits/);
});

test('an agent is told that she was erased, and nothing of links that end', async () => {
  for (const path of ['edit', 'erase']) {
    const gone = await admin.get(`/contacts/${her.ctc}/${path}`);
    assert.equal(gone.status, 410);
    const said = textOf(await gone.text());
    assert.match(said, /This is no longer here It was erased or removed/);
    assert.doesNotMatch(said, /Write to us/);
  }
});

test('her private link, her chat and mails that come back find nothing', async () => {
  const customer = kept.browser(), stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  const sent = await customer.submit('/contact', { email: 'form@customer.test', name: 'Formosa', subject: 'Slithytove', message: 'Slithytove came.', form_time: stamp });
  const link = /href="(\/case\/[^"]+)"/.exec(await customer.page(sent.headers.get('location')))[1];
  const con = await latest('conversation'), ctc = await latest('contact');
  const more = await customer.submit('/contact', { email: 'form@customer.test', name: 'Formosa', subject: 'Slithytove too', message: 'Slithytove came again.', form_time: stamp });
  assert.notEqual(more.headers.get('location'), sent.headers.get('location'));
  await agent.submit(`/c/${con}/reply`, { kind: 'reply', text: 'Slithytove is on its way.', then: 'pending' });
  const inbox = await chatInbox(kept, ['https://shop.test']), visitor = new Visitor(kept, inbox, { origin: 'https://shop.test' });
  await visitor.start();
  await visitor.say('Borogovely chat');
  const chatter = await latest('contact');
  assert.equal((await visitor.messages()).messages.length, 1);
  assert.match(textOf(await customer.page(link)), /Slithytove came/);
  for (const ref of [ctc, chatter]) assert.equal((await kept.cli(['contact', 'erase', ref, '--why', 'unneeded', '--confirm',
    await kept.ask(`SELECT name FROM contact WHERE ref = '${ref}'`)])).code, 0);
  await kept.settle();
  await idle();
  hers.push('Slithytove', 'Formosa', 'form@customer', 'Borogovely');
  assert.deepEqual(await found().then((words) => words.filter((word) => word !== 'quixo@lan.test')), []);
  assert.equal((await customer.get(link)).status, 410);
  assert.match(textOf(await agent.page(`/c/${con}`)), /Past conversations \(no subject\)/, 'what is left of another one can be told apart from nothing');
  assert.equal((await customer.submit(`${link}/answer`, { text: 'Still there?' }, { from: '/contact' })).status, 410);
  assert.equal((await visitor.request('GET', 'messages')).status, 401);
  const ours = await kept.ask(`SELECT m.ref FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${con}' AND m.kind = 'agent'`);
  assert.equal((await agent.submit(`/m/${ours}/retry`, {})).status, 409, 'nothing goes out any more');
  const merge = await agent.submit(`/c/${con}/merge`, { with: await kept.ask(`SELECT short_ref FROM conversation WHERE ref = '${other.con}'`), sure: '1' });
  assert.ok(merge.status >= 400, 'an empty frame is merged with nothing');
});

test('what answers an erased conversation begins a new one', async () => {
  const sink = await mailSink();
  try {
    await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
    const one = await arrives({ from: 'Calloway <away@customer.test>', subject: 'Away', text: 'Where is it?' }), ctc = await latest('contact');
    await agent.submit(`/c/${one.con}/reply`, { kind: 'reply', text: 'It comes.', then: 'pending', anyway: 1 });
    await kept.advance(20_000);
    const ours = sink.mails.find((found) => found.to.includes('away@customer.test'));
    const reply = /^Reply-To:[^<]*<([^>]+)>/mi.exec(ours.raw)[1];
    const answers = (id) => ({ from: 'Calloway <away@customer.test>', to: reply, subject: 'Automatic reply', text: 'I am away.', id, headers: { 'Auto-Submitted': 'auto-replied' } });
    const where = (id) => kept.ask(`SELECT c.ref FROM conversation c JOIN message m ON m.conversation_id = c.id WHERE m.mail_id = '${id}'`);
    assert.equal(await kept.mailIn(mail(answers('before@customer.test')), reply), 0);
    await kept.settle();
    assert.equal(await where('before@customer.test'), one.con, 'twin: it belongs there while she is known');
    assert.equal((await admin.submit(`/contacts/${ctc}/erase`, { why: 'asked', confirm: 'Calloway' })).status, 303);
    await kept.settle();
    assert.equal(await kept.mailIn(mail(answers('after@customer.test')), reply), 0);
    await kept.settle();
    assert.notEqual(await where('after@customer.test'), one.con);
    assert.equal((await agent.submit(`/c/${one.con}/status`, { status: 'open' })).status, 410, 'an empty frame is not opened again');
  } finally {
    sink.stop();
  }
});

test('a program that is killed in the middle goes on with it', async () => {
  const letters = [];
  for (let i = 0; i < 60; i++) letters.push(await kept.mailIn(mail({ from: 'Momerath <rath@customer.test>', subject: `Momerath ${i}`, text: `Callooh number ${i}` }), 'support@kept.test'));
  assert.ok(letters.every((code) => code === 0));
  await kept.settle();
  const ctc = await latest('contact');
  assert.equal(await kept.ask(`SELECT count(*) FROM message m JOIN contact c ON c.id = m.contact_id WHERE c.ref = '${ctc}'`), '60');
  assert.equal((await admin.submit(`/contacts/${ctc}/erase`, { why: 'asked', confirm: 'Momerath' })).status, 303);
  await kept.kill();
  hers.splice(0, hers.length, 'Momerath', 'rath@customer', 'Callooh');
  const clock = new Date(kept.now()).toISOString();
  await kept.serve({ clock });
  await kept.advance(60_000); // whose job it was is known to be gone
  await kept.settle();
  await idle();
  assert.deepEqual(await found(), []);
  assert.equal((await kept.cli(['doctor'])).code, 0);
  agent = await kept.agent('agent@kept.test', { role: 'agent' });
});

test('on the command line, with a mail of hers on its way', async () => {
  const one = await arrives({ from: 'Ploddermeier <plod@customer.test>', subject: 'Squamish', text: 'Thrumbleton' });
  await agent.submit(`/c/${one.con}/reply`, { kind: 'reply', text: 'Ploddermeier, we look.', then: 'pending' });
  const refused = await kept.cli(['contact', 'erase', 'plod@customer.test', '--why', 'because', '--confirm', 'Ploddermeier']);
  assert.match(refused.err, /--why is one of/);
  const done = await kept.cli(['contact', 'erase', 'plod@customer.test', '--why', 'mistake', '--confirm', 'ploddermeier']);
  assert.equal(done.code, 0, done.err);
  await kept.advance(60_000);
  assert.equal(await kept.ask(`SELECT count(*) FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE c.ref = '${one.con}' AND m.state = 'sent'`), '0', 'it was not sent');
  hers.splice(0, hers.length, 'Ploddermeier', 'plod@', 'Squamish', 'Thrumbleton');
  if (onPostgres) assert.deepEqual(await found(), []);
  assert.notEqual((await kept.cli(['contact', 'erase', 'plod@customer.test'])).code, 0);
  await kept.stop({ keep: true });
  assert.deepEqual(await found(), []);
  const doctor = await kept.cli(['doctor']);
  assert.equal(doctor.code, 0, doctor.out);
});

if (!onPostgres) test('a backup that is restored does not bring her back', async () => {
  hers.splice(0, hers.length, 'Quixotania', 'Zanzibarium', 'Gramophonix', 'Snarkovian', 'Jabberwocket');
  assert.match(readFileSync(join(kept.data, 'before.backup'), 'latin1'), /Snarkovian/, 'twin: the backup has her');
  const restored = await kept.cli(['restore', join(kept.data, 'before.backup')]);
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /erased again: 1\./);
  assert.deepEqual(await found(), []);
  const doctor = await kept.cli(['doctor']);
  assert.equal(doctor.code, 0, doctor.out);
});
