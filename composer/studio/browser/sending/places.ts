// The places of sending, as they stand in the address: "sending/people/person/ana%40example.org".

export type Place =
  | { at: "test" }
  | { at: "plan" }
  | { at: "mailings" }
  | { at: "mailing"; mailing: number }
  | { at: "mail"; mailing: number; subscriber: number; email: string }
  | { at: "people"; list: string | null }
  | { at: "import" }
  | { at: "add" }
  | { at: "person"; email: string };

export const SENDING = "sending";

export const places = {
  test: `${SENDING}/test`,
  plan: `${SENDING}/plan`,
  mailings: `${SENDING}/mailings`,
  mailing: (number: number) => `${SENDING}/mailings/${number}`,
  mail: (mailing: number, subscriber: number, email: string) =>
    `${SENDING}/mailings/${mailing}/${subscriber}/${encodeURIComponent(email)}`,
  people: `${SENDING}/people`,
  list: (name: string) => `${SENDING}/people/list/${encodeURIComponent(name)}`,
  import: `${SENDING}/people/import`,
  add: `${SENDING}/people/add`,
  person: (email: string) => `${SENDING}/people/person/${encodeURIComponent(email)}`,
};

export const isSending = (place: string) => place.split("/")[0] === SENDING;

/** Read a place; what is unknown is the first one, the test mail. */
export function readPlace(place: string): Place {
  const [, part = "", first = "", second = "", third = ""] = place.split("/").map(decoded);
  if (part === "plan") return { at: "plan" };
  if (part === "mailings") {
    const mailing = Number(first);
    if (!Number.isInteger(mailing) || mailing < 1) return { at: "mailings" };
    const subscriber = Number(second);
    if (second && Number.isInteger(subscriber)) return { at: "mail", mailing, subscriber, email: third };
    return { at: "mailing", mailing };
  }
  if (part === "people") {
    if (first === "import" || first === "add") return { at: first };
    if (first === "person" && second) return { at: "person", email: second };
    return { at: "people", list: first === "list" && second ? second : null };
  }
  return { at: "test" };
}

function decoded(part: string) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
