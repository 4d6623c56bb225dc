"""A mailing carries on from what readers' calendars have: sequence numbers and cancellations, from stored editions."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from composer.database import reading
from composer.database.schema import mailing_editions, mailings
from composer.delivery.editions import load_edition
from composer.delivery.planning.calendar_history import follow_sent
from composer.delivery.planning.plan import Plan, plan_mailing
from composer.delivery.states import MailingState
from composer.edition import Edition
from tests.support.editions import build
from tests.support.mailings import NOW, SITE, add_people

ENTRIES = {
    "webinar": 'date: 2020-04-03, title: Webinar, link: {label: More, url: "https://example.org/w"}',
    "moved": 'date: 2020-04-17, title: Webinar, link: {label: More, url: "https://example.org/w"}',
    "talk": "date: 2020-04-04, title: A talk",
}


def edition(folder: Path, *entries: str) -> Edition:
    lines = "\n".join(f"    - {{{ENTRIES[entry]}}}" for entry in entries)
    return build(folder, f"- block: agenda\n  title: Dates\n  entries:\n{lines}")


@pytest.fixture
def members(engine: Engine) -> int:
    with engine.begin() as connection:
        return add_people(connection, 2)


def planned(engine: Engine, members: int, one: Edition) -> Plan:
    return plan_mailing(engine, editions={"en": one}, lists=[members], site=SITE, now=NOW, again=True)


def mark_sent(engine: Engine, plan: Plan) -> None:
    with engine.begin() as connection:
        connection.execute(update(mailings).where(mailings.c.id == plan.mailing).values(state=MailingState.SENDING))


def told(engine: Engine, plan: Plan) -> dict[str, tuple[int, bool]]:
    """Title → sequence and whether it is cancelled, as the mailing's stored edition says."""
    with reading(engine) as connection:
        digest = connection.scalar(
            mailing_editions.select()
            .with_only_columns(mailing_editions.c.edition_digest)
            .where(mailing_editions.c.mailing_id == plan.mailing)
        )
        assert digest is not None
        stored = load_edition(connection, digest)
    return {event.summary: (event.sequence, event.cancelled) for event in stored.events}


def test_a_second_mailing_moves_and_cancels_what_the_first_announced(
    engine: Engine, members: int, tmp_path: Path
) -> None:
    first = planned(engine, members, edition(tmp_path, "webinar", "talk"))
    assert told(engine, first) == {"Webinar": (0, False), "A talk": (0, False)}
    mark_sent(engine, first)
    second = planned(engine, members, edition(tmp_path, "moved"))
    assert told(engine, second) == {"Webinar": (1, False), "A talk": (1, True)}
    mark_sent(engine, second)
    third = planned(engine, members, edition(tmp_path, "moved"))
    assert told(engine, third) == {"Webinar": (1, False), "A talk": (1, True)}


def test_a_plan_that_was_never_sent_counts_for_nothing(engine: Engine, members: int, tmp_path: Path) -> None:
    planned(engine, members, edition(tmp_path, "webinar", "talk"))
    second = planned(engine, members, edition(tmp_path, "moved"))
    assert told(engine, second) == {"Webinar": (0, False)}


def test_a_mailing_that_was_cancelled_half_way_is_in_some_calendars(
    engine: Engine, members: int, tmp_path: Path
) -> None:
    first = planned(engine, members, edition(tmp_path, "webinar"))
    with engine.begin() as connection:
        begun = update(mailings).where(mailings.c.id == first.mailing)
        connection.execute(begun.values(state=MailingState.CANCELLED, epoch=1))
    assert told(engine, planned(engine, members, edition(tmp_path, "moved"))) == {"Webinar": (1, False)}


def test_a_plan_tells_how_many_dates_are_new_changed_and_cancelled(
    engine: Engine, members: int, tmp_path: Path
) -> None:
    first = planned(engine, members, edition(tmp_path, "webinar", "talk"))
    assert first.dates == {"new": 2, "changed": 0, "cancelled": 0}
    mark_sent(engine, first)
    second = planned(engine, members, edition(tmp_path, "moved"))
    assert (second.dates, second.replaces) == ({"new": 0, "changed": 1, "cancelled": 1}, [])
    third = planned(engine, members, edition(tmp_path, "moved"))
    assert (third.dates, third.replaces) == ({"new": 0, "changed": 1, "cancelled": 1}, [second.mailing])


def test_the_first_mailing_is_the_edition_as_it_was_built(engine: Engine, tmp_path: Path) -> None:
    built = edition(tmp_path, "webinar")
    with reading(engine) as connection:
        assert follow_sent(connection, {"en": built}) == {"en": built}
