// Two languages side by side, block by block: what is missing, what is older than its source, and the fields to write in.

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Newest } from "../answers";
import type { IssueReport } from "../api";
import { inWords, Trouble } from "../issues/dialog";
import { languageName } from "../languages";
import type { Desk } from "../writing/desk";
import { asText, at, type FormField } from "../writing/model";
import { Status, useDesks } from "../writing/panel";
import { MarkdownField } from "../writing/prose-field";
import { Icon, useName } from "../writing/tools";
import type { Door } from "./index";
import { add, type BlockRow, begin, confirm, look, type TextPair, type Told } from "./requests";
import { SourceText } from "./source-text";

export function showRoom(root: HTMLElement, desk: Desk, door: Door, report: IssueReport, language: string): void {
  render(<Room desk={desk} door={door} report={report} language={language} />, root);
}

interface RoomProps {
  desk: Desk;
  door: Door;
  report: IssueReport;
  language: string;
}

function Room({ desk, door, report, language }: RoomProps) {
  useDesks(desk);
  const [told, setTold] = useState<Told | null>(null);
  const [trouble, setTrouble] = useState("");
  const [isOnlyOpen, setOnlyOpen] = useState(false);
  const { slug } = report;
  const asked = language || "und";
  const questions = useRef(new Newest()).current;
  const open = useRef({ slug, asked });
  open.current = { slug, asked };
  const show = async (answer: Told) => {
    setTold(answer);
    setTrouble("");
    if (!language && answer.languages[0]) door.go(`translations/${answer.languages[0]}`);
    if (answer.file) await desk.open(slug, answer.language);
  };
  const see = async () => {
    const isNewest = questions.begin();
    try {
      const answer = await look(open.current.slug, open.current.asked, isNewest);
      if (isNewest()) await show(answer);
    } catch (error) {
      if (isNewest()) setTrouble(inWords(error));
    }
  };
  /** What was asked for since may have been told before this was done, and what is told of this before that. */
  const act = async (work: Promise<Told>) => {
    const isNewest = questions.begin();
    try {
      const answer = await work;
      await (isNewest() ? show(answer) : see());
    } catch (error) {
      setTrouble(inWords(error));
    }
  };
  const version = desk.slug === slug && desk.language === language ? desk.file?.document.version : "";
  useEffect(() => {
    void see();
  }, [slug, asked, version, report]);
  const leave = () => void desk.flush().then(() => door.go(""));
  const isTold = told !== null && told.language === asked;
  const isOpen =
    isTold &&
    told.file !== null &&
    !told.trouble &&
    desk.language === language &&
    desk.slug === slug &&
    desk.file !== null;
  return (
    <>
      <div class="bar room-bar">
        <button type="button" class="quiet" onClick={leave} aria-label="Back to the mail" title="Back to the mail">
          <Icon name="back" /> <span class="wide-only">The mail</span>
        </button>
        <nav class="room-tabs" aria-label="Languages">
          {told?.languages.map((code) => (
            <button
              key={code}
              type="button"
              class="room-tab"
              aria-current={code === language ? "page" : undefined}
              onClick={() => void desk.flush().then(() => door.go(`translations/${code}`))}
            >
              {languageName(code)}
            </button>
          ))}
        </nav>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section class="room-body" tabIndex={0} aria-label={`Texts in ${languageName(language)}`}>
        <div class="translations panel">
          <h1 class="unseen">Translations</h1>
          {(trouble || told?.trouble) && <Trouble words={trouble || (told?.trouble ?? "")} />}
          {isTold && !told.languages.length && <OneLanguage leave={leave} />}
          {isTold && told.languages.length > 0 && !told.file && !told.trouble && (
            <NotBegun told={told} begin={() => act(begin(slug, language))} />
          )}
          {isOpen && (
            <>
              <Head told={told} report={report} desk={desk} isOnlyOpen={isOnlyOpen} setOnlyOpen={setOnlyOpen} />
              {told.rows.map((row) => (
                <Row
                  key={`${row.index} ${row.kind}`}
                  row={row}
                  told={told}
                  desk={desk}
                  isOnlyOpen={isOnlyOpen}
                  confirm={(pair) => void act(confirm(slug, language, pair.there))}
                  add={() => void act(add(slug, language, row.index ?? 0))}
                />
              ))}
            </>
          )}
        </div>
      </section>
    </>
  );
}

function OneLanguage({ leave }: { leave: () => void }) {
  return (
    <div class="empty">
      <Icon name="languages" isLarge />
      <h1>The publication has one language</h1>
      <p>Others are added beside the mail, under Publication: Languages.</p>
      <button type="button" class="primary" onClick={leave}>
        Back to the mail
      </button>
    </div>
  );
}

function NotBegun({ told, begin }: { told: Told; begin: () => Promise<void> }) {
  const name = languageName(told.language);
  return (
    <div class="empty">
      <Icon name="languages" isLarge />
      <h1>There is no text in {name} yet</h1>
      <p>
        It begins with the words of the first language ({languageName(told.first)}), block by block, and each is marked
        until it is translated.
      </p>
      <button type="button" class="primary" onClick={() => void begin()}>
        Begin in {name}
      </button>
    </div>
  );
}

