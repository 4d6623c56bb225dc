// What stands over the mail while an issue cannot be built: the mistakes, until they are mended or put aside.

// Blocks that only wait for what they need are told in one line, and the mail stays in sight.

import type { IssueReport } from "./api";
import { byId, h, icon } from "./dom";
import { findingItem } from "./findings";
import { type Awaited, awaitedOf, inWords } from "./writing/awaited";
import type { Desk } from "./writing/desk";

/** The mistakes that the author has put aside. */
let aside = "";

/** Show the next mistakes even if they are the same: it is another issue. */
export function forgetAside() {
  aside = "";
}

/** The file is known better than before: what had looked like a mistake may only wait. */
export function lookAgain(report: IssueReport, desk: Desk) {
  if (!byId("overlay").hidden && awaitedOf(report, desk)) showMistakes(report, desk);
}

export function showMistakes(report: IssueReport, desk: Desk) {
  const overlay = byId("overlay");
  const awaited = awaitedOf(report, desk);
  showAwaited(awaited ?? []);
  desk.knowBegun(awaited?.map(({ block }) => block) ?? []);
  if (awaited) {
    overlay.hidden = true;
    return;
  }
  const mistakes = report.findings.filter((finding) => finding.blocking);
  const key = JSON.stringify(mistakes.map((finding) => [finding.file, finding.line, finding.message]));
  if (!mistakes.length || key === aside) {
    overlay.hidden = true;
    if (!mistakes.length) aside = "";
    return;
  }
  const putAside = () => {
    aside = key;
    overlay.hidden = true;
  };
  const close = { type: "button", class: "tool", "aria-label": "Put aside", onclick: putAside };
  const title = mistakes.length === 1 ? "A mistake to mend" : `${mistakes.length} mistakes to mend`;
  const behind = report.digest
    ? "Behind this is the last version that worked."
    : "There is no version that worked yet.";
  const items = mistakes.map((finding) => h("li", {}, findingItem(finding)));
  overlay.replaceChildren(
    h(
      "div",
      { class: "mistakes" },
      h("header", {}, h("h1", {}, title), h("button", close, icon("close"))),
      h("p", { class: "lede" }, behind, " This goes away by itself when the file is saved without mistakes."),
      h("ol", {}, items),
    ),
  );
  overlay.hidden = false;
}

function showAwaited(awaited: Awaited[]) {
  const line = byId("awaited");
  line.hidden = !awaited.length;
  const [first] = awaited;
  if (!first) return;
  const go = () => line.dispatchEvent(new CustomEvent("goto", { bubbles: true, detail: { finding: first.finding } }));
  const words = `${inWords(awaited)}. Until then the mail is as it was.`;
  line.replaceChildren(
    icon("picture"),
    h("span", {}, words),
    h("button", { type: "button", class: "text-button", onclick: go }, "Show the place"),
  );
}
