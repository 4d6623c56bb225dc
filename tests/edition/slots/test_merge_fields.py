"""Merge fields: what authors may write, and what they are told when they write something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.edition.slots.merge_fields import MergeField, field_marker
from composer.errors import Position
from composer.issue.blocks import TextBlock
from composer.issue.source import Source, Span

FILE = Path("issues/spring/issue.yaml")


def merged(body: str) -> tuple[str, list[MergeField], list[str]]:
    """The text with marks, the fields they stand for, and the problems as they are told."""
    source = Source(FILE, values={("body",): Position(FILE, 1, 1)}, spans={("body",): (Span(0, Position(FILE, 1, 1)),)})
    marker = field_marker([body], language="en", own_fields=("city",))
    block = marker.mark_fields(TextBlock(block="text", body=body), source=source)
    assert [text.written for text in marker.texts[block.body]] == [body]
    return block.body, [field for _, field in marker.marks.find(block.body)], [str(p) for p in marker.problems]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{{ subscriber.first_name }}", MergeField("subscriber.first_name")),
        ("{{subscriber.city}}", MergeField("subscriber.city")),
        ("{{ links.unsubscribe }}", MergeField("links.unsubscribe")),
        (
            '{{ subscriber.first_name | default("reader") }}',
            MergeField("subscriber.first_name", (("default", ("reader",)),)),
        ),
        ("{{ subscriber.name|default('a }} b')|upper }}",
         MergeField("subscriber.name", (("default", ("a }} b",)), ("upper", ())))),
        ('{{ subscriber.name | title | default( "l’amie" ) }}',
         MergeField("subscriber.name", (("title", ()), ("default", ("l’amie",))))),
        ("{{ subscriber.city | date }}", MergeField("subscriber.city", (("date", ("long", "en")),))),
        ("{{ subscriber.city | date('d MMM') }}", MergeField("subscriber.city", (("date", ("d MMM", "en")),))),
    ],
)  # fmt: skip
def test_a_merge_field_is_read_with_its_filters(text: str, field: MergeField) -> None:
    written, fields, problems = merged(f"Dear {text}, hello")
    assert (fields, problems) == ([field], [])
    assert written.startswith("Dear m")
    assert written.endswith("z, hello")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ana {{ subscriber.fist_name }}",
         "1:5: there is no merge field 'subscriber.fist_name'; did you mean 'subscriber.first_name'"),
        ("{{ first_name }}", "1:1: there is no merge field 'first_name'; did you mean 'subscriber.first_name'?"),
        ("{{ subscriber.shoe_size }}", "1:1: there is no merge field 'subscriber.shoe_size'; the fields are "),
        ("{{ subscriber.name | uper }}", "1:1: there is no filter 'uper'; did you mean 'upper'?"),
        ("{{ subscriber.name | default }}", "1:1: the filter default takes 1 argument, not 0; write default(\"…\")"),
        ('{{ subscriber.name | upper("x") }}', "1:1: the filter upper takes no arguments, not 1; write upper"),
        ("{{ subscriber.name | default(reader) }}", "1:30: 'reader)' cannot be read in a merge field"),
        ('{{ subscriber.name | default("a" }}', "1:34: "),
        ("{{ subscriber.city | date('d. Quartal') }}", "1:1: a date cannot be written as 'd. Quartal'; write short, "),
        ("{{ subscriber.city | date('HH:mm') }}", "1:1: a date cannot be written as 'HH:mm'"),
        ("{{ subscriber.city | date('') }}", "1:1: a date cannot be written as ''"),
        ("{{ subscriber.name + 1 }}", "1:20: '+ 1' cannot be read in a merge field"),
        ("{{ }}", "1:1: a merge field needs a name"),
        ("Hello {{ subscriber.name", "1:7: {{ is never closed"),
        ("{{ subscriber.name\n}}", "1:1: {{ is never closed"),
        ("{ subscriber.name }}", "1:19: }} closes a merge field that was never opened"),
        ("{% if x %}", "1:1: {% … %} belongs into templates"),
        ("{{ ''.__class__ }}", "1:1: \"''.__class__\" cannot be read in a merge field"),
        ("{{ subscriber.__class__ }}", "1:1: there is no merge field 'subscriber.__class__'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_stands_with_the_nearest_name(text: str, told: str) -> None:
    _, fields, problems = merged(text)
    assert fields == []
    assert len([problem for problem in problems if problem.startswith(f"{FILE}:{told}")]) == 1, problems


def test_all_mistakes_of_a_text_are_told_at_once() -> None:
    _, fields, problems = merged("{{ subscriber.x }} {{ subscriber.email }} {{ links.y }}")
    assert fields == [MergeField("subscriber.email")]
    assert len(problems) == 2


def test_escaped_braces_are_the_braces_themselves() -> None:
    written, fields, problems = merged(r"write \{{ subscriber.name \}} or \{% if %}")
    assert (written, fields, problems) == ("write {{ subscriber.name }} or {% if %}", [], [])


def test_equal_fields_share_a_mark_and_different_filters_do_not() -> None:
    written, _, _ = merged('{{ subscriber.name }}={{ subscriber.name }}≠{{ subscriber.name | default("x") }}')
    first, second = written.split("≠")
    same, again = first.split("=")
    assert same == again != second


def test_a_text_without_braces_is_left_as_it_is() -> None:
    assert merged("100 % of { them }")[0] == "100 % of { them }"
