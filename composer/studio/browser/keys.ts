// What keys do, where nobody is writing.

import type { Bar } from "./bar";
import { byId, say } from "./dom";
import { GALLERY } from "./gallery/index";
import type { IssueLife } from "./issues/index";
import type { Page } from "./page";
import type { Panes } from "./panes";
import type { Sending } from "./sending/index";
import { DESKTOP, PHONE } from "./state";

const SCHEMES = ["light", "dark", "forced"];

/**
 * Where letters act: a person who looks at the mail or at a list presses them on purpose. Whoever types and has lost her
 * field, so that nothing has the focus, is not carried off by them.
 */
const LOOKING = "#stage, #issues, .bar, .room-body";
/** What carries nobody off acts wherever nobody is writing: on a page that was just opened nothing has the focus. */
const ANYWHERE = ["?"];
/** What keys do in every place; the others are about the mail, and do nothing where it is not seen. */
const EVERYWHERE = ["?", "/", "[", "j", "k"];
/** So long does the first of two keys wait for the second. */
const SECOND_KEY_MS = 2000;

interface Parts {
  bar: Bar;
  panes: Panes;
  sending: Sending;
  life: IssueLife;
  translate: () => void;
}

type Keys = Record<string, () => unknown>;

export function listenToKeys(page: Page, parts: Parts): void {
  const keys = keysOf(page, parts);
  const leading = leadingOf(page, parts);
  let wentAt = Number.NEGATIVE_INFINITY;
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      const overlay = byId("overlay");
      if (!overlay.hidden) overlay.querySelector("button")?.click();
      parts.panes.closeDrawers();
    }
    const target = event.target instanceof Element ? event.target : document.body;
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      target.closest("input, select, textarea, dialog, [contenteditable=true]")
    )
      return;
    const { place } = page.state;
    if (event.key === "Escape" && place) page.go("");
    const key = event.key.toLowerCase();
    if (!target.closest(LOOKING) && !ANYWHERE.includes(key)) return;
    const isSecond = performance.now() - wentAt < SECOND_KEY_MS;
    wentAt = key === "g" && !isSecond ? performance.now() : Number.NEGATIVE_INFINITY;
    if (key === "g" && !isSecond) {
      say("G, and then: M mail · S send · B blocks · T translate · N new issue");
      return;
    }
    const act = isSecond ? leading[key] : (keys[event.key] ?? keys[key]);
    if (!act || (!isSecond && place && !EVERYWHERE.includes(key))) return;
    event.preventDefault();
    act();
  });
}

/** What leads elsewhere takes two keys: G and then one of these. */
function leadingOf(page: Page, { sending, life, translate }: Parts): Keys {
  return {
    m: () => page.go(""),
    s: () => sending.enter(),
    b: () => page.go(GALLERY),
    t: translate,
    n: () => page.project?.started && life.begin(),
  };
}

function keysOf(page: Page, { bar, panes }: Parts): Keys {
  return {
    m: () => page.change({ view: "mail" }),
    t: () => page.change({ view: "text" }),
    s: () => page.change({ view: "source" }),
    x: () => page.change({ view: "message" }),
    p: () => page.change({ view: "print" }),
    o: () => page.change({ outlines: !page.state.outlines }),
    h: () => page.change({ styles: !page.state.styles }),
    l: () => nextLanguage(page),
    w: () => page.change({ width: page.state.width === PHONE ? DESKTOP : PHONE }),
    d: () => page.change({ scheme: following(SCHEMES, page.state.scheme) }),
    i: () => bar.togglePictures(),
    r: () => nextReader(page),
    j: () => toIssue(page, 1),
    k: () => toIssue(page, -1),
    "[": () => panes.fold("issues"),
    "]": () => panes.fold("report"),
    "+": () => bar.zoom(1),
    "=": () => bar.zoom(1),
    "-": () => bar.zoom(-1),
    "−": () => bar.zoom(-1),
    0: () => bar.fit(),
    "/": find,
    "?": showHelp,
  };
}

export function showHelp(): void {
  byId("help", HTMLDialogElement).showModal();
}

function following(list: string[], now: string): string {
  return list[(list.indexOf(now) + 1) % list.length] ?? now;
}

function nextLanguage(page: Page): void {
  if (page.report) page.change({ language: following(page.report.languages, page.report.language) });
}

function nextReader(page: Page): void {
  const readers = page.report?.readers.map(({ key }) => key);
  if (readers) page.change({ reader: following(readers, page.state.reader), values: {} });
}

function toIssue(page: Page, by: 1 | -1): void {
  const slugs = page.project?.issues.map((issue) => issue.slug) ?? [];
  const slug = slugs[slugs.indexOf(page.state.issue) + by];
  if (slug) page.openIssue(slug);
}

function find(): void {
  const field = byId("search-field").hidden ? byId("issue-list").querySelector("a") : byId("search");
  field?.focus();
}
