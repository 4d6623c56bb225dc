"""A click in the mail leads to the field that made what was clicked, in the form and in the source, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.projects import ISSUE, ProjectFolder
from tests.support.studio_page import mail, opened

MORE = """\
  - block: article
    kicker: From the quay
    title: The market moves
    body: It moves, and so do we.
    link: {label: Read on, url: https://example.org/market}
  - block: agenda
    title: Dates
    entries:
      - date: 2026-12-05
        title: The market opens
      - date: 2026-12-12
        title: The market moves
        place: On the quay
"""


@pytest.fixture
def page(browser: Browser, project_folder: ProjectFolder, studio_url: str) -> Iterator[Page]:
    project_folder.issue_file.write_text(ISSUE + MORE, encoding="utf-8")
    with opened(browser, studio_url, showing="Dear Ana", reduced_motion="reduce") as page:
        yield page


def field(page: Page, *path: str | int) -> Locator:
    """What is written in at a path of the file."""
    told = "[" + ",".join(f'"{key}"' if isinstance(key, str) else str(key) for key in path) + "]"
    return page.locator(f"#panel-write [data-path='{told}']").locator("input, textarea, [contenteditable=true]").first


def test_each_piece_of_the_mail_leads_to_its_own_field(page: Page) -> None:
    mail(page).get_by_text("the bridge opens.").click()
    expect(field(page, "blocks", 0, "body")).to_be_focused()
    mail(page).locator("img").first.click()
    expect(field(page, "blocks", 1, "picture", "alt")).to_be_focused()
    mail(page).get_by_role("heading", name="The market moves").first.click()
    expect(field(page, "blocks", 2, "title")).to_be_focused()
    mail(page).get_by_text("From the quay").click()
    expect(field(page, "blocks", 2, "kicker")).to_be_focused()
    mail(page).get_by_role("link", name="Read on").click()
    expect(field(page, "blocks", 2, "link", "label")).to_be_focused()
    # The same words stand in the article: the second entry's are meant. Its field is in a list.
    mail(page).get_by_role("heading", name="The market moves").last.click()
    expect(field(page, "blocks", 3, "entries", 1, "title")).to_be_focused()
    mail(page).get_by_text("On the quay").click(position={"x": 12, "y": 8})
    expect(field(page, "blocks", 3, "entries", 1, "place")).to_be_focused()
    mail(page).get_by_text("12", exact=True).click()
    expect(field(page, "blocks", 3, "entries", 1, "date")).to_be_focused()
    # What was typed since is known, too.
    field(page, "blocks", 3, "title").fill("Days to keep")
    mail(page).get_by_role("heading", name="Days to keep").click()
    expect(field(page, "blocks", 3, "title")).to_be_focused()

    page.get_by_role("tab", name="Source").click()
    expect(page.locator("#panel-source").get_by_role("textbox")).to_contain_text("Days to keep")
    mail(page).get_by_text("On the quay").click(position={"x": 12, "y": 8})
    expect(page.locator(".cm-activeLine")).to_contain_text("place: On the quay")
    mail(page).get_by_role("link", name="Read on").click()
    expect(page.locator(".cm-activeLine")).to_contain_text("Read on")


def test_a_mark_is_in_no_mail(page: Page, studio_url: str) -> None:
    answer = page.request.get(f"{studio_url}/show/2026-12-harbour/en/mail")
    assert "field" not in answer.text()
    marked = page.request.get(f"{studio_url}/show/2026-12-harbour/en/fields")
    assert '<!--field ["blocks",2,"title"]-->' in marked.text()
    assert page.request.get(f"{studio_url}/show/2026-12-harbour/de/fields").status == 200
    assert page.request.get(f"{studio_url}/show/none/en/fields").status == 404
