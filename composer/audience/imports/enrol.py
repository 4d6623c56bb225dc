"""Puts people on a list: first it is decided what becomes of each (``fates``), then all of it is written set by set.

Enters: the staging table with rows of a file, or a few people. Leaves: what the database has of them afterwards; with
an ``import_id``, also what is needed to take it back: new rows carry it, and what was changed is kept as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, exists, func, insert, literal, select, update

from composer.audience.consent.event import ConsentEntry, ConsentEvent
from composer.audience.consent.record import ConsentRecorder
from composer.audience.doors import TurnedAway, find_turned_away
from composer.audience.erasure.digests import AddressDigests
from composer.audience.imports.fates import Fate
from composer.audience.imports.person import Person
from composer.audience.imports.reading import STANDINGS, read_row
from composer.audience.imports.staging import PEOPLE_AT_ONCE, meet_people, people, stage, staging
from composer.audience.subscriptions import SubscriptionStatus
from composer.audience.suppressions import keep_beyond_import
from composer.database.metadata import Id
from composer.database.schema import import_changes, subscribers, subscriptions, suppressions, tags
from composer.database.upsert import upsert

_LEFT = STANDINGS.index(SubscriptionStatus.UNSUBSCRIBED)
_COMES = (Fate.ADDED, Fate.JOINED)
_IS_TOUCHED = (*_COMES, Fate.UPDATED, Fate.UNCHANGED)
_EVIDENCE = {
    SubscriptionStatus.CONFIRMED: ConsentEvent.IMPORTED,
    SubscriptionStatus.PENDING: ConsentEvent.SUBSCRIBED,
    SubscriptionStatus.UNSUBSCRIBED: ConsentEvent.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Onto which list, by whose word, when, and as part of which import if it is one."""

    list_id: int
    source: str
    now: int
    import_id: int | None = None


def enrol(
    connection: Connection, persons: Sequence[Person], enrolment: Enrolment, *, asked_anew: bool = False
) -> tuple[Fate, ...]:
    """Put some people on a list, each address once, and tell what became of each, in their order.

    ``asked_anew``: they have asked for this list themselves, whatever other list they have left.
    """
    with staging(connection):
        stage(connection, [read_row(line, person) for line, person in enumerate(persons)])
        meet_people(connection, list_id=enrolment.list_id, asked_anew=asked_anew)
        enrol_staged(connection, enrolment)
        letters = connection.scalars(select(people.c.fate).order_by(people.c.line)).all()
    return tuple(map(Fate.of_letter, letters))


def enrol_staged(connection: Connection, enrolment: Enrolment) -> None:
    """Write down what becomes of everybody in the staging table."""
    person_id = _insert_subscribers(connection, enrolment)
    consent = ConsentRecorder(connection, source=enrolment.source, now=enrolment.now, import_id=enrolment.import_id)
    changes = _Changes(connection, enrolment)
    _insert_subscriptions(connection, enrolment, person_id)
    _insert_suppressions(connection, enrolment)
    there_are = {fate for fate, _ in count_fates(connection)}
    has_tags = connection.scalar(select(exists().where(people.c.tags != "")))
    for here in _ranges(connection):
        if there_are.intersection(_COMES):
            _record_joining(connection, enrolment, person_id, here, consent)
        if Fate.LEFT in there_are:
            _take_off(connection, enrolment, here, consent, changes)
        if there_are.intersection((Fate.UPDATED, Fate.JOINED)):
            _update_values(connection, enrolment, here, changes)
        if has_tags:
            _insert_tags(connection, enrolment, person_id, here)
    consent.close()


def turn_away(connection: Connection, digests: AddressDigests) -> None:
    """Let those not come in as somebody new who were erased, or go by another address now."""
    fates = {TurnedAway.ERASED: Fate.ERASED, TurnedAway.FORMER: Fate.FORMER}
    for here in _ranges(connection):
        keys = connection.scalars(select(people.c.email_key).where(here, _are(Fate.ADDED))).all()
        for key, why in find_turned_away(connection, keys, digests).items():
            connection.execute(
                update(people).where(here, people.c.email_key == key).values(fate=fates[why].letter, suppress_as="")
            )


def count_fates(connection: Connection) -> Mapping[tuple[Fate, SubscriptionStatus], int]:
    """Count what became of those in the staging table, by how the file says that they stand."""
    rows = connection.execute(
        select(people.c.fate, people.c.standing, func.count()).group_by(people.c.fate, people.c.standing)
    )
    return Counter({(Fate.of_letter(fate), STANDINGS[standing]): count for fate, standing, count in rows})


