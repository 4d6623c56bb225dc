"""Packs mailings that are over for long to counts (``delivery/packed.py``), and forgets who was in them.

1. One transaction counts a mailing and writes the counts into its row. From its commit on every report takes them from
   there, so the numbers of a mailing add up at any moment, also if the process is killed.
2. Its rows are deleted in pages, each a transaction of its own, so that nobody waits for long: not a sender, not
   somebody who leaves. A clear-up that was interrupted goes on here.

Never packed: a mailing that has not begun, that anybody sends, or in which anything is open: pending, held, offered,
deferred, unknown, or refused and in doubt. Of a cancelled one, what was pending is open no more.

No link of a mail that is out stops working (``delivery/editions.py``, ``site/leaving.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Exists, Select, delete, exists, func, select, update

from composer.database.engine import reading, writing
from composer.database.schema import attempts, deliveries, doubts, exclusions, leases, mailings
from composer.delivery.mailing import MAY_HAVE_IT, count_exclusions, find_mailing, mailing_row, wait_for_other_plans
from composer.delivery.packed import PackedCounts, PackedSubject
from composer.delivery.reporting.policy_refusals import find_policy_refusals
from composer.delivery.reporting.recipients import count_by_provider
from composer.delivery.reporting.report import report_mailing
from composer.delivery.reporting.status import Status, mailing_status
from composer.delivery.reporting.subject_results import count_subject_results
from composer.delivery.states import WAITING, DeliveryState, MailingState
from composer.logs import hide_addresses

_log = logging.getLogger("composer.upkeep")

_PAGE = 5_000
_NAMES_NOBODY = 20
"""A domain with fewer people than this is packed with the others: it could tell who they are."""

_OPEN = (*WAITING, DeliveryState.UNKNOWN)
_OPEN_IF_CANCELLED = (DeliveryState.OFFERED, DeliveryState.UNKNOWN)


def packable(*, before: int, now: int) -> Select[Any]:
    """SQL for the numbers of the mailings that are over, and in which nothing has happened since ``before``.

    Both are in Unix seconds; ``now`` tells which leases have ended.
    """
    last = func.coalesce(mailings.c.progress_at, 0)
    is_old = (mailings.c.created_at < before) & (mailings.c.updated_at < before) & (last < before)
    is_cancelled = mailings.c.state == MailingState.CANCELLED
    in_doubt = exists().where(doubts.c.delivery_id == deliveries.c.id, deliveries.c.mailing_id == mailings.c.id)
    is_held = exists().where(
        leases.c.mailing_id == mailings.c.id,
        (leases.c.expires_at > now) | (func.coalesce(leases.c.progress_at, 0) >= before),
    )
    is_over = (is_cancelled & ~_has(_OPEN_IF_CANCELLED)) | (~is_cancelled & ~_has(_OPEN) & ~in_doubt)
    return (
        select(mailings.c.id)
        .where(mailings.c.packed_at.is_(None), mailings.c.state != MailingState.PLANNED, is_old, is_over, ~is_held)
        .order_by(mailings.c.id)
    )


def _has(states: Sequence[DeliveryState]) -> Exists:
    return exists().where(deliveries.c.mailing_id == mailings.c.id, deliveries.c.state.in_(states))


def pack_mailings(
    engine: Engine, *, before: int, now: int, is_stopping: Callable[[], bool] = lambda: False
) -> Sequence[int]:
    """Pack every mailing that is over since ``before``, and go on with those that were begun; gives their numbers.

    ``is_stopping`` is asked between transactions: what is left then is for the next time.
    """
    with reading(engine) as connection:
        wanted: Sequence[int] = connection.scalars(packable(before=before, now=now)).all()
        begun: Sequence[int] = connection.scalars(unfinished()).all()
    packed = [one for one in wanted if not is_stopping() and _write_counts(engine, one, before=before, now=now)]
    for mailing in sorted({*begun, *packed}):
        _delete_rows(engine, mailing, is_stopping)
    return packed


def unfinished() -> Select[Any]:
    """SQL for the numbers of the packed mailings whose rows are not all deleted yet."""
    has_deliveries = exists().where(deliveries.c.mailing_id == mailings.c.id)
    has_exclusions = exists().where(exclusions.c.mailing_id == mailings.c.id)
    return select(mailings.c.id).where(mailings.c.packed_at.is_not(None), has_deliveries | has_exclusions)


def _write_counts(engine: Engine, mailing: int, *, before: int, now: int) -> bool:
    with writing(engine) as connection:
        wait_for_other_plans(connection)  # a retry takes this lock too
        mailing_row(connection, mailing, lock=True)
        if connection.scalar(packable(before=before, now=now).where(mailings.c.id == mailing)) is None:
            return False  # something has happened since it was looked at
        status = mailing_status(connection, mailing, now=now)
        if not status.is_balanced:
            _log.warning(
                "a mailing is not packed: its numbers do not add up",
                extra={"action": "mailing.unbalanced", "mailing": mailing},
            )
            return False
        counts = _count(connection, status)
        connection.execute(
            update(mailings).where(mailings.c.id == mailing).values(packed_at=now, packed=counts.as_json())
        )
    fields = {"mailing": mailing, "planned": status.planned}
    _log.info("an old mailing is packed to counts", extra={"action": "mailing.packed", **fields})
    return True


def _count(connection: Connection, status: Status) -> PackedCounts:
    mailing = status.mailing
    found = find_mailing(connection, mailing)
    refused = find_policy_refusals(connection, mailing, status.deliveries)
    return PackedCounts(
        deliveries={str(state): count for state, count in status.deliveries.items() if count},
        excluded=dict(count_exclusions(connection, mailing)),
        languages=_languages(connection, mailing),
        suppressed=_by_reason(report_mailing(connection, status).suppressed),
        domains=_domains(connection, mailing),
        subjects={
            one.variant: PackedSubject({str(state): count for state, count in one.states.items()}, one.unsubscribed)
            for one in count_subject_results(connection, found)
        },
        refused_about_us={
            "people": refused.people,
            "replies": [{"reply": hide_addresses(reply), "people": people} for reply, people in refused.replies],
        }
        if refused
        else None,
        readers=sum(status.deliveries[state] for state in MAY_HAVE_IT),
    )


def _by_reason(suppressed: Mapping[str, int]) -> Mapping[str, int]:
    together: dict[str, int] = {}
    for reason, count in suppressed.items():
        words = hide_addresses(reason)
        together[words] = together.get(words, 0) + count
    return together


def _languages(connection: Connection, mailing: int) -> Mapping[str, int]:
    language = deliveries.c.language
    rows = connection.execute(
        select(language, func.count()).where(deliveries.c.mailing_id == mailing).group_by(language).order_by(language)
    )
    return dict(rows.all())


def _domains(connection: Connection, mailing: int) -> Mapping[str, Mapping[str, int]]:
    kept: dict[str, dict[str, int]] = {}
    for one in count_by_provider(connection, mailing, provider=lambda address: address.removeprefix("@")):
        states = kept.setdefault(one.provider if one.people >= _NAMES_NOBODY else "", {})
        for state, count in one.states.items():
            states[str(state)] = states.get(str(state), 0) + count
    return kept


def _delete_rows(engine: Engine, mailing: int, is_stopping: Callable[[], bool]) -> None:
    """Delete the rows of a packed mailing, a page in a transaction."""
    for delete_page in (_delete_deliveries, _delete_exclusions):
        count = _PAGE
        while count == _PAGE and not is_stopping():
            with engine.begin() as connection:
                count = delete_page(connection, mailing)


def _delete_deliveries(connection: Connection, mailing: int) -> int:
    page = select(deliveries.c.id).where(deliveries.c.mailing_id == mailing).order_by(deliveries.c.id).limit(_PAGE)
    ids = connection.scalars(page).all()
    for key in (attempts.c.delivery_id, doubts.c.delivery_id, deliveries.c.id):
        connection.execute(delete(key.table).where(key.in_(ids)))
    return len(ids)


def _delete_exclusions(connection: Connection, mailing: int) -> int:
    subscriber, is_of_mailing = exclusions.c.subscriber_id, exclusions.c.mailing_id == mailing
    people = connection.scalars(select(subscriber).where(is_of_mailing).order_by(subscriber).limit(_PAGE)).all()
    if people:
        connection.execute(delete(exclusions).where(is_of_mailing, subscriber <= people[-1]))
    return len(people)
