"""A file of subscribers → people on a list, and a report in which every row has exactly one fate.

::

    row ──▶ rejected   it cannot be read; kept aside, to be corrected and imported again
        ──▶ skipped    a second row for an address; or somebody who has left, is suppressed, or has to confirm
        ──▶ added      a new person
        ──▶ updated    a known one: new on this list, or with new values
        ──▶ unchanged

All in the caller's one transaction: with an exception nothing of the file is there. A value of the file
replaces ours only where it says something. Nobody who has unsubscribed, or whose address is suppressed, is
touched at all. Two imports at once take turns; on SQLite every writer does, on PostgreSQL by a lock.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from composer.audience.columns import Column, read_columns
from composer.audience.csv_file import CsvFile, open_csv
from composer.audience.lists import ensure_list
from composer.audience.person import Person, read_person
from composer.audience.subscriptions import ConsentEvent, SubscriptionStatus, record_consent, unsubscribe
from composer.database.schema import subscribers, subscriptions, suppressions

_BATCH = 500
_LOCK = 0x6E6577736C696D  # "newslim": imports take turns


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read: its cells as they stand in the file, and what is wrong."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was understood and left alone: ``duplicate``, ``unsubscribed``, ``suppressed`` or ``pending``."""

    line: int
    email: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file. ``rows`` = added + updated + unchanged + skipped + rejected."""

    list_name: str
    encoding: str
    separator: str
    columns: tuple[Column, ...]
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For programs: counts, and each row that was left out with its line and reason."""
        return {
            "list": self.list_name,
            **{key: getattr(self, key) for key in ("encoding", "separator", "rows")},
            "columns": {column.header: _path(column) for column in self.columns},
            **{key: getattr(self, key) for key in ("added", "updated", "unchanged")},
            "skipped": [dataclasses.asdict(row) for row in self.skipped],
            "rejected": [{"line": row.line, "reason": row.reason} for row in self.rejected],
        }


def import_subscribers(
    connection: Connection, data: bytes, *, list_name: str, source: str, now: int, encoding: str | None = None
) -> ImportReport:
    """Put the people of a CSV file on a list, with ``source`` as the evidence of their consent.

    Raises ImportRefused if the file cannot be read, AudienceError for an impossible name of a list.
    """
    file = open_csv(data, encoding=encoding)
    first = next(file.rows(), None)
    columns = read_columns(file.header, first.cells if first else ())
    report = ImportReport(list_name, file.encoding, file.separator, columns)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    list_id = ensure_list(connection, list_name, now=now)
    people = _read_people(file, columns, report)
    while batch := list(islice(people, _BATCH)):
        _Batch(connection, batch, list_id=list_id, source=source, now=now).store(report)
    return report


@dataclass(frozen=True, slots=True)
class _Placed:
    line: int
    person: Person


def _read_people(file: CsvFile, columns: Sequence[Column], report: ImportReport) -> Iterator[_Placed]:
    """The people to store, each address once; the other rows go into the report."""
    lines: dict[str, int] = {}
    for row in file.rows():
        report.rows += 1
        try:
            if row.problem:
                raise ValueError(row.problem)
            person = read_person(columns, row.cells)
        except ValueError as error:
            report.rejected.append(Rejected(row.line, str(error), row.cells))
            continue
        first_line = lines.setdefault(person.key, row.line)
        if first_line != row.line:
            report.skipped.append(Skipped(row.line, person.email, f"duplicate of line {first_line}"))
            continue
        yield _Placed(row.line, person)


@dataclass(frozen=True, slots=True)
class _Known:
    """Somebody whom we have, and their status on the list of the import; none if they are not on it."""

    key: str
    id: int
    first_name: str
    last_name: str
    language: str | None
    attributes: Mapping[str, str]
    status: str | None


