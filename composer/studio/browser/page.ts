// The page, as its parts know it: what is chosen and shown, and the ways to something else.

import type { IssueReport, ProjectReport } from "./api";
import type { State } from "./state";

export interface Page {
  readonly state: State;
  readonly project: ProjectReport | null;
  readonly report: IssueReport | null;
  /** Look at something else, or in another way; `push` makes it a step of the browser's history. */
  change(part: Partial<State>, options?: { push?: boolean }): void;
  /** To another place of the studio; "" is the mail. */
  go(place: string): void;
  openIssue(slug: string): void;
}
