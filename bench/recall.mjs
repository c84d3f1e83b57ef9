// recall.mjs: everybody who was told a wrong version, listed as a correction does it.
import { rmSync } from 'node:fs';
import { run, scratch, show, tool } from './bench.mjs';

export async function whoWasTold({ told = 1000000, rounds }) {
  for (const [share, name] of [[10, 'one in ten said it'], [1, 'each one said it']]) {
    const data = scratch('recall');
    rmSync(data, { recursive: true, force: true });
    const { people, ms, written, wait } = await run(tool('recall'), [data, String(told), String(share), String(rounds)]);
    show(`correction: ${told} messages, ${name}`, `${ms.toFixed(0)} ms`, 'at most 1000 ms', `all ${people} people who were told, SQLite, files in the page cache`);
    show(`correction: ${people} people written down`, `${(written / 1000).toFixed(1)} s`, '', `others wait at most ${wait} ms for a write meanwhile`);
    rmSync(data, { recursive: true, force: true });
  }
}
