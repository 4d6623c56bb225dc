"""Reads the whole record of consent again, and finds every place where it is not what was written.

Told are: an entry that was changed, entries that are missing or too many in a link, a link that was changed, taken out
or put in, entries that no link covers, and a text that was shown that is another than was archived. What was taken off
the end is found by whoever has kept a hash: give it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, select

from composer.audience.consent.chain import FIRST, IMPORT_UNDONE, ChainLink
from composer.audience.consent.hashing import digest_of_text, hash_row
from composer.database.schema import consent_chain, consent_events, wordings

_OF_NOTHING = hashlib.sha256().digest()
_MOST = 100
"""Faults that are told one by one."""


@dataclass(slots=True)
class ChainReport:
    """What came of reading it: ``faults`` in words, ``head`` the hash of the last link, ``knows`` whether the chain has
    the hash that was asked for, ``unlinked`` how many entries no link covers."""

    entries: int = 0
    links: int = 0
    unlinked: int = 0
    head: bytes = FIRST
    knows: bool | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed since it was written."""
        return not self.faults and self.knows is not False

    def tell(self, fault: str) -> None:
        """Tell a fault; of very many only the first."""
        if len(self.faults) < _MOST:
            self.faults.append(fault)


def verify_chain(connection: Connection, *, known: bytes | None = None) -> ChainReport:
    """Read every link and entry. ``known`` is the hash of a link that was there once, as a proof has printed it."""
    report = ChainReport(knows=None if known is None else known == FIRST)
    left = _left_of_imports(connection)
    entries = _Entries(connection)
    for row in connection.execute(
        select(consent_chain).order_by(consent_chain.c.id), execution_options={"yield_per": 1000}
    ).mappings():
        report.links += 1
        link = ChainLink(row["link"], row["what"], row["rows"], bytes(row["digest"]), row["at"], row["import_id"])
        if bytes(row["previous"]) != report.head:
            report.tell(f"link {row['id']}: the link before it is another than when it was written")
        if link.hash_after(bytes(row["previous"])) != bytes(row["hash"]):
            report.tell(f"link {row['id']}: was changed")
        report.head = bytes(row["hash"])
        if known is not None and report.head == known:
            report.knows = True
        count, digest = entries.read(row["id"], report)
        if link.what == IMPORT_UNDONE:
            rows, written = 0, _OF_NOTHING
        else:
            rows, written = left.get(link.import_id, (link.rows, link.digest))
        if count != rows:
            report.tell(f"link {row['id']}: has {count:,} entries, and {rows:,} were written")
        elif digest != written:
            report.tell(f"link {row['id']}: its entries are others than were written")
    report.entries = entries.count
    _look_outside(connection, report)
    return report


def _left_of_imports(connection: Connection) -> Mapping[int | None, tuple[int, bytes]]:
    """Read which entries are left of each import that was taken back: their number and digest, by the import's."""
    undone = consent_chain.c.what == IMPORT_UNDONE
    left: dict[int | None, tuple[int, bytes]] = {}
    for row in connection.execute(select(consent_chain).where(undone).order_by(consent_chain.c.id)):
        left.setdefault(row.import_id, (row.rows, bytes(row.digest)))
    return left


def _look_outside(connection: Connection, report: ChainReport) -> None:
    """Find entries that no link covers, and texts that are not those that were archived."""
    unlinked = connection.scalars(select(consent_events.c.id).where(consent_events.c.link.is_(None))).all()
    report.unlinked = len(unlinked)
    if report.links:  # what was there before the first link became that link
        for number in unlinked:
            report.tell(f"entry {number}: no link covers it")
    for digest, shown in connection.execute(select(wordings.c.digest, wordings.c.text).order_by(wordings.c.digest)):
        if digest_of_text(shown) != digest:
            report.tell(f"text {digest}: was changed")
    for number in connection.scalars(
        select(consent_events.c.id)
        .outerjoin(consent_chain, consent_chain.c.link == consent_events.c.link)
        .where(consent_events.c.link.is_not(None), consent_chain.c.id.is_(None))
        .limit(_MOST)
    ):
        report.tell(f"entry {number}: its link is not in the chain")


class _Entries:
    """Reads all entries in the order of their links, beside these."""

    def __init__(self, connection: Connection) -> None:
        query = (
            select(consent_chain.c.id.label("chain_id"), consent_events)
            .join(consent_chain, consent_chain.c.link == consent_events.c.link)
            .order_by(consent_chain.c.id, consent_events.c.position)
        )
        self._rows: Iterator[RowMapping] = iter(
            connection.execute(query, execution_options={"yield_per": 1000}).mappings()
        )
        self._next = next(self._rows, None)
        self.count = 0

    def read(self, link: int, report: ChainReport) -> tuple[int, bytes]:
        """Read the entries of a link: how many they are, and the digest of their hashes."""
        count, digest = 0, hashlib.sha256()
        while self._next is not None and self._next["chain_id"] == link:
            row = self._next
            kept = bytes(row["hash"] or b"")
            if hash_row(row) != kept:
                report.tell(f"entry {row['id']} of subscriber {row['subscriber_id']}: was changed")
            digest.update(kept)
            count += 1
            self._next = next(self._rows, None)
        self.count += count
        return count, digest.digest()
