"""Writes the people of a list as CSV, row by row, so that a million of them need no memory.

An import of what was exported loses nothing.

A value that a spreadsheet would run as a formula (``=cmd|…``) gets an apostrophe in front, which spreadsheets
hide and our import takes away again. ``guard=False`` leaves it out, for programs that cannot do that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from composer.audience.imports.csv_file import csv_line, guard_formula
from composer.database.schema import subscribers, subscriptions

_FIELDS = ("email", "first_name", "last_name", "language", "status")
_BATCH = 1000


def export_subscribers(
    connection: Connection, *, list_id: int, status: str | None = None, guard: bool = True
) -> Iterator[str]:
    """Give lines of CSV, the header first, ended by CRLF (RFC 4180).

    ``connection`` must see one moment of the database (``reading``): it is asked twice.
    """
    own = _own_fields(connection, list_id)
    header = (*_FIELDS, *own)
    yield csv_line(list(map(guard_formula, header)) if guard else header)
    query = (
        select(
            subscribers.c.email,
            subscribers.c.first_name,
            subscribers.c.last_name,
            subscribers.c.language,
            subscriptions.c.status,
            subscribers.c.attributes,
        )
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .where(subscriptions.c.list_id == list_id)
        .order_by(subscribers.c.id)
    )
    if status is not None:
        query = query.where(subscriptions.c.status == status)
    for *fields, attributes in connection.execute(query.execution_options(yield_per=_BATCH)):
        cells = [*(value or "" for value in fields), *(attributes.get(name, "") for name in own)]
        yield csv_line([guard_formula(cell) for cell in cells] if guard else cells)


def _own_fields(connection: Connection, list_id: int) -> Sequence[str]:
    query = (
        select(subscribers.c.attributes)
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .where(subscriptions.c.list_id == list_id)
    )
    names: set[str] = set()
    attributes: Mapping[str, str]
    for attributes in connection.scalars(query.execution_options(yield_per=_BATCH)):
        names.update(attributes)
    return sorted(names)
