// The least that a live preview of a mail does: watch an MJML file, render it, show it. A field beside it is the title
// of the first article, written into the file at each key.
// Usage: node live_mail.mjs FILE.mjml → prints the address; ends when it is terminated
import fs from "node:fs";
import http from "node:http";
import mjml2html from "mjml";

const [file] = process.argv.slice(2);
const written = fs.readFileSync(file, "utf8");
const title = />([^<>]{4,})<\/h2>/.exec(written)?.[1] ?? "";
const listeners = new Set();
let mail = "";

const PAGE = `<!doctype html><title>Preview</title><label>Title <input></label>
<div class="frames"><iframe sandbox="allow-same-origin" style="width:720px;height:3000px"></iframe></div>
<script type="module">
const show = html => { document.querySelector("iframe").srcdoc = html; };
const look = async () => show(await (await fetch("/mail")).text());
document.querySelector("input").addEventListener("input", async event => {
  show(await (await fetch("/title", { method: "POST", body: event.target.value })).text());
});
new EventSource("/events").addEventListener("change", look);
look();
</script>`;

async function render(mjml) {
  mail = (await mjml2html(mjml, { validationLevel: "skip", keepComments: false, fonts: {} })).html;
  return mail;
}

async function changed() {
  const mjml = fs.readFileSync(file, "utf8");
  if (!mjml) return; // the editor has emptied it, and has not written yet
  await render(mjml);
  for (const answer of listeners) answer.write("event: change\ndata:\n\n");
}

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

const server = http.createServer(async (request, answer) => {
  if (request.url === "/events") {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    listeners.add(answer);
    request.on("close", () => listeners.delete(answer));
    return;
  }
  answer.setHeader("content-type", "text/html; charset=utf-8");
  if (request.url === "/mail") answer.end(mail || (await render(fs.readFileSync(file, "utf8"))));
  else if (request.url === "/title") {
    const mjml = written.replace(title, (await body(request)).replace(/[<&]/g, " "));
    fs.writeFileSync(file, mjml);
    answer.end(await render(mjml));
  } else answer.end(PAGE);
});
fs.watch(file, changed);
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
