"""Editions in the database: stored whole, by digest, so that a mailing needs no files and its links keep working.

An edition that is stored already is not written again, because its digest says that it is the same.
"""

from __future__ import annotations

import zlib

from sqlalchemy import Connection, insert, select

from composer.database.schema import deliveries, edition_assets, editions, mailing_editions
from composer.delivery.variant import VARIANT_OF_DELIVERY
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

    Raises MailingError if the mailing has no delivery to this subscriber, or they were erased since.
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
    if row is None or not row.email:
        raise MailingError(f"mailing {mailing} has no message for subscriber {subscriber}")
    recipient = Recipient(row.email, subscriber, mailing, row.fields)
    return load_edition(connection, row.edition_digest), recipient
