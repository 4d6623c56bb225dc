// What is said of addresses that no mail can have, each with a button that writes what was meant.

import { h } from "../dom";

export interface Wrong {
  wrong: string;
  /** "" where nobody can tell; then there is no button. */
  meant: string;
  /** What the button does. */
  take?: () => void;
}

export function inWords(all: Wrong[]): HTMLElement[] {
  return all.map(({ wrong, meant, take }) => {
    const button = h("button", { type: "button", class: "plain", onclick: take }, `Write ${meant}`);
    return h("span", {}, wrong, meant ? [button] : []);
  });
}
