"""What was suppressed and by whom that was lifted is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lifted_suppressions",
        sa.Column("id", _Id, nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("list_id", _Id),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["lists.id"], name="fk_lifted_suppressions_list_id_lists"),
        sa.PrimaryKeyConstraint("id", name="pk_lifted_suppressions"),
    )
    op.create_index("ix_lifted_suppressions_email_key", "lifted_suppressions", ["email_key"])
