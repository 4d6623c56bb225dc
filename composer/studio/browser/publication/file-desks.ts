// The files of the publication beside newsletter.yaml, its further languages and its own themes, each opened when
// somebody looks at it.

import { Desk } from "../writing/desk";

export class FileDesks {
  private readonly desks = new Map<string, Desk>();
  private slug = "";
  private language = "";

  constructor(private readonly saved: () => void) {}

  /** The desk of a file, called as the server calls it: newsletter.fr.yaml, templates/theme.yaml. */
  of(file: string): Desk {
    const known = this.desks.get(file);
    if (known) return known;
    const desk = new Desk(this.saved, file);
    this.desks.set(file, desk);
    if (this.slug) void desk.open(this.slug, this.language);
    return desk;
  }

  /** The issue on which the publication is seen; its desk is how a file beside it is written. */
  async open(slug: string, first: string): Promise<void> {
    this.slug = slug;
    this.language = first;
    await Promise.all([...this.desks.values()].map((desk) => desk.open(slug, first)));
  }

  async flush(): Promise<void> {
    await Promise.all([...this.desks.values()].map((desk) => desk.flush()));
  }
}
