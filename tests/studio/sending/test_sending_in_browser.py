"""An author sends from the studio, in Chromium: to a real relay, by processes of the real program."""

from __future__ import annotations

import email
import email.policy
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.hanging import wait_until
from tests.support.projects import SLUG, ProjectFolder, admit
from tests.support.sending_page import import_people, room
from tests.support.studio_author import running_studio
from tests.support.studio_page import HeldAnswers, opened_before
from tests.support.truth_sink import Sink


@pytest.fixture
def page(page: Page, studio: str) -> Page:
    """The page, with the mail in sight."""
    page.goto(f"{studio}/?issue={SLUG}")
    expect(page.frame_locator(".frames iframe:not(.coming)").get_by_text("Dear Ana")).to_be_visible()
    return page


def test_a_test_mail_goes_to_several_addresses_and_each_answer_is_told(page: Page, sink: Sink) -> None:
    opened_before(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page).to_have_url(re.compile("place=sending%2Ftest"))
    to = room(page).get_by_role("textbox", name="To")
    to.fill("Zoë <zoe@example.org>, bad address, x@example.org\nanna.example.org ben@example.org; @example.org")
    none = "No addresses: “bad address”, “anna.example.org”, “@example.org”."
    expect(room(page)).to_contain_text(none)
    expect(room(page).get_by_role("button", name="Send 3 test mails")).to_be_disabled()
    to.fill("Doe, Zoë, Dr. <zoe@example.org>, anna.example.org, Ben <ben@example.org>")
    none = "No addresses: “Doe”, “anna.example.org”. Nothing is sent until that is mended or taken out."
    expect(room(page)).to_contain_text(f"{none} A name with commas is put in quotation marks.")
    to.fill("“Doe, Zoë, Dr.” <zoe@example.org>, nobody@example.org, Doe, Zoë <zoe@example.org>\nzoe@example.org")
    # Whether that is one name, or somebody whose address was forgotten, only the author knows.
    expect(room(page)).to_contain_text("Read as one name with its address: “Doe, Zoë”.")
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


