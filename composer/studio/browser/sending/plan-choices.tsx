// What is chosen for a mailing on the page to send: its lists, a segment of their people, the relays that may carry it.

import type { ListLine, SegmentLine, WhoReport } from "./model";
import { Notice, Section } from "./parts";
import { people } from "./words";

/** A line with a box to tick. */
function Tick({
  label,
  beside,
  isChosen,
  choose,
}: {
  label: string;
  beside?: string;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}) {
  return (
    <li>
      <label class="tick">
        <input type="checkbox" checked={isChosen} onChange={(event) => choose(event.currentTarget.checked)} />
        <span dir="auto">{label}</span>
      </label>
      {beside && <span class="how-many">{beside}</span>}
    </li>
  );
}

const withOrWithout = (names: string[], name: string, isChosen: boolean) =>
  isChosen ? [...names, name] : names.filter((one) => one !== name);

interface ListsProps {
  lists: ListLine[];
  named: WhoReport;
  chosen: string[];
  choose: (names: string[]) => void;
}

export function ListsToChoose({ lists, named, chosen, choose }: ListsProps) {
  return (
    <Section title="Lists">
      <ul class="lines choose-lists">
        {lists.map(({ id, name, title, confirmed }) => (
          <Tick
            key={id}
            label={title || name}
            beside={people(confirmed)}
            isChosen={chosen.includes(name)}
            choose={(isChosen) => choose(withOrWithout(chosen, name, isChosen))}
          />
        ))}
      </ul>
      {!chosen.length && <p class="note">Choose at least one.</p>}
      {named.lists.length > 0 && (
        <p class="note">The issue’s files name {named.lists.join(", ")}; what is chosen here holds for this mailing.</p>
      )}
      {named.unknown.length > 0 && (
        <Notice tone="warning">
          <p>There is no list “{named.unknown.join("”, “")}” yet, although the issue’s files name it.</p>
        </Notice>
      )}
      {chosen.length > 1 && <p class="note">Whoever is on several of them gets it once.</p>}
    </Section>
  );
}

interface SegmentsProps {
  /** Those of the lists that are chosen now, with how many are in each; null while that is counted. */
  counted: WhoReport | null;
  named: SegmentLine[];
  chosen: string | null;
  choose: (name: string | null) => void;
}

export function SegmentsToChoose({ counted, named, chosen, choose }: SegmentsProps) {
  if (!named.length) return null;
  const howMany = (name: string) => counted?.segments.find((one) => one.name === name)?.people;
  return (
    <Section title="Who of them">
      <fieldset class="bare-set" aria-label="Who of them">
        <ul class="lines choose-lists">
          <Radio label="Everybody" isChosen={chosen === null} count={counted?.people} choose={() => choose(null)} />
          {named.map((one) => (
            <Radio
              key={one.name}
              label={one.name}
              words={one.words}
              isChosen={chosen === one.name}
              count={howMany(one.name)}
              choose={() => choose(one.name)}
            />
          ))}
        </ul>
      </fieldset>
      {chosen !== null && <p class="note">Everybody else of the lists is left out, and named with that reason.</p>}
    </Section>
  );
}

interface RadioProps {
  label: string;
  words?: string;
  isChosen: boolean;
  count: number | undefined;
  choose: () => void;
}

function Radio({ label, words, isChosen, count, choose }: RadioProps) {
  return (
    <li>
      <label class="tick">
        <input type="radio" name="segment" checked={isChosen} onChange={choose} aria-label={label} />
        <span dir="auto">
          {label}
          {words && <small>{words}</small>}
        </span>
      </label>
      <span class="how-many">{count === undefined ? "" : people(count)}</span>
    </li>
  );
}

interface RelaysProps {
  relays: string[];
  chosen: string[];
  choose: (names: string[]) => void;
}

/** With one relay there is nothing to choose. */
export function RelaysToChoose({ relays, chosen, choose }: RelaysProps) {
  if (relays.length < 2) return null;
  return (
    <Section title="Relays">
      <ul class="lines choose-lists">
        {relays.map((name) => (
          <Tick
            key={name}
            label={name}
            isChosen={chosen.includes(name)}
            choose={(isChosen) => choose(withOrWithout(chosen, name, isChosen))}
          />
        ))}
      </ul>
      <p class="note">
        {chosen.length
          ? "It goes by what is chosen alone, even if that is away."
          : "None is chosen: it goes by all of them, as the settings share mail among them."}
      </p>
    </Section>
  );
}
