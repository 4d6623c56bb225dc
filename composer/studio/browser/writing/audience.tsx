// Who sees a block: a condition put together of rows, said in words, and how the mail looks on both of its sides.

import { useEffect, useRef, useState } from "preact/hooks";
import { Newest } from "../answers";
import { Refusal } from "../api";
import { ConditionRows } from "./condition-rows";
import { type Askable, askAudience, askCondition, type ConditionReport, type Row, rowOf } from "./conditions";
import type { Desk } from "./desk";
import type { Path } from "./model";
import { Icon, useName } from "./tools";

const EVERYBODY: ConditionReport = { text: "", words: "", problem: "", hint: "", join: "all", rows: [] };

interface AudienceProps {
  desk: Desk;
  path: Path;
  /** What is written, "" for everybody. */
  value: string;
  /** A translation shows to whom the first language says. */
  isWhole: boolean;
}

export function Audience({ desk, path, value, isWhole }: AudienceProps) {
  const { report, show, read, write } = useCondition(desk, path, value);
  const place = useRef<HTMLDetailsElement>(null);
  const isOpen = desk.isAudienceOpen;
  const summary = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    place.current?.scrollIntoView({ block: "nearest" });
    summary.current?.focus();
  }, [isOpen]);
  const said = useRef("");
  if (report.text === value) said.current = report.words;
  const words = value ? said.current || (report.problem ? "A condition with a mistake" : "…") : "Everybody";
  return (
    <details
      ref={place}
      class="audience"
      data-path={JSON.stringify(path)}
      open={isOpen}
      onToggle={(event) => desk.showAudience(event.currentTarget.open)}
    >
      <summary ref={summary}>
        <Icon name="people" />
        <span>
          <b>Who sees it</b> {!(isOpen && isWhole) && <span class="words">{words}</span>}
        </span>
      </summary>
      {isOpen && isWhole && (
        <Builder
          desk={desk}
          report={report}
          write={write}
          read={read}
          clear={() => {
            show(EVERYBODY);
            desk.set(path, null, "let everybody see it");
          }}
        />
      )}
      {isOpen && !isWhole && <p class="help-line">It is chosen in the first language, for all of them.</p>}
      {isOpen && value && <BothSides desk={desk} condition={value} />}
    </details>
  );
}

/** The condition as it is written, or as it is being put together: only what is whole and right is saved. */
function useCondition(desk: Desk, path: Path, value: string) {
  const [report, show] = useState(EVERYBODY);
  const own = useRef("");
  const questions = useRef(new Newest()).current;
  const { slug, language } = desk;
  const answer = async (said: Parameters<typeof askCondition>[2]): Promise<ConditionReport | null> => {
    const isNewest = questions.begin();
    try {
      const told = await askCondition(slug, language, said, isNewest);
      if (!isNewest()) return null;
      // Rows that are not complete yet stay as they are on the screen.
      show("rows" in said ? { ...told, rows: said.rows } : told);
      return told;
    } catch (error) {
      if (!isNewest()) return null;
      const problem = error instanceof Refusal ? error.message : "the studio does not answer";
      show((before) => ({ ...before, problem, hint: "" }));
      return null;
    }
  };
  /** The block may be moved before it is known whether this can be saved. */
  const save = async (said: Parameters<typeof askCondition>[2]) => {
    const held = desk.places.hold(path);
    const told = await answer(said);
    const place = desk.places.release(held);
    if (!place || !told || told.problem || told.text === own.current) return;
    own.current = told.text;
    desk.set(place, told.text.trim() ? told.text : null, "choose who sees it");
  };
  useEffect(() => {
    if (value === own.current) return;
    own.current = value;
    if (value) void answer({ text: value });
    else {
      questions.forget();
      show(EVERYBODY);
    }
  }, [value, slug, language]);
  return {
    report,
    show: (told: ConditionReport) => {
      questions.forget();
      own.current = told.text;
      show(told);
    },
    read: (text: string) => save({ text }),
    write: (rows: Row[], join: "all" | "any") => {
      show((before) => ({ ...before, rows, join }));
      return save({ rows, join });
    },
  };
}

