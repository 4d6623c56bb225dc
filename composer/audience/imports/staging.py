"""Tables of one transaction, in which the people of a file stand until it is decided what becomes of each.

::

    rows of the file ──▶ staged ──▶ twice        addresses of several rows: the first of these, and the strictest word
                            │
                            └────▶ people        each address once, in the order of addresses, with what we know of it

People are put into the database in the order of their addresses, because an index is filled several times faster so.
The tables are the database's own temporary ones, on its disk, so that a million people need no memory here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    update,
)

from composer.audience.imports.fates import fate_letter
from composer.audience.imports.reading import STANDINGS, ReadRow
from composer.audience.subscriptions import SubscriptionStatus
from composer.database.bulk import insert_many
from composer.database.metadata import Attributes, Id
from composer.database.schema import subscribers, subscriptions, suppressions

_metadata = MetaData()
PEOPLE_AT_ONCE = 5_000


def _read_columns() -> list[Column[object]]:
    return [
        Column("line", BigInteger, nullable=False),
        Column("email_key", Text, nullable=False),
        Column("email", Text, nullable=False),
        Column("first_name", Text, nullable=False),
        Column("last_name", Text, nullable=False),
        Column("language", Text),
        Column("attributes", Attributes, nullable=False),
        Column("standing", SmallInteger, nullable=False),
        Column("joined_at", BigInteger),
        Column("suppress_as", Text, nullable=False, server_default=""),
        Column("tags", Text, nullable=False, server_default=""),  # one a line
    ]


def _temporary(name: str, *columns: Column[object]) -> Table:
    return Table(name, _metadata, *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")


staged = _temporary("import_staged", *_read_columns(), Column("is_only_told", SmallInteger, nullable=False))
twice = _temporary(
    "import_twice",
    Column("email_key", Text, primary_key=True),
    Column("line", BigInteger),  # of the first row that can be read; none: there is none
    Column("standing", SmallInteger, nullable=False),
    Column("suppress_as", Text),
    Column("tags", Text),
)
people = _temporary(
    "import_people",
    Column("number", Id, primary_key=True),
    *_read_columns(),
    Column("subscriber_id", Id),
    Column("was", String(20)),  # how they stand on the list; none: they are not on it
    Column("fate", String(1), nullable=False),
    Column("has_new_values", SmallInteger, nullable=False),
)


@contextmanager
def staging(connection: Connection) -> Iterator[None]:
    """Have the tables, for one import at a time."""
    for table in _TABLES:
        table.create(connection)
    yield
    for table in _TABLES:  # with an exception, the end of the transaction does it
        table.drop(connection)


_TABLES = (staged, twice, people)


def stage(connection: Connection, rows: Sequence[tuple[Any, ...]], *, only_told: bool = False) -> None:
    """Put rows of the file there, each a ReadRow or the beginning of one, all of one length.

    ``only_told``: only what they say of who has left counts.
    """
    if rows:
        insert_many(connection, staged, ReadRow._fields[: len(rows[0])], rows, same={"is_only_told": int(only_told)})


def settle_addresses(connection: Connection) -> Iterator[tuple[int, str, int]]:
    """Leave each address once, with the strictest word on it; give the rows left out: line, address, the first line."""
    connection.execute(_FIND_TWICE)
    if connection.scalar(select(twice.c.email_key).limit(1)) is None and not connection.scalar(_IS_ANY_ONLY_TOLD):
        return
    connection.execute(_HEED_STRICTEST)
    for row in connection.execute(_LATER_ROWS.execution_options(yield_per=PEOPLE_AT_ONCE)):
        yield row[0], row[1], row[2]
    connection.execute(_DROP_LATER_ROWS)


_FIND_TWICE = insert(twice).from_select(
    ["email_key", "line", "standing", "suppress_as", "tags"],
    select(
        staged.c.email_key,
        func.min(case((staged.c.is_only_told == 0, staged.c.line))),
        func.max(staged.c.standing),
        func.max(staged.c.suppress_as),
        func.aggregate_strings(func.nullif(staged.c.tags, ""), "\n"),
    )
    .group_by(staged.c.email_key)
    .having(func.count() > 1),
)
_HEED_STRICTEST = (
    update(staged)
    .where(staged.c.email_key.in_(select(twice.c.email_key)))
    .values(
        standing=select(twice.c.standing).where(twice.c.email_key == staged.c.email_key).scalar_subquery(),
        suppress_as=select(twice.c.suppress_as).where(twice.c.email_key == staged.c.email_key).scalar_subquery(),
        tags=select(func.coalesce(twice.c.tags, "")).where(twice.c.email_key == staged.c.email_key).scalar_subquery(),
    )
)
_IS_ANY_ONLY_TOLD = select(exists().where(staged.c.is_only_told == 1))
_LATER_ROWS = (
    select(staged.c.line, staged.c.email, twice.c.line)
    .join(twice, twice.c.email_key == staged.c.email_key)
    .where(staged.c.is_only_told == 0, staged.c.line != twice.c.line)
    .order_by(staged.c.line)
)
_DROP_LATER_ROWS = delete(staged).where(
    or_(
        staged.c.is_only_told == 1,
        exists().where(twice.c.email_key == staged.c.email_key, twice.c.line != staged.c.line),
    )
)


def meet_people(connection: Connection, *, list_id: int, asked_anew: bool = False) -> None:
    """Put everybody into ``people``, beside what we know of them and with their fate.

    ``asked_anew``: they have asked for this list themselves, whatever other list they have left.
    """
    if connection.dialect.name == "postgresql":
        # It plans by what it knows of its tables, and of a table that was filled in this transaction it knows nothing.
        connection.execute(text("ANALYZE import_staged"))
    is_sqlite = connection.dialect.name == "sqlite"
    rows, ours, on_list = staged, subscribers, subscriptions
    suppressed_here = exists().where(
        suppressions.c.email_key == rows.c.email_key,
        or_(suppressions.c.list_id.is_(None), suppressions.c.list_id == list_id),
    )
    new_values = and_(ours.c.id.is_not(None), _has_new_values(rows, is_sqlite=is_sqlite))
    fate = fate_letter(
        on_list.c.status,
        rows.c.standing == STANDINGS.index(SubscriptionStatus.UNSUBSCRIBED),
        ours.c.id.is_not(None),
        suppressed_here,
        false() if asked_anew else _left_elsewhere(rows, list_id),
        new_values,
    )
    number = ours.c.id if is_sqlite else func.coalesce(ours.c.id, func.nextval(_SEQUENCE))
    own = [column.name for column in _read_columns()]
    query = (
        select(*(rows.c[name] for name in own), number, on_list.c.status, fate, case((new_values, 1), else_=0))
        .select_from(rows)
        .outerjoin(ours, ours.c.email_key == rows.c.email_key)
        .outerjoin(on_list, and_(on_list.c.subscriber_id == ours.c.id, on_list.c.list_id == list_id))
        .order_by(rows.c.email_key)
    )
    names = [*own, "subscriber_id", "was", "fate", "has_new_values"]
    connection.execute(insert(people).from_select(names, query))
    if not is_sqlite:
        connection.execute(text("ANALYZE import_people"))


_SEQUENCE = func.pg_get_serial_sequence("subscribers", "id")


def _has_new_values(rows: Table, *, is_sqlite: bool) -> ColumnElement[bool]:
    """SQL: the row says something of somebody that we do not have."""
    ours = subscribers.c
    if is_sqlite:
        merged = func.json_patch(ours.attributes, rows.c.attributes)
        says_more = and_(
            cast(rows.c.attributes, Text) != cast(ours.attributes, Text), merged != func.json(ours.attributes)
        )
    else:
        says_more = not_(ours.attributes.bool_op("@>")(rows.c.attributes))
    return or_(
        and_(rows.c.first_name != "", rows.c.first_name != ours.first_name),
        and_(rows.c.last_name != "", rows.c.last_name != ours.last_name),
        and_(rows.c.language.is_not(None), rows.c.language.is_distinct_from(ours.language)),
        and_(cast(rows.c.attributes, Text) != "{}", says_more),
    )


def _left_elsewhere(rows: Table, list_id: int) -> ColumnElement[bool]:
    """SQL: they have left another list than this one, or are suppressed there."""
    other = subscriptions.alias("other")
    return or_(
        exists().where(
            other.c.subscriber_id == subscribers.c.id,
            other.c.list_id != list_id,
            other.c.status == SubscriptionStatus.UNSUBSCRIBED,
        ),
        exists().where(suppressions.c.email_key == rows.c.email_key, suppressions.c.list_id != list_id),
    )
