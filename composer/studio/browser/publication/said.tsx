// Whose a token's value is, and the way back to the value beneath.

import { capitalised } from "../dom";
import { IconButton } from "../writing/tools";
import type { Tokens } from "./tokens";

interface BackProps {
  tokens: Tokens;
  token: string;
  words: string;
  done?: () => void;
}

/** Take a token back where it is said; the button says whose value it is then. */
export function Back({ tokens, token, words, done }: BackProps) {
  const beneath = tokens.beneath(token);
  if (beneath === null) return null;
  const act = () => {
    done?.();
    void tokens.back(token, words);
  };
  return <IconButton icon="undo" words={`${words}: as in ${beneath.whose}`} act={act} />;
}

interface WhoseProps {
  tokens: Tokens;
  /** Tokens of one line, and when each is seen. */
  parts: { token: string; when: string }[];
}

/** In which files a line of tokens is said; nothing where all are the theme’s own. */
export function Whose({ tokens, parts }: WhoseProps) {
  const files = parts.map(({ token }) => tokens.whose(token));
  if (!files.some(Boolean)) return null;
  const isOne = files.every((file) => file === files[0]);
  const words = isOne
    ? `said in ${files[0]}`
    : parts.map(({ when }, at) => `${when} ${files[at] ? `said in ${files[at]}` : "the theme’s own"}`).join(", ");
  return <p class="whose">{capitalised(words)}</p>;
}
