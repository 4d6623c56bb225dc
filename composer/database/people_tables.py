"""Holds the tables of people, their lists and their consent; those of ``schema.py`` include them.

``import_id`` is the import (``imports``) that wrote a row, and by which it can be taken back. It is no foreign key:
imports are never deleted, and a million rows would each be looked up for it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from composer.database.metadata import Attributes, Id, metadata, partial_index

lists = Table(
    "lists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("title", String(500)),  # in the newsletter's first language
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger),
    Column("is_public", Boolean, nullable=False, server_default=false()),  # offered on the site
    Column("opt_in", String(10), nullable=False, server_default="double"),  # double | single
    Column("languages", JSON),  # ["en", "fr"]; none: those of the newsletter
    Column("sender_name", String(200)),  # none: the newsletter's
    Column("sender_email", String(320)),
    Column("titles", JSON),  # {"fr": "Lettre du port"}
    Column("descriptions", JSON),  # {"en": …, "fr": …}
    Column("welcome", String(200)),  # the issue that who confirms is sent; none: no welcome mail
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(320), nullable=False),
    Column("email_key", String(320), nullable=False, unique=True),
    Column("first_name", String(200), nullable=False, default=""),
    Column("last_name", String(200), nullable=False, default=""),
    Column("language", String(20)),  # None: the newsletter's default
    # {"city": "Nice"}; values are texts, in the one spelling of the field's type (audience/attributes.py)
    Column("attributes", Attributes, nullable=False, default=dict),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("merged_into", Id, ForeignKey("subscribers.id")),  # the person that they turned out to be
    Column("import_id", Id),
    partial_index("ix_subscribers_merged_into", "merged_into", where="merged_into IS NOT NULL"),
)

# What somebody's address was before, and that of who was merged into them.
address_history = Table(
    "address_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), nullable=False, index=True),
    Column("email", String(320), nullable=False),
    Column("email_key", String(320), nullable=False, index=True),
    Column("reason", String(20), nullable=False),  # changed | merged
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), primary_key=True),
    Column("tag", String(100), primary_key=True),
    Column("import_id", Id),
    Index("ix_tags_tag_subscriber_id", "tag", "subscriber_id"),
    sqlite_with_rowid=False,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), primary_key=True),
    Column("list_id", Id, ForeignKey("lists.id"), primary_key=True),
    Column("status", String(20), nullable=False),  # pending | confirmed | unsubscribed
    Column("updated_at", BigInteger, nullable=False),
    Column("joined_at", BigInteger),  # when they came onto the list first; none: not known
    Column("import_id", Id),
    Index("ix_subscriptions_list_id_status", "list_id", "status"),
    sqlite_with_rowid=False,
)

# The exact texts that people agreed to, once each.
wordings = Table(
    "wordings",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the text in UTF-8, hexadecimal
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# Append-only: the proof of consent (GDPR Art. 7(1)) and of its withdrawal. What is about the person (their address,
# the network they came from) can be forgotten, and the rest still be verified (audience/consent/hashing.py).
consent_events = Table(
    "consent_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), nullable=False, index=True),
    Column("list_id", Id, ForeignKey("lists.id"), nullable=False),
    Column("event", String(20), nullable=False),  # audience/consent/event.py ConsentEvent
    Column("source", Text, nullable=False),  # "import members.csv", "one-click, mailing 3" …
    Column("at", BigInteger, nullable=False),
    Column("form", String(200)),
    Column("wording_digest", String(64), ForeignKey("wordings.digest")),
    Column("language", String(20)),  # that the form was in
    Column("page", Text),  # where the form was
    Column("email", String(320)),  # theirs, at that time
    Column("ip", String(45)),
    Column("user_agent", Text),
    Column("salt", LargeBinary(32)),  # 16 bytes for the person, 16 more for the network
    Column("person_commitment", LargeBinary(32)),  # only once the address is forgotten
    Column("network_commitment", LargeBinary(32)),  # only once IP and user agent are forgotten
    Column("hash", LargeBinary(32)),
    Column("link", BigInteger),  # of the chain; none: written by another program
    Column("position", Integer),  # in the link, from 0
    Column("import_id", Id),
)

# One link a transaction that recorded consent; each knows the hash of the one before it.
consent_chain = Table(
    "consent_chain",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link", BigInteger, nullable=False, unique=True),  # a random number, known before the link is closed
    Column("what", String(20), nullable=False),  # events | import undone
    Column("rows", Integer, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),  # of the hashes of its rows, in their order
    Column("previous", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("import_id", Id),
)

# Addresses that we will not mail. Kept by address, so that it outlives the subscriber.
suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email_key", String(320), nullable=False),
    Column("reason", String(40), nullable=False),  # bounced | complained | manual | erased
    Column("list_id", Id, ForeignKey("lists.id")),  # None: every list
    Column("source", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("import_id", Id),
    # Two partial indexes: NULL differs from NULL, so a plain UNIQUE would take the same global suppression twice.
    partial_index("uq_suppressions_everywhere", "email_key", "reason", unique=True, where="list_id IS NULL"),
    partial_index(
        "uq_suppressions_of_list", "email_key", "list_id", "reason", unique=True, where="list_id IS NOT NULL"
    ),
    # The two above cannot answer "is this address suppressed at all?" without reading both.
    Index("ix_suppressions_email_key", "email_key"),
)

# Suppressions that were lifted, as they were, and by whom: append-only.
lifted_suppressions = Table(
    "lifted_suppressions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email_key", String(320), nullable=False, index=True),
    Column("reason", String(40), nullable=False),
    Column("list_id", Id, ForeignKey("lists.id")),
    Column("source", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("import_id", Id),
    Column("lifted_at", BigInteger, nullable=False),
    Column("lifted_by", Text, nullable=False),  # "ana: lifted (the relay was set up wrongly)"
)

# Files of people that were taken in: each can be looked at, and taken back.
imports = Table(
    "imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("list_id", Id, ForeignKey("lists.id")),  # none: of suppressions for every list
    Column("file_name", Text, nullable=False),
    Column("file_digest", String(64), nullable=False),  # SHA-256, hexadecimal
    Column("format", String(40), nullable=False),  # "mailchimp", "csv" …
    Column("source", Text, nullable=False),
    Column("state", String(20), nullable=False),  # done | undone
    Column("report", JSON, nullable=False),  # counts by reason, and what each column was taken for
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("undone_at", BigInteger),
    Column("undone_by", Text),
)

# What an import changed of people who were there before; what is new has its ``import_id`` itself.
import_changes = Table(
    "import_changes",
    metadata,
    Column("import_id", Id, ForeignKey("imports.id"), primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), primary_key=True, index=True),
    Column("before", JSON, nullable=False),  # the values that were replaced, by their column
    Column("after", JSON, nullable=False),  # by what
    sqlite_with_rowid=False,
)

# Who was forgotten, without saying who: addresses as keyed hashes. Played again over a restored backup.
erasures = Table(
    "erasures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscriber_id", Id),  # none: nobody was known by that address
    Column("address_digest", String(64), nullable=False),
    Column("erased_at", BigInteger, nullable=False),
    Column("erased_by", Text, nullable=False),
    UniqueConstraint("address_digest"),
)
