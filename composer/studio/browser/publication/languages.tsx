// The publication in its further languages: what is said otherwise there, beside what the first language says.

import { useState } from "preact/hooks";
import { post } from "../api";
import { inWords, Trouble } from "../issues/dialog";
import { languageName } from "../languages";
import type { Desk } from "../writing/desk";
import { asText, type FormField, type Path, type Value } from "../writing/model";
import { Status, Unreadable, useDesks } from "../writing/panel";
import { useName } from "../writing/tools";

/** What newsletter.<language>.yaml may say, in the order of the form. */
const TRANSLATED = [
  "name",
  "tagline",
  "organisation",
  "website",
  "reply_to",
  "postal_address",
  "contact",
  "reason",
] as const;

interface LanguagesProps {
  languages: string[];
  chosen: string;
  choose: (language: string) => void;
}

/** The languages of the publication, as a row of choices; the first one has the whole form. */
export function Languages({ languages, chosen, choose }: LanguagesProps) {
  const name = useName();
  return (
    <fieldset class="publication-languages">
      <legend class="unseen">Language of the publication</legend>
      {languages.map((language) => (
        <label key={language}>
          <input type="radio" name={name} checked={language === chosen} onChange={() => choose(language)} />
          <span>{languageName(language)}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface InLanguageProps {
  /** That of newsletter.yaml. */
  first: Desk;
  /** That of the language's own file. */
  desk: Desk;
  language: string;
}

export function InLanguage({ first, desk, language }: InLanguageProps) {
  useDesks(desk);
  const [trouble, setTrouble] = useState("");
  const name = languageName(language);
  const begin = async () => {
    setTrouble("");
    try {
      await post("/api/publication/language", { language });
      await desk.reload();
    } catch (error) {
      setTrouble(inWords(error));
    }
  };
  if (!desk.file) {
    return (
      <section class="form" aria-label={`The publication in ${name}`}>
        <p>
          Readers of {name} see its name, address and footer as they are in{" "}
          {languageName(listed(first.value(["languages"]))[0] ?? "en")}.
        </p>
        <p>
          <button type="button" class="primary" onClick={() => void begin()}>
            Write them in {name}
          </button>
        </p>
        {trouble && <Trouble words={trouble} />}
      </section>
    );
  }
  if (!desk.file.document.can_be_edited) {
    return (
      <>
        <Status desk={desk} />
        <Unreadable desk={desk} />
      </>
    );
  }
  const fields = first.forms?.newsletter?.fields ?? [];
  return (
    <>
      <Status desk={desk} />
      <section class="form" aria-label={`The publication in ${name}`}>
        <h2>In {name}</h2>
        <p class="help-line">What is left empty is said as in the first language. All else is the same for all.</p>
        {TRANSLATED.map((field) => (
          <SaidOtherwise key={field} first={first} desk={desk} form={fields.find((one) => one.name === field)} />
        ))}
      </section>
    </>
  );
}

function SaidOtherwise({ first, desk, form }: { first: Desk; desk: Desk; form: FormField | undefined }) {
  const id = useName();
  if (!form) return null;
  const path: Path = [form.name];
  const there = asText(first.value(path));
  const here = asText(desk.value(path));
  return (
    <div class="field said-otherwise">
      <label for={id}>{form.label}</label>
      <p class="there" id={`${id}-there`} dir="auto">
        {there || <em>nothing there</em>}
      </p>
      <input
        id={id}
        type="text"
        dir="auto"
        value={here}
        aria-describedby={`${id}-there`}
        onInput={(event) => desk.set(path, event.currentTarget.value || null, form.label)}
      />
    </div>
  );
}

export const listed = (value: Value): string[] => (Array.isArray(value) ? value.map(String) : []);
