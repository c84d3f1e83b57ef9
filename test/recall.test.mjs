// What customers were told was wrong: everybody who was told is found, told once, and counted until nobody is left.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startSink } from './smtp_sink.mjs';

const HOUR = 3600_000;
const env = { KEPT_ORIGIN: 'https://help.kept.test' };
const clock = '2026-03-16T09:00:00+07:00'; // a Monday
let kept, sink, lan, mai, minh, api;
before(async () => {
  sink = await startSink();
  kept = await startKept({ clock, env });
  lan = await kept.agent('lan@kept.test', { name: 'Lan', role: 'lead' });
  mai = await kept.agent('mai@kept.test', { name: 'Mai', role: 'lead' });
  minh = await kept.agent('minh@kept.test', { name: 'Minh', role: 'agent' });
  const set = await kept.cli(['inbox', 'set', 'support@kept.test', '--smtp', `127.0.0.1:${sink.port}`, '--smtp-security', 'plain']);
  assert.equal(set.code, 0, set.stderr);
  api = kept.caller(await kept.token('lan@kept.test'));
});
after(async () => { await kept?.stop(); sink?.stop(); });

const texts = {
  en: { title: 'Battery of the lamp', body: 'The battery of the lamp may be charged with any charger of up to twenty volts, overnight as well.',
    fixed: 'The battery of the lamp may only be charged with the charger in the box, five volts, and never overnight without somebody near.' },
  vi: { title: 'Pin của đèn', body: 'Pin của đèn có thể sạc bằng mọi loại sạc đến hai mươi vôn, kể cả sạc qua đêm khi không có ai ở nhà cũng được.',
    fixed: 'Pin của đèn chỉ được sạc bằng bộ sạc năm vôn kèm trong hộp, và tuyệt đối không sạc qua đêm khi không có người trông.' },
  th: { title: 'แบตเตอรี่ของโคมไฟ', body: 'แบตเตอรี่ของโคมไฟชาร์จด้วยที่ชาร์จแบบใดก็ได้ไม่เกินยี่สิบโวลต์ และชาร์จทิ้งไว้ข้ามคืนได้โดยไม่ต้องมีคนเฝ้า',
    fixed: 'แบตเตอรี่ของโคมไฟต้องชาร์จด้วยที่ชาร์จห้าโวลต์ในกล่องเท่านั้น และห้ามชาร์จทิ้งไว้ข้ามคืนโดยไม่มีคนเฝ้า' },
};
const asked = { en: 'How do I charge the lamp?', vi: 'Cho tôi hỏi sạc đèn như thế nào ạ?', th: 'ขอสอบถามวิธีชาร์จโคมไฟค่ะ' };
const parts = {
  en: { wrong: 'We said that any charger of up to twenty volts will do.', correct: 'Only the charger in the box, with five volts, is safe.',
    meaning: 'Please stop using another charger; the battery can get hot.', remedy: 'We replace every battery that was charged in another way, at our cost.' },
  vi: { wrong: 'Chúng tôi đã nói có thể dùng mọi loại sạc đến hai mươi vôn.', correct: 'Chỉ bộ sạc năm vôn kèm trong hộp là an toàn.',
    meaning: 'Xin quý khách ngừng dùng bộ sạc khác vì pin có thể nóng lên.', remedy: 'Chúng tôi đổi miễn phí mọi pin đã sạc bằng bộ sạc khác.' },
  th: { wrong: 'เราเคยแจ้งว่าใช้ที่ชาร์จแบบใดก็ได้ไม่เกินยี่สิบโวลต์', correct: 'ใช้ได้เฉพาะที่ชาร์จห้าโวลต์ในกล่องเท่านั้น',
    meaning: 'กรุณาหยุดใช้ที่ชาร์จอื่น เพราะแบตเตอรี่อาจร้อนได้', remedy: 'เราเปลี่ยนแบตเตอรี่ที่ชาร์จด้วยวิธีอื่นให้โดยไม่มีค่าใช้จ่าย' },
};

