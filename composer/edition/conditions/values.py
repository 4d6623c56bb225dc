"""What a subscriber's value says, if its field is of a type that can be compared: a number, or a day.

Values are kept in one spelling by type (``audience/attributes.py``): ``12.5``, ``2026-01-31``. What is spelt otherwise,
because another program or an earlier type of the field wrote it, is not read: it is treated as missing. The database
reads by the same rule (``delivery/planning/segment.py``), so that a person is in a segment or not wherever it is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Literal

ComparedType = Literal["number", "date"]

MOST_DIGITS = 15
"""Of a number that is compared: so many are exact in every database."""

NUMBER_PATTERN = r"-?(0|[1-9][0-9]*)([.][0-9]+)?"
DAY_PATTERN = r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"

_NUMBER = re.compile(NUMBER_PATTERN)
_DAY = re.compile(DAY_PATTERN)


def read_value(kind: ComparedType, text: str) -> Decimal | str | None:
    """Read a value so that it can be compared with others of its kind; None if it is missing, or none of that kind.

    A day stays a text: ``2026-01-31`` is before ``2026-02-01`` as it is written.
    """
    return read_number(text) if kind == "number" else read_day(text)


def read_number(text: str) -> Decimal | None:
    """Read a number of at most MOST_DIGITS digits; None if there is none."""
    if not _NUMBER.fullmatch(text) or sum(map(str.isdigit, text)) > MOST_DIGITS:
        return None
    return Decimal(text)


def read_day(text: str) -> str | None:
    """Read a day as ``2026-01-31``, of the years 1000 to 9999; None if there is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return None
    return text


def spell_number(number: Decimal) -> str:
    """Spell a number as it is kept: without zeros that say nothing."""
    written = format(number, "f")
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written == "-0" else written
