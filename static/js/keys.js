// The keyboard. Elements say which key is theirs: data-key="r", "mod+k" (Ctrl, on a Mac ⌘). Nothing happens while an
// input method composes; single letters never act while one types, and those that change something only when the agent
// has switched them on: a Vietnamese sentence typed in Telex with lost focus is full of them.
import { $, $$, on } from "./dom.js";

/** Letters that change a conversation. */
const CHANGING = new Set(["a", "e", "z"]);
/** The only ones that may repeat while held. */
const REPEATING = new Set(["j", "k"]);
/** An Enter so soon after a composition still belongs to it. */
const AFTER_COMPOSING_MS = 50;

/** Is an input method at work? Fed with compositionstart, compositionend and keydown. */
export class Composition {
  #composing = false;
  #ended = -Infinity;
  start() { this.#composing = true; }
  end(time) { this.#composing = false; this.#ended = time; }
  /** Does this keydown belong to the input method? Chrome and Firefox say isComposing; keyCode 229 is what all say of a
   *  key that the method has taken, Safari also of the Enter that it fires after compositionend. */
  owns(event) {
    return this.#composing || event.isComposing || event.keyCode === 229 ||
      (event.key === "Enter" && event.timeStamp - this.#ended < AFTER_COMPOSING_MS);
  }
}

/** The Latin key of an event: by what it writes, or, where another script is typed, by its place on the keyboard. */
export function latinKey(event) {
  const key = event.key;
  if (key.length > 1) return key;
  if (key.charCodeAt(0) < 128) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code ?? "");
  if (letter) return letter[1].toLowerCase();
  return event.code === "Slash" ? (event.shiftKey ? "?" : "/") : key;
}

/** What a keydown asks for: a value of data-key, "mod+enter", or null.
 *  @param {{typing: boolean, dialog: boolean, mac: boolean, single: boolean, plain: boolean, owned: boolean}} state
 *  typing: in a field; dialog: one is open; single: the agent has switched on those that change something; plain: single
 *  keys are not switched off on this device; owned: the input method's */
export function keyOf(event, { typing, dialog, mac, single, plain, owned }) {
  if (owned || event.defaultPrevented) return null;
  const key = latinKey(event);
  const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (mod && !event.altKey && !event.shiftKey && !event.repeat) {
    if (event.key === "Enter") return "mod+enter";
    return key === "k" ? "mod+k" : null;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing || dialog || !plain || key.length > 1) return null;
  if (event.shiftKey && key !== "?") return null;
  if (event.repeat && !REPEATING.has(key)) return null;
  return CHANGING.has(key) && !single ? null : key;
}

/** Does this element take text? */
export function takesText(element) {
  if (!element) return false;
  if (element.isContentEditable) return true;
  if (element.localName === "input") return !/^(button|checkbox|color|file|image|radio|range|reset|submit)$/.test(element.type);
  return element.localName === "textarea" || element.localName === "select";
}

const composition = new Composition();
export const isComposing = (event) => composition.owns(event);
const actions = new Map();
/** `act` gets the event and answers whether it did something; without one the element with that data-key is used. */
export const bind = (key, act) => actions.set(key, act);

const PLAIN = "kept:single-keys-off";
const plainKeys = () => { try { return localStorage.getItem(PLAIN) !== "on"; } catch { return true; } };

function use(element) {
  if (element.localName === "summary") {
    element.parentElement.open = true;
    $("button, input, a", element.parentElement.querySelector(".menu-box"))?.focus();
  } else if (element.localName === "input" && element.type === "radio") {
    element.click();
  } else if (element.localName === "input") {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function press(event) {
  const owned = composition.owns(event);
  const key = keyOf(event, { typing: takesText(event.target), dialog: !!$("dialog[open]"), mac: /Mac|iP/.test(navigator.platform),
    single: document.body.dataset.singleKeys === "on", plain: plainKeys(), owned });
  if (event.key === "Escape" && !owned) return escape();
  if (!key) return;
  const act = actions.get(key), element = $$(`[data-key="${CSS.escape(key)}"]`).find((e) => !e.disabled && !e.closest("[inert]"));
  if (act ? act(event) : element && (use(element), true)) event.preventDefault();
}

function escape() {
  const menu = document.activeElement?.closest("details.menu[open]") ?? $("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  $("summary", menu).focus();
}

export function startKeys() {
  document.addEventListener("compositionstart", () => composition.start(), true);
  document.addEventListener("compositionend", (event) => composition.end(event.timeStamp), true);
  document.addEventListener("keydown", press);
  on("click", "[data-dialog]", (event, button) => {
    const dialog = document.getElementById(button.dataset.dialog);
    button.closest("details.menu")?.removeAttribute("open");
    if (dialog && !dialog.open) dialog.showModal();
    const off = $("[data-plain-keys]", dialog);
    if (off) off.checked = plainKeys();
  });
  on("change", "[data-plain-keys]", (event, box) => { try { localStorage.setItem(PLAIN, box.checked ? "off" : "on"); } catch { /* private window: for this page only */ } });
  // One menu at a time, and none when something else is used.
  document.addEventListener("pointerdown", (event) => {
    for (const menu of $$("details.menu[open]")) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
}
