"""Answers about who sees a block: what can be asked of a reader, and what a condition says. Nothing is changed here.

::

    GET  /api/issues/{slug}/audience         {"fields": [{"name", "meaning", "choices"}], "lists": [{"value", "label"}]}
    GET  /api/issues/{slug}/condition        ?text= as written, or ?rows=[{"field", "test", "values"}]&join=all|any
                                             → {"text", "words", "problem", "hint", "join", "rows"}

``rows`` are null where the condition is more than rows can say (``condition_rows.py``); ``problem`` says what is wrong
with it, and then it must not be saved. ``text`` of rows is what belongs into the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, TypeAdapter, ValidationError

from composer import audience
from composer.edition.conditions.show_if import ConditionError, parse_condition
from composer.edition.conditions.words import language_in_words, say_condition
from composer.edition.segments import subscriber_fields
from composer.edition.slots.merge_fields import SUBSCRIBER_FIELDS
from composer.errors import NewsletterError
from composer.issue.model import SubscriberField
from composer.studio.asked import PreviewRequest
from composer.studio.condition_rows import Join, ReaderTest, RowError, Rows, rows_of, write_rows
from composer.studio.report import languages_of
from composer.studio.seeing import Asked
from composer.studio.sending.answering import looking

routes = APIRouter(prefix="/api/issues/{slug}")

_MOST_CHARACTERS = 8000
_ROWS = TypeAdapter(tuple[ReaderTest, ...])


class AskedValue(BaseModel):
    """A value to choose, and what it is called."""

    value: str
    label: str


class AskedField(BaseModel):
    """A field of readers; with ``choices`` where the values are known beforehand."""

    name: str
    meaning: str
    choices: tuple[AskedValue, ...] = ()


class AudienceReport(BaseModel):
    """What a condition can ask of a reader."""

    fields: tuple[AskedField, ...]
    lists: tuple[AskedValue, ...]


class RowReport(BaseModel):
    """One row of the form, as ``condition_rows.ReaderTest`` describes it."""

    field: str
    test: str
    values: tuple[str, ...]


class ConditionReport(BaseModel):
    """What a condition says. ``words`` are empty if there is a ``problem``, or no condition: then everybody sees it."""

    text: str
    words: str = ""
    problem: str = ""
    hint: str = ""
    join: Join = "all"
    rows: tuple[RowReport, ...] | None = None


@routes.get("/audience")
def _audience(asked: Asked) -> AudienceReport:
    newsletter = asked.preview.newsletter
    own = newsletter.fields if newsletter else {}
    codes = dict.fromkeys((*languages_of(asked.preview), *(newsletter.languages if newsletter else ())))
    languages = tuple(AskedValue(value=code, label=language_in_words(code)) for code in codes)
    fields = tuple(
        AskedField(
            name=name,
            meaning=own[name].meaning if name in own else name.replace("_", " ").capitalize(),
            choices=languages if name == "language" else tuple(_values(own.get(name))),
        )
        for name in _field_names(asked)
    )
    return AudienceReport(fields=fields, lists=tuple(_lists(newsletter.lists if newsletter else ())))


def _values(field: SubscriberField | None) -> Iterator[AskedValue]:
    """Yield the values of a field that has only these."""
    known = () if field is None else ("yes", "no") if field.type == "yes/no" else field.choices
    yield from (AskedValue(value=value, label=value) for value in known)


def _field_names(asked: PreviewRequest) -> tuple[str, ...]:
    newsletter = asked.preview.newsletter
    own = tuple(newsletter.fields) if newsletter else ()
    return ("language", *(name for name in SUBSCRIBER_FIELDS if name != "language"), *own)


def _lists(default: tuple[str, ...]) -> Iterator[AskedValue]:
    """Yield the lists of the database, and those that the newsletter names though nobody is on them yet."""
    known: dict[str, str] = {}
    try:
        with looking() as connection:
            counts = audience.count_lists(connection) if connection else ()
        known = {one.name: one.title or one.name for one in counts}
    except NewsletterError:
        pass  # the room of sending tells what is wrong with the database; the newsletter's own lists are known
    for name in dict.fromkeys((*default, *known)):
        yield AskedValue(value=name, label=known.get(name, name))


@routes.get("/condition")
def _condition(
    asked: Asked,
    text: Annotated[str, Query(max_length=_MOST_CHARACTERS)] = "",
    rows: Annotated[str, Query(max_length=_MOST_CHARACTERS)] = "",
    join: Join = "all",
) -> ConditionReport:
    if rows:
        try:
            text = write_rows(Rows(join, _ROWS.validate_json(rows)))
        except ValidationError as error:
            raise HTTPException(422, "These rows cannot be read.") from error
        except RowError as error:
            return ConditionReport(text="", problem=str(error), join=join)
    newsletter = asked.preview.newsletter
    names = tuple(f"subscriber.{name}" for name in _field_names(asked))
    return read_condition(text, fields=subscriber_fields(newsletter) if newsletter else names, join=join)


def read_condition(text: str, *, fields: Collection[str], join: Join = "all") -> ConditionReport:
    """Say what a text behind ``show_if`` means; ``join`` is kept where one row alone leaves it open."""
    if not text.strip():
        return ConditionReport(text="", join=join, rows=())
    try:
        condition = parse_condition(text, fields=fields)
    except ConditionError as error:
        return ConditionReport(text=text, problem=str(error), hint=error.hint)
    laid = rows_of(condition)
    return ConditionReport(
        text=text,
        words=say_condition(condition),
        join=laid.join if laid and len(laid.rows) > 1 else join,
        rows=None if laid is None else tuple(RowReport(field=r.field, test=r.test, values=r.values) for r in laid.rows),
    )
