"""Makes the Message-IDs of a mailing once more, with the key of the settings; for ``deliveries`` and ``reconcile``.

With another key than the mailing was sent with, they would be Message-IDs that no mail has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from composer.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from composer.delivery.reporting.records import DeliveryRecord
    from composer.message.links import Site


def message_ids(connection: Connection, mailing: int, *, site: Site) -> Callable[[DeliveryRecord], str]:
    """Give a function that tells a record's Message-ID.

    Raises NoSuchMailing, and SettingsError if the site's key is another than the mailing was sent with.
    """
    from composer.address import wire_address
    from composer.delivery.editions import load_edition
    from composer.delivery.mailing import find_mailing, is_key_of
    from composer.message.message_id import message_id

    found = find_mailing(connection, mailing)
    if not is_key_of(found, site):
        raise SettingsError(
            f"NEWSLETTER_SECRET_KEY is not the key that mailing {mailing} was sent with, so its Message-IDs are not "
            "known. Put the former key back to see them"
        )
    key = site.of_mailing(found.nonce).secret_key
    domains = {
        language: wire_address(load_edition(connection, digest).sender[1]).rpartition("@")[2]
        for language, digest in found.digests_by_language.items()
    }

    def of(record: DeliveryRecord) -> str:
        return message_id(mailing=mailing, subscriber=record.subscriber, key=key, domain=domains[record.language])

    return of
