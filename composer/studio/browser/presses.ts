// What is being pressed stays until the press is over.
//
// A browser makes a click of a press only where it ends on the element that it began on. An answer comes when it likes: if
// it drew a list anew under a finger that is down, the button would be another one, and the press would come to nothing.
// So what replaces elements is drawn by `redraw`, which waits while somebody presses there.

/** What stands over something in the same panel moves it, so that a press would end beside it. */
const PANELS = "[role=tabpanel], #issues";
/** Where a space is a letter. */
const WRITTEN = "textarea, [contenteditable=true], input:not([type=checkbox], [type=radio], [type=button])";
/** A finger's click comes behind the end of its press, after the browser has seen whether it was a tap. */
const TAP_MS = 700;

let pressed: Element | null = null;
let pressedIn: Window | null = null;
let ending: ReturnType<typeof setTimeout> | undefined;
const waiting = new Map<Element, () => void>();

/** Draw a place anew: at once, or as soon as what is pressed there is let go. Of several drawings the newest is made. */
export function redraw(place: Element, draw: () => void): void {
  waiting.delete(place);
  const isHeld = pressed !== null && (place.closest(PANELS) ?? place).contains(pressed);
  if (isHeld) waiting.set(place, draw);
  else draw();
}

/**
 * From now on, know what is being pressed in a window, with the mouse, a pen, a finger or the space bar.
 *
 * @param frame The one that shows this window, for which all in it counts as one.
 */
export function followPresses(view: Window, frame: Element | null = null): void {
  const on = <K extends keyof WindowEventMap>(name: K, act: (event: WindowEventMap[K]) => void) =>
    view.addEventListener(name, act, { capture: true, passive: true });
  const begin = (target: EventTarget | null) => {
    clearTimeout(ending);
    pressed = frame ?? (target as Element | null);
    pressedIn = view;
  };
  on("pointerdown", ({ isPrimary, button, target }) => isPrimary && button === 0 && begin(target));
  on("pointerup", ({ isPrimary, pointerType }) => isPrimary && end(pointerType === "mouse" ? 0 : TAP_MS));
  // The button was let go where nobody told: in a list that the browser itself has opened, for instance.
  on("pointermove", ({ pointerType, buttons }) => pointerType === "mouse" && !buttons && end());
  on("keydown", ({ key, target }) => key === " " && !isWritten(target) && begin(target));
  on("keyup", ({ key }) => key === " " && end());
  // A press in a frame takes the focus from the page around it, and the other way round.
  on("blur", ({ target }) => target === view && view === pressedIn && end());
  for (const name of ["click", "change", "contextmenu", "pointercancel"] as const) on(name, () => end());
}

const isWritten = (target: EventTarget | null) => target instanceof Element && target.matches(WRITTEN);

/** The click is heard first: it belongs to the event that ends the press. */
function end(afterMs = 0): void {
  if (!pressed) return;
  clearTimeout(ending);
  ending = setTimeout(letGo, afterMs);
}

function letGo(): void {
  pressed = null;
  const draws = [...waiting.values()];
  waiting.clear();
  for (const draw of draws) draw();
}
