// The bar over the mail: it shows how the mail is looked at, and its buttons change that.

import type { IssueReport } from "./api";
import { byId, h, segments } from "./dom";
import { languageName } from "./languages";
import type { Page } from "./page";
import { redraw } from "./presses";
import type { Stage } from "./stage";
import { clampWidth } from "./state";

const ZOOMS = [50, 67, 75, 80, 90, 100, 110, 125, 150, 200];

export class Bar {
  private readonly width = byId("width", HTMLInputElement);
  private readonly choose: Record<"language" | "view" | "width" | "scheme", (value: string | number) => void>;

  constructor(
    private readonly page: Page,
    private readonly stage: Stage,
  ) {
    this.choose = {
      language: segments(byId("languages"), (language) => page.change({ language })),
      view: segments(byId("views"), (view) => page.change({ view })),
      width: segments(byId("widths"), (width) => page.change({ width: Number(width) })),
      scheme: segments(byId("schemes"), (scheme) => page.change({ scheme })),
    };
    this.width.addEventListener("change", () => {
      const width = Number(this.width.value);
      if (width) page.change({ width: clampWidth(width) });
      this.width.value = String(page.state.width);
    });
    byId("pictures").addEventListener("click", () => this.togglePictures());
    byId("zoom-in").addEventListener("click", () => this.zoom(1));
    byId("zoom-out").addEventListener("click", () => this.zoom(-1));
    byId("zoom-fit").addEventListener("click", () => this.fit());
  }

  /** Show what is chosen now. */
  show(): void {
    const { state, report } = this.page;
    this.choose.view(state.view);
    this.choose.width(state.width);
    this.choose.scheme(state.scheme);
    this.choose.language(report?.language ?? state.language);
    byId("pictures").setAttribute("aria-pressed", String(state.pictures));
    byId("mail-tools").classList.toggle("off", state.view !== "mail");
    byId("zoom").classList.toggle("off", state.view !== "mail" && state.view !== "print");
    if (document.activeElement !== this.width) this.width.value = String(state.width);
  }

  /** Offer the languages of an issue, if there are several. */
  showLanguages({ languages }: IssueReport): void {
    const group = byId("languages");
    redraw(group, () => {
      const shown = [...group.children].map((button) => button.getAttribute("data-value"));
      group.hidden = languages.length < 2;
      if (String(shown) === String(languages)) return;
      group.replaceChildren(...languages.map(languageButton));
      this.show();
    });
  }

  /** Say how much is to be mended. */
  showCount({ findings }: IssueReport): void {
    const faults = findings.filter((finding) => finding.severity !== "info");
    const count = byId("count");
    count.textContent = String(faults.length);
    count.hidden = !faults.length;
    const words = faults.length ? `Checks and reader, ${faults.length} to mend` : "Checks and reader";
    byId("fold-report").setAttribute("aria-label", words);
    count.className = `count ${faults.some((finding) => finding.severity === "error") ? "error" : "warning"}`;
  }

  zoom(by: 1 | -1): void {
    const now = Math.round(this.stage.scale * 100);
    const next = by > 0 ? ZOOMS.find((level) => level > now) : ZOOMS.findLast((level) => level < now);
    if (next) this.page.change({ zoom: next });
  }

  /** Make the mail as large as the window has room for. */
  fit(): void {
    this.page.change({ zoom: 0 });
  }

  togglePictures(): void {
    this.page.change({ pictures: !this.page.state.pictures });
  }
}

function languageButton(code: string) {
  return h("button", { type: "button", role: "radio", "data-value": code, title: languageName(code) }, code);
}
