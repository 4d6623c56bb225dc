// Mails on standard input, as JSON lines of base64; what npm's mailparser makes of them, as JSON lines.
const path = require("path");
const { simpleParser } = require(path.join(process.argv[2], "node_modules", "mailparser"));
const lines = require("fs").readFileSync(0, "utf8").trim().split("\n");
(async () => {
  for (const line of lines) {
    const mail = await simpleParser(Buffer.from(JSON.parse(line), "base64"), { skipImageLinks: true, skipTextToHtml: true });
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
    process.stdout.write(JSON.stringify(result) + "\n");
  }
})();
