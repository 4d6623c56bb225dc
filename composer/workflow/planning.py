"""Plans a mailing of an issue with what the settings say, or writes it to files in place of that."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from composer.workflow.wiring import check_to_send, choose_lists, find_relays, the_subject_test

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.delivery.planning.plan import Plan
    from composer.message.links import Site


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What somebody says about a mailing that is to be planned.

    ``lists`` are names; None for those that the issue names. ``segment`` is a name or a condition, ``relays`` names
    those that may carry it. ``allow`` has the codes of checks that are overruled; ``again`` permits a second mailing
    of the same issue, ``only_missing`` one to those who have not had it.
    """

    lists: Sequence[str] | None = None
    segment: str | None = None
    relays: Sequence[str] = ()
    allow: Sequence[str] = ()
    again: bool = False
    only_missing: bool = False


def plan_issue(
    engine: Engine,
    issue: str,
    options: PlanOptions,
    *,
    site: Site,
    progress: Callable[[int], None] = lambda _: None,
) -> Plan:
    """Check the issue, open the gate, plan the mailing.

    ``issue`` is a folder's name or path. ``progress`` is told how many messages are made. Raises GateClosed, what
    ``plan_mailing`` raises, and NewsletterError if something that is named is not there.
    """
    from composer.database.engine import reading
    from composer.delivery.planning.plan import plan_mailing
    from composer.workflow.segments import choose_segment

    checked = check_to_send(issue, allow=options.allow, engine=engine)
    assert checked.issue is not None
    now = int(time.time())
    with reading(engine) as connection:
        segment = choose_segment(connection, options.segment, now=now)
    return plan_mailing(
        engine,
        editions=checked.editions,
        lists=choose_lists(engine, options.lists, checked.issue),
        site=site,
        allowed=options.allow,
        now=now,
        again=options.again,
        only_missing=options.only_missing,
        subject_test=the_subject_test(checked),
        segment=segment,
        relays=find_relays(options.relays, senders={one.sender[1] for one in checked.editions.values()}),
        progress=progress,
    )


def write_messages(engine: Engine, issue: str, options: PlanOptions, *, out: Path, site: Site) -> tuple[int, Path]:
    """Write the messages that a plan would make into a folder in ``out``; return how many, and the folder.

    Nothing is planned. Raises what ``plan_issue`` raises, but for a second mailing.
    """
    from composer.database.engine import reading
    from composer.delivery.planning.dry_run import dry_run_roll
    from composer.delivery.planning.roll import prepare_roll
    from composer.workflow.segments import choose_segment

    checked = check_to_send(issue, allow=options.allow, engine=engine)
    assert checked.issue is not None
    find_relays(options.relays, senders={one.sender[1] for one in checked.editions.values()})
    chosen, folder = choose_lists(engine, options.lists, checked.issue), out / checked.issue.slug
    now = int(time.time())
    with reading(engine) as connection:
        roll = prepare_roll(
            connection,
            editions=checked.editions,
            lists=chosen,
            site=site,
            now=now,
            subject_test=the_subject_test(checked),
            only_missing=options.only_missing,
            segment=choose_segment(connection, options.segment, now=now),
        )
        return dry_run_roll(roll, folder), folder
