// Where writing begins: the desk, what is drawn in the mail, and the panels beside it.

import { part } from "../answers";
import type { IssueReport } from "../api";
import { byId } from "../dom";
import { focusField } from "../seeing/goto";
import type { Stage } from "../stage";
import { moveBlock } from "./block-acts";
import type { SourceEditor } from "./code";
import { Desk } from "./desk";
import { PictureDrops } from "./drops";
import type { Path } from "./model";
import { Outlines } from "./outlines";
import { PaletteDrops } from "./palette-drops";
import { showPanel } from "./panel";
import { knowFields } from "./prose-field";
import { Tabs } from "./tabs";

export class Writing {
  readonly desk: Desk;
  readonly tabs: Tabs;
  private source: Promise<SourceEditor> | null = null;
  private report: IssueReport | null = null;

  /** `saved` and `looking` are as the desk has them; `opened` is told when the panel is to be seen. */
  constructor(stage: Stage, saved: (report?: IssueReport | null) => void, looking: () => string, opened: () => void) {
    this.desk = new Desk(saved, "", looking);
    this.tabs = new Tabs((name) => {
      if (name === "source") this.openSource();
    });
    showPanel(byId("panel-write"), this.desk);
    const picked = () => {
      if (["checks", "look"].includes(this.tabs.chosen) || this.desk.adding !== null) this.tabs.choose("write");
      opened();
    };
    new Outlines(stage, this.desk, picked, (path) => this.showField(path));
    const write = () => {
      this.tabs.choose("write");
      opened();
    };
    new PictureDrops(stage, this.desk, write);
    new PaletteDrops(stage, this.desk, write);
    addEventListener("keydown", (event) => this.key(event), true);
    addEventListener("beforeunload", () => void this.desk.flush());
  }

  /** An issue is shown, or shown again; `isOurs` if it is what came with the desk's own file. */
  show(report: IssueReport, isOurs: boolean): void {
    this.report = report;
    knowFields(report.fields);
    if (!isOurs) void this.desk.open(report.slug, report.language);
    void this.source?.then((editor) => editor.tell(report.findings));
  }

  /** No issue is shown any more. What is typed is not let go before it is written down. */
  leave(): void {
    if (this.desk.saving === "saved") this.desk.leave();
  }

  private openSource(): void {
    this.source ??= part(() => import("./code")).then(({ SourceEditor }) => {
      const editor = new SourceEditor(byId("panel-source"), this.desk);
      editor.tell(this.report?.findings ?? []);
      return editor;
    });
  }

  /** Open the source at a place of it; columns count characters. */
  showLine(line: number, column: number): void {
    this.openSource();
    void this.source?.then((editor) => editor.goTo(line, column));
  }

  /** Put the cursor into a field, in the form or in the source, unless somebody is already elsewhere. */
  private showField(path: Path): void {
    const isIdle = () =>
      document.activeElement === document.body || document.activeElement instanceof HTMLIFrameElement;
    if (this.tabs.chosen === "write") focusField(byId("panel-write"), path, isIdle);
    const { document: file } = this.desk.file ?? {};
    const place = file?.fields.find((field) => JSON.stringify(field.path) === JSON.stringify(path));
    if (this.tabs.chosen !== "source" || !file || !place) return;
    const before = file.text.slice(0, place.span[0]).split("\n");
    this.showLine(before.length, [...(before.at(-1) ?? "")].length + 1);
  }

  private key(event: KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : document.body;
    const isCommand = event.ctrlKey || event.metaKey;
    // What is typed there stands in no file, and is undone by the browser.
    const isAside = target.closest("#panel-checks, dialog, #issues, [type=search], #sending :is(input, textarea)");
    if (isCommand && !event.altKey && !isAside && (event.key.toLowerCase() === "z" || event.key === "y")) {
      event.preventDefault();
      event.stopPropagation();
      void this.desk.step(event.shiftKey || event.key === "y" ? "redo" : "undo");
      return;
    }
    if (byId("app").classList.contains("in-room")) return; // the mail and its blocks are not seen
    if (event.key === "Escape" && !event.defaultPrevented && !target.closest("dialog, .prose-more, .cm-editor")) {
      if (this.desk.adding !== null) this.desk.choose(null);
      else if (this.desk.selected !== null) this.desk.select(null);
    }
    const { selected } = this.desk;
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (
      by &&
      event.altKey &&
      selected !== null &&
      !target.closest(".cm-editor, .block-list") &&
      this.desk.file?.is_first
    ) {
      event.preventDefault();
      void moveBlock(this.desk, selected, selected + by);
    }
  }
}
