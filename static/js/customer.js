// The help centre's search answers while one types, and letters are not lost. Without this script forms do as forms do.
import { startLetters } from "./letter.js";

const form = document.querySelector("form.public-search");
const input = form?.querySelector("input[type=search]");
let list, asking = false, asked = "";

/** At each key at once, one question at a time; what was typed meanwhile is asked next. */
async function find() {
  const typed = input.value.trim();
  if (asking || typed === asked) return;
  asking = true;
  asked = typed;
  let pages = [];
  if (typed.length > 1) {
    try {
      const answer = await fetch(form.action.replace(/search$/, "find") + "?q=" + encodeURIComponent(typed), { headers: { Accept: "application/json" } });
      pages = answer.ok ? (await answer.json()).pages : [];
    } catch { /* offline: the button still says so */ }
  }
  asking = false;
  list.replaceChildren(...pages.map(({ url, title }) => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    item.append(link);
    return item;
  }));
  list.hidden = !pages.length;
  find();
}

if (input) {
  list = document.createElement("ul");
  list.className = "links suggestions";
  list.setAttribute("aria-live", "polite");
  list.hidden = true;
  form.after(list);
  input.addEventListener("input", (event) => {
    if (!event.isComposing) find();
  });
  input.addEventListener("compositionend", find);
}
startLetters();
