"""Limits kept by a real send, as the relay's own clock and record show."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from composer.database import open_database, reading
from composer.database.schema import deliveries, pace
from composer.delivery.ledger.shared_limits import grant_requests
from composer.delivery.limits.grants import GrantRequest
from composer.delivery.limits.quota import Quota, Rate, Unit
from composer.delivery.reporting.report import NextStep, Step, next_step
from composer.delivery.reporting.status import GoverningLimit, LimitKind, Status, mailing_status
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.pool import Route
from composer.delivery.smtp.relay import Timeouts, parse_relays
from tests.support.mailings import count_states, plan, send, until
from tests.support.pacing import limits, most_in_a_window
from tests.support.truth_sink import Sink, truth_sink


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite only: the quotas themselves are tested on both engines."""
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def sinks(tmp_path: Path) -> Iterator[list[Sink]]:
    """Two relays."""
    with ExitStack() as stack:
        yield [stack.enter_context(truth_sink(tmp_path / f"truth{number}.jsonl")) for number in (1, 2)]


def routes(*urls: str, connections: int = 4) -> Sequence[Route]:
    timeouts = Timeouts()
    return [
        Route(relay, timeouts, connections, lambda failures: 0.02, rest_s=0.3) for relay in parse_relays(" ".join(urls))
    ]


def readdress(engine: Engine, domain: str, *, every: int) -> None:
    """Every such delivery goes to that domain."""
    with engine.begin() as connection:
        for one in connection.scalars(select(deliveries.c.id)).all():
            if one % every == 0:
                address = f"reader{one}@{domain}"
                connection.execute(update(deliveries).where(deliveries.c.id == one).values(email=address))


def recipients(*sinks: Sink) -> Counter[str]:
    return Counter(one["recipient"] for sink in sinks for one in sink.taken())


async def test_a_limit_per_second_is_kept_by_the_relays_clock(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 60).mailing
    run = Run()
    assert await send(engine, mailing, sink.port, limits=limits(rate="40/second"), run=run) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 60}
    assert most_in_a_window(sink.accepted_at, 1.0) <= 40 + 4, "and as many as connections may have been on their way"
    assert most_in_a_window(sink.accepted_at, 0.25) <= 10 + 1 + 4, "evenly: no second begins with all of its forty"


async def test_a_limit_to_one_provider_holds_up_nobody_else(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 40).mailing
    readdress(engine, "gmail.com", every=4)
    run = Run()
    began = time.monotonic()
    sending = asyncio.create_task(send(engine, mailing, sink.port, limits=limits(rate_to="gmail 10/second"), run=run))
    await until(lambda: len(sink.taken()) >= 30)
    assert sum(name.endswith("gmail.com") for name in recipients(sink)) <= 2 + 10 * (time.monotonic() - began)
    await until(lambda: run.limit != "")
    assert run.limit == "10/second to gmail"
    assert await sending is End.DONE
    assert count_states(engine, mailing) == {"accepted": 40}
    assert status_of(engine, mailing).limit is None


async def test_the_status_names_the_limit_and_the_expected_end_while_a_run_goes_on(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 3000).mailing
    run, begun = Run(), time.time()
    sending = asyncio.create_task(send(engine, mailing, sink.port, limits=limits(rate="20/second"), run=run))
    await until(
        lambda: (
            status_of(engine, mailing).limit == GoverningLimit(LimitKind.SETTING, "20/second")
            and len(sink.taken()) >= 30
        )
    )
    expected_end = status_of(engine, mailing).expected_end
    assert expected_end is not None
    as_until_now_s = 3000 * (time.time() - begun) / len(sink.taken())
    assert 140 < expected_end.timestamp() - time.time() < 3 * as_until_now_s, (
        "3,000 at 20 a second, or as slowly as this machine; the first ones count whole seconds"
    )
    run.stop.set()
    await sending
    assert status_of(engine, mailing).limit == GoverningLimit(LimitKind.NOT_RUNNING)


async def test_a_relay_that_holds_its_connections_has_no_expected_end(engine: Engine, sink: Sink) -> None:
    mailing, run = plan(engine, 3000).mailing, Run()
    sink.script("dot@40+=wait 3")
    sending = asyncio.create_task(send(engine, mailing, sink.port, run=run))
    await until(lambda: sink.struck["dot"] > 0 and status_of(engine, mailing).expected_end is not None)
    assert status_of(engine, mailing).silent_s == 0, "it has only just begun"
    later = status_of(engine, mailing, in_s=25)
    assert (later.silent_s >= 22, later.expected_end) == (True, None)
    run.stop.set()
    await sending


async def test_no_more_connections_than_allowed_carry_mail_to_a_provider(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 12).mailing
    readdress(engine, "gmail.com", every=1)
    sink.script("dot=wait 0.05")
    await send(engine, mailing, sink.port, limits=limits(rate_to="gmail 1 connection"), connections=4)
    gaps = [after - before for before, after in zip(sink.accepted_at, sink.accepted_at[1:], strict=False)]
    assert min(gaps) >= 0.04, "one after the other"
    assert count_states(engine, mailing) == {"accepted": 12}


