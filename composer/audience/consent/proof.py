"""Gathers the proof of one person's consent: every entry, what was shown, and whether the record is as it was written.

It says what is known and nothing else. It is not signed: what makes it hard to forge is the chain, whose last hash it
names. Who keeps that hash, or a proof that was printed earlier, can have the record verified against it at any time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from composer.audience.consent.verify import ChainReport, verify_chain
from composer.database.schema import (
    address_history,
    consent_chain,
    consent_events,
    imports,
    lists,
    subscribers,
    subscriptions,
    wordings,
)


@dataclass(frozen=True, slots=True)
class ProofEntry:
    """One entry of the record. ``link`` is the number of its link in the chain, from 1; hashes are hexadecimal.

    What is empty or none is not known. ``wording`` is the text that was shown, ``wording_digest`` its SHA-256.
    """

    number: int
    subscriber: int
    at: int
    event: str
    list: str
    source: str
    form: str | None
    language: str | None
    page: str | None
    email: str | None
    ip: str | None
    user_agent: str | None
    wording: str | None
    wording_digest: str | None
    file_name: str | None
    file_digest: str | None
    link: int | None
    hash: str | None


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """An address that they had, until when, and whether they gave it up or were merged."""

    email: str
    reason: str
    until: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How they stand on a list, since when, and when they came onto it first."""

    list: str
    status: str
    since: int
    joined_at: int | None


@dataclass(frozen=True, slots=True)
class ConsentProof:
    """All of it, as of ``made_at`` in Unix seconds. Without an address, the person was erased."""

    made_at: int
    subscriber: int
    email: str
    name: str
    former: Sequence[FormerAddress]
    standing: Sequence[Standing]
    entries: Sequence[ProofEntry]
    links: int
    record_entries: int
    head: str
    is_whole: bool
    faults: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """Give all of it as one object, for programs."""
        return dataclasses.asdict(self)


def prove(connection: Connection, numbers: Sequence[int], *, now: int) -> ConsentProof:
    """Gather the proof for a person, by all their numbers with today's first, and verify the whole record."""
    report = verify_chain(connection)
    person = connection.execute(select(subscribers).where(subscribers.c.id == numbers[0])).one()
    return ConsentProof(
        made_at=now,
        subscriber=numbers[0],
        email=person.email,
        name=f"{person.first_name} {person.last_name}".strip(),
        former=_former(connection, numbers),
        standing=_standing(connection, numbers[0]),
        entries=_entries(connection, numbers),
        links=report.links,
        record_entries=report.entries + report.unlinked,
        head=report.head.hex(),
        is_whole=report.is_whole,
        faults=tuple(report.faults),
    )


def verify_record(connection: Connection, *, head: str | None = None) -> ChainReport:
    """Verify the whole record; with ``head``, also whether it goes back to a hash that a proof has named.

    Raises ValueError if that is no hash.
    """
    if head is None:
        return verify_chain(connection)
    known = bytes.fromhex(head.strip().replace(" ", ""))
    if len(known) != 32:
        raise ValueError(f"a hash has 64 hexadecimal digits, and this has {len(known) * 2}")
    return verify_chain(connection, known=known)


def _former(connection: Connection, numbers: Sequence[int]) -> Sequence[FormerAddress]:
    columns = address_history.c
    rows = connection.execute(
        select(columns.email, columns.reason, columns.changed_at)
        .where(columns.subscriber_id.in_(numbers))
        .order_by(columns.id)
    )
    return [FormerAddress(*row) for row in rows]


def _standing(connection: Connection, subscriber: int) -> Sequence[Standing]:
    columns = subscriptions.c
    rows = connection.execute(
        select(lists.c.name, columns.status, columns.updated_at, columns.joined_at)
        .join(lists, lists.c.id == columns.list_id)
        .where(columns.subscriber_id == subscriber)
        .order_by(lists.c.name)
    )
    return [Standing(*row) for row in rows]


def _entries(connection: Connection, numbers: Sequence[int]) -> Sequence[ProofEntry]:
    query = (
        select(
            consent_events,
            lists.c.name.label("list"),
            wordings.c.text.label("wording"),
            consent_chain.c.id.label("chain_id"),
            imports.c.file_name,
            imports.c.file_digest,
        )
        .join(lists, lists.c.id == consent_events.c.list_id)
        .outerjoin(wordings, wordings.c.digest == consent_events.c.wording_digest)
        .outerjoin(consent_chain, consent_chain.c.link == consent_events.c.link)
        .outerjoin(imports, imports.c.id == consent_events.c.import_id)
        .where(consent_events.c.subscriber_id.in_(numbers))
        .order_by(consent_events.c.at, consent_events.c.id)
    )
    return [_entry(row) for row in connection.execute(query).mappings()]


def _entry(row: Mapping[Any, Any]) -> ProofEntry:
    same = ("at", "event", "list", "source", "form", "language", "page", "email", "ip", "user_agent", "wording")
    return ProofEntry(
        number=row["id"],
        subscriber=row["subscriber_id"],
        **{name: row[name] for name in same},
        wording_digest=row["wording_digest"],
        file_name=row["file_name"],
        file_digest=row["file_digest"],
        link=row["chain_id"],
        hash=bytes(row["hash"]).hex() if row["hash"] else None,
    )