async function publish(lang, title, body, source, klass = 'howto') {
  const made = await api('POST', '/articles', { lang, title, body, class: klass, publish: true, ...(source ? { source } : {}) });
  assert.equal(made.http, 201, JSON.stringify(made));
  return made.ref;
}
async function correct(ref, title, body) {
  const made = await api('POST', `/articles/${ref}/versions`, { title, body, facts: 'changed', note: 'Only five volts', publish: true });
  assert.equal(made.http, 201, JSON.stringify(made));
}
const addressOf = (n) => `c${n}@customer.test`;
async function asks(n, lang, subject = `Lamp ${n}`) {
  assert.equal(await kept.mailIn(mail({ from: `Customer ${n} <${addressOf(n)}>`, subject, text: asked[lang] }), 'support@kept.test'), 0);
  await kept.settle();
  return refsOf(await lan.page('/inbox/unassigned'))[0];
}
async function tell(ref, body) {
  const told = await api('POST', `/conversations/${ref}/messages`, { kind: 'agent', body });
  assert.equal(told.http, 201, JSON.stringify(told));
  await kept.settle();
}
const langOf = (n) => (n <= 10 ? 'en' : n <= 18 ? 'vi' : 'th');
const begin = async (article, fields, who = lan) => {
  const answer = await who.submit('/recalls', { article, from: 1, to: 1, class: 1, ...fields });
  assert.equal(answer.status, 303, await answer.text());
  return /rcl_[a-z2-7]{16}/.exec(answer.headers.get('location'))[0];
};
const act = (recall, what, who = lan) => who.submit(`/recalls/${recall}/act`, { do: what });
const write = (recall, lang, who = lan, more = {}) => who.submit(`/recalls/${recall}/text`, { lang, ...parts[lang], ...more });
const page = async (recall, query = '') => (await lan.page(`/recalls/${recall}${query}`));
const people = (html) => [...new Set([...html.matchAll(/rcp_[a-z2-7]{16}/g)].map((m) => m[0]))];
const told = (address) => sink.mails.filter((m) => m.to.includes(address));

let articles, recall;
const conversations = {};

test('everyone who was told is found, in each language and once, and who was put right before is left out', async () => {
  const en = await publish('en', texts.en.title, texts.en.body);
  articles = { en, vi: await publish('vi', texts.vi.title, texts.vi.body, en), th: await publish('th', texts.th.title, texts.th.body, en) };
  for (let n = 1; n <= 25; n++) {
    conversations[n] = await asks(n, langOf(n));
    await tell(conversations[n], texts[langOf(n)].body);
  }
  await tell(conversations[2], `Once more: ${texts.en.body}`);
  const other = await asks(26, 'en');
  await tell(other, 'Please hold the button for three seconds, and the lamp goes on.');
  await correct(articles.en, texts.en.title, texts.en.fixed);
  await tell(conversations[1], texts.en.fixed);

  const form = await lan.page(`/recalls/new?article=${articles.en}`);
  assert.match(textOf(form), /Tell everyone who was told/);
  assert.equal((await lan.submit('/recalls', { article: articles.en, from: 1, to: 1 })).status, 422, 'without a class');
  assert.equal((await minh.submit('/recalls', { article: articles.en, from: 1, to: 1, class: 1 })).status, 403);
  recall = await begin(articles.en, { all_langs: 1 });
  const html = await page(recall);
  assert.match(textOf(html), /reached: 0 of 24\. Still to do: 24\. Put right before: 1\./);
  assert.equal(people(html).length, 25);
  const twice = people(await page(recall, '?state=no_text'));
  assert.equal(twice.length, 24);
  assert.match(textOf(html), /Customer 2 [^×]*2×/);
  assert.doesNotMatch(textOf(html), /Customer 26/);
  assert.equal((await lan.submit('/recalls', { article: articles.en, from: 1, to: 1, class: 1 })).status, 422, 'twice');
});

