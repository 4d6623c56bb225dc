// Beside the mail: who reads it, what inboxes show of it, what the checks say, what it weighs.

import type { InboxLine, IssueReport, Weight } from "./api";
import { byId, h, icon, kilobytes, section, segments } from "./dom";
import { findingsSection } from "./findings";
import { redraw } from "./presses";
import type { Change, State } from "./state";
import { readerQuery } from "./state";

// Subject and preheader together, in a window of 1,300 pixels.
const DESKTOP_CHARACTERS = 110;

export class Report {
  private readonly root = byId("panel-checks");
  private readonly reader = h("section", { "aria-labelledby": "reader-title" });
  private readonly rest = h("div");
  /** Drawn by `seeing/`, when the checks are seen. */
  private readonly programs = h("div", { id: "mail-programs" });
  private readonly weight = h("div");
  private readonly change: Change;
  private open = false;
  private form = "";
  private told = "";
  private reset = h("button");
  private timer: ReturnType<typeof setTimeout> | undefined = undefined;

  /** @param options `change` is told when the author picks a reader or types a value. */
  constructor({ change }: { change: Change }) {
    this.change = change;
    this.root.append(this.reader, this.rest, this.programs, this.weight);
  }

  show(report: IssueReport, state: State) {
    redraw(this.root, () => this.draw(report, state));
  }

  private draw(report: IssueReport, state: State) {
    this.showReader(report, state);
    // What has not changed stays as the author left it: unfolded, focused, scrolled.
    const { slug, language, direction, digest, inbox, findings, weight } = report;
    const told = JSON.stringify([
      slug,
      language,
      direction,
      digest,
      inbox,
      findings,
      weight,
      String(readerQuery(state)),
    ]);
    if (told === this.told) return;
    this.told = told;
    this.programs.hidden = !report.digest;
    const isChoosing = this.rest.querySelector("[aria-label=Subject]")?.contains(document.activeElement);
    this.rest.replaceChildren(
      ...(report.inbox ? [inboxSection(report.inbox, report.direction, state, this.change)] : []),
      findingsSection(report.findings),
    );
    this.weight.replaceChildren(...(report.weight ? [weightSection(report.weight, report, state)] : []));
    if (isChoosing) {
      const chosen = this.rest.querySelector("[aria-label=Subject] [aria-checked=true]");
      (chosen as HTMLElement | null)?.focus();
    }
  }

  clear() {
    clearTimeout(this.timer);
    redraw(this.root, () => {
      this.form = this.told = "";
      this.reader.replaceChildren();
      this.rest.replaceChildren();
      this.weight.replaceChildren();
      this.programs.hidden = true;
    });
  }

  /**
   * While somebody is in the form, it is made anew only for another issue, language or reader: a repaint must not take
   * a field away from under the fingers.
   */
  private showReader(report: IssueReport, state: State) {
    const form = JSON.stringify([report.slug, report.language, state.reader, report.fields]);
    const edited = Object.keys(state.values).length > 0;
    if (form === this.form && this.reader.contains(document.activeElement)) {
      this.reset.hidden = !edited;
      return;
    }
    // What was typed of another reader is not told of this one.
    if (form !== this.form) clearTimeout(this.timer);
    this.form = form;
    this.reset = h("button", { type: "button", class: "plain", onclick: () => this.read(state.reader) }, "As it was");
    this.reset.hidden = !edited;
    const select = h(
      "select",
      { id: "reader", onchange: () => this.read(select.value) },
      report.readers.map((reader) =>
        h(
          "option",
          { value: reader.key, selected: reader.key === report.reader.key },
          `${reader.label}: ${reader.name || reader.values.email}`,
        ),
      ),
    );
    const details = h(
      "details",
      { open: this.open || edited },
      h("summary", {}, "Values"),
      h(
        "div",
        { class: "fields" },
        report.fields.map((field) =>
          h(
            "label",
            {},
            h("span", { title: field.meaning }, field.name.replaceAll("_", " ")),
            h("input", {
              name: field.name,
              value: report.reader.values[field.name] ?? "",
              placeholder: "not known",
              autocomplete: "off",
              spellcheck: "false",
              maxlength: "500",
              oninput: () => this.typed(report),
            }),
          ),
        ),
        this.reset,
      ),
    );
    details.addEventListener("toggle", () => {
      this.open = details.open;
    });
    this.reader.replaceChildren(
      h("h2", { id: "reader-title" }, h("label", { for: "reader" }, "Reading as")),
      select,
      details,
    );
  }

  private typed(report: IssueReport) {
    const usual = report.readers.find((reader) => reader.key === report.reader.key)?.values ?? {};
    const values: Record<string, string> = {};
    for (const input of this.reader.querySelectorAll("input")) {
      if (input.value !== (usual[input.name] ?? "")) values[input.name] = input.value;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.change({ values }), 200);
  }

