"""What the database does with a commit, whatever the server's settings say, and through a pooler."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, insert, select, text

from composer.database import durability, open_database, reading
from composer.database.schema import lists
from tests.support.databases import Cluster
from tests.support.mailings import count_states, plan, send
from tests.support.pgbouncer import pgbouncer
from tests.support.truth_sink import Sink

PEOPLE = 30


@pytest.fixture
def own_database(postgresql: Cluster) -> Iterator[str]:
    """A migrated database of PostgreSQL."""
    url = postgresql.create_migrated()
    yield url
    postgresql.drop(url)


def test_sqlite_waits_for_the_disk(tmp_path: object) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/newsletter.db")
    found = durability(engine)
    assert (found.synchronous, found.fsync, found.risk) == ("full", True, "")
    engine.dispose()


@pytest.mark.parametrize("level", ["role", "database", "server", "role in the database"])
def test_synchronous_commit_is_on_whoever_has_turned_it_off(postgresql: Cluster, own_database: str, level: str) -> None:
    name = own_database.rpartition("/")[2]
    subject = {
        "role": "ROLE newsletter",
        "database": f"DATABASE {name}",
        "server": "SYSTEM",
        "role in the database": f"ROLE newsletter IN DATABASE {name}",
    }[level]
    postgresql.run(f"ALTER {subject} SET synchronous_commit = off")
    postgresql.run("SELECT pg_reload_conf()")
    try:
        engine = open_database(own_database)
        found = durability(engine)
        assert found.synchronous == "on"
        with engine.connect() as first, engine.connect() as second:
            for connection in (first, second):
                for _ in range(2):
                    with connection.begin() as transaction:
                        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
                        transaction.rollback()  # takes back what was set in a transaction
        engine.dispose()
        assert level == "server" or found.asked_for == "off"
    finally:
        postgresql.run(f"ALTER {subject} RESET synchronous_commit")
        postgresql.run("SELECT pg_reload_conf()")


@pytest.mark.parametrize("chosen", ["local", "remote_write", "remote_apply"])
def test_what_waits_for_the_disk_anyway_stays_as_the_operator_wants_it(
    postgresql: Cluster, own_database: str, chosen: str
) -> None:
    postgresql.run(f"ALTER DATABASE {own_database.rpartition('/')[2]} SET synchronous_commit = {chosen}")
    engine = open_database(own_database)
    assert durability(engine).synchronous == chosen
    engine.dispose()


def test_what_the_server_does_really_is_told(own_database: str) -> None:
    engine = open_database(own_database)
    found = durability(engine)
    assert not found.fsync, "the tests' cluster has it off"
    assert "fsync is off" in found.risk
    engine.dispose()


@pytest.fixture(params=["transaction", "session"])
def pooled(request: pytest.FixtureRequest, postgresql: Cluster, own_database: str) -> Iterator[Engine]:
    """The database through a PgBouncer, where the role's commits are not durable by themselves."""
    postgresql.run(f"ALTER DATABASE {own_database.rpartition('/')[2]} SET synchronous_commit = off")
    with pgbouncer(own_database, mode=request.param, pool=2 if request.param == "transaction" else 20) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def test_a_pooler_is_known_and_every_transaction_is_durable(pooled: Engine) -> None:
    found = durability(pooled)
    assert (found.is_pooled, found.synchronous, found.asked_for) == (True, "on", "off")
    with reading(pooled) as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_transactions_may_change_the_servers_process_at_each_step(pooled: Engine) -> None:
    def write(number: int) -> None:
        for step in range(20):  # more than psycopg waits for before it would prepare a statement
            with pooled.begin() as connection:
                connection.execute(insert(lists).values(name=f"{number} {step}", created_at=1))
            with reading(pooled) as connection:
                assert connection.execute(select(lists.c.id).where(lists.c.name == f"{number} {step}")).one()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    with reading(pooled) as connection:
        assert len(connection.execute(select(lists.c.id)).all()) == 160


async def test_a_mailing_is_sent_through_a_pooler(pooled: Engine, sink: Sink) -> None:
    mailing = plan(pooled, PEOPLE).mailing
    await send(pooled, mailing, sink.port)
    assert count_states(pooled, mailing) == {"accepted": PEOPLE}
    assert len(sink.taken()) == PEOPLE
