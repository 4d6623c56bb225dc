// What each block weighs of what Gmail shows of a mail, in a list beside it.

import { kilobytes } from "../dom";
import type { Desk } from "../writing/desk";
import { Icon } from "../writing/tools";
import type { IssueSeeing } from "./api";
import { blockLabel, share, wordsOf } from "./weights";

export function BlockWeights({ seeing, desk }: { seeing: IssueSeeing; desk: Desk }) {
  const whole = seeing.around + seeing.blocks.reduce((sum, one) => sum + one.bytes, 0);
  const heaviest = Math.max(seeing.around, ...seeing.blocks.map((one) => one.bytes), 1);
  return (
    <section aria-labelledby="look-weight">
      <h2 id="look-weight">
        Weight{" "}
        <small>
          {kilobytes(whole)} of {kilobytes(seeing.clip)}
        </small>
      </h2>
      <ol class="block-weights">
        {seeing.blocks.map(({ block, bytes }) => (
          <li key={block}>
            <button type="button" onClick={() => desk.select(block)} title={wordsOf(desk, block)}>
              <span class="kind">{blockLabel(desk, block)}</span>
              <span class="words" dir="auto">
                {wordsOf(desk, block)}
              </span>
              <Amount bytes={bytes} clip={seeing.clip} heaviest={heaviest} />
            </button>
          </li>
        ))}
        <li>
          <div>
            <span class="kind">Around them</span>
            <span class="words">head, styles, frame</span>
            <Amount bytes={seeing.around} clip={seeing.clip} heaviest={heaviest} />
          </div>
        </li>
      </ol>
      {!seeing.blocks.length && (
        <p class="note">
          <Icon name="info" /> This issue has no blocks yet.
        </p>
      )}
    </section>
  );
}

function Amount({ bytes, clip, heaviest }: { bytes: number; clip: number; heaviest: number }) {
  return (
    <span class="amount">
      <i style={{ width: `${(100 * bytes) / heaviest}%` }} aria-hidden="true" />
      <b>{kilobytes(bytes)}</b>
      <small>{share(bytes, clip)}</small>
    </span>
  );
}
