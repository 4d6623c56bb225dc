// Mails on standard input, as JSON lines of base64; what npm's mailparser makes of them, as JSON lines.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(join(process.argv[2], "node_modules", "/"));
const { simpleParser } = load("mailparser");

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const mail = await simpleParser(Buffer.from(JSON.parse(line), "base64"), {
    skipImageLinks: true,
    skipTextToHtml: true,
  });
  const result = {
    names: mail.headerLines.map((header) => header.key),
    from: mail.from.value,
    to: mail.to.value,
    subject: mail.subject,
    messageId: mail.messageId,
    unsubscribe: mail.headers.get("list").unsubscribe.url,
    text: mail.text,
    html: mail.html,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
