"""Which field of the issue each piece of a rendered mail came from, for those who click on it.

Templates see plain values, and one text is equal to any other with the same letters. So each value of a field becomes
an object of its own, known by its identity; what a filter of the house makes of it is of the same field. Where a
template prints such a value, marks stand around it, which become comments in the HTML, or an attribute of its element::

    <!--field ["blocks",0,"title"]-->Words<!--end of field-->
    <img src="…" data-fields='[["blocks",0,"picture","file"],["blocks",0,"picture","alt"]]'>

Enters: the plain values of blocks, filters, a document with marks. Leaves: the same, traced. A mail that is sent is
never made in this way: marks in an address or a width may change what MJML makes of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from markupsafe import Markup
from markupsafe import escape as escaped

from composer.edition.slots.marks import Marks
from composer.edition.slots.regions import ClosedRegion, DocumentRegions
from composer.edition.theme.records import Record, values_of, with_values
from composer.issue.source import KeyPath

_NOT_FOLLOWED = frozenset({"mjml"})
"""What is markup of its own, in which no mark can stand."""


class Origins:
    """The fields that the values of one rendering came from. ``prefix`` is that of its marks."""

    def __init__(self, prefix: str) -> None:
        self._marks: Marks[KeyPath] = Marks(prefix)
        self._known: dict[int, tuple[object, KeyPath]] = {}

    def traced(self, value: Any, path: KeyPath) -> Any:
        """Copy a plain value so that whatever in it can be printed is known by being itself."""
        kind = type(value)
        if kind is Record:
            parts = {name: self.traced(part, (*path, name)) for name, part in values_of(value).items()}
            return self._note(with_values(value, parts), path)
        if kind is tuple:
            return tuple(self.traced(part, (*path, index)) for index, part in enumerate(value))
        if kind is MappingProxyType:
            return MappingProxyType({name: self.traced(part, (*path, name)) for name, part in value.items()})
        return self._note(_another(value), path)

    def following(self, filters: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
        """Make filters whose results come from where their first argument did."""
        return {name: one if name in _NOT_FOLLOWED else self._following(one) for name, one in filters.items()}

    def printed(self, value: Any) -> Any:
        """Put marks around what a template prints, if it came from a field."""
        known = self._known.get(id(value))
        if known is None or known[0] is not value or isinstance(value, Record):
            return value
        mark = Markup(self._marks.mark(known[1]))  # noqa: S704  letters and digits
        return mark + escaped(value) + mark

    def written(self, html: str) -> str:
        """Replace the marks in a document by comments and attributes."""
        regions = DocumentRegions(html)
        inserted: dict[int, list[KeyPath]] = {}
        pieces: list[tuple[int, int, str]] = []
        opened: KeyPath | None = None
        for match, path in self._marks.find(html):
            around = regions.around(match.start())
            words = ""
            if around is None:
                opened, words = (None, _END) if opened == path else (path, f"<!--field {_told(path)}-->")
            elif not isinstance(around, ClosedRegion):
                fields = inserted.setdefault(around.end("attributes"), [])
                fields += [path] if path not in fields else []
            pieces.append((match.start(), match.end(), words))
        pieces += ((at, at, f" data-fields='{escape(_told(fields))}'") for at, fields in inserted.items())
        return "".join(_replaced(html, sorted(pieces)))

    def _following(self, one: Callable[..., Any]) -> Callable[..., Any]:
        def followed(*arguments: Any, **named: Any) -> Any:
            made = one(*arguments, **named)
            known = self._known.get(id(arguments[0])) if arguments else None
            if known is None or known[0] is not arguments[0] or type(made) not in (str, Markup):
                return made
            return self._note(_another(made), known[1])

        return followed

    def _note(self, value: Any, path: KeyPath) -> Any:
        # What is the same object everywhere, such as None or a text of one letter, came from nowhere.
        if isinstance(value, Record | dt.date | dt.time) or (isinstance(value, str) and len(value) > 1):
            self._known[id(value)] = value, path
        return value


_END = "<!--end of field-->"


def _another(value: Any) -> Any:
    """Make an equal value that is another object."""
    if isinstance(value, str) and len(value) > 1:
        whole = "".join((value[:1], value[1:]))
        return Markup(whole) if isinstance(value, Markup) else whole  # noqa: S704  as it was
    return value.replace() if isinstance(value, dt.date | dt.time) else value


def _told(path: object) -> str:
    return json.dumps(path, ensure_ascii=True, separators=(",", ":")).replace("--", "-\\u002d")


def _replaced(html: str, pieces: list[tuple[int, int, str]]) -> Iterator[str]:
    end = 0
    for start, stop, words in pieces:
        yield html[end:start]
        yield words
        end = stop
    yield html[end:]
