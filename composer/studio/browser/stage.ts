// The mail on its paper: any width, any zoom, repainted behind the curtain so that nothing jumps.

import { askText, hasPage, type InboxLine, type Reader, type Refusal } from "./api";
import { byId, h, icon } from "./dom";
import { followPresses, redraw } from "./presses";
import { repaint, repaintBlocks } from "./repaint";
import type { State } from "./state";
import { clampWidth, WIDTHS } from "./state";

const PRINT_WIDTH = 794; // A4 at 96 dots per inch
const MARGIN = 32;
const SKELETON_AFTER_MS = 200;

/** The same key again is the same picture, and stays. */
export type Showing = { key: string; state: State };
/** The HTML of blocks of the mail, by their number. */
export type Blocks = Record<string, string> | null;
type Mail = { title: string; envelope: HTMLElement[]; blocks: Blocks };

export class Stage {
  key = "";
  scale = 1;
  /** How many mails stand side by side. */
  columns = 1;
  private asked = "";
  /** Whether what was asked for last is not on the screen yet. */
  isPainting = false;
  state: State;
  readonly root = byId("stage");
  /** What is drawn over the mail, in its own pixels. */
  readonly over = h("div", { class: "over" });
  private readonly envelope = h("header", { class: "envelope" });
  private readonly curtain = h("div", { class: "frames" }, this.over);
  private readonly paper = h("div", { class: "paper" }, this.envelope, this.curtain);
  private readonly holder = h("div", { class: "holder" }, this.handle("left"), this.paper, this.handle("right"));
  private readonly resized: (width: number) => void;
  private readonly refused: (why: Refusal) => void;
  private frame: HTMLIFrameElement | null = null;
  private coming: HTMLIFrameElement | null = null;
  // A picture that arrives late, or a width that makes other line breaks, changes the height.
  private readonly watch = new ResizeObserver(() => this.measure());

  /** @param options `resized` is told while a person drags, `refused` why there is no mail to show. */
  constructor(options: { resized: (width: number) => void; refused: (why: Refusal) => void; state: State }) {
    const { resized, refused, state } = options;
    this.resized = resized;
    this.refused = refused;
    this.state = state;
    new ResizeObserver(() => this.layOut()).observe(this.root);
    this.root.addEventListener("painted", () => {
      this.isPainting = false;
    });
  }

