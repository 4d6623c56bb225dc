// Elements, icons, and the small things that every part of the page needs. Text is always set as text.

const SVG = "http://www.w3.org/2000/svg";
const STEPS = new Map([
  ["ArrowRight", 1],
  ["ArrowDown", 1],
  ["ArrowLeft", -1],
  ["ArrowUp", -1],
]);

/** @typedef {string | number | Node | null | undefined | false} Child */

/**
 * The element of the page with this id; throws if there is none, or if it is of another kind.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [kind]
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof (kind ?? HTMLElement))) throw new Error(`The page has no such element: ${id}`);
  return /** @type {T} */ (element);
}

/**
 * Make an element: h("button", {class: "tool", onclick: f, "aria-label": "…"}, "words", child, null).
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [attributes] A function is a listener; true is an attribute without a value.
 * @param {...(Child | Child[] | Child[][])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of /** @type {Child[]} */ (children.flat(2))) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === "number" ? String(child) : child);
  }
  return element;
}

/**
 * @param {string} title
 * @param {Child} extra What stands beside the title.
 * @param {...Child} children
 */
export function section(title, extra, ...children) {
  return h("section", {}, h("h2", {}, title, extra), ...children);
}

/**
 * @param {string} name
 * @param {string} [extra] A further class.
 */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/**
 * Tell screen readers, and those who pressed something without a visible effect.
 * @param {string} words
 */
export function say(words) {
  const said = byId("said");
  said.textContent = words;
  said.classList.add("shown");
  clearTimeout(silence);
  silence = setTimeout(() => said.classList.remove("shown"), 1600);
}

/**
 * @param {string} text
 * @param {string} words What to say when it is copied.
 */
export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    say(words);
  } catch {
    say("The browser did not allow copying");
  }
}

/**
 * In thousands of bytes, as Gmail's limit of 102 kB is told.
 * @param {number} bytes
 */
export function kilobytes(bytes) {
  const size = bytes / 1000;
  const digits = size < 100 ? 1 : 0;
  return `${size.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} kB`;
}

/**
 * Labels on hover and on focus by keyboard; the same words name the button for screen readers.
 * @param {ParentNode} root
 */
export function label(root) {
  const tip = byId("tip");
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-tip]"))) {
    const words = button.dataset.tip ?? "";
    if (button.tagName === "BUTTON" && !button.textContent.trim()) button.setAttribute("aria-label", words);
    const show = () => {
      tip.replaceChildren(words, ...(button.dataset.key ? [h("kbd", {}, button.dataset.key)] : []));
      tip.hidden = false;
      const place = button.getBoundingClientRect();
      const left = place.left + place.width / 2 - tip.offsetWidth / 2;
      tip.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8))}px`;
      tip.style.top = `${place.bottom + 6}px`;
    };
    const hide = () => {
      tip.hidden = true;
    };
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show());
    button.addEventListener("pointerleave", hide);
    button.addEventListener("focus", () => button.matches(":focus-visible") && show());
    button.addEventListener("blur", hide);
    button.addEventListener("click", hide);
  }
}

/**
 * A radiogroup of buttons: one Tab stop, arrows move, `choose` gets the value. Returns what shows a value as chosen.
 * @param {HTMLElement} group
 * @param {(value: string) => void} choose
 */
export function segments(group, choose) {
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...group.querySelectorAll("[role=radio]")]);
  group.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = buttons().find((one) => one.contains(target));
    if (button) choose(button.dataset.value ?? "");
  });
  group.addEventListener("keydown", (event) => {
    const step = STEPS.get(event.key);
    if (!step) return;
    event.preventDefault();
    const all = buttons();
    const now = all.findIndex((button) => button.matches(":focus"));
    const next = all[(now + step + all.length) % all.length];
    next?.focus();
    choose(next?.dataset.value ?? "");
  });
  return (/** @type {string | number} */ value) => {
    const all = buttons();
    const chosen = all.find((button) => button.dataset.value === String(value));
    for (const button of all) {
      button.setAttribute("aria-checked", String(button === chosen));
      button.tabIndex = button === (chosen ?? all[0]) ? 0 : -1;
    }
  };
}
