// How a mailing goes, live, with what can be decided about it; below stands what became of it.

import { useEffect, useState } from "preact/hooks";
import { get, post, useDoing } from "./ask";
import { useProgress } from "./follow";
import type { LastPageReport, MailingReport, ProgressReport, StatusReport } from "./model";
import { PageHead } from "./page";
import {
  Asked,
  Bar,
  Counted,
  Facts,
  MailingState,
  Notice,
  Section,
  State,
  sentence,
  Trouble,
  type Way,
  When,
} from "./parts";
import { Refusals } from "./refusals";
import { Outcome } from "./report";
import { count, isToCome, lastingInWords, people, silenceInWords, stateInWords, toneOf } from "./words";

const GOING = new Set(["sending"]);
/** Numbers that somebody has to look at stand out; the others do not. */
const COUNTED: Record<string, string> = { error: "error", warning: "warning" };
const STILL = new Set(["held", "pending", "deferred"]);
const OVER = new Set(["finished", "cancelled"]);

interface ProgressProps {
  report: MailingReport;
  reload: () => void;
  way: Way;
}

export function Progress({ report, reload, way }: ProgressProps) {
  const { mailing } = report.status;
  const [turn, again] = useState(0);
  const isFollowed = report.status.is_at_it || GOING.has(report.status.state);
  const progress = useProgress(mailing, isFollowed, reload);
  // The newest of both: a report that was asked for later knows of a decision that the stream has not told yet.
  const [status, setStatus] = useState(report.status);
  useEffect(() => setStatus(report.status), [report]);
  useEffect(() => {
    if (progress) setStatus(progress.status);
  }, [progress]);
  const decided = (told: StatusReport | null) => {
    if (told) setStatus(told);
    again(turn + 1);
    reload();
  };
  return (
    <>
      <PageHead title={way.titleOf(status.issue)}>
        Mailing {mailing} · <MailingState of={status} />
        {status.segment && ` · to the segment ${status.segment}`}
        {status.chosen_relays.length > 0 && ` · by ${status.chosen_relays.join(", ")} alone`}
      </PageHead>
      <Section title={titleOf(status)} beside={<Ended status={status} />}>
        <Bar part={status.settled} whole={status.planned} label="How much is done" />
        <Counts status={status} />
        {!OVER.has(status.state) && <Pace status={status} progress={progress} />}
        <Decisions status={status} decided={decided} />
      </Section>
      {report.last_run && !isFollowed && !OVER.has(status.state) && (
        <Notice tone="warning">
          <p>Why it ended: {sentence(report.last_run)}</p>
        </Notice>
      )}
      <Refusals status={status} decided={decided} />
      {progress && progress.troubles.length > 0 && isFollowed && <Troubles of={progress} />}
      <Outcome report={report} reload={reload} way={way} />
    </>
  );
}

const isWaiting = (status: StatusReport) => status.state === "planned" && isToCome(status.send_at);

function titleOf(status: StatusReport) {
  if (isWaiting(status)) return `${people(status.planned)} get it then`;
  return `${count(status.settled)} of ${people(status.planned)}`;
}

function Ended({ status }: { status: StatusReport }) {
  if (status.ended) {
    return (
      <small>
        ended <When at={status.ended} />
      </small>
    );
  }
  if (status.started) {
    return (
      <small>
        begun <When at={status.started} />
      </small>
    );
  }
  return null;
}

function Counts({ status }: { status: StatusReport }) {
  const counts = Object.entries(status.deliveries).filter(([, number]) => number);
  const nameOf = (state: string) =>
    status.state === "cancelled" && STILL.has(state)
      ? `${stateInWords(state)} when it was cancelled`
      : stateInWords(state);
  return <Counted of={counts.map(([state, number]) => [nameOf(state), number, COUNTED[toneOf(state)] ?? ""])} />;
}

const LIMITS: Record<string, string> = {
  connections: "the connections to the relay",
  retry: "only later tries are left",
  "not running": "nobody sends it",
  winner: "the choice of a subject",
};

