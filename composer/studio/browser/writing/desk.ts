// The file that is being written: what it says, what is not saved yet, and every change in its turn.

import { InOrder, Newest } from "../answers";
import { askForms, askIssueFile, change, type IssueReport, Overtaken, Refusal } from "../api";
import { AuthorPlace } from "./author-place";
import { stepFolder } from "./folder-steps";
import { afterChange, afterEdit, HeldPlaces } from "./following";
import { at, type Conflict, type Edit, type OpenFile, type Path, type Value } from "./model";
import { isUntouched, withoutOurs } from "./overtaken";
import { type Outcome, Turns } from "./turns";
import { Typed } from "./typed";

/** So long does a change wait for the next one, if nothing is on its way: less than anybody notices. */
const PAUSE_MS = 30;
const RETRY_MS = 1000;

export type Saving = "saved" | "waiting" | "saving" | "failed" | "refused" | "conflict";

/** How a change is told to the server: in words, of which gesture it is, and by which name it is made only once. */
interface Said {
  words: string;
  gesture: string;
  once: string;
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

  private readonly typed = new Typed();
  /** Counts the beginnings and ends of changes: a look at the disk that one of them crosses may be older than it. */
  private crossings = 0;
  private readonly openings = new Newest();
  /** Looks at the disk, of which the newest counts. */
  private readonly looks = new Newest();
  private newestLook: Promise<void> = Promise.resolve();
  /** What comes behind the answers to changes: the mail as it was then. */
  private readonly reports = new InOrder();
  /** What was sent since the last answer: it may stand on the disk though nobody said so. */
  private unanswered: Edit[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly turns = new Turns();

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
    const isNewest = this.openings.begin();
    if (slug === this.slug && language === this.language) return this.reload();
    // What is typed while the last word is written down is for the file that is still seen.
    do await this.flush();
    while (this.typed.isWaiting && this.saving === "waiting");
    if (!isNewest()) return; // somebody has gone on to another, or back
    const isOther = slug !== this.slug;
    this.slug = slug;
    this.language = language;
    this.places.lose();
    if (isOther) this.selected = this.adding = null;
    this.file = null;
    this.tell();
    await this.load();
  }

  override leave(): void {
    this.openings.forget(); // what is on its way is not wanted any more
    this.looks.forget();
    this.newestLook = Promise.resolve();
    super.leave();
  }

  /**
   * Look at the disk again, and wait until what is there now, or what a later look finds, is here; unless something waits
   * to be written there: then that will tell.
   */
  async reload(): Promise<void> {
    if (this.slug && !this.typed.isWaiting) await this.load();
  }

  value(path: Path): Value {
    const typed = this.typed.value(path);
    return typed === undefined ? at(this.file?.document.values, path) : typed;
  }

  /** What was typed into a field. The newest wins. */
  set(path: Path, value: Value, words: string): void {
    this.typed.set(path, value, words);
    this.strokes += 1;
    this.wait();
  }

  /** What was typed into the source. */
  setSource(text: string): void {
    this.typed.setSource(text);
    this.wait();
  }

  /** Something at once: move, add, remove. Edits are of the file as it is seen now, or made when their turn comes. */
  async act(edits: Edit[] | (() => Edit[]), words: string, then?: () => void): Promise<void> {
    const make = typeof edits === "function" ? edits : this.places.following(edits);
    await this.flush();
    await this.turns.take(async () => {
      const wanted = make();
      if (!wanted.length) return;
      const done = () => {
        for (const edit of wanted) this.follow((path) => afterEdit(path, edit));
        this.turn += 1;
        then?.();
      };
      await this.turns.press((once) => this.send(wanted, { words, gesture: "", once }, done));
    });
  }

  /** Let all that is about a place of the file go along to where it is now. */
  private follow(where: (path: Path) => Path | null): void {
    this.places.follow(where);
    this.typed.follow(where);
    this.carry(where);
  }

