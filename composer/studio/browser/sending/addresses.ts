// Addresses as people type or paste them, and what stands between them and is none.

/** Each address once, by commas, semicolons, lines or blanks, with names before angle brackets; `others` are none. */
export function addressesIn(text: string): { addresses: string[]; others: string[] } {
  const found = new Set<string>();
  const others = new Set<string>();
  const look = (word: string) => (/^[^\s@<>]+@[^\s@<>]+$/.test(word) ? found : others).add(word);
  // A comma within a name in quotation marks parts nothing.
  const unquoted = text.replace(/["“][^"”\n]*["”]\s*(?=<)/g, "");
  for (const entry of unquoted.split(/[,;\n]/)) {
    const bracketed = [...entry.matchAll(/<([^<>]*)>/g)].map(([, inner = ""]) => inner.trim());
    const words = bracketed.length ? bracketed : entry.trim().split(/\s+/).filter(Boolean);
    // Words without any address among them are one thing that somebody has meant.
    if (words.some((word) => word.includes("@"))) for (const word of words) look(word);
    else if (entry.trim()) others.add(entry.trim());
  }
  return { addresses: [...found], others: [...others] };
}
