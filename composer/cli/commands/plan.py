"""``newsletter plan``: fix who gets what, and show it, before anything is sent."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.database import open_database
from composer.cli.wiring import check_to_send, choose_lists, the_site, the_subject_test

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.planning.plan import Plan
    from composer.message.links import Site

ListOption = Annotated[
    list[str] | None, typer.Option("--list", "-l", metavar="L", help="Who gets it. May be repeated.")
]
AllowOption = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="CODE", help="Overrule a check; recorded with the mailing. May be repeated."),
]
FEW = 100
"""So many people should get each subject of a test."""

_FEW = 100
"""So many people should get each subject of a test: of fewer, one is more than a per cent."""

AgainOption = Annotated[bool, typer.Option("--again", help="Permit a second mailing of the same issue.")]


def command(
    issue: Annotated[str, typer.Argument(help="A folder name or path.")],
    lists: ListOption = None,
    allow: AllowOption = None,
    again: AgainOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Fix who gets what, and show it, before anything is sent.

    Every message is made once, in memory, so that no reader's data can break the run half-way.
    """
    plan = make_plan(open_database(), issue, lists=lists, allow=allow or (), again=again, site=the_site())
    if as_json:
        print(json.dumps(plan.as_json(), ensure_ascii=False, indent=2))
    else:
        print(plan_text(plan))
        print(f"\nNothing has been sent. Begin with: newsletter send {plan.mailing}")
    return 0


def make_plan(
    engine: Engine, issue: str, *, lists: Sequence[str] | None, allow: Sequence[str], again: bool, site: Site
) -> Plan:
    """Check the issue, open the gate, plan the mailing."""
    from composer.delivery.planning.plan import plan_mailing

    checked = check_to_send(issue, allow=allow)
    assert checked.issue is not None
    plan = plan_mailing(
        engine,
        editions=checked.editions,
        lists=choose_lists(engine, lists, checked.issue),
        site=site,
        allowed=allow,
        now=int(time.time()),
        again=again,
        subject_test=the_subject_test(checked),
        progress=_tell_progress,
    )
    _tell_progress(0)
    return plan


def plan_text(plan: Plan) -> str:
    """The plan, for people."""
    from composer.cli.terminal.report import counts_in_words

    rows = [("planned", f"{plan.planned:,}", counts_in_words(dict(plan.editions)))]
    rows += _sample_rows(plan)
    if plan.excluded:
        rows.append(("left out", f"{sum(plan.excluded.values()):,}", counts_in_words(dict(plan.excluded))))
    if any(plan.dates.get(kind) for kind in ("changed", "cancelled")):
        rows.append(
            ("dates", f"{sum(plan.dates.values()):,}", f"{counts_in_words(dict(plan.dates))} in readers’ calendars")
        )
    width = max(len(number) for _, number, _ in rows)
    lines = [f"  {word:<12}{number:>{width}}  {note}" for word, number, note in rows]
    lines.append(f"  {'digest':<12}{plan.digest}")
    return "\n".join([f"Mailing {plan.mailing}, {plan.issue}", "", *lines, *_sample_note(plan), *_replaced_note(plan)])


def _replaced_note(plan: Plan) -> list[str]:
    if not plan.replaces:
        return []
    numbers = ", ".join(map(str, plan.replaces))
    return ["", f"It takes the place of mailing {numbers}, which was planned and not begun, and is cancelled now."]


def _sample_rows(plan: Plan) -> list[tuple[str, str, str]]:
    """Of a subject test: a row for each variant, and one for those who wait."""
    names = next(iter(plan.sample.values()), {})
    by_name = {name: {language: counts[name] for language, counts in plan.sample.items()} for name in names}
    return [
        (f"  {name}" if len(name) == 1 else name, f"{sum(counts.values()):,}", _languages(counts, plan))
        for name, counts in by_name.items()
    ]


def _languages(counts: Mapping[str, int], plan: Plan) -> str:
    from composer.cli.terminal.report import counts_in_words

    return counts_in_words(dict(counts)) if len(plan.editions) > 1 else ""


def _sample_note(plan: Plan) -> list[str]:
    people: Counter[str] = Counter()
    for counts in plan.sample.values():
        people.update(counts)
    if not people or min(count for name, count in people.items() if len(name) == 1) >= _FEW:
        return []
    return ["", f"Fewer than {_FEW} people get a subject, of whom one is more than a per cent: read little into it."]


def _tell_progress(made: int) -> None:
    """Rewrite one line of the terminal; 0 wipes it."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{made:,} messages made\r" if made else "\x1b[K", end="", file=sys.stderr, flush=True)
