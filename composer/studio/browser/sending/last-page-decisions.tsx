// What is decided on the last page: from when on, by which relay, and the approval of a second person.

import { useState } from "preact/hooks";
import { localTime } from "../dom";
import { post, useDoing } from "./ask";
import type { LastPageReport } from "./model";
import { Choice } from "./page";
import { Facts, Field, Notice, Section, Trouble, When } from "./parts";
import type { StartTime } from "./start-time";
import { zoneInWords } from "./words";

export function Time({ page, start }: { page: LastPageReport; start: StartTime }) {
  return (
    <Section title="When and how">
      <Choice
        name="time"
        chosen={start.kind}
        choose={start.choose}
        of={[
          ["now", "Now"],
          ["later", "At a time"],
        ]}
      />
      {start.kind === "later" && (
        <div class="time-row">
          <Field label={`Day and time in ${zoneInWords()}`}>
            <input
              type="datetime-local"
              value={start.at}
              min={localTime(new Date())}
              aria-invalid={!start.isKnown}
              onInput={(event) => start.type(event.currentTarget.value)}
              onBlur={start.store}
            />
          </Field>
        </div>
      )}
      {!start.isKnown && (
        <p class="note asking" role="status">
          Write a day and a time that are still to come: until then it cannot be sent.
        </p>
      )}
      <Trouble fault={start.fault} />
      <Facts
        of={[
          ["Begins", begins(start)],
          ["Sending hours", page.hours || "at any time"],
          [
            page.relays.length > 1 ? "Relays" : "Relay",
            page.chosen_relays.length ? `${page.relays.join(", ")} alone` : page.relays.join(", "),
          ],
        ]}
      />
      {start.kind === "later" && (
        <p class="note">
          {page.is_served
            ? "Press the button all the same: the service then sends it at that time."
            : "Press the button all the same: a process of this machine then waits for the time. Leave it on."}
        </p>
      )}
    </Section>
  );
}

function begins(start: StartTime) {
  if (!start.isKnown) return "not known yet";
  return start.moment ? <When key="at" at={start.moment} /> : "as soon as you send it";
}

export function Approval({ page, changed }: { page: LastPageReport; changed: () => void }) {
  const [by, setBy] = useState("");
  const { isBusy, fault, act, forget } = useDoing();
  const isApproved = page.approvals.some(({ is_valid }) => is_valid);
  if (!page.needs_approval && !page.approvals.length) return null;
  const approve = () =>
    act(async () => {
      await post(`mailings/${page.mailing}/approve`, { by, digest: page.digest });
      changed();
    });
  return (
    <Section title="Approval">
      {page.approvals.map((one) => (
        <Notice key={`${one.by} ${one.at}`} tone={one.is_valid ? "well" : "warning"}>
          <p>
            {one.by}, <When at={one.at} />
            {!one.is_valid && ": of something that has changed since, so it does not count"}
          </p>
        </Notice>
      ))}
      {!isApproved && (
        <form
          class="time-row"
          onInput={forget}
          onSubmit={(event) => {
            event.preventDefault();
            void approve();
          }}
        >
          <Field label="A second person has to look at this page, and give their name">
            <input value={by} autocomplete="name" onInput={(event) => setBy(event.currentTarget.value)} />
          </Field>
          <button type="submit" class="plain" disabled={isBusy || !by.trim()}>
            Approve
          </button>
        </form>
      )}
      <Trouble fault={fault} />
    </Section>
  );
}
