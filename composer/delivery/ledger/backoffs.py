"""How fast a relay or a provider lets us send, kept for the next sender and for the others.

A sender that is asked for less (``backoff.py``) writes it down at once, and reads what is there when it begins and
every few seconds. So one that is started again, or comes to help, begins at the speed that was left, and not at full
speed against a relay that asked for less a minute ago. Times are Unix seconds here: they mean the same to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, select

from composer.database.schema import pace
from composer.database.upsert import upsert
from composer.delivery.limits.backoff import Backoff

_SLOWED = ", slowed"
_SKEW_S = 60
"""By so much the clocks of two machines may differ without being wrong."""


def keep_backoffs(connection: Connection, backoffs: Mapping[str, Backoff], *, now: int) -> None:
    """Write down backoffs by the key of their limiter: "by relay.example:587", "to gmail". Does not commit."""
    for name, backoff in sorted(backoffs.items()):  # in order, so that two senders cannot wait for each other's rows
        row = {"state": [backoff.full, backoff.speed, backoff.since], "updated_at": now}
        written = upsert(connection, pace).values(name=f"{name}{_SLOWED}", **row)
        connection.execute(written.on_conflict_do_update(index_elements=["name"], set_=row))


def read_backoffs(connection: Connection, *, now: float) -> Mapping[str, Backoff]:
    """The backoffs that are not over, by the key of the limiter. One from the future counts as begun now."""
    known = {
        name: replace(backoff, since=min(backoff.since, now)) for name, backoff in _all_backoffs(connection).items()
    }
    return {name: backoff for name, backoff in known.items() if not backoff.is_over(now)}


def correct_future_backoffs(connection: Connection, *, now: float) -> None:
    """Rewrite backoffs from far in the future, which a clock that was set back has left, as begun now.

    Otherwise each would begin anew whenever somebody looks, until that time has come. Does not commit.
    """
    ahead = {
        name: replace(backoff, since=now)
        for name, backoff in _all_backoffs(connection).items()
        if backoff.since > now + _SKEW_S
    }
    keep_backoffs(connection, ahead, now=int(now))


def _all_backoffs(connection: Connection) -> Mapping[str, Backoff]:
    rows = connection.execute(select(pace.c.name, pace.c.state).where(pace.c.name.like(f"%{_SLOWED}")))
    return {name.removesuffix(_SLOWED): Backoff(*state) for name, state in rows}
