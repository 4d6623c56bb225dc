// Where the gallery begins: a place of its own in the page. What draws it is fetched when somebody goes there first.

import { part } from "../answers";
import type { IssueReport } from "../api";
import { byId } from "../dom";
import type { Desk } from "../writing/desk";

export const GALLERY = "gallery";

/** What the gallery needs: the way back, the issue that a block is put into, and who is told. */
export interface Door {
  go: (place: string) => void;
  desk: Desk;
  /** A block was put at this place of the issue. */
  put: (index: number) => void;
}

export class Gallery {
  private readonly root = byId("gallery");

  constructor(private readonly door: Door) {
    document.addEventListener("gallery", () => door.go(GALLERY));
  }

  /** Show the gallery if it is the place ("gallery/article" is one block of it), or make way. */
  show(place: string, report: IssueReport | null): void {
    const [name, block = ""] = place.split("/");
    const isHere = name === GALLERY;
    this.root.hidden = !isHere;
    if (!isHere) return;
    byId("app").classList.add("in-room");
    void part(() => import("./room")).then(({ showGallery }) =>
      showGallery(this.root, { block, report, door: this.door }),
    );
  }
}