async def test_a_quota_of_the_day_ends_the_run_and_says_when_it_goes_on(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 10).mailing
    run = Run()
    assert await send(engine, mailing, sink.port, limits=limits(rate="7/day"), run=run) is End.LIMIT
    assert count_states(engine, mailing) == {"accepted": 7, "pending": 3}
    assert run.limit == "7/day"
    assert run.resumes_at is not None
    assert 86_000 < run.resumes_at - time.time() < 88_000
    assert await send(engine, mailing, sink.port, limits=limits(rate="7/day")) is End.LIMIT
    assert await send(engine, mailing, sink.port, limits=limits(rate="9/day")) is End.LIMIT
    assert count_states(engine, mailing) == {"accepted": 9, "pending": 1}
    status = status_of(engine, mailing)
    assert status.limit == GoverningLimit(LimitKind.SETTING, "9/day")
    assert status.as_json()["limit"] == "9/day"
    assert status.resumes_at is not None
    assert next_step(status) == NextStep(Step.GO_ON_LATER, status.resumes_at)
    tomorrow = time.time() + 88_000
    assert await send(engine, mailing, sink.port, limits=limits(rate="9/day"), clock=lambda: tomorrow) is End.DONE


async def test_a_provider_whose_day_is_used_up_does_not_stop_the_others(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 1200).mailing
    readdress(engine, "gmail.com", every=2)
    run = Run()
    assert await send(engine, mailing, sink.port, limits=limits(rate_to="gmail 5/day"), run=run) is End.LIMIT
    assert count_states(engine, mailing) == {"accepted": 605, "pending": 595}
    assert run.limit == "5/day to gmail"


async def test_what_was_reserved_and_not_needed_is_given_back(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 10).mailing
    assert await send(engine, mailing, sink.port, limits=limits(rate="1000/day")) is End.DONE
    with engine.begin() as connection:
        (left,) = grant_requests(
            connection,
            [GrantRequest("all mail, per day", Quota(Rate(1000, Unit.DAY)), 1000)],
            sender="",
            now=int(time.time()),
        )
    assert left.count == 990


async def test_limits_are_those_of_the_relay_whichever_mailing_uses_it(engine: Engine, sink: Sink) -> None:
    url = f"smtp://127.0.0.1:{sink.port}?per_hour=1000&warmup=6x2"
    first = plan(engine, 10).mailing
    run = Run()
    assert await send(engine, first, sink.port, routes=routes(url), run=run) is End.LIMIT
    assert count_states(engine, first) == {"accepted": 6, "pending": 4}
    assert run.limit.startswith("warm-up 6x2 by 127.0.0.1")
    tomorrow = time.time() + 86_400
    assert await send(engine, first, sink.port, routes=routes(url), clock=lambda: tomorrow) is End.DONE
    with engine.connect() as connection:
        names = connection.scalars(select(pace.c.name)).all()
    relay = f"by 127.0.0.1:{sink.port}"
    assert set(names) == {f"{relay}, per hour", f"{relay}, warm-up", f"mailing {first}"}


@pytest.mark.parametrize("jump_s", [-86_400, 3600])
async def test_a_clock_that_is_set_meanwhile_stops_nothing_and_exceeds_no_speed(
    engine: Engine, sink: Sink, jump_s: int
) -> None:
    mailing, limit, shift = plan(engine, 150).mailing, limits(rate="100/second 5000/hour"), [0]
    sending = asyncio.create_task(send(engine, mailing, sink.port, limits=limit, clock=lambda: time.time() + shift[0]))
    await until(lambda: len(sink.accepted_at) >= 50)
    shift[0] = jump_s
    assert await sending is End.DONE
    assert count_states(engine, mailing) == {"accepted": 150}
    assert most_in_a_window(sink.accepted_at, 1.0) <= 100 + 4


async def test_outside_its_hours_nothing_is_sent_and_the_opening_is_told(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 3).mailing
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=1)).strftime("%a")
    calendar, run = limits(sending_window=f"{yesterday} 10:00-11:00 UTC"), Run()
    assert await send(engine, mailing, sink.port, limits=calendar, run=run) is End.LIMIT
    assert sink.times["connect"] == 0
    assert run.limit == "sending window"
    assert calendar.hours is not None
    assert run.resumes_at == calendar.hours.opening(time.time())
    opened = run.resumes_at
    assert await send(engine, mailing, sink.port, limits=calendar, clock=lambda: opened) is End.DONE


async def test_a_window_that_closes_ends_the_run_in_order(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 200).mailing
    sink.script("dot=wait 0.05")
    calendar = limits(sending_window="Mon 10:00-11:00 UTC")
    closes = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC).timestamp()

    def clock() -> float:
        return closes - 0.5 if len(sink.accepted_at) < 20 else closes

    assert await send(engine, mailing, sink.port, limits=calendar, clock=clock) is End.LIMIT
    counts = count_states(engine, mailing)
    assert set(counts) == {"accepted", "pending"}
    assert counts["accepted"] == len(sink.taken()) > 0


