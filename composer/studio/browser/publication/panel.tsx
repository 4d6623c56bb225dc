// The panel of the publication: what it looks like, who publishes it, and what is known of readers.

import { render } from "preact";
import { useState } from "preact/hooks";
import type { Desk } from "../writing/desk";
import { Fields } from "../writing/fields";
import { Status, Unreadable, useDesks } from "../writing/panel";
import { IconButton } from "../writing/tools";
import type { FileDesks } from "./file-desks";
import { InLanguage, Languages, listed } from "./languages";
import { Look, useTheme } from "./look";
import { ReaderPrograms } from "./reader-programs";

interface PanelProps {
  /** Hears "shown" whenever the issue is shown again. */
  root: HTMLElement;
  desk: Desk;
  others: FileDesks;
  /** Show the mail in a language. */
  look: (language: string) => void;
}

export function showPublication(props: PanelProps): void {
  props.root.replaceChildren();
  render(<PublicationPanel {...props} />, props.root);
}

const AT_HAND = new Set([
  "name",
  "tagline",
  "organisation",
  "website",
  "sender",
  "reply_to",
  "postal_address",
  "contact",
  "reason",
  "languages",
  "timezone",
]);
const ELSEWHERE = new Set(["theme", "logo", "fields", "fonts", "clients"]);

const fileOf = (language: string) => `newsletter.${language}.yaml`;

function PublicationPanel({ root, desk, others, look }: PanelProps) {
  useDesks(desk);
  const theme = useTheme(desk, root);
  const [language, setLanguage] = useState("");
  if (!desk.file) return <p class="note">{desk.trouble}</p>;
  const form = desk.forms?.newsletter;
  if (!desk.file.document.can_be_edited) {
    return (
      <>
        <Status desk={desk} />
        <Unreadable desk={desk} />
      </>
    );
  }
  const languages = listed(desk.value(["languages"]));
  const first = languages[0] ?? "en";
  const isOther = language !== first && languages.includes(language);
  const choose = (wanted: string) => {
    setLanguage(wanted);
    if (wanted !== first) void others.of(fileOf(wanted)).open(desk.slug, desk.language);
    look(wanted);
  };
  const choice = languages.length > 1 && (
    <Languages languages={languages} chosen={isOther ? language : first} choose={choose} />
  );
  if (isOther) {
    return (
      <>
        {choice}
        <InLanguage key={language} first={desk} desk={others.of(fileOf(language))} language={language} />
      </>
    );
  }
  const fields = (form?.fields ?? [])
    .filter((field) => !ELSEWHERE.has(field.name))
    .map((field) => ({ ...field, is_rare: !AT_HAND.has(field.name) }));
  return (
    <>
      {choice}
      <Status desk={desk} />
      <section class="form appearance" aria-label="What it looks like">
        <h2>What it looks like</h2>
        {theme && <Look desk={desk} files={others} theme={theme} />}
      </section>
      <section class="form" aria-label="Who publishes it">
        <h2>Who publishes it</h2>
        <Fields desk={desk} fields={fields} path={[]} />
      </section>
      <section class="form" aria-label="What you know of readers">
        <h2>What you know of readers</h2>
        <ReaderFields desk={desk} />
      </section>
      <section class="form" aria-label="What readers read it with">
        <h2>What they read it with</h2>
        <ReaderPrograms desk={desk} />
      </section>
    </>
  );
}

const FIELD_NAME = /^[a-z][a-z0-9_]*$/;

function ReaderFields({ desk }: { desk: Desk }) {
  const [name, setName] = useState("");
  const [meaning, setMeaning] = useState("");
  const value = desk.value(["fields"]);
  const fields = value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [];
  const isTaken = fields.some(([known]) => known === name);
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
    <>
      <p class="help-line">
        Besides name, address and language. A field called city can be written in a text as a reader’s own word.
      </p>
      {fields.length > 0 && (
        <ul class="reader-fields">
          {fields.map(([field, words]) => (
            <li key={field}>
              <code>{field}</code>
              <input
                type="text"
                aria-label={`What ${field} means`}
                value={String(words ?? "")}
                onInput={(event) => desk.set(["fields", field], event.currentTarget.value, `the field “${field}”`)}
              />
              <IconButton
                icon="delete"
                words={`Remove the field ${field}`}
                act={() => desk.act([{ edit: "remove", path: ["fields", field] }], `remove the field “${field}”`)}
              />
            </li>
          ))}
        </ul>
      )}
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
    </>
  );
}
