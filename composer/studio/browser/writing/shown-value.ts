// What a field shows: what the desk has, but never under the fingers.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Desk } from "./desk";
import { asText, type Path } from "./model";

/** Show in an element what stands at a path, unless somebody types there and nothing but typing has changed it. */
export function useShownValue<E extends HTMLInputElement | HTMLTextAreaElement>(
  desk: Desk,
  path: Path,
): { input: RefObject<E | null>; value: string } {
  const input = useRef<E>(null);
  const value = asText(desk.value(path));
  const { turn } = desk;
  const shownTurn = useRef(-1);
  // At once: what is typed between drawing and an effect would be taken back.
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    const isOther = shownTurn.current !== turn;
    shownTurn.current = turn;
    if (element.value !== value && (isOther || document.activeElement !== element)) element.value = value;
  });
  return { input, value };
}
