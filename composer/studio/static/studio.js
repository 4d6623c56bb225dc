// The page: what is chosen, what is asked of the server, what is told.

import {byId, h, icon, label, say, segments} from "./dom.js";
import {Report, findingItem, subjectOf} from "./report.js";
import {sourceView, textView} from "./source.js";
import {DESKTOP, PHONE, clampWidth, readState, readerQuery, writeState} from "./state.js";
import {Stage, emptyState, envelopeOf} from "./stage.js";

const ZOOMS = [50, 67, 75, 80, 90, 100, 110, 125, 150, 200];
const SEARCH_FROM = 7;
const LANGUAGES = new Intl.DisplayNames(["en"], {type: "language"});

let state = readState();
let project = null;
let report = null;
let asked = 0;
let hidden = ""; // The mistakes whose overlay the author has put aside.

const app = byId("app");
const stage = new Stage({resized: (width) => change({width})});
const panel = new Report({change: (part) => change(part)});

const show = {
  language: segments(byId("languages"), (language) => change({language})),
  view: segments(byId("views"), (view) => change({view})),
  width: segments(byId("widths"), (width) => change({width: Number(width)})),
  scheme: segments(byId("schemes"), (scheme) => change({scheme})),
};

// --- What is chosen

function change(part, options) {
  const onlyLayout = Object.keys(part).every((name) => name === "width" || name === "zoom");
  state = {...state, ...part};
  writeState(state, options);
  showTools();
  if (onlyLayout && stage.state) {
    stage.state = state;
    stage.layOut();
  } else refresh();
}

function openIssue(slug) {
  app.classList.remove("issues-open");
  if (slug === state.issue) return;
  hidden = "";
  change({issue: slug, language: "", subject: "A", values: {}}, {push: true});
}

function showTools() {
  show.view(state.view);
  show.width(state.width);
  show.scheme(state.scheme);
  show.language(report?.language ?? state.language);
  byId("pictures").setAttribute("aria-pressed", String(state.pictures));
  byId("mail-tools").classList.toggle("off", state.view !== "mail");
  byId("zoom").classList.toggle("off", state.view !== "mail" && state.view !== "print");
  if (document.activeElement !== byId("width")) byId("width").value = state.width;
  for (const link of document.querySelectorAll(".issue-list a")) {
    link.toggleAttribute("aria-current", link.dataset.slug === state.issue);
    if (link.dataset.slug === state.issue) link.setAttribute("aria-current", "page");
  }
}

// --- What is asked

async function ask(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw Object.assign(new Error(await reason(answer)), {status: answer.status});
  return answer;
}

async function reason(answer) {
  try {
    return (await answer.clone().json()).detail;
  } catch {
    return answer.text();
  }
}

async function refresh() {
  const turn = ++asked;
  try {
    project = await (await ask("/api/project")).json();
    if (turn !== asked) return;
    state.issue ||= project.issues[0]?.slug ?? "";
    showIssues();
    if (!project.issues.length) return showEmpty();
    if (!project.issues.some((issue) => issue.slug === state.issue)) return showUnknown();
    const query = readerQuery(state, state.language ? {language: state.language} : {});
    const found = await (await ask(`/api/issues/${encodeURIComponent(state.issue)}?${query}`)).json();
    if (turn !== asked) return;
    report = found;
    state.language = report.language;
    writeState(state);
    await showIssue(turn);
  } catch (error) {
    if (turn === asked && error.status) showFault(error);
  }
}

// --- What is shown

function showIssues() {
  byId("newsletter").textContent = project.newsletter ?? "Newsletter";
  byId("organisation").textContent = project.organisation === project.newsletter ? "" : project.organisation ?? "";
  byId("search-field").hidden = project.issues.length < SEARCH_FROM;
  const wanted = byId("search").value.trim().toLowerCase();
  const fitting = project.issues.filter((issue) => `${issue.title} ${issue.slug}`.toLowerCase().includes(wanted));
  const rows = fitting.map((issue) => h("li", {},
    h("a", {href: `/?issue=${encodeURIComponent(issue.slug)}`, "data-slug": issue.slug, title: issue.slug,
      onclick: (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        openIssue(issue.slug);
      }},
    h("span", {class: "title", dir: "auto"}, issue.title),
    h("span", {class: "meta"}, h("span", {}, day(issue.date)), issue.languages.map((language) => h("abbr", {}, language))))));
  const focused = document.activeElement?.dataset.slug;
  byId("issue-list").replaceChildren(...rows);
  if (focused) byId("issue-list").querySelector(`[data-slug="${CSS.escape(focused)}"]`)?.focus();
  if (!rows.length && wanted) byId("issue-list").append(h("li", {class: "none"}, "No issue is called that."));
  showTools();
}

