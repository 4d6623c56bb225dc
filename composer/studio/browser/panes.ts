// The panes beside the mail: folded away at a desk, drawers in a small window.

import { byId } from "./dom";
import type { Stage } from "./stage";

/** Narrower than this, a pane is a drawer over the mail; the style sheets have the same limits. */
const DRAWER_BELOW = { issues: 760, report: 1100 };

export class Panes {
  private readonly app = byId("app");

  constructor(private readonly stage: Stage) {
    byId("fold-issues").addEventListener("click", () => this.fold("issues"));
    byId("fold-report").addEventListener("click", () => this.fold("report"));
    byId("scrim").addEventListener("click", () => this.closeDrawers());
  }

  /** Fold a pane away, or out again. */
  fold(side: "issues" | "report"): void {
    this.app.classList.toggle(innerWidth < DRAWER_BELOW[side] ? `${side}-open` : `${side}-folded`);
    this.stage.layOut();
  }

  /** The panel must be in sight: somebody picked what it is about. */
  openPanel(): void {
    this.app.classList.remove("report-folded");
    if (innerWidth < DRAWER_BELOW.report) this.app.classList.add("report-open");
    this.stage.layOut();
  }

  closeDrawers(): void {
    this.app.classList.remove("issues-open", "report-open");
  }

  /** To what the checks say; `words` are the message of the finding that is meant. */
  toFinding(words: string): void {
    this.openPanel();
    byId("tab-checks").click();
    const findings = [...byId("panel-checks").querySelectorAll("details.finding")] as HTMLDetailsElement[];
    const finding = findings.find((one) => one.textContent.includes(words)) ?? findings[0];
    if (!finding) return;
    finding.open = true;
    finding.querySelector("summary")?.focus();
    finding.scrollIntoView({ block: "center" });
  }
}