  async step(way: "undo" | "redo"): Promise<void> {
    await this.flush();
    await this.turns.take(async () => {
      const { history } = this.file ?? {};
      if (history ? history[way] === null : this.slug !== "") return;
      const folderStep = history?.[`${way}_move`] ?? null;
      if (!history || folderStep !== null) return stepFolder(way, folderStep);
      const before = this.file?.document.values;
      const { selected, language, other: file } = this;
      const done = () => {
        this.follow((path) => afterChange(path, before, this.file?.document.values));
        this.turn += 1;
        const count = this.blocks.length;
        if (selected !== null && this.selected === null) this.selected = count ? Math.min(selected, count - 1) : null;
      };
      await this.turns.press((once) =>
        this.ask((looking) => change(`${this.slug}/${way}`, { language, file, once }, looking), done),
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
    return this.typed.against(this.file?.document);
  }

  /** Write what stands here over what was changed there, or let it go. */
  async settle(side: "mine" | "theirs"): Promise<void> {
    const isOnDisk = Boolean(this.file?.conflicts.length);
    if (side === "theirs") this.typed.forget();
    this.saving = this.typed.isWaiting ? "waiting" : "saved";
    if (isOnDisk) {
      const { language, other: file } = this;
      await this.turns.take(() =>
        this.turns.press((once) => this.ask(() => change(`${this.slug}/settle`, { language, file, side, once }))),
      );
    }
    this.turn += 1;
    this.tell();
    await this.flush();
    await this.reload();
  }

  /** Write down what waits, and wait until it is. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    return this.turns.take(() => this.write());
  }

  private async write(): Promise<void> {
    const typed = this.typed.next();
    if (!typed || this.saving === "conflict") return;
    const { edits, words, gesture, done } = typed;
    const outcome = await this.send(edits, { words, gesture, once: "" }, done);
    if (outcome === "refused") typed.refused();
    this.tell();
    // What nobody has answered to is sent again, with what has been typed since.
    if (outcome === "unanswered") this.timer = setTimeout(() => this.flush(), RETRY_MS);
  }

  /** @param done Is told as soon as it is on the disk, before anybody is shown what the file says then. */
  private async send(edits: Edit[], said: Said, done: () => void): Promise<Outcome> {
    const before = this.file?.document;
    if (!before) return "refused";
    const { slug, language, other: file } = this;
    const post = (version: string, looking: string) =>
      change(`${slug}/edit`, { language, file, version, edits, ...said }, looking);
    this.unanswered.push(...edits);
    const outcome = await this.ask(async (looking) => {
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
    if (outcome !== "unanswered") this.unanswered = [];
    return outcome;
  }

  private async ask(question: (looking: string) => Promise<OpenFile>, done?: () => void): Promise<Outcome> {
    const { slug, language } = this;
    const looking = this.looking();
    this.saving = "saving";
    this.crossings += 1;
    this.tell();
    try {
      const file = await question(looking);
      if (slug === this.slug && language === this.language) this.file = file;
      done?.();
      this.saving = file.conflicts.length ? "conflict" : this.typed.isWaiting ? "waiting" : "saved";
      this.trouble = "";
      // What is told of the mail is told of the one that was shown then.
      if (file.report) {
        const isInOrder = this.reports.begin();
        void file.report.then((report) => {
          if (isInOrder()) this.saved(looking === this.looking() ? report : null);
        });
      } else this.saved();
      return "made";
    } catch (error) {
      return this.fail(error);
    } finally {
      this.crossings += 1;
      this.tell();
    }
  }

  private fail(error: unknown): Outcome {
    if (error instanceof Refusal) this.trouble = error.message;
    this.saving = error instanceof Overtaken ? "conflict" : error instanceof Refusal ? "refused" : "failed";
    return this.saving === "failed" ? "unanswered" : this.saving;
  }

  private load(): Promise<void> {
    this.newestLook = this.look(this.looks.begin());
    return this.newestLook;
  }

  private async look(isNewest: () => boolean): Promise<void> {
    const { slug, language, crossings } = this;
    try {
      this.forms ??= await askForms();
      const file = await askIssueFile(slug, language, this.other, isNewest);
      const base = file.is_first ? null : (await askIssueFile(slug, "", "", isNewest)).document;
      if (!isNewest()) return this.newestLook;
      if (this.typed.isWaiting) return;
      if (crossings !== this.crossings || this.saving === "saving" || this.turns.isPressing) {
        await this.turns.over();
        return isNewest() ? this.load() : this.newestLook;
      }
      this.base = base;
      if (file.document.version !== this.file?.document.version) this.turn += 1;
      this.file = file;
      this.saving = file.conflicts.length ? "conflict" : "saved";
      this.trouble = "";
    } catch (error) {
      if (!isNewest()) return this.newestLook;
      if (!(error instanceof Refusal)) throw error;
      this.file = null;
      this.trouble = error.message;
    }
    this.tell();
  }

  /** Whether something that was typed into this block is not written down yet. */
  isTypedInto(block: number): boolean {
    return this.typed.isInto(block);
  }

  private wait(): void {
    if (this.saving !== "conflict") this.saving = "waiting";
    this.tell();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE_MS);
  }
}
