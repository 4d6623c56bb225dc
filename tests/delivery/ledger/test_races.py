"""What happens when somebody else commits between two statements: other senders, operators, people who leave."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextlib import suppress as suppress_errors
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func, select, text, update

from composer.audience import suppress, unsubscribe
from composer.database.schema import attempts, deliveries
from composer.delivery.ledger.lease import LEASE_S
from composer.delivery.ledger.ledger import Ledger, open_ledger, recover
from composer.delivery.ledger.transitions import advance_deliveries
from composer.delivery.operating.decisions import decide_mailing, retry_deliveries
from composer.delivery.outcome import Outcome, Verdict
from composer.delivery.planning.plan import Plan, plan_mailing
from composer.delivery.states import DeliveryEvent, DeliveryState, MailingEvent
from composer.errors import LeaseLost, MailingError, StateError
from tests.support.mailings import NOW, SITE, count_states, holder, make_edition, plan

ACCEPTED = Outcome(0, DeliveryEvent.ACCEPT, relay="relay:25", phase="dot", code=250, text="queued")
REFUSED = Outcome(0, DeliveryEvent.REFUSE, relay="relay:25", phase="rcpt", code=550, enhanced="5.7.1", text="no")
DEFERRED = Outcome(0, DeliveryEvent.DEFER, relay="relay:25", phase="rcpt", code=451, text="later", retry_in_s=0)

FINAL = {"accepted", "unknown", "suppressed"}

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@contextmanager
def opened(engine: Engine, mailing: int, *, word: str = "test") -> Iterator[Ledger]:
    with engine.connect() as connection:
        yield open_ledger(connection, mailing=mailing, holder=holder(word), now=NOW)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def run_until_it_waits(pool: ThreadPoolExecutor, engine: Engine, act: Callable[[], Any]) -> Future[Any]:
    """Begin it beside us; back when it is done, or waits for a lock."""
    future = pool.submit(act)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not future.done():
        with engine.connect() as connection:
            if connection.scalar(waiting):
                break
    return future


@on_postgresql
@pytest.mark.parametrize("way", ["unsubscribe", "suppress"])
def test_who_leaves_between_the_offer_and_its_commit_has_left_after_the_intent_was_written(
    engine: Engine, pool: ThreadPoolExecutor, way: str
) -> None:
    mailing = plan(engine, 2).mailing
    order: list[str] = []

    def leave() -> None:
        with engine.begin() as connection:
            if way == "unsubscribe":
                unsubscribe(connection, subscriber=delivery.subscriber, lists=None, source="one-click", now=NOW)
            else:
                suppress(connection, delivery.email, reason="complained", source="feedback", now=NOW)
        order.append("left")

    def meanwhile(_: Connection) -> None:
        futures.append(run_until_it_waits(pool, engine, leave))
        order.append("intent written")

    futures: list[Future[None]] = []
    with opened(engine, mailing) as ledger:
        delivery, other = ledger.claim(in_hand=(), at_most=10, now=NOW)
        event.listen(engine, "commit", meanwhile, once=True)
        assert ledger.settle([], [delivery.id], now=NOW) == {delivery.id: Verdict.GO}
        futures[0].result()
        assert order == ["intent written", "left"]
        assert ledger.settle([], [other.id], now=NOW) == {other.id: Verdict.GO}


@on_postgresql
def test_an_import_that_lets_people_leave_holds_up_no_sender_until_its_commit(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    with opened(engine, mailing) as ledger:
        one, two = ledger.claim(in_hand=(), at_most=10, now=NOW)
        with engine.begin() as connection:
            for delivery in (one, two):
                unsubscribe(connection, subscriber=delivery.subscriber, lists=None, source="import", now=NOW)
            assert ledger.settle([], [one.id], now=NOW) == {one.id: Verdict.GO}
        assert ledger.settle([], [two.id], now=NOW) == {two.id: Verdict.SUPPRESSED}


@on_postgresql
def test_of_two_plans_of_one_issue_at_one_time_the_later_one_takes_the_place_of_the_other(
    engine: Engine, pool: ThreadPoolExecutor
) -> None:
    first_to_exist = plan(engine, 1).mailing

    def plan_it(progress: Callable[[int], None]) -> Plan:
        editions = {"en": make_edition()}
        return plan_mailing(engine, editions=editions, lists=[1], site=SITE, now=NOW, progress=progress)

    later: list[Future[Plan]] = []
    early = plan_it(lambda _: later.append(run_until_it_waits(pool, engine, lambda: plan_it(lambda _: None))))
    assert early.replaces == [first_to_exist]
    assert later[0].result().replaces == [early.mailing]


@on_postgresql
def test_senders_of_two_mailings_suppress_dead_addresses_without_waiting_in_a_circle(
    engine: Engine, pool: ThreadPoolExecutor
) -> None:
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as ledger:
        ids = [delivery.id for delivery in ledger.claim(in_hand=(), at_most=10, now=NOW)]
        ledger.settle([], ids, now=NOW)
        taken = Outcome(ids[2], DeliveryEvent.ACCEPT, relay="relay:25", phase="dot", code=250, began_at=NOW)
        first, second = "reader0@example.org", "reader1@example.org"
        dead = [
            REFUSED._replace(delivery=ids[1], dead_address=(second, "bounced")),
            REFUSED._replace(delivery=ids[0], dead_address=(first, "bounced")),
        ]
        with engine.begin() as other:
            suppress(other, first, reason="bounced", source="another mailing", now=NOW)
            settled = run_until_it_waits(pool, engine, lambda: ledger.settle([*dead, taken], [], now=NOW))
            suppress(other, second, reason="bounced", source="another mailing", now=NOW)
        settled.result()
    assert count_states(engine, mailing) == {"refused": 2, "accepted": 1}


@on_postgresql
def test_a_retry_by_hand_and_one_that_is_due_keep_a_try_once(engine: Engine, pool: ThreadPoolExecutor) -> None:
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as ledger:
        ids = [delivery.id for delivery in ledger.claim(in_hand=(), at_most=10, now=NOW)]
        ledger.settle([], ids, now=NOW)
        ledger.settle([DEFERRED._replace(delivery=one) for one in ids], [], now=NOW)
        ledger.close()

    def by_hand() -> int:
        with engine.begin() as connection:
            return retry_deliveries(connection, mailing, state=DeliveryState.DEFERRED, note="ana: now", now=NOW)

    with engine.begin() as sender:
        is_due = deliveries.c.id.in_(ids[:2])
        assert (
            advance_deliveries(sender, DeliveryState.DEFERRED, DeliveryEvent.RETURN, is_due, now=NOW, wait=False) == 2
        )
        retried = run_until_it_waits(pool, engine, by_hand)
    assert retried.result() == 1
    assert count_states(engine, mailing) == {"pending": 3}
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(attempts)) == 3


@on_postgresql
def test_what_is_refused_while_others_are_retried_keeps_its_refusal(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    with opened(engine, mailing) as ledger, engine.connect() as operator:
        early, late = [delivery.id for delivery in ledger.claim(in_hand=(), at_most=10, now=NOW)]
        ledger.settle([], [early, late], now=NOW)
        ledger.settle([REFUSED._replace(delivery=early)], [], now=NOW)
        refused_meanwhile: list[int] = []

        def between(_c: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("UPDATE deliveries") and not refused_meanwhile:
                refused_meanwhile.append(late)
                ledger.settle([REFUSED._replace(delivery=late)], [], now=NOW)

        event.listen(operator, "before_cursor_execute", between)
        with operator.begin():
            assert retry_deliveries(operator, mailing, state=DeliveryState.REFUSED, note="ana", now=NOW) == 2
    assert refused_meanwhile
    with engine.connect() as connection:
        kept = connection.execute(select(attempts.c.delivery_id, attempts.c.outcome)).all()
    assert sorted(kept) == [(early, "refused"), (late, "refused")]


@on_postgresql
def test_what_a_sender_has_open_that_came_after_we_looked_is_not_taken_for_abandoned(engine: Engine) -> None:
    # As a statement sees it that waited for a row: the row as it is now, the leases as they were when it began.
    mailing = plan(engine, 3).mailing
    with opened(engine, mailing) as ledger:
        with engine.begin() as connection:
            connection.execute(update(deliveries).values(epoch=2))
            connection.execute(update(deliveries).where(deliveries.c.id == 1).values(state="offered"))
        assert ledger.claim(in_hand=(), at_most=10, now=NOW) == []
    assert count_states(engine, mailing) == {"offered": 1, "pending": 2}


@on_postgresql
def test_a_mailing_planned_a_moment_ago_is_sent_without_reading_its_whole_list(engine: Engine) -> None:
    mailing = plan(engine, 3000).mailing
    read = "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'subscribers'"
    with opened(engine, mailing) as ledger:
        ids = [delivery.id for delivery in ledger.claim(in_hand=(), at_most=100, now=NOW)]
        rows_read: list[int] = []

        def count(connection: Connection) -> None:
            rows_read.append(connection.exec_driver_sql(read).scalar_one())

        event.listen(engine, "begin", count)
        event.listen(engine, "commit", count)
        ledger.settle([], ids[:12], now=NOW)
        before, after, *_ = rows_read
    assert 0 < after - before <= 12


def test_every_try_is_in_the_history_and_nobody_is_sent_it_twice_whoever_does_what_meanwhile(engine: Engine) -> None:
    mailing = plan(engine, 40).mailing
    with opened(engine, mailing) as ledger:
        ledger.close()
    melee = Melee(engine, mailing)
    senders = 3 if engine.dialect.name == "postgresql" else 1
    melee.run([*[melee.send] * senders, melee.operate])
    assert melee.faults == []
    with engine.connect() as connection:
        rows = connection.execute(select(deliveries.c.id, deliveries.c.state, deliveries.c.attempts)).all()
        kept = Counter(connection.scalars(select(attempts.c.delivery_id)).all())
    assert [kept[row.id] for row in rows] == [row.attempts - (row.state != "suppressed") for row in rows]
    states = {row.id: row.state for row in rows}
    assert set(melee.sent.values()) == {1}
    assert {one for one, state in states.items() if state == "accepted"} <= melee.sent.keys()
    assert {states[one] for one in melee.sent} <= {"accepted", "unknown"}


class Melee:
    """Senders and an operator on one mailing, all at once, until it is finished."""

    def __init__(self, engine: Engine, mailing: int) -> None:
        self.sent: Counter[int] = Counter()
        self.faults: list[Exception] = []
        self._engine = engine
        self._mailing = mailing
        self._is_over = threading.Event()

    def run(self, acts: Sequence[Callable[[random.Random], None]]) -> None:
        threads = [threading.Thread(target=self._repeat, args=(act, seed)) for seed, act in enumerate(acts)]
        for thread in threads:
            thread.start()
        while not self._is_over.is_set() and count_states(self._engine, self._mailing).keys() - FINAL:
            self._is_over.wait(0.05)
        self._is_over.set()
        for thread in threads:
            thread.join()
        with self._engine.begin() as connection:
            recover(connection, self._mailing, seen_from=holder(), now=NOW + LEASE_S)

    def _repeat(self, act: Callable[[random.Random], None], seed: int) -> None:
        dice = random.Random(seed)
        try:
            while not self._is_over.is_set():
                act(dice)
                self._is_over.wait(0.001)  # SQLite's writers do not queue; let the others in
        except Exception as error:
            self.faults.append(error)
            self._is_over.set()

    def send(self, dice: random.Random) -> None:
        """A sender, which ends in order or not, and may be thought dead while it lives."""
        with suppress_errors(MailingError, LeaseLost), opened(self._engine, self._mailing) as ledger:
            for _ in range(dice.randrange(2, 12)):
                self._send_some(ledger, dice)
            if dice.random() < 0.8:
                ledger.close()

    def _send_some(self, ledger: Ledger, dice: random.Random) -> None:
        page = [delivery.id for delivery in ledger.claim(in_hand=(), at_most=dice.randrange(1, 9), now=NOW)]
        outcomes = []
        for delivery, verdict in ledger.settle([], page, now=NOW).items():
            if verdict is Verdict.GO:
                outcome = dice.choice([ACCEPTED, ACCEPTED, REFUSED, DEFERRED])
                if outcome is ACCEPTED:
                    self.sent[delivery] += 1
                outcomes.append(outcome._replace(delivery=delivery))
        ledger.settle(outcomes, [], now=NOW)

    def operate(self, dice: random.Random) -> None:
        """Whatever a person may do meanwhile."""
        with self._engine.begin() as connection:
            match dice.randrange(5):
                case 0:
                    retry_deliveries(connection, self._mailing, state=DeliveryState.REFUSED, note="ana", now=NOW)
                case 1:
                    retry_deliveries(connection, self._mailing, state=DeliveryState.DEFERRED, note="ana", now=NOW)
                case 2:
                    recover(connection, self._mailing, seen_from=holder(), now=NOW + dice.choice([0, LEASE_S]))
                case 3:
                    unsubscribe(connection, subscriber=dice.randrange(1, 41), lists=None, source="x", now=NOW)
                case _:
                    with suppress_errors(StateError):  # finished a moment ago
                        decide_mailing(connection, self._mailing, MailingEvent.PAUSE, now=NOW)
                        decide_mailing(connection, self._mailing, MailingEvent.RESUME, now=NOW)
