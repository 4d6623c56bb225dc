// What was typed and is not written down yet: into fields, or into the source as a whole.

import { at, type Conflict, type Edit, type FileDocument, type Path, type Value } from "./model";

/** What is typed after a longer rest is a step of its own to undo. */
const REST_MS = 1500;

interface TypedField {
  path: Path;
  value: Value;
  words: string;
}

/** What is to be written down next. */
export interface TypedEdits {
  edits: Edit[];
  words: string;
  /** What is typed into one place without a rest has one name, and is undone at once. */
  gesture: string;
  /** It is on the disk. */
  done: () => void;
  /** It would be refused again: what is on the disk counts, but for what is being typed. */
  refused: () => void;
}

export class Typed {
  private readonly fields = new Map<string, TypedField>();
  private source: string | null = null;
  private gesture = { place: "", number: 0, at: 0 };

  get isWaiting(): boolean {
    return this.fields.size > 0 || this.source !== null;
  }

  /** The newest wins. */
  set(path: Path, value: Value, words: string): void {
    this.fields.set(JSON.stringify(path), { path, value, words });
  }

  setSource(text: string): void {
    this.source = text;
  }

  /** What was typed into the field of this path; undefined if nothing was. */
  value(path: Path): Value | undefined {
    return this.fields.get(JSON.stringify(path))?.value;
  }

  isInto(block: number): boolean {
    return [...this.fields.values()].some(({ path }) => path[0] === "blocks" && path[1] === block);
  }

  forget(): void {
    this.fields.clear();
    this.source = null;
  }

  /** Let all go along to where its place of the file is now. */
  follow(where: (path: Path) => Path | null): void {
    const typed = [...this.fields.values()];
    this.fields.clear();
    for (const one of typed) {
      const path = where(one.path);
      if (path) this.set(path, one.value, one.words);
    }
  }

  /** All of it, as edits; null if there is nothing. */
  next(): TypedEdits | null {
    const { source: text } = this;
    if (text !== null) {
      const done = () => {
        if (this.source === text) this.source = null;
      };
      return {
        edits: [{ edit: "text", text }],
        words: "typing in the source",
        gesture: this.gestureOf("source"),
        done,
        refused: () => {},
      };
    }
    const sent = [...this.fields.entries()];
    const [place, last] = sent.at(-1) ?? ["", null];
    if (!last) return null;
    const done = () => {
      for (const [key, { value }] of sent) if (this.fields.get(key)?.value === value) this.fields.delete(key);
    };
    const edits = sent.map(([, { path, value }]): Edit => ({ edit: "set", path, value }));
    return { edits, words: last.words, gesture: this.gestureOf(place), done, refused: done };
  }

  /** Beside what a file says of the same places. */
  against(file: FileDocument | undefined): Conflict[] {
    if (this.source !== null) return [{ path: [], mine: this.source, theirs: file?.text }];
    return [...this.fields.values()].map(({ path, value }) => ({ path, mine: value, theirs: at(file?.values, path) }));
  }

  private gestureOf(place: string): string {
    const now = performance.now();
    if (place !== this.gesture.place || now - this.gesture.at > REST_MS) this.gesture.number += 1;
    this.gesture = { place, number: this.gesture.number, at: now };
    return `${this.gesture.number} ${place}`.slice(0, 400);
  }
}
