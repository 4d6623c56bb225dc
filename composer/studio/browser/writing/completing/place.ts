// Where in YAML the cursor stands, told by the lines around it: a text that is being typed is none that a parser takes.

/** What a mapping says besides: the text behind each of its keys, "" for one that opens what stands below. */
export type Entries = Map<string, string>;

/** On the way in: which key, or "[]" for an entry of a list, of a mapping that says this. */
export interface Step {
  key: string;
  entries: Entries;
}

export interface YamlPlace {
  path: Step[];
  /** What the innermost mapping says besides. */
  entries: Entries;
  /** The key whose value is typed; null where a key or the entry of a list is. */
  key: string | null;
  /** What of it stands before the cursor. */
  typed: string;
  /** The column at which the keys of the mapping stand. */
  column: number;
  /** Whether it is in braces or brackets, where nothing begins a line of its own. */
  isInline: boolean;
}

interface Line {
  dashes: number[];
  column: number;
  key: string | null;
  value: string;
}

const KEY = /^(?:"([^"]*)"|'([^']*)'|([\w.-]+)):(?:[ \t]+|$)(.*)$/;
const LEAD = /^[ \t]*(?:-(?:[ \t]+|$))*/;

function readLine(line: string): Line | null {
  if (/^\s*(?:#|$)/.test(line)) return null;
  const lead = LEAD.exec(line)?.[0] ?? "";
  const found = keyIn(line.slice(lead.length));
  const value = (found?.value ?? "").replace(/(?:^|[ \t]+)#.*$/, "");
  return { dashes: dashesOf(lead), column: lead.length, key: found?.key ?? null, value };
}

/** A key and what stands behind its colon; null if the text is none. */
function keyIn(text: string): { key: string; value: string } | null {
  const found = KEY.exec(text);
  return found && { key: found[1] ?? found[2] ?? found[3] ?? "", value: found[4] ?? "" };
}

function dashesOf(lead: string): number[] {
  return [...lead.matchAll(/-/g)].map(({ index }) => index);
}

/** The place at a column of a line; null in the middle of a text. */
export function placeIn(lines: string[], number: number, column: number): YamlPlace | null {
  const before = (lines[number] ?? "").slice(0, column);
  const open = openBracket(before);
  return open < 0 ? blockPlace(lines, number, before) : inlinePlace(lines, number, column, open);
}

function blockPlace(lines: string[], number: number, before: string): YamlPlace | null {
  if (/(?:^|\s)#/.test(before)) return null;
  const lead = LEAD.exec(before)?.[0] ?? "";
  const own = before.slice(lead.length);
  const { key, value: typed } = keyIn(own) ?? { key: null, value: own };
  const around = climb(lines, number, { dashes: dashesOf(lead), column: lead.length, key: null, value: "" });
  return around && { ...around, key, typed, column: lead.length, isInline: false };
}

/** From a line up to the beginning: what stands further left opens what the cursor is in. */
function climb(lines: string[], number: number, own: Line): { path: Step[]; entries: Entries } | null {
  const innermost = below(lines, number, own.column);
  const path: Step[] = [];
  let entries = innermost;
  let { column } = own;
  let isList = false;
  const enter = (key: string, at: number) => {
    entries = new Map();
    path.unshift({ key, entries });
    [column, isList] = [at, key === "[]"];
  };
  for (let at = number; at >= 0; at -= 1) {
    const line = at === number ? own : readLine(lines[at] ?? "");
    if (!line) continue;
    const isEntry = isList && line.dashes.includes(column);
    if (isEntry) continue;
    const opens = line.key !== null && (isList ? line.column <= column : line.column < column);
    if (opens) {
      if (/^[|>]/.test(line.value)) return null;
      if (line.value !== "") continue;
      enter(line.key ?? "", line.column);
    } else if (isList || line.column !== column) continue;
    else if (line.key !== null) entries.set(line.key, line.value);
    // The mapping begins behind the dashes of this line, if it has some.
    for (const dash of [...line.dashes].reverse()) enter("[]", dash);
  }
  return column === 0 && !isList ? { path, entries: innermost } : null;
}

/** What the same mapping says in the lines below. */
function below(lines: string[], number: number, column: number): Entries {
  const entries: Entries = new Map();
  for (const text of lines.slice(number + 1)) {
    const line = readLine(text);
    if (!line) continue;
    const begins = line.dashes[0] ?? line.column;
    if (begins < column) break;
    if (line.column === column && line.key !== null) entries.set(line.key, line.value);
  }
  return entries;
}

/** Where the innermost brace or bracket stands that is open at the end; -1 if none is. */
function openBracket(text: string): number {
  const open: number[] = [];
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (quote) {
      if (letter === quote) quote = "";
    } else if ((letter === '"' || letter === "'") && /[\s[{,:]/.test(text[at - 1] ?? " ")) quote = letter;
    else if ((letter === "{" || letter === "[") && (open.length || /(?:^|[\s:-])$/.test(text.slice(0, at))))
      open.push(at);
    else if (letter === "}" || letter === "]") open.pop();
  }
  return open.at(-1) ?? -1;
}

function inlinePlace(lines: string[], number: number, column: number, open: number): YamlPlace | null {
  const line = lines[number] ?? "";
  if (line.startsWith("{{", open) || line.startsWith("{{", open - 1)) return null;
  const outer = placeIn(lines, number, open);
  if (!outer) return null;
  const step = outer.key ?? (outer.typed.trim() ? null : outer.path.at(-1)?.key === "[]" ? "" : null);
  if (step === null) return null;
  const path = step === "" ? outer.path : [...outer.path, { key: step, entries: outer.entries }];
  const said = line.slice(open + 1, column);
  const own = said.slice(said.lastIndexOf(",") + 1).trimStart();
  if (line[open] === "[") {
    return {
      path: [...path, { key: "[]", entries: new Map() }],
      entries: new Map(),
      key: null,
      typed: own,
      column: 0,
      isInline: true,
    };
  }
  const behind = line.slice(column).replace(/[}\]].*$/, "");
  const entries: Entries = new Map();
  for (const part of [...said.split(",").slice(0, -1), ...behind.split(",").slice(1)]) {
    const found = keyIn(part.trim());
    if (found) entries.set(found.key, found.value);
  }
  const { key, value: typed } = keyIn(own) ?? { key: null, value: own };
  return { path, entries, key, typed, column: 0, isInline: true };
}