test('what is wrong is frozen at once, in each language; the corrected text is not', async () => {
  for (const lang of ['vi', 'th']) {
    assert.equal((await api('GET', `/articles/${articles[lang]}`)).trust.why, 'recalled', lang);
    const refused = await minh.submit(`/c/${conversations[3]}/articles/${articles[lang]}`, {});
    assert.equal(refused.status, 409);
  }
  assert.notEqual((await api('GET', `/articles/${articles.en}`)).trust.why, 'recalled');
  // Neither by a saved reply that says it, nor by a program.
  const said = await lan.submit('/admin/replies', { do: 'save', name: 'Pin', lang: 'vi', text: `Dạ em chào {customer.call_name}. ${texts.vi.body}` });
  assert.ok(said.status < 400, await said.text());
  const menu = await minh.page(`/c/${conversations[12]}`), saved = /rep_[a-z2-7]{16}/.exec(menu)?.[0];
  assert.ok(saved, 'the saved reply is offered');
  const refused = await minh.submit(`/c/${conversations[12]}/reply`, { kind: 'reply', text: 'Dạ', insert: saved });
  assert.equal(refused.status, 409);
  assert.match(textOf(await refused.text()), /which must not be used any more/);
  const events = await kept.ask("SELECT count(*) FROM event WHERE kind = 'article.insert_refused' AND code = 'saved_reply'");
  assert.equal(Number(events), 1);
  const program = await api('POST', `/conversations/${conversations[12]}/messages`, { kind: 'agent', body: texts.vi.body });
  assert.deepEqual([program.http, program.reason], [409, 'article_wrong'], JSON.stringify(program));
  const shown = async (lang) => textOf(await kept.browser().page(`/help/${lang}/a/${articles[lang]}`));
  assert.doesNotMatch(await shown('vi'), /hai mươi vôn/, 'nor is it read any more');
  assert.match(await shown('en'), /five volts/);
  const warning = async (text) => JSON.parse(await (await minh.submit(`/c/${conversations[3]}/draft`, { kind: 'reply', text })).text()).warning;
  assert.match(await warning(texts.vi.body), /must not be used any more/);
  assert.match(await warning(texts.en.body), /before its facts changed/);
  assert.doesNotMatch(await warning(texts.en.fixed) ?? '', /facts|must not/);
});

test('a correction says all four things, takes the blame, and is checked', async () => {
  assert.equal((await write(recall, 'en', lan, { remedy: '' })).status, 422);
  assert.equal((await act(recall, 'go')).status, 409, 'nothing is written');
  for (const lang of ['en', 'vi', 'th']) assert.equal((await write(recall, lang)).status, 303);
  const text = textOf(await page(recall));
  assert.match(text, /The mistake was ours, and we are sorry/);
  const rude = await write(recall, 'en', lan, { wrong: 'You should have read the manual, as we told you before.' });
  assert.equal(rude.status, 303);
  assert.match(await page(recall), /class="notice notice-(late|soon)"[^>]*>[\s\S]{0,400}You should have|as we told you/i);
  assert.equal((await write(recall, 'en')).status, 303);
});

test('each one can be read and changed', async () => {
  const one = people(await page(recall, '?state=waits'))[0];
  const html = await lan.page(`/recalls/${recall}/people/${one}`);
  assert.match(html, /Only the charger in the box/);
  assert.match(textOf(html), /How this customer was told.*shown as (not verified|verified|doubted) then, trust \d+/s);
  assert.equal((await lan.submit(`/recalls/${recall}/people/${one}/text`, { text: 'Dear customer, only the charger in the box is safe. We are sorry: the mistake was ours.' })).status, 303);
  assert.match(await lan.page(`/recalls/${recall}/people/${one}`), /Dear customer, only the charger/);
  assert.equal((await minh.submit(`/recalls/${recall}/people/${one}/text`, { text: 'x' })).status, 403);
  const reviewed = await lan.submit(`/recalls/${recall}/people/${one}/act`, { do: 'reviewed' }), next = reviewed.headers.get('location');
  assert.match(next, /people\/rcp_[a-z2-7]{16}\?done=saved$/);
  assert.doesNotMatch(next, new RegExp(one), 'the next one');
  assert.match(await lan.page(next), new RegExp(`href="/recalls/${recall}/people/${one}"`), 'and back');
});

