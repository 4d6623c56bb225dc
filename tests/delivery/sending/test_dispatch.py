"""A mailing sent to a real SMTP server that misbehaves at every step, and the records it leaves."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, update

from composer.audience import find_suppressions, unsubscribe
from composer.database import open_database, reading
from composer.database.schema import deliveries, leases, subscribers, subscriptions
from composer.delivery.ledger.ledger import hold_ledger
from composer.delivery.reporting.status import mailing_status
from composer.delivery.sending.run import End, Run
from composer.errors import DatabaseError, LeaseLost
from tests.support.hanging import HANGS_S
from tests.support.mailings import NOW, count_states, holder, make_edition, plan, send, until
from tests.support.truth_sink import Sink


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite only: what the ledger does on PostgreSQL is tested with the ledger."""
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


def rows(engine: Engine, mailing: int) -> list[dict[str, object]]:
    with reading(engine) as connection:
        found = connection.execute(select(deliveries).where(deliveries.c.mailing_id == mailing).order_by("id"))
        return [dict(row._mapping) for row in found]


async def test_everyone_gets_their_own_message_once(engine: Engine, sink: Sink) -> None:
    editions = {"en": make_edition("en"), "fr": make_edition("fr", title="Nouvelles")}
    mailing = plan(engine, 60, editions=editions).mailing
    run = Run()
    assert await send(engine, mailing, sink.port, run=run) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 60} == dict(run.counts)
    taken = sink.taken()
    assert sorted(one["recipient"] for one in taken) == sorted(f"reader{number}@example.org" for number in range(60))
    assert len({one["message_id"] for one in taken}) == 60
    assert sum(b"Content-Language: fr" in message for message in sink.messages) == 30
    assert any(command.startswith(b"MAIL FROM:<news@network.example.org>") for command in sink.commands)


@pytest.mark.parametrize("left", [500, 1200])
@pytest.mark.parametrize("patient", [False, True])
async def test_pages_that_everybody_has_left_do_not_end_the_run(
    engine: Engine, sink: Sink, left: int, patient: bool
) -> None:
    mailing = plan(engine, left + 30).mailing
    with engine.begin() as connection:
        connection.execute(
            update(subscriptions).where(subscriptions.c.subscriber_id <= left).values(status="unsubscribed")
        )
    assert await send(engine, mailing, sink.port, patient=patient) is End.DONE
    assert count_states(engine, mailing) == {"suppressed": left, "accepted": 30}


async def test_what_the_relay_said_is_recorded(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 1).mailing
    sink.script("dot=250 2.6.0 queued as ABC123")
    await send(engine, mailing, sink.port)
    (row,) = rows(engine, mailing)
    assert (row["relay"], row["phase"], row["code"]) == (f"127.0.0.1:{sink.port}", "dot", 250)
    assert (row["enhanced"], row["text"]) == ("2.6.0", "queued as ABC123")


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(("digit", "state"), [("4", "deferred"), ("5", "refused")])
async def test_the_first_digit_decides_at_every_step(
    engine: Engine, sink: Sink, phase: str, digit: str, state: str
) -> None:
    mailing = plan(engine, 4).mailing
    sink.script(f"{phase}@1={digit}50 {digit}.2.0 no")  # the first on its connection, which is not to blame then
    await send(engine, mailing, sink.port, connections=1)
    assert count_states(engine, mailing) == {"accepted": 3, state: 1}
    assert len(sink.taken()) == 3
    assert [row["phase"] for row in rows(engine, mailing) if row["state"] == state] == [phase]


async def test_a_cut_in_the_body_is_repaired_unless_the_dot_was_on_its_way(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 5).mailing
    sink.script("body@2=drop")
    await send(engine, mailing, sink.port, connections=2)
    await send(engine, mailing, sink.port, connections=2)
    # A short body and its dot may both be with the system before the relay hangs up.
    assert count_states(engine, mailing) in ({"accepted": 5}, {"accepted": 4, "unknown": 1})
    copies = Counter(one["recipient"] for one in sink.taken())
    assert set(copies.values()) == {1}
    assert len(copies) == count_states(engine, mailing)["accepted"]


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
async def test_a_cut_before_the_dot_is_repaired_in_the_same_run(engine: Engine, sink: Sink, phase: str) -> None:
    mailing = plan(engine, 5).mailing
    sink.script(f"{phase}@2=drop")
    assert await send(engine, mailing, sink.port, connections=2) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 5}
    assert max(Counter(one["recipient"] for one in sink.taken()).values()) == 1
    tries = sorted(int(str(row["attempts"])) for row in rows(engine, mailing))
    assert tries in ([1, 1, 1, 1, 2], [1, 1, 1, 1, 1])  # a cut costs nothing, but to the first of a connection


