// Where the focus goes when what had it is gone: a block that was deleted, a page that was left, a button that is off.
// A browser then starts again at the top of the page, so that whoever works by keyboard has lost her place.

/** Parts of the page of which one is what somebody is in; the innermost that is still there keeps the focus. */
const PLACES = "dialog, [role=tabpanel], [role=toolbar], .room-body, .start-page, #issues";
const REACHABLE =
  "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [contenteditable=true]";
/** A place of the studio is fetched when somebody goes there first: so many frames may pass until it is there. */
const MOST_FRAMES = 120;

interface Held {
  element: HTMLElement;
  words: string;
  places: HTMLElement[];
}

let held: Held | null = null;
let isLooking = false;

/** From now on. */
export function keepFocus(): void {
  addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement) held = { element: target, words: wordsOf(target), places: placesAround(target) };
  });
  for (const name of ["focusout", "click", "keyup"]) addEventListener(name, look);
}

function wordsOf(element: HTMLElement): string {
  const isField = element.matches("input, textarea, select");
  const told = isField ? (element as HTMLInputElement).labels?.[0] : element;
  return element.getAttribute("aria-label") ?? told?.textContent?.trim() ?? "";
}

const isSeen = (element: HTMLElement) => element.isConnected && element.checkVisibility({ visibilityProperty: true });

function placesAround(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one = element.parentElement; one; one = one.parentElement) if (one.matches(PLACES)) found.push(one);
  return found;
}

/** Look, as soon as what is being done is drawn, and until there is somebody to take the focus. */
function look(): void {
  if (isLooking) return;
  isLooking = true;
  const again = (frames: number) =>
    requestAnimationFrame(() => {
      const isDone = !isLost() || takeOver();
      if (!isDone && frames < MOST_FRAMES) return again(frames + 1);
      isLooking = false;
    });
  again(0);
}

/** Whether nothing has the focus because what had it went away; a click beside everything is somebody's wish. */
function isLost(): boolean {
  const { activeElement } = document;
  const isNobody = !activeElement || activeElement === document.body;
  return isNobody && held !== null && !(isSeen(held.element) && !held.element.matches(":disabled"));
}

function takeOver(): boolean {
  const heir = heirIn(held?.places.filter(isSeen) ?? []);
  if (!heir) return false;
  if (!heir.matches(REACHABLE) && !heir.hasAttribute("tabindex")) heir.tabIndex = -1;
  heir.focus({ preventScroll: true });
  return document.activeElement === heir;
}

function heirIn(places: HTMLElement[]): HTMLElement | null {
  const room = document.querySelector<HTMLElement>(".room:not([hidden])");
  const isElsewhere = room && !places.some((place) => room.contains(place) || place.matches("dialog"));
  if (isElsewhere) return room.querySelector(".room-body");
  for (const place of places) {
    const same = held?.words
      ? [...place.querySelectorAll<HTMLElement>(REACHABLE)].find((one) => isSeen(one) && wordsOf(one) === held?.words)
      : undefined;
    const found = same ?? ofItsOwn(place);
    if (found) return found;
  }
  return document.querySelector<HTMLElement>("#stage");
}

/** What a place names for it, its headline, or the place itself. */
function ofItsOwn(place: HTMLElement): HTMLElement | null {
  if (place.matches("[role=toolbar]")) return null;
  if (place.tabIndex >= 0) return place;
  const named = [...place.querySelectorAll<HTMLElement>("[data-heir], h1, h2")].filter(isSeen);
  return named.find((one) => one.dataset.heir !== undefined) ?? named[0] ?? null;
}
