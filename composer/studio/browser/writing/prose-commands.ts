// What keys and typed signs do in a text that is written as it is seen, and what is true where the cursor stands.

import { chainCommands, setBlockType, toggleMark } from "prosemirror-commands";
import {
  ellipsis,
  emDash,
  InputRule,
  inputRules,
  textblockTypeInputRule,
  wrappingInputRule,
} from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import type { Mark, MarkType, NodeType } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import type { Command, EditorState } from "prosemirror-state";
import type { Part } from "./held";
import { FIELD } from "./markdown/fields";
import { marks, nodes, schema } from "./markdown/schema";

export function rules(without: ReadonlySet<Part>) {
  const inPlace = (part: Part, rule: InputRule) => (without.has(part) ? [] : [rule]);
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
      ...inPlace("quotations", wrappingInputRule(/^\s*>\s$/, nodes.blockquote)),
      ...inPlace(
        "lists",
        wrappingInputRule(/^(\d+)\.\s$/, nodes.ordered_list, (match) => ({ order: Number(match[1]) })),
      ),
      ...inPlace("lists", wrappingInputRule(/^\s*([-+*])\s$/, nodes.bullet_list)),
      ...inPlace(
        "headings",
        textblockTypeInputRule(/^(#{1,4})\s$/, nodes.heading, (match) => ({ level: match[1]?.length ?? 2 })),
      ),
      marked(/\*\*([^*\s][^*]*)\*\*$/, marks.strong),
      marked(/`([^`]+)`$/, marks.code),
      new InputRule(new RegExp(`${FIELD.source}$`), (state, match, start, end) =>
        state.tr.replaceWith(start, end, schema.node("field", { source: match[0] })),
      ),
    ],
  });
}

export function keys() {
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
export function turned(type: NodeType, attributes: Record<string, number>): Command {
  return (state, dispatch) =>
    isIn(state, type)
      ? setBlockType(nodes.paragraph)(state, dispatch)
      : setBlockType(type, attributes)(state, dispatch);
}

export function hasMark(state: EditorState, type: MarkType): boolean {
  const { from, to, $from, empty } = state.selection;
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type);
}

export function isIn(state: EditorState, type: NodeType): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return true;
  return false;
}

export function linkAt(state: EditorState): Mark | undefined {
  const { $from, from, to, empty } = state.selection;
  if (empty) return marks.link.isInSet($from.marks());
  let found: Mark | undefined;
  state.doc.nodesBetween(from, to, (node) => {
    found ??= marks.link.isInSet(node.marks);
  });
  return found;
}

/** The words of the link that the cursor stands in. */
export function linkRange(state: EditorState): { from: number; to: number } {
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
