"""What is decided about a mailing in the studio, in Chromium, each as a person meets it."""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from composer.database import open_database
from composer.database.schema import mailings
from tests.support.hanging import wait_until
from tests.support.projects import SLUG, ProjectFolder
from tests.support.sending_page import open_place, room
from tests.support.studio_author import Author
from tests.support.studio_page import HeldAnswers
from tests.support.truth_sink import Sink

BLOCKED = "550 5.7.1 Our system has detected that this message is likely unsolicited mail"


def test_a_provider_that_refuses_everybody_is_told_and_believed_when_somebody_says_so(
    page: Page, studio: str, author: Author, sink: Sink
) -> None:
    people = [f"{name}@{domain}" for domain in ("gmail.com", "harbour.example") for name in ("ana", "ben", "cem")]
    author.import_people("email\n" + "\n".join(people) + "\n")
    sink.script(f"rcpt/gmail.com={BLOCKED}")
    mailing = author.plan()
    author.send(mailing)
    open_place(page, studio, f"mailings/{mailing}")
    stopped = room(page).get_by_role("alert")
    expect(stopped).to_contain_text(f"127.0.0.1:{sink.port} refuses everybody of gmail")
    expect(stopped).to_contain_text("it takes the others")
    expect(stopped).to_contain_text(BLOCKED)
    expect(stopped).to_contain_text("3 refusals do not count: nobody is suppressed")
    expect(stopped).to_contain_text("asked again every few minutes")

    room(page).get_by_role("button", name="Pause").click()
    room(page).get_by_role("button", name="The refusals are right").click()
    room(page).get_by_role("dialog").get_by_role("button", name="Yes, go on").click()
    ours = room(page).get_by_role("alert")
    expect(ours).to_contain_text("3 people of 6 that were tried (50 %) were refused for a reason that is ours")
    expect(ours).to_contain_text(BLOCKED)
    wait_until(lambda: not author.report(mailing)["status"]["is_at_it"], every_s=0.1, what="the process to end")

    # It is mended, and those who were refused are tried again.
    sink.script()
    room(page).get_by_role("button", name="Try the refused again").click()
    room(page).get_by_role("button", name="Go on with 3 people").click()
    expect(room(page)).to_contain_text("6 people were taken by the relay.")
    expect(ours).to_be_hidden()
    assert sorted(one["recipient"] for one in sink.taken()) == sorted(people)


def test_the_lists_that_the_issue_names_are_chosen_beforehand(
    page: Page, studio: str, author: Author, sending_folder: ProjectFolder
) -> None:
    for name in ("members", "press"):
        author.import_people(f"email\nana@{name}.example\n", list_name=name)
    sending_folder.edit("date: 2026-12-01\n", "date: 2026-12-01\nlists: [press, cities]\n")
    open_place(page, studio, "plan")
    expect(room(page).get_by_role("checkbox", name="press")).to_be_checked()
    expect(room(page).get_by_role("checkbox", name="members")).not_to_be_checked()
    expect(room(page)).to_contain_text("There is no list “cities” yet")
    room(page).get_by_role("button", name="See who gets it").click()
    expect(room(page).get_by_role("button", name="Send to 1 person")).to_be_enabled()
    expect(room(page)).to_contain_text("ana@press.example")


