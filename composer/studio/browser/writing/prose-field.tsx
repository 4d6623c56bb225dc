// A field of Markdown, written as it is seen; as it is typed where the editor does not know all of it.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { part } from "../answers";
import { judged } from "./addresses";
import type { Desk } from "./desk";
import { written } from "./fields";
import { Labelled } from "./labelled";
import type { FormField, Path } from "./model";
import type { ProseEditor } from "./prose";
import { useName } from "./tools";

type State = "loading" | "seen" | "typed";

export function MarkdownField({ desk, field, path }: { desk: Desk; field: FormField; path: Path }) {
  const id = useName();
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<{ prose: ProseEditor; canShow: (markdown: string) => boolean } | null>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const [state, setState] = useState<State>("loading");
  const found = desk.value(path);
  const value = typeof found === "string" ? found : "";
  const { turn } = desk;
  const shownTurn = useRef(turn);
  const shown = useRef(value);

  const typed = (markdown: string) => {
    shown.current = markdown;
    desk.set(path, written(field, markdown), `typing in “${field.label}”`);
  };
  const told = useRef(typed);
  told.current = typed;
  const close = () => {
    editor.current?.prose.destroy();
    editor.current = null;
  };

  useEffect(() => {
    let isGone = false;
    void part(() => import("./prose")).then(({ canBeSeen, ProseEditor }) => {
      if (isGone || !place.current) return;
      if (!canBeSeen(shown.current)) return setState("typed");
      const prose = new ProseEditor(place.current, {
        id,
        label: field.label,
        markdown: shown.current,
        without: field.without ?? [],
        fields: () => mergeFields,
        changed: (markdown) => told.current(markdown),
        judged,
      });
      editor.current = { prose, canShow: canBeSeen };
      setState("seen");
    });
    return () => {
      isGone = true;
      close();
    };
  }, []);

  // At once: what is typed between drawing and an effect would be taken back.
  useLayoutEffect(() => {
    const isOther = shownTurn.current !== turn;
    shownTurn.current = turn;
    if (same(value, shown.current)) return;
    const isBusy = editor.current?.prose.hasFocus() ?? document.activeElement === text.current;
    if (isBusy && !isOther) return;
    shown.current = value;
    if (text.current) text.current.value = value;
    if (!editor.current) return;
    if (editor.current.canShow(value)) return editor.current.prose.show(value);
    // An editor of files, or an undo, has put something in that is written as it stands.
    close();
    setState("typed");
  });

  return (
    <Labelled field={field} id={id}>
      {state === "typed" ? (
        <>
          <textarea
            class="code"
            id={id}
            ref={text}
            rows={8}
            defaultValue={value}
            onInput={(event) => typed(event.currentTarget.value)}
          />
          <p class="help-line">This text has Markdown of its own kind, and is written as it stands in the file.</p>
        </>
      ) : (
        <div class="prose" ref={place} aria-busy={state === "loading"} />
      )}
    </Labelled>
  );
}

/** Line breaks at the end are the file's own affair. */
const same = (first: string, second: string) => first.trimEnd() === second.trimEnd();

/** What a reader has, for the chips; the page tells it when it knows an issue. */
let mergeFields: { name: string; meaning: string }[] = [];
export function knowFields(fields: { name: string; meaning: string }[]) {
  mergeFields = fields;
}

export const knownFields = () => mergeFields;
