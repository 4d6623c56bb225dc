// Beside the mail: who reads it, what inboxes show of it, what the checks say, what it weighs.

import {byId, copy, h, icon, kilobytes, segments} from "./dom.js";
import {readerQuery} from "./state.js";

// Subject and preheader together, in a window of 1,300 pixels.
const DESKTOP_CHARACTERS = 110;
const SEVERITIES = {error: "Errors", warning: "Warnings", info: "Notes"};

export class Report {
  // `change(part of the state)` is called when the author picks a reader or types a value.
  constructor({change}) {
    this.root = byId("report");
    this.change = change;
    this.reader = h("section", {class: "reader", "aria-labelledby": "reader-title"});
    this.rest = h("div");
    this.root.append(this.reader, this.rest);
    this.open = false;
    this.form = "";
  }

  show(report, state) {
    this.showReader(report, state);
    // What has not changed stays as the author left it: unfolded, focused, scrolled.
    const told = JSON.stringify([{...report, seconds: 0}, state.values, state.subject]);
    if (told === this.told) return;
    this.told = told;
    const isChoosing = this.rest.querySelector("[aria-label=Subject]")?.contains(document.activeElement);
    this.rest.replaceChildren(
      ...(report.inbox ? [inboxSection(report, state, this.change)] : []),
      findingsSection(report),
      ...(report.weight ? [weightSection(report, state)] : []),
    );
    if (isChoosing) this.rest.querySelector("[aria-label=Subject] [aria-checked=true]")?.focus();
  }

  clear() {
    this.form = this.told = "";
    this.reader.replaceChildren();
    this.rest.replaceChildren();
  }

  // The form is made anew only for another issue, language or reader: a repaint must not take a field away
  // from under the fingers.
  showReader(report, state) {
    const form = JSON.stringify([report.slug, report.language, state.reader, report.fields]);
    const edited = Object.keys(state.values).length > 0;
    if (form === this.form && this.reader.contains(document.activeElement)) {
      this.reset.hidden = !edited;
      return;
    }
    this.form = form;
    this.reset = h("button", {type: "button", class: "plain", onclick: () => this.change({values: {}})}, "As it was");
    this.reset.hidden = !edited;
    const select = h("select", {id: "reader", onchange: (event) => this.change({reader: event.target.value, values: {}})},
      report.readers.map((reader) => h("option", {value: reader.key, selected: reader.key === report.reader.key},
        `${reader.label}: ${reader.name || reader.values.email}`)));
    const details = h("details", {open: this.open || edited},
      h("summary", {}, "Values"),
      h("div", {class: "fields"}, report.fields.map((field) => h("label", {},
        h("span", {title: field.meaning}, field.name.replaceAll("_", " ")),
        h("input", {name: field.name, value: report.reader.values[field.name] ?? "", placeholder: "not known",
          autocomplete: "off", spellcheck: "false", maxlength: "500", oninput: () => this.typed(report)}))),
      this.reset));
    details.addEventListener("toggle", () => { this.open = details.open; });
    this.reader.replaceChildren(h("h2", {id: "reader-title"}, h("label", {for: "reader"}, "Reading as")), select, details);
  }

  typed(report) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const usual = report.readers.find((reader) => reader.key === report.reader.key).values;
      const values = {};
      for (const input of this.reader.querySelectorAll("input")) {
        if (input.value !== (usual[input.name] ?? "")) values[input.name] = input.value;
      }
      this.change({values});
    }, 200);
  }
}

function section(title, extra, ...children) {
  return h("section", {}, h("h2", {}, title, extra), ...children);
}

// The subject that is shown; the first one if the test has no such other, or there is no test.
export function subjectOf({inbox}, state) {
  return inbox?.subjects["ABCD".indexOf(state.subject)] ?? inbox?.subject ?? "";
}

// Of a test, one subject at a time: side by side they would be judged beside each other, as no reader does.
function inboxSection({inbox, direction}, state, change) {
  const names = [..."ABCD"].slice(0, inbox.subjects.length);
  const subject = subjectOf({inbox}, state);
  const counts = h("small", {title: "Characters of the subject and of the preheader"},
    `${[...subject].length} + ${[...inbox.preheader].length} characters`);
  const choice = h("div", {class: "segments", role: "radiogroup", "aria-label": "Subject"}, names.map((name, place) =>
    h("button", {type: "button", role: "radio", "data-value": name, title: inbox.subjects[place]}, name)));
  segments(choice, (name) => change({subject: name}))(names.includes(state.subject) ? state.subject : "A");
  return section("Inbox", names.length > 1 ? h("span", {class: "tried"}, counts, choice) : counts,
    h("div", {}, ...inboxLines({...inbox, subject}, direction)));
}

// A phone shows the lines as they fall here. A desktop shows one long line, which does not fit beside the mail:
// it is wrapped, and what most windows cut off is faint.
function inboxLines(inbox, direction) {
  const subject = [...inbox.subject];
  const preheader = [...inbox.preheader];
  const room = Math.max(0, DESKTOP_CHARACTERS - subject.length);
  return [
    h("div", {class: "inbox on-phone", dir: direction, title: "On a phone"},
      h("span", {class: "avatar", "aria-hidden": "true"}, [...inbox.sender][0] ?? "?"),
      h("b", {}, inbox.sender), h("time", {}, "9:00"),
      h("span", {class: "subject"}, inbox.subject), h("span", {class: "preheader"}, inbox.preheader)),
    h("div", {class: "inbox on-desktop", dir: direction, title: "On a desktop; what most windows cut off is faint"},
      h("b", {}, subject.slice(0, DESKTOP_CHARACTERS).join("")), h("s", {}, subject.slice(DESKTOP_CHARACTERS).join("")),
      h("span", {class: "preheader"}, " – ", preheader.slice(0, room).join("")), h("s", {}, preheader.slice(room).join(""))),
  ];
}

