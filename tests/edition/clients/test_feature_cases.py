"""Each feature of caniemail's is recognised where it is used, however it is spelt, and nowhere else.

``declarations.txt`` has declarations: each is tried in a style attribute, oddly spelt in a style sheet, and as a text
that is shown. ``markup.txt`` has pages.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from composer.edition.clients import client_support, uses_in_html
from composer.edition.clients.html_features import NOT_OF_A_PAGE

HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    """Read a table of the folder."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split(" | ")] for line in lines if line and not line.startswith("#")]


DECLARATIONS = rows("declarations.txt")
MARKUP = rows("markup.txt")


def uses(html: str, feature: str) -> bool:
    return feature in {use.feature for use in uses_in_html(html)}


def quoted(css: str) -> str:
    return css.replace('"', "&quot;")


def oddly(declaration: str) -> str:
    """Spell a declaration in capitals, with an escape, a comment and odd blanks; its value as it is."""
    name, _, value = declaration.partition(":")
    if name.startswith("--"):
        return f"\t{name}\n:{value}"
    return f";;\t\\{ord(name[0]):x} {name[1:].upper()} /* : */\n:{value}  "


@pytest.mark.parametrize(("feature", "declaration", "nearly"), DECLARATIONS, ids=lambda text: text)
def test_a_declaration_uses_its_feature(feature: str, declaration: str, nearly: str) -> None:
    assert uses(f'<p style="{quoted(declaration)}">', feature)
    assert uses(f"<STYLE>@media print{{p{{{oddly(declaration)}}}}}</STYLE>", feature)
    shown = (
        f"<pre>p {{ {declaration} }}</pre><!-- <p style='{quoted(declaration)}'> --><p title=\"{quoted(declaration)}\">"
    )
    assert not uses(shown.replace("<!--", "<b>").replace("-->", "") if feature == "html-comments" else shown, feature)
    assert not uses(f'<p style="{quoted(nearly)}">', feature)
    assert not uses(f"<style>p {{ {nearly} }}</style>", feature)


@pytest.mark.parametrize(("feature", "used", "odd", "unused", "nearly"), MARKUP, ids=lambda text: text[:60])
def test_a_page_uses_its_feature(feature: str, used: str, odd: str, unused: str, nearly: str) -> None:
    assert uses(used, feature)
    assert uses(odd, feature)
    assert not uses(unused, feature)
    assert not uses(nearly, feature)


def test_every_feature_that_a_page_can_use_has_its_cases() -> None:
    with_cases = {row[0] for row in (*DECLARATIONS, *MARKUP)}
    assert with_cases | set(NOT_OF_A_PAGE) == set(client_support().features)
    cells = Counter(row[0] for row in DECLARATIONS for _ in range(5)) + Counter(
        row[0] for row in MARKUP for _ in range(4)
    )
    assert min(cells.values()) >= 4
