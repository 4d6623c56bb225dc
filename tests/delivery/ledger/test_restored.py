"""A backup that is written over a SQLite database, and everything that looks like it and is not."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from composer.database import open_database
from composer.database.schema import leases, lists
from composer.database.watermark import Watermark, watermark_of
from composer.delivery.ledger.lease import LEASE_S
from composer.delivery.ledger.ledger import open_ledger
from composer.delivery.ledger.sendable import SendTerms
from composer.delivery.outcome import Outcome
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.states import DeliveryEvent
from composer.errors import DatabaseError, MailingError, Remedy, StateError
from tests.support.mailings import NOW, SITE, count_states, holder, make_edition, plan

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


def send(
    database: Path,
    count: int,
    *,
    mailing: int = 1,
    confirmed: bool = False,
    during: Callable[[], object] = lambda: None,
) -> None:
    """One sender, which ends in order, ``during`` before its last message."""
    engine = open_database(f"sqlite:///{database}")
    with engine.connect() as connection:
        terms = SendTerms(confirmed=confirmed)
        ledger = open_ledger(connection, mailing=mailing, holder=holder(), now=NOW, terms=terms)
        for delivery in ledger.claim(in_hand=(), at_most=count, now=NOW):
            during()
            ledger.settle([], [delivery.id], now=NOW)
            ledger.settle([ACCEPTED._replace(delivery=delivery.id)], [], now=NOW)
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
        dead.settle([ACCEPTED._replace(delivery=one.id)], [two.id], now=NOW)
    with engine.connect() as connection:
        later = NOW + LEASE_S
        open_ledger(connection, mailing=1, holder=holder("next"), now=later).close()
    assert count_states(engine, 1) == {"accepted": 1, "unknown": 1, "pending": 4}
    engine.dispose()


def begin_until_committed(database: Path, issue: str) -> tuple[Engine, Watermark]:
    """A plan or a sender at the moment after its transaction, before the file is in its place."""
    engine = open_database(f"sqlite:///{database}")
    with engine.begin() as connection:
        watermark = watermark_of(connection)
        watermark.move(connection, but=0)
        assert watermark.is_trusted, issue
    return engine, watermark


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("has_been_sent", [False, True])
def test_several_that_begin_in_one_instant_accuse_nobody(
    tmp_path: Path, order: tuple[int, ...], has_been_sent: bool
) -> None:
    database = tmp_path / "newsletter.db"
    engine = open_database(f"sqlite:///{database}")
    if has_been_sent:
        plan(engine, 2)
        send(database, 1)
    engine.dispose()
    begun = [begin_until_committed(database, issue) for issue in ("first", "second", "third")]
    for at in order:
        engine, watermark = begun[at]
        with engine.begin() as connection:
            watermark.put(connection)
            assert watermark_of(connection).is_trusted
        engine.dispose()
    if has_been_sent:
        send(database, 1)
    assert [path.name for path in tmp_path.glob("*.db-sent*")] == ["newsletter.db-sent"]


def test_what_a_program_that_died_has_left_beside_the_database_is_removed_and_trusted_by_the_next(
    database: Path,
) -> None:
    send(database, 1)
    for _ in range(2):
        begin_until_committed(database, "dies")[0].dispose()
    others = database.with_name("newsletter.db-sent-of-mine")
    others.touch()
    assert len(list(database.parent.glob("*.db-sent-*"))) == 3
    send(database, 1)
    assert list(database.parent.glob("*.db-sent-*")) == [others]
    assert database.with_name("newsletter.db-sent").read_text().split("\n")[1].split() == ["2", "ended"]


def test_a_file_that_is_missing_waits_for_a_persons_word_and_is_made_anew(database: Path) -> None:
    mark = database.with_name("newsletter.db-sent")
    send(database, 1)
    mark.unlink()
    with pytest.raises(StateError, match="may have been sent further") as raised:
        send(database, 1)
    assert raised.value.remedy is Remedy.CONFIRM_NOT_SENT
    send(database, 1, confirmed=True, during=mark.unlink)
    assert not mark.exists()
    send(database, 1, confirmed=True)
    assert mark.stat().st_mode & 0o777 == 0o600
    assert mark.read_text().split("\n")[1].split() == ["3", "ended"]


def test_a_new_database_is_not_measured_by_the_old_ones_file(database: Path) -> None:
    send(database, 6)
    database.unlink()
    engine = open_database(f"sqlite:///{database}")
    plan(engine, 6)
    engine.dispose()
    send(database, 6)


def test_a_damaged_file_is_not_trusted(database: Path) -> None:
    send(database, 1)
    mark = database.with_name("newsletter.db-sent")
    for damaged in (b"", b"\0" * 64, b"\xff" * 64, b"database 0f3c2a11".ljust(31) + b"\n"):
        mark.write_bytes(damaged)
        with pytest.raises(StateError, match="may have been sent further"):
            send(database, 1)
        send(database, 1, confirmed=True)


def test_nothing_is_sent_if_the_file_cannot_be_written(database: Path) -> None:
    mark = database.with_name("newsletter.db-sent")
    mark.unlink()
    mark.mkdir()
    with pytest.raises(DatabaseError, match=r"newsletter\.db-sent cannot be used: .*nothing was sent"):
        send(database, 1)


def dump(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())


def load(database: Path, script: str) -> None:
    """Into a file that is there or not, as the command line program does."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(script)


