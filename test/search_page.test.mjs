// Search over conversations, as agents type it: on SQLite and on PostgreSQL, with the same answers.
// check: once: it runs on both stores by itself
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mail, refsOf, startKept, textOf } from './kept.mjs';
import { startPostgres } from './postgres.mjs';

const marked = (html) => [...html.matchAll(/<mark>([^<]*)<\/mark>/g)].map((match) => match[1]);

function stories(engine, storeOf) {
  describe(`on ${engine}`, () => {
    let kept, agent;
    const found = async (q, more = '') => refsOf(await agent.page(`/inbox/search?q=${encodeURIComponent(q)}${more}`));
    const finds = async (q, refs) => assert.deepEqual(await found(q), refs, q);
    // One customer's mail. → the reference of its conversation
    async function write(from, subject, text, more = {}) {
      assert.equal(await kept.mailIn(mail({ from, subject, text, ...more }), 'support@kept.test'), 0);
      await kept.settle();
      await kept.advance(1000);
      return refsOf(await agent.page('/inbox/open'))[0];
    }

    before(async () => {
      kept = await startKept({ clock: '2026-03-16T09:00:00+07:00', store: await storeOf() });
      agent = await kept.agent('mai@kept.test', { name: 'Mai Trần' });
    });
    after(() => kept?.stop());

    test('Vietnamese with diacritics, without, and with the tone elsewhere', async () => {
      const ref = await write('Hoà <hoa@customer.test>', 'Chưa nhận được hoàn tiền', 'Shop ơi, mình trả hàng tuần trước mà tiền hoàn vẫn chưa về tài khoản.');
      const other = await write('Tú <tu@customer.test>', 'Giao nhầm màu', 'Mình đặt áo xanh nhưng nhận được áo đỏ.');
      await finds('hoàn tiền', [ref]);
      await finds('hoan tien', [ref]);
      await finds('HOÀN TIỀN', [ref]);
      await finds('trả hàng', [ref]);
      await finds('tra hang tuan truoc', [ref]);
      await finds('áo đỏ', [other]);
      await finds('nhận được', [other, ref]); // newest first
      await finds('hoàn áo', []);
      const page = await agent.page('/inbox/search?q=tai%20khoan');
      assert.deepEqual(marked(page), ['tài khoản'].flatMap((words) => words.split(' ')), 'marked as it was written');
    });

    test('Chinese inside running text, asked in either script', async () => {
      const ref = await write('王芳 <wang@customer.test>', '退款还没到账', '你好，我上周申请的退款到现在还没有到账，客服说三个工作日，请帮我查一下。');
      await finds('退款', [ref]);
      await finds('申請', [ref]); // Traditional
      await finds('工作日', [ref]);
      await finds('款', [ref]); // one character
      await finds('客服 退款', [ref]);
      await finds('申请退款', [ref]); // the text has a word between
      await finds('from:wang 日工', []);
      await finds('日工', []); // its characters are there, not side by side
      assert.deepEqual(new Set(marked(await agent.page(`/inbox/search?q=${encodeURIComponent('還沒')}`))), new Set(['还没']));
    });

    test('Thai inside running text, with its tone marks or without', async () => {
      const ref = await write('สมชาย <somchai@customer.test>', 'ยังไม่ได้รับของ', 'สั่งซื้อรองเท้าไปตั้งแต่วันจันทร์ พัสดุขึ้นว่าจัดส่งสำเร็จแต่ยังไม่ได้รับสินค้าเลยค่ะ');
      await finds('พัสดุ', [ref]);
      await finds('รองเท้า', [ref]);
      await finds('รองเทา', [ref]); // the tone mark lost
      await finds('สินค้า', [ref]);
      await finds('จัดส่งสำเร็จ', [ref]);
      await finds('พัสดุสินค้า', [ref]); // apart in the text
      await finds('กระเป๋า', []);
      await finds('กระเป๋าสินค้า', []);
      assert.deepEqual(marked(await agent.page(`/inbox/search?q=${encodeURIComponent('สินคา')}`)), ['สินค้า']);
    });

    test('customers are looked up by name, address or telephone, with how they stand', async () => {
      const ref = await write('Phạm Thị Lụa <lua@lookup.test>', 'Máy xay', 'Máy xay mình mua bị kẹt lưỡi dao.');
      const listed = async (q) => [...(await agent.page(`/contacts${q}`)).matchAll(/contact=(ctc_[a-z0-9]+)">([^<]*)<\/a>/g)].map((m) => m[2]);
      assert.equal((await listed(''))[0], 'Phạm Thị Lụa', 'newest first');
      for (const q of ['Phạm Lụa', 'pham lua', 'pham lu', 'LUA@lookup.test', 'lookup.test'])
        assert.deepEqual(await listed(`?q=${encodeURIComponent(q)}`), ['Phạm Thị Lụa'], q);
      assert.match(textOf(await agent.page('/contacts?q=kẹt')), /No customer found/, 'what they wrote is no name');
      const row = textOf(await agent.page('/contacts?q=pham%20lua'));
      assert.match(row, /lua@lookup\.test 1 waits since /);
      const soon = await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Thứ Sáu này thợ bên em sẽ tới sửa máy cho chị ạ.' });
      assert.ok(soon.status < 400, soon.status);
      await kept.advance(60_000);
      await kept.settle();
      const answered = textOf(await agent.page('/contacts?q=pham%20lua'));
      assert.doesNotMatch(answered, /waits since/);
      assert.match(answered, /lua@lookup\.test 1 .*20/, 'the promise stands there');
      for (let i = 0; i < 51; i++) await write(`Đông ${i} <dong${i}@lookup.test>`, 'Hỏi', 'Shop ơi.');
      const first = await agent.page(`/contacts?q=${encodeURIComponent('Đông')}`);
      const older = /href="(\/contacts\?before=[^"]*)"/.exec(first)[1].replaceAll('&amp;', '&');
      assert.deepEqual((await listed(older.slice('/contacts'.length))), ['Đông 0'], 'the search goes along');
    });

    test('English stems, the beginning of the last word, phrases', async () => {
      const ref = await write('Ann <ann@customer.test>', 'Broken zipper', 'The zipper of my backpack broke. Could you arrange deliveries to my office instead?');
      const other = await write('Bob <bob@customer.test>', 'Two parcels', 'You delivered my neighbour’s parcel and not mine. Office hours are nine to five.');
      await finds('delivery', [ref]);
      await finds('delivering', [other]);
      await finds('deliver', [other, ref]); // as the beginning of a word
      await finds('zippers', [ref]);
      await finds('neighb', [other]);
      await finds('my office', [other, ref]);
      await finds('"my office"', [ref]);
      await finds('"office hours" neighbour', [other]);
      await finds('"hours office"', []);
      const page = await agent.page('/inbox/search?q=backpack');
      assert.deepEqual(marked(page), ['backpack']);
      assert.match(textOf(page), /The zipper of my backpack broke\./);
    });

    test('subject, name, address, reference, number, replies and notes', async () => {
      const ref = await write('Nguyễn Thị Lan <lan.nguyen@customer.test>', 'Câu hỏi về bảo hành', 'Đơn 8801 2345 678 mua hôm qua.');
      await finds('bảo hành', [ref]);
      await finds('bao hanh lan', [ref]); // the subject and her name in one message
      await finds('nguyễn lan 88012345678', [ref]);
      await finds('lan.nguyen@customer.test', [ref]);
      const shortRef = /data-copy="([A-Z2-9]{6,8})"/.exec(await agent.page(`/c/${ref}`))[1];
      await finds(shortRef, [ref]);
      await finds(`#${shortRef.toLowerCase()}`, [ref]);
      await agent.submit(`/c/${ref}/reply`, { kind: 'note', text: 'Kho báo còn hai chiếc voan tím.' });
      await finds('voan tím', [ref]);
      await agent.submit(`/c/${ref}/reply`, { kind: 'reply', text: 'Thermomagnetic **guarantee**', then: 'keep' });
      await finds('thermomagnetic', [ref]);
      const message = /name="message" value="(msg_[a-z2-7]+)"/.exec(await agent.page(`/c/${ref}`))[1];
      assert.equal((await agent.submit(`/c/${ref}/undo-send`, { message })).status, 303);
      await finds('thermomagnetic', []); // what was taken back was never said
      const people = await agent.page('/inbox/search?q=lan%20nguyen');
      const person = /href="(\/inbox\/search\?contact=ctc_[a-z2-7]+)"/.exec(people);
      assert.ok(person, 'the customer stands above the hits');
      assert.deepEqual(refsOf(await agent.page(person[1])), [ref], 'and leads to her conversations');
      assert.match(textOf(await agent.page(person[1])), /Nguyễn Thị Lan/);
      assert.deepEqual(refsOf(await agent.page(`${person[1]}&q=voan`)), [ref]);
      assert.deepEqual(refsOf(await agent.page(`${person[1]}&q=zipper`)), []);
    });

    test('filters', async () => {
      await kept.set('2026-04-02T10:00:00+07:00');
      agent = await kept.agent('mai@kept.test'); // the session is over by then
      const ref = await write('Đức <duc@customer.test>', 'Voucher', 'Voucher hết hạn rồi ạ?');
      const other = await write('Mei <mei@customer.test>', 'Voucher', 'My voucher is refused.');
      const agentRef = /name="to" value="(agt_[a-z2-7]+)"/.exec(await agent.page(`/c/${ref}`))?.[1];
      await agent.submit(`/c/${ref}/tags`, { new: 'Gift Card' });
      await agent.submit(`/c/${other}/status`, { status: 'pending' });
      await finds('voucher', [other, ref]);
      await finds('voucher from:duc', [ref]);
      await finds('from:mei@customer.test', [other]);
      await finds('from:nobody-known', []);
      await finds('voucher tag:gift-card', [ref]);
      await finds('tag:"gift card"', [ref]);
      await finds('voucher status:pending', [other]);
      await finds('voucher is:open', [ref]);
      await finds('is:pending', [other]);
      await finds('voucher after:2026-04-02', [other, ref]);
      await finds('voucher after:2026-04-03', []);
      await finds('before:2026-04-02 voucher', []);
      assert.ok(!(await found('before:2569-04-02')).includes(ref), 'the Buddhist year too');
      assert.ok((await found('before:2026-04-02')).length > 3);
      await finds('voucher assignee:nobody', [other, ref]);
      if (agentRef) {
        await agent.submit(`/c/${ref}/assign`, { to: agentRef });
        await finds('voucher assignee:me', [ref]);
        await finds('voucher assignee:tran', [ref]);
        await finds('voucher is:unassigned', [other]);
        await finds('is:mine after:2026-04-02', [ref]);
      }
      await agent.submit(`/c/${other}/status`, { status: 'spam' });
      await finds('voucher', [ref]);
      await finds('voucher status:spam', [other]);
      await finds('is:spam', [other]);
    });

    test('a filter that means nothing is said in words, and nothing typed is lost', async () => {
      for (const [q, words] of [['before:soon x', /“before:soon” is no day/], ['status:maybe', /no status “maybe”/], ['tag:none-such', /no tag “none-such”/],
        ['assignee:zoe', /No agent is called “zoe”/], ['is:blue', /“is:blue” is not known/], ['tag:gift-card tag:gift-card tag:gift-card tag:gift-card', /At most three/]]) {
        const answer = await agent.get(`/inbox/search?q=${encodeURIComponent(q)}`);
        assert.equal(answer.status, 422, q);
        const html = await answer.text();
        assert.match(textOf(html), words);
        assert.ok(html.includes(`value="${q}"`), 'the box keeps it');
      }
      assert.match(textOf(await agent.page('/inbox/search?q=xylophone')), /Nothing found/);
      assert.match(textOf(await agent.page('/inbox/search')), /Words from messages and notes/);
      const nasty = await agent.page(`/inbox/search?q=${encodeURIComponent('"<script>alert(1)</script> AND * ( | :')}`);
      assert.ok(!nasty.includes('<script>alert'));
      assert.equal((await agent.get('/inbox/search?q=voucher&before=wmsg_aaaaaaaaaaaaaaaa')).status, 422);
    });

    test('a merged conversation is found as the one it went into, and comes back', async () => {
      const from = await write('Kim <kim@customer.test>', 'Kettle', 'The samovar leaks.');
      const into = await write('Kim <kim@customer.test>', 'Again', 'Is there an answer about it?');
      const shortRef = async (ref) => /data-copy="([A-Z2-9]{6,8})"/.exec(await agent.page(`/c/${ref}`))[1];
      const lost = await shortRef(from);
      await agent.submit(`/c/${from}/merge`, { with: await shortRef(into), sure: '1' });
      await finds('samovar', [into]);
      await finds(lost, [into]);
      await agent.submit(`/c/${into}/merge/undo`, {});
      await finds('samovar', [from]);
    });

    test('card numbers are not in the index', async () => {
      const ref = await write('Pim <pim@customer.test>', 'Paid twice', 'My card 4242 4242 4242 4242 was charged twice for the gramophone.');
      await finds('gramophone', [ref]);
      await finds('4242424242424242', []);
      await finds('4242 4242', []);
      await finds('gramophone 4242', [ref]); // the last four digits are what masking leaves
    });

    test('pages: each conversation once, newest first, until there is no more', async () => {
      const first = await write('Pager <pager@customer.test>', 'Quince', 'Quince number 0.');
      const twice = await write('Pager <pager@customer.test>', 'Quince', 'Quince number 1.', { id: `quince-1-${engine}@customer.test` });
      for (let i = 2; i < 45; i++) await kept.mailIn(mail({ from: 'Pager <pager@customer.test>', subject: 'Quince', text: `Quince number ${i}.` }), 'support@kept.test');
      await kept.settle();
      await kept.advance(1000);
      await kept.mailIn(mail({ from: 'Pager <pager@customer.test>', subject: 'Re: Quince', text: 'The quince again.', headers: { 'In-Reply-To': `<quince-1-${engine}@customer.test>` } }), 'support@kept.test');
      await kept.settle();
      for (const [start, part] of [['/inbox/search?q=quince', 'words'], ['/inbox/search?q=from%3Apager', 'a customer'], ['/inbox/search?q=quin', 'a beginning'],
        ['/inbox/search?q=after%3A2026-04-01+is%3Aopen', 'filters alone']]) {
        const all = [];
        let url = start, pages = 0;
        while (url) {
          const page = await (await agent.get(url, pages ? { 'hx-request': 'true' } : {})).text();
          assert.equal(page.includes('<html'), !pages, 'older rows come alone');
          all.push(...refsOf(page));
          url = /href="(\/inbox\/search\?[^"]*before=[^"]*)"/.exec(page)?.[1].replaceAll('&amp;', '&');
          assert.ok(++pages < 5, 'it ends');
        }
        assert.equal(new Set(all).size, all.length, `${part}: none twice`);
        assert.ok(all.length >= 45 && pages > 1, `${part}: ${all.length} on ${pages} pages`);
        assert.equal(all[0], twice, `${part}: its second message is the newest`);
        if (part !== 'filters alone') assert.equal(all.at(-1), first);
      }
    });

    test('a conversation opened from a search keeps it beside itself', async () => {
      const [ref] = await found('gramophone');
      const page = await agent.page(`/c/${ref}?view=search&q=gramophone`);
      assert.match(page, /href="\/inbox\/search\?q=gramophone"/, 'Back');
      assert.match(page, /<mark>gramophone<\/mark>/, 'the hits stand in the list');
      assert.match(page, /id="search" value="gramophone"/);
      const moved = await agent.submit('/inbox/bulk', { pick: ref, view: 'search', q: 'gramophone', status: 'pending' });
      assert.equal(moved.headers.get('location'), '/inbox/search?q=gramophone&changed=1');
    });

    test('only for agents', async () => {
      const stranger = kept.browser();
      const answer = await stranger.get('/inbox/search?q=gramophone');
      assert.equal(answer.status, 303);
      assert.match(answer.headers.get('location'), /^\/sign-in/);
      assert.ok(!(await answer.text()).includes('gramophone'));
    });
  });
}

stories('SQLite', () => '');

let pg;
after(() => pg?.stop());
stories('PostgreSQL', async () => (pg = await startPostgres()).url);
