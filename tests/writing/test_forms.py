"""A form asks for what the models take, in words that need no manual."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from composer.issue.blocks import BLOCKS
from composer.issue.model import Content, Newsletter
from composer.issue.own_blocks import own_blocks
from composer.writing.forms import (
    EditForm,
    FormField,
    block_form,
    block_forms,
    issue_form,
    newsletter_form,
    starting_values,
)
from composer.writing.labels import BLOCK_LABELS

TODAY = dt.date(2026, 11, 27)


def fields_of(kind: str) -> dict[str, FormField]:
    form = block_form(kind)
    assert form is not None
    return {one.name: one for one in form.fields}


def shown(fields: Iterable[FormField]) -> Iterator[FormField]:
    """All that a form shows, at any depth; what is written in the source alone is none of it."""
    for one in fields:
        if one.kind not in ("map", "any", "file", "focus"):
            yield one
        yield from shown([*one.fields, *([one.entry] if one.entry else [])])


def test_the_help_of_a_form_needs_no_word_of_yaml() -> None:
    for form in (issue_form(), *block_forms()):
        for one in shown(form.fields):
            assert not re.search(r'`|""|\w+\.yaml|\b[a-z]+_[a-z]+\b(?! ==)|\[.*\]', one.help.partition(":")[0]), one


def test_every_block_has_a_form_with_all_its_keys() -> None:
    forms = {form.kind: form for form in block_forms()}
    assert forms.keys() == BLOCKS.keys()
    for kind, model in BLOCKS.items():
        assert {one.name for one in forms[kind].fields} == model.model_fields.keys() - {"block"}


def test_issue_and_newsletter_have_forms_too() -> None:
    assert {one.name for one in issue_form().fields} == Content.model_fields.keys() - {"blocks", "language"}
    assert {one.name for one in newsletter_form().fields} == Newsletter.model_fields.keys()


def everything(fields: tuple[FormField, ...]) -> list[FormField]:
    inner = [more for one in fields for more in (*one.fields, *((one.entry,) if one.entry else ()))]
    return [*fields, *everything(tuple(inner))] if fields else []


def test_every_block_and_field_of_the_house_is_named_by_a_person() -> None:
    assert BLOCK_LABELS.keys() == BLOCKS.keys()
    forms = [*block_forms(), issue_form(), newsletter_form()]
    for form in forms:
        for one in everything(form.fields):
            assert "_" not in one.label
            assert one.kind != "any", (form.kind, one.name)


def test_kinds_follow_the_types() -> None:
    article = fields_of("article")
    assert {name: one.kind for name, one in article.items()} == {
        "kicker": "line",
        "title": "line",
        "body": "markdown",
        "picture": "picture",
        "layout": "choice",
        "lead": "yes_no",
        "link": "link",
        "id": "name",
        "show_if": "condition",
    }
    assert [one.name for one in article["picture"].fields] == ["file", "alt", "caption", "credit", "focus"]
    assert [choice.value for choice in article["layout"].choices] == ["top", "left", "right"]
    assert article["layout"].default == "top"
    assert (article["title"].required, article["kicker"].required) == (True, False)
    event = fields_of("events")["events"].entry
    assert event is not None
    kinds = {one.name: one.kind for one in event.fields}
    assert kinds["date"] == "date"
    assert kinds["time"] == "time"
    assert kinds["timezone"] == "zone"
    rows = fields_of("table")["rows"]
    assert (rows.kind, rows.maximum, rows.entry.kind, rows.entry.entry.kind) == ("list", 200, "list", "line")
    assert fields_of("columns")["across"].minimum == 2


def test_sessions_end_where_the_loader_does() -> None:
    entry, depth = fields_of("agenda")["entries"].entry, 0
    while entry is not None and (found := [one for one in entry.fields if one.name == "sessions"]):
        entry, depth = found[0].entry, depth + 1
    assert depth == 3


def test_forms_are_json() -> None:
    for form in [*block_forms(), issue_form(), newsletter_form()]:
        assert json.loads(json.dumps(form.as_json()))["label"] == form.label


def test_a_limit_of_zero_is_told_and_what_says_nothing_is_not() -> None:
    field = FormField("count", "Count", "any", minimum=0, maximum=None, default=0)
    (told,) = EditForm("walk", "Walk", "", fields=(field,)).as_json()["fields"]
    assert (told["minimum"], told["default"]) == (0, 0)
    assert not {"maximum", "is_rare", "choices", "shape"} & set(told)


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_new_block_lacks_nothing_but_its_pictures(kind: str) -> None:
    form = block_form(kind)
    assert form is not None
    lacking = []
    try:
        BLOCKS[kind].model_validate(starting_values(form, today=TODAY))
    except ValidationError as error:
        lacking = [details["loc"][-1] for details in error.errors() if details["type"] != "too_short"]
    assert set(lacking) <= {"file"}


def test_a_block_of_a_project_has_a_form(tmp_path: Path) -> None:
    block = tmp_path / "blocks" / "city-walk"
    block.mkdir(parents=True)
    (block / "block.mjml.j2").write_text("x")
    (block / "fields.yaml").write_text(
        "title: {type: line, required: true, description: The name of the walk.}\n"
        "story: {type: markdown, without: [rules, headings]}\n"
        "level: {type: choice, choices: [easy, steep], default: easy}\nbegins: day\nway_back: yes_no\n"
        "photo: {type: picture, shape: square}\n"
        "stops: {type: list, required: true, fields: {name: {type: line, required: true}, at: time, more: url}}\n"
    )
    own = own_blocks([tmp_path])
    form = block_form("city-walk", own)
    assert form is not None
    assert (form.label, form.is_own, form.group) == ("City walk", True, "Your own")
    kinds = {one.name: one.kind for one in form.fields}
    assert kinds == {
        "title": "line",
        "story": "markdown",
        "level": "choice",
        "begins": "date",
        "way_back": "yes_no",
        "photo": "picture",
        "stops": "list",
        "id": "name",
        "show_if": "condition",
    }
    assert next(one.shape for one in form.fields if one.name == "photo") == "square"
    assert next(one.without for one in form.fields if one.name == "story") == ("headings", "rules")
    stops = next(one for one in form.fields if one.name == "stops")
    assert [one.kind for one in stops.entry.fields] == ["line", "time", "url"]
    assert next(one for one in form.fields if one.name == "way_back").label == "Way back"
    own["city-walk"].model_validate(starting_values(form, today=TODAY))
    assert form.as_json()["help"] == ""


def test_a_block_with_any_keys_has_those_that_all_blocks_use(tmp_path: Path) -> None:
    block = tmp_path / "blocks" / "free"
    block.mkdir(parents=True)
    (block / "block.mjml.j2").write_text("x")
    form = block_form("free", own_blocks([tmp_path]))
    assert form is not None
    assert [one.name for one in form.fields][:4] == ["kicker", "title", "intro", "body"]
