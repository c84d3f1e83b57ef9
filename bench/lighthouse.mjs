// lighthouse.mjs: the pages of the help centre as Lighthouse sees them on a middling phone: its four figures, worst page first.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, program, run, scratch, serve, show } from './bench.mjs';

const bars = { accessibility: 100, 'best-practices': 100, seo: 100, performance: 95 };

// Not in package.json: with it come two hundred packages that no test needs.
async function lighthouseItself() {
  const parts = join(build, 'parts', 'lighthouse'), at = join(parts, 'node_modules/lighthouse/core/index.js');
  if (!existsSync(at)) {
    mkdirSync(parts, { recursive: true });
    execFileSync('npm', ['install', '--prefix', parts, '--no-save', '--ignore-scripts', '--silent', 'lighthouse@12.8.2'], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return (await import(pathToFileURL(at))).default;
}

// Lighthouse asks a browser that listens. → { port, stop }
async function browser() {
  const path = ['/usr/bin/chromium', process.env.CHROMIUM].find((one) => one && existsSync(one));
  if (!path) throw new Error('needs chromium');
  const profile = mkdtempSync(scratch('chromium-'));
  const child = spawn(path, ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(line);
      if (found) resolve(Number(found[1]));
    });
    child.once('exit', () => reject(new Error('chromium ended')));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { port, stop: async () => { child.kill(); await ended; rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); } };
}

// The start page, a topic, an article and a search, of languages with and without spaces.
async function pagesOf(url) {
  const get = async (path) => (await fetch(url + path)).text();
  const out = [];
  for (const lang of ['en', 'th']) {
    const start = await get(`/help/${lang}`);
    const topic = /\/help\/[\w-]+\/c\/cat_[a-z2-7]+/.exec(start)[0], article = /\/help\/[\w-]+\/a\/art_[a-z2-7]+/.exec(start)[0];
    out.push(`/help/${lang}`, topic, article);
  }
  return [...out, '/contact'];
}

export async function helpCentre() {
  const lighthouse = await lighthouseItself();
  const data = scratch('lighthouse');
  rmSync(data, { recursive: true, force: true });
  await run('/bin/sh', ['-c', `KEPT_DATA=${data} ${program} init --demo >/dev/null`]);
  const server = await serve(data), chromium = await browser();
  const worst = Object.fromEntries(Object.keys(bars).map((name) => [name, { score: 101 }]));
  try {
    for (const path of await pagesOf(server.url)) {
      const { lhr } = await lighthouse(server.url + path, { port: chromium.port, logLevel: 'error', onlyCategories: Object.keys(bars) });
      for (const name of Object.keys(bars)) {
        const category = lhr.categories[name], score = Math.round(category.score * 100);
        const lost = category.auditRefs.filter((a) => a.weight && lhr.audits[a.id].score !== null && lhr.audits[a.id].score < 0.9).map((a) => a.id);
        if (score < worst[name].score) worst[name] = { score, path, lost };
        if (process.env.LIGHTHOUSE_ALL) show(`${path.replace(/_[a-z2-7]{16}/, '')}, ${name}`, String(score), '', lost.join(' '));
      }
    }
  } finally {
    await chromium.stop();
    await server.stop();
  }
  for (const [name, { score, path, lost }] of Object.entries(worst))
    show(`help centre, ${name}`, String(score), bars[name] === 100 ? '100' : `at least ${bars[name]}`, score === 100 ? '' : `worst: ${path} ${lost.join(' ')}`);
}
