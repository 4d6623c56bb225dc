"""Limits on disk, shared by all senders of one database: quotas reserved before they are used, and shares of a rate.

The guarantee: what stands in the table ``pace`` as used is at least what was sent, at every moment, because the
number is committed before the first message of it goes. After ``kill -9`` the messages that were reserved and not
sent are missing from the quota (a fiftieth of it, at most 500); an orderly end gives them back. The shares of a
rate per second (``limits/shared_rate.py``) never add up to more than it.
Rejected: counting after the send, once a second (forgets up to a second), and counting in every commit of the
ledger (a row that all senders wait for).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, delete, select, update

from composer.database.schema import pace
from composer.database.upsert import upsert
from composer.delivery.ledger.lease import active_senders
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.quota import CountedLimit
from composer.delivery.limits.shared_rate import GOOD_FOR_S, SenderShare, SharedRate, divide

_ASK_AGAIN_S = 1
_KEPT_S = 2 * 86_400


def grant_requests(
    connection: Connection, requests: Sequence[GrantRequest], *, sender: str, now: int
) -> Sequence[Grant]:
    """Take from limits and give back to them; the answers are in the order of the requests. Does not commit.

    ``sender`` is ours among the ``active_senders``.
    """
    # Rows are locked in the order of their names, so that two senders cannot wait for each other.
    grants = {}
    for request in sorted(requests, key=lambda request: request.name):
        kept = lock_row(connection, request.name, empty=[], now=now)
        # Read after the row is locked, so that whoever has a share of this rate by now is seen.
        living = active_senders(connection, now=now) if isinstance(request.limit, SharedRate) else ()
        grant, state = decide(request, kept, sender=sender, living=living, now=now)
        connection.execute(update(pace).where(pace.c.name == request.name).values(state=state, updated_at=now))
        grants[request.name] = grant
    return [grants[request.name] for request in requests]


def forget_old(connection: Connection, *, now: int) -> None:
    """Delete the rows of limits that count no more. Does not commit.

    A limit for "*" leaves a row for every domain that was ever written to, which would grow without end.
    """
    is_old = pace.c.updated_at < now - _KEPT_S
    old = select(pace.c.name).where(is_old, *(~pace.c.name.like(like) for like in ("mailing %", "%, warm-up")))
    # A row that is locked is in use again, and waiting for it could be a deadlock.
    names = connection.scalars(old.with_for_update(skip_locked=True)).all()
    connection.execute(delete(pace).where(pace.c.name.in_(names)))


def decide(
    request: GrantRequest, kept: Sequence[Any], *, sender: str, living: Collection[str], now: int
) -> tuple[Grant, Sequence[Any]]:
    """Decide what a request gets, and what the state of its limit is afterwards. Pure.

    ``kept`` is the state before, as it stands in the table; it is empty at first. ``living`` are all other senders.
    """
    if isinstance(request.limit, SharedRate):
        shares = [SenderShare(*share) for share in kept]
        return _divide(request.limit, request, shares, sender=sender, living=living, now=now)
    return _reserve(request.limit.restore(kept).without_future(now), request, now)


def _reserve(limit: CountedLimit, request: GrantRequest, now: int) -> tuple[Grant, Sequence[Any]]:
    if request.unneeded:
        limit = limit.give_back(request.unneeded, request.granted_at)
    count = min(request.count, limit.free(now))
    if count:
        limit = limit.reserve(count, now)
    wait_s = limit.wait_s(now) if request.count and not count else 0
    until, free, refill = limit.usable_until(now), limit.free(now), limit.refill
    return Grant(count, now, until, wait_s, free, refill), limit.dump()


def _divide(
    rate: SharedRate,
    request: GrantRequest,
    shares: Sequence[SenderShare],
    *,
    sender: str,
    living: Collection[str],
    now: int,
) -> tuple[Grant, Sequence[Any]]:
    everyone = {*living, sender}
    count, after = divide(rate.count, shares, sender=sender, living=everyone, now=now, leaves=not request.count)
    wait_s = 0 if count or not request.count else _ASK_AGAIN_S
    return Grant(count, now, now + GOOD_FOR_S, wait_s), [astuple(share) for share in after]


def lock_row(connection: Connection, name: str, *, empty: Any, now: int) -> Any:
    """Lock a row of ``pace`` until the transaction ends, and return its state. The row is made if there is none."""
    row = upsert(connection, pace).values(name=name, state=empty, updated_at=now)
    locked = row.on_conflict_do_update(index_elements=["name"], set_={"updated_at": now})
    return connection.scalars(locked.returning(pace.c.state)).one()
