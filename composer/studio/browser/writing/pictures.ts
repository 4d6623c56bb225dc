// Pictures on their way into an issue: stored beside it, and put where a block shows one.

import { answered } from "../answers";
import { ask, Refusal, reason, TOKEN } from "../api";
import type { Desk } from "./desk";
import { at, type Block, type Edit, type Form, type FormField, type Path, same, type Value } from "./model";

/** What stands for the words until somebody has found them: the checks tell it. */
export const UNTOLD = "TODO: what the picture shows";
export const TAKEN =
  "image/png,image/jpeg,image/gif,image/webp,image/avif,image/heic,image/heif,image/svg+xml,.heic,.svg";

export interface StoredPicture {
  name: string;
  width: number;
  height: number;
}

/** A place in a block, by the keys that lead to it. */
export interface PicturePlace {
  path: Path;
  field: FormField;
}

export function askPictures(slug: string, isWanted?: () => boolean): Promise<StoredPicture[]> {
  return ask(`/api/pictures?${new URLSearchParams({ issue: slug })}`, isWanted);
}

export function pictureAddress(slug: string, name: string): string {
  return `/api/pictures/file?${new URLSearchParams({ issue: slug, name })}`;
}

let trouble = { slug: "", words: "" };

/** Why the last picture was not taken, in words. */
export const pictureTrouble = (slug: string) => (trouble.slug === slug ? trouble.words : "");

/** Store a picture beside the issue; null if it is none, or cannot be: then the trouble is told. */
export async function storePicture(desk: Desk, file: File): Promise<StoredPicture | null> {
  const { slug } = desk;
  trouble = { slug, words: "" };
  try {
    const address = `/api/pictures?${new URLSearchParams({ issue: slug, name: file.name.slice(-200) })}`;
    const asked = fetch(address, { method: "POST", headers: { "X-Studio-Token": TOKEN }, body: file });
    const answer = await answered(asked);
    if (!answer.ok) throw new Refusal(await reason(answer));
    return await answer.json();
  } catch (error) {
    const why = error instanceof Refusal ? error.message : "the studio does not answer; try it again";
    trouble = { slug, words: `${file.name} was not taken: ${why}` };
    desk.tell();
    return null;
  }
}

/** The files among what is dragged or pasted. Before the drop a browser tells only that there are some. */
export const bringsFiles = (data: DataTransfer | null) => Boolean(data?.types.includes("Files"));

/** Every place of a block that shows a picture, as the block has it now; a list has one more than it has entries. */
export function placesIn(form: Form, values: Value): PicturePlace[] {
  return form.fields.flatMap((field) => placesOf(field, [field.name], at(values, [field.name])));
}

function placesOf(field: FormField, path: Path, value: Value): PicturePlace[] {
  if (field.kind === "picture") return [{ path, field }];
  if (field.kind === "list" && field.entry) {
    const { entry } = field;
    const entries = Array.isArray(value) ? value : [];
    const told = entries.flatMap((one, index) => placesOf(entry, [...path, index], one));
    const canHaveMore = entry.kind === "picture" && entries.length < (field.maximum ?? Infinity);
    return canHaveMore ? [...told, { path: [...path, entries.length], field: entry }] : told;
  }
  return (field.fields ?? []).flatMap((one) => placesOf(one, [...path, one.name], at(value, [one.name])));
}

/** Where a picture goes: to the first place that has none, or else to the first. */
export function firstPlace(form: Form, values: Value): PicturePlace | null {
  const places = placesIn(form, values);
  return places.find(({ path }) => !at(values, [...path, "file"])) ?? places[0] ?? null;
}

/** The place that shows a picture of which these words tell. */
export function placeTold(form: Form, block: Block, alt: string): PicturePlace | undefined {
  return placesIn(form, block.values).find(({ path }) => at(block.values, [...path, "alt"]) === alt);
}

/** A copy of what a block says, with a picture. */
export function withPicture(values: { [key: string]: Value }, { path }: PicturePlace, file: string) {
  const made = structuredClone(values);
  let inner = made as Record<string | number, Value>;
  for (const key of path.slice(0, -1)) inner = inner[key] as Record<string | number, Value>;
  inner[path.at(-1) ?? ""] = { file, alt: UNTOLD };
  return made;
}

/** What puts a picture at a path of the file: what the former one showed is not what this one shows. */
function pictureEdits(desk: Desk, path: Path, name: string, words: Value): Edit[] {
  const values = desk.file?.document.values ?? null;
  const alt = wordsFor(values, name) ?? UNTOLD;
  const now = at(values, path);
  if (now === null || typeof now !== "object" || Array.isArray(now)) {
    const value = { file: name, alt };
    const list = path.slice(0, -1);
    const entries = at(values, list);
    const index = path.at(-1);
    if (typeof index !== "number") return [{ edit: "set", path, value }];
    return Array.isArray(entries)
      ? [{ edit: "add", path: list, index, value }]
      : [{ edit: "set", path: list, value: [value] }];
  }
  if (now.file === name) return [];
  const edits: Edit[] = [{ edit: "set", path: [...path, "file"], value: name }];
  // What was written since the picture was brought is of this one already.
  if (same(now.alt, words)) edits.push({ edit: "set", path: [...path, "alt"], value: alt });
  if (now.focus !== undefined) edits.push({ edit: "remove", path: [...path, "focus"] });
  return edits;
}

/** What the issue says already of a picture that it shows elsewhere. */
function wordsFor(values: Value, name: string): string | undefined {
  if (values === null || typeof values !== "object") return undefined;
  if (!Array.isArray(values) && values.file === name && typeof values.alt === "string") return values.alt;
  for (const inner of Object.values(values)) {
    const found = wordsFor(inner, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A picture has been brought to a path of the file; what is written there until it is stored is of this one.
 *
 * @returns Puts it there under its name, and asks for its words; without a name it was not taken.
 */
export function expectPicture(desk: Desk, path: Path): (name?: string) => Promise<void> {
  const held = desk.places.hold(path);
  const words = desk.value([...path, "alt"]);
  const { strokes } = desk;
  return async (name) => {
    const edits = () => (held.path && name ? pictureEdits(desk, held.path, name, words) : []);
    await desk.act(edits, "put in a picture", () => {
      // Who has begun to write keeps the cursor.
      if (desk.strokes === strokes) desk.unnamed = JSON.stringify(held.path);
    });
    desk.places.release(held);
  };
}

/** Put a picture that is stored at a path of the file, and ask for its words. */
export const putPicture = (desk: Desk, path: Path, name: string) => expectPicture(desk, path)(name);
