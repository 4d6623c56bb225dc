"""Holds all tables, with those of people (``people_tables.py``), refusals (``refusal_tables.py``) and background work.

The migrations lead to exactly this; a test proves it on SQLite and PostgreSQL.

::

    lists ──< subscriptions >── subscribers ──< consent_events >── consent_chain        suppressions (by address)
                                     │  └──< tags, address_history, import_changes >── imports
    mailings ──< deliveries >────────┘        mailings ──< mailing_editions >── editions ──< edition_assets
       │             └──< attempts, doubts
       ├──< exclusions                        mailings ──< leases, approvals       pace (by the name of a limit)
       └──< stopped_relays, stopped_providers     mailings ──── jobs ──< job_files         service_processes

Who writes what: ``audience`` writes the upper row and suppressions, ``delivery`` the rest. Times are
whole seconds of Unix time, UTC, in columns named ``…_at``. ``email`` is what people read, ``email_key``
the same folded to what is unique per person (composer/address.py).

Tables whose rows are only a key and a word have no rowid on SQLite: half the pages for a million rows.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from composer.database.background_tables import job_files, jobs, service_processes
from composer.database.metadata import Id, metadata, partial_index
from composer.database.people_tables import (
    address_history,
    consent_chain,
    consent_events,
    erasures,
    import_changes,
    imports,
    lifted_suppressions,
    lists,
    subscribers,
    subscriptions,
    suppressions,
    tags,
    wordings,
)
from composer.database.refusal_tables import doubts, stopped_providers, stopped_relays

__all__ = [
    "address_history",
    "approvals",
    "attempts",
    "consent_chain",
    "consent_events",
    "database_nonces",
    "deliveries",
    "doubts",
    "edition_assets",
    "editions",
    "erasures",
    "exclusions",
    "import_changes",
    "imports",
    "job_files",
    "jobs",
    "leases",
    "lifted_suppressions",
    "lists",
    "mailing_editions",
    "mailings",
    "metadata",
    "pace",
    "service_processes",
    "stopped_providers",
    "stopped_relays",
    "subscribers",
    "subscriptions",
    "suppressions",
    "tags",
    "wordings",
]

# An edition as it was planned, so that a mailing needs no files any more and links keep working.
editions = Table(
    "editions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("issue", String(200), nullable=False),
    Column("language", String(20), nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib of edition.model.dump_edition
    Column("created_at", BigInteger, nullable=False),
)

edition_assets = Table(
    "edition_assets",
    metadata,
    Column("edition_digest", String(64), ForeignKey("editions.digest"), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("media_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

mailings = Table(
    "mailings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("issue", String(200), nullable=False),
    Column("digest", String(64), nullable=False),  # names exactly what is sent to whom
    Column("state", String(20), nullable=False),  # delivery/states.py MailingState; "finished" is computed
    Column("planned", Integer, nullable=False),
    Column("list_ids", JSON, nullable=False),
    Column("allowed", JSON, nullable=False, default=list),  # codes given with --allow
    Column("sent_as", BigInteger, nullable=False),  # the Date header: one for all, so that a retry is the same bytes
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False, server_default="0"),  # of the latest lease; every sender has its own
    # The database that it was planned in (database/identity.py): a copy of it must not send the mailing again.
    Column("home", String(64)),
    # In the tags of its links and Message-IDs, so that no other mailing has them, whatever its number and database.
    Column("nonce", String(32)),  # none: planned before there were any
    # What its links and Message-IDs are made with: the site's address, and a tag that only the same key makes.
    Column("site_url", Text),
    Column("key_check", String(32)),
    Column("confirmed_at", BigInteger),  # when a person said that it is still to be sent, in spite of its age or home
    Column("send_at", BigInteger),  # not before; None: as soon as somebody sends it
    # Of a subject test: which variant the rest gets, and whose word that is (delivery/operating/choose_subject.py).
    Column("winner", String(1)),
    Column("chosen_by", String(200)),
    Column("chosen_at", BigInteger),
    Column("progress_at", BigInteger),  # when a delivery came on last, but for what the leases know
    # The segment that it is for, as it was written when it was planned; none: everybody of the lists. A condition that
    # was written out for it has no name.
    Column("segment", String(60)),
    Column("segment_condition", Text),
    Column("segment_resolved", Text),  # with the days that its relative ones were then
    Column("relays", JSON),  # the names of those that may carry it; none: all
    # Since when only counts are kept of it, and these (delivery/packed.py); none: a row for each of its people is.
    Column("packed_at", BigInteger),
    Column("packed", JSON),
)

mailing_editions = Table(
    "mailing_editions",
    metadata,
    Column("mailing_id", Id, ForeignKey("mailings.id"), primary_key=True),
    Column("language", String(20), primary_key=True),
    Column("variant", String(1), primary_key=True, server_default="A"),  # of the subject; B to D in a subject test
    Column("edition_digest", String(64), ForeignKey("editions.digest"), nullable=False),
)

# Everyone of the lists who is left out of a mailing, with the reason.
exclusions = Table(
    "exclusions",
    metadata,
    Column("mailing_id", Id, ForeignKey("mailings.id"), primary_key=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), primary_key=True, index=True),
    Column("reason", String(40), nullable=False),  # audience/freeze.py ExclusionReason
    sqlite_with_rowid=False,
)

# One per mailing and subscriber, written before the first send. Its last attempt stands in the row itself;
# earlier ones move to ``attempts``, so that a mailing of a million first-time acceptances stays compact.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mailing_id", Id, ForeignKey("mailings.id"), nullable=False),
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), nullable=False),
    Column("email", String(320), nullable=False),  # as planned: where the message goes
    Column("language", String(20), nullable=False),
    Column("variant", String(1)),  # of those in the sample of a subject test; the others get the winner
    # The values of the merge fields that the edition uses, as planned: a retry sends the same bytes.
    Column("fields", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("uncounted_attempts", Integer, nullable=False, server_default="0"),  # those that said nothing of this person
    Column("next_attempt_at", BigInteger),  # only while deferred
    Column("relay", String(255)),
    Column("phase", String(12)),  # how far the last attempt came
    Column("code", Integer),  # SMTP reply code
    Column("enhanced", String(11)),  # RFC 3463, as "5.1.1"
    Column("text", Text),  # the reply's words, or what happened instead of a reply
    Column("took_ms", Integer),  # from MAIL FROM to the reply of the last attempt
    Column("epoch", Integer, nullable=False, default=0),  # of the lease that offered it
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("subscriber_id", "mailing_id"),  # in this order it also finds everything that one person was sent
    # With the id, so that the next pending ones are read in order without sorting, however many there are.
    Index("ix_deliveries_mailing_id_state_id", "mailing_id", "state", "id"),
    # Which deferred ones are due: few rows, whatever the size of the mailing.
    partial_index("ix_deliveries_due", "mailing_id", "next_attempt_at", where="next_attempt_at IS NOT NULL"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", Id, ForeignKey("deliveries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1
    Column("outcome", String(12), nullable=False),
    Column("relay", String(255)),
    Column("phase", String(12)),
    Column("code", Integer),
    Column("enhanced", String(11)),
    Column("text", Text),
    Column("took_ms", Integer),
    Column("at", BigInteger, nullable=False),
    Column("note", Text),  # who settled it by hand, and why
    sqlite_with_rowid=False,
)

# Who sends a mailing now: a row per sender. The epoch is its own, and stands in every one of its writes.
leases = Table(
    "leases",
    metadata,
    Column("mailing_id", Id, ForeignKey("mailings.id"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("holder", String(100), nullable=False),  # host, process id and a random part
    Column("expires_at", BigInteger, nullable=False),
    Column("commits", Integer, nullable=False, server_default="0"),  # how far this sender is (database/watermark.py)
    Column("session", String(100)),  # what ends with the sender's process, and shows others that it lives
    Column("progress_at", BigInteger),  # when this sender took a delivery on last
)

# One row, on SQLite: what this database is known by, and was before (database/watermark.py).
database_nonces = Table(
    "database_nonces",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("nonce", String(32), nullable=False),
    Column("former", String(32), nullable=False),
)

# Who said that a mailing may be sent, and what exactly they saw.
approvals = Table(
    "approvals",
    metadata,
    Column("mailing_id", Id, ForeignKey("mailings.id"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)

# How much of each limit is used, how fast each relay bears it, what limits a run now. Small, and kept across
# mailings: a quota is the relay's, not the mailing's (delivery/ledger/shared_limits.py).
pace = Table(
    "pace",
    metadata,
    Column("name", String(400), primary_key=True),  # "to gmail, per hour"
    Column("state", JSON, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
