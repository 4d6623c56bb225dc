"""A send without sending: every message as a file, exactly as the relay would get it.

``OUT/<language>/<number>-<address>.eml``. Enters: a Draft, or a planned mailing, of
which what is pending is written. Never: a connection to the relay, or a change in the database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from composer.database.schema import deliveries
from composer.delivery.draft import NO_MAILING, Draft
from composer.delivery.mailing import Mailing, compile_mailing
from composer.delivery.states import DeliveryState
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import Site
from composer.message.recipient import Recipient

_UNSAFE = re.compile(r"[^\w.@+-]")


def rehearse_draft(draft: Draft, out: Path, *, site: Site, now: int) -> int:
    """Write the messages of a mailing that is not planned yet; how many. Their links lead nowhere."""
    date = dt.datetime.fromtimestamp(now, dt.UTC)
    messages = {
        language: compile_message(edition, site=site, mailing=NO_MAILING, date=date)
        for language, edition in draft.editions.items()
    }
    for _ in draft.pages():
        pass  # if anybody's values cannot stand in a message, no file is written
    return _write(((place.language, place.recipient()) for places in draft.pages() for place in places), messages, out)


def rehearse_mailing(connection: Connection, mailing: Mailing, out: Path, *, site: Site) -> int:
    """Write the messages that a mailing still has to send; how many."""
    compiled = compile_mailing(connection, mailing, site=site)
    pending = connection.execute(
        select(deliveries.c.language, deliveries.c.email, deliveries.c.subscriber_id, deliveries.c.fields)
        .where(deliveries.c.mailing_id == mailing.id, deliveries.c.state == DeliveryState.PENDING)
        .order_by(deliveries.c.id)
        .execution_options(yield_per=1000)
    )
    people = (
        (language, Recipient(email, subscriber, mailing.id, fields)) for language, email, subscriber, fields in pending
    )
    return _write(people, {language: message for language, (_, message) in compiled.items()}, out)


def _write(people: Iterator[tuple[str, Recipient]], messages: dict[str, CompiledMessage], out: Path) -> int:
    for language in messages:
        (out / language).mkdir(parents=True, exist_ok=True)
    written = 0
    for language, recipient in people:
        # The number first, because two addresses may differ only in what a file name cannot hold.
        name = f"{recipient.subscriber}-{_UNSAFE.sub('_', recipient.email)[:200]}.eml"
        (out / language / name).write_bytes(messages[language].render(recipient).data)
        written += 1
    return written
