// Reads {name: {html, kind}} from standard input, judges each by html-validate, writes ["name:line:column rule message"].
// Its command line crashes on standard input; its API does not.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(`${process.argv[2]}/`);
const { HtmlValidate, StaticConfigLoader } = require("html-validate");

// How something is written, with no difference to anybody; style in attributes is how Markdown's tables say `align`.
const OF_STYLE = {
  "doctype-style": "off",
  "no-inline-style": "off",
  "no-trailing-whitespace": "off",
  "prefer-tbody": "off",
};
// A mail is laid out by tables whose attributes HTML has given up, because mail programs have not; Outlook has comments
// of its own, and what frames the mail may not be an element that webmail takes away.
const OF_MAILS = {
  ...OF_STYLE,
  "attr-quotes": "off",
  "no-conditional-comment": "off",
  "no-deprecated-attr": "off",
  "prefer-native-element": "off",
};
const judges = Object.fromEntries(
  Object.entries({ mail: OF_MAILS, page: OF_STYLE }).map(([kind, rules]) => [
    kind,
    new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:recommended"], elements: ["html5"], rules })),
  ]),
);

const told = [];
for (const [name, { html, kind }] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const report = await judges[kind].validateString(html);
  for (const message of report.results.flatMap((result) => result.messages)) {
    told.push(`${name}:${message.line}:${message.column} ${message.ruleId} ${message.message}`);
  }
}
console.log(JSON.stringify(told));
