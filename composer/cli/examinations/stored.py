"""Looks at the database: its revision, what it does with a commit, its room; and at who can read our files."""

from __future__ import annotations

import glob
import shlex
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from composer.background.alive import running_services
from composer.background.registering import left_to_service
from composer.cli.examinations.diagnosis import Diagnosis, told
from composer.database.durability import durability
from composer.database.engine import reading, sqlite_file
from composer.database.faults import place_of
from composer.database.migrating import REVISIONS
from composer.database.schema import erasures, subscribers
from composer.delivery.mailing import mailings_with_work
from composer.errors import NewsletterError
from composer.settings import settings_file
from composer.workflow.project_database import erasures_file, open_database, the_digests
from composer.workflow.times import say_time

_BYTES_PER_PERSON = 2_000
"""What a mailing to one person leaves in the database, with the journal that grows meanwhile (docs/benchmarks.md)."""

_ALWAYS_FREE = 64 * 2**20
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KEY_SUFFIXES = frozenset({".key", ".pem", ".p8", ".p12", ".pfx"})
_NOT_SECRET = (".example", ".sample", ".template", ".dist")
_KEY_FILE_MAX_BYTES = 64 * 1024


def examine_database() -> Sequence[Diagnosis]:
    """Look at the database that the settings name; at one thing only if it cannot be opened."""
    try:
        engine = open_database()
    except NewsletterError as error:
        return [told("Database", error)]
    try:
        found = Diagnosis("Database", f"{place_of(engine.url)}, revision {REVISIONS[-1]}")
        return [found, _durability(engine), _room(engine), _service(engine), _erasures(engine)]
    except NewsletterError as error:
        return [told("Database", error)]
    finally:
        engine.dispose()


def _durability(engine: Engine) -> Diagnosis:
    subject = "Durability"
    known = durability(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        return Diagnosis(subject, f"journal {journal}, synchronous={known.synchronous}", known.risk)
    switches = (("fsync", known.fsync), ("full_page_writes", known.full_page_writes))
    words = ", ".join(f"{name}={'on' if is_on else 'off'}" for name, is_on in switches)
    found = f"synchronous_commit={known.synchronous}"
    if known.asked_for != known.synchronous:
        found += f" (the server's is {known.asked_for}; we set it for ourselves)"
    advice = f"{known.risk}. Set it on in postgresql.conf, and reload the server." if known.risk else ""
    return Diagnosis(subject, f"{found}, {words}" + (", behind a pooler" if known.is_pooled else ""), advice)


def _room(engine: Engine) -> Diagnosis:
    subject = "Disk space"
    with reading(engine) as connection:
        people = connection.execute(select(func.count()).select_from(subscribers)).scalar_one()
        if engine.dialect.name != "sqlite":
            size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
            return Diagnosis(subject, f"the database has {_megabytes(size)}; what is free is known to its server only")
        path = sqlite_file(connection)
    return Diagnosis(subject, *judge_room(shutil.disk_usage(path.parent).free, people, place=str(path.parent)))


def judge_room(free_bytes: int, people: int, *, place: str) -> tuple[str, str]:
    """Whether so much free space is enough for a mailing to so many people: what was found, and what to do."""
    needed = _ALWAYS_FREE + people * _BYTES_PER_PERSON
    found = f"{_megabytes(free_bytes)} free in {place}; a mailing to all {people:,} people needs {_megabytes(needed)}"
    full = "Make room there before you send: a full disk stops a mailing (nobody is lost)."
    return found, full if free_bytes < needed else ""


def _erasures(engine: Engine) -> Diagnosis:
    """Look whether who was erased stays so: by a file beyond the database, and by the key that recognises them."""
    subject = "Erasures"
    journal, digests = erasures_file(), the_digests()
    with reading(engine) as connection:
        erased = connection.scalar(select(func.count()).select_from(erasures)) or 0
        foreign = digests.count_foreign(connection) if erased else 0
    found = f"{erased:,} address{'' if erased == 1 else 'es'}, " + (f"kept in {journal}" if journal else "in no file")
    if foreign:
        lost = f"{foreign:,} of them were erased with another secret key, and no file is held against them."
        return Diagnosis(subject, found, f"{lost} Put the former key back.")
    lost = "A restored backup would bring them back: name a file by NEWSLETTER_ERASURES_FILE."
    return Diagnosis(subject, found, lost if erased and journal is None else "")


def _service(engine: Engine) -> Diagnosis:
    """Who works in the background; that nobody does is no fault, unless mailings wait for it whose time has come."""
    subject, now = "Service", int(time.time())
    with reading(engine) as connection:
        services = running_services(connection)
        waiting = sorted(set(mailings_with_work(connection, now=now)) & set(left_to_service(connection)))
    if services:
        who = ", ".join(f"process {one.pid} on {one.host} since {say_time(one.started_at)}" for one in services)
        return Diagnosis(subject, f"newsletter run works: {who}")
    if waiting:
        numbers = ", ".join(map(str, waiting))
        return Diagnosis(subject, f"none works, and mailing {numbers} waits for it", "Start it: newsletter run")
    return Diagnosis(subject, "none works: newsletter run serves the pages, and sends what is due")


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:,.0f} MB"


def look_at_files() -> tuple[str, str]:
    """Whether only the owner can read what is secret: .env, keys, and a SQLite database with what is beside it."""
    modes = dict(_modes(_private_files()))
    if not (open_to_others := [path for path, mode in modes.items() if mode & _OTHERS]):
        names = ", ".join(path.name for path in modes)
        return f"nobody else can read {names}" if names else "there are no secrets in files here", ""
    words = ", ".join(f"{path} ({modes[path]:o})" for path in open_to_others)
    advice = f"Type: chmod 600 {' '.join(shlex.quote(str(path)) for path in open_to_others)}"
    return f"other users of this machine can read {words}", advice


def _modes(paths: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    for path in paths:
        with suppress(OSError):  # what is beside a database goes away with its last connection
            mode = path.stat().st_mode
            if stat.S_ISREG(mode):
                yield path, stat.S_IMODE(mode)


def _private_files() -> Iterator[Path]:
    folder = Path()
    of_settings = {_as_typed(settings_file()), *folder.glob(".env*")}
    yield from sorted(path for path in of_settings if not path.name.endswith(_NOT_SECRET))
    yield from sorted(path for path in folder.iterdir() if path.suffix in _KEY_SUFFIXES and _is_private_key(path))
    try:
        engine = open_database()
    except NewsletterError:
        return  # it is told where the database is looked at
    database = None
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            database = _as_typed(sqlite_file(connection))
    engine.dispose()  # before it is looked at what stays beside it
    if database:
        yield database
        yield from sorted(database.parent.glob(f"{glob.escape(database.name)}-*"))


def _as_typed(path: Path) -> Path:
    """The path from here, if it is below here: as people type it."""
    here = Path().resolve()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _is_private_key(path: Path) -> bool:
    """Whether the file holds a private key; one that is in binary form may, and counts."""
    try:
        if not path.is_file() or path.stat().st_size > _KEY_FILE_MAX_BYTES:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    return b"PRIVATE KEY" in content or not content.isascii()
