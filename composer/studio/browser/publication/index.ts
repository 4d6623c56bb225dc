// The publication beside the mail: who publishes it and what it looks like, each change seen at once.

import { part } from "../answers";
import type { IssueReport } from "../api";
import { byId } from "../dom";
import { Desk } from "../writing/desk";
import { FileDesks } from "./file-desks";

export class Publication {
  private readonly root = byId("panel-publication");
  private readonly desk: Desk;
  private readonly others: FileDesks;
  private report: IssueReport | null = null;
  private isDrawn = false;

  /** `saved` is told when a file is another one; `look` shows the mail in a language. */
  constructor(
    saved: () => void,
    private readonly look: (language: string) => void,
  ) {
    this.desk = new Desk(saved, "newsletter.yaml");
    this.others = new FileDesks(saved);
    this.root.addEventListener("opened", () => this.open());
    addEventListener("beforeunload", () => {
      void this.desk.flush();
      void this.others.flush();
    });
  }

  /** An issue is shown, or shown again: the publication is seen on it. */
  show(report: IssueReport): void {
    this.report = report;
    if (this.root.hidden) return;
    this.open();
    this.root.dispatchEvent(new Event("shown"));
  }

  private open(): void {
    if (!this.report) return;
    void this.desk.open(this.report.slug, this.report.languages[0] ?? "");
    void this.others.open(this.report.slug, this.report.languages[0] ?? "");
    if (this.isDrawn) return;
    this.isDrawn = true;
    const { root, desk, others, look } = this;
    void part(() => import("./panel")).then(({ showPublication }) => showPublication({ root, desk, others, look }));
  }
}
