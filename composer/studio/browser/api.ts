// What the server tells, as composer/studio/report.py writes it, and how it is asked.

import { answered, readAt, rest } from "./answers";
import { asOne, questionOf } from "./under-way";
import type { Forms, OpenFile } from "./writing/model";

/** One issue in the list. */
export interface IssueLine {
  slug: string;
  title: string;
  /** As the author wrote it: 2020-03-31, or nothing yet. */
  date: string;
  languages: string[];
}

/** The list of issues, and what to say when there is none. */
export interface ProjectReport {
  /** Whether there is a newsletter.yaml. */
  started: boolean;
  newsletter: string | null;
  organisation: string | null;
  issues_dir: string;
  issues: IssueLine[];
}

export interface Mend {
  line: number;
  column: number;
  replace: string;
  with: string;
}

/** A finding of a check, with the lines of the author's file around it. */
export interface Finding {
  code: string;
  severity: "error" | "warning" | "info";
  file: string;
  line: number;
  column: number;
  message: string;
  hint: string;
  /** Whether it is why there is nothing new to show. */
  blocking: boolean;
  /** Whether it is in a file of the issue that is shown, which has forms. */
  in_issue: boolean;
  /** What mends it without a thought; `line` and `column` are where `replace` stands. */
  mend: Mend | null;
  /** `caret` is a column, from 1. */
  excerpt: { number: number; text: string; caret: number | null }[];
}

/** What an inbox shows before the mail is opened. */
export interface InboxLine {
  sender: string;
  address: string;
  subject: string;
  preheader: string;
  /** All of a test, A first; else there is one. */
  subjects: string[];
}

/** Sizes in bytes. */
export interface Weight {
  html: number;
  clip: number;
  text: number;
  pictures: number;
  picture_count: number;
  fonts: number;
  font_count: number;
  links: number;
}

export type Reader = { key: string; label: string; name: string; values: Record<string, string> };

/** All that stands beside the mail. */
export interface IssueReport {
  slug: string;
  title: string;
  languages: string[];
  language: string;
  direction: string;
  stale: boolean;
  /** The findings are those of the last version: this one has not been checked yet. */
  checking: boolean;
  digest: string | null;
  seconds: number;
  inbox: InboxLine | null;
  weight: Weight | null;
  reader: Reader;
  readers: Reader[];
  fields: { name: string; meaning: string }[];
  findings: Finding[];
  /** The HTML of each block that differs from the mail that was said to be shown, if nothing else of it does. */
  repaint: Record<string, string> | null;
}

/** The server answered, and it was not what was asked for. */
export class Refusal extends Error {}

/**
 * Ask the server for a text, again where it does not answer; throws a Refusal with its own words.
 *
 * @param isWanted Whether it is still worth asking; else a question that nobody answers throws NoAnswer.
 */
export async function askText(address: string, isWanted?: () => boolean): Promise<string> {
  const { answer, text } = await readAt(address, isWanted);
  if (!answer.ok) throw new Refusal(reasonIn(text));
  return text;
}

/** The same, for what is told as JSON. */
export async function ask<T>(address: string, isWanted?: () => boolean): Promise<T> {
  return JSON.parse(await askText(address, isWanted));
}

const loadings = new WeakMap<HTMLIFrameElement, number>();
/** A page that can be read and still is not shown so often, within twenty seconds, is kept away by the browser. */
const MOST_LOADINGS = 8;
const KEPT_AWAY =
  "The studio answers, and the browser does not show it: load the page again, or try without the browser’s extensions.";

/**
 * Whether a frame that says that it is loaded has its page. Where there is none, it is asked why: a page that nobody
 * could answer with comes as soon as somebody can, if it `isWanted` still.
 *
 * @param refused Is told why there is no page.
 */
export function hasPage(
  frame: HTMLIFrameElement,
  refused: (why: Refusal) => void,
  isWanted = () => frame.isConnected,
): boolean {
  if (frame.contentDocument?.contentType === "text/html") return true;
  void bringPage(frame, isWanted).catch((why) => {
    if (why instanceof Refusal && isWanted()) refused(why);
  });
  return false;
}

async function bringPage(frame: HTMLIFrameElement, isWanted: () => boolean): Promise<void> {
  const times = loadings.get(frame) ?? 0;
  loadings.set(frame, times + 1);
  await rest(times);
  if (!isWanted()) return;
  await askText(frame.src, isWanted);
  if (times >= MOST_LOADINGS) throw new Refusal(KEPT_AWAY);
  if (isWanted()) frame.setAttribute("src", frame.src);
}

export const askProject = (isWanted?: () => boolean) => ask<ProjectReport>("/api/project", isWanted);

export function askIssue(slug: string, query: URLSearchParams, isWanted?: () => boolean): Promise<IssueReport> {
  return ask(`/api/issues/${encodeURIComponent(slug)}?${query}`, isWanted);
}

