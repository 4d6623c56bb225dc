"""On PostgreSQL several change people at once: who was erased is not written down again, and none wait in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from composer.audience import add_subscriber, ensure_list, find_subscriber, import_subscribers, unsubscribe
from composer.audience.consent.verify import verify_chain
from composer.audience.editing import change_person
from composer.audience.erasure.digests import AddressDigests
from composer.audience.erasure.erase import erase_held, find_held_person
from composer.audience.known_values import PersonChange
from composer.audience.merging import merge_subscribers
from composer.audience.subscriptions import return_to_lists
from composer.database.turns import take_turn
from composer.errors import AudienceError
from tests.support.hanging import wait_until
from tests.support.planted import DIGESTS, traces

NOW = 1_700_000_000
FILE = b"email,first_name,city\nplanted@example.org,Planted,Plantedville\nbob@example.org,Bob,\n"
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


@pytest.fixture
def members(engine: Engine) -> int:
    with engine.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
        for name in ("planted", "bob"):
            add_subscriber(connection, f"{name}@example.org", list_id=members, source="hand", now=NOW)
    return members


def _begin_beside(
    pool: ThreadPoolExecutor, engine: Engine, holder: Connection, act: Callable[[Connection], Any]
) -> Future[Any]:
    """Begin it in a transaction of its own; back when that waits for ``holder``'s."""

    def do() -> None:
        with engine.begin() as connection:
            act(connection)

    mine = holder.scalar(text("SELECT pg_backend_pid()"))
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE :mine = ANY(pg_blocking_pids(pid))")
    future = pool.submit(do)

    def is_waiting() -> bool:
        with engine.connect() as connection:
            return future.done() or bool(connection.scalar(waits, {"mine": mine}))

    wait_until(is_waiting, what="the other transaction")
    return future


def _erase(connection: Connection, digests: AddressDigests = DIGESTS) -> None:
    take_turn(connection)
    person = find_held_person(connection, "planted@example.org")
    erase_held(connection, person, digests=digests, by="op", at=NOW + 5, now=NOW + 5)


def _import(connection: Connection) -> None:
    import_subscribers(connection, FILE, list_name="members", source="file", now=NOW + 6, digests=DIGESTS)


def _edit(connection: Connection) -> None:
    change = PersonChange(first_name="Planted", attributes={"city": "Plantedville"}, tags=["planted"])
    change_person(connection, "planted@example.org", change, now=NOW + 6)


@pytest.mark.parametrize("act", [_import, _edit])
def test_who_is_erased_meanwhile_is_not_written_down_again(
    engine: Engine, pool: ThreadPoolExecutor, members: int, act: Callable[[Connection], None]
) -> None:
    with engine.begin() as connection:
        _erase(connection)
        beside = _begin_beside(pool, engine, connection, act)
    if act is _edit:
        with pytest.raises(AudienceError, match="erased or merged at this moment"):
            beside.result()
    else:
        beside.result()
    assert traces(engine) == []
    with engine.connect() as connection:
        assert verify_chain(connection).is_whole
        assert members


@pytest.mark.parametrize("way", ["erase", "merge"])
def test_taking_a_leaving_back_and_an_erasure_or_a_merge_do_not_wait_in_a_circle(
    engine: Engine, pool: ThreadPoolExecutor, members: int, way: str
) -> None:
    with engine.begin() as connection:
        planted = find_subscriber(connection, "planted@example.org")
        other = ensure_list(connection, "other", now=NOW)
        for name in ("planted", "bob"):
            add_subscriber(connection, f"{name}@example.org", list_id=other, source="hand", now=NOW)
        unsubscribe(connection, subscriber=planted, lists=[members], source="page", now=NOW + 1)

    def change(connection: Connection) -> None:
        if way == "erase":
            _erase(connection)
        else:
            merge_subscribers(connection, "planted@example.org", "bob@example.org", by="op", source="x", now=NOW + 3)

    with engine.begin() as connection:
        assert return_to_lists(
            connection, subscriber=planted, lists=[members], left_by=["page"], since=NOW, source="undo", now=NOW + 2
        )
        beside = _begin_beside(pool, engine, connection, change)
        unsubscribe(connection, subscriber=planted, lists=[other], source="page", now=NOW + 3)
    beside.result()
    with engine.connect() as connection:
        assert verify_chain(connection).is_whole
