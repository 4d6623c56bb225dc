// Merge fields pass Markdown as words, as they do when a mail is built (composer/edition/slots/merge_fields.py).

const BRACES = /\\(\{\{|\{%|\}\})|\{\{(?:"[^"\n]*"|'[^'\n]*'|[^"'\n}]|\}(?!\}))*?\}\}|\{\{|\{%|\}\}/g;
const PLAIN = /\{\{|\{%|\}\}/;

/** A merge field, alone: `{{ subscriber.first_name | default("reader") }}`. */
export const FIELD = /\{\{\s*([A-Za-z_][\w.-]*)\s*((?:\|(?:"[^"\n]*"|'[^'\n]*'|[^"'\n}])*)?)\}\}/;

const isField = (braces: string) => new RegExp(`^${FIELD.source}$`).test(braces);

/** Braces to be seen have a backslash, and so a backslash before a field must be written otherwise. */
function seenBraces(words: string, isBeforeField: boolean): string {
  const safe = isBeforeField ? words.replace(/\\{1,2}$/, "&#92;") : words;
  return safe.replaceAll(new RegExp(PLAIN, "g"), "\\$&");
}

/** What Markdown says that no editor of ours can show: its text is written as it stands. */
export class Unseen extends Error {}

/** Words that stand for the merge fields of one text, made of letters and digits so that Markdown lets them be. */
export class FieldWords {
  private readonly fields: string[] = [];
  private readonly prefix: string;

  constructor(text: string) {
    let prefix = "mf";
    while (text.toLowerCase().includes(prefix)) prefix += "q";
    this.prefix = prefix;
  }

  word(field: string): string {
    return `${this.prefix}${this.fields.push(field) - 1}z`;
  }

  /** Put words in the place of fields, and plain braces in the place of those that are written to be seen. */
  hide(text: string): string {
    return text.replace(BRACES, (braces, plain: string | undefined) => {
      if (plain) return plain;
      if (!isField(braces)) throw new Unseen("braces that are no merge field");
      return this.word(braces);
    });
  }

  /** The same, of what was not read before: braces that are no field are left to whoever reads them. */
  hideWhatCan(text: string): string {
    return text.replace(BRACES, (braces, plain) => (plain || !isField(braces) ? braces : this.word(braces)));
  }

  /** Put the fields back, and write braces that are to be seen so that they are. */
  show(text: string): string {
    return this.split(text)
      .map((piece, index, all) => (index % 2 ? piece : seenBraces(piece, index < all.length - 1)))
      .join("");
  }

  /** Put the fields back into an address or a piece of code, where braces cannot be seen. */
  restore(text: string): string {
    if (PLAIN.test(text)) throw new Unseen("braces that are no merge field, where none can be told from one");
    return this.split(text).join("");
  }

  /** Words and fields in turn, words first. */
  split(text: string): string[] {
    const pieces = text.split(new RegExp(`${this.prefix}(\\d+)z`));
    return pieces.map((piece, index) => (index % 2 ? (this.fields[Number(piece)] ?? "") : piece));
  }
}
