"""What somebody who watches a mailing sees, read from the database while it is sent."""

from __future__ import annotations

from sqlalchemy import Engine, func, insert, select, update

from composer.database import reading
from composer.database.schema import deliveries, leases
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.reporting.watch import RelayHealth, SendingProcess, watch_mailing
from composer.delivery.states import DeliveryState
from tests.support.mailings import NOW, SITE, add_people, make_edition


def test_senders_relays_and_the_last_words_are_seen(engine: Engine) -> None:
    with engine.begin() as connection:
        members = add_people(connection, 6)
    mailing = plan_mailing(engine, editions={"en": make_edition()}, lists=[members], site=SITE, now=NOW).mailing
    fates = (
        ("reader0", DeliveryState.ACCEPTED, "a.example:25", {"took_ms": 100, "updated_at": NOW - 20}),
        ("reader1", DeliveryState.ACCEPTED, "a.example:25", {"took_ms": 300, "updated_at": NOW - 5}),
        ("reader2", DeliveryState.REFUSED, "a.example:25", {"code": 550, "enhanced": "5.1.1", "text": "no such user"}),
        ("reader3", DeliveryState.DEFERRED, "b.example:25", {"code": 451, "text": "later", "updated_at": NOW - 9}),
        ("reader4", DeliveryState.ACCEPTED, "c.example:25", {"took_ms": 9, "updated_at": NOW - 4000}),
    )
    with engine.begin() as connection:
        for name, state, relay, more in fates:
            changed = update(deliveries).where(deliveries.c.email == f"{name}@example.org")
            connection.execute(changed.values({"state": state, "relay": relay, "updated_at": NOW - 1, **more}))
        sender = {"mailing_id": mailing, "epoch": 1, "holder": "mx1:4711:ab", "expires_at": NOW + 10}
        connection.execute(insert(leases).values(sender))
    with reading(engine) as connection:
        snapshot = watch_mailing(connection, mailing, now=NOW)
    assert snapshot.processes == [SendingProcess("mx1", "4711", 20)]
    assert snapshot.relays == [RelayHealth("a.example:25", 2, 1, 0.2, 5), RelayHealth("b.example:25", 0, 1, None, None)]
    assert [(one.email, one.words) for one in snapshot.troubles] == [
        ("reader2@example.org", "550 5.1.1 no such user"),
        ("reader3@example.org", "451 later"),
    ]
    assert snapshot.status.deliveries[DeliveryState.ACCEPTED] == 3


def test_what_a_relay_takes_is_told_of_a_time_in_which_all_is_known(engine: Engine) -> None:
    with engine.begin() as connection:
        members = add_people(connection, 500)
    mailing = plan_mailing(engine, editions={"en": make_edition()}, lists=[members], site=SITE, now=NOW).mailing
    everyone = update(deliveries).where(deliveries.c.mailing_id == mailing)
    with engine.begin() as connection:
        first = connection.scalar(select(func.min(deliveries.c.id))) or 0
        number = deliveries.c.id - first
        # Ten in a second, one of them refused: of those that are taken only the latest 400 are looked at.
        at = NOW - 100 + (number - number % 10) / 10
        connection.execute(everyone.values(state=DeliveryState.ACCEPTED, relay="a.example:25", updated_at=at))
        connection.execute(everyone.where(number % 10 == 0).values(state=DeliveryState.REFUSED))
    with reading(engine) as connection:
        (health,) = watch_mailing(connection, mailing, now=NOW).relays
    assert abs(health.accepted - 9 * health.troubled) < 9
