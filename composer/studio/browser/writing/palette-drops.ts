// A block is carried from the palette to its place in the mail, with the mouse or a finger.

import { byId, h, say } from "../dom";
import type { Stage } from "../stage";
import { withoutBegun } from "./awaited";
import { addBlock, naturalPlace } from "./block-acts";
import type { Desk } from "./desk";
import { cover, type Place, placesOf } from "./outlines";

/** So far goes a mouse that means to carry something; so long does a finger rest on it. */
const FAR = 6;
const REST_MS = 300;
/** So near its edge the mail scrolls, by so many pixels a frame. */
const EDGE = 56;
const STEP = 10;

interface Carried {
  tile: HTMLElement;
  pointer: number;
  x: number;
  y: number;
  isLifted: boolean;
  /** Put back by Escape, though the button is still down. */
  isPutBack: boolean;
  rest: ReturnType<typeof setTimeout> | undefined;
}

export class PaletteDrops {
  private readonly mark = h("div", { class: "drop-mark between", hidden: true }, h("span", {}));
  private readonly ghost = h("div", { class: "carried", hidden: true, "aria-hidden": "true" });
  private carried: Carried | null = null;
  private aim: number | null = null;

  /** `put` is told when a block was put into the mail: its form is to be seen. */
  constructor(
    private readonly stage: Stage,
    private readonly desk: Desk,
    private readonly put: () => void,
  ) {
    stage.over.append(this.mark);
    document.body.append(this.ghost);
    document.addEventListener("pointerdown", (event) => this.press(event));
    document.addEventListener("pointermove", (event) => this.move(event));
    document.addEventListener("pointerup", (event) => this.drop(event));
    document.addEventListener("pointercancel", () => this.end());
    addEventListener("keydown", (event) => this.cancel(event), true);
    // A finger that carries does not scroll, and does not ask for a menu.
    document.addEventListener("touchmove", (event) => this.carried?.isLifted && event.preventDefault(), {
      passive: false,
    });
    document.addEventListener("contextmenu", (event) => this.carried && event.preventDefault());
  }

  private press(event: PointerEvent): void {
    const tile = event.target instanceof Element ? event.target.closest<HTMLElement>(".palette [data-block]") : null;
    if (!tile || event.button !== 0 || !event.isPrimary) return;
    const isMouse = event.pointerType === "mouse";
    const rest = isMouse ? undefined : setTimeout(() => this.lift(), REST_MS);
    const { pointerId: pointer, clientX: x, clientY: y } = event;
    this.carried = { tile, pointer, x, y, isLifted: false, isPutBack: false, rest };
  }

  private move(event: PointerEvent): void {
    const { carried } = this;
    if (!carried || carried.isPutBack || event.pointerId !== carried.pointer) return;
    const far = Math.hypot(event.clientX - carried.x, event.clientY - carried.y);
    if (!carried.isLifted) {
      if (far < FAR) return;
      if (event.pointerType === "mouse") this.lift();
      else this.end(); // it scrolls the palette
    }
    if (!this.carried) return;
    carried.x = event.clientX;
    carried.y = event.clientY;
    this.draw();
  }

  private lift(): void {
    const { carried } = this;
    if (!carried) return;
    carried.isLifted = true;
    carried.tile.setPointerCapture(carried.pointer);
    const label = carried.tile.querySelector("strong")?.textContent ?? "";
    this.ghost.textContent = label;
    this.ghost.hidden = false;
    document.body.classList.add("carrying");
    // On a small screen the palette lies over the mail.
    byId("app").classList.remove("report-open");
    this.draw();
    this.scroll();
  }

  private draw(): void {
    const { carried } = this;
    if (!carried?.isLifted) return;
    this.ghost.style.translate = `${carried.x + 12}px ${carried.y + 8}px`;
    const found = this.gapAt(carried.x, carried.y);
    this.aim = found?.index ?? null;
    this.mark.hidden = !found;
    this.ghost.classList.toggle("nowhere", !found);
    if (found) cover(this.mark, { ...found.place, top: found.y - 1, bottom: found.y + 1 });
    if (this.mark.firstElementChild) this.mark.firstElementChild.textContent = this.ghost.textContent;
  }

  /** The gap between two blocks that is nearest and takes such a block, where the pointer is on the mail. */
  private gapAt(x: number, y: number): { index: number; y: number; place: Place } | null {
    const view = this.stage.root.getBoundingClientRect();
    const { page } = this.stage;
    if (!page || x < view.left || x > view.right || y < view.top || y > view.bottom) return null;
    const places = withoutBegun(placesOf(page), this.desk);
    const own = (y - this.stage.over.getBoundingClientRect().top) / this.stage.scale;
    const after = places.find((place) => own < (place.top + place.bottom) / 2);
    const last = places.at(-1);
    const nearest = after?.block ?? (last ? last.block + 1 : this.desk.blocks.length);
    const index = naturalPlace(this.carried?.tile.dataset.block ?? "", nearest, this.desk.blocks);
    const behind = places.find(({ block }) => block >= index);
    if (behind) return { index, y: behind.top, place: behind };
    if (last) return { index, y: last.bottom, place: last };
    const { clientWidth: right, scrollHeight: bottom } = page.documentElement;
    return { index, y: 24, place: { block: 0, left: 0, right, top: 0, bottom } };
  }

  /** At its edges the mail moves on under what is carried. */
  private scroll(): void {
    const { carried } = this;
    if (!carried?.isLifted) return;
    const { root } = this.stage;
    const view = root.getBoundingClientRect();
    const isOver = carried.x >= view.left && carried.x <= view.right;
    const by = carried.y < view.top + EDGE ? -STEP : carried.y > view.bottom - EDGE ? STEP : 0;
    if (isOver && by) {
      root.scrollTop += by;
      this.draw();
    }
    requestAnimationFrame(() => this.scroll());
  }

  private drop(event: PointerEvent): void {
    const { carried, aim } = this;
    if (!carried || event.pointerId !== carried.pointer) return;
    const form = this.desk.forms?.blocks.find(({ kind }) => kind === carried.tile.dataset.block);
    this.end();
    if (!carried.isLifted && !carried.isPutBack) return;
    // What follows is no click on the tile.
    const swallow = (click: Event) => {
      click.preventDefault();
      click.stopPropagation();
    };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true));
    if (!form || aim === null || carried.isPutBack) this.put();
    else void addBlock(this.desk, form, aim).then(() => this.told(form.label));
  }

  private told(label: string): void {
    say(`${label} is in the mail`);
    this.put();
  }

  private cancel(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.carried?.isLifted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.carried.isLifted = false;
    this.carried.isPutBack = true;
    this.hide();
  }

  private end(): void {
    clearTimeout(this.carried?.rest);
    this.carried = null;
    this.hide();
  }

  private hide(): void {
    this.aim = null;
    this.mark.hidden = this.ghost.hidden = true;
    document.body.classList.remove("carrying");
  }
}
