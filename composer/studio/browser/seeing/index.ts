// Ways to look at the mail: devices, what is stripped, side by side, who sees what, weights; and from a finding to its
// field.

import { Newest } from "../answers";
import type { Finding, IssueReport } from "../api";
import { Refusal } from "../api";
import { byId, say } from "../dom";
import type { Page } from "../page";
import { redraw } from "../presses";
import type { Stage } from "../stage";
import type { State } from "../state";
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
  private choices: SeeingReport = { themes: [], people: [] };
  private told: IssueSeeing | null = null;
  private known: IssueSeeing | null = null;
  private key = "";
  private readonly shows = new Newest();
  /** Ways to findings, of which the newest counts. */
  private readonly goings = new Newest();
  /** A finding in another language's file: shown as soon as that is open. */
  private wanted: Finding | null = null;

  /** `opened` is told when the panel is to be seen, `seen` when the mail is. */
  constructor(
    private readonly page: Page,
    stage: Stage,
    private readonly writing: Writing,
    private readonly opened: () => void,
    seen: () => void,
  ) {
    this.beside = new Beside(stage, () => page.change({ beside: "" }));
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
      page.change({ reader, values: {}, beside, view: "mail" });
    });
    document.addEventListener("look", () => {
      writing.tabs.choose("look");
      byId("tabs").querySelector<HTMLElement>("[data-panel=look]")?.focus();
    });
    writing.desk.listen(() => this.arrive());
  }

  /** An issue is shown, or shown again. */
  async show(report: IssueReport, state: State): Promise<void> {
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
    const { choices, told: seeing } = this;
    const { desk } = this.writing;
    const root = byId("panel-look");
    redraw(root, () => showLook(root, { report, state, choices, seeing, desk, change: this.page.change }));
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
    const { report } = this.page;
    if (report) await mend(this.writing.desk, report.slug, finding);
  };

  private readonly go = async (finding: Finding): Promise<void> => {
    const { desk, tabs } = this.writing;
    const slug = this.page.report?.slug;
    const language = slug === undefined ? null : languageOf(finding, slug);
    if (language === null) return;
    byId("overlay").hidden = true;
    const isNewest = this.goings.begin();
    // The finding may be of a newer file than the form is.
    await desk.reload();
    const { report, change } = this.page;
    if (!isNewest() || !report || report.slug !== slug) return; // somebody has gone on
    this.wanted = finding;
    const wanted = language || (report.languages[0] ?? "");
    if (report.languages.includes(wanted) && report.language !== wanted) return change({ language: wanted });
    if (desk.file) return this.arrive();
    // Why there is none stands there.
    tabs.choose("write");
    this.opened();
  };

  private arrive(): void {
    const { wanted } = this;
    const { desk, tabs } = this.writing;
    const document = desk.file?.document;
    if (!wanted || !document || !wanted.file.endsWith(`${desk.slug}/${document.name}`)) return;
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
