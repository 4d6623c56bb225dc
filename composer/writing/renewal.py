"""The next issue is begun from the last one: its frame stays, and what must be new is to be written.

Enters: the values of the last issue, one file of it, and a day. Leaves: the file with that day and the next number,
whose words say TODO and whose links lead nowhere, so that nobody sends the old letter. What stays: blocks that are the
same each time (masthead, footer, networks …), layouts, ids, conditions, a greeting by name, and dates that are still to
come; and rubrics, which are headlines of sections, kickers, the heads of tables and what a sponsor's box is called,
unless they have a number or name a month or a weekday: "March in figures" is of that month's letter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from composer.checks.dates.day_names import names_a_time
from composer.checks.stand_ins import to_do
from composer.errors import EditRefused
from composer.issue.source import KeyPath
from composer.issue.standing import FRAME, RUBRICS, is_rubric
from composer.writing.document import Document
from composer.writing.editing import edited
from composer.writing.edits import Edit, RemoveField, SetField
from composer.writing.labels import field_label
from composer.writing.values import JsonValue

_KEPT = frozenset(
    {"block", "id", "layout", "lead", "align", "across", "show_if", "style", "date", "until", "time", "end_time"}
    | {"timezone", "language", "uid", "focus", "file", "network", "face", "sign"}
)
_NEW_LINK = "https://example.org/"
_GREETING = re.compile(r"[^\n]*\{\{\s*subscriber\.[^\n]*\n(?:\s*\n)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def renewed(document: Document, *, first: JsonValue, language: str, date: dt.date, number: int | None) -> Document:
    """Make the next issue's file of the last one's; ``first`` is what the file of the first language says.

    ``language`` is that of ``document``, by whose names of months old headlines are known. ``number`` is put in the
    place of a number that the last one has.
    """
    now = document
    values = document.values if isinstance(document.values, dict) else {}
    for key in ("subject", "preheader", "title"):
        if values.get(key):
            now = _with(now, SetField(path=(key,), value=_to_do("Content", key)))
    if "subject_test" in values:
        now = _with(now, RemoveField(path=("subject_test",)))
    now = with_date_and_number(now, date=date, number=number if values.get("number") else None)
    blocks = values.get("blocks")
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        base = _block_of(block, index, first)
        if base.get("block"):
            now = _renew_block(now, index, block, base, _Renewing(str(base["block"]), language, date))
    return now


def with_date_and_number(document: Document, *, date: dt.date | None = None, number: int | None = None) -> Document:
    """Set the day and the number of an issue in a file that says them; a translation that does not stays as it is."""
    now, values = document, document.values if isinstance(document.values, dict) else {}
    for key, value in (("date", date.isoformat() if date else None), ("number", number)):
        if value is not None and (key in values or document.name in ("issue.yaml", "issue.md")):
            now = edited(now, SetField(path=(key,), value=value))
    return now


def _block_of(block: JsonValue, index: int, first: JsonValue) -> Mapping[str, Any]:
    """Find the block of the first language that this one is; a translation names it by its id, or by its place."""
    if not isinstance(block, dict):
        return {}
    if "block" in block:
        return block
    others = [other for other in (first or {}).get("blocks") or () if isinstance(other, dict)]
    same = [other for other in others if block.get("id") and other.get("id") == block["id"]]
    return same[0] if same else others[index] if index < len(others) else {}


def _renew_block(
    document: Document, index: int, block: Mapping[str, Any], base: Mapping[str, Any], renewing: _Renewing
) -> Document:
    for key, value in block.items():
        if renewing.kind not in FRAME or key in RUBRICS:
            document = renewing.value(document, ("blocks", index, key), value, base.get(key))
    return document


@dataclass(frozen=True, slots=True)
class _Renewing:
    """Renews the values of one block. ``base`` is what stands there in the first language, which has the dates."""

    kind: str
    language: str
    date: dt.date

    def value(self, document: Document, path: KeyPath, value: JsonValue, base: JsonValue) -> Document:
        if isinstance(value, list):
            like = base if isinstance(base, list) and len(base) == len(value) else value
            return self._list(document, path, value, like)
        if isinstance(value, dict):
            for key, inner in value.items():
                inner_base = base.get(key) if isinstance(base, dict) else None
                document = self.value(document, (*path, key), inner, inner_base)
            return document
        return self._text(document, path, value)

    def _list(self, document: Document, path: KeyPath, value: list[Any], base: list[Any]) -> Document:
        days = [_last_day(entry) for entry in base]
        over = [bool(day) and day < self.date.isoformat() for day in days]
        gone = [index for index, is_over in enumerate(over) if is_over and (index or not all(over))]
        for index in reversed(range(len(value))):
            if index in gone:
                document = _with(document, RemoveField(path=(*path, index)))
            elif not days[index] or over[index]:
                document = self.value(document, (*path, index), value[index], base[index])
        return document

    def _text(self, document: Document, path: KeyPath, value: JsonValue) -> Document:
        key = str(next(key for key in reversed(path) if isinstance(key, str)))
        if not isinstance(value, str) or key in _KEPT or not value:
            return document
        if is_rubric(self.kind, path) and not names_a_time(value, language=self.language):
            return document
        if key == "url":
            return _with(document, SetField(path=path, value=_NEW_LINK))
        greeting = _GREETING.match(value) if key == "body" and self.kind == "text" else None
        return _with(document, SetField(path=path, value=(greeting[0] if greeting else "") + _to_do(self.kind, key)))


def _last_day(entry: JsonValue) -> str:
    day = (entry.get("until") or entry.get("date")) if isinstance(entry, dict) else None
    return day if isinstance(day, str) and _DAY.fullmatch(day) else ""


def _to_do(model: str, key: str) -> str:
    return to_do(field_label(model, key))


def _with(document: Document, edit: Edit) -> Document:
    """Make an edit; where the file cannot say it, the old words stay, and the checks tell that they are."""
    try:
        return edited(document, edit)
    except EditRefused:
        return document
