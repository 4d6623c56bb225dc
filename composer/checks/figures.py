"""Reads the figures of a text, in a form that is the same in every language.

``1,000`` and ``1 000`` are 1000, ``1.4`` and ``1,4`` are 1.4, ``1pm`` and ``13 h`` are 13:00, ``25 November`` and
``25 novembre`` are 25 and the eleventh month. Months count where a number stands beside them (May, mars). What
stands in addresses and merge fields is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_UNREAD = re.compile(r"\{\{.*?\}\}|\]\([^)\n]*\)|https?://\S+|[\w.+-]+@[\w.-]+")
_HALF_DAY = re.compile(r"(?<![\d.,])(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?m\b\.?", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d.,:])(\d{1,2})(?::|\s?h\s?)(\d{2})(?!\d)", re.IGNORECASE)
_HOUR = re.compile(r"(?<![\d.,:])(\d{1,2})\s?(?:h|heures?|Uhr|horas?|ore|uur)\b", re.IGNORECASE)
_NUMERIC_DAY = re.compile(r"(?<!\d)(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d)")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ ,.'’\u00a0\u202f\u2009]\d{3})+(?!\d)(?![.,]\d)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, a time or a month: ``value`` is what two languages share, ``shown`` is what stands in the text."""

    value: str
    shown: str
    offset: int

    @property
    def may_be_a_word(self) -> bool:
        """Whether the number is so small that another language may well write it as a word: five, vingt."""
        return len(self.value) <= 2 and self.value.isdigit() and int(self.value) <= 20


Reader = tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[str]]]


def read_figures(text: str, *, language: str) -> list[Figure]:
    """Find every figure of a text, in the order in which they stand."""
    rest = _UNREAD.sub(_blank, text)
    found: list[Figure] = []
    for pattern, values in (*_CLOCKS, *_month_readers(language), *_NUMBERS):
        matches = list(pattern.finditer(rest))
        found += (Figure(value, match[0].strip(), match.start()) for match in matches for value in values(match))
        rest = pattern.sub(_blank, rest) if matches else rest
    return sorted(found, key=lambda figure: figure.offset)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _half_day(match: re.Match[str]) -> Iterator[str]:
    afternoon = 12 if match[3].lower() == "p" else 0
    yield f"{int(match[1]) % 12 + afternoon}:{match[2] or '00'}"


def _clock(match: re.Match[str]) -> Iterator[str]:
    yield f"{int(match[1])}:{match[2]}"


def _hour(match: re.Match[str]) -> Iterator[str]:
    yield f"{int(match[1])}:00"


def _numeric_day(match: re.Match[str]) -> Iterator[str]:
    yield from (str(int(match[1])), f"month {int(match[3])}", match[4])


def _grouped(match: re.Match[str]) -> Iterator[str]:
    yield re.sub(r"\D", "", match[0])


def _number(match: re.Match[str]) -> Iterator[str]:
    written = match[0].replace(",", ".")
    # int() reads the digits of every script, and refuses thousands of them.
    yield str(int(written)) if written.isdecimal() and len(written) < 100 else written


_CLOCKS: tuple[Reader, ...] = (
    (_HALF_DAY, _half_day),
    (_CLOCK, _clock),
    (_HOUR, _hour),
    (_NUMERIC_DAY, _numeric_day),
)
_NUMBERS: tuple[Reader, ...] = ((_GROUPED, _grouped), (_NUMBER, _number))


@lru_cache(maxsize=32)
def _month_readers(language: str) -> tuple[Reader, ...]:
    """Make the readers of "25 November", "November 25", "1er mars", "3. März", "3 de marzo"."""
    try:
        names = Locale.parse(language, sep="-").months["format"]["wide"]
    except (UnknownLocaleError, ValueError):
        return ()
    numbers = {name.casefold(): number for number, name in names.items()}
    month = "|".join(map(re.escape, names.values()))

    def values(match: re.Match[str]) -> Iterator[str]:
        yield str(int(match["day"]))
        yield f"month {numbers[match['month'].casefold()]}"

    patterns = (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|er|st|nd|rd|th|º|ª)?\s+(?:de\s+|of\s+)?(?P<month>{month})\b",
        rf"\b(?P<month>{month})\s+(?P<day>\d{{1,2}})(?!\d)",
    )
    return tuple((re.compile(pattern, re.IGNORECASE), values) for pattern in patterns)
