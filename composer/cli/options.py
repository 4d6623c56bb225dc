"""What the commands ask for by which a person settles something: who says so, why, and about whom."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who says so; your login otherwise.")]
ToOption = Annotated[
    list[str] | None, typer.Option("--to", metavar="ADDRESS", help="Only this person. May be repeated.")
]


def name_of(by: str | None) -> str:
    """Who says so."""
    return by or getpass.getuser()


def note_of(by: str | None, what: str, why: str) -> str:
    """A line for the record."""
    return f"{name_of(by)}: {what}" + (f" ({why})" if why else "")
