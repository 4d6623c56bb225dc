"""Segments of a million people, counted on SQLite and PostgreSQL, beside plain SQL that somebody writes for the same.

``NEWSLETTER_BENCH_PEOPLE=100000 make bench ARGS=segments`` is a smaller run.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection, Engine, text

from bench.measure import Row, Table, median
from composer.database import open_database
from composer.delivery.planning.segment import count_segments
from composer.edition.segments import parse_segment
from composer.issue.model import Newsletter
from tests.support.databases import start_cluster

PEOPLE = int(os.environ.get("NEWSLETTER_BENCH_PEOPLE", "1000000"))
ROUNDS = 3
_TODAY = dt.date(2026, 12, 1)
_NEWSLETTER = Newsletter.model_validate(
    {
        "name": "N",
        "organisation": "O",
        "fields": {
            "city": "C",
            "age": {"meaning": "A", "type": "number"},
            "renewed": {"meaning": "R", "type": "date"},
        },
    }
)
_JOINED = 1735689600  # 1 January 2025

CONDITIONS = {
    'subscriber.city == "City 3"': "attributes ->> 'city' = 'City 3'",
    "subscriber.age < 30": "CAST(attributes ->> 'age' AS numeric) < 30",
    'subscriber.renewed >= "2 years ago"': "attributes ->> 'renewed' >= '2024-12-01'",
    '"donor" in subscriber.tags': "EXISTS (SELECT 1 FROM tags t WHERE t.subscriber_id = s.id AND t.tag = 'donor')",
    'received("2026-12-winter")': "EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = s.id AND "
    "d.mailing_id = 1 AND d.state IN ('accepted', 'complained'))",
    'outcome("2026-12-winter") == "refused"': "EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = s.id AND "
    "d.mailing_id = 1 AND d.state = 'refused')",
    'joined_before("2025-01-01", "members")': f"u.joined_at < {_JOINED}",
    'subscriber.age < 30 and "donor" not in subscriber.tags and received("2026-12-winter")': "CAST(attributes ->> "
    "'age' AS numeric) < 30 AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.subscriber_id = s.id AND t.tag = 'donor') AND "
    "EXISTS (SELECT 1 FROM deliveries d WHERE d.subscriber_id = s.id AND d.mailing_id = 1 AND d.state IN ('accepted', "
    "'complained'))",
}
"""What is counted, and what somebody who knows the tables writes for it, trusting every value to be of its type."""

_PLAIN = """
    SELECT count(*) FROM subscribers s JOIN subscriptions u ON u.subscriber_id = s.id
    WHERE u.list_id = 1 AND u.status = 'confirmed' AND NOT EXISTS (
        SELECT 1 FROM suppressions x WHERE x.email_key = s.email_key AND (x.list_id IS NULL OR x.list_id = u.list_id)
    ) AND {condition}
"""


def measure() -> tuple[Table, ...]:
    """A table for each database; rounds are interleaved, ours and the peer's one after the other."""
    tables = []
    for name, key, databases in (("SQLite", "segments-sqlite", _sqlite), ("PostgreSQL", "segments-postgresql", _pg)):
        with databases() as engine:
            _fill(engine)
            tables.append(Table(key, f"Segments on {name}", _METHOD, tuple(_rows(engine)), "plain SQL", "condition"))
    return tuple(tables)


_METHOD = (
    f"{PEOPLE:,} subscribers with five fields, a list, 220 tags a thousand, a mailing to every second. Of one "
    "condition it is counted how many of the list's people it holds who may be written to, and how many these are, as "
    "`newsletter segments CONDITION --list members` does; beside it the one count by plain SQL, which trusts every "
    f"value and counts no whole. Median of {ROUNDS} interleaved rounds after one that is not counted. "
    "`make bench ARGS=segments`."
)


