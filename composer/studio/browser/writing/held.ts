// What a field has no look for is neither offered, typed nor pasted there (`without` in composer/issue/blocks/values.py).

import { Fragment, type Node, Slice } from "prosemirror-model";
import { marks, nodes, schema } from "./markdown/schema";

export type Part = "headings" | "lists" | "quotations" | "code" | "rules";

const PARTS: { [node: string]: Part } = {
  heading: "headings",
  bullet_list: "lists",
  ordered_list: "lists",
  blockquote: "quotations",
  code_block: "code",
  horizontal_rule: "rules",
};

/** What is pasted or dropped, as a field without these parts can have it: their words stay, with their links. */
export function held(slice: Slice, without: ReadonlySet<Part>): Slice {
  const content = Fragment.fromArray(heldNodes(slice.content, without));
  return content.eq(slice.content) ? slice : Slice.maxOpen(content, true);
}

function heldNodes(content: Fragment, without: ReadonlySet<Part>): Node[] {
  const made: Node[] = [];
  content.forEach((node) => {
    const part = PARTS[node.type.name];
    if (part && without.has(part)) made.push(...inWords(node, without));
    else if (node.isTextblock || !node.childCount) made.push(node);
    else {
      const inner = heldNodes(node.content, without);
      made.push(node.copy(Fragment.fromArray(inner.length ? inner : [nodes.paragraph.create()])));
    }
  });
  return made;
}

/** The words of a part that has no place: of a heading in bold, of lists and quotations as the paragraphs they hold. */
function inWords(node: Node, without: ReadonlySet<Part>): Node[] {
  if (node.type === nodes.heading) {
    return [
      nodes.paragraph.create(
        null,
        node.children.map((child) => child.mark(marks.strong.create().addToSet(child.marks))),
      ),
    ];
  }
  if (node.type.spec.code) {
    const lines = node.textContent.split("\n");
    const words = lines.flatMap((line, at) => [
      ...(at ? [nodes.hard_break.create()] : []),
      ...(line ? [schema.text(line)] : []),
    ]);
    return [nodes.paragraph.create(null, words)];
  }
  if (node.isLeaf) return [];
  return node.children.flatMap((child) =>
    child.type === nodes.list_item ? heldNodes(child.content, without) : heldNodes(Fragment.from(child), without),
  );
}
