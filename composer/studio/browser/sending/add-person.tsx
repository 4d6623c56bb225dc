// Somebody is put on a list by hand, with where their consent comes from.

import { useState } from "preact/hooks";
import { post, useAnswer, useDoing } from "./ask";
import { ListChoice, type ListChosen } from "./list-choice";
import type { ListsReport } from "./model";
import { Crumb, PageHead } from "./page";
import { Field, Loaded, Notice, To, Trouble, type Way } from "./parts";
import { places } from "./places";

const FATES: Record<string, string> = {
  added: "is on the list now.",
  joined: "was known already, and is on this list now.",
  updated: "was on the list already; what is new was taken over.",
  unchanged: "was on the list already, with all of this.",
  unsubscribed: "has left this list, and was not put on it again.",
  suppressed: "is not to be written to, and was not put on the list.",
  pending: "still has to confirm, and was not touched.",
  "left another list": "has left another list, and was not put on this one.",
};

export function AddPerson({ way }: { way: Way }) {
  const lists = useAnswer<ListsReport>("lists");
  return (
    <div class="page narrow">
      <Crumb way={way} to={places.people}>
        People
      </Crumb>
      <PageHead title="Add a person" />
      <Loaded answer={lists}>{({ lists }) => <AddForm names={lists.map(({ name }) => name)} way={way} />}</Loaded>
    </div>
  );
}

const NOBODY = { email: "", first_name: "", last_name: "", language: "" };
const LABELS: [keyof typeof NOBODY, string, string][] = [
  ["email", "Address", "email"],
  ["first_name", "First name", "off"],
  ["last_name", "Last name", "off"],
  ["language", "Language", "off"],
];

function AddForm({ names, way }: { names: string[]; way: Way }) {
  const [person, setPerson] = useState(NOBODY);
  const [list, setList] = useState<ListChosen>({ name: names[0] ?? "", isNew: !names.length });
  const [source, setSource] = useState("");
  const [told, tell] = useState<{ email: string; fate: string; has_effect: boolean } | null>(null);
  const { isBusy, fault, act, forget } = useDoing();
  const isReady = person.email.includes("@") && list.name !== "";
  const add = () =>
    act(async () => {
      tell(null);
      const wanted = { ...person, list: list.name, new_list: list.isNew, source };
      const found = await post<{ fate: string; has_effect: boolean }>("people", wanted);
      tell({ email: person.email, ...found });
      if (!found.has_effect) return;
      setPerson(NOBODY);
      setList({ ...list, isNew: false });
    });
  return (
    <form
      class="part"
      onInput={forget}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void add();
      }}
    >
      <div class="side-by-side">
        {LABELS.map(([name, label, autocomplete]) => (
          <Field key={name} label={label}>
            <input
              value={person[name]}
              autocomplete={autocomplete}
              spellcheck={false}
              placeholder={name === "language" ? "en" : ""}
              onInput={(event) => setPerson({ ...person, [name]: event.currentTarget.value })}
            />
          </Field>
        ))}
      </div>
      <ListChoice names={names} chosen={list} choose={setList} />
      <Field label="How did they agree?" help="Is kept as the evidence of their consent.">
        <input
          value={source}
          placeholder="Signed up at the fair in Lyon"
          onInput={(event) => setSource(event.currentTarget.value)}
        />
      </Field>
      <p class="actions">
        <button type="submit" class="primary" disabled={!isReady || isBusy}>
          Add to {list.name || "the list"}
        </button>
      </p>
      <Trouble fault={fault} />
      {told && (
        <Notice tone={told.has_effect ? "well" : "warning"}>
          <p>
            <To way={way} to={places.person(told.email)}>
              {told.email}
            </To>{" "}
            {FATES[told.fate] ?? told.fate}
          </p>
        </Notice>
      )}
    </form>
  );
}
