"""What is typed while something is under way is in the file, at the block that was seen: answers are held back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.studio.test_pictures_in_browser import bring
from tests.support.hanging import wait_until
from tests.support.projects import FRENCH, ISSUE, SLUG, ProjectFolder
from tests.support.studio_page import held_back, mail, opened, panel

TWO_MORE = """\
  - block: callout
    title: Did you know?
    body: It is old.
  - block: callout
    title: Come along
    body: It is free.
"""


@pytest.fixture
def page(browser: Browser, project_folder: ProjectFolder, studio_url: str) -> Iterator[Page]:
    project_folder.issue_file.write_text(ISSUE + TWO_MORE, encoding="utf-8")
    with opened(browser, f"{studio_url}/?issue={SLUG}", showing="Come along") as page:
        yield page


def says(page: Page, file: Path, expected: str) -> None:
    """The file becomes this, quotation marks aside."""

    def told() -> str:
        return file.read_text(encoding="utf-8").replace('"', "")

    with suppress(AssertionError):  # what it says instead tells more
        wait_until(lambda: told() == expected.replace('"', ""))
    assert told() == expected.replace('"', "")


def is_saved(page: Page) -> None:
    expect(panel(page).get_by_role("status")).to_have_text("Saved")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("answer", ["**/api/pictures?*", "**/edit?*"])
def test_words_of_a_picture_that_are_typed_before_it_is_stored_stay(
    page: Page, project_folder: ProjectFolder, language: str, answer: str
) -> None:
    files = {
        "en": (project_folder.issue_file, "A bridge at night"),
        "fr": (project_folder.issue_file.parent / "issue.fr.yaml", "Un pont la nuit"),
    }
    file, old = files[language]
    page.get_by_role("radio", name=language, exact=True).click()
    mail(page).get_by_alt_text(old).click()
    alt = panel(page).get_by_role("textbox", name="What the picture shows")
    expect(alt).to_have_value(old)
    before = file.read_text(encoding="utf-8")
    with held_back(page, answer) as is_done:
        bring(mail(page).get_by_alt_text(old), "dragover", "drop")
        is_done()
        alt.fill("The ferry")
    expect(panel(page).locator("figcaption")).to_have_text("new-bridge.png")
    alt.press("End")
    page.keyboard.type(" at six")
    expect(mail(page).get_by_alt_text("The ferry at six")).to_be_visible()
    is_saved(page)
    expect(alt).to_have_value("The ferry at six")
    says(page, file, before.replace("bridge.png", "new-bridge.png").replace(old, "The ferry at six"))


def test_a_picture_follows_its_block_and_leaves_the_cursor_where_somebody_writes(
    page: Page, project_folder: ProjectFolder
) -> None:
    mail(page).get_by_alt_text("A bridge at night").click()
    expect(panel(page).get_by_role("textbox", name="What the picture shows")).to_be_visible()
    with held_back(page, "**/api/pictures?*"):
        bring(mail(page).get_by_alt_text("A bridge at night"), "dragover", "drop")
        panel(page).get_by_role("button", name="Move up").click()
        expect(panel(page).get_by_role("button", name="Move up")).to_be_disabled()
        mail(page).get_by_text("Come along").click()
        title = panel(page).get_by_role("textbox", name="Headline")
        title.fill("Come")
    expect(mail(page).get_by_alt_text("TODO: what the picture shows")).to_be_visible()
    text = project_folder.issue_file.read_text(encoding="utf-8")
    assert "  - block: image\n    picture:\n      file: new-bridge.png\n" in text
    expect(title).to_be_focused()
    page.keyboard.type(" with us")
    expect(mail(page).get_by_text("Come with us")).to_be_visible()


def test_what_is_typed_while_a_block_is_moved_or_copied_is_for_the_block_that_was_seen(
    page: Page, project_folder: ProjectFolder
) -> None:
    mail(page).get_by_text("Come along").click()
    title = panel(page).get_by_role("textbox", name="Headline")
    expect(title).to_have_value("Come along")
    body = panel(page).get_by_role("textbox", name="Text")
    expect(body).to_be_visible()
    callouts = TWO_MORE.index("  - block: callout", 1)
    first, second = TWO_MORE[:callouts], TWO_MORE[callouts:]
    with held_back(page, "**/edit?*") as is_done:
        panel(page).get_by_role("button", name="Move up").click()
        is_done()
        title.press("End")
        page.keyboard.type(" wi")
    second = second.replace("Come along", "Come along wi")
    says(page, project_folder.issue_file, ISSUE + second + first)
    # The cursor is where it was.
    page.keyboard.type("th us")
    second = second.replace("along wi", "along with us")
    says(page, project_folder.issue_file, ISSUE + second + first)
    with held_back(page, "**/edit?*") as is_done:
        panel(page).get_by_role("button", name="Move down").click()
        is_done()
        body.press("ControlOrMeta+End")
        page.keyboard.type(" Do")
    says(page, project_folder.issue_file, ISSUE + first + second.replace("free.", "free. Do"))
    page.keyboard.type("!")
    second = second.replace("free.", "free. Do!")
    says(page, project_folder.issue_file, ISSUE + first + second)
    with held_back(page, "**/edit?*") as is_done:
        panel(page).get_by_role("button", name="Duplicate").click()
        is_done()
        title.press("End")
        page.keyboard.type(" to")
    page.keyboard.type("day")
    is_saved(page)
    says(page, project_folder.issue_file, ISSUE + first + second.replace("with us", "with us today") + second)


def test_what_is_typed_while_a_move_is_undone_is_for_the_block_that_was_seen(
    page: Page, project_folder: ProjectFolder
) -> None:
    mail(page).get_by_text("Come along").click()
    title = panel(page).get_by_role("textbox", name="Headline")
    panel(page).get_by_role("button", name="Move up").click()
    wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8") != ISSUE + TWO_MORE)
    is_saved(page)
    with held_back(page, "**/undo?*") as is_done:
        panel(page).get_by_role("button", name="Undo").click()
        is_done()
        title.press("End")
        page.keyboard.type(" wi")
    page.keyboard.type("th us")
    says(page, project_folder.issue_file, ISSUE + TWO_MORE.replace("Come along", "Come along with us"))
    expect(title).to_have_value("Come along with us")


def test_a_look_at_the_disk_that_a_change_overtakes_brings_nothing_old_back(
    page: Page, project_folder: ProjectFolder
) -> None:
    file = project_folder.issue_file.parent / "issue.fr.yaml"
    page.get_by_role("radio", name="fr").click()
    mail(page).get_by_alt_text("Un pont la nuit").click()
    alt = panel(page).get_by_role("textbox", name="What the picture shows")
    expect(alt).to_have_value("Un pont la nuit")
    with held_back(page, "**/document?*language=&*") as is_done:
        project_folder.edit("It is old.", "It is new.")
        is_done()
        alt.fill("Le bac")
        says(page, file, FRENCH.replace("Un pont la nuit", "Le bac"))
        expect(mail(page).get_by_alt_text("Le bac")).to_be_visible()
    expect(alt).to_have_value("Le bac")
    alt.press("End")
    page.keyboard.type(" de six heures")
    says(page, file, FRENCH.replace("Un pont la nuit", "Le bac de six heures"))


def test_a_change_that_is_refused_takes_nothing_along_that_was_typed_since(
    page: Page, project_folder: ProjectFolder
) -> None:
    mail(page).get_by_text("Come along").click()
    title = panel(page).get_by_role("textbox", name="Headline")
    refused: list[Route] = []
    page.route("**/edit?*", lambda route: refused.append(route), times=1)
    panel(page).get_by_role("button", name="Move up").click()
    wait_until(lambda: bool(refused))
    title.fill("Come today")
    refused[0].fulfill(status=422, json={"detail": "This cannot be moved."})
    says(page, project_folder.issue_file, ISSUE + TWO_MORE.replace("Come along", "Come today"))
    is_saved(page)
