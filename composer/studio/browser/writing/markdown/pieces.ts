// A text while it is written: what was not changed stays as it was typed, with the lines between.

import type { Node } from "prosemirror-model";
import { linesOfBlocks, read } from "./read";
import { schema } from "./schema";
import { isAlike, tidied } from "./tidy";
import { write } from "./write";

/** Whether this Markdown can be shown as it will be seen, and comes out as what it was. */
export function canBeSeen(markdown: string): boolean {
  try {
    const seen = read(markdown);
    const isKept = new TypedText(markdown).written(seen).trim() === markdown.trim();
    return isKept && tidied(seen).eq(seen) && isAlike(read(write(seen)), seen);
  } catch {
    return false;
  }
}

interface Piece {
  node: Node;
  source: string;
  /** What stands between this one and the next. */
  gap: string;
}

/** Markdown as somebody typed it, block by block. */
export class TypedText {
  readonly seen: Node;
  private readonly pieces: Piece[];

  constructor(markdown: string) {
    this.seen = read(markdown);
    this.pieces = piecesOf(markdown, this.seen);
  }

  /** What is seen now, as Markdown: each block that is still there in its own words. */
  written(now: Node): string {
    const known = [...this.pieces];
    let made = "";
    let last: { piece: Piece | undefined } | undefined;
    now.forEach((node) => {
      if (isNothing(node)) return;
      const at = known.findIndex((piece) => piece.node.eq(node));
      const piece = at >= 0 ? known.splice(at, 1)[0] : undefined;
      const follows = piece && last?.piece && this.pieces.indexOf(piece) === this.pieces.indexOf(last.piece) + 1;
      made += last ? (follows ? (last.piece?.gap ?? "\n\n") : "\n\n") : "";
      made += piece?.source ?? write(schema.node("doc", null, [node]));
      last = { piece };
    });
    // What is right alone may be something else beside another: then all of it is written anew.
    return isSame(made, now) ? made : write(now);
  }
}

const isNothing = (node: Node) => node.isTextblock && !node.type.spec.code && !node.childCount;

function isSame(markdown: string, seen: Node): boolean {
  try {
    return isAlike(read(markdown), tidied(seen));
  } catch {
    return false;
  }
}

function piecesOf(markdown: string, seen: Node): Piece[] {
  const lines = markdown.split("\n");
  const places = linesOfBlocks(markdown);
  if (places.length !== seen.childCount) return [];
  const sources = places.map(([from, to]) => lines.slice(from, to).join("\n").trimEnd());
  return places.map(([from, to], index) => {
    const next = places[index + 1]?.[0] ?? to;
    const whole = lines.slice(from, next).join("\n");
    const source = sources[index] ?? "";
    return { node: seen.child(index), source, gap: `${whole.slice(source.length)}\n` };
  });
}
