"""Plans a mailing of an issue with what the settings say."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from composer.workflow.wiring import check_to_send, choose_lists, the_subject_test

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.planning.plan import Plan
    from composer.message.links import Site


def plan_issue(
    engine: Engine,
    issue: str,
    *,
    lists: Sequence[str] | None,
    allow: Sequence[str],
    again: bool,
    only_missing: bool,
    site: Site,
    progress: Callable[[int], None] = lambda _: None,
) -> Plan:
    """Check the issue, open the gate, plan the mailing.

    ``issue`` is a folder's name or path, ``lists`` are names; None for those that the issue names. ``progress`` is told
    how many messages are made. Raises GateClosed, and what ``plan_mailing`` raises.
    """
    from composer.delivery.planning.plan import plan_mailing

    checked = check_to_send(issue, allow=allow, engine=engine)
    assert checked.issue is not None
    return plan_mailing(
        engine,
        editions=checked.editions,
        lists=choose_lists(engine, lists, checked.issue),
        site=site,
        allowed=allow,
        now=int(time.time()),
        again=again,
        only_missing=only_missing,
        subject_test=the_subject_test(checked),
        progress=progress,
    )
