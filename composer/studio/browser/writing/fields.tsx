// The fields of a form. What is typed goes to the desk; what the desk has comes back, but never under the fingers.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Desk } from "./desk";
import { HelpLine, Labelled } from "./labelled";
import { asText, beginning, type Edit, type FormField, type Path, type Value } from "./model";
import { PictureField, PicturesAdded } from "./picture-field";
import { MarkdownField } from "./prose-field";
import { useShownValue } from "./shown-value";
import { Icon, IconButton, useName } from "./tools";
import { UrlField } from "./url-field";

export interface FieldProps {
  desk: Desk;
  field: FormField;
  path: Path;
}

const TEXTS = new Set(["line", "name", "words", "token", "focus", "condition", "zone", "language", "file"]);

export function Fields({ desk, fields, path }: { desk: Desk; fields: FormField[]; path: Path }) {
  const usual = fields.filter((field) => !field.is_rare);
  const rare = fields.filter((field) => field.is_rare);
  const isUsed = rare.some((field) => desk.value([...path, field.name]) !== undefined);
  const show = (field: FormField) => <Field key={field.name} desk={desk} field={field} path={[...path, field.name]} />;
  return (
    <>
      {usual.map(show)}
      {rare.length > 0 && (
        <details class="rare" open={isUsed}>
          <summary>
            <span>{rare.map((field) => field.label).join(", ")}</span>
          </summary>
          {rare.map(show)}
        </details>
      )}
    </>
  );
}

function Field(props: FieldProps) {
  return (
    <div class="field-place" data-path={JSON.stringify(props.path)}>
      <FieldOfKind {...props} />
    </div>
  );
}

function FieldOfKind(props: FieldProps) {
  const { field } = props;
  if (field.kind === "list") return <ListField {...props} />;
  if (field.kind === "picture") return <PictureField {...props} />;
  if (field.fields) return <GroupField {...props} />;
  if (field.kind === "markdown") return <MarkdownField {...props} />;
  if (field.kind === "yes_no") return <YesNoField {...props} />;
  if (field.kind === "choice") return <ChoiceField {...props} />;
  if (field.kind === "url") return <UrlField {...props} />;
  if (field.kind === "map" || field.kind === "any") return <SourceOnly {...props} />;
  return <TextField {...props} />;
}

/** What a text becomes in the file: nothing is left out, unless it must be there. */
export function written(field: FormField, text: string): Value {
  return text === "" && !field.required ? null : text;
}

function TextField({ desk, field, path }: FieldProps) {
  const id = useName();
  const { input } = useShownValue<HTMLTextAreaElement & HTMLInputElement>(desk, path);
  const typed = (event: Event) => {
    const element = event.currentTarget as HTMLInputElement;
    const text = field.kind === "code" ? element.value : element.value.replaceAll("\n", " ");
    desk.set(path, written(field, text), `typing in “${field.label}”`);
  };
  const common = {
    id,
    ref: input,
    onInput: typed,
    "aria-describedby": field.help ? `${id}-help` : undefined,
    placeholder: field.default === undefined || field.default === null ? "" : String(field.default),
    maxLength: field.max_length,
    required: field.required,
  };
  const noBreaks = (event: KeyboardEvent) => event.key === "Enter" && event.preventDefault();
  if (field.kind === "code") {
    return (
      <Labelled field={field} id={id}>
        <textarea class="code" rows={6} spellcheck={false} {...common} />
      </Labelled>
    );
  }
  if (TEXTS.has(field.kind)) {
    return (
      <Labelled field={field} id={id}>
        <textarea rows={1} onKeyDown={noBreaks} spellcheck={field.kind === "line"} {...common} />
      </Labelled>
    );
  }
  if (field.kind === "date") {
    return (
      <Labelled field={field} id={id}>
        <input type="date" {...common} />
      </Labelled>
    );
  }
  const mode = field.kind === "number" ? "numeric" : undefined;
  return (
    <Labelled field={field} id={id}>
      <input type="text" inputMode={mode} autocomplete="off" spellcheck={false} {...common} />
    </Labelled>
  );
}

