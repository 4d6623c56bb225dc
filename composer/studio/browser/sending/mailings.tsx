// All mailings, the newest first.

import { useAnswer } from "./ask";
import type { StatusReport } from "./model";
import { PageHead } from "./page";
import { Bar, Empty, Loaded, MailingState, Section, To, type Way, When } from "./parts";
import { places } from "./places";
import { count, people } from "./words";

const BAD = ["refused", "expired", "bounced", "complained", "unknown"];

export function MailingsPage({ way }: { way: Way }) {
  const answer = useAnswer<{ mailings: StatusReport[] }>("mailings");
  return (
    <div class="page">
      <Loaded answer={answer}>
        {({ mailings }) =>
          mailings.length ? (
            <>
              <PageHead title="Mailings" />
              <Section title="All" beside={<small>{count(mailings.length)}</small>}>
                <ol class="lines mailings">
                  {mailings.map((one) => (
                    <MailingLine key={one.mailing} of={one} way={way} />
                  ))}
                </ol>
              </Section>
            </>
          ) : (
            <Empty icon="send" title="Nothing was sent yet">
              <p>Once an issue is planned, it stands here with all that becomes of it.</p>
              <To way={way} to={places.plan} class="primary">
                Send an issue
              </To>
            </Empty>
          )
        }
      </Loaded>
    </div>
  );
}

export function MailingLine({ of, way }: { of: StatusReport; way: Way }) {
  const bad = BAD.reduce((sum, state) => sum + (of.deliveries[state] ?? 0), 0);
  const isOpen = !["finished", "cancelled", "planned"].includes(of.state);
  return (
    <li>
      <To way={way} to={places.mailing(of.mailing)} class="who">
        <b dir="auto">{way.titleOf(of.issue)}</b>
        <small>
          mailing {of.mailing} · <When at={of.started ?? of.send_at} otherwise="not begun" />
        </small>
      </To>
      {isOpen && <Bar part={of.settled} whole={of.planned} label={`${of.issue}: how much is done`} />}
      <span class="numbers">
        {people(of.planned)}
        {bad > 0 && <small class="state error">{count(bad)} not reached</small>}
      </span>
      <MailingState of={of} />
    </li>
  );
}
