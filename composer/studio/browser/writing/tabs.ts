// The tabs beside the mail: writing, the source of the file, the checks.

import { byId } from "../dom";

const STEPS = new Map([
  ["ArrowRight", 1],
  ["ArrowLeft", -1],
]);

export class Tabs {
  chosen = "checks";
  private readonly tabs = [...byId("tabs").querySelectorAll<HTMLElement>("[role=tab]")];

  constructor(private readonly opened: (name: string) => void) {
    byId("tabs").addEventListener("click", (event) => {
      const tab = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=tab]") : null;
      if (tab) this.choose(tab.dataset.panel ?? "");
    });
    byId("tabs").addEventListener("keydown", (event) => {
      const step = STEPS.get(event.key);
      if (!step) return;
      event.preventDefault();
      const now = this.tabs.findIndex((tab) => tab.dataset.panel === this.chosen);
      const next = this.tabs[(now + step + this.tabs.length) % this.tabs.length];
      this.choose(next?.dataset.panel ?? "");
      next?.focus();
    });
    this.choose(this.chosen);
  }

  choose(name: string): void {
    this.chosen = name;
    for (const tab of this.tabs) {
      const isChosen = tab.dataset.panel === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      byId(`panel-${tab.dataset.panel}`).hidden = !isChosen;
    }
    byId(`panel-${name}`).dispatchEvent(new Event("opened"));
    this.opened(name);
  }
}
