// Reads mails (base64, a line each) with npm's mailparser, found in the folder that is given, and prints their files.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const load = createRequire(join(process.argv[2], "node_modules", "/"));
const { simpleParser } = load("mailparser");

for await (const line of createInterface({ input: process.stdin })) {
  const mail = await simpleParser(Buffer.from(JSON.parse(line), "base64"));
  const files = mail.attachments.map((file) => ({
    name: file.filename,
    type: file.contentType,
    disposition: file.contentDisposition,
    content: file.content.toString("base64"),
  }));
  console.log(JSON.stringify({ text: mail.text, html: mail.html, files }));
}
