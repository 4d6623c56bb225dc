// Where a place of the file has gone: what is typed while blocks are moved is for the block that was seen.

import { type Edit, type Path, same, type Value } from "./model";

/** A place of the file that goes along when blocks are moved: null once there is no such place any more. */
export interface Held {
  path: Path | null;
  readonly isGap?: boolean;
}

/**
 * Where something can be added between two entries of a list: before the one behind it, wherever that has gone; else
 * still as far from the beginning. Null once there is no such list any more.
 */
export function gapAfter(path: Path, where: (path: Path) => Path | null): Path | null {
  const list = where(path.slice(0, -1));
  return list && (where(path) ?? [...list, ...path.slice(-1)]);
}

/** The places that somebody holds on to while something is on its way there. */
export class HeldPlaces {
  private readonly held = new Set<Held>();

  /** @param isGap It is the place before what stands there, and not what stands there. */
  hold(path: Path, isGap = false): Held {
    const held = { path, isGap };
    this.held.add(held);
    return held;
  }

  /** Let a place go. Returns where it is now. */
  release(held: Held): Path | null {
    this.held.delete(held);
    return held.path;
  }

  follow(where: (path: Path) => Path | null): void {
    for (const held of this.held) {
      held.path = held.path && (held.isGap ? gapAfter(held.path, where) : where(held.path));
    }
  }

  /** Another file is opened, in which there is none of them. */
  lose(): void {
    for (const held of this.held) held.path = null;
  }

  /** Edits of the file as it is seen now, as they are when their turn comes; what they were about may be gone then. */
  following(edits: Edit[]): () => Edit[] {
    const places = edits.map((edit) => {
      if (edit.edit === "text") return null;
      return edit.edit === "add" ? this.hold([...edit.path, edit.index], true) : this.hold(edit.path);
    });
    return () =>
      edits.flatMap((edit, index): Edit[] => {
        const held = places[index];
        if (edit.edit === "text" || !held) return [edit];
        const path = this.release(held);
        if (!path) return [];
        return [
          edit.edit === "add" ? { ...edit, path: path.slice(0, -1), index: Number(path.at(-1)) } : { ...edit, path },
        ];
      });
  }
}

/** Where what stood at a path stands after an edit; null if it is there no more. */
export function afterEdit(path: Path, edit: Edit): Path | null {
  if (edit.edit === "text" || edit.edit === "set") return path;
  const list = edit.edit === "add" ? edit.path : edit.path.slice(0, -1);
  const here = path[list.length];
  if (here === undefined || !list.every((key, index) => key === path[index])) return path;
  if (edit.edit === "remove" && here === edit.path.at(-1)) return null;
  if (typeof here !== "number") return path;
  return [...list, placeAfter(here, edit), ...path.slice(list.length + 1)];
}

function placeAfter(here: number, edit: Exclude<Edit, { edit: "text" | "set" }>): number {
  if (edit.edit === "add") return here >= edit.index ? here + 1 : here;
  const from = Number(edit.path.at(-1));
  if (edit.edit === "duplicate") return here > from ? here + 1 : here;
  if (edit.edit === "remove") return here > from ? here - 1 : here;
  if (here === from) return edit.to;
  if (here > from && here <= edit.to) return here - 1;
  return here < from && here >= edit.to ? here + 1 : here;
}

/** The same where nobody tells what was done, as when it is undone: by what the file said and says. */
export function afterChange(path: Path, before: Value, now: Value): Path | null {
  const found: Path = [];
  let [was, is] = [before, now];
  for (const key of path) {
    // It is inside of what is gone as a whole.
    if (isInto(was) && !isInto(is)) return null;
    let there = key;
    if (Array.isArray(was) && Array.isArray(is) && typeof key === "number") {
      const place = partner(was, is, key);
      if (place === null) return null;
      there = place;
    }
    found.push(there);
    [was, is] = [inside(was, key), inside(is, there)];
  }
  return found;
}

const isInto = (value: Value) => value !== null && typeof value === "object";

function inside(value: Value, key: string | number): Value {
  return isInto(value) ? (value as Record<string | number, Value>)[key] : undefined;
}

/** Which entry one has become: the one that says the same, or the one that is left when all others are found. */
function partner(before: Value[], now: Value[], index: number): number | null {
  // Behind the last one is still behind the last one.
  if (index >= before.length) return index - before.length + now.length;
  const found = new Map<number, number>();
  const taken = new Set<number>();
  const pair = (here: number, there: number) => {
    if (found.has(here) || taken.has(there) || !(there in now)) return;
    found.set(here, there);
    taken.add(there);
  };
  before.forEach((entry, here) => {
    if (same(entry, now[here])) pair(here, here);
  });
  before.forEach((entry, here) => {
    const there = now.findIndex((other, place) => !taken.has(place) && same(entry, other));
    if (there >= 0) pair(here, there);
  });
  const left = before.flatMap((_, here) => (found.has(here) ? [] : [here]));
  const free = now.flatMap((_, there) => (taken.has(there) ? [] : [there]));
  if (left.length === free.length) for (const [place, here] of left.entries()) pair(here, free[place] ?? -1);
  return found.get(index) ?? null;
}
