// The source of the file beside the mail: the same file, followed both ways.

import { autocompletion, closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Finding } from "../api";
import { mendWords } from "../findings";
import { Completions } from "./completing/index";
import type { Desk } from "./desk";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-tag)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ink)" },
  { tag: [tags.comment, tags.meta], color: "var(--code-comment)" },
  { tag: [tags.number, tags.bool, tags.keyword, tags.atom], color: "var(--code-value)" },
  { tag: tags.heading, fontWeight: "600" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
]);

export class SourceEditor {
  private view: EditorView | null = null;
  private name = "";
  private turn = -1;
  private isOurs = false;
  private findings: Finding[] = [];
  /** The block that the cursor is in, or whose lines were brought into view. */
  private selected: number | null = null;
  private readonly completions: Completions;

  constructor(
    private readonly root: HTMLElement,
    private readonly desk: Desk,
  ) {
    this.completions = new Completions(desk);
    desk.listen(() => this.follow());
    this.follow();
  }

  /** What the checks say, at its lines. */
  tell(findings: Finding[]): void {
    this.findings = findings;
    this.underline();
  }

  private follow(): void {
    const { file } = this.desk;
    if (!file) return;
    const { document } = file;
    if (!this.view || this.name !== document.name) this.open(document.name, document.text, document.format);
    else if (this.turn !== this.desk.turn || !this.view.hasFocus) this.take(document.text);
    this.turn = this.desk.turn;
    this.bring();
    this.underline();
  }

  private open(name: string, text: string, format: string): void {
    this.view?.destroy();
    this.name = name;
    this.selected = null;
    const nonce = window.document.querySelector<HTMLMetaElement>("meta[name=studio-nonce]")?.content ?? "";
    const state = EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        lintGutter(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [this.completions.source], icons: false }),
        highlightSelectionMatches(),
        syntaxHighlighting(colours),
        keymap.of([...defaultKeymap, ...searchKeymap, ...lintKeymap, indentWithTab]),
        EditorView.lineWrapping,
        format === "markdown" ? markdown() : yaml(),
        EditorView.contentAttributes.of({ "aria-label": `Source: ${name}`, spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (this.isOurs) return;
          if (update.docChanged) this.desk.setSource(this.written(update.state.doc.toString()));
          else if (update.selectionSet && update.view.hasFocus) this.select(update.state);
        }),
      ],
    });
    this.view = new EditorView({ state, parent: this.root });
  }

  /** CodeMirror counts every line break as one; the file keeps its own. */
  private written(text: string): string {
    return this.desk.file?.document.text.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
  }

  /** Take another text over, and leave what is the same in both as it is, with the cursor in it. */
  private take(whole: string): void {
    const view = this.view;
    if (!view) return;
    const text = whole.replaceAll("\r\n", "\n");
    const now = view.state.doc.toString();
    if (now === text) return;
    let from = 0;
    while (from < now.length && now[from] === text[from]) from++;
    let end = 0;
    const most = Math.min(now.length, text.length) - from;
    while (end < most && now[now.length - 1 - end] === text[text.length - 1 - end]) end++;
    this.isOurs = true;
    view.dispatch({ changes: { from, to: now.length - end, insert: text.slice(from, text.length - end) } });
    this.isOurs = false;
  }

  /** The cursor has moved: the block that it is in is the one that is shown. */
  private select(state: EditorState): void {
    const line = state.doc.lineAt(state.selection.main.head).number;
    const block = this.desk.file?.document.blocks.find(({ lines }) => lines && line >= lines[0] && line <= lines[1]);
    this.selected = block ? (this.desk.placeOf(block) ?? null) : null;
    this.desk.select(this.selected);
  }

  /** Another block was picked: its lines come into view. */
  private bring(): void {
    const { block, selected } = this.desk;
    if (selected === this.selected || !this.view) return;
    this.selected = selected;
    const line = block?.lines?.[0];
    if (!line || line > this.view.state.doc.lines) return;
    this.goTo(line);
  }

  /** Bring a line into view, with the cursor at a column, which counts characters: the editor counts halves of some. */
  goTo(line: number, column = 1): void {
    if (!this.view || line < 1 || line > this.view.state.doc.lines) return;
    const at = this.offset(line, column);
    this.isOurs = true;
    this.view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: "start", yMargin: 24 }),
    });
    this.isOurs = false;
  }

  private underline(): void {
    const { view } = this;
    const document = this.desk.file?.document;
    if (!view || !document) return;
    const told = [
      ...document.problems.map((one) => ({ place: one, severity: "error" as const, finding: null })),
      ...this.findings
        .filter((one) => one.file.endsWith(`/${document.name}`))
        .map((one) => ({ place: one, severity: one.severity, finding: one })),
    ];
    const found = told.flatMap(({ place, severity, finding }): Diagnostic[] => {
      if (place.line < 1 || place.line > view.state.doc.lines) return [];
      const { message, hint } = place;
      const mend = finding?.mend;
      const from = this.offset(place.line, place.column);
      const wrong = mend && mend.line === place.line ? this.offset(mend.line, mend.column) : null;
      const to = mend && wrong !== null ? wrong + mend.replace.length : this.endOf(place.line, from);
      return [
        {
          from: wrong ?? from,
          to: Math.min(Math.max(to, wrong ?? from), view.state.doc.length),
          severity,
          message: hint ? `${message}\n${hint}` : message,
          actions: mend ? [{ name: mendWords(mend), apply: () => this.mend(finding) }] : [],
        },
      ];
    });
    view.dispatch(setDiagnostics(view.state, found));
  }

  /** What the server takes mends by; `seeing/` hears of it. */
  private mend(finding: Finding): void {
    document.dispatchEvent(new CustomEvent("mend", { detail: { finding } }));
  }

  /** Columns count characters: the editor counts halves of some. */
  private offset(line: number, column: number): number {
    if (!this.view || line > this.view.state.doc.lines) return 0;
    const { from, text } = this.view.state.doc.line(line);
    return from + [...text].slice(0, Math.max(0, column - 1)).join("").length;
  }

  private endOf(line: number, from: number): number {
    const at = this.view?.state.doc.line(line);
    return at ? Math.max(from, at.from + at.text.trimEnd().length) : from;
  }
}