class _Batch:
    """Some hundred people of a file, on their way into the tables."""

    def __init__(
        self, connection: Connection, batch: Sequence[_Placed], *, list_id: int, source: str, now: int
    ) -> None:
        self._connection = connection
        self._batch = batch
        self._list = list_id
        self._source = source
        self._now = now
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def store(self, report: ImportReport) -> None:
        """Write what is new, and count it."""
        known = self._known()
        suppressed = self._suppressed()
        new: list[Person] = []
        joining: list[tuple[int, Person]] = []
        changes: list[dict[str, Any]] = []
        for placed in self._batch:
            person, record = placed.person, known.get(placed.person.key)
            reason = "suppressed" if person.key in suppressed else _reason_to_skip(person, record)
            if reason:
                report.skipped.append(Skipped(placed.line, person.email, reason))
            elif record is None:
                new.append(person)
            else:
                change = _change(record, person)
                if change:
                    changes.append({"subscriber": record.id, "now": self._now, **change})
                if record.status is None:
                    joining.append((record.id, person))
                left = record.status is not None and self._leave(record.id, person)
                moved = bool(change) or record.status is None or left
                report.updated += moved
                report.unchanged += not moved
        self._update(changes)
        self._subscribe(self._add(new) + joining)
        report.added += len(new)

    def _known(self) -> dict[str, _Known]:
        on_list = and_(subscriptions.c.subscriber_id == subscribers.c.id, subscriptions.c.list_id == self._list)
        rows = self._connection.execute(
            select(
                subscribers.c.email_key,
                subscribers.c.id,
                subscribers.c.first_name,
                subscribers.c.last_name,
                subscribers.c.language,
                subscribers.c.attributes,
                subscriptions.c.status,
            )
            .select_from(subscribers.outerjoin(subscriptions, on_list))
            .where(subscribers.c.email_key.in_([placed.person.key for placed in self._batch]))
        )
        return {row.email_key: _Known(*row) for row in rows}

    def _suppressed(self) -> set[str]:
        return set(
            self._connection.scalars(
                select(suppressions.c.email_key).where(
                    suppressions.c.email_key.in_([placed.person.key for placed in self._batch]),
                    or_(suppressions.c.list_id.is_(None), suppressions.c.list_id == self._list),
                )
            )
        )

    def _add(self, people: Sequence[Person]) -> list[tuple[int, Person]]:
        if not people:
            return []
        rows = [
            {
                "email": person.email,
                "email_key": person.key,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "language": person.language,
                "attributes": dict(person.attributes),
                "created_at": self._now,
                "updated_at": self._now,
            }
            for person in people
        ]
        # Somebody may have signed up since we looked; then theirs stays, and only the subscription is added.
        self._connection.execute(self._insert(subscribers).on_conflict_do_nothing(), rows)
        ids = {
            row.email_key: row.id
            for row in self._connection.execute(
                select(subscribers.c.id, subscribers.c.email_key).where(
                    subscribers.c.email_key.in_([person.key for person in people])
                )
            )
        }
        return [(ids[person.key], person) for person in people]

    def _update(self, changes: Sequence[dict[str, Any]]) -> None:
        if changes:
            self._connection.execute(_CHANGE, changes)

    def _subscribe(self, joining: Sequence[tuple[int, Person]]) -> None:
        if not joining:
            return
        rows = [
            {"subscriber_id": subscriber, "list_id": self._list, "status": person.status, "updated_at": self._now}
            for subscriber, person in joining
        ]
        self._connection.execute(self._insert(subscriptions).on_conflict_do_nothing(), rows)
        events = ((subscriber, self._list, _EVENTS[person.status]) for subscriber, person in joining)
        record_consent(self._connection, events, source=self._source, now=self._now)

    def _leave(self, subscriber: int, person: Person) -> bool:
        """A file may say that somebody of ours has unsubscribed elsewhere."""
        return person.status is SubscriptionStatus.UNSUBSCRIBED and unsubscribe(
            self._connection, subscriber=subscriber, lists=[self._list], source=self._source, now=self._now
        )


_EVENTS = {
    SubscriptionStatus.CONFIRMED: ConsentEvent.IMPORTED,
    SubscriptionStatus.PENDING: ConsentEvent.SUBSCRIBED,
    SubscriptionStatus.UNSUBSCRIBED: ConsentEvent.UNSUBSCRIBED,
}

_CHANGE = (
    update(subscribers)
    .where(subscribers.c.id == bindparam("subscriber"))
    .values(
        first_name=bindparam("first_name"),
        last_name=bindparam("last_name"),
        language=bindparam("language"),
        attributes=bindparam("attributes"),
        updated_at=bindparam("now"),
    )
)


def _reason_to_skip(person: Person, record: _Known | None) -> str:
    if record is None or record.status in (None, SubscriptionStatus.CONFIRMED):
        return ""
    if person.status is SubscriptionStatus.UNSUBSCRIBED and record.status == SubscriptionStatus.PENDING:
        return ""
    # Only a person's own click makes a pending subscription a confirmed one; a file cannot.
    return str(record.status)


def _change(record: _Known, person: Person) -> dict[str, Any]:
    """The record's values with those of the file over them; empty if that is the same."""
    before = (record.first_name, record.last_name, record.language, record.attributes)
    after = (
        person.first_name or record.first_name,
        person.last_name or record.last_name,
        person.language or record.language,
        {**record.attributes, **person.attributes},
    )
    return (
        {} if after == before else dict(zip(("first_name", "last_name", "language", "attributes"), after, strict=True))
    )


def _path(column: Column) -> str | None:
    if not column.field:
        return None
    return f"attributes.{column.field}" if column.own else column.field
