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

/** @param isWanted Whether it is still worth asking where nobody answers; else it throws NoAnswer. */
export async function judged(addresses: string[], isWanted?: () => boolean): Promise<Judged[]> {
  const asked = addresses.slice(0, MOST);
  if (!asked.length) return [];
  try {
    const told = await untilAnswered(() => look<{ links: Judged[] }>("/api/links", { addresses: asked }), isWanted);
    return [...told.links, ...(await judged(addresses.slice(MOST), isWanted))];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return addresses.map((address) => ({ address, wrong: error.message, meant: "" }));
  }
}
