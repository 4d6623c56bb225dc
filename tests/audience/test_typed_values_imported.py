"""Values of typed fields come in by a file in one spelling, or are left out and told; the person comes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from composer.audience import Answers, ImportReport, import_subscribers, show_subscriber
from composer.audience.attributes import FieldDeclaration, FieldType
from composer.database import open_database

DECLARED = {
    "age": FieldDeclaration(FieldType.NUMBER),
    "renewed": FieldDeclaration(FieldType.DATE),
    "member": FieldDeclaration(FieldType.YES_NO),
    "size": FieldDeclaration(FieldType.CHOICE, ("S", "M")),
    "city": FieldDeclaration(),
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """One engine is enough: values are read before the database is asked."""
    engine = open_database(f"sqlite:///{tmp_path / 'people.db'}")
    yield engine
    engine.dispose()


def bring_in(connection: Connection, text: str) -> ImportReport:
    say = Answers(ignored=frozenset({"member"}) if "member" in text else frozenset())
    return import_subscribers(
        connection,
        text.encode(),
        list_name="members",
        source="x",
        now=1,
        new_list=True,
        declared=DECLARED,
        answers=say,
    )


def values_of(connection: Connection, email: str) -> Mapping[str, str]:
    return show_subscriber(connection, email).attributes


def test_values_have_the_spelling_of_their_type(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(
            connection,
            "email;age;renewed;member;size;city\na@x.test;1.234,50;31.01.2026;oui;m;Nice\n"
            "  b@x.test ;7;;NEIN;S; 12,5 \n",
        )
        assert not report.values_left_out
        assert values_of(connection, "a@x.test") == {
            "age": "1234.5", "renewed": "2026-01-31", "member": "yes", "size": "M", "city": "Nice",
        }  # fmt: skip
        assert values_of(connection, "b@x.test") == {"age": "7", "member": "no", "size": "S", "city": "12,5"}


def test_a_value_that_is_none_of_its_type_is_left_out_and_told_and_the_person_comes_in(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, "email,Age,size\na@x.test,old,M\nb@x.test,7,XL\n c@x.test ,young,S\n")
        assert [(one.line, one.column) for one in report.values_left_out] == [(2, "Age"), (3, "size"), (4, "Age")]
        assert "“old” is no number" in report.values_left_out.first(1)[0].reason
        assert values_of(connection, "a@x.test") == {"size": "M"}
        assert values_of(connection, "c@x.test") == {"size": "S"}
        assert (report.rows, report.counts()["added"], report.summary()["values_left_out"]) == (3, 3, 3)


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (("03/04/2026", "25/12/2026"), "2026-04-03"),
        (("03/04/2026", "12/25/2026"), "2026-03-04"),
        (("03/04/2026", "25/12/2026", "12/25/2026"), None),
        (("03/04/2026",), None),
    ],
)
def test_which_is_the_day_is_decided_by_the_whole_column(
    days: tuple[str, ...], read: str | None, engine: Engine
) -> None:
    rows = "".join(f"p{number}@x.test,{day}\n" for number, day in enumerate(days))
    with engine.begin() as connection:
        report = bring_in(connection, f"email,renewed\n{rows}")
        assert values_of(connection, "p0@x.test").get("renewed") == read
        assert bool(report.values_left_out) is (read is None)
