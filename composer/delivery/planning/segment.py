"""A segment as a question to the database: of whom its condition holds, by the rules of ``edition/conditions``.

Enters: a Condition. Leaves: SQL that tells it of a row of ``subscribers``. A field has the value that a message to that
person would show: so someone whose language is not known reads the default one. Every part is true or false, never
NULL, so that "not" turns each around. Never: reads or writes anything.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
)

from composer.audience.subscriptions import SubscriptionStatus, mailable_among_all
from composer.database.schema import deliveries, mailings, subscribers, subscriptions, tags
from composer.database.schema import lists as lists_table
from composer.delivery.packed import require_known_outcomes, require_known_readers
from composer.delivery.planning.typed_sql import position_in, value_in
from composer.delivery.states import DeliveryState
from composer.edition.conditions.asked import OUTCOMES, KnownNames
from composer.edition.conditions.condition import (
    ON_LIST,
    AllOf,
    AnyOf,
    Compared,
    Condition,
    Contains,
    Is,
    Known,
    Not,
    fields_of,
    joined_of,
    list_of,
    outcome_of,
    received_of,
    tag_of,
)
from composer.edition.conditions.values import read_number, spell_number
from composer.edition.segments import Segment
from composer.errors import MailingError

RECEIVED_STATES = (DeliveryState.ACCEPTED, DeliveryState.COMPLAINED)
"""States of who received an issue: who complains has it, who is told to have bounced afterwards has not."""

_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What Python takes off the ends of a text; SQL alone would take off spaces."""

_SIGNS: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """A segment, and of how many ``people`` it holds among those who may be written to."""

    segment: Segment
    people: int


def in_segment(condition: Condition, *, default_language: str, zone: str = "UTC") -> ColumnElement[bool]:
    """SQL: the condition holds for this row of ``subscribers``. Its days are days already.

    ``default_language`` is that of the edition for people whose language is not known, ``zone`` the one in which days
    begin and end.
    """

    def within(part: Condition) -> ColumnElement[bool]:
        return in_segment(part, default_language=default_language, zone=zone)

    match condition:
        case Is(field, values):
            return _is(field, values, default_language)
        case Known(field):
            return _is_known(field, default_language)
        case Contains(field, part):
            return position_in(_text(field, default_language), part) > 0
        case Compared(field, _, sign, (day,)) if (joined := joined_of(field)) is not None:
            return _has_joined(sign, dt.date.fromisoformat(day), joined, ZoneInfo(zone))
        case Compared(field, kind, sign, values):
            value = value_in(kind, _raw(field, default_language))
            wanted = [_number(one) if kind == "number" else literal(one) for one in values]
            return func.coalesce(value.in_(wanted) if sign == "==" else _SIGNS[sign](value, wanted[0]), false())
        case Not(inner):
            return not_(within(inner))
        case AllOf(parts):
            return and_(true(), *map(within, parts))
        case AnyOf(parts):
            return or_(false(), *map(within, parts))


def _number(written: str) -> ColumnElement[Any]:
    """SQL: the number, exact on both databases, which a parameter is not on SQLite."""
    number = read_number(written)
    if number is None:
        raise ValueError(f"{written!r} is no number")
    return literal_column(spell_number(number))


def _is(field: str, values: Sequence[str], default_language: str) -> ColumnElement[bool]:
    if (issue := outcome_of(field)) is None:
        raw, trimmed = _raw(field, default_language), _text(field, default_language)
        if _is_of_others(field):
            return trimmed.in_(values)
        # Blanks are taken off only where that can make it one of the values: of a million texts it takes a while.
        may_be = or_(false(), *(position_in(raw, value) > 0 for value in values))
        same = [value for value in values if value == value.strip()]
        return or_(raw.in_(same), and_(may_be, trimmed.in_(values)))
    known = _has_outcome(issue, [value for value in values if value])
    return or_(known, not_(_has_outcome(issue, OUTCOMES))) if "" in values else known


