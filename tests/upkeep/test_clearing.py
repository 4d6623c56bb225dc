"""What is kept long enough is cleared, sizes are told, and room is given back; on every database."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from composer.audience.consent.event import ConsentEvent, Evidence
from composer.audience.consent.record import record_consent
from composer.audience.consent.verify import verify_chain
from composer.database import open_database, reading
from composer.database.schema import consent_events, deliveries, leases
from composer.errors import StateError
from composer.upkeep.clearing import Cleared, Keeping, clear, count_clearable
from composer.upkeep.compacting import compact
from composer.upkeep.sizes import measure
from tests.support.command_line import run
from tests.upkeep.test_packing import NOW, PLANNED_AT, a_mailing, count_rows, open_one

TWO_YEARS = 730


def test_all_that_is_kept_long_enough_is_cleared_and_counted_before(engine: Engine) -> None:
    a_mailing(engine)
    with engine.begin() as connection:
        evidence = Evidence(ip="192.0.2.7", user_agent="A browser")
        event = [(1, 1, ConsentEvent.CONFIRMED)]
        record_consent(connection, event, source="form", now=PLANNED_AT, evidence=evidence)
        record_consent(connection, event, source="form", now=NOW - 9, evidence=evidence)
    keeping = Keeping(deliveries_days=TWO_YEARS, attempts_days=90, networks_days=90)
    expected = Cleared(mailings=1, deliveries=59, exclusions=1, attempts=1, networks=1)
    with reading(engine) as connection:
        assert count_clearable(connection, keeping, now=NOW) == expected
        assert count_clearable(connection, Keeping(), now=NOW).is_nothing
    assert clear(engine, keeping, now=NOW) == expected
    assert clear(engine, keeping, now=NOW).is_nothing
    assert count_rows(engine) == [0, 0, 0]
    with reading(engine) as connection:
        kept = connection.execute(select(consent_events.c.ip).where(consent_events.c.ip.is_not(None))).all()
        assert len(kept) == 1
        verify_chain(connection)


def test_earlier_tries_go_before_the_mailing_does_and_not_of_one_that_is_open(engine: Engine) -> None:
    a_mailing(engine)
    keeping = Keeping(deliveries_days=20 * 365, attempts_days=90)
    open_one(engine, "unknown")
    assert clear(engine, keeping, now=NOW).is_nothing
    open_one(engine, "accepted")
    assert clear(engine, keeping, now=NOW) == Cleared(attempts=1)
    assert count_rows(engine) == [59, 0, 1]


def test_the_sizes_are_of_all_tables_and_the_room_is_given_back(engine: Engine) -> None:
    a_mailing(engine)
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.state == "accepted").values(text="x" * 2_000))
    with reading(engine) as connection:
        before = measure(connection)
    by_name = {one.name: one for one in before.tables}
    assert by_name["deliveries"].rows == 59
    assert (by_name["deliveries"].size_bytes or 0) > 40 * 2_000
    assert before.size_bytes > 40 * 2_000
    clear(engine, Keeping(deliveries_days=TWO_YEARS), now=NOW)
    with reading(engine) as connection:
        cleared = measure(connection)
    if engine.dialect.name == "sqlite":
        assert (cleared.free_bytes or 0) > 40 * 2_000
    compacted = compact(engine, now=NOW)
    assert compacted.before_bytes == cleared.size_bytes
    with reading(engine) as connection:
        after = measure(connection)
    assert {one.name: one.rows for one in after.tables} == {one.name: one.rows for one in cleared.tables}
    if engine.dialect.name == "sqlite":
        assert after.free_bytes == 0
        assert after.size_bytes == compacted.after_bytes == Path(str(engine.url.database)).stat().st_size
        assert after.size_bytes < before.size_bytes - 40 * 2_000
        assert b"x" * 2_000 not in Path(str(engine.url.database)).read_bytes()


def test_a_file_is_not_written_anew_while_somebody_sends(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL VACUUM holds up nobody")
    mailing = a_mailing(engine, people=9)
    with engine.begin() as connection:
        lease = {"mailing_id": mailing, "epoch": 1, "holder": "here:1:x", "expires_at": NOW + 30}
        connection.execute(insert(leases).values(lease))
    with pytest.raises(StateError, match="a mailing is being sent"):
        compact(engine, now=NOW)
    compact(engine, now=NOW + 31)


def test_db_shows_clears_and_compacts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///newsletter.db")
    engine = open_database("sqlite:///newsletter.db")
    a_mailing(engine)
    engine.dispose()
    assert run("db") == 0
    shown = capsys.readouterr().out
    assert "deliveries" in shown
    assert "It is kept for ever; NEWSLETTER_KEEP_DELIVERIES_DAYS" in shown

    monkeypatch.setenv("NEWSLETTER_KEEP_DELIVERIES_DAYS", "7")
    assert run("db", "clear") == 1
    assert "at least 30 days, or 0 to keep it for ever" in capsys.readouterr().err

    monkeypatch.setenv("NEWSLETTER_KEEP_DELIVERIES_DAYS", "730")
    assert run("db", "show", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["clearable"]["mailings"], told["clearable"]["deliveries"]) == (1, 59)
    assert next(one["rows"] for one in told["tables"] if one["name"] == "deliveries") == 59
    for words, said in (
        (("db",), "Kept long enough: 1 mailing, 59 deliveries, 1 exclusion, 1 earlier attempt"),
        (("db", "clear", "--dry-run"), "Would be cleared: 1 mailing"),
        (("db", "clear"), "Cleared: 1 mailing, 59 deliveries"),
        (("db", "clear"), "There is nothing to clear."),
        (("db", "compact"), "It had "),
        (("status", "1"), "Only these counts are kept of it, since"),
        (("deliveries", "1"), "Only counts are kept of mailing 1, since"),
    ):
        assert run(*words) == 0
        captured = capsys.readouterr()
        assert said in captured.out + captured.err, words
    with sqlite3.connect("newsletter.db") as driver:
        assert driver.execute("PRAGMA integrity_check").fetchone() == ("ok",)
