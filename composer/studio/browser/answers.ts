// Answers that come late, in another order, or not at all.
//
// Whoever asks twice about the same thing may get the second answer first: only the newest question counts, and who has
// awaited anything looks again whether its own still is that. A question that nobody answers, because the studio is
// just being started again or a connection broke, is asked again until somebody does.

import { say } from "./dom";

/** The questions about one thing, of which only the newest counts. */
export class Newest {
  private count = 0;

  /** Ask anew: what was asked before is out of date, whatever comes of it. Returns whether this one still counts. */
  begin(): () => boolean {
    this.count += 1;
    const own = this.count;
    return () => own === this.count;
  }

  /** Nothing that is under way counts any more. */
  forget(): void {
    this.count += 1;
  }
}

/** Answers that are each worth showing, but never an older one after a newer. */
export class InOrder {
  private asked = 0;
  private come = 0;

  /** Ask. What is returned is to be called when the answer comes, and says whether none to a newer question has. */
  begin(): () => boolean {
    this.asked += 1;
    const own = this.asked;
    return () => {
      if (own < this.come) return false;
      this.come = own;
      return true;
    };
  }
}

/** Nobody has answered, or only somebody in between; the question itself is not refused. */
export class NoAnswer extends Error {
  constructor() {
    super("The studio does not answer.");
  }
}

/** Bad gateway, service unavailable, gateway timeout: what is asked was not even looked at. */
const NOBODY = [502, 503, 504];
const FIRST_MS = 250;
const MOST_MS = 4000;

/** Whether nobody has answered: who has looked at a question says as JSON why there is nothing. */
export function isNobody(answer: Response): boolean {
  return NOBODY.includes(answer.status) && !answer.headers.get("Content-Type")?.startsWith("application/json");
}

/** What somebody has answered. Throws NoAnswer where nobody has. */
export async function answered(asked: Promise<Response>): Promise<Response> {
  const answer = await asked.catch(() => null);
  if (!answer || isNobody(answer)) throw new NoAnswer();
  return answer;
}

/** An answer that was read to its end. */
export interface WholeAnswer {
  answer: Response;
  text: string;
}

/**
 * Ask until there is an answer; a question that changes nothing may be asked twice.
 *
 * @param isWanted Whether it is still worth asking; else it throws NoAnswer.
 */
export async function untilAnswered<T>(ask: () => Promise<T>, isWanted = () => true): Promise<T> {
  for (let times = 0; ; times += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (isWanted()) await rest(times);
      if (!isWanted()) throw error;
    }
  }
}

/** Read what stands at an address, to its end: a connection may break in the middle of an answer too. */
export function readAt(address: string, isWanted?: () => boolean): Promise<WholeAnswer> {
  return untilAnswered(async () => {
    const answer = await answered(fetch(address));
    const text = await answer.text().catch(() => null);
    if (text === null) throw new NoAnswer();
    return { answer, text };
  }, isWanted);
}

/** Wait before the same is asked once more: each time longer, but no longer than until the studio is back. */
export function rest(times: number): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("studio-live", end);
      done();
    };
    const timer = setTimeout(end, Math.min(FIRST_MS * 2 ** times, MOST_MS));
    addEventListener("studio-live", end);
  });
}

/** The words of browsers for a script that was not fetched; most of them name it. */
const NOT_FETCHED = /dynamically imported module|importing a module script/i;

/**
 * A part of the page that is fetched when somebody goes there first, again until somebody answers. What is answered
 * with something else, or fails by itself, is thrown: it would fail again.
 */
export function part<T>(load: () => Promise<T>): Promise<T> {
  return untilAnswered(() => load().catch(isWorthAnotherTry));
}

async function isWorthAnotherTry(error: unknown): Promise<never> {
  const words = error instanceof Error ? error.message : "";
  const [address] = /https?:\S+/.exec(words) ?? [];
  const isLost = NOT_FETCHED.test(words) && (!address || (await answered(fetch(address))).ok);
  if (isLost) throw new NoAnswer();
  say("A part of the page is missing: load the page again");
  throw error;
}
