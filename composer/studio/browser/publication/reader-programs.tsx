// Which mail programs the readers have, in per cent: what the checks of mail programs count by.

import { useEffect, useState } from "preact/hooks";
import { ask } from "../api";
import type { Desk } from "../writing/desk";
import { asText, type Edit } from "../writing/model";
import { IconButton } from "../writing/tools";

/** The names of all programs, and the share of each that is a guess until the newsletter says its own. */
interface Known {
  names: Record<string, string>;
  usual: Record<string, number>;
}

/** Each share may have been rounded up. */
const MOST_PERCENT = 102;
const SHARE = /^(100|\d{1,2})([.,]\d{1,6})?\s*%?$/;

const numberIn = (text: string) => (SHARE.test(text.trim()) ? Number.parseFloat(text.replace(",", ".")) : Number.NaN);

/** Without what computers add behind the comma: 0.1 + 0.2. */
const rounded = (share: number) => Math.round(share * 100) / 100;

export function ReaderPrograms({ desk }: { desk: Desk }) {
  const [known, setKnown] = useState<Known | null>(null);
  const [typed, type] = useState<Record<string, string>>({});
  useEffect(() => {
    let isWanted = true;
    ask<Known>("/api/publication/programs", () => isWanted).then(
      (told) => isWanted && setKnown(told),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, []);
  const value = desk.value(["clients"]);
  const said = value && typeof value === "object" && !Array.isArray(value) ? value : {};
  const savedOf = (key: string) => asText(desk.value(["clients", key]) ?? "");
  const shares = Object.keys(said).map((key) => ({ key, text: typed[key] ?? savedOf(key) }));
  const sum = rounded(shares.reduce((whole, { text }) => whole + (numberIn(text) || 0), 0));
  useEffect(() => {
    // What cannot be is not written down, for no issue could be read any more, until another share leaves room for it.
    if (sum > MOST_PERCENT || sum <= 1) return;
    for (const { key, text } of shares) {
      const share = numberIn(text);
      const isNew = key in typed && !Number.isNaN(share) && String(share) !== savedOf(key);
      if (isNew) desk.set(["clients", key], share, `the share of ${key}`);
    }
  });
  const remove = (key: string) => {
    type(({ [key]: _, ...others }) => others);
    return desk.act([removal(key, shares.length)], `leave out ${key}`);
  };
  if (!known) return null;
  if (!shares.length) {
    const begin = Object.entries(known.usual).map(
      ([key, share]): Edit => ({ edit: "set", path: ["clients", key], value: share }),
    );
    return (
      <div class="reader-programs">
        <p class="help-line">
          The statistics of your provider know it. Until you say so, the checks count with a guess: mostly Apple Mail
          and Gmail, and Outlook on every fifth desk.
        </p>
        <button
          type="button"
          class="plain"
          onClick={() => void desk.act(begin, "say which mail programs readers have")}
        >
          Begin with the guess
        </button>
      </div>
    );
  }
  return (
    <div class="reader-programs">
      <ul>
        {shares.map(({ key, text }) => (
          <li key={key}>
            <span title={key}>{known.names[key] ?? key}</span>
            <Share
              name={known.names[key] ?? key}
              text={text}
              isWrong={Number.isNaN(numberIn(text))}
              change={(share) => type({ ...typed, [key]: share })}
            />
            <IconButton icon="delete" words={`Leave out ${known.names[key] ?? key}`} act={() => remove(key)} />
          </li>
        ))}
      </ul>
      <Sum sum={sum} />
      <select
        aria-label="Add a mail program"
        value=""
        onChange={({ currentTarget }) => {
          const key = currentTarget.value;
          currentTarget.value = "";
          const share = Math.max(1, Math.min(5, rounded(100 - sum)));
          if (key) void desk.act([{ edit: "set", path: ["clients", key], value: share }], `add ${key}`);
        }}
      >
        <option value="">Add a mail program …</option>
        {Object.entries(known.names)
          .filter(([key]) => !(key in said))
          .map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
      </select>
    </div>
  );
}

/** The last one takes the key with it: nobody has said anything any more. */
const removal = (key: string, count: number): Edit =>
  count > 1 ? { edit: "remove", path: ["clients", key] } : { edit: "remove", path: ["clients"] };

interface ShareProps {
  name: string;
  text: string;
  isWrong: boolean;
  change: (text: string) => void;
}

function Share({ name, text, isWrong, change }: ShareProps) {
  return (
    <span class="share">
      <input
        type="text"
        inputMode="decimal"
        aria-label={`Readers with ${name}, in per cent`}
        aria-invalid={isWrong}
        value={text.replace(/\s*%$/, "")}
        onInput={(event) => change(event.currentTarget.value)}
      />
      %
    </span>
  );
}

function Sum({ sum }: { sum: number }) {
  const isTooMuch = sum > MOST_PERCENT;
  const rest = rounded(100 - sum);
  return (
    <p class={isTooMuch ? "sum is-wrong" : "sum"} role="status">
      <span>{isTooMuch ? "More than all readers: not saved" : rest > 0 ? `${rest} % have others` : "All readers"}</span>
      <b>{sum} %</b>
    </p>
  );
}
