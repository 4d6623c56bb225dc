// A field for an address. What no mail can have is told at once; what a program put around an address goes when it is pasted.

import { useEffect, useState } from "preact/hooks";
import { type Judged, judged } from "./addresses";
import type { FieldProps } from "./fields";
import { written } from "./fields";
import { Labelled } from "./labelled";
import { useShownValue } from "./shown-value";
import { useName } from "./tools";

export function UrlField({ desk, field, path }: FieldProps) {
  const id = useName();
  const { input, value } = useShownValue<HTMLInputElement>(desk, path);
  const told = useJudged(value);
  const write = (address: string) => desk.set(path, written(field, address), `typing in “${field.label}”`);
  const take = (address: string) => {
    if (input.current) input.current.value = address;
    write(address);
  };
  const pasted = async () => {
    const { value: text = "" } = input.current ?? {};
    // Who has typed on meanwhile means what is typed.
    const isThere = () => input.current?.value === text;
    const [one] = await judged([text], isThere).catch(() => []);
    if (one && !one.wrong && one.address !== text && isThere()) take(one.address);
  };
  const isWrong = value !== "" && told?.wrong;
  return (
    <Labelled field={field} id={id}>
      <input
        type="text"
        inputMode="url"
        autocomplete="off"
        spellcheck={false}
        id={id}
        ref={input}
        onInput={(event) => {
          write(event.currentTarget.value);
          if (event.inputType === "insertFromPaste") void pasted();
        }}
        aria-invalid={isWrong ? true : undefined}
        aria-describedby={isWrong ? `${id}-wrong` : field.help ? `${id}-help` : undefined}
        placeholder={field.default === undefined || field.default === null ? "" : String(field.default)}
        maxLength={field.max_length}
        required={field.required}
      />
      {isWrong && (
        <p class="wrong-address" id={`${id}-wrong`} role="status">
          {told.wrong}
          {told.meant && (
            <button type="button" class="plain" onClick={() => take(told.meant)}>
              Write {told.meant}
            </button>
          )}
        </p>
      )}
    </Labelled>
  );
}

/** What is said of an address; of the one before it, until that is known. */
function useJudged(address: string): Judged | null {
  const [told, tell] = useState<Judged | null>(null);
  useEffect(() => {
    let isWanted = true;
    const judge = async () => {
      const [one = null] = address ? await judged([address], () => isWanted).catch(() => []) : [];
      if (isWanted) tell(one);
    };
    void judge();
    return () => {
      isWanted = false;
    };
  }, [address]);
  return told;
}
