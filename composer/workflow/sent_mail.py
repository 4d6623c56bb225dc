"""The mail of a planned mailing as one person gets it, or got it: of the edition that the ledger has frozen.

Only its links are others, because it is looked at by somebody else: they change nothing, and using one proves nothing.
Everything besides is what was sent, to the byte: the values are those of the plan, and the date is the mailing's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.delivery.editions import load_message
from composer.delivery.mailing import find_mailing, is_key_of
from composer.edition import fill
from composer.message.compile import compile_message
from composer.message.links import slot_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from composer.edition.model import Edition, SlottedText
    from composer.message.links import Site


@dataclass(frozen=True, slots=True)
class MailAsSent:
    """One person's mail. ``data`` has its bytes (RFC 5322); ``filled`` a form of the edition with this person's values.

    ``has_message_id`` tells whether its Message-ID is the one that was sent: not, with another secret key.
    """

    edition: Edition
    email: str
    data: bytes
    values: Mapping[str, str]
    has_message_id: bool

    def filled(self, segments: SlottedText, *, links: Mapping[str, str]) -> str:
        """Fill in a part of the edition, with other addresses for its links."""
        return fill(segments, {**self.values, **links})


def mail_as_sent(connection: Connection, mailing: int, subscriber: int, *, site: Site) -> MailAsSent:
    """Make one person's mail once more. Raises NoSuchMailing, or MailingError if they are not in the mailing."""
    found = find_mailing(connection, mailing)
    edition, recipient = load_message(connection, mailing=mailing, subscriber=subscriber)
    trial = replace(site.of_mailing(found.nonce), is_trial=True)
    message = compile_message(edition, site=trial, mailing=mailing, date=found.sent_as).render(recipient)
    values = slot_values(recipient, site=trial, edition=edition)
    return MailAsSent(edition, recipient.email, message.data, values, is_key_of(found, site))
