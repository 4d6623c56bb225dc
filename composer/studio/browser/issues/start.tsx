// A project that has nothing yet: its publication is described, and the first issue is there.

import { useEffect, useState } from "preact/hooks";
import { capitalised } from "../dom";
import { languageName, languagesIn } from "../languages";
import { Input, Trouble, useAsking } from "./dialog";
import { askBeginnings, type Beginnings, beginProject } from "./requests";

export function Start({ begun }: { begun: (slug: string) => void }) {
  const [told, setTold] = useState<Beginnings | null>(null);
  const [wanted, setWanted] = useState({ name: "", sender: "", sender_name: "", address: "", languages: "English" });
  const [theme, setTheme] = useState("");
  const { isBusy, trouble, asking, forget } = useAsking();
  useEffect(() => {
    void asking(async () => {
      const beginnings = await askBeginnings();
      setTold(beginnings);
      setWanted((now) => ({ ...now, name: now.name || beginnings.newsletter_name }));
    });
  }, []);
  const set = (key: keyof typeof wanted) => (value: string) => setWanted((now) => ({ ...now, [key]: value }));
  const found = languagesIn(wanted.languages);
  const begin = (event: Event) => {
    event.preventDefault();
    void asking(async () => {
      const made = await beginProject({ ...wanted, languages: found.codes, theme: theme || (told?.themes[0] ?? "") });
      begun(made.slug);
    });
  };
  return (
    <form class="start" onSubmit={begin} onInput={forget}>
      <h1>Your newsletter</h1>
      <p class="lead">Its name is enough to begin. All of it can be changed later, under Publication.</p>
      <Input label="Name" value={wanted.name} set={set("name")} isNeeded />
      <div class="pair">
        <Input
          label="Sent from"
          type="email"
          value={wanted.sender}
          set={set("sender")}
          placeholder="letter@example.org"
          help="Needed before the first send."
        />
        <Input
          label="Name that readers see"
          value={wanted.sender_name}
          set={set("sender_name")}
          placeholder={wanted.name || "The sender"}
        />
      </div>
      <Input
        label="Postal address"
        value={wanted.address}
        set={set("address")}
        placeholder="1 Long Street, 75001 Paris, France"
        help="The law asks for it in every mail."
      />
      <Input
        label="Languages"
        value={wanted.languages}
        set={set("languages")}
        placeholder="English, French"
        help="By their names, with commas; the first one is what readers get if theirs is not there."
        isNeeded
      />
      {found.unknown.length > 0 && (
        <Trouble
          words={`“${found.unknown[0]}” is no language that is known; write its name, or its code, such as pt-BR.`}
        />
      )}
      {!found.unknown.length && found.codes.length > 0 && (
        <p class="languages-found" role="status">
          {found.codes.map(languageName).join(", then ")}
        </p>
      )}
      <Themes names={told?.themes ?? []} chosen={theme || (told?.themes[0] ?? "")} choose={setTheme} />
      {trouble && <Trouble words={trouble} />}
      <button
        type="submit"
        class="primary"
        disabled={isBusy || !told || !found.codes.length || found.unknown.length > 0}
      >
        Begin with the first issue
      </button>
    </form>
  );
}

interface ThemesProps {
  names: string[];
  chosen: string;
  choose: (name: string) => void;
}

const KNOWN: Record<string, string> = {
  gazette: "Like a newspaper: warm, with serifs",
  bulletin: "For institutions: cool and clear",
  poster: "Loud: large letters, strong colours",
};

export function Themes({ names, chosen, choose }: ThemesProps) {
  return (
    <fieldset class="themes">
      <legend>Theme</legend>
      {names.map((name) => (
        <label key={name} class="theme-choice">
          <input type="radio" name="theme" checked={name === chosen} onChange={() => choose(name)} />
          <span class={`swatch ${name}`} aria-hidden="true">
            <b>Aa</b>
            <i />
          </span>
          <span>
            <strong>{capitalised(name)}</strong>
            {KNOWN[name] && <small>{KNOWN[name]}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
