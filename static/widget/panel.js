// The button and the panel, and what is on them. The state is talk.js's; render() makes the screen say what it is.
import { h, icon, prose } from "./dom.js";
import { clock, day, lang, t } from "./words.js";

const FILES_MOST = 5, FILE_MOST = 10 * 1024 * 1024;
const phone = matchMedia("(max-width: 480px)");
const byTouch = matchMedia("(pointer: coarse)");

export function makePanel(root, talk, { base, side, moved, toggled }) {
  const els = new Map(); // message or day → its element
  let files = [], composedAt = -1e9, changingEmail = false, open = false;

  /* ---- the parts ---- */
  const badge = h("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  const launcher = h("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => show(true) },
    icon("chat"), badge);
  const name = h("h2", { id: "name", tabindex: "-1" }, t("Chat with us"));
  const promise = h("p", { class: "sub", hidden: true }, icon("person"), t("Talk to a person"));
  const move = h("button", { class: "plain", type: "button", onclick: () => { moved(); labels(); move.focus(); } });
  const close = h("button", { class: "plain", type: "button", "aria-label": t("Close the chat"), title: t("Close the chat"), onclick: () => show(false) }, icon("close"));
  const wait = h("p", {});
  const first = h("div", { class: "first" },
    h("h3", {}, icon("person"), t("Talk to a person")),
    h("p", {}, t("A person reads every message and answers as soon as one is free.")), wait,
    h("p", {}, t("You need not wait here: after your first message you can leave an e-mail address, and the answer comes there.")));
  const list = h("div", { class: "list", role: "log", "aria-label": t("Conversation"), "aria-live": "polite", tabindex: "0" }, first);
  const status = h("p", { class: "status", role: "status", hidden: true });
  const email = h("input", { id: "email", type: "email", autocomplete: "email", "aria-describedby": "why wrong", placeholder: "name@example.com" });
  const wrong = h("p", { class: "wrong", id: "wrong", role: "alert" });
  const ask = h("form", { class: "ask", novalidate: true, hidden: true, onsubmit: saveEmail },
    h("label", { for: "email" }, t("If you leave, the answer comes by e-mail")),
    h("p", { id: "why" }, t("You can leave this out. We use the address only to answer you.")),
    h("div", { class: "row" }, email, h("button", { class: "button", type: "submit" }, t("Save"))), wrong,
    h("button", { class: "link", type: "button", onclick: () => { talk.saved.noEmail = true; changingEmail = false; talk.remember(); render(); text.focus(); } }, t("No, thanks")));
  const text = h("textarea", { id: "text", rows: "1", maxlength: "10000", placeholder: t("Write your message"), oninput: typed,
    onkeydown: keyed, oncompositionend: (event) => { composedAt = event.timeStamp; }, onpaste: (event) => addFiles(event.clipboardData?.files ?? []) });
  const picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => { addFiles(picker.files); picker.value = ""; } });
  const chosen = h("ul", { class: "chosen", "aria-label": t("Attached files"), hidden: true });
  const foot = h("p", { class: "foot" });
  const composer = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); send(); } }, chosen,
    h("label", { class: "away", for: "text" }, t("Your message")),
    h("div", { class: "row" },
      h("button", { class: "plain", type: "button", "aria-label": t("Attach a file"), title: t("Attach a file"), onclick: () => picker.click() }, icon("clip")),
      picker, text, h("button", { class: "button send", type: "submit", "aria-label": t("Send"), title: t("Send") }, icon("send"))), foot);
  const panel = h("section", { class: "panel", role: "dialog", "aria-labelledby": "name", hidden: true, onkeydown: guard },
    h("header", {}, h("div", { class: "title" }, name, promise), move, close), list, status, ask, composer);
  root.append(h("div", { class: "all", lang }, launcher, panel));

  /* ---- writing ---- */
  // What is not sent yet goes along to the site's next page.
  let brought = text.value = talk.draft();
  function typed() {
    brought = "";
    talk.draft(text.value);
    grow();
  }

  function grow() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, 160)}px`;
  }

  // The Enter that ends a composition belongs to the input method; Safari sends it after compositionend, as key 229.
  function keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || byTouch.matches) return;
    if (event.isComposing || event.keyCode === 229 || event.timeStamp - composedAt < 50) return;
    event.preventDefault();
    send();
  }

  function send() {
    const words = text.value.trim();
    if (!words && !files.length) { text.focus(); return; }
    talk.say(words, files);
    files = [];
    text.value = "";
    talk.draft("");
    showFiles();
    grow();
    text.focus();
    list.scrollTop = list.scrollHeight;
  }

  function addFiles(more) {
    const large = [...more].find((file) => file.size > FILE_MOST);
    say(large ? t("The file {name} is larger than 10 MB.", { name: large.name })
      : files.length + more.length > FILES_MOST ? t("At most {n} files go with one message.", { n: FILES_MOST }) : "");
    files = [...files, ...[...more].filter((file) => file.size <= FILE_MOST)].slice(0, FILES_MOST);
    showFiles();
  }

  function showFiles() {
    chosen.replaceChildren(...files.map((file) => h("li", {}, file.name, h("button", { class: "plain", type: "button",
      "aria-label": t("Remove {name}", { name: file.name }), onclick: () => { files = files.filter((one) => one !== file); showFiles(); text.focus(); } }, icon("close")))));
    chosen.hidden = !files.length;
  }

  async function saveEmail(event) {
    event.preventDefault();
    const fine = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.value.trim());
    wrong.textContent = fine ? "" : t("Write the address like name@example.com.");
    email.setAttribute("aria-invalid", String(!fine));
    if (!fine) { email.focus(); return; }
    try {
      await talk.setEmail(email.value.trim());
      changingEmail = false;
      render();
      text.focus();
    } catch (error) {
      wrong.textContent = error.status === 422 ? t("Write the address like name@example.com.") : t("The address was not saved. Please try again.");
    }
  }

  const isAtEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  function say(sentence) {
    const atEnd = isAtEnd();
    if (status.textContent !== sentence) status.textContent = sentence;
    status.hidden = !sentence;
    if (atEnd) list.scrollTop = list.scrollHeight; // it takes its place from the list
  }

  /* ---- opening ---- */
  // On a phone the panel is the whole screen, and the keyboard must not leave it.
  function guard(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      show(false);
    } else if (event.key === "Tab" && phone.matches) {
      const stops = [...panel.querySelectorAll("button, input:not([type=file]), textarea, a[href], [tabindex='0']")].filter((one) => one.offsetParent);
      const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
      if (root.activeElement === from) {
        event.preventDefault();
        to.focus();
      }
    }
  }

  // `quietly`: she had it open on the page before, and what she does on this one keeps the focus.
  function show(on, quietly = false) {
    if (on === open) return;
    open = on;
    panel.hidden = !on;
    launcher.hidden = on;
    launcher.setAttribute("aria-expanded", String(on));
    panel.toggleAttribute("aria-modal", false);
    if (phone.matches) panel.setAttribute("aria-modal", "true");
    render();
    if (on) {
      grow();
      if (!quietly) (byTouch.matches ? name : text).focus(); // a keyboard on the screen would cover what there is to read
      list.scrollTop = list.scrollHeight;
    } else {
      launcher.focus();
    }
    toggled(on);
  }

  /* ---- the screen says what is ---- */
  function fileLink(file) {
    if (!file.url) return h("span", { class: "file" }, icon("clip"), file.name);
    const link = h("a", { class: "file", href: base + file.url, target: "_blank", rel: "noopener noreferrer" }, icon("clip"), `${file.name} · ${file.size}`);
    if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) {
      const picture = h("img", { src: base + file.url, alt: file.name, loading: "lazy", onerror: () => picture.remove() });
      link.prepend(picture);
    }
    return link;
  }

  function makeMessage(m) {
    const mine = m.from === "visitor";
    const who = mine ? [h("span", { class: "away" }, t("You"))]
      : [h("strong", {}, m.name ?? talk.greeting?.name ?? ""), h("span", { class: "mark" }, icon(m.from), m.from === "bot" ? t("Bot") : t("Person"))];
    return h("div", { class: `message ${mine ? "mine" : "ours"}` },
      h("p", { class: "who" }, ...who, h("time", { datetime: new Date(m.at).toISOString() }, clock(m.at))),
      m.text || m.html ? (mine ? h("div", { class: "prose" }, h("p", {}, m.text)) : prose(m.html, m.text)) : null,
      m.files?.length ? h("div", { class: "files" }, ...[...m.files].map(fileLink)) : null, h("p", { class: "state" }));
  }

  // Why it was not sent is the server's sentence, for us; hers says what she can do.
  function stateOf(element, words, item) {
    const place = element.querySelector(".state");
    if (place.dataset.words === words) return;
    place.dataset.words = words;
    place.replaceChildren(words, ...(item?.failed ? [" ", h("button", { class: "link", type: "button", onclick: () => talk.again(item) }, t("Try again"))] : []));
  }

  function showMessages() {
    const said = talk.messages(), sent = new Set(said.map((m) => m.id));
    const items = [...said, ...talk.saved.outbox.filter((item) => !sent.has(item.id)).map((item) => ({ ...item, from: "visitor", waits: item }))];
    const atEnd = isAtEnd();
    const readAt = said.find((m) => m.ref === talk.read)?.at ?? -1, lastMine = said.filter((m) => m.from === "visitor").at(-1);
    let place = first.nextSibling, today = "", added = false;
    const put = (key, make) => {
      let element = els.get(key);
      if (!element) {
        els.set(key, element = make());
        added = true;
      }
      if (element === place) place = place.nextSibling;
      else list.insertBefore(element, place);
      return element;
    };
    for (const m of items) {
      const date = day(m.at);
      if (date !== today) put(`day ${date}`, () => h("p", { class: "day" }, date));
      today = date;
      const element = put(m.id ?? m.ref, () => makeMessage(m));
      const words = m.waits ? (m.waits.failed ? t("Not sent.") : t("Sending…"))
        : m.from !== "visitor" ? (m.mail ? t("By e-mail too") : "") : m !== lastMine ? "" : m.at <= readAt ? t("Seen") : t("Sent");
      stateOf(element, words, m.waits);
    }
    while (place) {
      const next = place.nextSibling;
      for (const [key, element] of els) if (element === place) els.delete(key);
      place.remove();
      place = next;
    }
    if (added && atEnd) list.scrollTop = list.scrollHeight;
    return items.length;
  }

  function labels() {
    const other = side() === "left" ? "right" : "left";
    move.replaceChildren(icon(other));
    move.title = other === "left" ? t("Move to the left") : t("Move to the right");
    move.setAttribute("aria-label", move.title);
  }

  function showFoot() {
    const known = talk.saved.email;
    foot.replaceChildren(
      ...(talk.ref ? [`${t("Your reference: {ref}", { ref: talk.ref })} `] : []),
      ...(known ? [h("span", {}, t("When you are away, answers go to {email}.", { email: known })), " ",
        h("button", { class: "link", type: "button", onclick: () => { changingEmail = true; email.value = known; render(); email.focus(); } }, t("Change"))] : []));
  }

  let footWas = "";
  function render() {
    if (brought && !talk.draft()) text.value = brought = ""; // of another user of this browser
    const n = talk.unread();
    launcher.setAttribute("aria-label", n ? t("Chat with us. New messages: {n}", { n }) : t("Chat with us"));
    badge.textContent = n > 9 ? "9+" : n;
    badge.hidden = !n;
    if (!open) return;
    name.textContent = talk.greeting?.name ?? t("Chat with us");
    wait.textContent = talk.greeting ? talk.greeting.wait ?? t("We cannot say yet how long that takes.") : "";
    wait.hidden = !wait.textContent;
    const any = showMessages(), wrote = talk.messages().some((m) => m.from === "visitor");
    first.classList.toggle("small", any > 0);
    promise.hidden = !any; // its place is taken by the heading until then
    ask.hidden = !(changingEmail || (wrote && !talk.saved.email && !talk.saved.noEmail));
    say(talk.offline ? t("No connection. What you wrote is kept here and goes out when you are back.")
      : talk.slow ? t("That was a lot at once. The rest goes out in a moment.")
        : talk.byMail ? t("This conversation went on by e-mail. What was written there is in your mailbox.") : "");
    const footIs = `${talk.ref} ${talk.saved.email}`; // or the button that has the focus would vanish under it
    if (footIs !== footWas) showFoot();
    footWas = footIs;
  }

  labels();
  render();
  return { render, show, isOpen: () => open, covers: () => phone.matches };
}