function day(date) {
  const found = new Date(`${date}T12:00:00`);
  // A day that there is not, such as the 31st of November, is shown as it was written.
  return found.getDate() !== Number(date.slice(-2)) ? date : found.toLocaleDateString("en-GB", {day: "numeric", month: "short", year: "numeric"});
}

async function showIssue(turn) {
  app.classList.remove("without-issue");
  document.title = `${report.title} – preview`;
  const buttons = [...byId("languages").children].map((button) => button.dataset.value);
  if (String(buttons) !== String(report.languages)) {
    byId("languages").replaceChildren(...report.languages.map((language) =>
      h("button", {type: "button", role: "radio", "data-value": language, title: languageName(language)}, language)));
  }
  byId("languages").hidden = report.languages.length < 2;
  showTools();
  panel.show(report, state);
  const faults = report.findings.filter((finding) => finding.severity !== "info").length;
  byId("count").textContent = faults;
  byId("count").hidden = !faults;
  byId("count").className = `count ${report.findings.some((finding) => finding.severity === "error") ? "error" : "warning"}`;
  showMistakes();
  if (report.digest) await showView(turn);
  else stage.showElement(emptyState("Nothing to show yet", "This issue has not been built since the preview started."), {key: "none", state});
}

async function showView(turn) {
  const path = `/show/${encodeURIComponent(report.slug)}/${encodeURIComponent(report.language)}/${state.view}`;
  const query = readerQuery(state);
  const thing = `${report.slug} ${report.language} ${state.view}`;
  if (state.view === "mail" || state.view === "print") {
    if (state.view === "mail") query.set("scheme", state.scheme);
    query.set("pictures", state.pictures);
    const subject = subjectOf(report, state);
    // With the subject, because the digest is that of the edition with the first one.
    query.set("digest", `${report.digest} ${subject}`);
    const envelope = state.view === "mail" && report.inbox ? envelopeOf(report, subject) : [];
    stage.showFrame(`${path}?${query}`, {key: `${thing}#${query}`, state, title: `${report.title}, ${report.language}`, envelope});
    return;
  }
  const key = `${thing}#${query} ${report.digest} ${subjectOf(report, state)}`;
  if (key === stage.key) return;
  const content = await (await ask(`${path}?${query}`)).text();
  if (turn === asked) stage.showElement(state.view === "text" ? textView(content) : sourceView(content), {key, state});
}

function showMistakes() {
  const overlay = byId("overlay");
  const mistakes = report.findings.filter((finding) => finding.blocking);
  const key = JSON.stringify(mistakes.map((finding) => [finding.file, finding.line, finding.message]));
  if (!mistakes.length || key === hidden) {
    overlay.hidden = true;
    if (!mistakes.length) hidden = "";
    return;
  }
  const close = h("button", {type: "button", class: "tool", "aria-label": "Put aside", onclick: () => { hidden = key; overlay.hidden = true; }}, icon("close"));
  overlay.replaceChildren(h("div", {class: "mistakes"},
    h("header", {}, h("h1", {}, mistakes.length === 1 ? "A mistake to mend" : `${mistakes.length} mistakes to mend`), close),
    h("p", {class: "lede"}, report.digest ? "Behind this is the last version that worked." : "There is no version that worked yet.",
      " This goes away by itself when the file is saved without mistakes."),
    h("ol", {}, mistakes.map((finding) => h("li", {}, findingItem(finding))))));
  overlay.hidden = false;
}

function showNoIssue() {
  report = null;
  panel.clear();
  app.classList.add("without-issue");
  byId("overlay").hidden = true;
}

function showEmpty() {
  showNoIssue();
  const command = project.started ? "newsletter new my-first-issue" : "newsletter init";
  const words = project.started ? `An issue is a folder in ${project.issues_dir}/. This makes one to start from; it appears here at once.`
    : `There is no newsletter in ${project.issues_dir}/ yet. This makes one, with a sample issue; it appears here at once.`;
  stage.showElement(emptyState("No issues yet", words, commandLine(command)), {key: "empty", state});
}