function Pace({ status, progress }: { status: StatusReport; progress: ProgressReport | null }) {
  const rate = progress?.per_second;
  const left = status.expected_end ? (Date.parse(status.expected_end) - Date.now()) / 1000 : null;
  const facts: [string, preact.ComponentChildren][] = [];
  if (isWaiting(status)) facts.push(["Begins", <When key="at" at={status.send_at} />]);
  else {
    if (rate)
      facts.push([
        "Rate",
        rate >= 1 ? `${count(Math.round(rate))} a second` : `${count(Math.round(rate * 60))} a minute`,
      ]);
    if (status.limit) facts.push(["Limited by", LIMITS[status.limit] ?? status.limit]);
    if (status.silent_s) facts.push(["Expected end", silenceInWords(status.silent_s)]);
    if (status.expected_end && left !== null && left > 0) {
      facts.push([
        "Expected end",
        <span key="end">
          <When at={status.expected_end} />, in {lastingInWords(left)}
        </span>,
      ]);
    }
  }
  for (const one of progress?.relays ?? []) {
    const pace = one.answer_s === null ? "" : `, answers in ${one.answer_s.toFixed(one.answer_s < 1 ? 2 : 1)} s`;
    const troubled = one.troubled ? `, ${count(one.troubled)} not taken` : "";
    facts.push([one.relay, `${count(one.accepted)} taken lately${troubled}${pace}`]);
  }
  return (
    <>
      {status.next_step_words && status.state !== "planned" && (
        <p class="note">
          {status.next_step_words}{" "}
          {status.next_step_at && status.next_step !== "wait" && <When at={status.next_step_at} />}
        </p>
      )}
      {facts.length > 0 && <Facts of={facts} />}
    </>
  );
}

function Decisions({ status, decided }: { status: StatusReport; decided: (told: StatusReport | null) => void }) {
  const { mailing, state } = status;
  const [isCancelling, askCancel] = useState(false);
  const { isBusy, fault, act } = useDoing();
  const decide = (what: "pause" | "resume" | "cancel") =>
    act(async () => decided(await post<StatusReport>(`mailings/${mailing}/${what}`)));
  const goOn = () =>
    act(async () => {
      const { seen } = await get<LastPageReport>(`mailings/${mailing}/last-page`);
      await post(`mailings/${mailing}/send`, { seen });
      decided(null);
    });
  if (OVER.has(state)) return null;
  const isGoing = GOING.has(state) || status.is_at_it;
  return (
    <>
      <p class="actions">
        {isGoing && state !== "planned" && state !== "paused" && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => decide("pause")}>
            Pause
          </button>
        )}
        {state === "paused" && (
          <button type="button" class="primary" disabled={isBusy} onClick={() => decide("resume")}>
            Go on
          </button>
        )}
        {(state === "interrupted" || state === "sampled") && !isGoing && status.to_send > 0 && (
          <button type="button" class="primary" disabled={isBusy} onClick={goOn}>
            Go on with {people(status.to_send)}
          </button>
        )}
        <button type="button" class="plain" disabled={isBusy} onClick={() => askCancel(true)}>
          Cancel …
        </button>
      </p>
      <Trouble fault={fault} />
      {isCancelling && (
        <Asked
          title="Cancel this mailing?"
          yes="Cancel it"
          act={() => void decide("cancel")}
          close={() => askCancel(false)}
        >
          <p>
            {status.settled
              ? `${people(status.settled)} have it, or were tried, and that stays. The ${count(status.planned - status.settled)} others do not get it.`
              : "Nobody gets it."}{" "}
            This cannot be taken back.
          </p>
        </Asked>
      )}
    </>
  );
}

function Troubles({ of }: { of: ProgressReport }) {
  return (
    <Section title="What was said last of mails that were not taken">
      <ul class="lines">
        {of.troubles.map((one) => (
          <li key={`${one.email} ${one.at}`}>
            <span class="who">
              <b>{one.email}</b>
              <code class="reply">{one.words}</code>
            </span>
            <State state={one.state} />
            <When at={one.at} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
