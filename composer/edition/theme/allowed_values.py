"""What a template may call, and what a value answers to. What is not listed is not there.

Methods are our own functions by name, so no bound method of Python's, which leads back to modules, is ever handed out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from jinja2.filters import _GroupTuple
from jinja2.runtime import BlockReference, LoopContext
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup, escape

from composer.edition.theme.allowed_filters import few_letters, replace_fits
from composer.edition.theme.budget import Budget, checked_items, checked_size
from composer.edition.theme.frame import FramedBlock
from composer.edition.theme.records import RenderedBlock
from composer.edition.theme.text_forms import bounded_format, bounded_strftime


class Function:
    """A function, or a method with its value, that a template may call and not look into."""

    __slots__ = ("_call", "_name")

    def __init__(self, name: str, call: Callable[..., Any]) -> None:
        self._name = name
        self._call = call

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it with what the template gives, and return what it returns."""
        return self._call(*arguments, **named)

    def __repr__(self) -> str:
        return f"<{self._name}>"


class Names(Namespace):
    """What ``namespace()`` makes: names that a template sets and reads."""

    def __repr__(self) -> str:
        return "<namespace>"  # one may stand in another many times over


def _range(*arguments: int) -> range:
    numbers = range(*arguments)
    checked_items(len(numbers))
    return numbers


_CALLS: Mapping[str, Any] = {"range": _range, "dict": dict, "cycler": Cycler, "joiner": Joiner, "namespace": Names}
FUNCTIONS: Mapping[str, Function] = {name: Function(name, call) for name, call in _CALLS.items()}
"""``lipsum`` is not there: it throws dice."""

# --- what values answer to ----------------------------------------------------------------------------------


def _text(name: str) -> Callable[..., Any]:
    """Make a method of texts that gives no more letters than the text has, or a few times as many."""

    def called(text: str, *arguments: Any, **named: Any) -> Any:
        return getattr(text, name)(*arguments, **named)

    return called


def _stripping(name: str) -> Callable[..., Any]:
    def called(text: str, letters: str | None = None) -> str:
        stripped: str = getattr(text, name)(few_letters(letters))
        return stripped

    return called


def _replace_in(text: str, old: str, new: str, count: int = -1) -> str:
    replace_fits(text, old, new)
    return text.replace(old, new, count)


def _join_with(text: str, items: Iterable[Any]) -> str:
    parts = tuple(items)
    checked_size(len(parts) * len(escape(text)) + sum(len(str(part)) for part in parts))
    return text.join(parts)


_TEXT_METHODS = """capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric
    isspace istitle isupper lower partition removeprefix removesuffix rfind rindex rpartition rsplit split splitlines
    startswith swapcase title upper""".split()  # noqa: SIM905  a list reads worse

_TEXT: Mapping[str, Callable[..., Any]] = {
    **{name: _text(name) for name in _TEXT_METHODS},
    **{name: _stripping(name) for name in ("lstrip", "rstrip", "strip")},
    "format": bounded_format,
    "join": _join_with,
    "replace": _replace_in,
}
_MAPPING: Mapping[str, Callable[..., Any]] = {
    "get": lambda mapping, key, default=None: mapping.get(key, default),
    "items": lambda mapping: tuple(mapping.items()),
    "keys": lambda mapping: tuple(mapping),
    "values": lambda mapping: tuple(mapping.values()),
}
_LIST: Mapping[str, Callable[..., Any]] = {
    "count": lambda items, item: items.count(item),
    "index": lambda items, item: items.index(item),
}
_DAY: Mapping[str, Callable[..., Any]] = {
    "isoformat": lambda day: day.isoformat(),
    "isoweekday": lambda day: day.isoweekday(),
    "strftime": bounded_strftime,
    "weekday": lambda day: day.weekday(),
}
_TIME: Mapping[str, Callable[..., Any]] = {"isoformat": lambda time: time.isoformat(), "strftime": bounded_strftime}

METHODS: Mapping[type, Mapping[str, Callable[..., Any]]] = {
    str: _TEXT,
    Markup: _TEXT,
    dict: _MAPPING,
    MappingProxyType: _MAPPING,
    tuple: _LIST,
    list: _LIST,
    range: _LIST,
    dt.date: _DAY,
    dt.datetime: {**_DAY, **_TIME},
    dt.time: _TIME,
    dt.timedelta: {"total_seconds": lambda span: span.total_seconds()},
    Cycler: {"next": lambda cycler: cycler.next(), "reset": lambda cycler: cycler.reset()},
    LoopContext: {
        "cycle": lambda loop, *values: loop.cycle(*values),
        "changed": lambda loop, *values: loop.changed(*values),
    },
}
"""The methods of each type, by name."""

ATTRIBUTES: Mapping[type, frozenset[str]] = {
    dt.date: frozenset({"day", "month", "year"}),
    dt.datetime: frozenset({"day", "hour", "minute", "month", "second", "year"}),
    dt.time: frozenset({"hour", "minute", "second"}),
    dt.timedelta: frozenset({"days", "seconds"}),
    Cycler: frozenset({"current"}),
    LoopContext: frozenset(
        "depth depth0 first index index0 last length nextitem previtem revindex revindex0".split()  # noqa: SIM905
    ),
    BlockReference: frozenset({"super"}),
    RenderedBlock: frozenset({"block"}),
    FramedBlock: frozenset({"block"}),
    _GroupTuple: frozenset({"grouper", "list"}),
}
"""What else can be read of each type."""


def method(budget: Budget, value: Any, name: str) -> Function | None:
    """Return the method ``name`` of a value; None if templates may not call it."""
    call = METHODS.get(type(value), {}).get(name)
    if call is None:
        return None

    def counted(*arguments: Any, **named: Any) -> Any:
        budget.spend(1)
        budget.handle(value)
        for argument in arguments:
            budget.handle(argument)
        return budget.holds(call(value, *arguments, **named))

    return Function(name, counted)
