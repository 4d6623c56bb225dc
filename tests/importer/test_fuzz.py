"""Whatever is given to ``newsletter import`` becomes a draft that loads, or is refused in words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from composer.errors import NewsletterError
from composer.importer.draft import draft_of
from composer.importer.foreign_markdown import read_foreign_markdown
from composer.importer.html import read_html
from composer.importer.pictures import Pictures
from tests.support.fuzzing import broken, cases

HTML = """<!doctype html><html lang="fr"><head><title>La lettre</title><style>p{color:red}</style></head><body>
<table><tr><td><h1>La lettre</h1><img src="a.png" width="600" alt="Un pont"></td></tr>
<tr><td style="font-size:24px">Un titre<br>sur deux lignes</td></tr>
<tr><td><p style="float:left">Du <b>texte</b>, <a href="https://example.org/?a=1&amp;b=2">un lien</a>
et <code>x</code>.</p>
<ul><li>un<li>deux<ol><li>trois</ol></ul><blockquote>dit</blockquote><pre>a  b</pre></td></tr>
<tr><th>Jour</th><th>Lieu</th></tr><tr><td>1er</td><td>Paris</td></tr>
<tr><td><a href="https://example.org/unsubscribe">Se désabonner</a> &nbsp; &#x1F600;</td></tr></table></body></html>"""
MARKDOWN = """---
title: La lettre
date: 2026-12-01
tags: [a, b]
---
# La lettre

Bonjour **à tous**, *et* `code`, [un lien](https://example.org "titre") ![Un pont](a.png)

## Un titre

- un
- deux

| Jour | Lieu |
| --- | --- |
| 1er | Paris |

<div>HTML</div>

> dit

[^1]: une note
"""


@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_a_draft_or_words(kind: str, tmp_path: Path) -> None:
    good = HTML if kind == "html" else MARKDOWN
    for number, rng in cases(60, f"import {kind}"):
        data = broken(good, rng).encode("utf-8", "surrogatepass")
        try:
            foreign = read_html(data) if kind == "html" else read_foreign_markdown(data, file=tmp_path / "a.md")
            draft = draft_of(foreign, Pictures(tmp_path), today=dt.date(2026, 12, 1))
            told = draft.text
        except NewsletterError as error:
            told = str(error)
        assert told.encode(), number
