"""Addresses that are typed and pasted in the studio, in Chromium: what no mail can have is refused there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.hanging import wait_until
from tests.support.projects import ISSUE, ProjectFolder
from tests.support.studio_page import mail, opened, opened_before, panel

SAFE_LINK = "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fpier&amp;data=05%7C01"
GOOGLE = "https://www.google.com/url?q=https://example.org/quay&amp;sa=D&amp;source=docs"
BUTTON = "  - block: button\n    label: Register\n    url: https://example.org/\n"


@pytest.fixture
def page(browser: Browser, project_folder: ProjectFolder, studio_url: str) -> Iterator[Page]:
    project_folder.issue_file.write_text(ISSUE + BUTTON, encoding="utf-8")
    with opened(browser, studio_url, showing="Dear Ana") as page:
        yield page


def says(folder: ProjectFolder, words: str) -> None:
    """The file comes to have these words."""
    wait_until(lambda: words in folder.issue_file.read_text(encoding="utf-8"), what=words)


def paste(text: Locator, html: str) -> None:
    """Paste into a text what a program has put on the clipboard."""
    script = """(editor, html) => {
        const data = new DataTransfer();
        data.setData("text/html", html);
        editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }"""
    text.evaluate(script, html)


def test_the_link_of_a_text_is_refused_in_words_and_mended(page: Page, project_folder: ProjectFolder) -> None:
    mail(page).get_by_text("Dear Ana").click()
    text = panel(page).get_by_role("textbox", name="Text")
    text.press("Control+End")
    for _ in "opens.":
        text.press("Shift+ArrowLeft")
    text.press("Control+k")
    address = page.get_by_label("Address of the link")
    expect(address).to_be_focused()
    page.keyboard.type("javascript:alert(1)")
    page.keyboard.press("Enter")
    wrong = panel(page).get_by_role("alert")
    expect(wrong).to_contain_text("“javascript:alert(1)” is not an address: write https://…")
    expect(address).to_be_focused()
    expect(address).to_have_attribute("aria-invalid", "true")
    # What is saved next has no link.
    address.press("Escape")
    text.press("Control+End")
    text.press_sequentially(" Come!")
    says(project_folder, "the bridge opens. Come!\n")
    for _ in "Come!":
        text.press("Shift+ArrowLeft")
    text.press("Control+k")
    expect(address).to_be_focused()
    page.keyboard.type("example.org/quay")
    page.keyboard.press("Enter")
    wrong.get_by_role("button", name="Write https://example.org/quay").click()
    says(project_folder, "the bridge opens. [Come!](https://example.org/quay)")
    expect(text).to_be_focused()
    expect(wrong).to_be_hidden()
    # What is copied out of a mail leads where it says, and not by way of Google.
    text.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type(GOOGLE.replace("&amp;", "&").replace("quay", "town"))
    page.keyboard.press("Enter")
    says(project_folder, "the bridge opens. [Come!](https://example.org/town)")


def test_pasted_links_lead_where_they_were_meant_to(page: Page, project_folder: ProjectFolder) -> None:
    mail(page).get_by_text("Dear Ana").click()
    text = panel(page).get_by_role("textbox", name="Text")
    text.press("Control+a")
    shown = GOOGLE.replace("&amp;", "&")
    paste(
        text,
        f'<b style="font-weight:normal;" id="docs-internal-guid-1"><p>See <a href="{GOOGLE}">the quay</a>, '
        f'<a href="{SAFE_LINK}" title="https://example.org/pier">the <i>pier</i></a>, <a href="{GOOGLE}">{shown}</a>, '
        '<a href="mailto:nobody">nobody</a> and <a href="https://example.org/">all</a>.</p></b>',
    )
    says(
        project_folder,
        "See [the quay](https://example.org/quay), [the *pier*](https://example.org/pier), "
        "<https://example.org/quay>, nobody and [all](https://example.org/).",
    )
    wrong = panel(page).get_by_role("alert")
    expect(wrong).to_contain_text("“mailto:nobody” has no mail address after mailto:")
    expect(wrong).to_contain_text("The words are there, without the link.")
    text.press("Control+End")
    text.press_sequentially(" Come!")
    expect(wrong).to_be_hidden()
    # What was meant can be told of some, wherever their words stand.
    text.press("Control+a")
    paste(
        text,
        f'<p><a href="{GOOGLE}">{shown}</a>, <a href="www.example.org">the <i>town</i></a>, '
        '<a href="mailto:fair">fair</a>, <a href="http:/example.org/sea">sea</a> '
        'and <a href="www.example.org">town</a>.</p>',
    )
    wrong.get_by_role("button", name="Write https://www.example.org").click()
    expect(wrong).to_contain_text("“mailto:fair” has no mail address")
    wrong.get_by_role("button", name="Write http://example.org/sea").click()
    expect(wrong.get_by_role("button")).to_have_count(0)
    says(
        project_folder,
        "<https://example.org/quay>, [the *town*](https://www.example.org), fair, [sea](http://example.org/sea) "
        "and [town](https://www.example.org).",
    )


def test_links_are_kept_where_the_studio_was_started_anew_or_cannot_say_anything_of_them(
    page: Page, project_folder: ProjectFolder
) -> None:
    opened_before(page)
    mail(page).get_by_text("Dear Ana").click()
    text = panel(page).get_by_role("textbox", name="Text")
    text.press("Control+a")
    paste(text, f'<p>See <a href="{GOOGLE}">the quay</a>.</p>')
    says(project_folder, "See [the quay](https://example.org/quay).")
    page.route("**/api/links", lambda route: route.fulfill(status=500, json={"detail": "A fault of ours."}))
    text.press("Control+a")
    with page.expect_response("**/api/links"):
        paste(text, '<p>See <a href="https://example.org/pier">the pier</a>.</p>')
    text.press("Control+End")
    text.press_sequentially(" Come!")
    says(project_folder, "See [the pier](https://example.org/pier). Come!")
    for _ in "Come!":
        text.press("Shift+ArrowLeft")
    text.press("Control+k")
    page.keyboard.type("https://example.org/town")
    page.keyboard.press("Enter")
    says(project_folder, "See [the pier](https://example.org/pier). [Come!](https://example.org/town)")


def test_a_field_for_an_address_says_at_once_what_no_mail_can_have(page: Page, project_folder: ProjectFolder) -> None:
    mail(page).get_by_text("Register").click()
    label, field = (panel(page).get_by_role("textbox", name=name) for name in ("Words on the button", "Address"))
    told = panel(page).locator(".wrong-address")
    field.press("Control+a")
    page.keyboard.type("javascript:alert(1)")
    expect(told).to_contain_text("“javascript:alert(1)” is not an address")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Control+a")
    page.keyboard.type("example.org/quay")
    told.get_by_role("button", name="Write https://example.org/quay").click()
    expect(told).to_be_hidden()
    says(project_folder, "url: https://example.org/quay\n")
    # What is pasted leads where it was meant to.
    label.fill(SAFE_LINK.replace("&amp;", "&"))
    label.press("Control+a")
    label.press("Control+x")
    field.press("Control+a")
    field.press("Control+v")
    expect(field).to_have_value("https://example.org/pier")
    says(project_folder, "url: https://example.org/pier\n")
