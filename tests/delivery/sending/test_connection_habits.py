"""A relay that lets a connection carry so many messages and no more, however it says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from composer.database import open_database, reading
from composer.database.schema import deliveries
from composer.delivery.ledger.backoffs import read_backoffs
from composer.delivery.sending.run import End
from tests.support.mailings import count_states, plan, send, until
from tests.support.truth_sink import Sink


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite only: connections know nothing of the database."""
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


def tries(engine: Engine, mailing: int) -> set[int]:
    """The numbers of attempts that deliveries have had."""
    with reading(engine) as connection:
        return set(connection.scalars(select(deliveries.c.attempts).where(deliveries.c.mailing_id == mailing)))


def slowed(engine: Engine) -> dict[str, object]:
    """What was slowed down for, as it is on disk."""
    with reading(engine) as connection:
        return dict(read_backoffs(connection, now=time.time()))


WAYS = {
    "OpenSMTPD": (10, "mail", "452 4.5.3 Too many messages sent"),
    "Exim": (5, "mail", "421 too many messages in this connection"),
    "without a reason": (1, "mail", "421 4.3.2 Service shutting down, closing channel"),
    "Yahoo": (2, "data", "421 Max message per connection reached, closing transmission channel"),
    "Outlook": (3, "rcpt", "421 RP-002 exceeded the rate limit allowed on this connection"),
    "in plain words": (4, "mail", "450 that is enough for now"),
    "at the recipient": (1, "rcpt", "452 4.5.3 Too many recipients"),
    "as a refusal": (2, "rcpt", "550 5.7.0 Message limit per session exceeded"),
    "at the end": (3, "dot", "451 4.7.0 session limit exceeded, please reconnect"),
    "idle": (2, "data", "451 4.4.2 Timeout waiting for data from client"),
    "hanging up at MAIL": (1, "mail", "drop"),
    "hanging up afterwards": (2, "taken", "leave"),
}
"""Who says so → after how many messages taken, in which phase, and how."""


@pytest.mark.parametrize("way", WAYS)
async def test_a_worn_out_connection_is_replaced_at_once(engine: Engine, sink: Sink, way: str) -> None:
    most, phase, action = WAYS[way]
    sink.worn_out = (phase, most, action)
    mailing = plan(engine, 8 * most).mailing
    assert await send(engine, mailing, sink.port, connections=2) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 8 * most}
    assert tries(engine, mailing) == {1}, "no attempt was used up"
    assert slowed(engine) == {}
    assert len(sink.taken()) == 8 * most


async def test_once_known_the_limit_is_not_reached_again(engine: Engine, sink: Sink) -> None:
    sink.worn_out = ("mail", 4, "421 4.7.0 enough")
    mailing = plan(engine, 24).mailing
    await send(engine, mailing, sink.port, connections=1)
    assert count_states(engine, mailing) == {"accepted": 24}
    assert sink.connections == 6
    assert sink.commands.count(b"QUIT\r\n") == 4, "all but the two from which it was learned"


async def test_a_limit_that_goes_away_is_forgotten(engine: Engine, sink: Sink) -> None:
    sink.worn_out = ("mail", 1, "421 enough")
    first = plan(engine, 40).mailing
    run = asyncio.create_task(send(engine, first, sink.port, connections=1))
    await until(lambda: len(sink.taken()) >= 5)
    sink.worn_out = None
    await run
    assert count_states(engine, first) == {"accepted": 40}
    assert sink.connections < 40


async def test_what_a_new_connection_does_not_help_is_congestion(engine: Engine, sink: Sink) -> None:
    sink.script("mail@3+=421 4.7.0 busy")
    mailing = plan(engine, 5).mailing
    await send(engine, mailing, sink.port, connections=1)
    assert count_states(engine, mailing)["accepted"] == 2
    assert slowed(engine)
