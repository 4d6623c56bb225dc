// What word processors, web pages and mails paste: their styles become marks where they mean one, and go otherwise.

import { Fragment, type Node, Slice } from "prosemirror-model";
import { FIELD } from "./markdown/fields";
import { schema } from "./markdown/schema";

const NO_TEXT = "style, script, title, meta, link, xml, template, svg, img, [hidden]";
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
  const inert = html.replace(/\sstyle\s*=/gi, " data-style=").replace(/<!--[\s\S]*?-->/g, "");
  const page = new DOMParser().parseFromString(inert, "text/html");
  for (const element of page.querySelectorAll(NO_TEXT)) element.remove();
  for (const element of [...page.body.querySelectorAll("*")]) {
    const style = element.getAttribute("data-style") ?? "";
    // Word's own elements (o:p, w:sdt) stand around text or around nothing.
    const isForeign = element.tagName.includes(":");
    if (/display:\s*none|mso-hide:\s*all/i.test(style)) element.remove();
    else if (isForeign || (isOf(element, "b", "strong") && NOT_BOLD.test(style))) unwrap(element);
    else if (isOf(element, "i", "em") && NOT_ITALIC.test(style)) unwrap(element);
    else if (isOf(element, "span", "font")) {
      if (BOLD.test(style)) wrapInside(element, "strong");
      if (ITALIC.test(style)) wrapInside(element, "em");
    }
    element.removeAttribute("data-style");
  }
  return page.body.innerHTML.replace(/(?:&nbsp;|\u00a0)/g, " ");
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
      made.push(node.copy(fieldsIn(node.content)));
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
