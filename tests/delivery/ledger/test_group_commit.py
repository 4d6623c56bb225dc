"""Many connections, one commit; and what happens to those who wait when it fails."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text, update

from composer.database import open_database
from composer.database.schema import leases
from composer.delivery.ledger.group_commit import GATHER_S, GroupCommit
from composer.delivery.ledger.ledger import hold_ledger
from composer.delivery.outcome import Outcome, Verdict
from composer.delivery.states import DeliveryEvent
from composer.errors import DatabaseError, LeaseLost, MailingError
from tests.support.mailings import count_states, holder, plan


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite only: the ledger itself is tested on both."""
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


@contextmanager
def counted_commits(engine: Engine) -> Iterator[list[int]]:
    commits: list[int] = []
    event.listen(engine, "commit", lambda connection: commits.append(1))
    yield commits


def group_commit(engine: Engine, mailing: int, *, gather_s: float = GATHER_S) -> GroupCommit:
    held = partial(hold_ledger, engine, mailing=mailing, holder=holder(), clock=time.time)
    return GroupCommit(held, clock=time.time, gather_s=gather_s)


async def test_intents_that_wait_together_share_a_commit(engine: Engine) -> None:
    mailing = plan(engine, 100).mailing
    async with group_commit(engine, mailing) as ledger:
        claimed = await ledger.claim(in_hand=(), at_most=100)
        with counted_commits(engine) as commits:
            verdicts = await asyncio.gather(*(ledger.offer(delivery.id) for delivery in claimed))
        assert set(verdicts) == {Verdict.GO}
        assert len(commits) < 50
    assert count_states(engine, mailing) == {"offered": 100}


async def test_a_batch_waits_for_most_of_the_connections_at_work(engine: Engine) -> None:
    """Sixteen are at work, and ask again one after the other: the first twelve share a commit."""
    mailing = plan(engine, 100).mailing
    async with group_commit(engine, mailing, gather_s=600) as ledger:
        claimed = list(await ledger.claim(in_hand=(), at_most=100))
        at_work = [claimed.pop() for _ in range(16)]
        await asyncio.gather(*(ledger.offer(delivery.id) for delivery in at_work))
        asked = []
        with counted_commits(engine) as commits:
            for delivery in at_work[:12]:
                assert not commits
                ledger.record(Outcome(delivery.id, DeliveryEvent.ACCEPT, relay="relay", phase="dot"))
                asked.append(ledger.offer(claimed.pop().id))
                for _ in range(10):  # turns in which nothing comes
                    await asyncio.sleep(0)
            assert set(await asyncio.gather(*asked)) == {Verdict.GO}
        assert len(commits) == 1
    assert count_states(engine, mailing) == {"accepted": 12, "offered": 16, "pending": 72}


async def test_batches_of_all_sizes_share_a_few_statements(engine: Engine) -> None:
    mailing, statements = plan(engine, 136).mailing, set[str]()

    def note(sql: str) -> None:
        statements.add(re.sub(r"\d+", "?", sql))

    event.listen(engine, "checkout", lambda driver, *_: driver.set_trace_callback(note))
    async with group_commit(engine, mailing) as ledger:
        claimed = [delivery.id for delivery in await ledger.claim(in_hand=(), at_most=136)]
        for size in range(1, 17):
            batch, claimed = claimed[:size], claimed[size:]
            assert set(await asyncio.gather(*map(ledger.offer, batch))) == {Verdict.GO}
    assert sum("attempts=" in sql for sql in statements) == 5, "room for 1, 2, 4, 8 and 16"
    assert count_states(engine, mailing) == {"offered": 136}


async def test_a_batch_that_is_late_goes_without_the_others(engine: Engine) -> None:
    """Eight are at work for a long while, and nobody waits for them."""
    mailing = plan(engine, 10).mailing
    async with group_commit(engine, mailing) as ledger:
        claimed = [delivery.id for delivery in await ledger.claim(in_hand=(), at_most=10)]
        await asyncio.gather(*(ledger.offer(delivery) for delivery in claimed[:8]))
        for number in (8, 9):
            assert await asyncio.wait_for(ledger.offer(claimed[number]), 60) is Verdict.GO
    assert count_states(engine, mailing) == {"offered": 10}


async def test_an_outcome_is_on_disk_before_the_next_verdict(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    async with group_commit(engine, mailing) as ledger:
        one, two = await ledger.claim(in_hand=(), at_most=2)
        assert await ledger.offer(one.id) is Verdict.GO
        ledger.record(Outcome(one.id, DeliveryEvent.ACCEPT, relay="relay", phase="dot"))
        assert await ledger.offer(two.id) is Verdict.GO
        assert count_states(engine, mailing) == {"accepted": 1, "offered": 1}


async def test_the_last_outcomes_are_on_disk_when_it_is_closed(engine: Engine) -> None:
    mailing = plan(engine, 1).mailing
    async with group_commit(engine, mailing) as ledger:
        (one,) = await ledger.claim(in_hand=(), at_most=2)
        await ledger.offer(one.id)
        ledger.record(Outcome(one.id, DeliveryEvent.ACCEPT, relay="relay", phase="dot"))
    assert count_states(engine, mailing) == {"accepted": 1}


async def test_a_mailing_that_cannot_be_opened_is_told_at_once(engine: Engine) -> None:
    with pytest.raises(MailingError, match="there is no mailing 5"):
        async with group_commit(engine, 5):
            pass


async def test_after_a_failure_everyone_gets_the_error_and_nothing_is_offered(engine: Engine) -> None:
    mailing = plan(engine, 10).mailing
    ledger = await group_commit(engine, mailing).__aenter__()
    claimed = await ledger.claim(in_hand=(), at_most=10)
    with engine.begin() as connection:
        connection.execute(update(leases).values(epoch=99))
    for _ in range(2):
        answers = await asyncio.gather(*(ledger.offer(delivery.id) for delivery in claimed), return_exceptions=True)
        assert {type(answer) for answer in answers} == {LeaseLost}
    with pytest.raises(LeaseLost):
        await ledger.claim(in_hand=(), at_most=1)
    with pytest.raises(LeaseLost):
        await ledger.__aexit__(None)
    assert count_states(engine, mailing) == {"pending": 10}


@pytest.mark.parametrize("what", ["the last outcome", "the end of the lease"])
async def test_a_failure_at_the_very_end_is_told_and_keeps_nobody_waiting(engine: Engine, what: str) -> None:
    mailing = plan(engine, 1).mailing
    ledger = await group_commit(engine, mailing).__aenter__()
    (one,) = await ledger.claim(in_hand=(), at_most=1)
    await ledger.offer(one.id)
    table = "deliveries" if what == "the last outcome" else "leases"
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO lost"))
    if what == "the last outcome":
        ledger.record(Outcome(one.id, DeliveryEvent.ACCEPT, relay="relay", phase="dot"))
    with pytest.raises(DatabaseError):
        await ledger.__aexit__(None)


async def test_a_waiting_connection_may_give_up(engine: Engine) -> None:
    mailing = plan(engine, 2).mailing
    async with group_commit(engine, mailing) as ledger:
        one, two = await ledger.claim(in_hand=(), at_most=2)
        ledger.offer(one.id).cancel()
        assert await ledger.offer(two.id) is Verdict.GO
