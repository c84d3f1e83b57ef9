// Private data: hidden on arrival, seen again only with a reason, in an original that is kept for a time.
// check: timeout 200
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';

const day = 24 * 3600_000, card = '4111 1111 1111 1111';
let kept, admin, agent, lead, looker;
before(async () => {
  kept = await startKept({ clock: new Date(Date.now() + 365 * day).toISOString() }); // what comes round was set by the machine's clock
  admin = await kept.agent('admin@kept.test', { name: 'Bình' });
  agent = await kept.agent('agent@kept.test', { role: 'agent', name: 'Minh' });
  lead = await kept.agent('lead@kept.test', { role: 'lead', name: 'Thu' });
  looker = await kept.agent('looker@kept.test', { role: 'agent', name: 'Somsri' });
});
after(() => kept?.stop());

const latest = (table) => kept.ask(`SELECT ref FROM ${table} ORDER BY id DESC LIMIT 1`);
async function arrives(options) {
  assert.equal(await kept.mailIn(mail(options), 'support@kept.test'), 0);
  await kept.settle();
  return { con: await latest('conversation'), msg: await latest('message') };
}
const right = async (who, may) => {
  const ref = await kept.ask(`SELECT ref FROM agent WHERE email = '${who}@kept.test'`);
  assert.equal((await admin.submit(`/admin/agents/${ref}`, { do: may ? 'reveal_on' : 'reveal_off' })).status, 303);
};

test('without the permission there is no button and no way', async () => {
  const { con, msg } = await arrives({ subject: 'Refund', text: `Please refund to my card ${card}, thank you.` });
  const page = await agent.page(`/c/${con}`);
  assert.match(textOf(page), /Numbers masked/);
  assert.doesNotMatch(page, /\/reveal/);
  for (const who of [agent, lead]) {
    assert.equal((await who.get(`/m/${msg}/reveal`)).status, 403);
    assert.equal((await who.submit(`/m/${msg}/reveal`, { reason: 'I want to know', do: 'text' })).status, 403);
    assert.equal((await who.submit(`/m/${msg}/reveal`, { reason: 'I want to know', do: 'file' })).status, 403);
  }
  assert.equal((await agent.get(`/m/${msg}/raw`)).status, 404, 'the old way is closed to everybody');
  assert.equal(await kept.ask("SELECT count(*) FROM event WHERE kind = 'message.revealed'"), '0');
  assert.match(await admin.page(`/c/${con}`), new RegExp(`/m/${msg}/reveal`), 'twin: an admin has it from the start');
});

test('a look asks why, shows it once, and is in the log; nothing of it is stored', async () => {
  const { con, msg } = await arrives({ subject: 'ขอเงินคืน', text: `โอนเงินคืนเข้าบัตร ${card} ได้ไหมคะ\nขอบคุณค่ะ` });
  await right('looker', true);
  assert.match(await looker.page(`/c/${con}`), new RegExp(`/m/${msg}/reveal`));
  const form = await looker.get(`/m/${msg}/reveal`);
  assert.equal(form.headers.get('cache-control'), 'no-store');
  assert.doesNotMatch(await form.text(), /4111/);
  for (const reason of ['', 'x', 'x'.repeat(301)]) {
    const refused = await looker.submit(`/m/${msg}/reveal`, { reason, do: 'text' });
    assert.equal(refused.status, 422);
    assert.doesNotMatch(await refused.text(), /4111/);
  }
  const shown = await looker.submit(`/m/${msg}/reveal`, { reason: `The bank wants the number ${card}`, do: 'text' });
  assert.equal(shown.status, 200);
  assert.equal(shown.headers.get('cache-control'), 'no-store');
  assert.match(await shown.text(), new RegExp(`<mark>${card}</mark>`));
  assert.doesNotMatch(await (await looker.get(`/m/${msg}/reveal`)).text(), /4111/, 'once');
  assert.match(textOf(await agent.page(`/c/${con}`)), /Somsri looked at what was hidden/);

  const log = textOf(await lead.page('/admin/privacy'));
  assert.match(log, /Somsri saw what was hidden [A-Z2-9]{6} Lan The bank wants the number •••• •••• •••• 1111/);
  assert.equal((await agent.get('/admin/privacy')).status, 403);
  assert.equal(await kept.ask(`SELECT kind || ' ' || code || ' ' || amount FROM event WHERE kind = 'message.revealed'`), 'message.revealed reveal 1');

  await right('looker', false);
  assert.equal((await looker.submit(`/m/${msg}/reveal`, { reason: 'Once more, please', do: 'text' })).status, 403, 'taken away at once');
});

