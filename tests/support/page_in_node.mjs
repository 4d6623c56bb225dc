// Plays what is asked for with parts of the studio's page, against a studio that is really there; prints what came of it.
//
// Standard input has {url, cookie, token, slug, play}. What a browser has and Node has not, is here as far as they need it.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const root = process.argv[2];
const asked = JSON.parse(await text(process.stdin));
const require = createRequire(`${root}/build/node/`);
const made = await require("esbuild").build({
  stdin: {
    contents: `export { ask } from "./api";
      export { groupsOf } from "./findings";
      export { get } from "./sending/ask";
      export { addressesIn } from "./sending/addresses";
      export { silenceInWords } from "./sending/words";
      export { look } from "./translations/requests";
      export { addBlock, moveBlock, removeBlock } from "./writing/block-acts";
      export { Desk } from "./writing/desk";
      export { afterChange } from "./writing/following";`,
    resolveDir: `${root}/composer/studio/browser`,
    loader: "ts",
  },
  bundle: true,
  format: "iife",
  globalName: "page",
  jsx: "automatic",
  jsxImportSource: "preact",
  nodePaths: [`${root}/build/node/node_modules`],
  define: { ICONS: '""' },
  write: false,
});

/** Every question that the page has asked. */
const questions = [];
let held = { part: "", wait: async () => {} };
const overTheWire = globalThis.fetch;
globalThis.fetch = async (address, options = {}) => {
  questions.push(address);
  const headers = { ...options.headers, Cookie: asked.cookie, Origin: asked.url };
  const answer = await overTheWire(new URL(address, asked.url), { ...options, headers, keepalive: false });
  if (held.part && address.includes(held.part)) await held.wait();
  return answer;
};
globalThis.document = { querySelector: () => ({ content: asked.token }), addEventListener() {} };
globalThis.addEventListener = globalThis.removeEventListener = () => {};

/** Hold the answers from addresses with these words. Returns what waits for the first, and what lets all go. */
function hold(part) {
  const first = Promise.withResolvers();
  const end = Promise.withResolvers();
  const wait = () => {
    first.resolve();
    return end.promise;
  };
  held = { part, wait };
  return { isAsked: first.promise, letGo: end.resolve };
}

const page = new Function(`${made.outputFiles[0].text}; return page;`)();
const { slug } = asked;

async function opened(issue = slug) {
  const desk = new page.Desk(() => {});
  await desk.open(issue, "en");
  return desk;
}

const form = (desk, kind) => desk.forms.blocks.find((one) => one.kind === kind);
const kinds = (desk) => desk.blocks.map(({ kind }) => kind);

const PLAYS = {
  /** A look that is asked for while another is out. */
  async looks() {
    const { letGo } = hold("/translations");
    const both = [page.look(slug, "fr", () => true), page.look(slug, "fr", () => true)];
    letGo();
    await Promise.all(both);
    return questions.filter((address) => address.endsWith("/translations")).length;
  },
  /** What the database's fault is told as, and how often it was asked for; it is given up after three times. */
  async faults() {
    const address = "people?search=ana&limit=8";
    const isWanted = () => questions.length < 3;
    const refused = await page.ask(`/api/sending/${address}`, isWanted).then(String, (error) => error.message);
    const { length } = questions;
    const fault = await page.get(address).then(String, (error) => error);
    return { refused, asked: length, fault: fault.message, isPassing: fault.isPassing };
  },
  /** The issue is left while its file is being opened. */
  async leaves() {
    const desk = new page.Desk(() => {});
    const { isAsked, letGo } = hold("/document");
    const opening = desk.open(slug, "en");
    await isAsked;
    desk.leave();
    letGo();
    await opening;
    return { slug: desk.slug, file: desk.file };
  },
  /** Two looks at the disk, between which somebody else changes the file: the answer to the first comes first. */
  async looksAgain() {
    const [desk, other] = [await opened(), await opened()];
    const before = desk.blocks.length;
    const first = hold("/document");
    const found = desk.reload().then(() => desk.blocks.length - before);
    await first.isAsked;
    held = { part: "", wait: async () => {} };
    await other.act([{ edit: "duplicate", path: ["blocks", 0] }], "duplicate");
    const second = hold("/document");
    const again = desk.reload();
    await second.isAsked;
    first.letGo();
    await page.ask("/api/project");
    second.letGo();
    await again;
    return found;
  },
  /** Blocks move while a place for another is being chosen. */
  async gaps() {
    const desk = await opened();
    const seen = [];
    const then = async (act) => {
      await act;
      seen.push(desk.adding);
    };
    desk.choose(1); // before the picture
    await then(page.moveBlock(desk, 1, 0));
    await then(page.moveBlock(desk, 0, 1));
    await then(desk.act([{ edit: "duplicate", path: ["blocks", 0] }], "duplicate"));
    await then(page.removeBlock(desk, 2)); // the picture itself
    await then(page.removeBlock(desk, 0));
    for (let times = 0; times < 2; times += 1) await then(desk.step("undo"));
    return seen;
  },
  /** A block is chosen while one before its place is still being deleted. */
  async queued() {
    const desk = await opened();
    const gone = page.removeBlock(desk, 0);
    await Promise.all([gone, page.addBlock(desk, form(desk, "divider"), 2)]);
    return { kinds: kinds(desk), selected: desk.selected };
  },
  /** The same block is added at the same place of two issues, of which the first has no answer yet. */
  async issues() {
    const desks = [await opened(), await opened("2026-11-market")];
    const { isAsked, letGo } = hold("/edit");
    const first = page.addBlock(desks[0], form(desks[0], "divider"), 1);
    await isAsked;
    const second = page.addBlock(desks[1], form(desks[1], "divider"), 1);
    letGo();
    await Promise.all([first, second]);
    return desks.map(kinds);
  },
  /** What frames a mail is added in its midst, and other blocks outside of it. */
  async frames() {
    const desk = await opened();
    for (const [kind, index] of [
      ["footer", 0],
      ["masthead", 1],
      ["divider", 0],
      ["button", 5],
    ]) {
      await page.addBlock(desk, form(desk, kind), index);
    }
    return kinds(desk);
  },
  /** Names with commas before addresses, each text by itself. */
  async names() {
    const texts = [
      "Doe, Zoë <zoe@example.org>; Anna Berg, Ben <ben@example.org>",
      "“Doe, Zoë” <zoe@example.org>, Ben <ben@example.org>",
    ];
    return texts.map((text) => page.addressesIn(text).turned ?? null);
  },
  async silences() {
    return [25, 120, 3600 * 3].map(page.silenceInWords);
  },
  async groups() {
    const finding = { code: "picture-heavy", severity: "warning", message: "the picture is heavy", hint: "" };
    const findings = ["save it at 600 pixels", "save it as JPEG", "save it as JPEG"].map((hint) => ({
      ...finding,
      hint,
    }));
    return page.groupsOf(findings).map((group) => group.length);
  },
};

process.stdout.write(JSON.stringify(await PLAYS[asked.play]()));
process.exit(0);
