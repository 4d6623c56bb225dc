// The fonts of the publication: which stack each kind of text has, and fonts of its own, brought along as files.

import { useState } from "preact/hooks";
import { post } from "../api";
import { inWords, Trouble } from "../issues/dialog";
import type { Desk } from "../writing/desk";
import { asText, type Edit, type Value } from "../writing/model";
import { FileButton, Icon, IconButton, useName } from "../writing/tools";
import { Whose } from "./said";
import { type ThemeReport, type Tokens, withoutTokens } from "./tokens";

interface FontsProps {
  tokens: Tokens;
}

/** A font as newsletter.yaml declares it. */
interface OwnFont {
  family: string;
  file: string;
  weight: string;
  style: string;
}

interface StoredFont extends OwnFont {
  size_bytes: number;
  may_embed: boolean;
}

const STACKS: [string, string][] = [
  ["Helvetica", "Helvetica, Arial, sans-serif"],
  ["Georgia", "Georgia, 'Times New Roman', Times, serif"],
  ["Segoe UI", "'Segoe UI', Helvetica, sans-serif"],
  ["Verdana", "Verdana, Geneva, sans-serif"],
  ["Trebuchet", "'Trebuchet MS', Helvetica, sans-serif"],
  ["Palatino", "'Palatino Linotype', Palatino, Georgia, serif"],
  ["Courier", "'Courier New', Courier, monospace"],
];
const NAMES: Record<string, string> = {
  font_title: "Headlines",
  font_text: "Running text",
  font_note: "Small type",
  font_print: "On paper",
};
/** What a first font is for, until somebody says otherwise: it is seen at once, and hurts least where it is missing. */
const FIRST_SEEN = "font_title";

function ownFonts(desk: Desk): OwnFont[] {
  const fonts = desk.value(["fonts"]);
  const listed = Array.isArray(fonts) ? fonts : [];
  return listed.map((font) => {
    const said = font && typeof font === "object" && !Array.isArray(font) ? font : {};
    const weight = asText(said.weight).replace("normal", "400").replace("bold", "700") || "400";
    return { family: asText(said.family), file: asText(said.file), weight, style: asText(said.style) || "normal" };
  });
}

