// Small parts that every page of sending is drawn with.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { capitalised } from "../dom";
import { Icon } from "../writing/tools";
import type { Answer, Fault } from "./ask";
import type { StatusReport, Time } from "./model";
import { count, mailingInWords, stateInWords, timeInWords, toneOf } from "./words";

const SKELETON_AFTER_MS = 200;

/** Where a page of sending leads, and how issues are called; one that is gone is called by its folder. */
export interface Way {
  go: (place: string) => void;
  leave: () => void;
  titleOf: (slug: string) => string;
}

/** The address of a place of sending. */
function hrefOf(place: string) {
  const query = new URLSearchParams(location.search);
  query.set("place", place);
  return `/?${query}`;
}

/** A link to another place of sending, that can be opened in another tab too. */
export function To({
  way,
  to,
  class: name,
  children,
  current,
}: {
  way: Way;
  to: string;
  class?: string;
  children: ComponentChildren;
  current?: boolean;
}) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    way.go(to);
  };
  return (
    <a href={hrefOf(to)} class={name ?? "to"} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}

export function When({ at, otherwise = "–" }: { at: Time | null; otherwise?: string }) {
  if (!at) return <span>{otherwise}</span>;
  const { words, title } = timeInWords(at);
  return (
    <time dateTime={at} title={title}>
      {words}
    </time>
  );
}

export function State({ state }: { state: string }) {
  return <span class={`state ${toneOf(state)}`}>{stateInWords(state)}</span>;
}

export function MailingState({ of }: { of: StatusReport }) {
  return <span class={`state ${of.is_at_it ? "busy" : toneOf(of.state)}`}>{mailingInWords(of)}</span>;
}

/** Lines that stand for what comes, if it takes long enough to be noticed. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  const [isShown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <i key={line} />
      ))}
    </div>
  );
}

/** What went wrong, and the way out of it. */
export function Trouble({
  fault,
  again,
  children,
}: {
  fault: Fault | null;
  again?: () => void;
  children?: ComponentChildren;
}) {
  if (!fault) return null;
  return (
    <div class={`notice ${fault.isOffline ? "warning" : "error"}`} role="alert">
      <Icon name={fault.isOffline ? "unplugged" : "error"} />
      <div>
        <p class="said-by-server">{sentence(fault.message)}</p>
        {fault.remedyWords && <p>{fault.remedyWords}</p>}
        {(children || again) && (
          <p class="actions">
            {children}
            {again && (
              <button type="button" class="plain" onClick={again}>
                Try again
              </button>
            )}
          </p>
        )}
      </div>
    </div>
  );
}

export function Notice({
  tone,
  children,
}: {
  tone: "well" | "warning" | "error" | "info";
  children: ComponentChildren;
}) {
  const icons = { well: "done", warning: "warning", error: "error", info: "info" };
  return (
    <div class={`notice ${tone}`} role={tone === "error" ? "alert" : "status"}>
      <Icon name={icons[tone]} />
      <div>{children}</div>
    </div>
  );
}

/** Words of ours that were written to stand anywhere, as a sentence. */
export function sentence(words: string) {
  const first = capitalised(words.trim());
  return /[.!?:…)”]$/.test(first) ? first : `${first}.`;
}

export function Empty({ icon, title, children }: { icon: string; title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} isLarge />
      <h1>{title}</h1>
      {children}
    </div>
  );
}

/** Show an answer, or why there is none yet. */
export function Loaded<T>({
  answer,
  lines,
  children,
}: {
  answer: Answer<T>;
  lines?: number;
  children: (value: T) => ComponentChildren;
}) {
  return (
    <>
      <Trouble fault={answer.fault} again={answer.reload} />
      {answer.value !== null ? children(answer.value) : !answer.fault && <Skeleton lines={lines ?? 4} />}
    </>
  );
}

export function Section({
  title,
  beside,
  children,
}: {
  title: string;
  beside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="part">
      <header>
        <h2>{title}</h2>
        {beside}
      </header>
      {children}
    </section>
  );
}

export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return (
    <dl class="told">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Counted({ of }: { of: [string, number, string?][] }) {
  return (
    <dl class="counted">
      {of.map(([name, number, tone]) => (
        <div key={name} class={number ? (tone ?? "") : "none"}>
          <dd>{count(number)}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}

export function Field({
  label,
  help,
  children,
}: {
  label: string;
  help?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is what is put in
    <label class="field">
      <span>{label}</span>
      {children}
      {help && <small>{help}</small>}
    </label>
  );
}

/** A question before what cannot be taken back. */
export function Asked({
  title,
  yes,
  no = "Back",
  act,
  close,
  children,
}: {
  title: string;
  yes: string;
  no?: string;
  act: () => void;
  close: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="help asked" aria-label={title} onClose={close}>
      <h2>{title}</h2>
      {children}
      <p class="actions">
        <button type="button" class="plain" onClick={() => dialog.current?.close()}>
          {no}
        </button>
        <button
          type="button"
          class="primary danger"
          onClick={() => {
            dialog.current?.close();
            act();
          }}
        >
          {yes}
        </button>
      </p>
    </dialog>
  );
}

/** What is shown of many, and the ways to the others; null where there are none on that side. */
export function Pager({
  words,
  before,
  next,
}: {
  words: string;
  before: (() => void) | null;
  next: (() => void) | null;
}) {
  return (
    <p class="pages">
      <span>{words}</span>
      <button type="button" class="plain" disabled={!before} onClick={() => before?.()}>
        <Icon name="back" /> Before
      </button>
      <button type="button" class="plain" disabled={!next} onClick={() => next?.()}>
        Next
      </button>
    </p>
  );
}

/** A part of a whole, as a line. */
export function Bar({ part, whole, label }: { part: number; whole: number; label: string }) {
  const share = whole ? Math.min(1, part / whole) : 0;
  return <progress class="bar-line" value={share} max={1} aria-label={label} />;
}
