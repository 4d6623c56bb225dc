"""Lists have settings, people tags and a history; consent is a chain of hashes; imports can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_columns()
    _create_people()
    _create_consent()
    _create_imports()
    # The first that the record of consent tells of somebody and a list is when they came onto it.
    op.execute(
        "UPDATE subscriptions SET joined_at = (SELECT min(event.at) FROM consent_events AS event"
        " WHERE event.subscriber_id = subscriptions.subscriber_id AND event.list_id = subscriptions.list_id)"
    )


def _add_columns() -> None:
    op.add_column("lists", sa.Column("updated_at", sa.BigInteger()))
    op.add_column("lists", sa.Column("is_public", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("lists", sa.Column("opt_in", sa.String(10), nullable=False, server_default="double"))
    op.add_column("lists", sa.Column("languages", sa.JSON()))
    op.add_column("lists", sa.Column("sender_name", sa.String(200)))
    op.add_column("lists", sa.Column("sender_email", sa.String(320)))
    op.add_column("lists", sa.Column("titles", sa.JSON()))
    op.add_column("lists", sa.Column("descriptions", sa.JSON()))
    op.add_column("lists", sa.Column("welcome", sa.String(200)))
    with op.batch_alter_table("subscribers") as table:
        table.add_column(sa.Column("merged_into", _id))
        table.add_column(sa.Column("import_id", _id))
        table.create_foreign_key("fk_subscribers_merged_into_subscribers", "subscribers", ["merged_into"], ["id"])
    op.add_column("subscriptions", sa.Column("joined_at", sa.BigInteger()))
    op.add_column("subscriptions", sa.Column("import_id", _id))
    op.add_column("suppressions", sa.Column("import_id", _id))
    op.add_column("lifted_suppressions", sa.Column("import_id", _id))


def _create_people() -> None:
    op.create_table(
        "address_history",
        sa.Column("id", _id, nullable=False),
        sa.Column("subscriber_id", _id, nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_address_history"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_address_history_subscriber_id_subscribers"
        ),
    )
    op.create_index("ix_address_history_subscriber_id", "address_history", ["subscriber_id"])
    op.create_index("ix_address_history_email_key", "address_history", ["email_key"])
    op.create_table(
        "tags",
        sa.Column("subscriber_id", _id, nullable=False),
        sa.Column("tag", sa.String(100), nullable=False),
        sa.Column("import_id", _id),
        sa.PrimaryKeyConstraint("subscriber_id", "tag", name="pk_tags"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name="fk_tags_subscriber_id_subscribers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tags_tag_subscriber_id", "tags", ["tag", "subscriber_id"])
    op.create_table(
        "erasures",
        sa.Column("id", _id, nullable=False),
        sa.Column("subscriber_id", _id),
        sa.Column("address_digest", sa.String(64), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.UniqueConstraint("address_digest", name="uq_erasures_address_digest"),
    )


def _create_consent() -> None:
    op.create_table(
        "wordings",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_wordings"),
    )
    with op.batch_alter_table("consent_events") as table:
        table.add_column(sa.Column("form", sa.String(200)))
        table.add_column(sa.Column("wording_digest", sa.String(64)))
        table.add_column(sa.Column("language", sa.String(20)))
        table.add_column(sa.Column("page", sa.Text()))
        table.add_column(sa.Column("email", sa.String(320)))
        table.add_column(sa.Column("ip", sa.String(45)))
        table.add_column(sa.Column("user_agent", sa.Text()))
        table.add_column(sa.Column("salt", sa.LargeBinary(32)))
        table.add_column(sa.Column("person_commitment", sa.LargeBinary(32)))
        table.add_column(sa.Column("network_commitment", sa.LargeBinary(32)))
        table.add_column(sa.Column("hash", sa.LargeBinary(32)))
        table.add_column(sa.Column("link", sa.BigInteger()))
        table.add_column(sa.Column("position", sa.Integer()))
        table.add_column(sa.Column("import_id", _id))
        table.create_foreign_key(
            "fk_consent_events_wording_digest_wordings", "wordings", ["wording_digest"], ["digest"]
        )
    op.create_table(
        "consent_chain",
        sa.Column("id", _id, nullable=False),
        sa.Column("link", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("import_id", _id),
        sa.PrimaryKeyConstraint("id", name="pk_consent_chain"),
        sa.UniqueConstraint("link", name="uq_consent_chain_link"),
    )


def _create_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", _id, nullable=False),
        sa.Column("list_id", _id),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
        sa.Column("undone_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_imports_list_id_lists"),
    )
    op.create_table(
        "import_changes",
        sa.Column("import_id", _id, nullable=False),
        sa.Column("subscriber_id", _id, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "subscriber_id", name="pk_import_changes"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_changes_import_id_imports"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_import_changes_subscriber_id_subscribers"
        ),
        sqlite_with_rowid=False,
    )
