"""An author writes in the studio, in Chromium: what she does is in the file, as she would have typed it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, Route, expect

from composer.studio.app import create_studio
from composer.web.listening import listen
from composer.web.serving import serving
from tests.support.hanging import wait_until
from tests.support.pasted import PASTED
from tests.support.projects import ISSUE, SESSION, SLUG, ProjectFolder, admit
from tests.support.studio_page import mail, opened, panel
from tests.support.web import in_thread, serve_in_thread


@pytest.fixture
def page(browser: Browser, studio_url: str) -> Iterator[Page]:
    with opened(browser, studio_url, showing="Dear Ana") as page:
        yield page


def _differs(folder: ProjectFolder, before: bytes) -> bool:
    return folder.issue_file.read_bytes() != before


CONTENTS = "img, p:has-text('Dear')"
"""What the two blocks of the issue show."""


def pick(page: Page, words: str) -> None:
    """Click a block of the mail by its words."""
    mail(page).get_by_text(words).click()
    expect(page.locator(".outline.selected")).to_be_visible()


def saved(folder: ProjectFolder, expected: str) -> None:
    """The file becomes exactly this."""
    try:
        wait_until(lambda: folder.issue_file.read_text(encoding="utf-8") == expected)
    except AssertionError:
        assert folder.issue_file.read_text(encoding="utf-8") == expected


def test_a_block_is_picked_in_the_mail_and_its_words_change_in_the_file_and_in_the_mail(
    page: Page, project_folder: ProjectFolder
) -> None:
    pick(page, "Dear Ana")
    text = panel(page).get_by_role("textbox", name="Text")
    expect(text).to_contain_text("the bridge opens.")
    text.press("Control+End")
    text.press_sequentially(" Come and see!")
    expect(mail(page).get_by_text("Dear Ana, the bridge opens. Come and see!")).to_be_visible()
    saved(project_folder, ISSUE.replace("the bridge opens.", "the bridge opens. Come and see!"))
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.locator(".outline.selected")).to_be_visible()


def test_what_is_bold_a_link_or_a_list_is_markdown_in_the_file(page: Page, project_folder: ProjectFolder) -> None:
    pick(page, "Dear Ana")
    text = panel(page).get_by_role("textbox", name="Text")
    text.press("Control+End")
    text.press("Enter")
    page.get_by_role("button", name="Bold").click()
    text.press_sequentially("At noon")
    page.get_by_role("button", name="Bold").click()
    text.press_sequentially(" with ")
    page.get_by_role("button", name="Link").click()
    page.get_by_label("Address of the link").fill("https://example.org/quay")
    # What is typed on before the server has said what it has to say of the address comes behind the link.
    held: list[Route] = []
    page.route("**/api/links", lambda route: held.append(route))
    with page.expect_request("**/api/links"):
        page.get_by_role("button", name="Set the link").click()
    text.press("Enter")
    text.press_sequentially("- music")
    text.press("Enter")
    text.press_sequentially("boats")
    held.pop().continue_()
    expect(mail(page).locator("strong", has_text="At noon")).to_be_visible()
    expect(mail(page).locator("li", has_text="boats")).to_be_visible()
    written = "the bridge opens.\n\n      **At noon** with <https://example.org/quay>\n\n      - music\n      - boats"
    saved(project_folder, ISSUE.replace("the bridge opens.", written))


def test_what_a_button_of_a_text_asks_is_typed_where_it_asks_and_the_marked_words_stay(
    page: Page, project_folder: ProjectFolder
) -> None:
    pick(page, "Dear Ana")
    text = panel(page).get_by_role("textbox", name="Text")
    address = page.get_by_label("Address of the link")
    text.press("Control+End")
    _mark_before_the_end(text, "opens.")
    page.get_by_role("button", name="Link").click()
    expect(address).to_be_focused()
    label = page.get_by_role("button", name="Set the link")
    assert label.evaluate("button => button.scrollWidth <= button.clientWidth")
    page.keyboard.type("https://example.org/quay")
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    saved(project_folder, ISSUE.replace("opens.", "[opens.](https://example.org/quay)"))
    # The same by its key; the cursor is in the link.
    text.press("Control+k")
    expect(address).to_be_focused()
    expect(address).to_have_value("https://example.org/quay")
    page.keyboard.press("Control+a")
    page.keyboard.type("https://example.org/pier")
    page.keyboard.press("Enter")
    saved(project_folder, ISSUE.replace("opens.", "[opens.](https://example.org/pier)"))
    page.get_by_role("button", name="A reader’s own word").click()
    expect(page.get_by_label("Which of the reader’s words")).to_be_focused()
    page.keyboard.press("Escape")
    expect(text).to_be_focused()


def _mark_before_the_end(text: Locator, words: str) -> None:
    for _ in words:
        text.press("Shift+ArrowLeft")


_CURSOR_AT_THE_END = "getSelection().selectAllChildren(editor.lastChild); getSelection().collapseToEnd();"
"""The browser moves the cursor, and tells of it in a later task: later than of keys that wait while a page is busy."""


def test_keys_that_come_before_the_browser_has_told_of_the_cursor_are_for_where_it_stands(
    page: Page, project_folder: ProjectFolder
) -> None:
    pick(page, "Dear Ana")
    text = panel(page).get_by_role("textbox", name="Text")
    text.focus()
    text.evaluate(
        f"""editor => {{
            {_CURSOR_AT_THE_END}
            const key = {{ key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true }};
            editor.dispatchEvent(new KeyboardEvent("keydown", key));
        }}"""
    )
    text.press_sequentially("Come at noon")
    saved(project_folder, ISSUE.replace("the bridge opens.", "the bridge opens.\n\n      Come at noon"))
    text.evaluate(
        f"""editor => {{
            getSelection().collapse(editor.firstChild, 0);
            document.dispatchEvent(new Event("selectionchange"));
            {_CURSOR_AT_THE_END}
            const data = new DataTransfer();
            data.setData("text/plain", ", or later");
            const told = {{ clipboardData: data, bubbles: true, cancelable: true }};
            editor.dispatchEvent(new ClipboardEvent("paste", told));
        }}"""
    )
    saved(project_folder, ISSUE.replace("the bridge opens.", "the bridge opens.\n\n      Come at noon, or later"))


def test_a_readers_own_word_is_a_chip_and_stays_what_it_was(page: Page, project_folder: ProjectFolder) -> None:
    pick(page, "Dear Ana")
    chip = panel(page).locator(".chip")
    expect(chip).to_have_text("first name, or “reader”")
    chip.click()
    page.get_by_label("If it is not known").fill("friend")
    page.get_by_role("button", name="Set", exact=True).click()
    saved(project_folder, ISSUE.replace('default("reader")', 'default("friend")'))


def test_blocks_are_moved_copied_added_and_deleted_and_all_of_it_is_undone(
    page: Page, project_folder: ProjectFolder
) -> None:
    blocks = mail(page).locator(CONTENTS)
    pick(page, "Dear Ana")
    bar = page.get_by_role("toolbar", name="Block")
    bar.get_by_role("button", name="Move down").click()
    wait_until(
        lambda: (
            project_folder.issue_file.read_text().index("block: image")
            < project_folder.issue_file.read_text().index("block: text")
        )
    )
    expect(blocks.first).to_have_attribute("alt", "A bridge at night")
    bar.get_by_role("button", name="Duplicate").click()
    expect(mail(page).get_by_text("Dear Ana, the bridge opens.")).to_have_count(2)
    bar.get_by_role("button", name="Add after").click()
    panel(page).get_by_role("searchbox", name="Find a block").fill("button")
    panel(page).get_by_role("button", name=re.compile("^Button")).click()
    panel(page).locator("textarea").first.fill("Come along")
    expect(mail(page).get_by_text("Come along")).to_be_visible()
    bar.get_by_role("button", name="Delete").click()
    expect(mail(page).get_by_text("Come along")).to_have_count(0)
    undo = panel(page).get_by_role("button", name=re.compile("undo", re.IGNORECASE))
    for _ in range(12):
        if undo.is_disabled():
            break
        before = project_folder.issue_file.read_bytes()
        undo.click()
        wait_until(partial(_differs, project_folder, before))
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE
    expect(blocks.first).to_have_text("Dear Ana, the bridge opens.")


def test_undo_and_redo_have_their_keys_in_every_field(page: Page, project_folder: ProjectFolder) -> None:
    page.get_by_role("tab", name="Write").click()
    title = panel(page).get_by_label("Headline of the issue", exact=True)
    title.fill("The bridge is here")
    saved(project_folder, ISSUE.replace("title: The bridge opens", "title: The bridge is here"))
    title.press("Control+z")
    saved(project_folder, ISSUE)
    expect(title).to_have_value("The bridge opens")
    title.press("Control+Shift+z")
    saved(project_folder, ISSUE.replace("title: The bridge opens", "title: The bridge is here"))


def test_blocks_are_ordered_with_the_keyboard_alone(page: Page, project_folder: ProjectFolder) -> None:
    tab = page.get_by_role("tab", name="Checks")
    tab.focus()
    tab.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    line = panel(page).get_by_role("button", name=re.compile("^Text"))
    line.focus()
    line.press("Alt+ArrowDown")
    expect(panel(page).locator(".block-list .open").nth(1)).to_be_focused()
    expect(panel(page).locator(".block-list .kind").first).to_have_text("Picture")
    page.keyboard.press("Enter")
    expect(page.locator(".outline.selected")).to_be_visible()


def test_a_block_is_dragged_to_another_place(page: Page) -> None:
    page.get_by_role("tab", name="Write").click()
    lines = panel(page).locator(".block-list li")
    lines.nth(1).locator(".grip").drag_to(lines.nth(0), target_position={"x": 20, "y": 4})
    expect(panel(page).locator(".block-list .kind").first).to_have_text("Picture")
    expect(mail(page).locator(CONTENTS).first).to_have_attribute("alt", "A bridge at night")


def test_the_source_and_the_form_follow_each_other(page: Page, project_folder: ProjectFolder) -> None:
    pick(page, "Dear Ana")
    page.get_by_role("tab", name="Source").click()
    source = panel(page).get_by_role("textbox")
    expect(source).to_contain_text("the bridge opens.")
    line = panel(page).locator(".cm-line", has_text="A bridge at night")
    line.click()
    page.keyboard.press("End")
    page.keyboard.type(" in June")
    saved(project_folder, ISSUE.replace("A bridge at night", "A bridge at night in June"))
    expect(mail(page).get_by_alt_text("A bridge at night in June")).to_be_attached()
    page.get_by_role("tab", name="Write").click()
    alt = panel(page).get_by_label("What the picture shows")
    expect(alt).to_have_value("A bridge at night in June")
    alt.fill("A bridge at dawn")
    saved(project_folder, ISSUE.replace("A bridge at night", "A bridge at dawn"))
    page.get_by_role("tab", name="Source").click()
    expect(source).to_contain_text("A bridge at dawn")


def test_what_an_editor_saves_meanwhile_is_kept_beside_what_is_typed(page: Page, project_folder: ProjectFolder) -> None:
    pick(page, "Dear Ana")
    text = panel(page).get_by_role("textbox", name="Text")
    project_folder.edit("A bridge at night", "A bridge at noon")
    text.press("Control+End")
    text.press_sequentially(" Today!")
    both = ISSUE.replace("A bridge at night", "A bridge at noon").replace("opens.\n", "opens. Today!\n")
    saved(project_folder, both)


def test_a_block_that_both_have_changed_is_asked_about(page: Page, project_folder: ProjectFolder) -> None:
    pick(page, "Dear Ana")
    text = panel(page).get_by_role("textbox", name="Text")
    text.press("Control+End")
    # The page's events are held back, as on a slow disk: it does not know of the editor's change when it saves.
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.route("**/document*", lambda route: route.abort())
    project_folder.edit("the bridge opens.", "the bridge is open.")
    # A blank at the end is nothing yet that could be saved, as the page would when it is left.
    text.press("Space")
    page.evaluate("window.dispatchEvent(new Event('beforeunload'))")
    text.press_sequentially("Today!")
    expect(page.get_by_text("This was changed in the file too")).to_be_visible()
    boxes = [panel(page).get_by_role("button", name=re.compile(words)).bounding_box() for words in ("undo", "redo")]
    assert len({box and box["y"] for box in boxes}) == 1, "the words leave the bar as it is"
    assert "the bridge is open." in project_folder.issue_file.read_text(encoding="utf-8")
    page.unroute("**/document*")
    page.get_by_role("button", name="Keep what I wrote").click()
    saved(project_folder, ISSUE.replace("opens.\n", "opens. Today!\n"))


def test_what_was_typed_while_the_studio_was_away_is_saved_when_it_is_back(
    browser: Browser, project_folder: ProjectFolder, built_page: None
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    admit(page.context)
    first = create_studio(project_folder.project, run="same", session=SESSION)
    with in_thread(serve_in_thread(first)) as url:
        page.goto(url)
        pick(page, "Dear Ana")
        expect(panel(page).get_by_role("textbox", name="Text")).to_be_visible()
        first.state.changes.end()
    panel(page).get_by_role("textbox", name="Text").press("Control+End")
    panel(page).get_by_role("textbox", name="Text").press_sequentially(" Alone.")
    expect(page.get_by_text("Not saved: the studio does not answer")).to_be_visible()
    second = create_studio(project_folder.project, run="same", session=SESSION)
    with in_thread(serving(second, listen("127.0.0.1", int(url.rpartition(":")[2])))):
        saved(project_folder, ISSUE.replace("opens.\n", "opens. Alone.\n"))
        second.state.changes.end()
    page.close()


def test_a_table_or_a_footnote_is_written_as_it_stands(page: Page, project_folder: ProjectFolder) -> None:
    project_folder.edit("the bridge opens.", "the bridge opens.[^1]\n\n      [^1]: At last.")
    expect(mail(page).get_by_text("At last.")).to_be_visible()
    pick(page, "Dear Ana")
    expect(panel(page).locator("textarea.code")).to_have_value(re.compile(r"opens\.\[\^1\]"))
    expect(panel(page).get_by_text("Markdown of its own kind")).to_be_visible()


def test_a_table_that_an_editor_saves_into_a_text_that_is_open_is_written_as_it_stands(
    page: Page, project_folder: ProjectFolder
) -> None:
    pick(page, "Dear Ana")
    expect(panel(page).get_by_role("textbox", name="Text", exact=True)).to_be_focused()
    table = "\n\n      | a | b |\n      | - | - |\n      | 1 | 2 |"
    project_folder.edit("the bridge opens.", f"the bridge opens.{table}")
    text = panel(page).locator("textarea.code")
    expect(text).to_have_value(re.compile(r"opens\.\n\n\| a \|"))
    text.fill(text.input_value().replace("opens.", "opens!"))
    saved(project_folder, ISSUE.replace("the bridge opens.", f"the bridge opens!{table}"))
    page.get_by_role("button", name="All blocks").click()
    expect(panel(page).locator(".block-list .words").first).to_contain_text("the bridge opens!")


def test_keys_of_the_mail_do_nothing_where_it_is_not_seen(page: Page, project_folder: ProjectFolder) -> None:
    """What is typed into a page of sending is undone there, and not in the letter."""
    page.get_by_role("tab", name="Write").click()
    panel(page).get_by_label("Headline of the issue", exact=True).fill("The bridge is here")
    now = ISSUE.replace("title: The bridge opens", "title: The bridge is here")
    saved(project_folder, now)
    pick(page, "Dear Ana")
    page.get_by_role("button", name="Send", exact=True).click()
    to = page.get_by_role("textbox", name="To", exact=False)
    to.press_sequentially("ana@example.org")
    to.press("Control+z")
    expect(to).not_to_have_value("ana@example.org")
    page.locator("#sending .room-body").press("Alt+ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(".outline.selected")).to_be_visible()
    panel(page).get_by_role("button", name="All blocks").click()
    subject = panel(page).get_by_role("textbox", name=re.compile("^Subject"))
    subject.fill("News")  # behind whatever was done before
    saved(project_folder, re.sub("subject: .*", "subject: News", now))


def test_the_page_has_nothing_to_complain_of(browser: Browser, studio_url: str) -> None:
    """No script of ours fails, and no style of the editors is refused by the page's policy."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    admit(page.context)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{studio_url}/?issue={SLUG}")
    pick(page, "Dear Ana")
    expect(panel(page).get_by_role("textbox", name="Text")).to_be_visible()
    page.get_by_role("tab", name="Source").click()
    expect(panel(page).locator(".cm-gutters")).to_be_visible()
    assert panel(page).locator(".cm-scroller").evaluate("one => getComputedStyle(one).display") == "flex"
    assert told == []
    page.close()


