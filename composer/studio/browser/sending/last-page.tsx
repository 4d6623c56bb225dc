// Everything that is to be seen before a mailing is sent, on one page; and the button that names how many get it.

import { useState } from "preact/hooks";
import { Icon } from "../writing/tools";
import { post, useAnswer, useDoing } from "./ask";
import { FindingsToMend } from "./findings-to-mend";
import type { Door } from "./index";
import { Approval, Time } from "./last-page-decisions";
import type { LastPageReport } from "./model";
import { PageHead } from "./page";
import { Asked, Facts, Loaded, Section, sentence, To, Trouble, type Way } from "./parts";
import { Phone } from "./phone";
import { places } from "./places";
import { LeftOutPeople, Recipients } from "./recipients";
import { type StartTime, useStartTime } from "./start-time";
import { languageInWords, people, timeInWords } from "./words";

interface LastPageProps {
  mailing: number;
  way: Way;
  door: Door;
  begun: () => void;
}

export function LastPage({ mailing, way, door, begun }: LastPageProps) {
  const answer = useAnswer<LastPageReport>(`mailings/${mailing}/last-page`);
  return (
    <Loaded answer={answer} lines={8}>
      {(page) => <Seen page={page} way={way} door={door} begun={begun} changed={answer.reload} />}
    </Loaded>
  );
}

function Seen({
  page,
  way,
  door,
  begun,
  changed,
}: { page: LastPageReport; changed: () => void } & Omit<LastPageProps, "mailing">) {
  const [shown, show] = useState(0);
  const start = useStartTime(page, changed);
  const edition = page.editions[shown] ?? page.editions[0];
  const grave = page.findings.filter(({ severity, code }) => severity === "error" && !page.allowed.includes(code));
  const warnings = page.findings.filter(({ severity }) => severity === "warning");
  return (
    <>
      <PageHead title={edition?.subject ?? page.issue}>
        The last page: this is exactly what is sent, to exactly these people.
      </PageHead>
      <div class="last-page">
        <div class="last-page-facts">
          <Section title="The mail">
            <Facts
              of={[
                ...page.editions.map((one): [string, preact.ComponentChildren] => [
                  page.editions.length > 1
                    ? `${languageInWords(one.language)}${one.variant > "A" ? ` ${one.variant}` : ""}`
                    : "Subject",
                  <span key="subject">
                    {one.subject} {page.editions.length > 1 && <small class="small">{people(one.people)}</small>}
                  </span>,
                ]),
                ["Sender", edition ? `${edition.sender} <${edition.address}>` : ""],
                ["Issue", page.issue],
              ]}
            />
          </Section>
          <Who page={page} way={way} />
          <Checks errors={grave} warnings={warnings} page={page} door={door} />
          <Time page={page} start={start} />
          <Approval page={page} changed={changed} />
        </div>
        <Phone page={page} shown={shown} show={show} />
      </div>
      <SendBar page={page} way={way} start={start} begun={begun} changed={changed} />
    </>
  );
}

function Who({ page, way }: { page: LastPageReport; way: Way }) {
  const others = page.planned - page.first.length;
  return (
    <Section title={people(page.planned)} beside={<small>on {page.lists.join(", ")}</small>}>
      {page.segment_condition && (
        <p class="of-segment">
          {page.segment ? "Those in the segment " : "Those of whom this holds: "}
          {page.segment && <b dir="auto">{page.segment}</b>}{" "}
          <code>{page.segment_resolved || page.segment_condition}</code>
        </p>
      )}
      {page.first.length > 0 && (
        <p dir="auto">
          {page.first.join(", ")}
          {others > 0 && ` and ${people(others).replace("people", "others").replace("person", "other")}`}
        </p>
      )}
      <Recipients mailing={page.mailing} planned={page.planned} way={way} />
      <LeftOutPeople mailing={page.mailing} excluded={page.excluded} way={way} />
    </Section>
  );
}

interface ChecksProps {
  errors: LastPageReport["findings"];
  warnings: LastPageReport["findings"];
  page: LastPageReport;
  door: Door;
}

function Checks({ errors, warnings, page, door }: ChecksProps) {
  return (
    <Section title="Checks">
      {errors.length > 0 && <FindingsToMend findings={errors} door={door} />}
      {warnings.length > 0 && <FindingsToMend findings={warnings} door={door} />}
      {!errors.length && !warnings.length && (
        <p class="all-well">
          <Icon name="done" /> Nothing to mend.
        </p>
      )}
      {page.allowed.length > 0 && <p class="note">Overruled: {page.allowed.join(", ")}</p>}
    </Section>
  );
}

function SendBar({
  page,
  way,
  start,
  begun,
  changed,
}: {
  page: LastPageReport;
  way: Way;
  start: StartTime;
  begun: () => void;
  changed: () => void;
}) {
  const { isBusy, fault, act } = useDoing();
  const [isCancelling, askCancel] = useState(false);
  const send = (confirmed = false) =>
    act(async () => {
      await post(`mailings/${page.mailing}/send`, { seen: page.seen, confirmed, ...(await start.said()) });
      begun();
    });
  const planAgain = () =>
    act(async () => {
      const { lists, chosen_relays: relays, allowed: allow } = page;
      const wanted = { lists, segment: page.segment || page.segment_condition || null, relays, allow };
      const { mailing } = await post<{ mailing: number }>(`issues/${encodeURIComponent(page.issue)}/plan`, wanted);
      way.go(places.mailing(mailing));
    });
  const cancel = () =>
    act(async () => {
      await post(`mailings/${page.mailing}/cancel`);
      begun();
    });
  const { hindrance } = page;
  const mayConfirm = hindrance?.remedy === "confirm_still_right" || hindrance?.remedy === "confirm_not_sent";
  return (
    <>
      {hindrance && hindrance.remedy !== "approve" && hindrance.remedy !== "approve_again" && (
        <div class="notice warning" role="alert">
          <Icon name="warning" />
          <div>
            <p>{sentence(hindrance.detail)}</p>
            {hindrance.remedy_words && <p>{hindrance.remedy_words}</p>}
            {hindrance.remedy === "plan_again" && (
              <p class="actions">
                <button type="button" class="plain" disabled={isBusy} onClick={planAgain}>
                  Plan it again
                </button>
              </p>
            )}
          </div>
        </div>
      )}
      <Trouble fault={fault} again={changed} />
      <div class="last-bar send-bar">
        <button type="button" class="quiet" disabled={isBusy} onClick={() => askCancel(true)}>
          Cancel the mailing
        </button>
        <span class="gap" />
        <To way={way} to={places.test} class="plain">
          Test mail first
        </To>
        <button
          type="button"
          class="primary"
          disabled={isBusy || (hindrance !== null && !mayConfirm) || !page.to_send || !start.isKnown}
          onClick={() => send(mayConfirm)}
        >
          {isBusy ? "Beginning …" : sendInWords(page, start, mayConfirm)}
        </button>
      </div>
      {isCancelling && (
        <Asked title="Cancel this mailing?" yes="Cancel it" act={() => void cancel()} close={() => askCancel(false)}>
          <p>Nobody gets it. The issue stays as it is, and can be planned again.</p>
        </Asked>
      )}
    </>
  );
}

function sendInWords(page: LastPageReport, start: StartTime, isConfirming: boolean) {
  const when = start.moment ? ` at ${timeInWords(start.moment).words}` : "";
  return `${isConfirming ? "It is right: send" : "Send"} to ${people(page.to_send)}${when}`;
}