/** The names of a stack, as CSS lists them. */
const namesIn = (stack: string) => stack.split(",").map((name) => name.trim().replace(/^['"]|['"]$/g, ""));

const isFirstIn = (family: string, stack: string) => namesIn(stack)[0]?.toLowerCase() === family.toLowerCase();

/** What stands in for a font of one's own: the stack of the theme, without such a font in front. */
function stackOf(family: string, usual: string, own: OwnFont[]): string {
  const behind = usual.split(",").filter((part) => !own.some((font) => isFirstIn(font.family, part)));
  return [`'${family}'`, ...behind.map((part) => part.trim())].join(", ");
}

export function Fonts({ tokens }: FontsProps) {
  const { desk, theme } = tokens;
  const own = ownFonts(desk);
  return (
    <fieldset class="fonts">
      <legend>Fonts</legend>
      {theme.fonts.map((token) => (
        <Font key={token} tokens={tokens} token={token} own={own} />
      ))}
      <OwnFonts tokens={tokens} own={own} />
    </fieldset>
  );
}

function Font({ tokens, token, own }: FontsProps & { token: string; own: OwnFont[] }) {
  const id = useName();
  const now = tokens.value(token);
  const beneath = tokens.beneath(token);
  const chosen = tokens.whose(token) ? now : "";
  const usual = beneath?.value ?? now;
  const families = [...new Set(own.map((font) => font.family))].filter(Boolean);
  const known = [...STACKS.map(([, stack]) => stack), ...families.map((family) => stackOf(family, usual, own))];
  const name = NAMES[token] ?? token.replace("font_", "");
  const choose = (stack: string) => {
    if (stack) tokens.set(token, stack, `the font “${name}”`);
    else void tokens.back(token, `the font “${name}”`);
  };
  return (
    <div class="font">
      <label for={id}>{name}</label>
      <select
        id={id}
        value={chosen}
        style={{ fontFamily: now }}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {(beneath || !chosen) && (
          <option value="">
            as in {beneath?.whose ?? "the theme"}: {namesIn(usual)[0]}
          </option>
        )}
        {chosen && !known.includes(chosen) && <option value={chosen}>{chosen}</option>}
        {families.length > 0 && (
          <optgroup label="Your own">
            {families.map((family) => (
              <option key={family} value={stackOf(family, usual, own)}>
                {family}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label="All readers have these">
          {STACKS.map(([label, stack]) => (
            <option key={stack} value={stack}>
              {label}
            </option>
          ))}
        </optgroup>
      </select>
      <Whose tokens={tokens} parts={[{ token, when: "" }]} />
    </div>
  );
}

// --- Fonts of one's own

const HEAVY_KB = 100;

function OwnFonts({ tokens, own }: FontsProps & { own: OwnFont[] }) {
  const { desk, theme } = tokens;
  const [trouble, setTrouble] = useState("");
  const [told, setTold] = useState<StoredFont[]>([]);
  const [isOver, setOver] = useState(false);
  const take = async (files: Iterable<File> | undefined) => {
    setTrouble("");
    setOver(false);
    for (const file of files ?? []) {
      try {
        const query = new URLSearchParams({ name: file.name });
        const stored = await post<StoredFont>(`/api/publication/font?${query}`, file);
        setTold((before) => [...before.filter((one) => one.file !== stored.file), stored]);
        await declare(desk, theme, stored);
      } catch (error) {
        setTrouble(`${file.name}: ${inWords(error)}`);
      }
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button inside does the same
    <div
      class={isOver ? "own-fonts is-over" : "own-fonts"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files);
      }}
    >
      {own.length > 0 && (
        <ul aria-label="Fonts of your own">
          {own.map((font) => (
            <OwnFontLine
              key={font.file}
              font={font}
              stored={told.find((one) => one.file === font.file)}
              bytes={theme.font_bytes[font.file]}
              remove={() => void forget(tokens, font)}
            />
          ))}
        </ul>
      )}
      <div class="add-font">
        <FileButton name="A font of your own" accept=".woff2,.woff,.ttf,.otf" isMultiple take={take}>
          <Icon name="plus" /> {own.length ? "Another font file" : "A font of your own"}
        </FileButton>
      </div>
      {trouble && <Trouble words={trouble} />}
      <p class="help-line">
        {own.length
          ? "Apple Mail and some others load them. All other readers see what stands behind, the theme’s own fonts."
          : "WOFF2, WOFF, TTF or OTF, chosen or dropped here. You need leave to use it on the web: its licence says so."}
      </p>
    </div>
  );
}

interface OwnFontLineProps {
  font: OwnFont;
  /** What was told when it came. */
  stored: StoredFont | undefined;
  bytes: number | undefined;
  remove: () => void;
}

function OwnFontLine({ font, stored, bytes = stored?.size_bytes, remove }: OwnFontLineProps) {
  const kilobytes = bytes && Math.max(1, Math.round(bytes / 1000));
  const isHeavy = (kilobytes ?? 0) > HEAVY_KB;
  const about = [font.weight, font.style === "italic" ? "italic" : "", kilobytes ? `${kilobytes} kB` : font.file];
  return (
    <li>
      <span class="own-font">
        <strong>{font.family}</strong>
        <small title={font.file}>{about.filter(Boolean).join(" · ")}</small>
      </span>
      <IconButton icon="delete" words={`Remove ${font.family} ${font.weight}`} act={remove} />
      {isHeavy && (
        <p class="caution faint" role="status">
          <Icon name="warning" />
          <span>Readers load {kilobytes} kB for it. A file with your languages’ letters alone has 15 to 40.</span>
        </p>
      )}
      {stored?.may_embed === false && (
        <p class="caution faint" role="status">
          <Icon name="warning" />
          <span>The font itself says that it must not be passed on without leave. Ask whoever sold it to you.</span>
        </p>
      )}
    </li>
  );
}

/** Put a stored font into newsletter.yaml; if it is the first of its name, it is shown in the headlines at once. */
function declare(desk: Desk, theme: ThemeReport, stored: StoredFont): Promise<void> {
  const { family, file, weight, style } = stored;
  const value: Record<string, Value> = { family, file };
  if (weight !== "400") value.weight = /^\d+$/.test(weight) ? Number(weight) : weight;
  if (style !== "normal") value.style = style;
  const edits = (): Edit[] => {
    const own = ownFonts(desk); // when its turn comes: what was done just before counts
    if (own.some((font) => font.file === file)) return [];
    const made: Edit[] = own.length
      ? [{ edit: "add", path: ["fonts"], index: own.length, value }]
      : [{ edit: "set", path: ["fonts"], value: [value] }];
    if (!own.some((font) => font.family === family) && theme.fonts.includes(FIRST_SEEN)) {
      const stack = stackOf(family, asText(theme.tokens[FIRST_SEEN]), own);
      made.push({ edit: "set", path: ["theme", FIRST_SEEN], value: stack });
    }
    return made;
  };
  return desk.act(edits, `the font “${family}”`);
}

/** Take a font out of newsletter.yaml, and out of the stacks too if it was the last of its name. */
async function forget(tokens: Tokens, { family, file }: OwnFont): Promise<void> {
  const { desk, theme } = tokens;
  const words = `remove the font “${family}”`;
  const edits = (): Edit[] => {
    const own = ownFonts(desk);
    const number = own.findIndex((font) => font.file === file);
    if (number < 0) return [];
    const made: Edit[] = [{ edit: "remove", path: own.length > 1 ? ["fonts", number] : ["fonts"] }];
    if (own.filter((font) => font.family === family).length > 1) return made;
    const named = theme.fonts.filter((token) => isFirstIn(family, asText(desk.value(["theme", token]))));
    return [...made, ...withoutTokens(desk, named)];
  };
  await desk.act(edits, words);
  if (ownFonts(desk).some((font) => font.family === family)) return;
  for (const token of theme.fonts) {
    if (tokens.whose(token) && isFirstIn(family, tokens.value(token))) await tokens.back(token, words);
  }
}
