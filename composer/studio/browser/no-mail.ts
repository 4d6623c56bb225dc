// What stands on the stage where there is no mail to show, each with the way on from there.

import type { ProjectReport, Refusal } from "./api";
import type { Page } from "./page";
import { button, emptyState, type Stage } from "./stage";

/** What can be begun where there is nothing yet. */
interface Beginning {
  begin: () => void;
  start: () => HTMLElement;
}

export class NoMail {
  /** @param again Asks for the mail once more. */
  constructor(
    private readonly stage: Stage,
    private readonly page: Page,
    private readonly beginning: Beginning,
    private readonly again: () => void,
  ) {}

  /** There is no issue, or not even a newsletter. */
  empty(project: ProjectReport): void {
    if (!project.started) {
      if (this.stage.key !== "start") this.put(this.beginning.start(), "start");
      return;
    }
    const words = `An issue is a folder in ${project.issues_dir}/. It can begin with a few words, or with a newsletter you have.`;
    this.put(
      emptyState(
        "No issues yet",
        words,
        button("New issue", () => this.beginning.begin()),
      ),
      "empty",
    );
  }

  /** The issue that is chosen is none. */
  unknown({ issues }: ProjectReport): void {
    const { state, openIssue } = this.page;
    const words = "It may have been renamed. The list of issues has all that there are.";
    const buttons = issues.slice(0, 1).map((first) => button(`Open ${first.title}`, () => openIssue(first.slug)));
    this.put(emptyState(`There is no issue “${state.issue}”`, words, ...buttons), "unknown");
  }

  notBuilt(): void {
    this.put(emptyState("Nothing to show yet", "This issue has not been built since the studio started."), "none");
  }

  noAnswer(refusal: Refusal): void {
    const words = refusal.message || "The terminal says why.";
    this.put(emptyState("The studio could not answer", words, button("Try again", this.again)), "fault");
  }

  private put(element: HTMLElement, key: string): void {
    this.stage.showElement(element, { key, state: this.page.state });
  }
}
