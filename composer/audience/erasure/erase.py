"""Takes out all that ``audience`` holds of a person: values, tags, former addresses, suppressions, imports' changes.

What stays is a number, so that the counts of mailings still add up, and the record of consent, in which commitments
have taken the place of what was personal (``consent/forgetting.py``). In the place of their suppressions come digests
of their addresses, which no file gets past. Deliveries are emptied by whoever knows them (``delivery/operating``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, text, update

from composer.address import fold_address
from composer.audience.consent.forgetting import forget_people
from composer.audience.erasure.digests import AddressDigests
from composer.audience.identities import HAS_ADDRESS, current_person, numbers_of, without_values
from composer.audience.subscriptions import hold_people, unsubscribe
from composer.database.schema import (
    address_history,
    consent_events,
    deliveries,
    erasures,
    import_changes,
    job_files,
    jobs,
    lifted_suppressions,
    subscribers,
    subscriptions,
    suppressions,
    tags,
)
from composer.database.upsert import upsert

SOURCE = "erasure"
"""What the record of consent says of why somebody has left."""


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """Whose data are meant: the numbers of a person, none if nobody is known, and all addresses they have had.

    ``addresses`` are as people read them, ``email_keys`` the keys of those that are nobody else's today.
    """

    numbers: tuple[int, ...]
    addresses: frozenset[str]
    email_keys: frozenset[str]


def find_held_person(connection: Connection, email_key: str) -> HeldPerson:
    """Find whose address this is, or was."""
    is_it = subscribers.c.email_key == email_key
    number = connection.scalar(select(subscribers.c.id).where(is_it, HAS_ADDRESS))
    if number is None:
        was = select(address_history.c.subscriber_id).where(address_history.c.email_key == email_key)
        number = connection.scalar(was.order_by(address_history.c.id.desc()).limit(1))
    numbers = () if number is None else numbers_of(connection, current_person(connection, number))
    queries = (
        select(subscribers.c.email).where(subscribers.c.id.in_(numbers)),
        select(address_history.c.email).where(address_history.c.subscriber_id.in_(numbers)),
        select(deliveries.c.email).where(deliveries.c.subscriber_id.in_(numbers)),
        select(consent_events.c.email).where(consent_events.c.subscriber_id.in_(numbers)),
    )
    found = {one for query in queries for one in connection.scalars(query.distinct()) if one}
    keys = {email_key, *map(fold_address, found)}
    others = select(subscribers.c.email_key).where(
        subscribers.c.email_key.in_(keys), subscribers.c.id.not_in(numbers), HAS_ADDRESS
    )
    return HeldPerson(numbers, frozenset(found), frozenset(keys) - frozenset(connection.scalars(others)))


def erase_held(
    connection: Connection, person: HeldPerson, *, digests: AddressDigests, by: str, at: int, now: int
) -> None:
    """Erase all that ``audience`` holds of a person, and note their addresses' digests as erased ``at`` that second."""
    hold_people(connection, person.numbers)
    for number in person.numbers:
        unsubscribe(connection, subscriber=number, lists=None, source=SOURCE, now=now)
    forget_people(connection, person.numbers)
    for table in (subscriptions, tags, address_history, import_changes):
        connection.execute(delete(table).where(table.c.subscriber_id.in_(person.numbers)))
    for number in person.numbers:
        connection.execute(
            update(subscribers).where(subscribers.c.id == number).values(without_values(number, now=now))
        )
    for table in (suppressions, lifted_suppressions):
        connection.execute(delete(table).where(table.c.email_key.in_(person.email_keys)))
    _forget_history_of(connection, person.email_keys)
    rows = [
        {
            "subscriber_id": person.numbers[0] if person.numbers else None,
            "address_digest": digests.of(key),
            "erased_at": at,
            "erased_by": by,
        }
        for key in sorted(person.email_keys)
    ]
    statement = upsert(connection, erasures)
    latest = {name: statement.excluded[name] for name in ("subscriber_id", "erased_at", "erased_by")}
    connection.execute(statement.on_conflict_do_update(index_elements=["address_digest"], set_=latest), rows)
    forget_made_files(connection)  # after the row, for which whoever is making one looks


def state_of_erasures(connection: Connection, *, lock: bool = False) -> tuple[int, int]:
    """Tell what becomes another with every erasure. With ``lock``, nobody is erased until the transaction ends."""
    if lock and connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE erasures IN SHARE MODE"))
    count, moments = connection.execute(select(func.count(), func.sum(erasures.c.erased_at))).one()
    return count, int(moments or 0)


def forget_made_files(connection: Connection) -> None:
    """Delete the exports and rejected rows that the service keeps: anybody may stand in them."""
    is_over = select(jobs.c.id).where(jobs.c.finished_at.is_not(None))
    connection.execute(delete(job_files).where(job_files.c.job_id.in_(is_over)))


def _forget_history_of(connection: Connection, email_keys: Collection[str]) -> None:
    """Take an address out of the history of people who had it once and are somebody else now."""
    connection.execute(delete(address_history).where(address_history.c.email_key.in_(email_keys)))
