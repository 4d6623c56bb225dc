"""What each sender of a mailing says of its pace, kept for `newsletter status`; and when all of it will be sent.

A report has a forecast for each limit that every message of the sender has to pass. The expected end is the latest of
what these allow and what the speed of late makes likely, counting only the hours in which mail may leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, select, update

from composer.database.schema import pace
from composer.delivery.ledger.lease import active_senders, sender_name
from composer.delivery.ledger.shared_limits import lock_row
from composer.delivery.limits.outlook import PaceReport


def write_pace_report(connection: Connection, mailing: int, report: PaceReport, *, epoch: int, now: int) -> None:
    """Write down a sender's report beside those of the others who send the mailing now. Does not commit."""
    name = _row_name(mailing)
    kept = lock_row(connection, name, empty={}, now=now)
    state = {**_of_living(connection, mailing, kept, now), str(epoch): astuple(report)}
    connection.execute(update(pace).where(pace.c.name == name).values(state=state, updated_at=now))


def read_pace_reports(connection: Connection, mailing: int, *, now: int) -> Sequence[PaceReport]:
    """Read the reports of all who send the mailing now, or of the last one if nobody does."""
    kept = connection.scalar(select(pace.c.state).where(pace.c.name == _row_name(mailing))) or {}
    said = _of_living(connection, mailing, kept, now) or dict(list(kept.items())[-1:])
    return [PaceReport.restore(report) for report in said.values()]


def _row_name(mailing: int) -> str:
    return f"mailing {mailing}"


def _of_living(connection: Connection, mailing: int, kept: Mapping[str, Any], now: int) -> dict[str, Any]:
    living = active_senders(connection, now=now)
    return {epoch: report for epoch, report in kept.items() if sender_name(mailing, int(epoch)) in living}
