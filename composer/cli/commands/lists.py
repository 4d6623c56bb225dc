"""``newsletter lists`` shows and makes the mailing lists."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from composer import audience
from composer.cli.database import now, reading, writing
from composer.cli.terminal.console import Terminal

command = typer.Typer(no_args_is_help=True)


@command.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Show every list, and how many people are confirmed, pending or unsubscribed."""
    with reading() as connection:
        counts = audience.count_lists(connection)
    if as_json:
        print(json.dumps([dataclasses.asdict(count) for count in counts], ensure_ascii=False, indent=2))
        return
    if not counts:
        print("There are no lists yet. One is made by: newsletter subscribers import FILE --list NAME")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("List")
    for header in ("Confirmed", "Pending", "Unsubscribed"):
        table.add_column(header, justify="right")
    for count in counts:
        people = (f"{number:,}" for number in (count.confirmed, count.pending, count.unsubscribed))
        table.add_row(Text(count.name), *people)
    Terminal().print(table)


@command.command()
def create(
    name: Annotated[str, typer.Argument(help="What you call it.")],
    title: Annotated[str | None, typer.Option("--title", help="What its readers see.")] = None,
) -> None:
    """Make a list. One that is there already is left as it is."""
    with writing() as connection:
        audience.ensure_list(connection, name, now=now(), title=title)
    print(f"The list “{name}” is there.")
