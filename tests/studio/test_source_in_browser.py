"""The source offers what may stand at a place, tells mistakes there, and follows the mail, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.hanging import wait_until
from tests.support.judges import needed
from tests.support.projects import ISSUE, ProjectFolder, admit
from tests.support.studio_page import mail


@pytest.fixture
def page(browser: Browser, studio_url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    admit(context)
    page = context.new_page()
    page.goto(studio_url)
    expect(mail(page).get_by_text("the bridge opens.")).to_be_visible()
    page.get_by_role("tab", name="Source").click()
    expect(source(page)).to_contain_text("the bridge opens.")
    yield page
    context.close()


def source(page: Page) -> Locator:
    return page.locator("#panel-source").get_by_role("textbox")


def offered(page: Page, words: str) -> Locator:
    """The chosen one of what is offered, once it is this."""
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_contain_text(words)
    return chosen


def is_to_be_taken(page: Page) -> None:
    """Wait until the editor takes Enter for a choice: only when what it offers has been seen for 75 ms of its clock."""
    page.wait_for_function(
        """() => {
          const list = document.querySelector(".cm-tooltip-autocomplete");
          if (list) list.dataset.since ??= String(Date.now());
          return list && Date.now() - Number(list.dataset.since) > 75;
        }"""
    )


def accept(page: Page, words: str) -> None:
    """Take what is offered and chosen."""
    offered(page, words)
    is_to_be_taken(page)
    page.keyboard.press("Enter")


def written(folder: ProjectFolder, text: str) -> None:
    file = next(filter(Path.is_file, (folder.issue_file, folder.issue_file.with_suffix(".md"))))
    wait_until(lambda: text in file.read_text(encoding="utf-8"), what=f"{text!r} in the file")


def test_blocks_keys_values_pictures_and_fields_are_offered_where_they_may_stand(
    page: Page, project_folder: ProjectFolder
) -> None:
    text = source(page)
    text.press("Control+End")
    text.press_sequentially("  - bu")
    offered(page, "button")
    expect(page.locator(".cm-completionInfo")).to_contain_text("A button that leads to one page.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(text).to_be_focused()
    page.keyboard.press("Control+Space")
    offered(page, "button")
    page.evaluate((needed("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    told = page.evaluate("axe.run('#panel-source', {resultTypes: ['violations'], iframes: false})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in told["violations"]] == []
    is_to_be_taken(page)
    page.keyboard.press("Enter")
    expect(page.locator(".cm-activeLine")).to_contain_text("label:")
    text.press_sequentially("Come along")
    page.keyboard.press("Tab")
    text.press_sequentially("https://example.org/come")
    added = "  - block: button\n    label: Come along\n    url: https://example.org/come"
    written(project_folder, added)
    expect(mail(page).get_by_text("Come along")).to_be_visible()

    page.keyboard.press("Enter")
    text.press_sequentially("ali")
    accept(page, "align")
    offered(page, "center")
    text.press_sequentially("le")
    accept(page, "left")
    written(project_folder, f"{added}\n    align: left")

    page.locator(".cm-line", has_text="file: bridge.png").click()
    page.keyboard.press("End")
    for _ in "bridge.png":
        page.keyboard.press("Backspace")
    page.keyboard.press("Control+Space")
    accept(page, "bridge.png")
    page.keyboard.press("Enter")
    text.press_sequentially("cap")
    accept(page, "caption")
    text.press_sequentially("For {{")
    offered(page, "subscriber.")
    text.press_sequentially("cit")
    accept(page, "subscriber.city")
    text.press_sequentially("you")
    written(project_folder, '      file: bridge.png\n      caption: For {{ subscriber.city | default("you") }}\n')


def test_a_mistake_is_mended_where_it_stands_and_the_cursor_and_the_mail_follow_each_other(
    page: Page, project_folder: ProjectFolder
) -> None:
    text = source(page)
    page.locator(".cm-line", has_text="A bridge at night").click()
    outline = page.locator(".outline.selected")
    wait_until(lambda: _is_around(outline, mail(page).locator("img")), what="the outline around the picture")
    mail(page).get_by_text("Dear Ana").click()
    expect(page.locator(".cm-activeLine")).to_contain_text("body: |")

    page.locator(".cm-line", has_text="preheader").click(position={"x": 30, "y": 8})
    page.keyboard.press("Home")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Backspace")
    wrong = page.locator(".cm-lintRange-error", has_text=re.compile(r"^preheade$"))
    expect(wrong).to_be_visible()
    page.keyboard.press("Control+Shift+M")
    expect(page.locator(".cm-panel-lint").get_by_role("option", selected=True)).to_contain_text("preheade")
    page.locator(".cm-panel-lint").get_by_role("button", name="Replace by preheader").click()
    written(project_folder, "\npreheader: A bridge opens")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8") == ISSUE)
    expect(text).to_contain_text("preheader: A bridge opens")


def _is_around(outline: Locator, inner: Locator) -> bool:
    outer, within = outline.bounding_box(), inner.bounding_box()
    assert within is not None
    return outer is not None and outer["y"] <= within["y"] < outer["y"] + outer["height"]


MARKDOWN = """\
---
subject: News for you
preheader: A bridge opens, and a market moves.
date: 2026-12-01
---

Dear reader, the bridge opens.

## The market moves

It moves to the quay.

"""


@pytest.fixture
def markdown(project_folder: ProjectFolder) -> None:
    """The issue is written in Markdown."""
    project_folder.issue_file.unlink()
    project_folder.issue_file.with_name("issue.fr.yaml").unlink()
    project_folder.issue_file.with_name("issue.md").write_text(MARKDOWN, encoding="utf-8")


@pytest.mark.usefixtures("markdown")
def test_in_markdown_the_head_the_blocks_and_what_stands_behind_a_headline_are_offered(
    page: Page, project_folder: ProjectFolder
) -> None:
    text = source(page)
    page.locator(".cm-line", has_text="subject:").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    text.press_sequentially("num")
    accept(page, "number")
    text.press_sequentially("12")
    written(project_folder, "subject: News for you\nnumber: 12\npreheader:")

    page.locator(".cm-line", has_text="## The market").click(position={"x": 30, "y": 8})
    page.keyboard.press("End")
    text.press_sequentially(" {le")
    accept(page, "lead")
    written(project_folder, "## The market moves {lead}")

    text.press("Control+End")
    text.press_sequentially(":::callo")
    accept(page, "callout")
    text.press_sequentially("It is **new**.")
    page.keyboard.press("Enter")
    text.press_sequentially("kic")
    accept(page, "kicker")
    text.press_sequentially("Did you know?")
    written(project_folder, ":::callout\nbody: It is **new**.\nkicker: Did you know?\n:::")
    expect(mail(page).get_by_text("Did you know?")).to_be_visible()
