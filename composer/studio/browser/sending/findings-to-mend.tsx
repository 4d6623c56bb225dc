// What the checks say before a mailing, in words, each with the way to it.

import type { Finding } from "../api";
import { Icon } from "../writing/tools";
import type { Door } from "./index";

const MOST = 6;

export function FindingsToMend({ findings, door }: { findings: Finding[]; door: Door }) {
  const isGrave = findings.some(({ severity }) => severity === "error");
  const words = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  return (
    <div class={`notice ${isGrave ? "error" : "warning"}`} role={isGrave ? "alert" : "status"}>
      <Icon name={isGrave ? "error" : "warning"} />
      <div>
        <p>
          {isGrave
            ? `The checks have ${words} that stop it. Mend them, and it can be sent.`
            : `The checks have ${words}.`}
        </p>
        <ul class="to-mend">
          {findings.slice(0, MOST).map((finding) => (
            <li key={`${finding.code} ${finding.file} ${finding.line} ${finding.column}`}>
              <button type="button" class="to" onClick={() => door.toChecks(finding.message)}>
                {finding.message}
              </button>
              <small>
                {finding.file.split("/").at(-1)}, line {finding.line}
              </small>
            </li>
          ))}
        </ul>
        {findings.length > MOST && (
          <p>
            <button type="button" class="to" onClick={() => door.toChecks("")}>
              and {findings.length - MOST} more
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
