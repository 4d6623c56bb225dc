// Links that were pasted: Outlook, Google Docs and others put their own address around the one that is meant.

import type { Fragment } from "prosemirror-model";
import type { EditorState, Transaction } from "prosemirror-state";
import type { Judged } from "./addresses";
import { marks, schema } from "./markdown/schema";

/** Each address that something leads to, once. */
export function addressesIn(content: Fragment): string[] {
  const found = new Set<string>();
  content.descendants((node) => {
    const link = marks.link.isInSet(node.marks);
    if (link) found.add(String(link.attrs.href));
  });
  return [...found];
}

/** Words whose link no mail can have, and what was said of that. */
export interface Lost {
  told: Judged;
  from: number;
  to: number;
}

/** The change by which each link leads where it is meant to, and what no mail can have is words, `lost` where it puts them. */
export function withLinks(state: EditorState, told: Map<string, Judged>): { changed: Transaction; lost: Lost[] } {
  const { tr } = state;
  const lost: Lost[] = [];
  state.doc.descendants((node, at) => {
    const link = marks.link.isInSet(node.marks);
    const one = link && told.get(String(link.attrs.href));
    if (!one || (!one.wrong && one.address === link.attrs.href)) return;
    const [from, to] = [tr.mapping.map(at), tr.mapping.map(at + node.nodeSize)];
    tr.removeMark(from, to, link);
    // What is changed behind it leaves it where it is.
    if (one.wrong) return void lost.push({ told: one, from, to });
    // Outlook says in a title where the link leads.
    const title = link.attrs.title === one.address ? null : link.attrs.title;
    const mark = marks.link.create({ href: one.address, title });
    // An address that is shown leads to what it shows.
    if (node.text === link.attrs.href) tr.replaceWith(from, to, schema.text(one.address, mark.addToSet(node.marks)));
    else tr.addMark(from, to, mark);
  });
  return { changed: tr, lost };
}

/** The change by which words lead again where they were meant to. */
export function withMeant(state: EditorState, lost: Lost[]): Transaction {
  const { tr } = state;
  for (const { told, from, to } of lost) tr.addMark(from, to, marks.link.create({ href: told.meant }));
  return tr;
}
