// From when on a mailing is sent, as it is chosen on its last page. What stands there counts, stored or not: it is stored
// when somebody leaves the field, and told with the send.

import { useRef, useState } from "preact/hooks";
import { localTime } from "../dom";
import { type Fault, post, useDoing } from "./ask";
import type { LastPageReport } from "./model";
import { isToCome } from "./words";

type StartKind = "now" | "later";

export interface StartTime {
  kind: StartKind;
  choose: (kind: StartKind) => void;
  /** As the field has it: a day and a time in the reader's zone, or "" while it is none. */
  at: string;
  type: (at: string) => void;
  /** Keep what stands in the field with the mailing, if it is a time to come. */
  store: () => void;
  fault: Fault | null;
  /** In UTC; null if it is sent at once, or while there is no time to come in the field. */
  moment: string | null;
  /** Whether it is known from when on it is sent. */
  isKnown: boolean;
  /** What the send says of it, after all that was to be stored is; nothing if it is as the mailing has it. */
  said: () => Promise<{ at?: string }>;
}

/** Tomorrow at nine, if nothing else was said. */
function proposed() {
  const moment = new Date();
  moment.setDate(moment.getDate() + 1);
  moment.setHours(9, 0, 0, 0);
  return moment;
}

export function useStartTime(page: LastPageReport, changed: () => void): StartTime {
  const stored = isToCome(page.send_at) ? page.send_at : null;
  const [kind, setKind] = useState<StartKind>(stored ? "later" : "now");
  const [at, setAt] = useState(() => localTime(stored ? new Date(stored) : proposed()));
  const { fault, act, forget } = useDoing();
  const pending = useRef<Promise<void>>(Promise.resolve());
  const typed = at && isToCome(at) ? new Date(at).toISOString() : null;
  const moment = kind === "later" ? typed : null;
  const keep = (told: string) => {
    pending.current = pending.current.then(() =>
      act(async () => {
        await post(`mailings/${page.mailing}/time`, { at: told });
        changed();
      }),
    );
  };
  return {
    kind,
    choose: (wanted) => {
      setKind(wanted);
      forget();
      if (wanted === "now" && page.send_at) keep("now");
    },
    at,
    type: (words) => {
      forget();
      setAt(words);
    },
    store: () => {
      if (moment && !(stored && localTime(new Date(stored)) === at)) keep(moment);
    },
    fault,
    moment,
    isKnown: kind === "now" || moment !== null,
    said: async () => {
      await pending.current;
      if (kind === "later") return { at: moment ?? at };
      return page.send_at ? { at: "now" } : {};
    },
  };
}