async def test_a_relay_that_is_down_is_replaced_by_the_other(engine: Engine, sinks: list[Sink]) -> None:
    mailing = plan(engine, 200).mailing
    first, second = sinks
    first.script("mail@40+=421 4.3.2 going down", "connect@5+=drop")
    urls = [f"smtp://127.0.0.1:{sink.port}" for sink in sinks]
    assert await send(engine, mailing, 0, routes=routes(*urls), patient=True) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 200}
    assert recipients(*sinks) == Counter(f"reader{number}@example.org" for number in range(200))
    assert len(first.taken()) < 100 < len(second.taken())


@pytest.mark.parametrize("rate", ["1000/day", "100/second"])
async def test_two_relays_keep_one_limit(engine: Engine, sinks: list[Sink], rate: str) -> None:
    mailing, run = plan(engine, 20).mailing, Run()
    by = routes(*(f"smtp://127.0.0.1:{sink.port}" for sink in sinks))
    assert await send(engine, mailing, 0, routes=by, limits=limits(rate=rate), run=run) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 20}


async def test_a_spare_relay_takes_over_only_when_the_first_is_away(engine: Engine, sinks: list[Sink]) -> None:
    mailing = plan(engine, 50).mailing
    first, spare = sinks
    urls = [f"smtp://127.0.0.1:{first.port}", f"smtp://127.0.0.1:{spare.port}?weight=0"]
    assert await send(engine, mailing, 0, routes=routes(*urls)) is End.DONE
    assert (len(first.taken()), len(spare.taken())) == (50, 0)
    first.script("connect=drop")
    again = plan_more(engine, 50)
    assert await send(engine, again, 0, routes=routes(*urls)) is End.DONE
    assert (len(first.taken()), len(spare.taken())) == (50, 50)


async def test_shares_follow_the_weights(engine: Engine, sinks: list[Sink]) -> None:
    mailing = plan(engine, 400).mailing
    urls = [f"smtp://127.0.0.1:{sinks[0].port}?weight=3", f"smtp://127.0.0.1:{sinks[1].port}"]
    assert await send(engine, mailing, 0, routes=routes(*urls)) is End.DONE
    assert [len(sink.taken()) for sink in sinks] == [300, 100]


async def test_when_every_relay_is_away_the_run_ends_and_consumes_nobody(engine: Engine, sinks: list[Sink]) -> None:
    mailing = plan(engine, 20).mailing
    for sink in sinks:
        sink.script("connect=drop")
    run = Run()
    urls = [f"smtp://127.0.0.1:{sink.port}" for sink in sinks]
    assert await send(engine, mailing, 0, routes=routes(*urls), run=run) is End.BREAKER
    assert run.breaker
    assert count_states(engine, mailing) == {"pending": 20}


async def test_mail_from_a_domain_goes_by_its_relay_only(engine: Engine, sinks: list[Sink]) -> None:
    mailing = plan(engine, 20).mailing
    urls = [f"smtp://127.0.0.1:{sinks[0].port}", f"smtp://127.0.0.1:{sinks[1].port}?from=network.example.org"]
    assert await send(engine, mailing, 0, routes=routes(*urls)) is End.DONE
    assert [len(sink.taken()) for sink in sinks] == [0, 20]


async def test_a_relay_that_asks_for_less_is_given_less(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 60).mailing
    sink.script("dot@5=451 4.7.650 slow down", "dot=wait 0.01")
    run = Run()
    sending = asyncio.create_task(send(engine, mailing, sink.port, connections=2, run=run))
    await until(lambda: run.limit.startswith("slowed to"))
    assert "/second" in run.limit
    run.stop.set()
    await sending
    assert count_states(engine, mailing)["deferred"] == 1


async def test_a_breaker_that_opened_by_refusals_consumes_nobody_more(engine: Engine, sinks: list[Sink]) -> None:
    mailing = plan(engine, 200).mailing
    first, second = sinks
    first.script("dot=550 5.7.1 your reputation is bad")
    urls = [f"smtp://127.0.0.1:{sink.port}" for sink in sinks]
    assert await send(engine, mailing, 0, routes=routes(*urls)) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 200}, "whom the first has refused is carried by the other"
    assert len(second.taken()) == 200


async def test_a_relay_that_is_well_again_is_found_out_and_nobody_is_left_refused(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 100).mailing
    sink.script("dot=550 5.7.1 your reputation is bad")
    urls = routes(f"smtp://127.0.0.1:{sink.port}")
    sending = asyncio.create_task(send(engine, mailing, 0, routes=urls, patient=True))
    await until(lambda: sink.times["dot"] >= 20 and not count_states(engine, mailing).get("refused"))
    sink.script()
    assert await sending is End.DONE
    assert count_states(engine, mailing) == {"accepted": 100}
    assert len(sink.taken()) == 100


def status_of(engine: Engine, mailing: int, *, in_s: int = 0) -> Status:
    with reading(engine) as connection:
        return mailing_status(connection, mailing, now=int(time.time()) + in_s)


def plan_more(engine: Engine, count: int) -> int:
    """The same people once more."""
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(state="pending"))
        mailing: int = connection.scalars(select(deliveries.c.mailing_id).limit(1)).one()
    return mailing
