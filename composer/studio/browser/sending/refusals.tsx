// What a relay refuses for a reason that is not the people's: who is stopped, our own share, and the way out.

import { useState } from "preact/hooks";
import { get, post, useDoing } from "./ask";
import type { LastPageReport, RefusedAboutUs, StatusReport, StoppedLine } from "./model";
import { Asked, Notice, Trouble, When } from "./parts";
import { count, people } from "./words";

interface RefusalsProps {
  status: StatusReport;
  decided: (told: StatusReport | null) => void;
}

export function Refusals({ status, decided }: RefusalsProps) {
  const { stopped, refused_about_us: ours } = status;
  return (
    <>
      {stopped.map((one) => (
        <Stopped key={`${one.relay} ${one.provider}`} of={one} status={status} />
      ))}
      {stopped.length > 0 && status.state !== "cancelled" && <Believe status={status} decided={decided} />}
      {ours && <AboutUs of={ours} />}
    </>
  );
}

function Stopped({ of, status }: { of: StoppedLine; status: StatusReport }) {
  const whom = of.provider ? `everybody of ${of.provider}` : "everybody";
  const others = of.provider ? "; it takes the others" : "";
  return (
    <Notice tone="error">
      <p>
        {of.relay} refuses {whom} since <When at={of.stopped_at} />
        {others}. That is about us or {of.provider ? "that provider" : "the relay"}, not about the people.
      </p>
      <code class="reply">{of.reply}</code>
      <p>
        {of.refusals === 1 ? "One refusal does" : `${count(of.refusals)} refusals do`} not count: nobody is suppressed,
        and those people are still to be sent. Mend what the words are about; whoever runs the relay knows.
        {status.is_at_it && " It is asked again every few minutes, and goes on by itself as soon as it takes one."}
      </p>
    </Notice>
  );
}

/** A list of dead addresses is refused to the last one, and rightly: then somebody says so. */
function Believe({ status, decided }: RefusalsProps) {
  const { mailing, state } = status;
  const [isAsked, ask] = useState(false);
  const { isBusy, fault, act } = useDoing();
  const believe = () =>
    act(async () => {
      if (state === "paused") {
        decided(await post<StatusReport>(`mailings/${mailing}/resume`, { believes_refusals: true }));
        return;
      }
      const { seen } = await get<LastPageReport>(`mailings/${mailing}/last-page`);
      await post(`mailings/${mailing}/send`, { seen, believes_refusals: true });
      decided(null);
    });
  if (status.is_at_it || state === "sending") {
    return <p class="note">Is it right about all of them? Pause the mailing, and say so then.</p>;
  }
  return (
    <>
      <p class="actions">
        <button type="button" class="plain" disabled={isBusy} onClick={() => ask(true)}>
          The refusals are right …
        </button>
      </p>
      <Trouble fault={fault} />
      {isAsked && (
        <Asked title="Are the refusals right?" yes="Yes, go on" act={() => void believe()} close={() => ask(false)}>
          <p>
            Then everybody who is refused counts as refused, and addresses that are called dead are not written to any
            more. Say so only of a list of old addresses.
          </p>
        </Asked>
      )}
    </>
  );
}

function AboutUs({ of }: { of: RefusedAboutUs }) {
  return (
    <Notice tone="error">
      <p>
        {people(of.people)} of {count(of.tried)} that were tried ({Math.round(of.share * 100)} %) were refused for a
        reason that is ours: the sender, the contents or a policy. Their addresses are good.
      </p>
      {of.replies.map((one) => (
        <p key={one.reply} class="said-of">
          <b>{count(one.people)}</b> <code class="reply">{one.reply}</code>
        </p>
      ))}
      <p>Mend what the words are about, and then try the refused again, below.</p>
    </Notice>
  );
}
