// Where sending begins: a place of its own in the page. What draws it is fetched when somebody goes there first.

import { part } from "../answers";
import type { Finding, IssueLine, IssueReport } from "../api";
import { byId } from "../dom";
import { isSending, places } from "./places";

export interface Open {
  place: string;
  report: IssueReport | null;
  issues: IssueLine[];
  /** Whether it is known that there is no such issue; else it is still asked for. */
  isWithout: boolean;
}

/**
 * What the page lets sending do: go to another place ("" is the mail), lead to a finding, and have what was typed last
 * in the files, of which mails are made.
 */
export interface Door {
  go: (place: string) => void;
  toChecks: (finding: Finding | null) => void;
  flush: () => Promise<void>;
}

export class Sending {
  private readonly root = byId("sending");
  private last = places.test;

  /** What is answered after somebody has left carries nobody off. */
  private readonly inner: Door;

  constructor(private readonly door: Door) {
    this.inner = { ...door, go: (place) => this.root.hidden || door.go(place) };
  }

  /** Show the place if it is one of sending, or make way for the mail. */
  show(open: Open): void {
    const isHere = isSending(open.place);
    this.root.hidden = !isHere;
    byId("app").classList.toggle("in-room", isHere);
    byId("send").setAttribute("aria-pressed", String(isHere));
    if (!isHere) return;
    this.last = open.place;
    void part(() => import("./room")).then(({ showRoom }) => showRoom(this.root, open, this.inner));
  }

  /** To where somebody was last, or to the test mail. */
  enter(): void {
    this.door.go(this.last);
  }
}
