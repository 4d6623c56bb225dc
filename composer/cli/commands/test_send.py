"""``newsletter test-send`` sends one real message, to see the issue in a real mailbox."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.sample_message import sample_message
from composer.cli.wiring import check_issue, the_route, the_site
from composer.errors import NewsletterError

if TYPE_CHECKING:
    from composer.compose import CheckedIssue
    from composer.delivery.smtp.pool import Route
    from composer.edition.model import Edition
    from composer.message.links import Site

MARK = "[Test] "


def command(
    issue: Annotated[str, typer.Argument(help="A folder name or path.")],
    to: Annotated[list[str], typer.Option("--to", metavar="ADDRESS", help="Your own address. May be repeated.")],
    language: Annotated[str | None, typer.Option("--language", help="One language; all of them otherwise.")] = None,
    variant: Annotated[str, typer.Option("--variant", metavar="B", help="Another subject of a test.")] = "A",
) -> int:
    """Send one real message to yourself, or to each of several, with sample values and "[Test]" before the subject.

    Nothing is recorded, and its unsubscribe link belongs to nobody.
    """
    from composer.address import parse_address

    recipients = list(dict.fromkeys(map(parse_address, to)))
    site = the_site()
    checked = check_issue(issue)
    if not checked.editions or checked.issue is None:
        raise NewsletterError(
            "\n".join(map(str, checked.findings)) + "\nThe issue cannot be built, so nothing was sent."
        )
    editions = _chosen(checked, language, variant.upper())
    route = the_route(editions[0].sender[1])
    return asyncio.run(_send(editions, recipients, own_fields=checked.issue.newsletter.fields, site=site, route=route))


def _chosen(checked: CheckedIssue, language: str | None, variant: str) -> list[Edition]:
    """Choose the editions that were asked for. Raises NewsletterError, naming what there is."""
    variants = {"A": checked.editions, **checked.variants}
    if variant not in variants:
        raise NewsletterError(f"there is no subject {variant}; there are: {', '.join(variants)}")
    editions = variants[variant]
    wanted = [language] if language else list(editions)
    if missing := [one for one in wanted if one not in editions]:
        raise NewsletterError(f"there is no {missing[0]} edition of it; there are: {', '.join(editions)}")
    return [editions[one] for one in wanted]


async def _send(
    editions: list[Edition], recipients: list[str], *, own_fields: Mapping[str, str], site: Site, route: Route
) -> int:
    from composer.delivery.smtp.connection import open_connection
    from composer.delivery.states import DeliveryEvent

    connection = await open_connection(route.relay, timeouts=route.timeouts)
    accepted = reusable = True
    messages = [(edition, recipient) for recipient in recipients for edition in editions]
    for number, (edition, to) in enumerate(messages, start=int(time.time())):
        if not reusable:
            await connection.quit()
            connection = await open_connection(route.relay, timeouts=route.timeouts)
        # The site has the pictures of mailings that are planned, and none of an issue that is still being written.
        marked = replace(edition, subject=(MARK, *edition.subject), pictures="embedded")
        data = sample_message(marked, to, number=number, own_fields=own_fields, site=site)
        transaction = await connection.transact(sender=edition.sender[1], recipient=to, data=data)
        said = transaction.reply or transaction.lost or transaction.unsupported
        if transaction.event is DeliveryEvent.ACCEPT:
            print(f"{edition.language}: accepted for {to} by {route.relay.name}: {said}")
        else:
            accepted = False
            print(f"{edition.language}: not accepted for {to} by {route.relay.name}, at {transaction.phase}: {said}")
        reusable = transaction.reusable
    await connection.quit()
    return 0 if accepted else 1
