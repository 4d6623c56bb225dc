"""Merge fields in the author's texts are read: ``{{ subscriber.first_name | default("reader") | title }}``.

Enters: the models of an issue. Leaves: the same models, in whose texts every merge field has become a mark
(``marks.py``) and the signs are set (``typography.py``); where each of these texts was written; and the Problems, each
at the author's line and column. The language is exactly::

    {{ field }}      {{ field | filter }}      {{ field | filter("text") | filter }}
    \\{{              two braces, as they are

Never: an expression, a condition, a loop, or anything that is evaluated.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from composer.edition.language.dates import is_date_form
from composer.edition.language.typography import set_line
from composer.edition.model import Filters
from composer.edition.slots.marks import Marks, unused_prefix
from composer.errors import Mend, Position, Problem
from composer.issue.blocks import Model, TextKind
from composer.issue.nearest import advice, nearest_mend
from composer.issue.source import KeyPath, Source
from composer.issue.traverse import keyed_parts

SUBSCRIBER_FIELDS = ("email", "first_name", "last_name", "name", "language")
LINK_FIELDS = ("unsubscribe", "browser", "print")

FILTER_ARGUMENTS = {"default": (1, 1), "title": (0, 0), "upper": (0, 0), "lower": (0, 0), "date": (0, 1)}
"""The filters of merge fields, with the least and the largest number of arguments. ``fill.py`` applies them."""

_BRACES = re.compile(r"\\(?P<plain>\{\{|\{%|\}\})|(?P<open>\{\{)|(?P<statement>\{%)|(?P<close>\}\})")
_NAME = re.compile(r"\s*([A-Za-z_][\w.\-]*)\s*")
_TEXT = re.compile(r"""\s*("([^"\n]*)"|'([^'\n]*)'|“([^”\n]*)”)\s*""")
_FIELD_END = re.compile(r"""(?:"[^"\n]*"|'[^'\n]*'|[^"'\n}]|\}(?!\}))*?\}\}""")

_MAX_FIELD = 500
"""Letters between the braces: where none close, no more than these are read again from each that opens."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field to fill per subscriber, with its filters."""

    name: str
    filters: Filters = ()

    def __str__(self) -> str:
        words = [self.name]
        for name, given in self.filters:
            arguments = given[:1] if name == "date" else given  # the language is not written
            words.append(name + (f"({', '.join(map(repr, arguments))})" if arguments else ""))
        return "{{ " + " | ".join(words) + " }}"


class AuthoredText(NamedTuple):
    """A text as its author wrote it, what kind of text it is, and its key path in its source."""

    source: Source
    path: KeyPath
    kind: TextKind
    written: str

    @property
    def folder(self) -> Path:
        """The folder of the file that holds the text, where pictures that it names are looked for."""
        return self.source.file.parent

    def position(self, offset: int = 0) -> Position:
        """Find the line and column of the character at ``offset`` of the text as written."""
        return self.source.position_in(self.path, self.written, offset)

    def position_of(self, words: str, *, line: int = 0, nth: int = 0) -> Position:
        """Find where ``words`` stand as a link's address for the ``nth`` time (from 0), from line ``line`` (from 0) on.

        Where they never do, it is where they stand first, and if they are nowhere, the beginning of the line.
        """
        start = sum(len(text) for text in self.written.splitlines(keepends=True)[:line])
        if not words:
            return self.position(start)
        link = re.compile(rf"(?<=\]\()<?{re.escape(words)}(?=[>)\s])")
        places = [found.end() - len(words) for found in islice(link.finditer(self.written, start), nth + 1)]
        return self.position(places[-1] if places else max(start, self.written.find(words, start)))