test('over twenty people need a second person, who neither began nor wrote it', async () => {
  assert.equal((await act(recall, 'go')).status, 409);
  assert.equal((await act(recall, 'approve')).status, 403, 'her own');
  assert.equal((await write(recall, 'th', mai)).status, 303);
  assert.equal((await act(recall, 'approve', mai)).status, 403, 'she wrote one of them');
  assert.equal((await write(recall, 'th')).status, 303);
  assert.equal((await act(recall, 'approve', mai)).status, 303);
  assert.equal((await write(recall, 'th')).status, 303, 'and whoever changes it afterwards needs it again');
  assert.equal((await act(recall, 'go')).status, 409);
  assert.equal((await act(recall, 'approve', mai)).status, 303);
});

test('five get it first; stopped it stays stopped', async () => {
  sink.mails.length = 0;
  sink.refuse.add(addressOf(9));
  assert.equal((await act(recall, 'go')).status, 303);
  await kept.settle();
  await kept.advance(20_000);
  assert.equal(sink.mails.length, 5);
  assert.match(sink.mails.at(-1).text, /^In-Reply-To:/im, 'in the thread');
  await kept.advance(HOUR);
  assert.equal(sink.mails.length, 5, 'the rest waits for a person');
  assert.equal((await act(recall, 'stop')).status, 303);
  await kept.advance(HOUR);
  assert.equal(sink.mails.length, 5);
  assert.equal((await act(recall, 'stop')).status, 409, 'it stands still already');
});

test('killed in the middle it goes on: nobody twice, nobody lost', async () => {
  const killed = new Promise((resolve) => { sink.onMail = (n) => { if (n === 9) resolve(); }; });
  assert.equal((await act(recall, 'go')).status, 303);
  await kept.settle(); // the letters are written; in twenty seconds they go
  const going = kept.advance(20_000).catch(() => {});
  await killed;
  sink.onMail = null;
  await kept.kill();
  await Promise.race([going, new Promise((resolve) => { setTimeout(resolve, 100); })]);
  await kept.serve({ clock: new Date(kept.now()).toISOString(), env });
  await kept.advance(HOUR);
  for (let n = 2; n <= 25; n++) {
    const ids = new Set(told(addressOf(n)).map((m) => m.id));
    assert.equal(ids.size, n === 9 ? 0 : 1, `customer ${n}`);
  }
  assert.equal(told(addressOf(1)).length, 0, 'put right before');
  assert.equal(told(addressOf(26)).length, 0, 'never told');
  const html = await page(recall);
  assert.match(textOf(html), /reached: 23 of 24\. Still to do: 1\./);
  assert.match(html, /<rect class="bar-done"/);
  assert.match(textOf(html), /Nine in ten knew by/);
  assert.equal(people(await page(recall, '?state=failed')).length, 1);
});

