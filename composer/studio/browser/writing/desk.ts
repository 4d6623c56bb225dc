// The file that is being written: what it says, what is not saved yet, and every change in its turn.

import { askForms, askIssueFile, change, type IssueReport, Overtaken, Refusal } from "../api";
import type { Sides } from "./conditions";
import { afterChange, afterEdit } from "./following";
import {
  at,
  type Block,
  type Conflict,
  type Edit,
  type FileDocument,
  type Form,
  type Forms,
  type OpenFile,
  type Path,
  same,
  type Value,
} from "./model";
import { firstPlace, withPicture } from "./pictures";

/** So long does a change wait for the next one, if nothing is on its way: less than anybody notices. */
const PAUSE_MS = 30;
const RETRY_MS = 1000;
/** What is typed after a longer rest is a step of its own to undo. */
const REST_MS = 1500;

export type Saving = "saved" | "waiting" | "saving" | "failed" | "refused" | "conflict";

interface Waiting {
  path: Path;
  value: Value;
  words: string;
}

/** A place of the file that goes along when blocks are moved: null once there is no such place any more. */
export interface Held {
  path: Path | null;
}

const desks = new Set<Desk>();

/** Write down whatever waits anywhere in the page; false if something cannot be yet. */
export async function everythingSaved(): Promise<boolean> {
  await Promise.all([...desks].map((desk) => desk.flush()));
  return [...desks].every((desk) => desk.saving === "saved");
}

/** Where an author is, and the one way by which anything of the file is changed. Everyone who listens hears of it. */
export class Desk {
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
  saving: Saving = "saved";
  /** Why nothing was saved, in the server's words. */
  trouble = "";
  /** Counts what did not come from a field: then fields take the new value though somebody is in them. */
  turn = 0;
  /** Counts what came from a field. */
  strokes = 0;

  private readonly listeners = new Set<() => void>();
  private chosen: number | null = null;
  private readonly waiting = new Map<string, Waiting>();
  private readonly held = new Set<Held>();
  /** Counts the beginnings and ends of changes: a look at the disk that one of them crosses may be older than it. */
  private crossings = 0;
  /** What was sent since the last answer: it may stand on the disk though nobody said so. */
  private unanswered: Edit[] = [];
  private source: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private queue: Promise<void> = Promise.resolve();
  private gesture = { name: "", number: 0, at: 0 };

