"""An author begins issues in the studio, copies them, and puts them away, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from composer.project import Project
from composer.studio.app import create_studio
from tests.support.projects import ISSUE, SESSION, SLUG, ProjectFolder, admit, png
from tests.support.studio_page import HeldAnswers, mail
from tests.support.web import in_thread, serve_in_thread


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    admit(context)
    yield context.new_page()
    context.close()


@pytest.mark.usefixtures("built_page")
def test_an_empty_folder_becomes_a_newsletter_without_a_terminal(page: Page, tmp_path: Path) -> None:
    app = create_studio(Project.at(tmp_path / "issues", tmp_path / "templates"), run="test", session=SESSION)
    with in_thread(serve_in_thread(app)) as url:
        page.goto(url)
        page.get_by_label("Name", exact=True).fill("The Quay")
        page.get_by_label("Sent from").fill("letter@example.org")
        page.get_by_label("Postal address").fill("1 Quay Street, 12345 Harbour")
        page.get_by_label("Languages").fill("English, Martian")
        page.get_by_role("radio", name="Poster").check()
        expect(page.get_by_role("alert").filter(has_text="“Martian” is no language that is known")).to_be_visible()
        expect(page.get_by_role("button", name="Begin with the first issue")).to_be_disabled()
        page.get_by_label("Languages").fill("english, Français")
        expect(page.get_by_text("English, then French")).to_be_visible()
        page.get_by_role("button", name="Begin with the first issue").click()
        expect(mail(page).get_by_text("one or two sentences of welcome")).to_be_visible()
        expect(page.get_by_role("heading", name="The Quay")).to_be_visible()
        app.state.changes.end()
    text = (tmp_path / "issues" / "newsletter.yaml").read_text(encoding="utf-8")
    assert "languages: [en, fr]" in text
    assert 'email: "letter@example.org"' in text


def test_an_issue_follows_the_last_one_and_another_comes_from_a_file_that_is_dropped(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    page.goto(studio_url)
    page.get_by_role("link", name="The bridge opens").focus()
    page.keyboard.press("g")
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New issue")
    dialog.get_by_label("Working title").fill("Ice on the Quay")
    dialog.get_by_label("Day of publication").fill("2027-01-15")
    dialog.get_by_label("Number").fill("12")
    dialog.get_by_role("button", name="Begin the issue").click()
    expect(page.locator(".issue-list [aria-current]")).to_have_attribute("data-slug", "2027-01-ice-on-the-quay")
    text = (project_folder.issues / "2027-01-ice-on-the-quay" / "issue.yaml").read_text(encoding="utf-8")
    assert "number: 12" in text
    assert 'subject: "Ice on the Quay"\n' in text
    assert "TODO: " in text
    expect(page.get_by_role("link", name="Ice on the Quay")).to_be_visible()
    page.get_by_role("button", name="New issue").click()
    dialog.get_by_label("A newsletter you have").check()
    letter = b"<h1>Spring</h1><h2>One</h2><p>The first story of all.</p><h2>Two</h2><p>And another.</p><img src=x.png>"
    dialog.locator("input[type=file]").set_input_files(
        [{"name": "spring.html", "mimeType": "text/html", "buffer": letter}]
    )
    expect(dialog.get_by_text("2 articles, 0 pictures")).to_be_visible()
    expect(dialog.get_by_text("not beside the file")).to_be_visible()
    # A browser tells of no change where the file that is held is chosen once more, mended.
    expect(dialog.locator("input[type=file]")).to_have_value("")
    dialog.get_by_role("button", name="Begin the issue").click()
    expect(mail(page).get_by_text("The first story of all.", exact=True)).to_be_visible()


def test_what_is_put_away_comes_back_by_the_button_and_from_the_trash(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    page.goto(studio_url)
    listed = page.locator(".issue-list a")

    def choose(words: str) -> None:
        page.get_by_role("button", name="More for The bridge opens").first.click()
        page.get_by_role("menuitem", name=words).click()

    expect(listed).to_have_count(1)
    choose("Duplicate")
    expect(listed).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(listed).to_have_count(1)
    choose("Rename the folder")
    page.get_by_label("Folder").fill("Bridge & quay")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("alert").filter(has_text="small letters")).to_be_visible()
    page.get_by_label("Folder").fill("2026-12-bridge")
    page.get_by_role("button", name="Rename").click()
    expect(listed).to_have_attribute("data-slug", "2026-12-bridge")
    page.get_by_role("button", name="Undo").click()
    expect(listed).to_have_attribute("data-slug", SLUG)
    choose("Delete")
    expect(page.get_by_role("heading", name="No issues yet")).to_be_visible()
    page.get_by_role("button", name="Archive and trash").click()
    page.get_by_role("region", name="Trash").get_by_role(
        "button", name=f"Bring back The bridge opens, {SLUG}", exact=True
    ).click()
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    assert project_folder.issue_file.is_file()
    # The copy that was taken back is in the trash still. To be rid of it is asked, and can be left.
    page.get_by_role("button", name="Archive and trash").click()
    page.get_by_role("button", name="Empty the trash").click()
    sure = page.get_by_role("alertdialog", name="Empty the trash")
    expect(sure).to_contain_text("Delete “The bridge opens” for good")
    expect(sure.get_by_role("button", name="Keep it")).to_be_focused()
    sure.get_by_role("button", name="Keep it").click()
    assert len(list((project_folder.issues / ".trash").iterdir())) == 1
    page.get_by_role("button", name="Empty the trash").click()
    sure.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("The trash is empty.")).to_be_visible()
    assert list((project_folder.issues / ".trash").iterdir()) == []


def test_what_became_of_a_folder_is_undone_by_the_keys_that_undo_what_was_typed(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    page.goto(studio_url)
    listed = page.locator(".issue-list a")
    expect(listed).to_have_count(1)

    def choose(words: str) -> None:
        page.get_by_role("button", name="More for The bridge opens").first.click()
        page.get_by_role("menuitem", name=words).click()

    page.get_by_role("tab", name="Write").click()
    panel = page.get_by_role("tabpanel")
    choose("Rename the folder")
    page.get_by_label("Folder").fill("2026-12-bridge")
    page.get_by_role("button", name="Rename").click()
    expect(listed).to_have_attribute("data-slug", "2026-12-bridge")
    panel.get_by_label("Headline of the issue", exact=True).fill("Another")
    expect(panel.get_by_role("button", name="Undo: typing in “Headline of the issue”")).to_be_enabled()
    page.keyboard.press("Control+z")
    panel.get_by_role("button", name="Undo: rename the folder of “The bridge opens”").click()
    expect(listed).to_have_attribute("data-slug", SLUG)
    expect(page.locator(".toast")).to_have_text("Undone: rename the folder of “The bridge opens”")
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE
    panel.get_by_role("button", name="Redo: rename the folder").click()
    expect(listed).to_have_attribute("data-slug", "2026-12-bridge")
    # The only one is out of the way: nothing is shown, and that is undone, too.
    choose("Archive")
    expect(page.get_by_role("heading", name="No issues yet")).to_be_visible()
    page.locator("#stage").press("Control+z")
    expect(listed).to_have_attribute("data-slug", "2026-12-bridge")
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()


def test_what_is_pressed_twice_while_its_answer_is_out_is_done_once(page: Page, studio_url: str) -> None:
    def more(words: str) -> Locator:
        page.get_by_role("button", name="More for The bridge opens").last.click()
        return page.get_by_role("menuitem", name=words)

    page.goto(studio_url)
    listed = page.locator(".issue-list a")
    expect(listed).to_have_count(1)
    held = HeldAnswers(page)
    held.press_twice(more("Duplicate"), f"issues/{SLUG}/duplicate")
    expect(more("Duplicate")).to_be_disabled()
    page.keyboard.press("Escape")
    held.let_go()
    expect(listed).to_have_count(2)
    held.press_twice(more("Archive"), f"issues/{SLUG}/archive")
    held.let_go()
    expect(listed).to_have_count(1)
    held.press_twice(page.locator(".toast").get_by_role("button", name="Undo"), "moves/undo")
    held.let_go()
    expect(listed).to_have_count(2)

    page.get_by_role("button", name="New issue").click()
    dialog = page.get_by_role("dialog", name="New issue")
    dialog.get_by_label("Working title").fill("Ice")
    dialog.get_by_label("A few words to replace").check()
    held.press_twice(dialog.get_by_role("button", name="Begin the issue"), "begin/issue")
    held.let_go()
    expect(listed).to_have_count(3)
    slug = listed.locator("visible=true").and_(page.locator("[aria-current]")).get_attribute("data-slug")

    page.get_by_role("button", name="Blocks", exact=True).click()
    card = page.get_by_role("main", name="Gallery of blocks").get_by_role("article", name="Masthead", exact=True)
    held.press_twice(card.get_by_role("button", name="Put it into my issue"), f"issues/{slug}/gallery")
    held.let_go()
    # A masthead is the first of all; it is seen, marked, and its form is open.
    expect(page.locator("#panel-write").get_by_role("heading", name="Masthead")).to_be_visible()
    expect(page.locator(".outline.selected")).to_be_in_viewport()
    expect(page.get_by_role("toolbar", name="Block", exact=True).get_by_role("button", name="Move up")).to_be_disabled()

    page.get_by_role("tab", name="Publication").click()
    logo = {"name": "Logo.png", "mimeType": "image/png", "buffer": png(40, 40)}
    field = page.get_by_label("Logo, by day")
    with page.expect_request("**/api/publication/logo?name=Logo.png"):
        field.set_input_files([logo])
    expect(page.locator(".logo-file").get_by_role("button", name="Choose")).to_be_disabled()
    held.end()
    expect(page.locator(".logo-file small").first).to_have_text("logo.png")
