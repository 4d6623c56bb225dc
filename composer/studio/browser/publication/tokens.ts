// What the publication says of its theme, taken back: then it is as in the theme again.

import type { Desk } from "../writing/desk";
import type { Edit } from "../writing/model";

/** The edits that take tokens out of `theme:`; without its last one the key says nothing, and goes too. */
export function withoutTokens(desk: Desk, tokens: string[]): Edit[] {
  const said = Object.keys((desk.value(["theme"]) as Record<string, unknown> | null) ?? {});
  const gone = said.filter((token) => tokens.includes(token));
  if (gone.length && gone.length === said.length) return [{ edit: "remove", path: ["theme"] }];
  return gone.map((token) => ({ edit: "set", path: ["theme", token], value: null }));
}
