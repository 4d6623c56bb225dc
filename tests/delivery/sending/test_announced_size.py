"""A relay that announces less than our message has: nobody is refused, and another relay may carry it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from composer.database import open_database
from composer.delivery.sending.run import End, Run
from tests.support.mailings import count_states, make_edition, plan, route, send
from tests.support.truth_sink import Sink, truth_sink


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite only: what a relay announces has nothing to do with the database."""
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


async def test_a_message_that_is_too_big_leaves_everyone_pending(engine: Engine, sink: Sink) -> None:
    sink.extensions = ("PIPELINING", "SIZE 5000")
    mailing = plan(engine, 20, editions={"en": make_edition(size_bytes=9000)}).mailing
    run = Run()
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert "takes messages up to 5,000 bytes" in run.breaker
    assert count_states(engine, mailing) == {"pending": 20}
    assert not any(command.startswith(b"MAIL") for command in sink.commands), "nothing was offered"


async def test_another_relay_carries_it(engine: Engine, sink: Sink, tmp_path: Path) -> None:
    sink.extensions = ("PIPELINING", "SIZE 5000")
    mailing = plan(engine, 20, editions={"en": make_edition(size_bytes=9000)}).mailing
    with truth_sink(tmp_path / "other.jsonl") as other:
        assert await send(engine, mailing, sink.port, routes=[route(sink.port), route(other.port)]) is End.DONE
        assert len(other.taken()) == 20
    assert count_states(engine, mailing) == {"accepted": 20}


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE 00", "SIZE 100000", "SIZE much", f"SIZE {10**30}"])
async def test_no_limit_and_a_large_one_are_no_reason_to_stop(engine: Engine, sink: Sink, size: str) -> None:
    sink.extensions = ("PIPELINING", size)
    mailing = plan(engine, 3, editions={"en": make_edition(size_bytes=9000)}).mailing
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 3}


async def test_a_relay_whose_limit_was_raised_takes_what_is_left(engine: Engine, sink: Sink) -> None:
    sink.extensions = ("PIPELINING", "SIZE 5000")
    mailing = plan(engine, 5, editions={"en": make_edition(size_bytes=9000)}).mailing
    await send(engine, mailing, sink.port)
    sink.extensions = ("PIPELINING", "SIZE 50000")
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 5}
