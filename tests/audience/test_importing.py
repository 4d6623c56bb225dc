"""Imports: every row has one fate, nobody who has left comes back, and a file goes out as it came in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from composer.audience import (
    ImportReport,
    count_lists,
    ensure_list,
    export_subscribers,
    find_list,
    find_subscriber,
    import_subscribers,
    show_subscriber,
    suppress,
    unsubscribe,
)
from composer.audience.imports.csv_file import csv_line, guard_formula
from composer.audience.imports.leaving_words import leaving_mentions, smells_of_leaving
from composer.audience.imports.person import clean_value
from composer.database import open_database
from composer.database.schema import subscribers, subscriptions
from composer.errors import AudienceError, ImportRefused

NOW = 1_700_000_000


def bring_in(connection: Connection, text: str, *, list_name: str = "members", now: int = NOW) -> ImportReport:
    return import_subscribers(
        connection, text.encode(), list_name=list_name, source="members.csv", now=now, new_list=True
    )


def fates(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.added.total(), report.updated, report.unchanged, len(report.skipped), len(report.rejected)


def attributes_of(connection: Connection, email: str) -> Mapping[str, str]:
    return show_subscriber(connection, email).attributes


def test_people_come_in_with_names_language_own_fields_and_evidence(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(
            connection,
            "E-Mail;Vorname;Name;Sprache;Straße;Code postal\n"
            "Ana.Silva@MÜNCHEN.test;Ana;Silva;Français;Rua  A;\n"
            "李@example.org;;李;pt_br;;75001\n",
        )
        assert fates(report) == (2, 0, 0, 0, 0)
        record = show_subscriber(connection, "ana.silva@münchen.test")
    assert (record.email, record.first_name, record.last_name) == ("Ana.Silva@münchen.test", "Ana", "Silva")
    assert (record.language, record.attributes) == ("fr", {"straße": "Rua A"})
    assert [(one.list, one.status) for one in record.subscriptions] == [("members", "confirmed")]
    assert [(one.event, one.source, one.at) for one in record.consent] == [("imported", "members.csv", NOW)]


def test_bad_rows_are_told_by_line_and_the_good_ones_come_in(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(
            connection,
            "email,first_name,language,status\n"
            "a@example.org,A,en,\n"
            "b@example,B,en,\n"
            "c@example.org,C,Klingonese,\n"
            "d@example.org,D\x07,en,\n"
            "f@example.org,F,en,,extra\n"
            ",G,en,\n"
            "h@example.org,H,en,\n",
        )
    assert fates(report) == (2, 0, 0, 0, 5)
    assert [(row.line, row.reason) for row in report.rejected] == [
        (3, "“b@example” has no dot in its domain; is the ending missing?"),
        (4, "“Klingonese” is not a language; write its code, such as en or fr"),
        (5, "first_name has a control character in it (U+0007)"),
        (6, "has 5 values, but the file has 4 columns"),
        (7, "there is no address"),
    ]


def test_rejected_rows_come_in_once_they_are_corrected(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, 'email,city\nana@example,"Nice, FR"\nbob@example.org,Rome\n')
        aside = "".join(report.rejected_csv())
        again = bring_in(connection, aside)
        assert [row.reason for row in again.rejected] == [report.rejected.first(1)[0].reason]
        assert "".join(again.rejected_csv()) == aside, "as often as it takes"
        corrected = bring_in(connection, aside.replace("ana@example,", "ana@example.org,"))
        assert fates(corrected) == (1, 0, 0, 0, 0)
        assert attributes_of(connection, "ana@example.org") == {"city": "Nice, FR"}


def test_a_second_row_for_an_address_is_left_out_with_the_line_of_the_first(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, "email,city\nana@example.org,Nice\nANA@example.org,Rome\n")
        assert [(row.line, row.reason) for row in report.skipped] == [(3, "duplicate of line 2")]
        assert attributes_of(connection, "ana@example.org") == {"city": "Nice"}


def test_known_people_change_only_where_the_file_says_something(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email,first_name,language,city,club\nana@example.org,Ana,fr,Nice,A\n")
        same = bring_in(connection, "email,first_name\nana@example.org,\n", now=NOW + 1)
        assert fates(same) == (0, 0, 1, 0, 0)
        report = bring_in(connection, "email,last_name,city\nana@example.org,Silva,Rome\n", now=NOW + 2)
        assert fates(report) == (0, 1, 0, 0, 0)
        record = show_subscriber(connection, "ana@example.org")
    assert (record.first_name, record.last_name, record.language) == ("Ana", "Silva", "fr")
    assert record.attributes == {"city": "Rome", "club": "A"}
    assert (record.created_at, record.updated_at) == (NOW, NOW + 2)
    assert len(record.consent) == 1, "new values are no new consent"


def test_somebody_who_has_left_is_not_touched_by_an_import(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email,first_name\nana@example.org,Ana\n")
        unsubscribe(
            connection, subscriber=find_subscriber(connection, "ana@example.org"), lists=None, source="click", now=NOW
        )
        report = bring_in(connection, "email,first_name,status\nana@example.org,Anna,confirmed\n")
        assert [(row.email, row.reason) for row in report.skipped] == [("ana@example.org", "unsubscribed")]
        record = show_subscriber(connection, "ana@example.org")
    assert record.first_name == "Ana"
    assert [one.status for one in record.subscriptions] == ["unsubscribed"]


@pytest.mark.parametrize("only_here", [True, False])
def test_a_suppressed_address_is_not_even_written_down(engine: Engine, only_here: bool) -> None:
    with engine.begin() as connection:
        list_id = ensure_list(connection, "members", now=NOW) if only_here else None
        suppress(connection, "ana@example.org", reason="erased", source="letter", now=NOW, list_id=list_id)
        report = bring_in(connection, "email\nANA@example.org\n")
        assert [(row.email, row.reason) for row in report.skipped] == [("ANA@example.org", "suppressed")]
        assert connection.scalar(select(func.count()).select_from(subscribers)) == 0


def test_who_is_suppressed_on_another_list_is_not_taken_onto_this_one(engine: Engine) -> None:
    with engine.begin() as connection:
        other = ensure_list(connection, "other", now=NOW)
        suppress(connection, "ana@example.org", reason="manual", source="letter", now=NOW, list_id=other)
        report = bring_in(connection, "email\nana@example.org\n")
        assert [(row.email, row.reason) for row in report.skipped] == [("ana@example.org", "left another list")]


def test_a_file_cannot_confirm_for_somebody_but_it_can_say_that_they_have_left(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email,status\nana@example.org,pending\nbob@example.org,confirmed\n")
        report = bring_in(connection, "email,status\nana@example.org,confirmed\nbob@example.org,unsubscribed\n")
        assert [(row.email, row.reason) for row in report.skipped] == [("ana@example.org", "pending")]
        bob = show_subscriber(connection, "bob@example.org")
    assert [one.status for one in bob.subscriptions] == ["unsubscribed"]
    assert [one.event for one in bob.consent] == ["imported", "unsubscribed"]


def test_a_known_person_joins_a_second_list_with_evidence_of_their_own(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, "email\nana@example.org\n")
        assert fates(bring_in(connection, "email\nana@example.org\n", list_name="press")) == (1, 0, 0, 0, 0)
        assert [one.list for one in show_subscriber(connection, "ana@example.org").consent] == ["members", "press"]


def test_nothing_of_a_file_is_there_if_it_cannot_be_read_to_its_end(engine: Engine) -> None:
    rows = "".join(f"user{number}@example.org,x\n" for number in range(1200))
    with pytest.raises(ImportRefused, match="Line 1202"), engine.begin() as connection:
        bring_in(connection, f'email,name\n{rows}ana@example.org,"\nbob@example.org,B\n')
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(subscribers)) == 0
        assert list(count_lists(connection)) == []


def test_one_name_for_everything_is_kept_whole_unless_it_says_where_to_cut(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, 'email,name\na@example.org,Ana María López\nb@example.org,"López, Ana María"\n')
        names = [
            (record.first_name, record.last_name)
            for record in (show_subscriber(connection, email) for email in ("a@example.org", "b@example.org"))
        ]
    assert names == [("", "Ana María López"), ("Ana María", "López")]


def test_addresses_may_come_with_a_name_around_them(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, "mail\nAna Silva <ana@example.org>\nmailto:bob@example.org\n")
        assert fates(report) == (2, 0, 0, 0, 0)
        find_subscriber(connection, "ana@example.org")


def test_a_list_must_have_a_name_that_people_can_read(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in ("", " ", "a\nb", "x" * 201):
            with pytest.raises(AudienceError, match="cannot be the name of a list"):
                bring_in(connection, "email\nana@example.org\n", list_name=name)


_IMPORT = """
import sys
from composer.audience import import_subscribers
from composer.database import open_database
engine = open_database(sys.argv[1])
numbers = range(600) if sys.argv[2] == "up" else reversed(range(600))
data = "email,city\\n" + "".join(f"user{number}@example.org,{sys.argv[2]}\\n" for number in numbers)
print("ready", flush=True); sys.stdin.read()
with engine.begin() as connection:
    where = {"list_name": "members", "new_list": True}
    report = import_subscribers(connection, data.encode(), source=sys.argv[2], now=1, **where)
