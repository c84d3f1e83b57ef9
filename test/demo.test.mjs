// make demo: what `kept init --demo` fills in, and the demo with real mail, started, used, ended and started again.
import assert from 'node:assert/strict';
import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, Kept, onPostgres, refsOf, root, textOf } from './kept.mjs';

describe('kept init --demo', () => {
  let kept, browser;
  before(async () => {
    kept = await Kept.fresh({ init: ['--demo'], env: {} });
    await kept.serve();
    browser = await kept.agent('visitor@kept.test');
  });
  after(() => kept?.stop());

  test('the chain of events is whole, and nothing is wrong', async () => {
    const { code, out } = await kept.cli(['doctor']);
    assert.match(out, /events +\d{4}, the chain is whole/);
    assert.equal(code, 0, out);
  });
  test('four languages and both kinds of Chinese wait in the list, with no variable left over', async () => {
    const text = textOf(await browser.page('/inbox/open'));
    for (const said of [/peanut/, /không hợp lệ/, /闪退|银行卡|优惠|退款/, /信用卡/, /ถั่วลิสง/]) assert.match(text, said);
    assert.doesNotMatch(text, /\{\w+\}/);
  });
  test('a customer is called as she wishes', async () => {
    const refs = refsOf(await browser.page('/inbox/pending'));
    const pages = await Promise.all(refs.map(async ref => textOf(await browser.page(`/c/${ref}`))));
    assert.ok(pages.some(page => /(chị|anh) \p{L}+/u.test(page)) && pages.some(page => /คุณ/.test(page)) && pages.some(page => /女士|先生/.test(page)));
    assert.ok(!pages.some(page => /\{\w+\}/.test(page)));
  });
  test('no mail to a customer of the demo waits to be sent', async () => {
    assert.equal(refsOf(await browser.page('/inbox/failed')).length, 0);
    assert.doesNotMatch(kept.log, /smtp/);
  });
});

describe('kept inbox', () => {
  let kept;
  before(async () => { kept = await Kept.fresh(); });
  after(() => kept?.stop());
  const inbox = (...args) => kept.cli(['inbox', ...args], { input: 'secret\n' });

  test('adds, changes and lists', async () => {
    assert.equal((await inbox('add', 'hotro@kept.test', '--name', 'Hỗ trợ', '--lang', 'vi')).code, 0);
    assert.equal((await inbox('set', 'hotro@kept.test', '--smtp', '127.0.0.1:25', '--smtp-security', 'plain', '--smtp-user', 'u', '--smtp-password-stdin')).code, 0);
    const { out } = await inbox('list');
    assert.match(out, /^email\thotro@kept\.test\tHỗ trợ\tsmtp\tok$/m);
    assert.match(out, /^email\tsupport@kept\.test\t[^\t]*\t-\tok$/m, 'twin: the other one has no server');
  });
  for (const [name, args, said] of [
    ['an address that is there', ['add', 'support@kept.test'], /is there already/],
    ['an address that is not there', ['set', 'nobody@kept.test', '--name', 'x'], /there is no inbox/],
    ['a word that is no address', ['add', 'nobody'], /nobody is no e-mail address/],
    ['unencrypted beyond this machine', ['set', 'support@kept.test', '--smtp', 'mail.example.com:25', '--smtp-security', 'plain'], /for this machine only/],
    ['a server without a port', ['set', 'support@kept.test', '--smtp', 'mail.example.com'], /refused \(port\)/],
    ['a user without a server', ['set', 'support@kept.test', '--smtp-user', 'u'], /says where/],
    ['another verb', ['drop', 'support@kept.test'], /is not known/],
    ['no address', ['add'], /needs an address/],
  ]) test(`${name} is refused with a sentence`, async () => {
    const { code, err } = await inbox(...args);
    assert.match(err, said);
    assert.notEqual(code, 0);
  });
});

describe('make demo', { skip: onPostgres && 'its store is in its folder' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-demo-'));
  const env = { ...process.env, KEPT_DEMO: join(folder, 'demo') };
  let demo, url;
  const run = (args, more = {}) => new Promise(done => execFile(process.execPath, [join(root, 'tools/demo.mjs'), ...args],
    { env: { ...env, ...more }, encoding: 'utf8' }, (error, out, err) => done({ code: error ? error.code : 0, out, err })));
  async function start() {
    demo = spawn(process.execPath, [join(root, 'tools/demo.mjs')], { env: { ...env, KEPT_LISTEN: '127.0.0.1:0' }, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    for await (const data of demo.stdout) {
      text += data;
      if (text.includes('Ctrl-C ends')) break;
    }
    url = /Kept is at (\S+)/.exec(text)?.[1];
    assert.ok(url, text);
    return text;
  }
  async function end(signal) {
    const ended = demo && demo.exitCode === null && demo.signalCode === null ? once(demo, 'exit') : null;
    demo?.kill(signal);
    await ended;
  }
  after(async () => {
    await end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  test('a taken port is told in a sentence, before anything is served', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { code, err } = await run([], { KEPT_LISTEN: `127.0.0.1:${other.address().port}` });
    other.close();
    assert.match(err, /is taken by another program.*KEPT_LISTEN=/s);
    assert.equal(code, 1);
  });
  test('make demo-mail without a demo says so', async () => {
    assert.match((await run(['--mail'])).err, /does not run/);
  });
  test('mail goes in by SMTP and the answer arrives in the mailbox', async () => {
    const text = await start();
    assert.match(text, /anna@kept\.test +lead/);
    const { code, out, err } = await run(['--mail', '--answer', '--from', 'somchai']);
    assert.equal(code, 0, err);
    assert.match(out, /It appeared after [\d.]+ s/);
    assert.match(out, /In the mailbox of somchai@customer\.test:[^]*พรุ่งนี้บ่ายถึงแน่นอนค่ะ/);
  });
  test('a second demo in the same folder is refused', async () => {
    assert.match((await run([])).err, /runs already/);
  });
  test('it ends with the signal, and begins again with what was there', async () => {
    const { password } = JSON.parse(readFileSync(join(env.KEPT_DEMO, 'demo.json'), 'utf8'));
    await end('SIGINT');
    assert.equal(demo.exitCode, 0);
    await assert.rejects(fetch(`${url}/healthz`));
    assert.match(await start(), new RegExp(password));
    const browser = new Browser({ url });
    assert.equal((await browser.submit('/sign-in', { email: 'nok@kept.test', password })).status, 303);
    assert.match(textOf(await browser.page('/inbox/pending')), /สอบถามเรื่องพัสดุ/);
  });
});
