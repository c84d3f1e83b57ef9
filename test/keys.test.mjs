// The keyboard's rules, by themselves: what a keydown asks for, and when it is the input method's.
import { test, describe } from "node:test";
import assert from "node:assert/strict";
import { Composition, keyOf, latinKey } from "../static/js/keys.js";
import { afterClose, pauseBefore, touched } from "../static/js/live.js";
import { beginsMention, fold, looksLikeReference, matching, neighbour } from "../static/js/find.js";

const calm = { typing: false, dialog: false, mac: false, single: false, plain: true, owned: false };
const down = (key, more = {}) => ({ key, code: "", keyCode: 0, timeStamp: 0, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, isComposing: false, defaultPrevented: false, ...more });

describe("single keys", () => {
  test("those that only move act", () => {
    for (const key of ["j", "k", "r", "n", "/", "c"]) assert.equal(keyOf(down(key), calm), key);
    assert.equal(keyOf(down("?", { shiftKey: true }), calm), "?");
  });
  test("those that change something act only when they are switched on", () => {
    for (const key of ["a", "e", "z"]) {
      assert.equal(keyOf(down(key), calm), null);
      assert.equal(keyOf(down(key), { ...calm, single: true }), key);
    }
  });
  test("none acts in a field, in a dialog, with a modifier, or when switched off", () => {
    for (const key of ["j", "r", "e", "/", "?"]) {
      const on = { ...calm, single: true };
      for (const state of [{ typing: true }, { dialog: true }, { plain: false }, { owned: true }]) assert.equal(keyOf(down(key), { ...on, ...state }), null);
      for (const modifier of ["ctrlKey", "metaKey", "altKey"]) assert.equal(keyOf(down(key, { [modifier]: true }), on), null);
    }
    assert.equal(keyOf(down("E", { shiftKey: true }), { ...calm, single: true }), null);
  });
  test("only J and K repeat", () => {
    assert.equal(keyOf(down("j", { repeat: true }), calm), "j");
    assert.equal(keyOf(down("r", { repeat: true }), calm), null);
  });
  test("a Vietnamese sentence typed in Telex with lost focus changes nothing", () => {
    for (const key of "dja em gui lai roif aj, anh xem giups em nhes") assert.ok(!["a", "e", "z"].includes(keyOf(down(key), calm)));
  });
  test("under a Thai layout the place of the key counts", () => {
    assert.equal(latinKey(down("่", { code: "KeyJ" })), "j");
    assert.equal(keyOf(down("พ", { code: "KeyR" }), calm), "r");
    assert.equal(keyOf(down("ฝ", { code: "Slash" }), calm), "/");
    assert.equal(keyOf(down("ฦ", { code: "Slash", shiftKey: true }), calm), "?");
    assert.equal(keyOf(down("ำ", { code: "KeyE" }), calm), null, "and still only when switched on");
    assert.equal(latinKey(down("q", { code: "KeyA" })), "q", "twin: on a French keyboard the letter counts");
  });
});

describe("with Ctrl or ⌘", () => {
  test("K and Enter, also in a field", () => {
    assert.equal(keyOf(down("k", { ctrlKey: true }), { ...calm, typing: true }), "mod+k");
    assert.equal(keyOf(down("Enter", { ctrlKey: true }), { ...calm, typing: true }), "mod+enter");
    assert.equal(keyOf(down("k", { metaKey: true }), { ...calm, mac: true }), "mod+k");
    assert.equal(keyOf(down("า", { ctrlKey: true, code: "KeyK" }), { ...calm, typing: true }), "mod+k", "Thai layout");
  });
  test("twins: not on the other system, not with AltGr, not held", () => {
    assert.equal(keyOf(down("k", { ctrlKey: true }), { ...calm, mac: true }), null);
    assert.equal(keyOf(down("Enter", { ctrlKey: true, altKey: true }), calm), null);
    assert.equal(keyOf(down("Enter", { ctrlKey: true, repeat: true }), { ...calm, typing: true }), null);
    assert.equal(keyOf(down("Enter"), { ...calm, typing: true }), null);
  });
});

describe("while an input method composes", () => {
  test("pinyin in Chrome: letters, the candidate's number and Enter are its own", () => {
    const c = new Composition();
    assert.ok(c.owns(down("n", { keyCode: 229 })));
    c.start();
    for (const key of ["i", "h", "a", "o", "1"]) assert.ok(c.owns(down(key, { isComposing: true, keyCode: 229 })));
    assert.ok(c.owns(down("Enter", { isComposing: true, keyCode: 229, ctrlKey: true })), "even with Ctrl");
    c.end(1000);
    assert.ok(!c.owns(down("Enter", { timeStamp: 1600, keyCode: 13, ctrlKey: true })), "twin: the next one sends");
  });
  test("Safari: the Enter that comes after compositionend", () => {
    const c = new Composition();
    c.start();
    c.end(1000);
    assert.ok(c.owns(down("Enter", { keyCode: 229, timeStamp: 1000 })));
    assert.ok(c.owns(down("Enter", { keyCode: 13, timeStamp: 1002 })), "also when the number does not tell");
    assert.ok(!c.owns(down("j", { keyCode: 74, timeStamp: 1002 })));
  });
  test("Telex that composes: the end of a word by a blank", () => {
    const c = new Composition();
    c.start();
    assert.ok(c.owns(down("a", { keyCode: 229 })));
    c.end(500);
    assert.ok(!c.owns(down("Enter", { keyCode: 13, timeStamp: 900 })));
  });
});

