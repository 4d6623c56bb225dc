// The answers of composer/studio/sending/, as its people_models.py and mailing_models.py write them.

import type { Finding } from "../api";

/** ISO 8601 in UTC. */
export type Time = string;
export type Counts = Record<string, number>;

export interface ListLine {
  id: number;
  name: string;
  title: string | null;
  confirmed: number;
  pending: number;
  unsubscribed: number;
}
export interface ListsReport {
  has_database: boolean;
  lists: ListLine[];
}
export interface PersonLine {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  language: string | null;
  lists: string[];
}
export interface PeoplePage {
  total: number;
  people: PersonLine[];
}

export interface Attempt {
  outcome: string;
  relay: string | null;
  phase: string | null;
  reply: string;
  took_ms: number | null;
  at: Time | null;
  note: string | null;
}
export interface PersonDelivery {
  mailing: number;
  issue: string;
  state: string;
  updated_at: Time | null;
  attempts: Attempt[];
}
export interface PersonReport {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  language: string | null;
  fields: Record<string, string>;
  created_at: Time | null;
  updated_at: Time | null;
  subscriptions: { list: string; status: string; updated_at: Time | null }[];
  consent: { list: string; event: string; source: string; at: Time | null }[];
  suppressions: { reason: string; list: string | null; source: string; created_at: Time | null }[];
  deliveries: PersonDelivery[];
}

export interface FileColumn {
  number: number;
  header: string;
  goes_to: string | null;
  values: string[];
}
export interface FileReport {
  file: string;
  name: string;
  encoding: string;
  separator: string;
  columns: FileColumn[];
  choices: string[];
  proposed: Record<string, string>;
}
/** What somebody says of people: they are subscribed, have to confirm, or have left. */
export type Said = "subscribed" | "pending" | "left";
export interface Question {
  column: string;
  values: [string, number][];
  more_values: boolean;
  certain: boolean;
  in_texts: boolean;
}
export interface RowLeftOut {
  line: number;
  email: string;
  reason: string;
}
export interface ImportOutcome {
  list: string;
  rows: number;
  counts: Counts;
  columns: Record<string, string | null>;
  rejected: RowLeftOut[];
  skipped: RowLeftOut[];
  left: RowLeftOut[];
}
export interface ImportTrial {
  seen: string;
  questions: Question[];
  asks_of_file_name: string;
  report: ImportOutcome | null;
}

export interface TestAnswer {
  language: string;
  to: string;
  relay: string;
  is_accepted: boolean;
  phase: string;
  words: string;
}
/** Whom an issue goes to if nothing else is said. */
export interface WhoReport {
  lists: string[];
  unknown: string[];
  /** On the lists that were asked about, whatever the segment. */
  people: number;
  segments: SegmentLine[];
  relays: string[];
}
/** A segment of the newsletter, as written and in words, and how many of the lists' people are in it. */
export interface SegmentLine {
  name: string;
  condition: string;
  words: string;
  people: number;
}
export interface PlanReport {
  mailing: number;
  issue: string;
  digest: string;
  planned: number;
  excluded: Counts;
  editions: Counts;
  replaces: number[];
  unsendable: string[];
}

export interface Recipient {
  subscriber: number;
  email: string;
  name: string;
  language: string;
  state: string;
  attempts: number;
  relay: string | null;
  reply: string;
  updated_at: Time | null;
}
export interface LeftOut {
  subscriber: number;
  email: string;
  name: string;
  reason: string;
}

export interface EditionLine {
  language: string;
  variant: string;
  people: number;
  subject: string;
  preheader: string;
  sender: string;
  address: string;
  subscriber: number | null;
}
export interface LastPageReport {
  mailing: number;
  issue: string;
  state: string;
  digest: string;
  seen: string;
  planned: number;
  to_send: number;
  lists: string[];
  segment: string;
  segment_condition: string;
  /** The condition with the days that its relative ones were when it was planned. */
  segment_resolved: string;
  chosen_relays: string[];
  excluded: Counts;
  editions: EditionLine[];
  first: string[];
  findings: Finding[];
  allowed: string[];
  is_issue_as_planned: boolean;
  relays: string[];
  hours: string;
  send_at: Time | null;
  needs_approval: boolean;
  approvals: { by: string; at: Time | null; is_valid: boolean }[];
  hindrance: { detail: string; remedy: string | null; remedy_words: string } | null;
  is_at_it: boolean;
  /** A service works on the database, and sends what has a time. */
  is_served: boolean;
}

export interface StatusReport {
  mailing: number;
  issue: string;
  state: string;
  planned: number;
  settled: number;
  to_send: number;
  deliveries: Counts;
  excluded: Counts;
  finished: boolean;
  limit: string | null;
  expected_end: Time | null;
  /** For how long the relays have answered nothing, 0 while they do. */
  silent_s: number;
  send_at: Time | null;
  started: Time | null;
  ended: Time | null;
  next_step: string | null;
  next_step_words: string;
  next_step_at: Time | null;
  is_at_it: boolean;
  segment: string;
  chosen_relays: string[];
  stopped: StoppedLine[];
  refused_about_us: RefusedAboutUs | null;
}
/** A relay that refuses everybody, or all people of one provider. */
export interface StoppedLine {
  relay: string;
  provider: string | null;
  reply: string;
  refusals: number;
  stopped_at: Time;
}
export interface RefusedAboutUs {
  people: number;
  tried: number;
  share: number;
  replies: { reply: string; people: number }[];
}
export interface ProgressReport {
  status: StatusReport;
  per_second: number | null;
  processes: { host: string; pid: string; silent_s: number }[];
  relays: { relay: string; accepted: number; troubled: number; answer_s: number | null; silent_s: number | null }[];
  troubles: { at: Time | null; email: string; state: string; words: string }[];
}
export interface SubjectLine {
  variant: string;
  subject: string;
  people: number;
  accepted: number;
  unsubscribed: number;
  is_chosen: boolean;
}
export interface MailingReport {
  status: StatusReport;
  sentences: string[];
  people: Record<string, Recipient[]>;
  providers: { provider: string; people: number; states: Counts }[];
  subjects: SubjectLine[];
  suppressed: Counts;
  gone: Counts;
  last_run: string;
}
export interface Settlement {
  by_links: Record<string, string>;
  by_word: number;
  left: { email: string; relay: string | null; reply: string; updated_at: Time }[];
}