@pytest.mark.parametrize("phase", ["dot", "taken"])
@pytest.mark.parametrize("action", ["drop", "garbage"])
async def test_silence_after_the_dot_is_unknown_and_never_resent(
    engine: Engine, sink: Sink, phase: str, action: str
) -> None:
    mailing = plan(engine, 5).mailing
    sink.script(f"{phase}@2={action}")
    await send(engine, mailing, sink.port, connections=2)
    await send(engine, mailing, sink.port, connections=2)
    assert count_states(engine, mailing) == {"accepted": 4, "unknown": 1}
    copies = Counter(one["recipient"] for one in sink.taken())
    assert max(copies.values()) == 1
    assert len(copies) == (5 if phase == "taken" else 4)


async def test_an_answer_that_comes_too_late_is_unknown(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 2).mailing
    sink.script("taken@1=wait 1")
    await send(engine, mailing, sink.port, connections=1, dot_s=0.2)
    assert count_states(engine, mailing) == {"accepted": 1, "unknown": 1}
    assert len(sink.taken()) == 2


async def test_any_2xx_after_the_dot_is_an_acceptance(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 1).mailing
    sink.script("dot=252 cannot verify, but will try")
    await send(engine, mailing, sink.port)
    assert count_states(engine, mailing) == {"accepted": 1}


async def test_a_dead_address_is_suppressed_and_others_are_not(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 3).mailing
    sink.script("rcpt@1=550 5.1.1 no such user", "rcpt@2=550 5.7.1 we do not like you")
    await send(engine, mailing, sink.port, connections=1)
    assert count_states(engine, mailing) == {"accepted": 1, "refused": 2}
    with engine.connect() as connection:
        assert [found.email for found in find_suppressions(connection)] == ["reader0@example.org"]


async def test_someone_who_leaves_between_plan_and_send_is_left_out(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 3).mailing
    with engine.begin() as connection:
        someone = connection.scalars(select(subscribers.c.id)).first()
        assert someone is not None
        unsubscribe(connection, subscriber=someone, lists=None, source="one-click", now=NOW)
    await send(engine, mailing, sink.port)
    assert count_states(engine, mailing) == {"accepted": 2, "suppressed": 1}
    assert "reader0@example.org" not in {one["recipient"] for one in sink.taken()}


async def test_someone_who_leaves_while_their_message_is_on_its_way_never_gets_it(engine: Engine, sink: Sink) -> None:
    """The relay is slow to take the recipients; meanwhile everybody leaves. No dot may follow."""
    mailing = plan(engine, 12).mailing
    sink.script("connect=wait 0.3")
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=2))
    await until(lambda: sink.times["connect"] > 0)
    with engine.begin() as connection:
        for someone in connection.scalars(select(subscribers.c.id)).all():
            unsubscribe(connection, subscriber=someone, lists=None, source="one-click", now=NOW)
    assert await sending is End.DONE
    assert count_states(engine, mailing) == {"suppressed": 12}
    assert sink.taken() == []


async def test_a_relay_that_is_away_opens_the_breaker_and_consumes_nobody(engine: Engine) -> None:
    mailing = plan(engine, 10).mailing
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        run = Run()
        assert await send(engine, mailing, nobody.getsockname()[1], run=run) is End.BREAKER
    assert "127.0.0.1" in run.breaker
    assert count_states(engine, mailing) == {"pending": 10}


async def test_a_relay_that_comes_back_in_time_is_used(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 6).mailing
    sink.script("connect@1=drop", "connect@2=drop", "connect@3=554 go away")
    assert await send(engine, mailing, sink.port, connections=2) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 6}


async def test_a_refused_password_is_tried_once(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 10).mailing
    sink.script("auth=535 5.7.8 wrong password")
    run = Run()
    assert await send(engine, mailing, sink.port, login="user:secret@", connections=4, run=run) is End.BREAKER
    assert "535" in run.breaker
    assert "secret" not in run.breaker
    assert sink.times["auth"] == 1
    assert count_states(engine, mailing) == {"pending": 10}


async def test_a_relay_that_allows_few_connections_is_used_with_few(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 40).mailing
    sink.script("connect@3+=421 4.3.2 too many connections", "dot=wait 0.01")
    assert await send(engine, mailing, sink.port, connections=5) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 40}


async def test_a_relay_that_takes_few_connections_and_long_to_answer_is_not_given_up(
    engine: Engine, sink: Sink
) -> None:
    mailing = plan(engine, 6).mailing
    sink.script("connect@3+=421 4.3.2 too many connections", "dot=wait 0.6")
    assert await send(engine, mailing, sink.port, connections=5) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 6}


async def test_a_relay_that_refuses_us_is_not_asked_for_the_whole_list(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 100).mailing
    sink.script("dot=550 5.7.1 your reputation is bad")
    run = Run()
    assert await send(engine, mailing, sink.port, connections=4, run=run) is End.BREAKER
    assert "550 5.7.1 your reputation is bad" in run.breaker
    # The ledger rules on what is on disk; meanwhile each connection may have answers on their way to it.
    assert 20 <= run.given_back <= 50
    assert count_states(engine, mailing) == {"pending": 100}


