// The blocks in the mail: which one the pointer is on, which one is being written, and the small bar beside it.

import { h, icon, label } from "../dom";
import { redraw } from "../presses";
import type { Stage } from "../stage";
import { gapFor, withoutBegun } from "./awaited";
import { duplicateBlock, MOVED_ELSEWHERE, moveBlock, removeBlock } from "./block-acts";
import type { Desk } from "./desk";
import type { Path } from "./model";
import { Origins } from "./origins";

export interface Place {
  block: number;
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Draws over the frame. The mail itself is left as it is: nothing of ours stands in it. */
export class Outlines {
  private places: Place[] = [];
  private page: Document | null = null;
  private readonly hovered = h("div", { class: "outline hovered", hidden: true });
  private readonly selected = h("div", { class: "outline selected", hidden: true });
  private readonly bar = h("div", { class: "block-bar", role: "toolbar", "aria-label": "Block", hidden: true });
  private readonly begun = h("div", { class: "drop-mark begun", hidden: true }, h("span", {}));
  private shown = "";
  private lastSelected: number | null = null;
  private readonly origins = new Origins();

  /** `picked` is told of a click on a block, `found` of the field that made what was clicked. */
  constructor(
    private readonly stage: Stage,
    private readonly desk: Desk,
    private readonly picked: () => void,
    private readonly found: (path: Path) => void,
  ) {
    stage.over.append(this.hovered, this.selected, this.begun, this.bar);
    stage.root.addEventListener("painted", () => this.read());
    stage.root.addEventListener("measured", () => this.measure());
    desk.listen(() => this.draw());
  }

  /** A new mail is shown. */
  private read(): void {
    const page = this.stage.page;
    this.origins.forget();
    this.hovered.hidden = true;
    if (page && page !== this.page) {
      this.page = page;
      page.addEventListener("mousemove", (event) => this.hover(event.clientY));
      page.addEventListener("mouseleave", () => this.hover(-1));
      page.addEventListener("click", (event) => this.click(event), true);
    }
    this.measure();
  }

  private measure(): void {
    this.places = this.stage.page ? placesOf(this.stage.page) : [];
    this.draw();
  }

  /** Where the blocks stand in the mail, by the numbers that the file has for them now. */
  private get now(): Place[] {
    return withoutBegun(this.places, this.desk);
  }

  private at(y: number): Place | undefined {
    return this.now.find((place) => y >= place.top && y < place.bottom);
  }

  private hover(y: number): void {
    const place = this.at(y);
    this.hovered.hidden = !place || place.block === this.desk.selected;
    if (place) cover(this.hovered, place);
  }

  private click(event: MouseEvent): void {
    const place = this.at(event.clientY);
    if (!place || event.ctrlKey || event.metaKey) return;
    // A link is followed with Ctrl or the command key, so that its words can be picked.
    event.preventDefault();
    this.hovered.hidden = true;
    this.desk.select(place.block);
    this.picked();
    // A field that a finger opens would bring the keyboard over the mail.
    if ((event as PointerEvent).pointerType !== "touch") void this.toField(event, place.block);
  }

  /** The field takes a moment to be known: whoever has gone on meanwhile is left alone. */
  private async toField(event: MouseEvent, block: number): Promise<void> {
    const { page } = this;
    // Not `instanceof`: these are the frame's own elements.
    const path = page && (await this.origins.fieldAt(page, event.target as Element, event.clientX, event.clientY));
    await this.desk.ready();
    const own = this.desk.written(block);
    if (!path || !own || path[1] !== block || this.desk.selected !== block) return;
    this.found(["blocks", own.index, ...path.slice(2)]);
  }

  /** The bar stays in its place, too, while one of its buttons is pressed. */
  private draw(): void {
    redraw(this.bar, () => this.drawNow());
  }

  private drawNow(): void {
    const { selected } = this.desk;
    const places = this.now;
    const place = places.find((one) => one.block === selected);
    this.selected.hidden = this.bar.hidden = !place;
    this.drawBegun(places);
    if (!place) {
      // One that was just put in is brought into view when the mail has it.
      if (selected === null) this.lastSelected = null;
      return;
    }
    cover(this.selected, place);
    this.drawBar(place);
    if (selected !== this.lastSelected) this.stage.bringIntoView(place.top, place.bottom);
    this.lastSelected = selected;
  }

