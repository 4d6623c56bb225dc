// The file that is being written: what it says, what is not saved yet, and every change in its turn.

import { askForms, askIssueFile, change, type IssueReport, Overtaken, Refusal } from "../api";
import type { Sides } from "./conditions";
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
  selected: number | null = null;
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

  private readonly listeners = new Set<() => void>();
  private readonly waiting = new Map<string, Waiting>();
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
    await this.flush();
    const isOther = slug !== this.slug;
    this.slug = slug;
    this.language = language;
    if (isOther) this.selected = this.adding = null;
    this.file = null;
    this.tell();
    await this.load();
  }

  /** Look at the disk again, unless something waits to be written there: then that will tell. */
  async reload(): Promise<void> {
    if (this.slug && !this.isWaiting()) await this.load();
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
    this.wait();
  }

  /** What was typed into the source. */
  setSource(text: string): void {
    this.source = text;
    this.wait();
  }

  /** Something at once: move, add, remove. */
  async act(edits: Edit[] | (() => Edit[]), words: string, then?: () => void): Promise<void> {
    await this.flush();
    await this.inTurn(async () => {
      const wanted = typeof edits === "function" ? edits() : edits;
      if (!wanted.length || !(await this.send(wanted, words, ""))) return;
      this.turn += 1;
      then?.();
      this.tell();
    });
  }

  async step(way: "undo" | "redo"): Promise<void> {
    await this.flush();
    await this.inTurn(async () => {
      const { undo, redo } = this.file?.history ?? { undo: null, redo: null };
      if ((way === "undo" ? undo : redo) === null) return;
      await this.ask((looking) =>
        change(`${this.slug}/${way}`, { language: this.language, file: this.other }, looking),
      );
      this.turn += 1;
      const count = this.blocks.length;
      if (this.selected !== null && this.selected >= count) this.selected = count ? count - 1 : null;
    });
  }

  /** Move a block. Pressed twice, it goes two places on, though the first step is not on the disk yet. */
  move(index: number, to: number): Promise<void> {
    const isSelected = index === this.selected;
    let from = index;
    const goal = () => from + to - index;
    const edits = (): Edit[] => {
      from = (isSelected ? this.selected : index) ?? index;
      const isThere = goal() >= 0 && goal() < this.blocks.length && to !== index;
      return isThere ? [{ edit: "move", path: ["blocks", from], to: goal() }] : [];
    };
    return this.act(edits, "move a block", () => {
      // Unless somebody has gone elsewhere meanwhile.
      if (this.selected === from) this.selected = goal();
      this.left = goal();
    });
  }

  duplicate(index: number): Promise<void> {
    return this.act([{ edit: "duplicate", path: ["blocks", index] }], "duplicate a block", () => {
      this.selected = index + 1;
    });
  }

  /** Delete a block. Pressed twice, it is deleted, and not the next one. */
  remove(index: number): Promise<void> {
    const isSelected = index === this.selected;
    const edits = (): Edit[] =>
      isSelected && this.selected !== index ? [] : [{ edit: "remove", path: ["blocks", index] }];
    return this.act(edits, "delete a block", () => {
      this.left = Math.min(index, this.blocks.length - 1);
      this.selected = null;
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
      const isSent = await this.send([{ edit: "text", text }], "typing in the source", this.gestureOf("source"));
      if (isSent && this.source === text) this.source = null;
      return;
    }
    const sent = [...this.waiting.entries()];
    const edits = sent.map(([, { path, value }]): Edit => ({ edit: "set", path, value }));
    const isSent = await this.send(edits, sent.at(-1)?.[1].words ?? "", this.gestureOf(sent.at(-1)?.[0] ?? ""));
    if (!isSent) return;
    for (const [key, { value }] of sent) if (this.waiting.get(key)?.value === value) this.waiting.delete(key);
    this.tell();
  }

  /** Returns whether it is on the disk. */
  private async send(edits: Edit[], words: string, gesture: string): Promise<boolean> {
    const before = this.file?.document;
    if (!before) return false;
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
    });
    if (isSent || this.saving !== "failed") this.unanswered = [];
    return isSent;
  }

  private async ask(question: (looking: string) => Promise<OpenFile>): Promise<boolean> {
    const { slug, language } = this;
    const looking = this.looking();
    this.saving = "saving";
    this.tell();
    try {
      const file = await question(looking);
      if (slug === this.slug && language === this.language) this.file = file;
      this.saving = file.conflicts.length ? "conflict" : "saved";
      this.trouble = "";
      // What is told of the mail is told of the one that was shown then.
      if (file.report) void file.report.then((report) => this.saved(looking === this.looking() ? report : null));
      else this.saved();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    } finally {
      this.tell();
    }
  }

  private fail(error: unknown): void {
    if (error instanceof Overtaken) this.saving = "conflict";
    else if (error instanceof Refusal) {
      this.saving = "refused";
      this.trouble = error.message;
      // It would be refused again: what is on the disk counts, but for what is being typed.
      if (this.source === null) this.waiting.clear();
    } else {
      this.saving = "failed";
      this.timer = setTimeout(() => this.flush(), RETRY_MS);
    }
  }

  private async load(): Promise<void> {
    const { slug, language } = this;
    try {
      this.forms ??= await askForms();
      const file = await askIssueFile(slug, language, this.other);
      if (slug !== this.slug || language !== this.language || this.isWaiting()) return;
      this.base = file.is_first ? null : (await askIssueFile(slug, "")).document;
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
  return JSON.stringify(at(before, about)) === JSON.stringify(at(now, about));
}
