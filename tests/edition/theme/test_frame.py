"""A layout is rendered around the blocks, and has whatever it reads of them as it is today."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer import shipped
from composer.edition import Edition, build_edition, filters
from composer.edition.theme import block_cache
from composer.errors import TemplateError
from composer.issue import load_issue
from composer.remembered import KeptLately
from tests.support.authoring import issue_of, write_issue
from tests.support.editions import read_as

READING = {
    "prints": "{% for one in blocks %}<{{ one }}>{% endfor %}",
    "prints twice": "{{ blocks[1] }}{{ blocks[1] }}",
    "asks for a value": "{{ blocks[0].block.body }}{{ blocks[1] }}",
    "asks for the kind": "{{ blocks | map(attribute='block.block') | join(' ') }}",
    "joins": "{{ blocks[0] ~ '!' }}",
    "joins a list": "{{ blocks | join(', ') }}",
    "counts letters": "{{ blocks[0] | string | length }}",
    "changes letters": "{{ blocks[0] | upper }}{{ blocks[1] }}",
    "catches": "{% set one %}{{ blocks[0] }}{% endset %}{{ one | length }} {{ one | upper }}{{ blocks[1] }}",
    "catches in a macro": "{% macro of(one) %}{{ one }}{% endmacro %}{{ of(blocks[0]) | reverse }}",
    "catches in a call": "{% macro m() %}{{ caller()|length }}{% endmacro %}{% call m() %}{{ blocks[0] }}{% endcall %}",
    "catches by a filter": "{% filter upper %}{{ blocks[0] }}{% endfilter %}{{ blocks[1] }}",
    "catches, and fails": "{% set one %}{{ blocks[0] }}{% endset %}{{ 8 // (one | trim | length - 16) }}",
    "decides": "{% set one %}{{ blocks[1] }}{% endset %}{{ blocks[0] if 'Three' in one else 'none' }}",
}


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_cache, "_kept", KeptLately(block_cache._kept.most))
    monkeypatch.setattr(filters, "_parsed", KeptLately(filters._parsed.most))


def built(folder: Path, layout: str, *words: str) -> Edition:
    for name, text in {"layouts/newsletter.txt.j2": layout, "blocks/text/block.txt.j2": "{{ block.body }}"}.items():
        template = folder / "templates" / name
        if not template.exists():  # a file that is written again is another one
            template.parent.mkdir(parents=True)
            template.write_text(text, encoding="utf-8")
    issue = write_issue(folder / "issues", issue_of("".join(f"- block: text\n  body: {word}\n" for word in words)))
    return build_edition(load_issue(issue), templates=(folder / "templates", shipped.TEMPLATES))


@pytest.mark.parametrize("layout", READING.values(), ids=READING)
def test_a_layout_that_looks_into_blocks_has_them_as_they_are_today(tmp_path: Path, layout: str) -> None:
    for words in (("One", "Two"), ("One", "Three"), ("Eleven", "Three"), ("One", "Two")):
        known = built(tmp_path, layout, *words)
        block_cache._kept.clear()
        assert known == built(tmp_path, layout, *words)


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("prints", "<One><Two>"),
        ("prints twice", "TwoTwo"),
        ("joins", "One!"),
        ("joins a list", "One, Two"),
        ("counts letters", "3"),
        ("changes letters", "ONETwo"),
        ("catches", "3 ONETwo"),
        ("catches in a macro", "enO"),
        ("catches in a call", "3"),
        ("catches by a filter", "ONETwo"),
        ("catches, and fails", "-1"),
        ("decides", "none"),
    ],
)
def test_a_layout_gets_the_text_of_a_block_and_never_its_mark(tmp_path: Path, way: str, text: str) -> None:
    assert read_as(built(tmp_path, READING[way], "One", "Two").text).strip() == text


def test_a_layout_that_only_prints_blocks_is_not_rendered_again_for_an_edit(tmp_path: Path) -> None:
    built(tmp_path, READING["prints"], "One", "Two")
    known = dict(block_cache._kept.items())
    built(tmp_path, READING["prints"], "One", "Three")
    now = dict(block_cache._kept.items())
    assert all(now.get(key) is kept for key, kept in known.items())
    assert len(now) == len(known) + 3, "the edited block, in its three forms"


def test_a_layout_cannot_print_a_block_without_an_end(tmp_path: Path) -> None:
    layout = "{% for _ in range(90000) %}{{ blocks[0] }}{% endfor %}"
    with pytest.raises(TemplateError, match="steps"):
        built(tmp_path, layout, "words " * 2000)
