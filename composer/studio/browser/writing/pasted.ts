// What word processors, web pages and mails paste: their styles become marks where they mean one, and go otherwise.

import { Fragment, type Node, Slice } from "prosemirror-model";
import { FIELD } from "./markdown/fields";
import { schema } from "./markdown/schema";
import { withLists } from "./pasted-lists";

const NO_TEXT =
  "style, script, title, meta, link, xml, template, svg, img, iframe, nav, button, select, textarea, [hidden]";
const BOLD = /font-weight:\s*(?:bold|[6-9]00)/i;
const NOT_BOLD = /font-weight:\s*(?:normal|[1-4]00)/i;
const ITALIC = /font-style:\s*italic/i;
const NOT_ITALIC = /font-style:\s*normal/i;

/**
 * Clean HTML for ProseMirror, which then takes what its schema knows. Styles are read as texts: the page's policy lets
 * none of them be one, and a browser would then say that nothing has any (Google Docs writes bold with styles alone,
 * and puts all of it into a <b> that is not bold).
 */
export function cleanedHtml(html: string): string {
  // What was copied in an editor of ours is clean.
  if (html.includes("data-pm-slice")) return html;
  const inert = html.replace(/\sstyle\s*=/gi, " data-style=").replace(/<!--[\s\S]*?-->|<!\[[^>]*>/g, "");
  const page = new DOMParser().parseFromString(inert, "text/html");
  for (const element of page.querySelectorAll(NO_TEXT)) element.remove();
  for (const table of [...page.querySelectorAll("table")].reverse()) table.replaceWith(...rowsOf(table));
  withLists(page, styleOf);
  for (const element of [...page.body.querySelectorAll("*")]) {
    clean(element);
    element.removeAttribute("data-style");
  }
  for (const element of [...page.body.querySelectorAll("p, div, li")].reverse()) {
    if (!/\S/.test(element.textContent ?? "")) element.remove();
  }
  for (const lineBreak of page.body.querySelectorAll("br")) if (isBetweenBlocks(lineBreak)) lineBreak.remove();
  return page.body.innerHTML.replace(/(?:&nbsp;|\u00a0)/g, " ");
}

const styleOf = (element: Element) => element.getAttribute("data-style") ?? "";

function clean(element: Element): void {
  const style = styleOf(element);
  // Word's own elements (o:p, w:sdt) stand around text or around nothing.
  const isForeign = element.tagName.includes(":");
  // Within the page that was copied: nothing is there in the mail. Or a link around a picture, which has no words.
  const isAnchor =
    isOf(element, "a") && (element.getAttribute("href")?.startsWith("#") || !/\S/.test(element.textContent ?? ""));
  if (/display:\s*none|mso-hide:\s*all/i.test(style)) element.remove();
  else if (isForeign || isAnchor || (isOf(element, "b", "strong") && NOT_BOLD.test(style))) unwrap(element);
  else if (isOf(element, "i", "em") && NOT_ITALIC.test(style)) unwrap(element);
  else if (isOf(element, "span", "font")) {
    if (BOLD.test(style)) wrapInside(element, "strong");
    if (ITALIC.test(style)) wrapInside(element, "em");
  }
}

const BLOCKS = "p, div, ul, ol, table, h1, h2, h3, h4, h5, h6, pre, blockquote, hr";

/** A table of words is a line for each row; one that only lays out (it has texts in its cells) is what is in it. */
function rowsOf(table: HTMLTableElement): Element[] {
  const page = table.ownerDocument;
  return [...table.rows].flatMap((row) => {
    const cells = [...row.cells].filter((cell) => /\S/.test(cell.textContent ?? ""));
    const isLayout = cells.length === 1 || cells.some((cell) => cell.querySelectorAll(BLOCKS).length > 1);
    if (isLayout) return cells.map((cell) => moved(cell.childNodes, page.createElement("div")));
    const line = page.createElement("p");
    cells.forEach((cell, index) => {
      if (isOf(cell, "th")) wrapInside(cell, "strong");
      for (const block of cell.querySelectorAll(BLOCKS)) unwrap(block);
      line.append(...(index ? [" · "] : []), ...cell.childNodes);
    });
    return cells.length ? [line] : [];
  });
}

/** Google Docs and browsers put breaks between paragraphs, which are apart already. */
function isBetweenBlocks(lineBreak: Element): boolean {
  const beside = [lineBreak.previousElementSibling, lineBreak.nextElementSibling];
  const isAlone = [lineBreak.previousSibling, lineBreak.nextSibling].every((one) => !/\S/.test(one?.nodeValue ?? ""));
  return isAlone && (beside.some((one) => one?.matches(BLOCKS)) || lineBreak.className === "Apple-interchange-newline");
}

function moved(children: NodeListOf<ChildNode>, into: Element): Element {
  into.append(...children);
  return into;
}

const isOf = (element: Element, ...names: string[]) => names.includes(element.localName);

function unwrap(element: Element) {
  element.replaceWith(...element.childNodes);
}

function wrapInside(element: Element, name: string) {
  const mark = element.ownerDocument.createElement(name);
  mark.append(...element.childNodes);
  element.append(mark);
}

/** Merge fields that are pasted as text are fields. */
export function withFields(slice: Slice): Slice {
  return new Slice(fieldsIn(slice.content), slice.openStart, slice.openEnd);
}

function fieldsIn(content: Fragment): Fragment {
  const made: Node[] = [];
  content.forEach((node) => {
    if (!node.isText) {
      // In code that is set apart a field is written as it is, as in a sentence.
      made.push(node.type.spec.code ? node : node.copy(fieldsIn(node.content)));
      return;
    }
    const isCode = node.marks.some(({ type }) => type.spec.code || type.name === "code");
    let text = node.text ?? "";
    for (let found = FIELD.exec(text); found && !isCode; found = FIELD.exec(text)) {
      if (found.index) made.push(schema.text(text.slice(0, found.index), node.marks));
      made.push(schema.node("field", { source: found[0] }, [], node.marks));
      text = text.slice(found.index + found[0].length);
    }
    if (text) made.push(schema.text(text, node.marks));
  });
  return Fragment.fromArray(made);
}
