"""Writes entries of consent, and closes their link of the chain.

A ``ConsentRecorder`` takes very many entries, some hundred at a time, and is closed once; ``record_consent`` does both
for a few.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from composer.audience.consent.chain import EVENTS, ChainLink, close_link, new_link
from composer.audience.consent.event import ConsentEntry, ConsentEvent, Evidence
from composer.audience.consent.hashing import (
    SALT_BYTES,
    SharedValues,
    commit_to,
    digest_of_text,
    hash_entry,
    start_of,
)
from composer.database.bulk import insert_many
from composer.database.schema import consent_events, subscribers, wordings
from composer.database.upsert import upsert

_COLUMNS = (
    *("subscriber_id", "list_id", "event", "email", "ip", "user_agent", "salt", "hash", "position"),
    *SharedValues._fields,
)
_NO_EVIDENCE = Evidence()


class ConsentRecorder:
    """The entries of one transaction, which become one link of the chain."""

    def __init__(
        self,
        connection: Connection,
        *,
        source: str,
        now: int,
        evidence: Evidence = _NO_EVIDENCE,
        import_id: int | None = None,
    ) -> None:
        """``source`` is where the consent comes from, in words; ``now`` is in Unix seconds."""
        self._connection = connection
        self._evidence = evidence
        self._shared = SharedValues(
            link=new_link(),
            source=source,
            at=now,
            form=evidence.form or None,
            wording_digest=_archive(connection, evidence.wording, now=now) if evidence.wording else None,
            language=evidence.language or None,
            page=evidence.page or None,
            import_id=import_id,
        )
        self._start = start_of(self._shared)
        self._digest = hashlib.sha256()
        self._count = 0

    def add(self, entries: Sequence[ConsentEntry]) -> None:
        """Write entries down; they count once the link is closed."""
        if not entries:
            return
        ip, user_agent = self._evidence.ip, self._evidence.user_agent
        size = SALT_BYTES * 2 if ip or user_agent else SALT_BYTES
        salts = secrets.token_bytes(size * len(entries))
        rows = []
        for number, (subscriber, list_id, event, email) in enumerate(entries):
            salt = salts[number * size : (number + 1) * size]
            position = self._count + number
            hashed = hash_entry(
                self._start,
                (position, subscriber, list_id, event),
                person=commit_to(salt[:SALT_BYTES], email),
                network=commit_to(salt[SALT_BYTES:], ip, user_agent) if size > SALT_BYTES else None,
            )
            self._digest.update(hashed)
            own = (subscriber, list_id, str(event), email, ip or None, user_agent or None, salt, hashed, position)
            rows.append(own)
        insert_many(self._connection, consent_events, _COLUMNS[: len(rows[0])], rows, same=self._shared._asdict())
        self._count += len(entries)

    def close(self) -> None:
        """Close the link of what was written, as the last thing before the commit."""
        if self._count:
            shared = self._shared
            link = ChainLink(shared.link, EVENTS, self._count, self._digest.digest(), shared.at, shared.import_id)
            close_link(self._connection, link)


def record_consent(
    connection: Connection,
    events: Iterable[tuple[int, int, ConsentEvent]],
    *,
    source: str,
    now: int,
    evidence: Evidence = _NO_EVIDENCE,
) -> None:
    """Write down what happened to consents, as (subscriber, list, event), and close their link."""
    told = list(events)
    if not told:
        return
    addresses = _addresses(connection, {subscriber for subscriber, _, _ in told})
    recorder = ConsentRecorder(connection, source=source, now=now, evidence=evidence)
    recorder.add([ConsentEntry(*one, addresses[one[0]]) for one in told])
    recorder.close()


def _addresses(connection: Connection, people: set[int]) -> dict[int, str]:
    query = select(subscribers.c.id, subscribers.c.email).where(subscribers.c.id.in_(people))
    return {row.id: row.email for row in connection.execute(query)}


def _archive(connection: Connection, wording: str, *, now: int) -> str:
    """Keep a text that was shown, once, and return its digest."""
    digest = digest_of_text(wording)
    row = upsert(connection, wordings).values(digest=digest, text=wording, created_at=now)
    connection.execute(row.on_conflict_do_nothing(index_elements=["digest"]))
    return digest
