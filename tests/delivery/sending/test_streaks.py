"""A relay that refuses everybody costs nobody: they are given back, and sent once it is mended, or by another one."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Engine, func, select

from composer.database import reading
from composer.database.schema import attempts, deliveries
from composer.delivery.ledger.sendable import SendTerms
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.sending.run import End, Run
from tests.support.mailings import (
    SITE,
    add_people,
    count_doubts,
    count_states,
    count_suppressed,
    make_edition,
    plan,
    route,
    send,
)
from tests.support.truth_sink import Sink, taken_twice

DEAD = "550 5.1.1 User unknown in local recipient table"


@pytest.mark.parametrize(
    "script",
    [
        f"rcpt={DEAD}",
        "rcpt=550 No such user here",
        "rcpt=550 relay not permitted",
        "rcpt=554 5.7.1 Relay access denied",
        "rcpt=571 delivery not authorized",
        "mail=553 sender address rejected",
        "mail=550 5.1.1 no",
        "data=554 no",
        "dot=552 message size exceeds fixed limit",
        "dot=550 5.1.1 no such user",
    ],
)
async def test_a_relay_that_refuses_everybody_is_stopped_and_costs_nobody(
    engine: Engine, sink: Sink, script: str
) -> None:
    mailing, run = plan(engine, 60, domains=60).mailing, Run()
    sink.script(script)
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert count_states(engine, mailing) == {"pending": 60}
    assert count_suppressed(engine) == count_doubts(engine) == 0
    assert "refuses everybody" in run.breaker
    assert 20 <= run.given_back < 30
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(attempts)) == run.given_back
    sink.script()
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 60}
    assert taken_twice(sink) == []


async def test_a_run_that_finds_it_still_refusing_everybody_asks_with_few(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 60, domains=60).mailing
    sink.script(f"rcpt={DEAD}")
    await send(engine, mailing, sink.port)
    sink.script(f"rcpt={DEAD}")
    run = Run()
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert sink.times["rcpt"] == 10
    assert count_states(engine, mailing) == {"pending": 60}


async def test_the_first_people_may_really_be_dead_when_the_relay_is_well_again(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 60, domains=60).mailing
    sink.script(f"rcpt={DEAD}")
    await send(engine, mailing, sink.port)
    sink.script(f"rcpt@1={DEAD}", f"rcpt@2={DEAD}", f"rcpt@3={DEAD}")
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 60}, "they were tried once more"


async def test_the_other_relay_carries_the_list(engine: Engine, sink: Sink, other: Sink) -> None:
    mailing, run = plan(engine, 200, domains=200).mailing, Run()
    sink.script(f"rcpt={DEAD}")
    routes = [route(sink.port), route(other.port)]
    assert await send(engine, mailing, sink.port, run=run, routes=routes) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 200}
    assert count_suppressed(engine) == 0
    assert list(run.stopped) == [f"127.0.0.1:{sink.port}"]
    assert taken_twice(sink, other) == []


async def test_a_relay_that_begins_to_refuse_everybody_in_the_middle(engine: Engine, sink: Sink) -> None:
    mailing, run = plan(engine, 120, domains=120).mailing, Run()
    sink.script("rcpt@51+=550 5.1.1 quota exhausted: user unknown")
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 50, "pending": 70}
    sink.script()
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 120}
    assert taken_twice(sink) == []


async def test_a_relay_that_refuses_everybody_for_a_moment(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 120, domains=120).mailing
    sink.script(*(f"rcpt@{number}={DEAD}" for number in range(41, 56)))
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 120}
    assert count_suppressed(engine) == 0


async def test_a_relay_of_three_texts(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 90, domains=90).mailing
    texts = [DEAD, "550 5.7.1 go away", "554 rejected"]
    sink.script(*(f"rcpt@{number}={texts[number % 3]}" for number in range(1, 91)))
    assert await send(engine, mailing, sink.port) is End.BREAKER
    assert count_states(engine, mailing) == {"pending": 90}
    assert count_suppressed(engine) == 0


async def test_every_fifth_address_is_really_dead(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 150, domains=150).mailing
    sink.script(*(f"rcpt@{number}={DEAD}" for number in range(3, 151, 5)))
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 120, "refused": 30}
    assert count_suppressed(engine) == 30
    assert count_doubts(engine) == 0


async def test_thirty_former_colleagues_of_one_domain_are_really_gone(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 90).mailing
    sink.script(*(f"rcpt@{number}={DEAD}" for number in range(31, 61)))
    assert await send(engine, mailing, sink.port, connections=1) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 60, "refused": 30}
    assert count_suppressed(engine) == 30


async def test_the_last_ones_of_a_list_are_really_dead(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 40, domains=40).mailing
    sink.script(f"rcpt@38+={DEAD}")
    assert await send(engine, mailing, sink.port, connections=1) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 37, "refused": 3}
    assert count_suppressed(engine) == 3


@pytest.mark.parametrize("people", [2, 3, 12])
async def test_a_small_list_of_which_everybody_is_refused(engine: Engine, sink: Sink, people: int) -> None:
    mailing, run = plan(engine, people).mailing, Run()
    sink.script(f"rcpt={DEAD}")
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert count_states(engine, mailing) == {"pending": people}
    assert count_suppressed(engine) == 0
    sink.script()
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": people}


async def test_a_list_of_one_is_refused_and_suppressed_once_the_relay_takes_something(
    engine: Engine, sink: Sink
) -> None:
    mailing = plan(engine, 1).mailing
    sink.script(f"rcpt={DEAD}")
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"refused": 1}
    assert (count_suppressed(engine), count_doubts(engine)) == (0, 1)
    sink.script()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET email = 'ana@example.org', email_key = 'ana@example.org'")
        list_id = add_people(connection, 4, list_name="others")
    editions = {"en": make_edition(issue="another")}
    another = plan_mailing(engine, editions=editions, lists=[list_id], site=SITE, now=int(time.time()))
    await send(engine, another.mailing, sink.port)
    assert count_suppressed(engine) == 1


async def test_a_person_may_say_that_the_relay_is_right(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 30, domains=30).mailing
    sink.script(f"rcpt={DEAD}")
    await send(engine, mailing, sink.port)
    assert await send(engine, mailing, sink.port, terms=SendTerms(believes_refusals=True)) is End.DONE
    assert count_states(engine, mailing) == {"refused": 30}
    assert count_suppressed(engine) == 30


@pytest.mark.parametrize("reply", ["451 rate limit exceeded", "450 4.7.1 try later"])
async def test_a_rate_limit_brings_nobodys_end_nearer(engine: Engine, sink: Sink, reply: str) -> None:
    mailing = plan(engine, 3).mailing
    sink.script(f"rcpt@1={reply}")
    await send(engine, mailing, sink.port, connections=1)
    with reading(engine) as connection:
        put_off = connection.execute(select(deliveries).where(deliveries.c.state == "deferred")).one()
    assert (put_off.attempts, put_off.uncounted_attempts) == (1, 1)