@dataclass(slots=True)
class FieldMarker:
    """Puts marks for the merge fields of an edition's texts.

    ``own_fields`` are the newsletter's own subscriber fields. ``problems`` collects every mistake. ``first_place``
    tells where each field was first written; ``texts`` tells where each text with marks was, which is at several places
    if an author wrote the same words there.
    """

    marks: Marks[MergeField]
    language: str
    own_fields: Collection[str] = ()
    problems: list[Problem] = field(default_factory=list)
    first_place: dict[MergeField, Position] = field(default_factory=dict)
    texts: dict[str, list[AuthoredText]] = field(default_factory=dict)

    def mark_fields(self, model: M, *, source: Source, path: KeyPath = ()) -> M:
        """Return ``model`` with marks for merge fields in all its texts."""
        merged: M = self._mark_value(model, source, path, TextKind.LINE)
        return merged

    def _mark_value(self, value: Any, source: Source, path: KeyPath, kind: TextKind) -> Any:
        if isinstance(value, str):
            return self._mark_text(AuthoredText(source, path, kind, value))
        if value is None or isinstance(value, int | dt.date | dt.time):
            return value
        if isinstance(value, Model):
            changed: dict[str, Any] = {}
            for key, part, of_key in keyed_parts(value):
                marked = self._mark_value(part, source, (*path, key), of_key)
                if marked is not part:
                    changed[key] = marked
            return value.model_copy(update=changed) if changed else value
        if isinstance(value, tuple):
            items = [self._mark_value(item, source, (*path, index), kind) for index, item in enumerate(value)]
            return value if all(map(operator.is_, items, value)) else tuple(items)
        return value

    def _mark_text(self, text: AuthoredText) -> str:
        marked = self._put_marks(text)
        if text.kind is TextKind.LINE:
            # Markdown is set by its own parser, which knows what is text and what is code; MJML's quotes are code.
            marked = set_line(marked, language=self.language)
        self.texts.setdefault(marked, []).append(text)
        return marked

    def _put_marks(self, text: AuthoredText) -> str:
        written = text.written
        if "{" not in written and "}}" not in written:
            return written
        pieces: list[str] = []
        end = 0
        while (brace := _BRACES.search(written, end)) is not None:
            pieces.append(written[end : brace.start()])
            piece, end = self._mark_brace(brace, text)
            pieces.append(piece)
        pieces.append(written[end:])
        return "".join(pieces)

    def _mark_brace(self, brace: re.Match[str], text: AuthoredText) -> tuple[str, int]:
        """Make what stands for the braces found, and tell where to go on reading."""
        if brace["plain"]:
            return brace["plain"], brace.end()
        whole = _FIELD_END.match(text.written, brace.end(), brace.end() + _MAX_FIELD)
        end = whole.end() if brace["open"] and whole else brace.end()
        # What closes a statement, or a field that was opened like one, is part of the same slip.
        if brace["statement"] and (closed := _STATEMENT_END.match(text.written, end, end + _MAX_FIELD)):
            end = closed.end()
        if brace["open"] and whole is None:
            # What else opens on this line is not closed either: one mistake, and the line is read once.
            line_end = text.written.find("\n", end)
            end = len(text.written) if line_end < 0 else line_end
        try:
            if text.kind is TextKind.FOR_PROGRAMS:
                raise _Mistake(0, "a merge field cannot stand here", "write the value itself")
            found = self._checked(_parse_field(brace, whole))
        except _Mistake as mistake:
            position = text.position(brace.start() + mistake.offset)
            self.problems.append(Problem(position, mistake.message, mistake.hint, mistake.mend))
            return text.written[brace.start() : end], end
        self.first_place.setdefault(found, text.position(brace.start()))
        return self.marks.mark(found), end

    def _checked(self, found: MergeField) -> MergeField:
        """Return the field if it and its filters exist; a date is told its form and the language that it will be in."""
        known = [*(f"subscriber.{name}" for name in (*SUBSCRIBER_FIELDS, *self.own_fields))]
        known += [f"links.{name}" for name in LINK_FIELDS]
        if found.name not in known:
            near = _near_field(found.name, known)
            hint = f"did you mean {near!r}?" if near else f"the fields are {', '.join(known)}"
            raise _Mistake(0, f"there is no merge field {found.name!r}", hint, Mend(found.name, near) if near else None)
        filters = []
        for name, arguments in found.filters:
            _check_filter(name, arguments)
            filters.append((name, (*(arguments or (_DATE_FORM,)), self.language) if name == "date" else arguments))
        return MergeField(found.name, tuple(filters))


def field_marker(texts: Iterable[str], *, language: str, own_fields: Collection[str]) -> FieldMarker:
    """Make a FieldMarker whose marks can be told from everything in ``texts``."""
    marker = FieldMarker(Marks(unused_prefix("m", texts)), language, own_fields)
    for name in (*LINK_FIELDS, "assets"):
        # First, so that they keep their marks whatever an author adds.
        marker.marks.mark(MergeField(f"links.{name}"))
    return marker


class _Mistake(Exception):
    """A merge field that cannot be read; ``offset`` counts from its opening braces."""

    def __init__(self, offset: int, message: str, hint: str = "", mend: Mend | None = None) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.hint = hint
        self.mend = mend