describe("live updates", () => {
  test("pauses double, are spread, and end at 45 seconds", () => {
    assert.equal(pauseBefore(0, 0.5), 500);
    assert.equal(pauseBefore(3, 0.5), 4000);
    assert.ok(pauseBefore(1, 0) < pauseBefore(1, 1));
    assert.equal(pauseBefore(99, 1), 45_000);
  });
  test("what the end of a connection means", () => {
    assert.equal(afterClose(4000, true, 1), "again");
    assert.equal(afterClose(4001, true, 1), "ask");
    assert.equal(afterClose(1013, true, 1), "poll");
    assert.equal(afterClose(1006, true, 9), "later", "it worked once: it will again");
    assert.equal(afterClose(1006, false, 3), "poll", "it has never come through");
    assert.equal(afterClose(1006, false, 1), "later");
  });
  test("which parts events touch", () => {
    const e = (kind, ref, by, to) => ({ kind, ref, by, to });
    assert.deepEqual(touched([e("message.received", "con_b")], "con_a", "agt_me"), { list: true, articles: false, conversation: false, warn: false, assigned: false, mentioned: "" });
    assert.equal(touched([e("message.received", "con_a")], "con_a", "agt_me").warn, true);
    assert.equal(touched([e("message.queued", "con_a", "agt_other")], "con_a", "agt_me").warn, true);
    assert.equal(touched([e("message.queued", "con_a", "agt_me")], "con_a", "agt_me").warn, false, "one's own reply warns nobody");
    assert.equal(touched([e("conversation.tagged", "con_a", "agt_other")], "con_a", "agt_me").warn, false);
    assert.equal(touched([e("conversation.assigned", "con_b", "agt_other", "agt_me")], "con_a", "agt_me").assigned, true);
    assert.equal(touched([e("conversation.assigned", "con_b", "agt_me", "agt_me")], "con_a", "agt_me").assigned, false);
    assert.equal(touched([e("conversation.mentioned", "con_b", "agt_other", "agt_me")], "con_a", "agt_me").mentioned, "con_b");
    assert.equal(touched([e("conversation.mentioned", "con_b", "agt_other", "agt_third")], "con_a", "agt_me").mentioned, "", "somebody else");
    assert.equal(touched([e("conversation.mentioned", "con_a", "agt_other", "agt_me")], "con_a", "agt_me").mentioned, "", "she has it open");
    assert.equal(touched([e("article.published", "")], "con_a", "agt_me").articles, true);
    assert.equal(touched([e("article.published", "")], "con_a", "agt_me").list, false, "it is no conversation");
    assert.equal(touched([e("message.received", "")], "", "agt_me").conversation, false, "nothing is open");
  });
});

describe("finding", () => {
  test("by letters without marks, every word, beginnings first", () => {
    const items = ["Đang chờ", "Hỏi mã đơn", "询问订单号", "ขอเลขคำสั่งซื้อ", "Assign: Take it"].map((label) => ({ label }));
    assert.deepEqual(matching(items, "don ma").map((i) => i.label), ["Hỏi mã đơn"]);
    assert.deepEqual(matching(items, "ĐANG").map((i) => i.label), ["Đang chờ"]);
    assert.deepEqual(matching(items, "订单").map((i) => i.label), ["询问订单号"]);
    assert.deepEqual(matching(items, "เลขคำสั่ง").map((i) => i.label), ["ขอเลขคำสั่งซื้อ"]);
    assert.deepEqual(matching(items, "xyz"), []);
    assert.equal(matching(items, " ").length, 5);
    assert.equal(fold("Ｒｅｐｌｙ"), "reply");
  });
  test("a reference as people type it", () => {
    for (const typed of ["ABC234", "#kq7xw2", " abc23456 "]) assert.ok(looksLikeReference(typed), typed);
    for (const typed of ["ABC1", "ABCIO1", "to resolve", ""]) assert.ok(!looksLikeReference(typed), typed);
  });
  test("walking the list", () => {
    assert.equal(neighbour(["a", "b", "c"], "b", 1), "c");
    assert.equal(neighbour(["a", "b", "c"], "c", 1), undefined);
    assert.equal(neighbour(["a", "b", "c"], "", 1), "a", "J opens the first");
    assert.equal(neighbour([], "", 1), undefined);
    assert.equal(neighbour(["a", "c"], "b", 1, 1), "c", "the one that was answered has left: its place counts");
    assert.equal(neighbour(["a", "c"], "b", -1, 1), "a");
    assert.equal(neighbour(["b", "c"], "a", 1, 0), "b");
    assert.equal(neighbour(["b", "c"], "a", -1, 0), undefined);
  });
});
