// Making elements. Nothing here sets innerHTML or a style attribute: the website's Content-Security-Policy may forbid both.

/** h("button", { class: "send", onclick: send }, "Send", …): an attribute that is false or null is left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

const shapes = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
  send: "M4 12l16-8-5 16-3-7z",
  clip: "M8 12l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0",
  bot: "M5 9h14v10H5zM12 5v4M9 13v2M15 13v2",
};

export function icon(name) {
  const make = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const svg = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" });
  svg.append(make("path", { d: shapes[name] }));
  return svg;
}

const kept = /^(P|BR|STRONG|EM|DEL|A|UL|OL|LI|CODE|PRE|BLOCKQUOTE)$/;

function adopt(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    else if (node.nodeType === Node.ELEMENT_NODE) {
      const into = kept.test(node.tagName) ? h(node.tagName.toLowerCase()) : /^H\d$/.test(node.tagName) ? h("p") : to;
      const href = node.tagName === "A" && node.getAttribute("href");
      if (href && /^(https?:|mailto:|tel:)/i.test(href)) {
        into.href = href;
        into.target = "_blank";
        into.rel = "noopener noreferrer";
      }
      adopt(node, into);
      if (into !== to) to.append(into);
    }
  }
}

/** The server's HTML of an answer as elements of the few kinds above; the plain text where the page forbids parsing. */
export function prose(html, text) {
  const box = h("div", { class: "prose" });
  try {
    if (html) adopt(new DOMParser().parseFromString(html, "text/html").body, box);
  } catch { /* Trusted Types */ }
  if (!box.childNodes.length) box.append(h("p", {}, text));
  return box;
}
