"""The database that the settings name, and the time: what every step of the workflow begins with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from composer import database
from composer.audience.erasure.digests import AddressDigests
from composer.database.schema import erasures
from composer.errors import Remedy, SettingsError
from composer.settings import DatabaseSettings, ProjectSettings, SiteSettings, load_settings


def database_url() -> str:
    """Tell which database the settings name.

    Raises SettingsError where they name none and this folder is no project: a new and empty database, made wherever
    somebody happens to stand, would answer that there are no people and no mailings.
    """
    settings = load_settings(DatabaseSettings)
    url = settings.database_url.get_secret_value()
    if not settings.model_fields_set and not is_project() and not Path(url.removeprefix("sqlite:///")).exists():
        raise SettingsError(
            f"{Path.cwd()} is no newsletter project: there is no {_publication_file()}, and no database is named",
            remedy=Remedy.GO_TO_THE_PROJECT,
        )
    return url


def is_project() -> bool:
    """Whether the folder where the program runs has a newsletter."""
    return _publication_file().is_file()


def _publication_file() -> Path:
    return load_settings(ProjectSettings).issues_dir / "newsletter.yaml"


def has_database() -> bool:
    """Whether there is a database already; on SQLite it is made when something is first written."""
    url = database_url()
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).is_file()


def open_database() -> Engine:
    """Open the database that the settings name, in which nobody is who was erased.

    Raises SettingsError or DatabaseError.
    """
    engine = database.open_database(database_url())
    try:
        _keep_erased(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_to_read() -> Engine:
    """Open it for a command that only looks, which works also where nothing can be written."""
    return database.open_to_read(database_url())


def the_digests() -> AddressDigests:
    """Give what recognises erased addresses, by the secret key of the settings."""
    return AddressDigests(load_settings(SiteSettings).secret_key.get_secret_value().encode())


def erasures_file() -> Path | None:
    """Tell where erasures are kept beyond the database: where the settings say, or beside a SQLite file."""
    settings = load_settings(DatabaseSettings)
    if settings.erasures_file:
        return Path(settings.erasures_file)
    url = settings.database_url.get_secret_value()
    return Path(f"{url.removeprefix('sqlite:///')}-erased") if url.startswith("sqlite:///") else None


def _keep_erased(engine: Engine) -> None:
    journal = erasures_file()
    with database.reading(engine) as connection:
        if connection.scalar(select(erasures.c.id).limit(1)) is None and not (journal and journal.exists()):
            return  # nobody was ever erased, as with most newsletters
    from composer.delivery.operating.erasing import keep_erased

    keep_erased(engine, digests=the_digests(), journal=journal, now=now())


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


def now() -> int:
    """Tell the time, in whole seconds since 1970 (Unix time)."""
    return int(time.time())
