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

/** A feature that a program does not understand ("no"), or in part; what it harms is in `reason`, else empty. */
export interface FeatureLoss {
  title: string;
  /** As a reader of the code would say it: display: flex. */
  words: string;
  support: "no" | "partly";
  reason: string;
  advice: string;
  notes: string[];
  blocks: number[];
  /** It is used outside of all blocks. */
  is_around: boolean;
}

/** `share` is in per cent of the readers; `plainer` is all that is not understood and harms nobody. */
export interface MailProgram {
  program: string;
  name: string;
  share: number;
  lost: FeatureLoss[];
  plainer: FeatureLoss[];
}

/** `is_own`: the shares are the newsletter's, and no guess. */
export interface ProgramsReport {
  digest: string;
  is_own: boolean;
  programs: MailProgram[];
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

export function askPrograms(slug: string, query: URLSearchParams, isWanted: () => boolean): Promise<ProgramsReport> {
  return ask(`/api/issues/${encodeURIComponent(slug)}/programs?${query}`, isWanted);
}

export function findPeople(search: string, isWanted: () => boolean): Promise<{ total: number; people: Person[] }> {
  return ask(`/api/sending/people?${new URLSearchParams({ search, limit: "8" })}`, isWanted);
}
