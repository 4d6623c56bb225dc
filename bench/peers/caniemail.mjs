// Looks at one HTML file many times, warm: what of it no mail program, or not every one, understands.
// Usage: node caniemail.mjs FILE.html ROUNDS → {"ms": […], "features": 12}
import fs from "node:fs";
import { caniemail } from "caniemail";

// With "*" it ends with an error of its own: some programs have no answer for a feature.
const CLIENTS = ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.*"];
const [file, rounds] = process.argv.slice(2);
const html = fs.readFileSync(file, "utf8");
const times = [];
const features = new Set();
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  const { issues } = caniemail({ clients: CLIENTS, html });
  times.push(performance.now() - start);
  for (const found of [issues.errors, issues.warnings]) {
    for (const list of found.values()) for (const issue of list) features.add(issue.title);
  }
}
console.log(JSON.stringify({ ms: times, features: features.size }));
