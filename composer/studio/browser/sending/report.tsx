// What became of a mailing: in words, by provider, by subject, and everybody by name.

import { post, useDoing } from "./ask";
import type { MailingReport } from "./model";
import { Section, Trouble, type Way } from "./parts";
import { LeftOutPeople, Recipients } from "./recipients";
import { SettleUnknowns } from "./settle";
import { count, people, stateInWords } from "./words";

interface OutcomeProps {
  report: MailingReport;
  reload: () => void;
  way: Way;
}

export function Outcome({ report, reload, way }: OutcomeProps) {
  const { status } = report;
  const hasUnknown = (status.deliveries.unknown ?? 0) > 0;
  return (
    <>
      {hasUnknown && (
        <SettleUnknowns
          mailing={status.mailing}
          named={report.people.unknown ?? []}
          all={status.deliveries.unknown ?? 0}
          changed={reload}
        />
      )}
      {report.subjects.length > 0 && <Subjects report={report} changed={reload} />}
      <Section title="In words">
        <ul class="sentences">
          {report.sentences.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
        <TryAgain report={report} changed={reload} />
      </Section>
      {report.providers.length > 0 && <Providers of={report.providers} states={Object.keys(status.deliveries)} />}
      <Section
        title="By name"
        beside={
          <a class="to small" href={`/api/sending/mailings/${status.mailing}/deliveries.csv`} download>
            As a file
          </a>
        }
      >
        <Recipients mailing={status.mailing} planned={status.planned} way={way} states={status.deliveries} />
        <LeftOutPeople mailing={status.mailing} excluded={status.excluded} way={way} />
      </Section>
    </>
  );
}

function Providers({ of, states: all }: { of: MailingReport["providers"]; states: string[] }) {
  const states = all.filter((state) => of.some((one) => one.states[state]));
  return (
    <Section title="By provider">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <div class="wide-table" tabIndex={0}>
        <table class="rows" aria-label="By provider">
          <thead>
            <tr>
              <th>Provider</th>
              <th class="number-cell">People</th>
              {states.map((state) => (
                <th key={state} class="number-cell">
                  {stateInWords(state)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.map((one) => (
              <tr key={one.provider}>
                <td>{one.provider}</td>
                <td class="number-cell">{count(one.people)}</td>
                {states.map((state) => (
                  <td key={state} class={`number-cell ${one.states[state] ? "" : "nil"}`}>
                    {count(one.states[state] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Subjects({ report, changed }: { report: MailingReport; changed: () => void }) {
  const { isBusy, fault, act } = useDoing();
  const isOpen = !report.subjects.some(({ is_chosen }) => is_chosen);
  const choose = (variant: string) =>
    act(async () => {
      await post(`mailings/${report.status.mailing}/choose`, { variant });
      changed();
    });
  return (
    <Section title="Subjects">
      <ul class="lines">
        {report.subjects.map((one) => (
          <li key={one.variant}>
            <span class="who">
              <b dir="auto">{one.subject}</b>
              <small>
                {one.variant}: {people(one.people)}, {count(one.accepted)} taken, {count(one.unsubscribed)} left because
                of it
              </small>
            </span>
            {one.is_chosen && <span class="state well">chosen</span>}
            {isOpen && (
              <button type="button" class="plain" disabled={isBusy} onClick={() => choose(one.variant)}>
                Choose {one.variant}
              </button>
            )}
          </li>
        ))}
      </ul>
      <Trouble fault={fault} />
    </Section>
  );
}

const RETRIED: [string, string][] = [
  ["refused", "Try the refused again"],
  ["expired", "Try those again that were given up"],
  ["deferred", "Try those now that were put off"],
];

function TryAgain({ report, changed }: { report: MailingReport; changed: () => void }) {
  const { isBusy, fault, act } = useDoing();
  const { status } = report;
  const found = RETRIED.filter(([state]) => status.deliveries[state]);
  if (!found.length || status.state === "cancelled") return null;
  const retry = (state: string) =>
    act(async () => {
      await post(`mailings/${status.mailing}/retry`, { state });
      changed();
    });
  return (
    <>
      <p class="actions">
        {found.map(([state, words]) => (
          <button key={state} type="button" class="plain" disabled={isBusy} onClick={() => retry(state)}>
            {words}
          </button>
        ))}
      </p>
      <Trouble fault={fault} />
    </>
  );
}
