// The forms in which an issue is shown, and what names each: the same name is the same picture.

import type { IssueReport } from "./api";
import { subjectOf } from "./report";
import { messageTokens } from "./seeing/raw";
import { messageView, sourceView, textView } from "./source";
import { envelopeOf, type Stage } from "./stage";
import { readerQuery, type State } from "./state";

/** Whether this form is a page of its own in a frame: the mail, or what is printed of it. */
export const isFramed = (view: string) => view === "mail" || view === "print";

export function frameOf(report: IssueReport, state: State) {
  const query = readerQuery(state);
  if (state.view === "mail") query.set("scheme", state.scheme);
  query.set("pictures", String(state.pictures));
  query.set("styles", String(state.styles));
  query.set("digest", digestOf(report, state));
  return { query, key: `${nameOf(report, state)}#${query}` };
}

export function showFrame(stage: Stage, report: IssueReport, state: State): void {
  const { query, key } = frameOf(report, state);
  const { inbox, reader } = report;
  const envelope = state.view === "mail" && inbox ? envelopeOf({ inbox, reader }, subjectOf(report, state)) : [];
  const title = `${report.title}, ${report.language}`;
  const blocks = report.repaint;
  stage.showFrame(`${pathOf(report, state)}?${query}`, { key, state, title, envelope, blocks });
}

/** A form that is read as text: where it is asked for, and what names it. */
export function textOf(report: IssueReport, state: State) {
  const query = readerQuery(state, { digest: digestOf(report, state) });
  const path = pathOf(report, state);
  return {
    address: `${state.view === "message" ? path.replace(/message$/, "message.eml") : path}?${query}`,
    key: `${nameOf(report, state)}#${query}`,
  };
}

export function drawText(view: string, content: string): HTMLElement {
  if (view === "text") return textView(content);
  return view === "message" ? messageView(content, messageTokens(content)) : sourceView(content);
}

/** What the page was told of, and asks for. With the subject, because the digest is that of the edition with the first. */
const digestOf = (report: IssueReport, state: State) => `${report.digest} ${subjectOf(report, state)}`;

const nameOf = ({ slug, language }: IssueReport, { view }: State) => `${slug} ${language} ${view}`;

function pathOf({ slug, language }: IssueReport, { view }: State) {
  return `/show/${encodeURIComponent(slug)}/${encodeURIComponent(language)}/${view}`;
}
