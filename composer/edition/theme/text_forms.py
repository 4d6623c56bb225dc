"""Texts with gaps are filled: ``"{name}".format(name=…)``, ``"%s" % …`` and ``strftime``, each bounded.

Python's own go from a gap to any attribute of what is put in (``{0.__class__}``) and pad to any width
(``{:>999999999}``). Here a gap is a name or a number, with a short form for numbers and days.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from typing import Any

from markupsafe import Markup, escape

from composer.edition.theme.budget import NotAllowedError, checked_size

_MAX_FORM = 10_000
_GAP = re.compile(r"\w*")
_NUMBER_FORM = re.compile(r"[<>^=]?[+ -]?0?\d{0,2}[,_]?(\.\d{1,2})?[bdeEfFgGnosxX%]?")
# %s, the seconds since 1970, would hang on the clock's place.
_TIME_FORM = re.compile(r"(?:[^%]|%-?(?!s)[A-Za-z%]){0,100}")
_PERCENT_GAP = re.compile(r"%(?P<name>\(\w*\))?(?P<form>[#0 +-]*\d{0,2}(?:\.\d{1,2})?[diouxXeEfFgGcs%])?")


def bounded_format(text: str, *arguments: Any, **named: Any) -> str:
    """Fill the gaps of ``str.format``. KeyError or IndexError for a gap that nothing is there for."""
    _check_length(text)
    put = escape if isinstance(text, Markup) else str
    pieces: list[str] = []
    letters = unnamed = 0
    for words, gap, form, conversion in string.Formatter().parse(text):
        pieces.append(words)
        if gap is None:
            continue
        if not _GAP.fullmatch(gap) or conversion:
            raise NotAllowedError(f"{{{gap}}} is more than a name between braces")
        if gap and not gap.isdecimal():
            value = named[gap]
        else:
            value = arguments[int(gap or unnamed)]
            unnamed += 1
        pieces.append(str(put(_formed(value, form or ""))))
        letters = checked_size(letters + len(pieces[-1]))
    return type(text)("".join(pieces))


def _formed(value: Any, form: str) -> Any:
    if not form:
        return value
    if isinstance(value, dt.date | dt.time):
        return bounded_strftime(value, form)
    if not _NUMBER_FORM.fullmatch(form) or not isinstance(value, str | int | float):
        raise NotAllowedError(f"{form!r} is no form for {value!r}")
    return format(value, form)


def bounded_percent(text: Any, *arguments: Any, **named: Any) -> str:
    """Fill the gaps of ``%`` with what stands in ``arguments`` or ``named``. TypeError if they do not fit."""
    if arguments and named:
        raise TypeError("gaps are filled in order or by name, not both")
    return percent(str(text), named or arguments)


def percent(text: str, values: Any) -> str:
    """Fill the gaps of ``text % values``, after a look at each gap and at the size of what comes."""
    _check_length(text)
    for gap in _PERCENT_GAP.finditer(text):
        if gap["form"] is None:
            raise NotAllowedError(f"{text[gap.start() : gap.start() + 20]!r} is no gap that a template may have")
    given = values if isinstance(values, tuple) else values.values() if isinstance(values, dict) else (values,)
    checked_size(len(text) + text.count("%") * max([100, *(len(item) for item in given if isinstance(item, str))]))
    filled: str = text % values
    return filled


def bounded_strftime(moment: dt.date | dt.time, form: str) -> str:
    """Write a day or a time by a form such as ``%d.%m.%Y``."""
    if not _TIME_FORM.fullmatch(form):
        raise NotAllowedError("a form of a day has at most 100 letters, each % before one of them, and no %s")
    return moment.strftime(form)


def _check_length(text: str) -> None:
    if len(text) > _MAX_FORM:
        raise NotAllowedError(f"a text with gaps has at most {_MAX_FORM:,} letters")
