// What nobody but whoever has the file can know: what its words for leaving mean. Nothing is guessed.

import type { ImportTrial, Question, Said } from "./model";
import { Section } from "./parts";
import { count } from "./words";

/** As they are sent: `values` by column, `*` for every value that is not named. */
export interface Answers {
  values: Record<string, Record<string, Said>>;
  ignored: string[];
  everybody: Said | null;
}

export const NO_ANSWERS: Answers = { values: {}, ignored: [], everybody: null };

const SAID: [Said, string][] = [
  ["subscribed", "is subscribed"],
  ["pending", "has to confirm"],
  ["left", "has left"],
];

interface QuestionsProps {
  of: ImportTrial;
  answers: Answers;
  answer: (answers: Answers) => void;
}

export function Questions({ of, answers, answer }: QuestionsProps) {
  return (
    <Section title="Who has left?">
      <p>
        Something in this file may tell who does not want your mail any more. Nobody is taken in before you have said
        what it means.
      </p>
      {of.asks_of_file_name && (
        <fieldset class="question">
          <legend>
            The file is called <b dir="auto">{of.asks_of_file_name}</b>: everybody in it
          </legend>
          <Meaning
            label="Everybody in the file"
            said={answers.everybody}
            say={(everybody) => answer({ ...answers, everybody })}
          />
        </fieldset>
      )}
      {of.questions.map((question) => (
        <ColumnQuestion key={question.column} of={question} answers={answers} answer={answer} />
      ))}
    </Section>
  );
}

function ColumnQuestion({
  of,
  answers,
  answer,
}: {
  of: Question;
  answers: Answers;
  answer: (answers: Answers) => void;
}) {
  const isIgnored = answers.ignored.includes(of.column);
  const said = answers.values[of.column] ?? {};
  const say = (value: string, meaning: Said | null) => {
    const { [value]: _, ...others } = said;
    const values = meaning ? { ...others, [value]: meaning } : others;
    answer({ ...answers, values: { ...answers.values, [of.column]: values } });
  };
  const ignore = (isOn: boolean) => {
    const { [of.column]: _, ...values } = answers.values;
    const ignored = answers.ignored.filter((column) => column !== of.column);
    answer(isOn ? { ...answers, values, ignored: [...ignored, of.column] } : { ...answers, ignored });
  };
  const lines: [string, string, string][] = of.values.map(([value, rows]) => [
    value,
    value || "(empty)",
    rows === 1 ? "1 row" : `${count(rows)} rows`,
  ]);
  if (of.more_values) lines.push(["*", "every other value", ""]);
  return (
    <fieldset class="question">
      <legend>
        Column <b dir="auto">{of.column}</b>
        {of.in_texts && <span class="note">: these words stand in its texts</span>}
      </legend>
      {!isIgnored && (
        <ul class="lines">
          {lines.map(([value, words, rows]) => (
            <li key={value}>
              <span class="who">
                <b dir="auto">{words}</b>
                {rows && <small>{rows}</small>}
              </span>
              <Meaning
                label={`${of.column}: ${words}`}
                said={said[value] ?? null}
                say={(meaning) => say(value, meaning)}
              />
            </li>
          ))}
        </ul>
      )}
      <label class="tick">
        <input type="checkbox" checked={isIgnored} onChange={(event) => ignore(event.currentTarget.checked)} />
        <span>It says nothing about leaving</span>
      </label>
    </fieldset>
  );
}

function Meaning({ label, said, say }: { label: string; said: Said | null; say: (said: Said | null) => void }) {
  return (
    <select
      class="meaning"
      aria-label={label}
      value={said ?? ""}
      onChange={(event) => say((event.currentTarget.value || null) as Said | null)}
    >
      <option value="">means …</option>
      {SAID.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
}
