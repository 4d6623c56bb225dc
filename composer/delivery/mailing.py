"""A mailing as it was planned: the decision to send one issue to one audience."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Exists, Row, ScalarSelect, Select, exists, func, select, text, update

from composer.database.schema import deliveries, doubts, exclusions, leases, mailing_editions, mailings, subscribers
from composer.delivery.editions import load_edition
from composer.delivery.packed import find_packed
from composer.delivery.states import WAITING, DeliveryState, MailingState
from composer.delivery.variant import FIRST_VARIANT, EditionKey
from composer.edition.model import Edition
from composer.errors import MailingError, NoSuchMailing, StateError
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import Site


@dataclass(frozen=True, slots=True)
class Mailing:
    """One row of ``mailings``, with the digests of its editions. ``sent_as`` is the Date header of all its messages."""

    id: int
    issue: str
    digest: str
    state: MailingState
    planned: int
    lists: Sequence[int]
    sent_as: dt.datetime
    edition_digests: Mapping[EditionKey, str]
    send_at: int | None = None  # Unix seconds: not before
    winner: str | None = None  # of a subject test
    nonce: str = ""  # in the tags of its links and Message-IDs
    segment: str | None = None  # those of the lists who are in it get it; None: it has no name, or is for all
    segment_condition: str | None = None  # as it was written when the mailing was planned; None: it is for all
    segment_resolved: str | None = None  # the same with the days that its relative ones were then
    relays: Sequence[str] = ()  # the names of those that may carry it; none: all
    key_check: str | None = None  # of the key that these are made with, ``Site.key_check``; None: not known yet

    @property
    def segment_title(self) -> str:
        """Gives the name of its segment, or else its condition; empty if it is for all."""
        return self.segment or self.segment_condition or ""

    @property
    def digests_by_language(self) -> Mapping[str, str]:
        """Gives for each language the digest of the edition with the first subject."""
        return {
            language: digest for (language, variant), digest in self.edition_digests.items() if variant == FIRST_VARIANT
        }

    @property
    def variants(self) -> Sequence[str]:
        """The variants of its subject, in order; only A if no subjects are tested."""
        return sorted({variant for _, variant in self.edition_digests})


def mailing_row(connection: Connection, mailing: int, *, lock: bool = False) -> Row[Any]:
    """The mailing's row of ``mailings``; ``lock`` keeps others from changing it until the transaction ends.

    Raises NoSuchMailing.
    """
    query = select(mailings).where(mailings.c.id == mailing)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NoSuchMailing(mailing)
    return row


def find_mailing(connection: Connection, mailing: int) -> Mailing:
    """Read the mailing of that number with the digests of its editions. Raises NoSuchMailing."""
    row = mailing_row(connection, mailing)
    editions = connection.execute(
        select(mailing_editions.c.language, mailing_editions.c.variant, mailing_editions.c.edition_digest)
        .where(mailing_editions.c.mailing_id == mailing)
        .order_by(mailing_editions.c.language, mailing_editions.c.variant)
    )
    return Mailing(
        id=row.id,
        issue=row.issue,
        digest=row.digest,
        state=MailingState(row.state),
        planned=row.planned,
        lists=row.list_ids,
        sent_as=dt.datetime.fromtimestamp(row.sent_as, dt.UTC),
        edition_digests={(language, variant): digest for language, variant, digest in editions},
        send_at=row.send_at,
        winner=row.winner,
        nonce=row.nonce or "",
        segment=row.segment,
        segment_condition=row.segment_condition,
        segment_resolved=row.segment_resolved,
        relays=tuple(row.relays or ()),
        key_check=row.key_check,
    )


def count_exclusions(connection: Connection, mailing: int) -> Mapping[str, int]:
    """Count the people who were left out of the mailing, by reason in alphabetical order."""
    if packed := find_packed(connection, mailing):
        return packed.excluded
    reason = exclusions.c.reason
    counts = select(reason, func.count()).where(exclusions.c.mailing_id == mailing).group_by(reason).order_by(reason)
    return dict(connection.execute(counts).all())


def require_variant(found: Mailing, variant: str) -> None:
    """Raises MailingError unless the mailing has this variant of the subject."""
    if variant not in found.variants:
        raise MailingError(f"mailing {found.id} has no subject {variant!r}; there are {', '.join(found.variants)}")


MAY_HAVE_IT = (
    DeliveryState.OFFERED,
    DeliveryState.ACCEPTED,
    DeliveryState.UNKNOWN,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
)
"""States in which somebody has a mailing, or may have it."""


def whoever_has(issue: str | ScalarSelect[str], *, but: int = 0) -> Select[tuple[int]]:
    """SQL for the numbers of all who have the issue by any mailing ``but`` one, may have it, or are about to get it.

    A plan that is not begun counts beside a mailing that is (``but``); a new plan takes the place of it. What is
    refused and in doubt may be given back as long as somebody sends.
    """
    begun = (MailingState.SENDING, MailingState.PAUSED)
    is_to_come = deliveries.c.state.in_(WAITING) & mailings.c.state.in_(
        (*begun, MailingState.PLANNED) if but else begun
    )
    is_in_doubt = (
        (deliveries.c.state == DeliveryState.REFUSED)
        & exists().where(doubts.c.delivery_id == deliveries.c.id)
        & exists().where(leases.c.mailing_id == mailings.c.id)
    )
    person = subscribers.alias("person")
    return (
        # Whoever was merged into another has it for both.
        select(func.coalesce(person.c.merged_into, deliveries.c.subscriber_id))
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .join(person, person.c.id == deliveries.c.subscriber_id)
        .where(mailings.c.issue == issue, mailings.c.id != but)
        .where(deliveries.c.state.in_(MAY_HAVE_IT) | is_to_come | is_in_doubt)
    )


def wait_for_other_plans(connection: Connection) -> None:
    """Make sure that of two plans of one issue, or a plan and a retry, the later one sees the other.

    On SQLite, a writer is alone anyhow. Nothing may be read in the transaction before: that would fix what it sees.
    """
    if connection.dialect.name == "postgresql":
        # In a mode that holds up nobody else, except VACUUM.
        connection.execute(text("LOCK TABLE mailings IN SHARE UPDATE EXCLUSIVE MODE"))


def is_key_of(mailing: Mailing, site: Site) -> bool:
    """Whether the site has the secret key that this mailing's links and Message-IDs are made with, as far as we know.

    A mailing that was begun before it was kept does not tell.
    """
    return mailing.key_check in (None, site.key_check)


def set_send_time(connection: Connection, mailing: int, send_at: int) -> None:
    """Set the time, in Unix seconds, before which a mailing is not sent. Raises StateError once it has begun."""
    found = find_mailing(connection, mailing)
    if found.state is not MailingState.PLANNED:
        raise StateError(f"mailing {mailing} is {found.state}; a time is for one that has not begun")
    connection.execute(update(mailings).where(mailings.c.id == mailing).values(send_at=send_at))


def mailings_with_work(connection: Connection, *, now: int) -> Sequence[int]:
    """List the mailings that a worker may send now: begun and not finished, or planned for a time that has come."""
    has_pending = _any_delivery(DeliveryState.PENDING)
    has_released = mailings.c.winner.is_not(None) & _any_delivery(DeliveryState.HELD)
    has_due_retry = _any_delivery(DeliveryState.DEFERRED).where(deliveries.c.next_attempt_at <= now)
    has_dead_sender = exists().where(leases.c.mailing_id == mailings.c.id, leases.c.expires_at <= now)
    is_begun = mailings.c.state == MailingState.SENDING
    has_work = is_begun & (has_pending | has_released | has_due_retry | has_dead_sender)
    is_due = (mailings.c.state == MailingState.PLANNED) & (mailings.c.send_at <= now)
    return connection.scalars(select(mailings.c.id).where(has_work | is_due).order_by(mailings.c.id)).all()


def _any_delivery(state: DeliveryState) -> Exists:
    """SQL that tells, for a row of ``mailings``, whether it has a delivery in this state."""
    return exists().where(deliveries.c.mailing_id == mailings.c.id, deliveries.c.state == state)


def compile_mailing(
    connection: Connection, mailing: Mailing, *, site: Site, is_trial: bool = False
) -> Mapping[EditionKey, tuple[Edition, CompiledMessage]]:
    """Load each edition of the mailing, and compile the message that every delivery with it is rendered from.

    With ``is_trial`` these are messages to be looked at and not sent: their links change nothing, and prove nothing.
    """
    site = replace(site.of_mailing(mailing.nonce), is_trial=is_trial)
    loaded = {key: load_edition(connection, digest) for key, digest in mailing.edition_digests.items()}
    return {
        key: (edition, compile_message(edition, site=site, mailing=mailing.id, date=mailing.sent_as))
        for key, edition in loaded.items()
    }
