// smtp_peer.mjs: a mail server that behaves as a story says. Takes mail on 127.0.0.1 and remembers it.
//
//   const peer = await startPeer();                // peer.port
//   peer.mails                                     // [{ id, to, text, taken }]: Message-ID, recipients; taken: it said 250
//   peer.mood = 'fine' | 'deaf' | 'drip' | 'gone' | 'dies_at_dot' | 'dies_in_data' | 'full' | 'refuses' | 'mute'
//     deaf          takes connections and never says a word       drip   says its words one letter a second
//     gone          closes at once                                 mute   stops answering after DATA
//     dies_at_dot   has the whole mail, and closes without a word  dies_in_data   closes in the middle of the mail
//     full          452 to the recipient                           refuses        550 to the recipient
//   await peer.stop();
import net from 'node:net';

export async function startPeer() {
  const peer = { mood: 'fine', mails: [], sockets: new Set() };
  const server = net.createServer((socket) => {
    peer.sockets.add(socket);
    socket.on('close', () => peer.sockets.delete(socket));
    socket.on('error', () => {});
    if (peer.mood === 'gone') return socket.destroy();
    if (peer.mood === 'deaf') return undefined;
    serve(peer, socket);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  peer.port = server.address().port;
  peer.stop = () => new Promise((resolve) => {
    for (const socket of peer.sockets) socket.destroy();
    server.close(resolve);
  });
  return peer;
}

function serve(peer, socket) {
  let to = [], data = null, pending = '';
  const say = async (line) => {
    if (peer.mood !== 'drip') return socket.write(`${line}\r\n`);
    for (const letter of `${line}\r\n`) {
      if (socket.destroyed) return undefined;
      socket.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 1000).unref());
    }
    return undefined;
  };
  const take = () => {
    const text = data;
    data = null;
    const mail = { id: /^Message-ID: <(.*)>\r$/mi.exec(text)?.[1], to, text, taken: false };
    peer.mails.push(mail);
    to = [];
    if (peer.mood === 'dies_at_dot') return socket.destroy();
    if (peer.mood === 'mute') return undefined;
    mail.taken = true;
    return say('250 taken');
  };
  const command = (line) => {
    const word = line.slice(0, 4).toUpperCase();
    if (word === 'EHLO') return socket.write('250-peer\r\n250 8BITMIME\r\n');
    if (word === 'RCPT' && peer.mood === 'full') return say('452 4.2.2 mailbox full');
    if (word === 'RCPT' && peer.mood === 'refuses') return say('550 5.1.1 nobody of that name');
    if (word === 'RCPT') to.push(/<([^>]*)>/.exec(line)[1]);
    if (word === 'DATA') {
      data = '';
      return say('354 go on');
    }
    if (word === 'QUIT') return socket.end('221 bye\r\n');
    return say('250 ok');
  };
  socket.on('data', (bytes) => {
    pending += bytes.toString('latin1');
    for (;;) {
      if (data !== null) {
        data += pending;
        pending = '';
        if (peer.mood === 'dies_in_data' && data.length > 100) return socket.destroy();
        const end = data.indexOf('\r\n.\r\n');
        if (end < 0) return undefined;
        pending = data.slice(end + 5);
        data = data.slice(0, end + 2);
        take();
        continue;
      }
      const at = pending.indexOf('\r\n');
      if (at < 0) return undefined;
      const line = pending.slice(0, at);
      pending = pending.slice(at + 2);
      command(line);
    }
  });
  say('220 peer');
}
