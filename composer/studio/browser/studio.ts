// The page: what is chosen, what is asked of the server, what is shown of its answer.

import type { IssueReport, ProjectReport } from "./api";
import { ask, askIssue, askProject, Refusal } from "./api";
import { byId, h, label, nextPaint, segments } from "./dom";
import { GALLERY, Gallery } from "./gallery/index";
import { showIssueList } from "./issues";
import { IssueLife } from "./issues/index";
import { keepFocus } from "./kept-focus";
import { listen } from "./live";
import { forgetAside, lookAgain, showMistakes } from "./mistakes";
import { Publication } from "./publication/index";
import { Report, subjectOf } from "./report";
import { Seeing } from "./seeing/index";
import { messageTokens } from "./seeing/raw";
import { Sending } from "./sending/index";
import { isSending } from "./sending/places";
import { messageView, sourceView, textView } from "./source";
import { button, emptyState, envelopeOf, Stage } from "./stage";
import type { State } from "./state";
import { clampWidth, DESKTOP, PHONE, readerQuery, readState, writeState } from "./state";
import { Translating } from "./translations/index";
import { Writing } from "./writing/index";

const ZOOMS = [50, 67, 75, 80, 90, 100, 110, 125, 150, 200];
const SCHEMES = ["light", "dark", "forced"];
const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

let state = readState();
let project: ProjectReport | null = null;
let report: IssueReport | null = null;
let asked = 0;

const app = byId("app");
const widthField = byId("width", HTMLInputElement);
const stage = new Stage({ resized: (width) => change({ width }), state });
const panel = new Report({ change: (part) => change(part) });
const writing = new Writing(stage, (told = null) => refresh({ isOurs: true, told }), looking, openPanel);
writing.desk.listen(() => {
  if (report) lookAgain(report, writing.desk);
});
const sending = new Sending({ go, toChecks, flush: () => writing.desk.flush() });
const translating = new Translating({ go, saved: () => refresh({ isOurs: true }) });
const publication = new Publication(
  () => refresh(),
  (language) => report?.languages.includes(language) && change({ language }),
);
const life = new IssueLife({
  show: (slug) => (slug && slug === state.issue ? void refresh() : openIssue(slug)),
  issues: () => project?.issues ?? [],
  shown: () => state.issue,
  flush: () => writing.desk.flush(),
});
const gallery = new Gallery({ go, desk: writing.desk, put: showPut });
const seeing = new Seeing(stage, writing, (part) => change(part), openPanel);

const show = {
  language: segments(byId("languages"), (language) => change({ language })),
  view: segments(byId("views"), (view) => change({ view })),
  width: segments(byId("widths"), (width) => change({ width: Number(width) })),
  scheme: segments(byId("schemes"), (scheme) => change({ scheme })),
};

// --- What is chosen

function change(part: Partial<State>, options?: { push?: boolean }) {
  const onlyLayout = Object.keys(part).every((name) => name === "width" || name === "zoom");
  state = { ...state, ...part };
  writeState(state, options);
  showTools();
  if (part.place !== undefined) showPlace();
  if (onlyLayout) {
    stage.state = state;
    stage.layOut();
  } else refresh();
}

/** To another place of the studio; "" is the mail. */
function go(place: string) {
  if (place === state.place) return;
  state = { ...state, place };
  writeState(state, { push: true });
  showPlace();
}

function showPlace() {
  const issues = project?.issues ?? [];
  sending.show({ place: state.place, report, issues, isWithout: app.classList.contains("without-issue") });
  gallery.show(state.place, report);
  translating.show(state.place, report);
  stage.layOut();
}

/** A block from the gallery stands at this place: it is seen, and its form is open. */
function showPut(index: number) {
  go("");
  void refresh();
  writing.desk.select(index);
  writing.tabs.choose("write");
  openPanel();
}

function openIssue(slug: string) {
  app.classList.remove("issues-open");
  if (slug === state.issue) return go("");
  forgetAside();
  change({ place: "", issue: slug, language: "", subject: "A", values: {} }, { push: true });
}

