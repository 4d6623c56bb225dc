"""The mail knows where each block of the issue stands in it, and nobody who gets it sees that."""

from __future__ import annotations

import re

import pytest

from composer import shipped
from composer.edition import build_edition, fill
from composer.edition.block_places import weights, with_comments
from composer.edition.model import Edition, SlottedText, dump_edition, restore_edition
from composer.edition.theme.tokens import theme_names
from composer.issue import load_issue
from tests.support.projects import ProjectFolder


def _edition(folder: ProjectFolder) -> Edition:
    return build_edition(load_issue(folder.issue_file.parent))


def _between(html: str, block: int) -> str:
    found = re.search(rf"<!--block {block}-->(.*?)<!--end of block {block}-->", html, re.DOTALL)
    assert found is not None
    return found[1]


def _shown(segments: SlottedText, *, city: str = "Nice") -> str:
    links = dict.fromkeys((f"links.{name}" for name in ("assets", "browser", "print", "unsubscribe")), "x")
    return fill(segments, {"subscriber.first_name": "Ana", "subscriber.city": city, **links})


def test_each_block_stands_between_its_comments(project_folder: ProjectFolder) -> None:
    edition = _edition(project_folder)
    html = _shown(with_comments(edition.html, edition.block_places))
    assert "the bridge opens." in _between(html, 0)
    assert "A bridge at night" in _between(html, 1)
    assert "the bridge opens." not in _between(html, 1)
    assert re.sub(r"<!--(end of )?block \d-->", "", html) == _shown(edition.html)


def test_a_block_that_only_some_see_and_one_that_begins_with_a_field_have_their_places(
    project_folder: ProjectFolder,
) -> None:
    project_folder.edit("      Dear {{", "      {{")
    project_folder.edit(
        "  - block: image",
        "  - block: text\n    show_if: subscriber.city == 'Nice'\n    body: Of Nice.\n  - block: image",
    )
    edition = _edition(project_folder)
    html = _shown(with_comments(edition.html, edition.block_places))
    assert "Ana, the bridge opens." in _between(html, 0)
    assert "Of Nice." in _between(html, 1)
    assert [place.block for place in edition.block_places] == [0, 1, 2]


@pytest.mark.parametrize("theme", theme_names((shipped.TEMPLATES,)))
def test_in_every_theme_each_reader_finds_each_block_once(theme: str, project_folder: ProjectFolder) -> None:
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(f"{newsletter.read_text(encoding='utf-8')}theme: {{name: {theme}}}\n", encoding="utf-8")
    # A call-out hangs under a picture: beside one that comes and goes it has two forms.
    of_nice = "    show_if: subscriber.city == 'Nice'\n    picture:"
    project_folder.edit("    picture:", of_nice)
    text = project_folder.issue_file.read_text(encoding="utf-8")
    project_folder.issue_file.write_text(f"{text}  - block: callout\n    body: It hangs.\n", encoding="utf-8")
    edition = _edition(project_folder)
    assert {place.block for place in edition.block_places} == {0, 1, 2}
    marked = with_comments(edition.html, edition.block_places)
    for city, blocks in (("Nice", "012"), ("Lyon", "02")):
        html = _shown(marked, city=city)
        assert re.findall(r"<!--block (\d)-->", html) == re.findall(r"<!--end of block (\d)-->", html) == [*blocks]
        assert "the bridge opens." in _between(html, 0)
        assert "It hangs." in _between(html, 2)
        assert re.sub(r"<!--(end of )?block \d-->", "", html) == _shown(edition.html, city=city)


def test_the_places_are_no_part_of_what_is_sent(project_folder: ProjectFolder) -> None:
    edition = _edition(project_folder)
    assert b"block_places" not in dump_edition(edition)
    assert restore_edition(dump_edition(edition), edition.assets) == edition


def test_what_the_blocks_weigh_is_less_than_the_whole_and_most_of_it() -> None:
    edition = build_edition(load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news"))
    told = weights(edition.html, edition.block_places)
    whole = sum(len(piece.encode()) for piece in edition.html if isinstance(piece, str))
    assert list(told) == list(range(len(told)))
    assert whole / 2 < sum(told.values()) < whole
