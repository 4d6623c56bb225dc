// What the columns of a file are, each with its first values; whoever has the file can say otherwise.

import type { FileColumn, FileReport } from "./model";
import { Section } from "./parts";

const FIELDS: Record<string, string> = {
  email: "Address",
  first_name: "First name",
  last_name: "Last name",
  name: "Full name",
  language: "Language",
  tags: "Tags",
  attributes: "A field of its own",
  status: "Who gets it, who has left",
  "": "Not read",
};

interface ColumnsProps {
  file: FileReport;
  said: Record<string, string>;
  say: (said: Record<string, string>) => void;
}

export function Columns({ file, said, say }: ColumnsProps) {
  const set = (column: FileColumn, field: string) => {
    // An address column there is one of: what was it becomes what it was found to be.
    const others = Object.entries(said).filter(
      ([header, other]) => header !== column.header && !(field === "email" && other === "email"),
    );
    const isAsFound = !file.choices.includes(field);
    say(Object.fromEntries(isAsFound ? others : [...others, [column.header, field]]));
  };
  return (
    <Section title="Columns" beside={<small>{file.columns.length}</small>}>
      <table class="rows columns-of-file" aria-label="Columns of the file">
        <thead>
          <tr>
            <th>In the file</th>
            <th>First values</th>
            <th>Goes to</th>
          </tr>
        </thead>
        <tbody>
          {file.columns.map((column) => (
            <tr key={column.number}>
              <td dir="auto">
                <b>{column.header || `Column ${column.number}`}</b>
              </td>
              <td class="values" dir="auto">
                {column.values.filter(Boolean).slice(0, 3).join(" · ") || "–"}
              </td>
              <td>
                <select
                  aria-label={`Column ${column.header} goes to`}
                  value={said[column.header] ?? fieldOf(column)}
                  disabled={!column.header.trim()}
                  onChange={(event) => set(column, event.currentTarget.value)}
                >
                  {choicesOf(column, file.choices).map((choice) => (
                    <option key={choice} value={choice}>
                      {choice === "attributes" ? ownField(column) : (FIELDS[choice] ?? choice)}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** What a column may be: what it was found to be, too, where nobody could say that of another. */
function choicesOf(column: FileColumn, choices: string[]) {
  const found = fieldOf(column);
  return choices.includes(found) ? choices : [found, ...choices];
}

function fieldOf({ goes_to }: FileColumn) {
  if (goes_to === null) return "";
  return goes_to.startsWith("attributes.") ? "attributes" : goes_to;
}

function ownField({ goes_to, header }: FileColumn) {
  const name = goes_to?.startsWith("attributes.") ? goes_to.slice("attributes.".length) : header;
  return `Field “${name}”`;
}