def test_a_change_is_put_into_the_mail_that_is_shown_and_its_pictures_stay(page: Page) -> None:
    pick(page, "Dear Ana")
    mail(page).get_by_alt_text("A bridge at night").evaluate("picture => { picture.ours = true }")
    text = panel(page).get_by_role("textbox", name="Text")
    text.press("Control+End")
    text.press_sequentially(" Come!")
    expect(mail(page).get_by_text("Dear Ana, the bridge opens. Come!")).to_be_visible()
    assert mail(page).get_by_alt_text("A bridge at night").evaluate("picture => picture.ours")
    # What is more than the inside of a block is another page: the headline, and a further block.
    page.keyboard.press("Escape")
    panel(page).get_by_label("Headline of the issue", exact=True).fill("The bridge is here")
    expect(mail(page).get_by_role("heading", name="The bridge is here")).to_be_visible()
    expect(mail(page).get_by_text("Dear Ana, the bridge opens. Come!")).to_be_visible()


def test_a_letter_in_two_windows_is_the_same_in_both(page: Page, studio_url: str) -> None:
    other = page.context.new_page()
    other.goto(studio_url)
    other.get_by_role("tab", name="Write").click()
    page.get_by_role("tab", name="Write").click()
    panel(page).get_by_label("Headline of the issue", exact=True).fill("From the first window")
    expect(panel(other).get_by_label("Headline of the issue", exact=True)).to_have_value("From the first window")
    panel(other).get_by_label("Headline of the issue", exact=True).fill("From the second window")
    panel(page).get_by_label("Number of the issue").focus()
    expect(panel(page).get_by_label("Headline of the issue", exact=True)).to_have_value("From the second window")


