// What the newsletter knows of its readers besides name, address and language: each field's meaning and type.

import { useState } from "preact/hooks";
import type { Desk } from "../writing/desk";
import { asText, type Edit, type Value } from "../writing/model";
import { IconButton } from "../writing/tools";

const FIELD_NAME = /^[a-z][a-z0-9_]*$/;

const TYPES = [
  { type: "text", words: "text" },
  { type: "number", words: "number" },
  { type: "date", words: "date" },
  { type: "yes/no", words: "yes or no" },
  { type: "choice", words: "choice" },
];

interface ReaderField {
  name: string;
  meaning: string;
  type: string;
  choices: string[];
}

/** A line alone is the meaning of a text; anything else is keys and values. */
function fieldOf(name: string, value: Value | undefined): ReaderField {
  if (!value || typeof value !== "object" || Array.isArray(value)) {
    return { name, meaning: asText(value), type: "text", choices: [] };
  }
  const { meaning, type, choices } = value as Record<string, Value>;
  const listed = Array.isArray(choices) ? choices.map(asText) : [];
  return { name, meaning: asText(meaning), type: asText(type) || "text", choices: listed };
}

function written({ meaning, type, choices }: ReaderField): Value {
  if (type === "text") return meaning;
  return type === "choice" ? { meaning, type, choices } : { meaning, type };
}

export function ReaderFields({ desk }: { desk: Desk }) {
  const value = desk.value(["fields"]);
  const fields = value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  return (
    <>
      <p class="help-line">
        Besides name, address and language. A field called city can be written in a text as a reader’s own word; numbers
        and dates can be compared in segments.
      </p>
      {fields.length > 0 && (
        <ul class="reader-fields">
          {fields.map((name) => (
            <OneField key={name} desk={desk} name={name} />
          ))}
        </ul>
      )}
      <NewField desk={desk} taken={fields} />
    </>
  );
}

function OneField({ desk, name }: { desk: Desk; name: string }) {
  const path = ["fields", name];
  const field = fieldOf(name, desk.value(path));
  // A choice without values is none: it is written down with its first value.
  const [isBegun, begin] = useState(false);
  const [typed, type] = useState("");
  const words = `the field “${name}”`;
  const set = (changed: Partial<ReaderField>) =>
    desk.act((): Edit[] => {
      const now = fieldOf(name, desk.value(path));
      return [{ edit: "set", path, value: written({ ...now, ...changed }) }];
    }, words);
  const choose = (wanted: string) => {
    begin(wanted === "choice");
    if (wanted !== "choice") void set({ type: wanted, choices: [] });
  };
  const shown = isBegun ? "choice" : field.type;
  const valuesOf = (text: string) => [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
  const saved = field.choices.join("\n");
  const list = (text: string) => {
    type(text);
    const choices = valuesOf(text);
    if (!choices.length) return;
    if (field.type === "choice") desk.set([...path, "choices"], choices, words);
    else void set({ type: "choice", choices });
  };
  return (
    <li>
      <code>{name}</code>
      <input
        type="text"
        aria-label={`What ${name} means`}
        value={field.meaning}
        onInput={(event) => {
          const isAlone = field.type === "text";
          desk.set(isAlone ? path : [...path, "meaning"], event.currentTarget.value, words);
        }}
      />
      <select
        aria-label={`What the values of ${name} are`}
        value={shown}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {TYPES.map((one) => (
          <option key={one.type} value={one.type}>
            {one.words}
          </option>
        ))}
      </select>
      <IconButton
        icon="delete"
        words={`Remove the field ${name}`}
        act={() => desk.act([{ edit: "remove", path }], `remove the field “${name}”`)}
      />
      {shown === "choice" && (
        <textarea
          aria-label={`The values of ${name}, one on each line`}
          placeholder={"small\nmedium\nlarge"}
          value={valuesOf(typed).join("\n") === saved ? typed : saved || typed}
          onInput={(event) => list(event.currentTarget.value)}
        />
      )}
    </li>
  );
}

function NewField({ desk, taken }: { desk: Desk; taken: string[] }) {
  const [name, setName] = useState("");
  const [meaning, setMeaning] = useState("");
  const isTaken = taken.includes(name);
  const isWrong = name !== "" && (!FIELD_NAME.test(name) || isTaken);
  const add = (event: Event) => {
    event.preventDefault();
    if (!name || !meaning || isWrong) return;
    void desk.act([{ edit: "set", path: ["fields", name], value: meaning }], `add the field “${name}”`, () => {
      setName("");
      setMeaning("");
    });
  };
  return (
    <form class="new-field" onSubmit={add}>
      <input
        type="text"
        placeholder="city"
        aria-label="Name of a new field"
        aria-invalid={isWrong}
        value={name}
        spellcheck={false}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <input
        type="text"
        placeholder="The city that they live in"
        aria-label="What the new field means"
        value={meaning}
        onInput={(event) => setMeaning(event.currentTarget.value)}
      />
      <button type="submit" class="plain" disabled={!name || !meaning || isWrong}>
        Add
      </button>
      {isWrong && (
        <p class="help-line" role="status">
          {isTaken ? "There is such a field." : "Small letters, digits and underscores; it begins with a letter."}
        </p>
      )}
    </form>
  );
}
