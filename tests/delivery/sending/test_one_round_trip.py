"""A worker's next message is announced with the dot of the one before, and every promise holds."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update

from composer.database import open_database, reading
from composer.database.schema import deliveries
from composer.delivery.limits.sending_hours import parse_sending_hours
from composer.delivery.limits.settings import LimitSettings
from composer.delivery.sending.feeder import SENDING_WINDOW
from composer.delivery.sending.run import End, Run
from composer.delivery.states import DeliveryState
from composer.errors import MessageError
from tests.support.mailings import count_states, plan, route, send, until
from tests.support.truth_sink import Sink


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


class Impatient:
    """A relay that answers no dot before it has heard what comes after it, or nothing for a while."""

    def __init__(self) -> None:
        self.behind_the_dot: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readuntil(b"\r\n")
        writer.write(b"250-hello\r\n250 PIPELINING\r\n")
        commands = await reader.readuntil(b"\r\n")
        while not commands.startswith(b"QUIT"):
            while not commands.endswith(b"DATA\r\n"):
                commands += await reader.readuntil(b"\r\n")
            writer.write(b"250 mail\r\n250 rcpt\r\n354 data\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            try:
                commands = await asyncio.wait_for(reader.readuntil(b"\r\n"), 0.2)
            except TimeoutError:
                commands = b""
            self.behind_the_dot.append(commands[:4])
            writer.write(b"250 taken\r\n")
            commands = commands or await reader.readuntil(b"\r\n")
        writer.close()


async def test_each_message_but_the_first_is_announced_behind_a_dot(engine: Engine) -> None:
    relay = Impatient()
    server = await asyncio.start_server(relay.talk, "127.0.0.1", 0)
    mailing = plan(engine, 4).mailing
    assert await send(engine, mailing, server.sockets[0].getsockname()[1], connections=1) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 4}
    assert relay.behind_the_dot == [b"MAIL", b"MAIL", b"MAIL", b""]
    server.close()


class Full:
    """A relay that takes two connections, ever; the first one to bring a message is hung up on with the answer."""

    def __init__(self) -> None:
        self.connections = 0
        self.messages = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.connections > 2:
            writer.write(b"421 too many connections\r\n")
            return writer.close()
        writer.write(b"220 hello\r\n")
        await reader.readuntil(b"\r\n")
        writer.write(b"250-hello\r\n250 PIPELINING\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError):
            while (await reader.readuntil(b"\r\n")).startswith(b"MAIL"):
                await reader.readuntil(b"DATA\r\n")
                writer.write(b"250 mail\r\n250 rcpt\r\n354 data\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.messages += 1
                if self.messages == 1:
                    writer.write(b"250 taken\r\n421 closing\r\n")
                    break
                writer.write(b"250 taken\r\n")
        return writer.close()


async def test_what_was_announced_goes_by_another_worker_if_there_is_no_connection_for_its_own(engine: Engine) -> None:
    relay = Full()
    server = await asyncio.start_server(relay.talk, "127.0.0.1", 0)
    mailing = plan(engine, 6).mailing
    assert await send(engine, mailing, server.sockets[0].getsockname()[1], connections=2) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 6}
    assert relay.messages == 6
    server.close()


class Slow:
    """A relay that answers no dot until it may."""

    def __init__(self) -> None:
        self.messages = 0
        self.is_over = False
        self.may_answer = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readuntil(b"\r\n")
        writer.write(b"250-hello\r\n250 PIPELINING\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"DATA\r\n"):
                writer.write(b"250 mail\r\n250 rcpt\r\n354 data\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.messages += 1
                await self.may_answer.wait()
                writer.write(b"250 taken\r\n")
        self.is_over = True
        writer.close()


class Moody:
    """A relay that wants nothing from us by any connection but its first, whose first dot it does not answer.

    Then that one ends, and it is well.
    """

    def __init__(self) -> None:
        self.refused = 0
        self.is_well = asyncio.Event()
        self._is_first = True

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_first, self._is_first = self._is_first, False
        writer.write(b"220 hello\r\n")
        await reader.readuntil(b"\r\n")
        writer.write(b"250-hello\r\n250 PIPELINING\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError):
            while not (command := await reader.readuntil(b"\r\n")).startswith(b"QUIT"):
                if command.startswith(b"RSET"):
                    writer.write(b"250 reset\r\n")
                    continue
                await reader.readuntil(b"DATA\r\n")
                if not (is_first or self.is_well.is_set()):
                    self.refused += 1
                    writer.write(b"550 5.7.1 no\r\n503 no\r\n503 no\r\n")
                    continue
                writer.write(b"250 mail\r\n250 rcpt\r\n354 data\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                if is_first:
                    await self.is_well.wait()
                    break
                writer.write(b"250 taken\r\n")
        writer.close()


async def test_what_was_announced_goes_by_whoever_finds_out_that_the_relay_is_well(engine: Engine) -> None:
    relay = Moody()
    server = await asyncio.start_server(relay.talk, "127.0.0.1", 0)
    mailing = plan(engine, 22).mailing
    by = replace(route(server.sockets[0].getsockname()[1], connections=2), rest_s=0.05)
    sending = asyncio.create_task(send(engine, mailing, 0, routes=[by], patient=True))
    await until(lambda: relay.refused == 20)
    await asyncio.sleep(0.2)  # the one who is to find out has nothing to ask with: the last message is announced
    relay.is_well.set()
    assert await sending is End.DONE
    assert count_states(engine, mailing) == {"accepted": 21, "unknown": 1}, "what was refused is given back"
    server.close()


async def test_no_more_deliveries_are_offered_on_disk_than_there_are_connections(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 60).mailing
    sink.script("dot@7=451 later", "rcpt@11=550 no", "taken@13=leave", "mail@17=421 closing", "data@23=drop")
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER too_many AFTER UPDATE OF state ON deliveries"
                " WHEN (SELECT count(*) FROM deliveries WHERE state = 'offered') > 3"
                " BEGIN SELECT RAISE(ABORT, 'more than three are offered'); END"
            )
        )
    assert await send(engine, mailing, sink.port, connections=3) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 58, "deferred": 1, "refused": 1}
    assert max(Counter(entry["recipient"] for entry in sink.taken()).values()) == 1


async def test_what_was_announced_when_the_run_is_stopped_stays_pending(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 8).mailing
    sink.script("dot=wait 0.3")
    run = Run()
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=2, run=run))
    await until(lambda: sink.times["dot"] == 2)
    run.stop.set()
    assert await sending is End.STOPPED
    assert count_states(engine, mailing) == {"accepted": 2, "pending": 6}
    with reading(engine) as connection:
        tries = connection.scalars(select(deliveries.c.attempts).where(deliveries.c.state == DeliveryState.PENDING))
        assert set(tries) == {0}
    sink.script()
    assert await send(engine, mailing, sink.port) is End.DONE
    assert max(Counter(entry["recipient"] for entry in sink.taken()).values()) == 1
    assert len(sink.taken()) == 8


@pytest.mark.parametrize(("place", "states"), [(1, {"pending": 2}), (2, {"accepted": 1, "pending": 1})])
async def test_a_message_that_cannot_be_announced_ends_the_run_and_harms_no_other(
    engine: Engine, sink: Sink, place: int, states: dict[str, int]
) -> None:
    mailing = plan(engine, 2).mailing
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == place).values(email="ben@exa mple.org"))
    with pytest.raises(MessageError):
        await send(engine, mailing, sink.port, connections=1)
    assert count_states(engine, mailing) == states


async def test_what_was_announced_waits_when_the_hours_of_sending_end(engine: Engine) -> None:
    relay = Slow()
    server = await asyncio.start_server(relay.talk, "127.0.0.1", 0)
    mailing, run = plan(engine, 2).mailing, Run()
    hour = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    limits = LimitSettings(hours=parse_sending_hours("Mon 08:00-18:00 UTC", setting="it"))
    by = [route(server.sockets[0].getsockname()[1], connections=1)]
    sending = asyncio.create_task(
        send(engine, mailing, 0, routes=by, limits=limits, patient=True, run=run, clock=lambda: hour.timestamp())
    )
    await until(lambda: relay.messages == 1)
    hour = hour.replace(hour=20)
    await until(lambda: run.limit == SENDING_WINDOW)
    relay.may_answer.set()
    await until(lambda: relay.messages == 2 or relay.is_over)
    run.stop.set()
    assert await sending is End.STOPPED
    assert count_states(engine, mailing) == {"accepted": 1, "pending": 1}
    server.close()
