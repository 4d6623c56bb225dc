// The life of issues: they begin, are copied, get other names, and go out of the way; each with the way back.

import { render } from "preact";
import type { IssueLine } from "../api";
import { byId } from "../dom";
import { FOLDER_STEP, type FolderStep, stepFolder } from "../writing/folder-steps";
import { inWords, open } from "./dialog";
import { openMenu } from "./menu";
import { NewIssue } from "./new-issue";
import { PutAway } from "./put-away";
import { NameSheet } from "./rename";
import { archive, duplicate, type Place, remove, rename } from "./requests";
import { Start } from "./start";
import { tellDone } from "./toast";

interface Around {
  /** Show an issue, that may be new in the list. */
  show: (slug: string) => void;
  /** The issues in their order. */
  issues: () => IssueLine[];
  /** The issue that is shown. */
  shown: () => string;
  /** See to it that nothing typed waits to be saved. */
  flush: () => Promise<void>;
}

export class IssueLife {
  /** The issues with which something is being done. */
  private readonly busy = new Set<string>();

  constructor(private readonly around: Around) {
    byId("new-issue").addEventListener("click", () => this.begin());
    byId("put-away").addEventListener("click", () => this.showPutAway());
    byId("issue-list").addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-more]") : null;
      if (button) this.openMenu(button, button.dataset.more ?? "");
    });
    document.addEventListener(FOLDER_STEP, (event) => this.followStep((event as CustomEvent<FolderStep>).detail));
  }

  begin(like?: IssueLine): void {
    const { show } = this.around;
    open((close) => <NewIssue close={close} begun={show} {...(like ? { like } : {})} />);
  }

  /** For a project that has nothing yet: the form that begins it. */
  start(): HTMLElement {
    const root = document.createElement("div");
    root.className = "start-page";
    render(<Start begun={this.around.show} />, root);
    return root;
  }

  private showPutAway(): void {
    open((close) => (
      <PutAway
        close={close}
        restored={(slug) => {
          close();
          this.around.show(slug);
        }}
      />
    ));
  }

  private openMenu(button: HTMLElement, slug: string): void {
    const issue = this.around.issues().find((one) => one.slug === slug);
    if (!issue) return;
    const isOff = this.busy.has(slug);
    openMenu(button, [
      { icon: "add-after", words: "New issue like this", act: () => this.begin(issue) },
      { icon: "copy", words: "Duplicate", isOff, act: () => this.run(slug, () => this.duplicate(issue)) },
      { icon: "write", words: "Rename the folder", isOff, act: () => this.askName(issue) },
      { icon: "archive", words: "Archive", isOff, act: () => this.run(slug, () => this.putAway(issue, "archive")) },
      { icon: "delete", words: "Delete", isOff, act: () => this.run(slug, () => this.putAway(issue, "trash")) },
    ]);
  }

  private async run(slug: string, work: () => Promise<void>): Promise<void> {
    if (this.busy.has(slug)) return;
    this.busy.add(slug);
    try {
      await this.around.flush();
      await work();
    } catch (error) {
      tellDone(inWords(error));
    } finally {
      this.busy.delete(slug);
    }
  }

  /** Something was undone or made again that had become of a folder: go where it is seen, and say it. */
  private followStep({ way, words, slug, gone, trouble }: FolderStep): void {
    const shown = this.around.shown();
    this.around.show(trouble || (gone && gone !== shown) ? shown : slug);
    tellDone(trouble ?? `${way === "undo" ? "Undone" : "Done again"}: ${words}`);
  }

  private async duplicate(issue: IssueLine): Promise<void> {
    const { slug, number } = await duplicate(issue.slug, "");
    this.around.show(slug);
    tellDone(`“${issue.title}” was copied`, () => stepFolder("undo", number));
  }

  private askName(issue: IssueLine): void {
    const give = async (name: string) => {
      if (name === issue.slug) return;
      await this.around.flush();
      const { slug, number } = await rename(issue.slug, name);
      this.around.show(slug);
      tellDone(`The folder is called ${slug}`, () => stepFolder("undo", number));
    };
    const words = "Small letters, digits and hyphens. The title and the subject stay as they are.";
    open((close) => (
      <NameSheet title="Rename" name={issue.slug} words={words} button="Rename" give={give} close={close} />
    ));
  }

  private async putAway(issue: IssueLine, place: Place): Promise<void> {
    const issues = this.around.issues();
    const at = issues.findIndex((one) => one.slug === issue.slug);
    const next = issues[at + 1] ?? issues[at - 1];
    const { number } = await (place === "archive" ? archive : remove)(issue.slug);
    this.around.show(this.around.shown() === issue.slug ? (next?.slug ?? "") : this.around.shown());
    const words = place === "archive" ? "is in the archive" : "is in the trash";
    tellDone(`“${issue.title}” ${words}`, () => stepFolder("undo", number));
  }
}