function ChoiceField({ desk, field, path }: FieldProps) {
  const id = useName();
  const value = asText(desk.value(path));
  const chosen = (event: Event) =>
    desk.set(path, (event.currentTarget as HTMLSelectElement).value || null, `“${field.label}”`);
  return (
    <Labelled field={field} id={id}>
      <select id={id} value={value} onChange={chosen} aria-describedby={field.help ? `${id}-help` : undefined}>
        {!field.required && <option value="">{usually(field)}</option>}
        {field.choices?.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

function usually(field: FormField): string {
  const label = field.choices?.find((choice) => choice.value === field.default)?.label;
  return label ? `as usual: ${label}` : "as usual";
}

function YesNoField({ desk, field, path }: FieldProps) {
  const id = useName();
  const value = asText(desk.value(path) ?? field.default);
  const isOn = /^(true|yes|on)$/i.test(value);
  const usual = /^(true|yes|on)$/i.test(asText(field.default));
  const chosen = (event: Event) => {
    const { checked } = event.currentTarget as HTMLInputElement;
    desk.set(path, checked === usual ? null : checked, `“${field.label}”`);
  };
  return (
    <div class="field yes-no">
      <label for={id}>
        <input type="checkbox" id={id} checked={isOn} onChange={chosen} />
        {field.label}
      </label>
      <HelpLine field={field} />
    </div>
  );
}

function GroupField({ desk, field, path }: FieldProps) {
  const isThere = desk.value(path) !== undefined && desk.value(path) !== null;
  const add = () => desk.act([{ edit: "set", path, value: beginning(field) }], `add “${field.label}”`);
  const remove = () => desk.act([{ edit: "remove", path }], `remove “${field.label}”`);
  if (!isThere && !field.required) {
    return (
      <div class="field">
        <button type="button" class="plain add" onClick={add}>
          <Icon name="plus" />
          {field.label}
        </button>
      </div>
    );
  }
  return (
    <fieldset class="group-field">
      <legend>
        {field.label}
        {!field.required && <IconButton icon="close" words={`Remove “${field.label}”`} act={remove} />}
      </legend>
      <Fields desk={desk} fields={field.fields ?? []} path={path} />
    </fieldset>
  );
}

function ListField({ desk, field, path }: FieldProps) {
  const value = desk.value(path);
  const entries = Array.isArray(value) ? value : [];
  const entry = field.entry;
  if (!entry) return null;
  const one = entry.label || "entry";
  const add = () => {
    const begun = beginning(entry);
    const isFirst = value === undefined || value === null;
    const edit: Edit = isFirst
      ? { edit: "set", path, value: [begun] }
      : { edit: "add", path, index: entries.length, value: begun };
    void desk.act([edit], `add to “${field.label}”`);
  };
  const move = (from: number, to: number) =>
    desk.act([{ edit: "move", path: [...path, from], to }], `move in “${field.label}”`);
  const remove = (index: number) =>
    desk.act([{ edit: "remove", path: [...path, index] }], `remove from “${field.label}”`);
  return (
    <fieldset class="list-field">
      <legend>{field.label}</legend>
      <ol>
        {entries.map((content, index) => (
          <Entry
            key={index}
            title={entryTitle(content) || `${index + 1}`}
            isOpen={!entry.fields || entries.length < 3}
            tools={
              <>
                <IconButton icon="up" words="Move up" act={() => move(index, index - 1)} isOff={index === 0} />
                <IconButton
                  icon="down"
                  words="Move down"
                  act={() => move(index, index + 1)}
                  isOff={index === entries.length - 1}
                />
                <IconButton icon="delete" words="Remove" act={() => remove(index)} />
              </>
            }
          >
            {entry.fields && entry.kind !== "picture" ? (
              <Fields desk={desk} fields={entry.fields} path={[...path, index]} />
            ) : (
              <Field desk={desk} field={{ ...entry, label: entry.label || one }} path={[...path, index]} />
            )}
          </Entry>
        ))}
      </ol>
      {entry.kind === "picture" ? (
        <PicturesAdded desk={desk} field={field} path={path} />
      ) : (
        <button type="button" class="plain add" onClick={add} disabled={entries.length >= (field.maximum ?? Infinity)}>
          <Icon name="plus" />
          Add
        </button>
      )}
      <HelpLine field={field} />
    </fieldset>
  );
}

function Entry(props: { title: string; isOpen: boolean; tools: ComponentChildren; children: ComponentChildren }) {
  const [isOpen, setOpen] = useState(props.isOpen);
  const toggled = (event: Event) => setOpen((event.currentTarget as HTMLDetailsElement).open);
  return (
    <li>
      <details open={isOpen} onToggle={toggled}>
        <summary>
          <span dir="auto">{props.title}</span>
        </summary>
        {isOpen && props.children}
      </details>
      <div class="entry-tools">{props.tools}</div>
    </li>
  );
}

function entryTitle(content: Value): string {
  if (typeof content === "string") return content;
  if (content === null || typeof content !== "object" || Array.isArray(content)) return "";
  for (const key of ["title", "label", "name", "value", "day", "date", "network", "file"]) {
    const value = content[key];
    if (typeof value === "string" && value) return value;
  }
  return "";
}

function SourceOnly({ field }: FieldProps) {
  return (
    <div class="field">
      <span class="label">{field.label}</span>
      <p class="help-line">{field.help} It is written in the source.</p>
    </div>
  );
}
