// What the server tells by itself: that it runs, and that something was saved.

import { askProject, PAGE, Refusal } from "./api";
import { byId } from "./dom";

export function listen(changed: () => void) {
  let run: string | null = null;
  const events = new EventSource(`/events?page=${PAGE}`);
  events.addEventListener("hello", (event) => {
    showLive("on", "Live");
    if (run !== null && run !== event.data) location.reload();
    else if (run !== null) changed();
    run = event.data;
  });
  events.addEventListener("change", changed);
  events.addEventListener("error", () => {
    showLive("offline", "Stopped");
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen(changed), 1000);
    askProject().catch((error: unknown) => {
      // Another start, whose address this browser has not opened yet.
      if (error instanceof Refusal) byId("offline").lastElementChild?.replaceChildren(error.message);
    });
  });
}

function showLive(kind: "on" | "offline", words: string) {
  const live = byId("live");
  live.className = `live ${kind}`;
  live.lastElementChild?.replaceChildren(words);
  byId("offline").hidden = kind !== "offline";
  dispatchEvent(new Event(kind === "offline" ? "studio-away" : "studio-live"));
}
