// What pages of sending have in common: their head, a choice of a few, and what stands where no issue is open.

import type { ComponentChildren } from "preact";
import { Icon } from "../writing/tools";
import type { Door } from "./index";
import { Empty, To, type Way } from "./parts";

export function NoIssue({ door }: { door: Door }) {
  return (
    <Empty icon="write" title="No issue is open">
      <p>Choose one on the left, or write the first one.</p>
      <button type="button" class="primary" onClick={() => door.go("")}>
        To the issues
      </button>
    </Empty>
  );
}

/** The way back to the page above. */
export function Crumb({ way, to, children }: { way: Way; to: string; children: ComponentChildren }) {
  return (
    <To way={way} to={to} class="crumb">
      <Icon name="back" />
      {children}
    </To>
  );
}

export function PageHead({ title, of, children }: { title: string; of?: string; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <h1>{title}</h1>
      {of && (
        <p class="of" dir="auto">
          {of}
        </p>
      )}
      {children && <p>{children}</p>}
    </header>
  );
}

interface ChoiceProps<T extends string> {
  name: string;
  chosen: T;
  choose: (value: T) => void;
  of: [T, string][];
}

export function Choice<T extends string>({ name, chosen, choose, of }: ChoiceProps<T>) {
  return (
    <div class="one-of">
      {of.map(([value, words]) => (
        <label key={value}>
          <input type="radio" name={name} checked={chosen === value} onChange={() => choose(value)} />
          <span>{words}</span>
        </label>
      ))}
    </div>
  );
}
