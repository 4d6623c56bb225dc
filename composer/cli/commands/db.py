"""``newsletter db`` keeps the database itself in order: its tables."""

from __future__ import annotations

import typer

from composer.database import upgrade as upgrade_database
from composer.database.engine import connect_engine
from composer.workflow.project_database import database_url

command = typer.Typer(no_args_is_help=True)


@command.callback()
def _group() -> None:
    """Look after the database: its tables belong to a version of this program."""


@command.command()
def upgrade() -> None:
    """Bring the tables of a PostgreSQL database up to this program. SQLite does it by itself."""
    from composer.background.dbos_engine import prepare

    engine = connect_engine(database_url())
    try:
        changed = upgrade_database(engine)
        prepare(engine)
    finally:
        engine.dispose()
    print("The database is up to date now." if changed else "The database was up to date already.")
