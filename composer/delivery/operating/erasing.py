"""Erases people, and erases them again where a backup has brought them back.

1. the erasure is written into the journal, a file outside the database (``audience/erasure/journal.py``);
2. in one transaction everything is taken out that is held of the person, also in deliveries, and digests of their
   addresses take its place;
3. on SQLite what was overwritten is overwritten on the disk as well, in the file and in the one beside it.

Whoever dies between 1 and 2 is finished by ``keep_erased``, at the next opening of the database: it erases again whom
the journal knows and the database does not.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from composer.address import fold_address, parse_address
from composer.audience.erasure.digests import AddressDigests
from composer.audience.erasure.erase import HeldPerson, erase_held, find_held_person
from composer.audience.erasure.journal import ErasureNote, append_notes, read_notes
from composer.audience.erasure.replay import addresses_of_notes, note_as_known, unknown_notes
from composer.database.engine import overwrite_deleted, reading, shrink_log
from composer.database.turns import take_turn
from composer.delivery.operating.forgetting import erased_with_words, forget_deliveries

_log = logging.getLogger("composer.delivery")

REPLAYED_BY = "erased before this backup was restored"


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """What was erased: of how many addresses and deliveries, and whether a journal keeps it beyond the database."""

    is_known: bool
    addresses: int
    deliveries: int
    has_journal: bool


def look_up(connection: Connection, email: str) -> HeldPerson:
    """Find whose data an erasure of this address would take out. Raises AddressError."""
    return find_held_person(connection, fold_address(parse_address(email)))


def erase_person(
    engine: Engine, email: str, *, digests: AddressDigests, journal: Path | None, by: str, now: int
) -> ErasedPerson:
    """Erase whoever has this address, or had it. Raises AddressError, SettingsError, DatabaseError."""
    key = fold_address(parse_address(email))
    with reading(engine) as connection:
        person = find_held_person(connection, key)
    if journal:
        append_notes(journal, [ErasureNote(digests.of(one), now) for one in sorted(person.email_keys)])
    with engine.begin() as connection:
        take_turn(connection)
        overwrite_deleted(connection)
        # Asked again: between the two somebody may have been merged.
        person = find_held_person(connection, key)
        count = _erase(connection, person, digests=digests, by=by, at=now, now=now)
    shrink_log(engine)
    return ErasedPerson(bool(person.numbers), len(person.addresses | {email}), count, journal is not None)


def _erase(connection: Connection, person: HeldPerson, *, digests: AddressDigests, by: str, at: int, now: int) -> int:
    erase_held(connection, person, digests=digests, by=by, at=at, now=now)
    return forget_deliveries(connection, person.numbers, {*person.addresses, *person.email_keys})


def keep_erased(engine: Engine, *, digests: AddressDigests, journal: Path | None, now: int) -> None:
    """Erase again whom the journal knows and the database does not, and what came of a mail that was under way.

    Raises SettingsError without the key, DatabaseError.
    """
    notes = read_notes(journal) if journal else ()
    with reading(engine) as connection:
        unknown = unknown_notes(connection, notes)
        late = erased_with_words(connection)
    if unknown:
        _replay(engine, unknown, digests, now=now)
    if late:
        with engine.begin() as connection:
            overwrite_deleted(connection)
            forget_deliveries(connection, late, ())
        shrink_log(engine)


def _replay(engine: Engine, unknown: Sequence[ErasureNote], digests: AddressDigests, *, now: int) -> None:
    if foreign := [one for one in unknown if not digests.is_ours(one.address_digest)]:
        words = "people were erased whom another secret key recognises, and this one does not"
        _log.warning(words, extra={"action": "erasures.unrecognised", "erasures": len(foreign)})
    with engine.begin() as connection:
        take_turn(connection)
        overwrite_deleted(connection)
        back = list(addresses_of_notes(connection, unknown, digests))
        for note, key in back:
            person = find_held_person(connection, key)
            _erase(connection, person, digests=digests, by=REPLAYED_BY, at=note.erased_at, now=now)
        note_as_known(connection, unknown, by=REPLAYED_BY)
    shrink_log(engine)
    words = "who was erased is erased again, because the database did not know of it"
    _log.warning(words, extra={"action": "erasures.replayed", "erasures": len(unknown), "people": len(back)})
