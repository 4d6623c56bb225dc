"""The fields of a newsletter's own have types, and each value one spelling, in which it is kept, compared and shown.

==========  ==============================  =====================================================================
type        kept as                         read from
==========  ==============================  =====================================================================
text        it is                           anything
number      ``1234.5``                      ``1234,5``, ``1 234.50``, ``1.234,5``; not ``1,234``, which says two things
date        ``2026-01-31``                  ``31.01.2026``, ``31/01/2026``, with a time behind it or not
yes/no      ``yes``, ``no``                 yes and no, true and false, 1 and 0, in the languages of Europe
choice      one of the choices              it, in any case and with any accents
==========  ==============================  =====================================================================

A value that is none of its type is told to whoever brought it, never kept and never guessed.
"""

from __future__ import annotations

import datetime as dt
import difflib
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from composer.audience.imports.leaving_words import unaccented

YES, NO = "yes", "no"


class FieldType(enum.StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes/no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """A field of the newsletter's own, as ``newsletter.yaml`` declares it; ``choices`` only where it is a choice."""

    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()


class ValueRefused(ValueError):
    """A value that is none of its field's type; it says in words what would be one."""


def canonical(text: str, declared: FieldDeclaration, *, day_first: bool | None = None) -> str:
    """Bring a value into the one spelling of its type; nothing stays nothing. Raises ValueRefused.

    ``day_first`` decides of ``03/04/2026`` where somebody knows it; otherwise such a date is refused.
    """
    value = text.strip()
    if not value:
        return ""
    match declared.type:
        case FieldType.TEXT:
            return value
        case FieldType.NUMBER:
            return _number(value)
        case FieldType.DATE:
            return _date(value, day_first=day_first)
        case FieldType.YES_NO:
            return _yes_or_no(value)
        case FieldType.CHOICE:
            return _choice(value, declared.choices)


def canonical_all(
    values: Mapping[str, str], declared: Mapping[str, FieldDeclaration]
) -> tuple[dict[str, str], dict[str, str]]:
    """Bring each value into its spelling: the good ones, and for each refused one what is wrong with it, by name.

    Fields that are not declared are texts.
    """
    good: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name, text in values.items():
        try:
            good[name] = canonical(text, declared.get(name, _TEXT))
        except ValueRefused as error:
            refused[name] = str(error)
    return good, refused


_TEXT = FieldDeclaration()
_BLANKS_IN_NUMBERS = str.maketrans("", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'’_")
_GROUPED = (
    (re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}"), ",", ""),  # 1,234.5 and 1,234,567
    (re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}"), ".", ","),  # 1.234,5 and 1.234.567
)
_TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2}[,]\d{3}")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_DIGITS_MAX = 40


def _number(value: str) -> str:
    plain = value.translate(_BLANKS_IN_NUMBERS).replace("\N{MINUS SIGN}", "-")
    if _TWO_READINGS.fullmatch(plain):
        raise ValueRefused(
            f"“{value[:40]}” can be two numbers; write {plain.replace(',', '')} or {plain.replace(',', '.')}"
        )
    for pattern, separator, point in _GROUPED:
        if pattern.fullmatch(plain):
            plain = plain.replace(separator, "")
            plain = plain.replace(point, ".") if point else plain
            break
    else:
        plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    if not _PLAIN.fullmatch(plain) or len(plain) > _DIGITS_MAX:
        raise ValueRefused(f"“{value[:40]}” is no number; write it as 1234.5")
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise ValueRefused(f"“{value[:40]}” is no number; write it as 1234.5") from error
    written = format(number, "f")
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in ("-0", "") else written


_TIME_BEHIND = re.compile(r"[ T]\d{1,2}:\d{2}.*")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})", re.ASCII)


def _date(value: str, *, day_first: bool | None) -> str:
    day = _TIME_BEHIND.sub("", value)
    if found := _YEAR_FIRST.fullmatch(day):
        year, month, of_month = (int(part) for part in found.groups() if part)
        return _written_date(value, year, month, of_month)
    if not (found := _YEAR_LAST.fullmatch(day)):
        raise ValueRefused(f"“{value[:40]}” is no date; write it as 2026-01-31")
    first, sign, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
    if sign == "." or first > 12 or first == second:
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None:
        raise ValueRefused(f"“{value[:40]}” can be two days; write it as {year}-{second:02}-{first:02}, or as it is")
    return _written_date(value, year, *((second, first) if day_first else (first, second)))


def _written_date(value: str, year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError as error:
        raise ValueRefused(f"there is no day “{value[:40]}”; write it as 2026-01-31") from error


def _words(text: str) -> frozenset[str]:
    return frozenset(map(unaccented, text.split()))


_YES_WORDS = _words(
    """yes y true t 1 x on oui o vrai ja j wahr sí s vero sim verdadeiro tak prawda da igen kyllä jah ano áno evet
    ναι так да bai taip jā sea"""
)
_NO_WORDS = _words(
    "no n false f 0 off non faux nein falsch nee nej nei não falso nie ne nem ei hayır οχι ні не нет nu ez nē nage"
)


def _yes_or_no(value: str) -> str:
    word = unaccented(value)
    for meaning, words in ((YES, _YES_WORDS), (NO, _NO_WORDS)):
        if word in words:
            return meaning
    raise ValueRefused(f"“{value[:40]}” is neither yes nor no")


def _choice(value: str, choices: tuple[str, ...]) -> str:
    if value in choices:
        return value
    by_word = {unaccented(choice): choice for choice in choices}
    if found := by_word.get(unaccented(value)):
        return found
    near = difflib.get_close_matches(unaccented(value), by_word, n=1)
    hint = f"did you mean “{by_word[near[0]]}”?" if near else f"it is one of {', '.join(choices[:20])}"
    raise ValueRefused(f"“{value[:40]}” is none of the choices; {hint}")
