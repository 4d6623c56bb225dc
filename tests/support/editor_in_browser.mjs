// Prints the studio's editor as a script that makes `editor.ProseEditor` of a page.
import { createRequire } from "node:module";

const root = process.argv[2];
const require = createRequire(`${root}/build/node/`);
const made = await require("esbuild").build({
  entryPoints: [`${root}/composer/studio/browser/writing/prose.ts`],
  bundle: true,
  format: "iife",
  globalName: "editor",
  nodePaths: [`${root}/build/node/node_modules`],
  define: { ICONS: `"icons.svg"` },
  write: false,
});
process.stdout.write(made.outputFiles[0].text);
