"""Drawings on nothing, and logos, are seen on every ground: in the mail and on the page, in every theme."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from composer import shipped
from composer.edition.theme.tokens import theme_names
from tests.support.editions import build, read_as

THEMES = theme_names((shipped.TEMPLATES,))
BLOCKS = """\
- block: image
  picture: {file: dark.png, alt: A plan}
- block: article
  title: A plan
  body: |
    Look: ![A plan](light.png)
  picture: {file: dark.png, alt: A plan}
- block: image
  picture: {file: full.png, alt: A plan}
"""
PLATE = re.compile(r"""background-color: ?(#[0-9a-f]{3,6})""")


def drawing(ink: str, ground: str | None = None) -> bytes:
    image = Image.new("RGBA", (400, 200), ground or (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((100, 20, 300, 180), fill=ink)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def plates(html: str, name: str) -> set[str]:
    """The ground of each picture with this name, "" where it has none of its own."""
    tags = [tag for tag in re.findall(r"<img [^>]*>", html) if f"/{name}" in tag]
    assert tags
    return {found[1] if (found := PLATE.search(tag)) else "" for tag in tags}


def light_of(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    return sum(bytes.fromhex(digits)) / 3


@pytest.mark.parametrize("theme", THEMES)
def test_a_drawing_on_nothing_has_a_plate_and_no_other_picture_has(tmp_path: Path, theme: str) -> None:
    files: dict[str, str | bytes] = {
        "dark.png": drawing("#101020"),
        "light.png": drawing("#ffffff"),
        "full.png": drawing("#101020", "#d0d0d0"),
        "../plain.png": drawing("#dc501e"),
    }
    newsletter = {
        "name": "N",
        "organisation": "N",
        "languages": ["en"],
        "theme": {"name": theme},
        "logo": {"file": "plain.png", "alt": ""},
    }
    edition = build(tmp_path, BLOCKS, newsletter=json.dumps(newsletter), files=files)
    for html in (read_as(edition.html), read_as(edition.web_html), read_as(edition.print_html)):
        assert all(light_of(colour) > 200 for colour in plates(html, "dark.png"))
        assert all(light_of(colour) < 96 for colour in plates(html, "light.png"))
        assert plates(html, "full.png") == plates(html, "plain.png") == {""}


@pytest.mark.parametrize("theme", THEMES)
def test_a_logo_has_a_form_for_dark_grounds_or_a_plate(tmp_path: Path, theme: str) -> None:
    files: dict[str, str | bytes] = {"../ink.png": drawing("#101020"), "../chalk.png": drawing("#ffffff")}
    logo = {"file": "ink.png", "alt": "N"}
    newsletter = {"name": "N", "organisation": "N", "languages": ["en"], "theme": {"name": theme}, "logo": logo}
    blocks = "- block: text\n  body: Hello"
    alone = build(tmp_path / "alone", blocks, newsletter=json.dumps(newsletter), files=files)
    both = json.dumps({**newsletter, "logo": {**logo, "dark": "chalk.png"}})
    two = build(tmp_path / "two", blocks, newsletter=both, files=files)
    for html in (read_as(alone.html), read_as(alone.web_html)):
        assert all(light_of(colour) > 200 for colour in plates(html, "ink.png"))
    for html in (read_as(two.html), read_as(two.web_html)):
        assert plates(html, "chalk.png") == {""}
        assert re.search(r"\.logo-light ?\{ ?display: ?none", html)
        assert re.search(r"\.logo-dark ?\{ ?display: ?(inline-)?block", html)
