"""axe-core finds nothing in the panels of issues, publication and translations, by day and in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.judges import needed
from tests.support.projects import admit

_AXE = """
async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], iframes: false });
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id} ${node.html}: ${node.failureSummary}`));
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(browser: Browser, studio_url: str, scheme: str, width: int) -> None:
    script = (needed("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        admit(context)
        page = context.new_page()
        page.goto(studio_url)
        expect(page.frame_locator(".frames iframe:not(.coming)").get_by_text("Dear Ana")).to_be_visible()
        page.evaluate(script)
        found: dict[str, list[str]] = {}
        page.locator("#translate").click()
        expect(page.get_by_role("textbox", name="Subject", exact=True)).to_be_visible()
        found["translations"] = page.evaluate(_AXE)
        page.get_by_role("button", name="Back to the mail").click()
        if width < 1100:
            page.locator("#fold-report").click()
        page.get_by_role("tab", name="Publication").click()
        page.get_by_label("Text, by day, as a number", exact=True).fill("#cccccc")
        expect(page.get_by_text("hard to read").first).to_be_visible()
        found["publication"] = page.evaluate(_AXE)
        page.keyboard.press("Escape")
        _issues(page, width, found)
        assert {name: told for name, told in found.items() if told} == {}


def _issues(page: Page, width: int, found: dict[str, list[str]]) -> None:
    if width < 760:
        page.locator("#fold-issues").click()
    page.get_by_role("button", name="More for").first.click()
    expect(page.get_by_role("menuitem", name="Archive")).to_be_visible()
    found["menu"] = page.evaluate(_AXE)
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    found["undo"] = page.evaluate(_AXE)
    page.keyboard.press("n")
    page.get_by_label("A newsletter you have").check()
    found["new issue"] = page.evaluate(_AXE)
