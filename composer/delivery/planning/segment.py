"""A segment as a question to the database: of whom its condition holds, by the rules of ``edition/condition.py``.

Enters: a Condition. Leaves: SQL that tells it of a row of ``subscribers``. A field has the value that a message to that
person would show: so someone whose language is not known reads the default one. Never: reads or writes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, exists, func, literal, not_, or_, select

from composer.audience.subscriptions import SubscriptionStatus, mailable
from composer.database.schema import lists as lists_table
from composer.database.schema import subscribers, subscriptions
from composer.edition.condition import ON_LIST, AllOf, AnyOf, Condition, Is, Known, Not, list_of
from composer.edition.segments import Segment

_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What Python takes off the ends of a text; SQL alone would take off spaces."""


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """A segment, and of how many ``people`` it holds among those who may be written to."""

    segment: Segment
    people: int


def in_segment(condition: Condition, *, default_language: str) -> ColumnElement[bool]:
    """SQL: the condition holds for this row of ``subscribers``.

    ``default_language`` is that of the edition for people whose language is not known.
    """
    match condition:
        case Is(field, values):
            return _text(field, default_language).in_(values)
        case Known(field):
            return _text(field, default_language) != ""
        case Not(inner):
            return not_(in_segment(inner, default_language=default_language))
        case AllOf(parts):
            return and_(*(in_segment(part, default_language=default_language) for part in parts))
        case AnyOf(parts):
            return or_(*(in_segment(part, default_language=default_language) for part in parts))


def _text(field: str, default_language: str) -> ColumnElement[str]:
    """SQL: the field of a row of ``subscribers``, without the blanks around it; empty where they have none."""
    name, person = field.removeprefix("subscriber."), subscribers.c
    value: ColumnElement[str]
    match name:
        case "email" | "first_name" | "last_name":
            value = person[name]
        case "name":
            value = person.first_name + " " + person.last_name
        case "language":
            value = func.coalesce(func.nullif(person.language, ""), default_language)
        case _ if (list_name := list_of(name)) is not None:
            return case((_is_on(list_name), ON_LIST), else_="")
        case _:
            value = func.coalesce(cast(person.attributes[name].as_string(), Text), "")
    return func.ltrim(func.rtrim(value, literal(_BLANKS)), literal(_BLANKS))


def _is_on(list_name: str) -> ColumnElement[bool]:
    """SQL: this row of ``subscribers`` is confirmed on the list of that name."""
    # Under a name of its own, because the query around it may look at their other lists.
    membership = subscriptions.alias("membership")
    return (
        exists()
        .where(
            membership.c.subscriber_id == subscribers.c.id,
            membership.c.list_id == lists_table.c.id,
            membership.c.status == SubscriptionStatus.CONFIRMED,
            lists_table.c.name == list_name,
        )
        .correlate(subscribers)
    )


def count_segments(
    connection: Connection, segments: Mapping[str, Segment], *, lists: Sequence[int] | None, default_language: str
) -> tuple[int, Sequence[SegmentCount]]:
    """Count those who may be written to on any of these lists (None: on any), and of how many each segment holds."""
    chosen: Collection[int] = connection.scalars(select(lists_table.c.id)).all() if lists is None else lists
    is_mailable = mailable(subscribers.c.id, list(chosen), email_key=subscribers.c.email_key)
    counts = [
        func.sum(case((in_segment(one.condition, default_language=default_language), 1), else_=0))
        for one in segments.values()
    ]
    together, *found = connection.execute(
        select(func.count(), *counts).select_from(subscribers).where(is_mailable)
    ).one()
    return together, [SegmentCount(one, int(people or 0)) for one, people in zip(segments.values(), found, strict=True)]
