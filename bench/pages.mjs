// pages.mjs: list and conversation pages of Kept against a bare program (bare.c), which runs the same queries with the same
// values, as recorded from Kept itself; and the list's p99 while replies are written. With the memory after that load.
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cookieOf, copyOf, keysOf, load, median, now, pause, pssOf, scratch, serve, show, signIn, spread, start, tool } from './bench.mjs';

const listPath = ([ref, at]) => `/inbox/resolved?before=${at}.${ref}`, pagePath = ([ref]) => `/c/${ref}`;

// Asks for each page once, one after the other, while record.c writes down what SQLite is asked; what was written between two
// answers belongs to the page. → places in the recording
async function recordPages(data, keys) {
  const recording = scratch('pages.recording');
  rmSync(recording, { force: true });
  const server = await serve(data, { env: { LD_PRELOAD: `${tool('record')}.so`, KEPT_RECORD: recording } });
  const browser = await signIn(server), slices = [], bytes = { list: [], conversation: [] };
  const page = async (kind, path) => {
    const from = statSync(recording).size, answer = await browser.get(path);
    bytes[kind].push((await answer.arrayBuffer()).byteLength);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    slices.push(`${kind} ${from} ${statSync(recording).size}`);
  };
  await browser.get(listPath(keys[0]));
  for (const key of keys) await page('list', listPath(key));
  for (const key of keys) await page('conversation', pagePath(key));
  await server.stop();
  writeFileSync(scratch('pages.slices'), slices.join('\n'));
  const mean = (list) => Math.round(list.reduce((a, b) => a + b) / list.length);
  return { recording, slices: scratch('pages.slices'), listBytes: mean(bytes.list), pageBytes: mean(bytes.conversation) };
}

export async function pages({ data, conversations, rounds, seconds, keys: keysN = Math.min(5000, conversations / 2) }) {
  const keys = keysOf(data, keysN), copy = copyOf(data, 'pages');
  const recorded = await recordPages(copy, keys);
  const kept = await serve(copy), cookie = cookieOf(await signIn(kept)), browser = await signIn(kept);
  const bare = await start(tool('bare'), [join(copy, 'kept.db'), 'serve', recorded.recording, recorded.slices, recorded.listBytes, recorded.pageBytes].map(String));
  const [port, listQueries, pageQueries] = bare.first.split(' '), bareUrl = `http://127.0.0.1:${port}`;
  const numbers = keys.map((_, i) => i);
  const cases = {
    'list, kept': () => load(kept.url, keys.map(listPath), { seconds, cookie }),
    'list, bare': () => load(bareUrl, numbers.map((n) => `/list?n=${n}`), { seconds }),
    'list, fixed page': () => load(bareUrl, [`/fixed?n=${recorded.listBytes}`], { seconds }),
    'conversation, kept': () => load(kept.url, keys.map(pagePath), { seconds, cookie }),
    'conversation, bare': () => load(bareUrl, numbers.map((n) => `/conversation?n=${n}`), { seconds }),
    'conversation, fixed page': () => load(bareUrl, [`/fixed?n=${recorded.pageBytes}`], { seconds }),
  };
  const rates = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const name of Object.keys(cases)) rates[name].push((await cases[name]()).rate);
  const sizes = { list: `${listQueries} queries, ${recorded.listBytes} bytes`, conversation: `${pageQueries} queries, ${recorded.pageBytes} bytes` };
  for (const kind of ['list', 'conversation']) {
    const ratio = median(rates[`${kind}, kept`]) / median(rates[`${kind}, bare`]);
    show(`${kind} page: kept / bare`, ratio.toFixed(2), 'at least 0.60', sizes[kind]);
    for (const who of ['kept', 'bare', 'fixed page']) show(`  ${who}`, `${median(rates[`${kind}, ${who}`]).toFixed(0)} pages/s`, '', spread(rates[`${kind}, ${who}`]));
  }

  // p99 of the list at 32 connections, without and with 20 replies a second
  const quiet = [], busy = [];
  let written = 0, replying = 0, turn = 0;
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    quiet.push(await load(kept.url, keys.map(listPath), { connections: 32, seconds, cookie }));
    let on = true;
    const began = now();
    const writer = (async () => {
      for (; on; turn++) {
        const next = now() + 50;
        const answer = await browser.submit(`/c/${keys[turn % keys.length][0]}/reply`, { kind: 'reply', text: `Reply ${turn}`, then: 'resolved', anyway: 1 });
        if (answer.status === 303) written++;
        await pause(Math.max(0, next - now()));
      }
    })();
    busy.push(await load(kept.url, keys.map(listPath), { connections: 32, seconds: seconds * 2, cookie }));
    on = false;
    await writer;
    replying += now() - began;
  }
  const of = (list, what) => median(list.map((one) => one[what]));
  show('list at 32 connections, p99', `${of(quiet, 'p99').toFixed(1)} ms`, '', `median ${of(quiet, 'p50').toFixed(1)} ms`);
  show(`  with ${(written / replying * 1000).toFixed(0)} replies/s, p99`, `${of(busy, 'p99').toFixed(1)} ms`, '',
    `median ${of(busy, 'p50').toFixed(1)} ms, p99/median ${(of(busy, 'p99') / of(busy, 'p50')).toFixed(1)}`);
  const own = pssOf(kept.child.pid), all = pssOf(kept.child.pid, { children: true });
  show('memory after this load (PSS)', `${(all / 1000).toFixed(0)} MB`, 'at most 120 MB', `the server ${(own / 1000).toFixed(0)} MB, its children the rest`);
  await bare.stop('SIGKILL');
  await kept.stop();
}