print(report.added.total(), report.updated, report.unchanged, len(report.skipped), len(report.rejected))
"""


def test_two_imports_of_the_same_people_at_once_take_turns(database_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _IMPORT, database_url, order],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for order in ("up", "down")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    reports = sorted(process.stdout.read().split() for process in processes if process.stdout)
    assert [process.wait() for process in processes] == [0, 0]
    assert reports == [["0", "600", "0", "0", "0"], ["600", "0", "0", "0", "0"]]
    engine = open_database(database_url)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(subscriptions)) == 600
    engine.dispose()


# A word of leaving below “town” would be asked about.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12).filter(
    lambda text: not smells_of_leaving(text) and not leaving_mentions(text)
) | st.sampled_from(["=1+1", "'=1+1", "''@x", "-5", "+33 6", "@home", "'", "\t=x", "a\nb", '"', ";", ","])
PEOPLE = st.lists(
    st.tuples(
        st.from_regex(r"\A[=+'a-z-]{1,8}\Z"),
        TEXT,
        TEXT,
        st.sampled_from(["", "fr", "pt-BR", "zh-Hant"]),
        st.sampled_from(["confirmed", "pending", "unsubscribed"]),
        TEXT,
    ),
    max_size=8,
    unique_by=lambda person: person[0],
)


def rows_of(connection: Connection, list_name: str) -> list[tuple[Any, ...]]:
    return [
        (row.email, row.first_name, row.last_name, row.language, row.attributes, row.status)
        for row in connection.execute(
            select(subscribers, subscriptions.c.status)
            .join(subscriptions)
            .where(subscriptions.c.list_id == find_list(connection, list_name))
            .order_by(subscribers.c.email_key)
        )
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(people=PEOPLE)
def test_what_is_exported_is_imported_again_without_loss(engine: Engine, people: list[tuple[str, ...]]) -> None:
    header = ("email", "first_name", "last_name", "language", "status", "town")
    rows = [[guard_formula(value) for value in (f"{name}@example.org", *rest)] for name, *rest in people]
    text = "".join(csv_line(row) for row in [header, *rows])
    with engine.connect() as connection:
        report = bring_in(connection, text)
        assert fates(report) == (len(people), 0, 0, 0, 0)
        before = rows_of(connection, "members")
        exported = "".join(export_subscribers(connection, list_id=find_list(connection, "members")))
        for table in ("consent_events", "subscriptions", "subscribers"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        bring_in(connection, exported)
        assert rows_of(connection, "members") == before
        connection.rollback()


@given(TEXT)
def test_no_exported_value_runs_as_a_formula_and_the_guard_comes_off_again(value: str) -> None:
    stored = clean_value(value, field="town")
    guarded = guard_formula(stored)
    assert not guarded.startswith(tuple("=+-@\t\r"))
    assert clean_value(guarded, field="town") == stored
