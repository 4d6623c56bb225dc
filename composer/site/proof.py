"""Proves that a site is ours, and over this database, to whoever has the same secret key: ``newsletter doctor``.

The proof is a keyed tag of the newest mailing, list and subscriber. It says nothing to anybody else, and it is the same
wherever the database is looked at from, so a site in a container with the same file is told rightly. It changes when
somebody is added: who compares takes one from before and one from after.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from composer.database.schema import lists, mailings, subscribers
from composer.message.keyed import keyed_tag

PROOF_HEADER = "Newsletter-Proof"


def proof_of(connection: Connection, *, key: bytes) -> str:
    """Make the proof: 32 hexadecimal characters."""
    newest = [
        connection.execute(select(*columns).order_by(table.c.id.desc()).limit(1)).one_or_none()
        for table, columns in (
            (mailings, (mailings.c.id, mailings.c.digest)),
            (lists, (lists.c.id, lists.c.name)),
            (subscribers, (subscribers.c.id, subscribers.c.email_key)),
        )
    ]
    facts = [tuple(row) if row else () for row in newest]
    return keyed_tag(repr(facts).encode(), key=key, use=b"site proof").hex()
