// What the checks say before a mailing, in words, each with the way to it.

import { useState } from "preact/hooks";
import type { Finding } from "../api";
import { groupsOf, kindOf } from "../findings";
import { Icon } from "../writing/tools";
import type { Door } from "./index";
import { Asked } from "./parts";

const MOST = 6;

interface FindingsProps {
  findings: Finding[];
  door: Door;
  /** Somebody takes these codes upon themselves; without it nothing can be overruled here. */
  overrule?: (codes: string[]) => void;
}

export function FindingsToMend({ findings, door, overrule }: FindingsProps) {
  const isGrave = findings.some(({ severity }) => severity === "error");
  const groups = groupsOf(findings);
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
          {groups.slice(0, MOST).map((group) => (
            <li key={kindOf(group[0])}>
              <button type="button" class="to" onClick={() => door.toChecks(group[0])}>
                {group[0].message}
              </button>
              <Places of={group} />
            </li>
          ))}
        </ul>
        {groups.length > MOST && (
          <p>
            <button type="button" class="to" onClick={() => door.toChecks(null)}>
              and {groups.slice(MOST).flat().length} more
            </button>
          </p>
        )}
        {overrule && isGrave && <Overrule findings={findings} overrule={overrule} />}
      </div>
    </div>
  );
}

/** Where the same was found: a place, or how many, with the lines of each file behind it. */
function Places({ of }: { of: [Finding, ...Finding[]] }) {
  const name = ({ file }: Finding) => file.split("/").at(-1) ?? file;
  if (of.length === 1) {
    return (
      <small>
        {name(of[0])}, line {of[0].line}
      </small>
    );
  }
  return (
    <details class="found-at">
      <summary>{of.length} places</summary>
      {[...new Set(of.map(name))].map((file) => (
        <small key={file}>
          {file}, lines {[...new Set(of.filter((one) => name(one) === file).map(({ line }) => line))].join(", ")}
        </small>
      ))}
    </details>
  );
}

/** What keeps a mail from being made at all cannot be overruled. */
function Overrule({ findings, overrule }: { findings: Finding[]; overrule: (codes: string[]) => void }) {
  const [isAsked, ask] = useState(false);
  if (findings.some(({ blocking }) => blocking)) return null;
  const codes = [...new Set(findings.map(({ code }) => code))];
  return (
    <>
      <p class="actions">
        <button type="button" class="plain" onClick={() => ask(true)}>
          Send it all the same …
        </button>
      </p>
      {isAsked && (
        <Asked title="Overrule the checks?" yes="Overrule them" act={() => overrule(codes)} close={() => ask(false)}>
          <p>
            Readers get the mail with what was found. That it was overruled is kept with the mailing: {codes.join(", ")}
            .
          </p>
        </Asked>
      )}
    </>
  );
}
