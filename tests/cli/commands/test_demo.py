"""The numbers of the demo are compared, not believed."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Engine, select, update

from composer.cli.commands.demo import compare
from composer.database.schema import deliveries, subscriptions
from composer.delivery.sending.run import End
from composer.inbox.running import Inbox
from tests.support.mailings import SITE, plan, send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def sent_to(inbox: Inbox, engine: Engine) -> int:
    mailing = plan(engine, 5).mailing
    assert await send(engine, mailing, int(inbox.smtp_url.rpartition(":")[2])) is End.DONE
    return mailing


async def test_a_message_that_is_missing_or_too_many_or_changed_is_noticed(engine: Engine, inbox: Inbox) -> None:
    mailing = await sent_to(inbox, engine)
    assert compare(engine, mailing, inbox.store, site=SITE).is_equal

    kept = next(inbox.store.find())
    inbox.store.delete(kept.id)
    lacking = compare(engine, mailing, inbox.store, site=SITE)
    assert (lacking.missing, lacking.surplus, lacking.accepted, lacking.received) == (1, 0, 5, 4)

    inbox.store.add_message(mail_from="", recipients=kept.recipients, data=kept.data + b" ", received_at=time.time())
    changed = compare(engine, mailing, inbox.store, site=SITE)
    assert (changed.missing, changed.surplus) == (1, 1)

    for _ in range(2):
        inbox.store.add_message(mail_from="", recipients=kept.recipients, data=kept.data, received_at=time.time())
    doubled = compare(engine, mailing, inbox.store, site=SITE)
    assert (doubled.missing, doubled.surplus) == (0, 2)


async def test_who_leaves_between_plan_and_send_gets_nothing(engine: Engine, inbox: Inbox) -> None:
    mailing = plan(engine, 5).mailing
    with engine.begin() as connection:
        connection.execute(
            update(subscriptions).where(subscriptions.c.subscriber_id == 3).values(status="unsubscribed")
        )
    await send(engine, mailing, int(inbox.smtp_url.rpartition(":")[2]))
    with engine.begin() as connection:
        states = dict(connection.execute(select(deliveries.c.subscriber_id, deliveries.c.state)).all())  # type: ignore[arg-type]
    assert states == {1: "accepted", 2: "accepted", 3: "suppressed", 4: "accepted", 5: "accepted"}
    assert len(inbox.store) == 4
