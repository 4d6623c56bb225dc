"""A segment holds of the same people in the database as its condition does of their values, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from composer.audience import SubscriptionStatus, ensure_list, find_list, freeze_audience, suppress, unsubscribe
from composer.database.schema import subscribers, subscriptions
from composer.delivery.planning.segment import count_segments, in_segment
from composer.edition.conditions.condition import AllOf, AnyOf, Condition, Is, Known, Not, holds
from composer.edition.conditions.show_if import parse_condition
from composer.edition.segments import Segment
from tests.support.mailings import NOW

FIELDS = ("email", "first_name", "last_name", "name", "language", "city", "lists.press", "lists.a ' list")
TEXTS = ("", "Nice", "nice", "Niš", "O'Hara % _ \\ \"", "Ana", "fr", "Ana Petrescu", "yes", "ana@example.org")

text_values = st.sampled_from(TEXTS)
fields = st.sampled_from([f"subscriber.{name}" for name in FIELDS])
parts = st.builds(Is, fields, st.lists(text_values, min_size=1, max_size=3).map(tuple)) | st.builds(Known, fields)
conditions: st.SearchStrategy[Condition] = st.recursive(
    parts,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)

PEOPLE: tuple[Mapping[str, str | None], ...] = (
    {"email": "ana@example.org", "first_name": "Ana", "last_name": "Petrescu", "language": "fr", "city": "Nice"},
    {
        "email": "ben@example.org",
        "first_name": " \u00a0Ana\u2009",
        "last_name": "",
        "language": None,
        "city": "\tNice\n",
    },
    {"email": "cem@example.org", "first_name": "", "last_name": " ", "language": "", "city": "nice"},
    {"email": "dora@example.org", "first_name": "", "last_name": "", "language": "en-GB", "city": None},
    {"email": "eve@example.org", "first_name": "", "last_name": "", "language": "fr", "city": TEXTS[4]},
    {"email": "fay@example.org", "first_name": "", "last_name": "", "language": "de", "city": "\u3000Niš\x1f"},
)
ON_PRESS = ("ana@example.org", "cem@example.org")


def add(connection: Connection) -> int:
    """Everybody on the list of members, some on the press list too; gives the number of the first list."""
    members, press = (ensure_list(connection, name, now=NOW) for name in ("members", "press"))
    for one in PEOPLE:
        known = {"email_key": one["email"], "created_at": NOW, "updated_at": NOW}
        attributes = {} if one["city"] is None else {"city": one["city"]}
        row = {name: one[name] for name in ("email", "first_name", "last_name", "language")}
        number = connection.scalars(
            insert(subscribers).values(**row, **known, attributes=attributes).returning(subscribers.c.id)
        ).one()
        for list_id in (members, *([press] if one["email"] in ON_PRESS else [])):
            status = {"status": SubscriptionStatus.CONFIRMED, "updated_at": NOW}
            connection.execute(insert(subscriptions).values(subscriber_id=number, list_id=list_id, **status))
    return members


def values_of(one: Mapping[str, str | None]) -> dict[str, str]:
    """What a message to this person shows, by the names of slots."""
    values = {name: one[name] or "" for name in ("email", "first_name", "last_name", "city")}
    values["name"] = f"{values['first_name']} {values['last_name']}".strip()
    values["language"] = one["language"] or "en"
    values["lists.press"] = "yes" if one["email"] in ON_PRESS else ""
    return {f"subscriber.{name}": value for name, value in values.items()}


def test_the_database_finds_exactly_those_of_whom_the_condition_holds(engine: Engine) -> None:
    with engine.begin() as connection:
        add(connection)

    with engine.connect() as connection:

        @given(conditions)
        @settings(max_examples=150)
        def agree(condition: Condition) -> None:
            sql = in_segment(condition, default_language="en")
            found = connection.scalars(select(subscribers.c.email).where(sql).order_by(subscribers.c.id)).all()
            assert found == [one["email"] for one in PEOPLE if holds(condition, values_of(one))]

        agree()


@pytest.mark.parametrize(
    ("written", "people", "left_out"),
    [
        ("subscriber.city", ["ana", "ben", "cem"], {"dora": "not in the segment", "fay": "suppressed"}),
        ('subscriber.city == "Nice" and "press" in subscriber.lists', ["ana"], {"ben": "not in the segment"}),
        ('subscriber.language == "en"', ["ben", "cem"], {"ana": "not in the segment", "eve": "unsubscribed"}),
    ],
)
def test_whoever_may_be_written_to_and_is_not_in_the_segment_is_left_out_for_that(
    engine: Engine, written: str, people: list[str], left_out: Mapping[str, str]
) -> None:
    asked = [f"subscriber.{name}" for name in FIELDS]
    with engine.begin() as connection:
        members = add(connection)
        eve = connection.scalars(select(subscribers.c.id).where(subscribers.c.email == "eve@example.org")).one()
        unsubscribe(connection, subscriber=eve, lists=None, source="test", now=NOW)
        suppress(connection, "fay@example.org", reason="bounced", source="test", now=NOW)
        segment = Segment("test", written, parse_condition(written, fields=asked))
        sql = in_segment(segment.condition, default_language="en")
        audience = freeze_audience(connection, lists=[members, find_list(connection, "press")], segment=sql)
        names = dict(connection.execute(select(subscribers.c.id, subscribers.c.email)).all())
        excluded = {names[one].partition("@")[0]: reason for one, reason in audience.excluded.items()}
        assert [one.email.partition("@")[0] for one in audience.members] == people
        assert excluded.items() >= left_out.items()
        assert len(people) + len(excluded) == len(PEOPLE)

        today = dt.date(2026, 12, 1)
        together, [count] = count_segments(connection, [segment], lists=[members], default_language="en", today=today)
        assert (together, count.people) == (4, len(people))
        assert count_segments(connection, [], lists=None, default_language="en", today=today) == (4, [])