def test_the_column_that_says_who_has_left_is_called_so_and_can_be_left_out(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()
    room(page).get_by_role("link", name="People").click()
    room(page).get_by_role("link", name="Import a file").click()
    with page.expect_file_chooser() as chosen:
        room(page).get_by_text("Choose a file").click()
    rows = b"E-Mail;Status\nana@example.org;aktiv\nben@example.org;abgemeldet\n"
    chosen.value.set_files([{"name": "people.csv", "mimeType": "text/csv", "buffer": rows}])
    status = room(page).get_by_label("Column Status goes to")
    for value in ("", "status"):
        status.select_option(value)
        expect(status).to_have_value(value)
    room(page).get_by_label("Name of the new list").fill("members")
    room(page).get_by_role("button", name="See what would happen").click()
    expect(room(page).get_by_text("new, have left")).to_be_visible()
    held = HeldAnswers(page)
    held.press_twice(room(page).get_by_role("button", name="Import 2 people"), "sending/files/*/import")
    held.end()
    gone = "1 person of people.csv went onto members; of 1 person it is kept that they have left."
    expect(room(page)).to_contain_text(gone)


FILE = """\
Adresse mél,Prénom,Ville,Abonné,Bloqué
ana@gmail.com,Ana,Nice,oui,x
ben@example.org,Ben,Lyon,non,
nobody,Cem,Brest,oui,
"""


def test_a_file_is_dropped_asked_about_and_imported_and_each_person_is_shown(
    page: Page, sending_folder: ProjectFolder
) -> None:
    page.get_by_role("button", name="Send", exact=True).click()
    room(page).get_by_role("link", name="People").click()
    expect(room(page).get_by_text("Nobody is on a list yet")).to_be_visible()
    boxes = [room(page).get_by_role("link", name=name).bounding_box() for name in ("Import a file", "Add a person")]
    assert len({(box["y"], box["height"]) for box in boxes if box}) == 1
    room(page).get_by_role("link", name="Import a file").click()
    expect(room(page).get_by_text("Drop the file here")).to_be_visible()
    file = "text => { const all = new DataTransfer(); all.items.add(new File([text], 'membres.csv')); return all }"
    room(page).get_by_role("heading").dispatch_event("drop", {"dataTransfer": page.evaluate_handle(file, FILE)})
    expect(room(page).get_by_label("Column Adresse mél goes to")).to_have_value("email")
    room(page).get_by_label("Column Ville goes to").select_option("")
    room(page).get_by_label("Name of the new list").fill("members")
    room(page).get_by_label("How did they agree?").fill("the fair in Lyon")
    room(page).get_by_role("button", name="See what would happen").click()
    room(page).get_by_label("Abonné: oui").select_option("subscribed")
    room(page).get_by_label("Abonné: non").select_option("left")
    with page.expect_response("**/dry-run"):
        room(page).get_by_role("button", name="See what would happen").click()
    room(page).get_by_role("group", name="Column Bloqué").get_by_role("checkbox").check()
    room(page).get_by_role("button", name="See what would happen").click()
    expect(room(page).locator(".rows-left-out")).to_contain_text("line 4")
    expect(room(page).get_by_label("Abonné: oui")).to_have_value("subscribed")  # its answer stays in sight
    assert not (sending_folder.root / "newsletter.db").exists(), "a dry run leaves nothing behind"
    room(page).get_by_role("button", name="Import 2 people").click()
    room(page).get_by_role("link", name="See the list").click()
    expect(room(page).get_by_role("row", name="members")).to_contain_text("101")
    room(page).get_by_role("searchbox", name="Find somebody").fill("ana")
    room(page).get_by_role("link", name="Ana").click()
    expect(room(page).get_by_role("heading", name="Ana")).to_be_visible()
    expect(room(page)).to_contain_text("the fair in Lyon")
    expect(room(page)).not_to_contain_text("Nice")
    room(page).get_by_role("button", name="Take off").click()
    room(page).get_by_role("dialog").get_by_role("button", name="Take off").click()
    expect(room(page)).to_contain_text("has left")


def test_an_issue_is_mended_planned_sent_and_followed_though_the_browser_was_closed(
    browser: Browser, page: Page, sending_folder: ProjectFolder, sink: Sink
) -> None:
    people = "".join(f"reader{n}@example.org,Ana {n},{'fr' if n % 3 else 'en'}\n" for n in range(1204))
    import_people(page, sending_folder, f"email,first_name,language\n{people}")

    # The checks stop it, and lead to what is to be mended.
    wrong = "alt: A bridge at night\n      link: http://localhost/x\n      place: here"
    sending_folder.edit("alt: A bridge at night", wrong)
    room(page).get_by_role("link", name="Send", exact=True).click()
    stopped = room(page).get_by_role("alert")
    expect(stopped).to_contain_text("that stop it")
    expect(room(page).get_by_role("button", name="See who gets it")).to_be_disabled()
    stopped.get_by_role("button", name="unknown key 'place'").click()
    expect(page.get_by_role("tab", name="Checks")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#panel-checks .finding summary:focus")).to_contain_text("Unknown key 'place'")
    sending_folder.edit(wrong, "alt: A bridge at night")
    page.get_by_role("button", name="Send", exact=True).click()
    room(page).get_by_role("button", name="See who gets it").click()

    # The last page: the subject, the names, the phone, and the number on the button.
    expect(room(page)).to_contain_text("News for Ana")
    expect(room(page)).to_contain_text("Ana 0, Ana 1")
    phone = room(page).frame_locator(".phone iframe")
    expect(phone.get_by_text("Dear Ana 0, the bridge opens.")).to_be_visible()
    room(page).get_by_text("Everyone who gets it").click()
    room(page).get_by_label("Find among those who get it").fill("Ana 1203")
    expect(room(page).locator(".names .lines li")).to_have_count(1)
    room(page).get_by_role("radio", name="At a time").check(force=True)
    room(page).get_by_label("Day and time in Europe/Paris").fill("2099-07-01T09:00")
    # It counts as soon as it stands there; what is no time to come keeps the mailing from being sent.
    expect(room(page).get_by_role("button", name="Send to 1,204 people at 1 Jul 2099, 09:00")).to_be_enabled()
    for wrong in ("2020-07-01T09:00", ""):
        room(page).get_by_label("Day and time in Europe/Paris").fill(wrong)
        expect(room(page).get_by_role("button", name=re.compile("^Send to 1,204"))).to_be_disabled()
        expect(room(page)).to_contain_text("Write a day and a time that are still to come")
    room(page).get_by_role("radio", name="Now").check(force=True)
    sink.script("dot=wait 0.05")
    room(page).get_by_role("button", name="Send to 1,204 people", exact=True).click()

    # The browser is closed in mid-send, and finds the progress when it is opened again.
    expect(room(page).get_by_role("button", name="Pause")).to_be_visible()
    address = page.url
    page.close()
    again = browser.new_context(viewport={"width": 390, "height": 844}, timezone_id="Europe/Paris")
    admit(again)
    page = again.new_page()
    page.goto(address)
    expect(room(page).get_by_role("progressbar")).to_be_visible()
    expect(room(page)).to_contain_text("taken by the relay")
    room(page).get_by_role("button", name="Pause").click()
    room(page).get_by_role("button", name="Go on").click()
    sink.script()
    expect(room(page).get_by_role("heading", name="1,204 of 1,204 people")).to_be_visible()
    expect(room(page)).to_contain_text("1,204 people were taken by the relay.")
    expect(room(page).get_by_role("table", name="By provider")).to_contain_text("example.org")
    taken = [one["recipient"] for one in sink.taken()]
    assert len(taken) == len(set(taken)) == 1204

    # History: the mail as it was sent, whatever became of the issue.
    sending_folder.edit("the bridge opens.", "the bridge has fallen.")
    room(page).get_by_text("Everyone who gets it").click()
    room(page).get_by_role("link", name="Ana 0").click()
    mail = room(page).frame_locator("iframe")
    expect(mail.get_by_text("Dear Ana 0, the bridge opens.")).to_be_visible()
    again.close()


def test_unknowns_are_settled_by_somebodys_word_and_the_rest_is_sent(
    page: Page, sending_folder: ProjectFolder, sink: Sink
) -> None:
    import_people(page, sending_folder, "email\nana@example.org\nben@example.org\n")
    sink.script("dot@1=drop")
    room(page).get_by_role("link", name="Send", exact=True).click()
    room(page).get_by_role("button", name="See who gets it").click()
    room(page).get_by_role("button", name="Send to 2 people").click()
    expect(room(page).get_by_role("heading", name="Unknown: may have arrived, or not")).to_be_visible()
    room(page).get_by_label("Who says so").fill("Zoë")
    room(page).get_by_label("How they know").fill("the relay's log")
    sink.script()
    room(page).get_by_role("button", name="Send again").first.click()
    room(page).get_by_role("button", name="Go on with 1 person").click()
    expect(room(page)).to_contain_text("2 people were taken by the relay.")
    assert len(sink.taken()) == 2


def test_a_mail_that_there_is_not_is_told_in_words_in_its_place(page: Page, studio: str) -> None:
    page.goto(f"{studio}/?issue={SLUG}&place=sending%2Fmailings%2F7%2F7%2Fana%2540example.org")
    told = room(page).get_by_role("alert")
    expect(told).to_have_text("There is no mailing 7.")
    room(page).get_by_role("radio", name="Text").check(force=True)
    expect(told).to_have_text("There is no mailing 7.")


def test_a_studio_that_was_ended_says_so_beside_what_is_shown(
    browser: Browser, sending_folder: ProjectFolder, built_page: None
) -> None:
    with running_studio() as studio, browser.new_context() as context:
        origin = str(studio.author.client.base_url)
        kept = studio.author.client.cookies.items()
        context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in kept])
        page = context.new_page()
        page.goto(f"{origin}/?issue={SLUG}&place=sending%2Fpeople%2Fadd")
        room(page).get_by_label("Address").fill("ana@example.org")
        room(page).get_by_label("Name of the new list").fill("members")
        studio.kill()
        expect(room(page).get_by_role("alert")).to_contain_text("The studio has stopped.")
        room(page).get_by_role("button", name="Add to members").click()
        expect(room(page).locator(".notice")).to_contain_text("Start “newsletter studio” again")
        expect(room(page).get_by_label("Address")).to_have_value("ana@example.org")


