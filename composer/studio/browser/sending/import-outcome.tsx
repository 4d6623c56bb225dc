// What an import would come to, or has: counts that add up to the rows of the file, and each row that was left out.

import type { FileReport, ImportOutcome, RowLeftOut } from "./model";
import { Counted, Section } from "./parts";
import { count } from "./words";

const COUNTS: [string, string, string?][] = [
  ["added", "new"],
  ["added_pending", "new, to confirm"],
  ["added_unsubscribed", "new, have left"],
  ["updated", "with new values"],
  ["unchanged", "as they were"],
  ["left", "taken off", "warning"],
  ["skipped", "left alone"],
  ["rejected", "rejected", "error"],
];
const ALWAYS = new Set(["added", "skipped", "rejected"]);
const FEW = 8;

export function Outcome({ report, file, isDone }: { report: ImportOutcome; file: FileReport; isDone: boolean }) {
  const shown = COUNTS.filter(([name]) => ALWAYS.has(name) || report.counts[name]);
  return (
    <Section
      title={isDone ? "What has happened" : "What would happen"}
      beside={<small>{count(report.rows)} rows</small>}
    >
      <Counted of={shown.map(([name, words, tone]) => [words, report.counts[name] ?? 0, tone ?? ""])} />
      <Rows title="Rejected: they cannot be read" of={report.rejected} all={report.counts.rejected ?? 0} />
      {report.rejected.length > 0 && (
        <p>
          <a class="to" href={`/api/sending/files/${file.file}/rejected.csv`} download>
            All rejected rows as a file
          </a>
          <span class="note">: mend them there, and drop it here.</span>
        </p>
      )}
      <Rows title="Left alone" of={report.skipped} all={report.counts.skipped ?? 0} />
      <Rows title="Taken off the list" of={report.left} all={report.counts.left ?? 0} />
    </Section>
  );
}

function Rows({ title, of, all }: { title: string; of: RowLeftOut[]; all: number }) {
  if (!of.length) return null;
  return (
    <details class="rows-left-out" open={of.length <= FEW}>
      <summary>
        {title} <span class="small">{count(all)}</span>
      </summary>
      <table class="rows" aria-label={title}>
        <tbody>
          {of.map((row) => (
            <tr key={row.line}>
              <td class="number-cell small">line {row.line}</td>
              <td>
                {row.email}
                {row.email && <small>{row.reason}</small>}
                {!row.email && row.reason}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all > of.length && <p class="note">and {count(all - of.length)} more</p>}
    </details>
  );
}
