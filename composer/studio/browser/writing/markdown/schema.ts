// What a text of the mail can have. What is not here cannot be written, pasted or kept.

import { schema as common } from "prosemirror-markdown";
import { type MarkType, type Node, type NodeSpec, type NodeType, Schema } from "prosemirror-model";
import { FIELD } from "./fields";

const SAFE = /^(?:https?:|mailto:|tel:|#|\{\{)/i;
/** A site without its scheme: what was meant can be told of it (../pasted-links.ts). */
const SITE = /^(?:www\.|\/\/)[^\s/]+\./i;

function closeList(name: string, tag: string): NodeSpec {
  const spec = common.spec.nodes.get(name);
  const order = tag === "ol" ? { order: { default: 1 } } : {};
  const getAttrs = (dom: HTMLElement) => (tag === "ol" ? { order: Number(dom.getAttribute("start") ?? 1) } : {});
  return { ...spec, attrs: { ...order, tight: { default: true } }, parseDOM: [{ tag, getAttrs }] };
}

const nodeSpecs = common.spec.nodes
  .remove("image")
  // A list that is made here stands close, as most are typed.
  .update("bullet_list", closeList("bullet_list", "ul"))
  .update("ordered_list", closeList("ordered_list", "ol"))
  .update("heading", { ...common.spec.nodes.get("heading"), content: "(text | field)*" })
  .addBefore("text", "field", {
    group: "inline",
    inline: true,
    atom: true,
    attrs: { source: {} },
    toDOM: (node: Node) => {
      const { words } = fieldInWords(String(node.attrs.source));
      return ["span", { class: "chip", "data-field": node.attrs.source, title: node.attrs.source }, words];
    },
    parseDOM: [
      { tag: "span[data-field]", getAttrs: (dom: HTMLElement) => ({ source: dom.getAttribute("data-field") }) },
    ],
  });

export const schema = new Schema({
  nodes: nodeSpecs,
  marks: common.spec.marks
    .update("link", {
      ...common.spec.marks.get("link"),
      // Markdown takes any address, and the checks tell the author of one that no mail can have; a browser gets none.
      toDOM: ({ attrs }) => [
        "a",
        { title: attrs.title ?? attrs.href, ...(SAFE.test(attrs.href) && { href: attrs.href }) },
      ],
      parseDOM: [
        {
          tag: "a[href]",
          getAttrs: (dom: HTMLElement) => {
            const href = dom.getAttribute("href") ?? "";
            const title = dom.getAttribute("title");
            return (SAFE.test(href) || SITE.test(href)) && { href, title: title === href ? null : title };
          },
        },
      ],
    })
    // A quotation mark that is to stay as it is, of which the mail would make the language's own: \" in Markdown.
    .addToEnd("straight", {
      inclusive: false,
      parseDOM: [{ tag: "span[data-straight]" }],
      toDOM: () => ["span", { "data-straight": "" }, 0],
    }),
});

// Those of a schema are known by any name to TypeScript; these are there.
export const nodes = schema.nodes as unknown as Record<
  "paragraph" | "heading" | "blockquote" | "bullet_list" | "ordered_list" | "list_item" | "hard_break" | "field",
  NodeType
>;
export const marks = schema.marks as unknown as Record<"strong" | "em" | "link" | "code" | "straight", MarkType>;

/** `{{ subscriber.first_name | default("reader") }}` → “first name, or reader”. */
export function fieldInWords(source: string): { name: string; words: string } {
  const found = FIELD.exec(source);
  const name = found?.[1]?.replace(/^subscriber\./, "").replaceAll("_", " ") ?? source;
  const otherwise = /\|\s*default\(\s*["'“]([^"'”]*)["'”]\s*\)/.exec(found?.[2] ?? "");
  return { name, words: otherwise ? `${name}, or “${otherwise[1]}”` : name };
}
