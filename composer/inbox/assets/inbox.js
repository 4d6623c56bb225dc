// The inbox works without this file. With it: no full reloads, new mail by itself, keys, the frame's width and colours.
"use strict";

const $ = (selector) => document.querySelector(selector);
let visiting = null; // the visit under way; a newer one replaces it
let newest = 0; // the newest state of the inbox that we have heard of

async function load(url, signal) {
  try {
    const answer = await fetch(url, { signal });
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (error) {
    if (error.name !== "AbortError") say("The inbox does not answer. Is it still running?");
    return null;
  }
}

function swap(page, ...parts) {
  const scrolled = $("#list").scrollTop;
  for (const part of parts) $(part).replaceWith(page.querySelector(part));
  $("#list").scrollTop = scrolled;
  $("#clear").disabled = page.querySelector("#clear").disabled;
  document.title = page.title;
}

/** Go to another page of ours without leaving this one. */
async function visit(url, { push = false } = {}) {
  visiting?.abort();
  const mine = (visiting = new AbortController());
  const page = await load(url, mine.signal);
  if (mine !== visiting) return;
  visiting = null;
  if (!page) return;
  swap(page, "#list", "#reader", "#facts");
  document.documentElement.dataset.page = page.documentElement.dataset.page;
  if (push) history.pushState(null, "", url);
  dressFrame();
  refresh();
}

/** Bring the list up to date, unless it is, or a visit brings it along. */
async function refresh() {
  const stale = () => !visiting && Number($("#facts").dataset.version) < newest;
  if (!stale()) return;
  const page = await load(location.href);
  if (!page || !stale()) return;
  // Where nothing was open, the other side may have something new to say too.
  swap(page, "#list", "#facts", ...(document.documentElement.dataset.page === "list" ? ["#reader"] : []));
  refresh();
}

function say(words) {
  const toast = $("#toast");
  toast.textContent = words;
  toast.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => toast.classList.remove("shown"), 4000);
}

/** The colours that the frame is shown in: those chosen, or the system's. */
function schemeOf(root) {
  const chosen = root.dataset.frameScheme;
  if (chosen !== "system") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Show the frame, and the buttons over it, in the width and colours that were chosen. */
function dressFrame() {
  const root = document.documentElement;
  for (const button of document.querySelectorAll("[data-width]"))
    button.ariaPressed = String(button.dataset.width === root.dataset.frameWidth);
  for (const button of document.querySelectorAll("[data-scheme]"))
    button.ariaPressed = String(button.dataset.scheme === schemeOf(root));
  const frame = $("iframe");
  const source = frame && `${frame.dataset.src}?scheme=${root.dataset.frameScheme}`;
  if (frame && frame.getAttribute("src") !== source) frame.setAttribute("src", source);
}

/** Choose for this page and the next ones; the server draws them so from the start. */
function choose(name, value) {
  document.documentElement.dataset[name === "width" ? "frameWidth" : "frameScheme"] = value;
  document.cookie = `inbox_${name}=${value}; path=/; max-age=31536000; SameSite=Strict`;
  dressFrame();
}

/** Go to the next (1) or previous (-1) message of the list. */
function step(direction) {
  const rows = [...document.querySelectorAll(".row")];
  const at = rows.findIndex((row) => row.ariaCurrent === "true");
  const row = rows[at < 0 ? 0 : Math.min(Math.max(at + direction, 0), rows.length - 1)];
  row?.scrollIntoView({ block: "nearest" });
  row?.click();
}

async function unsubscribe(id) {
  const answer = await fetch(`/api/messages/${id}/unsubscribe`, { method: "POST" });
  const told = await answer.json();
  if (!answer.ok) say(told.detail);
  else if (told.status === 0) say(`The site did not answer. Is “newsletter serve” running? (${told.phrase})`);
  else say(`The site answered ${told.status} ${told.phrase}.${told.status === 200 ? " This reader has left." : ""}`);
}

async function remove(url) {
  await fetch(url, { method: "DELETE" });
  await visit("/", { push: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    visit(link.href, { push: true });
    return;
  }
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.width) choose("width", button.dataset.width);
  if (button.dataset.scheme) choose("scheme", button.dataset.scheme);
  if (button.dataset.unsubscribe) unsubscribe(button.dataset.unsubscribe);
  if (button.dataset.delete) remove(`/api/messages/${button.dataset.delete}`);
  if (button.id === "clear") $("#sure").showModal();
});

$("#sure").addEventListener("close", () => {
  if ($("#sure").returnValue === "yes") remove("/api/messages");
  $("#sure").returnValue = "";
});

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || $("#sure").open) return;
  const field = $(".search input");
  if (event.target === field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  const view = document.querySelectorAll(".tabs a")[Number(event.key) - 1];
  const press = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    "/": () => field.select(),
    Escape: () => visit("/", { push: true }),
    p: () => choose("width", document.documentElement.dataset.frameWidth === "phone" ? "desktop" : "phone"),
    d: () => choose("scheme", schemeOf(document.documentElement) === "dark" ? "light" : "dark"),
  }[event.key] || (view && (() => view.click()));
  if (!press) return;
  event.preventDefault();
  press();
});

let typed;
$(".search").addEventListener("input", (event) => {
  clearTimeout(typed);
  typed = setTimeout(() => {
    const query = event.target.value.trim();
    const url = query ? `/?q=${encodeURIComponent(query)}` : "/";
    history.replaceState(null, "", url);
    visit(url);
  }, 120);
});

addEventListener("popstate", () => visit(location.href));

const events = new EventSource("/api/events");
events.addEventListener("change", (event) => {
  newest = JSON.parse(event.data).version;
  refresh();
});
events.addEventListener("open", () => document.body.classList.remove("offline"));
events.addEventListener("error", () => document.body.classList.add("offline"));

dressFrame();
