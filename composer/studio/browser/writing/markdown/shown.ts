// A text of the mail as it will be seen, to be read only: what the editor shows, without the editor.

import { DOMSerializer } from "prosemirror-model";
import { canBeSeen } from "./pieces";
import { read } from "./read";
import { schema } from "./schema";

/** The text with its emphasis, links and chips; null if it has Markdown that the editor does not know. */
export function asSeen(markdown: string): DocumentFragment | null {
  if (!canBeSeen(markdown)) return null;
  const seen = document.createDocumentFragment();
  DOMSerializer.fromSchema(schema).serializeFragment(read(markdown).content, {}, seen);
  for (const link of seen.querySelectorAll("a")) {
    // Beside the studio, not in its place; a reader's own address leads nowhere yet.
    if (/^(\{\{|#)/.test(link.getAttribute("href") ?? "")) link.removeAttribute("href");
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  return seen;
}
