// intake.mjs: intake_accept (intake.c) against the same writes given to SQLite with nothing around them (bare_write.c).
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyOf, median, run, scratch, show, spread, tool } from './bench.mjs';

export async function intake({ data, messages, rounds, batch = 100 }) {
  for (const [name, args] of [[`${batch} a transaction`, [batch]], ['one each, 64 callers', [1, 64]]]) {
    const recording = scratch('intake.recording'), words = args.map(String);
    rmSync(recording, { force: true });
    await run(tool('intake'), [copyOf(data), String(messages), ...words], { LD_PRELOAD: `${tool('record')}.so`, KEPT_RECORD: recording });
    const kept = [], bare = [];
    let what;
    for (let round = 0; round < rounds; round++) {
      kept.push((await run(tool('intake'), [copyOf(data), String(messages), ...words])).ms);
      what = await run(tool('bare-write'), [join(copyOf(data), 'kept.db'), recording]);
      bare.push(what.ms);
    }
    const rate = (ms) => messages / ms * 1000;
    show(`intake, ${name}: kept / bare`, (median(bare) / median(kept)).toFixed(2), 'at least 0.50',
      `${(what.writes / messages).toFixed(1)} writes a message, ${(messages / what.transactions).toFixed(0)} messages a commit`);
    show('  kept', `${rate(median(kept)).toFixed(0)} messages/s`, '', spread(kept.map(rate)));
    show('  bare', `${rate(median(bare)).toFixed(0)} messages/s`, '', spread(bare.map(rate)));
  }
}
