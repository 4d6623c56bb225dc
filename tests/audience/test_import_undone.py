"""An import that is taken back leaves the database as it was, row by row, but for what has happened since."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select

from composer.audience import (
    Answers,
    ImportReport,
    SubscriptionStatus,
    add_subscriber,
    find_list,
    find_subscriber,
    import_subscribers,
    return_to_lists,
    show_subscriber,
    suppress,
    unsubscribe,
)
from composer.audience.consent.event import ConsentEvent
from composer.audience.consent.record import record_consent
from composer.audience.consent.verify import verify_chain
from composer.audience.imports.batches import ImportState, find_import, list_imports
from composer.audience.imports.suppression_list import import_suppressions
from composer.audience.imports.undo import UndoReport, undo_import
from composer.audience.suppressions import SuppressionReason, find_suppressions
from composer.database.schema import (
    consent_events,
    deliveries,
    import_changes,
    lifted_suppressions,
    lists,
    mailings,
    subscribers,
    subscriptions,
    suppressions,
    tags,
)
from composer.errors import AudienceError

NOW = 1_700_000_000
OF_PEOPLE = (lists, subscribers, subscriptions, tags, consent_events, suppressions, lifted_suppressions, import_changes)
BEFORE = (
    "email,first_name,language,city,club,status\nana@example.org,Ana,fr,Nice,A,confirmed\n"
    "bob@example.org,Bob,,,,confirmed\ngone@example.org,Gone,,,,unsubscribed\nwait@example.org,W,,,,pending\n"
)
AGAIN = (
    "email,first_name,last_name,city,status\nana@example.org,Anna,Silva,Rome,confirmed\n"
    "bob@example.org,,,,unsubscribed\ngone@example.org,G,,,confirmed\nwait@example.org,,,,unsubscribed\n"
    "new@example.org,New,,Nice,confirmed\nask@example.org,,,,pending\nout@example.org,,,,unsubscribed\nbad,,,,confirmed\n"
)


def bring_in(connection: Connection, text: str, *, list_name: str = "members", now: int = NOW) -> ImportReport:
    return import_subscribers(
        connection,
        text.encode(),
        list_name=list_name,
        source="members.csv",
        now=now,
        file_name="members.csv",
        new_list=True,
        answers=Answers(),
        by="ana",
    )


def take_back(connection: Connection, report: ImportReport, *, now: int = NOW + 50) -> UndoReport:
    return undo_import(connection, report.import_id, by="ana", now=now)


def all_rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr) for table in OF_PEOPLE
    }


def kept(report: UndoReport) -> dict[str, str]:
    return {one.email: one.reason for one in report.kept}


@pytest.fixture
def former(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.begin() as connection:
        bring_in(connection, BEFORE)
        bring_in(connection, "email\nbob@example.org\n", list_name="press")
        return all_rows(connection)


@pytest.mark.parametrize("list_name", ["members", "another"])
def test_everything_is_as_it_was_row_by_row(
    engine: Engine, former: dict[str, list[tuple[Any, ...]]], list_name: str
) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, AGAIN, list_name=list_name, now=NOW + 10)
        assert all_rows(connection) != former
        assert not take_back(connection, report).kept
        assert all_rows(connection) == former
        assert find_import(connection, report.import_id).state is ImportState.UNDONE
        assert verify_chain(connection).is_whole


def test_an_import_of_thousands_is_taken_back(engine: Engine, former: dict[str, list[tuple[Any, ...]]]) -> None:
    rows = "".join(f"user{number}@example.org,City {number % 7}\n" for number in range(7_000))
    with engine.begin() as connection:
        report = bring_in(connection, f"email,city\n{rows}", now=NOW + 10)
        assert take_back(connection, report).gone == 7_000
        assert all_rows(connection) == former


def test_undone_twice_is_told(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, BEFORE)
        take_back(connection, report)
        with pytest.raises(AudienceError, match="was taken back already, by ana"):
            take_back(connection, report)
        with pytest.raises(AudienceError, match=f"There is no import 99; the last one is {report.import_id}"):
            undo_import(connection, 99, by="ana", now=NOW)


def _mail(connection: Connection, subscriber: int) -> None:
    mailing = connection.scalars(
        insert(mailings)
        .values(
            issue="x", digest="0" * 64, state="planned", planned=1, list_ids=[1], allowed=[], sent_as=NOW,
            created_at=NOW + 20, updated_at=NOW + 20,
        )
        .returning(mailings.c.id)
    ).one()  # fmt: skip
    row = {
        "mailing_id": mailing,
        "subscriber_id": subscriber,
        "state": "accepted",
        "email": "x",
        "updated_at": NOW + 20,
    }
    others = {
        column.name: 0 if column.type.python_type is int else "x"
        for column in deliveries.c
        if not (column.nullable or column.server_default or column.default or column.primary_key or column.name in row)
    }
    connection.execute(insert(deliveries).values({**others, **row}))


def test_who_left_since_stays_left_and_who_confirmed_stays_confirmed(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, AGAIN, now=NOW + 10)
        members = find_list(connection, "members")
        new, ask = (find_subscriber(connection, f"{name}@example.org") for name in ("new", "ask"))
        unsubscribe(connection, subscriber=new, lists=None, source="one-click", now=NOW + 20)
        connection.execute(
            subscriptions.update()
            .where(subscriptions.c.subscriber_id == ask)
            .values(status="confirmed", updated_at=NOW + 20)
        )
        record_consent(connection, [(ask, members, ConsentEvent.CONFIRMED)], source="the link", now=NOW + 20)
        undone = take_back(connection, report)
        assert kept(undone) == {"new@example.org": "has left since", "ask@example.org": "has confirmed since"}
        for email, status in (("new@example.org", "unsubscribed"), ("ask@example.org", "confirmed")):
            assert [one.status for one in show_subscriber(connection, email).subscriptions] == [status]
        with pytest.raises(AudienceError):
            find_subscriber(connection, "ana@example.org")
        assert verify_chain(connection).is_whole


def test_whom_something_has_happened_to_stays_a_person_and_loses_what_only_the_import_gave(engine: Engine) -> None:
    people = "".join(f"{name}@example.org,{name}\n" for name in ("mailed", "tagged", "edited", "other", "same"))
    with engine.begin() as connection:
        report = bring_in(connection, f"email,first_name\n{people}", now=NOW + 10)
        ids = {name: find_subscriber(connection, f"{name}@example.org") for name in ("mailed", "tagged", "edited")}
        _mail(connection, ids["mailed"])
        connection.execute(insert(tags).values(subscriber_id=ids["tagged"], tag="vip"))
        edited = subscribers.c.id == ids["edited"]
        connection.execute(subscribers.update().where(edited).values(first_name="E", updated_at=NOW + 20))
        bring_in(connection, "email\nother@example.org\n", list_name="press", now=NOW + 20)
        undone = take_back(connection, report)
        assert kept(undone) == {
            "mailed@example.org": "was mailed since",
            "tagged@example.org": "was tagged since",
            "edited@example.org": "was changed since",
            "other@example.org": "is on another list since",
        }
        assert undone.gone == 1
        for name in ("mailed", "tagged", "edited"):
            record = show_subscriber(connection, f"{name}@example.org")
            assert not record.subscriptions, "the import alone had put them on it"
            assert [one.event for one in record.consent] == ["imported", "import undone"]
        assert [one.list for one in show_subscriber(connection, "other@example.org").subscriptions] == ["press"]
        assert verify_chain(connection).is_whole


def test_a_value_that_was_changed_since_stays(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, BEFORE)
        report = bring_in(connection, AGAIN, now=NOW + 10)
        bring_in(connection, "email,first_name,club\nana@example.org,Annie,B\n", now=NOW + 20)
        undone = take_back(connection, report)
        record = show_subscriber(connection, "ana@example.org")
        assert (record.first_name, record.last_name) == ("Annie", "")
        assert record.attributes == {"city": "Nice", "club": "B"}
        assert kept(undone) == {"ana@example.org": "was changed since: keeps the newer values"}


def test_a_list_that_the_import_made_goes_with_it_unless_it_is_used(engine: Engine) -> None:
    with engine.begin() as connection:
        first = bring_in(connection, "email\na@example.org\n", list_name="first")
        second = bring_in(connection, "email\nb@example.org\n", list_name="second")
        add_subscriber(connection, "c@example.org", list_id=find_list(connection, "second"), source="hand", now=NOW + 1)
        take_back(connection, first)
        take_back(connection, second)
        assert connection.scalars(select(lists.c.name)).all() == ["second"]


def test_imports_are_listed_with_file_digest_who_and_counts(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, AGAIN)
        batch = list_imports(connection)[0]
    assert (batch.id, batch.list, batch.file_name, batch.created_by) == (
        report.import_id,
        "members",
        "members.csv",
        "ana",
    )
    assert len(batch.file_digest) == 64
    assert batch.report["added"] == report.added[SubscriptionStatus.CONFIRMED] == 3
    assert batch.report["columns"]["city"] == "attributes.city"


def test_what_comes_in_the_second_of_the_change_before_is_taken_back(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, BEFORE)
        before = all_rows(connection)
        take_back(connection, bring_in(connection, "email,first_name\nana@example.org,Anna\n"))
        assert all_rows(connection) == before


def test_who_leaves_after_a_file_has_said_so_stays_left(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, BEFORE)
        report = bring_in(connection, AGAIN, now=NOW + 10)
        members, bob = find_list(connection, "members"), find_subscriber(connection, "bob@example.org")
        for second in (20, 30):
            assert not unsubscribe(connection, subscriber=bob, lists=[members], source="one-click", now=NOW + second)
        record = show_subscriber(connection, "bob@example.org")
        assert [one.source for one in record.consent] == ["members.csv", "members.csv", "one-click"], "once is enough"
        assert not return_to_lists(
            connection, subscriber=bob, lists=[members], left_by=["one-click"], since=NOW, source="undo", now=NOW + 31
        ), "they were off it before"
        assert kept(take_back(connection, report))["bob@example.org"] == "has left since: stays as they are on the list"
        assert [one.status for one in show_subscriber(connection, "bob@example.org").subscriptions] == ["unsubscribed"]
        assert verify_chain(connection).is_whole


def test_a_suppression_that_others_have_said_too_stays(engine: Engine) -> None:
    file = b"email\nana@example.org\nbob@example.org\nonly@example.org\n"
    said: dict[str, Any] = {"reason": SuppressionReason.COMPLAINED, "source": "a file", "file_name": "complaints.csv"}
    with engine.begin() as connection:
        first = import_suppressions(connection, file, now=NOW, **said)
        suppress(connection, "ana@example.org", reason="manual", source="by hand", now=NOW + 1)
        assert not suppress(connection, "ana@example.org", reason="complained", source="mailing 3", now=NOW + 1)
        again = import_suppressions(connection, b"email\nbob@example.org\n", now=NOW + 2, **said)
        assert (again.added, again.known) == (0, 1)
        assert undo_import(connection, first.import_id, by="ana", now=NOW + 3).suppressions == 1
        assert {(one.email, one.reason.value) for one in find_suppressions(connection)} == {
            ("ana@example.org", "manual"),
            ("ana@example.org", "complained"),
            ("bob@example.org", "complained"),
        }


def test_a_complaint_that_two_files_of_people_tell_stays_as_long_as_one_of_them(engine: Engine) -> None:
    file = "email,status\nana@example.org,complained\n"
    with engine.begin() as connection:
        first, second = (bring_in(connection, file, now=NOW + number) for number in (0, 1))
        assert [one.reason.value for one in find_suppressions(connection)] == ["complained"]
        take_back(connection, first)
        assert [one.reason.value for one in find_suppressions(connection)] == ["complained"]
        take_back(connection, second)
