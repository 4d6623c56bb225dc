"""The mail says of each of its pieces which field it came from, in a rendering of its own and never in what is sent."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from composer import shipped
from composer.edition import build_edition, fill
from composer.edition.build import build_mail_with_fields
from composer.edition.model import SlottedText, dump_edition
from composer.edition.theme.tokens import theme_names
from composer.issue import find_issues, load_issue
from composer.issue.model import Issue
from tests.support.authoring import issue_of, png, write_issue
from tests.support.block_forms import MAXIMAL

TEMPLATES = (shipped.TEMPLATES,)
MARKS = re.compile(r"<!--field (.*?)-->|<!--end of field-->| data-fields='([^']*)'")
SAMPLES = find_issues(shipped.SAMPLE_ISSUES)


def html_of(segments: SlottedText) -> str:
    links = dict.fromkeys((f"links.{name}" for name in ("assets", "browser", "print", "unsubscribe")), "x")
    people = {f"subscriber.{name}": "Ana" for name in ("first_name", "city", "language", "email")}
    return fill(segments, {**people, **links})


def traced(issue: Issue, language: str = "en") -> str:
    return html_of(build_mail_with_fields(issue, language=language, templates=TEMPLATES))


def fields_in(html: str) -> set[str]:
    """The fields that are told, each by its path with dots."""
    paths = [json.loads(one[1]) for one in MARKS.finditer(html) if one[1]]
    paths += [path for one in MARKS.finditer(html) if one[2] for path in json.loads(unescape(one[2]))]
    return {".".join(map(str, path)) for path in paths}


def tight(html: str) -> str:
    """The HTML without what a mark keeps though nobody sees it: the white space between blocks, and the type of a cell
    that has no words of its own.
    """
    without_type = re.sub(
        r'(<(?:td|div)) style="([^"]*)"',
        lambda tag: f"{tag[1]} {re.sub('(?:^|(?<=;))(?:font|color):[^;]*;?', '', tag[2]).strip(';')}",
        html,
    )
    return re.sub(r" (?=>)", "", re.sub(r">[ \n]+<", "><", without_type))


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_but_for_the_marks_it_is_the_mail_that_is_sent(folder: Path) -> None:
    issue = load_issue(folder)
    for language in issue.languages:
        edition = build_edition(issue, language=language)
        html = traced(issue, language)
        assert tight(MARKS.sub("", html)) == tight(html_of(edition.html))
        assert len(fields_in(html)) > 20
        assert "<!--field" not in dump_edition(edition).decode()


@pytest.mark.parametrize("theme", theme_names(TEMPLATES))
def test_every_word_of_every_block_has_its_field(tmp_path: Path, theme: str) -> None:
    head = f"subject: Spring\npreheader: Dates\ndate: 2020-03-31\ntheme: {{name: {theme}}}\n"
    order = sorted(MAXIMAL, key=lambda name: (name == "footer", name != "masthead"))
    blocks = re.sub(r"id: anchor, ?|id: anchor\n *", "", "\n".join(MAXIMAL[name] for name in order))
    issue = load_issue(write_issue(tmp_path, issue_of(blocks, head=head), files={"p.png": png(600, 400)}))
    html = traced(issue)
    assert tight(MARKS.sub("", html)) == tight(html_of(build_edition(issue).html))
    told = fields_in(html)
    kinds = {index: block.block for index, block in enumerate(issue.contents["en"].blocks)}
    named = {f"{kinds[int(index)]}.{rest}" for _, index, rest in (one.split(".", 2) for one in told)}
    assert named >= {
        "article.title",
        "article.body",
        "article.picture.file",
        "article.link.label",
        "agenda.entries.0.date",
        "agenda.entries.0.title",
        "button.label",
        "button.url",
        "table.head.0",
    }
    unmarked = re.sub(r"<!--field .*?-->.*?<!--end of field-->", "", html, flags=re.DOTALL)
    words = re.findall(r">[^<]*?\b([A-Z][a-z]+[A-Z][a-z]+)\b", unmarked.partition("<body")[2])
    assert set(words) <= NOT_TRACED


NOT_TRACED = {"PictureCredit", "KickerText", "BodyText"}
"""What a template puts into a sentence or a list of its own, and the words of an author's MJML."""
