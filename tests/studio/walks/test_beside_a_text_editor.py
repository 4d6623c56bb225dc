"""An issue is written in the studio while a text editor has the same file open: nothing of either is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.projects import ISSUE, ProjectFolder
from tests.support.studio_page import mail, panel
from tests.support.walking import Program, comes_to_be, is_saved, pick, studio_in, text_field


@pytest.fixture
def program(project_folder: ProjectFolder, built_page: None) -> Iterator[Program]:
    with studio_in(project_folder.root) as program:
        yield program


@pytest.fixture
def page(browser: Browser, program: Program) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(program.address)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    yield page
    context.close()


def an_editor_saves(folder: ProjectFolder, old: str, new: str) -> None:
    """Change the file as it is now in a text editor, which saves by way of another file."""
    file = folder.issue_file
    text = file.read_text(encoding="utf-8")
    assert old in text
    beside = file.with_name(f".{file.name}.swp")
    beside.write_text(text.replace(old, new), encoding="utf-8")
    beside.replace(file)


def test_what_an_editor_saves_in_another_block_stands_beside_what_is_typed(
    page: Page, project_folder: ProjectFolder
) -> None:
    pick(page, "Dear Ana")
    text = text_field(page, "Text")
    text.press("ControlOrMeta+End")
    text.press_sequentially(" Come")
    is_saved(page)
    an_editor_saves(project_folder, "A bridge at night", "A bridge at noon  # seen from the quay")
    text.press_sequentially(" and see!")
    expect(mail(page).get_by_text("the bridge opens. Come and see!")).to_be_visible()
    expect(mail(page).get_by_alt_text("A bridge at noon")).to_be_visible()
    written = ISSUE.replace("opens.\n", "opens. Come and see!\n")
    comes_to_be(project_folder.issue_file, written.replace("at night", "at noon  # seen from the quay"))
    # The button takes back what was typed here, letter by letter of one go, and nothing of the editor's.
    panel(page).get_by_role("button", name="Undo").click()
    expect(mail(page).get_by_text("see!")).to_have_count(0)
    expect(mail(page).get_by_alt_text("A bridge at noon")).to_be_visible()


def test_where_both_changed_the_same_block_she_sees_both_sides_and_chooses(
    page: Page, program: Program, project_folder: ProjectFolder
) -> None:
    pick(page, "Dear Ana")
    text = text_field(page, "Text")
    text.press("ControlOrMeta+End")
    for choice, kept in (
        ("Take what is in the file", "the bridge is open."),
        ("Keep what I wrote", "the bridge is open. Tomorrow!"),
    ):
        # The studio is too slow to tell the page what the editor saved before the next words are typed.
        before, theirs = ("opens.", "is open.") if "Take" in choice else ("is open.", "is shut.")
        program.pause()
        text.press_sequentially(" Today!" if "Take" in choice else " Tomorrow!")
        an_editor_saves(project_folder, before, theirs)
        program.go_on()
        asked = panel(page).get_by_role("alert")
        expect(asked).to_contain_text("This was changed in the file too")
        expect(asked).to_contain_text("Today!" if "Take" in choice else "Tomorrow!")
        expect(asked).to_contain_text(theirs)
        assert theirs in project_folder.issue_file.read_text(encoding="utf-8"), "nothing is written over"
        asked.get_by_role("button", name=choice).click()
        expect(asked).to_have_count(0)
        expect(mail(page).get_by_text(f"Dear Ana, {kept}", exact=True)).to_be_visible()
        comes_to_be(project_folder.issue_file, ISSUE.replace("the bridge opens.", kept))
        expect(text).to_contain_text(kept)
        text.press("ControlOrMeta+End")
