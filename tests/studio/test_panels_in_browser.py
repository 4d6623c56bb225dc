"""Every panel of the studio, by day and in the dark, at a desk and on a phone: axe-core finds nothing, nothing spills
over its edge, and a finger hits what there is to press."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.judges import needed
from tests.support.panel_projects import bare, empty, furnished
from tests.support.studio_author import RunningStudio
from tests.support.studio_panels import BARE, EMPTY, PANELS, Panel, open_context, visit

PEOPLE = 40

_AXE = """
async (rules) => {
    const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
    const { violations } = await axe.run(document, { resultTypes: ["violations"], iframes: false, ...only });
    const told = violations.flatMap((one) => one.nodes.map((node) => ({ rule: one.id, ...node })));
    const isText = ({ rule, target }) => rule === "skip-link" && document.querySelector(target[0])?.isContentEditable;
    return told.filter((one) => !isText(one)).map((one) => `${one.rule} ${one.html}: ${one.failureSummary}`);
}
"""
"""Links in a text that is being written lead nowhere in the page, as the reader's will in the mail."""

_SPILLS = """
() => {
    const named = (one) => `<${one.localName} id="${one.id}" class="${one.className}">`;
    const places = "main, aside, nav, dialog, section, .panel";
    const scrolls = [document.scrollingElement, ...document.querySelectorAll(places)];
    return scrolls
        .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.scrollWidth > one.clientWidth + 1)
        .filter((one) => one.clientWidth > 0 && one.id !== "stage" && getComputedStyle(one).overflowX !== "visible")
        .map((one) => `${named(one)} is ${one.scrollWidth} px wide in ${one.clientWidth}`);
}
"""
"""Panels may scroll down, never sideways; the mail may, when somebody has made it larger."""

_CUT = """
() => [...document.querySelectorAll(".toast span, .said")]
    .filter((one) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
    .map((one) => `of what is told “${one.textContent}” is cut`)
"""

_UNDER_ARROWS = """
() => [...document.querySelectorAll("select")]
    .filter((one) => one.checkVisibility() && parseFloat(getComputedStyle(one).paddingRight) < 24)
    .map((one) => `the words of ${one.outerHTML.slice(0, 160)} run under its arrow`)
"""

_SMALL = """
() => {
    const LEAST = 44;
    const found = [];
    for (const one of document.querySelectorAll("button, a[href], input, select, textarea, summary")) {
        const isSeen = one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        if (!isSeen || one.closest("[aria-hidden=true]") || getComputedStyle(one).display === "inline") continue;
        const label = one.closest("label") ?? (one.id && document.querySelector(`label[for="${one.id}"]`));
        const boxes = [one, label].filter(Boolean).map((each) => each.getBoundingClientRect());
        const fits = (box) => Math.round(box.height) >= LEAST && Math.round(box.width) >= LEAST - 4;
        const [box] = boxes;
        if (!box.width || boxes.some(fits) || box.right < 0 || box.left > innerWidth) continue;
        found.push(`${Math.round(box.width)} × ${Math.round(box.height)} ${one.outerHTML.slice(0, 160)}`);
    }
    return found;
}
"""


_UNTOLD = """
() => [...document.querySelectorAll("button, a[href], summary, [role=button]")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[aria-hidden=true]"))
    .filter((one) => !/[^\\s×]/.test(one.innerText) && one.querySelector("svg, img"))
    .filter((one) => {
        const named = (id) => document.getElementById(id)?.textContent ?? "";
        const byOthers = (one.getAttribute("aria-labelledby") ?? "").split(" ").map(named).join(" ");
        const name = (one.ariaLabel || byOthers).trim();
        const tip = (one.title || one.dataset.tip || "").trim();
        return !name || !tip;
    })
    .map((one) => `no name or no tooltip: ${one.outerHTML.slice(0, 200)}`)
"""
"""What is pressed and shows no words has a name for those who listen, and a tooltip for those who look."""

_SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("is_sending", [False, True], ids=["writing", "sending"])
def test_nothing_is_wrong_in_any_panel(
    browser: Browser, built_page: None, tmp_path: Path, is_sending: bool, size: str
) -> None:
    panels = [panel for panel in PANELS if panel.choices.get("place", "").startswith("sending/") == is_sending]
    with furnished(tmp_path, people=PEOPLE) as studio:
        found = _faults(browser, studio, panels, size)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("size", _SIZES)
def test_nothing_is_wrong_where_there_is_nothing_yet(
    browser: Browser, built_page: None, tmp_path: Path, size: str
) -> None:
    (tmp_path / "bare").mkdir()
    with bare(tmp_path / "bare") as studio:
        found = _faults(browser, studio, BARE, size)
    with empty(tmp_path / "Harbour letter") as studio:
        found |= _faults(browser, studio, EMPTY, size)
        found |= _without_server(browser, studio, size)
    assert {name: told for name, told in found.items() if told} == {}


def _faults(browser: Browser, studio: RunningStudio, panels: Sequence[Panel], size: str) -> dict[str, list[str]]:
    """Visit the panels; the name of each with what is wrong there."""
    found: dict[str, list[str]] = {}
    with _opened(browser, studio, size) as page:
        for panel in panels:
            visit(page, str(studio.author.client.base_url), panel)
            found[panel.name] = _judged(page, size)
    return found


def _without_server(browser: Browser, studio: RunningStudio, size: str) -> dict[str, list[str]]:
    with _opened(browser, studio, size) as page:
        visit(page, str(studio.author.client.base_url), EMPTY[0])
        studio.kill()
        expect(page.locator("#offline")).to_be_visible()
        return {"offline": _judged(page, size)}


@contextmanager
def _opened(browser: Browser, studio: RunningStudio, size: str) -> Iterator[Page]:
    width, height = _SIZES[size]
    with open_context(browser, studio.author.client, viewport={"width": width, "height": height}) as context:
        context.add_init_script((needed("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
        yield context.new_page()


def _judged(page: Page, size: str) -> list[str]:
    """Judge what is on the page by day, and its colours in the dark; on a phone what a finger has to hit, too."""
    told = [*_axe(page), *page.evaluate(_SPILLS), *page.evaluate(_CUT), *page.evaluate(_UNDER_ARROWS)]
    told += page.evaluate(_UNTOLD)
    if size == "phone":
        told += page.evaluate(_SMALL)
    page.emulate_media(color_scheme="dark")
    told += (f"in the dark: {one}" for one in _axe(page, "color-contrast"))
    page.emulate_media(color_scheme="light")
    return told


def _axe(page: Page, *rules: str) -> list[str]:
    told: list[str] = page.evaluate(_AXE, rules)
    return told
