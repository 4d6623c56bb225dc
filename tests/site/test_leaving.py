"""Leaving: one POST, no questions, and nothing by accident."""

from __future__ import annotations

import base64

import httpx
import pytest
from sqlalchemy import Engine, delete, func, select, text, update

from composer.audience.merging import merge_subscribers
from composer.database.schema import consent_events, deliveries, mailings
from composer.message.links import Purpose, sign_link
from composer.site import create_site
from composer.site.leaving import UNDO_S
from composer.upkeep.packing import pack_mailings
from tests.site.conftest import ServedSite
from tests.support.mailings import NOW, SITE

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_one_click_by_urlencoded_form_takes_the_reader_off(served: ServedSite, web: httpx.Client) -> None:
    answer = web.post(served.leaving(1), data=ONE_CLICK)
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert served.status(1) == "unsubscribed"
    assert served.evidence(1) == [("unsubscribed", f"one-click, mailing {served.mailing}")]
    assert served.status(2) == served.status(3) == "confirmed"


def test_one_click_by_multipart_form_takes_the_reader_off(served: ServedSite, web: httpx.Client) -> None:
    assert web.post(served.leaving(1), files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
    assert served.evidence(1) == [("unsubscribed", f"one-click, mailing {served.mailing}")]


def test_a_post_with_a_strange_body_is_a_wish_to_leave_all_the_same(served: ServedSite, web: httpx.Client) -> None:
    bodies = {1: (b"", ""), 2: (b"garbage", "multipart/form-data; boundary=x"), 3: (b"{}", "application/json")}
    for subscriber, (content, media_type) in bodies.items():
        answer = web.post(served.leaving(subscriber), content=content, headers={"Content-Type": media_type})
        assert answer.status_code == 200
        assert served.status(subscriber) == "unsubscribed"


def test_repeating_it_gives_the_same_answer_and_no_second_event(served: ServedSite, web: httpx.Client) -> None:
    first = web.post(served.leaving(1), data=ONE_CLICK)
    second = web.post(served.leaving(1), data=ONE_CLICK)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert len(served.evidence(1)) == 1


def test_neither_get_nor_head_changes_anything(served: ServedSite, web: httpx.Client) -> None:
    before = served.state()
    for purpose in Purpose:
        for method in ("GET", "HEAD"):
            assert web.request(method, served.link(purpose, 1)).status_code == 200
    assert served.state() == before


def test_the_question_does_not_tell_whether_the_reader_is_still_there(served: ServedSite, web: httpx.Client) -> None:
    before = web.get(served.leaving(1))
    web.post(served.leaving(1), data=ONE_CLICK)
    assert web.get(served.leaving(1)).content == before.content


def test_an_erased_reader_gets_the_answer_of_everybody(served: ServedSite, web: httpx.Client) -> None:
    known = web.post(served.leaving(1), data=ONE_CLICK)
    with served.engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.subscriber_id == 3))
    erased = web.post(served.leaving(3), data=ONE_CLICK)
    never = web.post(served.leaving(999), data=ONE_CLICK)
    assert known.content == erased.content == never.content
    assert known.status_code == erased.status_code == never.status_code


