// Beside the mail: the issue and its blocks, or the form of the one that is being written.

import { render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import Sortable from "sortablejs";
import { Audience } from "./audience";
import { duplicateBlock, MOVED_ELSEWHERE, moveBlock, removeBlock } from "./block-acts";
import type { Desk, Saving } from "./desk";
import { Fields } from "./fields";
import { type Block, type Form, summary, type Value } from "./model";
import { Palette } from "./palette";
import { pictureTrouble } from "./pictures";
import { Icon, IconButton } from "./tools";

export function showPanel(root: HTMLElement, desk: Desk) {
  render(<WritePanel desk={desk} />, root);
}

/** Draw again whenever one of these desks has something new. */
export function useDesks(...desks: Desk[]) {
  const [, draw] = useState(0);
  useEffect(() => {
    const again = () => draw((count) => count + 1);
    const stops = desks.map((desk) => desk.listen(again));
    again();
    return () => {
      for (const stop of stops) stop();
    };
  }, desks);
}

function WritePanel({ desk }: { desk: Desk }) {
  useDesks(desk);
  if (!desk.file) return <p class="note">{desk.trouble || ""}</p>;
  return (
    <>
      <Status desk={desk} />
      <Place desk={desk} />
    </>
  );
}

function Place({ desk }: { desk: Desk }) {
  const { file } = desk;
  if (!file?.document.can_be_edited) return <Unreadable desk={desk} />;
  if (desk.adding !== null) return <Palette desk={desk} index={desk.adding} />;
  if (desk.selected !== null) return <BlockForm desk={desk} index={desk.selected} />;
  return <IssueForm desk={desk} />;
}

const SAVING: Record<Saving, string> = {
  saved: "Saved",
  waiting: "Saving …",
  saving: "Saving …",
  failed: "Not saved: the studio does not answer",
  refused: "Not saved",
  conflict: "Not saved: changed elsewhere too",
};

/** What is saved, what can be undone, and what both sides have changed, to be chosen between. */
export function Status({ desk }: { desk: Desk }) {
  const { undo, redo } = desk.file?.history ?? { undo: null, redo: null };
  const isWell = desk.saving === "saved";
  return (
    <>
      <div class="write-bar">
        <span class={`saving is-${desk.saving}`} role="status" title={desk.file?.document.name}>
          <Icon name={isWell ? "done" : desk.saving === "saving" || desk.saving === "waiting" ? "write" : "warning"} />
          {SAVING[desk.saving]}
        </span>
        <span class="gap" />
        <IconButton
          icon="undo"
          words={undo === null ? "Nothing to undo" : `Undo: ${undo || "a change"} (Ctrl Z)`}
          act={() => desk.step("undo")}
          isOff={undo === null}
        />
        <IconButton
          icon="redo"
          words={redo === null ? "Nothing to redo" : `Redo: ${redo || "a change"} (Ctrl Shift Z)`}
          act={() => desk.step("redo")}
          isOff={redo === null}
        />
        {pictureTrouble(desk.slug) && (
          <p class="trouble" role="alert">
            {pictureTrouble(desk.slug)}
          </p>
        )}
        {desk.saving === "refused" && <p class="trouble">{desk.trouble}</p>}
      </div>
      {desk.saving === "conflict" && <ConflictNotice desk={desk} />}
    </>
  );
}

function ConflictNotice({ desk }: { desk: Desk }) {
  return (
    <div class="conflict" role="alert">
      <p>
        <strong>This was changed in the file too,</strong> by an editor or another window, while you wrote here.
      </p>
      {desk.conflicts.slice(0, 5).map(({ path, mine, theirs }) => (
        <div class="sides" key={path.join(" ")}>
          <div>
            <strong>You wrote</strong>
            <p dir="auto">{inWords(mine)}</p>
          </div>
          <div>
            <strong>The file has</strong>
            <p dir="auto">{inWords(theirs)}</p>
          </div>
        </div>
      ))}
      <p class="actions">
        <button type="button" class="primary" onClick={() => desk.settle("mine")}>
          Keep what I wrote
        </button>
        <button type="button" class="plain" onClick={() => desk.settle("theirs")}>
          Take what is in the file
        </button>
      </p>
    </div>
  );
}

function inWords(value: Value): string {
  if (value === null || value === undefined || value === "") return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)} …` : text;
}

export function Unreadable({ desk }: { desk: Desk }) {
  const document = desk.file?.document;
  return (
    <section>
      <h2>{document?.name}</h2>
      <p>The file has a mistake in how it is written, so its fields cannot be told apart. Mend it in the source.</p>
      <ul class="problems">
        {document?.problems.map((problem) => (
          <li key={`${problem.line}:${problem.column}`}>
            Line {problem.line}: {problem.message}
            {problem.hint && `; ${problem.hint}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function IssueForm({ desk }: { desk: Desk }) {
  const form = desk.forms?.issue;
  if (!form) return null;
  return (
    <>
      <section class="form" aria-label="Issue">
        <Fields desk={desk} fields={usualFirst(form)} path={[]} />
      </section>
      <section aria-label="Blocks">
        <h2>Blocks</h2>
        <BlockList desk={desk} />
        {desk.file?.is_first && (
          <button type="button" class="primary add-block" onClick={() => desk.choose(desk.blocks.length)}>
            Add a block
          </button>
        )}
      </section>
    </>
  );
}

