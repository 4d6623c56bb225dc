// The files of the publication in its further languages, each opened when somebody looks at it.

import { Desk } from "../writing/desk";

export class LanguageDesks {
  private readonly desks = new Map<string, Desk>();

  constructor(private readonly saved: () => void) {}

  of(language: string): Desk {
    const known = this.desks.get(language) ?? new Desk(this.saved, `newsletter.${language}.yaml`);
    this.desks.set(language, known);
    return known;
  }

  /** The issue on which the publication is seen; its desk is how a file beside it is written. */
  async open(slug: string, first: string): Promise<void> {
    await Promise.all([...this.desks.values()].map((desk) => desk.open(slug, first)));
  }

  async flush(): Promise<void> {
    await Promise.all([...this.desks.values()].map((desk) => desk.flush()));
  }
}
