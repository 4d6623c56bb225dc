// Reads mails (base64, a line each) with npm's mailparser, found in the folder that is given, and prints their files.
const { simpleParser } = require(require("node:path").join(process.argv[2], "node_modules", "mailparser"));
const { createInterface } = require("node:readline");

(async () => {
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
})();
