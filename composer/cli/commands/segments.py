"""``newsletter segments`` lists the newsletter's segments, or looks at one: of how many people each holds, in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from composer.cli.options import ListOption
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.workflow.project_database import now
from composer.workflow.segments import CountedSegments, counted_segments

if TYPE_CHECKING:
    from composer.delivery.planning.segment import SegmentCount


def command(
    segment: Annotated[
        str | None, typer.Argument(metavar="[NAME|CONDITION]", help="Only this one; a condition may be written out.")
    ] = None,
    *,
    lists: ListOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """List the segments of newsletter.yaml, or look at one: of how many each holds, and what it says in words.

    Counted are those who may be written to: confirmed on one of the lists given, or on any, and not suppressed.
    """
    counted = counted_segments(lists, now=now(), chosen=segment)
    if as_json:
        rows = [_row(one, counted) for one in counted.counts]
        problems = [str(problem) for problem in counted.problems]
        told = {"problems": problems} if problems else {}
        print(json.dumps({"together": counted.together, "segments": rows, **told}, ensure_ascii=False, indent=2))
        return 1 if problems else 0
    if segment is not None:
        print("\n".join(_lines(counted.counts[0], counted)))
        return 0
    if not counted.counts and not counted.problems:
        print('There are no segments. Write them into newsletter.yaml: segments: {nice: subscriber.city == "Nice"}')
        return 0
    table = Listing(("Segment", "People", "Condition"), numbers=frozenset({"People"}))
    for one in counted.counts:
        table.add(one.segment.name, f"{one.people:,}", one.segment.written)
    Terminal().print(table)
    print(f"\nOf {counted.together:,} people who may be written to.")
    for problem in counted.problems:
        print(problem, file=sys.stderr)
    return 1 if counted.problems else 0


def _row(one: SegmentCount, counted: CountedSegments) -> dict[str, Any]:
    return {
        "name": one.segment.name,
        "condition": one.segment.written,
        "words": f"{_words(one, counted)}.",
        "people": one.people,
    }


def _words(one: SegmentCount, counted: CountedSegments) -> str:
    from composer.edition.conditions.words import say_condition

    return say_condition(one.segment.condition, today=counted.today)


def _lines(one: SegmentCount, counted: CountedSegments) -> Iterator[str]:
    """Say of one segment what it is called, what it says, and of how many it holds."""
    from composer.edition.conditions.words import say_missing

    if one.segment.name:
        yield one.segment.name
        yield f"  {one.segment.written}"
        yield ""
    yield f"{_words(one, counted)}."
    if missing := say_missing(one.segment.condition):
        yield f"{missing}."
    yield f"{one.people:,} of {counted.together:,} people who may be written to."
