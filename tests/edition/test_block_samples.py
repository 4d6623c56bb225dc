"""Every block's sample, in every theme, against what was looked at and found good (tests/edition/golden/)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html

from composer import shipped
from composer.edition import Edition
from composer.edition.theme.tokens import theme_names
from composer.issue.blocks import BLOCKS
from composer.output.gallery import Look, Sample, find_samples, sample_builder
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
        yield lambda sample, theme: built(sample, Look.of_samples(theme=theme))


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
def test_outlook_is_given_columns_buttons_and_grounds_of_its_own(theme: str, build: Build) -> None:
    columns = read_as(build(SAMPLES["columns"], theme=theme).html)
    ghosts = re.findall(
        r"<!--\[if mso\]>[^!]*<td (?:style=\"vertical-align:top;width:|valign=top width=)([\d.]+)", columns
    )
    assert len(ghosts) == 3
    assert len(set(ghosts)) == 1
    hero = lxml_html.fromstring(read_as(build(SAMPLES["hero"], theme=theme).html))
    button = next(cell for cell in hero.iter("td") if "mso-padding-alt" in cell.get("style", ""))
    assert "mso-padding-alt:13px 26px" in button.get("style", "")
    assert re.fullmatch(r"#[0-9a-f]{6}", button.get("bgcolor", ""))
    assert any(
        "loud" in table.getparent().get("class", "")
        for table in hero.iter("table")
        if "background" in table.get("style", "")
    )


def test_a_block_of_the_projects_own_is_found_with_its_sample(tmp_path: Path) -> None:
    (tmp_path / "blocks/weather").mkdir(parents=True)
    (tmp_path / "blocks/weather/sample.yaml").write_text("block: weather\n")
    assert [sample.block for sample in find_samples((tmp_path, *TEMPLATES))][-1] == "weather"