def each_of(connection: Connection, fates: Sequence[Fate]) -> Iterator[tuple[int, str, Fate]]:
    """Give everybody of these fates by their lines: line, address, fate."""
    query = (
        select(people.c.line, people.c.email, people.c.fate)
        .where(people.c.fate.in_([fate.letter for fate in fates]))
        .order_by(people.c.line)
    )
    for line, email, fate in connection.execute(query.execution_options(yield_per=PEOPLE_AT_ONCE)):
        yield line, email, Fate.of_letter(fate)


def _are(*fates: Fate) -> ColumnElement[bool]:
    return people.c.fate.in_([fate.letter for fate in fates])


def _ranges(connection: Connection) -> Iterator[ColumnElement[bool]]:
    """Give SQL that is true of some thousand of the people, then of the next ones, up to the last."""
    last = connection.scalar(select(func.max(people.c.number))) or 0
    for start in range(1, last + 1, PEOPLE_AT_ONCE):
        yield people.c.number.between(start, start + PEOPLE_AT_ONCE - 1)


def _insert_subscribers(connection: Connection, enrolment: Enrolment) -> ColumnElement[int]:
    """Write down who is new to us, and give the SQL of anybody's number."""
    person_id: ColumnElement[int] = people.c.subscriber_id
    if connection.dialect.name == "sqlite":
        # Nobody else writes until we commit, so the next numbers are ours.
        last = connection.scalar(select(func.coalesce(func.max(subscribers.c.id), 0)))
        person_id = func.coalesce(people.c.subscriber_id, people.c.number + last)
    own = ("email", "email_key", "first_name", "last_name", "language", "attributes")
    now = literal(enrolment.now, Id)
    new = (
        select(person_id, *(people.c[name] for name in own), now, now, literal(enrolment.import_id, Id))
        .where(_are(Fate.ADDED))
        .order_by(people.c.number)
    )
    names = ["id", *own, "created_at", "updated_at", "import_id"]
    # Somebody may have signed up since we looked; then theirs stays, and only the subscription is added.
    connection.execute(upsert(connection, subscribers).from_select(names, new).on_conflict_do_nothing())
    if connection.dialect.name == "postgresql":
        connection.execute(_FIND_WHO_SIGNED_UP)
    return person_id


_FIND_WHO_SIGNED_UP = (
    update(people)
    .where(
        people.c.fate == Fate.ADDED.letter,
        people.c.email_key == subscribers.c.email_key,
        people.c.subscriber_id != subscribers.c.id,
    )
    .values(subscriber_id=subscribers.c.id)
)


def _insert_subscriptions(connection: Connection, enrolment: Enrolment, person_id: ColumnElement[int]) -> None:
    rows = (
        select(
            person_id,
            literal(enrolment.list_id, Id),
            case({place: str(status) for place, status in enumerate(STANDINGS)}, value=people.c.standing),
            literal(enrolment.now, Id),
            case(
                (people.c.standing != _LEFT, func.coalesce(people.c.joined_at, enrolment.now)), else_=people.c.joined_at
            ),
            literal(enrolment.import_id, Id),
        )
        .where(_are(*_COMES))
        .order_by(people.c.number)
    )
    names = ["subscriber_id", "list_id", "status", "updated_at", "joined_at", "import_id"]
    connection.execute(upsert(connection, subscriptions).from_select(names, rows).on_conflict_do_nothing())


def _insert_suppressions(connection: Connection, enrolment: Enrolment) -> None:
    """Suppress everywhere whose mail has come back, or who has complained, by the word of the file."""
    if not connection.scalar(select(exists().where(people.c.suppress_as != ""))):
        return
    rows = select(
        people.c.email_key,
        people.c.suppress_as,
        literal(enrolment.source),
        literal(enrolment.now, Id),
        literal(enrolment.import_id, Id),
    ).where(people.c.suppress_as != "")
    names = ["email_key", "reason", "source", "created_at", "import_id"]
    said_again = exists().where(
        people.c.email_key == suppressions.c.email_key, people.c.suppress_as == suppressions.c.reason
    )
    keep_beyond_import(connection, suppressions.c.list_id.is_(None), said_again)
    connection.execute(upsert(connection, suppressions).from_select(names, rows).on_conflict_do_nothing())


