"""The newsletter's segments, and of how many people each holds now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from composer.audience import find_lists
from composer.edition.segments import find_segments, read_segments
from composer.issue import Issue, load_newsletter
from composer.settings import ProjectSettings, load_settings
from composer.workflow.project_database import reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from composer.delivery.planning.segment import SegmentCount


def counted_segments(lists: Sequence[str] | None) -> tuple[int, Sequence[SegmentCount]]:
    """Count those who may be written to on one of these lists (None: on any), and of how many each segment holds.

    Raises IssueError or EditionError with what is wrong in ``newsletter.yaml``, AudienceError if there is no such list.
    """
    from composer.delivery.planning.segment import count_segments

    newsletter, source = load_newsletter(load_settings(ProjectSettings).issues_dir)
    segments = read_segments(newsletter, source)
    with reading() as connection:
        return count_segments(
            connection,
            segments,
            lists=find_lists(connection, lists) if lists else None,
            default_language=newsletter.languages[0],
        )


def count_people(connection: Connection, issue: Issue, lists: Sequence[str]) -> tuple[int, Sequence[SegmentCount]]:
    """Count likewise for one issue, whose first language is what people read of whom it is not known.

    A segment that cannot be read is left out: the checks of the issue tell what is wrong with it. Raises AudienceError.
    """
    from composer.delivery.planning.segment import count_segments

    segments = find_segments(issue.newsletter, issue.newsletter_source, problems=[])
    found, language = find_lists(connection, lists), issue.languages[0]
    return count_segments(connection, segments, lists=found, default_language=language)
