// The page: what is chosen, what is asked of the server, what is shown of its answer.

import { Newest } from "./answers";
import type { Finding, IssueReport, ProjectReport } from "./api";
import { askIssue, askProject, askText, Refusal } from "./api";
import { Bar } from "./bar";
import { byId, label, nextPaint } from "./dom";
import { GALLERY, Gallery } from "./gallery/index";
import { showIssueList } from "./issues";
import { IssueLife } from "./issues/index";
import { keepFocus } from "./kept-focus";
import { listenToKeys, showHelp } from "./keys";
import { listen } from "./live";
import { forgetAside, lookAgain, showMistakes } from "./mistakes";
import { NoMail } from "./no-mail";
import type { Page } from "./page";
import { Panes } from "./panes";
import { followPresses, redraw } from "./presses";
import { Publication } from "./publication/index";
import { Report } from "./report";
import { Seeing } from "./seeing/index";
import { Sending } from "./sending/index";
import { Stage } from "./stage";
import type { State } from "./state";
import { readerQuery, readState, writeState } from "./state";
import { Translating } from "./translations/index";
import { drawText, frameOf, isFramed, showFrame, textOf } from "./views";
import { Writing } from "./writing/index";

let state = readState();
let project: ProjectReport | null = null;
let report: IssueReport | null = null;
const questions = new Newest();

const app = byId("app");
const page: Page = {
  get state() {
    return state;
  },
  get project() {
    return project;
  },
  get report() {
    return report;
  },
  change,
  go,
  openIssue,
};
const stage = new Stage({ resized: (width) => change({ width }), refused: (why) => noMail.noAnswer(why), state });
const bar = new Bar(page, stage);
const panes = new Panes(stage);
const openPanel = () => panes.openPanel();
const seen = () => panes.closeDrawers();
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
const noMail = new NoMail(stage, page, life, () => refresh());
const gallery = new Gallery({ go, desk: writing.desk, put: showPut });
const seeing = new Seeing(page, stage, writing, openPanel, seen);

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

function translate() {
  void writing.desk.flush().then(() => translating.enter(report));
}

function openIssue(slug: string) {
  app.classList.remove("issues-open");
  if (slug === state.issue) return go("");
  forgetAside();
  change({ place: "", issue: slug, language: "", subject: "A", values: {} }, { push: true });
}

function showTools() {
  bar.show();
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
  const { key, query } = frameOf(report, state);
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
  const isNewest = questions.begin();
  try {
    let found = told ?? (await askShown(isNewest));
    if (!isNewest()) return;
    const isListed = !found;
    if (!found) {
      const list = await askProject(isNewest); // it has another name now, or none has been chosen yet
      if (!isNewest() || !showList(list)) return;
      found = await askIssue(state.issue, soonQuery(), isNewest);
      if (!isNewest()) return;
    }
    await showFound(found, isNewest, told !== null);
    await stage.painted();
    if (isOurs) await new Promise((rested) => setTimeout(rested, REST_MS));
    // What a change brought along may be older than what was asked for meanwhile, whose answer does not count any more.
    const isChecked = !found.checking && !told;
    if (isNewest()) await lookCloser(isNewest, { isListed, isChecked });
  } catch (error) {
    if (isNewest() && error instanceof Refusal) noMail.noAnswer(error);
  }
}

/** The mail is on the screen: now what is found in it, and what the list says. */
async function lookCloser(isNewest: () => boolean, { isListed, isChecked }: { isListed: boolean; isChecked: boolean }) {
  const query = readerQuery(state, { language: state.language });
  const checking = isChecked ? null : askIssue(state.issue, query, isNewest);
  checking?.catch(() => {}); // it is told below, unless the list says before that there is no such issue
  const list = isListed ? null : await askProject(isNewest);
  if (!isNewest() || (list && !showList(list))) return;
  const checked = await checking;
  if (checked && isNewest()) await showFound(checked, isNewest);
}