test('a correction is no answer: who waits goes on waiting, and what was resolved stays so', async () => {
  const text = 'The umbrella called Quay opens by itself at a wind of up to forty kilometres an hour, and has no button.';
  const article = await publish('en', 'Umbrella Quay', text);
  const waiting = await asks(30, 'en'), solved = await asks(31, 'en'), after = 'And where is my parcel?';
  for (const ref of [waiting, solved]) await tell(ref, text);
  assert.equal(await kept.mailIn(mail({ from: `Customer 30 <${addressOf(30)}>`, subject: 'Re: Lamp 30', text: after,
    headers: { 'In-Reply-To': `<${told(addressOf(30))[0].id}>` } }), 'support@kept.test'), 0);
  await kept.settle();
  await api('PATCH', `/conversations/${solved}`, { status: 'resolved' });
  const before = await Promise.all([waiting, solved].map((ref) => api('GET', `/conversations/${ref}`)));
  assert.ok(before[0].waiting_since);
  assert.equal(before[1].status, 'resolved');
  const second = await begin(article, { class: 2 });
  await write(second, 'en');
  assert.equal((await act(second, 'go')).status, 303, 'two need no second person');
  await kept.settle();
  await kept.advance(20_000);
  assert.equal(sink.mails.filter((m) => /<strong>What is right/.test(m.text.replace(/=\r\n/g, '')) && m.to.some((to) => to === addressOf(30) || to === addressOf(31))).length, 2);
  const now = await Promise.all([waiting, solved].map((ref) => api('GET', `/conversations/${ref}`)));
  for (const i of [0, 1])
    for (const field of ['status', 'waiting_since', 'assignee']) assert.deepEqual(now[i][field], before[i][field], field);
});

test('read is said by a pressed button, never by an opened link', async () => {
  const letter = told(addressOf(5))[0];
  const link = /\/case\/([\w-]+)/.exec(letter.text.replace(/=\r\n/g, ''))[1];
  const customer = kept.browser();
  const html = await customer.page(`/case/${link}`);
  assert.match(textOf(html), /We have to correct something/);
  const person = people(html)[0];
  assert.doesNotMatch(textOf(await page(recall)), /Says that it was read/, 'a GET says nothing');
  const elsewhere = people(await page(recall, '?state=delivered')).find((p) => p !== person);
  assert.equal((await customer.submit(`/case/${link}/noted`, { person: elsewhere }, { from: `/case/${link}` })).status, 404, 'somebody else’s');
  assert.equal((await customer.submit(`/case/${link}/noted`, { person }, { from: `/case/${link}` })).status, 303);
  assert.match(textOf(await customer.page(`/case/${link}`)), /You told us on .* that you have read this/);
  assert.equal(people(await page(recall, '?state=acknowledged')).length, 1);
});

test('class I closes when each one is reached or was tried three times, with cause and prevention', async () => {
  const close = (fields) => lan.submit(`/recalls/${recall}/close`, { cause: 'A table of the supplier was read wrongly.', prevention: 'Two people sign the values of chargers.', ...fields });
  assert.equal((await close({ cause: ' ' })).status, 422);
  assert.equal((await close({ prevention: '' })).status, 422);
  assert.equal((await close({})).status, 422, 'one was not reached');
  const [failed] = people(await page(recall, '?state=failed'));
  const note = (what, words = '') => minh.submit(`/recalls/${recall}/people/${failed}/act`, { do: what, note: words });
  const refused = await note('tried'), said = await refused.text();
  assert.equal(refused.status, 422, 'without a note');
  assert.match(textOf(said), /Not saved yet.*Write a note: how it was done, or why it could not be/s);
  assert.match(said, /<input[^>]*name="note"[^>]*aria-invalid="true"/, 'where it is to be written');
  assert.equal((await note('harm_open', 'The battery melted.')).status, 303);
  assert.equal((await note('again')).status, 303);
  await kept.advance(20_000);
  assert.equal((await note('tried', 'Called, nobody answered')).status, 303);
  assert.match(textOf(await page(recall)), /Cannot be reached/);
  assert.equal((await close({})).status, 422, 'harm is open');
  assert.equal((await note('harm_repaired', 'New lamp sent')).status, 303);
  assert.equal((await close({})).status, 303);
  assert.match(textOf(await page(recall)), /Closed/);
  assert.equal((await act(recall, 'go')).status, 409);
});

