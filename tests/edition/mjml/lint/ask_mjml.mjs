// What npm's mjml says. In: {"documents": ["<mjml>…"], "values": [["unit(px)", "1px"]]} on stdin, the folder of
// node_modules as the argument. Out: for each document [[line, tag, message]], or the words of the exception; for each
// value whether it is valid.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(join(process.argv[2], "node_modules", "/"));
const mjml2html = load("mjml");
const { initializeType } = load("mjml-core");

async function judge(document) {
  try {
    await mjml2html(document, { validationLevel: "strict" });
    return [];
  } catch (error) {
    return error.errors ? error.errors.map((found) => [found.line, found.tagName, found.message]) : error.message;
  }
}

function isValid([type, text]) {
  // The parser makes booleans of these two words.
  const value = { true: true, false: false }[text] ?? text;
  const Type = initializeType(type);
  return new Type(value).isValid();
}

const question = JSON.parse(readFileSync(0, "utf8"));
const documents = await Promise.all((question.documents || []).map(judge));
console.log(JSON.stringify({ documents, values: (question.values || []).map(isValid) }));
