// What the first language says, to be read beside the field in which it is translated.

import { useEffect, useRef, useState } from "preact/hooks";
import { part } from "../answers";
import type { TextPair } from "./requests";

/** Words as the field beside them shows its own: Markdown as it will be seen, all else as it is typed. */
export function SourceText({ pair, language }: { pair: TextPair; language: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, see] = useState(false);
  const { kind, source } = pair;
  useEffect(() => {
    let isWanted = kind === "markdown";
    const show = (seen: DocumentFragment | null) => {
      if (!isWanted) return;
      place.current?.replaceChildren(seen ?? "");
      see(seen !== null);
    };
    if (isWanted) void part(() => import("../writing/markdown/shown")).then(({ asSeen }) => show(asSeen(source)));
    return () => {
      isWanted = false;
    };
  }, [kind, source]);
  return (
    <>
      <div class="prose-seen" ref={place} hidden={!isSeen} lang={language} dir="auto" />
      {!isSeen && (
        <p lang={language} dir="auto">
          {source}
        </p>
      )}
    </>
  );
}
