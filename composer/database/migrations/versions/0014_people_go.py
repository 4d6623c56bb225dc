"""Whoever is let go is looked for in tables that refer to people; without an index, all of them is read for each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index("ix_exclusions_subscriber_id", "exclusions", ["subscriber_id"])
    op.create_index("ix_import_changes_subscriber_id", "import_changes", ["subscriber_id"])
    op.create_index(
        "ix_subscribers_merged_into",
        "subscribers",
        ["merged_into"],
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
