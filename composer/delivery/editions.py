"""Editions in the database: stored whole, by digest, so that a mailing needs no files and its links keep working.

An edition that is stored already is not written again, because its digest says that it is the same.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from composer.database.schema import deliveries, edition_assets, editions, mailing_editions, mailings, subscribers
from composer.delivery.variant import FIRST_VARIANT, VARIANT_OF_DELIVERY
from composer.edition.model import Asset, Edition, dump_edition, restore_edition
from composer.errors import MailingError
from composer.message.recipient import Recipient


def store_edition(connection: Connection, edition: Edition, *, now: int) -> str:
    """Store the edition and its files, and return its digest."""
    digest = edition.digest
    if connection.scalar(select(editions.c.digest).where(editions.c.digest == digest)):
        return digest
    content = zlib.compress(dump_edition(edition), level=9)
    connection.execute(
        insert(editions).values(
            digest=digest, issue=edition.issue, language=edition.language, content=content, created_at=now
        )
    )
    if edition.assets:
        connection.execute(
            insert(edition_assets),
            [
                {"edition_digest": digest, "name": file.name, "media_type": file.media_type, "content": file.content}
                for file in edition.assets
            ],
        )
    return digest


def load_edition(connection: Connection, digest: str) -> Edition:
    """Load the edition of that digest. Raises MailingError if none is stored."""
    content = connection.scalar(select(editions.c.content).where(editions.c.digest == digest))
    if content is None:
        raise MailingError(f"no edition {digest[:12]} is stored")
    files = connection.execute(
        select(edition_assets.c.name, edition_assets.c.media_type, edition_assets.c.content)
        .where(edition_assets.c.edition_digest == digest)
        .order_by(edition_assets.c.name)
    )
    return restore_edition(zlib.decompress(content), [Asset(*file) for file in files])


def load_message(connection: Connection, *, mailing: int, subscriber: int) -> tuple[Edition, Recipient]:
    """Load what one person was sent, or will be: the edition, and the recipient with the values as planned.

    Of a packed mailing it is what somebody gets of whom nothing is known, in the language that is theirs now. Raises
    MailingError if the mailing has no delivery to this subscriber, or they were erased since.
    """
    row = connection.execute(
        select(deliveries.c.email, deliveries.c.fields, mailing_editions.c.edition_digest)
        .select_from(deliveries)
        .join(
            mailing_editions,
            (mailing_editions.c.mailing_id == deliveries.c.mailing_id)
            & (mailing_editions.c.language == deliveries.c.language)
            & (mailing_editions.c.variant == VARIANT_OF_DELIVERY),
        )
        .where(deliveries.c.mailing_id == mailing, deliveries.c.subscriber_id == subscriber)
    ).one_or_none()
    if row is None:
        return _load_of_packed(connection, mailing, subscriber)
    if not row.email:
        raise MailingError(f"mailing {mailing} has no message for subscriber {subscriber}")
    recipient = Recipient(row.email, subscriber, mailing, row.fields)
    return load_edition(connection, row.edition_digest), recipient


def _load_of_packed(connection: Connection, mailing: int, subscriber: int) -> tuple[Edition, Recipient]:
    reader = find_packed_reader(connection, mailing=mailing, subscriber=subscriber)
    if reader is None:
        raise MailingError(f"mailing {mailing} has no message for subscriber {subscriber}")
    variant = select(func.coalesce(mailings.c.winner, FIRST_VARIANT)).where(mailings.c.id == mailing).scalar_subquery()
    theirs = select(mailing_editions.c.language, mailing_editions.c.edition_digest).where(
        mailing_editions.c.mailing_id == mailing, mailing_editions.c.variant == variant
    )
    digests: dict[str, str] = dict(connection.execute(theirs.order_by(mailing_editions.c.language)).all())
    digest = digests.get(reader.language) or next(iter(digests.values()))
    return load_edition(connection, digest), Recipient(reader.email, subscriber, mailing, {})


class PackedReader(NamedTuple):
    """Somebody who may have had a mailing that is packed: their address and language as they are now."""

    email: str
    language: str


def find_packed_reader(connection: Connection, *, mailing: int, subscriber: int) -> PackedReader | None:
    """Find the holder of a link that we have signed, of a packed mailing; of who was merged, the person they are now.

    None if its deliveries are there, if they were erased since, or have come later than the mailing: in a restored
    database the number may be somebody else's.
    """
    person = subscribers.alias("person")
    row = connection.execute(
        select(person.c.email, person.c.language)
        .select_from(subscribers)
        .join(person, person.c.id == func.coalesce(subscribers.c.merged_into, subscribers.c.id))
        .join(mailings, mailings.c.id == mailing)
        .where(
            subscribers.c.id == subscriber,
            mailings.c.packed_at.is_not(None),
            subscribers.c.created_at <= mailings.c.created_at,
            person.c.email != "",
        )
    ).one_or_none()
    return PackedReader(row.email, row.language or "") if row else None
