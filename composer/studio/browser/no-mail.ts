// What stands on the stage where there is no mail to show, each with the way on from there.

import type { ProjectReport, Refusal } from "./api";
import { button, emptyState } from "./stage";

export function noIssues(project: ProjectReport, begin: () => void) {
  const words = `An issue is a folder in ${project.issues_dir}/. It can begin with a few words, or with a newsletter you have.`;
  return emptyState("No issues yet", words, button("New issue", begin));
}

export function unknownIssue(slug: string, project: ProjectReport, open: (slug: string) => void) {
  const words = "It may have been renamed. The list of issues has all that there are.";
  const buttons = project.issues.slice(0, 1).map((first) => button(`Open ${first.title}`, () => open(first.slug)));
  return emptyState(`There is no issue “${slug}”`, words, ...buttons);
}

export function notBuilt() {
  return emptyState("Nothing to show yet", "This issue has not been built since the studio started.");
}

export function noAnswer(refusal: Refusal, again: () => void) {
  const words = refusal.message || "The terminal says why.";
  return emptyState("The studio could not answer", words, button("Try again", again));
}
