"""A mail's HTML is taken apart piece by piece, and what comes of it is what one reading of the whole gives."""

from __future__ import annotations

import random
from pathlib import Path

from composer.checks.page import _read_piece, read_page
from composer.checks.proof import joined
from tests.support.editions import build

_COMMENTS = ["<!--[if mso]>", "<!--[if mso | IE]><td><![endif]-->", "<![endif]-->", "<!--", "-->"]
_TAGS = [
    "<a href='x'>",
    "</a>",
    "<h2>",
    "</h2>",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<p id=i>",
    "<img alt=y>",
]
_SIGNS = ["<img alt=y>", "&amp", "&am", "; ", "<", "<p", "</h", '"', "'", ">", "word", "\n"]


def test_a_document_is_the_same_in_pieces_and_whole_however_it_is_broken() -> None:
    dice = random.Random(20261127)
    mail = "".join(f"<p>{n}</p>" for n in range(9))
    for _ in range(3_000):
        html = "".join(dice.choice(dice.choice((_COMMENTS, _TAGS, _SIGNS))) for _ in range(dice.randint(1, 30)))
        for document in (html, f"<p>{html}<!--[if mso]><td><![endif]-->{mail}"):
            whole, _ = _read_piece.__wrapped__(document)  # type: ignore[attr-defined]
            assert read_page(document) == whole, document


def test_a_mail_is_the_same_in_pieces_and_whole(tmp_path: Path) -> None:
    blocks = "- block: article\n  title: One\n  body: A [link](https://example.org/a) &amp; *more*\n" * 12
    html = joined(build(tmp_path, blocks).html)
    assert html.count("<!--[if ") > 20
    whole, _ = _read_piece.__wrapped__(html)  # type: ignore[attr-defined]
    page = read_page(html)
    assert page == whole
    assert len(page.headings) >= 12
