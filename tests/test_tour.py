"""The tour says what there is: its buttons are in the studio, its commands in the program, its pictures in the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from composer.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
LABELS = sorted({" ".join(label.split()) for label in re.findall(r"\*\*(.+?)\*\*", TOUR, re.DOTALL)})
# Where a label may stand: what the browser draws, and the names of fields, which come from the server.
SOURCES = [
    *(ROOT / "composer" / "studio" / "browser").rglob("*.ts"),
    *(ROOT / "composer" / "studio" / "browser").rglob("*.tsx"),
    *(ROOT / "composer" / "studio" / "browser").rglob("*.html"),
    ROOT / "composer" / "writing" / "labels.py",
]


@pytest.fixture(scope="module")
def words() -> str:
    """All sources as one line, as a browser reads them."""
    return " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in SOURCES)


@pytest.mark.parametrize("label", LABELS)
def test_every_button_and_field_of_the_tour_is_in_the_studio(label: str, words: str) -> None:
    exact = rf"[\"'`>] ?(\+ )?{re.escape(label)} ?[\"'`<]"
    with_a_name = rf"[\"'`>] ?{re.escape(label.rpartition(' ')[0])} \$?{{" if " " in label else exact
    assert re.search(f"{exact}|{with_a_name}", words), f"the studio has no “{label}”"


def test_every_command_of_the_tour_exists() -> None:
    named = re.findall(r"(?:^|`)newsletter ([a-z-]+)", TOUR, re.MULTILINE)
    assert {"studio", "inbox", "serve", "doctor"} <= set(named) <= set(COMMANDS)


def test_every_picture_of_the_tour_is_one_that_its_tool_takes() -> None:
    tool = (ROOT / "tools" / "screenshots_tour.py").read_text(encoding="utf-8")
    taken = re.findall(r"\.keep\(\"([a-z-]+)\"", tool)
    assert re.findall(r"screenshots/tour-([a-z-]+)\.png", TOUR) == taken


def test_the_wheel_has_the_name_that_the_tour_and_the_readme_say() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version is not None
    name = f"newsletter_composer-{version[1]}-py3-none-any.whl"
    for text in (TOUR, (ROOT / "README.md").read_text(encoding="utf-8")):
        assert set(re.findall(r"newsletter_composer-\S+?\.whl", text)) == {name}
