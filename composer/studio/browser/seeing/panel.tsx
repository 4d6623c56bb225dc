// Beside the mail: on which device, what is stripped, what stands beside it, as whom, who sees what, what weighs how much.

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { IssueReport } from "../api";
import { languageName } from "../languages";
import type { Change, State } from "../state";
import type { Desk } from "../writing/desk";
import { useDesks } from "../writing/panel";
import { findPeople, type IssueSeeing, type Person, type SeeingReport } from "./api";
import { BlockWeights } from "./block-weights";
import { DEVICES, deviceOf } from "./devices";
import { blockLabel, wordsOf } from "./weights";

interface Look {
  report: IssueReport;
  state: State;
  choices: SeeingReport;
  seeing: IssueSeeing | null;
  desk: Desk;
  change: Change;
}

export function showLook(root: HTMLElement, look: Look) {
  render(<LookPanel {...look} />, root);
}

function LookPanel(look: Look) {
  useDesks(look.desk);
  return (
    <>
      <Window {...look} />
      <SideBySide {...look} />
      <ReadAs {...look} />
      {look.seeing && <WhoSeesWhat {...look} seeing={look.seeing} />}
      {look.seeing && <BlockWeights seeing={look.seeing} desk={look.desk} />}
    </>
  );
}

function Window({ state, change }: Look) {
  return (
    <section aria-labelledby="look-window">
      <h2 id="look-window">Where it is read</h2>
      <label class="field-row">
        <span>Device</span>
        <select
          value={deviceOf(state.width)?.name ?? ""}
          onChange={(event) => {
            const chosen = DEVICES.flatMap(({ devices }) => devices).find(
              ({ name }) => name === event.currentTarget.value,
            );
            if (chosen) change({ width: chosen.width, view: "mail" });
          }}
        >
          {!deviceOf(state.width) && <option value="">{state.width} px</option>}
          {DEVICES.map(({ kind, devices }) => (
            <optgroup key={kind} label={kind}>
              {devices.map(({ name, width }) => (
                <option key={name} value={name}>
                  {name}: {width.toLocaleString("en")} px
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <Switch
        words="Without head styles"
        help="As programs show it that strip style sheets: Gmail for other addresses, a forwarded mail."
        isOn={!state.styles}
        turn={(isOn) => change({ styles: !isOn, view: "mail" })}
      />
      <Switch
        words="Outline the blocks"
        help="Each with what it weighs."
        isOn={state.outlines}
        turn={(isOn) => change({ outlines: isOn, view: "mail" })}
      />
    </section>
  );
}

function Switch(props: { words: string; help: string; isOn: boolean; turn: (isOn: boolean) => void }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.isOn}
        checked={props.isOn}
        onChange={(event) => props.turn(event.currentTarget.checked)}
      />
      <span>
        {props.words}
        <small>{props.help}</small>
      </span>
    </label>
  );
}

function SideBySide({ report, state, choices, change }: Look) {
  const languages = report.languages.filter((language) => language !== report.language);
  const readers = report.readers.filter(({ key }) => key !== report.reader.key);
  const isKnown =
    languages.some((name) => state.beside === `language:${name}`) ||
    choices.themes.some((name) => state.beside === `theme:${name}`) ||
    readers.some(({ key }) => state.beside === `reader:${key}`);
  return (
    <section aria-labelledby="look-beside">
      <h2 id="look-beside">Side by side</h2>
      <label class="field-row">
        <span>Beside it</span>
        <select
          value={isKnown ? state.beside : ""}
          onChange={(event) => change({ beside: event.currentTarget.value, view: "mail" })}
        >
          <option value="">nothing</option>
          {languages.length > 0 && (
            <optgroup label="Another language">
              {languages.map((name) => (
                <option key={name} value={`language:${name}`}>
                  {languageName(name)}
                </option>
              ))}
            </optgroup>
          )}
          <optgroup label="In a theme">
            {choices.themes.map((name) => (
              <option key={name} value={`theme:${name}`}>
                {name}
              </option>
            ))}
          </optgroup>
          <optgroup label="As another reader">
            {readers.map(({ key, label, name }) => (
              <option key={key} value={`reader:${key}`}>
                {name ? `${label}: ${name}` : label}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
    </section>
  );
}

const PAUSE_MS = 180;

function ReadAs({ report, state, choices, change }: Look) {
  const [sought, seek] = useState("");
  const [found, show] = useState<{ total: number; people: Person[] } | null>(null);
  const [trouble, tell] = useState("");
  useEffect(() => {
    const words = sought.trim();
    if (!words) {
      show(null);
      tell("");
      return;
    }
    let isOver = false;
    const timer = setTimeout(async () => {
      try {
        const answer = await findPeople(words, () => !isOver);
        if (isOver) return;
        show(answer);
        tell("");
      } catch {
        if (!isOver) tell("The people cannot be read just now.");
      }
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [sought]);
  const read = (reader: string) => change({ reader, values: {} });
  const samples = report.readers.filter(({ key }) => ["full", "nameless", "long", "awkward"].includes(key));
  return (
    <section aria-labelledby="look-reader">
      <h2 id="look-reader">
        Read as <small>{report.reader.name || report.reader.values.email}</small>
      </h2>
      <fieldset class="choices" aria-label="Readers">
        {[...samples, ...choices.people].map(({ key, label }) => (
          <button
            key={key}
            type="button"
            class="plain"
            aria-pressed={report.reader.key === key && !Object.keys(state.values).length}
            onClick={() => read(key)}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <input
        type="search"
        class="find-person"
        placeholder="Find a subscriber"
        aria-label="Find a subscriber"
        autocomplete="off"
        value={sought}
        onInput={(event) => seek(event.currentTarget.value)}
      />
      {trouble && <p class="note">{trouble}</p>}
      {found && (
        <ul class="people" aria-label="Subscribers">
          {found.people.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                aria-pressed={report.reader.key === `subscriber-${person.id}`}
                onClick={() => read(`subscriber-${person.id}`)}
              >
                <span dir="auto">{`${person.first_name} ${person.last_name}`.trim() || "No name"}</span>
                <small>{person.email}</small>
              </button>
            </li>
          ))}
          {found.total > found.people.length && (
            <li class="note">and {(found.total - found.people.length).toLocaleString("en")} more: type on</li>
          )}
          {found.total === 0 && <li class="note">Nobody is called so.</li>}
        </ul>
      )}
      {!found && <p class="help-line">They are only read, on this machine. Nothing is sent.</p>}
    </section>
  );
}

function WhoSeesWhat({ report, seeing, desk, state, change }: Look & { seeing: IssueSeeing }) {
  if (!seeing.conditions.length) return null;
  return (
    <section aria-labelledby="look-who">
      <h2 id="look-who">Who sees what</h2>
      <ul class="conditions">
        {seeing.conditions.map(({ block, condition, seen_by, hidden_from }) => (
          <li key={block}>
            <strong>{blockLabel(desk, block)}</strong> <span class="words">{wordsOf(desk, block)}</span>
            <code>{condition}</code>
            <span class="choices">
              <Side words="Seen" reader={seen_by} {...{ report, change }} />
              <Side words="Not seen" reader={hidden_from} {...{ report, change }} />
              {seen_by && hidden_from && (
                <button
                  type="button"
                  class="plain"
                  aria-pressed={report.reader.key === seen_by && state.beside === `reader:${hidden_from}`}
                  onClick={() => change({ reader: seen_by, values: {}, beside: `reader:${hidden_from}`, view: "mail" })}
                >
                  Both
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Side(props: { words: string; reader: string | null; report: IssueReport; change: Change }) {
  const { words, reader, report, change } = props;
  const label = report.readers.find(({ key }) => key === reader)?.label;
  return (
    <button
      type="button"
      class="plain"
      disabled={reader === null}
      title={reader === null ? "No reader can be made up of whom this is so" : label}
      aria-pressed={report.reader.key === reader}
      onClick={() => reader !== null && change({ reader, values: {}, beside: "", view: "mail" })}
    >
      {words}
    </button>
  );
}
