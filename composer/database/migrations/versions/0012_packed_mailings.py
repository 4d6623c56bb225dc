"""Old mailings are packed to counts (composer/upkeep/packing.py); the counts stand in the mailing's row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("mailings", sa.Column("packed_at", sa.BigInteger()))
    op.add_column("mailings", sa.Column("packed", sa.JSON()))