def _rows(engine: Engine) -> Iterator[Row]:
    for written, plain in CONDITIONS.items():
        ours, peer = [], []
        for _ in range(ROUNDS + 1):
            took, found = _timed(engine, partial(_count, written))
            ours.append(took)
            took, same = _timed(engine, partial(_count_plain, plain))
            peer.append(took)
            if found != same:
                raise RuntimeError(f"{written} holds of {found} people, the plain SQL of {same}")
        mine, theirs = median(ours[1:]), median(peer[1:])
        yield Row(f"`{written}`", mine, "s", mine / theirs, f"{found:,} people; plain SQL {theirs:.2f} s")


def _timed(engine: Engine, count: Callable[[Connection], int]) -> tuple[float, int]:
    with engine.begin() as connection:
        start = time.perf_counter()
        found = count(connection)
        return time.perf_counter() - start, found


def _count(written: str, connection: Connection) -> int:
    segment = parse_segment(written, _NEWSLETTER)
    _, [count] = count_segments(connection, [segment], lists=[1], default_language="en", today=_TODAY)
    return count.people


def _count_plain(condition: str, connection: Connection) -> int:
    return int(connection.execute(text(_PLAIN.format(condition=condition))).scalar_one())


@contextmanager
def _sqlite() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as place:
        engine = open_database(f"sqlite:///{place}/newsletter.db")
        yield engine
        engine.dispose()


@contextmanager
def _pg() -> Iterator[Engine]:
    with start_cluster() as cluster:
        if cluster is None:
            raise RuntimeError("PostgreSQL is missing; `make packages` installs it")
        engine = open_database(cluster.create_migrated())
        yield engine
        engine.dispose()


def _fill(engine: Engine) -> None:
    """Make the people in the database itself."""
    is_pg = engine.dialect.name == "postgresql"
    counted = f"WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < {PEOPLE}) SELECT n FROM c"
    numbers = f"generate_series(0, {PEOPLE - 1}) AS number(n)" if is_pg else f"({counted}) AS number"
    document = "jsonb_build_object" if is_pg else "json_object"
    day = "(date '2020-01-01' + n % 2500)::text" if is_pg else "date('2020-01-01', '+' || (n % 2500) || ' days')"
    statements = (
        "INSERT INTO lists (id, name, created_at) VALUES (1, 'members', 0)",
        "INSERT INTO subscribers (id, email, email_key, first_name, last_name, attributes, created_at, updated_at) "
        "SELECT n + 1, 'r' || n || '@example.test', 'r' || n || '@example.test', 'Reader ' || n, '', "
        f"{document}('city', 'City ' || (n % 97), 'age', CAST(18 + n % 60 AS TEXT), 'renewed', {day}, "
        f"'member', 'yes', 'size', 'M'), 0, 0 FROM {numbers}",
        "INSERT INTO subscriptions (subscriber_id, list_id, status, updated_at, joined_at) "
        "SELECT id, 1, 'confirmed', 0, 1600000000 + (id * 7919) % 180000000 FROM subscribers",
        "INSERT INTO tags (subscriber_id, tag) SELECT id, 'donor' FROM subscribers WHERE id % 5 = 0",
        "INSERT INTO tags (subscriber_id, tag) SELECT id, 'vip' FROM subscribers WHERE id % 50 = 0",
        "INSERT INTO suppressions (email_key, reason, source, created_at) "
        "SELECT email_key, 'bounced', 'x', 0 FROM subscribers WHERE id % 100 = 0",
        "INSERT INTO mailings (id, issue, digest, state, planned, list_ids, allowed, sent_as, created_at, updated_at, "
        "epoch) VALUES (1, '2026-12-winter', 'd', 'sending', 1, '[1]', '[]', 0, 0, 0, 0)",
        "INSERT INTO deliveries (mailing_id, subscriber_id, email, language, fields, state, attempts, epoch, "
        "updated_at, relay, code, text) SELECT 1, id, email, 'en', '{}', "
        "CASE WHEN id % 20 = 0 THEN 'refused' ELSE 'accepted' END, 1, 1, 0, 'a.example', 250, 'ok queued' "
        "FROM subscribers WHERE id % 2 = 0",
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%") if is_pg else statement)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if is_pg else "ANALYZE")
