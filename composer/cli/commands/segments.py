"""``newsletter segments`` lists the newsletter's segments, and of how many people each holds."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from composer.cli.options import ListOption
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.workflow.segments import counted_segments


def command(
    *,
    lists: ListOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the segments of newsletter.yaml, and of how many each holds.

    Counted are those who may be written to: confirmed on one of the lists given, or on any, and not suppressed.
    """
    together, counts = counted_segments(lists)
    if as_json:
        rows = [{"name": one.segment.name, "condition": one.segment.written, "people": one.people} for one in counts]
        print(json.dumps({"together": together, "segments": rows}, ensure_ascii=False, indent=2))
        return
    if not counts:
        print('There are no segments. Write them into newsletter.yaml: segments: {nice: subscriber.city == "Nice"}')
        return
    table = Listing(("Segment", "People", "Condition"), numbers=frozenset({"People"}))
    for one in counts:
        table.add(one.segment.name, f"{one.people:,}", one.segment.written)
    Terminal().print(table)
    print(f"\nOf {together:,} people who may be written to.")