async def test_a_token_with_any_bit_flipped_is_refused_and_all_refusals_are_equal(engine: Engine) -> None:
    token = sign_link(Purpose.UNSUBSCRIBE, mailing=1, subscriber=1, key=SITE.for_trial().link_key)
    octets = base64.urlsafe_b64decode(token)
    answers = set()
    transport = httpx.ASGITransport(create_site(engine, site=SITE))
    async with httpx.AsyncClient(transport=transport, base_url=SITE.url) as web:
        assert (await web.post(f"/u/{token}", data=ONE_CLICK)).status_code == 200
        for bit in range(len(octets) * 8):
            flipped = bytearray(octets)
            flipped[bit // 8] ^= 1 << bit % 8
            answer = await web.post(f"/u/{base64.urlsafe_b64encode(flipped).decode()}", data=ONE_CLICK)
            answers.add((answer.status_code, answer.content))
    assert [status for status, _ in answers] == [404]


def test_what_was_never_a_token_is_told_in_words(served: ServedSite, web: httpx.Client) -> None:
    for token in ("x", "%00", "a" * 44, "é", "..%2f..%2fetc", "a" * 5000):
        answer = web.post(f"{served.url}/u/{token}", data=ONE_CLICK)
        assert answer.status_code == 404
        assert "text/html" in answer.headers["content-type"]


def test_a_link_for_reading_does_not_unsubscribe(served: ServedSite, web: httpx.Client) -> None:
    token = served.link(Purpose.VIEW, 1).rpartition("/")[2]
    assert web.post(f"{served.url}/u/{token}", data=ONE_CLICK).status_code == 404
    assert web.get(f"{served.url}/p/{token}").status_code == 404
    assert served.status(1) == "confirmed"


def test_leaving_by_the_page_is_recorded_as_such_and_can_be_undone(served: ServedSite, web: httpx.Client) -> None:
    web.post(served.leaving(1), data={"action": "leave"})
    assert "Welcome back" in web.post(served.leaving(1), data={"action": "return"}).text
    assert served.status(1) == "confirmed"
    number = served.mailing
    assert served.evidence(1) == [("unsubscribed", f"page, mailing {number}"), ("confirmed", f"undo, mailing {number}")]


def test_undo_brings_nobody_back_who_left_in_another_way(served: ServedSite, web: httpx.Client) -> None:
    web.post(served.leaving(1), data=ONE_CLICK)
    with served.engine.begin() as connection:
        connection.execute(update(consent_events).values(source="by telephone"))
    assert "cannot be undone" in web.post(served.leaving(1), data={"action": "return"}).text
    assert served.status(1) == "unsubscribed"


def test_undo_works_for_an_hour(served: ServedSite, web: httpx.Client) -> None:
    web.post(served.leaving(1), data=ONE_CLICK)
    with served.engine.begin() as connection:
        connection.execute(update(consent_events).values(at=consent_events.c.at - UNDO_S - 1))
    assert "cannot be undone" in web.post(served.leaving(1), data={"action": "return"}).text
    assert served.status(1) == "unsubscribed"


def test_a_link_of_a_test_mail_has_pages_too(served: ServedSite, web: httpx.Client) -> None:
    before = served.state()
    link = served.link(Purpose.UNSUBSCRIBE, 1, mailing=77)
    assert web.get(link).status_code == 200
    assert web.post(link, data=ONE_CLICK).status_code == 200
    assert served.state() == before


def test_a_large_body_is_refused(served: ServedSite, web: httpx.Client) -> None:
    assert web.post(served.leaving(1), content=b"x" * 100_000).status_code == 413
    assert served.status(1) == "confirmed"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_the_database_is_away_the_page_asks_to_try_again(served: ServedSite, web: httpx.Client) -> None:
    with served.engine.begin() as connection:
        connection.execute(text("ALTER TABLE mailing_editions RENAME TO away"))
    answer = web.post(served.leaving(1), data=ONE_CLICK, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "120")
    assert "Réessayez" in answer.text
    assert served.status(1) == "confirmed"


def test_the_links_of_who_was_merged_act_for_who_was_kept(served: ServedSite, web: httpx.Client) -> None:
    with served.engine.begin() as connection:
        merge_subscribers(connection, "reader0@example.org", "reader1@example.org", by="op", source="x", now=NOW)
    assert web.get(served.link(Purpose.VIEW, 2)).status_code == 200
    assert web.post(served.leaving(2), data=ONE_CLICK).status_code == 200
    assert served.status(1) == "unsubscribed"
    assert served.evidence(1)[-1] == ("unsubscribed", f"one-click, mailing {served.mailing}")
    web.post(served.leaving(2), data={"action": "return"})
    assert served.status(1) == "confirmed"


def test_the_links_of_who_was_erased_say_what_others_say_and_do_nothing(served: ServedSite, web: httpx.Client) -> None:
    with served.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.subscriber_id == 1).values(email="", fields={}))
    assert web.get(served.link(Purpose.VIEW, 1)).status_code == 404
    before = served.state()
    assert web.post(served.leaving(1), data=ONE_CLICK).content == web.post(served.leaving(3), data=ONE_CLICK).content
    assert served.status(1) == "confirmed"
    assert len(served.state()) == len(before) + 1, "the other has left"


def test_the_links_of_a_packed_mailing_do_what_they_did(served: ServedSite, web: httpx.Client) -> None:
    asked = {one: web.get(served.leaving(one)).text for one in (1, 2)}
    with served.engine.begin() as connection:
        connection.execute(update(mailings).values(state="sending", updated_at=1, created_at=NOW + 9))
        connection.execute(update(deliveries).values(state="accepted"))
    assert pack_mailings(served.engine, before=NOW + 99, now=NOW + 999) == [served.mailing]
    with served.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(deliveries)) == 0
    assert {one: web.get(served.leaving(one)).text for one in (1, 2)} == asked, "in their language"
    for purpose in (Purpose.VIEW, Purpose.PRINT):
        assert web.get(served.link(purpose, 2)).status_code == 200
    assert web.post(served.leaving(1), data=ONE_CLICK).status_code == 200
    assert served.status(1) == "unsubscribed"
    assert served.evidence(1) == [("unsubscribed", f"one-click, mailing {served.mailing}")]
    web.post(served.leaving(2), data={"action": "leave"})
    assert served.status(2) == "unsubscribed"
    web.post(served.leaving(2), data={"action": "return"})
    assert served.status(2) == "confirmed"
    with served.engine.begin() as connection:
        merge_subscribers(connection, "reader1@example.org", "reader2@example.org", by="op", source="x", now=NOW)
    web.post(served.leaving(3), data={"action": "leave"})
    assert served.status(2) == "unsubscribed", "whoever they were merged into"