def test_what_is_pasted_becomes_clean_markdown(page: Page, project_folder: ProjectFolder) -> None:
    """From wherever it comes; nothing of it stays but what the mail can show, and nothing of it is run."""
    pick(page, "Dear Ana")
    text = panel(page).get_by_role("textbox", name="Text")
    for whence, (html, markdown) in PASTED.items():
        text.press("Control+a")
        text.evaluate(
            """(editor, html) => {
                const data = new DataTransfer();
                data.setData("text/html", html);
                const told = { clipboardData: data, bubbles: true, cancelable: true };
                editor.dispatchEvent(new ClipboardEvent("paste", told));
            }""",
            html,
        )
        wait_until(partial(_says, project_folder, markdown), what=f"the Markdown of {whence}")
    expect(page).to_have_title("The bridge opens – studio")


def _says(folder: ProjectFolder, markdown: str) -> bool:
    body = yaml.safe_load(folder.issue_file.read_text(encoding="utf-8"))["blocks"][0]["body"]
    return bool(body.strip() == markdown.strip())


def test_a_translation_is_written_in_its_own_file_by_the_names_of_blocks(
    page: Page, project_folder: ProjectFolder
) -> None:
    named = ISSUE.replace("- block: text\n", "- block: text\n    id: hello\n")
    named = named.replace("- block: image\n", "- block: image\n    id: bridge\n")
    french = (
        "subject: Des nouvelles\ntitle: Le pont ouvre\nblocks:\n  - id: bridge\n    picture: {alt: Un pont la nuit}\n"
    )
    file = project_folder.issue_file.parent / "issue.fr.yaml"
    file.write_text(french, encoding="utf-8")
    project_folder.issue_file.write_text(named, encoding="utf-8")
    page.get_by_role("radio", name="fr").click()
    mail(page).get_by_alt_text("Un pont la nuit").click()
    alt = panel(page).get_by_label("What the picture shows")
    expect(alt).to_have_value("Un pont la nuit")
    alt.fill("Un pont à midi")
    expect(mail(page).get_by_alt_text("Un pont à midi")).to_be_visible()
    assert file.read_text(encoding="utf-8") == french.replace("la nuit", "à midi")
    assert project_folder.issue_file.read_text(encoding="utf-8") == named
    pick(page, "Dear Ana")
    expect(panel(page).get_by_text("This translation has no text of its own here")).to_be_visible()
    # A bar of grey buttons would not say why they do nothing.
    for place in (page.locator(".block-bar"), panel(page)):
        expect(place.get_by_text("Blocks are moved, added and deleted in the first language.")).to_be_visible()
    expect(page.locator(".block-bar button")).to_have_count(0)
    expect(panel(page).locator(".form-head button")).to_have_text(["All blocks", ""])