function showTools() {
  show.view(state.view);
  show.width(state.width);
  show.scheme(state.scheme);
  show.language(report?.language ?? state.language);
  byId("pictures").setAttribute("aria-pressed", String(state.pictures));
  byId("mail-tools").classList.toggle("off", state.view !== "mail");
  byId("zoom").classList.toggle("off", state.view !== "mail" && state.view !== "print");
  if (document.activeElement !== widthField) widthField.value = String(state.width);
  for (const link of byId("issue-list").querySelectorAll("a")) {
    if (link.dataset.slug === state.issue) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// --- What is asked

/** So long after the last change of one's own are its checks asked for: they would be in the way of the next key. */
const REST_MS = 300;

/** What the page shows of the mail, for the server to tell what differs from that; nothing if it shows none yet. */
function looking(): string {
  if (!report?.digest || state.view !== "mail" || stage.isPainting) return "";
  const { key, query } = frameOf(report);
  if (stage.key !== key) return "";
  query.delete("digest");
  for (const [name, value] of [...soonQuery(), ["shown", report.digest]] as const) query.set(name, value);
  return String(query);
}

function soonQuery() {
  return readerQuery(state, { ...(state.language && { language: state.language }), soon: "true" });
}

/**
 * The mail first, in one question; what is found in it, and the list of issues, when it is on the screen.
 *
 * @param options `isOurs` is a change of our own; `told` is what came with its answer.
 */
async function refresh({ isOurs = false, told = null }: { isOurs?: boolean; told?: IssueReport | null } = {}) {
  const turn = ++asked;
  try {
    let [found, list] = await Promise.all([told ?? askShown(), project ? null : askProject()]);
    if (turn !== asked) return;
    if (!found) list ??= await askProject(); // it has another name now, or none has been chosen yet
    if (turn !== asked) return;
    if (list && !showList(list)) return;
    found ??= await askIssue(state.issue, soonQuery());
    if (turn !== asked) return;
    await showFound(found, turn, told !== null);
    await stage.painted();
    if (isOurs) await new Promise((rested) => setTimeout(rested, REST_MS));
    if (turn === asked) await lookCloser(turn, { isListed: list !== null, isChecked: !found.checking });
  } catch (error) {
    if (turn === asked && error instanceof Refusal) showFault(error);
  }
}

/** The mail is on the screen: now what is found in it, and what the list says. */
async function lookCloser(turn: number, { isListed, isChecked }: { isListed: boolean; isChecked: boolean }) {
  const query = readerQuery(state, { language: state.language });
  const [list, checked] = await Promise.all([
    isListed ? null : askProject(),
    isChecked ? null : askIssue(state.issue, query),
  ]);
  if (turn !== asked) return;
  if (list && !showList(list)) return;
  if (checked) await showFound(checked, turn);
}

/** Ask for the issue that is chosen, and the blocks that differ from the mail that is shown; null if there is none. */
async function askShown(): Promise<IssueReport | null> {
  if (!state.issue) return null;
  const known = looking();
  try {
    const found = await askIssue(state.issue, known ? new URLSearchParams(known) : soonQuery());
    return known === looking() ? found : { ...found, repaint: null };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

// --- What is shown

/** Returns whether the issue that is chosen is among them; else what to do is shown in its place. */
function showList(list: ProjectReport): boolean {
  project = list;
  state.issue ||= list.issues[0]?.slug ?? "";
  showProject(list);
  if (!report) showPlace(); // sending needs no issue to show people, and what was sent
  if (!list.issues.length) showEmpty(list);
  else if (!list.issues.some((issue) => issue.slug === state.issue)) showUnknown(list);
  else return true;
  return false;
}

/** @param isOurs The desk has its file already. */
async function showFound(found: IssueReport, turn: number, isOurs = false) {
  const isFirst = report === null;
  report = found;
  state.language = found.language;
  writeState(state);
  app.classList.remove("without-issue");
  if (found.digest) await showView(found, turn);
  // What stands beside the mail asks for more, and has time until the mail is seen.
  if (found.repaint) await nextPaint();
  else if (isFirst) await stage.painted();
  if (turn !== asked) return;
  showPlace();
  await showIssue(found, turn, isOurs);
}

function showProject(project: ProjectReport) {
  byId("newsletter").textContent = project.newsletter ?? "Newsletter";
  byId("organisation").textContent = project.organisation === project.newsletter ? "" : (project.organisation ?? "");
  showIssueList(project.issues, openIssue);
  byId("new-issue").hidden = byId("put-away").hidden = !project.started;
  showTools();
}

async function showIssue(report: IssueReport, turn: number, isOurs: boolean) {
  document.title = `${report.title} – studio`;
  byId("issue-title").textContent = report.title;
  byId("issue-title").hidden = false;
  const languages = byId("languages");
  const shown = [...languages.children].map((button) => button.getAttribute("data-value"));
  if (String(shown) !== String(report.languages)) languages.replaceChildren(...report.languages.map(languageButton));
  languages.hidden = report.languages.length < 2;
  showTools();
  panel.show(report, state);
  writing.show(report, isOurs);
  publication.show(report);
  translating.show(state.place, report);
  showCount(report);
  showMistakes(report, writing.desk);
  if (!report.digest) {
    const words = "This issue has not been built since the studio started.";
    stage.showElement(emptyState("Nothing to show yet", words), { key: "none", state });
  }
  if (turn === asked && !report.checking) await seeing.show(report, state);
}

function languageButton(code: string) {
  return h("button", { type: "button", role: "radio", "data-value": code, title: languageName(code) }, code);
}

function showCount({ findings }: IssueReport) {
  const faults = findings.filter((finding) => finding.severity !== "info");
  const count = byId("count");
  count.textContent = String(faults.length);
  count.hidden = !faults.length;
  const words = faults.length ? `Checks and reader, ${faults.length} to mend` : "Checks and reader";
  byId("fold-report").setAttribute("aria-label", words);
  count.className = `count ${faults.some((finding) => finding.severity === "error") ? "error" : "warning"}`;
}

/** The frame in which the mail or its printable form is shown, and what names it: the same name is the same picture. */
function frameOf(report: IssueReport) {
  const query = readerQuery(state);
  if (state.view === "mail") query.set("scheme", state.scheme);
  query.set("pictures", String(state.pictures));
  query.set("styles", String(state.styles));
  // With the subject, because the digest is that of the edition with the first one.
  query.set("digest", `${report.digest} ${subjectOf(report, state)}`);
  return { query, key: `${report.slug} ${report.language} ${state.view}#${query}` };
}

async function showView(report: IssueReport, turn: number) {
  const path = `/show/${encodeURIComponent(report.slug)}/${encodeURIComponent(report.language)}/${state.view}`;
  const subject = subjectOf(report, state);
  if (state.view === "mail" || state.view === "print") {
    const { query, key } = frameOf(report);
    const { inbox, reader } = report;
    const envelope = state.view === "mail" && inbox ? envelopeOf({ inbox, reader }, subject) : [];
    const title = `${report.title}, ${report.language}`;
    stage.showFrame(`${path}?${query}`, { key, state, title, envelope, blocks: report.repaint });
    return;
  }
  const query = readerQuery(state);
  const key = `${report.slug} ${report.language} ${state.view}#${query} ${report.digest} ${subject}`;
  if (key === stage.key) return;
  const address = state.view === "message" ? path.replace(/message$/, "message.eml") : path;
  const content = await (await ask(`${address}?${query}`)).text();
  if (turn !== asked) return;
  const views = { text: textView, message: (raw: string) => messageView(raw, messageTokens(raw)) };
  const view = state.view === "text" || state.view === "message" ? views[state.view] : sourceView;
  stage.showElement(view(content), { key, state });
}

function showNoIssue() {
  report = null;
  panel.clear();
  byId("issue-title").hidden = true;
  app.classList.add("without-issue");
  showPlace();
  byId("overlay").hidden = byId("awaited").hidden = true;
}

function showEmpty(project: ProjectReport) {
  showNoIssue();
  if (!project.started) {
    if (stage.key !== "start") stage.showElement(life.start(), { key: "start", state });
    return;
  }
  const words = `An issue is a folder in ${project.issues_dir}/. It can begin with a few words, or with a newsletter you have.`;
  const begin = button("New issue", () => life.begin());
  stage.showElement(emptyState("No issues yet", words, begin), { key: "empty", state });
}

function showUnknown(project: ProjectReport) {
  showNoIssue();
  const words = "It may have been renamed. The issues that there are stand on the left.";
  const buttons = project.issues.slice(0, 1).map((first) => button(`Open ${first.title}`, () => openIssue(first.slug)));
  stage.showElement(emptyState(`There is no issue “${state.issue}”`, words, ...buttons), { key: "unknown", state });
}

function showFault(refusal: Refusal) {
  const words = refusal.message || "The terminal says why.";
  const again = button("Try again", () => refresh());
  stage.showElement(emptyState("The studio could not answer", words, again), { key: "fault", state });
}

function languageName(code: string) {
  try {
    return LANGUAGES.of(code);
  } catch {
    return code;
  }
}

// --- What a person does

function following(list: string[], now: string) {
  return list[(list.indexOf(now) + 1) % list.length] ?? now;
}

function zoom(by: 1 | -1) {
  const now = Math.round(stage.scale * 100);
  const next = by > 0 ? ZOOMS.find((level) => level > now) : ZOOMS.findLast((level) => level < now);
  if (next) change({ zoom: next });
}

function fold(side: "issues" | "report") {
  const name = innerWidth < (side === "issues" ? 760 : 1100) ? `${side}-open` : `${side}-folded`;
  app.classList.toggle(name);
  stage.layOut();
}

/** To what the checks say; `words` are the message of the finding that is meant. */
function toChecks(words: string) {
  go("");
  openPanel();
  byId("tab-checks").click();
  const findings = [...byId("panel-checks").querySelectorAll("details.finding")] as HTMLDetailsElement[];
  const finding = findings.find((one) => one.textContent.includes(words)) ?? findings[0];
  if (!finding) return;
  finding.open = true;
  finding.querySelector("summary")?.focus();
  finding.scrollIntoView({ block: "center" });
}

/** Somebody picked a block in the mail: its form must be in sight. */
function openPanel() {
  app.classList.remove("report-folded");
  if (innerWidth < 1100) app.classList.add("report-open");
  stage.layOut();
}

function toIssue(by: 1 | -1) {
  const slugs = project?.issues.map((issue) => issue.slug) ?? [];
  const slug = slugs[slugs.indexOf(state.issue) + by];
  if (slug) openIssue(slug);
}

function find() {
  const field = byId("search-field").hidden ? byId("issue-list").querySelector("a") : byId("search");
  field?.focus();
}

const nextLanguage = () => report && change({ language: following(report.languages, report.language) });
const nextReader = () =>
  report &&
  change({
    reader: following(
      report.readers.map(({ key }) => key),
      state.reader,
    ),
    values: {},
  });
const otherWidth = () => change({ width: state.width === PHONE ? DESKTOP : PHONE });
const nextScheme = () => change({ scheme: following(SCHEMES, state.scheme) });
const pictures = () => change({ pictures: !state.pictures });
const fit = () => change({ zoom: 0 });
const help = () => byId("help", HTMLDialogElement).showModal();

const KEYS: Record<string, () => unknown> = {
  m: () => change({ view: "mail" }),
  t: () => change({ view: "text" }),
  s: () => change({ view: "source" }),
  x: () => change({ view: "message" }),
  p: () => change({ view: "print" }),
  o: () => change({ outlines: !state.outlines }),
  h: () => change({ styles: !state.styles }),
  l: nextLanguage,
  w: otherWidth,
  d: nextScheme,
  i: pictures,
  r: nextReader,
  j: () => toIssue(1),
  k: () => toIssue(-1),
  "[": () => fold("issues"),
  "]": () => fold("report"),
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  "−": () => zoom(-1),
  0: fit,
  g: () => go(state.place === GALLERY ? "" : GALLERY),
  "/": find,
  n: () => project?.started && life.begin(),
  "?": help,
  e: () => (isSending(state.place) ? go("") : sending.enter()),
};

/** What keys do in every place; the others are about the mail, and do nothing where it is not seen. */
const EVERYWHERE = ["?", "/", "[", "e", "j", "k", "n"];

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) {
    const overlay = byId("overlay");
    if (!overlay.hidden) overlay.querySelector("button")?.click();
    app.classList.remove("issues-open", "report-open");
  }
  const target = event.target instanceof Element ? event.target : document.body;
  if (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    target.closest("input, select, textarea, dialog, [contenteditable=true]")
  )
    return;
  if (event.key === "Escape" && state.place) go("");
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!act || (state.place && !EVERYWHERE.includes(event.key.toLowerCase()))) return;
  event.preventDefault();
  act();
});

addEventListener("popstate", () => {
  state = readState();
  showTools();
  showPlace();
  refresh();
});

widthField.addEventListener("change", () => {
  const width = Number(widthField.value);
  if (width) change({ width: clampWidth(width) });
  widthField.value = String(state.width);
});
byId("pictures").addEventListener("click", pictures);
byId("zoom-in").addEventListener("click", () => zoom(1));
byId("zoom-out").addEventListener("click", () => zoom(-1));
byId("zoom-fit").addEventListener("click", fit);
byId("translate").addEventListener("click", () => void writing.desk.flush().then(() => translating.enter(report)));
byId("send").addEventListener("click", () => sending.enter());
byId("help-button").addEventListener("click", help);
byId("gallery-button").addEventListener("click", () => go(GALLERY));
byId("fold-issues").addEventListener("click", () => fold("issues"));
byId("fold-report").addEventListener("click", () => fold("report"));
byId("scrim").addEventListener("click", () => app.classList.remove("issues-open", "report-open"));
byId("search").addEventListener("input", () => project && showProject(project));

label(document);
keepFocus();
showTools();
stage.expect();
listen(() => refresh());
refresh();
