// Ways to look at the mail: devices, what is stripped, side by side, who sees what, weights; and from a finding to its
// field.

import { Newest } from "../answers";
import type { Finding, IssueReport } from "../api";
import { Refusal } from "../api";
import { byId, say } from "../dom";
import type { Stage } from "../stage";
import type { Change, State } from "../state";
import { readerQuery } from "../state";
import type { Writing } from "../writing/index";
import { askIssueSeeing, askSeeing, type IssueSeeing, type SeeingReport } from "./api";
import { Beside } from "./beside";
import { blockAt, focusField, languageOf, pathAt } from "./goto";
import { mend } from "./mend";
import { showLook } from "./panel";
import { Programs } from "./programs";
import { Weights } from "./weights";

export class Seeing {
  private readonly beside: Beside;
  private readonly weights: Weights;
  private readonly programs: Programs;
  private report: IssueReport | null = null;
  private choices: SeeingReport = { themes: [], people: [] };
  private told: IssueSeeing | null = null;
  private known: IssueSeeing | null = null;
  private key = "";
  private readonly shows = new Newest();
  /** A finding in another language's file: shown as soon as that is open. */
  private wanted: Finding | null = null;

  /** `opened` is told when the panel is to be seen, `seen` when the mail is. */
  constructor(
    stage: Stage,
    private readonly writing: Writing,
    private readonly change: Change,
    private readonly opened: () => void,
    seen: () => void,
  ) {
    this.beside = new Beside(stage, () => change({ beside: "" }));
    this.weights = new Weights(stage, writing.desk);
    this.programs = new Programs(writing, seen);
    for (const [name, act] of [
      ["goto", this.go],
      ["mend", this.mend],
    ] as const) {
      document.addEventListener(name, (event) => act((event as CustomEvent<{ finding: Finding }>).detail.finding));
    }
    document.addEventListener("look-as", (event) => {
      const { reader, beside } = (event as CustomEvent<{ reader: string; beside: string }>).detail;
      change({ reader, values: {}, beside, view: "mail" });
    });
    document.addEventListener("look", () => {
      writing.tabs.choose("look");
      byId("tabs").querySelector<HTMLElement>("[data-panel=look]")?.focus();
    });
    writing.desk.listen(() => this.arrive());
  }

  /** An issue is shown, or shown again. */
  async show(report: IssueReport, state: State): Promise<void> {
    this.report = report;
    const isNewest = this.shows.begin();
    await Promise.all([
      this.beside.show(report, state),
      this.learn(report, state, isNewest),
      this.programs.show(report, state),
    ]);
    if (!isNewest()) return;
    if (this.told !== this.known) this.writing.desk.knowSides(this.told?.conditions ?? []);
    this.known = this.told;
    this.weights.show(state.outlines && state.view === "mail" ? this.told : null);
    showLook(byId("panel-look"), {
      report,
      state,
      choices: this.choices,
      seeing: this.told,
      desk: this.writing.desk,
      change: this.change,
    });
  }

  private async learn(report: IssueReport, state: State, isNewest: () => boolean): Promise<void> {
    const query = readerQuery(state, { language: report.language });
    // While the files have a mistake in them, the mail is as it was, and nobody knows who would see which block.
    const keyOf = (digest: string | null) => `${report.slug} ${query} ${report.stale} ${digest}`;
    if (keyOf(report.digest) === this.key) return;
    try {
      if (!this.choices.themes.length || !this.choices.people.length) this.choices = await askSeeing(isNewest);
      const told = report.digest ? await askIssueSeeing(report.slug, query, isNewest) : null;
      if (!isNewest()) return;
      this.told = told;
      // The files may have become another mail since this report, and this one again before the next.
      this.key = keyOf(told?.digest ?? null);
    } catch (error) {
      if (!isNewest()) return;
      if (!(error instanceof Refusal)) throw error;
      this.told = null;
      this.key = "";
    }
  }

  private readonly mend = async (finding: Finding): Promise<void> => {
    if (this.report) await mend(this.writing.desk, this.report.slug, finding);
  };

  private readonly go = async (finding: Finding): Promise<void> => {
    if (!this.report) return;
    const language = languageOf(finding, this.report.slug);
    if (language === null) return;
    byId("overlay").hidden = true;
    // The finding may be of a newer file than the form is.
    await this.writing.desk.reload();
    if (!this.report) return;
    this.wanted = finding;
    const wanted = language || (this.report.languages[0] ?? "");
    if (this.report.languages.includes(wanted) && this.report.language !== wanted) this.change({ language: wanted });
    else this.arrive();
  };

  private arrive(): void {
    const { wanted, report } = this;
    const { desk, tabs } = this.writing;
    const document = desk.file?.document;
    if (!wanted || !report || !document || !wanted.file.endsWith(`${desk.slug}/${document.name}`)) return;
    this.wanted = null;
    const path = document.can_be_edited ? pathAt(document, wanted.line, wanted.column) : null;
    const block = path && blockAt(desk, path);
    if (path === null || (path[0] === "blocks" && block === null)) {
      tabs.choose("source");
      this.opened();
      this.writing.showLine(wanted.line, wanted.column);
      return;
    }
    tabs.choose("write");
    this.opened();
    desk.select(block);
    focusField(byId("panel-write"), path);
    say(block === null ? "The issue’s form" : "The form of this block");
  }
}
