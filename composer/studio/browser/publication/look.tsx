// What the publication looks like: theme, logo, colours by day and in the dark, fonts.

import { useEffect, useState } from "preact/hooks";
import { ask, post } from "../api";
import { inWords, Trouble } from "../issues/dialog";
import { Themes } from "../issues/start";
import type { Desk } from "../writing/desk";
import { asText } from "../writing/model";
import { Status, useDesks } from "../writing/panel";
import { FileButton, Icon } from "../writing/tools";
import { contrast, inFull, isColour } from "./contrast";
import type { FileDesks } from "./file-desks";
import { Fonts } from "./fonts";
import { Measures } from "./measures";
import { Back, Whose } from "./said";
import { type ThemeReport, Tokens } from "./tokens";

interface LookProps {
  desk: Desk;
  files: FileDesks;
  theme: ThemeReport;
}

/** The theme that the file names, and what it has if nothing is changed. */
export function useTheme(desk: Desk, root: HTMLElement): ThemeReport | null {
  const [report, setReport] = useState<ThemeReport | null>(null);
  // A designer may save theme.yaml meanwhile: then the issue is shown again.
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const again = () => setTurn((before) => before + 1);
    root.addEventListener("shown", again);
    return () => root.removeEventListener("shown", again);
  }, [root]);
  const name = asText(desk.value(["theme", "name"]));
  useEffect(() => {
    let isWanted = true;
    ask<ThemeReport>(`/api/publication?${new URLSearchParams({ theme: name })}`, () => isWanted).then(
      (told) => isWanted && setReport(told),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [name, turn]);
  return report;
}

export function Look({ desk, files, theme }: LookProps) {
  const tokens = new Tokens(desk, files, theme);
  useDesks(...tokens.ownDesks);
  const chosen = asText(desk.value(["theme", "name"])) || theme.theme;
  return (
    <>
      {theme.troubles.length > 0 && (
        <div class="caution theme-troubles" role="alert">
          <p>The project’s own theme cannot be used as it is; here is the one it stands on.</p>
          <ul>
            {theme.troubles.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </div>
      )}
      {tokens.ownDesks
        .filter(({ saving }) => ["failed", "refused", "conflict"].includes(saving))
        .map((own) => (
          <div key={own.file?.document.name}>
            <Status desk={own} />
          </div>
        ))}
      <Themes
        names={theme.themes}
        chosen={chosen}
        choose={(name) => desk.set(["theme", "name"], name, "choose a theme")}
      />
      <Logos desk={desk} />
      <Colours tokens={tokens} />
      <Fonts tokens={tokens} />
      <Measures tokens={tokens} />
    </>
  );
}

// --- Colours

const NAMES: Record<string, string> = {
  ground: "Around the mail",
  paper: "Paper",
  tint: "Tinted ground",
  ink: "Text",
  muted: "Quiet text",
  rule: "Lines",
  accent: "Accent: links and buttons",
  on_accent: "Words on the accent",
  panel: "Loud ground",
  on_panel: "Words on the loud ground",
  highlight: "Highlight",
  on_highlight: "Words on the highlight",
};
const FIRST = ["accent", "on_accent", "ink", "paper"];

const named = (token: string) => NAMES[token] ?? token.replaceAll("_", " ");

interface ColoursProps {
  tokens: Tokens;
}

function Colours({ tokens }: ColoursProps) {
  const { theme } = tokens;
  const usual = FIRST.filter((token) => theme.colours.includes(token));
  const rest = theme.colours.filter((token) => !usual.includes(token));
  return (
    <fieldset class="colours">
      <legend>Colours</legend>
      <p class="colour-heads" aria-hidden="true">
        <span />
        <span>by day</span>
        <span>in the dark</span>
      </p>
      {usual.map((token) => (
        <ColourRow key={token} tokens={tokens} token={token} />
      ))}
      <details>
        <summary>
          <span>More colours</span>
        </summary>
        {rest.map((token) => (
          <ColourRow key={token} tokens={tokens} token={token} />
        ))}
      </details>
    </fieldset>
  );
}

function ColourRow({ tokens, token }: ColoursProps & { token: string }) {
  const dark = `${token}_dark`;
  const faint = [faintness(tokens, token, ""), faintness(tokens, token, "_dark")].filter((one) => one !== null);
  const isUnread = faint.some((one) => one.isUnread);
  return (
    <div class="colour-row">
      <span>{named(token)}</span>
      <Colour tokens={tokens} token={token} words={`${named(token)}, by day`} />
      <Colour tokens={tokens} token={dark} words={`${named(token)}, in the dark`} />
      <Whose
        tokens={tokens}
        parts={[
          { token, when: "by day" },
          { token: dark, when: "in the dark" },
        ]}
      />
      {faint.length > 0 && (
        <p class={isUnread ? "caution faint unread" : "caution faint"} role="status">
          <Icon name={isUnread ? "error" : "warning"} /> <span>{faint.map(({ words }) => words).join(" ")}</span>
        </p>
      )}
    </div>
  );
}

/** What a colour that was chosen here, or in a theme of one’s own, is hard to read with: shipped themes answer for theirs. */
function faintness(tokens: Tokens, token: string, suffix: string): { words: string; isUnread: boolean } | null {
  const { theme } = tokens;
  if (!tokens.isSaid(token + suffix)) return null;
  const found = theme.pairs
    .filter((pair) => pair.includes(token))
    .flatMap(([ink, ground]) => {
      const ratio = contrast(tokens.value(ink + suffix), tokens.value(ground + suffix));
      if (ratio === null || ratio >= theme.readable) return [];
      const beside = token === ink ? `on “${named(ground)}”` : `under “${named(ink)}”`;
      return [{ words: `${beside} (${ratio.toFixed(1)})`, isUnread: ratio < theme.seen }];
    });
  if (!found.length) return null;
  const places = (isUnread: boolean, how: string) => {
    const these = found.filter((one) => one.isUnread === isUnread).map(({ words }) => words);
    return these.length ? [`${how} ${these.join(", ")}`] : [];
  };
  const told = [...places(true, "unreadable"), ...places(false, "hard to read")].join(", ");
  const when = suffix ? "In the dark" : "By day";
  const isUnread = found.some((one) => one.isUnread);
  const stops = isUnread ? `, and below ${theme.seen} nothing is sent` : "";
  return { words: `${when} ${told}; a contrast of ${theme.readable} is needed${stops}.`, isUnread };
}

function Colour({ tokens, token, words }: ColoursProps & { token: string; words: string }) {
  const value = tokens.value(token);
  const [typed, setTyped] = useState<string | null>(null);
  const set = (colour: string) => tokens.set(token, colour, `the colour “${words}”`);
  const type = (written: string) => {
    setTyped(written);
    const colour = written.startsWith("#") ? written : `#${written}`;
    if (isColour(colour)) set(colour.toLowerCase());
  };
  return (
    <span class="colour">
      <input
        type="color"
        value={isColour(value) ? inFull(value) : "#000000"}
        aria-label={words}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <input
        type="text"
        value={typed ?? value}
        aria-label={`${words}, as a number`}
        aria-invalid={typed !== null && !isColour(typed.startsWith("#") ? typed : `#${typed}`)}
        spellcheck={false}
        size={8}
        onInput={(event) => type(event.currentTarget.value)}
        onBlur={() => setTyped(null)}
      />
      <Back tokens={tokens} token={token} words={words} />
    </span>
  );
}

// --- The logo

function Logos({ desk }: { desk: Desk }) {
  const file = asText(desk.value(["logo", "file"]));
  return (
    <fieldset class="logos">
      <legend>Logo</legend>
      <LogoFile desk={desk} name="file" words="By day" />
      {file && <LogoFile desk={desk} name="dark" words="On dark grounds" />}
      {file && <LogoAlt desk={desk} />}
      {file && (
        <button
          type="button"
          class="plain"
          onClick={() => void desk.act([{ edit: "remove", path: ["logo"] }], "remove the logo")}
        >
          Remove the logo
        </button>
      )}
    </fieldset>
  );
}

function LogoFile({ desk, name, words }: { desk: Desk; name: "file" | "dark"; words: string }) {
  const [trouble, setTrouble] = useState("");
  const file = asText(desk.value(["logo", name]));
  const take = async (picture: File | undefined) => {
    if (!picture) return;
    setTrouble("");
    try {
      const query = new URLSearchParams({ name: picture.name });
      const stored = await post<{ file: string }>(`/api/publication/logo?${query}`, picture);
      if (name === "file" && !desk.value(["logo", "alt"])) {
        const value = { file: stored.file, alt: asText(desk.value(["name"])) };
        await desk.act([{ edit: "set", path: ["logo"], value }], "the logo");
      } else desk.set(["logo", name], stored.file, "the logo");
    } catch (error) {
      setTrouble(inWords(error));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button inside does the same
    <div
      class={`logo-file ${name}`}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <span class="logo-ground">
        {file ? (
          <img src={`/api/publication/logo?${new URLSearchParams({ name: file })}`} alt={file} />
        ) : (
          <Icon name="picture" />
        )}
      </span>
      <span class="logo-words">
        {words}
        <small>{file || "none yet"}</small>
      </span>
      <FileButton name={`Logo, ${words.toLowerCase()}`} accept="image/*,.svg,.heic" take={([picture]) => take(picture)}>
        {file ? "Another" : "Choose"}
      </FileButton>
      {trouble && <Trouble words={trouble} />}
    </div>
  );
}

function LogoAlt({ desk }: { desk: Desk }) {
  return (
    <label class="font">
      <span>What it shows</span>
      <input
        type="text"
        value={asText(desk.value(["logo", "alt"]))}
        onInput={(event) => desk.set(["logo", "alt"], event.currentTarget.value, "what the logo shows")}
      />
    </label>
  );
}
