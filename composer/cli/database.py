"""Gives commands what they begin with: the database that the settings name, and the time."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from composer import database
from composer.settings import DatabaseSettings, load_settings


def open_database() -> Engine:
    """Open the database that the settings name. Raises SettingsError or DatabaseError."""
    return database.open_database(load_settings(DatabaseSettings).database_url.get_secret_value())


def open_to_read() -> Engine:
    """Open it for a command that only looks, which works also where nothing can be written."""
    return database.open_to_read(load_settings(DatabaseSettings).database_url.get_secret_value())


@contextmanager
def writing() -> Iterator[Connection]:
    """Give a transaction: all that is written in the block is kept, or nothing of it."""
    engine = open_database()
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def reading() -> Iterator[Connection]:
    """Give a connection that sees one moment of the database, and holds up nobody."""
    engine = open_to_read()
    try:
        with database.reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def as_utf8() -> None:
    """Write data on the standard output as UTF-8, whatever the terminal's letters, and with line ends as they are."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict", newline="")


def now() -> int:
    """Tell the time, in whole seconds since 1970 (Unix time)."""
    return int(time.time())
