"""Asks before something that cannot be undone."""

from __future__ import annotations

import sys

import typer

from composer.cli.log import tell_failure


def is_agreed(question: str, otherwise: str, *, yes: bool) -> bool:
    """Whether whoever types wants it: by ``yes``, or by an answer at the terminal. Tells ``otherwise`` if not."""
    if yes:
        return True
    if not sys.stdin.isatty():
        tell_failure(f"{otherwise}. Where nobody can be asked, say --yes")
        return False
    if typer.confirm(question):
        return True
    print(f"{otherwise}.")
    return False
