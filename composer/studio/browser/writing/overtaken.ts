// Whether an edit is still right for a file that somebody else has changed since it was seen.

import { at, type Edit, same, type Value } from "./model";

/** What the file would say without what this page has sent itself before the studio was gone. */
export function withoutOurs(sent: Edit[], before: Value, now: Value): Value {
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
export function isUntouched(edit: Edit, before: Value, now: Value): boolean {
  if (edit.edit === "text") return false;
  const about = edit.path[0] === "blocks" ? (edit.edit === "set" ? edit.path.slice(0, 2) : ["blocks"]) : edit.path;
  return same(at(before, about), at(now, about));
}
