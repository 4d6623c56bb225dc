// Markdown → what is seen, by the grammar of composer/commonmark.py. What the schema has no word for is Unseen.

import MarkdownIt from "markdown-it";
import { defaultMarkdownParser, MarkdownParser } from "prosemirror-markdown";
import type { Node } from "prosemirror-model";
import { readEmphasisWithoutBlanks } from "./emphasis";
import { FieldWords, Unseen } from "./fields";
import { schema } from "./schema";

type StateCore = MarkdownIt.Core["State"]["prototype"];
type Token = StateCore["tokens"][number];

const FOOTNOTE = /^\[\^[^\]\s]+\]/;
/** In issue.md this begins or ends a block. */
const FENCE = /^[ \t]*:::/m;

/** HTML, pictures, tables and struck words are read, so that they are found: the schema has no word for them. */
const tokenizer = new MarkdownIt("commonmark", { html: true, breaks: true }).enable(["table", "strikethrough"]);
readEmphasisWithoutBlanks(tokenizer);
// An address stays as it is typed. Whether a mail can have it, the checks say.
tokenizer.validateLink = () => true;
tokenizer.normalizeLink = (address) => address;
tokenizer.normalizeLinkText = (address) => address;
tokenizer.inline.ruler.before("link", "footnote", (state) => {
  if (FOOTNOTE.test(state.src.slice(state.pos))) throw new Unseen("a footnote");
  return false;
});
tokenizer.core.ruler.after("normalize", "fields hidden", (state) => {
  state.env.fields = new FieldWords(state.src);
  state.src = state.env.fields.hide(state.src);
});
tokenizer.core.ruler.before("text_join", "straight quotation marks", (state) => {
  for (const token of state.tokens) token.children &&= token.children.flatMap((child) => straight(child, state));
});
tokenizer.core.ruler.push("fields shown", (state) => {
  const fields: FieldWords = state.env.fields;
  state.tokens.forEach((token, index) => {
    if (token.children) {
      const isHeading = state.tokens[index - 1]?.type === "heading_open";
      if (isHeading && token.children.some(({ type }) => /break$/.test(type)))
        throw new Unseen("a heading of two lines");
      token.children = once(token.children).flatMap((child) => shown(child, fields, state));
    } else if (token.content) token.content = fields.restore(token.content);
    token.info = fields.restore(token.info);
  });
});

/** A quotation mark behind a backslash, or written as an entity, is not made one of the language in the mail. */
function straight(token: Token, state: StateCore): Token[] {
  if (token.type !== "text_special" || !/^["']$/.test(token.content)) return [token];
  return [new state.Token("straight_open", "span", 1), token, new state.Token("straight_close", "span", -1)];
}

/** Bold within bold is as bold as the rest of it, up to where the outer one ends. */
function once(line: Token[]): Token[] {
  const depths = new Map<string, number>();
  return line.filter(({ type, nesting, tag }) => {
    if (!/^(?:em|strong)_/.test(type)) return true;
    const depth = depths.get(tag) ?? 0;
    depths.set(tag, depth + nesting);
    return (nesting > 0 ? depth : depth - 1) === 0;
  });
}

function shown(token: Token, fields: FieldWords, state: StateCore): Token[] {
  token.attrs = token.attrs?.map(([name, value]): [string, string] => [name, fields.restore(value)]) ?? null;
  if (token.type !== "text") {
    token.content = fields.restore(token.content);
    return [token];
  }
  return fields.split(token.content).map((piece, index) => {
    const made = new state.Token(index % 2 ? "field" : "text", "", 0);
    made.content = piece;
    return made;
  });
}

const { image: _image, ...tokens } = defaultMarkdownParser.tokens;
const parser = new MarkdownParser(schema, tokenizer, {
  ...tokens,
  bullet_list: { block: "bullet_list", getAttrs: (_, all, at) => ({ tight: isTight(all, at) }) },
  ordered_list: {
    block: "ordered_list",
    getAttrs: (token, all, at) => ({ order: Number(token.attrGet("start") ?? 1), tight: isTight(all, at) }),
  },
  straight: { mark: "straight" },
  field: { node: "field", getAttrs: (token) => ({ source: token.content }) },
  softbreak: { node: "hard_break" },
});

/** Whether the texts of a list stand close; one that has none does. */
function isTight(tokens: Token[], list: number): boolean {
  const level = tokens[list]?.level ?? 0;
  for (const token of tokens.slice(list + 1)) {
    if (token.level === level) return true;
    if (token.type === "paragraph_open" && token.level === level + 2) return token.hidden;
  }
  return true;
}

/** Read a text. Throws if there is something in it that the schema does not know. */
export function read(markdown: string): Node {
  const env: { references?: object } = {};
  if (FENCE.test(markdown)) throw new Unseen("the beginning or the end of a block");
  const made = parser.parse(markdown, env);
  if (Object.keys(env.references ?? {}).length) throw new Unseen("addresses that stand apart from their links");
  return made;
}

/** From which line to which each of the text's own blocks goes; the end is the line behind. */
export function linesOfBlocks(markdown: string): [number, number][] {
  return tokenizer
    .parse(markdown, {})
    .filter((token) => token.level === 0 && token.map && token.nesting >= 0)
    .map((token) => token.map ?? [0, 0]);
}
