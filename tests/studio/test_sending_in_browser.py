"""An author sends from the studio, in Chromium: to a real relay, by processes of the real program."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from composer.studio.app import create_studio
from tests.support.projects import SESSION, SLUG, ProjectFolder, admit
from tests.support.truth_sink import Sink
from tests.support.web import in_thread, serve_in_thread


@pytest.fixture
def studio(sending_folder: ProjectFolder, built_page: None) -> Iterator[str]:
    """The studio of a project that has a relay, and no database yet."""
    app = create_studio(sending_folder.project, run="test", session=SESSION)
    with in_thread(serve_in_thread(app)) as url:
        yield url
        app.state.changes.end()


@pytest.fixture
def page(browser: Browser, studio: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Europe/Paris")
    admit(context)
    page = context.new_page()
    page.goto(f"{studio}/?issue={SLUG}")
    expect(page.frame_locator(".frames iframe:not(.coming)").get_by_text("Dear Ana")).to_be_visible()
    yield page
    context.close()


def room(page: Page) -> Locator:
    return page.locator("#sending")


def test_a_test_mail_goes_to_several_addresses_and_each_answer_is_told(page: Page, sink: Sink) -> None:
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile("place=sending%2Ftest"))
    room(page).get_by_role("textbox", name="To").fill("Zoë <zoe@example.org>, nobody@example.org\nzoe@example.org")
    room(page).get_by_role("radio", name="Values I type").check(force=True)
    room(page).get_by_label("first name").fill("Zoë")
    room(page).get_by_role("checkbox", name="French").check()
    sink.script("rcpt@3+=550 5.1.1 no such user")
    room(page).get_by_role("button", name="Send 4 test mails").click()
    expect(room(page).get_by_role("alert")).to_contain_text("did not take 2 of 4")
    answers = room(page).locator(".answers li")
    expect(answers.nth(0)).to_contain_text("250 2.0.0 ok")
    expect(answers.nth(3)).to_contain_text("550 5.1.1 no such user")
    assert [one["recipient"] for one in sink.taken()] == ["zoe@example.org", "zoe@example.org"]
    message = email.message_from_bytes(sink.messages[0], policy=email.policy.default)
    assert message["Subject"] == "[Test] News for Zoë"
    room(page).get_by_role("button", name="Back to the mail").click()
    expect(page.frame_locator(".frames iframe:not(.coming)").get_by_text("Dear Ana")).to_be_visible()
