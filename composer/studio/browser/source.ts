// The HTML as it is sent, and the text part: numbered, coloured a little, ready to copy.

import { copy, h, icon, kilobytes } from "./dom";

const PIECES = /<!--[\s\S]*?-->|<\/?[a-zA-Z!][^>]*>/g;
const VALUES = /"[^"]*"|'[^']*'/g;

/** A kind, which is the class that colours it, and a text. */
export type Piece = ["" | "comment" | "tag" | "value", string];

function* tokens(html: string): Generator<Piece> {
  let from = 0;
  for (const found of html.matchAll(PIECES)) {
    yield ["", html.slice(from, found.index)];
    if (found[0].startsWith("<!--")) yield ["comment", found[0]];
    else yield* split(found[0], VALUES, "tag", "value");
    from = found.index + found[0].length;
  }
  yield ["", html.slice(from)];
}

/** What a pattern finds in a text is of one kind, what stands around it of another. */
export function* split(text: string, pattern: RegExp, around: Piece[0], found: Piece[0]): Generator<Piece> {
  let from = 0;
  for (const { index, 0: piece } of text.matchAll(pattern)) {
    yield [around, text.slice(from, index)];
    yield [found, piece];
    from = index + piece.length;
  }
  yield [around, text.slice(from)];
}

function numbered(pieces: Iterable<Piece>) {
  const lines = [h("span", { class: "line" })];
  for (const [kind, piece] of pieces) {
    piece.split("\n").forEach((part, index) => {
      if (index > 0) lines.push(h("span", { class: "line" }));
      if (part) lines.at(-1)?.append(kind ? h("span", { class: kind }, part) : part);
    });
  }
  return lines;
}

export function sourceView(html: string) {
  return sheet("source", html, numbered(tokens(html)), "HTML");
}

/** The whole message as it is on the wire. */
export function messageView(message: string, tokens: Iterable<Piece>) {
  return sheet("source", message, numbered(tokens), "message");
}

export function textView(text: string) {
  return sheet("text", text, numbered([["", text]]), "text");
}

function sheet(kind: "source" | "text", content: string, lines: HTMLElement[], what: string) {
  const size = kilobytes(new TextEncoder().encode(content).length);
  return h(
    "div",
    { class: `sheet ${kind}` },
    h(
      "div",
      { class: "sheet-bar" },
      h("span", {}, `${lines.length.toLocaleString("en")} lines, ${size}`),
      h(
        "button",
        { type: "button", class: "plain", onclick: () => copy(content, `Copied the ${what}`) },
        icon("copy"),
        "Copy",
      ),
    ),
    h("pre", { tabindex: "0", "aria-label": `The ${what}` }, ...lines),
  );
}
