"""``newsletter test-send`` sends one real message, to see the issue in a real mailbox."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from composer.workflow.wiring import check_issue, the_route, the_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from composer.workflow.test_mail import RelayAnswer


def command(
    issue: Annotated[str, typer.Argument(help="A folder name or path.")],
    to: Annotated[list[str], typer.Option("--to", metavar="ADDRESS", help="Your own address. May be repeated.")],
    language: Annotated[str | None, typer.Option("--language", help="One language; all of them otherwise.")] = None,
    variant: Annotated[str, typer.Option("--variant", metavar="B", help="Another subject of a test.")] = "A",
) -> int:
    """Send one real message to yourself, or to each of several, with sample values and "[Test]" before the subject.

    Nothing is recorded, and its unsubscribe link belongs to nobody.
    """
    from composer.output.sample_readers import sample_readers
    from composer.workflow.test_mail import editions_to_test, recipients_of, send_test_mails

    recipients = recipients_of(to)
    site = the_site()
    checked = check_issue(issue)
    editions = editions_to_test(checked, language=language, variant=variant.upper())
    own_fields = checked.issue.newsletter.fields if checked.issue else {}
    answers = send_test_mails(
        editions,
        recipients,
        reader=lambda edition: sample_readers(edition.language, own_fields)[0],
        site=site,
        route=the_route(editions[0].sender[1]),
    )
    return asyncio.run(_tell(answers))


async def _tell(answers: AsyncIterator[RelayAnswer]) -> int:
    """Print each answer as it comes; gives the exit code."""
    are_accepted = True
    async for one in answers:
        said = "accepted" if one.is_accepted else "not accepted"
        where = "" if one.is_accepted else f", at {one.phase}"
        print(f"{one.language}: {said} for {one.to} by {one.relay}{where}: {one.words}")
        are_accepted = are_accepted and one.is_accepted
    return 0 if are_accepted else 1
