"""The newsletter's segments, one that is written out, and of how many people each holds now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from composer.audience import find_lists
from composer.edition.conditions.asked import KnownNames, near_name
from composer.edition.conditions.show_if import ConditionError
from composer.edition.segments import Segment, find_segments, parse_segment
from composer.errors import AudienceError, EditionError, Problem
from composer.issue import Issue, find_issues, load_newsletter
from composer.issue.model import Newsletter
from composer.issue.source import Source
from composer.settings import ProjectSettings, load_settings
from composer.workflow.project_database import reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from composer.delivery.planning.segment import SegmentCount


@dataclass(frozen=True, slots=True)
class CountedSegments:
    """Of how many of ``together`` people each segment holds, on the day ``today``, and which could not be read."""

    together: int
    counts: Sequence[SegmentCount]
    today: dt.date
    problems: Sequence[Problem] = ()


def counted_segments(lists: Sequence[str] | None, *, now: int, chosen: str | None = None) -> CountedSegments:
    """Count those who may be written to on one of these lists (None: on any), and of how many each segment holds.

    ``chosen`` is the one that is counted, by its name or written out; all of the newsletter otherwise, but for those
    that cannot be read, which are told. ``now`` is in Unix seconds. Raises IssueError with what is wrong in
    ``newsletter.yaml``, AudienceError or EditionError if there is no such list, or what is chosen cannot be read.
    """
    from composer.delivery.planning.segment import count_segments

    newsletter, source = _newsletter()
    today, problems = _today(newsletter, now), list[Problem]()
    with reading() as connection:
        names = known_names(connection, newsletter)
        if chosen is None:
            segments: Collection[Segment] = find_segments(newsletter, source, problems=problems, names=names).values()
        else:
            segments = [_choose(chosen, newsletter, source, names)]
        together, counts = count_segments(
            connection,
            segments,
            lists=find_lists(connection, lists) if lists else None,
            default_language=newsletter.languages[0],
            today=today,
        )
    return CountedSegments(together, counts, today, problems)


def count_people(connection: Connection, issue: Issue, lists: Sequence[str], *, now: int) -> CountedSegments:
    """Count likewise for one issue, whose first language is what people read of whom it is not known.

    A segment that cannot be read is left out: the checks of the issue tell what is wrong with it. Raises AudienceError.
    """
    from composer.delivery.planning.segment import count_segments

    segments = find_segments(issue.newsletter, issue.newsletter_source, problems=[])
    found, language = find_lists(connection, lists), issue.languages[0]
    today = _today(issue.newsletter, now)
    counted = count_segments(connection, segments.values(), lists=found, default_language=language, today=today)
    return CountedSegments(*counted, today)


def choose_segment(connection: Connection, chosen: str | None, *, now: int) -> Segment | None:
    """Give the segment of that name, or the condition that is written out, with the days of now; None for None.

    Raises AudienceError if there is no such segment, or EditionError with what is wrong in it.
    """
    if chosen is None:
        return None
    newsletter, source = _newsletter()
    segment = _choose(chosen, newsletter, source, known_names(connection, newsletter))
    try:
        return segment.on_day(_today(newsletter, now))
    except ValueError as error:
        raise AudienceError(f"{error}") from error


def known_names(connection: Connection, newsletter: Newsletter) -> KnownNames:
    """Find the lists, tags and issues that a condition can name."""
    from composer.delivery.planning.segment import names_in_database

    found = names_in_database(connection)
    folder = load_settings(ProjectSettings).issues_dir
    folders = {one.name for one in find_issues(folder)} if folder.is_dir() else set[str]()
    return KnownNames(
        lists={*(found.lists or ()), *newsletter.lists}, tags=found.tags, issues={*(found.issues or ()), *folders}
    )


def _newsletter() -> tuple[Newsletter, Source]:
    return load_newsletter(load_settings(ProjectSettings).issues_dir)


def _today(newsletter: Newsletter, now: int) -> dt.date:
    return dt.datetime.fromtimestamp(now, ZoneInfo(newsletter.timezone)).date()


def _choose(chosen: str, newsletter: Newsletter, source: Source, names: KnownNames) -> Segment:
    """Find a segment by its name, or read it as a condition."""
    if chosen in newsletter.segments:
        problems: list[Problem] = []
        only = newsletter.model_copy(update={"segments": {chosen: newsletter.segments[chosen]}})
        found = find_segments(only, source, problems=problems, names=names)
        if problems:
            raise EditionError(problems)
        return found[chosen]
    if _is_name(chosen):
        raise AudienceError(_no_segment(chosen, newsletter.segments))
    try:
        return parse_segment(chosen, newsletter, names=names)
    except ConditionError as error:
        before = chosen[max(0, error.offset - 20) : error.offset]
        place = f"character {error.offset + 1} of the condition" + (f", behind “{before.strip()}”" if before else "")
        raise AudienceError(f"{place}: {error}; {error.hint}") from error


def _is_name(chosen: str) -> bool:
    """Whether this is meant as the name of a segment: a condition has signs, or begins with a field."""
    first = chosen.split(maxsplit=1)[0] if chosen.strip() else ""
    return not first.startswith("subscriber.") and not any(sign in chosen for sign in "=<>()[]\"'“”")


def _no_segment(name: str, segments: Mapping[str, str]) -> str:
    none = "newsletter.yaml has none, under `segments:`"
    choices = f"the segments are {', '.join(segments)}" if segments else none
    meant = near_name(name, segments)
    return f"There is no segment “{name}”{f'. Did you mean “{meant}”?' if meant else f'; {choices}'}"
