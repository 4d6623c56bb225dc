"""Sends an issue that is still being written to a few addresses, as some reader would get it.

Enters: a checked issue, which of its languages and subjects, the addresses, and whose values are shown. Leaves: the
relay's answer for each message, as it comes. Never: records anything, or sends a link that is anybody's.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.address import parse_address
from composer.errors import NewsletterError
from composer.workflow.sample_message import sample_message

if TYPE_CHECKING:
    from composer.compose import CheckedIssue
    from composer.delivery.smtp.pool import Route
    from composer.edition.model import Edition
    from composer.message.links import Site
    from composer.output.sample_readers import Reader

MARK = "[Test] "
"""Stands before the subject of every test."""


@dataclass(frozen=True, slots=True)
class RelayAnswer:
    """What the relay said of one message; ``phase`` is how far it came, ``words`` the last reply or what happened."""

    language: str
    to: str
    relay: str
    is_accepted: bool
    phase: str
    words: str


def recipients_of(addresses: Sequence[str]) -> Sequence[str]:
    """Read the addresses, each once, in their order. Raises AddressError about the first that is none."""
    return tuple(dict.fromkeys(map(parse_address, addresses)))


def editions_to_test(checked: CheckedIssue, *, language: str | None, variant: str) -> Sequence[Edition]:
    """Choose the editions that were asked for: one language or all, with one subject (A, or B to D of a test).

    Raises NewsletterError if the issue cannot be built, or naming what there is.
    """
    if not checked.editions or checked.issue is None:
        raise NewsletterError(
            "\n".join(map(str, checked.findings)) + "\nThe issue cannot be built, so nothing was sent."
        )
    variants = {"A": checked.editions, **checked.variants}
    if variant not in variants:
        raise NewsletterError(f"there is no subject {variant}; there are: {', '.join(variants)}")
    editions = variants[variant]
    wanted = [language] if language else list(editions)
    if missing := [one for one in wanted if one not in editions]:
        raise NewsletterError(f"there is no {missing[0]} edition of it; there are: {', '.join(editions)}")
    return [editions[one] for one in wanted]


async def send_test_mails(
    editions: Sequence[Edition],
    recipients: Sequence[str],
    *,
    reader: Callable[[Edition], Reader],
    site: Site,
    route: Route,
) -> AsyncIterator[RelayAnswer]:
    """Send each edition to each address; gives what the relay says of each message.

    ``reader`` gives whose values an edition shows. Raises ConnectionFailed if there is no relay.
    """
    from composer.delivery.smtp.connection import open_connection
    from composer.delivery.states import DeliveryEvent

    connection = await open_connection(route.relay, timeouts=route.timeouts)
    reusable = True
    messages = [(edition, recipient) for recipient in recipients for edition in editions]
    try:
        for number, (edition, to) in enumerate(messages, start=int(time.time())):
            if not reusable:
                await connection.quit()
                connection = await open_connection(route.relay, timeouts=route.timeouts)
            # The site has the pictures of mailings that are planned, and none of an issue that is still being written.
            marked = replace(edition, subject=(MARK, *edition.subject), pictures="embedded")
            data = sample_message(marked, to, number=number, reader=reader(edition), site=site)
            transaction = await connection.transact(sender=edition.sender[1], recipient=to, data=data)
            said = transaction.reply or transaction.lost or transaction.unsupported
            yield RelayAnswer(
                language=edition.language,
                to=to,
                relay=route.relay.name,
                is_accepted=transaction.event is DeliveryEvent.ACCEPT,
                phase=str(transaction.phase),
                words=str(said),
            )
            reusable = transaction.reusable
    finally:
        await connection.quit()
