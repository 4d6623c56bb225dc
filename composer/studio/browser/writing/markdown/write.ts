// What is seen → Markdown that means the same, as somebody would have typed it.
//
// Each paragraph is read again once it is written. Signs are made harmless only where they would mean something, and
// where a letter beside emphasis keeps Markdown from reading it (**now!**here), the letter is written as an entity.

import { defaultMarkdownSerializer, MarkdownSerializer, type MarkdownSerializerState } from "prosemirror-markdown";
import type { Mark, Node } from "prosemirror-model";
import { FieldWords } from "./fields";
import { read } from "./read";
import { marks, nodes, schema } from "./schema";
import { isAlike, tidied } from "./tidy";

const WEB =
  /(?<![\p{L}\p{N}_@/.:+-])(?:https?:\/\/|www\.)(?=[\p{L}\p{N}_[])[^\s<>"“”„«»`\\]*[^\s<>"“”„«»`\\.,;:!?)\]*_~]/giu;
const ENTITY = /&(?=#?\w+;)/g;
/** What would begin a block of its own at the beginning of a line. */
const BEGINS_BLOCK =
  /^(?:[-+*](?=\s|$)|#{1,6}(?=\s|$)|>|=+\s*$|:::|~~~|([-*_])[ \t]*(?:\1[ \t]*){2,}$|-+\s*$|[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$)/;
const NUMBERED = /^(\d{1,9})([.)])(?=\s|$)/;
/** Letters that are written as entities: those of the first plane stand for them in the sixteenth. */
const PLANE = 0xf0000;

/** @param document One block, or a whole text. */
export function write(document: Node): string {
  const texts: string[] = [];
  document.descendants((node) => {
    texts.push(node.text ?? "", ...node.marks.map(({ attrs }) => JSON.stringify(attrs)));
  });
  const fields = new FieldWords(texts.join("\n"));
  return fields.show(blocks(fields).serialize(tidied(document), { tightLists: true }).trimEnd());
}

function blocks(fields: FieldWords): MarkdownSerializer {
  const paragraph = (state: MarkdownSerializerState, node: Node) => {
    if (node.childCount) state.text(line(node, fields), false);
    else state.write();
    state.closeBlock(node);
  };
  let depth = 0;
  return new MarkdownSerializer(
    {
      ...defaultMarkdownSerializer.nodes,
      // What stands close in a list does not in a quotation.
      blockquote: (state, node) => {
        const list = state as unknown as { inTightList: boolean };
        const isTight = list.inTightList;
        list.inTightList = false;
        state.wrapBlock("> ", null, node, () => state.renderContent(node));
        list.inTightList = isTight;
      },
      paragraph,
      heading: (state, node) => {
        const level = "#".repeat(node.attrs.level);
        state.write(`${level} ${line(node, fields, level).replace(/(?<=^|\s)#(?=#*$)/, "\\#")}`.trimEnd());
        state.closeBlock(node);
      },
      // Not one of dashes below a line, nor of the sign of a list that it stands in.
      horizontal_rule: (state, node, parent) => {
        state.write(parent.type === schema.topNodeType ? "---" : "___");
        state.closeBlock(node);
      },
      code_block: (state, node) => {
        const longest = Math.max(2, ...(node.textContent.match(/`+/g) ?? []).map((ticks) => ticks.length));
        const fence = "`".repeat(longest + 1);
        state.write(`${fence}${node.attrs.params ?? ""}\n`);
        if (node.textContent) {
          state.text(fields.hideWhatCan(node.textContent), false);
          state.write("\n");
        }
        state.write(fence);
        state.closeBlock(node);
      },
      // A list that follows one of its kind has another sign, or they would be one.
      bullet_list: (state, node, parent, index) => {
        // Neither has one that begins another: three dashes in a row would be a rule.
        const isBegin = parent.type === nodes.list_item && index === 0;
        depth = isBegin ? depth + 1 : 0;
        const sign = (beforeOfSameKind(parent, index) + depth) % 2 ? "*" : "-";
        state.renderList(node, "  ", () => `${sign} `);
      },
      ordered_list: (state, node, parent, index) => {
        const sign = beforeOfSameKind(parent, index) % 2 ? ")" : ".";
        const { order } = node.attrs;
        const width = `${order + node.childCount - 1}`.length + 2;
        state.renderList(node, " ".repeat(width), (at) => `${order + at}${sign} `.padEnd(width));
      },
    },
    defaultMarkdownSerializer.marks,
  );
}

function beforeOfSameKind(parent: Node, index: number): number {
  let count = 0;
  while (count < index && parent.child(index - 1 - count).type === parent.child(index).type) count++;
  return count;
}

/** One paragraph or heading, the surest way last. `level` are the signs of a heading. */
function line(block: Node, fields: FieldWords, level = ""): string {
  const text = (node: Node) => fields.show(`${level} ${entities(inline(apart(node), fields, false))}`.trimStart());
  const ways: [Node, (node: Node) => string][] = [
    [block, (node) => inline(node, fields, true)],
    [block, (node) => inline(node, fields, false)],
    [block, (node) => entities(inline(apart(node), fields, false))],
    // Signs alone need not be bold; and a field cannot be an entity, so that a sign right beside it cannot end what is.
    [calmed(block, isSign), (node) => entities(inline(apart(node), fields, false))],
    [calmed(block, isSignOrBesideField), (node) => entities(inline(apart(node), fields, false))],
  ];
  for (const [node, way] of ways) {
    const written = way(node);
    if (isReadAs(node, fields.show(level ? `${level} ${written}` : written))) return written;
  }
  return entities(inline(apart(asBoldAsCanBe(block, (node) => isReadAs(node, text(node)))), fields, false));
}

function isReadAs(block: Node, written: string): boolean {
  try {
    const again = read(written);
    return again.childCount === 1 && again.firstChild !== null && isAlike(again.firstChild, block);
  } catch {
    return false;
  }
}

const isEmphasis = ({ type }: Mark) => type === marks.strong || type === marks.em;
const plain = (node: Node) => node.mark(node.marks.filter((mark) => !isEmphasis(mark)));

/** The same without emphasis where `isCalm`. */
function calmed(block: Node, isCalm: (line: readonly Node[], at: number) => boolean): Node {
  const children = block.children.map((node, at, line) => (isCalm(line, at) ? plain(node) : node));
  return tidied(block.type.create(block.attrs, children));
}

/** Nothing of this kind is known to be written. Words without emphasis are better than words between asterisks. */
function asBoldAsCanBe(block: Node, isRead: (node: Node) => boolean): Node {
  let made = calmed(block, () => true);
  const given = new Set<number>();
  for (let count = 1; count <= block.childCount; count++) {
    const calm = (_: readonly Node[], at: number) => at >= count || given.has(at);
    const more = calmed(block, calm);
    if (isRead(more)) made = more;
    else given.add(count - 1);
  }
  return made;
}

const isSign = (line: readonly Node[], at: number) => !/[\p{L}\p{N}]/u.test(line[at]?.text ?? "a");
const isSignOrBesideField = (line: readonly Node[], at: number) =>
  isSign(line, at) || [line[at - 1], line[at + 1]].some((other) => other?.type === nodes.field);

function inline(block: Node, fields: FieldWords, isLight: boolean): string {
  const serializer = new MarkdownSerializer(
    {
      paragraph: (state, node) => state.renderInline(node, false),
      heading: (state, node) => state.renderInline(node, false),
      text: (state, node) => {
        const isLinked = marks.link.isInSet(node.marks);
        if (marks.straight.isInSet(node.marks)) state.text((node.text ?? "").replace(/["']/g, "\\$&"), false);
        else if (!isLinked) writeText(state, node.text ?? "", isLight);
        else state.text(isWithin(state) ? (node.text ?? "") : escaped(node.text ?? "", isLight), false);
      },
      field: (state, node) => state.write(fields.word(String(node.attrs.source))),
      // A second break would be an empty line, which ends a paragraph: a line that is none stands between.
      hard_break: (state, _node, parent, index) =>
        state.write(index && parent.child(index - 1).type === nodes.hard_break ? "\\\n" : "\n"),
    },
    {
      em: { open: "*", close: "*", mixable: true },
      strong: { open: "**", close: "**", mixable: true },
      straight: { open: "", close: "", mixable: true },
      link: {
        open: (state, mark, parent, index) => {
          const address = fields.hideWhatCan(mark.attrs.href);
          (state as unknown as Automatic).inAutolink =
            isAutomatic(mark, parent, index) && /^[a-z][\w+.-]+:[^\s<>]*$/i.test(address);
          return (state as unknown as Automatic).inAutolink ? "<" : "[";
        },
        close: (state, mark) => {
          const wasAutomatic = (state as unknown as Automatic).inAutolink;
          (state as unknown as Automatic).inAutolink = undefined;
          if (wasAutomatic) return ">";
          const title = mark.attrs.title ? ` "${harmless(fields.hideWhatCan(mark.attrs.title), /["\\]/g)}"` : "";
          return `](${destination(fields.hideWhatCan(mark.attrs.href)) || (title && "<>")}${title})`;
        },
        mixable: true,
      },
      code: {
        open: (_state, _mark, parent, index) => ticks(parent.child(index).text ?? "").join(""),
        close: (_state, _mark, parent, index) =>
          ticks(parent.child(index - 1).text ?? "")
            .reverse()
            .join(""),
        escape: false,
      },
    },
  );
  // In code a field is written as it is, and nothing else has braces.
  const children = block.children.map((node) => {
    const isCode = node.isText && marks.code.isInSet(node.marks);
    return isCode ? schema.text(fields.hideWhatCan(node.text ?? ""), node.marks) : node;
  });
  const written = serializer.serialize(schema.node("doc", null, [block.type.create(block.attrs, children)]));
  return block.type === nodes.heading ? written : written.split("\n").map(harmlessStart).join("\n");
}

/** What prosemirror-markdown keeps for itself: whether the words are those of an address between < and >. */
type Automatic = { inAutolink: boolean | undefined };
const isWithin = (state: MarkdownSerializerState) => (state as unknown as Automatic).inAutolink;

function isAutomatic(link: Mark, parent: Node, index: number): boolean {
  const words = parent.child(index);
  const isAlone = index === parent.childCount - 1 || !link.isInSet(parent.child(index + 1).marks);
  return !link.attrs.title && isAlone && words.isText && words.text === link.attrs.href && words.marks.at(-1) === link;
}

function ticks(code: string): [string, string] {
  const runs = new Set((code.match(/`+/g) ?? []).map((run) => run.length));
  let count = 1;
  while (runs.has(count)) count++;
  const isPadded = /^`|`$|^ .*[^ ].* $/.test(code);
  return ["`".repeat(count), isPadded ? " " : ""];
}

function writeText(state: MarkdownSerializerState, text: string, isLight: boolean): void {
  let end = 0;
  const words = (piece: string) => piece && state.text(escaped(piece, isLight), false);
  for (const found of text.matchAll(WEB)) {
    const address = found[0];
    // An address alone is a link in the mail; between < and > it is one whatever signs it has.
    if (escaped(address, false) === address) continue;
    words(text.slice(end, found.index));
    const isShort = /^www/i.test(address);
    const href = isShort ? `[${escaped(address, false)}](${destination(`https://${address}`)})` : `<${address}>`;
    state.text(href, false);
    end = found.index + address.length;
  }
  words(text.slice(end));
}

/** @param isLight Whether brackets and tildes, which rarely mean anything, may stay as they are. */
function escaped(text: string, isLight: boolean): string {
  const signs = isLight ? /\\(?=[!-/:-@[-`{-~])|[`*_]/g : /[`*\\~[\]_]/g;
  return text
    .replace(signs, (sign, at: number) => (isLoose(text, at, isLight) ? sign : `\\${sign}`))
    .replace(/<(?=[a-z/!?])/gi, "\\<")
    .replace(ENTITY, "\\&");
}

/** Whether a sign of emphasis stands between blanks, or an underscore within a word: neither means anything. */
function isLoose(text: string, at: number, isLight: boolean): boolean {
  const [before = "", after = ""] = [text[at - 1], text[at + 1]];
  if (text[at] === "_" && [before, after].every((sign) => /[\p{L}\p{N}]/u.test(sign))) return true;
  return isLight && /[*_]/.test(text[at] ?? "") && /\s/.test(before) && /\s/.test(after);
}

function harmlessStart(written: string): string {
  if (NUMBERED.test(written)) return written.replace(NUMBERED, "$1\\$2");
  return BEGINS_BLOCK.test(written) && !/^\\?$/.test(written) ? `\\${written}` : written;
}

const harmless = (text: string, signs: RegExp) => text.replace(signs, "\\$&").replace(ENTITY, "\\&");

function destination(address: string): string {
  if (/[\s<]/.test(address) || !isBalanced(address)) return `<${harmless(address, /[<>\\]/g)}>`;
  return harmless(address, /\\/g);
}

function isBalanced(address: string): boolean {
  let depth = 0;
  for (const sign of address) {
    if (sign === "(") depth++;
    if (sign === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

/** The letters on the outer sides of bold and italic words, to be written as entities. */
function apart(block: Node): Node {
  const children = block.children.map((node, at) => {
    if (!node.isText || marks.code.isInSet(node.marks)) return node;
    const differs = (other: Node | undefined) =>
      other && ["strong", "em"].some((name) => hasMark(other, name) !== hasMark(node, name));
    const letters = Array.from(node.text ?? "");
    if (differs(block.children[at - 1])) letters[0] = moved(letters[0]);
    if (differs(block.children[at + 1])) letters[letters.length - 1] = moved(letters.at(-1));
    return schema.text(letters.join(""), node.marks);
  });
  return block.type.create(block.attrs, children);
}

const hasMark = (node: Node, name: string) => node.marks.some(({ type }) => type.name === name);

function moved(letter = ""): string {
  const code = letter.codePointAt(0) ?? 0;
  return code < 0xffff && /[\p{L}\p{N}]/u.test(letter) ? String.fromCodePoint(PLANE + code) : letter;
}

const entities = (written: string) =>
  written.replace(/[\u{f0000}-\u{ffffd}]/gu, (letter) => `&#${(letter.codePointAt(0) ?? PLANE) - PLANE};`);
