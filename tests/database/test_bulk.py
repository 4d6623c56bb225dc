"""Very many rows at once, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from composer.database.bulk import insert_many
from composer.database.schema import lists


@pytest.mark.parametrize("count", [0, 1, 24, 25, 26, 53])
def test_every_row_is_written_with_its_own_values_and_the_same_ones(engine: Engine, count: int) -> None:
    rows = [(f"list {number}", None if number % 2 else f"Title\t{number}\\") for number in range(count)]
    with engine.begin() as connection:
        insert_many(connection, lists, ("name", "title"), rows, same={"created_at": 7})
        written = connection.execute(select(lists.c.name, lists.c.title, lists.c.created_at).order_by(lists.c.id)).all()
    assert [tuple(row) for row in written] == [(*row, 7) for row in rows]


def test_rows_may_have_nothing_in_common(engine: Engine) -> None:
    with engine.begin() as connection:
        insert_many(connection, lists, ("name", "created_at"), [(str(n), n) for n in range(30)], same={})
        assert [tuple(row) for row in connection.execute(select(lists.c.name, lists.c.created_at))] == [
            (str(n), n) for n in range(30)
        ]
