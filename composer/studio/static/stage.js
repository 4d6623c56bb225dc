// The mail on its paper: any width, any zoom, repainted behind the curtain so that nothing jumps.

import { byId, h, icon, say } from "./dom.js";
import { clampWidth, WIDTHS } from "./state.js";

const PRINT_WIDTH = 794; // A4 at 96 dots per inch
const MARGIN = 32;
const SKELETON_AFTER_MS = 200;

/**
 * @typedef {import("./state.js").State} State
 * @typedef {{key: string, state: State}} Showing The same key again is the same picture, and stays.
 */

export class Stage {
  /** @param {{resized: (width: number) => void, state: State}} options `resized` is told while a person drags. */
  constructor({ resized, state }) {
    this.root = byId("stage");
    this.resized = resized;
    this.envelope = h("header", { class: "envelope" });
    this.curtain = h("div", { class: "frames" });
    this.paper = h("div", { class: "paper" }, this.envelope, this.curtain);
    this.holder = h("div", { class: "holder" }, this.handle("left"), this.paper, this.handle("right"));
    /** @type {HTMLIFrameElement | null} */
    this.frame = null;
    /** @type {HTMLIFrameElement | null} */
    this.coming = null;
    this.key = "";
    this.state = state;
    this.scale = 1;
    new ResizeObserver(() => this.layOut()).observe(this.root);
    // A picture that arrives late, or a width that makes other line breaks, changes the height.
    this.watch = new ResizeObserver(() => this.measure());
  }

  /** @param {"left" | "right"} side */
  handle(side) {
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

  /**
   * @param {PointerEvent} event
   * @param {HTMLElement} handle
   * @param {number} factor How many pixels the mail grows with one of the pointer's.
   */
  drag(event, handle, factor) {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const from = event.clientX;
    const width = this.state.width;
    const scale = this.scale;
    this.root.classList.add("dragging");
    const move = (/** @type {PointerEvent} */ moved) =>
      this.resized(clampWidth(width + ((moved.clientX - from) * factor) / scale));
    const end = () => {
      this.root.classList.remove("dragging");
      handle.removeEventListener("pointermove", move);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", end, { once: true });
  }

  /**
   * Show the page at `address`.
   * @param {string} address
   * @param {Showing & {title: string, envelope: HTMLElement[]}} showing
   */
  showFrame(address, { key, state, title, envelope }) {
    this.state = state;
    this.root.dataset.scheme = state.view === "print" ? "light" : state.scheme;
    if (!this.holder.isConnected) this.root.replaceChildren(this.holder);
    this.envelope.replaceChildren(...envelope);
    this.envelope.hidden = !envelope.length;
    this.layOut();
    if (key === this.key) return;
    const otherThing = key.split("#")[0] !== this.key.split("#")[0];
    this.key = key;
    this.load(address, { title, toTop: otherThing });
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

  /**
   * @param {string} address
   * @param {{title: string, toTop: boolean}} options
   */
  load(address, { title, toTop }) {
    this.coming?.remove();
    const frame = h("iframe", {
      title,
      class: "coming",
      src: address,
      sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    });
    this.coming = frame;
    const skeleton = setTimeout(() => {
      if (this.frame) return;
      this.root.classList.add("waiting");
      this.layOut();
    }, SKELETON_AFTER_MS);
    frame.addEventListener(
      "load",
      () => {
        clearTimeout(skeleton);
        if (this.coming !== frame) return;
        this.coming = null;
        const top = toTop ? 0 : this.root.scrollTop;
        this.watch.disconnect();
        this.frame?.remove();
        this.frame = frame;
        frame.className = "";
        this.measure();
        this.root.classList.remove("waiting");
        this.root.scrollTop = top;
        if (frame.contentDocument) this.watch.observe(frame.contentDocument.documentElement);
        this.root.dispatchEvent(new CustomEvent("painted"));
      },
      { once: true },
    );
    this.curtain.append(frame);
  }

  /**
   * Something other than a frame: the text, the source, a message.
   * @param {HTMLElement} element
   * @param {Showing} showing
   */
  showElement(element, { key, state }) {
    this.state = state;
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

  layOut() {
    const width = this.state.view === "print" ? PRINT_WIDTH : this.state.width;
    const room = this.root.clientWidth - 2 * (innerWidth < 760 ? 0 : MARGIN);
    this.scale = this.state.zoom ? this.state.zoom / 100 : Math.min(1, room / width);
    byId("zoom-value").textContent = `${Math.round(this.scale * 100)} %`;
    this.root.style.setProperty("--zoom", String(this.scale));
    this.paper.style.width = `${width}px`;
    this.paper.style.transform = `scale(${this.scale})`;
    for (const handle of /** @type {NodeListOf<HTMLElement>} */ (this.holder.querySelectorAll(".handle"))) {
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
  }
}

/**
 * What a mail client shows above the mail.
 * @param {{inbox: import("./api.js").InboxLine, reader: import("./api.js").Reader}} report
 * @param {string} subject
 */
export function envelopeOf({ inbox, reader }, subject) {
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

/**
 * @param {string} title
 * @param {string} words
 * @param {...HTMLElement} more
 */
export function emptyState(title, words, ...more) {
  return h("div", { class: "empty" }, icon("list", "large"), h("h1", {}, title), h("p", {}, words), ...more);
}

/**
 * A command for a terminal, to be copied.
 * @param {string} command
 */
export function commandLine(command) {
  const copied = () => navigator.clipboard.writeText(command).then(() => say("Copied the command"));
  const button = { type: "button", class: "tool", "aria-label": "Copy the command", onclick: copied };
  return h("p", { class: "command" }, h("code", {}, command), h("button", button, icon("copy")));
}

/**
 * @param {string} words
 * @param {() => void} onclick
 */
export function button(words, onclick) {
  return h("button", { type: "button", class: "primary", onclick }, words);
}
