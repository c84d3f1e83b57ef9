// start.mjs: from exec to the first page answered, on data that is there.
import { copyOf, cookieOf, median, now, serve, show, signIn, spread } from './bench.mjs';

export async function coldStart({ data, conversations, rounds }) {
  const copy = copyOf(data), first = await serve(copy), cookie = cookieOf(await signIn(first)), ready = [], answered = [];
  await first.stop();
  for (let round = 0; round < rounds; round++) {
    const server = await serve(copy);
    ready.push(now() - server.began);
    const answer = await fetch(`${server.url}/inbox/open`, { headers: { cookie }, redirect: 'manual' });
    await answer.arrayBuffer();
    answered.push(now() - server.began);
    if (answer.status !== 200) throw new Error(`the first page answered ${answer.status}`);
    await server.stop();
  }
  show('start: from exec to the first page', `${median(answered).toFixed(0)} ms`, 'at most 300 ms',
    `${spread(answered)}; ready after ${median(ready).toFixed(0)} ms; ${conversations} conversations, files in the page cache`);
}
