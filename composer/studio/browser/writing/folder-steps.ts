// What became of issues' folders is undone and made again like what was typed. The page is told, and goes there.

import { post } from "../api";
import { inWords } from "../issues/dialog";

/** What was taken back or made again, and the issue to be seen then; `gone` is one that is out of the way now. */
export interface FolderStep {
  way: "undo" | "redo";
  words: string;
  slug: string;
  gone: string;
  /** Why it could not be. */
  trouble?: string;
}

export const FOLDER_STEP = "folder-step";

/** @param number Names the step as the server does; the newest one if it is null. */
export async function stepFolder(way: "undo" | "redo", number: number | null): Promise<void> {
  let step: FolderStep = { way, words: "", slug: "", gone: "" };
  try {
    step = { ...step, ...(await post<Omit<FolderStep, "way">>(`/api/moves/${way}`, { number })) };
  } catch (error) {
    step.trouble = inWords(error);
  }
  document.dispatchEvent(new CustomEvent<FolderStep>(FOLDER_STEP, { detail: step }));
}
