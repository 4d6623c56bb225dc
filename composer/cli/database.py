"""What every command about people and mailings begins with: the database of the settings, and the time."""

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
    """The database that the settings name. Raises SettingsError or DatabaseError."""
    return database.open_database(load_settings(DatabaseSettings).database_url.get_secret_value())


def open_to_read() -> Engine:
    """The same for a command that only looks, also where nothing can be written."""
    return database.open_to_read(load_settings(DatabaseSettings).database_url.get_secret_value())


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction: all that is written in the block, or nothing of it."""
    engine = open_database()
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def reading() -> Iterator[Connection]:
    """One moment of the database; holds up nobody."""
    engine = open_to_read()
    try:
        with database.reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def as_utf8() -> None:
    """For data on the standard output: whatever the terminal's letters, and with line ends as they are."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict", newline="")


def now() -> int:
    """The time, in whole seconds of Unix time."""
    return int(time.time())
