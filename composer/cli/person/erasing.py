"""Erases all that is held on a person, after asking."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.left_to_service import leave_erasure
from composer.cli.log import tell_failure
from composer.cli.options import ByOption
from composer.cli.person.asking import is_agreed
from composer.workflow.audience.one_person import erase as erase_them
from composer.workflow.audience.one_person import would_be_erased


def erase(
    email: Annotated[str, typer.Argument(help="The address, or one that they had.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    background: Annotated[bool, typer.Option("--background", help="Leave it to `newsletter run`.")] = False,
    by: ByOption = None,
) -> int:
    """Erase everything that is held on a person, for good. No file brings the address back, and no backup does.

    What stays are a number, the states of their deliveries, and a record of consent that names nobody. Files of people,
    such as the rejected rows of an import, are yours: look through them yourself.
    """
    addresses, deliveries = would_be_erased(email)
    if addresses:
        also = f" and {addresses - 1} further address{'' if addresses == 2 else 'es'}" if addresses > 1 else ""
        question = f"Erase {email}{also}, with {deliveries:,} deliveries, for good?"
    else:
        question = f"Nobody is known by {email}. Keep every file from bringing it in?"
    if not is_agreed(question, "Nobody was erased", yes=yes):
        return 1
    if background:
        leave_erasure(email, by=by)
        return 0
    erased = erase_them(email, by=by)
    print(f"{email} is erased." if erased.is_known else f"{email} was not known, and no file brings it in.")
    if not erased.has_journal:
        tell_failure(
            "A backup that is restored would bring them back: on PostgreSQL, name a file by NEWSLETTER_ERASURES_FILE."
        )
    return 0
