// The menu of one issue, beside its line in the list.

import { byId, h, icon } from "../dom";

export interface MenuItem {
  icon: string;
  words: string;
  /** While it is under way already. */
  isOff?: boolean;
  act: () => void;
}

let close: (() => void) | null = null;

/** Open the menu at a button; arrows move in it, Escape and a click elsewhere end it. */
export function openMenu(button: HTMLElement, items: MenuItem[]): void {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  close?.();
  if (isOpen) return;
  const choose = (item: MenuItem) => {
    end();
    item.act();
  };
  const rows = items.map((item) =>
    h(
      "button",
      { type: "button", role: "menuitem", tabindex: "-1", disabled: item.isOff, onclick: () => choose(item) },
      icon(item.icon),
      item.words,
    ),
  );
  const menu = h("div", { class: "issue-menu", role: "menu", "aria-label": button.getAttribute("aria-label") }, rows);
  const outside = (event: Event) => {
    if (event.target instanceof Node && !menu.contains(event.target) && !button.contains(event.target)) end();
  };
  const end = (focus = true) => {
    close = null;
    const hadFocus = menu.contains(document.activeElement);
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    removeEventListener("pointerdown", outside, true);
    if (focus && hadFocus) button.focus();
  };
  close = () => end(false);
  menu.addEventListener("keydown", (event) => {
    const now = rows.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) rows[(now + step + rows.length) % rows.length]?.focus();
    else if (event.key === "Home") rows[0]?.focus();
    else if (event.key === "End") rows.at(-1)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") end();
    else if (event.key.length === 1)
      rows.find((row) => row.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    if (event.key !== "Enter" && event.key !== " " && event.key !== "Tab") {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  byId("issues").append(menu);
  const at = button.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
  const below = at.bottom + 4;
  menu.style.top = `${below + menu.offsetHeight > innerHeight ? Math.max(8, at.top - menu.offsetHeight - 4) : below}px`;
  button.setAttribute("aria-expanded", "true");
  addEventListener("pointerdown", outside, true);
  rows[0]?.focus();
}
