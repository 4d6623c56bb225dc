// Pictures that are dropped on the mail, or pasted: into the block under the pointer, or between two blocks.

import { h, say } from "../dom";
import type { Stage } from "../stage";
import { withoutBegun } from "./awaited";
import type { Desk } from "./desk";
import { at, type Path } from "./model";
import { cover, type Place, placesOf } from "./outlines";
import { bringsFiles, expectPicture, firstPlace, placesIn, placeTold, putPicture, storePicture } from "./pictures";

/** So much of a block, above and below, is the gap to its neighbour. */
const EDGE = 0.25;

type Aim = { block: Place; path: Path } | { between: number; y: number; place: Place | undefined };

export class PictureDrops {
  private readonly mark = h("div", { class: "drop-mark", hidden: true }, h("span", {}));
  private page: Document | null = null;
  private places: Place[] = [];
  /** The last event of a file that is held over the mail. */
  private over: DragEvent | null = null;

  constructor(
    stage: Stage,
    private readonly desk: Desk,
    private readonly opened: () => void,
  ) {
    stage.over.append(this.mark);
    stage.root.addEventListener("painted", () => {
      if (stage.page && stage.page !== this.page) this.watch(stage.page);
    });
    // What misses its place must not take the page away.
    for (const name of ["dragover", "drop"] as const) {
      addEventListener(name, (event) => {
        this.away();
        if (!bringsFiles(event.dataTransfer) || event.defaultPrevented) return;
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
      });
    }
    document.addEventListener("paste", (event) => this.paste(event), true);
  }

