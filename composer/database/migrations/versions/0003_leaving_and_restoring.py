"""PostgreSQL: a leaving waits for the offers under way (database/leaving.py).

A lease counts its commits, and a SQLite database has a number of its own (database/watermark.py).
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WAIT_FOR_OFFERS = """
CREATE FUNCTION wait_for_offers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(31073811150171254);
    RETURN NULL;
END
$$
"""
_WHEN_SOMEBODY_LEAVES = """
CREATE CONSTRAINT TRIGGER leaving AFTER UPDATE OF status OR DELETE ON subscriptions
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status = 'confirmed') EXECUTE FUNCTION wait_for_offers()
"""
_WHEN_SOMEBODY_IS_SUPPRESSED = """
CREATE CONSTRAINT TRIGGER leaving AFTER INSERT ON suppressions
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reason <> 'bounced') EXECUTE FUNCTION wait_for_offers()
"""


def upgrade() -> None:
    op.add_column("leases", sa.Column("commits", sa.Integer(), nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_WAIT_FOR_OFFERS)
        op.execute(_WHEN_SOMEBODY_LEAVES)
        op.execute(_WHEN_SOMEBODY_IS_SUPPRESSED)
    else:
        op.execute(f"PRAGMA user_version = {1 + secrets.randbits(30)}")
