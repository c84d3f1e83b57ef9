// Writing an article: kept by itself, seen as readers will see it, pictures by paste, drop and button.
// Without this script the form saves as forms do.
import { $, ask, csrf, debounce, on, parse, post, say } from "./dom.js";
import { t } from "./t.js";

const SAVE_MS = 900, PREVIEW_MS = 300;

const form = () => $("#article-form");
const box = () => $("#article-form #text");

let saved = null, saving = null;

async function save({ keepalive = false } = {}) {
  const at = form();
  if (!at) return;
  const fields = { title: $("#title", at).value, text: box().value, base: $("[name=base]", at).value };
  const now = JSON.stringify(fields);
  if (now === saved) return;
  if (saving && !keepalive) await saving.catch(() => {});
  const state = $("#article-state");
  saving = post(`/articles/${at.dataset.article}/draft`, fields, { keepalive });
  try {
    await saving;
    saved = now;
    state.textContent = t("Draft kept, {time}", { time: new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format() });
  } catch {
    state.textContent = t("Not kept yet. We try again.");
    saveLater();
  }
}
const saveLater = debounce(() => save(), SAVE_MS);

let asked = 0;
async function preview() {
  const place = $("#preview"), mine = ++asked;
  if (!place) return;
  try {
    const page = parse(await post("/articles/preview", { text: box().value }));
    if (mine === asked) place.replaceChildren(...document.importNode(page.body, true).childNodes);
  } catch { /* the next keystroke asks again */ }
}
const previewLater = debounce(preview, PREVIEW_MS);

/** Puts text where the caret is, so that Ctrl Z takes it back. */
function insert(text) {
  const area = box();
  area.focus();
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function addPictures(files) {
  for (const file of files.filter((one) => one.type.startsWith("image/"))) {
    const body = new FormData();
    body.append("csrf", csrf());
    body.append("picture", file);
    try {
      const { url } = JSON.parse(await ask(`/articles/${form().dataset.article}/pictures`, { method: "POST", body }));
      insert(`\n![${t("what it shows")}](${url})\n`);
    } catch {
      say(t("The picture could not be added: PNG, JPEG, GIF or WebP, 5 MB at most."));
      $("#article-state").textContent = t("The picture could not be added: PNG, JPEG, GIF or WebP, 5 MB at most.");
    }
  }
}

export function startArticle() {
  if (!form()) return;
  let sent = false;
  $("#picture-button").hidden = false;
  on("input", "#article-form #text, #article-form #title", () => { saveLater(); previewLater(); });
  on("change", "#picture", (event, input) => { addPictures([...input.files]); input.value = ""; });
  on("paste", "#article-form #text", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && !event.clipboardData.types.includes("text/plain")) { event.preventDefault(); addPictures(files); }
  });
  on("dragover", "#article-form #text", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  on("drop", "#article-form #text", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length) { event.preventDefault(); addPictures(files); }
  });
  on("submit", "#article-form", () => { sent = true; saveLater.cancel(); });
  addEventListener("pagehide", () => { if (!sent && saveLater.flush) saveLater.flush(); });
}
