"""Several senders of one mailing on PostgreSQL, while pages of it are claimed by the others and people leave."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, update

from composer.audience import unsubscribe
from composer.database import open_database
from composer.database.schema import subscriptions
from composer.delivery.ledger.ledger import hold_ledger
from composer.delivery.sending.run import End, Run
from tests.support.databases import Cluster
from tests.support.mailings import NOW, count_states, holder, plan, send, until
from tests.support.truth_sink import Sink

PEOPLE = 1600


@pytest.fixture
def engine(postgresql: Cluster) -> Iterator[Engine]:
    """A migrated database of PostgreSQL."""
    engine = open_database(postgresql.create_migrated())
    yield engine
    engine.dispose()


@pytest.mark.parametrize("patient", [False, True])
async def test_pages_that_others_have_claimed_and_that_people_have_left_are_finished_by_all(
    engine: Engine, sink: Sink, patient: bool
) -> None:
    mailing, runs = plan(engine, PEOPLE).mailing, [Run() for _ in range(3)]
    sink.script("dot=wait 0.01")
    sending = [asyncio.create_task(send(engine, mailing, sink.port, run=run, patient=patient)) for run in runs]
    await until(lambda: len(sink.taken()) >= 20)
    with engine.begin() as connection:  # whole pages, in hand already and not yet
        everybody = update(subscriptions).where(subscriptions.c.subscriber_id.between(300, 1500))
        connection.execute(everybody.values(status="unsubscribed"))
    sink.script()
    assert await asyncio.gather(*sending) == [End.DONE] * 3
    states = count_states(engine, mailing)
    assert set(states) == {"accepted", "suppressed"}
    assert sum(states.values()) == PEOPLE
    assert states["suppressed"] > 1000
    assert max(Counter(one["recipient"] for one in sink.taken()).values()) == 1


async def test_a_run_does_not_end_while_another_sender_has_a_page_and_takes_it_over(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 700).mailing
    with hold_ledger(engine, mailing=mailing, holder=holder("other"), clock=lambda: NOW) as other:
        held = other.claim(in_hand=(), at_most=500, now=NOW)
        with engine.begin() as connection:
            for one in held[:250]:
                unsubscribe(connection, subscriber=one.subscriber, lists=None, source="one-click", now=NOW)
        run = Run()
        sending = asyncio.create_task(send(engine, mailing, sink.port, run=run, clock=lambda: NOW))
        await until(lambda: len(sink.taken()) == 200)
        assert not run.stop.is_set()
    assert await sending is End.DONE
    assert count_states(engine, mailing) == {"accepted": 450, "suppressed": 250}
