"""``newsletter status``: where mailings stand."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.opening import open_database
from composer.cli.ready import the_rules

if TYPE_CHECKING:
    from composer.delivery.status import Status


def command(
    mailing: Annotated[int | None, typer.Argument(help="Its number; all mailings otherwise.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Where a mailing stands: counts that add up to what was planned."""
    from composer.database.engine import reading
    from composer.delivery.report import report
    from composer.delivery.status import all_mailings, mailing_status

    now, window = int(time.time()), the_rules().window
    with reading(open_database()) as connection:
        numbers = all_mailings(connection) if mailing is None else [mailing]
        found = [mailing_status(connection, number, now=now, window=window) for number in numbers]
        if as_json:
            documents = [status.as_json() for status in found]
            print(json.dumps(documents if mailing is None else documents[0], indent=2))
        elif mailing is not None:
            print(report(connection, found[0]))
        else:
            _print_table(found)
    return 0


def _print_table(found: list[Status]) -> None:
    if not found:
        print("There is no mailing yet. Make one with: newsletter plan ISSUE")
        return
    width = max(len(status.issue) for status in found)
    print(f"{'':>4}  {'issue':<{width}}  {'state':<12}{'planned':>9}  ")
    for status in found:
        counts = ", ".join(f"{count:,} {state}" for state, count in status.deliveries.items() if count)
        print(f"{status.mailing:>4}  {status.issue:<{width}}  {status.state:<12}{status.planned:>9,}  {counts}")