def _is_known(field: str, default_language: str) -> ColumnElement[bool]:
    if (issue := received_of(field)) is not None:
        return _got(issue, RECEIVED_STATES)
    if (issue := outcome_of(field)) is not None:
        return _has_outcome(issue, OUTCOMES)
    if (list_name := list_of(field)) is not None:
        return _membership(list_name)
    if (tag := tag_of(field)) is not None:
        return exists().where(tags.c.subscriber_id == subscribers.c.id, tags.c.tag == tag).correlate(subscribers)
    return _text(field, default_language) != ""


def _text(field: str, default_language: str) -> ColumnElement[str]:
    """SQL: the field of a row of ``subscribers``, without the blanks around it; empty where they have none."""
    if _is_of_others(field):
        return case((_is_known(field, default_language), ON_LIST), else_="")
    return func.ltrim(func.rtrim(_raw(field, default_language), literal(_BLANKS)), literal(_BLANKS))


def _is_of_others(field: str) -> bool:
    """Whether other tables are asked for what the field says: it is yes, or nothing."""
    return any(of(field) is not None for of in (list_of, tag_of, received_of))


def _raw(field: str, default_language: str) -> ColumnElement[str]:
    """SQL: the value as it is kept; empty where they have none."""
    name, person = field.removeprefix("subscriber."), subscribers.c
    match name:
        case "email" | "first_name" | "last_name":
            return person[name]
        case "name":
            return person.first_name + " " + person.last_name
        case "language":
            return func.coalesce(func.nullif(person.language, ""), default_language)
    return func.coalesce(cast(person.attributes[name].as_string(), Text), "")


