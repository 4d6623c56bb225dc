"""Says a plan in words: who gets what, who is left out and why, and the digest of it all."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from composer.cli.terminal.report import counts_in_words
from composer.cli.visible import obeyed
from composer.delivery.planning.plan import Plan
from composer.logs import is_json

_SHOWN = 10
_FEW = 100
"""So many people should get each subject of a test: of fewer, one is more than a per cent."""


@contextmanager
def telling_progress() -> Iterator[Callable[[int], None]]:
    """Give what tells how many messages are made, on one line of the terminal that is wiped in the end."""
    try:
        yield _tell_progress
    finally:
        _tell_progress(0)


def _tell_progress(made: int) -> None:
    """Rewrite one line of the terminal; 0 wipes it."""
    if sys.stderr.isatty() and not is_json():
        print(f"\r\x1b[K{made:,} messages made\r" if made else "\x1b[K", end="", file=obeyed(sys.stderr), flush=True)


def say_plan(plan: Plan) -> str:
    """Say the plan in lines that people read."""
    rows = [("planned", f"{plan.planned:,}", counts_in_words(dict(plan.editions)))]
    rows += _sample_rows(plan)
    if plan.excluded:
        rows.append(("left out", f"{sum(plan.excluded.values()):,}", counts_in_words(dict(plan.excluded))))
    if plan.segment:
        rows.append(("segment", "", plan.segment))
        if plan.condition not in (plan.segment, ""):
            rows.append(("", "", plan.condition))
    if plan.relays:
        rows.append(("relays" if len(plan.relays) > 1 else "relay", "", " and ".join(plan.relays)))
    if any(plan.dates.get(kind) for kind in ("changed", "cancelled")):
        rows.append(
            ("dates", f"{sum(plan.dates.values()):,}", f"{counts_in_words(dict(plan.dates))} in readers’ calendars")
        )
    width = max(len(number) for _, number, _ in rows)
    lines = [f"  {word:<12}{number:>{width}}  {note}" for word, number, note in rows]
    lines.append(f"  {'digest':<12}{plan.digest}")
    return "\n".join(
        [
            f"Mailing {plan.mailing}, {plan.issue}",
            "",
            *lines,
            *_unsendable_note(plan),
            *_sample_note(plan),
            *_replaced_note(plan),
        ]
    )


def _unsendable_note(plan: Plan) -> list[str]:
    if not plan.unsendable:
        return []
    more = len(plan.unsendable) - _SHOWN
    rest = [f"  and {more:,} more"] if more > 0 else []
    shown = (f"  {words}" for words in plan.unsendable[:_SHOWN])
    return ["", "Left out until their data is corrected:", *shown, *rest]


def _replaced_note(plan: Plan) -> list[str]:
    if not plan.replaces:
        return []
    numbers = ", ".join(map(str, plan.replaces))
    return ["", f"It takes the place of mailing {numbers}, which was planned and not begun, and is cancelled now."]


def _sample_rows(plan: Plan) -> list[tuple[str, str, str]]:
    """Make the rows of a subject test: one for each variant, and one for those who wait."""
    names = next(iter(plan.sample.values()), {})
    by_name = {name: {language: counts[name] for language, counts in plan.sample.items()} for name in names}
    return [
        (f"  {name}" if len(name) == 1 else name, f"{sum(counts.values()):,}", _languages(counts, plan))
        for name, counts in by_name.items()
    ]


def _languages(counts: Mapping[str, int], plan: Plan) -> str:
    return counts_in_words(dict(counts)) if len(plan.editions) > 1 else ""


def _sample_note(plan: Plan) -> list[str]:
    people: Counter[str] = Counter()
    for counts in plan.sample.values():
        people.update(counts)
    if not people or min(count for name, count in people.items() if len(name) == 1) >= _FEW:
        return []
    return ["", f"Fewer than {_FEW} people get a subject, of whom one is more than a per cent: read little into it."]