/** Ask for the issue that is chosen, and the blocks that differ from the mail that is shown; null if there is none. */
async function askShown(isNewest: () => boolean): Promise<IssueReport | null> {
  if (!state.issue) return null;
  const known = looking();
  try {
    const found = await askIssue(state.issue, known ? new URLSearchParams(known) : soonQuery(), isNewest);
    return known === looking() ? found : { ...found, repaint: null };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

// --- What is shown

/** Returns whether the issue that is chosen is among them; else what to do is shown in its place. */
function showList(list: ProjectReport): boolean {
  const isFirst = project === null;
  project = list;
  state.issue ||= list.issues[0]?.slug ?? "";
  showProject(list);
  if (!report || isFirst) showPlace(); // sending needs no issue to show people, and what was sent
  if (list.issues.some((issue) => issue.slug === state.issue)) return true;
  showNoIssue();
  if (list.issues.length) noMail.unknown(list);
  else noMail.empty(list);
  return false;
}

/** @param isOurs The desk has its file already. */
async function showFound(found: IssueReport, isNewest: () => boolean, isOurs = false) {
  const isFirst = report === null;
  report = found;
  state.language = found.language;
  writeState(state);
  app.classList.remove("without-issue");
  if (found.digest) await showView(found, isNewest);
  // What stands beside the mail asks for more, and has time until the mail is seen.
  if (found.repaint) await nextPaint();
  else if (isFirst) await stage.painted().then(nextPaint);
  if (!isNewest()) return;
  showPlace();
  await showIssue(found, isNewest, isOurs);
}

function showProject(project: ProjectReport) {
  const name = byId("newsletter");
  name.textContent = project.newsletter ?? "Newsletter";
  name.removeAttribute("aria-label"); // which it has until the list of issues is there
  byId("organisation").textContent = project.organisation === project.newsletter ? "" : (project.organisation ?? "");
  redraw(byId("issue-list"), () => {
    showIssueList(project.issues, openIssue);
    showTools();
  });
  byId("new-issue").hidden = byId("put-away").hidden = !project.started;
}

async function showIssue(report: IssueReport, isNewest: () => boolean, isOurs: boolean) {
  document.title = `${report.title} – studio`;
  byId("issue-title").textContent = report.title;
  byId("issue-title").hidden = false;
  bar.showLanguages(report);
  showTools();
  panel.show(report, state);
  writing.show(report, isOurs);
  publication.show(report);
  translating.show(state.place, report);
  bar.showCount(report);
  showMistakes(report, writing.desk);
  if (!report.digest) noMail.notBuilt();
  if (isNewest() && !report.checking) await seeing.show(report, state);
}

async function showView(report: IssueReport, isNewest: () => boolean) {
  if (isFramed(state.view)) return showFrame(stage, report, state);
  const { address, key } = textOf(report, state);
  if (key === stage.key) return;
  const content = await askText(address, isNewest);
  if (isNewest()) stage.showElement(drawText(state.view, content), { key, state });
}

function showNoIssue() {
  report = null;
  writing.leave();
  panel.clear();
  byId("issue-title").hidden = true;
  app.classList.add("without-issue");
  showPlace();
  byId("overlay").hidden = byId("awaited").hidden = true;
}

// --- What a person does

/** To what the checks say, to the finding that is meant or to the first. */
function toChecks(finding: Finding | null) {
  go("");
  panes.toFinding(finding);
}

addEventListener("checks", () => toChecks(null));
listenToKeys(page, { bar, panes, sending, life, translate });
addEventListener("popstate", () => {
  state = readState();
  showTools();
  showPlace();
  refresh();
});

byId("translate").addEventListener("click", translate);
byId("send").addEventListener("click", () => sending.enter());
byId("help-button").addEventListener("click", showHelp);
byId("gallery-button").addEventListener("click", () => go(GALLERY));
byId("search").addEventListener("input", () => project && showProject(project));

label(document);
keepFocus();
followPresses(window);
showTools();
stage.expect();
listen(() => refresh());
refresh();
