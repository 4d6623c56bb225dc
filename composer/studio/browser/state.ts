// What is shown, kept in the address, so that a link shows a colleague the same thing.

export interface State {
  /** Where in the studio, beside the mail: "sending/people"; empty is the mail. */
  place: string;
  issue: string;
  language: string;
  /** mail, text, source, message or print. */
  view: string;
  /** Of the mail, in pixels. */
  width: number;
  /** light, dark or forced. */
  scheme: string;
  pictures: boolean;
  /** Whether the mail has its style sheets, which some programs strip. */
  styles: boolean;
  /** Whether each block is outlined, with what it weighs. */
  outlines: boolean;
  /** What stands beside it: nothing, or language:fr, theme:poster, reader:nameless. */
  beside: string;
  /** In percent; 0 fits the mail into the window. */
  zoom: number;
  reader: string;
  /** Of a subject test, A to D. */
  subject: string;
  /** What the author typed for the reader's fields. */
  values: Record<string, string>;
}

/** What looks at something else, or in another way. */
export type Change = (part: Partial<State>) => void;

type TextName = "place" | "issue" | "language" | "view" | "scheme" | "reader" | "subject" | "beside";

const TEXTS: TextName[] = ["place", "issue", "language", "view", "scheme", "reader", "subject", "beside"];

const DEFAULTS: Omit<State, "values"> = {
  place: "",
  issue: "",
  language: "",
  view: "mail",
  width: 720,
  scheme: "light",
  pictures: true,
  styles: true,
  outlines: false,
  beside: "",
  zoom: 0,
  reader: "full",
  subject: "A",
};
export const DESKTOP = 720;
export const PHONE = 375;
export const WIDTHS = { least: 240, most: 1600 };

const CHOICES: Partial<Record<TextName, string[]>> = {
  view: ["mail", "text", "source", "message", "print"],
  scheme: ["light", "dark", "forced"],
};

// The defaults of a small screen are a phone's.
const defaults = () => ({ ...DEFAULTS, width: innerWidth < 760 ? PHONE : DESKTOP });

export const clampWidth = (width: number) => Math.round(Math.min(WIDTHS.most, Math.max(WIDTHS.least, width)));

export function readState() {
  const query = new URLSearchParams(location.search);
  const state: State = { ...defaults(), values: {} };
  for (const name of TEXTS) {
    const value = query.get(name);
    if (value !== null && (CHOICES[name]?.includes(value) ?? true)) state[name] = value;
  }
  const width = Number(query.get("width"));
  if (width) state.width = clampWidth(width);
  const zoom = Number(query.get("zoom"));
  if (zoom >= 25 && zoom <= 300) state.zoom = zoom;
  state.pictures = query.get("pictures") !== "off";
  state.styles = query.get("styles") !== "off";
  state.outlines = query.get("outlines") === "on";
  for (const [name, value] of query) if (name.startsWith("v.")) state.values[name.slice(2)] = value;
  return state;
}

/** @param options Whether it is a step of its own in the browser's history. */
export function writeState(state: State, { push = false }: { push?: boolean } = {}) {
  const query = new URLSearchParams();
  for (const name of [...TEXTS, "width", "zoom"] as const) {
    if (name === "issue" || name === "language" ? state[name] : state[name] !== DEFAULTS[name])
      query.set(name, String(state[name]));
  }
  if (!state.pictures) query.set("pictures", "off");
  if (!state.styles) query.set("styles", "off");
  if (state.outlines) query.set("outlines", "on");
  for (const [name, value] of Object.entries(state.values)) query.set(`v.${name}`, value);
  const address = `/?${query}`;
  if (address !== location.pathname + location.search) history[push ? "pushState" : "replaceState"](null, "", address);
}

/** The part of the query that the server needs to know who reads which subject. */
export function readerQuery(state: State, extra: Record<string, string> = {}) {
  const query = new URLSearchParams({ reader: state.reader, ...extra });
  if (state.subject !== DEFAULTS.subject) query.set("subject", state.subject);
  for (const [name, value] of Object.entries(state.values)) query.set(`v.${name}`, value);
  return query;
}
