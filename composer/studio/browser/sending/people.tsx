// People: the lists with their counts, and who is on them.

import { useState } from "preact/hooks";
import { useAnswer } from "./ask";
import type { ListLine, ListsReport, PeoplePage as People, PersonLine } from "./model";
import { PageHead } from "./page";
import { Empty, Loaded, Pager, Section, To, type Way } from "./parts";
import { useSettled } from "./person-search";
import { places } from "./places";
import { count, people as inWords } from "./words";

const AT_ONCE = 50;
const FILTER_FROM = 9; // lists; fewer are all in sight

export function PeoplePage({ list, way }: { list: string | null; way: Way }) {
  const lists = useAnswer<ListsReport>("lists");
  return (
    <div class="page">
      <Loaded answer={lists}>
        {({ lists }) =>
          lists.length ? (
            <>
              <PageHeadOfPeople way={way} />
              <Lists lists={lists} chosen={list} way={way} />
              <Found key={list} list={list} way={way} />
            </>
          ) : (
            <Nobody way={way} />
          )
        }
      </Loaded>
    </div>
  );
}

function PageHeadOfPeople({ way }: { way: Way }) {
  return (
    <div class="page-head row">
      <PageHead title="People" />
      <To way={way} to={places.add} class="plain">
        Add a person
      </To>
      <To way={way} to={places.import} class="primary">
        Import a file
      </To>
    </div>
  );
}

function Nobody({ way }: { way: Way }) {
  return (
    <Empty icon="people" title="Nobody is on a list yet">
      <p>
        Bring a file of people, as any spreadsheet or mailing program writes it. Nothing happens before you have seen
        what would.
      </p>
      <p class="actions">
        <To way={way} to={places.import} class="primary">
          Import a file
        </To>
        <To way={way} to={places.add} class="plain">
          Add a person
        </To>
      </p>
    </Empty>
  );
}

function Lists({ lists, chosen, way }: { lists: ListLine[]; chosen: string | null; way: Way }) {
  const [sought, seek] = useState("");
  const wanted = sought.trim().toLowerCase();
  const found = lists.filter(({ name, title }) => `${name} ${title ?? ""}`.toLowerCase().includes(wanted));
  return (
    <Section title="Lists" beside={<small>{count(lists.length)}</small>}>
      {lists.length >= FILTER_FROM && (
        <input
          type="search"
          placeholder="Find a list"
          aria-label="Find a list"
          value={sought}
          onInput={(event) => seek(event.currentTarget.value)}
        />
      )}
      <div class="scrolled-rows" tabIndex={lists.length > FILTER_FROM ? 0 : -1}>
        <table class="rows" aria-label="Lists">
          <thead>
            <tr>
              <th>Name</th>
              <th class="number-cell">Subscribed</th>
              <th class="number-cell">To confirm</th>
              <th class="number-cell">Left</th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ id, name, title, confirmed, pending, unsubscribed }) => (
              <tr key={id} aria-selected={name === chosen ? "true" : undefined}>
                <td dir="auto">
                  <To way={way} to={name === chosen ? places.people : places.list(name)}>
                    {title || name}
                  </To>
                  {title && title !== name && <small>{name}</small>}
                </td>
                <NumberCell of={confirmed} />
                <NumberCell of={pending} />
                <NumberCell of={unsubscribed} />
              </tr>
            ))}
          </tbody>
        </table>
        {!found.length && <p class="note">No list is called so.</p>}
      </div>
    </Section>
  );
}

function NumberCell({ of }: { of: number }) {
  return <td class={`number-cell ${of ? "" : "nil"}`}>{count(of)}</td>;
}

function Found({ list, way }: { list: string | null; way: Way }) {
  const [sought, seek] = useState("");
  const [offset, setOffset] = useState(0);
  const search = useSettled(sought.trim());
  const query = new URLSearchParams({
    search,
    limit: String(AT_ONCE),
    offset: String(offset),
    ...(list === null ? {} : { list }),
  });
  const answer = useAnswer<People>(`people?${query}`);
  const title = list === null ? "Everyone" : `On “${list}”`;
  return (
    <Section title={title} beside={answer.value && <small>{inWords(answer.value.total)}</small>}>
      <input
        type="search"
        placeholder="Name or address"
        aria-label="Find somebody"
        value={sought}
        onInput={(event) => {
          setOffset(0);
          seek(event.currentTarget.value);
        }}
      />
      <Loaded answer={answer}>
        {({ total, people }) =>
          total ? (
            <>
              <ul class="lines">
                {people.map((person) => (
                  <li key={person.id}>
                    <To way={way} to={places.person(person.email)} class="who">
                      <b dir="auto">{`${person.first_name} ${person.last_name}`.trim() || person.email}</b>
                      {hasName(person) && <small>{person.email}</small>}
                    </To>
                    <small class="lists-of">{person.lists.join(", ") || "on no list"}</small>
                    <abbr>{person.language ?? ""}</abbr>
                  </li>
                ))}
              </ul>
              {total > AT_ONCE && (
                <Pager
                  words={`${count(offset + 1)} to ${count(offset + people.length)} of ${count(total)}`}
                  before={offset ? () => setOffset(Math.max(0, offset - AT_ONCE)) : null}
                  next={offset + people.length < total ? () => setOffset(offset + AT_ONCE) : null}
                />
              )}
            </>
          ) : (
            <p class="note">{search ? `Nobody is called “${search}”.` : "Nobody is on this list."}</p>
          )
        }
      </Loaded>
    </Section>
  );
}

const hasName = (person: PersonLine) => `${person.first_name}${person.last_name}`.trim() !== "";