interface HeadProps {
  told: Told;
  report: IssueReport;
  desk: Desk;
  isOnlyOpen: boolean;
  setOnlyOpen: (isOnly: boolean) => void;
}

function Head({ told, report, desk, isOnlyOpen, setOnlyOpen }: HeadProps) {
  const pairs = told.rows.flatMap((row) => row.pairs);
  const missing = pairs.filter((pair) => pair.state === "missing").length;
  const newer = pairs.filter((pair) => pair.state === "newer").length;
  const texts = (count: number) => `${count} ${count === 1 ? "text" : "texts"}`;
  const findings = report.findings.filter((finding) => finding.file.endsWith(`/${told.file}`));
  return (
    <header class="translations-head">
      <Status desk={desk} />
      <div class="summary">
        <p role="status">
          {missing > 0 && (
            <span class="text-mark missing">
              {texts(missing)} {missing === 1 ? "is" : "are"} not translated
            </span>
          )}
          {newer > 0 && (
            <span class="text-mark newer">
              {texts(newer)} {newer === 1 ? "was" : "were"} changed in the source since
            </span>
          )}
          {!missing && !newer && (
            <span class="text-mark done">
              <Icon name="done" /> All texts are translated
            </span>
          )}
        </p>
        <label class="check">
          <input type="checkbox" checked={isOnlyOpen} onChange={(event) => setOnlyOpen(event.currentTarget.checked)} />
          Only what is to do
        </label>
      </div>
      {findings.length > 0 && (
        <details class="found">
          <summary>What the checks say: {findings.length}</summary>
          <ul>
            {findings.map((finding) => (
              <li key={`${finding.line}:${finding.column} ${finding.message}`} dir="auto">
                Line {finding.line}: {finding.message}
                {finding.hint && `; ${finding.hint}`}
              </li>
            ))}
          </ul>
        </details>
      )}
      <p class="pair-heads" aria-hidden="true">
        <span>{languageName(told.first)}</span>
        <span>{languageName(told.language)}</span>
      </p>
    </header>
  );
}

interface RowProps {
  row: BlockRow;
  told: Told;
  desk: Desk;
  isOnlyOpen: boolean;
  confirm: (pair: TextPair) => void;
  add: () => void;
}

const isToDo = (pair: TextPair) => pair.state === "missing" || pair.state === "newer";

function Row({ row, told, desk, isOnlyOpen, confirm, add }: RowProps) {
  const [shown] = useState(() => new Set<string>());
  // What was to be done stays in sight while it is being written.
  for (const pair of row.pairs) if (isToDo(pair)) shown.add(pair.there.join(" "));
  const pairs = isOnlyOpen ? row.pairs.filter((pair) => shown.has(pair.there.join(" "))) : row.pairs;
  if (!pairs.length) return null;
  const isLacking = row.index !== null && row.here === null;
  const take = (pair: TextPair) => {
    const path = ["blocks", row.here ?? 0, pair.there[2] ?? ""];
    const value = at(desk.base?.values, ["blocks", row.index ?? 0, pair.there[2] ?? ""]);
    void desk.act([{ edit: "set", path, value }], `the source’s words of “${pair.label}”`);
  };
  return (
    <div class="block-texts">
      <h2>{row.label}</h2>
      {pairs.map((pair, index) => (
        <div class={`text-pair ${pair.state}`} key={pair.there.join(" ")}>
          <div class="there">
            <span class="label">{pair.label}</span>
            <SourceText pair={pair} language={told.first} />
          </div>
          <div class="here" lang={told.language}>
            {pair.here ? (
              <Field key={pair.here.join(" ")} pair={pair} path={pair.here} desk={desk} />
            ) : isLacking ? (
              index === 0 && (
                <p class="lacking">
                  This block is not in the translation.
                  <button type="button" class="plain" onClick={add}>
                    Add it
                  </button>
                </p>
              )
            ) : (
              <p class="lacking">
                Its list is not in the translation yet.
                <button type="button" class="plain" onClick={() => take(pair)}>
                  Begin with the source’s words
                </button>
              </p>
            )}
            {pair.here && pair.state === "missing" && <p class="text-mark missing">Not translated</p>}
            {pair.here && pair.state === "newer" && (
              <p class="text-mark newer">
                The source was changed since
                <button
                  type="button"
                  class="plain"
                  aria-label={`${pair.label}: the translation is still right`}
                  onClick={() => confirm(pair)}
                >
                  Still right
                </button>
              </p>
            )}
          </div>
        </div>
      ))}
    </div>
  );
}

function Field({ pair, path, desk }: { pair: TextPair; path: (string | number)[]; desk: Desk }) {
  const id = useName();
  const name = String(path.findLast((key) => typeof key === "string") ?? "");
  if (pair.kind === "markdown") {
    const field: FormField = { name, label: pair.label, kind: "markdown" };
    return <MarkdownField desk={desk} field={field} path={path} />;
  }
  return (
    <div class="field">
      <label for={id}>{pair.label}</label>
      <textarea
        id={id}
        rows={1}
        dir="auto"
        value={asText(desk.value(path))}
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        onInput={(event) =>
          desk.set(path, event.currentTarget.value.replaceAll("\n", " "), `translating “${pair.label}”`)
        }
      />
    </div>
  );
}
