// Test mails: to some addresses, as some reader, and what the relay said of each.

import { useState } from "preact/hooks";
import type { IssueReport } from "../api";
import { Icon } from "../writing/tools";
import { addressesIn, isOfName } from "./addresses";
import { post, useDoing } from "./ask";
import type { Door, Open } from "./index";
import type { TestAnswer } from "./model";
import { Choice, NoIssue, PageHead } from "./page";
import { Field, Notice, Section, Skeleton, Trouble } from "./parts";
import { PersonSearch } from "./person-search";
import { languageInWords } from "./words";

const KEPT = "test-mail-to";

type ReaderKind = "sample" | "typed" | "subscriber";

export function TestMailPage({ open, door }: { open: Open; door: Door }) {
  const { report, isWithout } = open;
  if (!report) return isWithout ? <NoIssue door={door} /> : <Skeleton />;
  return <TestForm report={report} door={door} />;
}

function TestForm({ report, door }: { report: IssueReport; door: Door }) {
  const [to, setTo] = useState(() => localStorage.getItem(KEPT) ?? "");
  const [languages, setLanguages] = useState<string[]>([report.language]);
  const [subject, setSubject] = useState("A");
  const [kind, setKind] = useState<ReaderKind>("sample");
  const [sample, setSample] = useState(report.reader.key);
  const [values, setValues] = useState<Record<string, string>>(report.reader.values);
  const [email, setEmail] = useState("");
  const [answers, setAnswers] = useState<TestAnswer[] | null>(null);
  const { isBusy, fault, act, forget } = useDoing();
  const { addresses, others, turned } = addressesIn(to);
  const subjects = report.inbox?.subjects ?? [];
  const mails = addresses.length * languages.length;
  const isReady = mails > 0 && !others.length && (kind !== "subscriber" || email !== "");
  const reader = kind === "sample" ? { kind, key: sample } : kind === "typed" ? { kind, values } : { kind, email };
  const send = () =>
    act(async () => {
      setAnswers(null);
      await door.flush();
      localStorage.setItem(KEPT, to);
      const path = `issues/${encodeURIComponent(report.slug)}/test`;
      setAnswers((await post<{ answers: TestAnswer[] }>(path, { to: addresses, languages, subject, reader })).answers);
    });
  return (
    <form
      class="page narrow"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      <PageHead title="Test mail" of={report.title}>
        The issue as it is now, marked <q>[Test]</q> in its subject. Nobody but these addresses gets it, and nothing is
        recorded.
      </PageHead>
      <Field label="To" help="Several addresses: one a line, or with commas.">
        <textarea
          rows={2}
          value={to}
          spellcheck={false}
          autocomplete="email"
          placeholder="you@example.org"
          onInput={(event) => {
            // What was said of other addresses is not about these.
            forget();
            setAnswers(null);
            setTo(event.currentTarget.value);
          }}
        />
      </Field>
      {others.length > 0 && (
        <p class="note asking" role="status">
          No {others.length > 1 ? "addresses" : "address"}: {others.map((one) => `“${one}”`).join(", ")}. Nothing is
          sent until that is mended or taken out.
          {others.some((one) => isOfName(one, to)) && " A name with commas is put in quotation marks."}
        </p>
      )}
      {turned.length > 0 && (
        <p class="note" role="status">
          Read as one name with its address: {turned.map((one) => `“${one}”`).join(", ")}.
        </p>
      )}
      <fieldset class="field">
        <legend>As which reader</legend>
        <Choice
          name="reader"
          chosen={kind}
          choose={setKind}
          of={[
            ["sample", "A sample"],
            ["typed", "Values I type"],
            ["subscriber", "A subscriber"],
          ]}
        />
        {kind === "sample" && (
          <select aria-label="Sample reader" value={sample} onChange={(event) => setSample(event.currentTarget.value)}>
            {report.readers.map(({ key, label }) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        )}
        {kind === "typed" && <TypedValues report={report} values={values} set={setValues} />}
        {kind === "subscriber" && <PersonSearch chosen={email} choose={setEmail} />}
      </fieldset>
      {report.languages.length > 1 && (
        <fieldset class="field">
          <legend>Languages</legend>
          <Ticks all={report.languages} chosen={languages} choose={setLanguages} words={languageInWords} />
        </fieldset>
      )}
      {subjects.length > 1 && (
        <Field label="Subject">
          <select value={subject} onChange={(event) => setSubject(event.currentTarget.value)}>
            {subjects.map((words, index) => (
              <option key={words} value={"ABCD"[index]}>
                {"ABCD"[index]}: {words}
              </option>
            ))}
          </select>
        </Field>
      )}
      <p class="actions">
        <button type="submit" class="primary" disabled={!isReady || isBusy}>
          {isBusy ? "Sending …" : mails > 1 ? `Send ${mails} test mails` : "Send the test mail"}
        </button>
      </p>
      <Trouble fault={fault} again={send} />
      {answers && <Answers of={answers} />}
    </form>
  );
}

interface TicksProps {
  all: string[];
  chosen: string[];
  choose: (chosen: string[]) => void;
  words: (one: string) => string;
}

function Ticks({ all, chosen, choose, words }: TicksProps) {
  return (
    <div class="ticks">
      {all.map((one) => (
        <label key={one} class="tick">
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={(event) =>
              choose(all.filter((other) => (other === one ? event.currentTarget.checked : chosen.includes(other))))
            }
          />
          <span>{words(one)}</span>
        </label>
      ))}
    </div>
  );
}

interface TypedValuesProps {
  report: IssueReport;
  values: Record<string, string>;
  set: (values: Record<string, string>) => void;
}

function TypedValues({ report, values, set }: TypedValuesProps) {
  if (!report.fields.length) return <p class="note">This issue shows nothing of its reader.</p>;
  return (
    <div class="typed">
      {report.fields.map(({ name, meaning }) => (
        <label key={name} title={meaning}>
          <span>{name.replaceAll("_", " ")}</span>
          <input
            value={values[name] ?? ""}
            autocomplete="off"
            onInput={(event) => set({ ...values, [name]: event.currentTarget.value })}
          />
        </label>
      ))}
    </div>
  );
}

function Answers({ of }: { of: TestAnswer[] }) {
  const refused = of.filter((one) => !one.is_accepted).length;
  const all = of.length === 1 ? "The relay took it." : `The relay took all ${of.length}.`;
  return (
    <Section title="What the relay said">
      <Notice tone={refused ? "error" : "well"}>
        {refused ? (
          <p>
            {refused === of.length ? "The relay took none" : `The relay did not take ${refused} of ${of.length}`}: its
            words stand below.
          </p>
        ) : (
          <p>{all} Look into the inbox, and into the spam folder too.</p>
        )}
      </Notice>
      <ul class="lines answers">
        {of.map((one) => (
          <li key={`${one.to} ${one.language}`}>
            <span class={one.is_accepted ? "mark well" : "mark error"}>
              <Icon name={one.is_accepted ? "done" : "error"} />
            </span>
            <span class="who">
              <b>{one.to}</b>
              <small>
                {languageInWords(one.language)}, by {one.relay}
                {!one.is_accepted && `, at ${one.phase}`}
              </small>
            </span>
            <code class="reply">{one.words}</code>
          </li>
        ))}
      </ul>
    </Section>
  );
}
