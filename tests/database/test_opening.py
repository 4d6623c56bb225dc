"""Opening, migrating and refusing databases."""

from __future__ import annotations

import os
import queue
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, make_url, select, text
from sqlalchemy.exc import InternalError, StatementError

from composer.database import open_database, open_to_read, reading, upgrade
from composer.database.engine import connect_engine
from composer.database.faults import place_of
from composer.database.migrating import REVISIONS
from composer.database.schema import lists, metadata, subscriptions
from composer.errors import DatabaseError, Remedy
from tests.support.databases import Cluster


def test_the_migrations_lead_to_exactly_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_partial_indexes_keep_their_condition(engine: Engine) -> None:
    option = f"{engine.dialect.name}_where"
    for table in metadata.tables.values():
        wanted = {
            index.name: "where"
            for index in table.indexes
            if index.dialect_options[engine.dialect.name]["where"] is not None
        }
        found = {
            index["name"]
            for index in inspect(engine).get_indexes(table.name)
            if option in index.get("dialect_options", {})
        }
        assert found == set(wanted), table.name


def test_a_new_sqlite_file_has_all_the_tables_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.db"
    engine = open_database(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2, "FULL"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_who_only_reads_cannot_write_and_others_can_afterwards(engine: Engine) -> None:
    row = insert(lists).values(name="members", created_at=1)
    with reading(engine) as connection:
        assert connection.execute(select(lists.c.id)).all() == []
        with pytest.raises((DatabaseError, InternalError)):
            connection.execute(row)
    with engine.begin() as connection:
        connection.execute(row)


def test_a_writer_that_waits_asks_so_often_that_a_busy_sender_cannot_shut_it_out(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()

    def write() -> None:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_trace_callback(lambda statement: asked.put(statement))
            with connection.begin():
                connection.execute(insert(lists).values(name="members", created_at=1))

    with ThreadPoolExecutor() as threads:
        with engine.begin():
            waiting = threads.submit(write)
            while_locked = [statement for _ in range(50) if (statement := asked.get(timeout=20)) == "BEGIN IMMEDIATE"]
        waiting.result()
    assert len(while_locked) > 40


def test_a_writer_gives_up_in_words_when_another_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    monkeypatch.setattr("composer.database.engine.BUSY_TIMEOUT_S", 0.1)
    with engine.begin(), pytest.raises(DatabaseError, match="another program is writing to it"), engine.begin():
        pass


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newsletter.db'}"
    open_database(url).dispose()
    engine = open_database(url)
    assert upgrade(engine) is False


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder with a database, in which this test, which is nobody in particular, may write nothing."""
    folder = Path(tempfile.mkdtemp(prefix="newsletter-closed-"))
    engine = open_database(f"sqlite:///{folder / 'newsletter.db'}")
    with engine.begin() as connection:
        connection.execute(insert(lists).values(name="members", created_at=1))
    for suffix in ("", "-wal"):  # as after a power cut: what was committed is not in the file yet
        shutil.copy(folder / f"newsletter.db{suffix}", folder / f"torn.db{suffix}")
    engine.dispose()
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(was)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_database_that_cannot_be_written_can_be_read(closed_folder: Path) -> None:
    url = f"sqlite:///{closed_folder / 'newsletter.db'}"
    with pytest.raises(DatabaseError, match="readonly database"):
        open_database(url)
    engine = open_to_read(url)
    with reading(engine) as connection:
        assert connection.scalars(select(lists.c.name)).all() == ["members"]
    with pytest.raises(DatabaseError, match="may not write"), engine.begin() as connection:
        connection.execute(insert(lists).values(name="others", created_at=1))


def test_a_file_that_is_no_database_is_not_read_either(tmp_path: Path) -> None:
    (tmp_path / "newsletter.db").write_text("something else, of more than a few bytes" * 100)
    with pytest.raises(DatabaseError, match="this file is something else"):
        open_to_read(f"sqlite:///{tmp_path / 'newsletter.db'}")


def test_commits_that_are_not_in_the_file_yet_are_never_left_out(closed_folder: Path) -> None:
    with pytest.raises(DatabaseError, match="What to do"):
        open_to_read(f"sqlite:///{closed_folder / 'torn.db'}")


def test_opening_does_not_wait_for_somebody_who_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newsletter.db'}"
    writer = open_database(url)
    with writer.begin() as connection:
        connection.execute(insert(lists).values(name="members", created_at=1))
        with reading(open_database(url)) as other:
            assert other.execute(select(lists)).all() == []


def test_six_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from composer.database import open_database\n"
        "print('ready', flush=True); sys.stdin.read()\n"
        "with open_database(sys.argv[1]).begin() as connection:\n"
        "    connection.exec_driver_sql('INSERT INTO lists (name, created_at) VALUES (?, 1)', (sys.argv[2],))\n"
    )
    url = f"sqlite:///{tmp_path / 'newsletter.db'}"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, url, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for number in range(6)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0] * 6
    with open_database(url).connect() as connection:
        assert len(connection.execute(select(lists)).all()) == 6


def test_a_reader_who_turns_writer_is_never_too_late(tmp_path: Path) -> None:
    first, second = (open_database(f"sqlite:///{tmp_path / 'newsletter.db'}") for _ in range(2))
    with first.begin() as connection:
        connection.execute(select(lists)).all()
        with reading(second) as other:
            other.execute(select(lists)).all()
        connection.execute(insert(lists).values(name="members", created_at=1))


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"newer \(revision 9999\) than this program"):
        open_database(engine.url.render_as_string(hide_password=False))


def test_postgresql_without_tables_is_refused_with_its_remedy(postgresql: Cluster) -> None:
    url = postgresql.create()
    with pytest.raises(DatabaseError, match="older than this program") as raised:
        open_database(url)
    assert raised.value.remedy is Remedy.UPGRADE_DATABASE
    assert upgrade(connect_engine(url)) is True
    engine = open_database(url)
    assert upgrade(engine) is False
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISIONS[-1]
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE subscriptions (mine TEXT)")
    with pytest.raises(DatabaseError, match="already exists"):
        open_database(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("subscriptions",)]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:////no/such/folder/x.db", "make its folder"),
        ("mysql://root@localhost/x", "is not supported"),
        ("nonsense", "NEWSLETTER_DATABASE_URL is not an address of a database"),
        ("postgresql://ana:sesame@127.0.0.1:1/x", "no PostgreSQL listens there"),
    ],
)
def test_a_url_that_leads_nowhere_is_told_in_words(url: str, said: str) -> None:
    with pytest.raises(DatabaseError, match=said) as caught:
        open_database(url)
    assert "sesame" not in str(caught.value)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ana, this is not a database at all, as you can see." * 40)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="this file is something else"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.db"
    open_database(f"sqlite:///{path}").dispose()
    path.chmod(0o400)
    with pytest.raises(DatabaseError, match="may not write"), open_database(f"sqlite:///{path}").begin():
        pass


def test_a_connection_that_the_server_ends_is_a_database_error(postgresql: Cluster) -> None:
    engine = open_database(postgresql.create_migrated())
    with engine.connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
        postgresql.run(f"SELECT pg_terminate_backend({process})")
        with pytest.raises(DatabaseError, match="PostgreSQL went away"):
            connection.execute(select(lists))
    with engine.connect() as connection:
        assert connection.execute(select(lists)).all() == [], "the next connection is a fresh one"


def test_rows_that_point_nowhere_are_refused_on_both_engines(engine: Engine) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), engine.begin() as connection:
        connection.execute(insert(subscriptions).values(subscriber_id=1, list_id=1, status="confirmed", updated_at=1))


def test_a_claim_walks_one_index_without_sorting(engine: Engine) -> None:
    claim = (
        "SELECT id FROM deliveries WHERE mailing_id = 1 AND state BETWEEN 'pending' AND 'pending' "
        "ORDER BY state, id LIMIT 100"
    )
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            plan = " ".join(str(row.detail) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {claim}")))
        else:
            connection.execute(text("SET enable_seqscan = off"))
            plan = " ".join(connection.scalars(text(f"EXPLAIN {claim}")))
    assert "ix_deliveries_mailing_id_state_id" in plan
    assert "sort" not in plan.lower().replace("using index", "")
    assert "temp b-tree" not in plan.lower()


def test_an_error_of_a_statement_does_not_repeat_the_values_it_was_given(engine: Engine) -> None:
    # Each is an error that reaches whoever asked as SQLAlchemy words it.
    column = {"sqlite": "source", "postgresql": "nothing"}[engine.dialect.name]
    words = f"INSERT INTO consent_events (list_id, subscriber_id, {column}) VALUES (:list, :person, :source)"
    with pytest.raises(StatementError, match="consent_events") as raised, engine.begin() as connection:
        connection.execute(text(words), {"list": 99, "person": 99, "source": "import of Ana Example"})
    assert "Ana Example" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:s3cret@t3rces@127.0.0.1:1/news",
        "postgresql://ana:s3cret/t3rces@127.0.0.1:1/news",
        "postgresql://ana:s3cret?t3rces@127.0.0.1:1/news",
        "postgresql://ana:s3cret#t3rces@127.0.0.1:1/news",
        "postgresql://ana:s3cret:t3rces@127.0.0.1:1/news",
        "postgresql://127.0.0.1:1/news?user=ana&password=s3crett3rces",
        "postgresql:ana:s3cret@t3rces",
    ],
)
def test_no_piece_of_a_login_is_repeated(url: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        open_database(url)
    assert not [piece for piece in ("s3cret", "t3rces") if piece in str(raised.value)], str(raised.value)


def test_a_place_is_told_without_its_login() -> None:
    url = "postgresql+psycopg://ana:s3cret@db.example:5433/news?password=t3rces"
    assert place_of(make_url(url)) == "postgresql+psycopg://db.example:5433/news"
    assert place_of(make_url("sqlite:///newsletter.db")) == "sqlite:///newsletter.db"
