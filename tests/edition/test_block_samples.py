"""Every block's sample, in every theme, against what was looked at and found good (tests/edition/golden/)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from composer import shipped
from composer.edition import Edition
from composer.edition.theme import theme_names
from composer.issue.blocks import BLOCKS
from composer.studio.gallery import Sample, find_samples, sample_builder
from tests.support.editions import read_as
from tests.support.golden import Golden, meaning_of

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = (shipped.TEMPLATES,)
SAMPLES = {sample.block: sample for sample in find_samples(TEMPLATES)}
THEMES = theme_names(TEMPLATES)

Build = Callable[..., Edition]


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with sample_builder(TEMPLATES) as built:
        yield built


def test_every_block_has_the_same_files() -> None:
    files = {
        folder.name: {file.name for file in folder.iterdir()} for folder in (shipped.TEMPLATES / "blocks").iterdir()
    }
    wanted = {"block.mjml.j2", "block.txt.j2", "block.html.j2", "sample.yaml"}
    assert {block: wanted - names for block, names in files.items() if wanted - names} == {}
    assert set(files) == set(BLOCKS) == set(SAMPLES)


@pytest.mark.parametrize("block", SAMPLES)
def test_a_blocks_sample_looks_as_it_was_found_good(block: str, build: Build, golden: Golden) -> None:
    sample: Sample = SAMPLES[block]
    editions = {theme: build(sample, theme=theme) for theme in THEMES}
    first = editions[THEMES[0]]
    parts = {"text": read_as(first.text).strip() + "\n", "print": meaning_of(read_as(first.print_html))}
    parts |= {f"mail, {theme}": meaning_of(read_as(edition.html)) for theme, edition in editions.items()}
    golden(GOLDEN / f"{block}.txt", "\n".join(f"# {name}\n\n{part}" for name, part in parts.items()))


@pytest.mark.parametrize("theme", THEMES)
def test_outlook_is_given_tables_of_the_same_width(theme: str, build: Build) -> None:
    html = read_as(build(SAMPLES["columns"], theme=theme).html)
    assert "<!--[if mso | IE]>" in html
    assert html.count("<!--[if mso | IE]>") == html.count("<![endif]-->") - html.count("<!--[if !mso") - html.count(
        "<!--[if mso]>"
    ) - html.count("<!--[if lte mso")


def test_a_block_of_the_projects_own_is_found_with_its_sample(tmp_path: Path) -> None:
    (tmp_path / "blocks/weather").mkdir(parents=True)
    (tmp_path / "blocks/weather/sample.yaml").write_text("block: weather\n")
    assert [sample.block for sample in find_samples((tmp_path, *TEMPLATES))][-1] == "weather"
