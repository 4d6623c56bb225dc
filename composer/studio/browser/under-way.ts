// What a person does once at a time: pressed again while the answer is out, it is the same act, and not another one.

const underWay = new Map<string, Promise<unknown>>();

/** Ask, unless the very same is being asked already: then that answer is this one's, too. */
export function asOne<T>(key: string, ask: () => Promise<T>): Promise<T> {
  const known = underWay.get(key) as Promise<T> | undefined;
  if (known) return known;
  const asked = ask().finally(() => underWay.delete(key));
  underWay.set(key, asked);
  return asked;
}

/** What names a question: where it is asked, and what is wanted; a file by what it is called and how large it is. */
export function questionOf(address: string, wanted: object | Blob): string {
  const file = wanted instanceof File ? [wanted.name, wanted.size, wanted.lastModified] : null;
  return `${address} ${wanted instanceof Blob ? JSON.stringify(file ?? wanted.size) : JSON.stringify(wanted)}`;
}
