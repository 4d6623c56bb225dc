// A field with its label, and what is to be known about it.

import type { ComponentChildren } from "preact";
import { capitalised } from "../dom";
import type { FormField } from "./model";

/** A label above its field, and what to know about it below. */
export function Labelled(props: { field: FormField; id: string; children: ComponentChildren }) {
  const { field, id, children } = props;
  return (
    <div class="field">
      {field.label && (
        <label for={id}>
          {field.label}
          {field.required && <span class="needed"> needed</span>}
        </label>
      )}
      {children}
      <HelpLine field={field} id={`${id}-help`} />
    </div>
  );
}

/** What to know about a field, if its label does not say it. */
export function HelpLine({ field, id }: { field: FormField; id?: string }) {
  const { words, isTold } = beyondLabel(field);
  if (!field.help) return null;
  return (
    <p class={isTold ? "unseen" : "help-line"} id={id}>
      {words}
    </p>
  );
}

/**
 * How a day is written is the browser's to say, where it offers a calendar; a text is written as it is seen, not in
 * Markdown; quotation marks around a sample are YAML's.
 */
function inForms(help: string, kind: string): string {
  if (kind === "date") return help.replace(/,? as \d{4}-\d\d-\d\d\b/, "");
  return help.replace(/,? in Markdown\b/, "").replace(/\bas "([^"]*)"/g, "as $1");
}

/** What the help says that the label has not said yet; `isTold` if that is so little that only screen readers hear it. */
function beyondLabel({ help: said = "", label, kind }: FormField): { words: string; isTold: boolean } {
  const help = inForms(said, kind);
  const words = help.replace(/^(the|an?) /i, "");
  const rest = words.slice(label.length);
  if (!words.toLowerCase().startsWith(label.toLowerCase()) || !/^[.,:;]/.test(rest)) {
    return { words: help, isTold: help.length < 32 };
  }
  const more = rest.replace(/^[\s.,:;]+/, "");
  return { words: capitalised(more), isTold: !more };
}
