// Lists as word processors paste them: Outlook and Word as paragraphs that say their level, Google Docs as lists that
// stand beside their entries. Leaves: lists within entries, as HTML has them; and apart from the words around them.

import { type ResolvedPos, Slice } from "prosemirror-model";
import { nodes } from "./markdown/schema";
import { isList } from "./markdown/tidy";

const LEVEL = /mso-list:\s*(\w+)\s+level(\d+)/i;
const IGNORED = /mso-list:\s*Ignore/i;
/** What Word puts before an entry that is counted. Its other signs are bullets, in whatever letters. */
const COUNTED = /^[\s\u00a0(]*(?:(\d{1,4})|[a-z]|[ivxlc]+)[.)]/i;

interface Level {
  depth: number;
  list: HTMLElement;
}

/** @param styleOf The style of an element as it was written. */
export function withLists(page: Document, styleOf: (element: Element) => string): void {
  let levels: Level[] = [];
  let last: Element | null = null;
  for (const paragraph of [...page.body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const level = LEVEL.exec(styleOf(paragraph));
    if (!level) continue;
    if (!last || paragraph.previousElementSibling !== last) levels = [];
    last = enter(paragraph, Number(level[2]), levels, signOf(paragraph, styleOf));
  }
  for (const list of page.body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const entry = list.previousElementSibling;
    if (entry?.localName === "li") entry.append(list);
    else wrapped(list, "li");
  }
  for (const list of page.body.querySelectorAll("ul + ul, ol + ol")) {
    const before = list.previousElementSibling;
    if (before && goesOn(list, before)) list.prepend(...before.childNodes);
    else continue;
    if (before.hasAttribute("start")) list.setAttribute("start", before.getAttribute("start") ?? "");
    else list.removeAttribute("start");
    before.remove();
  }
}

/** Whether a list is the rest of the one before it: nothing stands between them, and it does not count anew. */
function goesOn(list: Element, before: Element): boolean {
  for (let between = list.previousSibling; between !== before; between = between?.previousSibling ?? null) {
    if (!between || /\S/.test(between.textContent ?? "")) return false;
  }
  const start = (one: Element) => Number(one.getAttribute("start") ?? 1);
  return list.localName === "ul" || start(list) === start(before) + before.querySelectorAll(":scope > li").length;
}

/**
 * A list of several entries is not joined to the words at which it is pasted, as the first words of a text are: its first
 * entry would not be one. Within a list they are entries of it, or stand below the one whose words are there.
 */
export function listsApart(slice: Slice, place: ResolvedPos): Slice {
  const isWithin = place.depth > 1 && place.node(-1).type === nodes.list_item;
  const limit = (node = slice.content.firstChild) =>
    node && isList(node) && (node.childCount > 1 || slice.content.childCount > 1) ? Number(isWithin) : Infinity;
  const start = Math.min(slice.openStart, limit());
  const end = Math.min(slice.openEnd, limit(slice.content.lastChild));
  return start === slice.openStart && end === slice.openEnd ? slice : new Slice(slice.content, start, end);
}

/** The sign before the words, taken out of them. */
function signOf(paragraph: Element, styleOf: (element: Element) => string): string {
  const sign = [...paragraph.querySelectorAll("span")].find((span) => IGNORED.test(styleOf(span)));
  const text = sign?.textContent ?? "";
  sign?.remove();
  return text;
}

/** Make an entry of a paragraph, in the list of its depth. Returns the outermost list, in the paragraph's place. */
function enter(paragraph: Element, depth: number, levels: Level[], sign: string): Element {
  while (levels.length && (levels.at(-1)?.depth ?? 0) > depth) levels.pop();
  const page = paragraph.ownerDocument;
  const counted = COUNTED.exec(sign);
  const entry = page.createElement("li");
  let level = levels.at(-1);
  if (!level || level.depth < depth) {
    const list = page.createElement(counted ? "ol" : "ul");
    if (counted?.[1] && counted[1] !== "1") list.setAttribute("start", counted[1]);
    if (level) (level.list.lastElementChild ?? level.list).append(list);
    else paragraph.before(list);
    level = { depth, list };
    levels.push(level);
  }
  entry.append(...paragraph.childNodes);
  level.list.append(entry);
  paragraph.remove();
  return levels[0]?.list ?? entry;
}

function wrapped(element: Element, name: string): void {
  const around = element.ownerDocument.createElement(name);
  element.before(around);
  around.append(element);
}
