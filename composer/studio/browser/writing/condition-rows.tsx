// The rows of a condition: what of the reader, which test, which values.

import { type Askable, type Choice, type Row, rowOf, TESTS, type Test } from "./conditions";
import { Icon, IconButton } from "./tools";

interface ConditionRowsProps {
  askable: Askable;
  rows: Row[];
  join: "all" | "any";
  write: (rows: Row[], join: "all" | "any") => void;
  clear: () => void;
}

export function ConditionRows({ askable, rows, join, write, clear }: ConditionRowsProps) {
  const change = (index: number, row: Row | null) => {
    const now = rows.flatMap((one, at) => (at !== index ? [one] : row ? [row] : []));
    if (now.length) write(now, join);
    else clear();
  };
  return (
    <>
      {rows.length > 1 && (
        <label class="join">
          <span>Those for whom</span>
          <select value={join} onChange={(event) => write(rows, event.currentTarget.value === "any" ? "any" : "all")}>
            <option value="all">all of this is so</option>
            <option value="any">one of this is so</option>
          </select>
        </label>
      )}
      <ol class="condition-rows">
        {rows.map((row, index) => (
          <li key={index}>
            {index > 0 && <span class="joined">{join === "all" ? "and" : "or"}</span>}
            <OneRow askable={askable} row={row} number={index + 1} change={(now) => change(index, now)} />
          </li>
        ))}
      </ol>
    </>
  );
}

interface OneRowProps {
  askable: Askable;
  row: Row;
  number: number;
  change: (row: Row | null) => void;
}

function OneRow({ askable, row, number, change }: OneRowProps) {
  const tests = TESTS[row.field ? "field" : "list"];
  const field = askable.fields.find(({ name }) => name === row.field);
  const tested = (test: Test) => {
    const isBare = test === "known" || test === "unknown";
    change({ ...row, test, values: isBare ? [] : row.values.length ? row.values : [""] });
  };
  return (
    <fieldset class="condition-row">
      <legend class="unseen">Condition {number}</legend>
      <select
        aria-label="What of the reader"
        value={row.field}
        onChange={(event) => change(rowOf(event.currentTarget.value))}
      >
        {!field && row.field && <option value={row.field}>{row.field}</option>}
        {askable.fields.map(({ name, meaning }) => (
          <option key={name} value={name} title={meaning}>
            {name.replaceAll("_", " ")}
          </option>
        ))}
        <option value="">their lists</option>
      </select>
      <select aria-label="Test" value={row.test} onChange={(event) => tested(event.currentTarget.value as Test)}>
        {tests.map(({ test, words }) => (
          <option key={test} value={test}>
            {words}
          </option>
        ))}
      </select>
      <IconButton icon="delete" words={`Remove condition ${number}`} act={() => change(null)} />
      <Values row={row} choices={row.field ? field?.choices : askable.lists} change={change} />
    </fieldset>
  );
}

/** One value, or several of which one is enough. */
function Values({ row, choices, change }: { row: Row; choices: Choice[] | undefined; change: (row: Row) => void }) {
  const set = (at: number, value: string) =>
    change({ ...row, values: row.values.map((one, index) => (index === at ? value : one)) });
  const remove = (at: number) => change({ ...row, values: row.values.filter((_, index) => index !== at) });
  const isOfField = row.field !== "";
  const between = row.test === "is_not" ? "nor" : "or";
  return (
    <div class="condition-values">
      {row.values.map((value, index) => (
        <div class="condition-value" key={index}>
          {index > 0 && <span class="joined">{between}</span>}
          <Value
            name={index ? `Value ${index + 1}` : "Value"}
            value={value}
            choices={choices}
            set={(now) => set(index, now)}
          />
          {index > 0 && <IconButton icon="close" words={`Remove value ${index + 1}`} act={() => remove(index)} />}
        </div>
      ))}
      {isOfField && row.values.length > 0 && row.values.every((value) => value.trim()) && (
        <button type="button" class="plain" onClick={() => change({ ...row, values: [...row.values, ""] })}>
          <Icon name="plus" />
          {between} …
        </button>
      )}
    </div>
  );
}

interface ValueProps {
  name: string;
  value: string;
  choices: Choice[] | undefined;
  set: (value: string) => void;
}

function Value({ name, value, choices, set }: ValueProps) {
  if (!choices?.length) {
    return (
      <input
        class="text-input"
        type="text"
        aria-label={name}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    );
  }
  const isKnown = choices.some((choice) => choice.value === value);
  return (
    <select aria-label={name} value={value} onChange={(event) => set(event.currentTarget.value)}>
      {!isKnown && <option value={value}>{value || "choose …"}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}
