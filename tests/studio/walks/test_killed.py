"""The server or the browser is killed while somebody writes or sends: at most the last second is lost, and no mail."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.support.hanging import wait_until
from tests.support.projects import ISSUE, ProjectFolder
from tests.support.studio_author import end_senders
from tests.support.studio_page import mail
from tests.support.truth_sink import Sink
from tests.support.walking import comes_to_be, is_saved, pick, room, studio_in, text_field
from tests.support.web import CHROMIUM

PEOPLE = 200
CONNECTIONS = 8

pytestmark = pytest.mark.usefixtures("built_page")


def opened(browser: Browser, address: str) -> Page:
    """A browser of one's own at the studio."""
    return opened_in(browser.new_context(viewport={"width": 1440, "height": 900}), address)


def opened_in(context: BrowserContext, address: str) -> Page:
    """A page of that browser at the studio."""
    page = context.new_page()
    page.goto(address)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    return page


@pytest.mark.parametrize("has_key", [True, False], ids=["known", "a stranger after the start"])
def test_the_server_is_killed_in_mid_word_and_the_page_saves_what_it_has_when_it_is_back(
    has_key: bool, browser: Browser, sending_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_key:
        monkeypatch.delenv("NEWSLETTER_SECRET_KEY")
    with studio_in(sending_folder.root) as program:
        page = opened(browser, program.address)
        pick(page, "Dear Ana")
        text = text_field(page, "Text")
        text.press("ControlOrMeta+End")
        text.press_sequentially(" One.")
        is_saved(page)
        text.press_sequentially(" Two, th")
        program.kill()
        on_disk = sending_folder.issue_file.read_text(encoding="utf-8")
        said = " One. Two, three."
        states = [ISSUE.replace("opens.\n", f"opens.{said[:length]}\n") for length in range(5, len(said))]
        assert on_disk in states, "the file is whole, and what was saved is in it"
        text.press_sequentially("ree.")
        expect(page.get_by_role("alert").filter(has_text="what you wrote is kept")).to_be_visible()
        expect(page.get_by_text("Not saved: the studio does not answer")).to_be_visible()
        address = program.start()
        if not has_key:
            # Without a key the studio knows no browser of its last run: the new address is opened beside the old page.
            opened_in(page.context, address)
        comes_to_be(sending_folder.issue_file, ISSUE.replace("opens.\n", f"opens.{said}\n"))
        is_saved(page)
        expect(page.get_by_role("alert").filter(has_text="what you wrote is kept")).to_have_count(0)
        expect(mail(page).get_by_text("One. Two, three.")).to_be_visible()
        page.context.close()


def test_the_browser_is_killed_in_mid_word_and_another_shows_what_was_written(
    browser: Browser, sending_folder: ProjectFolder
) -> None:
    with studio_in(sending_folder.root) as program:
        other = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = opened(other, program.address)
        pick(page, "Dear Ana")
        text = text_field(page, "Text")
        text.press("ControlOrMeta+End")
        text.press_sequentially(" One. Two.")
        expect(mail(page).get_by_text("One. Two.")).to_be_visible()
        text.press_sequentially(" Thr")
        with suppress(Error):
            other.new_browser_cdp_session().send("Browser.crash")
        said = " One. Two. Thr"
        states = [ISSUE.replace("opens.\n", f"opens.{said[:length]}\n") for length in range(10, len(said) + 1)]
        assert sending_folder.issue_file.read_text(encoding="utf-8") in states
        page = opened(browser, program.address)
        expect(mail(page).get_by_text("One. Two.")).to_be_visible()
        page.context.close()


@pytest.mark.parametrize("goes_on", [True, False], ids=["the studio", "the sender too"])
def test_all_is_killed_in_mid_send_and_everybody_gets_it_once(
    goes_on: bool, browser: Browser, sending_folder: ProjectFolder, sink: Sink
) -> None:
    sink.script("dot@20+=wait 0.5")
    people = sending_folder.root / "members.csv"
    people.write_text("email\n" + "".join(f"reader{n}@example.org\n" for n in range(PEOPLE)), encoding="utf-8")
    with studio_in(sending_folder.root) as program:
        page = opened(browser, program.address)
        page.get_by_role("button", name="Send", exact=True).click()
        room(page).get_by_role("link", name="People").click()
        room(page).get_by_role("link", name="Import a file").click()
        with page.expect_file_chooser() as chosen:
            room(page).get_by_text("Choose a file").click()
        chosen.value.set_files(people)
        room(page).get_by_role("button", name="See what would happen").click()
        room(page).get_by_role("button", name=f"Import {PEOPLE} people").click()
        room(page).get_by_role("link", name="Send an issue to it").click()
        room(page).get_by_role("button", name="See who gets it").click()
        room(page).get_by_role("button", name=f"Send to {PEOPLE} people").click()
        wait_until(lambda: len(sink.taken()) >= 20, what="the first mails")
        page.context.close()
        program.kill()
        taken = len(sink.taken())
        assert taken < PEOPLE, "it has died in mid-send"
        if goes_on:
            wait_until(lambda: len(sink.taken()) > taken, what="a mail that is sent while there is no studio")
        else:
            end_senders(sending_folder.root)
        page = opened(browser, program.start())
        page.get_by_role("button", name="Send", exact=True).click()
        room(page).get_by_role("link", name="Mailings").click()
        sink.script()
        room(page).get_by_role("link", name="The bridge opens").click()
        if not goes_on:
            room(page).get_by_role("button", name=re.compile("^Go on with [0-9]+ people$")).click()
            expect(room(page).get_by_role("heading", name="Unknown: may have arrived, or not")).to_be_visible()
        expect(room(page).get_by_role("heading", name=f"{PEOPLE} of {PEOPLE} people")).to_be_visible()
        if goes_on:
            expect(room(page).get_by_text(f"{PEOPLE} people were taken by the relay.")).to_be_visible()
        page.context.close()
    got = Counter(one["recipient"] for one in sink.taken())
    assert max(got.values()) == 1, "nobody has it twice"
    assert PEOPLE - len(got) <= (0 if goes_on else CONNECTIONS), "at most one is unknown for each connection"
