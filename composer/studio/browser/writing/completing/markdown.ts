// Where in an issue of Markdown the cursor stands: its head, a block between colons, the braces behind a headline.

export type MarkdownPlace =
  | { place: "head"; last: number }
  | { place: "kind"; typed: string; isAlone: boolean }
  | { place: "keys"; kind: string; first: number; last: number }
  | { place: "text" };

const FENCE = /^(:::+)[ \t]*([\w-]*)[ \t]*$/;

/** The place at a column of a line; lines count from 0. */
export function directiveAt(lines: string[], number: number, column: number): MarkdownPlace {
  const end = lines[0]?.trimEnd() === "---" ? lines.findIndex((line, at) => at > 0 && line.trimEnd() === "---") : -1;
  const head = end < 0 && lines[0]?.trimEnd() === "---" ? lines.length : end;
  if (number > 0 && number < head) return { place: "head", last: head };
  let open: { colons: number; kind: string; first: number } | null = null;
  let isText = false;
  for (let at = Math.max(0, head + 1); at < number; at += 1) {
    const line = lines[at] ?? "";
    const found = FENCE.exec(line);
    const [colons, kind] = [found?.[1]?.length ?? 0, found?.[2] ?? ""];
    if (open && found && !kind && colons >= open.colons) [open, isText] = [null, false];
    else if (!open && found && kind) open = { colons, kind, first: at + 1 };
    else if (open && line.trimEnd() === "---") isText = true;
  }
  if (open && !isText) {
    const after = lines.findIndex((line, at) => at >= number && /^(?:---|:::+)[ \t]*$/.test(line));
    if (after === number) return { place: "text" };
    return { place: "keys", kind: open.kind, first: open.first, last: after < 0 ? lines.length : after };
  }
  const typed = /^:::+[ \t]*([\w-]*)$/.exec((lines[number] ?? "").slice(0, column));
  if (!open && typed) {
    const isAlone = (lines[number] ?? "").slice(column).trim() === "" && !(lines[number + 1] ?? "").trim();
    return { place: "kind", typed: typed[1] ?? "", isAlone };
  }
  return { place: "text" };
}

/** In the braces behind a headline: the key whose value is typed, or null, and which block it is. */
export function headingAt(line: string, column: number): { typed: string; key: string | null; kind: string } | null {
  const before = /^##[ \t].*\{([^{}]*)$/.exec(line.slice(0, column))?.[1];
  if (before === undefined || (before.match(/"/g)?.length ?? 0) % 2) return null;
  const kind = /(?:^|\s)block=([\w-]+)(?=[\s}]|$)/.exec(line.slice(line.lastIndexOf("{") + 1))?.[1] ?? "article";
  const last = /(?:^|\s)(?:([\w-]+)=)?([\w-]*)$/.exec(before);
  return last ? { typed: last[2] ?? "", key: last[1] ?? null, kind } : null;
}