test('the mail as it came is a look too', async () => {
  const { msg } = await arrives({ subject: 'Card', text: `Card ${card}` });
  const file = await admin.submit(`/m/${msg}/reveal`, { reason: 'Asked by the bank', do: 'file' });
  assert.equal(file.status, 200);
  assert.equal(file.headers.get('cache-control'), 'no-store');
  assert.match(file.headers.get('content-disposition'), /^attachment/);
  assert.match(await file.text(), new RegExp(card));
  assert.match(textOf(await lead.page('/admin/privacy')), /Bình downloaded the original/);
});

test('what came by form was never stored, and the page says so', async () => {
  const customer = kept.browser();
  const stamp = /name="form_time" value="([^"]+)"/.exec(await customer.page('/contact'))[1];
  await kept.advance(5000);
  await customer.submit('/contact', { email: 'mai@customer.test', subject: 'Card', message: `My card is ${card}.`, form_time: stamp });
  const msg = await latest('message');
  assert.doesNotMatch(await admin.page(`/c/${await latest('conversation')}`), new RegExp(`${msg}/reveal`));
  const page = await admin.get(`/m/${msg}/reveal`);
  assert.match(textOf(await page.text()), /did not come by mail, so there is no original/);
  assert.equal((await admin.submit(`/m/${msg}/reveal`, { reason: 'Asked by the bank', do: 'text' })).status, 410);
});

