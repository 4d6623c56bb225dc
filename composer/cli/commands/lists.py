"""``newsletter lists`` shows and makes the mailing lists."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from composer import audience
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.control_characters import one_line
from composer.workflow.project_database import now, reading, writing

command = typer.Typer(no_args_is_help=True)

_COUNTS = ("Confirmed", "Pending", "Unsubscribed")


@command.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Show every list, and how many people are confirmed, pending or unsubscribed."""
    with reading() as connection:
        counts = audience.count_lists(connection)
    if as_json:
        print(json.dumps([dataclasses.asdict(count) for count in counts], ensure_ascii=False, indent=2))
        return
    if not counts:
        print("There are no lists yet. One is made by: newsletter subscribers import FILE --list NAME --new-list")
        return
    table = Listing(("List", *_COUNTS), numbers=frozenset(_COUNTS))
    for count in counts:
        table.add(count.name, f"{count.confirmed:,}", f"{count.pending:,}", f"{count.unsubscribed:,}")
    Terminal().print(table)


@command.command()
def create(
    name: Annotated[str, typer.Argument(help="What you call it.")],
    title: Annotated[str | None, typer.Option("--title", help="What its readers see.")] = None,
) -> None:
    """Make a list. One that is there already is left as it is."""
    with writing() as connection:
        audience.ensure_list(connection, name, now=now(), title=title and one_line(title))
    print(f"The list “{one_line(name)}” is there.")
