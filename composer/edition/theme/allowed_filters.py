"""The filters and tests that templates may use. What is not listed is not there.

Jinja's own stand here one by one, those left out that show Python's insides (``attr``, ``pprint``), throw dice
(``random``) or take a time that grows faster than their text (``urlize``); some are our own, for Jinja's make texts
of any size from one number. Each is counted by the budget of the environment that it is asked in.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jinja2.filters
import jinja2.tests
from jinja2.utils import _PassArg, pass_context
from markupsafe import Markup, escape

from composer.edition.theme.budget import Budget, NotAllowedError, checked_items, checked_size
from composer.edition.theme.text_forms import bounded_percent

_PLAIN_FILTERS = """abs capitalize count d default dictsort e escape filesizeformat first float forceescape groupby int
    items last length list lower map max min reject rejectattr reverse safe select selectattr sort string title tojson
    truncate unique upper urlencode wordcount xmlattr""".split()  # noqa: SIM905  a list reads worse

_PLAIN_TESTS = """boolean defined divisibleby eq equalto escaped even false float ge gt greaterthan in integer iterable
    le lessthan lower lt mapping ne none number odd sameas sequence string true undefined upper
    == != > >= < <=""".split()  # noqa: SIM905

MAX_WIDTH = 10_000
"""Columns, pixels and places that a filter may be asked for: no mail is as wide."""


def _width(number: Any) -> int:
    width = int(number)
    if abs(width) > MAX_WIDTH:
        raise NotAllowedError(f"{width} is wider than any mail: at most {MAX_WIDTH:,}")
    return width


def _pieces(value: Any, count: Any) -> tuple[tuple[Any, ...], int]:
    items, number = tuple(value), _width(count)
    if number < 1:
        raise ValueError("a list is parted into one or more")
    return items, number


def _batch(value: Iterable[Any], linecount: int, fill_with: Any = None) -> tuple[Any, ...]:
    items, size = _pieces(value, linecount)
    rows = [list(items[at : at + size]) for at in range(0, len(items), size)]
    if rows and fill_with is not None:
        rows[-1] += [fill_with] * (size - len(rows[-1]))
    return tuple(rows)


def _slice(value: Iterable[Any], slices: int, fill_with: Any = None) -> tuple[Any, ...]:
    items, number = _pieces(value, slices)
    return tuple(jinja2.filters.sync_do_slice(items, number, fill_with))


def _center(value: Any, width: int = 80) -> str:
    return jinja2.filters.do_center(value, _width(width))


def _indent(text: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> Any:
    lead = width if isinstance(width, str) else " " * _width(width)
    checked_size((text.count("\n") + 1) * len(lead) + len(text))
    return jinja2.filters.do_indent(text, lead, first, blank)


@jinja2.pass_eval_context
def _join(context: Any, value: Iterable[Any], d: Any = "", attribute: Any = None) -> Any:
    items = tuple(value)
    checked_size(len(items) * len(str(d)) + sum(len(item) for item in items if isinstance(item, str)))
    return jinja2.filters.sync_do_join(context, items, d, attribute)


@jinja2.pass_eval_context
def _replaced(context: Any, text: Any, old: str, new: str, count: int | None = None) -> Any:
    replace_fits(str(text), str(old), str(new))
    return jinja2.filters.do_replace(context, text, old, new, count)


def replace_fits(text: str, old: str, new: str) -> None:
    """Refuse a replacement before it is made. TooMuchError if it makes too large a text."""
    checked_size(len(text) + text.count(old) * len(escape(new)))


def _round(value: Any, precision: int = 0, method: Any = "common") -> Any:
    if not 0 <= precision <= 20:
        raise ValueError("numbers are rounded to 0 to 20 places")
    return jinja2.filters.do_round(value, precision, method)


def _striptags(value: Any) -> str:
    bare = re.sub(r"<!--.*?(?:-->|$)|<[^<>]*>", "", str(value), flags=re.DOTALL)
    return Markup(" ".join(bare.split())).unescape()  # noqa: S704  read, not shown


_LETTERS_TO_WRAP_A_STEP = 4
_LETTERS_TO_COPY_A_STEP = 2_000


@jinja2.pass_environment
def _wordwrap(
    environment: Any,
    value: str,
    width: int = 79,
    break_long_words: bool = True,
    wrapstring: str = "\n",
    *,
    break_on_hyphens: bool = True,
) -> str:
    columns = max(1, _width(width))
    # A word of many lines is copied, but for a line's letters, for each of them.
    copied = sum(len(word) ** 2 // columns for word in value.split() if len(word) > columns)
    environment.budget.spend(len(value) // _LETTERS_TO_WRAP_A_STEP + copied // _LETTERS_TO_COPY_A_STEP)
    checked_size((len(value) // columns + value.count("\n") + 1) * 2 * max(1, len(wrapstring)))
    lines = [
        textwrap.wrap(
            line,
            width=columns,
            expand_tabs=False,
            replace_whitespace=False,
            break_long_words=break_long_words,
            break_on_hyphens=break_on_hyphens,
        )
        for line in value.splitlines()
    ]
    return wrapstring.join([wrapstring.join(wrapped) for wrapped in lines])


def few_letters(letters: str | None) -> str | None:
    """Return what is to be taken off both ends. NotAllowedError if it is long: it is gone through for each letter."""
    if letters is not None and len(letters) > _MAX_STRIPPED:
        raise NotAllowedError(f"at most {_MAX_STRIPPED} different letters are stripped")
    return letters


_MAX_STRIPPED = 100


def _trim(value: Any, chars: str | None = None) -> str:
    return jinja2.filters.do_trim(value, few_letters(chars))


def _sum(environment: Any, value: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    if not isinstance(start, int | float):
        raise TypeError("sums are of numbers")
    return jinja2.filters.sync_do_sum(environment, value, attribute, start)


_OWN_FILTERS: Mapping[str, Callable[..., Any]] = {
    "batch": _batch,
    "center": _center,
    "format": bounded_percent,
    "indent": _indent,
    "join": _join,
    "replace": _replaced,
    "round": _round,
    "slice": _slice,
    "striptags": _striptags,
    "sum": jinja2.pass_environment(_sum),
    "trim": _trim,
    "wordwrap": _wordwrap,
}


def _counted(filter_: Any) -> Callable[..., Any]:
    """Wrap one of Jinja's filters or tests: it is counted, and what it gives is no larger than values may be.

    It takes the context, which also keeps Jinja from working it out while a template is compiled.
    """
    passes = _PassArg.from_obj(filter_)

    @pass_context
    def counted(context: Any, *arguments: Any, **named: Any) -> Any:
        budget: Budget = context.environment.budget
        budget.spend(1)
        for argument in arguments:
            budget.handle(argument)
        if passes is not None:
            first = {
                _PassArg.environment: context.environment,
                _PassArg.eval_context: context.eval_ctx,
                _PassArg.context: context,
            }[passes]
            arguments = (first, *arguments)
        given = filter_(*arguments, **named)
        if isinstance(given, Iterator):
            # Made whole, so that its entries are counted here and not where it is used.
            given = tuple(_each(budget, given))
        return budget.holds(given)

    return counted


def _each(budget: Budget, entries: Iterable[Any]) -> Iterator[Any]:
    for number, entry in enumerate(entries):
        budget.spend(1)
        checked_items(number)
        yield entry


FILTERS: Mapping[str, Callable[..., Any]] = {
    name: _counted(filter_)
    for name, filter_ in (*((name, jinja2.filters.FILTERS[name]) for name in _PLAIN_FILTERS), *_OWN_FILTERS.items())
}
TESTS: Mapping[str, Callable[..., Any]] = {name: _counted(jinja2.tests.TESTS[name]) for name in _PLAIN_TESTS}


@lru_cache(maxsize=256)
def own_filter(name: str) -> Callable[..., Any]:
    """Make what templates call for the filter ``name`` of the house: the ``own_filters`` of their environment have it.

    It is counted by what it does and reads, and what it is told is of a size. One serves the environments of all
    editions, which are made anew at each build.
    """
    steps = _STEPS_OF_OURS.get(name, 5)

    @pass_context
    def counted(context: Any, *arguments: Any, **named: Any) -> Any:
        budget: Budget = context.environment.budget
        budget.spend(steps)
        for number, argument in enumerate((*arguments, *named.values()) if named else arguments):
            kind = type(argument)
            if kind is str or kind is Markup:
                if number == 0:
                    budget.spend(len(argument) // _LETTERS_OF_MARKDOWN_A_STEP)
                elif len(argument) > MAX_WIDTH:
                    raise NotAllowedError(f"a filter is told in at most {MAX_WIDTH:,} letters what to do")
            elif kind is int or kind is float:
                _width(argument)
        return context.environment.own_filters[name](*arguments, **named)

    return counted


_STEPS_OF_OURS = {"markdown": 100, "markdown_text": 50, "mjml": 500, "play_badge": 10_000, "square": 10_000}
"""Those that take longer than a call: they parse, render, or draw a picture."""

_LETTERS_OF_MARKDOWN_A_STEP = 4
"""To parse it takes some ten times as long as to join it."""
