"""Makes the Message-IDs of a mailing once more, with the key of the settings; for ``deliveries`` and ``reconcile``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from composer.settings import SiteSettings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from composer.delivery.reporting.records import DeliveryRecord


def message_ids(connection: Connection, mailing: int) -> Callable[[DeliveryRecord], str]:
    """Give a function that tells a record's Message-ID, or "" if the settings have no key. Raises NoSuchMailing."""
    from composer.address import wire_address
    from composer.delivery.editions import load_edition
    from composer.delivery.mailing import find_mailing
    from composer.message.message_id import message_id

    found = find_mailing(connection, mailing)
    key = load_settings(SiteSettings).secret_key.get_secret_value().encode()
    domains = {
        language: wire_address(load_edition(connection, digest).sender[1]).rpartition("@")[2]
        for language, digest in found.digests_by_language.items()
    }

    def of(record: DeliveryRecord) -> str:
        if not key:
            return ""
        return message_id(mailing=mailing, subscriber=record.subscriber, key=key, domain=domains[record.language])

    return of
