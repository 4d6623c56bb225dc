// A mail that is shown already becomes its next version, block by block, so that pictures stay and nothing flickers.

const BLOCK = /<!--block (\d+)-->([\s\S]*?)<!--end of block \1-->/g;

interface Pieces {
  frame: string;
  blocks: Map<string, string>;
}

/** What stands around the blocks, and each of them, as the browser has read it. */
function piecesOf(page: Document): Pieces {
  const blocks = new Map<string, string>();
  const frame = page.documentElement.outerHTML.replace(BLOCK, (_, block: string, html: string) => {
    blocks.set(block, html);
    return `<!--block ${block}-->`;
  });
  return { frame, blocks };
}

/**
 * Put what differs in `html` into the page. Returns false, and leaves all as it was, if more than the inside of blocks
 * differs: then the page is loaded anew. Nothing runs in either, and the policy of the page holds for what comes in.
 */
export function repaint(page: Document, html: string): boolean {
  // The frame's own parser: what it reads is under the frame's policy, which lets a mail have its styles.
  const parser = page.defaultView && new page.defaultView.DOMParser();
  if (!parser) return false;
  const now = piecesOf(page);
  const next = piecesOf(parser.parseFromString(html, "text/html"));
  if (!now.blocks.size || now.frame !== next.frame || now.blocks.size !== next.blocks.size) return false;
  return repaintBlocks(
    page,
    [...next.blocks].filter(([block, text]) => now.blocks.get(block) !== text),
  );
}

/** Put the HTML of blocks, each with its number, in the place of what they were. Returns whether all have one. */
export function repaintBlocks(page: Document, changed: [string, string][]): boolean {
  const places = changed.map(([block]) => placeOf(page, block));
  if (places.includes(null)) return false;
  changed.forEach(([, text], index) => {
    const place = places[index];
    if (!place) return;
    place.deleteContents();
    place.insertNode(place.createContextualFragment(text));
  });
  return true;
}

function placeOf(page: Document, block: string): Range | null {
  const comments = page.createTreeWalker(page.documentElement, NodeFilter.SHOW_COMMENT);
  while (comments.nextNode()) {
    const start = comments.currentNode as Comment;
    if (start.data !== `block ${block}`) continue;
    let end: ChildNode | null = start.nextSibling;
    while (end && end.nodeValue !== `end of block ${block}`) end = end.nextSibling;
    if (!end) return null;
    const place = page.createRange();
    place.setStartAfter(start);
    place.setEndBefore(end);
    return place;
  }
  return null;
}
