"""Who gets a mailing, who does not and why; and leaving, from every side."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection, Engine, func, select

from composer.audience import (
    Fate,
    SuppressionFilter,
    SuppressionReason,
    add_subscriber,
    count_lists,
    ensure_list,
    find_list,
    find_lists,
    find_subscriber,
    find_suppressions,
    freeze,
    freeze_audience,
    import_subscribers,
    lift_suppressions,
    list_subscribers,
    mailable,
    show_subscriber,
    suppress,
    unsubscribe,
)
from composer.database.schema import consent_events, subscribers
from composer.errors import AddressError, AudienceError

NOW = 1_700_000_000
PEOPLE = {
    "members": "confirmed ana,confirmed bob,pending carl,unsubscribed dora,confirmed eve,confirmed fay",
    "press": "pending ana,confirmed carl,unsubscribed bob,pending dora,confirmed gus,confirmed fay",
}


@pytest.fixture
def people(engine: Engine) -> Engine:
    """Seven people on two lists."""
    with engine.begin() as connection:
        rows = {name: [one.split() for one in row.split(",")] for name, row in PEOPLE.items()}
        for name, statuses in rows.items():
            lines = (f"{who}@example.org,{status.replace('unsub', 'sub')}" for status, who in statuses)
            data = "\n".join(["email,status", *lines]).encode()
            import_subscribers(connection, data, list_name=name, source="test", now=NOW, new_list=True)
        for name, statuses in rows.items():
            for who in (who for status, who in statuses if status == "unsubscribed"):
                one, lists = find_subscriber(connection, f"{who}@example.org"), [find_list(connection, name)]
                unsubscribe(connection, subscriber=one, lists=lists, source="test", now=NOW)
        press = find_list(connection, "press")
        suppress(connection, "EVE@example.org", reason="bounced", source="mailing 1", now=NOW)
        suppress(connection, "gus@example.org", reason="complained", source="report", now=NOW, list_id=press)
        suppress(connection, "fay@example.org", reason="manual", source="letter", now=NOW, list_id=press)
    return engine


def frozen(connection: Connection, *names: str) -> tuple[list[str], dict[str, str]]:
    audience = freeze_audience(connection, lists=find_lists(connection, names))
    name = {
        row.id: row.email.partition("@")[0] for row in connection.execute(select(subscribers.c.id, subscribers.c.email))
    }
    return [one.email.partition("@")[0] for one in audience.members], {
        name[subscriber]: reason for subscriber, reason in audience.excluded.items()
    }


def test_everyone_of_a_list_is_a_member_or_left_out_with_the_reason(people: Engine) -> None:
    with people.connect() as connection:
        assert frozen(connection, "members") == (
            ["ana", "bob", "fay"],
            {"carl": "pending", "dora": "unsubscribed", "eve": "suppressed"},
        )
        assert frozen(connection, "press") == (
            ["carl"],
            {"ana": "pending", "bob": "unsubscribed", "dora": "pending", "gus": "suppressed", "fay": "suppressed"},
        )


def test_a_person_on_two_lists_is_one_member_and_counts_where_they_came_furthest(people: Engine) -> None:
    with people.connect() as connection:
        assert frozen(connection, "members", "press") == (
            ["ana", "bob", "carl", "fay"],
            {"dora": "pending", "eve": "suppressed", "gus": "suppressed"},
        )
        assert frozen(connection, "press", "members", "press") == frozen(connection, "members", "press")


def test_an_audience_of_no_lists_is_empty(people: Engine) -> None:
    with people.connect() as connection:
        assert freeze_audience(connection, lists=[]).members == ()


def test_members_carry_what_slots_need(engine: Engine) -> None:
    with engine.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
        fate = add_subscriber(
            connection,
            " Ana@example.org ",
            list_id=members,
            source="desk",
            now=NOW,
            first_name="Ana",
            last_name="Silva",
            language="French",
            attributes={"city": "Nice"},
        )
        assert fate is Fate.ADDED
        (ana,) = freeze_audience(connection, lists=[members]).members
    assert (ana.email, ana.first_name, ana.last_name, ana.language) == ("Ana@example.org", "Ana", "Silva", "fr")
    assert ana.attributes == {"city": "Nice"}


def test_members_tell_which_of_the_lists_that_are_asked_for_they_are_on(people: Engine) -> None:
    with people.connect() as connection:
        audience = freeze_audience(connection, lists=find_lists(connection, ["members", "press"]), read_lists={"press"})
        plain = freeze_audience(connection, lists=find_lists(connection, ["members"]))
        on = {one.email.partition("@")[0]: one.lists for one in audience.members}
        assert not any(one.lists for one in plain.members)
    assert on == {"ana": frozenset(), "bob": frozenset(), "carl": {"press"}, "fay": {"press"}}


def test_an_audience_is_read_in_pages(people: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "PAGE", 2)
    with people.connect() as connection:
        audience = freeze_audience(connection, lists=find_lists(connection, ["members", "press"]), read_lists={"press"})
        pages = [
            [(email[:3], *lists) for email, lists in zip(page.emails, page.lists, strict=True)]
            for page in audience.pages()
        ]
    assert pages == [[("ana",), ("bob",)], [("car", "press"), ("fay", "press")]]


def test_mailable_says_of_each_person_what_the_audience_says(people: Engine) -> None:
    with people.connect() as connection:
        for names in (["members"], ["press"], ["members", "press"]):
            lists = find_lists(connection, names)
            condition = mailable(subscribers.c.id, lists)
            chosen = connection.scalars(select(subscribers.c.id).where(condition).order_by(subscribers.c.id)).all()
            assert chosen == [one.subscriber for one in freeze_audience(connection, lists=lists).members]


def test_leaving_one_list_leaves_the_other(people: Engine) -> None:
    with people.begin() as connection:
        fay = find_subscriber(connection, "fay@example.org")
        members = find_list(connection, "members")
        assert unsubscribe(connection, subscriber=fay, lists=[members], source="one-click, mailing 3", now=NOW + 5)
        record = show_subscriber(connection, "fay@example.org")
    assert {one.list: one.status for one in record.subscriptions} == {"members": "unsubscribed", "press": "confirmed"}
    last = record.consent[-1]
    assert (last.list, last.event, last.source, last.at) == ("members", "unsubscribed", "one-click, mailing 3", NOW + 5)


def test_leaving_everything_leaves_pending_subscriptions_too(people: Engine) -> None:
    with people.begin() as connection:
        ana = find_subscriber(connection, "ana@example.org")
        assert unsubscribe(connection, subscriber=ana, lists=None, source="click", now=NOW)
        assert {one.status for one in show_subscriber(connection, "ana@example.org").subscriptions} == {"unsubscribed"}


def test_leaving_twice_is_harmless_and_recorded_once(people: Engine) -> None:
    with people.begin() as connection:
        bob = find_subscriber(connection, "bob@example.org")
        answers = [unsubscribe(connection, subscriber=bob, lists=None, source="click", now=NOW) for _ in range(2)]
        assert answers == [True, False]
        assert unsubscribe(connection, subscriber=999_999, lists=None, source="click", now=NOW) is False


def test_of_clicks_that_race_exactly_one_is_recorded(people: Engine) -> None:
    with people.connect() as connection:
        bob = find_subscriber(connection, "bob@example.org")
    answers: list[bool] = []
    together = threading.Barrier(4)

    def click() -> None:
        together.wait()
        with people.begin() as connection:
            answers.append(unsubscribe(connection, subscriber=bob, lists=None, source="click", now=NOW + 1))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, False, True]
    with people.connect() as connection:
        recorded = select(func.count()).where(consent_events.c.subscriber_id == bob, consent_events.c.at == NOW + 1)
        assert connection.scalar(recorded) == 1


def test_nobody_who_has_left_is_put_back_by_hand_either(people: Engine) -> None:
    with people.begin() as connection:
        members = find_list(connection, "members")
        fates = {
            name: add_subscriber(connection, f"{name}@example.org", list_id=members, source="desk", now=NOW)
            for name in ("ana", "carl", "dora", "eve", "gus")
        }
    assert fates == {
        "ana": Fate.UNCHANGED,
        "carl": Fate.PENDING,
        "dora": Fate.UNSUBSCRIBED,
        "eve": Fate.SUPPRESSED,
        "gus": Fate.LEFT_ELSEWHERE,
    }


def test_a_suppressed_address_is_listed_though_its_key_is_longer_than_an_address(people: Engine) -> None:
    with people.begin() as connection:
        suppress(connection, "İ" * 32 + "@München.test", reason="manual", source="x", now=NOW)
        assert [one.email.rpartition("@")[2] for one in find_suppressions(connection)][-1] == "münchen.test"


def test_one_address_is_suppressed_once_for_each_reason_and_place(people: Engine) -> None:
    with people.begin() as connection:
        press = find_list(connection, "press")
        new = [
            suppress(connection, email, reason=reason, source="x", now=NOW, list_id=list_id)
            for email, reason, list_id in [
                ("hal@example.org", "manual", None),
                ("HAL@EXAMPLE.org", "manual", None),
                ("hal@example.org", "bounced", None),
                ("hal@example.org", "manual", press),
                ("hal@example.org", "manual", press),
            ]
        ]
        assert new == [True, False, True, True, False]
        assert [(one.reason, one.list) for one in find_suppressions(connection, "hal@example.org")] == [
            ("manual", None),
            ("bounced", None),
            ("manual", "press"),
        ]
        with pytest.raises(AddressError):
            suppress(connection, "hal", reason="manual", source="x", now=NOW)


def test_what_its_owner_asked_for_is_lifted_only_by_name(people: Engine) -> None:
    with people.begin() as connection:
        suppress(connection, "gus@example.org", reason="manual", source="x", now=NOW)
        which = SuppressionFilter("gus@example.org")
        assert lift_suppressions(connection, which, by="desk", now=NOW) == 1
        assert [one.reason for one in find_suppressions(connection, "gus@example.org")] == ["complained"]
        which = SuppressionFilter("gus@example.org", [SuppressionReason.COMPLAINED])
        assert lift_suppressions(connection, which, by="desk", now=NOW) == 1
        kept = [(one.reason, one.lifted_by) for one in show_subscriber(connection, "gus@example.org").lifted]
        assert kept == [("manual", "desk"), ("complained", "desk")]
        assert frozen(connection, "press")[0] == ["carl", "gus"]


def test_lists_count_their_people_and_unknown_names_get_the_nearest(people: Engine) -> None:
    with people.begin() as connection:
        ensure_list(connection, "empty", now=NOW)
        counted = {one.name: (one.confirmed, one.pending, one.unsubscribed) for one in count_lists(connection)}
        assert counted == {"empty": (0, 0, 0), "members": (4, 1, 1), "press": (3, 2, 1)}
        with pytest.raises(AudienceError, match="Did you mean “members”"):
            find_list(connection, "member")
        with pytest.raises(AudienceError, match="The lists are: empty, members, press"):
            find_list(connection, "zzz")


def test_people_are_found_by_part_of_a_name_list_and_status(people: Engine) -> None:
    with people.connect() as connection:
        total, found = list_subscribers(connection, search="A@EXAMPLE", limit=1)
        assert (total, [one.email for one in found], found[0].lists) == (2, ["ana@example.org"], ["members"])
        press = find_list(connection, "press")
        total, found = list_subscribers(connection, list_id=press, status="pending")
        assert (total, [one.email for one in found]) == (2, ["ana@example.org", "dora@example.org"])
        assert list_subscribers(connection, search="%")[0] == 0


def test_nobody_by_that_address_is_told_with_the_nearest(people: Engine) -> None:
    with people.begin() as connection:
        suppress(connection, "ida@example.org", reason="erased", source="letter", now=NOW)
        with pytest.raises(AudienceError, match=r"Did you mean ana@example\.org"):
            show_subscriber(connection, "anna@example.org")
        with pytest.raises(AudienceError, match="suppressed"):
            show_subscriber(connection, "ida@example.org")
