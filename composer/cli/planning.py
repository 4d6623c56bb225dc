"""Plans a mailing of an issue with what the settings say; for ``plan`` and ``send``."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from composer.cli.visible import obeyed
from composer.cli.wiring import check_to_send, choose_lists, the_subject_test
from composer.logs import is_json

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.planning.plan import Plan
    from composer.message.links import Site


def make_plan(
    engine: Engine,
    issue: str,
    *,
    lists: Sequence[str] | None,
    allow: Sequence[str],
    again: bool,
    only_missing: bool,
    site: Site,
) -> Plan:
    """Check the issue, open the gate, plan the mailing. Raises GateClosed, and what ``plan_mailing`` raises."""
    from composer.delivery.planning.plan import plan_mailing

    checked = check_to_send(issue, allow=allow, engine=engine)
    assert checked.issue is not None
    plan = plan_mailing(
        engine,
        editions=checked.editions,
        lists=choose_lists(engine, lists, checked.issue),
        site=site,
        allowed=allow,
        now=int(time.time()),
        again=again,
        only_missing=only_missing,
        subject_test=the_subject_test(checked),
        progress=_tell_progress,
    )
    _tell_progress(0)
    return plan


def _tell_progress(made: int) -> None:
    """Rewrite one line of the terminal; 0 wipes it."""
    if sys.stderr.isatty() and not is_json():
        print(f"\r\x1b[K{made:,} messages made\r" if made else "\x1b[K", end="", file=obeyed(sys.stderr), flush=True)
