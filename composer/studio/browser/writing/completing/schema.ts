// What our JSON Schema says about a place: which keys there are, what they mean, which values they take.

import type { Entries, Step } from "./place";

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  required?: string[];
  enum?: (string | number | boolean)[];
  const?: string;
  type?: string | string[];
  format?: string;
  default?: unknown;
  description?: string;
}

/** Where an author types, in a snippet. */
export const FIELD = "#{}";

/** A schema without references: each of the forms that a value may have. */
export function formsOf(root: Schema, schema: Schema | undefined): Schema[] {
  if (!schema) return [];
  if (schema.$ref) return formsOf(root, root.$defs?.[schema.$ref.split("/").at(-1) ?? ""]);
  const inner = schema.anyOf ?? schema.oneOf;
  return inner ? inner.flatMap((one) => formsOf(root, one)) : [schema];
}

/** Of several forms of a mapping, those of the block that it says to be. */
export function narrowed(forms: Schema[], entries: Entries): Schema[] {
  const kind = entries.get("block")?.trim();
  const chosen = kind ? forms.filter(({ properties }) => properties?.block?.const === kind) : [];
  return chosen.length ? chosen : forms;
}

/** The forms of what stands at the end of a way. */
export function formsAt(root: Schema, path: Step[], begin: Schema[] = [root]): Schema[] {
  let forms = begin;
  for (const { key, entries } of path) {
    const inner =
      key === "[]" ? forms.map(({ items }) => items) : narrowed(forms, entries).map((form) => propertyOf(form, key));
    forms = inner.flatMap((schema) => formsOf(root, schema));
  }
  return forms;
}

export function propertyOf(form: Schema, key: string): Schema | undefined {
  const others = form.additionalProperties;
  return form.properties?.[key] ?? (typeof others === "object" ? others : undefined);
}

/** All texts that a value may be, if these are told. */
export function valuesOf(forms: Schema[]): string[] {
  const told = forms.flatMap((form) => {
    if (form.const !== undefined) return [form.const];
    if (form.enum) return form.enum.map(String);
    return form.type === "boolean" ? ["true", "false"] : [];
  });
  return [...new Set(told)].filter((value) => !["yes", "on", "no", "off"].includes(value) || !told.includes("true"));
}

export function isObject(forms: Schema[]): boolean {
  return forms.some(({ properties, additionalProperties }) => properties || typeof additionalProperties === "object");
}

export function isList(forms: Schema[]): boolean {
  return forms.some(({ type }) => type === "array");
}

/** The lines that a mapping needs, with a field for each text. A tab is a step to the right. */
export function neededLines(root: Schema, form: Schema, tabs: string, skipped: string[]): string[] {
  const needed = (form.required ?? []).filter((key) => !skipped.includes(key));
  return needed.flatMap((key) => linesOf(root, key, form.properties?.[key], tabs));
}

/** A key with what must stand below it, or with a field for its text. */
export function linesOf(root: Schema, key: string, schema: Schema | undefined, tabs: string): string[] {
  const forms = formsOf(root, schema);
  const [first] = forms;
  if (isList(forms)) {
    const entry = formsOf(root, forms.find(({ items }) => items)?.items)[0];
    const lines = entry?.properties ? neededLines(root, entry, "", []) : [];
    const [head = FIELD, ...rest] = lines;
    return [`${tabs}${key}:`, `${tabs}\t- ${head}`, ...rest.map((line) => `${tabs}\t\t${line}`)];
  }
  if (isObject(forms) && first) {
    const lines = neededLines(root, forms.find(({ properties }) => properties) ?? first, `${tabs}\t`, []);
    return [`${tabs}${key}:`, ...(lines.length ? lines : [`${tabs}\t${FIELD}`])];
  }
  return [`${tabs}${key}: ${FIELD}`];
}