  /** The place of a block that was begun, while the mail is still without it. */
  private drawBegun(places: Place[]): void {
    const { begun, selected } = this.desk;
    const block = begun.find((one) => one === selected) ?? begun[0];
    const gap = block === undefined ? null : gapFor(places, block);
    const isNew = this.begun.hidden;
    this.begun.hidden = !gap;
    if (!gap || block === undefined) return;
    cover(this.begun, { ...gap, top: gap.top - 1, bottom: gap.bottom + 1 });
    if (this.begun.firstElementChild) {
      this.begun.firstElementChild.textContent = `${this.desk.formOf(block)?.label ?? "The new block"}: here`;
    }
    if (isNew) this.stage.bringIntoView(gap.top - 48, gap.bottom + 48);
  }

  private drawBar(place: Place): void {
    const { desk } = this;
    const index = place.block;
    const count = desk.blocks.length;
    this.bar.style.top = `${Math.max(4, place.top - 40)}px`;
    this.bar.style.right = `calc(100% - ${place.right}px)`;
    const key = `${index} ${count} ${desk.file?.is_first}`;
    if (key === this.shown) return;
    this.shown = key;
    const isTranslation = desk.file?.is_first === false;
    this.bar.role = isTranslation ? "note" : "toolbar";
    if (isTranslation) {
      this.bar.replaceChildren(MOVED_ELSEWHERE);
      return;
    }
    const tool = (name: string, words: string, act: () => void, isOff = false) =>
      h(
        "button",
        { type: "button", class: "tool", "data-tip": words, disabled: isOff || !desk.file, onclick: act },
        icon(name),
      );
    // Whoever moves a block with its own button presses that again: the new one takes the focus at once.
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.tip : undefined;
    const hadFocus = this.bar.contains(document.activeElement);
    this.bar.replaceChildren(
      tool("up", "Move up", () => void moveBlock(desk, index, index - 1), index === 0),
      tool("down", "Move down", () => void moveBlock(desk, index, index + 1), index >= count - 1),
      tool("copy", "Duplicate", () => void duplicateBlock(desk, index)),
      tool("add-before", "Add before", () => this.choose(index)),
      tool("add-after", "Add after", () => this.choose(index + 1)),
      tool("people", "Who sees it", () => this.askAudience(index)),
      tool("delete", "Delete", () => void removeBlock(desk, index)),
    );
    label(this.bar);
    if (!hadFocus) return;
    const tools = [...this.bar.querySelectorAll<HTMLButtonElement>("button:enabled")];
    (tools.find((one) => one.dataset.tip === focused) ?? tools[0])?.focus({ preventScroll: true });
  }

  private askAudience(index: number): void {
    this.desk.select(index);
    this.desk.showAudience(true);
    this.picked();
  }

  private choose(index: number): void {
    this.desk.choose(index);
    this.picked();
  }
}

export function cover(element: HTMLElement, place: Place): void {
  element.style.top = `${place.top}px`;
  element.style.height = `${place.bottom - place.top}px`;
  element.style.left = `${place.left}px`;
  element.style.width = `${place.right - place.left}px`;
}

/** Each block stands between two comments that only the studio's own frame has. */
export function placesOf(page: Document): Place[] {
  const comments = page.createTreeWalker(page.documentElement, NodeFilter.SHOW_COMMENT);
  const found: Place[] = [];
  while (comments.nextNode()) {
    const comment = comments.currentNode;
    const block = /^block (\d+)$/.exec(comment.nodeValue ?? "");
    if (!block) continue;
    const range = page.createRange();
    range.setStartAfter(comment);
    let end: ChildNode | null = (comment as ChildNode).nextSibling;
    while (end && end.nodeValue !== `end of block ${block[1]}`) end = end.nextSibling;
    if (!end) continue;
    range.setEndBefore(end);
    const box = boxOf(range, comment, end);
    if (box) found.push({ block: Number(block[1]), ...box });
  }
  return found;
}

function boxOf(range: Range, start: Node, end: Node): Omit<Place, "block"> | null {
  const boxes: DOMRect[] = [];
  for (let node = start.nextSibling; node && node !== end; node = node.nextSibling) {
    // Not `instanceof`: these are the frame's own elements.
    if (node.nodeType === Node.ELEMENT_NODE) boxes.push((node as Element).getBoundingClientRect());
  }
  const seen = boxes.filter((box) => box.width > 0 && box.height > 0);
  if (!seen.length) {
    const box = range.getBoundingClientRect();
    return box.height > 0 ? { top: box.top, bottom: box.bottom, left: box.left, right: box.right } : null;
  }
  return {
    top: Math.min(...seen.map((box) => box.top)),
    bottom: Math.max(...seen.map((box) => box.bottom)),
    left: Math.min(...seen.map((box) => box.left)),
    right: Math.max(...seen.map((box) => box.right)),
  };
}
