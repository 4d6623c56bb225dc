// A file of people: what its columns are, what has to be asked, what would happen; and then, if it is right, it does.

import { useEffect, useRef, useState } from "preact/hooks";
import { Newest } from "../answers";
import { byId } from "../dom";
import { FileButton, Icon } from "../writing/tools";
import { drop, post, useAnswer, useDoing } from "./ask";
import { Columns } from "./import-columns";
import { Outcome } from "./import-outcome";
import { type Answers, NO_ANSWERS, Questions } from "./import-questions";
import { ListChoice, type ListChosen } from "./list-choice";
import type { FileReport, ImportOutcome, ImportTrial, ListsReport } from "./model";
import { Crumb, PageHead } from "./page";
import { Field, Loaded, Notice, Section, To, Trouble, type Way } from "./parts";
import { places } from "./places";
import { people } from "./words";

export function ImportPage({ way }: { way: Way }) {
  const lists = useAnswer<ListsReport>("lists");
  const [file, setFile] = useState<FileReport | null>(null);
  const { isBusy, fault, act, forget } = useDoing();
  const take = (dropped: File) =>
    act(async () => {
      setFile(null);
      setFile(await drop<FileReport>(dropped));
    });
  return (
    <div class="page">
      <Crumb way={way} to={places.people}>
        People
      </Crumb>
      <PageHead title="Import a file of people" />
      <Loaded answer={lists}>
        {({ lists }) => (
          <>
            <DropPlace file={file} isBusy={isBusy} take={take} />
            <Trouble fault={fault} again={forget} />
            {file && <Import key={file.file} file={file} names={lists.map(({ name }) => name)} way={way} />}
          </>
        )}
      </Loaded>
    </div>
  );
}

function DropPlace({ file, isBusy, take }: { file: FileReport | null; isBusy: boolean; take: (file: File) => void }) {
  const [isOver, setOver] = useState(false);
  const wanted = useRef(take);
  wanted.current = take;
  // Anywhere in the window: beside its place, the browser would leave the page and show the file.
  useEffect(() => {
    const isSeen = () => !byId("sending").hidden;
    const over = (event: DragEvent) => {
      if (!isSeen()) return;
      event.preventDefault();
      // From one part of the page to another it is still over it.
      setOver(event.type === "dragover" || event.relatedTarget !== null);
    };
    const dropped = (event: DragEvent) => {
      if (!isSeen()) return;
      event.preventDefault();
      setOver(false);
      const one = event.dataTransfer?.files[0];
      if (one) wanted.current(one);
    };
    // Before those of the mail, which let nothing be dropped that is no picture.
    const kinds = { dragover: over, dragleave: over, drop: dropped };
    for (const [name, listener] of Object.entries(kinds)) addEventListener(name, listener as EventListener, true);
    return () => {
      for (const [name, listener] of Object.entries(kinds)) removeEventListener(name, listener as EventListener, true);
    };
  }, []);
  return (
    <div class={`drop-place ${isOver ? "is-over" : ""} ${file ? "filled" : ""}`}>
      {isBusy ? (
        <p>Reading …</p>
      ) : file ? (
        <p>
          <b dir="auto">{file.name}</b>{" "}
          <span class="note">
            {file.encoding}, columns by {separatorInWords(file.separator)}
          </span>
        </p>
      ) : (
        <p>
          <b>Drop the file here</b>
          <br />
          <span class="note">CSV, as a spreadsheet or another mailing program writes it. Nothing happens yet.</span>
        </p>
      )}
      <FileButton
        name="A file of people"
        accept=".csv,.tsv,.txt,text/csv"
        isOff={isBusy}
        take={([one]) => one && take(one)}
      >
        {file ? "Another file" : "Choose a file"}
      </FileButton>
    </div>
  );
}

