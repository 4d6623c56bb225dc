// What can be mended mechanically is mended by one press, in whichever file of the project it stands.

import { type Finding, post, Refusal } from "../api";
import { say } from "../dom";
import type { Desk } from "../writing/desk";

/** Ask the server to put one text in the place of another; the desk then looks at the disk again. */
export async function mend(desk: Desk, slug: string, finding: Finding): Promise<void> {
  if (!finding.mend) return;
  await desk.flush();
  const name = finding.file.split("/").at(-1) ?? "";
  try {
    await post(`/api/issues/${encodeURIComponent(slug)}/mend`, { name, ...finding.mend });
    await desk.taken();
    say(`Replaced in ${name}. Ctrl Z takes it back.`);
  } catch (error) {
    say(error instanceof Refusal ? error.message : "The studio does not answer");
  }
}
