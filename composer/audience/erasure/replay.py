"""Finds who has to be erased once more: people whom a restored backup has brought back.

A person is meant if one of their addresses was erased after they came. Who has come back of their own accord since
then has a row that is younger than the erasure, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from composer.audience.erasure.digests import AddressDigests
from composer.audience.erasure.journal import ErasureNote
from composer.audience.identities import HAS_ADDRESS
from composer.database.schema import address_history, erasures, lifted_suppressions, subscribers, suppressions
from composer.database.upsert import upsert

_BATCH = 1000


def unknown_notes(connection: Connection, notes: Sequence[ErasureNote]) -> Sequence[ErasureNote]:
    """Give the notes of erasures that the database does not know."""
    if not notes:
        return ()
    known = dict(connection.execute(select(erasures.c.address_digest, erasures.c.erased_at)).all())
    return [one for one in notes if known.get(one.address_digest, -1) < one.erased_at]


def addresses_of_notes(
    connection: Connection, notes: Sequence[ErasureNote], digests: AddressDigests
) -> Iterator[tuple[ErasureNote, str]]:
    """Find each address (by its key) in the database that a note is about: of a person, once theirs, or suppressed."""
    by_digest = {one.address_digest: one for one in notes}
    queries = (
        select(subscribers.c.email_key, subscribers.c.created_at).where(HAS_ADDRESS),
        select(address_history.c.email_key, address_history.c.changed_at),
        select(suppressions.c.email_key, suppressions.c.created_at),
        select(lifted_suppressions.c.email_key, lifted_suppressions.c.lifted_at),
    )
    found: dict[str, ErasureNote] = {}
    for query in queries:
        for rows in connection.execute(query).partitions(_BATCH):
            for key, since in rows:
                note = by_digest.get(digests.of(key))
                if note and since <= note.erased_at:
                    found[key] = note
    yield from ((note, key) for key, note in found.items())


def note_as_known(connection: Connection, notes: Sequence[ErasureNote], *, by: str) -> None:
    """Write the notes down whose addresses are nobody's in this database, so that no file brings them."""
    rows = [{"address_digest": one.address_digest, "erased_at": one.erased_at, "erased_by": by} for one in notes]
    if rows:
        statement = upsert(connection, erasures)
        latest = {name: statement.excluded[name] for name in ("erased_at", "erased_by")}
        connection.execute(statement.on_conflict_do_update(index_elements=["address_digest"], set_=latest), rows)
