// Every block outlined, with what it weighs of what Gmail shows.

import { h, kilobytes } from "../dom";
import type { Stage } from "../stage";
import type { Desk } from "../writing/desk";
import { summary } from "../writing/model";
import { cover, placesOf } from "../writing/outlines";
import type { IssueSeeing } from "./api";

export class Weights {
  private seeing: IssueSeeing | null = null;
  private readonly layer = h("div", { "aria-hidden": "true" });

  constructor(
    private readonly stage: Stage,
    private readonly desk: Desk,
  ) {
    stage.over.prepend(this.layer);
    stage.root.addEventListener("measured", () => this.draw());
  }

  /** @param seeing Null takes the outlines away. */
  show(seeing: IssueSeeing | null): void {
    this.seeing = seeing;
    this.draw();
  }

  private draw(): void {
    const { seeing } = this;
    const page = seeing && this.stage.page;
    if (!seeing || !page) {
      this.layer.replaceChildren();
      return;
    }
    const bytes = new Map(seeing.blocks.map((one) => [one.block, one.bytes]));
    this.layer.replaceChildren(
      ...placesOf(page).map((place) => {
        const size = bytes.get(place.block) ?? 0;
        const words = `${blockLabel(this.desk, place.block)}, ${kilobytes(size)}`;
        const box = h("div", { class: "weighed" }, h("span", {}, words, h("i", {}, share(size, seeing.clip))));
        cover(box, place);
        return box;
      }),
    );
  }
}

/** What a block is called; those that every mail has at its beginning and end stand in no file. */
export function blockLabel(desk: Desk, block: number): string {
  return desk.formOf(block)?.label ?? desk.blocks[block]?.kind ?? `Block ${block + 1}`;
}

/** The first words of a block. */
export function wordsOf(desk: Desk, block: number): string {
  const found = desk.written(block) ?? desk.blocks[block];
  return found ? summary(found) : "";
}

export function share(bytes: number, whole: number): string {
  const percent = (100 * bytes) / whole;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
