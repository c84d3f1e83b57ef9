// mail.mjs: mails in. By themselves (mail.c), by a process each (kept mail-in), and from Postfix's 250 to the row in a browser.
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mail } from '../test/kept.mjs';
import { startMailServer } from '../test/mailserver.mjs';
import { copyOf, median, now, pause, program, quantile, run, scratch, serve, show, signIn, spread, tool } from './bench.mjs';

export async function mailIn({ data, mails, rounds }) {
  const kept = [], read = [];
  for (let round = 0; round < rounds; round++) {
    const took = await run(tool('mail'), [copyOf(data), String(mails)]);
    kept.push(mails / took.kept_ms * 1000);
    read.push(mails / took.ms * 1000);
  }
  show('raw mails kept (answered 250)', `${median(kept).toFixed(0)} mails/s`, '', spread(kept));
  show('  and read by the parse children, taken in', `${median(read).toFixed(0)} mails/s`, '', spread(read));
}

const once = (file, args) => new Promise((resolve) => {
  const fd = openSync(file, 'r');
  spawn(program, args, { stdio: [fd, 'ignore', 'inherit'] }).once('exit', (code) => { closeSync(fd); resolve(code); });
});

export async function mailPipe({ data, mails, rounds, callers = 4 }) {
  const files = scratch('mails'), rates = [];
  rmSync(files, { recursive: true, force: true });
  mkdirSync(files);
  await new Promise((resolve) => spawn(tool('mail'), ['-', String(mails)], { cwd: files, stdio: 'inherit' }).once('exit', resolve));
  for (let round = 0; round < rounds; round++) {
    const copy = copyOf(data), server = await serve(copy);
    let next = 0, refused = 0;
    const began = now();
    await Promise.all(Array.from({ length: callers }, async () => {
      while (next < mails) if (await once(join(files, `${next++}.eml`), ['mail-in', '--data', copy, '--rcpt', 'support@kept.test']) !== 0) refused++;
    }));
    rates.push(mails / (now() - began) * 1000);
    if (refused) throw new Error(`kept mail-in refused ${refused} of ${mails}`);
    await server.stop();
  }
  show('kept mail-in, a process each', `${median(rates).toFixed(0)} mails/s`, '', `${spread(rates)}; ${callers} at once, while the server reads them`);
}

// In the browser: resolves in the moment in which the list has these words.
const rowWith = (words) => new Promise((resolve, reject) => {
  const there = () => document.querySelector('#list')?.textContent.includes(words);
  const watch = new MutationObserver(() => { if (there()) { watch.disconnect(); resolve(); } });
  watch.observe(document, { subtree: true, childList: true, characterData: true });
  setTimeout(() => reject(new Error(`no row with ${words} after 20 s`)), 20_000);
});

// A real Postfix takes the mail and says 250; the row appears in a page that stands open in Chromium, told by the hub.
export async function mailToRow({ data, mails = 50 }) {
  const copy = copyOf(data), dir = scratch('mailserver');
  rmSync(dir, { recursive: true, force: true });
  chmodSync(copy, 0o711);
  const server = await serve(copy, { env: { KEPT_MAIL_SOCKET_MODE: '666' } });
  const postfix = await startMailServer({ dir, domain: 'kept.test', domains: ['customer.test'],
    pipes: [{ address: 'support@kept.test', command: [program, 'mail-in', '--data', copy, '--rcpt', '${original_recipient}'] }] });
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const apart = [], close = [];
  try {
    const session = await signIn(server), context = await browser.newContext();
    await context.addCookies([...session.cookies].map(([name, value]) => ({ name, value, url: server.url })));
    const page = await context.newPage();
    await page.goto(`${server.url}/inbox/open`);
    const one = async (i) => {
      const words = `Parcel ${i} of the measurement`, seen = page.evaluate(rowWith, words);
      await postfix.deliver(mail({ from: 'Lan <lan@customer.test>', subject: words, id: `bench-row-${i}@customer.test` }), { from: 'lan@customer.test', to: 'support@kept.test' });
      const answered = now();
      await seen;
      return now() - answered;
    };
    for (let i = 0; i < 2; i++) await one(i); // warms up
    for (let i = 0; i < mails; i++) {
      await pause(1050 + 137 * i % 500);
      apart.push(await one(100 + i));
    }
    for (let i = 0; i < mails; i++) {
      await pause(137 * i % 500);
      close.push(await one(10_000 + i));
    }
  } finally {
    await browser.close();
    await postfix.stop();
    await server.stop();
  }
  const facts = (list) => `median ${median(list).toFixed(0)} ms, worst ${Math.max(...list).toFixed(0)} ms`;
  show('from SMTP 250 to the row in Chromium, p95', `${quantile(apart, 0.95).toFixed(0)} ms`, 'below 1000 ms', `${mails} mails over a second apart; ${facts(apart)}`);
  show('  mails close together, p95', `${quantile(close, 0.95).toFixed(0)} ms`, '', `the page asks at most once a second; ${facts(close)}`);
}
