// Blocks that were begun and still wait for what they need: no mistakes of the author's, who has just not come to them.

import type { Finding, IssueReport } from "../api";
import { pathAt } from "../seeing/goto";
import type { Desk } from "./desk";
import { at, type FormField, type Path } from "./model";
import type { Place } from "./outlines";

export interface Awaited {
  finding: Finding;
  block: number;
  field: FormField;
}

/** What is waited for, if nothing else is in the way of the mail; null if something is, or the file is not known yet. */
export function awaitedOf(report: IssueReport, desk: Desk): Awaited[] | null {
  const blocking = report.findings.filter((finding) => finding.blocking);
  const found = blocking.flatMap((finding) => awaitedAt(finding, desk) ?? []);
  return blocking.length > 0 && found.length === blocking.length && desk.slug === report.slug ? found : null;
}

/** A needed field of a block that the file has, and has left empty. */
function awaitedAt(finding: Finding, desk: Desk): Awaited | null {
  const file = desk.base ?? desk.file?.document;
  if (!file?.can_be_edited || !finding.file.endsWith(`/${file.name}`)) return null;
  const path = pathAt(file, finding.line, finding.column);
  const [top, block, ...inner] = path ?? [];
  if (!path || top !== "blocks" || typeof block !== "number" || at(file.values, path) !== "") return null;
  const form = desk.forms?.blocks.find(({ kind }) => kind === file.blocks[block]?.kind);
  const field = form && fieldAt(form.fields, inner);
  return field?.required ? { finding, block, field } : null;
}

function fieldAt(fields: FormField[], path: Path): FormField | null {
  let known = fields;
  let found: FormField | undefined;
  for (const key of path) {
    found = typeof key === "number" ? found?.entry : known.find(({ name }) => name === key);
    known = found?.fields ?? [];
  }
  return found ?? null;
}

/** In the author's words: “A picture is still missing”. */
export function inWords(awaited: Awaited[]): string {
  const labels = [...new Set(awaited.map(({ field }) => (field.kind === "file" ? "" : field.label)))];
  if (labels.some(Boolean)) return `Still missing: ${labels.map((label) => label || "a picture").join(", ")}`;
  return awaited.length === 1 ? "A picture is still missing" : `${awaited.length} pictures are still missing`;
}

/** The places of a mail that may be older than blocks that were begun, by the numbers that its blocks have now. */
export function withoutBegun(places: Place[], { begun, blocks }: Desk): Place[] {
  const count = blocks.length;
  const built = Math.max(-1, ...places.map(({ block }) => block)) + 1;
  if (!begun.length || built + begun.length > count) return places;
  const others = Array.from({ length: count }, (_, index) => index).filter((index) => !begun.includes(index));
  return places.map((place) => ({ ...place, block: others[place.block] ?? place.block }));
}

/** Where in such a mail a block will stand: a line without height. Null if it stands there already. */
export function gapFor(places: Place[], block: number): Place | null {
  if (places.some((place) => place.block === block)) return null;
  const after = places.find((place) => place.block > block);
  const before = places.findLast((place) => place.block < block);
  if (!after && !before) return null;
  const y = after && before ? (after.top + before.bottom) / 2 : (after?.top ?? before?.bottom ?? 0);
  return { ...(after ?? before), block, top: y, bottom: y } as Place;
}
