"""When a mailing came on last is kept, so that nobody looks at all its deliveries for that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("leases", sa.Column("progress_at", sa.BigInteger()))
    op.add_column("mailings", sa.Column("progress_at", sa.BigInteger()))
    # Of those that are begun, once, as it was reckoned until now.
    op.execute(
        "UPDATE mailings SET progress_at = (SELECT max(updated_at) FROM deliveries WHERE mailing_id = mailings.id "
        "AND state NOT IN ('pending', 'held')) WHERE epoch > 0"
    )