interface BuilderProps {
  desk: Desk;
  report: ConditionReport;
  write: (rows: Row[], join: "all" | "any") => void;
  read: (text: string) => void;
  clear: () => void;
}

function Builder({ desk, report, write, read, clear }: BuilderProps) {
  const [askable, know] = useState<Askable | null>(null);
  const { slug, language } = desk;
  useEffect(() => {
    let isWanted = true;
    askAudience(slug, language, () => isWanted).then(
      (told) => isWanted && know(told),
      () => isWanted && know({ fields: [], lists: [] }),
    );
    return () => {
      isWanted = false;
    };
  }, [slug, language]);
  if (!askable) return <p class="help-line">…</p>;
  const { rows, join } = report;
  const isEverybody = rows?.length === 0 && !report.text;
  const isText = rows === null;
  return (
    <div class="audience-form">
      {isText && !report.problem && <p class="help-line">This is more than rows can show. It is written as text.</p>}
      {rows && <ConditionRows askable={askable} rows={rows} join={join} write={write} clear={clear} />}
      <div class="choices">
        {rows && (
          <button type="button" class="plain" onClick={() => write([...rows, rowOf("language")], join)}>
            {isEverybody ? (
              "Only some readers"
            ) : (
              <>
                <Icon name="plus" />
                Another condition
              </>
            )}
          </button>
        )}
        {!isEverybody && (
          <button type="button" class="plain" onClick={clear}>
            Everybody
          </button>
        )}
      </div>
      <Told report={report} isEverybody={isEverybody} />
      <AsText text={report.text} isOpen={isText} read={read} />
    </div>
  );
}

function Told({ report, isEverybody }: { report: ConditionReport; isEverybody: boolean }) {
  const { words, problem, hint } = report;
  return (
    <p class={problem ? "audience-told wrong" : "audience-told"} role="status">
      <Icon name={problem ? "info" : "done"} />
      <span dir="auto">
        {problem
          ? `Not saved yet: ${problem}${hint ? `; ${hint}` : ""}.`
          : isEverybody
            ? "Every reader sees this block."
            : `${words}.`}
      </span>
    </p>
  );
}

function AsText({ text, isOpen, read }: { text: string; isOpen: boolean; read: (text: string) => void }) {
  const id = useName();
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = input.current;
    if (element && document.activeElement !== element && element.value !== text) element.value = text;
  });
  return (
    <details class="as-text" open={isOpen}>
      <summary>As text</summary>
      <label class="unseen" for={id}>
        Condition as text
      </label>
      <textarea
        id={id}
        ref={input}
        class="code"
        rows={2}
        spellcheck={false}
        placeholder={'subscriber.language == "fr"'}
        onInput={(event) => read(event.currentTarget.value.replaceAll("\n", " "))}
      />
    </details>
  );
}

/** How the mail looks to somebody who gets the block, and to somebody who does not. */
function BothSides({ desk, condition }: { desk: Desk; condition: string }) {
  // Those of the last condition are other readers: until the mail has the new one, nobody can be chosen.
  const sides = desk.sides.find((one) => one.block === desk.selected && one.condition === condition);
  const see = (detail: { reader: string; beside: string }) =>
    document.dispatchEvent(new CustomEvent("look-as", { detail }));
  const seen = sides?.seen_by ?? "";
  const hidden = sides?.hidden_from ?? "";
  return (
    <fieldset class="choices sides-of-it" aria-label="See the mail as">
      <span class="label">See the mail as</span>
      <button type="button" class="plain" disabled={!seen} onClick={() => see({ reader: seen, beside: "" })}>
        one who gets it
      </button>
      <button type="button" class="plain" disabled={!hidden} onClick={() => see({ reader: hidden, beside: "" })}>
        one who does not
      </button>
      <button
        type="button"
        class="plain"
        disabled={!seen || !hidden}
        onClick={() => see({ reader: seen, beside: `reader:${hidden}` })}
      >
        both
      </button>
      <button type="button" class="plain" onClick={() => document.dispatchEvent(new CustomEvent("look"))}>
        More in Look
      </button>
    </fieldset>
  );
}
