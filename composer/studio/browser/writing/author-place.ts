// Where an author is in a file: what it says, the block that is picked, and what is open of it.

import type { Sides } from "./conditions";
import { gapAfter } from "./following";
import type { Block, FileDocument, Form, Forms, OpenFile, Path } from "./model";

/** Everyone who listens hears of every change of it. */
export class AuthorPlace {
  file: OpenFile | null = null;
  /** The file of the first language, over which a translation is laid. */
  base: FileDocument | null = null;
  forms: Forms | null = null;
  slug = "";
  language = "";
  /** Counts the forms that were opened: a block that is moved keeps its form, and the cursor in it. */
  sitting = 0;
  /** The one that was selected before: where somebody goes on who looks at all blocks. */
  left: number | null = null;
  /** The place at which a block is to be added, while one is being chosen. */
  adding: number | null = null;
  /** The picture for which a block is being chosen, and the place of one that still has to be told in words. */
  dropped = "";
  unnamed = "";
  /** Whether the form of the block shows who sees it, to be changed. */
  isAudienceOpen = false;
  /** Of each block that not everybody gets, a reader on either side. */
  sides: Sides[] = [];
  /** Blocks of the mail that wait for what they need: the mail that is shown may be without them. */
  begun: number[] = [];

  private readonly listeners = new Set<() => void>();
  private chosen: number | null = null;

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Wait until a file is open: the mail is on the screen before. */
  ready(): Promise<void> {
    if (this.file) return Promise.resolve();
    return new Promise((done) => {
      const stop = this.listen(() => {
        if (!this.file) return;
        stop();
        done();
      });
    });
  }

  /** No issue is shown any more. */
  leave(): void {
    this.slug = "";
    this.file = this.base = null;
    this.selected = this.adding = null;
    this.tell();
  }

  get selected(): number | null {
    return this.chosen;
  }

  set selected(index: number | null) {
    if (index !== this.chosen) this.sitting += 1;
    this.chosen = index;
  }

  /** Blocks stand at other places now: the form of the selected one stays open, and the place where one is added. */
  protected carry(where: (path: Path) => Path | null): void {
    if (this.base) return;
    const gap = this.adding === null ? null : gapAfter(["blocks", this.adding], where)?.[1];
    this.adding = typeof gap === "number" ? gap : null;
    if (this.selected === null) return;
    const place = where(["blocks", this.selected])?.[1];
    if (typeof place === "number") this.chosen = place;
    else this.selected = null;
  }

  /** The blocks of the mail, in its order. */
  get blocks(): Block[] {
    return (this.base ?? this.file?.document)?.blocks ?? [];
  }

  /** The block that is selected, as its own file has it; a translation's file may not have it. */
  get block(): Block | null {
    return this.selected === null ? null : this.written(this.selected);
  }

  /** A block of the mail in the file that is open: a translation says it by its name, or at its place. */
  written(index: number): Block | null {
    const own = this.file?.document.blocks ?? [];
    if (!this.base) return own[index] ?? null;
    const base = this.base.blocks[index];
    const isNamed = own.every((block) => block.id !== null && block.kind === null);
    return (isNamed ? own.find((block) => block.id === base?.id) : own[index]) ?? null;
  }

  /** Which block of the mail a block of the file is. */
  placeOf(block: Block): number | undefined {
    return this.blocks.find(({ index }) => this.written(index) === block)?.index;
  }

  formOf(index: number): Form | null {
    const kind = this.written(index)?.kind ?? this.blocks[index]?.kind;
    return this.forms?.blocks.find((form) => form.kind === kind) ?? null;
  }

  select(index: number | null): void {
    if (index === this.selected && this.adding === null) return;
    if (index !== this.selected) this.isAudienceOpen = false;
    this.left = this.selected;
    this.selected = index;
    this.adding = null;
    this.tell();
  }

  /** Open or close, in the form of the selected block, who sees it. */
  showAudience(isOpen: boolean): void {
    if (isOpen === this.isAudienceOpen) return;
    this.isAudienceOpen = isOpen;
    this.tell();
  }

  /** The server has told who sees which block. */
  knowSides(sides: Sides[]): void {
    this.sides = sides;
    this.tell();
  }

  /** The server has told which blocks wait for what they need. */
  knowBegun(begun: number[]): void {
    if (String(begun) === String(this.begun)) return;
    this.begun = begun;
    this.tell();
  }

  /** @param picture The name of one that the block is to show. */
  choose(index: number | null, picture = ""): void {
    this.adding = index;
    this.dropped = picture;
    this.tell();
  }
}
