// Who gets the issue: the lists, and what there was before. Planning sends nothing; it leads to the last page.

import { useState } from "preact/hooks";
import type { Finding, IssueReport } from "../api";
import { Icon } from "../writing/tools";
import { type Fault, post, useAnswer, useDoing } from "./ask";
import { FindingsToMend } from "./findings-to-mend";
import type { Door, Open } from "./index";
import { MailingLine } from "./mailings";
import type { ListLine, ListsReport, PlanReport, StatusReport, WhoReport } from "./model";
import { NoIssue, PageHead } from "./page";
import { Empty, Loaded, Section, Skeleton, To, Trouble, type Way } from "./parts";
import { places } from "./places";
import { ListsToChoose, RelaysToChoose, SegmentsToChoose } from "./plan-choices";
import { people } from "./words";

export function PlanPage({ open, way, door }: { open: Open; way: Way; door: Door }) {
  const lists = useAnswer<ListsReport>("lists");
  const { report, isWithout } = open;
  const who = useAnswer<WhoReport>(report && `issues/${encodeURIComponent(report.slug)}/who`);
  if (!report) return isWithout ? <NoIssue door={door} /> : <Skeleton />;
  return (
    <div class="page narrow">
      <PageHead title="Send" of={report.title}>
        Choose who gets it. Nothing is sent before the last page.
      </PageHead>
      <Loaded answer={lists}>
        {({ lists }) =>
          lists.length ? (
            <Loaded answer={who}>
              {(named) => (
                <PlanForm key={report.slug} report={report} lists={lists} named={named} way={way} door={door} />
              )}
            </Loaded>
          ) : (
            <Empty icon="people" title="There is nobody to send it to yet">
              <p>Bring a file of people first.</p>
              <To way={way} to={places.import} class="primary">
                Import a file
              </To>
            </Empty>
          )
        }
      </Loaded>
      <Former slug={report.slug} way={way} />
    </div>
  );
}

interface PlanFormProps {
  report: IssueReport;
  lists: ListLine[];
  named: WhoReport;
  way: Way;
  door: Door;
}

/** What the issue or the newsletter names; else the one list that there is. */
function proposed(lists: ListLine[], named: WhoReport) {
  const names = lists.map(({ name }) => name);
  if (named.lists.length) return names.filter((name) => named.lists.includes(name));
  return names.length === 1 ? names : [];
}

function PlanForm({ report, lists, named, way, door }: PlanFormProps) {
  const [chosen, choose] = useState<string[]>(() => proposed(lists, named));
  const [segment, chooseSegment] = useState<string | null>(null);
  const [relays, chooseRelays] = useState<string[]>([]);
  const asked = new URLSearchParams(chosen.map((name) => ["list", name]));
  const counted = useAnswer<WhoReport>(
    named.segments.length && chosen.length ? `issues/${encodeURIComponent(report.slug)}/who?${asked}` : null,
  );
  const [allowed, allow] = useState<string[]>([]);
  const [unsendable, setUnsendable] = useState<PlanReport | null>(null);
  const { isBusy, fault, act } = useDoing();
  const errors = report.findings.filter(({ severity, code }) => severity === "error" && !allowed.includes(code));
  const plan = (more: object = {}) =>
    act(async () => {
      await door.flush();
      const wanted = { lists: chosen, segment, relays, allow: allowed, ...more };
      const found = await post<PlanReport>(`issues/${encodeURIComponent(report.slug)}/plan`, wanted);
      if (found.unsendable.length) setUnsendable(found);
      else way.go(places.mailing(found.mailing));
    });
  return (
    <>
      <ListsToChoose lists={lists} named={named} chosen={chosen} choose={choose} />
      <SegmentsToChoose counted={counted.value} named={named.segments} chosen={segment} choose={chooseSegment} />
      <RelaysToChoose relays={named.relays} chosen={relays} choose={chooseRelays} />
      <Trouble fault={counted.fault} again={counted.reload} />
      {errors.length > 0 && (
        <FindingsToMend findings={errors} door={door} overrule={(codes) => allow([...allowed, ...codes])} />
      )}
      {allowed.length > 0 && (
        <p class="note">
          Overruled for this mailing: {allowed.join(", ")}.{" "}
          <button type="button" class="to" onClick={() => allow([])}>
            Do not overrule
          </button>
        </p>
      )}
      <Refused
        fault={fault}
        findings={report.findings}
        allowed={allowed}
        allow={allow}
        plan={plan}
        way={way}
        door={door}
      />
      {unsendable && <Unsendable of={unsendable} way={way} />}
      <div class="last-bar inline">
        <span class="note">Nothing is sent yet.</span>
        <button
          type="button"
          class="primary"
          disabled={isBusy || errors.length > 0 || !chosen.length}
          onClick={() => plan()}
        >
          {isBusy ? "Looking …" : "See who gets it"}
        </button>
      </div>
    </>
  );
}

interface RefusedProps {
  fault: Fault | null;
  findings: Finding[];
  allowed: string[];
  allow: (codes: string[]) => void;
  plan: (more?: object) => void;
  way: Way;
  door: Door;
}

/** Why there is no plan, and every way on from there. */
function Refused({ fault, findings, allowed, allow, plan, way, door }: RefusedProps) {
  if (!fault) return null;
  const isHadBefore = fault.remedy === "go_on_or_send_again" || fault.remedy === "see_who_has_it";
  return (
    <Trouble fault={fault} {...(isHadBefore ? {} : { again: () => plan() })}>
      {fault.mailing !== null && (
        <To way={way} to={places.mailing(fault.mailing)} class="plain">
          See mailing {fault.mailing}
        </To>
      )}
      {isHadBefore && (
        <>
          <button type="button" class="plain" onClick={() => plan({ only_missing: true })}>
            Only who has not had it
          </button>
          <button type="button" class="plain" onClick={() => plan({ again: true })}>
            Everyone once more
          </button>
        </>
      )}
      {fault.mayBeAllowed.length > 0 && (
        <button type="button" class="plain" onClick={() => door.toChecks(firstOf(findings, fault.mayBeAllowed))}>
          See the checks
        </button>
      )}
      {fault.mayBeAllowed
        .filter((code) => !allowed.includes(code))
        .map((code) => (
          <button
            key={code}
            type="button"
            class="plain"
            onClick={() => {
              allow([...allowed, code]);
              plan({ allow: [...allowed, code] });
            }}
          >
            Overrule {code}
          </button>
        ))}
    </Trouble>
  );
}

const firstOf = (findings: Finding[], codes: string[]) => findings.find(({ code }) => codes.includes(code)) ?? null;

function Unsendable({ of, way }: { of: PlanReport; way: Way }) {
  return (
    <div class="notice warning" role="alert">
      <Icon name="warning" />
      <div>
        <p>{people(of.unsendable.length)} cannot get it, because of what is known of them:</p>
        <ul>
          {of.unsendable.slice(0, 10).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
        <p class="actions">
          <To way={way} to={places.mailing(of.mailing)} class="plain">
            Go on without them
          </To>
        </p>
      </div>
    </div>
  );
}

/** What this issue was sent as before. */
function Former({ slug, way }: { slug: string; way: Way }) {
  const answer = useAnswer<{ mailings: StatusReport[] }>("mailings");
  const former = answer.value?.mailings.filter(({ issue }) => issue === slug) ?? [];
  if (!former.length) return null;
  return (
    <Section title="Mailings of this issue">
      <ol class="lines mailings">
        {former.slice(0, 5).map((one) => (
          <MailingLine key={one.mailing} of={one} way={way} />
        ))}
      </ol>
    </Section>
  );
}
