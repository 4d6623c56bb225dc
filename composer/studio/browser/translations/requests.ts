// What is asked of the server about translations, as composer/studio/translations.py answers it.

import { untilAnswered } from "../answers";
import { look as lookAt, post } from "../api";
import type { Path } from "../writing/model";

export interface TextPair {
  there: Path;
  here: Path | null;
  label: string;
  kind: string;
  source: string;
  text: string | null;
  state: "translated" | "missing" | "newer" | "same";
}

export interface BlockRow {
  index: number | null;
  here: number | null;
  kind: string;
  label: string;
  pairs: TextPair[];
}

export interface Told {
  first: string;
  language: string;
  languages: string[];
  file: string | null;
  /** Why one of the files cannot be read. */
  trouble: string;
  rows: BlockRow[];
}

const address = (slug: string, step: string) => `/api/issues/${encodeURIComponent(slug)}/translations${step}`;

export const look = (slug: string, language: string, isWanted: () => boolean) =>
  untilAnswered(() => lookAt<Told>(address(slug, ""), { language }), isWanted);
export const begin = (slug: string, language: string) => post<Told>(address(slug, "/begin"), { language });
export const confirm = (slug: string, language: string, path: Path) =>
  post<Told>(address(slug, "/confirm"), { language, path });
export const add = (slug: string, language: string, index: number) =>
  post<Told>(address(slug, "/add"), { language, index });
