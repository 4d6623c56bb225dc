// Sends one prepared message to COUNT recipients over nodemailer's pool.
// Usage: node nodemailer_pool.mjs PORT COUNT CONNECTIONS FILE.html → {"seconds": n, "accepted": n}
import fs from "node:fs";
import nodemailer from "nodemailer";

const [port, count, connections, file] = process.argv.slice(2);
const html = fs.readFileSync(file, "utf8");
const transport = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  pool: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
  ignoreTLS: true,
});
let next = 0;
let accepted = 0;
async function sender() {
  while (next < Number(count)) {
    const number = next++;
    const info = await transport.sendMail({
      from: "news@example.org",
      to: `reader${number}@example.test`,
      subject: `Hello reader ${number}`,
      html: html.replaceAll("READER", `reader ${number}`),
      headers: { "List-Unsubscribe": `<https://example.org/u/${number}>` },
    });
    accepted += info.accepted.length;
  }
}
const start = performance.now();
await Promise.all(Array.from({ length: Number(connections) * 2 }, sender));
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, accepted }));
transport.close();
