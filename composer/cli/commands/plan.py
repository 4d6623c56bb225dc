"""``newsletter plan``: fix who gets what, and show it, before anything is sent."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from composer.cli.options import AgainOption, AllowOption, ListOption, MissingOption, RelayOption, SegmentOption
from composer.workflow.project_database import open_database
from composer.workflow.wiring import the_site


def command(
    issue: Annotated[str, typer.Argument(help="A folder name or path.")],
    *,
    lists: ListOption = None,
    allow: AllowOption = None,
    again: AgainOption = False,
    only_missing: MissingOption = False,
    segment: SegmentOption = None,
    relays: RelayOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Fix who gets what, and show it, before anything is sent.

    Every message is made once, in memory, so that no reader's data can break the run half-way.
    """
    from composer.cli.terminal.plan import say_plan, telling_progress
    from composer.workflow.planning import PlanOptions, plan_issue

    options = PlanOptions(lists, segment, relays or (), allow or (), again=again, only_missing=only_missing)
    with telling_progress() as progress:
        plan = plan_issue(open_database(), issue, options, site=the_site(), progress=progress)
    if as_json:
        print(json.dumps(plan.as_json(), ensure_ascii=False, indent=2))
    else:
        print(say_plan(plan))
        print(f"\nNothing has been sent. Begin with: newsletter send {plan.mailing}")
    return 0