  /** As this reader, with their own values: the form is made anew, and what was typed just before is not told. */
  private read(reader: string) {
    clearTimeout(this.timer);
    this.form = "";
    this.change({ reader, values: {} });
  }
}

/** The subject that is shown; the first one if the test has no such other, or there is no test. */
export function subjectOf({ inbox }: { inbox: InboxLine | null }, state: State) {
  return inbox?.subjects["ABCD".indexOf(state.subject)] ?? inbox?.subject ?? "";
}

/** Of a test, one subject at a time: side by side they would be judged beside each other, as no reader does. */
function inboxSection(inbox: InboxLine, direction: string, state: State, change: Change) {
  const names = [..."ABCD"].slice(0, inbox.subjects.length);
  const subject = subjectOf({ inbox }, state);
  const counts = h(
    "small",
    { title: "Characters of the subject and of the preheader" },
    `${[...subject].length} + ${[...inbox.preheader].length} characters`,
  );
  const choice = h(
    "div",
    { class: "segments", role: "radiogroup", "aria-label": "Subject" },
    names.map((name, place) =>
      h("button", { type: "button", role: "radio", "data-value": name, title: inbox.subjects[place] }, name),
    ),
  );
  segments(choice, (name) => change({ subject: name }))(names.includes(state.subject) ? state.subject : "A");
  return section(
    "Inbox",
    names.length > 1 ? h("span", { class: "tried" }, counts, choice) : counts,
    h("div", {}, ...inboxLines({ ...inbox, subject }, direction)),
  );
}

/**
 * A phone shows the lines as they fall here. A desktop shows one long line, which does not fit beside the mail:
 * it is wrapped, and what most windows cut off is faint.
 */
function inboxLines(inbox: InboxLine, direction: string) {
  const subject = [...inbox.subject];
  const preheader = [...inbox.preheader];
  const room = Math.max(0, DESKTOP_CHARACTERS - subject.length);
  return [
    h(
      "div",
      { class: "inbox on-phone", dir: direction, title: "On a phone" },
      h("span", { class: "avatar", "aria-hidden": "true" }, [...inbox.sender][0] ?? "?"),
      h("b", {}, inbox.sender),
      h("time", {}, "9:00"),
      h("span", { class: "subject" }, inbox.subject),
      h("span", { class: "preheader" }, inbox.preheader),
    ),
    h(
      "div",
      { class: "inbox on-desktop", dir: direction, title: "On a desktop; what most windows cut off is faint" },
      h("b", {}, subject.slice(0, DESKTOP_CHARACTERS).join("")),
      h("s", {}, subject.slice(DESKTOP_CHARACTERS).join("")),
      h("span", { class: "preheader" }, " – ", preheader.slice(0, room).join("")),
      h("s", {}, preheader.slice(room).join("")),
    ),
  ];
}

const filesInWords = (count: number, bytes: number) =>
  count ? `${count === 1 ? "1 file" : `${count} files`}, ${kilobytes(bytes)}` : "none";

function weightSection(weight: Weight, report: IssueReport, state: State) {
  const share = weight.html / weight.clip;
  const level = share > 1 ? "error" : share > 0.9 ? "warning" : "well";
  const filling = h("i");
  filling.style.width = `${Math.min(100, share * 100)}%`;
  const bar = h(
    "div",
    {
      class: `meter ${level}`,
      role: "meter",
      "aria-label": "HTML against the limit of Gmail",
      "aria-valuemin": 0,
      "aria-valuemax": weight.clip,
      "aria-valuenow": weight.html,
    },
    filling,
  );
  const rows: [string, string][] = [
    ["Text part", kilobytes(weight.text)],
    ["Pictures, logo and icons", filesInWords(weight.picture_count, weight.pictures)],
    ["Links", String(weight.links)],
    ["Built in", `${Math.round(report.seconds * 1000).toLocaleString("en")} ms`],
  ];
  if (weight.font_count) rows.splice(2, 0, ["Own fonts", filesInWords(weight.font_count, weight.fonts)]);
  const query = readerQuery(state);
  const path = `/show/${encodeURIComponent(report.slug)}/${encodeURIComponent(report.language)}`;
  return section(
    "Weight",
    null,
    h(
      "p",
      { class: "meter-line" },
      h("span", {}, "HTML"),
      h("span", {}, h("b", {}, kilobytes(weight.html)), ` of ${kilobytes(weight.clip)}`),
    ),
    bar,
    h(
      "p",
      { class: "hint" },
      share > 1 ? "Gmail hides the end of this mail, with the link to leave." : "Gmail shows all of it.",
    ),
    h(
      "dl",
      { class: "facts" },
      rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
    h(
      "p",
      { class: "actions" },
      h(
        "a",
        { class: "plain", href: `${path}/message.eml?${query}`, download: true },
        icon("download"),
        "Message (.eml)",
      ),
      h(
        "a",
        { class: "plain", href: `${path}/mail?${query}`, target: "_blank", rel: "noopener" },
        icon("open"),
        "Mail alone",
      ),
    ),
  );
}
