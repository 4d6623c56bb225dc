"""``newsletter choose`` records which subject the rest of a mailing gets."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.options import ByOption
from composer.workflow.project_database import open_database


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    variant: Annotated[str, typer.Argument(metavar="A|B|C|D", help="The subject that those who wait get.")],
    by: ByOption = None,
    early: Annotated[bool, typer.Option("--early", help="Although the sample is still being sent.")] = False,
) -> int:
    """Choose the winner of a subject test: the subject that those who wait get.

    Look at `newsletter status MAILING` first. It is chosen once, for all languages; `newsletter send MAILING` goes on.
    """
    from composer.workflow.deciding import choose

    name, chosen = choose(open_database(), mailing, variant, by=by, early=early)
    print(f"{name} has chosen {chosen.winner} for mailing {mailing}: {chosen.held:,} people get it.")
    print(f"Go on with: newsletter send {mailing}")
    return 0
