"""docs/checks.md tells every code, as grave as it is."""

from __future__ import annotations

import re
from pathlib import Path

from composer.checks.codes import CODES, Severity

TEXT = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def test_every_code_has_its_section_with_its_severity_and_no_other_has() -> None:
    told = dict(re.findall(r"^### `([a-z-]+)` · (\w+)$", TEXT, re.MULTILINE))
    assert told == {code: WORDS[about.severity] for code, about in CODES.items()}


def test_every_section_says_something() -> None:
    sections = re.split(r"^##.*\n", TEXT, flags=re.MULTILINE)
    assert all(len(words.strip()) > 20 or not words.strip() for words in sections)
    assert len(re.findall(r"^### .*\n\n\S", TEXT, re.MULTILINE)) == len(CODES)


def test_codes_are_words_with_hyphens() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in CODES)
