"""A mailing keeps what its segment said on the day of the plan: "30 days ago" was one day then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("mailings", sa.Column("segment_resolved", sa.Text()))
