"""A test of subjects from the plan to the last of the rest, on both databases, against a real SMTP server."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from composer.audience import unsubscribe
from composer.cli.terminal.report import say_report
from composer.database import open_database, reading
from composer.database.schema import deliveries, mailings
from composer.delivery.editions import load_message
from composer.delivery.ledger.approval import approve_mailing
from composer.delivery.ledger.sendable import SendTerms
from composer.delivery.mailing import find_mailing, mailings_with_work
from composer.delivery.operating.choose_subject import SubjectChoice, choose_winner
from composer.delivery.operating.decisions import decide_mailing, retry_deliveries
from composer.delivery.planning.dry_run import dry_run_mailing
from composer.delivery.planning.plan import Plan, plan_mailing
from composer.delivery.planning.sample import PlannedSubjectTest
from composer.delivery.reporting.records import delivery_records
from composer.delivery.reporting.report import report_mailing
from composer.delivery.reporting.status import GoverningLimit, LimitKind, Status, mailing_status
from composer.delivery.reporting.subject_results import likely_range
from composer.delivery.sending import feeder
from composer.delivery.sending.run import End
from composer.delivery.states import DeliveryState, MailingEvent
from composer.edition import fill
from composer.edition.model import Context, Edition, Slot
from composer.errors import MailingError, StateError
from composer.issue.subject_trial import SubjectTest
from tests.support.databases import Cluster
from tests.support.mailings import NOW, SITE, add_people, count_states, make_edition, plan, send, until
from tests.support.truth_sink import Sink

CITY = Slot("subscriber.last_name", Context.HEADER, (("default", ("you",)),))


def subject_test(sample: str = "20%", *, languages: tuple[str, ...] = ("en",)) -> PlannedSubjectTest:
    """Two subjects; B reads a field that no other text of the edition does."""
    others = {language: make_edition(language, subject=(f"Better {language} for ", CITY)) for language in languages}
    return PlannedSubjectTest({"B": others}, dict.fromkeys(languages, SubjectTest(subjects=("Better",), sample=sample)))


def plan_test(engine: Engine, people: int = 20, **options: Any) -> Plan:
    return plan(engine, people, subject_test=subject_test(), **options)


def choose(engine: Engine, mailing: int, variant: str = "B", **options: Any) -> SubjectChoice:
    with engine.begin() as connection:
        return choose_winner(connection, mailing, variant, by="Ana", now=NOW, **options)


def status_of(engine: Engine, mailing: int) -> Status:
    with reading(engine) as connection:
        return mailing_status(connection, mailing, now=NOW)


def subjects(sink: Sink) -> Counter[str]:
    """How often each came, without the name in it."""
    read = (email.message_from_bytes(data, policy=email.policy.default)["Subject"] for data in sink.messages)
    return Counter(re.sub(r" for .*", "", subject) for subject in read)


def drawn(engine: Engine, mailing: int) -> Mapping[int, str | None]:
    with reading(engine) as connection:
        query = select(deliveries.c.subscriber_id, deliveries.c.variant).where(deliveries.c.mailing_id == mailing)
        return dict(connection.execute(query).all())


# The plan


def test_the_plan_says_who_gets_what_and_who_waits(engine: Engine) -> None:
    planned = plan_test(engine)
    assert planned.planned == 20
    assert planned.as_json()["subject_test"] == {"en": {"A": 2, "B": 2, "held": 16}}
    assert count_states(engine, planned.mailing) == {"pending": 4, "held": 16}
    assert Counter(drawn(engine, planned.mailing).values()) == {"A": 2, "B": 2, None: 16}


def test_a_plan_that_is_made_again_draws_the_same_people(engine: Engine) -> None:
    first = plan_test(engine)
    again = plan_mailing(
        engine, editions={"en": make_edition()}, lists=[1], site=SITE, now=NOW, subject_test=subject_test(), again=True
    )
    assert again.digest == first.digest
    assert drawn(engine, again.mailing) == drawn(engine, first.mailing)


@pytest.mark.parametrize(
    "other",
    [subject_test("40%"), PlannedSubjectTest({"B": {"en": make_edition(subject=("Worse",))}}, subject_test().tests)],
)
def test_the_digest_covers_every_subject_and_who_is_drawn(engine: Engine, other: PlannedSubjectTest) -> None:
    first = plan_test(engine)
    again = plan_mailing(engine, editions={"en": make_edition()}, lists=[1], site=SITE, now=NOW, subject_test=other)
    assert again.digest != first.digest


def test_everyone_keeps_the_values_that_any_subject_reads(engine: Engine) -> None:
    mailing = plan_test(engine).mailing
    with reading(engine) as connection:
        kept = connection.scalars(select(deliveries.c.fields).where(deliveries.c.mailing_id == mailing)).all()
    assert all(fields["last_name"] == "Petrescu" for fields in kept)


def test_each_language_has_a_sample_of_its_own(engine: Engine) -> None:
    editions: dict[str, Edition] = {language: make_edition(language) for language in ("en", "fr")}
    planned = plan(engine, 40, editions=editions, subject_test=subject_test(languages=("en", "fr")))
    assert planned.sample == {language: {"A": 2, "B": 2, "held": 16} for language in ("en", "fr")}


def test_a_sample_of_more_than_there_are_plans_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        list_id = add_people(connection, 5)
    with pytest.raises(MailingError, match="asks for 500 readers of 'en', and there are 5"):
        plan_mailing(
            engine,
            editions={"en": make_edition()},
            lists=[list_id],
            site=SITE,
            now=NOW,
            subject_test=subject_test("500"),
        )
    with reading(engine) as connection:
        assert connection.scalar(select(mailings.c.id)) is None


# The sample, the choice, the rest


async def test_the_sample_goes_then_the_rest_with_the_winner(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    assert await send(engine, mailing, sink.port) is End.DONE
    assert subjects(sink) == {"News": 2, "Better en": 2}
    sampled = status_of(engine, mailing)
    assert (sampled.state, sampled.limit, sampled.is_finished, sampled.to_send) == (
        "sampled",
        GoverningLimit(LimitKind.WINNER),
        False,
        0,
    )

    assert choose(engine, mailing) == SubjectChoice("B", held=16)
    assert status_of(engine, mailing).to_send == 16
    assert await send(engine, mailing, sink.port) is End.DONE
    assert subjects(sink) == {"News": 2, "Better en": 18}
    assert len({one["recipient"] for one in sink.taken()}) == len(sink.taken()) == 20
    done = status_of(engine, mailing)
    assert (done.state, done.is_finished, done.deliveries[DeliveryState.ACCEPTED]) == ("finished", True, 20)


async def test_nothing_more_goes_until_somebody_chooses(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    for _ in range(2):
        await send(engine, mailing, sink.port)
    assert count_states(engine, mailing) == {"accepted": 4, "held": 16}
    with reading(engine) as connection:
        assert mailings_with_work(connection, now=NOW) == []
    choose(engine, mailing)
    with reading(engine) as connection:
        assert mailings_with_work(connection, now=NOW) == [mailing]


async def test_the_choice_leaves_the_rows_of_the_rest_alone(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    await send(engine, mailing, sink.port)
    choose(engine, mailing)
    assert count_states(engine, mailing) == {"accepted": 4, "held": 16}
    await send(engine, mailing, sink.port)
    assert Counter(drawn(engine, mailing).values()) == {"A": 2, "B": 2, None: 16}
    with reading(engine) as connection:
        assert Counter(record.variant for record in delivery_records(connection, mailing)) == {"A": 2, "B": 18}
        assert len(list(delivery_records(connection, mailing, variant="A"))) == 2


async def test_with_an_early_choice_the_sample_and_the_rest_go_in_one_run(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    with pytest.raises(StateError, match="is planned, so there is nothing to choose"):
        choose(engine, mailing)
    with engine.begin() as connection:
        decide_mailing(connection, mailing, MailingEvent.SEND, now=NOW)
    with pytest.raises(StateError, match=r"4 of the sample of mailing \d+ are still to be sent"):
        choose(engine, mailing)
    choose(engine, mailing, "A", early=True)
    assert await send(engine, mailing, sink.port) is End.DONE
    assert subjects(sink) == {"News": 18, "Better en": 2}


async def test_senders_that_share_a_mailing_see_the_choice_while_they_send(
    postgresql: Cluster, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, "PAGE", 10)  # so that each of them gets some
    url = postgresql.create_migrated()
    engine = open_database(url)
    mailing = plan(engine, 300, subject_test=subject_test("40%")).mailing
    sink.script("dot=wait 0.005")
    sending = asyncio.gather(*(send(engine, mailing, sink.port, connections=2) for _ in range(3)))
    await until(lambda: len(sink.taken()) > 30)
    await asyncio.to_thread(choose, engine, mailing, early=True)
    assert set(await sending) == {End.DONE}
    assert count_states(engine, mailing) == {"accepted": 300}
    assert len({one["recipient"] for one in sink.taken()}) == len(sink.taken()) == 300
    assert subjects(sink) == {"News": 60, "Better en": 240}
    engine.dispose()
    postgresql.drop(url)


async def test_a_winner_is_chosen_once_and_only_of_what_was_tried(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    await send(engine, mailing, sink.port)
    with pytest.raises(MailingError, match="has no subject 'C'; there are A, B"):
        choose(engine, mailing, "C")
    choose(engine, mailing, "A")
    with pytest.raises(StateError, match=r"Ana has chosen A for mailing \d+ on .*; that stays"):
        choose(engine, mailing, "B")


def test_without_a_test_there_is_nothing_to_choose(engine: Engine) -> None:
    with pytest.raises(MailingError, match="has one subject, so there is nothing to choose"):
        choose(engine, plan(engine, 3).mailing)


async def test_a_retry_of_the_rest_has_the_winner_and_the_same_bytes(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    await send(engine, mailing, sink.port)
    choose(engine, mailing)
    sink.script("dot@1=550 5.7.1 not now")
    await send(engine, mailing, sink.port, connections=1)
    assert count_states(engine, mailing) == {"accepted": 19, "refused": 1}
    with engine.begin() as connection:
        retry_deliveries(connection, mailing, state=DeliveryState.REFUSED, note="again", now=NOW)
    await send(engine, mailing, sink.port)
    assert subjects(sink)["Better en"] >= 18
    assert count_states(engine, mailing) == {"accepted": 20}


async def test_whoever_leaves_while_they_wait_gets_nothing(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    await send(engine, mailing, sink.port)
    left = next(person for person, variant in drawn(engine, mailing).items() if variant is None)
    with engine.begin() as connection:
        unsubscribe(connection, subscriber=left, lists=[1], source="page, mailing 99", now=NOW)
    choose(engine, mailing)
    await send(engine, mailing, sink.port)
    assert count_states(engine, mailing) == {"accepted": 19, "suppressed": 1}


async def test_an_approval_covers_whichever_is_chosen(engine: Engine, sink: Sink) -> None:
    mailing, terms = plan_test(engine).mailing, SendTerms(approved_for=SITE.url)
    with pytest.raises(StateError, match="has not been approved"):
        await send(engine, mailing, sink.port, terms=terms)
    with engine.begin() as connection:
        approve_mailing(connection, mailing, name="Bo", site_url=SITE.url, now=NOW)
    await send(engine, mailing, sink.port, terms=terms)
    choose(engine, mailing)
    await send(engine, mailing, sink.port, terms=terms)
    assert count_states(engine, mailing) == {"accepted": 20}


async def test_a_cancelled_test_sends_no_rest(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    await send(engine, mailing, sink.port)
    with engine.begin() as connection:
        decide_mailing(connection, mailing, MailingEvent.CANCEL, now=NOW)
    with pytest.raises(StateError, match="is cancelled, so there is nothing to choose"):
        choose(engine, mailing)
    assert status_of(engine, mailing).is_balanced


# What is told


async def test_a_link_shows_the_subject_that_its_reader_got(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    await send(engine, mailing, sink.port)
    choose(engine, mailing)
    found: Counter[tuple[str | None, str]] = Counter()
    for person, variant in drawn(engine, mailing).items():
        with reading(engine) as connection:
            edition, _ = load_message(connection, mailing=mailing, subscriber=person)
        found[variant, fill(edition.subject, {}).partition(" for ")[0]] += 1
    assert found == {("A", "News"): 2, ("B", "Better en"): 2, (None, "Better en"): 16}


async def test_the_report_counts_each_subject_and_claims_no_more(engine: Engine, sink: Sink) -> None:
    mailing = plan_test(engine).mailing
    sink.script("dot@1=550 5.1.1 nobody here")
    await send(engine, mailing, sink.port, connections=1)
    left = next(person for person, variant in drawn(engine, mailing).items() if variant == "B")
    with engine.begin() as connection:
        unsubscribe(connection, subscriber=left, lists=[1], source=f"one-click, mailing {mailing}", now=NOW)
    status = status_of(engine, mailing)
    sample = status.as_json()["sample"]
    assert {name: one["people"] for name, one in sample.items()} == {"A": 2, "B": 2}
    assert sum(one["accepted"] for one in sample.values()) == 3
    assert sum(one["refused"] for one in sample.values()) == 1
    assert (sample["A"]["left"], sample["B"]["left"]) == (0, 1)
    with reading(engine) as connection:
        words = say_report(report_mailing(connection, status))
    assert "A  News for you" in words
    assert "1 left since" in words
    assert "the numbers do not tell the subjects apart. Opens are not measured." in words
    assert f"16 people wait for the winner: newsletter choose {mailing} A|B" in words


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 100, 0.0, 0.037), (3, 1000, 0.001, 0.0088), (50, 100, 0.404, 0.596)]
)
def test_a_share_is_told_with_the_range_that_so_few_people_allow(count: int, of: int, low: float, high: float) -> None:
    assert likely_range(count, of) == pytest.approx((low, high), abs=5e-4)


def test_a_rehearsal_writes_each_subject_to_a_folder_of_its_own(engine: Engine, tmp_path: Path) -> None:
    mailing = plan_test(engine).mailing
    with reading(engine) as connection:
        written = dry_run_mailing(connection, find_mailing(connection, mailing), tmp_path, site=SITE)
    assert written == 4
    assert [len(list((tmp_path / folder).iterdir())) for folder in ("en", "en-B")] == [2, 2]