test('an original goes when its time is over; one that could not be read stays', async () => {
  assert.equal((await admin.submit('/admin/settings', { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', undo_s: '10', session_h: '720', raw_days: '0' })).status, 422);
  assert.equal((await admin.submit('/admin/settings', { company: 'Kept Shop', lang: 'en', zone: 'Asia/Ho_Chi_Minh', undo_s: '10', session_h: '720', raw_days: '2' })).status, 303);
  const old = await arrives({ subject: 'Old', text: `Card ${card}` });
  await arrives({ subject: 'No mail', text: 'x', headers: { 'Content-Type': 'multipart/mixed' } });
  assert.equal(await kept.mailIn(Buffer.from([0, 1, 2, 3, 255, 254, 10]), 'support@kept.test'), 0);
  await kept.settle();
  const unreadable = Number(await kept.ask("SELECT count(*) FROM inbound WHERE state = 'unreadable'"));
  await kept.advance(day);
  const young = await arrives({ subject: 'Young', text: `Card ${card}` });
  await kept.advance(day + 7 * 3600_000);
  await kept.settle();
  [admin, lead] = [await kept.agent('admin@kept.test'), await kept.agent('lead@kept.test')]; // their sessions have ended
  assert.match(textOf(await (await admin.get(`/m/${old.msg}/reveal`)).text()), /was removed on .* cannot be shown any more/);
  assert.equal((await admin.submit(`/m/${old.msg}/reveal`, { reason: 'Asked by the bank', do: 'text' })).status, 410);
  const seen = await admin.submit(`/m/${young.msg}/reveal`, { reason: 'Asked by the bank', do: 'text' });
  assert.match(await seen.text(), new RegExp(`<mark>${card}</mark>`), 'twin: a younger one is still there');
  assert.equal(await kept.ask('SELECT count(*) FROM inbound WHERE dropped_at IS NULL'), await kept.ask('SELECT count(*) FROM blob WHERE purpose = 3'), 'the bytes are gone with their blobs');
  assert.equal(Number(await kept.ask("SELECT count(*) FROM inbound WHERE state = 'unreadable' AND dropped_at IS NULL")), unreadable);
  assert.match(textOf(await lead.page('/admin/privacy')), /Kept now 1 The oldest came .* Past their time 0/);

  // The same mail does not come in again because its original is gone.
  const before = await kept.ask('SELECT count(*) FROM message');
  assert.equal(await kept.mailIn(mail({ id: 'again@customer.test', subject: 'Twice', text: 'Twice' }), 'support@kept.test'), 0);
  await kept.settle();
  await kept.advance(3 * day);
  await kept.settle();
  assert.equal(await kept.mailIn(mail({ id: 'again@customer.test', subject: 'Twice', text: 'Twice' }), 'support@kept.test'), 0);
  await kept.settle();
  assert.equal(Number(await kept.ask('SELECT count(*) FROM message')), Number(before) + 1);

  const doctor = await kept.cli(['doctor']);
  assert.match(doctor.out, /mails +0 originals kept, sealed, 2 days each; 0 past their time/);
  assert.equal(doctor.code, 0, doctor.out);
});

test('a number in a name, a subject, a file’s name, a tag, a note or the customer’s card is hidden too; other numbers stay', async () => {
  [admin, agent] = [await kept.agent('admin@kept.test'), await kept.agent('agent@kept.test')]; // their sessions have ended
  const part = (name) => `--b1\r\nContent-Type: text/plain; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\nseen\r\n`;
  const { con } = await arrives({ from: `"Card ${card}" <named@customer.test>`, subject: `Card ${card} charged, order BB-20418`,
    headers: { 'Content-Type': 'multipart/mixed; boundary=b1' },
    text: `--b1\r\nContent-Type: text/plain\r\n\r\nHello\r\n${part('card 4111111111111111.txt')}${part('invoice 20260316-2041.txt')}--b1--` });
  const contact = await kept.ask(`SELECT t.ref FROM contact t JOIN conversation c ON c.contact_id = t.id WHERE c.ref = '${con}'`);
  const bare = card.replaceAll(' ', ''), hidden = async (path) => { const page = await agent.page(path); assert.ok(!page.includes(card) && !page.includes(bare) && !page.includes(bare.slice(0, 12)), path); return textOf(page); };
  const page = await hidden(`/c/${con}`);
  for (const kept_words of [/Card •••• •••• •••• 1111/, /BB-20418/, /card ••••••••••••1111\.txt/, /invoice 20260316-2041\.txt/]) assert.match(page, kept_words);
  assert.equal((await agent.submit(`/c/${con}/reply`, { kind: 'note', text: `By phone: ${card}, order BB-20419` })).status, 303);
  assert.equal((await agent.submit(`/c/${con}/tags`, { new: `card ${bare}` })).status, 303);
  assert.equal((await agent.submit(`/c/${con}/tags`, { new: 'room 1204' })).status, 303);
  assert.match(await hidden(`/c/${con}`), /By phone: •••• •••• •••• 1111, order BB-20419/);
  assert.match(await admin.page('/admin/tags'), /room-1204/);
  assert.equal((await agent.submit(`/contacts/${contact}/edit`, { name: `Lan ${card}`, note: `Pays by ${card}, flat 1204` })).status, 303);
  assert.match(await hidden(`/c/${con}`), /Pays by •••• •••• •••• 1111, flat 1204/);
  const found = async (table, column) => kept.ask(`SELECT count(*) FROM ${table} WHERE ${column} LIKE '%4111 1111%' OR ${column} LIKE '%41111111%'`);
  for (const [table, column] of [['contact', 'name'], ['contact', 'note'], ['conversation', 'subject'], ['attachment', 'name'], ['tag', 'name']])
    assert.equal(await found(table, column), '0', `${table}.${column}`);
});