def test_a_segment_and_a_relay_are_chosen_with_their_counts_and_stand_on_the_last_page(
    page: Page,
    studio: str,
    author: Author,
    sending_folder: ProjectFolder,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spare = "smtp://me:secret-word@spare.example?tls=required&weight=0"
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}?tls=none {spare}")
    newsletter = sending_folder.issues / "newsletter.yaml"
    segments = 'segments:\n  riviera: subscriber.city in ["Nice", "Menton"]\n  new: not received("winter")\n'
    newsletter.write_text(newsletter.read_text(encoding="utf-8") + segments, encoding="utf-8")
    author.import_people("email,city\nana@example.org,Nice\nben@example.org,Lyon\ncem@example.org,Menton\n")
    author.import_people("email,city\ndora@example.org,Nice\n", list_name="press")
    open_place(page, studio, "plan")
    room(page).get_by_role("checkbox", name="members").check()
    who = room(page).get_by_role("group", name="Who of them")
    expect(who.get_by_role("listitem").nth(1)).to_contain_text("2 people")
    room(page).get_by_role("checkbox", name="press").check()
    expect(who.get_by_role("listitem").nth(1)).to_contain_text("3 people")
    expect(who.get_by_role("listitem").nth(0)).to_contain_text("4 people")
    expect(who.get_by_role("listitem").nth(2)).to_contain_text("who did not receive “winter”")
    expect(who.get_by_role("listitem").nth(2)).to_contain_text("4 people")
    who.get_by_role("radio", name="riviera").check()
    room(page).get_by_role("checkbox", name=f"127.0.0.1:{sink.port}").check()
    assert "secret-word" not in page.content()
    room(page).get_by_role("button", name="See who gets it").click()
    expect(room(page)).to_contain_text("Those in the segment riviera")
    expect(room(page)).to_contain_text(f"127.0.0.1:{sink.port} alone")
    room(page).get_by_text("1 person left out: not in the segment").click()
    expect(room(page).get_by_role("link", name="ben@example.org")).to_be_visible()

    # The segment is another one by now: what was seen is not what a plan would be.
    newsletter.write_text(newsletter.read_text(encoding="utf-8").replace(', "Menton"', ""), encoding="utf-8")
    page.reload()
    room(page).get_by_role("button", name="Plan it again").click()
    room(page).get_by_role("button", name="Send to 2 people").click()
    expect(room(page)).to_contain_text("2 people were taken by the relay.")
    expect(room(page)).to_contain_text(f"to the segment riviera · by 127.0.0.1:{sink.port} alone")
    assert sorted(one["recipient"] for one in sink.taken()) == ["ana@example.org", "dora@example.org"]


