// What libmicrohttpd does not show us of a request, nginx in front refuses or normalises: shown with a real one, with the
// configuration of docs/run.md, before a recorder of what it lets through, and before the program.
// check: timeout 120
// check: unsanitized
// check: once: what it asks is nginx
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import net from 'node:net';
import { Browser, startKept } from './kept.mjs';
import { nginxProgram, startNginx } from './nginx.mjs';

const program = nginxProgram();
const skip = program ? false : 'needs nginx';
let recorder, front, heard = '';

before(async () => {
  if (skip) return;
  recorder = net.createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      heard += piece.toString('latin1');
      if (text.includes('\r\n\r\n')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  await new Promise((resolve) => recorder.listen(0, '127.0.0.1', resolve));
  front = await startNginx(program, recorder.address().port);
});
after(async () => { await front?.stop(); recorder?.close(); });

// All that came back until the other side closed.
const raw = (port, ...pieces) => new Promise((resolve) => {
  let got = '';
  const socket = net.connect(port, '127.0.0.1', () => pieces.forEach((piece) => socket.write(Buffer.from(piece, 'latin1'))));
  socket.setTimeout(3000, () => socket.destroy());
  socket.on('data', (piece) => { got += piece.toString('latin1'); });
  socket.on('error', () => {});
  socket.on('close', () => resolve(got));
});
const lines = (...all) => `${all.join('\r\n')}\r\n\r\n`;
const second = lines('GET /smuggled HTTP/1.1', 'Host: a', 'Connection: close');

describe('nginx in front', { skip }, () => {
  const rows = {
    'NUL in a value': lines('GET / HTTP/1.1', 'Host: a', 'X: a\0b'),
    'NUL in a name': lines('GET / HTTP/1.1', 'Host: a', 'X\0Y: a'),
    'bare LF': 'GET / HTTP/1.1\nHost: a\nX: 1\n\n',
    'bare LF between two headers': 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\nY: 2\r\n\r\n',
    'a folded header': lines('GET / HTTP/1.1', 'Host: a', 'X: 1', ' Y: 2'),
    'a folded Transfer-Encoding': lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 3', 'Transfer-Encoding:', ' chunked') + '0\r\n\r\n',
    'bare CR': lines('GET / HTTP/1.1', 'Host: a', 'X: 1\rY: 2'),
    'CR and LF in a value by encoding': lines('GET /%0d%0aX:%201 HTTP/1.1', 'Host: a'),
    'two Content-Lengths': lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 3', 'Content-Length: 4') + 'abcd',
    'Content-Length and chunked': lines('POST / HTTP/1.1', 'Host: a', 'Content-Length: 3', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
    'Transfer-Encoding twice': lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity') + '0\r\n\r\n',
    'another Transfer-Encoding': lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: xchunked') + '0\r\n\r\n',
    'chunk size of bare LF': lines('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked') + '1\na\r\n0\r\n\r\n',
    'two Hosts': lines('GET / HTTP/1.1', 'Host: a', 'Host: b'),
    'a blank before the colon': lines('GET / HTTP/1.1', 'Host: a', 'Content-Length : 3') + 'abc',
  };
  for (const [name, bytes] of Object.entries(rows))
    test(`${name}: refused or normalised`, async () => {
      heard = '';
      const answer = await raw(front.port, bytes, second);
      // Whatever was let through is one clean request after the other: CRLF lines, no NUL, no fold.
      const heads = heard.split(/(?<=\r\n\r\n)/).filter((text) => /^[A-Z]+ /.test(text));
      for (const head of heads) {
        assert.doesNotMatch(head, /\0|(?<!\r)\n|\r(?!\n)/, JSON.stringify(head));
        assert.doesNotMatch(head, /\r\n[ \t]/, JSON.stringify(head));
        assert.equal(head.match(/^content-length:/gim)?.length ?? 0, /^transfer-encoding:/im.test(head) ? 0 : Math.min(1, head.match(/^content-length:/gim)?.length ?? 0), JSON.stringify(head));
        assert.equal(head.match(/^host:/gim)?.length, 1, JSON.stringify(head));
      }
      assert.ok(heads.length || /^HTTP\/1\.1 (400|501)/.test(answer), JSON.stringify(answer.slice(0, 200)));
    });
  test('twin: a plain request goes through, with what we trust about who asks', async () => {
    heard = '';
    const answer = await raw(front.port, lines('GET /hello HTTP/1.1', 'Host: help.example.com', 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-Proto: gopher', 'Connection: close'));
    assert.match(answer, /^HTTP\/1\.1 200/);
    assert.match(heard, /^GET \/hello HTTP\/1\.1\r\n/);
    assert.match(heard, /^host: help\.example\.com\r$/im);
    assert.deepEqual(heard.match(/^x-forwarded-for: .*$/gim), ['X-Forwarded-For: 127.0.0.1'], 'ours, not the client\'s');
    assert.deepEqual(heard.match(/^x-forwarded-proto: .*$/gim), ['X-Forwarded-Proto: http']);
  });
});

test('the program behind it: pages, forms and the WebSocket', { skip }, async () => {
  const kept = await startKept({ clock: '2026-03-16T09:00:00+07:00', env: { KEPT_TRUSTED_PROXY: '127.0.0.1' } });
  const nginx = await startNginx(program, kept.port);
  try {
    const direct = kept.url;
    kept.url = `http://127.0.0.1:${nginx.port}`;
    const agent = await kept.agent();
    assert.ok(agent instanceof Browser);
    assert.match(await agent.page('/inbox/open'), /<html/);
    const cookie = [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const upgrade = await raw(nginx.port, lines('GET /live HTTP/1.1', 'Host: 127.0.0.1', 'Origin: http://127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket',
      'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Cookie: ${cookie}`));
    assert.match(upgrade, /^HTTP\/1\.1 101/);
    assert.match(upgrade, /s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
    kept.url = direct;
  } finally {
    await nginx.stop();
    await kept.stop();
  }
});
