"""The ground floor: all tables, the engine, the migrations. Enters: a URL. Leaves: a SQLAlchemy Engine.

``schema`` is what the tables are, ``engine`` opens them, ``migrating`` brings an older database up to them,
``faults`` puts a driver's error into words, ``bulk`` and ``upsert`` write rows as each engine does it best.

It knows no rule about people or mailings. Three things stand here that serve them, because they are about what a
database is: which one this is (``identity``), how far it had come when it was last seen (``watermark``), and the one
lock that puts those who leave and those who send into an order (``leaving``).
"""

from composer.database.engine import open_database, open_to_read, reading
from composer.database.migrating import upgrade

__all__ = ["open_database", "open_to_read", "reading", "upgrade"]
