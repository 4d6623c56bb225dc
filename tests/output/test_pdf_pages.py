"""The pages of a PDF, looked at where they break: headings have what follows them, code and rows are whole, names and
logos have their room, in every theme and in languages of long and of short words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from composer import shipped
from composer.edition.theme.tokens import theme_names
from composer.output.pdf import print_pdf
from tests.support.authoring import png
from tests.support.editions import build

pytest.importorskip("weasyprint", reason="WeasyPrint is missing: no PDF was made")
pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is missing: no PDF was looked at")

THEMES = theme_names((shipped.TEMPLATES,))
LANGUAGES = {
    "de": "Der Ausschuss für Gesundheitsberichterstattung hat über die Verkehrssicherheit beraten und beschlossen. ",
    "fr": "Le comité a parlé de la sécurité des villes, puis il a décidé que l’on se reverrait à la rentrée. ",
}
NAMES = {"de": "Bundesarbeitsgemeinschaft der Vereine", "fr": "Réseau des villes"}
LEFT, RIGHT = 20 / 25.4 * 72, (210 - 20) / 25.4 * 72
BOTTOM, TOP = 20 / 25.4 * 72, (297 - 18) / 25.4 * 72
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Leaf:
    """A page: its signs with their boxes (left, bottom, right, top), in points, and the boxes of its pictures."""

    signs: Sequence[tuple[str, Box]]
    pictures: Sequence[Box]

    @cached_property
    def text(self) -> str:
        return "".join(sign for sign, _ in self.signs)

    def boxes(self, word: str) -> list[Box]:
        """The boxes of the letters of ``word``, at its first place."""
        at = self.text.index(word)
        return [box for _, box in self.signs[at : at + len(word)]]


def leaves(pdf: bytes) -> list[Leaf]:
    document = pdfium.PdfDocument(pdf)
    found = []
    for page in document:
        text = page.get_textpage()
        count = text.count_chars()
        signs = [(text.get_text_range(at, 1) or " ", text.get_charbox(at)) for at in range(count)]
        pictures = [shown.get_bounds() for shown in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE])]
        found.append(Leaf(signs, pictures))
    return found


def _blocks(language: str) -> str:
    """Sections of every kind, each after another number of lines, so that they meet the ends of pages everywhere.

    A title is ``Kopf<n>q``, and what must stand on its page ``Folge<n>q``.
    """
    words = LANGUAGES[language]
    made: list[dict[str, object]] = []
    for n in range(36):
        made.append({"block": "text", "body": "\n\n".join([words * (1 + n % 4)] * (1 + n * 5 % 7))})
        head, follows = f"Kopf{n}q", f"Folge{n}q {words}"
        day = {"date": "2020-04-03", "title": follows}
        made.append(
            [
                {"block": "digest", "title": head, "intro": words, "entries": [{"kicker": follows, "body": words}] * 3},
                {"block": "agenda", "title": head, "intro": words, "entries": [{**day, "body": words * 3}] * 2},
                {"block": "events", "title": head, "events": [day, day]},
                {"block": "table", "title": head, "head": [f"Folge{n}q", "B"], "rows": _rows(n)},
                {
                    "block": "statistics",
                    "title": head,
                    "intro": words,
                    "figures": [{"figure": "1", "label": follows}] * 3,
                },
                {"block": "columns", "title": head, "intro": words, "cards": [{"title": follows, "body": words}] * 3},
                {"block": "text", "title": head, "body": f"{follows}\n\n{words}"},
                {"block": "text", "body": f"{words}\n\n### {head}\n\n{follows * 2}"},
                {"block": "text", "body": f"{words}\n\n```\n{_code(n)}\n```\n"},
                {"block": "text", "title": head, "body": f"Folge{n}q\n\n| A | B |\n| - | - |\n{_marked_rows(n)}"},
                {"block": "article", "title": head, "body": follows * 3, "picture": {"file": "p.png", "alt": "A"}},
                {"block": "callout", "title": head, "figure": "12 %", "body": follows},
            ][n % 12]
        )
    return "\n".join(f"- {json.dumps(block)}" for block in made)


def _rows(n: int) -> list[list[str]]:
    return [[f"Z{n}x{row}a", f"Z{n}x{row}b"] for row in range(6 + n)]


def _marked_rows(n: int) -> str:
    return "\n".join(f"| {one} {LANGUAGES['fr']} | {other} |" for one, other in _rows(n))


def _code(n: int) -> str:
    long = "_".join(["ein_sehr_langer_name"] * 8)
    return "\n".join(f"anfang{n}x{line} = {long} {'x' * 30} ende{n}x{line}" for line in range(9))


def check_a_heading_has_what_follows_it_on_its_page(pages: Sequence[Leaf]) -> None:
    assert len(pages) > 12
    heads = [(page, n) for page in pages for n in re.findall(r"kopf(\d+)q", page.text.lower())]
    assert len(heads) == 33
    assert [n for page, n in heads if f"folge{n}q" not in page.text.lower()] == []


def check_code_and_rows_are_whole_and_in_their_place(pages: Sequence[Leaf]) -> None:
    whole = "".join(re.sub(r"\s", "", page.text) for page in pages)
    for n in range(8, 36, 12):
        assert all(f"{begins}{n}x{line}" in whole for line in range(9) for begins in ("anfang", "ende"))
    for n in (3, 9, 15, 21, 27, 33):
        for first, second in _rows(n):
            [page] = [page for page in pages if re.search(rf"{first}\b", page.text)]
            assert re.search(rf"{second}\b", page.text), "a row is not torn"
            if n % 12 == 3:
                assert f"Folge{n}q" in page.text, "the head of a table stands on each of its pages"
    for number, page in enumerate(pages):
        for sign, (left, bottom, right, top) in page.signs:
            if sign.strip() and bottom > BOTTOM:
                where = (number + 1, sign, left, right)
                assert LEFT - 1 <= left < right <= RIGHT + 1 or right - left < 0.1, where
                assert top <= TOP + 3, where


def check_no_letters_stand_on_others(pages: Sequence[Leaf]) -> None:
    for page in pages:
        drawn = sorted((box for sign, box in page.signs if sign.strip()), key=lambda box: box[0])
        for at, (left, bottom, right, top) in enumerate(drawn):
            for other in drawn[at + 1 : at + 200]:
                if other[0] >= right:
                    break
                wide = min(right, other[2]) - max(left, other[0])
                high = min(top, other[3]) - max(bottom, other[1])
                small = min((right - left) * (top - bottom), (other[2] - other[0]) * (other[3] - other[1]))
                assert not (wide > 0 and high > 0 and wide * high > 0.5 * small > 0.5)


def check_the_name_is_whole_and_the_logo_has_its_own_room(pages: Sequence[Leaf], language: str) -> None:
    first = pages[0]
    capitals = NAMES[language].split()[0] in first.text
    for word in NAMES[language].split():
        letters = first.boxes(word if capitals else word.upper())
        assert max(box[1] for box in letters) - min(box[1] for box in letters) < 8, word
    logo = max(first.pictures, key=lambda box: box[3])
    for sign, box in first.signs:
        wide = min(logo[2], box[2]) - max(logo[0], box[0])
        high = min(logo[3], box[3]) - max(logo[1], box[1])
        assert not (sign.strip() and wide > 1 and high > 1), sign


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_end_and_begin_where_a_reader_expects_it(tmp_path: Path, language: str, theme: str) -> None:
    newsletter = {
        "name": NAMES[language],
        "organisation": "N",
        "languages": [language],
        "theme": {"name": theme},
        "logo": {"file": "logo.png", "alt": ""},
        "tagline": LANGUAGES[language] * 2,
    }
    head = f"subject: {json.dumps(LANGUAGES[language])}\npreheader: P\ndate: 2020-03-31\n"
    files: dict[str, str | bytes] = {"p.png": png(900, 600), "../logo.png": png(400, 100)}
    edition = build(tmp_path, _blocks(language), head=head, newsletter=json.dumps(newsletter), files=files)
    pages = leaves(print_pdf(edition, {"links.unsubscribe": "", "links.browser": "", "links.print": ""}))
    check_a_heading_has_what_follows_it_on_its_page(pages)
    check_code_and_rows_are_whole_and_in_their_place(pages)
    check_no_letters_stand_on_others(pages)
    check_the_name_is_whole_and_the_logo_has_its_own_room(pages, language)
