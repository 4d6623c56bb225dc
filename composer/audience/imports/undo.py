"""Takes an import back: the database has what it had before, row by row, but for people to whom something has happened.

::

    somebody whom the import made ──▶ gone, with their subscription, tags and entries of consent
                                  ──▶ kept, if since then they were mailed, confirmed, have left, were changed, tagged,
                                      put on another list: they lose what only the import gave them
    somebody who was there before ──▶ loses the subscription and tags that the import gave; has the former values again,
                                      where nobody has changed them since

Nobody stands higher than before the import, and who has left since has left. What a person's own act or somebody's edit
has made is never taken away. The record of consent says that the import was taken back (audience/consent/chain.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, exists, func, or_, select, update

from composer.audience.consent.chain import close_undone
from composer.audience.consent.event import ConsentEntry, ConsentEvent
from composer.audience.consent.record import ConsentRecorder
from composer.audience.imports.batches import ImportBatch, ImportState, find_import
from composer.audience.imports.enrol import SUBSCRIPTION
from composer.audience.imports.report import RowLog, Skipped
from composer.audience.suppressions import lift_those_of_import
from composer.database.schema import (
    address_history,
    consent_events,
    deliveries,
    exclusions,
    import_changes,
    imports,
    lifted_suppressions,
    lists,
    mailings,
    subscribers,
    subscriptions,
    suppressions,
    tags,
)
from composer.database.turns import take_turn
from composer.errors import AudienceError

_AT_ONCE = 1_000


@dataclass(slots=True)
class UndoReport:
    """What taking an import back comes to. ``kept`` are people of it who stay, each with the reason."""

    import_id: int
    gone: int = 0
    subscriptions: int = 0
    restored: int = 0
    tags: int = 0
    suppressions: int = 0
    kept: RowLog[Skipped] = field(default_factory=lambda: RowLog(Skipped))
    kept_by: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """What programs read: the counts, and the first thousand who stay, with the reason."""
        return {
            "import": self.import_id,
            "gone": self.gone,
            "subscriptions": self.subscriptions,
            "restored": self.restored,
            "tags": self.tags,
            "suppressions": self.suppressions,
            "kept": len(self.kept),
            "kept_by": dict(self.kept_by),
            "people_kept": [{"email": one.email, "reason": one.reason} for one in self.kept.first(1000)],
        }

    def keep(self, subscriber: int, email: str, reason: str) -> None:
        """Tell of somebody who stays."""
        self.kept.append(Skipped(subscriber, email, reason))
        self.kept_by[reason] += 1


def undo_import(connection: Connection, import_id: int, *, by: str, now: int) -> UndoReport:
    """Take an import back. Raises AudienceError for one that is not there, or was taken back already."""
    take_turn(connection)
    batch = find_import(connection, import_id)
    if batch.state is ImportState.UNDONE:
        raise AudienceError(f"Import {import_id} was taken back already, by {batch.undone_by or 'somebody'}.")
    report = UndoReport(import_id)
    consent = ConsentRecorder(connection, source=f"import {import_id} undone", now=now)
    undo = _Undo(connection, batch, report, consent, now)
    undo.restore_values()
    undo.take_from_people()
    undo.delete_people()
    report.suppressions = lift_those_of_import(connection, import_id, by=f"{by}: import {import_id} undone", now=now)
    _forget_list(connection, batch)
    connection.execute(
        update(imports).where(imports.c.id == import_id).values(state=ImportState.UNDONE, undone_at=now, undone_by=by)
    )
    close_undone(connection, import_id=import_id, now=now)
    consent.close()
    return report


@dataclass(frozen=True, slots=True)
class _Undo:
    connection: Connection
    batch: ImportBatch
    report: UndoReport
    consent: ConsentRecorder
    now: int

    def restore_values(self) -> None:
        """Give people who were there before their former values, where these are still those of the import."""
        mine = import_changes.c.import_id == self.batch.id
        for ids in _pages(self.connection, import_changes, import_changes.c.subscriber_id, mine):
            changes = self.connection.execute(
                select(import_changes).where(mine, import_changes.c.subscriber_id.in_(ids))
            ).all()
            people = {
                row.id: row for row in self.connection.execute(select(subscribers).where(subscribers.c.id.in_(ids)))
            }
            since = self._acts_since(ids)
            for change in changes:
                self._restore(people[change.subscriber_id], change.before, change.after, since)
            self.connection.execute(delete(import_changes).where(mine, import_changes.c.subscriber_id.in_(ids)))

    def _restore(
        self, person: Any, before: Mapping[str, Any], after: Mapping[str, Any], since: Mapping[int, str]
    ) -> None:
        former, is_whole = _former_values(person._mapping, before, after)
        if former:
            self.connection.execute(update(subscribers).where(subscribers.c.id == person.id).values(former))
        if not is_whole:
            self.report.keep(person.id, person.email, "was changed since: keeps the newer values")
        if SUBSCRIPTION in before:
            mine = (
                subscriptions.c.subscriber_id == person.id,
                subscriptions.c.list_id == self.batch.list_id,
                subscriptions.c.status == after[SUBSCRIPTION]["status"],
                subscriptions.c.updated_at == after[SUBSCRIPTION]["updated_at"],
            )
            if person.id in since:
                self.report.keep(person.id, person.email, f"{since[person.id]}: stays as they are on the list")
            else:
                self.connection.execute(update(subscriptions).where(*mine).values(before[SUBSCRIPTION]))
                self._forget_entries([person.id])
        self.report.restored += 1

    def take_from_people(self) -> None:
        """Take the subscriptions and tags that the import gave, from those who were there before and those who stay."""
        mine = subscriptions.c.import_id == self.batch.id
        for ids in _pages(self.connection, subscriptions, subscriptions.c.subscriber_id, mine):
            acts = self._acts_since(ids)
            stays = self._happened_since(ids)
            own = {
                row.id: row
                for row in self.connection.execute(
                    select(subscribers.c.id, subscribers.c.email, subscribers.c.import_id).where(
                        subscribers.c.id.in_(ids)
                    )
                )
            }
            lose = [number for number in ids if number not in acts]
            self.report.subscriptions += self.connection.execute(
                delete(subscriptions).where(mine, subscriptions.c.subscriber_id.in_(lose))
            ).rowcount
            told = [number for number in ids if number in stays]
            for number in told:
                if own[number].import_id == self.batch.id or number in acts:
                    self.report.keep(number, own[number].email, stays[number])
            self._forget_entries([number for number in ids if number not in stays])
            self._tell_undone([own[number] for number in told if number not in acts])
            # What stays is theirs now, and no import's.
            for table in (subscriptions, subscribers):
                key = table.c.subscriber_id if table is subscriptions else table.c.id
                self.connection.execute(
                    update(table).where(table.c.import_id == self.batch.id, key.in_(told)).values(import_id=None)
                )
        self.report.tags = self.connection.execute(delete(tags).where(tags.c.import_id == self.batch.id)).rowcount

    def delete_people(self) -> None:
        """Let those go whom the import made and to whom nothing has happened."""
        mine = subscribers.c.import_id == self.batch.id
        for ids in _pages(self.connection, subscribers, subscribers.c.id, mine):
            stays = self._happened_since(ids)  # of whom the import's subscription was not there any more
            goes = [number for number in ids if number not in stays]
            self._forget_entries(goes)
            self.connection.execute(delete(subscribers).where(subscribers.c.id.in_(goes)))
            self.connection.execute(update(subscribers).where(subscribers.c.id.in_(list(stays))).values(import_id=None))
            self.report.gone += len(goes)

    def _forget_entries(self, ids: Sequence[int]) -> None:
        self.connection.execute(
            delete(consent_events).where(
                consent_events.c.import_id == self.batch.id, consent_events.c.subscriber_id.in_(ids)
            )
        )

    def _tell_undone(self, people: Sequence[Any]) -> None:
        if self.batch.list_id is not None:
            undone = ConsentEvent.IMPORT_UNDONE
            self.consent.add([ConsentEntry(one.id, self.batch.list_id, undone, one.email) for one in people])

    def _acts_since(self, ids: Sequence[int]) -> dict[int, str]:
        """Who of them has said something of this list since the import, and what."""
        mine = consent_events.alias("mine")
        last_of_import = (
            select(func.max(mine.c.id))
            .where(
                mine.c.subscriber_id == consent_events.c.subscriber_id,
                mine.c.list_id == consent_events.c.list_id,
                mine.c.import_id == self.batch.id,
            )
            .scalar_subquery()
        )
        query = (
            select(consent_events.c.subscriber_id, consent_events.c.event)
            .where(
                consent_events.c.subscriber_id.in_(ids),
                consent_events.c.list_id == self.batch.list_id,
                consent_events.c.import_id.is_distinct_from(self.batch.id),
                or_(consent_events.c.at > self.batch.created_at, consent_events.c.id > last_of_import),
            )
            .order_by(consent_events.c.id)
        )
        return {row.subscriber_id: _ACTS.get(row.event, f"{row.event} since") for row in self.connection.execute(query)}

    def _happened_since(self, ids: Sequence[int]) -> dict[int, str]:
        """To whom of them something has happened since the import, and what."""
        happened: dict[int, str] = {}
        for reason, query in self._questions(ids):
            for number in self.connection.scalars(query):
                happened.setdefault(int(number), reason)
        return happened | self._acts_since(ids)

    def _questions(self, ids: Sequence[int]) -> Iterator[tuple[str, Select[Any]]]:
        since = mailings.c.created_at >= self.batch.created_at
        for table, reason in ((deliveries, "was mailed since"), (exclusions, "is named by a mailing since")):
            query = select(table.c.subscriber_id).join(mailings, mailings.c.id == table.c.mailing_id)
            yield reason, query.where(table.c.subscriber_id.in_(ids), since)
        # The rest is asked of whom the import made: it is no news of others.
        made = select(subscribers.c.id).where(subscribers.c.id.in_(ids), subscribers.c.import_id == self.batch.id)
        other_list = subscriptions.c.list_id.is_distinct_from(self.batch.list_id)
        yield "is on another list since", _of(subscriptions, made, other_list)
        yield "was changed since", made.where(subscribers.c.updated_at != subscribers.c.created_at)
        yield "was changed since", _of(import_changes, made, import_changes.c.import_id != self.batch.id)
        yield "was tagged since", _of(tags, made, tags.c.import_id.is_distinct_from(self.batch.id))
        yield "has another address since", _of(address_history, made)
        yield "was merged since", made.where(subscribers.c.merged_into.is_not(None))
        merged = subscribers.alias("merged")
        yield "was merged since", select(merged.c.merged_into).where(merged.c.merged_into.in_(ids))


_ACTS = {
    ConsentEvent.CONFIRMED: "has confirmed since",
    ConsentEvent.UNSUBSCRIBED: "has left since",
    ConsentEvent.SUBSCRIBED: "has signed up since",
    ConsentEvent.MERGED: "was merged since",
    ConsentEvent.ADDRESS_CHANGED: "has another address since",
}


def _of(table: Table, people: Select[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.subscriber_id).where(table.c.subscriber_id.in_(people), *conditions)


def _pages(
    connection: Connection, table: Table, key: ColumnElement[int], condition: ColumnElement[bool]
) -> Iterator[Sequence[int]]:
    """Give the keys of rows some hundred at a time, in order, whatever becomes of those that were given."""
    last = 0
    while ids := connection.scalars(
        select(key).select_from(table).where(condition, key > last).order_by(key).limit(_AT_ONCE)
    ).all():
        last = ids[-1]
        yield ids


def _former_values(
    person: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """What is to be written so that the former values are back, and whether all of them are."""
    values: dict[str, Any] = {}
    is_whole = True
    for name in ("first_name", "last_name", "language"):
        if name in before:
            if person[name] == after[name]:
                values[name] = before[name]
            else:
                is_whole = False
    if "attributes" in before:
        former, brought, now = before["attributes"], after["attributes"], dict(person["attributes"])
        for name, value in brought.items():
            if former.get(name) == value:
                continue
            if now.get(name) != value:
                is_whole = False
            elif name in former:
                now[name] = former[name]
            else:
                del now[name]
        values["attributes"] = former if now == former else now
    # Where the import came in the second of the change before it, that time was not replaced.
    if values and "updated_at" in before and person["updated_at"] == after["updated_at"]:
        values["updated_at"] = before["updated_at"]
    return values, is_whole


def _forget_list(connection: Connection, batch: ImportBatch) -> None:
    """Let the list go that the import has made, unless something else is of it by now."""
    if batch.list_id is None or not batch.report.get("new_list"):
        return
    of_it = (
        *(exists().where(table.c.list_id == batch.list_id) for table in (subscriptions, consent_events, suppressions)),
        exists().where(lifted_suppressions.c.list_id == batch.list_id),
        exists().where(imports.c.list_id == batch.list_id, imports.c.id != batch.id),
        exists().where(lists.c.id == batch.list_id, lists.c.updated_at.is_not(None)),
    )
    if connection.scalar(select(or_(*of_it))):
        return
    if any(batch.list_id in used for used in connection.scalars(select(mailings.c.list_ids))):
        return
    connection.execute(update(imports).where(imports.c.id == batch.id).values(list_id=None))
    connection.execute(delete(lists).where(lists.c.id == batch.list_id))
