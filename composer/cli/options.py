"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who says so; your login otherwise.")]
ToOption = Annotated[
    list[str] | None, typer.Option("--to", metavar="ADDRESS", help="Only this person. May be repeated.")
]
ListOption = Annotated[
    list[str] | None, typer.Option("--list", "-l", metavar="L", help="Who gets it. May be repeated.")
]
SegmentOption = Annotated[
    str | None,
    typer.Option(
        "--segment",
        "-s",
        metavar="NAME|CONDITION",
        help="Of the lists, only those in this segment, or of whom a condition holds.",
    ),
]
RelayOption = Annotated[
    list[str] | None,
    typer.Option("--relay", metavar="HOST[:PORT]", help="Only by this relay of the settings. May be repeated."),
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
