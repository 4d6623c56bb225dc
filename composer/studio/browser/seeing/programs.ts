// What each of the readers' mail programs makes of the mail, in the panel of the checks: asked for when that is seen.

import { Newest } from "../answers";
import type { IssueReport } from "../api";
import { Refusal } from "../api";
import { byId } from "../dom";
import { redraw } from "../presses";
import type { State } from "../state";
import { readerQuery } from "../state";
import type { Writing } from "../writing/index";
import { askPrograms } from "./api";
import { showPrograms } from "./program-list";

export class Programs {
  private readonly root = byId("mail-programs");
  private readonly asks = new Newest();
  private wanted: { report: IssueReport; state: State } | null = null;

  /** `seen` is told when the mail is to be seen, which a drawer may cover. */
  constructor(
    private readonly writing: Writing,
    private readonly seen: () => void,
  ) {
    byId("panel-checks").addEventListener("opened", () => void this.learn());
  }

  /** An issue is shown, or shown again: its files may be others, or the readers' programs. */
  async show(report: IssueReport, state: State): Promise<void> {
    this.wanted = { report, state };
    await this.learn();
  }

  private async learn(): Promise<void> {
    if (!this.wanted || byId("panel-checks").hidden) return;
    const { report, state } = this.wanted;
    this.wanted = null;
    const isNewest = this.asks.begin();
    let told = null;
    try {
      const query = readerQuery(state, { language: report.language });
      if (report.digest) told = await askPrograms(report.slug, query, isNewest);
    } catch (error) {
      if (!isNewest()) return;
      if (!(error instanceof Refusal)) throw error;
    }
    if (!isNewest()) return;
    const { desk, tabs } = this.writing;
    const list = {
      told,
      desk,
      lead: (block: number) => {
        this.seen();
        desk.select(block);
      },
      toShares: () => {
        tabs.choose("publication");
        byId("tabs").querySelector<HTMLElement>("[data-panel=publication]")?.focus();
      },
    };
    redraw(this.root, () => showPrograms(this.root, list));
  }
}
