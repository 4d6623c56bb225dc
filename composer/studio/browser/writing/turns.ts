// What is done to a file, one after another, each again until somebody answers.

import { rest } from "../answers";

/** What became of a change that was told to the server. */
export type Outcome = "made" | "conflict" | "refused" | "unanswered";

export class Turns {
  private queue: Promise<void> = Promise.resolve();
  private pressing = 0;

  /** Whether something that was pressed is under way until somebody has answered. */
  get isPressing(): boolean {
    return this.pressing > 0;
  }

  /** Do it when all that came before is done, whatever came of that. */
  take(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }

  /** Wait for all that came before. */
  over(): Promise<void> {
    return this.take(async () => {});
  }

  /**
   * Do something that was pressed, and again until somebody answers: what nobody has answered to may be done already, so
   * it has a name of its own, under which it is done once.
   */
  async press(attempt: (once: string) => Promise<Outcome>): Promise<void> {
    const once = crypto.randomUUID();
    this.pressing += 1;
    try {
      for (let times = 0; (await attempt(once)) === "unanswered"; times += 1) await rest(times);
    } finally {
      this.pressing -= 1;
    }
  }
}
