"""The tables of refusals in doubt, and of what refuses everybody in a mailing; those of ``schema.py`` include them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from composer.database.metadata import Id, metadata

# Refusals of which it is not known yet whether they are about the person or about us (delivery/ledger/doubts.py).
doubts = Table(
    "doubts",
    metadata,
    Column("delivery_id", Id, ForeignKey("deliveries.id"), primary_key=True),
    Column("mailing_id", Id, ForeignKey("mailings.id"), nullable=False, index=True),
    Column("account", String(400), nullable=False),  # the relay with its login (Relay.account)
    Column("provider", String(320)),  # whose mailbox it is, once the relay has taken other mail; none: not yet
    Column("about", String(10), nullable=False),  # delivery/judgement.py About, of this reply alone
    Column("words", Text, nullable=False),  # those that the relay has for everybody (delivery/streak.py)
    Column("suppression", String(40)),  # the reason for which the address is suppressed, if it is what it says
    Column("refused_ms", BigInteger, nullable=False),  # milliseconds of Unix time
    Index("ix_doubts_account_provider", "account", "provider"),
)

# Relays that have refused everybody in a mailing, until they take a message of it again.
stopped_relays = Table(
    "stopped_relays",
    metadata,
    Column("mailing_id", Id, ForeignKey("mailings.id"), primary_key=True),
    Column("account", String(400), primary_key=True),
    Column("reply", Text, nullable=False),  # the last one
    Column("people", Integer, nullable=False),  # refusals that were given back
    Column("stopped_at", BigInteger, nullable=False),
)

# Providers of which a relay has refused everybody in a mailing, while it took others, until it takes one of theirs.
stopped_providers = Table(
    "stopped_providers",
    metadata,
    Column("mailing_id", Id, ForeignKey("mailings.id"), primary_key=True),
    Column("account", String(400), primary_key=True),
    Column("provider", String(320), primary_key=True),  # delivery/limits/providers.py
    Column("reply", Text, nullable=False),  # the last one
    Column("words", Text, nullable=False),  # those of it that are the same for everybody (delivery/streak.py)
    Column("people", Integer, nullable=False),  # refusals that were given back
    Column("stopped_at", BigInteger, nullable=False),
)
