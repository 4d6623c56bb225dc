"""``newsletter suppressions`` keeps the addresses that are never mailed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from composer import audience
from composer.audience import SuppressionReason
from composer.cli.database import now, reading, writing
from composer.cli.terminal.console import Terminal

command = typer.Typer(no_args_is_help=True)

EmailArgument = Annotated[str, typer.Argument(help="The address.")]
ListOption = Annotated[str | None, typer.Option("--list", "-l", metavar="LIST", help="Only on this list.")]


@command.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Show every suppressed address, and why it is."""
    with reading() as connection:
        found = audience.find_suppressions(connection)
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for header in ("Address", "Reason", "List", "Source", "Since"):
        table.add_column(header, overflow="fold")
    for one in found:
        since = dt.datetime.fromtimestamp(one.created_at, dt.UTC).strftime("%Y-%m-%d")
        table.add_row(Text(one.email), one.reason, Text(one.list or "all"), Text(one.source), since)
    console = Terminal()
    if found:
        console.print(table)
    console.print(Text(f"{len(found):,} suppression{'' if len(found) == 1 else 's'}", style="dim"))


@command.command()
def add(
    email: EmailArgument,
    list_name: ListOption = None,
    reason: Annotated[SuppressionReason, typer.Option("--reason")] = SuppressionReason.MANUAL,
    source: Annotated[str, typer.Option("--source", help="Who says so.")] = "by the operator",
) -> None:
    """Make sure that an address is never mailed again, whether or not it subscribes."""
    with writing() as connection:
        list_id = None if list_name is None else audience.find_list(connection, list_name)
        new = audience.suppress(connection, email, reason=reason, source=source, now=now(), list_id=list_id)
    print(f"{email} is not mailed any more." if new else f"{email} was suppressed already.")


@command.command()
def remove(
    email: EmailArgument,
    list_name: ListOption = None,
    reason: Annotated[SuppressionReason | None, typer.Option("--reason", help="Only if it is for this.")] = None,
) -> int:
    """Mail an address again. Somebody who has complained or asked to be forgotten must be named by --reason."""
    with writing() as connection:
        list_id = None if list_name is None else audience.find_list(connection, list_name)
        lifted = audience.lift_suppression(connection, email, reason=reason, list_id=list_id)
        left = audience.find_suppressions(connection, email)
    if left:
        print(
            f"{email} stays suppressed: {', '.join(one.reason for one in left)}. Say so with --reason to lift that too."
        )
        return 1
    print(f"{email} may be mailed again." if lifted else f"{email} was not suppressed.")
    return 0
