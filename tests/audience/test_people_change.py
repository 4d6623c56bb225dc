"""Somebody gets another address, two people are made one: nobody's standing is raised, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import Connection, Engine, select, update

from composer.audience import add_subscriber, ensure_list, find_subscriber, suppress, unsubscribe
from composer.audience.address_change import AddressChange, change_address
from composer.audience.attributes import FieldDeclaration, FieldType
from composer.audience.consent.verify import verify_chain
from composer.audience.editing import change_person
from composer.audience.erasure.digests import AddressDigests
from composer.audience.identities import current_person, numbers_of
from composer.audience.known_values import PersonChange
from composer.audience.merging import Merge, merge_subscribers
from composer.audience.subscribers import list_subscribers, show_subscriber
from composer.audience.tags import change_tags, count_tags, tags_of
from composer.database.schema import consent_events, subscribers, subscriptions
from composer.errors import AudienceError

NOW = 1_700_000_000
DIGESTS = AddressDigests(b"a key for tests, 32 bytes or more")
DECLARED = {
    "age": FieldDeclaration(FieldType.NUMBER),
    "size": FieldDeclaration(FieldType.CHOICE, ("small", "large")),
    "member": FieldDeclaration(FieldType.YES_NO),
}


def _add(connection: Connection, email: str, *lists: str, **known: object) -> int:
    for name in lists:
        number = ensure_list(connection, name, now=NOW)
        add_subscriber(connection, email, list_id=number, source="a form", now=NOW, **known)  # type: ignore[arg-type]
    return find_subscriber(connection, email)


def _standing(connection: Connection, email: str) -> Mapping[str, str]:
    return {one.list: one.status for one in show_subscriber(connection, email).subscriptions}


def _move(connection: Connection, old: str, new: str, *, asked_anew: bool = False) -> AddressChange:
    return change_address(
        connection, old, new, digests=DIGESTS, by="ana", source="by mail", now=NOW + 9, asked_anew=asked_anew
    )


def _merge(connection: Connection, keep: str, other: str) -> Merge:
    return merge_subscribers(connection, keep, other, by="ana", source="by mail", now=NOW + 9)


def test_another_address_keeps_the_person_the_lists_and_the_history(engine: Engine) -> None:
    with engine.begin() as connection:
        ana = _add(connection, "ana@example.org", "members", "press")
        unsubscribe(connection, subscriber=ana, lists=[ensure_list(connection, "press", now=NOW)], source="x", now=NOW)
        change = _move(connection, "ANA@example.org", "Ana@Bücher.example")
        assert (change.former, change.email, change.lists) == ("ana@example.org", "Ana@bücher.example", 2)
        assert find_subscriber(connection, "ana@bücher.example") == ana
        shown = show_subscriber(connection, "ana@bücher.example")
        assert [(one.email, one.reason) for one in shown.addresses] == [("ana@example.org", "changed")]
        assert _standing(connection, "ana@bücher.example") == {"members": "confirmed", "press": "unsubscribed"}
        moved = select(consent_events.c.email).where(consent_events.c.event == "address changed")
        assert connection.scalars(moved).all() == ["Ana@bücher.example"] * 2
        assert verify_chain(connection).is_whole
        with pytest.raises(AudienceError, match="they are Ana@bücher"):
            find_subscriber(connection, "ana@example.org")
        with pytest.raises(AudienceError, match="is their address already"):
            _move(connection, "ana@bücher.example", "Ana@bücher.example")
        assert _move(connection, "ana@bücher.example", "ana@bücher.example").former == "Ana@bücher.example"


def test_nobody_escapes_what_they_asked_for_by_another_address(engine: Engine) -> None:
    with engine.begin() as connection:
        _add(connection, "ana@example.org", "members")
        _add(connection, "bob@example.org", "members")
        for reason in ("complained", "bounced", "manual"):
            suppress(connection, "ana@example.org", reason=reason, source="x", now=NOW)
        suppress(connection, "new@example.org", reason="bounced", source="y", now=NOW)
        change = _move(connection, "ana@example.org", "new@example.org")
        assert sorted(one.reason for one in change.suppressed) == ["bounced", "complained", "manual"]
        with pytest.raises(AudienceError, match="merge them"):
            _move(connection, "bob@example.org", "new@example.org")


def test_two_people_are_made_one(engine: Engine) -> None:
    with engine.begin() as connection:
        ana = _add(connection, "ana@example.org", "a", "b", "c", first_name="Ana", attributes={"city": "Nice"})
        old = _add(connection, "old@example.org", "a", "b", "d", first_name="Anna", last_name="Silva", language="fr")
        change_person(connection, "old@example.org", PersonChange(attributes={"city": "Rome", "age": "4"}), now=NOW)
        lists = {name: ensure_list(connection, name, now=NOW) for name in "abcd"}
        unsubscribe(connection, subscriber=old, lists=[lists["b"]], source="x", now=NOW)
        on_a = (subscriptions.c.subscriber_id == ana) & (subscriptions.c.list_id == lists["a"])
        connection.execute(update(subscriptions).where(on_a).values(status="pending", joined_at=NOW + 5))
        change_tags(connection, ana, add=["VIP"])
        change_tags(connection, old, add=["vip", "press"])
        suppress(connection, "old@example.org", reason="complained", source="x", now=NOW)
        suppress(connection, "old@example.org", reason="bounced", source="x", now=NOW)
        merge = _merge(connection, "ana@example.org", "old@example.org")
        assert merge.filled == ("language", "age")
        now = {"a": "pending", "b": "unsubscribed", "c": "confirmed", "d": "confirmed"}
        assert {one.list: one.now for one in merge.lists} == now
        assert _standing(connection, "ana@example.org") == now
        shown = show_subscriber(connection, "ana@example.org")
        assert (shown.first_name, shown.last_name, shown.language) == ("Ana", "", "fr")
        assert shown.attributes == {"city": "Nice", "age": "4"}
        assert shown.tags == ["press", "VIP"]
        assert [(one.email, one.reason) for one in shown.addresses] == [("old@example.org", "merged")]
        assert {one.list: one.joined_at for one in shown.subscriptions}["a"] == NOW
        assert [one.reason for one in merge.suppressed] == ["complained"]
        assert numbers_of(connection, ana) == (ana, old)
        assert current_person(connection, old) == ana
        assert list_subscribers(connection)[0] == 1
        assert verify_chain(connection).is_whole
        with pytest.raises(AudienceError, match="one person already"):
            _merge(connection, "ana@example.org", "ana@example.org")


def test_who_was_merged_goes_along_into_a_third(engine: Engine) -> None:
    with engine.begin() as connection:
        one, two, three = (_add(connection, f"{name}@example.org", name) for name in ("one", "two", "three"))
        _merge(connection, "two@example.org", "one@example.org")
        _merge(connection, "three@example.org", "two@example.org")
        assert current_person(connection, one) == current_person(connection, two) == three
        assert set(_standing(connection, "three@example.org")) == {"one", "two", "three"}
        former = [row.email for row in show_subscriber(connection, "three@example.org").addresses]
        assert former == ["one@example.org", "two@example.org"]


def test_values_have_the_spelling_of_their_type_and_everything_wrong_is_told_at_once(engine: Engine) -> None:
    with engine.begin() as connection:
        ana = _add(connection, "ana@example.org", "members", attributes={"city": "Nice"})
        good = PersonChange("Ana", None, "fr", {"age": "4,50", "size": "LARGE", "member": "oui", "city": ""}, ["VIP"])
        assert change_person(connection, "ana@example.org", good, declared=DECLARED, now=NOW + 1)
        assert not change_person(connection, "ana@example.org", good, declared=DECLARED, now=NOW + 2)
        row = connection.execute(select(subscribers).where(subscribers.c.id == ana)).one()
        assert row.attributes == {"age": "4.5", "size": "large", "member": "yes"}
        assert (row.first_name, row.language, row.updated_at) == ("Ana", "fr", NOW + 1)
        bad = PersonChange("x" * 300, None, "Klingonese", {"age": "old", "size": "larg"}, ["a\x1bb"], ["press"])
        with pytest.raises(AudienceError) as raised:
            change_person(connection, "ana@example.org", bad, declared=DECLARED, now=NOW)
        told = str(raised.value)
        for words in (
            "first name",
            "Klingonese",
            "age: “old” is no number",
            "did you mean “large”?",
            "cannot be a tag",
        ):
            assert words in told


def test_a_tag_is_one_in_any_case_and_spelled_as_it_was_first(engine: Engine) -> None:
    with engine.begin() as connection:
        ana, bob = _add(connection, "ana@example.org", "a"), _add(connection, "bob@example.org", "a")
        change_tags(connection, ana, add=["Straße  Nord", "VIP"])
        assert change_tags(connection, bob, add=["STRASSE NORD", "vip", "Vip"])
        assert tags_of(connection, bob) == ["Straße Nord", "VIP"]
        assert not change_tags(connection, bob, add=["vip"])
        assert count_tags(connection) == [("Straße Nord", 2), ("VIP", 2)]
        assert list_subscribers(connection, tag="vIP")[0] == 2
        with pytest.raises(AudienceError, match="did you mean “VIP”"):
            list_subscribers(connection, tag="vips")
        assert change_tags(connection, bob, remove=["VIP"])
        with pytest.raises(AudienceError, match="they have no tag “vip”; they have Straße Nord"):
            change_tags(connection, bob, remove=["vip"])
        with pytest.raises(AudienceError, match="at once"):
            change_tags(connection, ana, add=["new"], remove=["NEW"])
