// The list of issues on the left.

import { byId, h } from "./dom.js";

/** @typedef {import("./api.js").IssueLine} IssueLine */

const SEARCH_FROM = 7; // issues; fewer are all in sight

/**
 * Show the issues that fit what is typed into the search field.
 * @param {IssueLine[]} issues
 * @param {(slug: string) => void} open
 */
export function showIssueList(issues, open) {
  const search = byId("search", HTMLInputElement);
  byId("search-field").hidden = issues.length < SEARCH_FROM;
  const wanted = search.value.trim().toLowerCase();
  const fitting = issues.filter((issue) => `${issue.title} ${issue.slug}`.toLowerCase().includes(wanted));
  const list = byId("issue-list");
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.slug : undefined;
  list.replaceChildren(...fitting.map((issue) => row(issue, open)));
  for (const link of focused ? list.querySelectorAll("a") : []) if (link.dataset.slug === focused) link.focus();
  if (!fitting.length && wanted) list.append(h("li", { class: "none" }, "No issue is called that."));
}

/**
 * @param {IssueLine} issue
 * @param {(slug: string) => void} open
 */
function row(issue, open) {
  const follow = (/** @type {MouseEvent} */ event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(issue.slug);
  };
  const href = `/?issue=${encodeURIComponent(issue.slug)}`;
  const languages = issue.languages.map((language) => h("abbr", {}, language));
  return h(
    "li",
    {},
    h(
      "a",
      { href, "data-slug": issue.slug, title: issue.slug, onclick: follow },
      h("span", { class: "title", dir: "auto" }, issue.title),
      h("span", { class: "meta" }, h("span", {}, day(issue.date)), languages),
    ),
  );
}

/** @param {string} date */
function day(date) {
  const found = new Date(`${date}T12:00:00`);
  // A day that there is not, such as the 31st of November, is shown as it was written.
  return found.getDate() !== Number(date.slice(-2))
    ? date
    : found.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}
