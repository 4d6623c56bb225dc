"""Keeps the addresses that are never mailed. A suppression outlives the subscriber, and can precede one.

Two reasons for one address are two rows, so that lifting a manual one does not forget a complaint.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, literal, or_, select, update

from composer.address import address_of_key, fold_address, parse_address
from composer.database.metadata import Id
from composer.database.schema import lifted_suppressions, lists, suppressions
from composer.database.upsert import upsert


class SuppressionReason(enum.StrEnum):
    """Why an address is not mailed."""

    BOUNCED = "bounced"  # its mailbox does not exist, or is closed for good
    COMPLAINED = "complained"  # its owner reported a mail as spam
    MANUAL = "manual"  # the operator's decision
    ERASED = "erased"  # its owner asked to be forgotten


_OWNERS_WISH = (SuppressionReason.COMPLAINED, SuppressionReason.ERASED)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One reason not to mail one address; ``list`` is a list's name, or none for every list."""

    email: str
    reason: SuppressionReason
    list: str | None
    source: str
    created_at: int


def suppress(
    connection: Connection, email: str, *, reason: str, source: str, now: int, list_id: int | None = None
) -> bool:
    """Never mail this address again, on one list or on all. True if that is new. Raises AddressError.

    What a file has said already is kept by this word as well, and is not lifted with that import.
    """
    row = {
        "email_key": fold_address(parse_address(email)),
        "reason": SuppressionReason(reason),
        "list_id": list_id,
        "source": source,
        "created_at": now,
    }
    written = connection.scalar(
        upsert(connection, suppressions).values(row).on_conflict_do_nothing().returning(suppressions.c.id)
    )
    if written is None:
        same = (suppressions.c[name].is_not_distinct_from(row[name]) for name in ("email_key", "reason", "list_id"))
        keep_beyond_import(connection, *same)
    return written is not None


def keep_beyond_import(connection: Connection, *which: ColumnElement[bool]) -> None:
    """Let these suppressions be no import's any more, because somebody else has said the same."""
    connection.execute(update(suppressions).where(suppressions.c.import_id.is_not(None), *which).values(import_id=None))


@dataclass(frozen=True, slots=True)
class SuppressionFilter:
    """Which suppressions are meant: those of whom all of it holds. What is none or empty says nothing.

    Times are Unix seconds, ``since`` among them and ``until`` not. ``mailing`` is the one whose replies suppressed
    them, ``source`` a part of where they come from, such as a relay's words. What its owner asked for (complained,
    erased) is meant only where ``reasons`` names it.
    """

    email: str | None = None
    reasons: Sequence[SuppressionReason] = ()
    list_id: int | None = None
    since: int | None = None
    until: int | None = None
    mailing: int | None = None
    source: str = ""

    def condition(self) -> ColumnElement[bool]:
        """SQL: this row of ``suppressions`` is meant. Raises AddressError."""
        columns = suppressions.c
        conditions: list[ColumnElement[bool]] = [
            columns.reason.in_(self.reasons) if self.reasons else columns.reason.not_in(_OWNERS_WISH)
        ]
        if self.email is not None:
            conditions.append(columns.email_key == fold_address(parse_address(self.email)))
        if self.list_id is not None:
            conditions.append(columns.list_id == self.list_id)
        if self.since is not None:
            conditions.append(columns.created_at >= self.since)
        if self.until is not None:
            conditions.append(columns.created_at < self.until)
        if self.mailing is not None:
            said = f"mailing {self.mailing}"
            conditions.append(or_(columns.source == said, columns.source.startswith(f"{said}:", autoescape=True)))
        if self.source:
            conditions.append(columns.source.icontains(self.source, autoescape=True))
        return and_(*conditions)


@dataclass(frozen=True, slots=True)
class LiftedSuppression:
    """A suppression that is none any more, and the record of who lifted it and why."""

    reason: SuppressionReason
    list: str | None
    source: str
    created_at: int
    lifted_at: int
    lifted_by: str


def lift_suppressions(connection: Connection, which: SuppressionFilter, *, by: str, now: int) -> int:
    """Mail these addresses again, keep a record of what was lifted and ``by`` whom, and tell how many that were."""
    return _lift(connection, which.condition(), by=by, now=now)


def _lift(connection: Connection, condition: ColumnElement[bool], *, by: str, now: int) -> int:
    columns = [column for column in suppressions.c if column.name != "id"]
    kept = select(*columns, literal(now, Id), literal(by)).where(condition)
    names = [*(column.name for column in columns), "lifted_at", "lifted_by"]
    connection.execute(insert(lifted_suppressions).from_select(names, kept))
    return connection.execute(delete(suppressions).where(condition)).rowcount


def lift_those_of_import(connection: Connection, import_id: int, *, by: str, now: int) -> int:
    """Lift what an import has brought, keep a record of it and ``by`` whom, and tell how many that were."""
    return _lift(connection, suppressions.c.import_id == import_id, by=by, now=now)


def find_lifted(connection: Connection, email: str) -> Sequence[LiftedSuppression]:
    """Find what was lifted of one address; the oldest comes first. Raises AddressError."""
    columns = lifted_suppressions.c
    query = (
        select(columns.reason, lists.c.name, columns.source, columns.created_at, columns.lifted_at, columns.lifted_by)
        .select_from(lifted_suppressions.outerjoin(lists))
        .where(columns.email_key == fold_address(parse_address(email)))
        .order_by(columns.id)
    )
    return [LiftedSuppression(SuppressionReason(row[0]), *row[1:]) for row in connection.execute(query)]


def find_suppressions(
    connection: Connection, email: str | None = None, *, which: SuppressionFilter | None = None
) -> Sequence[Suppression]:
    """Find every suppression, those of one address, or those that are meant; the oldest comes first."""
    query = (
        select(
            suppressions.c.email_key,
            suppressions.c.reason,
            lists.c.name,
            suppressions.c.source,
            suppressions.c.created_at,
        )
        .select_from(suppressions.outerjoin(lists))
        .order_by(suppressions.c.id)
    )
    if email is not None:
        query = query.where(suppressions.c.email_key == fold_address(parse_address(email)))
    if which is not None:
        query = query.where(which.condition())
    return [
        Suppression(address_of_key(row.email_key), SuppressionReason(row.reason), row.name, row.source, row.created_at)
        for row in connection.execute(query)
    ]
