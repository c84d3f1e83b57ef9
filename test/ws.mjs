// A WebSocket client for tests: small, and able to be rude (RFC 6455 by hand; node's own came with version 22).
import net from "node:net";
import { createHash, randomBytes } from "node:crypto";

// A frame as a client sends it. Options: opcode, fin, mask, rsv.
export function frame(payload, { opcode = 1, fin = true, mask = true, rsv = 0 } = {}) {
  const body = Buffer.from(payload);
  const long = body.length < 126 ? 0 : body.length < 65536 ? 2 : 8;
  const head = Buffer.alloc(2 + long);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (long ? (long === 2 ? 126 : 127) : body.length);
  if (long === 2) head.writeUInt16BE(body.length, 2);
  if (long === 8) head.writeBigUInt64BE(BigInt(body.length), 2);
  if (!mask) return Buffer.concat([head, body]);
  const key = randomBytes(4);
  return Buffer.concat([head, key, body.map((b, i) => b ^ key[i % 4])]);
}

class Client {
  messages = [];
  control = [];      // opcodes of control frames that came
  code = undefined;  // of the server's close
  #waiting = [];
  #bytes = Buffer.alloc(0);
  #ended;
  ended = new Promise((resolve) => (this.#ended = resolve));

  constructor(socket, { pong = true } = {}) {
    this.socket = socket;
    this.pong = pong;
    socket.on("data", (d) => this.#take(d));
    socket.on("error", () => {});
    socket.on("close", () => { this.#ended(this.code); this.#waiting.splice(0).forEach((w) => w.reject(new Error("closed " + this.code))); });
  }
  #take(data) {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    for (;;) {
      const b = this.#bytes;
      if (b.length < 2) return;
      const short = b[1] & 127;
      const at = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (b.length < at) return;
      const length = short < 126 ? short : short === 126 ? b.readUInt16BE(2) : Number(b.readBigUInt64BE(2));
      if (b.length < at + length) return;
      this.#bytes = b.subarray(at + length);
      this.#frame(b[0] & 15, b[0], b[1], b.subarray(at, at + length));
    }
  }
  #frame(opcode, first, second, payload) {
    if (second & 0x80 || !(first & 0x80) || first & 0x70) throw new Error("the server's frame is masked, cut or marked");
    if (opcode >= 8) this.control.push(opcode);
    if (opcode === 9 && this.pong) this.socket.write(frame(payload, { opcode: 10 }));
    if (opcode === 8) this.code = payload.length ? payload.readUInt16BE(0) : 1005;
    if (opcode === 8) this.socket.end(frame(payload, { opcode: 8 }));
    if (opcode !== 1) return;
    const message = JSON.parse(payload.toString("utf8"));
    const waiting = this.#waiting.findIndex((w) => w.wanted(message));
    if (waiting >= 0) this.#waiting.splice(waiting, 1)[0].resolve(message);
    else this.messages.push(message);
  }
  send(message) { this.socket.write(frame(JSON.stringify(message))); }
  // The next message that fits (`wanted`: a function, or a kind); earlier ones that do not fit stay.
  next(wanted = () => true, ms = 3000) {
    const fits = typeof wanted === "string" ? (m) => m.kind === wanted : wanted;
    const at = this.messages.findIndex(fits);
    if (at >= 0) return Promise.resolve(this.messages.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("nothing came; waiting: " + JSON.stringify(this.messages))), ms);
      this.#waiting.push({ wanted: fits, resolve: (m) => { clearTimeout(timer); resolve(m); }, reject: (e) => { clearTimeout(timer); reject(e); } });
    });
  }
  close() { this.socket.destroy(); return this.ended; }
}

// Resolves with a Client after 101, or with {status} when the server refused. `more`: bytes sent with the handshake.
export function connect(port, path, { host = "127.0.0.1", headers = {}, more = Buffer.alloc(0), pong, localAddress } = {}) {
  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString("base64");
    const all = { Host: `${host}:${port}`, Origin: `http://${host}:${port}`, Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key, ...headers };
    const socket = net.connect({ port, host, localAddress });
    let head = Buffer.alloc(0);
    socket.once("error", reject);
    socket.write(Buffer.concat([Buffer.from(`GET ${path} HTTP/1.1\r\n` + Object.entries(all).map(([n, v]) => `${n}: ${v}\r\n`).join("") + "\r\n"), more]));
    const read = (data) => {
      head = Buffer.concat([head, data]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", read);
      socket.off("error", reject);
      const text = head.subarray(0, end).toString("latin1");
      const status = Number(text.slice(9, 12));
      if (status !== 101) { socket.destroy(); return resolve({ status }); }
      const accept = createHash("sha1").update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
      if (!text.includes(accept)) return reject(new Error("Sec-WebSocket-Accept is wrong"));
      const client = new Client(socket, { pong });
      if (head.length > end + 4) socket.emit("data", head.subarray(end + 4));
      resolve(client);
    };
    socket.on("data", read);
  });
}
