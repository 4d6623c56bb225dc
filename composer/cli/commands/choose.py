"""``newsletter choose`` records which subject the rest of a mailing gets."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.cli.database import now, writing
from composer.cli.log import log_event
from composer.cli.options import ByOption, name_of


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    variant: Annotated[str, typer.Argument(metavar="A|B|C|D", help="The subject that those who wait get.")],
    by: ByOption = None,
    early: Annotated[bool, typer.Option("--early", help="Although the sample is still being sent.")] = False,
) -> int:
    """Choose the winner of a subject test: the subject that those who wait get.

    Look at `newsletter status MAILING` first. It is chosen once, for all languages; `newsletter send MAILING` goes on.
    """
    from composer.delivery.operating.choose_subject import choose_winner

    with writing() as connection:
        name = name_of(by)
        chosen = choose_winner(connection, mailing, variant.upper(), by=name, now=now(), early=early)
    fields = {"mailing": mailing, "variant": chosen.winner, "by": name, "people": chosen.held}
    log_event("subject.chosen", "somebody has chosen the subject for all who wait", **fields)
    print(f"{name} has chosen {chosen.winner} for mailing {mailing}: {chosen.held:,} people get it.")
    print(f"Go on with: newsletter send {mailing}")
    return 0