const AT_HAND = new Set(["subject", "preheader", "title", "number", "date"]);

/** What every issue has stays open; the rest is folded away. */
function usualFirst(form: Form) {
  return form.fields.map((field) => ({ ...field, is_rare: !AT_HAND.has(field.name) }));
}

function BlockList({ desk }: { desk: Desk }) {
  const list = useRef<HTMLOListElement>(null);
  const isWhole = desk.file?.is_first ?? false;
  useEffect(() => {
    if (!list.current || !isWhole) return;
    const sortable = Sortable.create(list.current, {
      handle: ".grip",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      onEnd: ({ oldIndex, newIndex, item, from }) => {
        if (oldIndex === undefined || newIndex === undefined || oldIndex === newIndex) return;
        // The list is Preact's: put back what was dragged, and let the new order be drawn.
        item.remove();
        from.insertBefore(item, from.children[oldIndex] ?? null);
        void moveBlock(desk, oldIndex, newIndex).then(() => desk.select(null));
      },
    });
    return () => sortable.destroy();
  }, [desk, isWhole]);
  return (
    <ol class="block-list" ref={list}>
      {desk.blocks.map((block) => (
        <BlockLine key={`${block.id ?? ""} ${block.index}`} desk={desk} block={block} isWhole={isWhole} />
      ))}
    </ol>
  );
}

function BlockLine({ desk, block, isWhole }: { desk: Desk; block: Block; isWhole: boolean }) {
  const label = desk.formOf(block.index)?.label ?? block.kind ?? "Block";
  const words = summary(desk.written(block.index) ?? block);
  const moved = (event: KeyboardEvent) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!by || !event.altKey || !isWhole) return;
    event.preventDefault();
    const to = block.index + by;
    const lines = (event.currentTarget as HTMLElement).closest("ol");
    void moveBlock(desk, block.index, to).then(() => {
      desk.select(null);
      requestAnimationFrame(() => lines?.children[to]?.querySelector<HTMLElement>(".open")?.focus());
    });
  };
  return (
    <li>
      {isWhole && (
        <span class="grip" title="Drag to another place">
          <Icon name="grip" />
        </span>
      )}
      <button
        type="button"
        class="open"
        onClick={() => desk.select(block.index)}
        onKeyDown={moved}
        data-heir={block.index === desk.left || undefined}
        aria-keyshortcuts={isWhole ? "Alt+ArrowUp Alt+ArrowDown" : undefined}
      >
        <span class="kind">{label}</span>
        <span class="words" dir="auto">
          {words}
        </span>
      </button>
    </li>
  );
}

function BlockForm({ desk, index }: { desk: Desk; index: number }) {
  const form = desk.formOf(index);
  const block = desk.written(index);
  const heading = useRef<HTMLHeadingElement>(null);
  const isWhole = desk.file?.is_first ?? false;
  // A form begins at its head, however far the list or the block before it was scrolled.
  useLayoutEffect(() => heading.current?.closest(".panel")?.scrollTo(0, 0), [desk.sitting]);
  return (
    <section class="form" aria-label={form?.label ?? "Block"}>
      <div class="form-head">
        <button type="button" class="plain back" onClick={() => desk.select(null)}>
          <Icon name="back" /> All blocks
        </button>
        <span class="gap" />
        {isWhole && (
          <>
            <IconButton
              icon="up"
              words="Move up (Alt ↑)"
              act={() => moveBlock(desk, index, index - 1)}
              isOff={index === 0}
            />
            <IconButton
              icon="down"
              words="Move down (Alt ↓)"
              act={() => moveBlock(desk, index, index + 1)}
              isOff={index >= desk.blocks.length - 1}
            />
            <IconButton icon="copy" words="Duplicate" act={() => duplicateBlock(desk, index)} />
          </>
        )}
        <IconButton
          icon="people"
          words="Who sees it"
          act={() => desk.showAudience(!desk.isAudienceOpen)}
          isOff={!form}
          isOpen={desk.isAudienceOpen}
        />
        {isWhole && <IconButton icon="delete" words="Delete" act={() => removeBlock(desk, index)} />}
      </div>
      {!isWhole && <p class="help-line">{MOVED_ELSEWHERE}</p>}
      <h2 ref={heading}>{form?.label ?? "Block"}</h2>
      {form && <AudienceOf key={`${desk.slug} ${desk.language} ${desk.sitting} audience`} desk={desk} index={index} />}
      {form && block ? (
        <Fields
          key={`${desk.slug} ${desk.language} ${desk.sitting}`}
          desk={desk}
          fields={form.fields.filter(({ kind }) => kind !== "condition")}
          path={["blocks", block.index]}
        />
      ) : (
        <p class="note">
          {form
            ? "This translation has no text of its own here: it shows the first language’s."
            : "This is written in the source."}
        </p>
      )}
      {isWhole && (
        <button type="button" class="plain add" onClick={() => desk.choose(index + 1)}>
          <Icon name="plus" />
          Add a block after this one
        </button>
      )}
    </section>
  );
}

function AudienceOf({ desk, index }: { desk: Desk; index: number }) {
  const own = desk.written(index);
  const path = ["blocks", own?.index ?? index, "show_if"];
  const written = (own && desk.value(path)) ?? desk.base?.blocks[index]?.values.show_if;
  const value = typeof written === "string" ? written : "";
  return <Audience desk={desk} path={path} value={value} isWhole={desk.file?.is_first ?? false} />;
}
