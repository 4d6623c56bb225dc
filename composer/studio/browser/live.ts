// What the server tells by itself: that it runs, and that something was saved.

import { byId } from "./dom";

export function listen(changed: () => void) {
  let run: string | null = null;
  const events = new EventSource("/events");
  events.addEventListener("hello", (event) => {
    showLive("on", "Live");
    if (run !== null && run !== event.data) location.reload();
    else if (run !== null) changed();
    run = event.data;
  });
  events.addEventListener("change", changed);
  events.addEventListener("error", () => {
    showLive("offline", "Stopped");
    if (events.readyState === EventSource.CLOSED) setTimeout(() => listen(changed), 1000);
  });
}

function showLive(kind: "on" | "offline", words: string) {
  const live = byId("live");
  live.className = `live ${kind}`;
  live.lastElementChild?.replaceChildren(words);
  byId("offline").hidden = kind !== "offline";
}
