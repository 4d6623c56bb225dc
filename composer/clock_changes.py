"""Knows the hours that a change of the clocks leaves out, and those that it brings twice."""

from __future__ import annotations

import datetime as dt
import enum


class HourKind(enum.Enum):
    """How often an hour of a day is there."""

    ONCE = enum.auto()
    MISSING = enum.auto()
    TWICE = enum.auto()


def hour_kind(local: dt.datetime, zone: dt.tzinfo | None = None) -> HourKind:
    """Tell how often ``local``, a time without a zone, is there in ``zone``; None is the zone of this machine.

    Source: PEP 495: in a gap and in a fold, the two values of ``fold`` have different offsets; in a gap, going to UTC
    and back gives another time.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if zone is None:
        first, second = (moment.astimezone() for moment in (first, second))
    if first.utcoffset() == second.utcoffset():
        return HourKind.ONCE
    back = dt.datetime.fromtimestamp(first.timestamp(), zone or first.tzinfo)
    if zone is None:
        back = dt.datetime.fromtimestamp(local.timestamp())  # noqa: DTZ006  this machine's clock is meant
    return HourKind.TWICE if back.replace(tzinfo=None, fold=0) == local.replace(fold=0) else HourKind.MISSING
