// search.mjs: a common word of each language, looked for on the page that agents use.
import { median, now, quantile, serve, show, signIn, copyOf } from './bench.mjs';

// Each is in about three of four messages of its language.
const words = { en: 'refund', vi: 'hoàn tiền', zh: '退款', th: 'คืนเงิน' };
// Characters that stand in most messages of their language.
const single = { zh: '款', th: 'ส' };
const rare = { en: 'refund broken', vi: 'hoàn tiền kích cỡ', zh: '退款 尺码', th: 'คืนเงิน ใบเสร็จ' };

export async function search({ data, conversations, asked = 31 }) {
  const server = await serve(copyOf(data)), browser = await signIn(server);
  const took = {};
  const ask = async (q) => {
    const began = now(), answer = await browser.get(`/inbox/search?q=${encodeURIComponent(q)}`);
    const text = await answer.text();
    if (answer.status !== 200 || !text.includes('data-ref="con_')) throw new Error(`the search for ${q} found nothing`);
    return now() - began;
  };
  for (let i = -3; i < asked; i++)
    for (const [name, list] of [['one word', words], ['one character', single], ['two words', rare]])
      for (const [lang, q] of Object.entries(list)) {
        const ms = await ask(q);
        if (i >= 0) (took[`${name}, ${lang}`] ??= []).push(ms);
      }
  for (const [name, list] of Object.entries(took))
    show(`search, ${name}`, `${median(list).toFixed(1)} ms`, name.startsWith('one word') ? 'at most 10 ms' : '',
      `p95 ${quantile(list, 0.95).toFixed(1)} ms, the whole page; ${conversations * 5} messages`);
  await server.stop();
}
