"""A mailing as it was planned: the decision to send one issue to one audience."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, select, update

from composer.database.schema import deliveries, leases, mailing_editions, mailings
from composer.delivery.editions import load_edition
from composer.delivery.states import DeliveryState, MailingState
from composer.edition.model import Edition
from composer.errors import MailingError, StateError
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import Site


@dataclass(frozen=True, slots=True)
class Mailing:
    """One row of ``mailings``. ``editions`` is language → digest; ``sent_as`` is the Date of all its messages."""

    id: int
    issue: str
    digest: str
    state: MailingState
    planned: int
    lists: Sequence[int]
    sent_as: dt.datetime
    editions: Mapping[str, str]
    send_at: int | None = None  # Unix seconds: not before


def find_mailing(connection: Connection, mailing: int) -> Mailing:
    """The mailing of that number. Raises MailingError."""
    row = connection.execute(select(mailings).where(mailings.c.id == mailing)).first()
    if row is None:
        raise MailingError(f"there is no mailing {mailing}; `newsletter status` lists them")
    editions = connection.execute(
        select(mailing_editions.c.language, mailing_editions.c.edition_digest)
        .where(mailing_editions.c.mailing_id == mailing)
        .order_by(mailing_editions.c.language)
    )
    return Mailing(
        id=row.id,
        issue=row.issue,
        digest=row.digest,
        state=MailingState(row.state),
        planned=row.planned,
        lists=row.list_ids,
        sent_as=dt.datetime.fromtimestamp(row.sent_as, dt.UTC),
        editions=dict(editions.all()),
        send_at=row.send_at,
    )


def mailings_of(connection: Connection, issue: str) -> Sequence[int]:
    """The numbers of the mailings of an issue, the newest first."""
    query = select(mailings.c.id).where(mailings.c.issue == issue).order_by(mailings.c.id.desc())
    return connection.scalars(query).all()


def set_time(connection: Connection, mailing: int, send_at: int) -> None:
    """Not before: for `newsletter send` and for workers. Raises StateError once it has begun."""
    found = find_mailing(connection, mailing)
    if found.state is not MailingState.PLANNED:
        raise StateError(f"mailing {mailing} is {found.state}; a time is for one that has not begun")
    connection.execute(update(mailings).where(mailings.c.id == mailing).values(send_at=send_at))


def mailings_to_help(connection: Connection, *, now: int) -> Sequence[int]:
    """Mailings that a worker may take up: begun and not finished, or planned for a time that has come."""
    has_work = exists().where(deliveries.c.mailing_id == mailings.c.id, deliveries.c.state == DeliveryState.PENDING)
    is_due = exists().where(
        deliveries.c.mailing_id == mailings.c.id,
        deliveries.c.state == DeliveryState.DEFERRED,
        deliveries.c.next_attempt_at <= now,
    )
    is_left_open = exists().where(leases.c.mailing_id == mailings.c.id, leases.c.expires_at <= now)
    begun = (mailings.c.state == MailingState.SENDING) & (has_work | is_due | is_left_open)
    timed = (mailings.c.state == MailingState.PLANNED) & (mailings.c.send_at <= now)
    return connection.scalars(select(mailings.c.id).where(begun | timed).order_by(mailings.c.id)).all()


def compile_mailing(
    connection: Connection, mailing: Mailing, *, site: Site
) -> Mapping[str, tuple[Edition, CompiledMessage]]:
    """language → the edition, and the message that every delivery in it is made of."""
    loaded = {language: load_edition(connection, digest) for language, digest in mailing.editions.items()}
    return {
        language: (edition, compile_message(edition, site=site, mailing=mailing.id, date=mailing.sent_as))
        for language, edition in loaded.items()
    }
