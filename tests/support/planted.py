"""A person of whom a word stands wherever a database can hold one, so that a test finds what an erasure leaves."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select, update

from composer.audience import add_subscriber, find_subscriber, lift_suppressions, suppress
from composer.audience.address_change import change_address
from composer.audience.consent.event import ConsentEvent, Evidence
from composer.audience.consent.record import record_consent
from composer.audience.erasure.digests import AddressDigests
from composer.audience.merging import merge_subscribers
from composer.audience.suppressions import SuppressionFilter
from composer.audience.tags import change_tags
from composer.database.schema import (
    attempts,
    deliveries,
    doubts,
    exclusions,
    import_changes,
    imports,
    metadata,
    stopped_providers,
    stopped_relays,
)
from composer.delivery.planning.plan import plan_mailing
from tests.support.mailings import NOW, SITE, add_people, make_edition

WORD = "planted"
ADDRESS = "Zaphod.Planted@example.org"
FORMER = ("first.planted@example.org", "other.planted@example.org")
REPLY = f"550 5.1.1 <{ADDRESS}>: planted has no mailbox here"
DIGESTS = AddressDigests(SITE.secret_key)
SHOWN = Evidence(form="home", wording="Yes, write to me.", ip="203.0.113.7", user_agent="Plantedbrowser/1.0")
NOT_THEIRS = {"reply": "(a reply that named somebody who was erased)"}


def plant(engine: Engine) -> int:
    """Put the person everywhere, beside two others, and give their number."""
    known = {"first_name": "Planted", "last_name": "Planted-Beeblebrox", "attributes": {"city": "Plantedville"}}
    with engine.begin() as connection:
        members = add_people(connection, 2)
        for email in FORMER:
            add_subscriber(connection, email, list_id=members, source="a form", now=NOW, **known)  # type: ignore[arg-type]
        person = find_subscriber(connection, FORMER[0])
        record_consent(connection, [(person, members, ConsentEvent.CONFIRMED)], source="x", now=NOW, evidence=SHOWN)
    mailing = 0
    for issue in ("1", "2"):
        editions = {"en": make_edition(issue=issue)}
        mailing = plan_mailing(engine, editions=editions, lists=[members], site=SITE, now=NOW).mailing
    with engine.begin() as connection:
        change_address(connection, FORMER[0], ADDRESS, digests=DIGESTS, by="op", source="by mail", now=NOW)
        merge_subscribers(connection, ADDRESS, FORMER[1], by="op", source="by mail", now=NOW)
        change_tags(connection, person, add=["planted tag"])
        for reason in ("complained", "manual"):
            suppress(connection, ADDRESS, reason=reason, source=REPLY, now=NOW)
        lift_suppressions(connection, SuppressionFilter(ADDRESS), by="op: planted", now=NOW)
        batch = {"file_name": "people.csv", "file_digest": "0" * 64, "format": "csv", "source": "x", "report": {}}
        done = {"state": "done", "created_at": NOW, "created_by": "op"}
        batch_row = insert(imports).values(list_id=members, **batch, **done).returning(imports.c.id)
        number = connection.scalars(batch_row).one()
        change = {"before": {"first_name": "Planted"}, "after": {"first_name": "Planted!"}}
        connection.execute(insert(import_changes).values(import_id=number, subscriber_id=person, **change))
        theirs = deliveries.c.subscriber_id == person
        refused = {"state": "refused", "text": REPLY, "code": 550, "attempts": 2}
        connection.execute(update(deliveries).where(theirs, deliveries.c.mailing_id != mailing).values(refused))
        for delivery in connection.scalars(select(deliveries.c.id).where(theirs)).all():
            tried = {"number": 1, "outcome": "deferred", "text": REPLY, "at": NOW, "note": f"op: asked {ADDRESS}"}
            connection.execute(insert(attempts).values(delivery_id=delivery, **tried))
            doubt = {"account": "relay", "about": "person", "words": "has no mailbox here", "refused_ms": 1}
            connection.execute(insert(doubts).values(delivery_id=delivery, mailing_id=mailing, **doubt))
        connection.execute(insert(exclusions).values(mailing_id=mailing, subscriber_id=person, reason="pending"))
        stop = {"mailing_id": mailing, "account": "relay", "reply": REPLY, "people": 1, "stopped_at": NOW}
        connection.execute(insert(stopped_relays).values(stop))
        connection.execute(insert(stopped_providers).values(**stop, provider="example.org", words="no mailbox"))
    return person


def traces(engine: Engine) -> list[tuple[str, str, object]]:
    """Find every value in any table that has the word or one of the addresses in it: table, column, value."""
    found: list[tuple[str, str, object]] = []
    words = (WORD, *(address.lower() for address in (ADDRESS, *FORMER)), "203.0.113.7")
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    if any(word in text.lower() for word in words):
                        found.append((table.name, str(column), value))
    return found