test('class III sends nothing: it stands beside the next answer', async () => {
  const article = await publish('en', 'Colour of the bag', 'The bag called Harbour is made of a dark green canvas with a lining in the same green.');
  const ref = await asks(40, 'en');
  await tell(ref, 'The bag called Harbour is made of a dark green canvas with a lining in the same green.');
  const third = await begin(article, { class: 3 });
  assert.equal((await write(third, 'en')).status, 303);
  assert.equal((await act(third, 'go')).status, 409);
  const html = await minh.page(`/c/${ref}`);
  assert.match(textOf(html), /was told something wrong and does not know it yet/);
  const person = people(html)[0];
  const inserted = await minh.submit(`/c/${ref}/draft/insert`, { kind: 'reply', insert: person, text: 'Hello' }, { headers: { 'HX-Request': 'true' } });
  assert.match(await inserted.text(), /Only the charger in the box/);
  assert.equal((await minh.submit(`/recalls/${third}/people/${person}/act`, { do: 'reached', note: 'told', back: ref })).status, 303);
  assert.doesNotMatch(textOf(await minh.page(`/c/${ref}`)), /does not know it yet/);
});

test('a false alarm is taken back, and the article is free again', async () => {
  const article = await publish('en', 'Weight of the chair', 'The folding chair called Pier carries a weight of one hundred and twenty kilograms at most.');
  const alarm = await begin(article, { class: 2 });
  assert.equal((await api('GET', `/articles/${article}`)).trust.why, 'recalled');
  const to = new RegExp(`href="/recalls/${alarm}">`);
  assert.match(await lan.page(`/articles/${article}`), to, 'the article leads to it');
  assert.match(await lan.page(`/recalls/new?article=${article}`), to, 'and so does whoever would begin it again');
  const again = await lan.submit('/recalls', { article, from: 1, to: 1, class: 2 });
  assert.equal(again.status, 422);
  assert.match(await again.text(), to);
  assert.match(textOf(await page(alarm)), /No message of ours that went out said these versions/);
  assert.equal((await act(alarm, 'withdraw')).status, 303);
  assert.doesNotMatch(await lan.page(`/articles/${article}`), to);
  assert.notEqual((await api('GET', `/articles/${article}`)).trust.why, 'recalled');
  assert.equal((await act(alarm, 'go')).status, 409);
});

test('stepping back to a wrong text freezes it again', async () => {
  const back = await lan.submit(`/articles/${articles.en}/act`, { do: 'publish', number: 1 });
  assert.equal(back.status, 303);
  assert.equal((await api('GET', `/articles/${articles.en}`)).trust.why, 'recalled');
});

// ---- what is proposed, and where it is seen ----

const hotline = {
  before: 'Đường dây nóng phục vụ khách hàng mở cửa từ tám giờ sáng đến mười giờ tối mỗi ngày. Cuộc gọi đến tổng đài hoàn toàn miễn phí cho mọi khách hàng trong nước.',
  after: 'Đường dây nóng phục vụ khách hàng mở cửa từ tám giờ sáng đến mười giờ tối mỗi ngày. Cuộc gọi đến tổng đài được tính một nghìn đồng mỗi phút theo giá của nhà mạng.',
};
let line, hotlineRecall;

