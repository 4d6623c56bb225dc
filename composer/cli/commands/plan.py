"""``newsletter plan``: fix who gets what, and show it, before anything is sent."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from composer.cli.database import open_database
from composer.cli.options import AgainOption, AllowOption, ListOption, MissingOption
from composer.cli.planning import make_plan
from composer.cli.wiring import the_site


def command(
    issue: Annotated[str, typer.Argument(help="A folder name or path.")],
    *,
    lists: ListOption = None,
    allow: AllowOption = None,
    again: AgainOption = False,
    only_missing: MissingOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Fix who gets what, and show it, before anything is sent.

    Every message is made once, in memory, so that no reader's data can break the run half-way.
    """
    from composer.cli.terminal.plan import say_plan

    plan = make_plan(
        open_database(),
        issue,
        lists=lists,
        allow=allow or (),
        again=again,
        only_missing=only_missing,
        site=the_site(),
    )
    if as_json:
        print(json.dumps(plan.as_json(), ensure_ascii=False, indent=2))
    else:
        print(say_plan(plan))
        print(f"\nNothing has been sent. Begin with: newsletter send {plan.mailing}")
    return 0