def test_a_translator_reads_the_source_as_it_will_be_seen(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    project_folder.edit("the bridge opens.", "the **bridge** opens at [the quay](https://example.org/quay).")
    page.goto(f"{studio_url}?place=translations/fr")
    source = page.locator(".there", has_text="opens at")
    expect(source.locator(".chip")).to_have_text("first name, or “reader”")
    expect(source.locator("strong")).to_have_text("bridge")
    expect(source.get_by_role("link", name="the quay")).to_have_attribute("target", "_blank")
    expect(source.get_by_text("**")).to_be_hidden()
    # Markdown that the editor does not know is read as it is written, here as there.
    project_folder.edit("the **bridge** opens at", "![](bridge.png) opens at")
    expect(page.locator(".there").get_by_text("![](bridge.png) opens at")).to_be_visible()


def test_the_help_of_a_field_speaks_of_the_form_and_not_of_the_file(page: Page) -> None:
    page.get_by_role("tab", name="Write").click()
    expect(panel(page).get_by_label("Day of publication")).to_have_accessible_description("")
    panel(page).get_by_role("button", name="Add a block").click()
    panel(page).locator("[data-block=events]").click()
    expect(panel(page).get_by_label("Begins at")).to_have_accessible_description(
        "When it starts, as 11:00; of several days with an end, each."
    )


def test_what_is_typed_last_is_saved_though_the_page_is_closed(page: Page, project_folder: ProjectFolder) -> None:
    page.get_by_role("tab", name="Write").click()
    panel(page).get_by_label("Headline of the issue", exact=True).fill("The last word")
    page.close(run_before_unload=True)
    saved(project_folder, ISSUE.replace("title: The bridge opens", "title: The last word"))


def test_a_finding_leads_to_the_form_of_its_block_or_to_its_line(page: Page, project_folder: ProjectFolder) -> None:
    project_folder.edit("alt: A bridge at night", "alt: TODO")
    finding = panel(page).locator(".finding", has_text="TODO").first
    finding.get_by_role("button", name="Show").click()
    expect(panel(page).get_by_label("What the picture shows")).to_have_value("TODO")
    expect(page.locator(".outline.selected")).to_be_visible()
    # The finding may come before the file that it is in.
    held: list[Route] = []
    let_go = threading.Event()
    page.route("**/document?*", lambda route: route.continue_() if let_go.is_set() else held.append(route))
    project_folder.edit("title: The bridge opens", 'title: "The bridge opens')
    page.get_by_role("tab", name="Checks").click()
    expect(page.locator("#awaited.error")).to_be_visible()
    panel(page).locator(".finding.error").first.get_by_role("button", name="Show").click()
    let_go.set()
    for route in held:
        route.continue_()
    expect(panel(page).locator(".cm-activeLine", has_text="bridge opens")).to_be_visible()