  private watch(page: Document): void {
    this.page = page;
    page.addEventListener("dragover", (event) => {
      if (!bringsFiles(event.dataTransfer) || this.desk.file?.document.can_be_edited === false) return;
      event.preventDefault();
      this.over = event;
      void this.canBeEdited().then((isOpen) => {
        if (this.over !== event || !isOpen) return;
        if (this.mark.hidden) this.places = withoutBegun(placesOf(page), this.desk);
        this.draw(this.aim(event));
      });
    });
    page.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) this.away();
    });
    page.addEventListener("drop", (event) => {
      if (!bringsFiles(event.dataTransfer)) return;
      event.preventDefault();
      this.away();
      const files = [...(event.dataTransfer?.files ?? [])];
      void this.canBeEdited().then((isOpen) => {
        if (!files.length || !isOpen || this.page !== page) return;
        this.places = withoutBegun(placesOf(page), this.desk);
        void this.put(files, this.aim(event));
      });
    });
    page.addEventListener("paste", (event) => this.paste(event));
  }

  /** Whether the file can be edited. The mail is on the screen before the file is open, so a hand can be faster. */
  private async canBeEdited(): Promise<boolean> {
    await this.desk.ready();
    return this.desk.file?.document.can_be_edited ?? false;
  }

  private away(): void {
    this.over = null;
    this.mark.hidden = true;
  }

  private aim(event: DragEvent): Aim | null {
    const y = event.clientY;
    const isWhole = this.desk.file?.is_first ?? false;
    const place = this.places.find((one) => y >= one.top && y < one.bottom);
    if (place) {
      const part = (y - place.top) / (place.bottom - place.top);
      const path = this.pathIn(place.block, event.target as Element | null);
      if (path && (!isWhole || (part >= EDGE && part <= 1 - EDGE))) return { block: place, path };
      if (!isWhole) return null;
      const isAfter = part >= 0.5;
      return { between: place.block + (isAfter ? 1 : 0), y: isAfter ? place.bottom : place.top, place };
    }
    if (!isWhole) return null;
    const next = this.places.find((one) => one.top >= y);
    const last = this.places.at(-1);
    return { between: next?.block ?? this.desk.blocks.length, y: next?.top ?? last?.bottom ?? 0, place: next ?? last };
  }

  /** Where a block takes a picture: in the place of the one under the pointer, or where one is missing. */
  private pathIn(index: number, target: Element | null): Path | null {
    const [form, block] = [this.desk.formOf(index), this.desk.written(index)];
    if (!form || !block) return null;
    const alt = target?.tagName === "IMG" ? target.getAttribute("alt") : null;
    const place = (alt && placeTold(form, block, alt)) || firstPlace(form, block.values);
    return place && ["blocks", block.index, ...place.path];
  }

  private draw(aim: Aim | null): void {
    this.mark.hidden = !aim;
    if (!aim) return;
    const words = this.mark.firstElementChild;
    const isBlock = "block" in aim;
    this.mark.className = isBlock ? "drop-mark into" : "drop-mark between";
    if (isBlock) cover(this.mark, aim.block);
    else if (aim.place) cover(this.mark, { ...aim.place, top: aim.y - 1, bottom: aim.y + 1 });
    if (words)
      words.textContent = isBlock ? `Into: ${this.desk.formOf(aim.block.block)?.label}` : "In a block of its own";
  }

  /** One file where it was aimed at; several where the block has room for pictures, the first over another if need be. */
  private async put([file, ...others]: File[], aim: Aim | null): Promise<void> {
    if (!aim || !file) return say("Choose a block that shows a picture");
    say("Storing the picture …");
    if ("block" in aim) return this.putInto(aim.block.block, [file, ...others], aim.path);
    await this.putBetween(aim.between, file);
    if (others.length) say("Drop one picture at a time between blocks");
  }

  /** Into a block of its own, before the one that stands at a place now, wherever that is by then. */
  private async putBetween(index: number, file: File): Promise<void> {
    const { desk } = this;
    const { slug } = desk;
    const held = desk.places.hold(["blocks", index], true);
    const stored = await storePicture(desk, file);
    this.opened();
    await desk.flush(); // what was done with blocks meanwhile is known then
    const place = desk.places.release(held)?.[1];
    if (!stored || desk.slug !== slug || !desk.file?.is_first) return;
    desk.choose(typeof place === "number" ? Math.min(place, desk.blocks.length) : desk.blocks.length, stored.name);
  }

  private async putInto(aimed: number, [file, ...others]: [File, ...File[]], path: Path): Promise<void> {
    const { strokes } = this.desk;
    const held = this.desk.places.hold(["blocks", aimed]);
    const put = expectPicture(this.desk, (others.length && this.roomIn(aimed)) || path);
    const stored = await storePicture(this.desk, file);
    this.opened();
    const block = this.desk.places.release(held)?.[1];
    if (!stored || typeof block !== "number") return put();
    // Who writes elsewhere meanwhile stays there.
    if (this.desk.strokes === strokes) this.desk.select(block);
    await put(stored.name);
    for (const other of others) {
      const room = this.roomIn(block);
      if (!room) return say("The block has no room for more pictures");
      const more = await storePicture(this.desk, other);
      if (more) await putPicture(this.desk, room, more.name);
    }
  }

  /** A place of the block that shows no picture yet. */
  private roomIn(index: number): Path | null {
    const [form, block] = [this.desk.formOf(index), this.desk.written(index)];
    if (!form || !block) return null;
    const room = placesIn(form, block.values).find(({ path }) => !at(block.values, [...path, "file"]));
    return room ? ["blocks", block.index, ...room.path] : null;
  }

  /** Into the picture's field that has the focus, the block that is open, or a block of its own. */
  private paste(event: ClipboardEvent): void {
    const { desk } = this;
    const data = event.clipboardData;
    const file = [...(data?.files ?? [])].find((one) => one.type.startsWith("image/"));
    const target = event.target as Element | null;
    const isElsewhere = target?.closest("dialog, .cm-editor, #issues");
    const isComing = desk.file === null && desk.slug !== "" && !desk.trouble;
    if (!file || data?.types.includes("text/plain") || isElsewhere) return;
    if (!isComing && !desk.file?.document.can_be_edited) return;
    event.preventDefault();
    event.stopPropagation();
    const { slug } = desk;
    void this.canBeEdited().then((isOpen) => isOpen && desk.slug === slug && this.putPasted(file, target));
  }

  private putPasted(file: File, target: Element | null): void {
    const { desk } = this;
    const focused = target?.closest<HTMLElement>("[data-picture]")?.dataset.picture;
    const path = focused ? JSON.parse(focused) : desk.selected === null ? null : this.pathIn(desk.selected, null);
    if (!path) return void this.putBetween(desk.selected === null ? desk.blocks.length : desk.selected + 1, file);
    const put = expectPicture(desk, path);
    void storePicture(desk, file).then(async (stored) => {
      this.opened();
      await put(stored?.name);
    });
  }
}
