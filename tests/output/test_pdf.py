"""The printable form as PDF: whole, the same every time, and made of the issue's own files alone."""

from __future__ import annotations

import re
import socket
import zlib
from pathlib import Path

import pytest

from composer.edition import Edition
from composer.output.pdf import print_pdf
from tests.support.authoring import png
from tests.support.editions import build

pytest.importorskip("weasyprint", reason="WeasyPrint is missing: no PDF was made")

BLOCKS = """\
- block: image
  picture: {file: bridge.png, alt: A bridge}
- block: text
  body: Dear {{ subscriber.first_name | default("reader") }}, the bridge opens.
"""
VALUES = {"subscriber.first_name": "Ana", "links.unsubscribe": "", "links.browser": "", "links.print": ""}


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    return build(tmp_path, BLOCKS, files={"bridge.png": png(60, 40)})


def test_it_has_its_picture_title_and_language(edition: Edition) -> None:
    pdf = print_pdf(edition, VALUES)
    assert pdf.startswith(b"%PDF-")
    content = pdf + b"".join(_unpacked(pdf))
    assert b"/Subtype /Image" in content or b"/Subtype/Image" in content
    assert re.search(rb"/Lang \(en\)", content)
    assert re.search(rb"/Title \(.*Spring", content)


def _unpacked(pdf: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return found


def test_the_same_edition_gives_the_same_bytes(edition: Edition) -> None:
    assert print_pdf(edition, VALUES) == print_pdf(edition, VALUES)


def test_nothing_is_fetched_even_if_a_template_asks_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = '<html><head><title>x</title></head><body><img src="https://example.org/x.png">{{ blocks }}</body></html>'
    edition = build(tmp_path, "- block: text\n  body: Hello", templates={"layouts/print.html.j2": layout})

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert print_pdf(edition, VALUES).startswith(b"%PDF-")
