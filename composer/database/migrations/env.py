"""What Alembic runs: the migrations on the connection it was given, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

from composer.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things of a table in place
)
with context.begin_transaction():
    context.run_migrations()
