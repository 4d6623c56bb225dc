"""A text that the studio's editor writes anew is composed into the mail that its source is: its marks, spaces, links.

The source is Markdown as people type it, in three languages, whose quotation marks and spaces differ.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from composer.edition.prose.markdown import MarkdownRules, parse_markdown
from tests.studio.test_markdown_as_seen import LINES, ask

WORDS = [
    "Noon", "harbour", "quay", '"quoted words"', "it's", "don’t", "“already set”", "« déjà »", "« serré »",
    "'so'", '\\"straight\\"', "\\'", "&quot;", "&#39;", "rock 'n' roll", "l'eau", "l’eau", "1990s", "'90s",
    '6\' 2"', "--", "---", "–", "—", "...", "…", "(c)", "+-", "27 %", "27\u00a0%", "10\u202f000", "pourquoi ?",
    "a\u00adb", "\u200b", "“a ‘b’ c”", '"a \'b\' c"', "**bold**", "*it's*", '**"both"**', '"**inside**"',
    "_so_", "`\"code\"`", "[a \"link\"](https://example.org/a_b)", "2 * 3", "<https://example.org/x>",
    "https://example.org/y", "AT&T", "&copy;", "&amp;", "snake_case", "\\*", "1.", "#", "!",
    '{{ subscriber.first_name | default("you") }}', "x\\\ny", "line  \nbreak", "「重要」", "**「重要」**です", "중요",
]  # fmt: skip


def _document(chance: random.Random) -> str:
    pieces = []
    for _ in range(chance.randint(1, 5)):
        between = chance.choice([" ", " ", " ", ""])
        # An address ends at a blank: what is typed right behind it is anybody's guess.
        words = between.join(f" {word} " if ":" in word else word for word in chance.choices(WORDS, k=6))
        pieces.append(chance.choice(LINES) + words.replace("\n", "\n" + " " * chance.choice([0, 0, 2])))
        pieces.append(chance.choice(["", "", "", "---", "\n"]))
    return "\n".join(pieces)


def composed(markdown: str, language: str) -> str:
    """The HTML that the mail has of a text."""

    def no_picture(name: str) -> str:
        raise ValueError(f"there is no {name}")

    rules = MarkdownRules(language, picture_url=no_picture, is_mark=lambda _: False, is_asset=lambda _: False)
    prose = parse_markdown(re.sub(r"\{\{[^{}\n]*\}\}", "mergefield", markdown), rules)
    assert prose.mistakes == []
    return as_read(prose.html)


def as_read(html: str) -> str:
    """The same without what no reader sees: blanks at the ends of lines, bold within bold, italic beside italic."""
    depths = {"strong": 0, "em": 0}

    def outermost(tag: re.Match[str]) -> str:
        is_end, name = tag[1] == "/", tag[2]
        depths[name] += -1 if is_end else 1
        return tag[0] if depths[name] == (0 if is_end else 1) else ""

    html = re.sub(r"</(strong|em)><\1>", "", re.sub(r"<(/?)(strong|em)>", outermost, html))
    return re.sub(r"[ \t]+(?=\n|<br|</(?:p|li|h\d)>|$)", "", html)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_text_written_anew_is_the_same_in_the_mail(language: str) -> None:
    chance = random.Random(f"composed {language}")
    sources = [_document(chance) for _ in range(400)]
    answers: list[Any] = ask(texts=sources)["texts"]
    seen = [(source, answer) for source, answer in zip(sources, answers, strict=True) if answer is not None]
    assert len(seen) > 300
    for source, answer in seen:
        assert answer["kept"].strip() == source.strip()
        assert composed(answer["written"], language) == composed(source, language), (source, answer["written"])


def test_quotation_marks_that_are_to_stay_straight_do_so_when_a_text_is_changed() -> None:
    typed = 'A 5\\" and a 5&quot; tube, the &#39;90s, "quoted", **\\"bold\\"**, “set” and it’s.'
    (answer,) = ask(texts=[typed])["texts"]
    assert answer["written"] == 'A 5\\" and a 5\\" tube, the \\\'90s, "quoted", **\\"bold\\"**, “set” and it’s.'
    assert composed(answer["written"], "en") == (
        "<p>A 5&quot; and a 5&quot; tube, the '90s, “quoted”, <strong>&quot;bold&quot;</strong>, “set” and it’s.</p>\n"
    )
