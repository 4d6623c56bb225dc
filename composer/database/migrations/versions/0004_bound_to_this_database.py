"""A mailing has a nonce, and knows the site and the key that it is sent with; a SQLite database has a nonce that moves.

Mailings that were planned before have none: their tags stay as they are in the mails that are out.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("mailings", sa.Column("nonce", sa.String(32)))
    op.add_column("mailings", sa.Column("site_url", sa.Text()))
    op.add_column("mailings", sa.Column("key_check", sa.String(32)))
    op.add_column("leases", sa.Column("session", sa.String(100)))
    op.create_table(
        "database_nonces",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("former", sa.String(32), nullable=False),
    )
