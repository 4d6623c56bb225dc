// Counts, times and states in words.

import { languageName } from "../languages";
import type { StatusReport } from "./model";

export const count = (number: number) => number.toLocaleString("en");
export const people = (number: number) => (number === 1 ? "1 person" : `${count(number)} people`);

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** In the reader's zone, as short as it can be told; the tooltip has the zone and the same moment in UTC. */
export function timeInWords(at: string, now = new Date()): { words: string; title: string } {
  const moment = new Date(at);
  const year = moment.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  const words =
    moment.toDateString() === now.toDateString()
      ? moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
      : moment.toLocaleString("en-GB", { day: "numeric", month: "short", ...year, hour: "2-digit", minute: "2-digit" });
  const long = moment.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "long" });
  const utc = moment.toISOString().slice(0, 16).replace("T", " ");
  return { words, title: `${long}, ${ZONE} (${utc} UTC)` };
}

export function zoneInWords() {
  return ZONE.replaceAll("_", " ");
}

export function lastingInWords(seconds: number) {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return minutes === 1 ? "a minute" : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

/** Why no end can be told: the speed of before says nothing then. */
export const silenceInWords = (seconds: number) =>
  `not known: nothing has been answered for ${lastingInWords(seconds)}`;

/** A state of a delivery, or of a mailing, as it stands in a table. */
const STATES: Record<string, string> = {
  held: "waits for the subject",
  pending: "to be sent",
  offered: "being handed over",
  accepted: "taken by the relay",
  deferred: "put off",
  refused: "refused",
  unknown: "unknown",
  expired: "given up",
  suppressed: "left meanwhile",
  bounced: "came back",
  complained: "reported as spam",
  planned: "planned",
  sending: "being sent",
  sampled: "waits for its subject",
  interrupted: "interrupted",
  paused: "paused",
  cancelled: "cancelled",
  finished: "finished",
};
export const stateInWords = (state: string) => STATES[state] ?? state;

/** A mailing in a word; one that a process is at, and that has not begun, waits for its time or begins just now. */
export function mailingInWords({ state, is_at_it, send_at }: StatusReport) {
  if (state !== "planned" || !is_at_it) return stateInWords(state);
  return isToCome(send_at) ? "waits for its time" : "begins";
}
/** Whether a moment is still to come. */
export const isToCome = (at: string | null) => at !== null && Date.parse(at) > Date.now();

type Tone = "well" | "warning" | "error" | "busy" | "calm";
const TONES: Record<string, Tone> = {
  accepted: "well",
  finished: "well",
  sending: "busy",
  offered: "busy",
  refused: "error",
  bounced: "error",
  complained: "error",
  expired: "error",
  interrupted: "error",
  unknown: "warning",
  deferred: "warning",
  paused: "warning",
  sampled: "warning",
};
export const toneOf = (state: string): Tone => TONES[state] ?? "calm";

export function languageInWords(code: string | null) {
  return code ? languageName(code) : "none";
}
