// Where the button stands: left or right as the visitor chose, above what the page has fixed there (a cookie banner, a bar
// with "Pay now"), and never over a button of the page when there is another place.

const SIZE = 56, EDGE = 20, GAP = 12;

const fixedAround = (element) => {
  for (let at = element; at && at !== document.documentElement; at = at.parentElement ?? at.getRootNode().host)
    if (/fixed|sticky/.test(getComputedStyle(at).position)) return at;
  return null;
};

/** What of the page lies under the button's square there: the element that must not be covered, or null. */
function under(host, side, bottom) {
  const left = side === "left" ? EDGE : document.documentElement.clientWidth - EDGE - SIZE, top = innerHeight - bottom - SIZE;
  for (const [x, y] of [[0, 0], [1, 0], [0.5, 0.5], [0, 1], [1, 1]])
    for (const element of document.elementsFromPoint(left + x * SIZE, top + y * SIZE)) {
      if (element === host) continue;
      const found = fixedAround(element) ?? element.closest("button, a[href], input, select, textarea, [role=button]");
      if (found) return found;
    }
  return null;
}

/** The bottom at which the button is free on this side, or -1. */
function freeAt(host, side, bottom) {
  for (let tries = 0; tries < 4; tries++) {
    const other = under(host, side, bottom);
    if (!other) return bottom;
    const raised = innerHeight - other.getBoundingClientRect().top + GAP;
    if (raised <= bottom || raised > innerHeight * 0.6) return -1;
    bottom = raised;
  }
  return -1;
}

/** Keeps `host` placed; `wanted()` tells the side and the lowest bottom. Answers a function that looks again. */
export function keepPlace(host, wanted) {
  let timer;
  const place = () => {
    const { side, bottom } = wanted();
    const other = side === "left" ? "right" : "left";
    let [at, on] = [freeAt(host, side, bottom), side];
    if (at < 0 && (at = freeAt(host, other, bottom)) >= 0) on = other;
    if (at < 0) at = bottom; // everything is full: the place that was asked for
    host.dataset.side = on;
    host.style.setProperty("--bottom", `${Math.round(at)}px`);
  };
  const soon = (ms = 300) => { clearTimeout(timer); timer = setTimeout(place, ms); };
  const later = () => soon();
  // Banners come late and go by a click.
  const watcher = new MutationObserver(later);
  watcher.observe(document.body, { childList: true });
  addEventListener("resize", later, { passive: true });
  addEventListener("click", later, { passive: true });
  addEventListener("load", place);
  const late = [1500, 5000].map((ms) => setTimeout(place, ms));
  place();
  place.end = () => {
    watcher.disconnect();
    removeEventListener("resize", later);
    removeEventListener("click", later);
    removeEventListener("load", place);
    for (const one of [timer, ...late]) clearTimeout(one);
  };
  return place;
}
