// HTTP as strangers speak it: the probe server (http_probe.c) over raw sockets. KEPT_BUILD names the build directory.
import { test, before, after, describe } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const build = process.env.KEPT_BUILD ?? path.join(here, "..", "build");

async function start(...options) {
  const child = spawn(path.join(build, "test", "http_probe"), options, { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once("data", (d) => resolve(Number(String(d))));
    child.once("exit", (code) => reject(new Error(`the probe ended with ${code}`)));
  });
  const stop = () => new Promise((resolve) => { child.once("exit", (code, signal) => resolve(code ?? signal)); child.stdin.end(); });
  return { port, stop, base: `http://127.0.0.1:${port}` };
}

// Sends pieces as they are; resolves with all that came until the server closed, or `wait` ms of silence.
function raw(port, ...pieces) {
  return new Promise((resolve, reject) => {
    let got = "";
    const started = Date.now();
    const socket = net.connect(port, "127.0.0.1", () => pieces.forEach((p) => socket.write(p)));
    socket.setTimeout(6000, () => { socket.destroy(); reject(new Error("the server did not close: " + got)); });
    socket.on("data", (d) => (got += d.toString("latin1")));
    socket.on("error", (e) => (e.code === "ECONNRESET" || e.code === "EPIPE" ? 0 : reject(e)));
    socket.on("close", () => resolve({ text: got, status: Number(got.slice(9, 12)), ms: Date.now() - started }));
  });
}
const lines = (...l) => l.join("\r\n") + "\r\n\r\n";
const form = (body, more = {}) => ({ method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded", cookie: "v=1", "x-kept-csrf": "probe-csrf", ...more }, redirect: "manual" });

let s;
before(async () => { s = await start("header_ms=1000", "body_ms=1000", "idle_ms=1500", "per_address=1000"); });
after(async () => assert.equal(await s.stop(), 0));

describe("the audit refuses and closes", () => {
  const rows = [
    ["two Content-Lengths", 400, lines("POST /note HTTP/1.1", "Host: a", "Content-Length: 3", "Content-Length: 4") + "abcd"],
    ["two equal Content-Lengths", 400, lines("POST /note HTTP/1.1", "Host: a", "Content-Length: 3", "Content-Length: 3") + "abc"],
    ["chunked with Content-Length", 400, lines("POST /note HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Content-Length: 3") + "0\r\n\r\n"],
    ["another Transfer-Encoding", 400, lines("POST /note HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n"],
    ["identity Transfer-Encoding", 400, lines("POST /note HTTP/1.1", "Host: a", "Transfer-Encoding: identity") + "abc"],
    ["chunked in HTTP/1.0", 400, lines("POST /note HTTP/1.0", "Host: a", "Transfer-Encoding: chunked") + "0\r\n\r\n"],
    ["absolute form", 400, lines("GET http://a/hello HTTP/1.1", "Host: a")],
    ["authority form", 400, lines("CONNECT a:80 HTTP/1.1", "Host: a")],
    ["no Host", 400, lines("GET /hello HTTP/1.1", "Accept: */*")],
    ["two Hosts", 400, lines("GET /hello HTTP/1.1", "Host: a", "Host: b")],
    ["a Host with a path", 400, lines("GET /hello HTTP/1.1", "Host: a/b@c")],
    ["a name with a blank", 400, lines("GET /hello HTTP/1.1", "Host: a", "X Odd: 1")],
    ["a blank before the colon", 400, lines("GET /hello HTTP/1.1", "Host: a", "Content-Length : 3")],
    ["a name that is no token", 400, lines("GET /hello HTTP/1.1", "Host: a", "X(odd): 1")],
    ["a long address", 414, lines("GET /hello?text=" + "a".repeat(2100) + " HTTP/1.1", "Host: a")],
    ["many headers", 431, lines("GET /hello HTTP/1.1", "Host: a", ...Array.from({ length: 300 }, (_, i) => `X-${i}: ${"v".repeat(110)}`))],
    ["one large header", 431, lines("GET /hello HTTP/1.1", "Host: a", "X-Big: " + "v".repeat(33000))],
    ["a body on GET", 400, lines("GET /hello HTTP/1.1", "Host: a", "Content-Length: 3") + "abc"],
    ["an unencoded byte in the path", 400, Buffer.from(lines("GET /h\xe9llo HTTP/1.1", "Host: a"), "latin1")],
    ["an unknown version", 505, lines("GET /hello HTTP/2.0", "Host: a")],
  ];
  for (const [name, status, bytes] of rows)
    test(name, async () => {
      // What follows would be the smuggled request: it must never be answered.
      // (Not after a flood: bytes left unread reset the connection, which may overtake the answer.)
      const r = await raw(s.port, bytes, ...(status === 431 ? [] : [lines("GET /hello HTTP/1.1", "Host: a", "Connection: close")]));
      assert.equal(r.status, status, r.text);
      assert.equal(r.text.match(/^HTTP\/1\.1 /gm)?.length, 1, "one answer only: " + r.text);
    });
  // Here libmicrohttpd ends it before we are asked; a reset may overtake its answer.
  for (const [name, line] of [["a flood", "X-Big: " + "v".repeat(300000)], ["a negative Content-Length", "Content-Length: -1"], ["Content-Length of two", "Content-Length: 1, 1"]])
    test(name, async () => {
      const r = await raw(s.port, lines("POST /note HTTP/1.1", "Host: a", line), lines("GET /hello HTTP/1.1", "Host: a"));
      assert.doesNotMatch(r.text, /HTTP\/1\.1 200|hello/);
    });
  test("twin: a header of 30 kB is taken", async () => {
    const r = await raw(s.port, lines("GET /hello HTTP/1.1", "Host: a", "X-Big: " + "v".repeat(30000), "Connection: close"));
    assert.equal(r.status, 200);
  });
  test("twin: a plain request is answered", async () => {
    const r = await raw(s.port, lines("GET /hello HTTP/1.1", "Host: a", "Connection: close"));
    assert.equal(r.status, 200);
    assert.match(r.text, /hello, en$/);
  });
  test("twin: chunked alone is taken", async () => {
    const r = await raw(s.port, lines("POST /raw HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Connection: close") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert.equal(r.status, 200);
    assert.match(r.text, /abcde$/);
  });
});

describe("deadlines hold for whole phases", () => {
  const drip = (head, piece, every) => new Promise((resolve) => {
    const started = Date.now();
    const socket = net.connect(s.port, "127.0.0.1", () => socket.write(head));
    const timer = setInterval(() => socket.write(piece), every);
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.on("close", () => { clearInterval(timer); resolve(Date.now() - started); });
  });
  test("a dripped header", async () => assert.ok((await drip("GET /hello HTTP/1.1\r\nHost: a\r\n", "X: 1\r\n", 100)) < 3000));
  test("a dripped request line", async () => assert.ok((await drip("G", "E", 100)) < 3000));
  test("a dripped body", async () => assert.ok((await drip(lines("POST /raw HTTP/1.1", "Host: a", "Content-Length: 1000000"), "x", 100)) < 4000));
  test("an idle connection", async () => {
    const r = await raw(s.port, lines("GET /hello HTTP/1.1", "Host: a"));
    assert.equal(r.status, 200);
    assert.ok(r.ms > 1000 && r.ms < 5000, `${r.ms} ms`);
  });
  test("twin: a worker may take longer than any of them", async () => {
    const r = await fetch(s.base + "/slow?ms=2500");
    assert.equal(await r.text(), "slept");
  });
});

describe("the route table", () => {
  const rows = [
    ["GET", "/nothing", 404], ["GET", "/hello/", 404], ["GET", "/hello", 200], ["GET", "/%68ello", 200], ["GET", "/hello%00", 400],
    ["GET", "/hello%zz", 400], ["DELETE", "/hello", 405], ["PROPFIND", "/hello", 405], ["OPTIONS", "/hello", 405],
    ["GET", "/c/new", 200], ["GET", "/c/con_aaaabbbbccccdddd", 200], ["GET", "/c/msg_aaaabbbbccccdddd", 404], ["POST", "/c/con_aaaabbbbccccdddd", 200],
    ["POST", "/c/new", 404], ["GET", "/assets/none.js", 404],
  ];
  for (const [method, url, status] of rows)
    test(`${method} ${url} is ${status}`, async () => assert.equal((await fetch(s.base + url, { method })).status, status));
  test("405 names what is allowed", async () => {
    const r = await fetch(s.base + "/c/con_aaaabbbbccccdddd", { method: "PUT" });
    assert.equal(r.status, 405);
    assert.equal(r.headers.get("allow"), "GET, HEAD, POST, DELETE");
  });
  test("HEAD is GET without the body", async () => {
    const r = await raw(s.port, lines("HEAD /hello HTTP/1.1", "Host: a", "Connection: close"));
    assert.match(r.text, /Content-Length: 9\r\n/);
    assert.ok(r.text.endsWith("\r\n\r\n"));
  });
});

describe("parameters", () => {
  const get = async (query) => { const r = await fetch(s.base + "/echo" + query); return { status: r.status, body: await r.json() }; };
  test("typed, cleaned and listed", async () => {
    const { body } = await get("?text=%20xin+ch%C3%A0o%09b%E1%BA%A1n%20&n=7&flag=on&word=red&tag=a&tag=%E4%B8%AD%E6%96%87");
    assert.equal(body.text, "xin chào bạn");
    assert.deepEqual([body.n, body.flag, body.word, body.tag], [7, true, "red", ["a", "中文"]]);
  });
  const rows = [
    ["?color=1", "color", "unknown"], ["?utm_source=x", "utm_source", "unknown"], ["?csrf=1", "csrf", "unknown"], ["?text=a&text=b", "text", "repeated"],
    ["?text=%ff", "text", "not_utf8"], ["?text=a%00b", "text", "not_utf8"], ["?text=" + "a".repeat(41), "text", "too_long"], ["?n=x", "n", "not_a_number"],
    ["?n=101", "n", "out_of_range"], ["?n=99999999999999999999", "n", "out_of_range"], ["?word=blue", "word", "not_a_word"], ["?word=red+green", "word", "not_a_word"],
  ];
  for (const [query, param, reason] of rows)
    test(`${query.slice(0, 30)} is refused by name`, async () => {
      const r = await get(query);
      assert.deepEqual([r.status, r.body.code, r.body.param, r.body.reason], [422, "invalid", param, reason]);
    });
  test("twins: 40 Thai code points fit, an empty number is none", async () => {
    const r = await get("?n=&text=" + encodeURIComponent("ด้วย".repeat(10)));
    assert.deepEqual([r.status, r.body.n], [200, -1]);
  });
  test("a broken % is 400", async () => assert.equal((await get("?text=%4")).status, 400));
});

describe("bodies", () => {
  test("a form", async () => {
    const r = await fetch(s.base + "/note", form("text=d%C3%B2ng+1%0D%0Ad%C3%B2ng+2&n=3&csrf=x"));
    assert.equal(r.status, 200);
    assert.equal((await r.json()).text, "dòng 1\ndòng 2");
  });
  test("PATCH with JSON", async () => {
    const r = await fetch(s.base + "/note", { ...form('{"text":"ตกลง","n":3,"flag":true,"tag":["a","b"],"word":null}', { "content-type": "application/json" }), method: "PATCH" });
    const body = await r.json();
    assert.deepEqual([body.text, body.n, body.flag, body.tag, body.word], ["ตกลง", 3, true, ["a", "b"], null]);
  });
  const json = { "content-type": "application/json" };
  const rows = [
    ["duplicate keys", '{"text":"a","text":"b"}', json, 400], ["not JSON", "{text}", json, 400], ["an array", "[1]", json, 400],
    ["a nested object", '{"text":{"a":1}}', json, 400], ["a number for text", '{"text":1}', json, 422], ["an array for one", '{"text":["a"]}', json, 422],
    ["an undeclared key", '{"text":"a","admin":true}', json, 422], ["a missing one", '{"n":1}', json, 422], ["blanks only", "text=+++", {}, 422],
    ["no file is taken", '--b\r\nContent-Disposition: form-data; name="text"; filename="a"\r\n\r\nx\r\n--b--\r\n', { "content-type": "multipart/form-data; boundary=b" }, 400],
    ["XML", "<a/>", { "content-type": "application/xml" }, 415], ["text", "text=a", { "content-type": "text/plain" }, 415],
    ["gzip", "text=a", { "content-encoding": "gzip" }, 415], ["too long", "text=" + "a".repeat(300000), {}, 413],
  ];
  for (const [name, body, headers, status] of rows)
    test(`${name}: ${status}`, async () => {
      const r = await fetch(s.base + "/note", form(body, headers));
      assert.equal(r.status, status, await r.text());
    });
  test("a huge body is refused before it is sent", async () => {
    const r = await raw(s.port, lines("POST /note HTTP/1.1", "Host: a", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 999999999"));
    assert.equal(r.status, 413);
    assert.ok(r.ms < 900, `${r.ms} ms`);
  });
  test("chunks beyond the limit", async () => {
    const chunk = "ffff\r\n" + "x".repeat(0xffff) + "\r\n";
    const r = await raw(s.port, lines("POST /note HTTP/1.1", "Host: a", "Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked", "Connection: close"), chunk.repeat(6) + "0\r\n\r\n");
    assert.equal(r.status, 413);
  });
  test("multipart: files and fields, intact", async () => {
    const large = randomBytes(1 << 20), small = Buffer.from("\r\n--almost\r\n");
    const data = new FormData();
    data.append("title", "ảnh");
    data.append("file", new Blob([large], { type: "image/png" }), "../../bí mật.png");
    data.append("file", new Blob([small]), "b.txt");
    data.append("file", new Blob([]), "");
    const r = await fetch(s.base + "/upload", { method: "POST", body: data });
    const files = await r.json();
    assert.equal(r.status, 200, JSON.stringify(files));
    assert.deepEqual(files.map((f) => [f.name, f.size, f.sha256]), [["bí mật.png", large.length, createHash("sha256").update(large).digest("hex")], ["b.txt", small.length, createHash("sha256").update(small).digest("hex")]]);
    assert.equal(files[0].type, "image/png");
  });
  test("multipart: too many files", async () => {
    const data = new FormData();
    for (let i = 0; i < 21; i++) data.append("file", new Blob(["x"]), "a");
    assert.equal((await fetch(s.base + "/upload", { method: "POST", body: data })).status, 413);
  });
  test("multipart: cut off before the end", async () => {
    const r = await fetch(s.base + "/upload", { method: "POST", body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx', headers: { "content-type": "multipart/form-data; boundary=b" } });
    assert.equal(r.status, 400);
  });
  test("a raw body comes as it was", async () => {
    const body = randomBytes(1500000);
    const r = await fetch(s.base + "/raw", { method: "POST", body });
    assert.ok(Buffer.from(await r.arrayBuffer()).equals(body));
  });
  test("Expect: 100-continue", async () => {
    const r = await raw(s.port, lines("POST /raw HTTP/1.1", "Host: a", "Content-Length: 3", "Expect: 100-continue", "Connection: close"), "abc");
    assert.match(r.text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
  });
});

describe("who may", () => {
  const rows = [
    ["a visitor on a page", "/agent?x=1", {}, 303], ["an agent", "/agent", { cookie: "s=agent" }, 200], ["an agent as admin", "/admin", { cookie: "s=agent" }, 403],
    ["an admin", "/admin", { cookie: "s=admin" }, 200], ["nobody at the API", "/api/read", {}, 401], ["a session at the API", "/api/read", { cookie: "s=admin" }, 401],
    ["a token", "/api/read", { authorization: "Bearer read" }, 200], ["a token on a page", "/agent", { authorization: "Bearer write" }, 403],
  ];
  for (const [name, url, headers, status] of rows)
    test(`${name}: ${status}`, async () => assert.equal((await fetch(s.base + url, { headers, redirect: "manual" })).status, status));
  test("the way back is kept", async () => {
    const r = await fetch(s.base + "/agent?x=1&y=2", { redirect: "manual" });
    assert.equal(r.headers.get("location"), "/sign-in?next=/agent%3Fx%3D1%26y%3D2");
    const part = await fetch(s.base + "/agent", { headers: { "hx-request": "true", "hx-current-url": s.base + "/inbox" } });
    assert.deepEqual([part.status, part.headers.get("hx-redirect")], [401, "/sign-in?next=/inbox"]);
  });
  test("a read token does not write", async () => {
    const post = (t) => fetch(s.base + "/api/write", { method: "POST", headers: { authorization: "Bearer " + t } });
    assert.equal((await post("read")).status, 403);
    assert.equal((await post("write")).status, 200);
    assert.equal((await fetch(s.base + "/api/write", { method: "POST" })).headers.get("www-authenticate"), "Bearer");
  });
  test("CSRF: missing, wrong, foreign, right", async () => {
    const post = async (more, body = "text=a") => (await fetch(s.base + "/note", form(body, more))).status;
    assert.equal(await post({ "x-kept-csrf": "" }), 403);
    assert.equal(await post({ "x-kept-csrf": "probe-csrg" }), 403);
    assert.equal(await post({ cookie: "x=1" }), 403, "no token was ever given");
    assert.equal(await post({ origin: "https://evil.example" }), 403);
    assert.equal(await post({ origin: "null" }), 403);
    assert.equal(await post({ "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await post({ origin: s.base, "sec-fetch-site": "same-origin" }), 200);
    const inField = await raw(s.port, lines("POST /note HTTP/1.1", "Host: a", "Cookie: v=1", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 22", "Connection: close") + "text=a&csrf=probe-csrf");
    assert.equal(inField.status, 200);
  });
  test("other origins on a ROUTE_CROSS row", async () => {
    const post = (origin) => fetch(s.base + "/cross", { method: "POST", headers: { origin } });
    assert.equal((await post("https://evil.example")).status, 403);
    assert.equal((await post("https://shop.example")).headers.get("access-control-allow-origin"), "https://shop.example");
    const ask = (origin, url = "/cross") => fetch(s.base + url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
    assert.equal((await ask("https://shop.example")).status, 204);
    assert.equal((await ask("https://evil.example")).status, 403);
    assert.equal((await ask("https://shop.example", "/note")).status, 405);
  });
});

describe("answers", () => {
  test("the standard headers", async () => {
    const r = await fetch(s.base + "/hello", { headers: { cookie: "s=agent" } });
    assert.match(r.headers.get("content-security-policy"), /^default-src 'self'; script-src 'self'.*frame-ancestors 'none'$/);
    assert.equal(r.headers.get("x-content-type-options"), "nosniff");
    assert.equal(r.headers.get("cache-control"), "no-store");
    assert.match((await fetch(s.base + "/framed")).headers.get("content-security-policy"), /frame-ancestors 'self'$/);
  });
  test("a redirect stays here, a value stays one line", async () => {
    const go = (next) => fetch(s.base + "/go?next=" + encodeURIComponent(next), { redirect: "manual" });
    const r = await go("/c/new?a=1");
    assert.deepEqual([r.status, r.headers.get("location")], [303, "/c/new?a=1"]);
    if (r.headers.getSetCookie) assert.equal(r.headers.getSetCookie().length, 1); // Debian's node 18 has it not
    assert.match(r.headers.get("set-cookie"), /^s=agent; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/);
    for (const bad of ["//evil.example", "https://evil.example", "/\\evil.example", "x"]) assert.equal((await go(bad)).headers.get("location"), "/");
  });
  test("an error is a page, or a problem when JSON is asked for", async () => {
    const page = await fetch(s.base + "/gone", { headers: { accept: "text/html" } });
    assert.deepEqual([page.status, page.headers.get("content-type")], [410, "text/html; charset=utf-8"]);
    assert.match(await page.text(), /ask for a new one/);
    const problem = await fetch(s.base + "/gone", { headers: { accept: "application/json" } });
    assert.equal(problem.headers.get("content-type"), "application/problem+json");
    assert.deepEqual(await problem.json(), { type: "about:blank", title: "Gone", status: 410, code: "gone", detail: "This link has expired; ask for a new one." });
  });
  test("assets", async () => {
    const r = await raw(s.port, lines("GET /assets/app.1.js HTTP/1.1", "Host: a", "Accept-Encoding: br, gzip", "Connection: close"));
    assert.match(r.text, /Content-Encoding: gzip\r\n[^]*gzipped$/);
    const plain = await raw(s.port, lines("GET /assets/app.1.js HTTP/1.1", "Host: a", "Accept-Encoding: gzip;q=0", "Connection: close"));
    assert.match(plain.text, /immutable[^]*plain$/);
    assert.equal((await fetch(s.base + "/assets/app.1.css")).headers.get("content-type"), "text/css");
  });
  test("the language", async () => {
    const lang = async (headers) => (await (await fetch(s.base + "/hello", { headers })).text()).slice(7);
    assert.equal(await lang({ "accept-language": "fr, zh-TW;q=0.9, en;q=0.8" }), "zh-Hant");
    assert.equal(await lang({ "accept-language": "th-TH,en", cookie: "lang=vi" }), "vi");
    assert.equal(await lang({ "accept-language": "de" }), "en");
  });
  test("pipelined requests are answered in order", async () => {
    const get = (n) => lines(`GET /echo?n=${n} HTTP/1.1`, "Host: a", ...(n == 9 ? ["Connection: close"] : []));
    const r = await raw(s.port, Array.from({ length: 10 }, (_, i) => get(i)).join(""));
    assert.deepEqual([...r.text.matchAll(/"n":(\d)/g)].map((m) => Number(m[1])), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
  test("a large answer arrives whole", async () => assert.equal((await (await fetch(s.base + "/big?n=20000000")).text()).length, 20000000));
});

describe("WebSocket", () => {
  const hand = (more = {}) => {
    const h = { Host: `127.0.0.1:${s.port}`, Upgrade: "websocket", Connection: "keep-alive, Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", Origin: s.base, ...more };
    return lines("GET /live HTTP/1.1", ...Object.entries(h).filter(([, v]) => v !== null).map(([k, v]) => `${k}: ${v}`));
  };
  test("the connection is handed on", async () => {
    const r = await raw(s.port, hand() + "early");
    assert.match(r.text, /^HTTP\/1\.1 101 /);
    assert.match(r.text, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
    assert.match(r.text, /taken topic early$/);
  });
  const rows = [["no Upgrade", { Upgrade: null }, 426], ["version 8", { "Sec-WebSocket-Version": "8" }, 426], ["a short key", { "Sec-WebSocket-Key": "abc" }, 400], ["a foreign origin", { Origin: "https://evil.example" }, 403], ["no origin", { Origin: null }, 403]];
  for (const [name, more, status] of rows) test(`${name}: ${status}`, async () => assert.equal((await raw(s.port, hand(more))).status, status));
});

describe("load", () => {
  test("many at once, reads and writes", async () => {
    const jobs = Array.from({ length: 400 }, async (_, i) => {
      if (i % 2) return (await (await fetch(s.base + "/note", form("text=note" + i))).json()).text === "note" + i;
      return (await (await fetch(s.base + "/echo?text=t" + i)).json()).text === "t" + i;
    });
    assert.ok((await Promise.all(jobs)).every(Boolean));
  });
  test("a full queue is 503 with Retry-After; the rest is served", async () => {
    const few = await start("workers=1", "queue=2");
    const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(few.base + "/slow?ms=300")));
    const full = answers.filter((r) => r.status === 503);
    assert.ok(full.length >= 4 && full.length < 8, `${full.length} refused`);
    assert.equal(full[0].headers.get("retry-after"), "1");
    await Promise.all(answers.map((r) => r.text()));
    assert.equal(await few.stop(), 0);
  });
  test("one address has so many connections", async () => {
    const few = await start("per_address=3");
    const sockets = Array.from({ length: 8 }, () => net.connect(few.port, "127.0.0.1"));
    sockets.forEach((c) => c.on("error", () => {}));
    let closed = 0;
    await new Promise((resolve) => sockets.forEach((c) => c.on("close", () => { if (++closed === 5) resolve(); })));
    sockets.forEach((c) => c.destroy());
    assert.equal(await few.stop(), 0);
  });
  test("stopping lets a running handler finish", async () => {
    const one = await start();
    const answer = fetch(one.base + "/slow?ms=600").then((r) => r.text());
    await new Promise((r) => setTimeout(r, 200));
    const code = one.stop();
    assert.equal(await answer, "slept");
    assert.equal(await code, 0);
  });
  test("stopping does not wait for a body that never comes", async () => {
    const one = await start();
    const socket = net.connect(one.port, "127.0.0.1", () => socket.write(lines("POST /raw HTTP/1.1", "Host: a", "Content-Length: 100") + "half"));
    socket.on("error", () => {});
    await new Promise((r) => setTimeout(r, 100));
    const started = Date.now();
    assert.equal(await one.stop(), 0);
    assert.ok(Date.now() - started < 8000);
    socket.destroy();
  });
  test("a trusted proxy's last hop and scheme count, a stranger's do not", async () => {
    const headers = { "x-forwarded-for": "6.6.6.6, 203.0.113.9", "x-forwarded-proto": "https" };
    const behind = await start("proxy=127.0.0.1");
    const seen = await (await fetch(behind.base + "/echo", { headers })).json();
    assert.deepEqual([seen.address, seen.origin], ["203.0.113.9", behind.base.replace("http:", "https:")]);
    assert.equal(await behind.stop(), 0);
    assert.equal((await (await fetch(s.base + "/echo", { headers })).json()).address, "127.0.0.1");
  });
});
