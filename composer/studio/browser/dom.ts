// Elements, icons, and the small things that every part of the page needs. Text is always set as text.

const SVG = "http://www.w3.org/2000/svg";
/** The address of icons.svg, which the bundler fills in: it changes with the icons. */
declare const ICONS: string;
const STEPS = new Map([
  ["ArrowRight", 1],
  ["ArrowDown", 1],
  ["ArrowLeft", -1],
  ["ArrowUp", -1],
]);

export type Child = string | number | Node | null | undefined | false;

/** The element of the page with this id; throws if there is none, or if it is of another kind. */
export function byId<T extends HTMLElement = HTMLElement>(id: string, kind?: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof (kind ?? HTMLElement))) throw new Error(`The page has no such element: ${id}`);
  return element as T;
}

/**
 * Make an element: h("button", {class: "tool", onclick: f, "aria-label": "…"}, "words", child, null).
 * @param attributes A function is a listener; true is an attribute without a value.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, unknown> = {},
  ...children: (Child | Child[] | Child[][])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(2) as Child[]) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === "number" ? String(child) : child);
  }
  return element;
}

/** @param extra What stands beside the title. */
export function section(title: string, extra: Child, ...children: Child[]) {
  return h("section", {}, h("h2", {}, title, extra), ...children);
}

/** Where an icon is drawn: in the file of all of them. */
export const iconAddress = (name: string) => `${ICONS}#${name}`;

/** @param extra A further class. */
export function icon(name: string, extra: string = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", iconAddress(name));
  svg.append(use);
  return svg;
}

let silence: ReturnType<typeof setTimeout> | undefined;

/** Tell screen readers, and those who pressed something without a visible effect. */
export function say(words: string) {
  const said = byId("said");
  said.textContent = words;
  said.classList.add("shown");
  clearTimeout(silence);
  silence = setTimeout(() => said.classList.remove("shown"), 1600);
}

/** @param words What to say when it is copied. */
export async function copy(text: string, words: string) {
  try {
    await navigator.clipboard.writeText(text);
    say(words);
  } catch {
    say("The browser did not allow copying");
  }
}

/** In thousands of bytes, as Gmail's limit of 102 kB is told. */
export function kilobytes(bytes: number) {
  const size = bytes / 1000;
  const digits = size < 100 ? 1 : 0;
  return `${size.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} kB`;
}

/** Labels on hover and on focus by keyboard; the same words name the button for screen readers. */
export function label(root: ParentNode) {
  const tip = byId("tip");
  for (const button of root.querySelectorAll("[data-tip]") as NodeListOf<HTMLElement>) {
    const words = button.dataset.tip ?? "";
    const isNameless = button.tagName === "BUTTON" && !button.textContent.trim() && !button.ariaLabel;
    if (isNameless) button.setAttribute("aria-label", words);
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

/** A radiogroup of buttons: one Tab stop, arrows move, `choose` gets the value. Returns what shows a value as chosen. */
export function segments(group: HTMLElement, choose: (value: string) => void) {
  const buttons = () => [...group.querySelectorAll("[role=radio]")] as HTMLButtonElement[];
  group.addEventListener("click", (event) => {
    const target = event.target as Element;
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
  return (value: string | number) => {
    const all = buttons();
    const chosen = all.find((button) => button.dataset.value === String(value));
    for (const button of all) {
      button.setAttribute("aria-checked", String(button === chosen));
      button.tabIndex = button === (chosen ?? all[0]) ? 0 : -1;
    }
  };
}

/** With a capital; the rest as it is. */
export const capitalised = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** A moment in the zone of whoever sits here, as a field of day and time has it: 2026-12-01T09:00. */
export function localTime(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Wait until what has been changed is on the screen; not for ever, for a page that nobody sees is not painted. */
export function nextPaint(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });
}
