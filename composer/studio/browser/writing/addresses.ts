// Whether a mail can have an address: the server says, by the rules of the checks (composer/studio/authoring/links.py).

import { untilAnswered } from "../answers";
import { look, Refusal } from "../api";

export interface Judged {
  /** What to write: what was given, or what a mail program or a site has put its own address around. */
  address: string;
  /** Why no mail can have it, in words; "" if one can. */
  wrong: string;
  /** What to write then, if that can be told. */
  meant: string;
}

/** So many are asked about at once. */
const MOST = 100;

/**
 * What there is to say about addresses, in their order: nothing of those about which the server refuses to say anything.
 *
 * @param isWanted Whether it is still worth asking where nobody answers; else it throws NoAnswer.
 */
export async function judged(addresses: string[], isWanted?: () => boolean): Promise<Judged[]> {
  const asked = addresses.slice(0, MOST);
  if (!asked.length) return [];
  const tell = () =>
    look<{ links: Judged[] }>("/api/links", { addresses: asked }).catch((error) => unjudged(asked, error));
  const { links } = await untilAnswered(tell, isWanted);
  return [...links, ...(await judged(addresses.slice(MOST), isWanted))];
}

/** A refusal is about the question; the checks judge what was written. */
function unjudged(addresses: string[], error: unknown): { links: Judged[] } {
  if (!(error instanceof Refusal)) throw error;
  return { links: addresses.map((address) => ({ address, wrong: "", meant: "" })) };
}