def _parse_field(brace: re.Match[str], whole: re.Match[str] | None) -> MergeField:
    """Read the merge field that opens at ``brace``; ``whole`` is what follows up to its closing braces."""
    as_written = f"to write {brace[0]} as it is, write \\{brace[0]}"
    if brace["statement"]:
        meant = _FIELD_END.match(brace.string, brace.end(), brace.end() + _MAX_FIELD)
        if meant and "{" not in meant[0] and "%}" not in meant[0]:
            wrong, right = brace[0] + meant[0], "{{" + meant[0]
            raise _Mistake(
                0, f"a merge field begins with {{{{, not with {brace[0]}", f"write {right}", Mend(wrong, right)
            )
        raise _Mistake(0, "{% … %} belongs into templates, not into an issue", as_written)
    if brace["close"]:
        raise _Mistake(0, "}} closes a merge field that was never opened", f"open it with {{{{; {as_written}")
    if whole is None:
        raise _Mistake(
            0,
            "{{ is never closed",
            f"close it with }}}} on the same line, at most {_MAX_FIELD} letters on; {as_written}",
        )
    return _parse_inner(whole[0][:-2])


def _parse_inner(inner: str) -> MergeField:
    """Read ``field | filter("text") | filter``, which is a merge field without its braces."""
    name = _NAME.match(inner)
    if name is None:
        raise _Mistake(0, "a merge field needs a name" if not inner.strip() else _not_readable(inner), _EXAMPLE)
    filters: list[tuple[str, tuple[str, ...]]] = []
    end = name.end()
    while end < len(inner):
        filter_ = _NAME.match(inner, end + 1) if inner[end] == "|" else None
        if filter_ is None:
            raise _Mistake(2 + end, _not_readable(inner[end:]), _EXAMPLE)
        end = filter_.end()
        arguments: tuple[str, ...] = ()
        if inner[end : end + 1] == "(":
            arguments, end = _parse_arguments(inner, end + 1)
        filters.append((filter_[1], arguments))
    return MergeField(name[1], tuple(filters))


_STATEMENT_END = re.compile(r"[^{}\n]*?(?:%\}|\}\})")
_DATE_FORM = "long"
_EXAMPLE = 'a merge field looks like {{ subscriber.first_name | default("reader") }}'


def _not_readable(words: str) -> str:
    return f"{words.strip()!r} cannot be read in a merge field"


def _parse_arguments(inner: str, start: int) -> tuple[tuple[str, ...], int]:
    """Read the quoted texts up to the closing parenthesis; return them and the offset behind it and its spaces."""
    arguments: list[str] = []
    end = start
    while (argument := _TEXT.match(inner, end)) is not None:
        arguments.append(next(text for text in argument.groups()[1:] if text is not None))
        end = argument.end()
        if inner[end : end + 1] != ",":
            break
        end += 1
    closing = re.compile(r"\s*\)\s*").match(inner, end)
    if closing is None:
        raise _Mistake(2 + end, _not_readable(inner[end:] or inner[start - 1 :]), 'arguments look like ("reader")')
    return tuple(arguments), closing.end()


def _near_field(name: str, known: Sequence[str]) -> str:
    """Name the field that was meant; ``subscriber.`` and ``links.`` are left out: they make all fields look alike."""
    by_last = {field.rpartition(".")[2]: field for field in known}
    near = get_close_matches(name.rpartition(".")[2].lower(), by_last, n=1)
    return by_last[near[0]] if near else ""


def _check_filter(name: str, arguments: tuple[str, ...]) -> None:
    if name not in FILTER_ARGUMENTS:
        known = f"the filters are {', '.join(FILTER_ARGUMENTS)}"
        hint = advice(name, FILTER_ARGUMENTS, known)
        raise _Mistake(0, f"there is no filter {name!r}", hint, nearest_mend(name, FILTER_ARGUMENTS))
    least, most = FILTER_ARGUMENTS[name]
    if not least <= len(arguments) <= most:
        example = f'{name}("…")' if most else name
        raise _Mistake(
            0, f"the filter {name} takes {most or 'no'} argument{'s' * (most != 1)}, not {len(arguments)}",
            f"write {example}",
        )  # fmt: skip
    if name == "date" and arguments and not is_date_form(arguments[0]):
        hint = 'write short, medium, long or full, or a pattern such as "d MMMM y"'
        raise _Mistake(0, f"a date cannot be written as {arguments[0]!r}", hint)
