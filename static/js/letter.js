// What a customer writes is not lost on the way: a line that is down for a moment, a page that the phone opens anew, another
// language, the way back. It is kept in this tab until it is sent, never longer than the tab lives, and never an account
// number. What cannot arrive is said before it is sent. Without this script the forms send as forms do.
const BUSY_MS = 60_000; // a form that was stopped on its way can be sent again

const keyOf = (action) => `kept:letter:${action}`;
const storage = { // private windows may have none: then nothing is kept
  get(key) { try { return JSON.parse(sessionStorage.getItem(key)) ?? {}; } catch { return {}; } },
  set(key, value) { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* as above */ } },
  remove(key) { try { sessionStorage.removeItem(key); } catch { /* as above */ } },
};

/** Is it more than one message may carry? @param {{size: number}[]} files */
export const tooMuchToSend = (files, most, bytes) => files.length > most || files.reduce((sum, file) => sum + file.size, 0) > bytes;

function letter(form) {
  const key = keyOf(form.getAttribute("action")), { sent, offline, tooMuch, sending, again, most, bytes } = form.dataset;
  const fields = [...form.querySelectorAll("textarea, input")].filter((field) => !/^(hidden|file)$/.test(field.type) && !field.closest(".trap"));
  const files = form.querySelector("input[type=file]"), button = form.querySelector("button"), called = button.textContent;
  let line = null, busy = 0;

  function tell(text, role) {
    line?.remove();
    line = document.createElement("p");
    line.className = "notice notice-soon";
    line.setAttribute("role", role);
    button.before(line);
    line.textContent = text;
  }
  function release() {
    clearTimeout(busy);
    busy = 0;
    button.textContent = called;
    button.removeAttribute("aria-disabled");
  }

  if (sent !== undefined) storage.remove(key);
  const kept = storage.get(key), lost = fields.filter((field) => !field.value && kept[field.name]);
  for (const field of lost) field.value = kept[field.name];
  if (lost.some((field) => field.localName === "textarea")) tell(again, "status");

  form.addEventListener("input", () => storage.set(key, Object.fromEntries(fields.map((field) => [field.name, field.value]))));
  form.addEventListener("submit", (event) => {
    const why = busy ? "" : files && tooMuchToSend([...files.files], Number(most), Number(bytes)) ? tooMuch : navigator.onLine ? null : offline;
    if (why !== null) event.preventDefault();
    if (why) tell(why, "alert");
    if (why !== null) return;
    line?.remove();
    busy = setTimeout(release, BUSY_MS);
    button.textContent = sending;
    button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", (event) => { if (event.persisted) release(); });
}

export function startLetters() {
  for (const place of document.querySelectorAll("[data-letter-sent]")) storage.remove(keyOf(place.dataset.letterSent));
  document.querySelectorAll("form[data-most]").forEach(letter);
}
