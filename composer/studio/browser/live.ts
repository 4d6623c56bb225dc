// What the server tells by itself: that it runs, and that something was saved.

import { Newest } from "./answers";
import { askProject, PAGE, Refusal } from "./api";
import { byId } from "./dom";
import { everythingSaved } from "./writing/desk";

const AGAIN_MS = 1000;

/** The page of this program's version, from its first word on. */
let version: string | null = null;
/** How many saves there had been when the page was made: one since then may be missing in what it has asked for. */
const SAVES = document.querySelector<HTMLMetaElement>("meta[name=studio-saves]")?.content;
const listenings = new Newest();

export function listen(changed: () => void) {
  const isNewest = listenings.begin();
  const events = new EventSource(`/events?page=${PAGE}`);
  events.addEventListener("hello", (event) => {
    showLive("on", "Live");
    const [run, saves] = event.data.split(" ");
    if (version !== null || saves !== SAVES) changed();
    if (version !== null && version !== run) void startAfresh();
    version = run;
  });
  events.addEventListener("change", changed);
  events.addEventListener("error", () => {
    showLive("offline", "Stopped");
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen(changed), AGAIN_MS);
    askProject(isNewest).catch((error: unknown) => {
      // Another start, whose address this browser has not opened yet.
      if (error instanceof Refusal) byId("offline").lastElementChild?.replaceChildren(error.message);
    });
  });
}

/** Another version of the studio answers: its page is loaded, as soon as nothing that was typed would be lost. */
async function startAfresh() {
  if (await everythingSaved()) location.reload();
  else setTimeout(startAfresh, AGAIN_MS);
}

function showLive(kind: "on" | "offline", words: string) {
  const live = byId("live");
  live.className = `live ${kind}`;
  live.lastElementChild?.replaceChildren(words);
  byId("offline").hidden = kind !== "offline";
  dispatchEvent(new Event(kind === "offline" ? "studio-away" : "studio-live"));
}
