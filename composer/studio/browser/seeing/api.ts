// What composer/studio/seeing.py tells.

import { ask } from "../api";
import type { Sides } from "../writing/conditions";

/** What there is to choose from, for every issue. */
export interface SeeingReport {
  themes: string[];
  people: { key: string; label: string }[];
}

/** Of the edition with this digest. Sizes in bytes; `around` is the HTML of no block. */
export interface IssueSeeing {
  digest: string;
  blocks: { block: number; bytes: number }[];
  around: number;
  clip: number;
  conditions: Sides[];
}

export interface Person {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
}

export const askSeeing = (isWanted: () => boolean) => ask<SeeingReport>("/api/seeing", isWanted);

export function askIssueSeeing(slug: string, query: URLSearchParams, isWanted: () => boolean): Promise<IssueSeeing> {
  return ask(`/api/issues/${encodeURIComponent(slug)}/seeing?${query}`, isWanted);
}

export function findPeople(search: string, isWanted: () => boolean): Promise<{ total: number; people: Person[] }> {
  return ask(`/api/sending/people?${new URLSearchParams({ search, limit: "8" })}`, isWanted);
}
