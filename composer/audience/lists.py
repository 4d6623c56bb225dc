"""Finds the mailing lists by their names, and makes one when an import first uses it."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from composer.audience.subscriptions import SubscriptionStatus
from composer.database.schema import lists, subscriptions
from composer.database.upsert import upsert
from composer.errors import AudienceError, Remedy

_NAME_MAX = 200
TITLE_MAX = 500


@dataclass(frozen=True, slots=True)
class ListCount:
    """A list, and how many people stand where on it."""

    id: int
    name: str
    title: str | None
    confirmed: int
    pending: int
    unsubscribed: int


def ensure_list(connection: Connection, name: str, *, now: int, title: str | None = None) -> int:
    """The id of the list of that name, which is made if there is none. Raises AudienceError for a bad name."""
    name = unicodedata.normalize("NFC", name.strip())
    if not name or len(name) > _NAME_MAX or not name.isprintable():
        raise AudienceError(f"“{_shown(name)}” cannot be the name of a list: 1 to {_NAME_MAX} visible characters")
    if title is not None and len(title) > TITLE_MAX:
        raise AudienceError(f"the title of a list has at most {TITLE_MAX} characters, and this has {len(title)}")
    row = upsert(connection, lists).values(name=name, title=title, created_at=now)
    connection.execute(row.on_conflict_do_nothing(index_elements=["name"]))
    return int(connection.scalars(select(lists.c.id).where(lists.c.name == name)).one())


def find_list(connection: Connection, name: str, *, new: bool = False) -> int:
    """The id of the list of that name. Raises AudienceError, with the nearest name.

    ``new``: where the list is not there, it could be made; the error says so.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not name.isprintable():
        raise AudienceError(f"There is no list “{_shown(name)}”.")
    found = connection.scalar(select(lists.c.id).where(lists.c.name == name))
    if found is not None:
        return int(found)
    remedy = Remedy.NAME_A_NEW_LIST if new else None
    known = connection.scalars(select(lists.c.name).order_by(lists.c.name)).all()
    near = _nearest(name, known)
    if near:
        raise AudienceError(f"There is no list “{name}”. Did you mean “{near}”?", remedy=remedy)
    if known:
        raise AudienceError(f"There is no list “{name}”. The lists are: {', '.join(known[:20])}.", remedy=remedy)
    raise AudienceError(f"There is no list “{name}”, nor any other.", remedy=remedy or Remedy.IMPORT_A_LIST)


def _nearest(name: str, known: Sequence[str]) -> str | None:
    by_folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def _shown(name: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)[:40]


def find_lists(connection: Connection, names: Sequence[str]) -> tuple[int, ...]:
    """The ids of these lists, each once, in the order given. Raises AudienceError."""
    return tuple(dict.fromkeys(find_list(connection, name) for name in names))


def list_names(connection: Connection, ids: Sequence[int]) -> Sequence[str]:
    """Name these lists, in alphabetical order."""
    return connection.scalars(select(lists.c.name).where(lists.c.id.in_(list(ids))).order_by(lists.c.name)).all()


def name_lists(connection: Connection, ids: Collection[int]) -> Mapping[int, str]:
    """Name each of these lists."""
    return dict(connection.execute(select(lists.c.id, lists.c.name).where(lists.c.id.in_(list(ids)))).all())


def count_lists(connection: Connection) -> Sequence[ListCount]:
    """Count the people of every list, in the order of the lists' names."""
    counts: dict[int, dict[str, int]] = {}
    for list_id, status, people in connection.execute(
        select(subscriptions.c.list_id, subscriptions.c.status, func.count()).group_by(
            subscriptions.c.list_id, subscriptions.c.status
        )
    ):
        counts.setdefault(list_id, {})[status] = people
    rows = connection.execute(select(lists.c.id, lists.c.name, lists.c.title).order_by(lists.c.name))
    return [
        ListCount(row.id, row.name, row.title, *(counts.get(row.id, {}).get(status, 0) for status in _COUNTED))
        for row in rows
    ]


_COUNTED = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING, SubscriptionStatus.UNSUBSCRIBED)
