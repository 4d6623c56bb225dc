// What is said of addresses that no mail can have, each with a button that writes what was meant.

import { h } from "../dom";

export interface Wrong {
  wrong: string;
  /** "" where nobody can tell; then there is no button. */
  meant: string;
  /** What the button does. */
  take?: () => void;
}

export function inWords(all: Wrong[]): (string | HTMLElement)[] {
  return all.flatMap(({ wrong, meant, take }) => {
    const words = `${wrong} `;
    return meant ? [words, h("button", { type: "button", class: "plain", onclick: take }, `Write ${meant}`)] : [words];
  });
}
