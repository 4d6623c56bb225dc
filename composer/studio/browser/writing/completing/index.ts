// What is offered in the source while one types: keys and values of the JSON Schema, blocks, pictures, merge fields.

import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  insertCompletionText,
  snippet,
  startCompletion,
} from "@codemirror/autocomplete";
import type { EditorState } from "@codemirror/state";
import { ask, Refusal } from "../../api";
import type { Desk } from "../desk";
import { today } from "../model";
import { askPictures } from "../pictures";
import { knownFields } from "../prose-field";
import { directiveAt, headingAt } from "./markdown";
import { placeIn, type YamlPlace } from "./place";
import {
  FIELD,
  formsAt,
  formsOf,
  isList,
  isObject,
  linesOf,
  narrowed,
  neededLines,
  propertyOf,
  type Schema,
  valuesOf,
} from "./schema";

interface Schemas {
  issue: Schema;
  translation: Schema;
  themes: string[];
}

/** Words that stand for themselves in YAML. */
const WORD = /^[\w.#/@+-]*$/;

export class Completions {
  private told: Promise<Schemas | null> | null = null;

  constructor(private readonly desk: Desk) {}

  readonly source: CompletionSource = async (context) => {
    const merge = this.mergeField(context);
    if (merge) return merge;
    this.told ??= askSchemas();
    const schemas = await this.told;
    if (!schemas) this.told = null; // it was refused: the next time may be another
    const document = this.desk.file?.document;
    if (!schemas || !document) return null;
    const root = this.desk.file?.is_first ? schemas.issue : schemas.translation;
    const offered = new Offered(this.desk, root, schemas.themes, context);
    return document.format === "markdown" ? offered.inMarkdown() : offered.inYaml();
  };

  /** A reader's own word, behind two braces. */
  private mergeField(context: CompletionContext): CompletionResult | null {
    const found = context.matchBefore(/\{\{\s*[\w.]*/);
    if (!found) return null;
    const line = context.state.doc.lineAt(context.pos);
    const behind = /^([^{}]*)\}\}/.exec(line.text.slice(context.pos - line.from));
    const from = found.from + (/^\{\{\s*/.exec(found.text)?.[0].length ?? 2);
    const space = /^\{\{\s/.test(found.text) ? "" : " ";
    const rest = behind?.[1]?.trim() ? "" : ` | default("${FIELD}") ${behind ? "" : "}}"}`;
    const options = knownFields().map(({ name, meaning }): Completion => {
      const label = `subscriber.${name}`;
      return { label, type: "variable", info: meaning, apply: snippet(`${space}${label}${rest}`) };
    });
    return { from, options, validFor: /^[\w.]*$/ };
  }
}

async function askSchemas(): Promise<Schemas | null> {
  try {
    return await ask<Schemas>("/api/schemas");
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** What is offered at one place. */
class Offered {
  private readonly lines: string[];
  private readonly number: number;
  private readonly column: number;

  constructor(
    private readonly desk: Desk,
    private readonly root: Schema,
    private readonly themes: string[],
    private readonly context: CompletionContext,
  ) {
    const { doc } = context.state;
    const line = doc.lineAt(context.pos);
    this.lines = doc.toString().split("\n");
    this.number = line.number - 1;
    this.column = context.pos - line.from;
  }

  inYaml(): Promise<CompletionResult | null> {
    return this.atPlace(placeIn(this.lines, this.number, this.column), [this.root]);
  }

  async inMarkdown(): Promise<CompletionResult | null> {
    const found = directiveAt(this.lines, this.number, this.column);
    if (found.place === "head") {
      const head = this.lines.slice(0, found.last);
      const { blocks: _, ...properties } = this.root.properties ?? {};
      const begin = { ...this.root, properties };
      return this.atPlace(placeIn(["", ...head.slice(1)], this.number, this.column), [begin]);
    }
    if (found.place === "kind")
      return this.result(
        found.typed,
        this.kinds().map((form) => this.directive(form, found.isAlone)),
      );
    if (found.place === "keys") {
      const form = this.kinds().filter(({ properties }) => properties?.block?.const === found.kind);
      const lines = this.lines.map((line, at) => (at < found.first || at >= found.last ? "" : line));
      return this.atPlace(placeIn(lines, this.number, this.column), form, ["block"]);
    }
    const heading = headingAt(this.lines[this.number] ?? "", this.column);
    return heading ? this.inHeading(heading) : null;
  }

  private async atPlace(
    place: YamlPlace | null,
    begin: Schema[],
    skipped: string[] = [],
  ): Promise<CompletionResult | null> {
    if (!place || !WORD.test(place.typed)) return null;
    const forms = narrowed(formsAt(this.root, place.path, begin), place.entries);
    if (place.key !== null) return this.values(place, place.key, forms);
    const isEntry = place.path.at(-1)?.key === "[]";
    const scalars = valuesOf(forms);
    const keys = this.keys(place, forms, skipped);
    const blocks = isEntry && !place.entries.has("block") ? this.blocks(place, forms) : [];
    const values = isEntry && !isObject(forms) ? scalars.map((label): Completion => ({ label, type: "enum" })) : [];
    return this.result(place.typed, [...blocks, ...keys, ...values]);
  }

  private keys(place: YamlPlace, forms: Schema[], skipped: string[]): Completion[] {
    const found = new Map<string, Completion>();
    const isKindOpen = forms.some(({ properties }) => properties?.block) && !place.entries.has("block");
    for (const form of forms) {
      for (const [key, schema] of Object.entries(form.properties ?? {})) {
        if (isKindOpen && key !== "block" && !skipped.length) continue;
        if (found.has(key) || place.entries.has(key) || skipped.includes(key)) continue;
        const isNeeded = form.required?.includes(key) ?? false;
        found.set(key, {
          label: key,
          type: "property",
          detail: isNeeded ? "needed" : "",
          info: schema.description ?? "",
          boost: key === "block" ? 3 : isNeeded ? 2 : 0,
          apply: this.keyIn(place, key, schema),
        });
      }
      if (
        typeof form.additionalProperties === "object" &&
        place.path.at(-1)?.key === "theme" &&
        !place.entries.has("name")
      )
        found.set("name", { label: "name", type: "property", info: "The theme by its name.", apply: "name: " });
    }
    return [...found.values()];
  }

  /** A key with what must stand below it; in braces, and where its colon stands already, the key alone. */
  private keyIn(place: YamlPlace, key: string, schema: Schema): NonNullable<Completion["apply"]> {
    const rest = (this.lines[this.number] ?? "").slice(this.column);
    if (/^[\w-]*\s*:/.test(rest)) return key;
    const forms = formsOf(this.root, schema);
    if (place.isInline || (!isObject(forms) && !isList(forms))) {
      return (view, _completion, from, to) => {
        view.dispatch(insertCompletionText(view.state, `${key}: `, from, to));
        if (valuesOf(forms).length || ["file", "date", "theme", "show_if"].includes(key)) startCompletion(view);
      };
    }
    return snippet(linesOf(this.root, key, schema, this.tabs(place)).join("\n").trimStart());
  }

  /** A snippet's lines begin where this one does, which may be before a dash. */
  private tabs(place: YamlPlace): string {
    const line = this.lines[this.number] ?? "";
    return "\t".repeat(Math.max(0, (place.column - line.search(/\S|$/)) / 2));
  }

  /** In the list of blocks: each by its name, with all that it needs. */
  private blocks(place: YamlPlace, forms: Schema[]): Completion[] {
    return forms.flatMap((form) => {
      const kind = form.properties?.block?.const;
      if (!kind || place.isInline) return [];
      const lines = [`block: ${kind}`, ...neededLines(this.root, form, this.tabs(place) || "\t", ["block"])];
      return [
        {
          label: kind,
          type: "class",
          detail: "block",
          info: form.description ?? "",
          boost: 5,
          apply: snippet(lines.join("\n")),
        },
      ];
    });
  }

  private async values(place: YamlPlace, key: string, forms: Schema[]): Promise<CompletionResult | null> {
    if (key === "show_if") return this.condition(place);
    const schemas = forms.map((form) => propertyOf(form, key));
    const inner = schemas.flatMap((schema) => formsOf(this.root, schema));
    const about = schemas.find((schema) => schema?.description)?.description ?? "";
    const told = key === "block" ? forms.flatMap(({ properties }) => properties?.block?.const ?? []) : valuesOf(inner);
    const meaning = (label: string) =>
      key === "block" ? forms.find(({ properties }) => properties?.block?.const === label)?.description : about;
    const options = told.map((label): Completion => ({ label, type: "enum", info: meaning(label) ?? "" }));
    if (inner.some(({ format }) => format === "date"))
      options.push({ label: today(), type: "constant", info: "Today" });
    if (key === "file" && forms.some(({ properties }) => properties?.alt)) options.push(...(await this.pictures()));
    if (key === "name" && place.path.at(-1)?.key === "theme")
      options.push(...this.themes.map((label): Completion => ({ label, type: "enum", info: "A theme." })));
    return this.result(place.typed, options);
  }

  private condition(place: YamlPlace): CompletionResult | null {
    const typed = /[\w.]*$/.exec(place.typed)?.[0] ?? "";
    const options = knownFields().map(
      ({ name, meaning }): Completion => ({ label: `subscriber.${name}`, type: "variable", info: meaning }),
    );
    return this.result(typed, options);
  }

  private async pictures(): Promise<Completion[]> {
    try {
      const told = await askPictures(this.desk.slug);
      return told.map(({ name: label }): Completion => ({ label, type: "constant", info: "A picture of this issue." }));
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  }

  private kinds(): Schema[] {
    return formsOf(this.root, this.root.properties?.blocks?.items);
  }

  /** A block between colons; its end is written too where nothing follows on the line. */
  private directive(form: Schema, isAlone: boolean): Completion {
    const kind = form.properties?.block?.const ?? "";
    const lines = [kind, ...neededLines(this.root, form, "", ["block"]), ":::"];
    return {
      label: kind,
      type: "class",
      info: form.description ?? "",
      apply: isAlone ? snippet(lines.join("\n")) : kind,
    };
  }

  private inHeading({
    typed,
    key,
    kind,
  }: {
    typed: string;
    key: string | null;
    kind: string;
  }): CompletionResult | null {
    const titled = this.kinds().filter(({ properties }) => properties?.title && properties.body);
    const form = titled.find(({ properties }) => properties?.block?.const === kind);
    if (key === "block")
      return this.result(
        typed,
        titled.map(
          ({ properties, description }): Completion => ({
            label: properties?.block?.const ?? "",
            type: "class",
            info: description ?? "",
          }),
        ),
      );
    if (!form) return null;
    const schema = form.properties?.[key ?? ""];
    if (key !== null)
      return this.result(
        typed,
        valuesOf(formsOf(this.root, schema)).map((label): Completion => ({ label, type: "enum" })),
      );
    const said = Object.entries(form.properties ?? {}).filter(([name, one]) => {
      const forms = formsOf(this.root, one);
      return !["title", "body", "id"].includes(name) && !isObject(forms) && !isList(forms);
    });
    return this.result(
      typed,
      said.map(([name, one]): Completion => {
        const isFlag = valuesOf(formsOf(this.root, one)).join() === "true,false";
        return { label: name, type: "property", info: one.description ?? "", apply: isFlag ? name : `${name}=` };
      }),
    );
  }

  private result(typed: string, options: Completion[]): CompletionResult | null {
    const { context } = this;
    if (!options.length || (!typed && !context.explicit && !isAsking(context.state, context.pos))) return null;
    return { from: context.pos - typed.length, options, validFor: WORD };
  }
}

/** Whether the cursor stands where something must follow: behind a dash, a colon, colons of a block. */
function isAsking(state: EditorState, at: number): boolean {
  return /(?:-|:|=|\{) ?$|^:::+$/.test(state.doc.sliceString(state.doc.lineAt(at).from, at));
}
