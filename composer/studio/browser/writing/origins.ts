// From a point of the mail to the field that made it. The server writes the mail once more, with marks
// (composer/edition/theme/origins.py), and what stands at the same place there tells the field.

import { askText } from "../api";
import type { Path } from "./model";

/** Where something stands in an element: so many elements and so many characters of it come before. */
interface Spot {
  elements: number;
  characters: number;
}

export class Origins {
  private known: { page: Document; twins: Promise<Map<Element, Element>> } | null = null;

  /** Another mail is on the screen, or another version of it. */
  forget(): void {
    this.known = null;
  }

  /** The field that made what is seen at a point of the page; null if none did, or nobody can tell. */
  async fieldAt(page: Document, target: Element, x: number, y: number): Promise<Path | null> {
    const spot = target.tagName === "IMG" ? null : textAt(page, x, y);
    if (this.known?.page !== page) this.known = { page, twins: askTwins(page) };
    const twins = await this.known.twins;
    const element = spot?.text.parentElement ?? target;
    const twin = twins.get(element);
    if (!twin) return null;
    return (spot && openAt(twin, spot)) ?? attributeOf(twin);
  }
}

const TAG = /<[a-z](?:[^"'>]|"[^"]*"|'[^']*')*>/gi;
const STYLES = /<style\b[\s\S]*?<\/style>/gi;

/** Nothing of it is shown, and the page's policy would complain of each style. */
function withoutStyles(html: string): string {
  return html.replace(STYLES, "").replace(TAG, (tag) => tag.replace(/\sstyle=(?:"[^"]*"|'[^']*')/g, ""));
}

async function askTwins(page: Document): Promise<Map<Element, Element>> {
  const address = new URL(page.URL);
  address.pathname = address.pathname.replace(/\/mail$/, "/fields");
  // Of a page that is no longer shown nobody wants to know.
  const html = await askText(String(address), () => page.defaultView !== null).catch(() => "");
  const elements = (one: Document) => [...one.body.querySelectorAll(":not(style)")];
  const [shown, marked] = [elements(page), elements(new DOMParser().parseFromString(withoutStyles(html), "text/html"))];
  const isSame = shown.length === marked.length && shown.every((one, at) => one.tagName === marked[at]?.tagName);
  return new Map(isSame ? shown.map((one, at) => [one, marked[at] as Element]) : []);
}

/** The letter under a point: its text, and where in the element around it. */
function textAt(page: Document, x: number, y: number): (Spot & { text: Text }) | null {
  const caret = page.caretRangeFromPoint?.(x, y);
  const text = caret?.startContainer;
  if (!caret || text?.nodeType !== Node.TEXT_NODE || !text.parentNode) return null;
  const spot = { elements: 0, characters: caret.startOffset };
  for (let node = text.previousSibling; node; node = node.previousSibling) count(spot, node, 1);
  return { ...spot, text: text as Text };
}

function count(spot: Spot, node: Node, by: 1 | -1): void {
  if (node.nodeType === Node.ELEMENT_NODE && node.nodeName !== "STYLE") spot.elements += by;
  else if (node.nodeType === Node.TEXT_NODE) spot.characters += by * (node.nodeValue?.length ?? 0);
}

/** The field that is open at a spot of an element, or around the element. */
function openAt(element: Element, spot: Spot): Path | null {
  const left = { ...spot };
  let open: Path | null = null;
  for (const node of element.childNodes) {
    const isBefore = left.elements > 0 || left.characters > 0;
    if (node.nodeType === Node.COMMENT_NODE) {
      const words = node.nodeValue ?? "";
      if (words.startsWith("field ")) open = JSON.parse(words.slice(6));
      // A field that ends at the spot still has the letter that was clicked.
      else if (words === "end of field") open = isBefore ? null : open;
    } else if (!isBefore) break;
    else count(left, node, -1);
    if (left.characters < 0) break;
  }
  return open ?? around(element);
}

function around(element: Element): Path | null {
  const outer = element.parentElement;
  return outer && (openBefore(outer, element) ?? around(outer));
}

/** The field that begins before an element, among its neighbours, and has not ended there. */
function openBefore(outer: Element, element: Element): Path | null {
  let open: Path | null = null;
  for (let node = outer.firstChild; node && node !== element; node = node.nextSibling) {
    if (node.nodeType !== Node.COMMENT_NODE) continue;
    const words = node.nodeValue ?? "";
    if (words.startsWith("field ")) open = JSON.parse(words.slice(6));
    else if (words === "end of field") open = null;
  }
  return open;
}

/** What the element's own attributes came from; of a picture, the words that say what it shows. */
function attributeOf(element: Element): Path | null {
  const holder = element.closest("[data-fields]");
  const paths: Path[] = JSON.parse(holder?.getAttribute("data-fields") ?? "[]");
  const file = paths.find((path) => path.at(-1) === "file");
  return paths.find((path) => path.at(-1) === "alt") ?? file?.slice(0, -1) ?? paths.at(-1) ?? null;
}
