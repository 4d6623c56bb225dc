"""A refusal may be about one provider (delivery/ledger/doubts.py), which can be stopped while the relay goes on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("doubts", sa.Column("provider", sa.String(320)))
    op.drop_index("ix_doubts_account", "doubts")
    op.create_index("ix_doubts_account_provider", "doubts", ["account", "provider"])
    op.create_table(
        "stopped_providers",
        sa.Column("mailing_id", _id, nullable=False),
        sa.Column("account", sa.String(400), nullable=False),
        sa.Column("provider", sa.String(320), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "account", "provider", name="pk_stopped_providers"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_stopped_providers_mailing_id_mailings"),
    )
