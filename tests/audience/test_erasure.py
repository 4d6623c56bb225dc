"""Who is erased is nowhere any more, is brought back by no file and no backup, and what remains is still true."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from composer.audience.consent.verify import verify_chain
from composer.audience.erasure.digests import AddressDigests
from composer.audience.erasure.journal import ErasureNote, append_notes, read_notes
from composer.audience.held_data import GIVEN, LEFT_OUT
from composer.database import open_database
from composer.database.engine import reading
from composer.database.schema import deliveries, erasures, metadata, subscriptions
from composer.delivery.operating.erasing import ErasedPerson, erase_person, keep_erased
from composer.errors import SettingsError
from tests.support.command_line import run
from tests.support.mailings import NOW, SITE, count_states
from tests.support.planted import ADDRESS, DIGESTS, FORMER, WORD, plant, traces

LATER = NOW + 1000
KEPT_ELSEWHERE = {
    "tags": "stand with the person",
    "erasures": "says of nobody who they were; what is in it is a digest of an address that is forgotten",
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", SITE.secret_key.decode())


def _erase(engine: Engine, email: str, journal: Path | None = None, *, now: int = LATER) -> ErasedPerson:
    return erase_person(engine, email, digests=DIGESTS, journal=journal, by="op", now=now)


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_nothing_is_left_of_who_is_erased_and_counts_and_chain_stay(engine: Engine, tmp_path: Path) -> None:
    person = plant(engine)
    before = count_states(engine, 1)
    assert len(Counter(table for table, _, _ in traces(engine))) > 8, "they are everywhere"
    erased = _erase(engine, FORMER[0].upper(), tmp_path / "erasures")
    assert (erased.is_known, erased.deliveries, erased.has_journal) == (True, 4, True)
    assert traces(engine) == []
    assert count_states(engine, 1) == before
    with reading(engine) as connection:
        assert verify_chain(connection).is_whole
        theirs = select(func.count()).select_from(subscriptions).where(subscriptions.c.subscriber_id == person)
        assert connection.scalar(theirs) == 0
        assert connection.scalar(select(func.count()).select_from(erasures)) == 3
        others = connection.scalars(select(deliveries.c.email).where(deliveries.c.email != "").distinct()).all()
        assert sorted(others) == ["reader0@example.org", "reader1@example.org"]
    again = _erase(engine, ADDRESS, now=LATER + 5)
    assert not again.is_known


def test_the_file_of_the_database_does_not_hold_them_either(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'people.db'}")
    plant(engine)
    _erase(engine, ADDRESS)
    # Somebody may have it open for weeks: what is in the file beside it counts as well.
    for file in tmp_path.glob("people.db*"):
        octets = file.read_bytes().lower()
        for word in (WORD, "203.0.113.7", "beeblebrox"):
            assert word.encode() not in octets, (file.name, word)
    engine.dispose()


def test_a_restored_backup_does_not_bring_them_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///people.db")
    engine = open_database("sqlite:///people.db")
    plant(engine)
    engine.dispose()
    shutil.copy("people.db", "backup.db")
    assert run("subscribers", "erase", ADDRESS, "--yes") == 0
    engine = open_database("sqlite:///people.db")
    with reading(engine) as connection:
        first = connection.scalars(select(erasures.c.erased_at)).all()
    engine.dispose()
    shutil.copy("backup.db", "people.db")
    engine = open_database("sqlite:///people.db")
    assert traces(engine)
    assert run("lists", "add", "another") == 0
    assert traces(engine) == []
    with reading(engine) as connection:
        assert verify_chain(connection).is_whole
        assert connection.scalars(select(erasures.c.erased_at)).all() == first
    engine.dispose()


def test_who_was_erased_comes_back_by_their_own_word_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///newsletter.db")
    assert run("subscribers", "add", "ana@example.org", "--list", "members", "--new-list") == 0
    assert run("subscribers", "add", "bob@example.org", "--list", "members") == 0
    assert run("subscribers", "erase", "ana@example.org") == 1, "nobody can be asked here"
    assert run("subscribers", "erase", "ana@example.org", "--yes") == 0
    assert run("subscribers", "erase", "eve@example.org", "--yes") == 0, "whom we have not, and shall not have"
    for email in ("ANA@example.org", "eve@example.org"):
        assert run("subscribers", "add", email, "--list", "members") == 1
        assert "--asked-anew" in capsys.readouterr().err
        assert run("subscribers", "change-address", "bob@example.org", email) == 1
    assert run("subscribers", "add", "ana@example.org", "--list", "members", "--asked-anew") == 0
    assert run("subscribers", "add", "ana@example.org", "--list", "members", "--first-name", "Ana") == 0
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "")
    assert run("subscribers", "add", "dan@example.org", "--list", "members") == 1
    assert "NEWSLETTER_SECRET_KEY" in capsys.readouterr().err


def test_a_reply_that_comes_after_the_erasure_is_emptied_at_the_next_start(engine: Engine) -> None:
    plant(engine)
    _erase(engine, ADDRESS)
    with engine.begin() as connection:
        late = deliveries.update().where(deliveries.c.email == "").values(state="refused", text=f"550 {ADDRESS}")
        connection.execute(late)
    keep_erased(engine, digests=DIGESTS, journal=None, now=LATER)
    assert traces(engine) == []


def test_the_journal_survives_half_a_line_and_another_key(tmp_path: Path) -> None:
    file, digests = tmp_path / "erased", AddressDigests(b"one key")
    note = ErasureNote(digests.of("ana@example.org"), 7)
    append_notes(file, [note])
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open("ab") as journal:
        journal.write(b'{"address": "00')
    append_notes(file, [ErasureNote(note.address_digest, 9)])
    assert read_notes(file) == [ErasureNote(note.address_digest, 9)]
    assert not AddressDigests(b"another key").is_ours(note.address_digest)
    assert len(note.address_digest) == 64
    with pytest.raises(SettingsError, match="NEWSLETTER_SECRET_KEY"):
        AddressDigests(b"").of("ana@example.org")


def test_everything_that_is_held_is_given_out_and_nothing_of_others(
    engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(engine)
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", _url(engine))
    assert run("subscribers", "data", FORMER[1]) == 0
    text = capsys.readouterr().out
    data = json.loads(text)
    assert [one["email"] for one in data["people"]] == [ADDRESS, ""]
    assert data["people"][0]["tags"] == ["planted tag"]
    assert {one["wording"] for one in data["consent"]} == {None, "Yes, write to me."}
    assert "203.0.113.7" in text
    assert len(data["deliveries"]) == 4
    assert data["deliveries"][0]["attempts"][0]["text"].startswith("550")
    assert data["deliveries"][0]["doubt"]["about"] == "person"
    for part in ("addresses", "imports", "import_changes", "exclusions", "suppressions", "lifted_suppressions"):
        assert data[part], part
    assert "reader0" not in text
    assert '"op' not in text, "nor of those who work here"
    assert run("subscribers", "data", "nobody@example.org") == 1


def test_every_table_and_column_about_people_is_given_or_left_out_for_a_reason() -> None:
    about = {"subscriber_id", "email", "email_key", "delivery_id", "address_digest"}
    tables = {table.name for table in metadata.sorted_tables if about & {column.name for column in table.columns}}
    assert tables - {table.name for table in GIVEN} - KEPT_ELSEWHERE.keys() == set()
    columns = {f"{table.name}.{column.name}" for table in GIVEN for column in table.columns}
    assert set(LEFT_OUT) - columns == set()
