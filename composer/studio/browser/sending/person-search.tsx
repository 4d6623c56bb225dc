// Somebody is found among the subscribers, by name or address.

import { useEffect, useState } from "preact/hooks";
import { useAnswer } from "./ask";
import type { PeoplePage } from "./model";
import { Trouble } from "./parts";

const FOUND_AT_ONCE = 8;
const TYPING_MS = 150;

/** What was typed, once the fingers rest. */
export function useSettled(text: string) {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export function PersonSearch({ chosen, choose }: { chosen: string; choose: (email: string) => void }) {
  const [sought, seek] = useState("");
  const search = useSettled(sought.trim());
  const query = new URLSearchParams({ search, limit: String(FOUND_AT_ONCE) });
  const answer = useAnswer<PeoplePage>(`people?${query}`);
  const found = answer.value;
  return (
    <div class="person-search">
      <input
        type="search"
        placeholder="Name or address"
        aria-label="Find a subscriber"
        autocomplete="off"
        value={sought}
        onInput={(event) => seek(event.currentTarget.value)}
      />
      <Trouble fault={answer.fault} again={answer.reload} />
      {found && !found.total && (
        <p class="note">{search ? "Nobody is called so." : "There is nobody yet: import a file under People."}</p>
      )}
      {found && found.total > 0 && (
        <ul class="pick">
          {found.people.map((person) => (
            <li key={person.id}>
              <label>
                <input
                  type="radio"
                  name="subscriber"
                  checked={chosen === person.email}
                  onChange={() => choose(person.email)}
                />
                <span dir="auto">{`${person.first_name} ${person.last_name}`.trim() || person.email}</span>
                <small>{person.email}</small>
              </label>
            </li>
          ))}
          {found.total > found.people.length && (
            <li class="note">
              and {(found.total - found.people.length).toLocaleString("en")} more: type a few letters
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
