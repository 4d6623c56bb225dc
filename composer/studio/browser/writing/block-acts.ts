// What is done with whole blocks: each is an edit of the file, and the author goes where its block goes.

import { asOne } from "../under-way";
import type { Desk } from "./desk";
import type { Block, Edit, Form } from "./model";
import { firstPlace, withPicture } from "./pictures";

/** Why nothing is there to do this with in a translation. */
export const MOVED_ELSEWHERE = "Blocks are moved, added and deleted in the first language.";

/** Move a block. Pressed twice, it goes two places on, though the first step is not on the disk yet. */
export function moveBlock(desk: Desk, index: number, to: number): Promise<void> {
  const held = desk.places.hold(["blocks", index]);
  const edits = (): Edit[] => {
    const from = held.path?.[1];
    if (typeof from !== "number" || to === index) return [];
    const goal = from + to - index;
    return goal >= 0 && goal < desk.blocks.length ? [{ edit: "move", path: ["blocks", from], to: goal }] : [];
  };
  const moved = desk.act(edits, "move a block", () => {
    desk.left = Number(held.path?.[1]);
  });
  return moved.finally(() => desk.places.release(held));
}

export function duplicateBlock(desk: Desk, index: number): Promise<void> {
  const held = desk.places.hold(["blocks", index]);
  const copied = desk.act([{ edit: "duplicate", path: ["blocks", index] }], "duplicate a block", () => {
    const place = held.path?.[1];
    // Who writes on meanwhile stays with what is being written.
    if (typeof place === "number" && !desk.isTypedInto(place)) desk.selected = place + 1;
  });
  return copied.finally(() => desk.places.release(held));
}

/** Delete a block. Pressed twice, it is deleted, and not the next one. */
export function removeBlock(desk: Desk, index: number): Promise<void> {
  return desk.act([{ edit: "remove", path: ["blocks", index] }], "delete a block", () => {
    desk.left = Math.min(index, desk.blocks.length - 1);
  });
}

/**
 * Where a block that is wanted at `index` belongs: a masthead is the first of all blocks, a footer the last, and
 * everything else stands between them.
 */
export function naturalPlace(kind: string, index: number, blocks: Block[]): number {
  if (kind === "masthead") return 0;
  if (kind === "footer") return blocks.length;
  const first = blocks[0]?.kind === "masthead" ? 1 : 0;
  const last = blocks.length - (blocks.at(-1)?.kind === "footer" ? 1 : 0);
  return Math.max(first, Math.min(index, last));
}

/** Add a block where it belongs, with the picture for which it was chosen. Pressed twice, it is added once. */
export function addBlock(desk: Desk, form: Form, index: number): Promise<void> {
  return asOne(`add ${desk.slug} ${form.kind} ${index}`, () => add(desk, form, index));
}

function add(desk: Desk, form: Form, index: number): Promise<void> {
  const place = desk.dropped ? firstPlace(form, form.begins) : null;
  const begins = form.begins ?? { block: form.kind };
  const value = place ? withPicture(begins, place, desk.dropped) : begins;
  const held = desk.places.hold(["blocks", index], true);
  let added = index;
  const edits = (): Edit[] => {
    const gap = held.path?.[1];
    if (typeof gap !== "number") return [];
    added = naturalPlace(form.kind, gap, desk.blocks);
    return [{ edit: "add", path: ["blocks"], index: added, value }];
  };
  const put = desk.act(edits, `add: ${form.label}`, () => {
    if (place) desk.unnamed = JSON.stringify(["blocks", added, ...place.path]);
    desk.selected = added;
    desk.adding = null;
  });
  return put.finally(() => desk.places.release(held));
}
