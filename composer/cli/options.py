"""Options that several commands have, and what is made of them."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who says so; your login otherwise.")]
ToOption = Annotated[
    list[str] | None, typer.Option("--to", metavar="ADDRESS", help="Only this person. May be repeated.")
]
ListOption = Annotated[
    list[str] | None, typer.Option("--list", "-l", metavar="L", help="Who gets it. May be repeated.")
]
AllowOption = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="CODE", help="Overrule a check; recorded with the mailing. May be repeated."),
]
AgainOption = Annotated[bool, typer.Option("--again", help="Permit a second mailing of the same issue.")]

MissingOption = Annotated[
    bool,
    typer.Option("--only-missing", help="A second mailing of the same issue, to those alone who have not had it."),
]


def name_of(by: str | None) -> str:
    """Give the name of whoever says so: the one given, or else the login."""
    return by or getpass.getuser()


def note_of(by: str | None, what: str, why: str) -> str:
    """Word a line for the record: who has decided what, and why."""
    return f"{name_of(by)}: {what}" + (f" ({why})" if why else "")