@pytest.mark.parametrize("is_same_file", [False, True])
def test_a_dump_that_is_loaded_again_waits_for_a_persons_word(database: Path, is_same_file: bool) -> None:
    send(database, 2)
    script = dump(database)
    send(database, 2)
    if is_same_file:
        database.write_bytes(b"")
    else:
        database.unlink()
    load(database, script)
    with pytest.raises(StateError) as raised:
        send(database, 1)
    assert raised.value.remedy is Remedy.CONFIRM_NOT_SENT


def test_the_next_file_in_the_same_place_is_another_whatever_its_number(database: Path) -> None:
    send(database, 2)
    before = database.read_bytes()
    number = database.stat().st_ino
    numbers = []
    for _ in range(20):
        database.unlink()
        database.write_bytes(before)
        numbers.append(database.stat().st_ino)
        with pytest.raises(StateError, match="planned in another database"):
            send(database, 1)
    assert number
    assert numbers


@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("with_mark", [True, False])
def test_a_whole_folder_that_is_copied_back_waits_for_a_persons_word(
    tmp_path: Path, in_place: bool, with_mark: bool
) -> None:
    folder, backup = tmp_path / "project", tmp_path / "backup"
    folder.mkdir()
    database = folder / "newsletter.db"
    engine = open_database(f"sqlite:///{database}")
    plan(engine, 6)
    engine.dispose()
    send(database, 2)
    shutil.copytree(folder, backup)
    if not with_mark:
        (backup / "newsletter.db-sent").unlink()
    send(database, 2)
    if not in_place:
        shutil.rmtree(folder)
    shutil.copytree(backup, folder, dirs_exist_ok=True)
    with pytest.raises(StateError) as raised:
        send(database, 1)
    assert raised.value.remedy is Remedy.CONFIRM_NOT_SENT


def test_a_word_for_one_mailing_is_none_for_the_others(database: Path) -> None:
    engine = open_database(f"sqlite:///{database}")
    with engine.begin() as connection:
        list_id = connection.scalars(select(lists.c.id)).one()
    second = make_edition(issue="second")
    assert plan_mailing(engine, editions={"en": second}, lists=[list_id], site=SITE, now=NOW).mailing == 2
    engine.dispose()
    send(database, 2)
    send(database, 2, mailing=2)
    database.with_name("newsletter.db-sent").unlink()
    send(database, 1, confirmed=True)
    with pytest.raises(StateError) as raised:
        send(database, 1, mailing=2)
    assert raised.value.remedy is Remedy.CONFIRM_NOT_SENT
    send(database, 1, mailing=2, confirmed=True)
    send(database, 1)


def test_a_container_that_is_started_again_goes_on_at_once(database: Path) -> None:
    """Its first process has the number that the dead one had, and began after the dead one's last commit."""
    engine = open_database(f"sqlite:///{database}")
    now = int(time.time())
    with subprocess.Popen(["sleep", "600"]) as first:
        with engine.connect() as connection:
            open_ledger(connection, mailing=1, holder=f"here:{first.pid}:old", now=now)
        with engine.begin() as connection:
            connection.execute(update(leases).values(session=None))
        with engine.connect() as connection, pytest.raises(MailingError, match="is being sent"):
            open_ledger(connection, mailing=1, holder=holder("next"), now=now)
        with engine.begin() as connection:
            connection.execute(update(leases).values(expires_at=now - 10 + LEASE_S))
        with engine.connect() as connection:
            open_ledger(connection, mailing=1, holder=holder("next"), now=now)
        first.terminate()
    engine.dispose()


def test_neither_the_machine_nor_the_device_makes_a_copy(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers that share a volume may see others, or no number of the machine at all."""
    send(database, 1)
    monkeypatch.setattr("composer.database.identity._MACHINE_IDS", ())
    monkeypatch.setattr("composer.database.identity.uuid.getnode", lambda: 12345)
    send(database, 1)
