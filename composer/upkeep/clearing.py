"""Clears what is older than the operator wants to keep, by hand (``newsletter db clear``) or each night.

::

    deliveries   of mailings that are over: packed to counts (packing.py)
    attempts     the earlier tries of mailings that are over: deleted; the last one stands in the delivery
    networks     IP addresses and browsers in the record of consent: a commitment takes their place (audience/consent)

Each part is in transactions of its own, and may be interrupted anywhere: the next time goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, delete, func, select, tuple_

from composer.audience.consent.forgetting import count_networks, forget_networks
from composer.database.engine import reading
from composer.database.schema import attempts, deliveries, exclusions, mailings
from composer.upkeep.packing import pack_mailings, packable, unfinished

_log = logging.getLogger("composer.upkeep")

_DAY_S = 24 * 3600
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days things are kept; 0 is for ever, of networks None: with 0 none is kept at all."""

    deliveries_days: int = 0
    attempts_days: int = 0
    networks_days: int | None = None


@dataclass(frozen=True, slots=True)
class Cleared:
    """How much was cleared, or would be: mailings packed, rows of theirs, earlier tries, IPs and browsers."""

    mailings: int = 0
    deliveries: int = 0
    exclusions: int = 0
    attempts: int = 0
    networks: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to clear."""
        return not any(asdict(self).values())


def clear(engine: Engine, keeping: Keeping, *, now: int, is_stopping: Callable[[], bool] = lambda: False) -> Cleared:
    """Clear all that is older than it is kept; ``now`` is in Unix seconds. Gives how much it was.

    ``is_stopping`` is asked between transactions: what is left then is for the next time.
    """
    with reading(engine) as connection:
        cleared = count_clearable(connection, keeping, now=now)
    if keeping.deliveries_days:
        pack_mailings(engine, before=now - keeping.deliveries_days * _DAY_S, now=now, is_stopping=is_stopping)
    if keeping.attempts_days:
        _delete_attempts(engine, _old_attempts(keeping, now), is_stopping)
    if keeping.networks_days is not None and not is_stopping():
        with engine.begin() as connection:
            forget_networks(connection, before=now - keeping.networks_days * _DAY_S)
    if not cleared.is_nothing:
        fields = asdict(cleared)
        _log.info("what was kept long enough is cleared", extra={"action": "database.cleared", **fields})
    return cleared


def count_clearable(connection: Connection, keeping: Keeping, *, now: int) -> Cleared:
    """Count what ``clear`` would clear now. Only reads."""
    cleared = Cleared()
    if keeping.deliveries_days:
        numbers = packable(before=now - keeping.deliveries_days * _DAY_S, now=now)
        wanted = numbers.order_by(None).union(unfinished()).subquery()
        of_them = select(wanted.c.id)
        cleared = Cleared(
            mailings=_count(connection, numbers),
            deliveries=_count(connection, select(deliveries.c.id).where(deliveries.c.mailing_id.in_(of_them))),
            exclusions=_count(
                connection, select(exclusions.c.subscriber_id).where(exclusions.c.mailing_id.in_(of_them))
            ),
        )
    old = _count(connection, _old_attempts(keeping, now)) if keeping.attempts_days or keeping.deliveries_days else 0
    networks = 0
    if keeping.networks_days is not None:
        networks = count_networks(connection, before=now - keeping.networks_days * _DAY_S)
    return Cleared(cleared.mailings, cleared.deliveries, cleared.exclusions, old, networks)


def _count(connection: Connection, query: Select[Any]) -> int:
    return connection.scalars(select(func.count()).select_from(query.order_by(None).subquery())).one()


def _old_attempts(keeping: Keeping, now: int) -> Select[Any]:
    """SQL for the keys of the attempts that are cleared: by their own age, or with the mailing that is packed."""
    days = [one for one in (keeping.attempts_days, keeping.deliveries_days) if one]
    over = packable(before=now - min(days) * _DAY_S, now=now).order_by(None)
    packed = select(mailings.c.id).where(mailings.c.packed_at.is_not(None))
    is_theirs: ColumnElement[bool] = deliveries.c.mailing_id.in_(over) | deliveries.c.mailing_id.in_(packed)
    return (
        select(attempts.c.delivery_id, attempts.c.number)
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .where(is_theirs)
        .order_by(attempts.c.delivery_id, attempts.c.number)
    )


def _delete_attempts(engine: Engine, old: Select[Any], is_stopping: Callable[[], bool]) -> None:
    keys: list[tuple[int, int]] = []
    while not is_stopping():
        with engine.begin() as connection:
            keys = [(row.delivery_id, row.number) for row in connection.execute(old.limit(_PAGE))]
            if not keys:
                return
            connection.execute(delete(attempts).where(tuple_(attempts.c.delivery_id, attempts.c.number).in_(keys)))
