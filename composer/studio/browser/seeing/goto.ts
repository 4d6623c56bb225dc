// From a finding to the place where it is mended: the block, and in its form the field.

import type { Finding } from "../api";
import type { Desk } from "../writing/desk";
import type { FileDocument, Path } from "../writing/model";

/** A form appears after it was asked for, and a folded part of it after that. */
const MOST_FRAMES = 240;

/** Which language's file a finding is in, "" for the first one; null if no form shows that file. */
export function languageOf(finding: Finding, slug: string): string | null {
  const [name, folder] = finding.file.split("/").reverse();
  if (folder !== slug) return null;
  const found = /^issue(?:\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*))?\.(?:yaml|md)$/.exec(name ?? "");
  return found ? (found[1] ?? "") : null;
}

/** The narrowest value of the file that has this place. */
export function pathAt(document: FileDocument, line: number, column: number): Path | null {
  const offset = offsetOf(document.text, line, column);
  const fields = document.fields.filter(({ span }) => span[0] <= offset && offset <= span[1]);
  const narrowest = fields.sort((a, b) => a.span[1] - a.span[0] - (b.span[1] - b.span[0]))[0];
  if (narrowest) return narrowest.path;
  const block = document.blocks.find(({ lines }) => lines && lines[0] <= line && line <= lines[1]);
  return block ? ["blocks", block.index] : null;
}

/** Columns count characters; a text of the browser counts halves of some. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split(/(?<=\n)/);
  const before = lines.slice(0, line - 1).join("").length;
  return before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
}

/** The block of the mail that a place of the file belongs to: a translation may name it instead of counting. */
export function blockAt(desk: Desk, path: Path): number | null {
  if (path[0] !== "blocks" || typeof path[1] !== "number") return null;
  const own = path[1];
  const index = desk.blocks.findIndex((_, place) => desk.written(place)?.index === own);
  return index < 0 ? null : index;
}

/** Put the cursor into the field of this path, as soon as its form is there: folded parts are opened on the way.
 * @param isWanted Whether it is still to be done. */
export function focusField(root: HTMLElement, path: Path, isWanted = () => true, frames = 0): void {
  if (frames > MOST_FRAMES || !isWanted()) return;
  const place = placeOf(root, path);
  const folded = place?.closest<HTMLDetailsElement>("details:not([open])");
  if (folded) folded.open = true;
  const field =
    place?.querySelector<HTMLElement>(".picture-source.wanted button") ??
    place?.querySelector<HTMLElement>("input:not([hidden]), textarea, select, [contenteditable=true]");
  const isExact = place?.dataset.path === JSON.stringify(path);
  if (field && (isExact || frames > 8) && !folded) {
    for (const closed of place?.querySelectorAll<HTMLDetailsElement>("details:not([open])") ?? []) {
      if (closed.contains(field)) closed.open = true;
    }
    field.focus();
    field.scrollIntoView({ block: "center" });
    const marked = place ?? field;
    marked.classList.add("arrived");
    setTimeout(() => marked.classList.remove("arrived"), 1600);
    return;
  }
  const entry = place?.querySelector<HTMLDetailsElement>("details:not([open])");
  if (entry && !isExact) openEntry(root, path);
  requestAnimationFrame(() => focusField(root, path, isWanted, frames + 1));
}

/** The deepest part of a form that is on the way to a path. */
function placeOf(root: HTMLElement, path: Path): HTMLElement | null {
  for (let length = path.length; length > 0; length -= 1) {
    const wanted = JSON.stringify(path.slice(0, length));
    for (const place of root.querySelectorAll<HTMLElement>("[data-path]"))
      if (place.dataset.path === wanted) return place;
  }
  return null;
}

/** Of a list whose entries are folded, unfold the one on the way. */
function openEntry(root: HTMLElement, path: Path): void {
  const list = placeOf(root, path);
  const depth = list ? (JSON.parse(list.dataset.path ?? "[]") as Path).length : 0;
  const index = path[depth];
  if (!list || typeof index !== "number") return;
  const entries = list.querySelectorAll<HTMLElement>(":scope > fieldset > ol > li > details");
  const details = entries[index];
  if (details instanceof HTMLDetailsElement) details.open = true;
}