def test_checks_are_overruled_a_second_person_approves_and_the_mailing_is_cancelled_in_time(
    page: Page,
    studio: str,
    author: Author,
    sending_folder: ProjectFolder,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSLETTER_APPROVAL", "required")
    author.import_people("email\nana@example.org\nben@example.org\n")
    sending_folder.edit("the bridge opens.", "[the bridge](http://localhost/x) opens.")
    open_place(page, studio, "plan")
    room(page).get_by_role("button", name="Send it all the same").click()
    room(page).get_by_role("dialog").get_by_role("button", name="Overrule them").click()
    expect(room(page)).to_contain_text("Overruled for this mailing: link-local.")
    room(page).get_by_role("button", name="See who gets it").click()

    # The last page says what was overruled, and waits for the second person.
    send = room(page).get_by_role("button", name="Send to 2 people", exact=True)
    expect(send).to_be_disabled()
    expect(room(page)).to_contain_text("Overruled: link-local")
    expect(room(page).get_by_role("alert")).to_be_hidden()
    room(page).get_by_label("A second person has to look at this page").fill("Zoë")
    held = HeldAnswers(page)
    held.press_twice(room(page).get_by_role("button", name="Approve"), "sending/mailings/1/approve")
    held.end()
    expect(room(page)).to_contain_text("Zoë,")
    sink.script("dot@2+=wait 600")
    send.click()

    # It is cancelled when one of the two is known to have it.
    expect(room(page)).to_contain_text("1 person was taken by the relay.")
    room(page).get_by_role("button", name="Cancel …").click()
    asked = room(page).get_by_role("dialog")
    expect(asked).to_contain_text("This cannot be taken back")
    asked.get_by_role("button", name="Cancel it").click()
    expect(room(page).locator(".state", has_text="cancelled").first).to_be_visible()
    expect(room(page)).to_contain_text("1 person was taken by the relay.")
    assert author.report(1)["status"]["state"] == "cancelled"


def test_a_time_that_was_only_typed_counts_when_the_field_is_left_and_when_it_is_sent(
    page: Page, studio: str, author: Author, sink: Sink
) -> None:
    author.import_people("email\nana@example.org\n")
    mailing = author.plan()
    open_place(page, studio, f"mailings/{mailing}")
    room(page).get_by_role("radio", name="At a time").check(force=True)
    room(page).get_by_label("Day and time in Europe/Paris").fill("2099-07-01T09:00")
    with page.expect_response("**/time"):
        page.keyboard.press("Shift+Tab")
    expect(room(page).get_by_text("Begins")).to_be_visible()
    assert author.last_page(mailing)["send_at"] == "2099-07-01T07:00:00Z"
    # From the field to the button at once: the time is still being stored when the send is pressed.
    room(page).get_by_label("Day and time in Europe/Paris").fill("2099-07-02T09:00")
    room(page).get_by_role("button", name="Send to 1 person at 2 Jul 2099, 09:00").click()
    expect(room(page)).to_contain_text("waits for its time")
    assert author.report(mailing)["status"]["send_at"] == "2099-07-02T07:00:00Z"
    room(page).get_by_role("button", name="Cancel …").click()
    room(page).get_by_role("dialog").get_by_role("button", name="Cancel it").click()
    wait_until(lambda: not author.report(mailing)["status"]["is_at_it"], every_s=0.1, what="the process to end")
    assert sink.taken() == []


def test_the_best_subject_is_chosen_and_those_who_were_put_off_are_tried_again(
    page: Page, studio: str, author: Author, sending_folder: ProjectFolder, sink: Sink
) -> None:
    subject = """subject_test:\n  subjects: [A bridge that opens]\n  sample: 20\ndate: 2026-12-01\n"""
    sending_folder.edit("date: 2026-12-01\n", subject)
    (sending_folder.issues / SLUG / "issue.fr.yaml").unlink()
    author.import_people()
    mailing = author.plan()
    author.send(mailing)
    author.wait_for(mailing, "sampled")
    open_place(page, studio, f"mailings/{mailing}")
    expect(room(page)).to_contain_text("A bridge that opens")
    sink.script("rcpt@3=450 4.2.2 mailbox full")
    room(page).get_by_role("button", name="Choose B").click()
    expect(room(page).get_by_text("chosen", exact=True)).to_be_visible()
    room(page).get_by_role("button", name="Go on with 20 people").click()

    # One of them is put off, and the process would wait for minutes.
    expect(room(page)).to_contain_text("1 person was put off, and is tried again.")
    room(page).get_by_role("button", name="Try those now that were put off").click()
    expect(room(page)).to_contain_text("40 people were taken by the relay.")
    taken = [one["recipient"] for one in sink.taken()]
    assert len(set(taken)) == len(taken) == 40


def test_a_sender_that_is_killed_is_told_and_the_rest_is_sent_when_somebody_says_so(
    page: Page, studio: str, author: Author, sink: Sink
) -> None:
    author.import_people()
    sink.script("taken@12+=silent")
    mailing = author.plan()
    author.send(mailing)
    open_place(page, studio, f"mailings/{mailing}")
    expect(room(page).get_by_role("button", name="Pause")).to_be_visible()
    wait_until(lambda: len(sink.taken()) >= 12, every_s=0.1, what="the first mails")
    (sender,) = author.follow_once(mailing)["processes"]
    os.kill(int(sender["pid"]), signal.SIGKILL)
    sink.script()
    expect(room(page)).to_contain_text("It was interrupted; nobody sends what is left.")
    expect(room(page)).to_contain_text("Why it ended: The process that sent it was ended from outside")
    room(page).get_by_role("button", name=re.compile("^Go on with [0-9]+ people$")).click()
    expect(room(page).get_by_role("heading", name="Unknown: may have arrived, or not")).to_be_visible()
    expect(room(page).get_by_role("heading", name="40 of 40 people")).to_be_visible()
    taken = [one["recipient"] for one in sink.taken()]
    assert len(set(taken)) == len(taken), "nobody has it twice"
    counts = author.wait_for(mailing, "finished")["status"]["deliveries"]
    assert counts["accepted"] + counts["unknown"] == 40


def test_five_hundred_mailings_and_people_with_long_names_are_shown(
    page: Page, studio: str, author: Author, sending_folder: ProjectFolder
) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff" * 4
    author.import_people("email,first_name\n" + "".join(f"reader{n}@example.org,{name} {n}\n" for n in range(500)))
    first = author.plan()
    engine = open_database(f"sqlite:///{sending_folder.root / 'newsletter.db'}")
    with engine.begin() as connection:
        row = connection.execute(select(mailings).where(mailings.c.id == first)).one()._asdict()
        others = [{**row, "id": first + n, "issue": f"{name}-{n}", "planned": 0} for n in range(1, 500)]
        connection.execute(insert(mailings), others)
    engine.dispose()
    page.set_viewport_size({"width": 390, "height": 844})
    open_place(page, studio, "mailings")
    expect(room(page).locator(".mailings li")).to_have_count(500)
    assert is_in_sight(page)
    room(page).get_by_role("link", name=re.compile("mailing 1 ")).click()
    room(page).get_by_text("Everyone who gets it").click()
    expect(room(page).locator(".names .lines li")).to_have_count(50)
    assert is_in_sight(page)
    room(page).get_by_role("button", name="Next").click()
    expect(room(page)).to_contain_text("Page 2")
    open_place(page, studio, "people/list/members")
    expect(room(page)).to_contain_text("500")
    assert is_in_sight(page)


def is_in_sight(page: Page) -> bool:
    """Whether nothing is wider than the page, so that nobody has to move it sideways."""
    return bool(page.evaluate("document.querySelector('#sending').scrollWidth <= innerWidth"))