/** Why the server refused, in its words. */
export const reason = async (answer: Response): Promise<string> => reasonIn(await answer.text());

function reasonIn(text: string): string {
  try {
    return JSON.parse(text).detail;
  } catch {
    return text;
  }
}

/** The file was changed elsewhere since this page looked at it. */
export class Overtaken extends Error {
  constructor(readonly file: OpenFile) {
    super("The file has been changed elsewhere.");
  }
}

/** The studio was started anew, and this browser has not opened the new address yet: what is typed waits for that. */
export class Stranger extends Error {}

const tokenOf = (page: Document) => page.querySelector<HTMLMetaElement>("meta[name=studio-token]")?.content ?? "";

/** What a change must bring, so that no other page can ask for it. */
export let TOKEN = tokenOf(document);

/**
 * Look what a page that is opened now would bring: another start of the studio wants another token.
 *
 * @param refused The one that was brought; where another question has found the new one meanwhile, that is it.
 */
async function hasNewToken(refused: string): Promise<boolean> {
  if (TOKEN !== refused) return true;
  const answer = await fetch("/");
  const token = answer.ok ? tokenOf(new DOMParser().parseFromString(await answer.text(), "text/html")) : "";
  if (token) TOKEN = token;
  return TOKEN !== refused;
}

/** What this page calls itself where it listens, so that it is not told of its own changes. */
export const PAGE = crypto.randomUUID();

/** Send it, and once more where the studio was started anew since: what comes with an old token is not looked at. */
export async function allowed(send: () => Promise<Response>): Promise<Response> {
  const brought = TOKEN;
  const answer = await send();
  const isAgain = answer.status === 403 && (await hasNewToken(brought));
  return isAgain ? send() : answer;
}

/** Change something: an address, and what is wanted, as JSON or a file as it is. */
export function postTo(address: string, wanted: object | Blob, more: Record<string, string> = {}): Promise<Response> {
  const isFile = wanted instanceof Blob;
  const body = isFile ? wanted : JSON.stringify(wanted);
  return fetch(address, {
    method: "POST",
    // What was typed last arrives although the page is being closed; browsers allow that for 64 kB.
    keepalive: typeof body === "string" && body.length < 50_000,
    headers: {
      "Content-Type": isFile ? "application/octet-stream" : "application/json",
      "X-Studio-Token": TOKEN,
      ...more,
    },
    body,
  });
}

/**
 * Change something, and get the answer; throws a Refusal with the server's own words, or NoAnswer. What is asked again
 * while its answer is out is asked once.
 */
export function post<T>(address: string, wanted: object | Blob): Promise<T> {
  return asOne(questionOf(address, wanted), () => look<T>(address, wanted));
}

/** Look at something, and say as JSON at what: each look is one of its own, for what is there may have changed. */
export async function look<T>(address: string, wanted: object | Blob): Promise<T> {
  const answer = await allowed(() => answered(postTo(address, wanted)));
  if (answer.status === 413) throw new Refusal("This is too large to be taken.");
  if (!answer.ok) throw new Refusal(await reason(answer));
  return answer.json();
}

/**
 * Change a file of an issue: an address below /api/issues/, and what is wanted. The page is not told of it by anybody
 * else.
 *
 * @param looking What the page shows of the mail: what has become of that comes behind the file, when it is composed.
 */
export async function change(address: string, wanted: object, looking = ""): Promise<OpenFile> {
  const path = address.split("/").map(encodeURIComponent).join("/");
  const to = `/api/issues/${path}${looking && `?${looking}`}`;
  const answer = await allowed(() => answered(postTo(to, wanted, { "X-Studio-Page": PAGE })));
  if (answer.status === 403) throw new Stranger(await reason(answer));
  if (answer.status === 409) throw new Overtaken(await answer.json());
  if (!answer.ok) throw new Refusal(await reason(answer));
  return looking && answer.body ? inTwoLines(answer.body) : answer.json();
}

/** The file as soon as it is there, so that the next change need not wait for the mail. */
async function inTwoLines(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<OpenFile> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (text: string, isEnough: (text: string) => boolean): Promise<string> => {
    if (isEnough(text)) return text;
    const { value, done } = await reader.read();
    return done ? text : read(text + value, isEnough);
  };
  const begun = await read("", (text) => text.includes("\n"));
  const end = begun.indexOf("\n");
  const report = read(begun.slice(end + 1), () => false).then(
    (text): IssueReport | null => JSON.parse(text),
    () => null,
  );
  return { ...JSON.parse(begun.slice(0, end)), report: report.catch(() => null) };
}

/** @param file Names one that is no language's: newsletter.yaml. */
export function askIssueFile(slug: string, language: string, file = "", isWanted?: () => boolean): Promise<OpenFile> {
  const query = new URLSearchParams({ language, file });
  return ask(`/api/issues/${encodeURIComponent(slug)}/document?${query}`, isWanted);
}

export const askForms = () => ask<Forms>("/api/forms");
