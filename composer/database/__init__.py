"""The ground floor: all tables, the engine, the migrations. Enters: a URL. Leaves: a SQLAlchemy Engine.

``schema`` is what the tables are, ``engine`` opens them, ``migrating`` brings an older database up to them,
``faults`` puts a driver's error into words. It knows no rule about people or mailings.
"""

from composer.database.engine import open_database, open_to_read, reading
from composer.database.migrating import upgrade

__all__ = ["open_database", "open_to_read", "reading", "upgrade"]
