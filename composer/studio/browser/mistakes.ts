// What stands over the mail while an issue cannot be built: the mistakes, until they are mended or put aside.

import type { IssueReport } from "./api";
import { byId, h, icon } from "./dom";
import { findingItem } from "./findings";

/** The mistakes that the author has put aside. */
let aside = "";

/** Show the next mistakes even if they are the same: it is another issue. */
export function forgetAside() {
  aside = "";
}

export function showMistakes(report: IssueReport) {
  const overlay = byId("overlay");
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
