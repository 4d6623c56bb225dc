"""``newsletter imports`` shows what files of people were taken in, and takes one back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from composer.audience.imports.batches import ImportBatch, ImportState, find_import, list_imports
from composer.audience.imports.undo import UndoReport
from composer.cli.log import tell_failure
from composer.cli.options import ByOption
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.cli.visible import visible
from composer.workflow.people import take_back
from composer.workflow.project_database import reading

command = typer.Typer(no_args_is_help=True)

_SHOWN = 15

ImportArgument = Annotated[int, typer.Argument(metavar="IMPORT", help="Its number: newsletter imports list")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


@command.command("list")
def list_(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show the imports, the latest first."""
    with reading() as connection:
        found = list_imports(connection, limit=limit)
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Listing(("Import", "File", "List", "Rows", "Added", "When", "By", "State"))
    for one in found:
        rows, added = (f"{one.report.get(name, 0):,}" for name in ("rows", "added"))
        table.add(
            str(one.id), one.file_name, one.list or "–", rows, added, _time(one.created_at), one.created_by, one.state
        )
    terminal = Terminal()
    if found:
        terminal.print(table)
    else:
        terminal.print(Text("Nothing was imported yet.", style="dim"))


@command.command()
def show(number: ImportArgument, as_json: JsonOption = False) -> None:
    """Show an import: counts by reason, what each column was taken for, the file, and who did it."""
    with reading() as connection:
        batch = find_import(connection, number)
    if as_json:
        print(json.dumps(dataclasses.asdict(batch), ensure_ascii=False, indent=2))
        return
    facts = _facts()
    for name, value in _told(batch):
        facts.add_row(name, Text(visible(value)))
    terminal = Terminal()
    terminal.print(facts)
    columns = batch.report.get("columns") or {}
    if columns:
        table = Listing(("Column", "went to"))
        for name, path in columns.items():
            table.add(name or "(no name)", path or "not read")
        terminal.print(Text())
        terminal.print(table)


@command.command()
def undo(
    number: ImportArgument,
    by: ByOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with --yes or --dry-run.")] = False,
) -> int:
    """Take an import back: everything is as it was, but for people to whom something has happened since.

    Who was mailed, has confirmed or left, or was changed since stays, and is told by name and reason. Nobody comes
    back onto a list that they have left.
    """
    if as_json and not (yes or dry_run):
        raise typer.BadParameter("--json asks nobody: give --yes or --dry-run", param_hint="--json")
    trial = take_back(number, by=by, dry_run=True)
    if not as_json:
        _show(trial)
    if not dry_run:
        if not (yes or _is_confirmed(number)):
            return 1
        trial = take_back(number, by=by)
    if as_json:
        print(json.dumps({**trial.as_json(), "dry_run": dry_run}, ensure_ascii=False, indent=2))
    else:
        print("Dry run: nothing was changed." if dry_run else f"Import {number} is taken back.")
    return 0


def _is_confirmed(number: int) -> bool:
    if not sys.stdin.isatty():
        tell_failure("Nothing was taken back. Where nobody can be asked, say --yes")
        return False
    if typer.confirm(f"Take import {number} back?"):
        return True
    print("Nothing was taken back.")
    return False


def _show(report: UndoReport) -> None:
    facts = _facts()
    for count, words in (
        (report.gone, "people go: nothing has happened to them since"),
        (report.subscriptions, "subscriptions go"),
        (report.restored, "people have their former values and status again"),
        (report.tags, "tags go"),
        (report.suppressions, "suppressions are lifted"),
        (len(report.kept), "people stay, or keep something"),
    ):
        if count:
            facts.add_row(f"{count:,}", words)
    terminal = Terminal()
    terminal.print(facts)
    for one in report.kept.first(_SHOWN):
        terminal.print(Text(visible(f"  {one.email}: {one.reason}"), style="yellow"))
    if len(report.kept) > _SHOWN:
        terminal.print(Text(f"  and {len(report.kept) - _SHOWN:,} more; --json has them", style="dim"))


def _told(batch: ImportBatch) -> list[tuple[str, str]]:
    told = [
        ("File", batch.file_name),
        ("SHA-256", batch.file_digest),
        ("Format", batch.format),
        ("List", batch.list or "–"),
        ("Evidence", batch.source),
        ("When", _time(batch.created_at)),
        ("By", batch.created_by or "–"),
    ]
    if batch.state is ImportState.UNDONE and batch.undone_at is not None:
        told.append(("Taken back", f"{_time(batch.undone_at)} by {batch.undone_by or 'somebody'}"))
    counts = ("rows", "added", "added_pending", "added_unsubscribed", "left", "updated", "unchanged", "rejected")
    told += [(name.replace("_", " "), f"{batch.report[name]:,}") for name in counts if batch.report.get(name)]
    told += [(f"left out, {why}", f"{count:,}") for why, count in (batch.report.get("skipped_by") or {}).items()]
    return told


def _facts() -> Table:
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="dim", overflow="fold", max_width=40)
    facts.add_column(overflow="fold")
    return facts


def _time(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
