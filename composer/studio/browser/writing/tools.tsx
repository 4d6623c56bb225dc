// Small parts that the panels share.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
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

interface FileButtonProps {
  /** What is asked for, to those who do not see what stands around the button. */
  name: string;
  accept?: string;
  isMultiple?: boolean;
  isOff?: boolean;
  take: (files: File[]) => unknown;
  children: ComponentChildren;
}

/**
 * A button that asks for files, and for no more while these are being taken. The same one can be chosen twice: it may be
 * another by then.
 */
export function FileButton({ name, accept, isMultiple, isOff, take, children }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isTaking, setTaking] = useState(false);
  const isHeld = isOff || isTaking;
  const chosen = async () => {
    const files = [...(input.current?.files ?? [])];
    if (input.current) input.current.value = "";
    setTaking(true);
    try {
      await take(files);
    } finally {
      setTaking(false);
    }
  };
  return (
    <>
      <button type="button" class="plain" disabled={isHeld} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={isMultiple}
        disabled={isHeld}
        aria-label={name}
        onChange={() => void chosen()}
      />
    </>
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
