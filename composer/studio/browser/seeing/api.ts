// What composer/studio/seeing.py tells.

import { ask } from "../api";

/** What there is to choose from, for every issue. */
export interface SeeingReport {
  themes: string[];
  people: { key: string; label: string }[];
}

/** A block that not everybody gets, and the keys of a reader on each side. */
export interface Branches {
  block: number;
  condition: string;
  seen_by: string | null;
  hidden_from: string | null;
}

/** Of the edition with this digest. Sizes in bytes; `around` is the HTML of no block. */
export interface IssueSeeing {
  digest: string;
  blocks: { block: number; bytes: number }[];
  around: number;
  clip: number;
  conditions: Branches[];
}

export interface Person {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
}

export async function askSeeing(): Promise<SeeingReport> {
  return (await ask("/api/seeing")).json();
}

export async function askIssueSeeing(slug: string, query: URLSearchParams): Promise<IssueSeeing> {
  return (await ask(`/api/issues/${encodeURIComponent(slug)}/seeing?${query}`)).json();
}

export async function findPeople(search: string): Promise<{ total: number; people: Person[] }> {
  return (await ask(`/api/sending/people?${new URLSearchParams({ search, limit: "8" })}`)).json();
}