test('what changed between the versions is proposed, in the customer’s language and addressed to her', async () => {
  lan = await kept.agent('lan@kept.test');
  line = await asks(50, 'vi', 'Tổng đài');
  const article = await publish('vi', 'Đường dây nóng', hotline.before, undefined, 'contact');
  await tell(line, hotline.before);
  assert.doesNotMatch(await lan.page(`/recalls/new?article=${article}`), /Chosen as the last time/, 'no such article was corrected before');
  await kept.advance(60_000);
  await correct(article, 'Đường dây nóng', hotline.after);
  hotlineRecall = await begin(article, { class: 2 });
  const html = await page(hotlineRecall);
  const field = (name) => new RegExp(`name="${name}"[^>]*>([^<]*)</textarea>`).exec(html)[1];
  assert.match(field('wrong'), /Chúng tôi đã báo với \{customer\.address\}: “Cuộc gọi đến tổng đài hoàn toàn miễn phí/);
  assert.doesNotMatch(field('wrong'), /mở cửa từ tám giờ/, 'what is still right is not in it');
  assert.match(field('correct'), /^Cuộc gọi đến tổng đài được tính một nghìn đồng/);
  assert.equal(field('meaning'), '', 'what it means for her nobody but a person can say');
  assert.match(textOf(html), /Proposed from what changed between version 1 and version 2/);
  assert.match(textOf(html), /Missing/, 'a proposal is not a text: nothing goes by itself');
  assert.equal((await act(hotlineRecall, 'go')).status, 409);

  const contact = await kept.ask(`SELECT ref FROM contact WHERE id = (SELECT contact_id FROM conversation WHERE ref = '${line}')`);
  await lan.submit(`/contacts/${contact}/edit`, { name: 'Nguyễn Thị Hoa', lang: 'vi', address_form: 'chị', call_name: 'Hoa' });
  await write(hotlineRecall, 'vi', lan, { wrong: field('wrong'), correct: field('correct') });
  const [person] = people(await page(hotlineRecall, '?state=waits'));
  const letter = textOf(await lan.page(`/recalls/${hotlineRecall}/people/${person}`));
  assert.match(letter, /Chúng tôi đã báo với chị: “Cuộc gọi/);
  assert.doesNotMatch(letter.replace(/\{customer\.address\} [^{]*variables?/g, ''), /Chúng tôi đã báo với \{/);
  assert.doesNotMatch(await page(hotlineRecall), /Proposed from what changed/, 'twin: once it is written, nothing is proposed');
});

test('the class of the last correction of such articles is proposed', async () => {
  const again = await publish('vi', 'Giờ mở cửa', 'Cửa hàng mở cửa từ thứ hai đến thứ bảy, nghỉ chủ nhật và ngày lễ.', undefined, 'contact');
  const html = await lan.page(`/recalls/new?article=${again}`);
  assert.match(html, /value="2" checked/);
  assert.match(textOf(html), /Chosen as the last time for “Contact and hours”/);
  const other = await publish('en', 'Payment by card', 'We take every card of the large networks, with a code by phone.', undefined, 'legal');
  assert.doesNotMatch(await lan.page(`/recalls/new?article=${other}`), /name="class" value="\d" checked/, 'twin: another class of article');
});

test('a sentence that is not said any more is marked while it is written; what still holds is not', async () => {
  const found = async (text) => (await api('POST', '/check-reply', { text, lang: 'vi', conversation: line })).findings.filter((f) => f.rule === 'stale_article');
  const stale = await found(`Dạ em chào chị. ${hotline.before}`);
  assert.equal(stale.length, 1);
  const code = [...`Dạ em chào chị. ${hotline.before}`].slice(stale[0].start, stale[0].end).join('');
  assert.match(code, /^Cuộc gọi đến tổng đài hoàn toàn miễn phí/);
  assert.deepEqual(await found(hotline.after), [], 'twin: the present version');
  assert.deepEqual(await found('Dạ em sẽ kiểm tra và báo lại chị trước 5 giờ chiều nay ạ.'), [], 'twin: no article');
  const shown = await (await minh.submit(`/c/${line}/check`, { kind: 'reply', text: hotline.before }, { headers: { 'HX-Request': 'true' } })).text();
  assert.match(shown, /stale_article/);
  const held = await minh.submit(`/c/${line}/reply`, { kind: 'reply', text: hotline.before, then: 'keep' });
  assert.equal(held.status, 409);
});

test('the inbox shows where a correction is still to be told', async () => {
  const column = async () => /href="\/inbox\/recalls"[\s\S]*?class="count figures([^"]*)"[^>]*>(?:<span class="unseen">[^<]*<\/span>)?(\d+)/.exec(await lan.page('/inbox/mine'));
  const before = await column();
  assert.ok(Number(before[2]) >= 1);
  assert.doesNotMatch(before[1], /late/);
  assert.ok(refsOf(await lan.page('/inbox/recalls')).includes(line));
  assert.match(await lan.page('/inbox/recalls'), /href="\/recalls"/);
  assert.match(await lan.page('/inbox/recalls'), /aria-label="Correction"/);
  await kept.advance(8 * 24 * HOUR);
  lan = await kept.agent('lan@kept.test');
  assert.match((await column())[1], /late/, 'its time is over');
  assert.equal((await act(hotlineRecall, 'go')).status, 303);
  await kept.advance(20_000);
  assert.ok(!refsOf(await lan.page('/inbox/recalls')).includes(line), 'twin: she was told');
});

