// One person, with all that is known of them and all that they were sent.

import { useState } from "preact/hooks";
import { Icon } from "../writing/tools";
import { post, useAnswer, useDoing } from "./ask";
import type { PersonDelivery, PersonReport } from "./model";
import { Crumb, PageHead } from "./page";
import { Asked, Facts, Loaded, Section, State, To, Trouble, type Way, When } from "./parts";
import { places } from "./places";
import { languageInWords } from "./words";

const STANDS: Record<string, string> = { confirmed: "subscribed", pending: "has to confirm", unsubscribed: "has left" };

const AHEAD = new Set(["held", "pending"]);

export function PersonPage({ email, way }: { email: string; way: Way }) {
  const answer = useAnswer<PersonReport>(`person?${new URLSearchParams({ email })}`);
  return (
    <div class="page">
      <Crumb way={way} to={places.people}>
        People
      </Crumb>
      {answer.value === null && <PageHead title={email} />}
      <Loaded answer={answer}>{(person) => <Person person={person} way={way} changed={answer.reload} />}</Loaded>
    </div>
  );
}

function Person({ person, way, changed }: { person: PersonReport; way: Way; changed: () => void }) {
  const name = `${person.first_name} ${person.last_name}`.trim();
  return (
    <>
      <PageHead title={name || person.email}>{name && person.email}</PageHead>
      {person.suppressions.length > 0 && <Suppressions of={person.suppressions} />}
      <div class="columns">
        <Section title="Known">
          <Facts
            of={[
              ["Address", person.email],
              ["Language", languageInWords(person.language)],
              ...Object.entries(person.fields).map(([field, value]): [string, string] => [field, value]),
              ["Since", <When key="since" at={person.created_at} />],
              ["Last change", <When key="change" at={person.updated_at} />],
            ]}
          />
        </Section>
        <Subscriptions person={person} changed={changed} />
      </div>
      <Section title="Mails" beside={<small>{person.deliveries.length}</small>}>
        {person.deliveries.length ? (
          <ol class="lines">
            {person.deliveries.map((one) => (
              <Delivery key={one.mailing} of={one} person={person} way={way} />
            ))}
          </ol>
        ) : (
          <p class="note">Nothing was sent to them yet.</p>
        )}
      </Section>
      <Section title="Consent" beside={<small>{person.consent.length}</small>}>
        {person.consent.length ? (
          <ol class="lines">
            {person.consent.map((one) => (
              <li key={`${one.list} ${one.at} ${one.event}`}>
                <span class="who">
                  <b>
                    {one.event} · {one.list}
                  </b>
                  <small>{one.source}</small>
                </span>
                <When at={one.at} />
              </li>
            ))}
          </ol>
        ) : (
          <p class="note">Nothing is recorded.</p>
        )}
      </Section>
    </>
  );
}

function Suppressions({ of }: { of: PersonReport["suppressions"] }) {
  return (
    <div class="notice warning" role="status">
      <Icon name="warning" />
      <ul>
        {of.map((one) => (
          <li key={`${one.reason} ${one.list}`}>
            Is not written to {one.list ? `on “${one.list}”` : "on any list"}: {one.reason}, by {one.source},{" "}
            <When at={one.created_at} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Subscriptions({ person, changed }: { person: PersonReport; changed: () => void }) {
  const [leaving, ask] = useState<string | null>(null);
  const { isBusy, fault, act } = useDoing();
  const leave = (list: string) =>
    act(async () => {
      await post("people/leave", { email: person.email, list, source: "by the author, in the studio" });
      changed();
    });
  return (
    <Section title="Lists">
      {person.subscriptions.length ? (
        <ul class="lines">
          {person.subscriptions.map((one) => (
            <li key={one.list}>
              <span class="who">
                <b dir="auto">{one.list}</b>
                <small>
                  {STANDS[one.status] ?? one.status}, <When at={one.updated_at} />
                </small>
              </span>
              {one.status !== "unsubscribed" && (
                <button type="button" class="plain" disabled={isBusy} onClick={() => ask(one.list)}>
                  Take off
                </button>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p class="note">On no list.</p>
      )}
      <Trouble fault={fault} />
      {leaving !== null && (
        <Asked
          title={`Take ${person.email} off “${leaving}”?`}
          yes="Take off"
          act={() => void leave(leaving)}
          close={() => ask(null)}
        >
          <p>They get nothing more of it. They can subscribe again themselves; no import puts them back.</p>
        </Asked>
      )}
    </Section>
  );
}

function Delivery({ of, person, way }: { of: PersonDelivery; person: PersonReport; way: Way }) {
  return (
    <li>
      <To way={way} to={places.mail(of.mailing, person.id, person.email)} class="who">
        <b dir="auto">{way.titleOf(of.issue)}</b>
        <small>
          mailing {of.mailing}: {AHEAD.has(of.state) ? "not sent yet" : "the mail as it was sent"}
        </small>
      </To>
      <State state={of.state} />
      <When at={of.updated_at} />
      {of.attempts.length > 0 && (
        <details class="attempts">
          <summary>{of.attempts.length === 1 ? "1 try" : `${of.attempts.length} tries`}</summary>
          <ol>
            {of.attempts.map((one) => (
              <li key={`${one.at} ${one.outcome} ${one.reply}`}>
                <When at={one.at} /> <State state={one.outcome} /> {one.relay && `by ${one.relay}`}{" "}
                {one.reply && <code class="reply">{one.reply}</code>} {one.note && <span class="note">{one.note}</span>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}
