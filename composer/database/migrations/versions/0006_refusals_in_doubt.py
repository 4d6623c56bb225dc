"""A refusal is in doubt until it is known whom it is about (delivery/ledger/doubts.py); a relay can be stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("uncounted_attempts", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "doubts",
        sa.Column("delivery_id", _id, nullable=False),
        sa.Column("mailing_id", _id, nullable=False),
        sa.Column("account", sa.String(400), nullable=False),
        sa.Column("about", sa.String(10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("suppression", sa.String(40)),
        sa.Column("refused_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_doubts"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_doubts_delivery_id_deliveries"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_doubts_mailing_id_mailings"),
    )
    op.create_index("ix_doubts_mailing_id", "doubts", ["mailing_id"])
    op.create_index("ix_doubts_account", "doubts", ["account"])
    op.create_table(
        "stopped_relays",
        sa.Column("mailing_id", _id, nullable=False),
        sa.Column("account", sa.String(400), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "account", name="pk_stopped_relays"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_stopped_relays_mailing_id_mailings"),
    )
