// What the checks say, each finding with the author's lines around it; what they say of several places stands once.

import type { Finding } from "./api";
import { capitalised, copy, h, icon, section } from "./dom";

const SEVERITIES = [
  { severity: "error", words: "Errors" },
  { severity: "warning", words: "Warnings" },
  { severity: "info", words: "Notes" },
];

let notesOpen = false;

/** The kinds of findings whose places are unfolded. */
const unfolded = new Set<string>();

/** What findings have in common that stand as one: all but their places. */
export const kindOf = ({ code, severity, message, hint }: Finding) => JSON.stringify([code, severity, message, hint]);

/** The findings that say the same, together, in the order of the first of each. */
export function groupsOf(findings: Finding[]): [Finding, ...Finding[]][] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(kindOf(finding));
    if (group) group.push(finding);
    else groups.set(kindOf(finding), [finding]);
  }
  return [...groups.values()];
}

export function findingsSection(findings: Finding[]) {
  const counts = SEVERITIES.map(({ severity, words }) => ({
    severity,
    words,
    count: findings.filter((one) => one.severity === severity).length,
  }));
  const chips = h(
    "small",
    { class: "chips" },
    counts
      .filter(({ count }) => count)
      .map(({ severity, words, count }) => h("span", { class: severity, title: words }, icon(severity), count)),
  );
  if (!findings.length) {
    return section("Checks", null, h("p", { class: "all-well" }, icon("done"), "Nothing to mend."));
  }
  const items = (list: Finding[]) =>
    h(
      "ul",
      { class: "findings" },
      groupsOf(list).map((group) => h("li", {}, findingItem(...group))),
    );
  const grave = ["error", "warning"].flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const notes = findings.filter((finding) => finding.severity === "info");
  return section(
    "Checks",
    chips,
    grave.length ? items(grave) : h("p", { class: "all-well" }, icon("done"), "Nothing to mend."),
    notes.length > 0 &&
      h(
        "details",
        {
          class: "notes",
          open: notesOpen,
          ontoggle: (event: Event) => {
            notesOpen = (event.target as HTMLDetailsElement).open;
          },
        },
        h("summary", {}, notes.length === 1 ? "1 note" : `${notes.length} notes`),
        items(notes),
      ),
  );
}

/** Errors and warnings stand open; notes are one line each until they are opened. `others` say the same elsewhere. */
export function findingItem(finding: Finding, ...others: Finding[]) {
  return h(
    "details",
    { class: `finding ${finding.severity}`, "data-kind": kindOf(finding), open: finding.severity !== "info" },
    h(
      "summary",
      {},
      icon(finding.severity),
      h(
        "span",
        { class: "message" },
        h("span", { class: "unseen" }, `${finding.severity}: `),
        capital(finding.message),
        others.length > 0 && h("b", { class: "times" }, `${others.length + 1} places`),
      ),
    ),
    h(
      "div",
      { class: "more" },
      finding.hint && h("p", { class: "hint" }, capital(finding.hint)),
      h("p", { class: "mending" }, ...stepsOf(finding)),
      finding.excerpt.length > 0 && excerpt(finding),
      h("p", { class: "where" }, placeToCopy(finding), h("code", {}, finding.code)),
      others.length > 0 && otherPlaces(finding, others),
    ),
  );
}

function placeToCopy(finding: Finding) {
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  return h(
    "button",
    { type: "button", class: "place", title: `Copy ${place}`, onclick: () => copy(place, "Copied the place") },
    h("span", {}, place.split("/").at(-1)),
    icon("copy"),
  );
}

/** Folded, a line for each: where it is, and what leads there and mends it. */
function otherPlaces(finding: Finding, others: Finding[]) {
  const kind = kindOf(finding);
  return h(
    "details",
    {
      class: "elsewhere",
      open: unfolded.has(kind),
      ontoggle: (event: Event) => unfolded[(event.target as HTMLDetailsElement).open ? "add" : "delete"](kind),
    },
    h("summary", {}, others.length === 1 ? "And at 1 more place" : `And at ${others.length} more places`),
    h(
      "ul",
      {},
      others.map((one) => h("li", {}, placeToCopy(one), h("span", {}, ...stepsOf(one, { look: "text-button" })))),
    ),
  );
}

/** What can be done about it at once; `seeing/` hears of it. */
function stepsOf(finding: Finding, { look = "plain" } = {}) {
  const tell = (name: string) => (event: Event) => {
    const detail = { finding };
    event.currentTarget?.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  };
  return [
    finding.mend && h("button", { type: "button", class: look, onclick: tell("mend") }, mendWords(finding.mend)),
    finding.in_issue &&
      h(
        "button",
        { type: "button", class: look, onclick: tell("goto") },
        look === "plain" && icon("write"),
        "Show the place",
      ),
  ];
}

export function mendWords({ replace, with: by }: { replace: string; with: string }) {
  const short = (words: string) => (words.length > 40 ? `${words.slice(0, 38)} …` : words);
  return by ? `Replace by ${short(by)}` : `Take out ${short(replace)}`;
}

/** Not where an address or a key begins the sentence. */
export const capital = (words: string) => words.replace(/^[a-z]+(?=[ ,])/, capitalised);

function excerpt(finding: Finding) {
  const indents = finding.excerpt.filter((line) => line.text.trim()).map((line) => line.text.search(/\S/));
  const carets = finding.excerpt.flatMap((line) => (line.caret ? [line.caret - 1] : []));
  const indent = Math.min(...indents, ...carets);
  const mark = h("b", {}, "^");
  const block = h(
    "pre",
    { class: "excerpt", "aria-hidden": "true" },
    finding.excerpt.flatMap((line) => {
      const row = h(
        "span",
        { class: line.caret ? "row here" : "row", "data-number": line.number },
        line.text.slice(indent) || " ",
      );
      if (!line.caret) return [row];
      // The caret stands under its column whatever the letters before it are: the same letters, unseen.
      const before = line.text.slice(indent, line.caret - 1);
      return [row, h("span", { class: "row caret", "data-number": "" }, h("span", {}, before), mark)];
    }),
  );
  requestAnimationFrame(() => {
    block.scrollLeft = mark.offsetLeft - block.clientWidth * 0.6;
  });
  return block;
}
