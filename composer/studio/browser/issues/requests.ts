// What is asked of the server about the life of issues, as composer/studio/issue_life.py answers it.

import { ask, type IssueLine, post } from "../api";

export interface Beginnings {
  today: string;
  newsletter_name: string;
  themes: string[];
  last: IssueLine | null;
  number: number | null;
}

export interface ImportReport {
  title: string;
  slug: string;
  text: string;
  articles: number;
  pictures: string[];
  left_out: string[];
}

export interface DroppedFile {
  name: string;
  base64: string;
}

export type Source = "last" | "words" | "sample" | "import";

export interface BeginRequest {
  source: Source;
  like: string;
  title: string;
  slug: string;
  date: string;
  number: number | null;
  files: DroppedFile[];
  keep_all: boolean;
}

export interface ProjectRequest {
  name: string;
  sender: string;
  sender_name: string;
  address: string;
  languages: string[];
  theme: string;
}

export interface PutAwayLists {
  archived: IssueLine[];
  deleted: IssueLine[];
}

/** An issue where it is now, and the number by which that is undone. */
export interface Moved {
  slug: string;
  number: number;
}

export type Place = "archive" | "trash";

const issue = (slug: string, step: string) => `/api/issues/${encodeURIComponent(slug)}/${step}`;

export const askBeginnings = () => ask<Beginnings>("/api/begin");
export const askPutAway = () => ask<PutAwayLists>("/api/put-away");
export const beginProject = (wanted: ProjectRequest) => post<{ slug: string }>("/api/begin/project", wanted);
export const beginIssue = (wanted: BeginRequest) => post<Moved>("/api/begin/issue", wanted);
export const readImport = (files: DroppedFile[], keep_all: boolean) =>
  post<ImportReport>("/api/begin/read", { files, keep_all });
export const duplicate = (slug: string, as: string) => post<Moved>(issue(slug, "duplicate"), { slug: as });
export const rename = (slug: string, to: string) => post<Moved>(issue(slug, "rename"), { slug: to });
export const archive = (slug: string) => post<{ name: string; number: number }>(issue(slug, "archive"), {});
export const remove = (slug: string) => post<{ name: string; number: number }>(issue(slug, "delete"), {});
export const restore = (place: Place, name: string) =>
  post<{ slug: string }>(`/api/put-away/${place}/${encodeURIComponent(name)}/restore`, {});
export const emptyTrash = (names: string[]) => post<{ gone: number }>("/api/put-away/trash/empty", { names });

/** A file as it can be sent: its path, where a whole folder was dropped. */
export async function dropped(file: File): Promise<DroppedFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.webkitRelativePath.split("/").slice(1).join("/") || file.name, base64: btoa(text) };
}

/** The name of a folder that a title makes, as composer/writing/drafts.py makes it. */
export function slugOf(title: string, date: string): string {
  const plain = title
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
  const words = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60)
    .replace(/-$/, "");
  return `${date.slice(0, 7)}-${words || "letter"}`;
}
