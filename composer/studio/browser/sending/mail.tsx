// One mail, exactly as it was sent to one person; only its links lead nowhere.

import { useEffect, useState } from "preact/hooks";
import { askText, hasPage } from "../api";
import { asFault, type Fault } from "./ask";
import { Choice, Crumb, PageHead } from "./page";
import { Skeleton, To, Trouble, type Way } from "./parts";
import { places } from "./places";

type Form = "desktop" | "phone" | "dark" | "text";
const FORMS: [Form, string][] = [
  ["desktop", "Desktop"],
  ["phone", "Phone"],
  ["dark", "Dark"],
  ["text", "Text"],
];

export function MailPage({
  mailing,
  subscriber,
  email,
  way,
}: {
  mailing: number;
  subscriber: number;
  email: string;
  way: Way;
}) {
  const [form, setForm] = useState<Form>(innerWidth < 760 ? "phone" : "desktop");
  const path = `/sending/mailings/${mailing}/${subscriber}`;
  const address = `${path}/mail?scheme=${form === "dark" ? "dark" : "light"}`;
  return (
    <div class="page">
      <Crumb way={way} to={places.mailing(mailing)}>
        Mailing {mailing}
      </Crumb>
      <div class="page-head row">
        <PageHead title="As it was sent">
          To{" "}
          {email ? (
            <To way={way} to={places.person(email)}>
              {email}
            </To>
          ) : (
            "one person"
          )}
          , byte for byte; only its links lead nowhere here.
        </PageHead>
        <Choice name="form" chosen={form} choose={setForm} of={FORMS} />
        <a class="plain" href={`${path}/message.eml`} download>
          Download
        </a>
      </div>
      {form === "text" ? (
        <TextPart address={`${path}/text`} />
      ) : (
        <MailFrame key={address} class={`sent-mail as-${form}`} title={`The mail to ${email}`} address={address} />
      )}
    </div>
  );
}

interface MailFrameProps {
  title: string;
  address: string;
  class?: string;
}

/** One mail, as the server draws it; in its place why there is none. */
export function MailFrame({ title, address, class: name }: MailFrameProps) {
  const [fault, setFault] = useState<Fault | null>(null);
  if (fault) return <Trouble fault={fault} />;
  return (
    <iframe
      class={name}
      title={title}
      src={address}
      sandbox="allow-same-origin"
      onLoad={({ currentTarget }) => hasPage(currentTarget, (why) => setFault(asFault(why)))}
    />
  );
}

function TextPart({ address }: { address: string }) {
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => {
    let isWanted = true;
    askText(address, () => isWanted).then(
      (found) => isWanted && setText(found),
      (error) => isWanted && setFault(asFault(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [address]);
  if (fault) return <Trouble fault={fault} />;
  return text === null ? <Skeleton lines={8} /> : <pre class="sent-text">{text}</pre>;
}
