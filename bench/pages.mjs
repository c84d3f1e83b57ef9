#!/usr/bin/env node
// pages.mjs: list and conversation pages of Kept against a bare program (bare.c) in one run: interleaved rounds, medians, ratios.
//   node bench/pages.mjs [--conversations 100000] [--rounds 5] [--seconds 3] [--data build/bench]
// Needs wrk (Debian). Prints, judges nothing.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { Browser, password, root } from '../test/kept.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const conversations = Number(option('conversations', 100000)), rounds = Number(option('rounds', 5));
const seconds = Number(option('seconds', 3)), build = process.env.KEPT_BUILD ?? join(root, 'build');
const data = option('data', join(build, `bench-${conversations}`)), temporary = join(build, 'bench-run');
mkdirSync(temporary, { recursive: true });
if (!existsSync(join(data, 'kept.db'))) {
  rmSync(data, { recursive: true, force: true });
  execFileSync(join(build, 'bench/bench-generate'), [data, String(conversations), '5'], { stdio: 'inherit' });
}

const started = [];
process.on('exit', () => started.forEach((child) => child.kill('SIGKILL')));
async function start(program, args, stdio, line) {
  const child = spawn(program, args, { stdio });
  started.push(child);
  const first = await new Promise((resolve) => createInterface({ input: line(child) }).once('line', resolve));
  return { child, first };
}
const kept = await start(join(build, 'kept'), ['serve', '--data', data, '--listen', '127.0.0.1:0', '--ready-fd', '3', '--log', 'warn'],
  ['ignore', 'ignore', 'inherit', 'pipe'], (child) => child.stdio[3]);
const url = `http://127.0.0.1:${kept.first}`, browser = new Browser({ url });
const signed = await browser.submit('/sign-in', { email: 'agent0@kept.test', password });
if (signed.status !== 303) throw new Error(`sign-in answered ${signed.status}`);
const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

const bareWith = (sizes) => start(join(build, 'bench/bench-bare'), [data, '18099', ...sizes.map(String)],
  ['ignore', 'pipe', 'inherit'], (child) => child.stdout);
let bare = await bareWith([1, 1]);
const keys = (await (await fetch('http://127.0.0.1:18099/keys?n=5000')).text()).trim().split('\n').map((line) => line.split(' '));
const size = async (path) => (await (await browser.get(path)).arrayBuffer()).byteLength;
const listPath = ([ref, at]) => `/inbox/resolved?before=${at}.${ref}`, pagePath = ([ref]) => `/c/${ref}`;
const mean = async (path) => Math.round((await Promise.all(keys.slice(0, 50).map((key) => size(path(key))))).reduce((a, b) => a + b) / 50);
const listBytes = await mean(listPath), pageBytes = await mean(pagePath);
bare.child.kill('SIGKILL');
await new Promise((resolve) => bare.child.once('exit', resolve));
bare = await bareWith([listBytes, pageBytes]);

const lua = join(temporary, 'paths.lua');
writeFileSync(lua, `local paths, i = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
request = function() i = i + 1; return wrk.format("GET", paths[i % #paths + 1], {Cookie = os.getenv("COOKIE")}) end
done = function(s, l) print(string.format("RESULT %f %f %f %d", s.requests / s.duration * 1e6, l:percentile(50) / 1000, l:percentile(99) / 1000, s.errors.status)) end
`);
function load(base, paths, connections = 16) {
  const file = join(temporary, 'paths.txt');
  writeFileSync(file, paths.join('\n'));
  const out = execFileSync('wrk', ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', lua, base],
    { env: { ...process.env, PATHS: file, COOKIE: cookie }, encoding: 'utf8' });
  const [, rate, p50, p99, errors] = /RESULT ([\d.]+) ([\d.]+) ([\d.]+) (\d+)/.exec(out);
  if (Number(errors)) throw new Error(`${errors} answers of ${base} were errors`);
  return { rate: Number(rate), p50: Number(p50), p99: Number(p99) };
}
const bareUrl = 'http://127.0.0.1:18099';
const cases = {
  'list, kept': () => load(url, keys.map(listPath)),
  'list, bare': () => load(bareUrl, keys.map(([, at, id]) => `/list?at=${at}&id=${id}`)),
  'list, fixed page': () => load(bareUrl, [`/fixed?n=${listBytes}`]),
  'conversation, kept': () => load(url, keys.map(pagePath)),
  'conversation, bare': () => load(bareUrl, keys.map(([ref]) => `/conversation?ref=${ref}`)),
  'conversation, fixed page': () => load(bareUrl, [`/fixed?n=${pageBytes}`]),
};
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) for (const name of Object.keys(cases)) results[name].push(cases[name]().rate);
const rate = Object.fromEntries(Object.entries(results).map(([name, list]) => [name, median(list)]));
console.log(`${conversations} conversations of 5 messages; list ${listBytes} bytes, conversation ${pageBytes} bytes; ${rounds} rounds of ${seconds} s`);
for (const [name, value] of Object.entries(rate)) console.log(`${name.padEnd(28)} ${value.toFixed(0).padStart(8)} requests/s`);
console.log(`list: kept / bare            ${(rate['list, kept'] / rate['list, bare']).toFixed(2)}`);
console.log(`conversation: kept / bare    ${(rate['conversation, kept'] / rate['conversation, bare']).toFixed(2)}`);

// p99 of the list while 20 replies a second are written
const quiet = load(url, keys.map(listPath), 32);
let writing = true, written = 0;
const writer = (async () => {
  for (let i = 0; writing; i++) {
    const began = Date.now();
    const answer = await browser.submit(`/c/${keys[i % keys.length][0]}/reply`, { kind: 'reply', text: `Reply ${i}`, then: 'resolved', anyway: 1 });
    if (answer.status === 303) written++;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 50 - (Date.now() - began))));
  }
})();
const busy = await new Promise((resolve) => {
  const file = join(temporary, 'paths.txt');
  const child = spawn('wrk', ['-t', '1', '-c', '32', '-d', `${seconds * 3}s`, '-s', lua, url], { env: { ...process.env, PATHS: file, COOKIE: cookie } });
  let out = '';
  child.stdout.on('data', (text) => { out += text; });
  child.once('exit', () => { const [, , p50, p99] = /RESULT ([\d.]+) ([\d.]+) ([\d.]+)/.exec(out); resolve({ p50: Number(p50), p99: Number(p99) }); });
});
writing = false;
await writer;
console.log(`list at 32 connections: median ${quiet.p50.toFixed(1)} ms, p99 ${quiet.p99.toFixed(1)} ms; with ${(written / seconds / 3).toFixed(0)} replies/s: median ${busy.p50.toFixed(1)} ms, p99 ${busy.p99.toFixed(1)} ms, p99/median ${(busy.p99 / busy.p50).toFixed(1)}`);
const pss = /Pss:\s+(\d+) kB/.exec(readFileSync(`/proc/${kept.child.pid}/smaps_rollup`, 'utf8'))[1];
console.log(`memory after the load: ${(pss / 1000).toFixed(0)} MB PSS`);
process.exit(0);
