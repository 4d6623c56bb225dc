"""Several senders of one mailing; approvals, a time to begin, and the operator's words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("mailings", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("mailings", sa.Column("home", sa.String(length=64), nullable=True))
    op.add_column("mailings", sa.Column("confirmed_at", sa.BigInteger(), nullable=True))
    op.add_column("mailings", sa.Column("send_at", sa.BigInteger(), nullable=True))
    op.add_column("attempts", sa.Column("note", sa.Text(), nullable=True))
    op.execute(
        "UPDATE mailings SET epoch = coalesce((SELECT epoch FROM leases WHERE leases.mailing_id = mailings.id), 0)"
    )
    # Nobody sends while the tables change, so no lease is lost.
    op.drop_table("leases")
    op.create_table(
        "leases",
        sa.Column("mailing_id", _Id, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_leases_mailing_id_mailings"),
        sa.PrimaryKeyConstraint("mailing_id", "epoch", name="pk_leases"),
    )
    op.create_table(
        "approvals",
        sa.Column("mailing_id", _Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_approvals_mailing_id_mailings"),
        sa.PrimaryKeyConstraint("mailing_id", "name", name="pk_approvals"),
    )
