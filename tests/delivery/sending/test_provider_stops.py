"""A relay that refuses everybody of one provider costs nobody there, and everybody else gets the mail."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from sqlalchemy import Engine, select

from composer.cli.terminal.report import say_report
from composer.database import reading
from composer.database.schema import deliveries
from composer.delivery.ledger.sendable import SendTerms
from composer.delivery.reporting.report import needs_a_person, report_mailing
from composer.delivery.reporting.status import mailing_status
from composer.delivery.sending.run import End, Run
from composer.delivery.states import DeliveryState
from tests.support.mailings import count_doubts, count_states, count_suppressed, plan, route, send
from tests.support.truth_sink import Sink, taken_twice

UNAUTHENTICATED = "550 5.7.26 Your email has been blocked because the sender is unauthenticated"
BLOCKED = "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent: blocked"
GONE = "550 5.1.1 The email account that you tried to reach does not exist"
THIRD = ("gmail.com", "a.example", "b.example")
GMAIL_FIRST = ("gmail.com",) * 40 + ("a.example", "b.example", "c.example", "d.example") * 20


def states_at(engine: Engine, mailing: int, domain: str) -> dict[str, int]:
    there = (deliveries.c.mailing_id == mailing) & deliveries.c.email.endswith(f"@{domain}")
    with reading(engine) as connection:
        return Counter(connection.scalars(select(deliveries.c.state).where(there)))


def stopped(engine: Engine, mailing: int) -> list[tuple[str, int]]:
    with reading(engine) as connection:
        status = mailing_status(connection, mailing, now=int(time.time()))
    assert status.as_json()["stopped_relays"] == []
    return [(one.provider, one.people) for one in status.stopped_providers]


@pytest.mark.parametrize("phase", ["rcpt", "dot"])
@pytest.mark.parametrize("reply", [UNAUTHENTICATED, BLOCKED, GONE, "550 no", "552 mailbox full"])
async def test_a_third_of_the_list_is_refused_in_the_same_words(
    engine: Engine, sink: Sink, reply: str, phase: str
) -> None:
    mailing, run = plan(engine, 120, domains=THIRD).mailing, Run()
    sink.script(f"{phase}/gmail.com={reply}")
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 80, "pending": 40}
    assert states_at(engine, mailing, "gmail.com") == {"pending": 40}
    assert count_suppressed(engine) == count_doubts(engine) == 0
    assert "refuses everybody of gmail" in run.breaker
    assert run.stopped == {}
    assert list(run.stopped_providers) == [(f"127.0.0.1:{sink.port}", "gmail")]
    [(provider, people)] = stopped(engine, mailing)
    assert (provider, people) == ("gmail", run.given_back)
    assert people < 30, "the rest was not offered"

    sink.script(f"{phase}/gmail.com={reply}")
    again = Run()
    assert await send(engine, mailing, sink.port, run=again) is End.BREAKER
    assert 1 <= sink.times["rcpt"] <= 10, "a few ask how it is"
    assert count_states(engine, mailing) == {"accepted": 80, "pending": 40}

    sink.script()
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 120}
    assert stopped(engine, mailing) == []
    assert taken_twice(sink) == []


async def test_a_list_that_begins_with_the_provider(engine: Engine, sink: Sink) -> None:
    mailing, run = plan(engine, 120, domains=GMAIL_FIRST).mailing, Run()
    sink.script(f"rcpt/gmail.com={UNAUTHENTICATED}")
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 80, "pending": 40}
    assert run.stopped == {}


async def test_the_provider_begins_to_refuse_in_the_middle(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 240, domains=THIRD).mailing
    sink.script(f"rcpt@121+/gmail.com={BLOCKED}")
    assert await send(engine, mailing, sink.port) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 200, "pending": 40}


async def test_the_other_relay_carries_the_provider(engine: Engine, sink: Sink, other: Sink) -> None:
    mailing, run = plan(engine, 300, domains=THIRD).mailing, Run()
    sink.script(f"rcpt/gmail.com={UNAUTHENTICATED}")
    routes = [route(sink.port), route(other.port)]
    assert await send(engine, mailing, sink.port, run=run, routes=routes) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 300}
    assert count_suppressed(engine) == 0
    assert list(run.stopped_providers) == [(f"127.0.0.1:{sink.port}", "gmail")]
    assert any(not one["recipient"].endswith("@gmail.com") for one in sink.taken()), "it goes on with the others"
    assert taken_twice(sink, other) == []


async def test_both_relays_refuse_the_provider(engine: Engine, sink: Sink, other: Sink) -> None:
    mailing = plan(engine, 300, domains=THIRD).mailing
    for one in (sink, other):
        one.script(f"rcpt/gmail.com={UNAUTHENTICATED}")
    routes = [route(sink.port), route(other.port)]
    assert await send(engine, mailing, sink.port, routes=routes) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 200, "pending": 100}
    assert len(stopped(engine, mailing)) == 2
    assert taken_twice(sink, other) == []


async def test_two_providers_at_once_under_all_their_domains(engine: Engine, sink: Sink) -> None:
    names = ("gmail.com", "outlook.com", "googlemail.com", "hotmail.fr", "a.example", "b.example", "c.example")
    mailing = plan(engine, 280, domains=names).mailing
    faults = [f"rcpt/{name}={UNAUTHENTICATED}" for name in ("gmail.com", "googlemail.com")]
    sink.script(*faults, *(f"rcpt/{name}={BLOCKED}" for name in ("outlook.com", "hotmail.fr")))
    assert await send(engine, mailing, sink.port) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 120, "pending": 160}
    assert [provider for provider, _ in stopped(engine, mailing)] == ["gmail", "microsoft"]


async def test_a_domain_that_is_refused_in_the_same_words_goes_with_the_provider(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 150, domains=(*THIRD, "hosted.example", "c.example")).mailing
    sink.script(*(f"rcpt/{name}={UNAUTHENTICATED}" for name in ("gmail.com", "hosted.example")))
    assert await send(engine, mailing, sink.port, connections=1) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 90, "pending": 60}


async def test_few_people_of_a_large_provider_who_are_all_refused_for_our_sake(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 40, domains=("gmail.com", *(f"{name}.example" for name in "abcdefghi"))).mailing
    sink.script(f"rcpt/gmail.com={UNAUTHENTICATED}")
    assert await send(engine, mailing, sink.port) is End.BREAKER
    assert count_states(engine, mailing) == {"accepted": 36, "pending": 4}


async def test_few_people_of_a_large_provider_who_are_really_dead(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 40, domains=("gmail.com", *(f"{name}.example" for name in "abcdefghi"))).mailing
    sink.script(f"rcpt/gmail.com={GONE}")
    assert await send(engine, mailing, sink.port) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 36, "refused": 4}
    assert count_suppressed(engine) == 4
    assert count_doubts(engine) == 0


async def test_every_fourth_of_the_provider_is_really_dead(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 240, domains=THIRD).mailing
    sink.script(*(f"rcpt@{number}/gmail.com={GONE}" for number in range(1, 240, 4)))
    assert await send(engine, mailing, sink.port) is End.DONE
    states = count_states(engine, mailing)
    assert states["accepted"] + states["refused"] == 240
    assert 5 < states["refused"] == count_suppressed(engine)
    assert count_doubts(engine) == 0


async def test_a_person_may_say_that_the_relay_is_right_about_the_provider(engine: Engine, sink: Sink) -> None:
    mailing = plan(engine, 120, domains=THIRD).mailing
    sink.script(f"rcpt/gmail.com={GONE}")
    await send(engine, mailing, sink.port)
    assert await send(engine, mailing, sink.port, terms=SendTerms(believes_refusals=True)) is End.DONE
    assert count_states(engine, mailing) == {"accepted": 80, "refused": 40}
    assert count_suppressed(engine) == 40
    assert stopped(engine, mailing) == []


async def test_a_relay_that_refuses_everybody_is_not_taken_for_a_provider(engine: Engine, sink: Sink) -> None:
    mailing, run = plan(engine, 120, domains=GMAIL_FIRST).mailing, Run()
    sink.script(f"rcpt={BLOCKED}")
    assert await send(engine, mailing, sink.port, run=run) is End.BREAKER
    assert count_states(engine, mailing) == {"pending": 120}
    assert list(run.stopped) == [f"127.0.0.1:{sink.port}"]


@pytest.mark.parametrize(
    ("every", "reply", "share"),
    [
        (5, "550 5.7.1 Message content rejected, it looks like spam (id {})", 0.2),
        (10, "554 Message rejected due to content: case {}", 0.1),
        (11, "550 5.7.1 Message content rejected", None),
        (5, "550 5.1.1 user unknown", None),
    ],
)
async def test_a_share_that_is_refused_for_our_sake_is_told(
    engine: Engine, sink: Sink, every: int, reply: str, share: float | None
) -> None:
    mailing = plan(engine, 10 * every, domains=THIRD).mailing
    sink.script(*(f"dot@{number}={reply.format(number)}" for number in range(2, 10 * every, every)))
    assert await send(engine, mailing, sink.port, connections=1) is End.DONE
    with reading(engine) as connection:
        status = mailing_status(connection, mailing, now=int(time.time()))
    assert status.deliveries[DeliveryState.REFUSED] == 10
    found = status.as_json()["refused_about_us"]
    assert (found and found["share"]) == share
    assert needs_a_person(status) is (share is not None)
    if share is not None:
        [(words, people)] = status.refused_about_us.replies if status.refused_about_us else []
        assert (people, words.startswith(reply[:20])) == (10, True)
        with reading(engine) as connection:
            report = say_report(report_mailing(connection, status))
        assert f"10 of {10 * every} ({share:.0%})" in report
        assert words in report
