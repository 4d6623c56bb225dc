"""Takes what is personal out of the record of consent, and leaves the record whole.

In its place comes the commitment to it (``hashing.py``), so every entry keeps the hash that it was written with, and
nobody can find out what stood there: the salt goes as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, or_, select, update

from composer.audience.consent.hashing import SALT_BYTES, network_of, person_of
from composer.database.schema import consent_events

_BATCH = 500
_columns = consent_events.c


def forget_people(connection: Connection, people: Collection[int]) -> int:
    """Forget addresses, IPs and user agents in all entries of these subscribers; returns of how many entries."""
    holds = _columns.subscriber_id.in_(list(people)) & or_(_columns.email.is_not(None), _columns.salt.is_not(None))
    count = 0
    for page in _pages(connection, holds):
        rows = [{"entry": row["id"], "person": person_of(row), "network": network_of(row)} for row in page]
        connection.execute(_FORGET_PERSON, rows)
        count += len(rows)
    return count


def count_networks(connection: Connection, *, before: int) -> int:
    """Count the entries of which ``forget_networks`` would forget the IP and the user agent."""
    return connection.scalars(select(func.count()).select_from(consent_events).where(_has_network(before))).one()


def forget_networks(connection: Connection, *, before: int) -> int:
    """Forget the IPs and user agents of entries from before that time, in Unix seconds; returns of how many."""
    count = 0
    for page in _pages(connection, _has_network(before)):
        rows: list[dict[str, Any]] = [
            {"entry": row["id"], "rest": bytes(row["salt"])[:SALT_BYTES], "network": network_of(row)} for row in page
        ]
        connection.execute(_FORGET_NETWORK, rows)
        count += len(rows)
    return count


def _has_network(before: int) -> ColumnElement[bool]:
    return (_columns.at < before) & (func.length(_columns.salt) > SALT_BYTES)


def _pages(connection: Connection, holds: ColumnElement[bool]) -> Iterator[Sequence[RowMapping]]:
    """Read the entries of which that holds, some at a time, by rising number."""
    last = 0
    query = select(consent_events).where(holds).order_by(_columns.id).limit(_BATCH)
    while page := connection.execute(query.where(_columns.id > last)).mappings().all():
        yield page
        last = page[-1]["id"]


_FORGET_PERSON = (
    update(consent_events)
    .where(_columns.id == bindparam("entry"))
    .values(
        email=None,
        ip=None,
        user_agent=None,
        salt=None,
        person_commitment=bindparam("person"),
        network_commitment=bindparam("network"),
    )
)
_FORGET_NETWORK = (
    update(consent_events)
    .where(_columns.id == bindparam("entry"))
    .values(ip=None, user_agent=None, salt=bindparam("rest"), network_commitment=bindparam("network"))
)
