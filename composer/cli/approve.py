"""``newsletter approve``: a second person's word that a mailing may be sent."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.opening import now, writing
from composer.cli.operator import ByOption, name_of
from composer.cli.ready import the_site


def command(mailing: Annotated[int, typer.Argument(help="Its number.")], by: ByOption = None) -> int:
    """Say that a mailing may be sent: exactly these messages to exactly these people.

    Look at them first: `newsletter send MAILING --dry-run`. With NEWSLETTER_APPROVAL=required nothing is sent without
    it, and nothing that has changed since.
    """
    from composer.delivery.approval import approve_mailing

    with writing() as connection:
        name = name_of(by)
        digest = approve_mailing(connection, mailing, name=name, site_url=the_site().url, now=now())
    print(f"Mailing {mailing} is approved by {name}, with digest {digest}")
    return 0
