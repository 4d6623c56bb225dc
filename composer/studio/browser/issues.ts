// The list of issues on the left.

import type { IssueLine } from "./api";
import { byId, h, icon } from "./dom";

let shown = "";

const SEARCH_FROM = 7; // issues; fewer are all in sight

/** Show the issues that fit what is typed into the search field. */
export function showIssueList(issues: IssueLine[], open: (slug: string) => void) {
  const search = byId("search", HTMLInputElement);
  byId("search-field").hidden = issues.length < SEARCH_FROM;
  const wanted = search.value.trim().toLowerCase();
  const fitting = issues.filter((issue) => `${issue.title} ${issue.slug}`.toLowerCase().includes(wanted));
  const list = byId("issue-list");
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.slug : undefined;
  // A menu that is open belongs to a line that stands: the same list again is not drawn again.
  const key = JSON.stringify(fitting);
  if (key === shown && list.childElementCount) return;
  shown = key;
  list.replaceChildren(...fitting.map((issue) => row(issue, open)));
  for (const link of focused ? list.querySelectorAll("a") : []) if (link.dataset.slug === focused) link.focus();
  if (!fitting.length && wanted) list.append(h("li", { class: "none" }, "No issue is called that."));
}

function row(issue: IssueLine, open: (slug: string) => void) {
  const follow = (event: MouseEvent) => {
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
    h(
      "button",
      {
        type: "button",
        class: "tool issue-more",
        "data-more": issue.slug,
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        "aria-label": `More for ${issue.title}`,
        title: "Duplicate, rename, archive, delete",
      },
      icon("more"),
    ),
  );
}

/** A day in words; nothing for none. */
export function day(date: string) {
  const found = new Date(`${date}T12:00:00`);
  // A day that there is not, such as the 31st of November, is shown as it was written.
  return found.getDate() !== Number(date.slice(-2))
    ? date
    : found.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}
