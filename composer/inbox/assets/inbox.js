// The inbox works without this file. With it: no full reloads, new mail by itself, keys, the frame's width and colours.

const root = document.documentElement;

/** @type {AbortController | null} The visit under way; a newer one replaces it. */
let visiting = null;
let newest = 0; // the newest state of the inbox that we have heard of
/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typed;

/**
 * The element that the page always has for this selector.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @param {new () => T} [kind]
 * @returns {T}
 */
function find(selector, kind) {
  return within(document, selector, kind);
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {Document} page
 * @param {string} selector
 * @param {new () => T} [kind]
 * @returns {T}
 */
function within(page, selector, kind) {
  const element = page.querySelector(selector);
  if (!(element instanceof (kind ?? HTMLElement))) throw new Error(`The page has no such element: ${selector}`);
  return /** @type {T} */ (element);
}

/**
 * All elements of the page for this selector.
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
function all(selector) {
  return [...document.querySelectorAll(selector)].filter((element) => element instanceof HTMLElement);
}

/**
 * @param {string} url
 * @param {AbortSignal | null} [signal]
 */
async function load(url, signal = null) {
  try {
    const answer = await fetch(url, { signal });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (error) {
    if (!(error instanceof DOMException)) say("The inbox does not answer. Is it still running?");
    return null;
  }
}

/**
 * Put parts of another page in the place of ours.
 * @param {Document} page
 * @param {...string} parts
 */
function swap(page, ...parts) {
  const scrolled = find("#list").scrollTop;
  for (const part of parts) find(part).replaceWith(within(page, part));
  find("#list").scrollTop = scrolled;
  find("#clear", HTMLButtonElement).disabled = within(page, "#clear", HTMLButtonElement).disabled;
  document.title = page.title;
}

/**
 * Go to another page of ours without leaving this one.
 * @param {string} url
 * @param {{push?: boolean}} [options]
 */
async function visit(url, { push = false } = {}) {
  visiting?.abort();
  const mine = new AbortController();
  visiting = mine;
  const page = await load(url, mine.signal);
  if (mine !== visiting) return;
  visiting = null;
  if (!page) return;
  swap(page, "#list", "#reader", "#facts");
  root.dataset.page = page.documentElement.dataset.page;
  if (push) history.pushState(null, "", url);
  dressFrame();
  refresh();
}

/** Bring the list up to date, unless it is, or a visit brings it along. */
async function refresh() {
  const stale = () => !visiting && Number(find("#facts").dataset.version) < newest;
  if (!stale()) return;
  const page = await load(location.href);
  if (!page || !stale()) return;
  // Where nothing was open, the other side may have something new to say too.
  swap(page, "#list", "#facts", ...(root.dataset.page === "list" ? ["#reader"] : []));
  refresh();
}

/** @param {string} words */
function say(words) {
  const toast = find("#toast");
  toast.textContent = words;
  toast.classList.add("shown");
  clearTimeout(silence);
  silence = setTimeout(() => toast.classList.remove("shown"), 4000);
}

/** The colours that the frame is shown in: those chosen, or the system's. */
function scheme() {
  const chosen = root.dataset.frameScheme;
  if (chosen !== "system") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Show the frame, and the buttons over it, in the width and colours that were chosen. */
function dressFrame() {
  for (const button of all("[data-width]"))
    button.ariaPressed = String(button.dataset.width === root.dataset.frameWidth);
  for (const button of all("[data-scheme]")) button.ariaPressed = String(button.dataset.scheme === scheme());
  const frame = document.querySelector("iframe");
  const source = frame && `${frame.dataset.src}?scheme=${root.dataset.frameScheme}`;
  if (frame && source && frame.getAttribute("src") !== source) frame.setAttribute("src", source);
}

/**
 * Choose for this page and the next ones; the server draws them so from the start.
 * @param {"width" | "scheme"} name
 * @param {string} value
 */
function choose(name, value) {
  root.dataset[name === "width" ? "frameWidth" : "frameScheme"] = value;
  // biome-ignore lint/suspicious/noDocumentCookie: two fixed names; not every browser has a cookie store
  document.cookie = `inbox_${name}=${value}; path=/; max-age=31536000; SameSite=Strict`;
  dressFrame();
}

/**
 * Go to the next (1) or previous (-1) message of the list.
 * @param {1 | -1} direction
 */
function step(direction) {
  const rows = all(".row");
  const at = rows.findIndex((row) => row.ariaCurrent === "true");
  const row = rows[at < 0 ? 0 : Math.min(Math.max(at + direction, 0), rows.length - 1)];
  row?.scrollIntoView({ block: "nearest" });
  row?.click();
}

/** @param {string} id */
async function unsubscribe(id) {
  const answer = await fetch(`/api/messages/${id}/unsubscribe`, { method: "POST" });
  const told = await answer.json();
  if (!answer.ok) say(told.detail);
  else if (told.status === 0) say(`The site did not answer. Is “newsletter serve” running? (${told.phrase})`);
  else say(`The site answered ${told.status} ${told.phrase}.${told.status === 200 ? " This reader has left." : ""}`);
}

/** @param {string} url */
async function remove(url) {
  await fetch(url, { method: "DELETE" });
  await visit("/", { push: true });
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = event.target.closest("a");
  if (link?.matches("[data-swap]") && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    visit(link.href, { push: true });
    return;
  }
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.width) choose("width", button.dataset.width);
  if (button.dataset.scheme) choose("scheme", button.dataset.scheme);
  if (button.dataset.unsubscribe) unsubscribe(button.dataset.unsubscribe);
  if (button.dataset.delete) remove(`/api/messages/${button.dataset.delete}`);
  if (button.id === "clear") sure.showModal();
});

const sure = find("#sure", HTMLDialogElement);
sure.addEventListener("close", () => {
  if (sure.returnValue === "yes") remove("/api/messages");
  sure.returnValue = "";
});

const field = find(".search input", HTMLInputElement);

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  "/": () => field.select(),
  Escape: () => visit("/", { push: true }),
  p: () => choose("width", root.dataset.frameWidth === "phone" ? "desktop" : "phone"),
  d: () => choose("scheme", scheme() === "dark" ? "light" : "dark"),
};

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || sure.open) return;
  if (event.target === field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const view = all(".tabs a")[Number(event.key) - 1];
  const press = KEYS[event.key] ?? (view && (() => view.click()));
  if (!press) return;
  event.preventDefault();
  press();
});

field.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => {
    const query = field.value.trim();
    const url = query ? `/?q=${encodeURIComponent(query)}` : "/";
    history.replaceState(null, "", url);
    visit(url);
  }, 120);
});

addEventListener("popstate", () => visit(location.href));

const events = new EventSource("/api/events");
events.addEventListener("change", (event) => {
  newest = JSON.parse(event.data).version;
  refresh();
});
events.addEventListener("open", () => document.body.classList.remove("offline"));
events.addEventListener("error", () => document.body.classList.add("offline"));

dressFrame();
