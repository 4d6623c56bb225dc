"""``newsletter approve``: a second person's word that a mailing may be sent."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.database import now, writing
from composer.cli.log import log_event
from composer.cli.options import ByOption, name_of
from composer.cli.wiring import the_site
from composer.errors import StateError


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    digest: Annotated[
        str, typer.Option("--digest", help="What you have seen, as the plan told it; its first characters will do.")
    ] = "",
    by: ByOption = None,
) -> int:
    """Say that a mailing may be sent: exactly these messages to exactly these people.

    Look at them first: `newsletter send MAILING --dry-run`. With NEWSLETTER_APPROVAL=required nothing is sent without
    it, and nothing that has changed since.
    """
    from composer.delivery.ledger.approval import approve_mailing

    with writing() as connection:
        name = name_of(by)
        approved = approve_mailing(connection, mailing, name=name, site_url=the_site().url, now=now())
        if not approved.startswith(digest.lower()):
            raise StateError(
                f"mailing {mailing} is not what you have seen: its digest is {approved}; nothing is approved"
            )
    log_event("mailing.approved", "somebody has approved a mailing", mailing=mailing, by=name)
    print(f"Mailing {mailing} is approved by {name}, with digest {approved}")
    return 0
