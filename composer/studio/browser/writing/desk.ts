// The file that is being written: what it says, what is not saved yet, and every change in its turn.

import { askForms, askIssueFile, change, type IssueReport, Overtaken, Refusal } from "../api";
import { AuthorPlace } from "./author-place";
import { afterChange, afterEdit, HeldPlaces } from "./following";
import { at, type Conflict, type Edit, type OpenFile, type Path, type Value } from "./model";
import { isUntouched, withoutOurs } from "./overtaken";

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

/** Where an author is, and the one way by which anything of the file is changed. */
export class Desk extends AuthorPlace {
  saving: Saving = "saved";
  /** Why nothing was saved, in the server's words. */
  trouble = "";
  /** Counts what did not come from a field: then fields take the new value though somebody is in them. */
  turn = 0;
  /** Counts what came from a field. */
  strokes = 0;

  /** What goes along when blocks are moved. */
  readonly places = new HeldPlaces();

  private readonly waiting = new Map<string, Waiting>();
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
    super();
    desks.add(this);
  }

  async open(slug: string, language: string): Promise<void> {
    if (slug === this.slug && language === this.language) return this.reload();
    // What is typed while the last word is written down is for the file that is still seen.
    do await this.flush();
    while (this.isWaiting() && this.saving === "waiting");
    const isOther = slug !== this.slug;
    this.slug = slug;
    this.language = language;
    this.places.lose();
    if (isOther) this.selected = this.adding = null;
    this.file = null;
    this.tell();
    await this.load();
  }

  /** Look at the disk again, unless something waits to be written there: then that will tell. */
  async reload(): Promise<void> {
    if (this.slug && !this.isWaiting()) await this.load();
  }

  value(path: Path): Value {
    return this.waiting.get(JSON.stringify(path))?.value ?? at(this.file?.document.values, path);
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

  /** Something at once: move, add, remove. Edits are of the file as it is seen now, or made when their turn comes. */
  async act(edits: Edit[] | (() => Edit[]), words: string, then?: () => void): Promise<void> {
    const make = typeof edits === "function" ? edits : this.places.following(edits);
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

  /** Let all that is about a place of the file go along to where it is now. */
  private follow(where: (path: Path) => Path | null): void {
    this.places.follow(where);
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of waiting) {
      const path = where(one.path);
      if (path) this.waiting.set(JSON.stringify(path), { ...one, path });
    }
    if (this.selected === null || this.base) return;
    const place = where(["blocks", this.selected])?.[1];
    if (typeof place === "number") this.carrySelected(place);
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

  /** Whether something that was typed into this block is not written down yet. */
  isTypedInto(block: number): boolean {
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
}
