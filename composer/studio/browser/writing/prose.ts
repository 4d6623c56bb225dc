// A text in Markdown, written as it is seen. What the schema does not know cannot be written (markdown/schema.ts).

import { baseKeymap, toggleMark, wrapIn } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import type { Node, Slice } from "prosemirror-model";
import { wrapInList } from "prosemirror-schema-list";
import { type Command, EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { h, icon } from "../dom";
import type { Judged } from "./addresses";
import { held, type Part } from "./held";
import { FIELD } from "./markdown/fields";
import { TypedText } from "./markdown/pieces";
import { fieldInWords, marks, nodes, schema } from "./markdown/schema";
import { cleanedHtml, withFields } from "./pasted";
import { addressesIn, type Lost, withLinks, withMeant } from "./pasted-links";
import { listsApart } from "./pasted-lists";
import { hasMark, isIn, keys, linkAt, linkRange, rules, turned } from "./prose-commands";
import { inWords, type Wrong } from "./wrong-addresses";

export { canBeSeen } from "./markdown/pieces";

export interface ProseOptions {
  id: string;
  label: string;
  markdown: string;
  /** What is not offered here, not typed, and not taken in; what the text has of it already stays. */
  without: Part[];
  fields: () => { name: string; meaning: string }[];
  changed: (markdown: string) => void;
  /** What there is to say about addresses, in their order. */
  judged: (addresses: string[], isWanted: () => boolean) => Promise<Judged[]>;
}

export class ProseEditor {
  private readonly view: EditorView;
  private readonly bar: HTMLElement;
  private readonly more: HTMLElement;
  /** What is wrong with an address. */
  private readonly wrong: HTMLElement;
  private readonly buttons: { element: HTMLElement; isOn: (state: EditorState) => boolean; part: Part | undefined }[] =
    [];
  private readonly without: ReadonlySet<Part>;
  private text: TypedText;
  private told: string;
  /** Where the link belongs about which the server is asked: what is typed meanwhile is no part of it. */
  private linked: { from: number; to: number } | null = null;

  constructor(
    place: HTMLElement,
    private readonly options: ProseOptions,
  ) {
    this.text = new TypedText(options.markdown);
    this.without = new Set(options.without);
    this.bar = h("div", { class: "prose-bar", role: "toolbar", "aria-label": `${options.label}: format` });
    this.more = h("form", { class: "prose-more", hidden: true });
    this.wrong = h("p", { class: "prose-wrong wrong-address", role: "alert", id: `${options.id}-wrong`, hidden: true });
    const sheet = h("div", { class: "prose-sheet" });
    place.replaceChildren(this.bar, this.more, this.wrong, sheet);
    this.view = new EditorView(sheet, {
      state: this.stateOf(this.text.seen),
      attributes: { id: options.id, role: "textbox", "aria-multiline": "true", "aria-label": options.label },
      dispatchTransaction: (transaction) => {
        this.view.updateState(this.view.state.apply(transaction));
        if (this.linked) {
          this.linked.to = transaction.mapping.map(this.linked.to, -1);
          this.linked.from = Math.min(transaction.mapping.map(this.linked.from, 1), this.linked.to);
        }
        if (transaction.docChanged) {
          this.tellWrong();
          this.tell();
        }
        this.mark();
      },
      handleDOMEvents: { keydown: readCursor, paste: readCursor, cut: readCursor, copy: readCursor },
      transformPastedHTML: cleanedHtml,
      transformPasted: (slice, view) => {
        void this.judgePasted(slice);
        return listsApart(held(withFields(slice), this.without), view.state.selection.$from);
      },
      handleClickOn: (_view, position, node) => {
        if (node.type.name !== "field") return false;
        this.askDefault(position, node);
        return true;
      },
    });
    this.told = this.markdown();
    this.fillBar();
    this.mark();
  }

  hasFocus(): boolean {
    return this.view.hasFocus() || this.more.contains(document.activeElement);
  }

  show(markdown: string): void {
    this.text = new TypedText(markdown);
    this.linked = null;
    this.tellWrong(); // of what may be gone
    this.view.updateState(this.stateOf(this.text.seen));
    this.told = this.markdown();
    this.mark();
  }

  destroy(): void {
    this.view.destroy();
  }

  /**
   * Only what is another Markdown is told: a blank at the end of a line is none. Saved as if it were one, it would give
   * way to what an editor has saved meanwhile, which the next letter would then write over.
   */
  private tell(): void {
    const markdown = this.markdown();
    if (markdown === this.told) return;
    this.told = markdown;
    this.options.changed(markdown);
  }

  private markdown(): string {
    return this.text.written(this.view.state.doc);
  }

  private stateOf(doc: Node): EditorState {
    return EditorState.create({
      doc,
      plugins: [rules(this.without), keymap({ "Mod-k": this.askLink }), keys(), keymap(baseKeymap)],
    });
  }

  private run(command: Command): void {
    readCursor(this.view);
    // First: a command that asks for more goes to where that is written.
    this.view.focus();
    command(this.view.state, this.view.dispatch, this.view);
  }

  private fillBar(): void {
    const add = (
      name: string,
      words: string,
      command: Command,
      isOn: (state: EditorState) => boolean = () => false,
      part?: Part,
    ) => {
      const element = h(
        "button",
        {
          type: "button",
          class: "tool",
          title: words,
          "aria-label": words,
          onmousedown: (event: Event) => event.preventDefault(),
          onclick: () => this.run(command),
        },
        icon(name),
      );
      this.buttons.push({ element, isOn, part });
      this.bar.append(element);
    };
    add("bold", "Bold (Ctrl B)", toggleMark(marks.strong), (state) => hasMark(state, marks.strong));
    add("italic", "Italic (Ctrl I)", toggleMark(marks.em), (state) => hasMark(state, marks.em));
    add("link", "Link (Ctrl K)", this.askLink, (state) => hasMark(state, marks.link));
    add("bullets", "List", wrapInList(nodes.bullet_list), (state) => isIn(state, nodes.bullet_list), "lists");
    add(
      "numbers",
      "Numbered list",
      wrapInList(nodes.ordered_list),
      (state) => isIn(state, nodes.ordered_list),
      "lists",
    );
    add("heading", "Heading", turned(nodes.heading, { level: 2 }), (state) => isIn(state, nodes.heading), "headings");
    add("quote", "Quotation", wrapIn(nodes.blockquote), (state) => isIn(state, nodes.blockquote), "quotations");
    add("code", "Code (Ctrl E)", toggleMark(marks.code), (state) => hasMark(state, marks.code));
    add("field", "A reader’s own word", this.askField);
  }

  private mark(): void {
    for (const { element, isOn, part } of this.buttons) {
      const isPressed = isOn(this.view.state);
      element.setAttribute("aria-pressed", String(isPressed));
      // What stands here though it has no place can be taken away.
      element.hidden = part !== undefined && this.without.has(part) && !isPressed;
    }
  }

  private readonly askLink: Command = (state) => {
    const mark = linkAt(state);
    const input = h("input", {
      type: "text",
      inputmode: "url",
      placeholder: "https://…",
      "aria-label": "Address of the link",
      value: mark?.attrs.href ?? "",
    });
    const set = async () => {
      const typed = input.value.trim();
      const { from, to, empty } = this.view.state.selection;
      const place = empty ? linkRange(this.view.state) : { from, to };
      this.linked = place;
      const isThere = () => !this.more.hidden && input.isConnected && this.linked === place;
      const isAsked = () => isThere() && input.value.trim() === typed;
      const [told] = typed ? await this.options.judged([typed], isAsked).catch(() => []) : [];
      if (!isAsked() || (typed && !told)) return false;
      input.ariaInvalid = told?.wrong ? "true" : null;
      this.tellWrong();
      if (told?.wrong) {
        const take = () => {
          input.value = told.meant;
          input.form?.requestSubmit();
        };
        this.tellWrong({ ...told, take });
        input.focus();
        return false;
      }
      const href = told?.address ?? "";
      const transaction = this.view.state.tr.removeMark(place.from, place.to, marks.link);
      if (href && place.from === place.to) {
        transaction.insert(place.from, schema.text(href, [marks.link.create({ href })]));
      } else if (href) transaction.addMark(place.from, place.to, marks.link.create({ href }));
      this.view.dispatch(transaction);
      return true;
    };
    this.askMore(input, "Set the link", set);
    return true;
  };

  private readonly askField: Command = () => {
    const names = this.options.fields();
    const select = h(
      "select",
      { "aria-label": "Which of the reader’s words" },
      names.map(({ name, meaning }) => h("option", { value: name, title: meaning }, name.replaceAll("_", " "))),
    );
    const otherwise = h("input", {
      type: "text",
      "aria-label": "If it is not known",
      placeholder: "if it is not known",
    });
    this.askMore([select, otherwise], "Put it in", () => {
      const source = sourceOf(`subscriber.${select.value}`, otherwise.value);
      this.view.dispatch(this.view.state.tr.replaceSelectionWith(schema.node("field", { source })));
    });
    return true;
  };

  private askDefault(position: number, node: Node): void {
    const found = FIELD.exec(String(node.attrs.source));
    const known = /default\(\s*["']([^"']*)["']\s*\)/.exec(found?.[2] ?? "")?.[1] ?? "";
    const input = h("input", { type: "text", value: known, "aria-label": "If it is not known" });
    this.askMore([`${fieldInWords(String(node.attrs.source)).name}, or`, input], "Set", () => {
      const source = sourceOf(found?.[1] ?? "", input.value);
      this.view.dispatch(this.view.state.tr.setNodeMarkup(position, null, { source }));
    });
  }

  private tellWrong(...all: Wrong[]): void {
    this.wrong.replaceChildren(...inWords(all));
    this.wrong.hidden = !all.length;
  }

  /** Write where the links that were pasted lead, in the place of what a program put around that. */
  private async judgePasted(slice: Slice): Promise<void> {
    const pasted = addressesIn(slice.content);
    const told = pasted.length ? await this.options.judged(pasted, () => !this.view.isDestroyed).catch(() => []) : [];
    if (this.view.isDestroyed) return;
    const { changed, lost } = withLinks(this.view.state, new Map(told.map((one, at) => [pasted[at] ?? "", one])));
    if (changed.docChanged) this.view.dispatch(changed);
    this.tellLost(lost);
  }

  /** Any change of the text takes away what is told here: until then, the words are where they were found. */
  private tellLost(lost: Lost[]): void {
    if (!lost.length) return;
    const all = [...new Set(lost.map(({ told }) => told))].map((told) => ({
      ...told,
      take: () => {
        const [these, others] = [lost.filter((one) => one.told === told), lost.filter((one) => one.told !== told)];
        this.view.dispatch(withMeant(this.view.state, these));
        this.tellLost(others);
        this.view.focus();
      },
    }));
    this.tellWrong(...all, { wrong: "The words are there, without the link.", meant: "" });
  }

  /** One line below the buttons, for what a button has to know. It stays open while what is `done` says false. */
  private askMore(fields: (string | HTMLElement) | (string | HTMLElement)[], words: string, done: () => unknown): void {
    const close = () => {
      this.more.hidden = true;
      this.tellWrong();
      this.view.focus();
    };
    this.tellWrong();
    this.more.replaceChildren(
      ...(Array.isArray(fields) ? fields : [fields]),
      h("button", { type: "submit", class: "plain" }, words),
      h(
        "button",
        { type: "button", class: "tool", "aria-label": "Close", title: "Close", onclick: close },
        icon("close"),
      ),
    );
    this.more.onsubmit = (event) => {
      event.preventDefault();
      void Promise.resolve(done()).then((isDone) => isDone !== false && close());
    };
    this.more.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    };
    this.more.hidden = false;
    this.more.querySelector<HTMLElement>("input, select")?.focus();
  }
}

/**
 * Have the editor look now where the browser has put the cursor. It tells of a moved cursor in a task of its own, behind
 * the next keys if the page was busy: End and Enter would split a paragraph where the cursor stood before.
 */
function readCursor(view: EditorView): false {
  if (!view.composing) view.dom.ownerDocument.dispatchEvent(new Event("selectionchange"));
  return false;
}

function sourceOf(name: string, otherwise: string): string {
  const words = otherwise.trim().replaceAll('"', "”");
  return words ? `{{ ${name} | default("${words}") }}` : `{{ ${name} }}`;
}
