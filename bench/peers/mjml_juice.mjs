// Builds one MJML file many times, warm: MJML to HTML, then the style sheet inlined by juice.
// Usage: node mjml_juice.mjs FILE.mjml FILE.css ROUNDS → {"mjml_ms": […], "both_ms": […]}
import fs from "node:fs";
import juice from "juice";
import mjml2html from "mjml";

const [file, style, rounds] = process.argv.slice(2);
const mjml = fs.readFileSync(file, "utf8");
const css = fs.readFileSync(style, "utf8");
const mjmlTimes = [];
const bothTimes = [];
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  const { html } = await mjml2html(mjml, { validationLevel: "skip", keepComments: false, fonts: {} });
  const rendered = performance.now();
  juice.inlineContent(html, css);
  const end = performance.now();
  mjmlTimes.push(rendered - start);
  bothTimes.push(end - start);
}
console.log(JSON.stringify({ mjml_ms: mjmlTimes, both_ms: bothTimes }));