function findingsSection(report) {
  const {findings} = report;
  const counts = Object.keys(SEVERITIES).map((severity) => [severity, findings.filter((one) => one.severity === severity).length]);
  const chips = h("small", {class: "chips"}, counts.filter(([, count]) => count).map(([severity, count]) =>
    h("span", {class: severity, title: SEVERITIES[severity]}, icon(severity), String(count))));
  if (!findings.length) {
    return section("Checks", null, h("p", {class: "all-well"}, icon("done"), "Nothing to mend."));
  }
  const items = (list) => h("ul", {class: "findings"}, list.map((finding) => h("li", {}, findingItem(finding))));
  const grave = ["error", "warning"].flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const notes = findings.filter((finding) => finding.severity === "info");
  return section("Checks", chips,
    grave.length ? items(grave) : h("p", {class: "all-well"}, icon("done"), "Nothing to mend."),
    notes.length > 0 && h("details", {class: "notes", open: notesOpen, ontoggle: (event) => { notesOpen = event.target.open; }},
      h("summary", {}, notes.length === 1 ? "1 note" : `${notes.length} notes`), items(notes)));
}

let notesOpen = false;

// Errors and warnings stand open; notes are one line each until they are opened.
export function findingItem(finding) {
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  const short = place.split("/").at(-1);
  return h("details", {class: `finding ${finding.severity}`, open: finding.severity !== "info"},
    h("summary", {}, icon(finding.severity),
      h("span", {class: "message"}, h("span", {class: "unseen"}, `${finding.severity}: `), capital(finding.message))),
    h("div", {class: "more"},
      finding.hint && h("p", {class: "hint"}, capital(finding.hint)),
      finding.excerpt.length > 0 && excerpt(finding),
      h("p", {class: "where"},
        h("button", {type: "button", class: "place", title: `Copy ${place}`, onclick: () => copy(place, "Copied the place")},
          h("span", {}, short), icon("copy")),
        h("code", {}, finding.code))));
}

// Not where an address or a key begins the sentence.
const capital = (words) => words.replace(/^[a-z]+(?=[ ,])/, (word) => word[0].toUpperCase() + word.slice(1));

export function excerpt(finding) {
  const indents = finding.excerpt.filter((line) => line.text.trim()).map((line) => line.text.search(/\S/));
  const indent = Math.min(...indents, ...finding.excerpt.filter((line) => line.caret).map((line) => line.caret - 1));
  const mark = h("b", {}, "^");
  const block = h("pre", {class: "excerpt", "aria-hidden": "true"}, finding.excerpt.map((line) => {
    const row = h("span", {class: line.caret ? "row here" : "row", "data-number": line.number}, line.text.slice(indent) || " ");
    if (!line.caret) return row;
    // The caret stands under its column whatever the letters before it are: the same letters, unseen.
    const before = line.text.slice(indent, line.caret - 1);
    return [row, h("span", {class: "row caret", "data-number": ""}, h("span", {}, before), mark)];
  }));
  requestAnimationFrame(() => { block.scrollLeft = mark.offsetLeft - block.clientWidth * 0.6; });
  return block;
}

function weightSection(report, state) {
  const {weight} = report;
  const share = weight.html / weight.clip;
  const level = share > 1 ? "error" : share > 0.9 ? "warning" : "well";
  const bar = h("div", {class: `meter ${level}`, role: "meter", "aria-label": "HTML against the limit of Gmail",
    "aria-valuemin": 0, "aria-valuemax": weight.clip, "aria-valuenow": weight.html}, h("i"));
  bar.firstChild.style.width = `${Math.min(100, share * 100)}%`;
  const rows = [
    ["Text part", kilobytes(weight.text)],
    ["Pictures", weight.picture_count ? `${weight.picture_count}, ${kilobytes(weight.pictures)}` : "none"],
    ["Links", String(weight.links)],
    ["Built in", `${Math.round(report.seconds * 1000).toLocaleString("en")} ms`],
  ];
  const query = readerQuery(state);
  const path = `/show/${encodeURIComponent(report.slug)}/${encodeURIComponent(report.language)}`;
  return section("Weight", null,
    h("p", {class: "meter-line"}, h("span", {}, "HTML"), h("span", {}, h("b", {}, kilobytes(weight.html)), ` of ${kilobytes(weight.clip)}`)),
    bar,
    h("p", {class: "hint"}, share > 1 ? "Gmail hides the end of this mail, with the link to leave." : "Gmail shows all of it."),
    h("dl", {class: "facts"}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    h("p", {class: "actions"},
      h("a", {class: "plain", href: `${path}/message.eml?${query}`, download: true}, icon("download"), "Message (.eml)"),
      h("a", {class: "plain", href: `${path}/mail?${query}`, target: "_blank", rel: "noopener"}, icon("open"), "Mail alone")));
}