async def test_a_relay_that_answers_for_no_message_is_given_up_before_all_are_unknown(
    engine: Engine, sink: Sink
) -> None:
    mailing, run = plan(engine, 60).mailing, Run()
    sink.script("dot=drop")
    assert await send(engine, mailing, sink.port, connections=4, run=run) is End.BREAKER
    assert 20 <= count_states(engine, mailing)["unknown"] < 24
    assert "20 messages in a row were not answered for" in run.breaker


async def test_a_run_that_is_stopped_finishes_what_is_open_and_can_go_on(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 50).mailing
    sink.script("dot=wait 0.02")
    run = Run()
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=3, run=run))
    await until(lambda: len(sink.taken()) >= 10)
    run.stop.set()
    assert await sending is End.STOPPED
    counts = count_states(engine, mailing)
    assert set(counts) == {"accepted", "pending"}
    assert counts["accepted"] == len(sink.taken())
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 50}
    assert len(sink.taken()) == 50


async def test_a_sender_that_loses_its_lease_stops(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 60).mailing
    sink.script("dot=wait 0.02")
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=3))
    await until(lambda: len(sink.taken()) >= 5)
    with engine.begin() as connection:
        connection.execute(update(leases).values(expires_at=0))
    with hold_ledger(engine, mailing=mailing, holder=holder("second"), clock=time.time):
        with pytest.raises(LeaseLost):
            await sending
        counts = count_states(engine, mailing)
        assert set(counts) <= {"accepted", "pending", "unknown"}
        assert counts.get("unknown", 0) <= 3
    assert await send(engine, mailing, sink.port) is End.DONE
    copies = Counter(one["recipient"] for one in sink.taken())
    assert max(copies.values()) == 1
    settled = count_states(engine, mailing)
    assert settled["accepted"] + settled.get("unknown", 0) == 60
    assert settled["accepted"] <= len(copies) <= 60


async def test_when_the_database_cannot_be_written_no_dot_leaves_and_what_is_open_becomes_unknown(
    engine: Engine, sink: Sink
) -> None:
    mailing = plan(engine, 60).mailing
    engine.dispose()
    event.listen(engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout = 50"))
    sink.script("dot=wait 0.02")
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=3))
    await until(lambda: len(sink.taken()) >= 5)
    with closing(sqlite3.connect(str(engine.url.database), timeout=HANGS_S)) as another:
        another.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="lock"):
            await sending
        known = {str(row["email"]) for row in rows(engine, mailing) if row["state"] in ("accepted", "offered")}
        assert {one["recipient"] for one in sink.taken()} <= known
    with engine.begin() as connection:  # half a minute later
        connection.execute(update(leases).values(expires_at=0))
    assert await send(engine, mailing, sink.port) is End.DONE
    counts = count_states(engine, mailing)
    assert counts["accepted"] + counts["unknown"] == 60
    assert 1 <= counts["unknown"] <= 3
    assert max(Counter(one["recipient"] for one in sink.taken()).values()) == 1


async def test_a_retry_is_the_same_bytes(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 1).mailing
    sink.script("dot@1=451 4.2.0 later")
    await send(engine, mailing, sink.port)
    first = sink.messages
    assert count_states(engine, mailing) == {"deferred": 1}
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(next_attempt_at=int(time.time()) + 1))
        connection.execute(update(subscribers).values(first_name="Renamed"))
    assert first == []
    sink.script("taken@1=drop")
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"unknown": 1}
    assert b"News for Ana 0" in sink.messages[0]


async def test_a_patient_run_stays_until_the_retry_is_due(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 3).mailing
    sink.script("dot@2=451 4.2.0 later")
    passed = [0]
    sending = asyncio.create_task(send(engine, mailing, sink.port, patient=True, clock=lambda: time.time() + passed[0]))
    await until(lambda: count_states(engine, mailing) == {"accepted": 2, "deferred": 1})
    assert not sending.done()
    passed[0] = 300
    assert await sending is End.DONE
    assert count_states(engine, mailing) == {"accepted": 3}


async def test_the_status_adds_up_while_a_run_goes_on(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 40).mailing
    sink.script("dot=wait 0.02", "rcpt@3=550 5.1.1 no")
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=3))
    seen = set()
    while not sending.done():
        with engine.connect() as connection:
            status = mailing_status(connection, mailing, now=int(time.time()))
        assert status.is_balanced
        seen.add(status.state)
        await asyncio.sleep(0.02)
    assert "sending" in seen
    with engine.connect() as connection:
        status = mailing_status(connection, mailing, now=int(time.time()))
    assert status.is_finished
    assert status.as_json()["deliveries"]["refused"] == 1
