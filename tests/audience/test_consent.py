"""The record of consent: whatever is done to it afterwards is found, and a person can be forgotten all the same."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from composer.audience import add_subscriber, ensure_list, find_subscriber, import_subscribers, unsubscribe
from composer.audience.consent.chain import close_undone, last_hash
from composer.audience.consent.event import ConsentEntry, ConsentEvent, Evidence
from composer.audience.consent.hashing import SALT_BYTES, network_of, person_of
from composer.audience.consent.record import ConsentRecorder, record_consent
from composer.audience.consent.verify import ChainReport, verify_chain
from composer.database.engine import reading
from composer.database.schema import consent_chain, consent_events, subscribers, subscriptions, wordings

NOW = 1_700_000_000
SHOWN = Evidence(
    form="home-2",
    wording="Yes, send me the harbour’s letter each month.",
    language="en",
    page="https://harbour.example/join",
    ip="203.0.113.7",
    user_agent="Firefox",
)


@pytest.fixture
def recorded(engine: Engine) -> Engine:
    """Ana by a form, then 1,200 people by a file, and one of them who leaves."""
    with engine.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
        connection.execute(insert(subscribers).values(email="ana@example.org", email_key="ana@example.org", **_SAME))
        ana = find_subscriber(connection, "ana@example.org")
        record_consent(
            connection, [(ana, members, ConsentEvent.SUBSCRIBED)], source="the form", now=NOW, evidence=SHOWN
        )
    with engine.begin() as connection:
        data = "\n".join(["email", *(f"p{number}@example.org" for number in range(1200))]).encode()
        import_subscribers(connection, data, list_name="members", source="file", now=NOW + 1)
    with engine.begin() as connection:
        one = find_subscriber(connection, "p7@example.org")
        unsubscribe(connection, subscriber=one, lists=None, source="the site", now=NOW + 2)
    return engine


_SAME: dict[str, Any] = {"first_name": "", "last_name": "", "attributes": {}, "created_at": NOW, "updated_at": NOW}


def _verified(engine: Engine, known: bytes | None = None) -> ChainReport:
    with reading(engine) as connection:
        return verify_chain(connection, known=known)


def test_what_was_written_is_whole(recorded: Engine) -> None:
    report = _verified(recorded)
    assert report.is_whole, report.faults
    assert (report.entries, report.unlinked) == (1202, 0)
    with reading(recorded) as connection:
        assert connection.scalar(select(wordings.c.text)) == SHOWN.wording
        assert report.head == last_hash(connection) != bytes(32)


@pytest.mark.parametrize(
    "change",
    [
        {"event": "confirmed"},
        {"at": NOW - 86_400},
        {"source": "another form"},
        {"email": "bob@example.org"},
        {"ip": "203.0.113.8"},
        {"user_agent": None},
        {"wording_digest": None},
        {"language": "fr"},
        {"page": None},
        {"form": "home-3"},
        {"position": 1},
        {"import_id": 3},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_that_is_changed_is_found(recorded: Engine, change: dict[str, Any]) -> None:
    with recorded.begin() as connection:
        connection.execute(update(consent_events).where(consent_events.c.source == "the form").values(change))
    assert any("was changed" in fault for fault in _verified(recorded).faults)


def test_an_entry_that_is_taken_out_put_in_or_written_elsewhere_is_found(recorded: Engine) -> None:
    with recorded.begin() as connection:
        row = connection.execute(select(consent_events).where(consent_events.c.source == "the site")).mappings().one()
        connection.execute(delete(consent_events).where(consent_events.c.id == row["id"]))
    assert "has 0 entries, and 1 were written" in " ".join(_verified(recorded).faults)
    with recorded.begin() as connection:
        connection.execute(insert(consent_events).values({**row, "link": 17}))
    assert "its link is not in the chain" in " ".join(_verified(recorded).faults)
    with recorded.begin() as connection:
        connection.execute(delete(consent_events).where(consent_events.c.link == 17))
        connection.execute(insert(consent_events).values(row))
        assert verify_chain(connection).is_whole
        other = {name: row[name] for name in ("subscriber_id", "list_id", "event", "source", "at")}
        connection.execute(insert(consent_events).values(other))
    report = _verified(recorded)
    assert report.unlinked == 1
    assert "no link covers it" in " ".join(report.faults)


def test_a_text_that_was_shown_and_is_another_now_is_found(recorded: Engine) -> None:
    with recorded.begin() as connection:
        connection.execute(update(wordings).values(text="Yes, send me everything."))
    assert "was changed" in " ".join(_verified(recorded).faults)


def test_an_address_or_network_of_another_in_the_place_of_a_forgotten_one_is_found(recorded: Engine) -> None:
    entry = consent_events.c.source == "the form"
    with recorded.begin() as connection:
        row = connection.execute(select(consent_events).where(entry)).mappings().one()
        gone = {"ip": None, "user_agent": None, "network_commitment": network_of(row)}
        forgotten = {**gone, "email": None, "salt": None, "person_commitment": person_of(row)}
        for forged in ({"email": "bob@example.org"}, {"ip": "203.0.113.8"}, {"user_agent": "Lynx"}):
            connection.execute(update(consent_events).where(entry).values({**forgotten, **forged}))
            assert "was changed" in " ".join(verify_chain(connection).faults), forged
        connection.execute(update(consent_events).where(entry).values(forgotten))
        assert verify_chain(connection).is_whole


def test_nothing_can_be_put_into_the_link_of_an_import_that_was_taken_back(recorded: Engine) -> None:
    with recorded.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
        people = connection.scalars(select(subscribers.c.id).order_by(subscribers.c.id).limit(3)).all()
        recorder = ConsentRecorder(connection, source="import b.csv", now=NOW + 3, import_id=4)
        recorder.add([ConsentEntry(one, members, ConsentEvent.IMPORTED, f"{one}@example.org") for one in people])
        recorder.close()
        mine = consent_events.c.import_id == 4
        stays, goes, _ = connection.execute(select(consent_events).where(mine)).mappings().all()
        connection.execute(delete(consent_events).where(mine, consent_events.c.id != stays["id"]))
        close_undone(connection, import_id=4, now=NOW + 4)
        assert verify_chain(connection).is_whole
        connection.execute(insert(consent_events).values(goes))
        assert "has 2 entries, and 1 were written" in " ".join(verify_chain(connection).faults)
        connection.execute(delete(consent_events).where(consent_events.c.id == stays["id"]))
        assert "its entries are others than were written" in " ".join(verify_chain(connection).faults)


def test_a_link_that_is_changed_or_taken_out_is_found(recorded: Engine) -> None:
    with reading(recorded) as connection:
        links = connection.execute(select(consent_chain).order_by(consent_chain.c.id)).mappings().all()
    with recorded.begin() as connection:
        connection.execute(update(consent_chain).where(consent_chain.c.id == links[1]["id"]).values(at=NOW + 9))
    assert f"link {links[1]['id']}: was changed" in _verified(recorded).faults
    with recorded.begin() as connection:
        connection.execute(delete(consent_chain).where(consent_chain.c.id == links[1]["id"]))
    assert "the link before it is another" in " ".join(_verified(recorded).faults)


def test_what_is_taken_off_the_end_is_found_by_whoever_kept_a_hash(recorded: Engine) -> None:
    head = _verified(recorded).head
    with recorded.begin() as connection:
        last = connection.execute(select(consent_chain).order_by(consent_chain.c.id.desc()).limit(1)).mappings().one()
        connection.execute(delete(consent_events).where(consent_events.c.link == last["link"]))
        connection.execute(delete(consent_chain).where(consent_chain.c.id == last["id"]))
    assert _verified(recorded).is_whole  # nothing tells it by itself
    assert not _verified(recorded, known=head).is_whole
    assert _verified(recorded, known=_verified(recorded).head).is_whole


def test_a_person_and_a_network_are_forgotten_and_the_chain_stays_whole(recorded: Engine) -> None:
    with recorded.begin() as connection:
        row = connection.execute(select(consent_events).where(consent_events.c.source == "the form")).mappings().one()
        without_network = {"ip": None, "user_agent": None, "network_commitment": network_of(row)}
        salt = bytes(row["salt"])[:SALT_BYTES]
        connection.execute(
            update(consent_events).where(consent_events.c.id == row["id"]).values(**without_network, salt=salt)
        )
        assert verify_chain(connection).is_whole
        gone = {"email": None, "salt": None, "person_commitment": person_of(row)}
        connection.execute(update(consent_events).where(consent_events.c.id == row["id"]).values(gone))
    assert _verified(recorded).is_whole
    with recorded.begin() as connection:
        connection.execute(
            update(consent_events).where(consent_events.c.id == row["id"]).values(email="bob@example.org")
        )
        assert not verify_chain(connection).is_whole, "an address without its salt is none that was written"
        connection.execute(
            update(consent_events)
            .where(consent_events.c.id == row["id"])
            .values(email=None, person_commitment=bytes(32))
        )
    assert not _verified(recorded).is_whole


def test_an_import_is_one_link_and_goes_with_it(recorded: Engine) -> None:
    with recorded.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
        people = connection.scalars(select(subscribers.c.id).limit(700)).all()
        recorder = ConsentRecorder(connection, source="import b.csv", now=NOW + 3, import_id=4)
        for part in (people[:500], people[500:]):
            recorder.add([ConsentEntry(one, members, ConsentEvent.IMPORTED, f"{one}@example.org") for one in part])
        recorder.close()
        links = select(consent_chain.c.rows).where(consent_chain.c.import_id == 4)
        assert connection.scalars(links).all() == [700]
        assert verify_chain(connection).is_whole
    with recorded.begin() as connection:
        connection.execute(delete(consent_events).where(consent_events.c.import_id == 4))
        assert not verify_chain(connection).is_whole
        close_undone(connection, import_id=4, now=NOW + 4)
    assert _verified(recorded).is_whole


def test_what_was_written_before_there_was_a_chain_is_its_first_link(engine: Engine) -> None:
    with engine.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
        add_subscriber(connection, "ana@example.org", list_id=members, source="by hand", now=NOW)
        ana = find_subscriber(connection, "ana@example.org")
        connection.execute(delete(consent_chain))
        connection.execute(delete(consent_events))
        former = {"subscriber_id": ana, "list_id": members, "source": "before"}
        connection.execute(insert(consent_events), [{**former, "event": "imported", "at": NOW + day} for day in (0, 9)])
    assert _verified(engine).unlinked == 2
    with engine.begin() as connection:
        unsubscribe(connection, subscriber=ana, lists=[members], source="the site", now=NOW + 20)
    report = _verified(engine)
    assert (report.is_whole, report.links, report.entries, report.unlinked) == (True, 2, 3, 0)
    with engine.begin() as connection:
        connection.execute(update(consent_events).where(consent_events.c.at == NOW).values(at=NOW + 1))
    assert not _verified(engine).is_whole


def test_who_comes_onto_a_list_has_the_day_kept(engine: Engine) -> None:
    with engine.begin() as connection:
        ensure_list(connection, "members", now=NOW)
        data = b"email,status\nana@example.org,subscribed\nbob@example.org,unsubscribed\n"
        import_subscribers(connection, data, list_name="members", source="file", now=NOW + 5)
        query = select(subscribers.c.email, subscriptions.c.joined_at).join(subscriptions)
        assert dict(connection.execute(query).all()) == {"ana@example.org": NOW + 5, "bob@example.org": None}
