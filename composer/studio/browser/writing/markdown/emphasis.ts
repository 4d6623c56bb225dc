// Emphasis beside the brackets and quotation marks of scripts without blanks, as composer/emphasis.py reads it.

import type MarkdownIt from "markdown-it";

type Scanned = ReturnType<MarkdownIt["inline"]["State"]["prototype"]["scanDelims"]>;

/** Scripts without blanks between words. */
const LETTERS = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff";
/** Signs that are as wide as these, and Korean. Emojis (So) are wide too, and stand between blanks. */
const SIGNS =
  "\\u1100-\\u115f\\u20a9\\u2329\\u232a\\u25fd\\u25fe\\u2e80-\\u303e\\u3100-\\u3247\\u3250-\\u33ff\\ua000-\\ua4cf" +
  "\\ua960-\\ua97f\\uac00-\\ud7af\\ufe10-\\ufe1f\\ufe30-\\ufe6f\\uff00-\\uffdf\\uffe0-\\uffe3\\uffe5-\\uffec" +
  "\\u{16fe0}-\\u{18d8f}\\u{1aff0}-\\u{1b2ff}\\u{1f3fb}-\\u{1f3ff}\\u{20000}-\\u{3fffd}";
const WIDE = new RegExp(`^(?:[${LETTERS}]|(?!\\p{So})[${SIGNS}])$`, "u");

export const isWide = (sign: string) => WIDE.test(sign);
const isPunctuation = (sign: string) => /^[\p{P}\p{S}]$/u.test(sign);
const isBlank = (sign: string) => /^[\t\n\v\f\r\p{Zs}]$/u.test(sign);

/** Whether a mark of emphasis belongs to the words on one of its sides (left- or right-flanking). */
export function leansOn(inside: string, outside: string): boolean {
  if (isBlank(inside)) return false;
  if (!isPunctuation(inside) || isWide(inside)) return true;
  return isBlank(outside) || isPunctuation(outside) || isWide(outside);
}

export function readEmphasisWithoutBlanks(tokenizer: MarkdownIt): void {
  const Plain = tokenizer.inline.State;
  tokenizer.inline.State = class extends Plain {
    override scanDelims(start: number, canSplitWord: boolean): Scanned {
      let end = start;
      while (end < this.posMax && this.src[end] === this.src[start]) end++;
      const before = start ? lastOf(this.src.slice(Math.max(0, start - 2), start)) : " ";
      const after = end < this.posMax ? String.fromCodePoint(this.src.codePointAt(end) ?? 32) : " ";
      const opens = leansOn(after, before);
      const closes = leansOn(before, after);
      return {
        can_open: opens && (canSplitWord || !closes || isPunctuation(before)),
        can_close: closes && (canSplitWord || !opens || isPunctuation(after)),
        length: end - start,
      };
    }
  };
}

const lastOf = (text: string) => Array.from(text).at(-1) ?? " ";
