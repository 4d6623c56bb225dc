"""Who is merged or erased while a mailing is sent: nobody is mailed twice, nobody who is erased, and counts add up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, select, update

from composer.audience.erasure.digests import AddressDigests
from composer.audience.merging import Merge, merge_subscribers
from composer.database.schema import deliveries
from composer.delivery.ledger.claim import ERASED_SINCE, MERGED_SINCE
from composer.delivery.ledger.ledger import open_ledger
from composer.delivery.operating.erasing import erase_person
from composer.delivery.operating.forgetting import HAS_IT_OTHERWISE, spare_the_second
from composer.delivery.outcome import Outcome, Verdict
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.states import DeliveryEvent
from composer.errors import MailingError
from tests.support.mailings import NOW, SITE, count_states, holder, make_edition, plan

ACCEPTED = Outcome(0, DeliveryEvent.ACCEPT, relay="relay:25", phase="dot", code=250, text="queued for reader1")


def _merge(engine: Engine) -> tuple[Merge, int]:
    """Merge the second of the mailing's people into the first."""
    with engine.begin() as connection:
        merge = merge_subscribers(
            connection, "reader0@example.org", "reader1@example.org", by="op", source="by mail", now=NOW
        )
        return merge, spare_the_second(connection, kept=merge.kept, merged=merge.merged, now=NOW)


def _rows(engine: Engine) -> Sequence[tuple[str, str, str | None]]:
    with engine.connect() as connection:
        query = select(deliveries.c.email, deliveries.c.state, deliveries.c.text).order_by(deliveries.c.id)
        return [tuple(row) for row in connection.execute(query)]  # type: ignore[misc]


def test_of_two_who_are_made_one_only_the_kept_address_gets_what_waits(engine: Engine) -> None:
    mailing = plan(engine, 3).mailing
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=mailing, holder=holder(), now=NOW)
        in_hand = [one.id for one in ledger.claim(in_hand=(), at_most=10, now=NOW)]
        _, spared = _merge(engine)
        assert spared == 0
        verdicts = ledger.settle((), in_hand, now=NOW)
        assert [verdicts[one] for one in in_hand] == [Verdict.GO, Verdict.SUPPRESSED, Verdict.GO]
        ledger.close()
    assert _rows(engine)[1] == ("reader1@example.org", "suppressed", MERGED_SINCE)


@pytest.mark.parametrize("waits", ["pending", "deferred", "held"])
def test_who_has_the_mail_by_the_other_address_does_not_get_it_again(engine: Engine, waits: str) -> None:
    mailing = plan(engine, 3).mailing
    with engine.begin() as connection:
        first, second = connection.scalars(select(deliveries.c.id).order_by(deliveries.c.id).limit(2)).all()
        connection.execute(update(deliveries).where(deliveries.c.id == second).values(state="accepted"))
        later = {"state": waits, "next_attempt_at": NOW + 60 if waits == "deferred" else None, "attempts": 1}
        connection.execute(update(deliveries).where(deliveries.c.id == first).values(later))
    assert _merge(engine)[1] == 1
    assert _rows(engine)[0] == ("reader0@example.org", "suppressed", HAS_IT_OTHERWISE)
    assert count_states(engine, mailing) == {"suppressed": 1, "accepted": 1, "pending": 1}


def test_who_has_an_issue_by_the_other_address_is_not_among_the_missing(engine: Engine) -> None:
    found = plan(engine, 2)
    with engine.begin() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.email == "reader1@example.org").values(state="accepted")
        )
        connection.execute(
            update(deliveries).where(deliveries.c.email == "reader0@example.org").values(state="refused")
        )
    _merge(engine)
    again = {"editions": {"en": make_edition()}, "lists": [1], "site": SITE, "now": NOW, "only_missing": True}
    with pytest.raises(MailingError, match="nobody would get this mailing"):
        plan_mailing(engine, **again)  # type: ignore[arg-type]
    assert found.planned == 2


def test_an_erased_person_is_not_mailed_though_a_sender_has_them_in_hand(engine: Engine) -> None:
    mailing = plan(engine, 4).mailing
    digests = AddressDigests(SITE.secret_key)
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=mailing, holder=holder(), now=NOW)
        in_hand = [one.id for one in ledger.claim(in_hand=(), at_most=3, now=NOW)]
        assert ledger.settle((), in_hand[1:2], now=NOW) == {in_hand[1]: Verdict.GO}
        for number in (0, 1, 3):  # in hand, under way, not claimed yet
            address = f"reader{number}@example.org"
            erase_person(engine, address, digests=digests, journal=None, by="op", now=NOW)
        verdicts = ledger.settle([ACCEPTED._replace(delivery=in_hand[1])], [in_hand[0], in_hand[2]], now=NOW)
        assert verdicts == {in_hand[0]: Verdict.SUPPRESSED, in_hand[2]: Verdict.GO}
        assert ledger.claim(in_hand=[in_hand[2]], at_most=3, now=NOW) == []
        ledger.close()
    gone = ("", "suppressed", ERASED_SINCE)
    assert _rows(engine) == [
        gone,
        ("", "accepted", "queued for reader1"),
        ("reader2@example.org", "offered", None),
        gone,
    ]
    assert count_states(engine, mailing) == {"suppressed": 2, "accepted": 1, "offered": 1}
