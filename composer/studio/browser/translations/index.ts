// Translations: a place of its own, in which two languages stand side by side.

import { part } from "../answers";
import type { IssueReport } from "../api";
import { byId } from "../dom";
import { Desk } from "../writing/desk";

const PLACE = "translations";

export interface Door {
  /** To another place of the studio; "" is the mail. */
  go: (place: string) => void;
  /** A file is another one. */
  saved: () => void;
}

export class Translating {
  private readonly root = byId("translations");
  private readonly desk: Desk;
  /** What is answered after somebody has left carries nobody off. */
  private readonly inner: Door;

  constructor(private readonly door: Door) {
    this.desk = new Desk(door.saved);
    this.inner = { ...door, go: (place) => this.root.hidden || door.go(place) };
    addEventListener("beforeunload", () => void this.desk.flush());
  }

  /** Show the place if it is this one: "translations/fr". */
  show(place: string, report: IssueReport | null): void {
    const [name, language = ""] = place.split("/");
    const isHere = name === PLACE;
    this.root.hidden = !isHere;
    byId("translate").setAttribute("aria-pressed", String(isHere));
    if (!isHere) return;
    byId("app").classList.add("in-room");
    if (report)
      void part(() => import("./room")).then(({ showRoom }) =>
        showRoom(this.root, this.desk, this.inner, report, language),
      );
  }

  /** To the language that is shown, or to the first that is another one. */
  enter(report: IssueReport | null): void {
    if (!report) return;
    const first = report.languages[0];
    const other = report.language === first ? report.languages[1] : report.language;
    this.door.go(`${PLACE}/${other ?? ""}`);
  }
}
