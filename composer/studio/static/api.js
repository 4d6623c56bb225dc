// What the server tells, as composer/studio/report.py writes it, and how it is asked.

/**
 * One issue in the list.
 * @typedef {object} IssueLine
 * @property {string} slug
 * @property {string} title
 * @property {string} date As the author wrote it: 2020-03-31, or nothing yet.
 * @property {string[]} languages
 */

/**
 * The list of issues, and what to say when there is none.
 * @typedef {object} ProjectReport
 * @property {boolean} started Whether there is a newsletter.yaml.
 * @property {string | null} newsletter
 * @property {string | null} organisation
 * @property {string} issues_dir
 * @property {IssueLine[]} issues
 */

/**
 * A finding of a check, with the lines of the author's file around it.
 * @typedef {object} Finding
 * @property {string} code
 * @property {"error" | "warning" | "info"} severity
 * @property {string} file
 * @property {number} line
 * @property {number} column
 * @property {string} message
 * @property {string} hint
 * @property {boolean} blocking Whether it is why there is nothing new to show.
 * @property {{number: number, text: string, caret: number | null}[]} excerpt `caret` is a column, from 1.
 */

/**
 * What an inbox shows before the mail is opened.
 * @typedef {object} InboxLine
 * @property {string} sender
 * @property {string} address
 * @property {string} subject
 * @property {string} preheader
 * @property {string[]} subjects All of a test, A first; else there is one.
 */

/**
 * Sizes in bytes.
 * @typedef {object} Weight
 * @property {number} html
 * @property {number} clip
 * @property {number} text
 * @property {number} pictures
 * @property {number} picture_count
 * @property {number} links
 */

/** @typedef {{key: string, label: string, name: string, values: Record<string, string>}} Reader */

/**
 * All that stands beside the mail.
 * @typedef {object} IssueReport
 * @property {string} slug
 * @property {string} title
 * @property {string[]} languages
 * @property {string} language
 * @property {string} direction
 * @property {boolean} stale
 * @property {string | null} digest
 * @property {number} seconds
 * @property {InboxLine | null} inbox
 * @property {Weight | null} weight
 * @property {Reader} reader
 * @property {Reader[]} readers
 * @property {{name: string, meaning: string}[]} fields
 * @property {Finding[]} findings
 */

/** The server answered, and it was not what was asked for. */
export class Refusal extends Error {}

/**
 * Ask the server; throws a Refusal with the server's own words, or a TypeError when it does not answer.
 * @param {string} address
 */
export async function ask(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Refusal(await reason(answer));
  return answer;
}

/** @returns {Promise<ProjectReport>} */
export async function askProject() {
  return (await ask("/api/project")).json();
}

/**
 * @param {string} slug
 * @param {URLSearchParams} query
 * @returns {Promise<IssueReport>}
 */
export async function askIssue(slug, query) {
  return (await ask(`/api/issues/${encodeURIComponent(slug)}?${query}`)).json();
}

/**
 * @param {Response} answer
 * @returns {Promise<string>}
 */
async function reason(answer) {
  try {
    return (await answer.clone().json()).detail;
  } catch {
    return answer.text();
  }
}
