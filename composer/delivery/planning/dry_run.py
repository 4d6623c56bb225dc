"""A send without sending: every message as a file, as the relay would get it.

Only its links are others: a file may get into anybody's hands, so they change nothing, and using one proves nothing.

The files are ``OUT/<language>/<number>-<address>.eml``, and ``OUT/<language>-B/…`` for another subject of a test.
Enters: the roll of a mailing that is not planned yet, or a planned mailing. Of a planned one, the pending deliveries
are written, and not those that wait for the winner of a test. Never: a connection to the relay, or a change in the
database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, select

from composer.database.schema import deliveries
from composer.delivery.mailing import Mailing, compile_mailing
from composer.delivery.planning.roll import MailingRoll
from composer.delivery.states import DeliveryState
from composer.delivery.variant import FIRST_VARIANT, VARIANT_OF_DELIVERY, EditionKey
from composer.message.compile import CompiledMessage
from composer.message.links import Site
from composer.message.recipient import Recipient

_UNSAFE = re.compile(r"[^\w.@+-]")


def dry_run_roll(roll: MailingRoll, out: Path) -> int:
    """Write the messages of a mailing that is not planned yet, and return how many. Their links lead nowhere."""
    for _ in roll.pages():
        pass  # this raises if nobody would get it, so that no file is written then
    everyone = (entry for entries in roll.pages() for entry in entries)
    is_test = len(roll.all_editions) > len(roll.editions)
    to_send = (entry for entry in everyone if entry.variant or not is_test)
    people = (((entry.language, entry.variant or FIRST_VARIANT), entry.recipient()) for entry in to_send)
    return _write(people, roll.messages, out)


def dry_run_mailing(connection: Connection, mailing: Mailing, out: Path, *, site: Site) -> int:
    """Write the messages that a planned mailing still has to send, and return how many."""
    compiled = compile_mailing(connection, mailing, site=site, is_trial=True)
    pending = connection.execute(
        select(
            deliveries.c.language,
            VARIANT_OF_DELIVERY,
            deliveries.c.email,
            deliveries.c.subscriber_id,
            deliveries.c.fields,
        )
        .where(deliveries.c.mailing_id == mailing.id, deliveries.c.state == DeliveryState.PENDING)
        .order_by(deliveries.c.id)
        .execution_options(yield_per=1000)
    )
    people = (
        ((language, variant), Recipient(email, subscriber, mailing.id, fields))
        for language, variant, email, subscriber, fields in pending
    )
    return _write(people, {key: message for key, (_, message) in compiled.items()}, out)


def _write(
    people: Iterator[tuple[EditionKey, Recipient]], messages: Mapping[EditionKey, CompiledMessage], out: Path
) -> int:
    folders = {key: out / _folder(*key) for key in messages}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for key, recipient in people:
        # The number first, because two addresses may differ only in what a file name cannot hold.
        name = f"{recipient.subscriber}-{_UNSAFE.sub('_', recipient.email)[:200]}.eml"
        (folders[key] / name).write_bytes(messages[key].render(recipient).data)
        written += 1
    return written


def _folder(language: str, variant: str) -> str:
    return language if variant == FIRST_VARIANT else f"{language}-{variant}"