def test_what_sends_something_is_pressed_twice_and_sends_it_once(
    page: Page, sending_folder: ProjectFolder, sink: Sink
) -> None:
    held = HeldAnswers(page)

    def twice(name: str, path: str) -> None:
        held.press_twice(room(page).get_by_role("button", name=name), f"sending/{path}")
        held.let_go()

    page.get_by_role("button", name="Send", exact=True).click()
    to = room(page).get_by_role("textbox", name="To")
    to.fill("zoe@example.org")
    sink.script("rcpt@1=550 5.1.1 no such user")
    twice("Send the test mail", f"issues/{SLUG}/test")
    expect(room(page).get_by_role("alert")).to_contain_text("The relay took none")
    # What was said of that address is not said of another one.
    to.fill("ana@example.org")
    expect(room(page).get_by_role("alert")).to_have_count(0)
    twice("Send the test mail", f"issues/{SLUG}/test")
    expect(room(page).get_by_text("The relay took it.")).to_be_visible()
    assert [one["recipient"] for one in sink.taken()] == ["ana@example.org"]

    room(page).get_by_role("link", name="People").click()
    room(page).get_by_role("link", name="Add a person").click()
    room(page).get_by_label("Address", exact=True).fill("ben@example.org")
    room(page).get_by_label("Name of the new list").fill("members")
    room(page).get_by_label("How did they agree?").fill("at the fair")
    twice("Add to members", "people")
    expect(room(page).get_by_text("ben@example.org").first).to_be_visible()
    room(page).get_by_role("link", name="Send", exact=True).click()
    twice("See who gets it", f"issues/{SLUG}/plan")
    send = room(page).get_by_role("button", name=re.compile("^Send to 1 person"))
    held.press_twice(send, "sending/mailings/1/send")
    held.end()
    wait_until(lambda: len(sink.taken()) == 2)