def _record_joining(
    connection: Connection,
    enrolment: Enrolment,
    person_id: ColumnElement[int],
    here: ColumnElement[bool],
    consent: ConsentRecorder,
) -> None:
    query = select(person_id, people.c.standing, people.c.email).where(here, _are(*_COMES)).order_by(people.c.number)
    events = [_EVIDENCE[status] for status in STANDINGS]
    consent.add(
        [
            ConsentEntry(number, enrolment.list_id, events[standing], email)
            for number, standing, email in connection.execute(query)
        ]
    )


def _take_off(
    connection: Connection,
    enrolment: Enrolment,
    here: ColumnElement[bool],
    consent: ConsentRecorder,
    changes: _Changes,
) -> None:
    """Take those off the list of whom the file says that they have left."""
    query = (
        select(subscribers.c.id, subscribers.c.email, subscriptions.c.status, subscriptions.c.updated_at)
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .join(people, people.c.subscriber_id == subscribers.c.id)
        .where(
            here,
            _are(Fate.LEFT),
            # Not by the index of the list, which is all of it: SQLite takes that for the shorter way.
            subscriptions.c.list_id + 0 == enrolment.list_id,
            subscriptions.c.status != SubscriptionStatus.UNSUBSCRIBED,
        )
        .with_for_update(of=subscriptions)
    )
    rows = connection.execute(query).all()
    if not rows:
        return
    after = {"status": SubscriptionStatus.UNSUBSCRIBED.value, "updated_at": enrolment.now}
    connection.execute(
        update(subscriptions)
        .where(
            subscriptions.c.list_id == enrolment.list_id,
            subscriptions.c.subscriber_id == bindparam("subscriber"),
        )
        .values(after),
        [{"subscriber": row.id} for row in rows],
    )
    consent.add([ConsentEntry(row.id, enrolment.list_id, ConsentEvent.UNSUBSCRIBED, row.email) for row in rows])
    changes.add(
        (row.id, {SUBSCRIPTION: {"status": row.status, "updated_at": row.updated_at}}, {SUBSCRIPTION: after})
        for row in rows
    )


def _update_values(connection: Connection, enrolment: Enrolment, here: ColumnElement[bool], changes: _Changes) -> None:
    """Lay the values of the file over those that we have, where it says something."""
    ours = subscribers.c
    query = (
        select(
            *(ours[name] for name in ("id", *_VALUES, "updated_at")),
            *(people.c[name].label(f"new_{name}") for name in _VALUES),
        )
        .join(people, people.c.subscriber_id == ours.id)
        .where(here, people.c.has_new_values == 1, _are(Fate.UPDATED, Fate.JOINED))
    )
    updates, told = [], []
    for row in connection.execute(query).mappings():
        after = {name: row[f"new_{name}"] or row[name] for name in _VALUES}
        after["attributes"] = {**row["attributes"], **row["new_attributes"]}
        after["updated_at"] = enrolment.now
        updates.append({"subscriber": row["id"], **after})
        told.append((row["id"], {name: row[name] for name in after if row[name] != after[name]}, after))
    if updates:
        connection.execute(_UPDATE_VALUES, updates)
        changes.add((number, before, {name: after[name] for name in before}) for number, before, after in told)


_VALUES = ("first_name", "last_name", "language", "attributes")
_UPDATE_VALUES = (
    update(subscribers)
    .where(subscribers.c.id == bindparam("subscriber"))
    .values({name: bindparam(name) for name in (*_VALUES, "updated_at")})
)


def _insert_tags(
    connection: Connection, enrolment: Enrolment, person_id: ColumnElement[int], here: ColumnElement[bool]
) -> None:
    query = select(person_id, people.c.tags).where(here, people.c.tags != "", _are(*_IS_TOUCHED))
    rows = [
        {"subscriber_id": number, "tag": tag, "import_id": enrolment.import_id}
        for number, told in connection.execute(query)
        for tag in dict.fromkeys(told.split("\n"))
    ]
    if rows:
        connection.execute(upsert(connection, tags).on_conflict_do_nothing(), rows)


SUBSCRIPTION = "subscription"
"""Under this, a change has what was replaced of the subscription to the list."""


class _Changes:
    """Keeps what an import changes of people who were there before."""

    def __init__(self, connection: Connection, enrolment: Enrolment) -> None:
        self._connection = connection
        self._import_id = enrolment.import_id

    def add(self, changes: Iterable[tuple[int, Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Keep changes: who, the values that were replaced, and by what."""
        if self._import_id is None:
            return
        rows = [
            {"import_id": self._import_id, "subscriber_id": subscriber, "before": before, "after": after}
            for subscriber, before, after in changes
        ]
        if rows:
            self._connection.execute(insert(import_changes), rows)
