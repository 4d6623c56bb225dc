// What is told over the mail while an issue cannot be built: in a line, as long as there is a mail to look at; over the
// whole place where there is none. Blocks that only wait for what they need are told in a line of their own.

import type { Finding, IssueReport } from "./api";
import { byId, type Child, h, icon } from "./dom";
import { capital, findingItem, groupsOf, mendWords } from "./findings";
import { redraw } from "./presses";
import { type Awaited, awaitedOf, inWords } from "./writing/awaited";
import type { Desk } from "./writing/desk";

/** The mistakes that the author has put aside. */
let aside = "";

/** What the line over the mail says now. */
let told = "";

/** Show the next mistakes even if they are the same: it is another issue. */
export function forgetAside() {
  aside = "";
}

/** The file is known better than before: what had looked like a mistake may only wait. */
export function lookAgain(report: IssueReport, desk: Desk) {
  const areMistakesShown = !byId("overlay").hidden || byId("awaited").classList.contains("error");
  if (areMistakesShown && awaitedOf(report, desk)) showMistakes(report, desk);
}

export function showMistakes(report: IssueReport, desk: Desk) {
  const awaited = awaitedOf(report, desk);
  const mistakes = report.findings.filter((finding) => finding.blocking);
  desk.knowBegun(awaited?.map(({ block }) => block) ?? []);
  if (awaited) tellAwaited(awaited);
  else if (mistakes[0] && report.digest) tellMistakes(mistakes[0], mistakes.length);
  else tell("", null, []);
  redraw(byId("overlay"), () => cover(awaited || report.digest ? [] : mistakes));
  if (!mistakes.length) aside = "";
}

/** There is no mail yet: the mistakes stand in its place, until they are put aside. */
function cover(mistakes: Finding[]) {
  const overlay = byId("overlay");
  const key = JSON.stringify(mistakes.map((finding) => [finding.file, finding.line, finding.message]));
  overlay.hidden = !mistakes.length || key === aside;
  if (overlay.hidden) return;
  const putAside = () => {
    aside = key;
    overlay.hidden = true;
  };
  const close = { type: "button", class: "tool", "aria-label": "Put aside", title: "Put aside", onclick: putAside };
  const title = mistakes.length === 1 ? "A mistake to mend" : `${mistakes.length} mistakes to mend`;
  overlay.replaceChildren(
    h(
      "div",
      { class: "mistakes" },
      h("header", {}, h("h1", {}, title), h("button", close, icon("close"))),
      h(
        "p",
        { class: "lede" },
        "There is no version that worked yet. This goes away by itself when the file is saved without mistakes.",
      ),
      h(
        "ol",
        {},
        groupsOf(mistakes).map((group) => h("li", {}, findingItem(...group))),
      ),
    ),
  );
}

/** The mail stays in sight as it was; the line says what is wrong with the file, where, and leads there. */
function tellMistakes(first: Finding, count: number) {
  const place = `${first.file.split("/").at(-1)}, line ${first.line}`;
  tell(
    "error",
    [first, count],
    [
      icon("error"),
      h(
        "span",
        { class: "banner-words" },
        h("b", {}, place),
        ` ${capital(first.message)}. `,
        h("small", {}, "The mail is as it was before."),
      ),
      h(
        "span",
        { class: "banner-steps" },
        first.mend && step(mendWords(first.mend), "mend", first),
        first.in_issue && step("Show the place", "goto", first),
        (count > 1 || !first.in_issue) && step(count > 1 ? `All ${count} mistakes` : "In the checks", "checks", first),
      ),
    ],
  );
}

function tellAwaited(awaited: Awaited[]) {
  const words = `${inWords(awaited)}. Until then the mail is as it was.`;
  const finding = awaited[0]?.finding;
  tell(
    "quiet",
    [words, finding],
    [icon("picture"), h("span", {}, words), finding && step("Show the place", "goto", finding)],
  );
}

/** A button of the line, whose event says what is to be done about a finding. */
function step(words: string, event: string, finding: Finding) {
  const act = () => byId("awaited").dispatchEvent(new CustomEvent(event, { bubbles: true, detail: { finding } }));
  return h("button", { type: "button", class: "text-button", onclick: act }, words);
}

/** What says the same stays, with the focus that may be in it. `about` is all that its words and buttons come from. */
function tell(tone: "error" | "quiet" | "", about: unknown, children: Child[]) {
  const line = byId("awaited");
  const now = JSON.stringify([tone, about]);
  redraw(line, () => {
    if (now === told && line.hidden === !tone) return;
    told = now;
    line.hidden = !tone;
    line.className = tone === "error" ? "banner quiet error" : "banner quiet";
    line.replaceChildren(...children.filter((child) => child instanceof Node));
  });
}