function separatorInWords(separator: string) {
  return { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" }[separator] ?? separator;
}

const nameOf = (file: string) =>
  file
    .replace(/\.\w+$/, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .toLowerCase();

function Import({ file, names, way }: { file: FileReport; names: string[]; way: Way }) {
  const [list, setList] = useState<ListChosen>(
    names.length ? { name: names[0] ?? "", isNew: false } : { name: nameOf(file.name), isNew: true },
  );
  const [source, setSource] = useState("");
  const [columns, setColumns] = useState<Record<string, string>>(file.proposed);
  const [answers, setAnswers] = useState<Answers>(NO_ANSWERS);
  const [trial, setTrial] = useState<ImportTrial | null>(null);
  const [asked, setAsked] = useState<ImportTrial | null>(null);
  const [done, setDone] = useState<ImportOutcome | null>(null);
  const { isBusy, fault, act } = useDoing();
  const trials = useRef(new Newest()).current;
  const changing =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setTrial(null);
      trials.forget();
    };
  const wanted = { list: list.name, new_list: list.isNew, source, columns, ...answers };
  const tryIt = () =>
    act(async () => {
      const isNewest = trials.begin();
      const found = await post<ImportTrial>(`files/${file.file}/dry-run`, wanted);
      if (!isNewest()) return; // it would be another outcome now
      setTrial(found);
      if (!found.report) setAsked((former) => together(former, found));
    });
  const importIt = () =>
    act(async () =>
      setDone(
        (await post<{ report: ImportOutcome }>(`files/${file.file}/import`, { ...wanted, seen: trial?.seen })).report,
      ),
    );
  if (done) return <Done report={done} file={file} way={way} />;
  const report = trial?.report;
  return (
    <>
      <Columns file={file} said={columns} say={changing(setColumns)} />
      <Section title="Where to">
        <ListChoice names={names} chosen={list} choose={changing(setList)} />
        <Field
          label="How did they agree?"
          help="Is kept as the evidence of their consent. Left empty: the name of the file."
        >
          <input
            value={source}
            placeholder="Signed up at the fair in Lyon, March"
            onInput={(event) => changing(setSource)(event.currentTarget.value)}
          />
        </Field>
      </Section>
      {asked && <Questions of={asked} answers={answers} answer={changing(setAnswers)} />}
      {report && <Outcome report={report} file={file} isDone={false} />}
      <Trouble fault={fault} />
      <div class="last-bar">
        <span class="note">{report ? "Nothing has happened yet." : "This changes nothing."}</span>
        {report ? (
          <button type="button" class="primary" disabled={isBusy || !changes(report)} onClick={importIt}>
            {isBusy ? "Importing …" : importInWords(report)}
          </button>
        ) : (
          <button type="button" class="primary" disabled={isBusy || !list.name} onClick={tryIt}>
            {isBusy ? "Looking …" : "See what would happen"}
          </button>
        )}
      </div>
    </>
  );
}

/** What was asked before stays in sight with its answers, beside what is asked now. */
function together(former: ImportTrial | null, now: ImportTrial): ImportTrial {
  const columns = new Set(now.questions.map(({ column }) => column));
  const answered = former?.questions.filter(({ column }) => !columns.has(column)) ?? [];
  return {
    ...now,
    questions: [...answered, ...now.questions],
    asks_of_file_name: now.asks_of_file_name || (former?.asks_of_file_name ?? ""),
  };
}

const counted = ({ counts }: ImportOutcome, ...names: string[]) =>
  names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
const changes = (report: ImportOutcome) =>
  counted(report, "added", "added_pending", "added_unsubscribed", "updated", "left");

function importInWords(report: ImportOutcome) {
  const number = changes(report);
  return number ? `Import ${people(number)}` : "There is nothing to import";
}

function Done({ report, file, way }: { report: ImportOutcome; file: FileReport; way: Way }) {
  const gone = counted(report, "added_unsubscribed", "left");
  return (
    <>
      <Notice tone="well">
        <p>
          {people(changes(report) - gone)} of {file.name} went onto <b dir="auto">{report.list}</b>
          {gone > 0 && `; of ${people(gone)} it is kept that they have left`}.
        </p>
        <p class="actions">
          <To way={way} to={places.list(report.list)} class="plain">
            See the list
          </To>
          <To way={way} to={places.plan} class="plain">
            <Icon name="send" /> Send an issue to it
          </To>
        </p>
      </Notice>
      <Outcome report={report} file={file} isDone={true} />
    </>
  );
}
