// What is shown, kept in the address, so that a link shows a colleague the same thing.

/**
 * @typedef {object} State
 * @property {string} issue
 * @property {string} language
 * @property {string} view mail, text, source or print.
 * @property {number} width Of the mail, in pixels.
 * @property {string} scheme light, dark or forced.
 * @property {boolean} pictures
 * @property {number} zoom In percent; 0 fits the mail into the window.
 * @property {string} reader
 * @property {string} subject Of a subject test, A to D.
 * @property {Record<string, string>} values What the author typed for the reader's fields.
 */

/** @typedef {"issue" | "language" | "view" | "scheme" | "reader" | "subject"} TextName */

/** @type {TextName[]} */
const TEXTS = ["issue", "language", "view", "scheme", "reader", "subject"];

/** @type {Omit<State, "values">} */
const DEFAULTS = {
  issue: "",
  language: "",
  view: "mail",
  width: 720,
  scheme: "light",
  pictures: true,
  zoom: 0,
  reader: "full",
  subject: "A",
};
export const DESKTOP = 720;
export const PHONE = 375;
export const WIDTHS = { least: 240, most: 1600 };

/** @type {Partial<Record<TextName, string[]>>} */
const CHOICES = { view: ["mail", "text", "source", "print"], scheme: ["light", "dark", "forced"] };

// The defaults of a small screen are a phone's.
const defaults = () => ({ ...DEFAULTS, width: innerWidth < 760 ? PHONE : DESKTOP });

/** @param {number} width */
export const clampWidth = (width) => Math.round(Math.min(WIDTHS.most, Math.max(WIDTHS.least, width)));

export function readState() {
  const query = new URLSearchParams(location.search);
  /** @type {State} */
  const state = { ...defaults(), values: {} };
  for (const name of TEXTS) {
    const value = query.get(name);
    if (value !== null && (CHOICES[name]?.includes(value) ?? true)) state[name] = value;
  }
  const width = Number(query.get("width"));
  if (width) state.width = clampWidth(width);
  const zoom = Number(query.get("zoom"));
  if (zoom >= 25 && zoom <= 300) state.zoom = zoom;
  state.pictures = query.get("pictures") !== "off";
  for (const [name, value] of query) if (name.startsWith("v.")) state.values[name.slice(2)] = value;
  return state;
}

/**
 * @param {State} state
 * @param {{push?: boolean}} [options] Whether it is a step of its own in the browser's history.
 */
export function writeState(state, { push = false } = {}) {
  const query = new URLSearchParams();
  for (const name of /** @type {const} */ ([
    "issue",
    "language",
    "view",
    "width",
    "scheme",
    "zoom",
    "reader",
    "subject",
  ])) {
    if (name === "issue" || name === "language" ? state[name] : state[name] !== DEFAULTS[name])
      query.set(name, String(state[name]));
  }
  if (!state.pictures) query.set("pictures", "off");
  for (const [name, value] of Object.entries(state.values)) query.set(`v.${name}`, value);
  const address = `/?${query}`;
  if (address !== location.pathname + location.search) history[push ? "pushState" : "replaceState"](null, "", address);
}

/**
 * The part of the query that the server needs to know who reads which subject.
 * @param {State} state
 * @param {Record<string, string>} [extra]
 */
export function readerQuery(state, extra = {}) {
  const query = new URLSearchParams({ reader: state.reader, ...extra });
  if (state.subject !== DEFAULTS.subject) query.set("subject", state.subject);
  for (const [name, value] of Object.entries(state.values)) query.set(`v.${name}`, value);
  return query;
}
