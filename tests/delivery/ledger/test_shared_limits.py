"""Quotas on disk: what senders may send together, whoever of them dies."""

from __future__ import annotations

import threading

from sqlalchemy import Engine, delete, insert, select

from composer.database.schema import leases, pace
from composer.delivery.ledger.lease import sender_name
from composer.delivery.ledger.shared_limits import forget_old, grant_requests
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.quota import Quota, Rate, Unit
from composer.delivery.limits.shared_rate import SharedRate
from composer.delivery.limits.warmup import parse_warm_up
from tests.support.mailings import plan

NOW = 1_790_000_000
DAILY = Quota(Rate(100, Unit.DAY))


def ask(engine: Engine, *requests: GrantRequest, sender: str = "1.1", now: int = NOW) -> list[Grant]:
    with engine.begin() as connection:
        return list(grant_requests(connection, requests, sender=sender, now=now))


def test_a_quota_is_granted_until_it_is_used_up(engine: Engine) -> None:
    assert [ask(engine, GrantRequest("to gmail, per day", DAILY, 40))[0].count for _ in range(4)] == [40, 40, 20, 0]
    (grant,) = ask(engine, GrantRequest("to gmail, per day", DAILY, 40))
    assert 86_400 <= grant.wait_s <= 86_400 + 600
    assert ask(engine, GrantRequest("to gmail, per day", DAILY, 40), now=NOW + grant.wait_s)[0].count == 40


def test_each_limit_has_its_own_and_answers_keep_the_order_of_the_requests(engine: Engine) -> None:
    hourly, warm_up = Quota(Rate(7, Unit.HOUR)), parse_warm_up("3x2", setting="X")
    grants = ask(engine, GrantRequest("z", DAILY, 50), GrantRequest("a", hourly, 50), GrantRequest("m", warm_up, 50))
    assert [grant.count for grant in grants] == [50, 7, 3]


def test_what_was_not_needed_is_there_again(engine: Engine) -> None:
    (grant,) = ask(engine, GrantRequest("all", DAILY, 100))
    ask(engine, GrantRequest("all", DAILY, 0, unneeded=30, granted_at=grant.at))
    assert ask(engine, GrantRequest("all", DAILY, 100))[0].count == 30


def test_what_a_dead_sender_had_reserved_counts_as_sent(engine: Engine) -> None:
    ask(engine, GrantRequest("all", DAILY, 60))
    engine.dispose()
    assert ask(engine, GrantRequest("all", DAILY, 100))[0].count == 40


def test_many_senders_at_once_share_one_quota(engine: Engine) -> None:
    granted: list[int] = []

    def sender(names: list[str]) -> None:
        for _ in range(10):
            granted.append(sum(grant.count for grant in ask(engine, *(GrantRequest(name, DAILY, 3) for name in names))))

    threads = [threading.Thread(target=sender, args=(names,)) for names in (["a", "b"], ["b", "a"]) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 200


def test_a_reservation_that_is_rolled_back_never_was(engine: Engine) -> None:
    with engine.connect() as connection:
        transaction = connection.begin()
        grant_requests(connection, [GrantRequest("all", DAILY, 100)], sender="1.1", now=NOW)
        transaction.rollback()
    assert ask(engine, GrantRequest("all", DAILY, 100))[0].count == 100


def test_the_table_stays_small(engine: Engine) -> None:
    for minute in range(0, 3 * 1440, 7):
        ask(engine, GrantRequest("all", Quota(Rate(1_000_000, Unit.DAY)), 500), now=NOW + minute * 60)
    with engine.connect() as connection:
        (state,) = connection.scalars(select(pace.c.state)).all()
    assert len(state) <= 290


def test_a_speed_is_parted_among_the_senders_that_hold_a_lease(engine: Engine) -> None:
    request = GrantRequest("to gmail, per second", SharedRate(20), 1)
    mailing = plan(engine, 1).mailing
    with engine.begin() as connection:
        for epoch in (1, 2):
            row = {"mailing_id": mailing, "epoch": epoch, "holder": "x:1:x", "expires_at": NOW + 30}
            connection.execute(insert(leases).values(row))
    first, second = sender_name(mailing, 1), sender_name(mailing, 2)
    assert [ask(engine, request, sender=first)[0].count, ask(engine, request, sender=second)[0].count] == [20, 0]
    assert ask(engine, request, sender=first, now=NOW + 1)[0].count == 10
    assert ask(engine, request, sender=second, now=NOW + 3)[0].count == 10
    with engine.begin() as connection:
        connection.execute(delete(leases).where(leases.c.epoch == 1))
    assert ask(engine, request, sender=second, now=NOW + 4)[0].count == 10
    assert ask(engine, request, sender=second, now=NOW + 6)[0].count == 20


def test_what_counts_no_more_is_forgotten_and_a_warm_up_never(engine: Engine) -> None:
    ask(engine, GrantRequest("to a.example, per hour", Quota(Rate(7, Unit.HOUR)), 1))
    ask(engine, GrantRequest("by b.example, warm-up", parse_warm_up("3x2", setting="X"), 1))
    with engine.begin() as connection:
        forget_old(connection, now=NOW + 86_400)
        assert len(connection.scalars(select(pace.c.name)).all()) == 2
        forget_old(connection, now=NOW + 3 * 86_400)
        assert connection.scalars(select(pace.c.name)).all() == ["by b.example, warm-up"]
