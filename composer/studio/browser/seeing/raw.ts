// The message as it is on the wire: headers, boundaries and encoded parts, each in its colour.

import { type Piece, split } from "../source";

const HEADER = /^([!-9;-~]+:)(.*)$/;
const ENCODED = /^[A-Za-z0-9+/]{60,}={0,2}$/;
const QUOTED = /=(?:[0-9A-F]{2}|$)/g;

/** Colour a message line by line: it is shown as it is, nothing is decoded. */
export function* messageTokens(message: string): Generator<Piece> {
  const boundaries = [...message.matchAll(/boundary="?([^";\r\n]+)"?/gi)].map((found) => `--${found[1]}`);
  let isHead = true;
  for (const [index, line] of message.replaceAll("\r\n", "\n").split("\n").entries()) {
    if (index) yield ["", "\n"];
    if (boundaries.some((boundary) => line === boundary || line === `${boundary}--`)) {
      isHead = !line.endsWith("--");
      yield ["tag", line];
    } else if (isHead && line === "") isHead = false;
    else if (isHead) yield* headerTokens(line);
    else if (ENCODED.test(line)) yield ["comment", line];
    else yield* split(line, QUOTED, "", "comment");
  }
}

function* headerTokens(line: string): Generator<Piece> {
  const found = HEADER.exec(line);
  if (found) yield ["tag", found[1] ?? ""];
  yield ["value", found ? (found[2] ?? "") : line];
}
