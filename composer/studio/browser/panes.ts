// The panes beside the mail: folded away at a desk, drawers in a small window.

import type { Finding } from "./api";
import { byId } from "./dom";
import { kindOf } from "./findings";
import type { Stage } from "./stage";

/** Narrower than this, a pane is a drawer over the mail; the style sheets have the same limits. */
const DRAWER_BELOW = { issues: 760, report: 1100 };

export class Panes {
  private readonly app = byId("app");

  constructor(private readonly stage: Stage) {
    byId("fold-issues").addEventListener("click", () => this.fold("issues"));
    byId("fold-report").addEventListener("click", () => this.fold("report"));
    byId("scrim").addEventListener("click", () => this.closeDrawers());
    byId("close-report").addEventListener("click", () => {
      this.closeDrawers();
      byId("fold-report").focus();
    });
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

  /** To what the checks say, to this finding or to the first. */
  toFinding(wanted: Finding | null): void {
    this.openPanel();
    byId("tab-checks").click();
    const findings = [...byId("panel-checks").querySelectorAll("details.finding")] as HTMLDetailsElement[];
    const finding = findings.find((one) => wanted && one.dataset.kind === kindOf(wanted)) ?? findings[0];
    if (!finding) return;
    for (let one: Element | null = finding; one; one = one.parentElement) {
      if (one instanceof HTMLDetailsElement) one.open = true;
    }
    finding.querySelector("summary")?.focus();
    finding.scrollIntoView({ block: "center" });
  }
}