  /**
   * `saved` is told whenever the file on the disk is another one, with the mail as it is then if the server has told;
   * `other` names a file that is no language's. `looking` says what the page shows of the mail, or nothing.
   */
  constructor(
    private readonly saved: (report?: IssueReport | null) => void,
    private readonly other = "",
    private readonly looking = () => "",
  ) {
    desks.add(this);
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
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

  async open(slug: string, language: string): Promise<void> {
    if (slug === this.slug && language === this.language) return this.reload();
    // What is typed while the last word is written down is for the file that is still seen.
    do await this.flush();
    while (this.isWaiting() && this.saving === "waiting");
    const isOther = slug !== this.slug;
    this.slug = slug;
    this.language = language;
    for (const held of this.held) held.path = null;
    if (isOther) this.selected = this.adding = null;
    this.file = null;
    this.tell();
    await this.load();
  }

  /** Look at the disk again, unless something waits to be written there: then that will tell. */
  async reload(): Promise<void> {
    if (this.slug && !this.isWaiting()) await this.load();
  }

  get selected(): number | null {
    return this.chosen;
  }

  set selected(index: number | null) {
    if (index !== this.chosen) this.sitting += 1;
    this.chosen = index;
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

  value(path: Path): Value {
    return this.waiting.get(JSON.stringify(path))?.value ?? at(this.file?.document.values, path);
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

  /** What was typed into a field. The newest wins. */
  set(path: Path, value: Value, words: string): void {
    this.waiting.set(JSON.stringify(path), { path, value, words });
    this.strokes += 1;
    this.wait();
  }

  /** What was typed into the source. */
  setSource(text: string): void {
    this.source = text;
    this.wait();
  }

  /** Hold on to a place while something is on its way there; let it go by `release`. */
  hold(path: Path): Held {
    const held = { path };
    this.held.add(held);
    return held;
  }

  release(held: Held): Path | null {
    this.held.delete(held);
    return held.path;
  }

  /** Something at once: move, add, remove. Edits are of the file as it is seen now, or made when their turn comes. */
  async act(edits: Edit[] | (() => Edit[]), words: string, then?: () => void): Promise<void> {
    const make = typeof edits === "function" ? edits : this.following(edits);
    await this.flush();
    await this.inTurn(async () => {
      const wanted = make();
      if (!wanted.length) return;
      await this.send(wanted, words, "", () => {
        for (const edit of wanted) this.follow((path) => afterEdit(path, edit));
        this.turn += 1;
        then?.();
      });
    });
  }

  /** Edits of the file as it is seen now, as they are when their turn comes; what they were about may be gone then. */
  private following(edits: Edit[]): () => Edit[] {
    const places = edits.map((edit) => (edit.edit === "text" ? null : this.hold(edit.path)));
    return () =>
      edits.flatMap((edit, index): Edit[] => {
        const held = places[index];
        if (edit.edit === "text" || !held) return [edit];
        const path = this.release(held);
        return path ? [{ ...edit, path }] : [];
      });
  }

  /** Let all that is about a place of the file go along to where it is now. */
  private follow(where: (path: Path) => Path | null): void {
    for (const held of this.held) held.path = held.path && where(held.path);
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of waiting) {
      const path = where(one.path);
      if (path) this.waiting.set(JSON.stringify(path), { ...one, path });
    }
    if (this.chosen === null || this.base) return;
    const place = where(["blocks", this.chosen])?.[1];
    if (typeof place === "number") this.chosen = place;
    else this.selected = null;
  }

  async step(way: "undo" | "redo"): Promise<void> {
    await this.flush();
    await this.inTurn(async () => {
      const { undo, redo } = this.file?.history ?? { undo: null, redo: null };
      if ((way === "undo" ? undo : redo) === null) return;
      const before = this.file?.document.values;
      const { selected } = this;
      await this.ask(
        (looking) => change(`${this.slug}/${way}`, { language: this.language, file: this.other }, looking),
        () => {
          this.follow((path) => afterChange(path, before, this.file?.document.values));
          this.turn += 1;
          const count = this.blocks.length;
          if (selected !== null && this.selected === null) this.selected = count ? Math.min(selected, count - 1) : null;
        },
      );
    });
  }

  /** Move a block. Pressed twice, it goes two places on, though the first step is not on the disk yet. */
  move(index: number, to: number): Promise<void> {
    const held = this.hold(["blocks", index]);
    const edits = (): Edit[] => {
      const from = held.path?.[1];
      if (typeof from !== "number" || to === index) return [];
      const goal = from + to - index;
      return goal >= 0 && goal < this.blocks.length ? [{ edit: "move", path: ["blocks", from], to: goal }] : [];
    };
    const moved = this.act(edits, "move a block", () => {
      this.left = Number(held.path?.[1]);
    });
    return moved.finally(() => this.release(held));
  }

  duplicate(index: number): Promise<void> {
    const held = this.hold(["blocks", index]);
    return this.act([{ edit: "duplicate", path: ["blocks", index] }], "duplicate a block", () => {
      const place = held.path?.[1];
      // Who writes on meanwhile stays with what is being written.
      if (typeof place === "number" && !this.isTypedInto(place)) this.selected = place + 1;
    }).finally(() => this.release(held));
  }

  /** Delete a block. Pressed twice, it is deleted, and not the next one. */
  remove(index: number): Promise<void> {
    return this.act([{ edit: "remove", path: ["blocks", index] }], "delete a block", () => {
      this.left = Math.min(index, this.blocks.length - 1);
    });
  }

  add(form: Form, index: number): Promise<void> {
    const place = this.dropped ? firstPlace(form, form.begins) : null;
    const begins = form.begins ?? { block: form.kind };
    const value = place ? withPicture(begins, place, this.dropped) : begins;
    if (place) this.unnamed = JSON.stringify(["blocks", index, ...place.path]);
    return this.act([{ edit: "add", path: ["blocks"], index, value }], `add: ${form.label}`, () => {
      this.selected = index;
      this.adding = null;
    });
  }

  /** The server has changed the file by itself: fields take what is there now. */
  async taken(): Promise<void> {
    await this.reload();
    this.turn += 1;
    this.tell();
    this.saved();
  }

  /** What both sides have changed, each with its two values. */
  get conflicts(): Conflict[] {
    const told = this.file?.conflicts ?? [];
    if (told.length || this.saving !== "conflict") return told;
    const now = this.file?.document.values;
    if (this.source !== null) return [{ path: [], mine: this.source, theirs: this.file?.document.text }];
    return [...this.waiting.values()].map(({ path, value }) => ({ path, mine: value, theirs: at(now, path) }));
  }

  /** Write what stands here over what was changed there, or let it go. */
  async settle(side: "mine" | "theirs"): Promise<void> {
    const isOnDisk = Boolean(this.file?.conflicts.length);
    if (side === "theirs") this.forget();
    this.saving = this.isWaiting() ? "waiting" : "saved";
    if (isOnDisk) {
      await this.inTurn(async () => {
        await this.ask(() => change(`${this.slug}/settle`, { language: this.language, file: this.other, side }));
      });
    }
    this.turn += 1;
    this.tell();
    await this.flush();
    await this.reload();
  }

  /** Write down what waits, and wait until it is. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    return this.inTurn(() => this.write());
  }

  private async write(): Promise<void> {
    if (!this.isWaiting() || this.saving === "conflict") return;
    if (this.source !== null) {
      const text = this.source;
      await this.send([{ edit: "text", text }], "typing in the source", this.gestureOf("source"), () => {
        if (this.source === text) this.source = null;
      });
      return;
    }
    const sent = [...this.waiting.entries()];
    const edits = sent.map(([, { path, value }]): Edit => ({ edit: "set", path, value }));
    const done = () => {
      for (const [key, { value }] of sent) if (this.waiting.get(key)?.value === value) this.waiting.delete(key);
    };
    await this.send(edits, sent.at(-1)?.[1].words ?? "", this.gestureOf(sent.at(-1)?.[0] ?? ""), done);
    // It would be refused again: what is on the disk counts, but for what is being typed.
    if (this.saving === "refused") done();
    this.tell();
  }

  /** @param done Is told as soon as it is on the disk, before anybody is shown what the file says then. */
  private async send(edits: Edit[], words: string, gesture: string, done: () => void): Promise<void> {
    const before = this.file?.document;
    if (!before) return;
    const { slug, language, other: file } = this;
    const post = (version: string, looking: string) =>
      change(`${slug}/edit`, { language, file, version, edits, words, gesture }, looking);
    this.unanswered.push(...edits);
    const isSent = await this.ask(async (looking) => {
      try {
        return await post(before.version, looking);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        this.file = error.file;
        this.saved();
        const now = withoutOurs(this.unanswered, before.values, error.file.document.values);
        if (!edits.every((edit) => isUntouched(edit, before.values, now))) throw error;
        return post(error.file.document.version, looking);
      }
    }, done);
    if (isSent || this.saving !== "failed") this.unanswered = [];
  }

  private async ask(question: (looking: string) => Promise<OpenFile>, done?: () => void): Promise<boolean> {
    const { slug, language } = this;
    const looking = this.looking();
    this.saving = "saving";
    this.crossings += 1;
    this.tell();
    try {
      const file = await question(looking);
      if (slug === this.slug && language === this.language) this.file = file;
      done?.();
      this.saving = file.conflicts.length ? "conflict" : this.isWaiting() ? "waiting" : "saved";
      this.trouble = "";
      // What is told of the mail is told of the one that was shown then.
      if (file.report) void file.report.then((report) => this.saved(looking === this.looking() ? report : null));
      else this.saved();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    } finally {
      this.crossings += 1;
      this.tell();
    }
  }

  private fail(error: unknown): void {
    if (error instanceof Overtaken) this.saving = "conflict";
    else if (error instanceof Refusal) {
      this.saving = "refused";
      this.trouble = error.message;
    } else {
      this.saving = "failed";
      this.timer = setTimeout(() => this.flush(), RETRY_MS);
    }
  }

  private async load(): Promise<void> {
    const { slug, language, crossings } = this;
    try {
      this.forms ??= await askForms();
      const file = await askIssueFile(slug, language, this.other);
      const base = file.is_first ? null : (await askIssueFile(slug, "")).document;
      if (slug !== this.slug || language !== this.language || this.isWaiting()) return;
      if (crossings !== this.crossings || this.saving === "saving") {
        await this.inTurn(async () => {});
        return this.load();
      }
      this.base = base;
      if (file.document.version !== this.file?.document.version) this.turn += 1;
      this.file = file;
      this.saving = file.conflicts.length ? "conflict" : "saved";
      this.trouble = "";
    } catch (error) {
      if (!(error instanceof Refusal)) return;
      this.file = null;
      this.trouble = error.message;
    }
    this.tell();
  }

  private isTypedInto(block: number): boolean {
    return [...this.waiting.values()].some(({ path }) => path[0] === "blocks" && path[1] === block);
  }

  private isWaiting(): boolean {
    return this.waiting.size > 0 || this.source !== null;
  }

  private forget(): void {
    this.waiting.clear();
    this.source = null;
  }

  private wait(): void {
    if (this.saving !== "conflict") this.saving = "waiting";
    this.tell();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  private gestureOf(name: string): string {
    const now = performance.now();
    if (name !== this.gesture.name || now - this.gesture.at > REST_MS) this.gesture.number += 1;
    this.gesture = { name, number: this.gesture.number, at: now };
    return `${this.gesture.number} ${name}`.slice(0, 400);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** What the file would say without what this page has sent itself before the studio was gone. */
function withoutOurs(sent: Edit[], before: Value, now: Value): Value {
  const said = structuredClone(now);
  for (const edit of sent) {
    if (edit.edit !== "set" || !isSame(at(said, edit.path), edit.value)) continue;
    const inner = at(said, edit.path.slice(0, -1)) as Record<string | number, Value>;
    inner[edit.path.at(-1) ?? ""] = at(before, edit.path);
  }
  return said;
}

/** A block of lines ends with a line break in the file. */
function isSame(one: Value, other: Value): boolean {
  const plain = (value: Value) => (typeof value === "string" ? value.trimEnd() : JSON.stringify(value ?? null));
  return plain(one) === plain(other);
}

/** Whether what an edit is about stands as it stood: the same block at its place, the same list of blocks. */
function isUntouched(edit: Edit, before: Value, now: Value): boolean {
  if (edit.edit === "text") return false;
  const about = edit.path[0] === "blocks" ? (edit.edit === "set" ? edit.path.slice(0, 2) : ["blocks"]) : edit.path;
  return same(at(before, about), at(now, about));
}
