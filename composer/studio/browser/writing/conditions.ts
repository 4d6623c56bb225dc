// What the server says of conditions, as composer/studio/who_sees.py describes it.

import { ask } from "../api";

export type Test = "is" | "is_not" | "known" | "unknown" | "on" | "off";

/** One test of a reader: of a field, or of a list, and then the field is "". */
export interface Row {
  field: string;
  test: Test;
  values: string[];
}

export interface Choice {
  value: string;
  label: string;
}

export interface Askable {
  fields: { name: string; meaning: string; choices: Choice[] }[];
  lists: Choice[];
}

export interface ConditionReport {
  text: string;
  words: string;
  problem: string;
  hint: string;
  join: "all" | "any";
  /** Null where the condition is more than rows can say. */
  rows: Row[] | null;
}

/** Readers on both sides of a block's condition, by their keys. */
export interface Sides {
  block: number;
  condition: string;
  seen_by: string | null;
  hidden_from: string | null;
}

export function askAudience(slug: string, language: string, isWanted: () => boolean): Promise<Askable> {
  return ask(`/api/issues/${encodeURIComponent(slug)}/audience?${query({ language })}`, isWanted);
}

/** Read a condition that is written as text, or write one that is put together of `rows`. */
export function askCondition(
  slug: string,
  language: string,
  said: { text: string } | { rows: Row[]; join: string },
  isWanted: () => boolean,
): Promise<ConditionReport> {
  const wanted: Record<string, string> = "text" in said ? said : { ...said, rows: JSON.stringify(said.rows) };
  return ask(`/api/issues/${encodeURIComponent(slug)}/condition?${query({ language, ...wanted })}`, isWanted);
}

/** `soon`: what is asked for does not wait for the checks. */
const query = (asked: Record<string, string>) => new URLSearchParams({ ...asked, soon: "1" });

/** What a row begins with when another field is chosen. */
export function rowOf(field: string): Row {
  return field ? { field, test: "is", values: [""] } : { field, test: "on", values: [""] };
}

export const TESTS: Record<"field" | "list", { test: Test; words: string }[]> = {
  field: [
    { test: "is", words: "is" },
    { test: "is_not", words: "is not" },
    { test: "known", words: "is filled in" },
    { test: "unknown", words: "is not filled in" },
  ],
  list: [
    { test: "on", words: "contain" },
    { test: "off", words: "do not contain" },
  ],
};
