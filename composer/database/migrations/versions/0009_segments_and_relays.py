"""A mailing may be for a segment alone, and may be carried by some of the relays alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("mailings", sa.Column("segment", sa.String(60)))
    op.add_column("mailings", sa.Column("segment_condition", sa.Text()))
    op.add_column("mailings", sa.Column("relays", sa.JSON()))
