// What has just happened, with the way back.

import { h } from "../dom";
import { redraw } from "../presses";

const SHOWN_MS = 10_000;
let shown: HTMLElement | null = null;

/** Say what happened. The button takes it back; it stays while somebody is at it. */
export function tellDone(words: string, undo?: () => Promise<void>): void {
  if (shown) redraw(shown, () => show(words, undo));
  else show(words, undo);
}

function show(words: string, undo?: () => Promise<void>): void {
  shown?.remove();
  const back = h("button", { type: "button" }, "Undo");
  const toast = h("div", { class: "toast", role: "status" }, h("span", { dir: "auto" }, words), undo ? back : null);
  shown = toast;
  document.body.append(toast);
  const end = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(end, 1000);
    else toast.remove();
  };
  setTimeout(end, SHOWN_MS);
  back.addEventListener("click", () => {
    toast.remove();
    void undo?.();
  });
}
