// The Markdown of a text, as ProseMirror has it: what the schema does not know cannot be written.
//
// What was not changed stays as it was typed: each paragraph keeps its own source, and only one that became another is
// written anew. A text with something that the schema does not know (a table, a footnote) is not opened here at all.

import MarkdownIt from "markdown-it";
import { baseKeymap, chainCommands, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import {
  ellipsis,
  emDash,
  InputRule,
  inputRules,
  textblockTypeInputRule,
  wrappingInputRule,
} from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import {
  schema as common,
  defaultMarkdownParser,
  defaultMarkdownSerializer,
  MarkdownParser,
  MarkdownSerializer,
} from "prosemirror-markdown";
import { type Mark, type MarkType, type Node, type NodeSpec, type NodeType, Schema } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { type Command, EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { h, icon } from "../dom";
import { cleanedHtml } from "./pasted";

const FIELD = /^\{\{\s*([\w.]+)\s*((?:\|[^}]*)?)\}\}/;

function closeList(name: string, tag: string): NodeSpec {
  const spec = common.spec.nodes.get(name);
  const order = tag === "ol" ? { order: { default: 1 } } : {};
  const getAttrs = (dom: HTMLElement) => (tag === "ol" ? { order: Number(dom.getAttribute("start") ?? 1) } : {});
  return { ...spec, attrs: { ...order, tight: { default: true } }, parseDOM: [{ tag, getAttrs }] };
}

const nodeSpecs = common.spec.nodes
  .remove("image")
  // A list that is made here stands close, as most are typed.
  .update("bullet_list", closeList("bullet_list", "ul"))
  .update("ordered_list", closeList("ordered_list", "ol"))
  .update("heading", { ...common.spec.nodes.get("heading"), content: "(text | field)*" })
  .addBefore("text", "field", {
    group: "inline",
    inline: true,
    atom: true,
    attrs: { source: {} },
    toDOM: (node: Node) => {
      const { words } = fieldInWords(String(node.attrs.source));
      return ["span", { class: "chip", "data-field": node.attrs.source, title: node.attrs.source }, words];
    },
    parseDOM: [
      { tag: "span[data-field]", getAttrs: (dom: HTMLElement) => ({ source: dom.getAttribute("data-field") }) },
    ],
  });

const schema = new Schema({
  nodes: nodeSpecs,
  marks: common.spec.marks,
});

// Those of a schema are known by any name to TypeScript; these are there.
const nodes = schema.nodes as unknown as Record<
  "paragraph" | "heading" | "blockquote" | "bullet_list" | "ordered_list" | "list_item" | "hard_break",
  NodeType
>;
const marks = schema.marks as unknown as Record<"strong" | "em" | "link" | "code", MarkType>;

/** `{{ subscriber.first_name | default("reader") }}` → “first name, or reader”. */
function fieldInWords(source: string): { name: string; words: string } {
  const found = FIELD.exec(source);
  const name = found?.[1]?.replace(/^subscriber\./, "").replaceAll("_", " ") ?? source;
  const otherwise = /\|\s*default\(\s*["'“]([^"'”]*)["'”]\s*\)/.exec(found?.[2] ?? "");
  return { name, words: otherwise ? `${name}, or “${otherwise[1]}”` : name };
}

const tokenizer = new MarkdownIt("commonmark", { html: false, breaks: true });
tokenizer.disable(["image", "html_block", "html_inline"], true);
tokenizer.inline.ruler.before("text", "field", (state, silent) => {
  const found = FIELD.exec(state.src.slice(state.pos, state.posMax));
  if (!found) return false;
  if (!silent) state.push("field", "", 0).content = found[0];
  state.pos += found[0].length;
  return true;
});

const { image: _, ...tokens } = defaultMarkdownParser.tokens;
const parser = new MarkdownParser(schema, tokenizer, {
  ...tokens,
  field: { node: "field", getAttrs: (token) => ({ source: token.content }) },
  softbreak: { node: "hard_break" },
});

const serializer = new MarkdownSerializer(
  {
    ...defaultMarkdownSerializer.nodes,
    field: (state, node) => state.write(String(node.attrs.source)),
    hard_break: (state, node, parent, index) => {
      // A line break is one, and none at the end of a paragraph.
      for (let after = index + 1; after < parent.childCount; after++) {
        if (parent.child(after).type !== node.type) return state.write("\n");
      }
    },
    bullet_list: (state, node) => state.renderList(node, "  ", () => "- "),
  },
  defaultMarkdownSerializer.marks,
);

// Signs of what the schema has no word for: pictures, HTML, tables, footnotes, struck words, rows of a definition.
const UNKNOWN = [
  /!\[/,
  /<\/?[a-z!]/i,
  /^\s*\|.*\|\s*$/m,
  /\[\^/,
  /~~/,
  /^\s*\[[^\]]+\]:\s/m,
  /\{%/,
  /^:::/m,
  /\\\s*$/m,
];

/** Whether this Markdown can be shown as it will be seen, and comes out as what it was. */
export function canBeSeen(markdown: string): boolean {
  if (UNKNOWN.some((sign) => sign.test(markdown))) return false;
  try {
    const first = parser.parse(markdown);
    return parser.parse(serializer.serialize(first, { tightLists: true })).eq(first);
  } catch {
    return false;
  }
}

/** The pieces of a text as they were typed: each of the document's own blocks with its lines. */
function piecesOf(markdown: string): { node: Node; source: string }[] {
  const lines = markdown.split("\n");
  const starts = tokenizer
    .parse(markdown, {})
    .filter((token) => token.level === 0 && token.map && token.nesting >= 0)
    .map((token) => token.map ?? [0, 0]);
  const document = parser.parse(markdown);
  if (starts.length !== document.childCount) return [];
  return starts.map(([from, to], index) => ({
    node: document.child(index),
    source: lines.slice(from, to).join("\n").trimEnd(),
  }));
}

export interface ProseOptions {
  id: string;
  label: string;
  markdown: string;
  fields: () => { name: string; meaning: string }[];
  changed: (markdown: string) => void;
}

export class ProseEditor {
  private readonly view: EditorView;
  private readonly bar: HTMLElement;
  private readonly more: HTMLElement;
  private readonly buttons: { element: HTMLElement; isOn: (state: EditorState) => boolean }[] = [];
  private pieces: { node: Node; source: string }[];
  private told: string;

  constructor(
    place: HTMLElement,
    private readonly options: ProseOptions,
  ) {
    this.pieces = piecesOf(options.markdown);
    this.bar = h("div", { class: "prose-bar", role: "toolbar", "aria-label": `${options.label}: format` });
    this.more = h("form", { class: "prose-more", hidden: true });
    const sheet = h("div", { class: "prose-sheet" });
    place.replaceChildren(this.bar, this.more, sheet);
    this.view = new EditorView(sheet, {
      state: this.stateOf(options.markdown),
      attributes: { id: options.id, role: "textbox", "aria-multiline": "true", "aria-label": options.label },
      dispatchTransaction: (transaction) => {
        this.view.updateState(this.view.state.apply(transaction));
        if (transaction.docChanged) this.tell();
        this.mark();
      },
      handleDOMEvents: { keydown: readCursor, paste: readCursor, cut: readCursor, copy: readCursor },
      transformPastedHTML: cleanedHtml,
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
    this.pieces = piecesOf(markdown);
    this.view.updateState(this.stateOf(markdown));
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
    const made: string[] = [];
    const known = [...this.pieces];
    this.view.state.doc.forEach((node) => {
      const at = known.findIndex((piece) => piece.node.eq(node));
      const source = at >= 0 ? known.splice(at, 1)[0]?.source : undefined;
      made.push(source ?? serializer.serialize(schema.node("doc", null, [node]), { tightLists: true }).trimEnd());
    });
    return made.join("\n\n").trim();
  }

  private stateOf(markdown: string): EditorState {
    return EditorState.create({ doc: parser.parse(markdown), plugins: [rules(), keys(), keymap(baseKeymap)] });
  }

  private run(command: Command): void {
    readCursor(this.view);
    command(this.view.state, this.view.dispatch, this.view);
    this.view.focus();
  }

  private fillBar(): void {
    const add = (
      name: string,
      words: string,
      command: Command,
      isOn: (state: EditorState) => boolean = () => false,
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
      this.buttons.push({ element, isOn });
      this.bar.append(element);
    };
    add("bold", "Bold (Ctrl B)", toggleMark(marks.strong), (state) => hasMark(state, marks.strong));
    add("italic", "Italic (Ctrl I)", toggleMark(marks.em), (state) => hasMark(state, marks.em));
    add("link", "Link (Ctrl K)", this.askLink, (state) => hasMark(state, marks.link));
    add("bullets", "List", wrapInList(nodes.bullet_list), (state) => isIn(state, nodes.bullet_list));
    add("numbers", "Numbered list", wrapInList(nodes.ordered_list), (state) => isIn(state, nodes.ordered_list));
    add("heading", "Heading", turned(nodes.heading, { level: 2 }), (state) => isIn(state, nodes.heading));
    add("quote", "Quotation", wrapIn(nodes.blockquote), (state) => isIn(state, nodes.blockquote));
    add("code", "Code", toggleMark(marks.code), (state) => hasMark(state, marks.code));
    add("field", "A reader’s own word", this.askField);
  }

  private mark(): void {
    for (const { element, isOn } of this.buttons) {
      element.setAttribute("aria-pressed", String(isOn(this.view.state)));
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
    const set = () => {
      const href = input.value.trim();
      const { from, to, empty } = this.view.state.selection;
      const whole = empty ? linkRange(this.view.state) : { from, to };
      const transaction = this.view.state.tr.removeMark(whole.from, whole.to, marks.link);
      if (href && whole.from === whole.to) {
        transaction.insert(whole.from, schema.text(href, [marks.link.create({ href })]));
      } else if (href) transaction.addMark(whole.from, whole.to, marks.link.create({ href }));
      this.view.dispatch(transaction);
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

  /** One line below the buttons, for what a button has to know. */
  private askMore(fields: (string | HTMLElement) | (string | HTMLElement)[], words: string, done: () => void): void {
    const close = () => {
      this.more.hidden = true;
      this.view.focus();
    };
    this.more.replaceChildren(
      ...(Array.isArray(fields) ? fields : [fields]),
      h("button", { type: "submit", class: "plain" }, words),
      h("button", { type: "button", class: "tool", "aria-label": "Close", onclick: close }, icon("close")),
    );
    this.more.onsubmit = (event) => {
      event.preventDefault();
      done();
      close();
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

function rules() {
  const marked = (pattern: RegExp, type: MarkType) =>
    new InputRule(pattern, (state, match, start, end) => {
      const text = match[1];
      if (!text) return null;
      return state.tr.replaceWith(start, end, schema.text(text, [type.create()])).removeStoredMark(type);
    });
  return inputRules({
    rules: [
      ellipsis,
      emDash,
      wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
      wrappingInputRule(/^(\d+)\.\s$/, nodes.ordered_list, (match) => ({ order: Number(match[1]) })),
      wrappingInputRule(/^\s*([-+*])\s$/, nodes.bullet_list),
      textblockTypeInputRule(/^(#{1,4})\s$/, nodes.heading, (match) => ({ level: match[1]?.length ?? 2 })),
      marked(/\*\*([^*\s][^*]*)\*\*$/, marks.strong),
      marked(/`([^`]+)`$/, marks.code),
    ],
  });
}

function keys() {
  const lineBreak: Command = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
    return true;
  };
  return keymap({
    "Mod-b": toggleMark(marks.strong),
    "Mod-i": toggleMark(marks.em),
    "Mod-e": toggleMark(marks.code),
    Enter: splitListItem(nodes.list_item),
    "Shift-Enter": lineBreak,
    "Mod-]": sinkListItem(nodes.list_item),
    "Mod-[": chainCommands(liftListItem(nodes.list_item)),
    Backspace: chainCommands(liftEmptyItem),
  });
}

const liftEmptyItem: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset > 0 || $from.depth < 2) return false;
  return $from.node(-1).type === nodes.list_item ? liftListItem(nodes.list_item)(state, dispatch) : false;
};

/** A heading, or a paragraph again if it is one. */
function turned(type: NodeType, attributes: Record<string, number>): Command {
  return (state, dispatch) =>
    isIn(state, type)
      ? setBlockType(nodes.paragraph)(state, dispatch)
      : setBlockType(type, attributes)(state, dispatch);
}

function hasMark(state: EditorState, type: MarkType): boolean {
  const { from, to, $from, empty } = state.selection;
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type);
}

function isIn(state: EditorState, type: NodeType): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return true;
  return false;
}

function linkAt(state: EditorState): Mark | undefined {
  const { $from, from, to, empty } = state.selection;
  if (empty) return marks.link.isInSet($from.marks());
  let found: Mark | undefined;
  state.doc.nodesBetween(from, to, (node) => {
    found ??= marks.link.isInSet(node.marks);
  });
  return found;
}

/** The words of the link that the cursor stands in. */
function linkRange(state: EditorState): { from: number; to: number } {
  const { $from } = state.selection;
  const mark = marks.link.isInSet($from.marks());
  if (!mark) return { from: $from.pos, to: $from.pos };
  let { pos: from } = $from;
  let { pos: to } = $from;
  const start = $from.start();
  $from.parent.forEach((node, offset) => {
    if (!mark.isInSet(node.marks)) return;
    from = Math.min(from, start + offset);
    to = Math.max(to, start + offset + node.nodeSize);
  });
  return { from, to };
}
