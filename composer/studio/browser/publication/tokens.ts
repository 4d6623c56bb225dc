// A token of the theme is said by the newsletter, by the project's own theme.yaml files, or by the theme itself: the
// first that says it counts. It is written where it is said, and taken back there.

import type { Desk } from "../writing/desk";
import { asText, type Edit, type Path, type Value } from "../writing/model";
import { isColour } from "./contrast";
import type { FileDesks } from "./file-desks";

export interface ThemeReport {
  theme: string;
  themes: string[];
  /** What each token is if the newsletter says nothing; `shipped` is without the project's own files, too. */
  tokens: Record<string, string | number>;
  shipped: Record<string, string | number>;
  /** The project's own theme.yaml files of this theme, strongest first. */
  files: string[];
  colours: string[];
  fonts: string[];
  measures: string[];
  pairs: [string, string][];
  /** The contrast that running text needs, and the one below which nobody sees words at all. */
  readable: number;
  seen: number;
  /** Tokens that the project’s own theme says, for which nobody else has answered. */
  own: string[];
  troubles: string[];
  /** How many bytes the file of each font has that newsletter.yaml declares. */
  font_bytes: Record<string, number>;
}

/** One file that says a token. */
interface Holder {
  desk: Desk;
  path: Path;
  file: string;
}

export class Tokens {
  private readonly files: { desk: Desk; file: string }[];

  /** `desk` is that of newsletter.yaml. */
  constructor(
    readonly desk: Desk,
    files: FileDesks,
    readonly theme: ThemeReport,
  ) {
    this.files = theme.files.map((file) => ({ file, desk: files.of(file) }));
  }

  /** The desks of the project's own theme.yaml files. */
  get ownDesks(): Desk[] {
    return this.files.map(({ desk }) => desk);
  }

  /** Whoever says a token besides the theme itself, strongest first. */
  private holders(token: string): Holder[] {
    const all = [
      { desk: this.desk, path: ["theme", token], file: "newsletter.yaml" },
      ...this.files.map(({ desk, file }) => ({ desk, path: [token], file })),
    ];
    return all.filter(({ desk, path }) => asText(desk.value(path)) !== "");
  }

  /** What the token is; a colour as #1a2b3c, in whatever notation a theme has it. */
  value(token: string): string {
    const [holder] = this.holders(token);
    const usual = asText(this.theme.tokens[token]);
    const said = holder ? asText(holder.desk.value(holder.path)) : usual;
    return isColour(usual) && !isColour(said) ? usual : said;
  }

  /** Whether it was said here or in a theme of one’s own: shipped themes answer for theirs. */
  isSaid(token: string): boolean {
    return this.holders(token).length > 0 || this.theme.own.includes(token);
  }

  /** In which file it is said; "" if it is the theme’s own. */
  whose(token: string): string {
    return this.holders(token)[0]?.file ?? "";
  }

  /** What it is, and whose value, if it is taken back where it is said; null if it is said nowhere else. */
  beneath(token: string): { whose: string; value: string } | null {
    const [holder, next] = this.holders(token);
    if (!holder) return null;
    if (next) return { whose: next.file, value: asText(next.desk.value(next.path)) };
    const own = this.theme.shipped[token];
    return own === undefined ? null : { whose: "the theme", value: asText(own) };
  }

  set(token: string, value: Value, words: string): void {
    const { desk, path } = this.holders(token)[0] ?? { desk: this.desk, path: ["theme", token] };
    desk.set(path, value, words);
  }

  /** Take it out of the file that says it. */
  async back(token: string, words: string): Promise<void> {
    const [holder] = this.holders(token);
    if (!holder) return;
    if (holder.desk === this.desk) await this.desk.act(() => withoutTokens(this.desk, [token]), words);
    else await holder.desk.act([{ edit: "remove", path: holder.path }], words);
  }
}

/** The edits that take tokens out of `theme:`; without its last one the key says nothing, and goes too. */
export function withoutTokens(desk: Desk, tokens: string[]): Edit[] {
  const said = Object.keys((desk.value(["theme"]) as Record<string, unknown> | null) ?? {});
  const gone = said.filter((token) => tokens.includes(token));
  // Set to nothing, and not removed: what is typed of the theme while that is on its way stays.
  if (gone.length && gone.length === said.length) return [{ edit: "set", path: ["theme"], value: null }];
  return gone.map((token) => ({ edit: "set", path: ["theme", token], value: null }));
}
