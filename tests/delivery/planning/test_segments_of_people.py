"""Segments over generated people are what a plain filter in Python says, written here without the product's code.

A condition is generated as its author would write it, beside a function that decides of a person. People have missing
values, values in odd spellings, days of leap years, and came onto lists within seconds of midnights, also of those that
clocks leave out or have twice.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from composer.audience.subscriptions import mailable, mailable_among_all
from composer.database.schema import deliveries, lists, mailings, subscribers, subscriptions, suppressions, tags
from composer.delivery.planning.segment import count_segments, in_segment, names_in_database
from composer.edition.segments import parse_segment
from composer.issue.model import Newsletter
from tests.support.mailings import NOW

ZONES = ("UTC", "Europe/Paris", "Africa/Cairo", "America/Havana", "Pacific/Apia", "Asia/Kathmandu")
"""In Cairo clocks leave midnight out, in Havana they have it twice."""

FIELDS: dict[str, Any] = {
    "city": "C",
    "age": {"meaning": "A", "type": "number"},
    "renewed": {"meaning": "R", "type": "date"},
    "member": {"meaning": "M", "type": "yes/no"},
    "size": {"meaning": "S", "type": "choice", "choices": ["S", "M", "L"]},
}
NUMBERS = ("0", "18", "18.0", "-5", "-0", "12.5", "0.1", "0.30", "9.99", "100", "123456789012345", "99999.9999999999")
NO_NUMBERS = (
    "", "eighteen", "1e3", "007", " 18", "18 ", "1,5", "+5", ".5", "5.", "-", "--1", "1-2", "1.2.3", "0x10", "Infinity",
    "NaN", "١٨", "1234567890123456", "18\n", "null", "1_000", "¹",
)  # fmt: skip
DAYS = ("2024-02-29", "2026-03-29", "2026-10-25", "2026-12-01", "2000-02-29", "1000-01-01", "2026-01-31", "9998-12-31")
NO_DAYS = (
    "", "2023-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "31.01.2026", "2026-1-31",
    "20260131", "0999-12-31", "2026-01-31T00:00", " 2026-01-31", "now", "2026-01-31\n", "２０２６-01-31", "10000-01-01",
)  # fmt: skip
CITIES = ("", "Nice", "nice", "  Nice ", "Nice-Est", "Niš", "O'Hara % _ \\ \"", "\u3000Niš\x1f")
TAGS, LISTS, ISSUES = ("vip", "donor", "a 'tag'"), ("members", "press"), ("winter", "spring")
STATES = ("pending", "offered", "accepted", "deferred", "refused", "unknown", "expired", "suppressed", "bounced")
OUTCOMES = ("accepted", "refused", "unknown", "expired", "suppressed", "bounced", "complained")
MAILINGS = {1: "winter", 2: "spring", 3: "winter"}


@dataclass(frozen=True)
class Person:
    """Somebody, as the database has them; ``joined`` has the lists that they are on, ``got`` the states by mailing."""

    email: str
    language: str | None
    values: dict[str, str]
    tags: frozenset[str]
    joined: dict[str, int | None]
    got: dict[int, str]

    def value(self, name: str) -> str:
        return self.values.get(name, "").strip()


Says = Callable[[Person, dt.date, ZoneInfo], bool]
Written = tuple[str, Says]


def moments() -> list[int]:
    """Seconds around the beginnings of days, in every zone."""
    days = [
        dt.date(2026, 3, 29),
        dt.date(2026, 4, 24),
        dt.date(2026, 10, 25),
        dt.date(2026, 11, 1),
        dt.date(2026, 12, 1),
    ]
    days += [dt.date(2025, 12, 1), dt.date(2026, 3, 8)]
    midnights = [dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).timestamp() for zone in ZONES for day in days]
    return [int(one) + shift for one in midnights for shift in (-3600, -1, 0, 1, 3599, 3600)]


def people() -> list[Person]:
    """The same ones every time, who between them have every value."""
    dice = random.Random(12)
    times = moments()

    def one(number: int) -> Person:
        odd = {
            "city": CITIES[number % len(CITIES)],
            "age": (NUMBERS + NO_NUMBERS)[number % len(NUMBERS + NO_NUMBERS)],
            "renewed": (DAYS + NO_DAYS)[number % len(DAYS + NO_DAYS)],
            "member": dice.choice(["yes", "no", "", "Yes"]),
            "size": dice.choice(["S", "M", "L", "XL", ""]),
        }
        return Person(
            email=f"p{number}@{dice.choice(['nice', 'turin'])}.example",
            language=dice.choice([None, "", "en", "fr"]),
            values={name: value for name, value in odd.items() if dice.random() < 0.85},
            tags=frozenset(tag for tag in TAGS if dice.random() < 0.3),
            joined={name: dice.choice([*times, None]) for name in LISTS if dice.random() < 0.6},
            got={number: dice.choice([*STATES, "complained"]) for number in MAILINGS if dice.random() < 0.5},
        )

    return [one(number) for number in range(240)]


PEOPLE = people()


def add(connection: Connection) -> None:
    connection.execute(insert(lists), [{"id": n, "name": name, "created_at": 0} for n, name in enumerate(LISTS, 1)])
    same = {"digest": "d", "state": "sending", "planned": 1, "list_ids": [1], "sent_as": 0, "created_at": 0}
    connection.execute(
        insert(mailings), [{"id": n, "issue": issue, "updated_at": 0, **same} for n, issue in MAILINGS.items()]
    )
    for number, one in enumerate(PEOPLE, 1):
        row = {"id": number, "email": one.email, "email_key": one.email, "language": one.language}
        times = {"created_at": NOW, "updated_at": NOW}
        connection.execute(insert(subscribers).values(**row, **times, attributes=one.values))
        for tag in one.tags:
            connection.execute(insert(tags).values(subscriber_id=number, tag=tag))
        for list_id, name in enumerate(LISTS, 1):
            status = "confirmed" if name in one.joined else "unsubscribed"
            told = {"status": status, "updated_at": 0, "joined_at": one.joined.get(name, 1)}
            connection.execute(insert(subscriptions).values(subscriber_id=number, list_id=list_id, **told))
        for mailing, state in one.got.items():
            told = {"email": one.email, "language": "en", "fields": {}, "state": state, "updated_at": 0}
            connection.execute(insert(deliveries).values(mailing_id=mailing, subscriber_id=number, **told))


# --- what each condition says, in plain Python ------------------------------------------------------------------


def number_in(text: str) -> Fraction | None:
    whole, point, rest = text.removeprefix("-").partition(".")
    digits = [whole, rest] if point else [whole]
    if not all(part and set(part) <= set("0123456789") for part in digits):
        return None
    is_long = len("".join(digits)) > 15
    return None if is_long or (len(whole) > 1 and whole.startswith("0")) else Fraction(text)


def day_in(text: str) -> dt.date | None:
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not set("".join(parts)) <= set("0123456789"):
        return None
    try:
        day = dt.date(*map(int, parts))
    except ValueError:
        return None
    return day if day.year >= 1000 else None


def compare(sign: str, one: Any, other: Any) -> bool:
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "==": one == other}[sign]


@st.composite
def typed(draw: st.DrawFn) -> Written:
    """A number or a day compared with one, or looked for among some."""
    is_number = draw(st.booleans())
    name, read = ("age", number_in) if is_number else ("renewed", day_in)
    values = draw(
        st.lists(st.sampled_from([n for n in NUMBERS if n != "-0"] if is_number else DAYS), min_size=1, max_size=3)
    )
    shown = [value if is_number else f'"{value}"' for value in values]
    wanted: list[Any] = [read(value) for value in values]
    sign = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "in", "not in"]))

    def among(person: Person) -> bool:
        value = read(person.values.get(name, ""))
        return value is not None and value in (wanted if sign.endswith("in") else wanted[:1])

    def ordered(person: Person) -> bool:
        value = read(person.values.get(name, ""))
        return value is not None and compare(sign, value, wanted[0])

    if sign.endswith("in"):
        text = f"subscriber.{name} {sign} [{', '.join(shown)}]"
        return text, lambda person, *_: among(person) is (sign == "in")
    text = f"subscriber.{name} {sign} {shown[0]}"
    if sign in ("==", "!="):
        return text, lambda person, *_: among(person) is (sign == "==")
    return text, lambda person, *_: ordered(person)


@st.composite
def of_a_day(draw: st.DrawFn) -> Written:
    """A relative day, of a field or of joining."""
    words, days = draw(st.sampled_from([("today", 0), ("yesterday", -1), ("30 days ago", -30), ("in 2 weeks", 14)]))
    of_list = draw(st.sampled_from(["", *LISTS]))
    is_after = draw(st.booleans())

    def joined(person: Person, today: dt.date, zone: ZoneInfo) -> bool:
        times = [one for name, one in person.joined.items() if one is not None and of_list in ("", name)]
        if not times:
            return False
        day = dt.datetime.fromtimestamp(min(times), zone).date()
        wanted = today + dt.timedelta(days=days)
        return day > wanted if is_after else day < wanted

    def renewed(person: Person, today: dt.date, _: ZoneInfo) -> bool:
        day = day_in(person.values.get("renewed", ""))
        return day is not None and day >= today + dt.timedelta(days=days)

    more = f', "{of_list}"' if of_list else ""
    return draw(
        st.sampled_from(
            [
                (f'{"joined_after" if is_after else "joined_before"}("{words}"{more})', joined),
                (f'subscriber.renewed >= "{words}"', renewed),
            ]
        )
    )


def outcome(person: Person, issue: str) -> str:
    known = [state for mailing, state in sorted(person.got.items()) if MAILINGS[mailing] == issue and state in OUTCOMES]
    return known[-1] if known else ""


def received(person: Person, issue: str) -> bool:
    return any(
        MAILINGS[mailing] == issue and state in ("accepted", "complained") for mailing, state in person.got.items()
    )


@st.composite
def plain(draw: st.DrawFn) -> Written:
    """Everything else that a segment can ask."""
    tag, name, issue = draw(st.sampled_from(TAGS)), draw(st.sampled_from(LISTS)), draw(st.sampled_from(ISSUES))
    some = draw(st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=3))
    city = draw(st.sampled_from([one.strip() for one in CITIES if '"' not in one]))
    part = draw(st.sampled_from(["ic", "%", "š", "-"]))
    size = draw(st.sampled_from(["S", "M"]))
    forms: list[Written] = [
        (f'"{tag}" in subscriber.tags', lambda person, *_: tag in person.tags),
        (f'"{tag}" not in subscriber.tags', lambda person, *_: tag not in person.tags),
        (f'"{name}" in subscriber.lists', lambda person, *_: name in person.joined),
        (f'received("{issue}")', lambda person, *_: received(person, issue)),
        (f'outcome("{issue}") == "{some[0]}"', lambda person, *_: outcome(person, issue) == some[0]),
        (f'outcome("{issue}") != "{some[0]}"', lambda person, *_: outcome(person, issue) != some[0]),
        (f"outcome('{issue}') in {some!r}", lambda person, *_: outcome(person, issue) in some),
        (f'outcome("{issue}")', lambda person, *_: outcome(person, issue) != ""),
        (f'subscriber.city == "{city}"', lambda person, *_: person.value("city") == city),
        (f'subscriber.city != "{city}"', lambda person, *_: person.value("city") != city),
        (f'"{part}" in subscriber.city', lambda person, *_: part in person.value("city")),
        ('"@nice." in subscriber.email', lambda person, *_: "@nice." in person.email),
        ("subscriber.age", lambda person, *_: person.value("age") != ""),
        ("subscriber.member", lambda person, *_: person.value("member") == "yes"),
        (f'subscriber.size not in ["{size}", "L"]', lambda person, *_: person.value("size") not in (size, "L")),
        ('subscriber.language == "en"', lambda person, *_: (person.language or "en") == "en"),
    ]
    return draw(st.sampled_from(forms))


def joined_parts(parts: list[Written], word: str) -> Written:
    choose = all if word == "and" else any
    return f" {word} ".join(f"({text})" for text, _ in parts), lambda *of: choose(says(*of) for _, says in parts)


written_conditions: st.SearchStrategy[Written] = st.recursive(
    typed() | of_a_day() | plain(),
    lambda inner: (
        inner.map(lambda part: (f"not ({part[0]})", lambda *of: not part[1](*of)))
        | st.builds(joined_parts, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["and", "or"]))
    ),
    max_leaves=5,
)


@pytest.fixture
def people_there(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        add(connection)
    with engine.connect() as connection:
        yield connection


def test_a_segment_holds_those_whom_a_plain_filter_finds(people_there: Connection) -> None:
    names = names_in_database(people_there)
    assert (names.tags, set(names.lists or ()), set(names.issues or ())) == (sorted(TAGS), set(LISTS), set(ISSUES))

    @given(written_conditions, st.sampled_from(ZONES), st.sampled_from(["2026-03-29", "2026-04-25", "2026-12-01"]))
    @settings(max_examples=400)
    def agree(written: Written, zone: str, today: str) -> None:
        text, says = written
        day = dt.date.fromisoformat(today)
        newsletter = Newsletter.model_validate({"name": "N", "organisation": "O", "fields": FIELDS, "timezone": zone})
        segment = parse_segment(text, newsletter, names=names).on_day(day)
        sql = in_segment(segment.condition, default_language="en", zone=zone)
        found = people_there.scalars(select(subscribers.c.email).where(sql).order_by(subscribers.c.id)).all()
        assert found == [one.email for one in PEOPLE if says(one, day, ZoneInfo(zone))]
        again = parse_segment(segment.resolved, newsletter)
        assert again.condition == segment.condition

    agree()


def test_who_may_be_written_to_is_the_same_for_one_and_among_all(engine: Engine) -> None:
    dice = random.Random(7)
    with engine.begin() as connection:
        add(connection)
        for one in PEOPLE[::3]:
            where = dice.choice([None, 1, 2])
            told = {"email_key": one.email, "reason": "manual", "list_id": where, "source": "test", "created_at": 0}
            connection.execute(insert(suppressions).values(**told))
        for chosen in ([1], [2], [1, 2], []):
            one_by_one = mailable(subscribers.c.id, chosen)
            by_one, by_all = (
                connection.scalars(select(subscribers.c.id).where(sql).order_by(subscribers.c.id)).all()
                for sql in (one_by_one, mailable_among_all(chosen))
            )
            assert by_one == by_all
        everybody = parse_segment("subscriber.email", Newsletter(name="N", organisation="O"))
        together, [count] = count_segments(
            connection, [everybody], lists=None, default_language="en", today=dt.date(2026, 12, 1)
        )
        assert together == count.people < len(PEOPLE)
