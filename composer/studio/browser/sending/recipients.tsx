// Names, page by page: who gets a mailing, and who does not and why.

import { useState } from "preact/hooks";
import { useAnswer } from "./ask";
import type { Counts, LeftOut, Recipient } from "./model";
import { Loaded, Pager, State, To, type Way } from "./parts";
import { useSettled } from "./person-search";
import { places } from "./places";
import { count, people, stateInWords } from "./words";

const AT_ONCE = 50;

/** Folded until somebody wants to see names: they are asked for only then. */
export function Recipients({
  mailing,
  planned,
  way,
  states,
}: {
  mailing: number;
  planned: number;
  way: Way;
  states?: Counts;
}) {
  const [isOpen, open] = useState(false);
  if (!planned) return null;
  return (
    <details class="names" onToggle={(event) => open(event.currentTarget.open)}>
      <summary>Everyone who gets it</summary>
      {isOpen && <RecipientPages mailing={mailing} way={way} states={states ?? {}} />}
    </details>
  );
}

function RecipientPages({ mailing, way, states }: { mailing: number; way: Way; states: Counts }) {
  const [state, setState] = useState("");
  const [sought, seek] = useState("");
  const search = useSettled(sought.trim());
  const found = Object.keys(states);
  return (
    <>
      <div class="side-by-side">
        <input
          type="search"
          placeholder="Name or address"
          aria-label="Find among those who get it"
          value={sought}
          onInput={(event) => seek(event.currentTarget.value)}
        />
        {found.length > 1 && (
          <select
            aria-label="Only those of a state"
            value={state}
            onChange={(event) => setState(event.currentTarget.value)}
          >
            <option value="">All states</option>
            {found.map((one) => (
              <option key={one} value={one}>
                {stateInWords(one)}, {count(states[one] ?? 0)}
              </option>
            ))}
          </select>
        )}
      </div>
      <Names<Recipient>
        key={`${state} ${search}`}
        path={`mailings/${mailing}/recipients?${new URLSearchParams({ search, ...(state ? { state } : {}) })}`}
        under="recipients"
      >
        {(one) => (
          <li key={one.subscriber}>
            <To way={way} to={places.mail(mailing, one.subscriber, one.email)} class="who">
              <b dir="auto">{one.name || one.email}</b>
              <small>
                {one.name && `${one.email} · `}
                {one.language}
              </small>
            </To>
            {one.reply && <code class="reply">{one.reply}</code>}
            <State state={one.state} />
          </li>
        )}
      </Names>
    </>
  );
}

export function LeftOutPeople({ mailing, excluded, way }: { mailing: number; excluded: Counts; way: Way }) {
  const reasons = Object.entries(excluded).filter(([, number]) => number);
  if (!reasons.length) return null;
  return (
    <div>
      {reasons.map(([reason, number]) => (
        <LeftOutReason key={reason} mailing={mailing} reason={reason} number={number} way={way} />
      ))}
    </div>
  );
}

function LeftOutReason({
  mailing,
  reason,
  number,
  way,
}: {
  mailing: number;
  reason: string;
  number: number;
  way: Way;
}) {
  const [isOpen, open] = useState(false);
  return (
    <details class="names" onToggle={(event) => open(event.currentTarget.open)}>
      <summary>
        {people(number)} left out: {reason}
      </summary>
      {isOpen && (
        <Names<LeftOut> path={`mailings/${mailing}/left-out?${new URLSearchParams({ reason })}`} under="left_out">
          {(one) => (
            <li key={one.subscriber}>
              <To way={way} to={places.person(one.email)} class="who">
                <b dir="auto">{one.name || one.email}</b>
                {one.name && <small>{one.email}</small>}
              </To>
            </li>
          )}
        </Names>
      )}
    </details>
  );
}

interface NamesProps<T> {
  path: string;
  under: string;
  children: (one: T) => preact.ComponentChildren;
}

function Names<T>({ path, under, children }: NamesProps<T>) {
  const [before, setBefore] = useState<number[]>([]);
  const after = before.at(-1) ?? 0;
  const answer = useAnswer<Record<string, unknown> & { next: number | null }>(
    `${path}&${new URLSearchParams({ after: String(after), limit: String(AT_ONCE) })}`,
  );
  return (
    <Loaded answer={answer}>
      {(page) => {
        const { next } = page;
        const found = page[under] as T[];
        if (!found.length) return <p class="note">Nobody.</p>;
        return (
          <>
            <ul class="lines">{found.map(children)}</ul>
            {(before.length > 0 || next !== null) && (
              <Pager
                words={`Page ${before.length + 1}`}
                before={before.length ? () => setBefore(before.slice(0, -1)) : null}
                next={next === null ? null : () => setBefore([...before, next])}
              />
            )}
          </>
        );
      }}
    </Loaded>
  );
}
