"""The chain of consent: after each transaction a link, which knows the digest of its entries and the link before it.

Whoever changes an old entry has to change its link, and then every later one, up to the last, whose hash stands in each
proof that was ever printed. On PostgreSQL links are closed one after the other: a lock is held from then to the commit.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, bindparam, insert, select, text, update

from composer.audience.consent.hashing import hash_row
from composer.database.schema import consent_chain, consent_events

EVENTS = "events"
IMPORT_UNDONE = "import undone"
FIRST = bytes(32)
"""What stands before the first link."""

_BATCH = 1000
_LOCK = 0x6E6577736C6363  # "newslcc": ours among the advisory locks of a shared PostgreSQL server


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A link that is to be closed: ``digest`` is SHA-256 over the hashes of its ``rows`` entries, in their order.

    Where an import was taken back, these are the entries of its link that are left.
    """

    link: int
    what: str
    rows: int
    digest: bytes
    at: int
    import_id: int | None = None

    def hash_after(self, previous: bytes) -> bytes:
        """Hash the link, and by ``previous`` all that came before it."""
        said = [self.link, self.what, self.rows, self.digest.hex(), self.at, self.import_id, previous.hex()]
        return hashlib.sha256(orjson.dumps(said)).digest()


def new_link() -> int:
    """Draw the number of a link, which its entries carry before it is closed."""
    return secrets.randbits(62)


def close_link(connection: Connection, link: ChainLink) -> bytes:
    """Append a link to the chain, and return its hash."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    previous = last_hash(connection)
    if previous == FIRST:
        previous = _adopt_former(connection, at=link.at)
    return _append(connection, link, previous)


def _append(connection: Connection, link: ChainLink, previous: bytes) -> bytes:
    hashed = link.hash_after(previous)
    connection.execute(
        insert(consent_chain).values(
            link=link.link,
            what=link.what,
            rows=link.rows,
            digest=link.digest,
            previous=previous,
            hash=hashed,
            at=link.at,
            import_id=link.import_id,
        )
    )
    return hashed


def last_hash(connection: Connection) -> bytes:
    """The hash of the last link: it stands for the whole record as it is now."""
    found = connection.scalar(select(consent_chain.c.hash).order_by(consent_chain.c.id.desc()).limit(1))
    return FIRST if found is None else bytes(found)


def close_undone(connection: Connection, *, import_id: int, now: int) -> bytes:
    """Write down that an import was taken back, and with it entries of its link; the link knows those that are left."""
    entries = select(consent_events.c.hash).where(consent_events.c.import_id == import_id)
    left, digest = 0, hashlib.sha256()
    for hashed in connection.scalars(entries.order_by(consent_events.c.position)):
        digest.update(bytes(hashed))
        left += 1
    return close_link(connection, ChainLink(new_link(), IMPORT_UNDONE, left, digest.digest(), now, import_id))


def _adopt_former(connection: Connection, *, at: int) -> bytes:
    """Make what was written before there was a chain its first link, and return the hash of that; FIRST if none was."""
    former = select(consent_events).where(consent_events.c.link.is_(None)).order_by(consent_events.c.id)
    number, digest, count = new_link(), hashlib.sha256(), 0
    for rows in connection.execute(former).mappings().partitions(_BATCH):
        linked = [{**row, "link": number, "position": count + place} for place, row in enumerate(rows)]
        hashes = [hash_row(row) for row in linked]
        digest.update(b"".join(hashes))
        connection.execute(
            _ADOPT,
            [
                {"entry": row["id"], "number": number, "place": row["position"], "hashed": hashed}
                for row, hashed in zip(linked, hashes, strict=True)
            ],
        )
        count += len(rows)
    return _append(connection, ChainLink(number, EVENTS, count, digest.digest(), at), FIRST) if count else FIRST


_ADOPT = (
    update(consent_events)
    .where(consent_events.c.id == bindparam("entry"))
    .values(link=bindparam("number"), position=bindparam("place"), hash=bindparam("hashed"))
)
