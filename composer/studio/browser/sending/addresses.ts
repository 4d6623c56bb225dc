// Addresses as people type or paste them, and what stands between them and is none.

/** Doe, Zoë <zoe@example.org>. What has a dot or a digit in it may be an address that is none. */
const TURNED_NAME = /(?<before>^|[,;\n])[^\S\n]*(?<name>[\p{L}\p{M}'’ -]+,[^\S\n]*[\p{L}\p{M}'’. -]+)(?=<[^<>\n]+>)/gu;

/** Whether what is no address may be a part of a name with commas, of which the rest stands before an address. */
export function isOfName(other: string, text: string): boolean {
  return !/[@.\d]/.test(other) && /[\p{L}.]\s*<[^<>]+>/u.test(text.slice(text.indexOf(other)));
}

export interface Addresses {
  /** Each once. */
  addresses: string[];
  /** What is none. */
  others: string[];
  /** Surnames before first names; or two people, of whom the first has lost the address. */
  turned: string[];
}

/** The addresses of a text, parted by commas, semicolons, lines or blanks, with names before angle brackets. */
export function addressesIn(text: string): Addresses {
  const found = new Set<string>();
  const others = new Set<string>();
  const look = (word: string) => (/^[^\s@<>]+@[^\s@<>]+$/.test(word) ? found : others).add(word);
  // A comma within a name parts nothing: one in quotation marks, or of a surname before its first name.
  const unquoted = text.replace(/["“][^"”\n]*["”]\s*(?=<)/g, "");
  const turned = new Set([...unquoted.matchAll(TURNED_NAME)].map(({ groups }) => groups?.name?.trim() ?? ""));
  for (const entry of unquoted.replace(TURNED_NAME, "$<before>").split(/[,;\n]/)) {
    const bracketed = [...entry.matchAll(/<([^<>]*)>/g)].map(([, inner = ""]) => inner.trim());
    const words = bracketed.length ? bracketed : entry.trim().split(/\s+/).filter(Boolean);
    // Words without any address among them are one thing that somebody has meant.
    if (words.some((word) => word.includes("@"))) for (const word of words) look(word);
    else if (entry.trim()) others.add(entry.trim());
  }
  return { addresses: [...found], others: [...others], turned: [...turned] };
}
