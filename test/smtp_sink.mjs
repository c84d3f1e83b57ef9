// A mail server of another company, as small as can be: it takes every mail and remembers it, and refuses whom it is
// told to refuse.
import { createServer } from 'node:net';

export async function startSink({ refuse = [] } = {}) {
  const sink = { mails: [], refuse: new Set(refuse), onMail: null };
  const server = createServer((socket) => {
    let data = null, to = [], rest = '';
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on('error', () => {}); // the program was killed in the middle of a mail
    say('220 sink.test ESMTP');
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (let at; (at = rest.indexOf('\r\n')) >= 0;) {
        const line = rest.slice(0, at);
        rest = rest.slice(at + 2);
        if (data) {
          if (line !== '.') { data.push(line); continue; }
          const text = data.join('\r\n');
          sink.mails.push({ to, text, id: /^Message-ID: <(.+?)>/im.exec(text)?.[1] });
          data = null;
          say('250 taken');
          sink.onMail?.(sink.mails.length);
        } else if (/^(EHLO|HELO)/i.test(line)) say('250 sink.test');
        else if (/^MAIL/i.test(line)) { to = []; say('250 ok'); }
        else if (/^RCPT/i.test(line)) {
          const address = /<(.+?)>/.exec(line)[1];
          if (sink.refuse.has(address)) say('550 5.1.1 no such mailbox');
          else { to.push(address); say('250 ok'); }
        } else if (/^DATA/i.test(line)) { data = []; say('354 go on'); }
        else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end(); }
        else say('250 ok');
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  sink.port = server.address().port;
  sink.stop = () => server.close();
  return sink;
}
