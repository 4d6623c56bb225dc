"""An author says in the studio who sees a block, with the mouse and with the keyboard, and looks at both sides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect

from tests.support.hanging import wait_until
from tests.support.projects import ISSUE, SLUG, ProjectFolder, admit


@pytest.fixture
def page(browser: Browser, studio_url: str) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        admit(context)
        page = context.new_page()
        page.goto(studio_url)
        expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
        yield page


def mail(page: Page) -> FrameLocator:
    return page.frame_locator(".holder:not(.second) .frames iframe:not(.coming)")


def saved(folder: ProjectFolder, condition: str) -> None:
    """The file says exactly this of the first block, and nothing else is changed."""
    line = f"    show_if: {condition}\n" if condition else ""
    wanted = ISSUE.replace("  - block: text\n", f"  - block: text\n{line}", 1)
    try:
        wait_until(lambda: folder.issue_file.read_text(encoding="utf-8") == wanted)
    except AssertionError:
        assert folder.issue_file.read_text(encoding="utf-8") == wanted


def test_an_author_says_who_sees_a_block_and_looks_at_both_sides(page: Page, project_folder: ProjectFolder) -> None:
    mail(page).get_by_text("Dear Ana").click()
    page.get_by_role("toolbar", name="Block", exact=True).get_by_role("button", name="Who sees it").click()
    form = page.locator(".audience")
    told = form.get_by_role("status")
    expect(told).to_have_text("Every reader sees this block.")
    form.get_by_role("button", name="Only some readers").click()
    expect(told).to_have_text("Not saved yet: say which language.")
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE
    form.get_by_label("Value", exact=True).select_option(label="French")
    expect(told).to_have_text("Only readers whose language is French.")
    saved(project_folder, 'subscriber.language == "fr"')

    form.get_by_role("button", name="Another condition").click()
    second = form.get_by_role("group", name="Condition 2")
    second.get_by_label("What of the reader").select_option("city")
    second.get_by_label("Test").select_option(label="is not")
    second.get_by_label("Value", exact=True).press_sequentially("L’Aquila")
    second.get_by_role("button", name="nor …").click()
    second.get_by_label("Value 2", exact=True).press_sequentially('the "Quay"')
    form.get_by_label("Those for whom").select_option(label="one of this is so")
    expect(told).to_have_text(
        'Only readers whose language is French or whose city is neither “L’Aquila” nor “the "Quay"”.'
    )
    saved(project_folder, 'subscriber.language == "fr" or subscriber.city not in ["L’Aquila", \'the "Quay"\']')
    second.get_by_role("button", name="Remove condition 2").click()
    saved(project_folder, 'subscriber.language == "fr"')

    form.get_by_role("button", name="one who does not").click()
    expect(mail(page).get_by_text("the bridge opens.")).to_have_count(0)
    form.get_by_role("button", name="one who gets it").click()
    expect(mail(page).get_by_text("the bridge opens.")).to_be_visible()
    form.get_by_role("button", name="both").click()
    expect(page.locator(".second .frames iframe:not(.coming)")).to_be_visible()
    form.get_by_role("button", name="More in Look").click()
    expect(page.get_by_role("tab", name="Look")).to_be_focused()
    expect(page.locator("#panel-look").get_by_text('subscriber.language == "fr"')).to_be_visible()
    page.get_by_role("tab", name="Write").click()
    form.get_by_role("button", name="Everybody").click()
    expect(told).to_have_text("Every reader sees this block.")
    saved(project_folder, "")


def test_more_than_rows_can_show_is_text_and_a_mistake_in_it_is_told_and_not_saved(
    page: Page, project_folder: ProjectFolder
) -> None:
    nested = 'subscriber.city or (subscriber.first_name and "members" in subscriber.lists)'
    page.get_by_role("tab", name="Write").click()
    page.locator(".block-list .open").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("tabpanel").get_by_role("button", name="Who sees it").press("Enter")
    form = page.locator(".audience")
    expect(form.locator("summary").first).to_be_focused()
    form.get_by_text("As text", exact=True).click()
    text = form.get_by_label("Condition as text")
    text.fill(nested)
    expect(form.get_by_text("more than rows can show")).to_be_visible()
    saved(project_folder, nested)
    text.fill('subscriber.citty == "Nice"')
    expect(form.get_by_role("status")).to_contain_text("did you mean 'subscriber.city'?")
    saved(project_folder, nested)
    text.fill('subscriber.city == "Nice"')
    expect(form.get_by_role("group", name="Condition 1").get_by_label("Value", exact=True)).to_have_value("Nice")
    saved(project_folder, 'subscriber.city == "Nice"')
    project_folder.edit('== "Nice"', '== "Turin"')
    text.blur()
    expect(form.get_by_role("group", name="Condition 1").get_by_label("Value", exact=True)).to_have_value("Turin")


def test_readers_of_the_condition_after_next_are_not_taken_for_those_asked_for(
    page: Page, project_folder: ProjectFolder
) -> None:
    language = _with_a_condition(page)
    seeing = _first_held(page, "**/seeing?*")
    language.select_option(label="French")
    wait_until(lambda: bool(seeing))
    checks = _first_held(page, f"**/api/issues/{SLUG}?reader=full&language=en")
    language.select_option(label="English")
    saved(project_folder, 'subscriber.language == "en"')
    wait_until(lambda: bool(checks))
    with page.expect_response("**/seeing?*"):
        seeing[0].continue_()
    language.select_option(label="French")
    saved(project_folder, 'subscriber.language == "fr"')
    expect(page.locator(".audience").get_by_role("button", name="one who does not")).to_be_enabled()


def _first_held(page: Page, address: str) -> list[Route]:
    """What the first question of this address will be in: it does not reach the server until it goes on."""
    held: list[Route] = []
    page.route(address, lambda route: route.continue_() if held else held.append(route))
    return held


def _with_a_condition(page: Page) -> Locator:
    """Only some readers see the first block; returns the field of their language, in which none is chosen."""
    mail(page).get_by_text("Dear Ana").click()
    page.get_by_role("toolbar", name="Block", exact=True).get_by_role("button", name="Who sees it").click()
    form = page.locator(".audience")
    form.get_by_role("button", name="Only some readers").click()
    return form.get_by_label("Value", exact=True)
