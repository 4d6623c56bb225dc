// Small parts that the panels share.

import { useState } from "preact/hooks";
import { iconAddress } from "../dom";

let count = 0;

/** A name for an element that no other part of the page has, though each is drawn for itself. */
export function useName(): string {
  const [name] = useState(() => `field-${++count}`);
  return name;
}

export function Icon({ name, isLarge = false }: { name: string; isLarge?: boolean }) {
  return (
    <svg class={isLarge ? "icon large" : "icon"} aria-hidden="true">
      <use href={iconAddress(name)} />
    </svg>
  );
}

interface IconButtonProps {
  icon: string;
  words: string;
  act: () => unknown;
  isOff?: boolean;
  isOn?: boolean;
  /** Of a button that opens something beneath. */
  isOpen?: boolean;
}

export function IconButton({ icon, words, act, isOff, isOn, isOpen }: IconButtonProps) {
  return (
    <button
      type="button"
      class="tool"
      aria-label={words}
      title={words}
      disabled={isOff}
      aria-pressed={isOn}
      aria-expanded={isOpen}
      onClick={() => void act()}
    >
      <Icon name={icon} />
    </button>
  );
}