test('harm done to somebody who was erased is owed to nobody', async () => {
  const boss = await kept.agent('boss@kept.test', { role: 'admin' }), body = 'The ladder called Mast reaches up to three metres and forty centimetres when it stands.';
  const article = await publish('en', 'Height of the ladder', body), ref = await asks(90, 'en', 'Ladder');
  await tell(ref, body);
  const of = await begin(article, { class: 2 }), [person] = people(await page(of));
  assert.equal((await lan.submit(`/recalls/${of}/people/${person}/act`, { do: 'harm_open', note: 'She fell from it.' })).status, 303);
  assert.match(textOf(await page(of)), /Somebody was harmed, and that is not repaired/);
  const { contact } = await api('GET', `/conversations/${ref}`);
  assert.equal((await boss.submit(`/contacts/${contact.ref}/erase`, { why: 'asked', confirm: 'Customer 90' })).status, 303);
  await kept.settle();
  assert.match(textOf(await page(of)), /Erased customer/);
  assert.doesNotMatch(textOf(await page(of)), /Somebody was harmed|Harm to repair/);
});

test('nobody who was erased is to be told or asked any more, and the correction can be closed', async () => {
  const boss = await kept.agent('boss@kept.test', { role: 'admin' }), body = 'The lamp called Dune takes bulbs of up to sixty watts and of the small socket.';
  const article = await publish('en', 'Bulbs of the lamp', body), reached = await asks(91, 'en', 'Lamp'), waits = await asks(92, 'en', 'Lamp too');
  await tell(reached, body);
  await tell(waits, body);
  const of = await begin(article, { class: 2 });
  const erase = async (ref, name) => {
    const { contact } = await api('GET', `/conversations/${ref}`);
    assert.equal((await boss.submit(`/contacts/${contact.ref}/erase`, { why: 'asked', confirm: name })).status, 303);
    await kept.settle();
  };
  const both = people(await page(of));
  assert.equal(both.length, 2);
  await erase(waits, 'Customer 92');
  assert.match(textOf(await page(of)), /Erased customer [^.]*?Cannot be reached/, 'nothing waits for her');
  await write(of, 'en', lan, { wrong: 'up to sixty watts', correct: 'up to forty watts', meaning: 'A bulb that is too strong gets hot.', remedy: 'Please use one of forty.' });
  assert.equal((await act(of, 'go')).status, 303);
  await kept.settle(); // the letter is written; in twenty seconds it goes
  await kept.advance(20_000);
  const [person] = people(await lan.page(`/recalls/${of}?state=delivered`)), own = `/recalls/${of}/people/${person}`;
  assert.match(textOf(await page(of)), /Delivered/);
  assert.match(textOf(await lan.page(own)), /It did harm/, 'twin: she is there');
  await erase(reached, 'Customer 91');
  assert.match(textOf(await lan.page(own)), /This customer was erased: there is nobody to tell or to ask any more/);
  assert.doesNotMatch(textOf(await lan.page(own)), /It did harm|Asked: understood|Send once more/);
  assert.equal((await lan.submit(`${own}/act`, { do: 'understood' })).status, 409);
  const closed = await lan.submit(`/recalls/${of}/close`, { cause: 'A slip of the pen.', prevention: 'Two people read it.' });
  assert.equal(closed.status, 303, textOf(await closed.text()).slice(0, 2000));
});
