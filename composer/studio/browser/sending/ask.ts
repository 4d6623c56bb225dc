// How the addresses of sending are asked, and what an answer is that is none.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isNobody, rest } from "../answers";
import { allowed, postTo } from "../api";
import { asOne, questionOf } from "../under-way";

/** The server refused, or did not answer (`isOffline`). `remedy` names what can be done about it. */
export class Fault extends Error {
  constructor(
    words: string,
    readonly isOffline: boolean,
    readonly remedy: string | null = null,
    readonly remedyWords = "",
    readonly mailing: number | null = null,
    readonly mayBeAllowed: string[] = [],
    /** Nobody has looked at the question: the same may be answered a moment later. */
    readonly isPassing = isOffline,
  ) {
    super(words);
  }
}

const AWAY =
  "The studio has stopped. Start “newsletter studio” again; a mailing that is being sent goes on without it.";

async function answered<T>(asked: Promise<Response>): Promise<T> {
  let answer: Response;
  try {
    answer = await asked;
  } catch {
    throw new Fault(AWAY, true);
  }
  if (answer.ok) return answer.json();
  const isPassing = isNobody(answer);
  const said = await answer.json().catch(() => null);
  const words = typeof said?.detail === "string" ? said.detail : `The studio answered ${answer.status}.`;
  throw new Fault(words, false, said?.remedy, said?.remedy_words, said?.mailing, said?.may_be_allowed, isPassing);
}

export function get<T>(path: string): Promise<T> {
  return answered(fetch(`/api/sending/${path}`));
}

export function post<T>(path: string, wanted: object = {}): Promise<T> {
  return posted(`/api/sending/${path}`, wanted);
}

export function drop<T>(file: File): Promise<T> {
  return posted(`/api/sending/files?${new URLSearchParams({ name: file.name })}`, file);
}

/** A question that gets no answer is not sent again by itself: nobody knows whether it was acted on. */
function posted<T>(address: string, wanted: object | File): Promise<T> {
  return asOne(questionOf(address, wanted), () => answered<T>(allowed(() => postTo(address, wanted))));
}

export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault(error instanceof Error ? error.message : String(error), false);
}

export interface Answer<T> {
  value: T | null;
  fault: Fault | null;
  reload: () => void;
}

/** What stands at an address; null asks nothing. The last answer stays in sight until the next one to that address. */
export function useAnswer<T>(path: string | null): Answer<T> {
  const [found, setFound] = useState<{ path: string | null; value: T | null; fault: Fault | null }>({
    path: null,
    value: null,
    fault: null,
  });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const times = useRef(0);
  useEffect(() => {
    if (path === null) return;
    let isWanted = true;
    const told = (value: T) => {
      if (!isWanted) return;
      times.current = 0;
      setFound({ path, value, fault: null });
    };
    const failed = async (error: unknown) => {
      if (!isWanted) return;
      const fault = asFault(error);
      setFound(({ value, path: former }) => ({ path, value: former === path ? value : null, fault }));
      if (!fault.isPassing) return;
      await rest(times.current++);
      if (isWanted) reload();
    };
    get<T>(path).then(told, failed);
    return () => {
      isWanted = false;
    };
  }, [path, turn, reload]);
  // The studio is back: what could not be told is asked for again.
  useEffect(() => {
    const back = () =>
      setFound((now) => {
        if (now.fault && !now.fault.isPassing) reload();
        return now;
      });
    addEventListener("studio-live", back);
    return () => removeEventListener("studio-live", back);
  }, [reload]);
  return found.path === path ? { ...found, reload } : { value: null, fault: null, reload };
}

/** Something that a person does once at a time: whether it is under way, and how it failed. */
export function useDoing() {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const isUnderWay = useRef(false);
  const act = useCallback(async (work: () => Promise<void>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    setFault(null);
    try {
      await work();
    } catch (error) {
      setFault(asFault(error));
    } finally {
      isUnderWay.current = false;
      setBusy(false);
    }
  }, []);
  return { isBusy, fault, act, forget: useCallback(() => setFault(null), []) };
}
