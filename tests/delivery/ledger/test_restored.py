"""A backup that is written over a SQLite database, and everything that looks like it and is not."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from composer.database import open_database
from composer.delivery.ledger.lease import LEASE_S
from composer.delivery.ledger.ledger import open_ledger
from composer.delivery.ledger.sendable import SendTerms
from composer.delivery.outcome import Outcome
from composer.delivery.states import DeliveryEvent
from composer.errors import DatabaseError, Remedy, StateError
from tests.support.mailings import NOW, count_states, holder, plan

ACCEPTED = Outcome(0, DeliveryEvent.ACCEPT, relay="relay:25", phase="dot", code=250, text="queued")
REFUSAL = "mailing 1 has been sent further than this database knows"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Of this test's own, with a mailing to six."""
    path = tmp_path / "newsletter.db"
    engine = open_database(f"sqlite:///{path}")
    plan(engine, 6)
    engine.dispose()
    return path


def send(database: Path, count: int, *, confirmed: bool = False, during: Callable[[], object] = lambda: None) -> None:
    """One sender, which ends in order, ``during`` before its last message."""
    engine = open_database(f"sqlite:///{database}")
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=1, holder=holder(), now=NOW, terms=SendTerms(confirmed=confirmed))
        for delivery in ledger.claim(in_hand=(), at_most=count, now=NOW):
            during()
            ledger.settle([], [delivery.id], now=NOW)
            ledger.settle([replace(ACCEPTED, delivery=delivery.id)], [], now=NOW)
        ledger.close()
    engine.dispose()


def copy(database: Path) -> Path:
    """A backup, also while somebody writes."""
    backup = database.with_name("backup.db")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    return backup


def test_a_backup_written_over_the_database_waits_for_a_persons_word(database: Path) -> None:
    send(database, 2)
    backup = copy(database)
    send(database, 2)
    shutil.copyfile(backup, database)
    with pytest.raises(StateError, match=REFUSAL) as raised:
        send(database, 1)
    assert (raised.value.mailing, raised.value.remedy) == (1, Remedy.CONFIRM_NOT_SENT)
    send(database, 1, confirmed=True)
    send(database, 1)  # the word is kept


def test_so_does_one_from_before_the_plan_and_one_made_while_it_was_sent(database: Path, tmp_path: Path) -> None:
    before = Path(shutil.copy(database, tmp_path / "before.db"))
    send(database, 3, during=lambda: copy(database))
    for backup in (before, tmp_path / "backup.db"):
        shutil.copyfile(backup, database)
        with pytest.raises(StateError, match=REFUSAL):
            send(database, 1)


def test_after_that_word_the_newer_database_is_the_older_one(database: Path, tmp_path: Path) -> None:
    backup = copy(database)
    send(database, 2)
    newer = Path(shutil.copy(database, tmp_path / "newer.db"))
    shutil.copyfile(backup, database)
    send(database, 1, confirmed=True)
    shutil.copyfile(newer, database)
    with pytest.raises(StateError, match=REFUSAL):
        send(database, 1)


def test_a_backup_since_which_nothing_was_sent_is_as_good_as_the_database(database: Path) -> None:
    send(database, 2)
    shutil.copyfile(copy(database), database)
    send(database, 4)


def test_a_sender_that_dies_accuses_nobody(database: Path) -> None:
    engine = open_database(f"sqlite:///{database}")
    with engine.connect() as connection:
        dead = open_ledger(connection, mailing=1, holder=holder(), now=NOW)
        one, two, *_ = dead.claim(in_hand=(), at_most=6, now=NOW)
        dead.settle([], [one.id], now=NOW)
        dead.settle([replace(ACCEPTED, delivery=one.id)], [two.id], now=NOW)
    with engine.connect() as connection:
        later = NOW + LEASE_S
        open_ledger(connection, mailing=1, holder=holder("next"), now=later).close()
    assert count_states(engine, 1) == {"accepted": 1, "unknown": 1, "pending": 4}
    engine.dispose()


def test_a_missing_file_says_nothing_and_is_made_anew(database: Path) -> None:
    mark = database.with_name("newsletter.db-sent")
    send(database, 1)
    mark.unlink()
    send(database, 1, during=mark.unlink)
    assert not mark.exists()
    send(database, 1)
    assert mark.stat().st_mode & 0o777 == 0o600
    assert mark.read_text().split("\n")[1].split() == ["3", "ended"]


def test_a_new_database_is_not_measured_by_the_old_ones_file(database: Path) -> None:
    send(database, 6)
    database.unlink()
    engine = open_database(f"sqlite:///{database}")
    plan(engine, 6)
    engine.dispose()
    send(database, 6)


def test_a_damaged_file_says_nothing(database: Path) -> None:
    send(database, 1)
    mark = database.with_name("newsletter.db-sent")
    for damaged in (b"", mark.read_bytes()[:40], mark.read_bytes()[:32] + b"\0" * 32, b"\xff" * 64):
        mark.write_bytes(damaged)
        send(database, 1)


def test_nothing_is_sent_if_the_file_cannot_be_written(database: Path) -> None:
    database.with_name("newsletter.db-sent").mkdir()
    with pytest.raises(DatabaseError, match=r"newsletter\.db-sent cannot be used: .*nothing was sent"):
        send(database, 1)
