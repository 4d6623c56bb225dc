"""The database: all its tables, how it is opened, and its migrations. Enters: a URL. Leaves: a SQLAlchemy Engine.

It knows no rule about people or mailings. Three modules serve these all the same, because they are about what a
database is: which database this is (``identity``), how far sending from it had come (``watermark``), and the one lock
that puts people who leave and processes that send into an order (``leaving``).
"""

from composer.database.durability import durability
from composer.database.engine import open_database, open_to_read, reading
from composer.database.migrating import upgrade

__all__ = ["durability", "open_database", "open_to_read", "reading", "upgrade"]
