"""Gathers everything that is held on one person, for them to have (GDPR Art. 15 and 20): `newsletter subscribers data`.

::

    {"format": "newsletter: data of a person, 1", "asked_for": "ana@example.org", "given_at": "2026-11-28T09:00:00Z",
     "numbers": [17],                 theirs, and of whoever was merged into them
     "people":        [row of subscribers, with "tags"],
     "subscriptions": [row, with "list"],
     "consent":       [row of consent_events, with "list" and "wording", the whole text that was shown],
     "addresses":     [row of address_history],
     "imports":       [row: the files that brought them, or a suppression of theirs],
     "import_changes":[row: what those changed],
     "deliveries":    [row, with "issue", "attempts": [row] and "doubt": row or null],
     "exclusions":    [row: mailings that they were left out of],
     "suppressions":  [row, with "list"],  "lifted_suppressions": [row, with "list"]}

A row has every column by its name, but for those of LEFT_OUT; times are UTC, bytes hexadecimal. Nothing in it is about
anybody else: people who were in the same file or mailing, or work for the newsletter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, select

from composer.audience.erasure.erase import HeldPerson
from composer.audience.tags import tags_of
from composer.database.schema import (
    address_history,
    attempts,
    consent_events,
    deliveries,
    doubts,
    exclusions,
    import_changes,
    imports,
    lifted_suppressions,
    lists,
    mailings,
    subscribers,
    subscriptions,
    suppressions,
    wordings,
)

FORMAT = "newsletter: data of a person, 1"

GIVEN: Sequence[Table] = (
    subscribers,
    subscriptions,
    consent_events,
    address_history,
    imports,
    import_changes,
    deliveries,
    attempts,
    doubts,
    exclusions,
    suppressions,
    lifted_suppressions,
)
"""Tables whose rows are given; tags stand with the person, and wordings with the consent."""

LEFT_OUT: Mapping[str, str] = {
    "subscribers.email_key": "the address once more, folded",
    "address_history.email_key": "the address once more, folded",
    "address_history.changed_by": "the name of somebody who works for the newsletter",
    "consent_events.salt": "random bytes, which say nothing of anybody",
    "imports.created_by": "the name of somebody who works for the newsletter",
    "imports.undone_by": "the name of somebody who works for the newsletter",
    "imports.report": "counts of the whole file",
    "attempts.note": "the word of somebody who works for the newsletter",
    "lifted_suppressions.lifted_by": "the word of somebody who works for the newsletter",
    "doubts.words": "words that a relay has for everybody",
}
"""Columns that are not given, and why."""


def gather_data(connection: Connection, person: HeldPerson, *, asked_for: str, now: int) -> dict[str, Any]:
    """Gather all of it, as an object for JSON. ``person`` is found by ``find_held_person``."""
    mine = person.numbers
    people = _rows(connection, subscribers, subscribers.c.id.in_(mine))
    suppressed = _of_lists(connection, suppressions, suppressions.c.email_key.in_(person.email_keys))
    return {
        "format": FORMAT,
        "asked_for": asked_for,
        "given_at": _moment(now),
        "numbers": list(mine),
        "people": [{**one, "tags": list(tags_of(connection, one["id"]))} for one in people],
        "subscriptions": _of_lists(connection, subscriptions, subscriptions.c.subscriber_id.in_(mine)),
        "consent": _consent(connection, mine),
        "addresses": _rows(connection, address_history, address_history.c.subscriber_id.in_(mine)),
        "imports": _imports(connection, person),
        "import_changes": _rows(connection, import_changes, import_changes.c.subscriber_id.in_(mine)),
        "deliveries": _deliveries(connection, mine),
        "exclusions": _rows(connection, exclusions, exclusions.c.subscriber_id.in_(mine)),
        "suppressions": suppressed,
        "lifted_suppressions": _of_lists(
            connection, lifted_suppressions, lifted_suppressions.c.email_key.in_(person.email_keys)
        ),
    }


def _rows(connection: Connection, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    query = select(*_columns(table)).where(which).order_by(*table.primary_key.columns)
    return [_plain(row) for row in connection.execute(query).mappings()]


def _columns(table: Table) -> list[ColumnElement[Any]]:
    return [column for column in table.columns if f"{table.name}.{column.name}" not in LEFT_OUT]


def _plain(row: RowMapping) -> dict[str, Any]:
    """Make values of a row into those of JSON: times in words, bytes in hexadecimal."""
    return {str(name): _value(str(name), value) for name, value in row.items()}


def _value(name: str, value: object) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return _moment(value)
    return value


def _moment(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat().replace("+00:00", "Z")


def _of_lists(connection: Connection, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    return _all(
        connection,
        select(*_columns(table), lists.c.name.label("list"))
        .select_from(table.outerjoin(lists, lists.c.id == table.c.list_id))
        .where(which)
        .order_by(*table.primary_key.columns),
    )


def _all(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [_plain(row) for row in connection.execute(query).mappings()]


def _consent(connection: Connection, mine: Sequence[int]) -> list[dict[str, Any]]:
    query = (
        select(*_columns(consent_events), lists.c.name.label("list"), wordings.c.text.label("wording"))
        .join(lists, lists.c.id == consent_events.c.list_id)
        .outerjoin(wordings, wordings.c.digest == consent_events.c.wording_digest)
        .where(consent_events.c.subscriber_id.in_(mine))
        .order_by(consent_events.c.id)
    )
    return _all(connection, query)


def _imports(connection: Connection, person: HeldPerson) -> list[dict[str, Any]]:
    """Find the files that brought anything of theirs."""
    mine = person.numbers
    brought = (
        select(subscribers.c.import_id).where(subscribers.c.id.in_(mine)),
        select(subscriptions.c.import_id).where(subscriptions.c.subscriber_id.in_(mine)),
        select(consent_events.c.import_id).where(consent_events.c.subscriber_id.in_(mine)),
        select(import_changes.c.import_id).where(import_changes.c.subscriber_id.in_(mine)),
        select(suppressions.c.import_id).where(suppressions.c.email_key.in_(person.email_keys)),
    )
    numbers = {one for query in brought for one in connection.scalars(query) if one is not None}
    return _rows(connection, imports, imports.c.id.in_(numbers))


def _deliveries(connection: Connection, mine: Sequence[int]) -> list[dict[str, Any]]:
    found = _all(
        connection,
        select(*_columns(deliveries), mailings.c.issue)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(deliveries.c.subscriber_id.in_(mine))
        .order_by(deliveries.c.id),
    )
    ids = [one["id"] for one in found]
    tried = _by_delivery(_rows(connection, attempts, attempts.c.delivery_id.in_(ids)))
    doubted = _by_delivery(_rows(connection, doubts, doubts.c.delivery_id.in_(ids)))
    return [
        # Its own column of that name is how many they are, which the rows of earlier ones do not tell.
        {**one, "attempts": tried.get(one["id"], []), "tried": one["attempts"], "doubt": _first(doubted.get(one["id"]))}
        for one in found
    ]


def _by_delivery(rows: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["delivery_id"], []).append(row)
    return found


def _first(rows: list[dict[str, Any]] | None) -> dict[str, Any] | None:
    return rows[0] if rows else None
