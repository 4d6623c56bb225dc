// Sizes and spacing of the theme: each is judged by the server as it is typed, and written when it is right.

import { useRef, useState } from "preact/hooks";
import { Newest } from "../answers";
import { ask } from "../api";
import { capitalised } from "../dom";
import { Icon, useName } from "../writing/tools";
import { Back, Whose } from "./said";
import type { Tokens } from "./tokens";

const NAMES: Record<string, string> = {
  weight_title: "Weight of titles",
  size_nameplate: "Size of the newsletter’s name",
  size_hero: "Size of words over a picture",
  size_headline: "Size of the issue’s headline",
  size_lead: "Size of the lead story’s title",
  size_title: "Size of titles",
  size_entry: "Size of titles in lists",
  size_figure: "Size of large numbers",
  size_text: "Size of running text",
  line_text: "Height of its lines",
  size_note: "Size of small type",
  size_kicker: "Size of kickers",
  size_link: "Size of links and buttons",
  leading: "Space between lines of titles",
  tracking_title: "Space between letters of titles",
  tracking_kicker: "Space between letters of kickers",
  case_title: "Capitals in titles",
  case_kicker: "Capitals in kickers",
  width: "Width of the mail",
  gutter: "Margin at its sides",
  gutter_phone: "Margin on phones",
  gap: "Space between blocks",
  radius: "Corners",
  radius_button: "Corners of buttons",
  rule_strong: "Strong lines",
  edge: "Edge of a call-out",
  phone: "Width at which phones begin",
};

export function Measures({ tokens }: { tokens: Tokens }) {
  return (
    <fieldset class="measures">
      <legend class="unseen">Sizes and spacing</legend>
      <details>
        <summary>
          <span>Sizes and spacing, in pixels</span>
        </summary>
        {tokens.theme.measures.map((token) => (
          <Measure key={`${tokens.theme.theme} ${token}`} tokens={tokens} token={token} />
        ))}
      </details>
    </fieldset>
  );
}

function Measure({ tokens, token }: { tokens: Tokens; token: string }) {
  const id = useName();
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState("");
  const questions = useRef(new Newest()).current;
  const name = NAMES[token] ?? token.replaceAll("_", " ");
  const value = tokens.value(token);
  const isNumber = typeof (tokens.theme.shipped[token] ?? tokens.theme.tokens[token]) === "number";
  const type = async (written: string) => {
    setTyped(written);
    const isNewest = questions.begin();
    const found = await verdict(tokens.theme.theme, token, written.trim(), isNewest);
    if (!isNewest()) return;
    setWrong(found);
    // What is wrong stands there, although somebody has left the field.
    if (found) setTyped(written);
    else tokens.set(token, isNumber ? Number(written) : written.trim(), name);
  };
  const leave = () => {
    if (!wrong) setTyped(null);
  };
  return (
    <div class="measure">
      <label for={id}>{name}</label>
      <input
        id={id}
        type="text"
        inputMode={isNumber ? "numeric" : undefined}
        value={typed ?? value}
        spellcheck={false}
        aria-invalid={wrong !== ""}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        onInput={(event) => void type(event.currentTarget.value)}
        onBlur={leave}
      />
      <Back
        tokens={tokens}
        token={token}
        words={name}
        done={() => {
          questions.forget();
          setTyped(null);
          setWrong("");
        }}
      />
      {wrong && (
        <p class="caution faint" role="alert" id={`${id}-wrong`}>
          <Icon name="warning" /> <span>{wrong}</span>
        </p>
      )}
      <Whose tokens={tokens} parts={[{ token, when: "" }]} />
    </div>
  );
}

/** Why a token cannot have a value, in words. Where that is refused, the checks will tell. */
async function verdict(theme: string, name: string, value: string, isWanted: () => boolean): Promise<string> {
  try {
    const query = new URLSearchParams({ theme, name, value });
    const { wrong } = await ask<{ wrong: string }>(`/api/publication/token?${query}`, isWanted);
    return capitalised(wrong);
  } catch {
    return "";
  }
}
