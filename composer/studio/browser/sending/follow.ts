// A mailing as the server tells it each second, until nothing happens by itself any more.

import { useEffect, useState } from "preact/hooks";
import type { ProgressReport } from "./model";

const RELOAD_MS = 5000;
/** At its end somebody may just have begun again. */
const FOLLOW_AGAIN_MS = 1000;

/** `isFollowed`: somebody is at it. `came` is told now and then while it goes on, and at its end. */
export function useProgress(mailing: number, isFollowed: boolean, came: () => void): ProgressReport | null {
  const [progress, setProgress] = useState<ProgressReport | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!isFollowed) return;
    // The stream begins again by itself when the studio is back, or this page has slept.
    const events = new EventSource(`/api/sending/mailings/${mailing}/progress`);
    let told = Date.now();
    let again = 0;
    let state: string | null = null;
    events.addEventListener("progress", (event) => {
      const found: ProgressReport = JSON.parse(event.data);
      setProgress(found);
      // What is said of the outcome is that of the state that stands above it.
      const isOther = state !== null && state !== found.status.state;
      state = found.status.state;
      if (!isOther && Date.now() - told < RELOAD_MS) return;
      told = Date.now();
      came();
    });
    events.addEventListener("end", () => {
      events.close();
      came();
      again = window.setTimeout(() => setTurn(turn + 1), FOLLOW_AGAIN_MS);
    });
    return () => {
      clearTimeout(again);
      events.close();
    };
  }, [mailing, isFollowed, came, turn]);
  return progress;
}
