// The chat widget: <script async src="https://help.example.com/widget.js" data-inbox="inb_…"></script>
//
// Settings, in window.keptSettings or as data- attributes of the script: inbox, lang (else the page's, else the
// browser's), side ("right", "left"), bottom (pixels), theme ("light", "dark"; else as the device says), launcher (false: the page has its own button).
// For the page: kept("open"), kept("close"), kept("identify", proof), kept("shutdown"). A proof is a JWT that the website's
// server signed, a function that fetches one when it is needed, or { identifier, identifier_hash, name }. Calls before the
// script has come are kept by: window.kept ??= (...call) => { (kept.calls ??= []).push(call); }
// The page hears of "kept:ready" and "kept:unread" (detail.n) as events of the window.
import { css } from "./look.js";
import { makePanel } from "./panel.js";
import { keepPlace } from "./place.js";
import { makeTalk } from "./talk.js";
import { speak } from "./words.js";

const script = document.currentScript;

function boot() {
  const settings = { ...script?.dataset, ...window.keptSettings };
  const { inbox } = settings, base = new URL(settings.url ?? script.src).origin;
  if (!/^inb_[a-z2-7]{16}$/.test(inbox ?? "")) {
    console.warn("kept: the script needs data-inbox, the reference of a chat inbox");
    return;
  }
  speak(settings.lang || document.documentElement.lang || navigator.language); // a page without a lang says ""

  const host = document.createElement("div"), root = host.attachShadow({ mode: "open" });
  host.id = "kept-chat";
  if (settings.theme) host.dataset.theme = settings.theme;
  if ("replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } else { // Safari before 16.4
    const style = document.createElement("style");
    style.nonce = script?.nonce ?? "";
    style.textContent = css;
    root.append(style);
  }

  let panel = null, place = null, told = -1, begun = false;
  const talk = makeTalk({ base, inbox, changed });
  const side = () => (talk.saved.side ?? settings.side) === "left" ? "left" : "right";

  function changed() {
    panel?.render();
    if (begun) talk.inTab("open", panel.isOpen() && talk.saved.token ? "1" : ""); // nothing is kept before she writes
    const n = talk.unread();
    if (n !== told) window.dispatchEvent(new CustomEvent("kept:unread", { detail: { n: told = n } }));
  }

  panel = makePanel(root, talk, {
    base,
    side,
    moved() {
      talk.saved.side = side() === "left" ? "right" : "left";
      talk.remember();
      place();
    },
    toggled(on) {
      talk.watch(on);
      if (on) talk.greet();
      changed();
    },
  });
  if (String(settings.launcher) === "false") root.querySelector(".launcher").classList.add("away");
  document.body.append(host);
  place = keepPlace(host, () => ({ side: side(), bottom: Number(settings.bottom ?? 20) || 0 }));
  const wasOpen = talk.inTab("open") && !panel.covers(); // on a phone it would hide the page that she went to
  begun = true;
  talk.begin();
  if (wasOpen) panel.show(true, true);

  const doings = {
    open: () => panel.show(true),
    close: () => panel.show(false),
    toggle: () => panel.show(!panel.isOpen()),
    identify: (proof) => talk.identify(proof),
    shutdown() {
      begun = false;
      place.end();
      talk.end();
      host.remove();
      window.kept = (...call) => { if (call[0] === "boot") boot(); };
    },
  };
  const earlier = window.kept?.calls ?? [];
  window.kept = (what, ...rest) => (doings[what] ?? (() => console.warn(`kept: it cannot "${what}"`)))(...rest);
  for (const call of earlier) window.kept(...call);
  window.dispatchEvent(new CustomEvent("kept:ready"));
}

// Twice on one page is once.
if (!document.getElementById("kept-chat")) {
  if (document.body) boot();
  else document.addEventListener("DOMContentLoaded", boot);
}
