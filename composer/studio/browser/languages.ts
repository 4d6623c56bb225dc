// What languages are called.

const NAMES = new Intl.DisplayNames(["en"], { type: "language" });

/** A language in words; what is no code of one, as while it is being typed, is its own name. */
export function languageName(code: string): string {
  try {
    return NAMES.of(code) ?? code;
  } catch {
    return code;
  }
}

let codes: Map<string, string> | null = null;

/** The codes of all languages of two letters, by their names in English and in themselves, in small letters. */
function codesByName(): Map<string, string> {
  if (codes) return codes;
  codes = new Map();
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = languageName(code);
    if (name === code) continue;
    const own = new Intl.DisplayNames([code], { type: "language" }).of(code);
    for (const words of [name, own]) if (words && !codes.has(words.toLowerCase())) codes.set(words.toLowerCase(), code);
  }
  return codes;
}

/** The languages that somebody lists by their names or codes, as codes, and what is none. */
export function languagesIn(text: string): { codes: string[]; unknown: string[] } {
  const found: { codes: string[]; unknown: string[] } = { codes: [], unknown: [] };
  for (const words of text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter(Boolean)) {
    const code = codesByName().get(words.toLowerCase()) ?? codeOf(words);
    if (code === null) found.unknown.push(words);
    else if (!found.codes.includes(code)) found.codes.push(code);
  }
  return found;
}

/** What is written as a code, in its usual letters (pt-BR), if it is that of a language. */
function codeOf(words: string): string | null {
  try {
    const [code = ""] = Intl.getCanonicalLocales(words);
    return languageName(code) === code ? null : code;
  } catch {
    return null;
  }
}
