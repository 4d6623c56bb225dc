// Reads {texts: [Markdown], documents: [ProseMirror's JSON]} and answers for each what the studio's editor makes of it:
// what is seen, in runs of equal letters, and the Markdown that it writes.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const root = process.argv[2];
const require = createRequire(`${root}/build/node/`);
const from = `${root}/composer/studio/browser/writing/markdown`;
const folder = await mkdtemp(join(tmpdir(), "seen-"));
const outfile = join(folder, "seen.mjs");
await require("esbuild").build({
  stdin: {
    contents: `export * from "./pieces"; export * from "./read"; export * from "./write"; export * from "./schema";
      export * from "./tidy"; export * from "./emphasis";`,
    resolveDir: from,
    loader: "ts",
  },
  bundle: true,
  format: "esm",
  platform: "node",
  nodePaths: [`${root}/build/node/node_modules`],
  outfile,
});
const { canBeSeen, isAlike, isWide, read, schema, tidied, TypedText, write } = await import(
  pathToFileURL(outfile).href
);
await rm(folder, { recursive: true });

function runs(document) {
  const found = [];
  const walk = (node, path) => {
    node.forEach((child) => {
      const { name } = child.type;
      if (name === "horizontal_rule") found.push([[...path, "horizontal_rule"].join(" "), "", ""]);
      else if (!child.isInline) walk(child, [...path, kind(child)]);
      else {
        const seen = child.marks.filter((mark) => mark.type.name !== "straight");
        const marks = seen.map((mark) =>
          mark.type.name === "link" ? `link ${mark.attrs.href} ${mark.attrs.title ?? ""}` : mark.type.name,
        );
        const words = name === "hard_break" ? "\n" : name === "field" ? child.attrs.source : child.text;
        const run = [path.join(" "), name === "hard_break" ? "" : marks.sort().join(" "), words];
        const last = found.at(-1);
        if (last && last[0] === run[0] && last[1] === run[1]) last[2] += run[2];
        else found.push(run);
      }
    });
  };
  walk(document, []);
  return found;
}

function kind(node) {
  const { level, order } = node.attrs;
  return `${node.type.name}${level ? ` ${level}` : ""}${order === undefined ? "" : ` ${order}`}`.replace(
    /^list_item$/,
    "item",
  );
}

const { texts = [], documents = [], signs = "" } = JSON.parse(await text(process.stdin));
const answer = {
  texts: texts.map((markdown) => {
    if (!canBeSeen(markdown)) return null;
    const seen = read(markdown);
    const more = seen.copy(seen.content.addToEnd(schema.node("paragraph", null, [schema.text("One more")])));
    return {
      seen: runs(seen),
      written: write(seen),
      kept: new TypedText(markdown).written(seen),
      more: new TypedText(markdown).written(more),
    };
  }),
  documents: documents.map((json) => {
    const document = schema.nodeFromJSON(json);
    document.check();
    const written = write(document);
    let isSame = false;
    try {
      isSame = isAlike(read(written), tidied(document));
    } catch {}
    return { seen: runs(tidied(document)), written, isSame, opens: canBeSeen(written) };
  }),
  wide: Array.from(signs).filter(isWide).join(""),
};
process.stdout.write(JSON.stringify(answer));
