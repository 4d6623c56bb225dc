"""Create the first tables: people and their consent, editions, mailings and their deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "editions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issue", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_editions"),
    )
    op.create_table(
        "lists",
        sa.Column("id", _Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sa.UniqueConstraint("name", name="uq_lists_name"),
    )
    op.create_table(
        "mailings",
        sa.Column("id", _Id, nullable=False),
        sa.Column("issue", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("list_ids", sa.JSON(), nullable=False),
        sa.Column("allowed", sa.JSON(), nullable=False),
        sa.Column("sent_as", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("winner", sa.String(length=1), nullable=True),
        sa.Column("chosen_by", sa.String(length=200), nullable=True),
        sa.Column("chosen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", _Id, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=True),
        sa.Column("attributes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("email_key", name="uq_subscribers_email_key"),
    )
    op.create_table(
        "consent_events",
        sa.Column("id", _Id, nullable=False),
        sa.Column("subscriber_id", _Id, nullable=False),
        sa.Column("list_id", _Id, nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_consent_events_list_id_lists"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_consent_events_subscriber_id_subscribers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent_events"),
    )
    op.create_index(
        "ix_consent_events_subscriber_id",
        "consent_events",
        ["subscriber_id"],
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _Id, nullable=False),
        sa.Column("mailing_id", _Id, nullable=False),
        sa.Column("subscriber_id", _Id, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("variant", sa.String(length=1), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("relay", sa.String(length=255), nullable=True),
        sa.Column("phase", sa.String(length=12), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("enhanced", sa.String(length=11), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_deliveries_mailing_id_mailings"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_deliveries_subscriber_id_subscribers"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("subscriber_id", "mailing_id", name="uq_deliveries_subscriber_id_mailing_id"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["mailing_id", "next_attempt_at"],
        sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_mailing_id_state_id",
        "deliveries",
        ["mailing_id", "state", "id"],
    )
    op.create_table(
        "edition_assets",
        sa.Column("edition_digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_digest"], ["editions.digest"], name="fk_edition_assets_edition_digest_editions"
        ),
        sa.PrimaryKeyConstraint("edition_digest", "name", name="pk_edition_assets"),
    )
    op.create_table(
        "exclusions",
        sa.Column("mailing_id", _Id, nullable=False),
        sa.Column("subscriber_id", _Id, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_exclusions_mailing_id_mailings"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_exclusions_subscriber_id_subscribers"),
        sa.PrimaryKeyConstraint("mailing_id", "subscriber_id", name="pk_exclusions"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "leases",
        sa.Column("mailing_id", _Id, nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_leases_mailing_id_mailings"),
        sa.PrimaryKeyConstraint("mailing_id", name="pk_leases"),
    )
    op.create_table(
        "mailing_editions",
        sa.Column("mailing_id", _Id, nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("variant", sa.String(length=1), server_default="A", nullable=False),
        sa.Column("edition_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_digest"], ["editions.digest"], name="fk_mailing_editions_edition_digest_editions"
        ),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_mailing_editions_mailing_id_mailings"),
        sa.PrimaryKeyConstraint("mailing_id", "language", "variant", name="pk_mailing_editions"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("subscriber_id", _Id, nullable=False),
        sa.Column("list_id", _Id, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_subscriptions_list_id_lists"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_subscriptions_subscriber_id_subscribers"
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "list_id", name="pk_subscriptions"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_subscriptions_list_id_status",
        "subscriptions",
        ["list_id", "status"],
    )
    op.create_table(
        "suppressions",
        sa.Column("id", _Id, nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("list_id", _Id, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_suppressions_list_id_lists"),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
    )
    op.create_index(
        "ix_suppressions_email_key",
        "suppressions",
        ["email_key"],
    )
    op.create_index(
        "uq_suppressions_everywhere",
        "suppressions",
        ["email_key", "reason"],
        unique=True,
        sqlite_where=sa.text("list_id IS NULL"),
        postgresql_where=sa.text("list_id IS NULL"),
    )
    op.create_index(
        "uq_suppressions_of_list",
        "suppressions",
        ["email_key", "list_id", "reason"],
        unique=True,
        sqlite_where=sa.text("list_id IS NOT NULL"),
        postgresql_where=sa.text("list_id IS NOT NULL"),
    )
    op.create_table(
        "attempts",
        sa.Column("delivery_id", _Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("relay", sa.String(length=255), nullable=True),
        sa.Column("phase", sa.String(length=12), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("enhanced", sa.String(length=11), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_attempts_delivery_id_deliveries"),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_attempts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pace",
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pace"),
    )
