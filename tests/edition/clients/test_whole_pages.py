"""On whole pages all that is used is recognised, and nothing else: they were labelled by reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.edition.clients import client_support, uses_in_html

PAGES = Path(__file__).with_name("pages")
LABELS = {
    name: set(features.split())
    for name, _, features in (line.partition(":") for line in (PAGES / "labels.txt").read_text().splitlines())
}


@pytest.mark.parametrize("name", LABELS)
def test_a_page_uses_what_its_label_says(name: str) -> None:
    html = (PAGES / f"{name}.html").read_text(encoding="utf-8")
    assert {use.feature for use in uses_in_html(html)} == LABELS[name]


def test_every_page_has_a_label_of_features() -> None:
    assert {page.stem for page in PAGES.glob("*.html")} == set(LABELS)
    assert len(LABELS) >= 20
    assert set().union(*LABELS.values()) <= set(client_support().features)
