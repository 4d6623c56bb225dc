// A dialog over the page: the browser's own, with a title, what is asked, and its buttons.

import { type ComponentChildren, render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Newest } from "../answers";
import { Refusal } from "../api";
import { capitalised } from "../dom";
import { IconButton, useName } from "../writing/tools";

interface SheetProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

export function Sheet({ title, close, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useName();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog class="sheet-dialog" ref={dialog} aria-labelledby={id} onClose={close}>
      <header>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" words="Close" act={() => dialog.current?.close()} />
      </header>
      {children}
    </dialog>
  );
}

/** Show something until it says that it is done. Where the focus was before, it is afterwards. */
export function open(draw: (close: () => void) => ComponentChildren): void {
  const before = document.activeElement;
  const root = document.createElement("div");
  document.body.append(root);
  const close = () => {
    render(null, root);
    root.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  render(draw(close), root);
}

/** What waits for an answer, and what the server said against it; `forget` that when something else is asked for. */
export function useAsking() {
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  const questions = useRef(new Newest()).current;
  const asking = async (work: () => Promise<void>) => {
    const isNewest = questions.begin();
    setBusy(true);
    setTrouble("");
    try {
      await work();
    } catch (error) {
      if (isNewest()) setTrouble(inWords(error));
    } finally {
      if (isNewest()) setBusy(false);
    }
  };
  return { isBusy, trouble, asking, forget: () => setTrouble("") };
}

export function inWords(error: unknown): string {
  if (!(error instanceof Refusal)) return "The studio does not answer. Start it again, then try once more.";
  return capitalised(error.message);
}

export function Trouble({ words }: { words: string }) {
  return (
    <p class="trouble-line" role="alert">
      {words}
    </p>
  );
}

interface InputProps {
  label: string;
  value: string;
  set: (value: string) => void;
  help?: string;
  type?: "text" | "date" | "number" | "email";
  placeholder?: string;
  isNeeded?: boolean;
}

export function Input({ label, value, set, help, type = "text", placeholder, isNeeded }: InputProps) {
  const id = useName();
  return (
    <div class="ask">
      <label for={id}>{label}</label>
      <input
        id={id}
        {...({ type } as { type: "text" })}
        value={value}
        placeholder={placeholder}
        required={isNeeded}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={help ? `${id}-help` : undefined}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {help && (
        <p class="help-line" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
