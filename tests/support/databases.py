"""Real databases for tests: the fixture ``engine`` runs a test on a SQLite file and on PostgreSQL.

PostgreSQL is a private cluster in a temporary folder on a free port of 127.0.0.1, started once per test
process and ended with it. It refuses to run as root, so root starts it as ``postgres`` or ``nobody``. Its
fsync is off (benchmarks ask for it): what these tests show does not depend on surviving a power cut. Every test has
a database of its own, copied from one that is already migrated.

Without PostgreSQL on the machine those tests are skipped with the reason, but never where ``CI`` is set.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from composer.database import migrating, open_database, upgrade
from composer.database.engine import connect_engine
from composer.database.schema import metadata
from tests.support.hanging import HANGS_S
from tests.support.ports import TRIES, free_port

_DEBIAN = Path("/usr/lib/postgresql")
_PATIENTLY = ("-w", "-t", str(int(HANGS_S)))  # pg_ctl alone would give up after a minute


class Cluster:
    """A running PostgreSQL server of our own."""

    def __init__(self, port: int, programs: Path, folder: Path, user: str | None, options: str) -> None:
        self._port = port
        self._programs = programs
        self._folder = folder
        self._user = user
        self._options = options
        self._template: str | None = None

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://newsletter@127.0.0.1:{self._port}/{database}"

    def create(self, *, template: str = "template0") -> str:
        """A new database; its URL."""
        name = f"test_{uuid.uuid4().hex}"
        self.run(f'CREATE DATABASE {name} TEMPLATE {template} ENCODING "UTF8"')
        return self.url(name)

    def create_migrated(self) -> str:
        """A new database with all the tables; its URL."""
        if self._template is None:
            url = self.create()
            engine = connect_engine(url)
            upgrade(engine)
            engine.dispose()
            self._template = url.rpartition("/")[2]
        return self.create(template=self._template)

    def drop(self, url: str) -> None:
        self.run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def crash(self) -> None:
        """Restart at once, without a checkpoint or a word to its clients; ready when this returns."""
        self._control("immediate", "restart", "-o", self._options)

    def stop(self) -> None:
        """End it, and whatever is in it."""
        self._control("immediate", "stop")

    def _control(self, mode: str, *words: str) -> None:
        data, log = self._folder / "data", self._folder / "log"
        control = [self._programs / "pg_ctl", "-D", data, "-l", log, "-m", mode, *_PATIENTLY, *words]
        _run(control, self._folder, self._user)

    def run(self, statement: str) -> None:
        address = self.url("postgres").replace("+psycopg", "")
        with closing(psycopg.connect(address, autocommit=True)) as connection:
            connection.execute(statement.encode())


@contextmanager
def start_cluster(*, is_durable: bool = False) -> Iterator[Cluster | None]:
    """A private cluster, ended with the block; None where PostgreSQL is not installed."""
    programs = _find_programs()
    if programs is None:
        yield None
        return
    user = unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="newsletter-pg-"))
    if user:
        shutil.chown(folder, user)
    try:
        _initialise(programs, folder, user)
        port, options = _start(programs, folder, user, is_durable=is_durable)
        cluster = Cluster(port, programs, folder, user, options)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """The private cluster."""
    with start_cluster() as cluster:
        if cluster is None:
            reason = "PostgreSQL is not installed (apt install postgresql), so nothing is tested on it"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own, with all its tables; on each engine in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'newsletter.db'}"
        open_database(url).dispose()
        yield url
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    url = cluster.create_migrated()
    yield url
    cluster.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An open database of this test's own; on each engine in turn."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def migrate_anew(engine: Engine, revision: str) -> None:
    """Make all tables anew as a program of that revision had them, with nothing in them."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrating.__file__).with_name("migrations")))
        command.upgrade(config, revision)


def _find_programs() -> Path | None:
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).parent] if on_path else []
    candidates += sorted(_DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    return next((path for path in candidates if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def unprivileged_user() -> str | None:
    """Whom root starts servers as that refuse to run as root; None if we are not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _initialise(programs: Path, folder: Path, user: str | None) -> None:
    data = folder / "data"
    init = [programs / "initdb", "-D", data, "-U", "newsletter", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    _run(init, folder, user)


def _start(programs: Path, folder: Path, user: str | None, *, is_durable: bool) -> tuple[int, str]:
    """Start it on a port that nobody has; the port, and the options that it was started with."""
    for _ in range(TRIES):
        port = free_port()
        options = _options(port, is_durable=is_durable)
        start = [programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, *_PATIENTLY, "start"]
        if _succeeds(start, folder, user):
            return port, options
    return _fail(folder)


def _options(port: int, *, is_durable: bool) -> str:
    fsync = "on" if is_durable else "off"
    return (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync={fsync} -c max_connections=50"
    )


def _run(command: list[str | Path], folder: Path, user: str | None) -> None:
    if not _succeeds(command, folder, user):
        _fail(folder)


def _succeeds(command: list[str | Path], folder: Path, user: str | None) -> bool:
    # The output goes to a file: the server inherits it, and a pipe would stay open as long as it lives.
    with (folder / "transcript").open("ab") as output:
        return subprocess.run(command, stdout=output, stderr=output, cwd="/", user=user, check=False).returncode == 0


def _fail(folder: Path) -> NoReturn:
    written = [file.read_text() for file in (folder / "transcript", folder / "log") if file.exists()]
    pytest.fail(f"PostgreSQL could not be started for the tests:\n{''.join(written)}")
