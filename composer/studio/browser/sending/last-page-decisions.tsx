// What is decided on the last page: from when on, by which relay, and the approval of a second person.

import { useState } from "preact/hooks";
import { post, useDoing } from "./ask";
import type { LastPageReport } from "./model";
import { Choice } from "./page";
import { Facts, Field, Notice, Section, Trouble, When } from "./parts";
import { zoneInWords } from "./words";

/** For a field of date and time, in the reader's zone. */
function local(moment: Date) {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Tomorrow at nine, if nothing else was said. */
function proposed() {
  const moment = new Date();
  moment.setDate(moment.getDate() + 1);
  moment.setHours(9, 0, 0, 0);
  return moment;
}

export function Time({ page, changed }: { page: LastPageReport; changed: () => void }) {
  const isLater = page.send_at !== null && Date.parse(page.send_at) > Date.now();
  const [kind, setKind] = useState<"now" | "later">(isLater ? "later" : "now");
  const [at, setAt] = useState(local(isLater && page.send_at ? new Date(page.send_at) : proposed()));
  const { isBusy, fault, act, forget } = useDoing();
  const set = (moment: string) =>
    act(async () => {
      await post(`mailings/${page.mailing}/time`, { at: moment });
      changed();
    });
  const choose = (wanted: "now" | "later") => {
    setKind(wanted);
    if (wanted === "now" && page.send_at) void set("now");
  };
  const isSet = isLater && page.send_at !== null && local(new Date(page.send_at)) === at;
  return (
    <Section title="When and how">
      <Choice
        name="time"
        chosen={kind}
        choose={choose}
        of={[
          ["now", "Now"],
          ["later", "At a time"],
        ]}
      />
      {kind === "later" && (
        <div class="time-row" onInput={forget}>
          <Field label={`Day and time in ${zoneInWords()}`}>
            <input
              type="datetime-local"
              value={at}
              min={local(new Date())}
              onInput={(event) => setAt(event.currentTarget.value)}
            />
          </Field>
          <button
            type="button"
            class="plain"
            disabled={isBusy || isSet || !at}
            onClick={() => set(new Date(at).toISOString())}
          >
            {isSet ? "Set" : "Set this time"}
          </button>
        </div>
      )}
      <Trouble fault={fault} />
      <Facts
        of={[
          ["Begins", isLater ? <When key="at" at={page.send_at} /> : "as soon as you send it"],
          ["Sending hours", page.hours || "at any time"],
          [
            page.relays.length > 1 ? "Relays" : "Relay",
            page.chosen_relays.length ? `${page.relays.join(", ")} alone` : page.relays.join(", "),
          ],
        ]}
      />
      {kind === "later" && (
        <p class="note">
          Press the button all the same: a process of this machine then waits for the time. Leave it on.
        </p>
      )}
    </Section>
  );
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
