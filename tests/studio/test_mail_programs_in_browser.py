"""What mail programs lose, and which of them readers have, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from composer.studio.app import create_studio
from tests.support.hanging import wait_until
from tests.support.projects import LOSSY_BLOCK, SESSION, ProjectFolder, admit
from tests.support.web import in_thread, serve_in_thread


@pytest.fixture
def page(
    browser: Browser, project_folder: ProjectFolder, built_page: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    monkeypatch.chdir(project_folder.root)
    project_folder.edit("  - block: image\n", f"{LOSSY_BLOCK}  - block: image\n")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    admit(context)
    page = context.new_page()
    app = create_studio(project_folder.project, run="test", session=SESSION)
    with in_thread(serve_in_thread(app)) as url:
        page.goto(url)
        expect(page.locator("#mail-programs h2 small")).to_have_text(re.compile("% of readers lose something"))
        yield page
        app.state.changes.end()
    context.close()


def test_a_loss_leads_to_its_block_and_is_gone_when_it_is_mended(page: Page, project_folder: ProjectFolder) -> None:
    programs = page.locator("#mail-programs")
    outlook = programs.locator(".program", has_text="Outlook (Windows)")
    expect(outlook.locator(".verdict")).to_have_text("1 loss")
    expect(programs.locator(".program", has_text="Apple Mail (iOS)").locator(".verdict")).to_have_text("all there")
    outlook.locator("summary").first.click()
    expect(outlook.locator(".losses")).to_contain_text("What stands side by side stands one below the other.")
    outlook.locator(".losses").get_by_role("button", name="Designer’s own code").click()
    expect(page.locator(".outline.selected")).to_be_visible()
    expect(page.get_by_role("tab", name="Checks")).to_have_attribute("aria-selected", "true")
    project_folder.edit("display:flex", "color:red")
    expect(programs.locator("h2 small")).to_have_text("nobody loses anything")
    # What was open stays open: what it does not understand else is at hand.
    expect(outlook.locator(".plainer")).to_be_visible()


def test_on_a_phone_the_mail_is_seen_where_a_loss_leads(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#fold-report").click()
    outlook = page.locator("#mail-programs .program", has_text="Outlook (Windows)")
    outlook.locator("summary").first.click()
    outlook.get_by_role("button", name="Designer’s own code").first.click()
    expect(page.locator("#app")).not_to_have_class(re.compile("report-open"))
    expect(page.locator(".outline.selected")).to_be_visible()


def test_an_author_says_which_programs_the_readers_have(page: Page, project_folder: ProjectFolder) -> None:
    newsletter = project_folder.issues / "newsletter.yaml"
    page.get_by_role("button", name="Say what they have").click()
    panel = page.locator("#panel-publication")
    panel.get_by_role("button", name="Begin with the guess").click()
    outlook = panel.get_by_label("Readers with Outlook (Windows), in per cent")
    expect(outlook).to_have_value("12")
    expect(panel.locator(".sum")).to_contain_text("All readers")
    outlook.fill("40")
    expect(panel.locator(".sum")).to_contain_text("More than all readers: not saved")
    panel.get_by_role("button", name="Leave out Apple Mail (iOS)").click()
    # A share is saved as it is typed, as soon as it can be true.
    outlook.fill("35,5")
    expect(panel.locator(".sum")).to_contain_text("6.5 % have others")
    panel.get_by_label("Add a mail program").select_option("gmx_ios")
    expect(panel.get_by_label("Readers with GMX (iOS), in per cent")).to_have_value("5")
    wait_until(lambda: "outlook_windows: 35.5" in newsletter.read_text() and "gmx_ios: 5" in newsletter.read_text())
    assert "apple_mail_ios" not in newsletter.read_text()
    page.get_by_role("tab", name="Checks").click()
    programs = page.locator("#mail-programs")
    expect(programs.locator(".program").first).to_contain_text("Outlook (Windows)")
    expect(programs.locator("h2 small")).to_have_text(re.compile(r"\d+ % of readers lose something"))
    expect(programs.get_by_role("button", name="Change them")).to_be_visible()