  handle(side: "left" | "right") {
    const handle = h("div", {
      class: `handle ${side}`,
      role: "separator",
      tabindex: "0",
      "aria-orientation": "vertical",
      "aria-label": "Width of the mail",
      "aria-valuemin": WIDTHS.least,
      "aria-valuemax": WIDTHS.most,
    });
    handle.addEventListener("pointerdown", (event) => this.drag(event, handle, side === "left" ? -2 : 2));
    handle.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 10 : event.key === "ArrowLeft" ? -10 : 0;
      if (!step) return;
      event.preventDefault();
      this.resized(clampWidth(this.state.width + (side === "left" ? -step : step)));
    });
    return handle;
  }

  /** @param factor How many pixels the mail grows with one of the pointer's. */
  drag(event: PointerEvent, handle: HTMLElement, factor: number) {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const from = event.clientX;
    const width = this.state.width;
    const scale = this.scale;
    this.root.classList.add("dragging");
    const move = (moved: PointerEvent) => this.resized(clampWidth(width + ((moved.clientX - from) * factor) / scale));
    const end = () => {
      this.root.classList.remove("dragging");
      handle.removeEventListener("pointermove", move);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end, { once: true });
  }

  /** Show the page at `address`; `blocks` are what differs from the mail that is shown, if that is known. */
  showFrame(address: string, showing: Showing & Mail) {
    this.state = showing.state;
    redraw(this.root, () => this.drawFrame(address, showing));
  }

  private drawFrame(address: string, { key, state, title, envelope, blocks }: Showing & Mail) {
    this.root.dataset.scheme = state.view === "print" ? "light" : state.scheme;
    if (!this.holder.isConnected) this.root.replaceChildren(this.holder);
    this.envelope.replaceChildren(...envelope);
    this.envelope.hidden = !envelope.length;
    this.layOut();
    if (key === this.key) return;
    const otherThing = key.split("#")[0] !== this.key.split("#")[0];
    this.key = key;
    this.isPainting = true;
    // Another reader, scheme or policy is another page, though only a version later is the same one.
    const asked = new URL(address, location.href).searchParams;
    asked.delete("digest");
    const isSame = String(asked) === this.asked && !otherThing;
    this.asked = String(asked);
    if (!isSame || this.coming || !this.page) this.load(address, { title, toTop: otherThing });
    else if (blocks && repaintBlocks(this.page, Object.entries(blocks))) this.repainted();
    else void this.replace(address, { key, title });
  }

  /** The same mail, a version later: only what differs is put into it, if no more than blocks do. */
  private async replace(address: string, { key, title }: { key: string; title: string }) {
    const page = this.page;
    const isWanted = () => key === this.key;
    const html = await askText(address, isWanted).catch(() => "");
    // What is out of date must not take the place of a newer mail that waits.
    if (!isWanted()) return;
    redraw(this.curtain, () => {
      if (!isWanted()) return;
      if (page && page === this.page && html && repaint(page, html)) this.repainted();
      else this.load(address, { title, toTop: false });
    });
  }

  private repainted() {
    this.measure();
    this.root.dispatchEvent(new CustomEvent("painted"));
  }

  /** Wait until what was asked for last is on the screen; not for ever, for a mail may never come. */
  painted(): Promise<void> {
    if (!this.isPainting) return Promise.resolve();
    return new Promise((done) => {
      this.root.addEventListener("painted", () => done(), { once: true });
      setTimeout(done, 2000);
    });
  }

  /** Until the first answer: an outline of what comes, if it takes long enough to be noticed. */
  expect() {
    setTimeout(() => {
      if (this.root.childElementCount) return;
      this.root.classList.add("waiting");
      this.root.replaceChildren(this.holder);
      this.envelope.hidden = true;
      this.layOut();
    }, SKELETON_AFTER_MS);
  }

  load(address: string, { title, toTop }: { title: string; toTop: boolean }) {
    this.coming?.remove();
    const frame = h("iframe", {
      title,
      class: "coming",
      src: address,
      sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    });
    this.coming = frame;
    const skeleton = setTimeout(() => {
      if (this.frame || this.coming !== frame) return;
      this.root.classList.add("waiting");
      this.layOut();
    }, SKELETON_AFTER_MS);
    frame.addEventListener("load", () => {
      const isWanted = () => this.coming === frame;
      if (!isWanted() || !hasPage(frame, this.refused, isWanted)) return;
      clearTimeout(skeleton);
      redraw(this.curtain, () => isWanted() && this.put(frame, toTop));
    });
    this.curtain.append(frame);
  }

  /** The mail that has come stands in the place of the one that was shown. */
  private put(frame: HTMLIFrameElement, toTop: boolean) {
    this.coming = null;
    const top = toTop ? 0 : this.root.scrollTop;
    this.watch.disconnect();
    this.frame?.remove();
    this.frame = frame;
    frame.className = "";
    this.measure();
    this.root.classList.remove("waiting");
    this.root.scrollTop = top;
    if (frame.contentWindow) followPresses(frame.contentWindow, frame);
    if (frame.contentDocument) this.watch.observe(frame.contentDocument.documentElement);
    this.root.dispatchEvent(new CustomEvent("painted"));
  }

  /** Something other than a frame: the text, the source, a message. */
  showElement(element: HTMLElement, showing: Showing) {
    this.state = showing.state;
    redraw(this.root, () => this.drawElement(element, showing.key));
  }

  private drawElement(element: HTMLElement, key: string) {
    this.root.dataset.scheme = "light";
    const sameThing = key.split("#")[0] === this.key.split("#")[0];
    const top = sameThing ? this.root.scrollTop : 0;
    this.forgetFrame();
    this.key = key;
    this.root.replaceChildren(element);
    this.root.scrollTop = top;
    this.layOut();
    this.root.dispatchEvent(new CustomEvent("painted"));
  }

  forgetFrame() {
    this.watch.disconnect();
    this.frame?.remove();
    this.coming?.remove();
    this.frame = this.coming = null;
    this.key = "";
    this.root.classList.remove("waiting");
  }

  /** The document that is shown, if it is one. */
  get page(): Document | null {
    return this.frame?.contentDocument ?? null;
  }

  /** Scroll so far that what stands between two heights of the mail is seen, or its beginning. */
  bringIntoView(top: number, bottom: number) {
    const view = this.root.getBoundingClientRect();
    const paper = this.curtain.getBoundingClientRect();
    const from = paper.top + top * this.scale - view.top;
    const to = paper.top + bottom * this.scale - view.top;
    if (from >= 48 && to <= view.height) return;
    if (from < view.height * 0.7 && from >= 48) return;
    this.root.scrollTop += from - 72;
  }

  layOut() {
    const width = this.state.view === "print" ? PRINT_WIDTH : this.state.width;
    const room = this.root.clientWidth / this.columns - 2 * (innerWidth < 760 ? 0 : MARGIN / this.columns);
    this.scale = this.state.zoom ? this.state.zoom / 100 : Math.min(1, room / width);
    byId("zoom-value").textContent = `${Math.round(this.scale * 100)} %`;
    this.root.style.setProperty("--zoom", String(this.scale));
    this.paper.style.width = `${width}px`;
    this.paper.style.transform = `scale(${this.scale})`;
    for (const handle of this.holder.querySelectorAll(".handle") as NodeListOf<HTMLElement>) {
      handle.hidden = this.state.view === "print";
      handle.setAttribute("aria-valuenow", String(width));
    }
    this.measure();
  }

  /** The frame is as high as its mail, so the stage scrolls and a repaint keeps the place. */
  measure() {
    const frame = this.frame;
    const page = frame?.contentDocument?.documentElement;
    if (frame && page) {
      this.holder.style.minHeight = this.holder.style.height;
      frame.style.height = "0";
      frame.style.height = `${page.scrollHeight}px`;
      this.holder.style.minHeight = "";
    }
    this.holder.style.width = `${this.paper.offsetWidth * this.scale}px`;
    this.holder.style.height = `${this.paper.offsetHeight * this.scale}px`;
    this.root.dispatchEvent(new CustomEvent("measured"));
  }
}

/** What a mail client shows above the mail. */
export function envelopeOf({ inbox, reader }: { inbox: InboxLine; reader: Reader }, subject: string) {
  return [
    h("span", { class: "avatar", "aria-hidden": "true" }, [...inbox.sender][0] ?? "?"),
    h(
      "div",
      {},
      h("strong", { dir: "auto" }, subject),
      h(
        "p",
        {},
        h("span", {}, inbox.sender),
        inbox.address ? ` <${inbox.address}>` : "",
        h("span", { class: "to" }, ` to ${reader.name || reader.values.email}`),
      ),
    ),
  ];
}

export function emptyState(title: string, words: string, ...more: HTMLElement[]) {
  return h("div", { class: "empty" }, icon("list", "large"), h("h1", {}, title), h("p", {}, words), ...more);
}

export function button(words: string, onclick: () => void) {
  return h("button", { type: "button", class: "primary", onclick }, words);
}
