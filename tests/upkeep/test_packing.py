"""Old mailings are packed to counts, on every database: their numbers stay, their people go, their links work."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update

from composer.database import reading
from composer.database.schema import attempts, deliveries, exclusions, mailings, subscribers, suppressions
from composer.delivery.editions import load_message
from composer.delivery.ledger.approval import approve_mailing, current_digest
from composer.delivery.ledger.sendable import NO_TERMS, lock_sendable
from composer.delivery.operating.decisions import retry_deliveries
from composer.delivery.packed import find_packed
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.planning.segment import count_segments
from composer.delivery.reporting.recipients import count_by_provider
from composer.delivery.reporting.report import report_mailing
from composer.delivery.reporting.status import mailing_status
from composer.delivery.states import DeliveryState, MailingState
from composer.edition.conditions.condition import Known
from composer.edition.conditions.show_if import parse_condition
from composer.edition.segments import Segment
from composer.errors import MailingError, Remedy, StateError
from composer.upkeep import packing
from composer.upkeep.packing import pack_mailings
from tests.support.mailings import SITE, add_people, make_edition

PLANNED_AT = 1_700_000_000
YEAR_S = 365 * 24 * 3600
NOW = PLANNED_AT + 3 * YEAR_S
BEFORE = NOW - 2 * YEAR_S
DOMAINS = ("gmail.com", "gmail.com", "smith-family.example")


def a_mailing(engine: Engine, *, people: int = 60) -> int:
    """A mailing of three years ago: every fifth was refused, every seventh suppressed, the others have it."""
    with engine.begin() as connection:
        list_id = add_people(connection, people, languages=("en", "fr"), domains=DOMAINS)
        connection.execute(update(subscribers).values(created_at=PLANNED_AT - 9))
        gone = {"email_key": "reader0@gmail.com", "reason": "bounced", "source": "test", "created_at": PLANNED_AT}
        connection.execute(insert(suppressions).values(gone))
    editions = {"en": make_edition(), "fr": make_edition("fr")}
    mailing = plan_mailing(engine, editions=editions, lists=[list_id], site=SITE, now=PLANNED_AT).mailing
    with engine.begin() as connection:
        ids = connection.scalars(select(deliveries.c.id).where(deliveries.c.mailing_id == mailing)).all()
        for ours, values in (
            (ids, {"state": "accepted", "attempts": 1}),
            (
                ids[::5],
                {"state": "refused", "code": 550, "enhanced": "5.7.1", "text": "<a@gmail.com> spam", "phase": "dot"},
            ),
            (ids[::7], {"state": "suppressed", "text": "has left the lists"}),
        ):
            connection.execute(update(deliveries).where(deliveries.c.id.in_(ours)).values(values))
        connection.execute(insert(attempts).values(delivery_id=ids[3], number=1, outcome="deferred", at=PLANNED_AT))
        connection.execute(update(mailings).values(state=MailingState.SENDING, updated_at=PLANNED_AT, epoch=1))
    return mailing


def everything_told(engine: Engine, mailing: int) -> dict[str, object]:
    """All that reports tell of a mailing, but for the names and when it was packed."""
    with reading(engine) as connection:
        status = mailing_status(connection, mailing, now=NOW)
        report = report_mailing(connection, status)
        providers = count_by_provider(connection, mailing, provider=lambda one: one if "gmail" in one else "others")
    told = status.as_json() | {"excluded": status.excluded, "suppressed": report.suppressed}
    told.pop("packed_at")
    return told | {"providers": [asdict(one) for one in providers]}


def count_rows(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return [
            connection.scalars(select(func.count()).select_from(table)).one()
            for table in (deliveries, attempts, exclusions)
        ]


def test_every_number_of_a_packed_mailing_is_as_before_and_its_rows_are_gone(engine: Engine) -> None:
    mailing = a_mailing(engine)
    before = everything_told(engine, mailing)
    assert before["finished"]
    assert before["excluded"]
    assert before["refused_about_us"]
    assert count_rows(engine) == [59, 1, 1]

    assert pack_mailings(engine, before=BEFORE, now=NOW) == [mailing]

    after = everything_told(engine, mailing)
    reply = "550 5.7.1 <***> spam"
    before["refused_about_us"]["replies"][0]["reply"] = reply  # type: ignore[index]  # addresses are gone
    assert after == before
    assert count_rows(engine) == [0, 0, 0]
    with reading(engine) as connection:
        kept = connection.scalar(select(mailings.c.packed).where(mailings.c.id == mailing))
    assert "reader1" not in str(kept)
    assert "smith-family.example" in str(kept)  # 20 people of it
    assert pack_mailings(engine, before=BEFORE, now=NOW) == []


def test_a_domain_of_a_few_people_is_not_kept(engine: Engine) -> None:
    mailing = a_mailing(engine, people=30)
    pack_mailings(engine, before=BEFORE, now=NOW)
    with reading(engine) as connection:
        packed = find_packed(connection, mailing)
    assert packed is not None
    assert set(packed.domains) == {""}


def test_a_mailing_in_which_anything_is_open_is_never_packed(engine: Engine) -> None:
    a_mailing(engine)
    for state in ("pending", "held", "offered", "deferred", "unknown"):
        open_one(engine, state)
        assert pack_mailings(engine, before=BEFORE, now=NOW) == [], state
    assert count_rows(engine)[0] == 59


def test_of_a_cancelled_mailing_what_was_pending_is_open_no_more(engine: Engine) -> None:
    mailing = a_mailing(engine)
    with engine.begin() as connection:
        connection.execute(update(mailings).values(state=MailingState.CANCELLED))
    for state, packed in (("offered", []), ("unknown", []), ("pending", [mailing])):
        open_one(engine, state)
        assert pack_mailings(engine, before=BEFORE, now=NOW) == packed, state


def open_one(engine: Engine, state: str) -> None:
    """Put one delivery into that state."""
    with engine.begin() as connection:
        first = connection.scalar(select(func.min(deliveries.c.id)))
        connection.execute(update(deliveries).where(deliveries.c.id == first).values(state=state))


def test_a_mailing_in_which_something_has_happened_lately_or_that_has_not_begun_is_kept(engine: Engine) -> None:
    mailing = a_mailing(engine)
    assert pack_mailings(engine, before=PLANNED_AT, now=NOW) == []
    for column in ("progress_at", "updated_at"):
        with engine.begin() as connection:
            connection.execute(update(mailings).values({column: BEFORE + 1}))
        assert pack_mailings(engine, before=BEFORE, now=NOW) == []
        with engine.begin() as connection:
            connection.execute(update(mailings).values({column: PLANNED_AT}))
    for state, packed in ((MailingState.PLANNED, []), (MailingState.SENDING, [mailing])):
        with engine.begin() as connection:
            connection.execute(update(mailings).values(state=state))
        assert pack_mailings(engine, before=BEFORE, now=NOW) == packed


def test_a_clear_up_that_was_interrupted_has_the_right_numbers_and_goes_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = a_mailing(engine)
    before = everything_told(engine, mailing)
    monkeypatch.setattr(packing, "_PAGE", 10)
    asked = iter([False, False, False, True, True, True])
    assert pack_mailings(engine, before=BEFORE, now=NOW, is_stopping=lambda: next(asked)) == [mailing]
    left = count_rows(engine)[0]
    assert 0 < left < 59
    after = everything_told(engine, mailing)
    assert {name: after[name] for name in after if name != "refused_about_us"} == {
        name: before[name] for name in before if name != "refused_about_us"
    }

    assert pack_mailings(engine, before=BEFORE, now=NOW) == []
    assert count_rows(engine) == [0, 0, 0]


def test_nothing_more_is_done_with_a_packed_mailing_and_that_is_told(engine: Engine) -> None:
    mailing = a_mailing(engine)
    with reading(engine) as connection:
        digest = connection.scalar(select(mailings.c.digest).where(mailings.c.id == mailing))
    pack_mailings(engine, before=BEFORE, now=NOW)
    told = f"mailing {mailing} is over, and since 2026-11-13 only its counts are kept"
    with engine.begin() as connection:
        assert current_digest(connection, mailing, site_url=SITE.url) == digest
        with pytest.raises(StateError, match=told):
            lock_sendable(connection, mailing, terms=NO_TERMS, now=NOW)
        with pytest.raises(StateError, match=told):
            retry_deliveries(connection, mailing, state=DeliveryState.REFUSED, note="ana", now=NOW)
        with pytest.raises(StateError, match=told):
            approve_mailing(connection, mailing, name="ana", site_url=SITE.url, now=NOW)


def test_a_packed_issue_is_not_sent_to_the_others_because_nobody_knows_who_they_are(engine: Engine) -> None:
    mailing = a_mailing(engine)
    pack_mailings(engine, before=BEFORE, now=NOW)
    again = {"editions": {"en": make_edition()}, "lists": [1], "site": SITE, "now": NOW}
    with pytest.raises(MailingError, match=f"who has got 2020-03-news by mailing {mailing} is not known") as refused:
        plan_mailing(engine, only_missing=True, **again)  # type: ignore[arg-type]
    assert refused.value.remedy is Remedy.SEND_AGAIN
    with pytest.raises(MailingError, match="has been sent already"):
        plan_mailing(engine, **again)  # type: ignore[arg-type]
    assert plan_mailing(engine, again=True, **again).planned == 59  # type: ignore[arg-type]


def test_a_segment_cannot_ask_who_received_a_packed_issue(engine: Engine) -> None:
    a_mailing(engine)
    written = 'not received("2020-03-news")'
    asks = Segment("others", written, parse_condition(written, fields=(), is_segment=True))
    all_others = Segment("everybody", "", Known("subscriber.email"))
    counting: dict[str, Any] = {"lists": None, "default_language": "en", "today": dt.date(2026, 11, 28)}
    planning: dict[str, Any] = {"editions": {"en": make_edition(issue="2026-12-news")}, "lists": [1], "site": SITE}
    with engine.begin() as connection:
        assert len(count_segments(connection, [asks, all_others], **counting)[1]) == 2
    pack_mailings(engine, before=BEFORE, now=NOW)
    told = "who has got 2020-03-news by mailing 1 is not known"
    with engine.begin() as connection:
        counted = count_segments(connection, [asks, all_others], **counting)[1]
        assert [one.segment.name for one in counted] == ["everybody"]
        with pytest.raises(MailingError, match=told):
            count_segments(connection, [asks], **counting)
    with pytest.raises(MailingError, match=told):
        plan_mailing(engine, segment=asks, now=NOW, **planning)


@pytest.mark.parametrize(("state", "is_known"), [("refused", False), ("pending", True)])
def test_a_segment_cannot_ask_what_became_of_a_packed_issue_that_nobody_got(
    engine: Engine, state: str, is_known: bool
) -> None:
    a_mailing(engine)
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(state=state))
        connection.execute(update(mailings).values(state=MailingState.CANCELLED))
    written = 'outcome("2020-03-news") != "refused"'
    asks = Segment("others", written, parse_condition(written, fields=(), is_segment=True))
    assert pack_mailings(engine, before=BEFORE, now=NOW) == [1]
    told = nullcontext() if is_known else pytest.raises(MailingError, match="what became of 2020-03-news by mailing 1")
    with engine.begin() as connection, told:
        count_segments(connection, [asks], lists=None, default_language="en", today=dt.date(2026, 11, 28))


def test_a_cancelled_mailing_that_somebody_got_is_still_told_after_it_is_packed(engine: Engine) -> None:
    mailing = a_mailing(engine)
    with engine.begin() as connection:
        connection.execute(update(mailings).values(state=MailingState.CANCELLED))
    pack_mailings(engine, before=BEFORE, now=NOW)
    with pytest.raises(MailingError, match=f"sent to some people, as mailing {mailing}, and then cancelled"):
        plan_mailing(engine, editions={"en": make_edition()}, lists=[1], site=SITE, now=NOW)


def test_a_mail_of_a_packed_mailing_is_shown_as_somebody_sees_it_of_whom_nothing_is_known(engine: Engine) -> None:
    mailing = a_mailing(engine)
    with reading(engine) as connection:
        edition, recipient = load_message(connection, mailing=mailing, subscriber=2)
    assert (edition.language, recipient.fields["first_name"]) == ("fr", "Ana 1")
    pack_mailings(engine, before=BEFORE, now=NOW)
    with reading(engine) as connection:
        edition, recipient = load_message(connection, mailing=mailing, subscriber=2)
    assert (edition.language, recipient.email, dict(recipient.fields)) == ("fr", "reader1@gmail.com", {})
    with engine.begin() as connection:
        connection.execute(update(subscribers).where(subscribers.c.id == 2).values(created_at=PLANNED_AT + 1))
        with pytest.raises(MailingError, match="no message for subscriber 2"):  # the number is somebody else's
            load_message(connection, mailing=mailing, subscriber=2)
