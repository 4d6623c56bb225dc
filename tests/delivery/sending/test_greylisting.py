"""A relay that puts everybody off at the first meeting loses nobody, is not taken for one in trouble, and is fast."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import Engine

from composer.delivery.ledger.backoffs import read_backoffs
from composer.delivery.sending.run import End, Run
from tests.support.mailings import count_states, plan, send, until
from tests.support.truth_sink import Sink

PEOPLE = 60
LATER = "450 4.7.1 Too many recipient attempts"


def first_try(reply: str) -> list[str]:
    return [f"rcpt@{number}={reply}" for number in range(1, PEOPLE + 1)]


@pytest.mark.parametrize("reply", [LATER, "451 4.7.1 Greylisting in action", "450 4.2.0 greylisted", "451 try again"])
async def test_everybody_is_accepted_on_the_retry(engine: Engine, sink: Sink, reply: str) -> None:
    mailing, run, begun = plan(engine, PEOPLE, domains=PEOPLE).mailing, Run(), time.time()
    sink.script(*first_try(reply))
    quick = lambda: begun + 200 * (time.time() - begun)  # noqa: E731
    assert await send(engine, mailing, sink.port, run=run, patient=True, clock=quick) is End.DONE
    assert count_states(engine, mailing) == {"accepted": PEOPLE}
    assert (run.breaker, run.stopped, sink.times["rcpt"]) == ("", {}, 2 * PEOPLE)


async def test_an_impatient_run_leaves_everybody_for_later(engine: Engine, sink: Sink) -> None:
    mailing, run = plan(engine, PEOPLE, domains=PEOPLE).mailing, Run()
    sink.script(*first_try(LATER))
    assert await send(engine, mailing, sink.port, run=run) is End.DONE
    assert count_states(engine, mailing) == {"deferred": PEOPLE}
    assert (run.breaker, run.stopped) == ("", {})


@pytest.mark.parametrize("share", [0.2, 0.6])
async def test_a_relay_that_takes_some_and_puts_off_others_is_not_slowed_down_for(
    engine: Engine, sink: Sink, share: float
) -> None:
    people, run = 400, Run()
    mailing = plan(engine, people, domains=people).mailing
    sink.script("rcpt@1=250 2.1.5 ok", f"rcpt@2+%{share}={LATER}")
    assert await send(engine, mailing, sink.port, run=run) is End.DONE
    states = count_states(engine, mailing)
    assert set(states) == {"accepted", "deferred"}
    assert sum(states.values()) == people
    assert sink.times["rcpt"] == people
    assert asked_for_less(engine) == set()


async def test_a_relay_that_takes_nobody_any_more_is_slowed_down_for(engine: Engine, sink: Sink) -> None:
    mailing, run = plan(engine, 400, domains=400).mailing, Run()
    sink.script(f"rcpt@101+={LATER}")
    sending = asyncio.create_task(send(engine, mailing, sink.port, run=run))
    await until(lambda: bool(asked_for_less(engine)))
    run.stop.set()
    await sending
    assert count_states(engine, mailing)["pending"] > 200


def asked_for_less(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(read_backoffs(connection, now=time.time()))
