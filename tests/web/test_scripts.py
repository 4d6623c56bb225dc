"""The scripts of our own pages: ES modules, each there, each asked for."""

from __future__ import annotations

import re
from pathlib import Path

COMPOSER = Path(__file__).parent.parent.parent / "composer"
PAGES = [file for kind in ("*.html", "*.html.j2") for file in COMPOSER.rglob(kind)]
EARLY = '<script>\n{% include "heights.js" %}'
"""The gallery's frames tell their heights before a module runs, so what hears of them cannot be one."""


def test_every_script_of_a_page_is_a_module() -> None:
    texts = {page.name: page.read_text(encoding="utf-8").replace(EARLY, "") for page in PAGES}
    scripts = [tag for text in texts.values() for tag in re.findall(r"<script\b[^>]*>", text)]
    assert len(scripts) >= 3
    assert [tag for tag in scripts if 'type="module"' not in tag] == []


def test_every_script_is_asked_for_by_a_page_or_another_script() -> None:
    scripts = list(COMPOSER.rglob("*.js"))
    asked = {
        name
        for file in (*PAGES, *scripts)
        for name in re.findall(r"""["'/]([\w-]+\.js)["']""", file.read_text(encoding="utf-8"))
    }
    assert {script.name for script in scripts} == asked
