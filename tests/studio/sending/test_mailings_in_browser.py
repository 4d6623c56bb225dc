"""What is decided about a mailing in the studio, in Chromium, each as a person meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.hanging import wait_until
from tests.support.projects import ProjectFolder
from tests.support.sending_page import open_place, room
from tests.support.studio_author import Author
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
    expect(room(page)).to_contain_text("There is no list cities yet")
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
    segments = 'segments:\n  riviera: subscriber.city in ["Nice", "Menton"]\n'
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
