"""What is done with one person: known of them, another address, two made one, everything given out or erased.

Enters: an address. Leaves: what came of it; with ``dry_run`` it is only told what would come of it. Raises
AudienceError and AddressError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer import audience
from composer.address import parse_address
from composer.audience.address_change import AddressChange, change_address
from composer.audience.editing import change_person
from composer.audience.held_data import gather_data
from composer.audience.identities import without_addresses
from composer.audience.known_values import PersonChange
from composer.audience.merging import Merge, merge_subscribers
from composer.delivery.operating.erasing import ErasedPerson, erase_person, look_up
from composer.delivery.operating.forgetting import spare_the_second
from composer.workflow.decision_log import log_event, name_of
from composer.workflow.newsletter import declared_fields
from composer.workflow.project_database import erasures_file, now, open_database, reading, the_digests, writing

if TYPE_CHECKING:
    from composer.audience.consent.proof import ConsentProof


def set_person(email: str, change: PersonChange) -> bool:
    """Write down what is to be known of somebody; True if that is new."""
    declared = declared_fields() if change.attributes else {}
    with writing() as connection:
        return change_person(connection, email, change, declared=declared, now=now())


def give_address(old: str, new: str, *, by: str | None, source: str, asked_anew: bool = False) -> AddressChange:
    """Write down that somebody has another address from now on."""
    with writing() as connection:
        change = change_address(
            connection,
            old,
            new,
            digests=the_digests(),
            by=name_of(by),
            source=without_addresses(source, old, new),
            now=now(),
            asked_anew=asked_anew,
        )
    log_event("subscriber.moved", "a person has another address", lists=change.lists)
    return change


def merge_people(keep: str, other: str, *, by: str | None, source: str, dry_run: bool) -> tuple[Merge, int]:
    """Merge ``other`` into ``keep``; and tell how many mails that waited for them they have had already."""
    with writing() as connection:
        merge = merge_subscribers(
            connection, keep, other, by=name_of(by), source=without_addresses(source, keep, other), now=now()
        )
        spared = spare_the_second(connection, kept=merge.kept, merged=merge.merged, now=now())
        if dry_run:
            connection.rollback()
    if not dry_run:
        log_event("subscriber.merged", "two people are one", lists=len(merge.lists), spared=spared)
    return merge, spared


def all_data(email: str) -> dict[str, Any]:
    """Gather everything that is held on somebody. Raises AudienceError where that is nothing."""
    with reading() as connection:
        person = look_up(connection, email)
        data = gather_data(connection, person, asked_for=parse_address(email), now=now())
        if not (person.numbers or data["suppressions"] or data["lifted_suppressions"]):
            audience.find_subscriber(connection, email)  # says so, with the nearest address
        return data


def erase(email: str, *, by: str | None) -> ErasedPerson:
    """Erase everything that is held on somebody, whether or not they are known."""
    engine = open_database()
    try:
        erased = erase_person(engine, email, digests=the_digests(), journal=erasures_file(), by=name_of(by), now=now())
    finally:
        engine.dispose()
    log_event("subscriber.erased", "a person is erased", known=erased.is_known, deliveries=erased.deliveries)
    return erased


def would_be_erased(email: str) -> tuple[int, int]:
    """Count what an erasure is about: the addresses of somebody, and their deliveries. Raises AddressError."""
    with reading() as connection:
        person = look_up(connection, email)
        data = gather_data(connection, person, asked_for=email, now=now())
    return len(person.addresses), len(data["deliveries"])


def prove_consent(email: str) -> ConsentProof:
    """Gather the proof of somebody's consent, and verify the whole record for it."""
    from composer.audience.consent.proof import prove

    with reading() as connection:
        person = look_up(connection, email)
        numbers = person.numbers or (audience.find_subscriber(connection, email),)  # which says who is not there
        return prove(connection, numbers, now=now())
