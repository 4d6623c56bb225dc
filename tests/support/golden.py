"""Golden files: what was looked at and found good, compared by meaning; ``pytest --update`` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html

Golden = Callable[[Path, str], None]

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,6}\b")
_SILENT = frozenset({"style", "script", "title", "head", "meta"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the golden files anew; then read their diff")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a golden file, or writes it."""

    def compare(file: Path, text: str) -> None:
        if request.config.getoption("--update"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.is_file(), f"{file.name} is not there; pytest --update writes it"
        assert text == file.read_text(encoding="utf-8")

    return compare


def meaning_of(html: str) -> str:
    """What a page says and in which colours, a line for each element that says something.

    Structure is the order and the class of the elements; tables that only arrange, white space, the order of
    attributes and of declarations, and the spelling of colours mean nothing.
    """
    body = lxml_html.fromstring(html).find("body")
    assert body is not None
    return "\n".join(_lines(body)) + "\n"


def _lines(element: lxml_html.HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _SILENT or "opacity:0" in element.get("style", ""):
        return
    name = ".".join([element.tag, *sorted(element.get("class", "").split())])
    words = " ".join((element.text or "").split())
    said = [f'{attribute}="{element.get(attribute)}"' for attribute in ("href", "src", "alt", "width", "height", "id")
            if element.get(attribute) is not None and (element.tag in ("a", "img") or attribute == "id")]  # fmt: skip
    colours = sorted({_six_digits(colour) for colour in _COLOUR.findall(element.get("style", ""))})
    if words or said or (colours and element.tag != "body"):
        yield " ".join([name, *said, *colours, *([repr(words)] if words else [])])
    for child in element:
        yield from _lines(child)
        tail = " ".join((child.tail or "").split())
        if tail:
            yield f"  {tail!r}"


def _six_digits(colour: str) -> str:
    digits = colour[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)
