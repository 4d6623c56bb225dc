// What is seen, without what Markdown has no word for and nobody sees: blanks at the ends of lines, bold blanks.

import { type Fragment, type Mark, type MarkType, type Node, Fragment as Nodes } from "prosemirror-model";
import { marks, nodes, schema } from "./schema";

/** The same text, as Markdown can say it. Reading what is written of it gives it again. */
export function tidied(node: Node): Node {
  if (node.inlineContent) return node.type.spec.code ? node : node.copy(tidiedLine(node));
  const children: Node[] = [];
  node.forEach((child) => {
    const tidy = tidied(child);
    const isEmpty = tidy.type === nodes.paragraph && !tidy.childCount;
    if (!isEmpty) children.push(tidy);
  });
  if (!children.length && !node.isLeaf) children.push(nodes.paragraph.create());
  if (!isList(node)) return node.copy(Nodes.from(children));
  const hasTexts = children.some((entry) =>
    entry.children.some((one) => one.type === nodes.paragraph && one.childCount),
  );
  const tight = !hasTexts || (node.attrs.tight && children.every(isClose));
  return node.type.create({ ...node.attrs, tight }, children);
}

export const isList = (node: Node) => node.type === nodes.bullet_list || node.type === nodes.ordered_list;

/** Whether an entry of a list needs no empty line in it: it is one text, and lists below it that end this text. */
function isClose(entry: Node): boolean {
  return entry.children.every((child, index) => index === 0 || (isList(child) && endsText(child)));
}

/** A list that begins with nothing, or with another number than 1, goes on with the line above it. */
function endsText(list: Node): boolean {
  const first = list.firstChild?.firstChild;
  return (list.attrs.order ?? 1) === 1 && !(first?.isTextblock && !first.type.spec.code && !first.childCount);
}

function tidiedLine(block: Node): Fragment {
  let line = block.children.map((node) => (node.isText ? node : node.mark(node.marks.filter(isOfWordsAndBreaks))));
  line = unmarkedBlanks(unmarkedBlanks(line, marks.strong), marks.em);
  const made: Node[] = [];
  for (const node of line) {
    const last = made.at(-1);
    const isBreak = node.type === nodes.hard_break;
    if (isBreak && last?.isText) made.splice(-1, 1, ...trimmed(last, /[ \t]+$/));
    const isFirst = !made.length;
    const begins = isFirst || made.at(-1)?.type === nodes.hard_break;
    if (isBreak) {
      if (!isFirst) made.push(node);
    } else made.push(...(begins ? trimmed(node, isFirst ? /^\s+/ : /^[ \t]+/) : [node]));
  }
  for (let last = made.at(-1); last; last = made.at(-1)) {
    const kept = last.type === nodes.hard_break ? [] : trimmed(last, /\s+$/);
    if (kept[0] === last) break;
    made.splice(-1, 1, ...kept);
  }
  return Nodes.fromArray(joined(made.map((node, at) => (node.isText ? node : settledBreak(node, made, at)))));
}

/** A line break is as bold as what stands on both of its sides. */
function settledBreak(node: Node, line: Node[], at: number): Node {
  if (node.type !== nodes.hard_break) return node;
  const before = line.slice(0, at).findLast((one) => one.type !== nodes.hard_break);
  const after = line.slice(at).find((one) => one.type !== nodes.hard_break);
  const both = (before?.marks ?? []).filter((mark) => isOfWordsAndBreaks(mark) && mark.isInSet(after?.marks ?? []));
  return node.mark(both);
}

const isOfWordsAndBreaks = ({ type }: Mark) => type !== marks.code && type !== marks.straight;
const without = (set: readonly Mark[], type: MarkType) => set.filter((mark) => mark.type !== type);

/** The text without the blanks; nothing, if it is only blanks. Code keeps its own. */
function trimmed(node: Node, blanks: RegExp): Node[] {
  if (!node.isText || marks.code.isInSet(node.marks)) return [node];
  const text = (node.text ?? "").replace(blanks, "");
  if (text === node.text) return [node];
  return text ? [schema.text(text, node.marks)] : [];
}

/** Take bold or italic off the blanks and line breaks at both ends of where it stands. */
function unmarkedBlanks(line: Node[], type: MarkType): Node[] {
  const half = (nodes_: Node[], isForward: boolean) => {
    const made: Node[] = [];
    let isWithin = false;
    for (const node of isForward ? nodes_ : nodes_.toReversed()) {
      const has = type.isInSet(node.marks);
      if (!has || isWithin || marks.code.isInSet(node.marks) || node.type === nodes.field) {
        made.push(node);
        isWithin = Boolean(has);
        continue;
      }
      const plain = without(node.marks, type);
      if (!node.isText) {
        made.push(node.mark(plain));
        continue;
      }
      const text = node.text ?? "";
      const blanks = (isForward ? /^\s*/ : /\s*$/).exec(text)?.[0].length ?? 0;
      const cut = isForward ? blanks : text.length - blanks;
      const [first, second] = [text.slice(0, cut), text.slice(cut)];
      const [blank, words] = isForward ? [first, second] : [second, first];
      if (blank) made.push(schema.text(blank, plain));
      if (words) made.push(schema.text(words, node.marks));
      isWithin = Boolean(words);
    }
    return isForward ? made : made.reverse();
  };
  return half(half(line, true), false);
}

function joined(line: Node[]): Node[] {
  const made: Node[] = [];
  for (const node of line) {
    const last = made.at(-1);
    if (last?.isText && node.isText && last.sameMarkup(node)) {
      made.splice(-1, 1, schema.text(`${last.text}${node.text}`, node.marks));
    } else made.push(node);
  }
  return made;
}

/** Whether two texts are the same to a reader: an address that stands alone is a link in the mail by itself. */
export function isAlike(first: Node, second: Node): boolean {
  return withoutAutomatic(first).eq(withoutAutomatic(second));
}

function withoutAutomatic(node: Node): Node {
  if (!node.inlineContent) return node.isLeaf ? node : node.copy(Nodes.from(node.children.map(withoutAutomatic)));
  const plain = node.children.map((child) => {
    const link = marks.link.isInSet(child.marks);
    const isAutomatic = link && !link.attrs.title && [child.text, `https://${child.text}`].includes(link.attrs.href);
    return isAutomatic ? child.mark(without(child.marks, marks.link)) : child;
  });
  return node.copy(Nodes.fromArray(joined(plain)));
}
