// The panel of the publication: what it looks like, who publishes it, and what is known of readers.

import { render } from "preact";
import { useState } from "preact/hooks";
import type { Desk } from "../writing/desk";
import { Fields } from "../writing/fields";
import { Status, Unreadable, useDesks } from "../writing/panel";
import type { FileDesks } from "./file-desks";
import { InLanguage, Languages, listed } from "./languages";
import { Look, useTheme } from "./look";
import { ReaderFields } from "./reader-fields";
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
