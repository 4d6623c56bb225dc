// The readers' mail programs, that of most readers first: what each loses, in which blocks, and what merely looks plainer.

import { Fragment, render } from "preact";
import { capital } from "../findings";
import type { Desk } from "../writing/desk";
import { useDesks } from "../writing/panel";
import { Icon } from "../writing/tools";
import type { FeatureLoss, MailProgram, ProgramsReport } from "./api";
import { blockLabel, wordsOf } from "./weights";

interface ListProps {
  told: ProgramsReport | null;
  desk: Desk;
  /** Show a block in the mail. */
  lead: (block: number) => void;
  /** To where one says which programs the readers have. */
  toShares: () => void;
}

export function showPrograms(root: HTMLElement, list: ListProps): void {
  render(<ProgramList {...list} />, root);
}

const percent = (share: number) => `${share < 1 ? share.toFixed(1) : Math.round(share)} %`;

const sumOf = (programs: MailProgram[]) => programs.reduce((sum, { share }) => sum + share, 0);

function ProgramList({ told, desk, lead, toShares }: ListProps) {
  useDesks(desk);
  if (!told?.programs.length) return null;
  const { programs } = told;
  const losing = programs.filter(({ lost }) => lost.length);
  return (
    <section aria-labelledby="mail-programs-title">
      <h2 id="mail-programs-title">
        Mail programs
        <small class={losing.length ? "losing" : ""}>
          {losing.length ? `${percent(sumOf(losing))} of readers lose something` : "nobody loses anything"}
        </small>
      </h2>
      <ShareBar programs={programs} />
      <ul class="programs">
        {programs.map((program) => (
          <li key={program.program}>
            <Program program={program} desk={desk} lead={lead} />
          </li>
        ))}
      </ul>
      <p class="help-line">
        {told.is_own
          ? "The shares are your readers’. "
          : "The shares are a guess, until you say what your readers have. "}
        <button type="button" class="text-button" onClick={toShares}>
          {told.is_own ? "Change them" : "Say what they have"}
        </button>
      </p>
    </section>
  );
}

/** All readers in one line: each program as wide as its share. */
function ShareBar({ programs }: { programs: MailProgram[] }) {
  return (
    <div class="share-bar" aria-hidden="true">
      {programs.map(({ program, name, share, lost }) => (
        <i
          key={program}
          class={lost.length ? "losing" : ""}
          style={{ flexGrow: share }}
          title={`${name}, ${percent(share)}`}
        />
      ))}
    </div>
  );
}

function Program({ program, desk, lead }: { program: MailProgram; desk: Desk; lead: ListProps["lead"] }) {
  const { name, share, lost, plainer } = program;
  const verdict = lost.length === 1 ? "1 loss" : lost.length ? `${lost.length} losses` : "all there";
  return (
    <details class={lost.length ? "program losing" : "program"}>
      <summary>
        <Icon name={lost.length ? "warning" : "done"} />
        <span class="name">{name}</span>
        <span class="verdict">{verdict}</span>
        <b>{percent(share)}</b>
      </summary>
      <div class="more">
        {lost.length > 0 && (
          <ul class="losses">
            {lost.map((loss) => (
              <li key={loss.title}>
                <p>
                  <code>{loss.words}</code>
                  <span>{capital(loss.reason)}.</span>
                </p>
                <p class="hint">{capital(loss.advice)}.</p>
                <Notes notes={loss.notes} />
                <Blocks loss={loss} desk={desk} lead={lead} />
              </li>
            ))}
          </ul>
        )}
        <Plainer losses={plainer} isFolded={lost.length > 0} desk={desk} lead={lead} />
      </div>
    </details>
  );
}

/** What is not understood and harms nobody: a line each, and more of it for who asks. */
function Plainer(props: { losses: FeatureLoss[]; isFolded: boolean; desk: Desk; lead: ListProps["lead"] }) {
  const { losses, isFolded, desk, lead } = props;
  if (!losses.length) return isFolded ? null : <p class="hint">It understands all that this mail uses.</p>;
  const [count, are] = losses.length === 1 ? ["1 feature", "is"] : [`${losses.length} features`, "are"];
  return (
    <details class="unmissed" open={!isFolded}>
      <summary>
        {count} {are} not understood, or in part, and nobody misses {are === "is" ? "it" : "them"}
      </summary>
      <ul class="plainer">
        {losses.map((loss) => (
          <li key={loss.title}>
            <details>
              <summary>
                <span class="name">{loss.title}</span>
                <small>{loss.support === "no" ? "not" : "partly"}</small>
              </summary>
              <div class="more">
                <Notes notes={loss.notes} />
                <Blocks loss={loss} desk={desk} lead={lead} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** A link of Markdown: its words are enough here. */
const LINK = /\[([^\]]+)\]\([^)]+\)/g;

/** What was found out about it, in the words of those who tried it. */
function Notes({ notes }: { notes: string[] }) {
  return (
    <>
      {notes.map((note) => (
        <p key={note} class="caniemail">
          {note
            .replace(LINK, "$1")
            .split("`")
            .map((part, index) =>
              index % 2 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>,
            )}{" "}
          <small>caniemail.com</small>
        </p>
      ))}
    </>
  );
}

const MOST_BLOCKS = 8;

function Blocks({ loss, desk, lead }: { loss: FeatureLoss; desk: Desk; lead: ListProps["lead"] }) {
  const shown = loss.blocks.slice(0, MOST_BLOCKS);
  const others = loss.blocks.length - shown.length;
  return (
    <p class="in-blocks">
      {shown.map((block) => (
        <button key={block} type="button" class="plain" title={wordsOf(desk, block)} onClick={() => lead(block)}>
          {blockLabel(desk, block)}
        </button>
      ))}
      {others > 0 && <span>and {others} more blocks</span>}
      {loss.is_around && <span>{shown.length > 0 && "and "}around the blocks</span>}
    </p>
  );
}
