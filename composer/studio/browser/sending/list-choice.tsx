// Which list somebody is put on: one that there is, or a new one, by a plain word.

import { Field } from "./parts";

export interface ListChosen {
  name: string;
  isNew: boolean;
}

const NEW = "\0new";

export function ListChoice({
  names,
  chosen,
  choose,
}: {
  names: string[];
  chosen: ListChosen;
  choose: (list: ListChosen) => void;
}) {
  return (
    <div class="side-by-side">
      {names.length > 0 && (
        <Field label="List">
          <select
            value={chosen.isNew ? NEW : chosen.name}
            onChange={({ currentTarget: { value } }) =>
              choose(value === NEW ? { name: "", isNew: true } : { name: value, isNew: false })
            }
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            <option value={NEW}>A new list …</option>
          </select>
        </Field>
      )}
      {chosen.isNew && (
        <Field label="Name of the new list">
          <input
            value={chosen.name}
            placeholder="members"
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => choose({ name: event.currentTarget.value, isNew: true })}
          />
        </Field>
      )}
    </div>
  );
}
