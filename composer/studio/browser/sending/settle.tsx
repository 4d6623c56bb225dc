// Those of whom nobody knows whether the relay has their mail: settled by evidence, or by somebody's word.

import { useState } from "preact/hooks";
import { post, useDoing } from "./ask";
import type { Recipient, Settlement } from "./model";
import { Field, Notice, Section, Trouble, When } from "./parts";
import { count, people } from "./words";

const KEPT = "settled-by";

interface SettleProps {
  mailing: number;
  /** The first of them; `all` is how many there are. */
  named: Recipient[];
  all: number;
  changed: () => void;
}

export function SettleUnknowns({ mailing, named, all, changed }: SettleProps) {
  const [found, setFound] = useState<Settlement | null>(null);
  const [by, setBy] = useState(() => localStorage.getItem(KEPT) ?? "");
  const [why, setWhy] = useState("");
  const { isBusy, fault, act } = useDoing();
  const look = () =>
    act(async () => {
      setFound(await post<Settlement>(`mailings/${mailing}/settle`));
      changed();
    });
  const say = (said: "sent" | "not sent", to: string[]) =>
    act(async () => {
      localStorage.setItem(KEPT, by);
      await post(`mailings/${mailing}/settle`, { said, to, by, why });
      changed();
    });
  const byLinks = Object.keys(found?.by_links ?? {}).length;
  return (
    <Section title="Unknown: may have arrived, or not">
      <p class="note">
        The connection was lost in the moment between the mail and the relay’s answer. They are not sent again by
        themselves, so that nobody gets it twice. The relay’s log knows; whoever reads it can say so here.
      </p>
      <p class="actions">
        <button type="button" class="plain" disabled={isBusy} onClick={look}>
          Look whether a link of it was opened
        </button>
      </p>
      {found && (
        <Notice tone={byLinks ? "well" : "info"}>
          <p>
            {byLinks
              ? `${people(byLinks)} opened a link of it, so it has arrived.`
              : "Nobody of them has opened a link."}
          </p>
        </Notice>
      )}
      {named.length > 0 && (
        <>
          <div class="side-by-side">
            <Field label="Who says so">
              <input value={by} autocomplete="name" onInput={(event) => setBy(event.currentTarget.value)} />
            </Field>
            <Field label="How they know">
              <input value={why} placeholder="The relay’s log" onInput={(event) => setWhy(event.currentTarget.value)} />
            </Field>
          </div>
          <ul class="lines">
            {named.map((one) => (
              <li key={one.email}>
                <span class="who">
                  <b>{one.email}</b>
                  <small>
                    by {one.relay ?? "no relay"}, <When at={one.updated_at} />
                    {one.reply && `: ${one.reply}`}
                  </small>
                </span>
                <Said to={[one.email]} isOff={isBusy || !by.trim()} say={say} />
              </li>
            ))}
          </ul>
          {all > 1 && (
            <p class="all-of-them">
              <span>All {count(all)}</span>
              <Said to={[]} isOff={isBusy || !by.trim()} say={say} />
            </p>
          )}
        </>
      )}
      <Trouble fault={fault} />
    </Section>
  );
}

interface SaidProps {
  /** Nobody: all of them. */
  to: string[];
  isOff: boolean;
  say: (said: "sent" | "not sent", to: string[]) => void;
}

function Said({ to, isOff, say }: SaidProps) {
  return (
    <span class="actions">
      <button type="button" class="plain" disabled={isOff} onClick={() => say("sent", to)}>
        It arrived
      </button>
      <button type="button" class="plain" disabled={isOff} onClick={() => say("not sent", to)}>
        Send again
      </button>
    </span>
  );
}
