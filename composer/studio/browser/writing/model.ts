// What the server tells of a file that is being written, as composer/writing/__init__.py describes it.

import type { IssueReport } from "../api";
import { localTime } from "../dom";
import type { Part } from "./held";

export type Path = (string | number)[];

/** Texts, lists, mappings and null: a file says nothing else. */
export type Value = string | number | boolean | null | undefined | Value[] | { [key: string]: Value };

export interface Block {
  index: number;
  kind: string | null;
  id: string | null;
  values: { [key: string]: Value };
  /** Characters of the text, from and to. */
  span: [number, number] | null;
  /** Lines of the text, from 1, first and last. */
  lines: [number, number] | null;
}

export interface Problem {
  line: number;
  column: number;
  message: string;
  hint: string;
}

export interface FileDocument {
  name: string;
  format: "yaml" | "markdown";
  version: string;
  text: string;
  can_be_edited: boolean;
  problems: Problem[];
  values: { [key: string]: Value } | null;
  blocks: Block[];
  fields: { path: Path; span: [number, number]; lines: [number, number] }[];
}

export interface OpenFile {
  document: FileDocument;
  /** What each button would do, in words; where that is a step of a folder, its number. */
  history: { undo: string | null; redo: string | null; undo_move: number | null; redo_move: number | null };
  is_first: boolean;
  /** What somebody else changed too: until it is settled, what was written here is not on the disk. */
  conflicts: Conflict[];
  /** After a change: the mail as it is then, if the page said what it shows of it; null if that could not be told. */
  report?: Promise<IssueReport | null>;
}

export interface Conflict {
  path: Path;
  mine: Value;
  theirs: Value;
}

export interface FormField {
  name: string;
  label: string;
  kind: string;
  help?: string;
  required?: boolean;
  is_rare?: boolean;
  default?: Value;
  choices?: { value: string; label: string }[];
  minimum?: number;
  maximum?: number;
  max_length?: number;
  pattern?: string;
  /** What a picture is cut to: "square" or "round". */
  shape?: string;
  /** What a text in Markdown has none of, for its place has no look for it. */
  without?: Part[];
  fields?: FormField[];
  entry?: FormField;
}

export interface Form {
  kind: string;
  label: string;
  help: string;
  group?: string;
  fields: FormField[];
  is_own?: boolean;
  /** What a new block begins with. */
  begins?: { [key: string]: Value };
}

export interface Forms {
  blocks: Form[];
  issue: Form;
  newsletter: Form;
}

export type Edit =
  | { edit: "set"; path: Path; value: Value }
  | { edit: "remove"; path: Path }
  | { edit: "add"; path: Path; index: number; value: Value }
  | { edit: "move"; path: Path; to: number }
  | { edit: "duplicate"; path: Path }
  | { edit: "text"; text: string };

/** What stands at a path, or undefined. */
export function at(values: Value, path: Path): Value {
  let found: Value = values;
  for (const key of path) {
    if (Array.isArray(found) && typeof key === "number") found = found[key];
    else if (found !== null && typeof found === "object" && !Array.isArray(found)) found = found[String(key)];
    else return undefined;
  }
  return found;
}

/** Whether two values say the same in the file. */
export const same = (one: Value, other: Value) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** A value as a field of text shows it; nothing for none. */
export const asText = (value: unknown) => (value === null || value === undefined ? "" : String(value));

/** As files write it, in the author's zone: 2026-12-01. */
export const today = () => localTime(new Date()).slice(0, 10);

/** What an entry or a group begins with: something in each field that must not be empty. */
export function beginning(field: FormField): Value {
  if (field.kind === "list" && field.entry) {
    const entry = field.entry;
    return Array.from({ length: field.minimum ?? 1 }, () => beginning(entry));
  }
  if (field.fields) {
    return Object.fromEntries(field.fields.filter((one) => one.required).map((one) => [one.name, beginning(one)]));
  }
  const fixed: Record<string, Value> = {
    date: today(),
    time: "10:00",
    number: field.minimum ?? 1,
    yes_no: false,
    url: "https://example.org/",
    file: "",
    choice: field.choices?.[0]?.value ?? "",
  };
  return fixed[field.kind] ?? "";
}

const WORDS = ["title", "body", "label", "kicker", "name", "intro", "reason", "figure"];

/** A line that tells a block from its neighbours: the first words of what it says. */
export function summary(block: Block): string {
  const pictured = at(block.values, ["picture", "alt"]);
  const found = WORDS.map((key) => block.values[key]).find((value) => typeof value === "string" && value.trim());
  const text = typeof found === "string" ? found : typeof pictured === "string" ? pictured : "";
  const words = text
    .replace(/\{\{\s*(?:\w+\.)?(\w+)[^}]*\}\}/g, (_, name: string) => name.replaceAll("_", " "))
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[#*_`>]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return words.length > 90 ? `${words.slice(0, 88).replace(/\S*$/, "").trimEnd()} …` : words;
}
