"""``newsletter db`` keeps the database itself in order: its tables, its size, and what is in it for too long."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.upkeep import as_set
from composer.workflow.project_database import database_url

if TYPE_CHECKING:
    from composer.upkeep.clearing import Cleared
    from composer.upkeep.sizes import DatabaseSize

command = typer.Typer(no_args_is_help=False)

JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


@command.callback(invoke_without_command=True)
def _group(context: typer.Context) -> None:
    """Look after the database: its tables, its size, and how long things are kept. Alone it shows the sizes."""
    if context.invoked_subcommand is None:
        show()


@command.command()
def show(as_json: JsonOption = False) -> None:
    """Show how big the database and its tables are, and what could be cleared or given back. Changes nothing."""
    measured = as_set.measure_database()
    if as_json:
        print(
            json.dumps(asdict(measured.size) | {"clearable": asdict(measured.clearable)}, ensure_ascii=False, indent=2)
        )
        return
    table = Listing(("Table", "Rows", "Size"), numbers=frozenset({"Rows", "Size"}))
    for one in measured.size.tables:
        if one.rows:
            table.add(one.name, f"{one.rows:,}", "–" if one.size_bytes is None else _size(one.size_bytes))
    Terminal().print(table)
    print(f"\n{measured.place} has {_size(measured.size.size_bytes)}{_free(measured.size)}")
    for name, size in measured.size.beside.items():
        print(f"  beside it: {name}, {_size(size)}")
    if measured.clearable.is_nothing:
        print(
            "Nothing in it is older than it is to be kept."
            if measured.is_kept_for_a_time
            else "It is kept for ever; NEWSLETTER_KEEP_DELIVERIES_DAYS sets another time."
        )
    else:
        print(f"Kept long enough: {_in_words(measured.clearable)}. newsletter db clear clears that.")


@command.command()
def clear(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be cleared.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Clear what is older than the settings NEWSLETTER_KEEP_… and NEWSLETTER_CONSENT_IP_DAYS say.

    Mailings that are over are packed to counts: every number stays, who they were does not. One in which anything is
    open is never touched. It may be interrupted; the next time goes on.
    """
    cleared = as_set.clear_database(dry_run=dry_run)
    if as_json:
        print(json.dumps(asdict(cleared) | {"dry_run": dry_run}))
    elif cleared.is_nothing:
        print("There is nothing to clear.")
    else:
        print(f"{'Would be cleared' if dry_run else 'Cleared'}: {_in_words(cleared)}.")
        if not dry_run and cleared.deliveries:
            print("The room is used again by what comes; newsletter db compact gives it back to the disk.")


@command.command()
def compact(as_json: JsonOption = False) -> None:
    """Give back the room that was cleared.

    On SQLite the file is written anew: nobody can write meanwhile, it is refused while a mailing is being sent, and the
    disk must have twice its size free. On PostgreSQL the room becomes free for new rows, and nobody waits.
    """
    compacted = as_set.compact_database()
    if as_json:
        print(json.dumps(asdict(compacted)))
        return
    print(f"It had {_size(compacted.before_bytes)} and has {_size(compacted.after_bytes)}.")
    if not database_url().startswith("sqlite:"):
        print(
            "PostgreSQL uses the room again by itself. VACUUM FULL, typed in psql while nothing runs, makes its files "
            "smaller; it locks each table."
        )


@command.command()
def upgrade() -> None:
    """Bring the tables of a PostgreSQL database up to this program. SQLite does it by itself."""
    from composer.background.dbos_engine import prepare
    from composer.database import upgrade as upgrade_database
    from composer.database.engine import connect_engine

    engine = connect_engine(database_url())
    try:
        changed = upgrade_database(engine)
        prepare(engine)
    finally:
        engine.dispose()
    print("The database is up to date now." if changed else "The database was up to date already.")


def _in_words(cleared: Cleared) -> str:
    counted = (
        (cleared.mailings, "mailing", "mailings"),
        (cleared.deliveries, "delivery", "deliveries"),
        (cleared.exclusions, "exclusion", "exclusions"),
        (cleared.attempts, "earlier attempt", "earlier attempts"),
        (cleared.networks, "IP address", "IP addresses"),
    )
    return ", ".join(f"{count:,} {one if count == 1 else more}" for count, one, more in counted if count)


def _free(size: DatabaseSize) -> str:
    if size.free_bytes:
        return f", of which {_size(size.free_bytes)} are free; newsletter db compact gives them back."
    if size.dead_rows:
        return f"; about {size.dead_rows:,} rows in it are dead; newsletter db compact frees their room."
    return "."


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:,.1f} MB" if size_bytes >= 2**20 else f"{size_bytes / 2**10:,.0f} kB"
