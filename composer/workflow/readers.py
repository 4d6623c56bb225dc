"""A real subscriber as a reader of a test mail or a preview, with the values that a mailing would show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.audience import SubscriptionStatus, show_subscriber
from composer.edition.conditions.condition import ON_LIST
from composer.output.sample_readers import Reader

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class SubscriberReader:
    """Somebody of the database. ``fields`` has no language where the newsletter's default applies."""

    label: str
    fields: Mapping[str, str]

    def in_language(self, language: str) -> Reader:
        """Give them as the reader of an edition in that language, in which their own stands where they have one."""
        known = {"language": language, **self.fields}
        return Reader("subscriber", self.label, {field: value for field, value in known.items() if value})


def subscriber_reader(connection: Connection, email: str) -> SubscriberReader:
    """Find somebody by address. Raises AudienceError or AddressError."""
    record = show_subscriber(connection, email)
    lists = {f"lists.{one.list}": ON_LIST for one in record.subscriptions if one.status == SubscriptionStatus.CONFIRMED}
    fields = {
        **{name: str(value) for name, value in record.attributes.items()},
        **lists,
        "email": record.email,
        "first_name": record.first_name,
        "last_name": record.last_name,
    }
    if record.language:
        fields["language"] = record.language
    return SubscriberReader(f"{record.first_name} {record.last_name}".strip() or record.email, fields)
