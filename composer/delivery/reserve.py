"""Quotas on disk: reserved some at a time before they are used, by all senders of one database together.

The guarantee: what stands in the table ``pace`` as used is at least what was sent, at every moment, because the
number is committed before the first message of it goes. After ``kill -9`` the messages that were reserved and not
sent are missing from the quota (a fiftieth of it, at most 500); an orderly end gives them back.
Rejected: counting after the send, once a second (forgets up to a second), and counting in every commit of the
ledger (a row that all senders wait for).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from composer.database.schema import pace
from composer.delivery.pace import Allowance


@dataclass(frozen=True, slots=True)
class Wish:
    """What one limit is asked for: ``count`` more; and of an earlier grant, what was not needed, given back."""

    name: str
    allowance: Allowance  # the limit as the settings have it; its state is in the table
    count: int
    unneeded: int = 0
    granted_at: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer: ``count`` messages, until ``usable_until``; or none, and how long to wait."""

    count: int
    at: int
    usable_until: int
    wait_s: int


def reserve(connection: Connection, wishes: Sequence[Wish], *, now: int) -> Sequence[Grant]:
    """Take from quotas and give back to them; the answers are in the order of the wishes. Does not commit."""
    grants = {wish.name: _reserve(connection, wish, now) for wish in sorted(wishes, key=lambda wish: wish.name)}
    return [grants[wish.name] for wish in wishes]


@dataclass(frozen=True, slots=True)
class Note:
    """What a run says of its pace: the limit that governs, its speed in the long run, when it lets mail go again."""

    limit: str = ""
    per_second: float | None = None
    resumes_at: float | None = None


def write_note(connection: Connection, mailing: int, note: Note, *, now: int) -> None:
    """For `newsletter status`. Does not commit."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {"state": [note.limit, note.per_second, note.resumes_at], "updated_at": now}
    written = make(pace).values(name=f"mailing {mailing}", **row)
    connection.execute(written.on_conflict_do_update(index_elements=["name"], set_=row))


def read_note(connection: Connection, mailing: int) -> Note:
    """The last one."""
    state = connection.scalar(select(pace.c.state).where(pace.c.name == f"mailing {mailing}"))
    return Note(*state) if state else Note()


def _reserve(connection: Connection, wish: Wish, now: int) -> Grant:
    """Rows are locked in the order of their names, so that two senders cannot wait for each other."""
    allowance = wish.allowance.restore(_lock(connection, wish.name, now))
    if wish.unneeded:
        allowance = allowance.give_back(wish.unneeded, wish.granted_at)
    count = min(wish.count, allowance.free(now))
    if count:
        allowance = allowance.take(count, now)
    row = {"state": allowance.dump(), "updated_at": now}
    connection.execute(update(pace).where(pace.c.name == wish.name).values(row))
    return Grant(count, now, allowance.usable_until(now), allowance.wait_s(now) if wish.count and not count else 0)


def _lock(connection: Connection, name: str, now: int) -> Sequence[Sequence[int]]:
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(make(pace).values(name=name, state=[], updated_at=now).on_conflict_do_nothing())
    state: Sequence[Sequence[int]] = connection.scalars(
        select(pace.c.state).where(pace.c.name == name).with_for_update()
    ).one()
    return state
