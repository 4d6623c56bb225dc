"""What kind of text a field holds follows from its type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from composer.issue import load_issue
from composer.issue.blocks import Model, TextKind
from composer.issue.model import Content, Newsletter
from composer.issue.own_blocks import Free, own_blocks
from composer.issue.traverse import texts_of
from tests.support.authoring import issue_of, write_issue


def models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def all_models() -> list[type[Model]]:
    """Every model of what an author writes."""
    found: list[type[Model]] = [Newsletter, Content]
    for model in found:
        inner = [one for field in model.model_fields.values() for one in models_in(field.annotation)]
        found += dict.fromkeys(one for one in inner if one not in found)
    return found


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (TextKind.MARKDOWN, {"body", "intro"}),
        (TextKind.MJML, {"mjml"}),
        (TextKind.URL, {"url", "website", "archive"}),
        (
            TextKind.FOR_PROGRAMS,
            {
                "align",
                "block",
                "calendar",
                "choices",
                "dark",
                "email",
                "face",
                "family",
                "file",
                "focus",
                "id",
                "language",
                "languages",
                "layout",
                "list_id",
            }
            | {"lists", "network", "pictures", "reply_to", "show_if", "style", "timezone", "type", "uid", "weight"},
        ),
    ],
)
def test_the_keys_of_the_house_hold_these_kinds(kind: TextKind, keys: set[str]) -> None:
    assert {key for model in all_models() for key in model.model_fields if model.text_kind(key) is kind} == keys


def test_a_key_that_holds_no_line_holds_the_same_kind_in_every_model() -> None:
    kinds = defaultdict(set)
    for model in all_models():
        for key, field in model.model_fields.items():
            if not any(models_in(field.annotation)):
                kinds[key].add(model.text_kind(key))
    assert {key: found for key, found in kinds.items() if len(found) > 1} == {}


def test_a_free_key_is_of_the_kind_that_the_house_gives_it() -> None:
    keys = ("body", "url", "timezone", "mjml", "story")
    assert [Free.text_kind(key).name for key in keys] == ["MARKDOWN", "URL", "FOR_PROGRAMS", "MJML", "LINE"]


def test_every_text_is_told_with_its_path_and_its_kind(tmp_path: Path) -> None:
    own = tmp_path / "blocks" / "walk"
    own.mkdir(parents=True)
    (own / "block.mjml.j2").write_text("", encoding="utf-8")
    fields = "tale: markdown\nlevel: {type: choice, choices: [easy]}\nstops: {type: list, fields: {page: url}}\n"
    (own / "fields.yaml").write_text(fields, encoding="utf-8")
    block = "- {block: walk, id: here, tale: Far, level: easy, stops: [{page: '#there'}]}"
    table = "- {block: table, head: [City], rows: [[Nice]], align: [left]}"
    issue = load_issue(
        write_issue(tmp_path / "issues", issue_of(f"{block}\n{table}")), own_blocks=own_blocks([tmp_path])
    )
    found = {".".join(map(str, path[1:])): kind.name for path, _, kind in texts_of(issue.contents["en"])}
    assert {key: kind for key, kind in found.items() if key[:1].isdigit()} == {
        "0.id": "FOR_PROGRAMS",
        "0.block": "FOR_PROGRAMS",
        "0.tale": "MARKDOWN",
        "0.level": "FOR_PROGRAMS",
        "0.stops.0.page": "URL",
        "1.block": "FOR_PROGRAMS",
        "1.head.0": "LINE",
        "1.rows.0.0": "LINE",
        "1.align.0": "FOR_PROGRAMS",
    }
