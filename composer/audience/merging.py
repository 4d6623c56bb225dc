"""Makes two people one, because they are: who is kept has everything that both had.

- **Lists**: who has left a list by either address has left it. Otherwise what is kept counts as it was, and a list that
  only the other was on is theirs now. So nobody's standing is raised: what the kept address has not confirmed itself
  stays so.
- **Values**: those of who is kept win, and the other's fill the gaps. Tags are united.
- **Suppressions** stay with their addresses; what the other has asked for holds for who is kept (``address_change``).
- **Deliveries and consent** of the other stay under their number, as they were written down.

The other's row is emptied and knows into whom it was merged; its address is one of the former addresses of who is kept.
Links in mails to the other act for who is kept (``site/leaving.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from composer.audience.address_change import MERGED, carry_wishes, keep_former_address
from composer.audience.consent.event import ConsentEvent
from composer.audience.consent.record import record_consent
from composer.audience.identities import without_values
from composer.audience.lists import name_lists
from composer.audience.subscribers import find_subscriber
from composer.audience.subscriptions import SubscriptionStatus, hold_people, unsubscribe
from composer.audience.suppressions import Suppression, find_suppressions
from composer.audience.tags import change_tags, tags_of
from composer.database.schema import address_history, subscribers, subscriptions, tags
from composer.database.turns import take_turn
from composer.errors import AudienceError


@dataclass(frozen=True, slots=True)
class MergedList:
    """A list that either was on: how each stood there, and how who is kept stands now."""

    list: str
    kept: str | None
    other: str | None
    now: str


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of a merge. ``filled`` names the values that came from the other."""

    kept: int
    merged: int
    email: str
    former: str
    lists: Sequence[MergedList]
    filled: Sequence[str]
    tags: Sequence[str]
    suppressed: Sequence[Suppression]


def merge_subscribers(connection: Connection, keep: str, other: str, *, by: str, source: str, now: int) -> Merge:
    """Merge whoever has the address ``other`` into whoever has ``keep``. Raises AudienceError or AddressError.

    ``by`` did it, and ``source`` is kept as evidence.
    """
    take_turn(connection)
    kept, merged = find_subscriber(connection, keep), find_subscriber(connection, other)
    if kept == merged:
        raise AudienceError(f"{keep} and {other} are one person already")
    hold_people(connection, [kept, merged])
    rows = {
        row["id"]: row
        for row in connection.execute(select(subscribers).where(subscribers.c.id.in_([kept, merged]))).mappings()
    }
    email, former = rows[kept]["email"], rows[merged]["email"]
    lists = _merge_subscriptions(connection, kept, merged, source=source, now=now)
    filled = _fill_values(connection, rows[kept], rows[merged], now=now)
    change_tags(connection, kept, add=tags_of(connection, merged))
    connection.execute(delete(tags).where(tags.c.subscriber_id == merged))
    carry_wishes(connection, rows[merged]["email_key"], email, now=now)
    history = update(address_history).where(address_history.c.subscriber_id == merged)
    connection.execute(history.values(subscriber_id=kept))
    keep_former_address(connection, kept, former, reason=MERGED, by=by, now=now)
    before = update(subscribers).where(subscribers.c.merged_into == merged)
    connection.execute(before.values(merged_into=kept))
    emptied = {**without_values(merged, now=now), "merged_into": kept}
    connection.execute(update(subscribers).where(subscribers.c.id == merged).values(emptied))
    return Merge(
        kept,
        merged,
        email,
        former,
        lists,
        filled,
        tags_of(connection, kept),
        find_suppressions(connection, email),
    )


def merged_status(kept: str | None, other: str | None) -> str:
    """Decide how somebody stands on a list on which they stood twice: never higher than they did."""
    if SubscriptionStatus.UNSUBSCRIBED in (kept, other):
        return SubscriptionStatus.UNSUBSCRIBED
    return kept or other or SubscriptionStatus.UNSUBSCRIBED


def _merge_subscriptions(
    connection: Connection, kept: int, merged: int, *, source: str, now: int
) -> Sequence[MergedList]:
    ours, theirs = _standing(connection, kept), _standing(connection, merged)
    names = name_lists(connection, {*ours, *theirs})
    told = []
    for number in sorted({*ours, *theirs}, key=names.__getitem__):
        (was, joined), (other_was, other_joined) = ours.get(number, _NOT_ON_IT), theirs.get(number, _NOT_ON_IT)
        status = merged_status(was, other_was)
        told.append(MergedList(names[number], was, other_was, status))
        if other_was is None:
            continue
        first = min(filter(None, (joined, other_joined)), default=None)
        if was is None:
            new = {"subscriber_id": kept, "list_id": number, "status": status, "joined_at": first, "updated_at": now}
            connection.execute(insert(subscriptions).values(new))
            continue
        is_it = (subscriptions.c.subscriber_id == kept) & (subscriptions.c.list_id == number)
        connection.execute(update(subscriptions).where(is_it).values(joined_at=first))
        if status == SubscriptionStatus.UNSUBSCRIBED:
            unsubscribe(connection, subscriber=kept, lists=[number], source=source, now=now)
    events = [(one, number, ConsentEvent.MERGED) for number in sorted(theirs) for one in (merged, kept)]
    record_consent(connection, events, source=source, now=now)
    connection.execute(delete(subscriptions).where(subscriptions.c.subscriber_id == merged))
    return told


_NOT_ON_IT: tuple[str | None, int | None] = (None, None)


def _standing(connection: Connection, subscriber: int) -> Mapping[int, tuple[str | None, int | None]]:
    """Read on which lists somebody is, by number: how they stand, and since when."""
    columns = subscriptions.c
    rows = connection.execute(
        select(columns.list_id, columns.status, columns.joined_at).where(columns.subscriber_id == subscriber)
    )
    return {number: (status, joined) for number, status, joined in rows}


def _fill_values(
    connection: Connection, kept: Mapping[Any, Any], merged: Mapping[Any, Any], *, now: int
) -> Sequence[str]:
    """Fill what is not known of who is kept by what is known of the other; and name what was filled."""
    filled: dict[str, Any] = {}
    if not kept["first_name"] and not kept["last_name"]:  # a name is of both parts, never half of one person's
        filled = {name: merged[name] for name in ("first_name", "last_name") if merged[name]}
    if kept["language"] is None and merged["language"]:
        filled["language"] = merged["language"]
    own = {name: value for name, value in merged["attributes"].items() if value and not kept["attributes"].get(name)}
    values = {**filled, **({"attributes": {**kept["attributes"], **own}} if own else {})}
    if values:
        connection.execute(update(subscribers).where(subscribers.c.id == kept["id"]).values(**values, updated_at=now))
    return (*filled, *sorted(own))
