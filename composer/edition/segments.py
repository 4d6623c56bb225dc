"""Segments and other conditions as they stand in an author's files, each with the place of what is wrong in it.

Enters: what is written behind ``show_if``, or in ``newsletter.yaml`` under ``segments``. Leaves: Conditions, or
Problems. A segment is a condition over subscribers that has a name: those of the lists of whom it holds get a mailing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from composer.edition.condition import Condition
from composer.edition.show_if import ConditionError, parse_condition
from composer.edition.slots.merge_fields import SUBSCRIBER_FIELDS
from composer.errors import EditionError, Problem
from composer.issue.model import Newsletter
from composer.issue.source import KeyPath, Source


@dataclass(frozen=True, slots=True)
class Segment:
    """A stored condition over subscribers; ``written`` is how its author wrote it."""

    name: str
    written: str
    condition: Condition


def subscriber_fields(newsletter: Newsletter) -> tuple[str, ...]:
    """Name the fields that a condition can ask of a reader of this newsletter ("subscriber.city")."""
    return tuple(f"subscriber.{name}" for name in (*SUBSCRIBER_FIELDS, *newsletter.fields))


def read_condition(
    written: str, path: KeyPath, source: Source, *, fields: Collection[str], problems: list[Problem]
) -> Condition | None:
    """Read the condition that is written at ``path``; None, and one of ``problems`` more, if it cannot be read."""
    try:
        return parse_condition(written, fields=fields)
    except ConditionError as error:
        problems.append(Problem(source.position_in(path, written, error.offset), str(error), error.hint, error.mend))
        return None


def find_segments(newsletter: Newsletter, source: Source, *, problems: list[Problem]) -> Mapping[str, Segment]:
    """Read the newsletter's segments, in its order and by name; those that cannot be read become ``problems``."""
    fields = subscriber_fields(newsletter)
    found: dict[str, Segment] = {}
    for name, written in newsletter.segments.items():
        condition = read_condition(written, ("segments", name), source, fields=fields, problems=problems)
        if condition is not None:
            found[name] = Segment(name, written, condition)
    return found


def read_segments(newsletter: Newsletter, source: Source) -> Mapping[str, Segment]:
    """Read the newsletter's segments, in its order and by name. Raises EditionError with all that is wrong in them."""
    problems: list[Problem] = []
    found = find_segments(newsletter, source, problems=problems)
    if problems:
        raise EditionError(problems)
    return found
