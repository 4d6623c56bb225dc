// What is out of the way: the archive and the trash, each with the way back.

import { useEffect, useRef, useState } from "preact/hooks";
import type { IssueLine } from "../api";
import { day } from "../issues";
import { Sheet, Trouble, useAsking } from "./dialog";
import { askPutAway, emptyTrash, type Place, type PutAwayLists, restore } from "./requests";

interface PutAwayProps {
  close: () => void;
  restored: (slug: string) => void;
}

export function PutAway({ close, restored }: PutAwayProps) {
  const [lists, setLists] = useState<PutAwayLists | null>(null);
  const [sought, seek] = useState("");
  const { isBusy, trouble, asking } = useAsking();
  useEffect(() => {
    void asking(async () => setLists(await askPutAway()));
  }, []);
  const bring = (place: Place, name: string) =>
    asking(async () => {
      const { slug } = await restore(place, name);
      setLists(await askPutAway());
      restored(slug);
    });
  const empty = (names: string[]) =>
    asking(async () => {
      await emptyTrash(names);
      setLists(await askPutAway());
    });
  const count = lists ? lists.archived.length + lists.deleted.length : 0;
  return (
    <Sheet title="Archive and trash" close={close}>
      {count > 8 && (
        <input
          type="search"
          class="seek"
          placeholder="Find an issue"
          aria-label="Find an issue that was put away"
          value={sought}
          onInput={(event) => seek(event.currentTarget.value)}
        />
      )}
      {trouble && <Trouble words={trouble} />}
      {lists && (
        <>
          <Lines title="Archive" place="archive" lines={lists.archived} sought={sought} bring={bring} isOff={isBusy}>
            Nothing is archived. An archived issue is no longer listed, and keeps all its files.
          </Lines>
          <Lines title="Trash" place="trash" lines={lists.deleted} sought={sought} bring={bring} isOff={isBusy}>
            The trash is empty. What is deleted stays here, in the folder .trash, until somebody empties it.
          </Lines>
          {lists.deleted.length > 0 && <EmptyTrash lines={lists.deleted} isOff={isBusy} empty={empty} />}
        </>
      )}
    </Sheet>
  );
}

interface EmptyTrashProps {
  lines: IssueLine[];
  isOff: boolean;
  empty: (names: string[]) => void;
}

/** The one thing in the studio that cannot be undone, so it is asked in words that say so. */
function EmptyTrash({ lines, isOff, empty }: EmptyTrashProps) {
  const [isAsked, ask] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAsked) keep.current?.focus();
  }, [isAsked]);
  if (!isAsked) {
    return (
      <button type="button" class="plain empty-trash" disabled={isOff} onClick={() => ask(true)}>
        Empty the trash
      </button>
    );
  }
  const what = lines.length === 1 ? `“${lines[0]?.title}”` : `these ${lines.length} issues`;
  return (
    <div class="sure" role="alertdialog" aria-label="Empty the trash">
      <p>
        Delete <span dir="auto">{what}</span> for good, with {lines.length === 1 ? "its" : "their"} pictures? Nothing in
        the studio brings {lines.length === 1 ? "it" : "them"} back.
      </p>
      <p class="actions">
        <button
          type="button"
          class="primary danger"
          disabled={isOff}
          onClick={() => {
            ask(false);
            empty(lines.map((line) => line.slug));
          }}
        >
          Delete for good
        </button>
        <button type="button" class="plain" ref={keep} onClick={() => ask(false)}>
          Keep {lines.length === 1 ? "it" : "them"}
        </button>
      </p>
    </div>
  );
}

interface LinesProps {
  title: string;
  place: Place;
  lines: IssueLine[];
  sought: string;
  bring: (place: Place, name: string) => void;
  isOff: boolean;
  children: string;
}

function Lines({ title, place, lines, sought, bring, isOff, children }: LinesProps) {
  const words = sought.trim().toLowerCase();
  const fitting = lines.filter((line) => `${line.title} ${line.slug}`.toLowerCase().includes(words));
  return (
    <section class="put-away" aria-label={title}>
      <h3>{title}</h3>
      {!lines.length && <p class="help-line">{children}</p>}
      {lines.length > 0 && !fitting.length && <p class="help-line">No issue here is called that.</p>}
      <ul>
        {fitting.map((line) => (
          <li key={line.slug}>
            <span>
              <strong dir="auto">{line.title}</strong>
              <small>
                {day(line.date)} <span>{line.slug}</span>
              </small>
            </span>
            <button
              type="button"
              class="plain"
              disabled={isOff}
              aria-label={`Bring back ${line.title}, ${line.slug}`}
              onClick={() => bring(place, line.slug)}
            >
              Bring back
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
