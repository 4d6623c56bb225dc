// Elements, icons, and the small things that every part of the page needs. Text is always set as text.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

// h("button", {class: "tool", onclick: f, "aria-label": "…"}, "words", child, null)
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

// For screen readers, and for those who pressed something without a visible effect.
export function say(words) {
  const said = byId("said");
  said.textContent = words;
  said.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.classList.remove("shown"), 1600);
}

export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    say(words);
  } catch {
    say("The browser did not allow copying");
  }
}

// In thousands of bytes, as Gmail's limit of 102 kB is told.
export function kilobytes(bytes) {
  const size = bytes / 1000;
  const digits = size < 100 ? 1 : 0;
  return `${size.toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits})} kB`;
}

// Labels on hover and on focus by keyboard; the same words name the button for screen readers.
export function label(root) {
  const tip = byId("tip");
  for (const button of root.querySelectorAll("[data-tip]")) {
    const words = button.dataset.tip;
    if (button.tagName === "BUTTON" && !button.textContent.trim()) button.setAttribute("aria-label", words);
    const show = () => {
      tip.replaceChildren(words, ...(button.dataset.key ? [h("kbd", {}, button.dataset.key)] : []));
      tip.hidden = false;
      const place = button.getBoundingClientRect();
      const left = place.left + place.width / 2 - tip.offsetWidth / 2;
      tip.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8))}px`;
      tip.style.top = `${place.bottom + 6}px`;
    };
    const hide = () => { tip.hidden = true; };
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show());
    button.addEventListener("pointerleave", hide);
    button.addEventListener("focus", () => button.matches(":focus-visible") && show());
    button.addEventListener("blur", hide);
    button.addEventListener("click", hide);
  }
}

// A radiogroup of buttons: one Tab stop, arrows move, `choose` gets the value.
export function segments(group, choose) {
  const buttons = () => [...group.querySelectorAll("[role=radio]")];
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[role=radio]");
    if (button) choose(button.dataset.value);
  });
  group.addEventListener("keydown", (event) => {
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (!step) return;
    event.preventDefault();
    const all = buttons();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    choose(next.dataset.value);
  });
  return (value) => {
    const all = buttons();
    const chosen = all.find((button) => button.dataset.value === String(value));
    for (const button of all) {
      button.setAttribute("aria-checked", String(button === chosen));
      button.tabIndex = button === (chosen ?? all[0]) ? 0 : -1;
    }
  };
}
