// A second mail beside the first: another language, another theme, another reader. One scroll moves both.

import type { IssueReport } from "../api";
import { askIssue, askText, hasPage, Refusal } from "../api";
import { h, icon } from "../dom";
import { languageName } from "../languages";
import { redraw } from "../presses";
import { subjectOf } from "../report";
import { envelopeOf, type Stage } from "../stage";
import type { State } from "../state";
import { readerQuery } from "../state";

export class Beside {
  private key = "";
  private frame: HTMLIFrameElement | null = null;
  private readonly envelope = h("header", { class: "envelope" });
  private readonly frames = h("div", { class: "frames" });
  private readonly paper = h("div", { class: "paper" }, this.envelope, this.frames);
  private readonly root = h("section", { class: "holder second", "aria-label": "Beside it" }, this.paper);
  private readonly watch = new ResizeObserver(() => this.measure());

  constructor(
    private readonly stage: Stage,
    private readonly close: () => void,
  ) {
    stage.root.addEventListener("measured", () => this.measure());
  }

  async show(report: IssueReport, state: State): Promise<void> {
    const isShown = state.view === "mail" && state.beside !== "" && report.digest !== null;
    const columns = isShown ? 2 : 1;
    this.stage.root.classList.toggle("two", isShown);
    if (isShown && !this.root.isConnected) this.stage.root.append(this.root);
    if (!isShown) this.root.remove();
    if (columns !== this.stage.columns) {
      this.stage.columns = columns;
      this.stage.layOut();
    }
    if (!isShown) {
      this.key = "";
      return;
    }
    const [kind, name] = split(state.beside);
    const other = kind === "reader" ? { ...state, reader: name, values: {} } : state;
    const language = kind === "language" ? name : report.language;
    const query = readerQuery(other, { language });
    query.set("scheme", state.scheme);
    query.set("pictures", String(state.pictures));
    query.set("styles", String(state.styles));
    if (kind === "theme") query.set("theme", name);
    query.set("digest", report.digest ?? "");
    // Any save may change it, be it in a file that is not the first mail's.
    const key = `${report.slug} ${query} ${report.findings.length} ${report.seconds}`;
    if (key === this.key) return;
    this.key = key;
    await this.load(report, other, query, key, kind === "theme" ? name : "");
  }

  private async load(report: IssueReport, state: State, query: URLSearchParams, key: string, theme: string) {
    const path = `/show/${encodeURIComponent(report.slug)}/${encodeURIComponent(query.get("language") ?? "")}/mail`;
    try {
      const isWanted = () => key === this.key;
      const told = await askIssue(report.slug, query, isWanted);
      // Another theme may not be able to show this issue; what is wrong is said instead of shown as data.
      if (theme) await askText(`${path}?${query}`, isWanted);
      if (key !== this.key) return;
      if (!told.inbox) throw new Refusal("This language has not been built since the studio started.");
      const isSame = state.reader === told.reader.key && told.language === report.language;
      const caption = theme || (isSame ? "" : languageName(told.language));
      this.head(envelopeOf({ inbox: told.inbox, reader: told.reader }, subjectOf(told, state)), caption);
      query.set("digest", told.digest ?? "");
      this.put(`${path}?${query}`, caption || told.reader.label);
    } catch (error) {
      if (key === this.key) this.tell(error instanceof Refusal ? error.message : "The studio does not answer.");
    }
  }

  /** Say why there is no second mail. */
  private tell(words: string): void {
    this.frame?.remove();
    this.frame = null;
    this.head([], "");
    this.frames.replaceChildren(h("p", { class: "cannot" }, words));
    this.measure();
  }

  private head(envelope: HTMLElement[], caption: string): void {
    const close = h(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": "Show one mail only",
        title: "Show one mail only",
        onclick: this.close,
      },
      icon("close"),
    );
    const end = h("span", { class: "beside-end" }, caption && h("b", { class: "caption" }, caption), close);
    const children = [...(envelope.length ? envelope : [h("span"), h("span")]), end];
    redraw(this.envelope, () => this.envelope.replaceChildren(...children));
  }

  private put(address: string, title: string): void {
    const frame = h("iframe", {
      title: `Beside: ${title}`,
      class: "coming",
      src: address,
      sandbox: "allow-same-origin",
    });
    frame.addEventListener("load", () => {
      if (!frame.isConnected || frame === this.frame) return;
      if (!hasPage(frame, (why) => this.tell(why.message))) return;
      this.watch.disconnect();
      for (const child of [...this.frames.children]) if (child !== frame) child.remove();
      this.frame = frame;
      frame.className = "";
      if (frame.contentDocument) this.watch.observe(frame.contentDocument.documentElement);
      this.measure();
    });
    for (const coming of this.frames.querySelectorAll(".coming")) coming.remove();
    this.frames.append(frame);
  }

  private measure(): void {
    if (!this.root.isConnected) return;
    const { scale, state } = this.stage;
    this.paper.style.width = `${state.width}px`;
    this.paper.style.transform = `scale(${scale})`;
    const page = this.frame?.contentDocument?.documentElement;
    if (this.frame && page) {
      this.frame.style.height = "0";
      this.frame.style.height = `${page.scrollHeight}px`;
    }
    this.root.style.width = `${this.paper.offsetWidth * scale}px`;
    this.root.style.height = `${this.paper.offsetHeight * scale}px`;
  }
}

function split(beside: string): [string, string] {
  const at = beside.indexOf(":");
  return [beside.slice(0, at), beside.slice(at + 1)];
}
