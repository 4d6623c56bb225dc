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