function commandLine(command) {
  return h("p", {class: "command"}, h("code", {}, command),
    h("button", {type: "button", class: "tool", "aria-label": "Copy the command",
      onclick: () => navigator.clipboard.writeText(command).then(() => say("Copied the command"))}, icon("copy")));
}

function showUnknown() {
  showNoIssue();
  const first = project.issues[0];
  stage.showElement(emptyState(`There is no issue “${state.issue}”`, "It may have been renamed. The issues that there are stand on the left.",
    h("button", {type: "button", class: "primary", onclick: () => openIssue(first.slug)}, `Open ${first.title}`)), {key: "unknown", state});
}

function showFault(error) {
  stage.showElement(emptyState("The preview could not answer", error.message || "The terminal says why.",
    h("button", {type: "button", class: "primary", onclick: refresh}, "Try again")), {key: "fault", state});
}

function languageName(code) {
  try {
    return LANGUAGES.of(code);
  } catch {
    return code;
  }
}

// --- What the server tells

function listen() {
  let run = null;
  const events = new EventSource("/events");
  const live = (kind, words) => {
    byId("live").className = `live ${kind}`;
    byId("live").lastElementChild.textContent = words;
    byId("offline").hidden = kind !== "offline";
  };
  events.addEventListener("hello", (event) => {
    live("on", "Live");
    if (run !== null && run !== event.data) location.reload();
    else if (run !== null) refresh();
    run = event.data;
  });
  events.addEventListener("change", refresh);
  events.addEventListener("error", () => {
    live("offline", "Stopped");
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  });
}

// --- What a person does

function step(list, now, by) {
  return list[(list.indexOf(now) + by + list.length) % list.length];
}

function zoom(by) {
  const now = Math.round(stage.scale * 100);
  const next = by > 0 ? ZOOMS.find((level) => level > now) : ZOOMS.findLast((level) => level < now);
  if (next) change({zoom: next});
}

function fold(side) {
  const name = innerWidth < (side === "issues" ? 760 : 1100) ? `${side}-open` : `${side}-folded`;
  app.classList.toggle(name);
  stage.state && stage.layOut();
}

function toIssue(by) {
  const slugs = project?.issues.map((issue) => issue.slug) ?? [];
  const place = slugs.indexOf(state.issue) + by;
  if (slugs[place]) openIssue(slugs[place]);
}

const KEYS = {
  m: () => change({view: "mail"}),
  t: () => change({view: "text"}),
  s: () => change({view: "source"}),
  p: () => change({view: "print"}),
  l: () => report && change({language: step(report.languages, report.language, 1)}),
  w: () => change({width: state.width === PHONE ? DESKTOP : PHONE}),
  d: () => change({scheme: step(["light", "dark", "forced"], state.scheme, 1)}),
  i: () => change({pictures: !state.pictures}),
  r: () => report && change({reader: step(report.readers.map((one) => one.key), state.reader, 1), values: {}}),
  j: () => toIssue(1),
  k: () => toIssue(-1),
  "[": () => fold("issues"),
  "]": () => fold("report"),
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  "−": () => zoom(-1),
  "0": () => change({zoom: 0}),
  "/": () => (byId("search-field").hidden ? byId("issue-list").querySelector("a") : byId("search"))?.focus(),
  "?": () => byId("help").showModal(),
};

addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (!byId("overlay").hidden) byId("overlay").querySelector("button.tool").click();
    app.classList.remove("issues-open", "report-open");
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

addEventListener("popstate", () => {
  state = readState();
  showTools();
  refresh();
});

byId("width").addEventListener("change", (event) => {
  const width = Number(event.target.value);
  if (width) change({width: clampWidth(width)});
  event.target.value = state.width;
});
byId("pictures").addEventListener("click", KEYS.i);
byId("zoom-in").addEventListener("click", KEYS["+"]);
byId("zoom-out").addEventListener("click", KEYS["-"]);
byId("zoom-fit").addEventListener("click", KEYS["0"]);
byId("help-button").addEventListener("click", KEYS["?"]);
byId("fold-issues").addEventListener("click", KEYS["["]);
byId("fold-report").addEventListener("click", KEYS["]"]);
byId("scrim").addEventListener("click", () => app.classList.remove("issues-open", "report-open"));
byId("search").addEventListener("input", showIssues);

label(document);
showTools();
stage.expect(state);
listen();
refresh();