def _membership(list_name: str, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: this row of ``subscribers`` is confirmed on that list ("": on any), and ``more`` holds of the membership."""
    of_list = select(lists_table.c.id).where(lists_table.c.name == list_name).scalar_subquery()
    return (
        exists()
        .where(
            _THEIRS.c.subscriber_id == subscribers.c.id,
            _THEIRS.c.list_id == of_list if list_name else true(),
            _THEIRS.c.status == SubscriptionStatus.CONFIRMED,
            *more,
        )
        .correlate(subscribers)
    )


_THEIRS = subscriptions.alias("membership")
"""Under a name of its own, because the query around it may look at their other lists."""


def _has_joined(sign: str, day: dt.date, list_name: str, zone: ZoneInfo) -> ColumnElement[bool]:
    """SQL: they came onto the list, or the first of theirs, on a day that compares so with ``day``."""

    def before(end: dt.date) -> ColumnElement[bool]:
        # Of a midnight that the clocks leave out this is the first moment of the day.
        begins = int(dt.datetime.combine(end, dt.time.min, zone).timestamp())
        return _membership(list_name, _THEIRS.c.joined_at < begins)

    next_day = day + dt.timedelta(days=1)
    is_known = _membership(list_name, _THEIRS.c.joined_at.is_not(None))
    return {
        "<": lambda: before(day),
        "<=": lambda: before(next_day),
        ">": lambda: and_(is_known, not_(before(next_day))),
        ">=": lambda: and_(is_known, not_(before(day))),
        "==": lambda: and_(before(next_day), not_(before(day))),
    }[sign]()


_DELIVERED = deliveries.alias("delivered")


def require_known_people(connection: Connection, condition: Condition) -> None:
    """Raise MailingError if the condition asks what became of an issue of which only counts are kept."""
    for field in sorted(fields_of(condition)):
        if issue := received_of(field):
            require_known_readers(connection, issue)
        if issue := outcome_of(field):
            require_known_outcomes(connection, issue)


def _got(issue: str, states: Sequence[str], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: a delivery of the issue to them is in one of these states, and ``more`` holds of it."""
    return (
        exists()
        .where(
            _DELIVERED.c.subscriber_id == subscribers.c.id,
            _DELIVERED.c.mailing_id.in_(select(mailings.c.id).where(mailings.c.issue == issue)),
            _DELIVERED.c.state.in_(states),
            *more,
        )
        .correlate(subscribers)
    )


def _has_outcome(issue: str, states: Sequence[str]) -> ColumnElement[bool]:
    """SQL: of the deliveries of the issue to them that have an outcome, the last one has one of these."""
    later = deliveries.alias("later")
    is_overtaken = (
        exists()
        .where(
            later.c.subscriber_id == _DELIVERED.c.subscriber_id,
            later.c.mailing_id > _DELIVERED.c.mailing_id,
            later.c.mailing_id.in_(select(mailings.c.id).where(mailings.c.issue == issue)),
            later.c.state.in_(OUTCOMES),
        )
        .correlate(_DELIVERED)
    )
    return _got(issue, states, not_(is_overtaken))


def count_segments(
    connection: Connection,
    segments: Collection[Segment],
    *,
    lists: Sequence[int] | None,
    default_language: str,
    today: dt.date,
) -> tuple[int, Sequence[SegmentCount]]:
    """Count those who may be written to on any of these lists (None: on any), and of how many each segment holds.

    ``today`` is the day from which relative ones are counted. A segment that asks who received an issue of which only
    counts are kept is left out; if it is the only one, MailingError is raised.
    """
    chosen: Collection[int] = connection.scalars(select(lists_table.c.id)).all() if lists is None else lists
    _prepare(connection)
    people = select(func.count()).select_from(subscribers).where(mailable_among_all(list(chosen)))

    resolved = _answerable(connection, [segment.on_day(today) for segment in segments])
    asked = [in_segment(one.condition, default_language=default_language, zone=one.zone) for one in resolved.values()]
    # What stands in the row itself is counted on one way through; of what stands elsewhere each makes its own set.
    is_at_hand = [all(map(_is_in_row, fields_of(one.condition))) for one in resolved.values()]
    at_hand = [number for number, is_so in enumerate(is_at_hand) if is_so]
    sums = (func.sum(case((asked[number], 1), else_=0)) for number in at_hand)
    together, *found = connection.execute(people.add_columns(*sums)).one()
    counts = dict(zip(at_hand, found, strict=True))
    for number in set(range(len(asked))) - counts.keys():
        counts[number] = connection.scalar(people.where(asked[number]))
    written = list(segments)
    return together, [SegmentCount(written[place], int(counts[at] or 0)) for at, place in enumerate(resolved)]


def _answerable(connection: Connection, segments: Sequence[Segment]) -> Mapping[int, Segment]:
    """Give those whose people are known, by their places; one alone whose people are not is told."""
    known: dict[int, Segment] = {}
    for place, segment in enumerate(segments):
        try:
            require_known_people(connection, segment.condition)
        except MailingError:
            if len(segments) == 1:
                raise
        else:
            known[place] = segment
    return known


def _is_in_row(field: str) -> bool:
    """Whether the field is a value of the row of ``subscribers``, for which no other table is asked."""
    return field.startswith("subscriber.") and not _is_of_others(field)


def _prepare(connection: Connection) -> None:
    """Let PostgreSQL count with sets in memory, and without compiling what runs once."""
    if connection.dialect.name == "postgresql":
        for setting in ("work_mem = '64MB'", "jit = off"):
            connection.execute(text(f"SET LOCAL {setting}"))


def names_in_database(connection: Connection) -> KnownNames:
    """Find the names of lists, of tags that somebody has, and of issues that were planned."""
    first = select(func.min(tags.c.tag).label("tag")).cte("tag_names", recursive=True)
    after = select(func.min(tags.c.tag)).where(tags.c.tag > first.c.tag).scalar_subquery()
    # From each to the next, along the index: a million people have a million rows, and a few tags.
    every = first.union_all(select(after).where(first.c.tag.is_not(None)))
    return KnownNames(
        lists=connection.scalars(select(lists_table.c.name)).all(),
        tags=connection.scalars(select(every.c.tag).where(every.c.tag.is_not(None))).all(),
        issues=connection.scalars(select(mailings.c.issue).distinct()).all(),
    )
