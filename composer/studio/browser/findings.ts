// What the checks say, each finding with the author's lines around it.

import type { Finding } from "./api";
import { copy, h, icon, section } from "./dom";

const SEVERITIES = [
  { severity: "error", words: "Errors" },
  { severity: "warning", words: "Warnings" },
  { severity: "info", words: "Notes" },
];

let notesOpen = false;

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
      list.map((finding) => h("li", {}, findingItem(finding))),
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

/** Errors and warnings stand open; notes are one line each until they are opened. */
export function findingItem(finding: Finding) {
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  const short = place.split("/").at(-1);
  return h(
    "details",
    { class: `finding ${finding.severity}`, open: finding.severity !== "info" },
    h(
      "summary",
      {},
      icon(finding.severity),
      h(
        "span",
        { class: "message" },
        h("span", { class: "unseen" }, `${finding.severity}: `),
        capital(finding.message),
      ),
    ),
    h(
      "div",
      { class: "more" },
      finding.hint && h("p", { class: "hint" }, capital(finding.hint)),
      h("p", { class: "mending" }, ...stepsOf(finding)),
      finding.excerpt.length > 0 && excerpt(finding),
      h(
        "p",
        { class: "where" },
        h(
          "button",
          { type: "button", class: "place", title: `Copy ${place}`, onclick: () => copy(place, "Copied the place") },
          h("span", {}, short),
          icon("copy"),
        ),
        h("code", {}, finding.code),
      ),
    ),
  );
}

/** What can be done about it at once; `seeing/` hears of it. */
function stepsOf(finding: Finding) {
  const tell = (name: string) => (event: Event) => {
    const detail = { finding };
    event.currentTarget?.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  };
  return [
    finding.mend && h("button", { type: "button", class: "plain", onclick: tell("mend") }, mendWords(finding.mend)),
    finding.in_issue &&
      h("button", { type: "button", class: "plain", onclick: tell("goto") }, icon("write"), "Show the place"),
  ];
}

export function mendWords({ replace, with: by }: { replace: string; with: string }) {
  const short = (words: string) => (words.length > 40 ? `${words.slice(0, 38)} …` : words);
  return by ? `Replace by ${short(by)}` : `Take out ${short(replace)}`;
}

/** Not where an address or a key begins the sentence. */
const capital = (words: string) =>
  words.replace(/^[a-z]+(?=[ ,])/, (word) => word.charAt(0).toUpperCase() + word.slice(1));

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
