"""``newsletter approve``: a second person's word that a mailing may be sent."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.options import ByOption
from composer.workflow.project_database import open_database
from composer.workflow.wiring import the_site


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
    from composer.workflow.deciding import approve

    name, approved = approve(open_database(), mailing, digest=digest, by=by, site=the_site())
    print(f"Mailing {mailing} is approved by {name}, with digest {approved}")
    return 0
