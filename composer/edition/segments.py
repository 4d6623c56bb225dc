"""Segments and other conditions as they stand in an author's files, each with the place of what is wrong in it.

Enters: what is written behind ``show_if``, or in ``newsletter.yaml`` under ``segments``. Leaves: Conditions, or
Problems. A segment is a condition over subscribers that has a name: those of the lists of whom it holds get a mailing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from composer.edition.conditions.asked import KnownNames
from composer.edition.conditions.condition import Condition, on_day
from composer.edition.conditions.show_if import ConditionError, parse_condition
from composer.edition.conditions.write import write_condition
from composer.edition.slots.merge_fields import SUBSCRIBER_FIELDS
from composer.errors import EditionError, Problem
from composer.issue.model import Newsletter, SubscriberField
from composer.issue.source import KeyPath, Source


@dataclass(frozen=True, slots=True)
class Segment:
    """A condition over subscribers; ``written`` is how its author wrote it.

    One that was written out for one mailing has no name. ``zone`` is the newsletter's: the days of its conditions begin
    and end there. ``resolved`` is how it reads once its relative days are days, "" until then.
    """

    name: str
    written: str
    condition: Condition
    zone: str = "UTC"
    resolved: str = ""

    @property
    def title(self) -> str:
        """Its name, or else what it says."""
        return self.name or self.written

    def on_day(self, today: dt.date) -> Segment:
        """Make days of its relative ones, as of ``today``."""
        condition = on_day(self.condition, today)
        return replace(self, condition=condition, resolved=write_condition(condition))


def subscriber_fields(newsletter: Newsletter) -> Mapping[str, SubscriberField]:
    """Give the fields that a condition can ask of a reader of this newsletter, by name ("subscriber.city")."""
    texts = {name: SubscriberField(meaning=name.replace("_", " ")) for name in SUBSCRIBER_FIELDS}
    return {f"subscriber.{name}": field for name, field in (*texts.items(), *newsletter.fields.items())}


def read_condition(
    written: str,
    path: KeyPath,
    source: Source,
    *,
    fields: Collection[str],
    problems: list[Problem],
    is_segment: bool = False,
    names: KnownNames | None = None,
) -> Condition | None:
    """Read the condition that is written at ``path``; None, and one of ``problems`` more, if it cannot be read."""
    try:
        return parse_condition(written, fields=fields, is_segment=is_segment, names=names)
    except ConditionError as error:
        problems.append(Problem(source.position_in(path, written, error.offset), str(error), error.hint, error.mend))
        return None


def parse_segment(written: str, newsletter: Newsletter, *, names: KnownNames | None = None) -> Segment:
    """Read a condition that is written out where a segment's name could stand. Raises ConditionError."""
    fields = subscriber_fields(newsletter)
    condition = parse_condition(written, fields=fields, is_segment=True, names=names)
    return Segment("", written, condition, newsletter.timezone)


def find_segments(
    newsletter: Newsletter, source: Source, *, problems: list[Problem], names: KnownNames | None = None
) -> Mapping[str, Segment]:
    """Read the newsletter's segments, in its order and by name; those that cannot be read become ``problems``.

    ``names`` are those of lists, tags and issues, for who has looked into the database.
    """
    fields = subscriber_fields(newsletter)
    found: dict[str, Segment] = {}
    for name, written in newsletter.segments.items():
        condition = read_condition(
            written, ("segments", name), source, fields=fields, problems=problems, is_segment=True, names=names
        )
        if condition is not None:
            found[name] = Segment(name, written, condition, newsletter.timezone)
    return found


def read_segments(newsletter: Newsletter, source: Source) -> Mapping[str, Segment]:
    """Read the newsletter's segments, in its order and by name. Raises EditionError with all that is wrong in them."""
    problems: list[Problem] = []
    found = find_segments(newsletter, source, problems=problems)
    if problems:
        raise EditionError(problems)
    return found
