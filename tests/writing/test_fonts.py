"""A font that is dropped into the publication becomes a WOFF2 file beside it, and says what it is called."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from composer.edition.theme.web_fonts import wrong_font
from composer.errors import FileRefused
from composer.issue.web_fonts import WebFont
from composer.writing.fonts.store import store_font
from tests.support.fonts import block_font, block_font_of_type


def test_every_usual_type_of_font_is_stored_as_woff2_with_what_it_says_of_itself(tmp_path: Path) -> None:
    for flavor in ("woff2", "woff", ""):
        content = block_font_of_type(flavor, "Harbour Sans", style="Bold Italic")
        stored = store_font(tmp_path, f"Harbour Sans ({flavor or 'ttf'}).bin", content)
        assert stored.file == f"fonts/harbour-sans-{flavor or 'ttf'}.woff2"
        made = (tmp_path / stored.file).read_bytes()
        assert wrong_font(stored.file, made) is None
        assert stored.size_bytes == len(made)
        assert (stored.family, stored.weight, stored.style) == ("Harbour Sans", "400", "normal")
    bold = store_font(tmp_path, "x.woff2", block_font(weight=700, may_embed=False, italic=True))
    assert (bold.weight, bold.style, bold.may_embed) == ("700", "italic", False)
    range_ = store_font(tmp_path, "v.woff2", block_font(weights=(300, 800)))
    assert range_.weight == "300 800"


@pytest.mark.parametrize(
    ("said", "weight"),
    [
        ({"weight": 0}, "1"),
        ({"weight": 1200}, "1000"),
        ({"weights": (0, 1200)}, "1 1000"),
        ({"weights": (400.1, 400.3)}, "400"),
    ],
)
def test_the_weight_of_a_font_is_one_that_can_be_declared(tmp_path: Path, said: dict[str, object], weight: str) -> None:
    stored = store_font(tmp_path, "odd.woff2", block_font(**said))
    assert stored.weight == weight
    assert WebFont(family=stored.family, file=stored.file, weight=stored.weight).weight == weight


def test_a_font_is_never_stored_over_another_and_never_twice(tmp_path: Path) -> None:
    first = store_font(tmp_path, "Brand.woff2", block_font())
    assert first.file == "fonts/brand.woff2"
    assert (tmp_path / first.file).read_bytes() == block_font(), "a WOFF2 stays as it is"
    assert store_font(tmp_path, "brand.WOFF2", block_font()) == first
    second = store_font(tmp_path, "brand.ttf", old := block_font(width=700, flavor="", made_at=0))
    assert second.file == "fonts/brand-2.woff2"
    assert store_font(tmp_path, "brand.ttf", old) == second, "made at another time, it is the same"


def test_a_folder_that_is_a_link_out_of_the_project_takes_no_font(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues/fonts").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused, match="link"):
        store_font(tmp_path / "issues", "a.woff2", block_font())
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_where_the_folder_of_fonts_would_be_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "fonts").write_text("mine")
    with pytest.raises(FileRefused, match="fonts cannot be made: File exists"):
        store_font(tmp_path, "a.woff2", block_font())
    assert (tmp_path / "fonts").read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "this is no font; use WOFF2, WOFF, TTF or OTF"),
        (b"\x89PNG\r\n", "this is no font"),
        (b"ttcf" + b"\0" * 50, "this is a collection of fonts; use a file of one font"),
        (block_font()[:-40], "this font is damaged"),
        (b"\x00\x01\x00\x00" + b"\xff" * 60, "this font is damaged"),
    ],
)
def test_what_is_no_font_is_refused_in_words_and_leaves_nothing(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        store_font(tmp_path, "x.woff2", content)
    assert list(tmp_path.iterdir()) == []


def test_any_bytes_are_a_font_or_are_refused(tmp_path: Path) -> None:
    chance = random.Random(3)
    for number in range(6):
        content = bytearray(block_font_of_type("" if number % 2 else "woff2"))
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        try:
            stored = store_font(tmp_path, f"{number}.ttf", bytes(content))
        except FileRefused:
            continue
        assert wrong_font(stored.file, (tmp_path / stored.file).read_bytes()) is None
