"""Who gets what, fixed before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from composer.audience import suppress, unsubscribe
from composer.database import reading
from composer.database.schema import deliveries, exclusions, mailings, subscribers
from composer.database.schema import editions as stored_editions
from composer.delivery.editions import load_edition, load_message
from composer.delivery.mailing import find_mailing
from composer.delivery.planning.plan import Plan, plan_mailing
from composer.delivery.planning.roll import choose_language, prepare_roll
from composer.delivery.states import MailingState
from composer.edition.conditions.condition import AnyOf, Is, Known
from composer.edition.model import ConditionalContent, Context, Edition, Slot
from composer.errors import MailingError, Remedy
from tests.support.mailings import NOW, SITE, add_people, make_edition, plan

_FIRST = update(subscribers).where(subscribers.c.id == 1)


def plan_again(engine: Engine, *, editions: Mapping[str, Edition] | None = None, **options: Any) -> Plan:
    return plan_mailing(engine, editions=editions or {"en": make_edition()}, lists=[1], site=SITE, now=NOW, **options)


def test_everyone_has_a_row_before_the_first_send(engine: Engine) -> None:
    planned = plan(engine, 5)
    with reading(engine) as connection:
        rows = connection.execute(select(deliveries).order_by("id")).all()
    assert planned.planned == len(rows) == 5
    assert {row.state for row in rows} == {"pending"}
    assert rows[0].email == "reader0@example.org"


def test_a_delivery_keeps_only_the_values_that_its_edition_uses(engine: Engine) -> None:
    plan(engine, 1)
    with reading(engine) as connection:
        fields = connection.scalar(select(deliveries.c.fields))
    assert fields == {"first_name": "Ana 0", "city": "Nice"}  # the city stands in the printable form


def test_a_delivery_keeps_what_the_conditions_of_its_edition_read(engine: Engine) -> None:
    members = ConditionalContent(Known("subscriber.lists.members"), ("for the list",))
    others = ConditionalContent(
        AnyOf((Known("subscriber.lists.board"), Is("subscriber.language", ("fr",)))), ("for the board",)
    )
    edition = make_edition()
    edition = replace(edition, html=(*edition.html, members, others))
    with engine.begin() as connection:
        add_people(connection, 1, languages=["fr"])
    plan_again(engine, editions={"en": edition})
    with reading(engine) as connection:
        fields = connection.scalar(select(deliveries.c.fields))
    assert fields == {"first_name": "Ana 0", "city": "Nice", "language": "fr", "lists.members": "yes"}


def test_each_person_gets_their_language_or_the_default(engine: Engine) -> None:
    editions = {"en": make_edition("en"), "fr": make_edition("fr")}
    with engine.begin() as connection:
        list_id = add_people(connection, 5, languages=["fr", "fr-CA", "en", "de", None])
    planned = plan_mailing(engine, editions=editions, lists=[list_id], site=SITE, now=NOW)
    assert planned.editions == {"en": 3, "fr": 2}


@pytest.mark.parametrize(
    ("wanted", "chosen"), [("fr", "fr"), ("fr-CA", "fr"), ("pt-BR", "pt-BR"), ("de", "en"), (None, "en"), ("", "en")]
)
def test_a_language_falls_back_to_its_base_and_then_to_the_default(wanted: str | None, chosen: str) -> None:
    assert choose_language(wanted, ("en", "fr", "pt-BR")) == chosen


def test_everyone_left_out_has_a_reason(engine: Engine) -> None:
    with engine.begin() as connection:
        list_id = add_people(connection, 4)
        first, second = connection.scalars(select(subscribers.c.id).order_by("id").limit(2))
        unsubscribe(connection, subscriber=first, lists=None, source="test", now=NOW)
        suppress(connection, "reader1@example.org", reason="bounced", source="test", now=NOW)
    planned = plan_mailing(engine, editions={"en": make_edition()}, lists=[list_id], site=SITE, now=NOW)
    assert planned.planned == 2
    assert planned.excluded == {"suppressed": 1, "unsubscribed": 1}
    with reading(engine) as connection:
        rows = connection.execute(select(exclusions.c.subscriber_id, exclusions.c.reason).order_by("subscriber_id"))
        assert [tuple(row) for row in rows] == [(first, "unsubscribed"), (second, "suppressed")]


def test_the_digest_is_the_same_for_the_same_messages_to_the_same_people(engine: Engine) -> None:
    first = plan(engine, 3)
    assert plan_again(engine).digest == first.digest
    with reading(engine) as connection:
        roll = prepare_roll(connection, editions={"en": make_edition()}, lists=[1], site=SITE, now=NOW + 99)
        assert sum(len(page) for page in roll.pages()) == 3
    assert roll.digest == first.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda connection: connection.execute(
            update(subscribers).where(subscribers.c.id == 1).values(first_name="Eve")
        ),
        lambda connection: connection.execute(
            update(subscribers).where(subscribers.c.id == 1).values(email="x@y.test")
        ),
        lambda connection: unsubscribe(connection, subscriber=1, lists=None, source="test", now=NOW),
    ],
    ids=["a value", "an address", "a person"],
)
def test_the_digest_changes_with(engine: Engine, change: Any) -> None:
    first = plan(engine, 3)
    with engine.begin() as connection:
        change(connection)
    assert plan_again(engine).digest != first.digest


def test_the_digest_changes_with_a_word_of_the_edition(engine: Engine) -> None:
    first = plan(engine, 3)
    assert plan_again(engine, editions={"en": make_edition(title="Other news")}).digest != first.digest


def test_who_has_a_value_that_cannot_stand_in_a_message_is_left_out_alone_with_the_reason(engine: Engine) -> None:
    names = {2: "Eve\r\nBcc: x@y.test", 3: "\u202eEve", 4: "=?utf-8?q?=0A?=", 5: "\x1b[31m", 6: "x" * 200}
    with engine.begin() as connection:
        list_id = add_people(connection, 7)
        for subscriber, name in names.items():
            connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(first_name=name))
    planned = plan_mailing(engine, editions={"en": make_edition()}, lists=[list_id], site=SITE, now=NOW)
    assert (planned.planned, planned.excluded, planned.editions) == (4, {"unsendable": 3}, {"en": 4})
    assert planned.as_json()["excluded"] == {"unsendable": 3}
    assert [words.partition(":")[0] for words in planned.unsendable] == [f"reader{n}@example.org" for n in (1, 3, 4)]
    assert "subscriber.first_name has a control character" in planned.unsendable[0]
    with reading(engine) as connection:
        sent_to = connection.scalars(select(deliveries.c.subscriber_id).order_by(deliveries.c.id)).all()
        left_out = connection.execute(select(exclusions.c.subscriber_id, exclusions.c.reason)).all()
    assert (sent_to, sorted(left_out)) == ([1, 3, 6, 7], [(2, "unsendable"), (4, "unsendable"), (5, "unsendable")])


def test_if_all_values_are_such_nobody_is_planned_and_nothing_is_written(engine: Engine) -> None:
    with engine.begin() as connection:
        list_id = add_people(connection, 2)
        connection.execute(update(subscribers).values(first_name="\x07"))
    with pytest.raises(MailingError, match=r"nobody would get .*\(2 people are left out\)\nreader0@example\.org: "):
        plan_mailing(engine, editions={"en": make_edition()}, lists=[list_id], site=SITE, now=NOW)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(mailings)) == 0


def test_a_mailing_to_nobody_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        list_id = add_people(connection, 1)
        suppress(connection, "reader0@example.org", reason="manual", source="test", now=NOW)
    with pytest.raises(MailingError, match=r"nobody would get this mailing \(1 people are left out\)"):
        plan_mailing(engine, editions={"en": make_edition()}, lists=[list_id], site=SITE, now=NOW)


def test_a_new_plan_replaces_one_that_was_never_begun(engine: Engine) -> None:
    first, second = plan(engine, 1), plan_again(engine)
    with reading(engine) as connection:
        states = [find_mailing(connection, each.mailing).state for each in (first, second)]
    assert states == [MailingState.CANCELLED, MailingState.PLANNED]


def test_an_issue_is_not_sent_a_second_time_by_accident(engine: Engine) -> None:
    first = plan(engine, 1)
    with engine.begin() as connection:
        connection.execute(update(mailings).values(state=MailingState.SENDING))
    with pytest.raises(MailingError, match=f"sent already, as mailing {first.mailing}") as raised:
        plan_again(engine)
    assert (raised.value.mailing, raised.value.remedy) == (first.mailing, Remedy.GO_ON_OR_SEND_AGAIN)
    assert plan_again(engine, again=True).mailing != first.mailing
    assert plan_again(engine, editions={"en": make_edition(issue="another")}).planned == 1


def test_a_mailing_needs_no_files_any_more(engine: Engine) -> None:
    edition = make_edition()
    planned = plan(engine, 1, editions={"en": edition}, allowed=["alt-missing"])
    with reading(engine) as connection:
        mailing = find_mailing(connection, planned.mailing)
        assert load_edition(connection, mailing.digests_by_language["en"]) == edition
        assert connection.scalar(select(mailings.c.allowed)) == ["alt-missing"]
        found, recipient = load_message(connection, mailing=planned.mailing, subscriber=1)
        assert found == edition
        assert (recipient.email, recipient.fields["first_name"]) == ("reader0@example.org", "Ana 0")


def test_an_edition_is_stored_once(engine: Engine) -> None:
    plan(engine, 1)
    plan_again(engine)
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(stored_editions)) == 1
        assert connection.scalar(select(func.count()).select_from(mailings)) == 2


def test_what_is_not_stored_is_not_found(engine: Engine) -> None:
    with reading(engine) as connection:
        with pytest.raises(MailingError, match="no edition abc"):
            load_edition(connection, "abc")
        with pytest.raises(MailingError, match="no message for subscriber 9"):
            load_message(connection, mailing=1, subscriber=9)


def test_names_are_joined_and_unknown_fields_are_empty(engine: Engine) -> None:
    greeting = ("Dear ", Slot("subscriber.name", Context.PLAIN), Slot("subscriber.shoe_size", Context.PLAIN), ".\n")
    plan(engine, 1, editions={"en": make_edition(text=greeting)})
    with reading(engine) as connection:
        fields = connection.scalar(select(deliveries.c.fields))
    assert fields is not None
    assert fields["name"] == "Ana 0 Petrescu"
    assert "shoe_size" not in fields
