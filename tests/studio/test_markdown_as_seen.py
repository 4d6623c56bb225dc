"""What the studio's editor shows and writes of a text is what the mail has: its grammar is held against ours."""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from composer.commonmark import Addresses, markdown_parser
from composer.emphasis import _is_wide
from tests.support.node import run_node

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "support" / "markdown_as_seen.mjs"

Runs = list[list[str]]
"""Letters that stand in the same block and look the same: the block with those around it, the marks, the letters."""


def ask(**question: Any) -> Any:
    return run_node(SCRIPT, ROOT, question)


@lru_cache(maxsize=1)
def _parser() -> Any:
    parser = markdown_parser(addresses=Addresses.AS_WRITTEN)
    parser.normalizeLinkText = lambda url: url  # type: ignore[assignment]
    return parser


_FIELD = re.compile(r"\\(\{\{|\{%|\}\})|\{\{[^{}\n]*\}\}")
_BLOCKS = {"bullet_list": "bullet_list", "list_item": "item", "blockquote": "blockquote", "paragraph": "paragraph"}
_MARKS = {"strong": "strong", "em": "em"}


def in_the_mail(markdown: str) -> Runs:
    """What a mail has of a text; bare addresses are words here, for the editor shows them as such."""
    fields: list[str] = []

    def hide(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        fields.append(found[0])
        return f"zzfield{len(fields) - 1}z"

    runs: Runs = []
    path: list[str] = []
    for token in _parser().parse(_FIELD.sub(hide, markdown)):
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.nesting > 0:
            name = _BLOCKS.get(kind, kind)
            if kind == "heading":
                name = f"heading {token.tag[1]}"
            elif kind == "ordered_list":
                name = f"ordered_list {token.attrGet('start') if token.attrGet('start') is not None else 1}"
            path.append(name)
        elif token.nesting < 0:
            path.pop()
        elif token.type == "hr":
            runs.append([" ".join([*path, "horizontal_rule"]), "", ""])
        elif token.type in ("fence", "code_block"):
            _add(runs, " ".join([*path, "code_block"]), "", token.content.removesuffix("\n"))
        else:
            for marks, words in _inline(token.children or []):
                _add(runs, " ".join(path), marks, words)
    shown = re.compile(r"zzfield(\d+)z")
    whole: Runs = []
    for place, marks, words in ([shown.sub(lambda found: fields[int(found[1])], part) for part in run] for run in runs):
        whole.append([place, marks, words]) if not words else _add(whole, place, marks, words)
    return to_a_reader(whole)


def to_a_reader(runs: Runs) -> Runs:
    """The same without what no reader sees: which links are made by themselves, which signs are bold, last blanks."""
    linked: Runs = []
    for path, marks, written in runs:
        words = re.sub(r"[ \t]+(?=\n)", "", written)
        own = [mark for mark in (f"link {words} ", f"link https://{words} ") if mark in marks]
        marks = " ".join(marks.replace(own[0], "").split()) if own else marks
        linked.append([path, marks, words]) if not words else _add(linked, path, marks, words)
    plain: Runs = []
    for path, marks, words in linked:
        if "code" not in marks.split() and not any(map(str.isalnum, words)):
            marks = " ".join(mark for mark in marks.split(" ") if mark not in ("em", "strong"))
        plain.append([path, marks, words]) if not words else _add(plain, path, marks, words)
    return plain


def _add(runs: Runs, path: str, marks: str, words: str) -> None:
    if words and runs and runs[-1][:2] == [path, marks]:
        runs[-1][2] += words
    elif words:
        runs.append([path, marks, words])


def _inline(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    marks: list[str] = []
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind == "link":
            if token.markup != "linkify":
                words = f"link {token.attrGet('href') or ''} {token.attrGet('title') or ''}"
                marks.append(words) if token.nesting > 0 else marks.pop()
        elif token.nesting > 0:
            marks.append(_MARKS[kind])
        elif token.nesting < 0:
            marks.pop()
        elif kind in ("softbreak", "hardbreak"):
            yield "", "\n"
        elif kind == "code_inline":
            yield " ".join(sorted({*marks, "code"})), token.content
        else:
            assert kind in ("text", "text_special"), kind
            yield " ".join(sorted(set(marks))), token.content


PIECES = [
    "Noon", "harbour", "a", "b", "**", "**", "*", "*", "_", "_", "__", "***", "`", "``", '\\*', '\\', "&amp;",
    "&copy;", "&", "<", ">", '\\{{', "!", ".", ",", "(", ")", "[", "]", "#", "~", "~~", "-", "+", "=", "1.", "2)",
    ":", "![", "「重要」", "これは", "です", "（旧）", "“强调”", "중요", "라고", "é", "€", "😀", "[^1]",
    "snake_case_word",
    '"quoted"', "'s", "…", "\u00a0", "https://example.org/_a_", "www.example.org/a*b*c", "name@example.org",
    "<https://example.org/*x*>", "[x](https://example.org/a_b)", '[y](/z "a \\"title\\"")',
    "[a(b)](https://example.org/a(b)c)", "2 * 3", '{{ subscriber.first_name | default("you") }}',
    "{{ links.browser }}", "[{{ subscriber.city }}](https://example.org/?c={{ subscriber.city }})",
]  # fmt: skip
LINES = [
    "", "", "- ", "- ", "  - ", "    - ", "1. ", "2. ", "0. ", "3) ", "* ", "+ ", "> ", "> > ", "# ", "## ",
    "#### ",
]  # fmt: skip
WHOLE = [
    "", "", "---", "***", "===", "```", "    indented", "[x]: https://example.org", ":::", "- ", "a | b",
    "--- | ---",
]  # fmt: skip
LINKS = ["https://example.org/a_b", "https://example.org/a(b", "#x", "mailto:a@example.org", ""]


def _text(chance: random.Random) -> str:
    lines = []
    for _ in range(chance.randint(1, 6)):
        if chance.random() < 0.2:
            lines.append(chance.choice(WHOLE))
            continue
        words = chance.choice(["", " "]).join(chance.choices(PIECES, k=chance.randint(1, 7)))
        lines.append(chance.choice(LINES) + words + chance.choice(["", "", "", "  ", "\\"]))
        if chance.random() < 0.4:
            lines.append("")
    return "\n".join(lines)


def _document(chance: random.Random) -> dict[str, Any]:
    return {"type": "doc", "content": [_block(chance, 0) for _ in range(chance.randint(1, 4))]}


def _block(chance: random.Random, depth: int) -> dict[str, Any]:
    kinds = ["paragraph"] * 6 + ["heading", "horizontal_rule", "code_block"]
    kind = chance.choice(kinds + ["bullet_list", "ordered_list", "blockquote"] * (2 if depth < 3 else 0))
    if kind == "paragraph":
        return {"type": kind, "content": _words(chance, breaks=True)}
    if kind == "heading":
        return {"type": kind, "attrs": {"level": chance.randint(1, 6)}, "content": _words(chance, breaks=False)}
    if kind == "horizontal_rule":
        return {"type": kind}
    if kind == "code_block":
        code = "\n".join("".join(chance.choices(PIECES, k=3)) for _ in range(chance.randint(0, 3)))
        code = re.sub(r"\{\{|\{%|\}\}|\\$", "", code)
        return {"type": kind, "content": [{"type": "text", "text": code}] if code else []}
    if kind == "blockquote":
        return {"type": kind, "content": [_block(chance, depth + 1) for _ in range(chance.randint(1, 2))]}
    items = [
        {"type": "list_item", "content": [_block(chance, depth + 1) for _ in range(chance.choice([1, 1, 2]))]}
        for _ in range(chance.randint(1, 3))
    ]
    attrs: dict[str, Any] = {"tight": chance.random() < 0.7}
    if kind == "ordered_list":
        attrs["order"] = chance.choice([0, 1, 1, 9, 1999])
    return {"type": kind, "attrs": attrs, "content": items}


def _words(chance: random.Random, *, breaks: bool) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for _ in range(chance.randint(0, 6)):
        marks: list[dict[str, Any]] = [{"type": name} for name in ("em", "strong") if chance.random() < 0.25]
        if chance.random() < 0.15:
            title = chance.choice([None, None, 'a "b" c'])
            marks.append({"type": "link", "attrs": {"href": chance.choice(LINKS), "title": title}})
        roll = chance.random()
        if roll < 0.12 and breaks:
            made.append({"type": "hard_break", "marks": marks})
        elif roll < 0.2:
            # Right beside a field Markdown reads no emphasis that begins or ends with a sign: a blank stands between.
            blank = {"type": "text", "text": " "}
            field = {"type": "field", "attrs": {"source": "{{ subscriber.first_name }}"}, "marks": marks}
            made += [blank, field, blank]
        else:
            if chance.random() < 0.1:
                marks.append({"type": "code"})
            pieces = [*PIECES, " ", " ", "- ", "# ", "> ", "1. ", "---", "===", "| - |", ":::", "<b>", "\\"]
            words = "".join(chance.choices(pieces, k=chance.randint(1, 3)))
            words = re.sub(r"\{\{[^{}]*\}\}", "", words)
            if "code" in [mark["type"] for mark in marks]:
                words = re.sub(r"\{\{|\{%|\}\}", "", words)
            if words:
                made.append({"type": "text", "text": words, "marks": marks})
    return made


KNOWN = [
    "これは**「重要」**です。**“强调”**的。그는 **'중요'**라고 คือ*\"สำคัญ\"*ที่",
    "*a **b** *c* d* and **x**{{ subscriber.first_name }}, a**{{ subscriber.city }}**b, 2*3*4",
    '[a (b)](https://example.org/a_(b)) [é](<https://example.org/a b> "a \\"b\\"") <https://example.org/*>',
    "see www.a-b.example/x, or a_b@example.org.",
    "`` a`b `` and ` ` and `{{ subscriber.city }}` &amp; &copy; \\* \\{{ not a field \\}}",
    "0. nought\n1. one\n\n   - below\n     two lines\n\n     > quoted\n1. two",
    "- a\n\n\n* b\n\n1. c\n\n1) d\n\n***\n\n    code\n\n~~~html\n<b>\n~~~",
    "# One\n## Two #\n### Three \\#\nback\\\nslash  \nand blanks",
]
"""What is rare in a text made by chance."""


def test_what_is_seen_of_a_text_is_what_the_mail_has_and_stays_so_when_it_is_written_anew() -> None:
    chance = random.Random(11)
    texts = [*KNOWN, *(_text(chance) for _ in range(1000))]
    answers = ask(texts=texts)["texts"]
    seen = [(text, answer) for text, answer in zip(texts, answers, strict=True) if answer is not None]
    assert [text for text, _ in seen[: len(KNOWN)]] == KNOWN
    assert len(seen) > 400
    wrong = []
    for text, answer in seen:
        mail = in_the_mail(text)
        if answer["kept"].strip() != text.strip():
            wrong.append(("kept", text, answer["kept"]))
        if to_a_reader(answer["seen"]) != mail:
            wrong.append(("seen", text, answer["seen"], mail))
        elif in_the_mail(answer["written"]) != mail:
            wrong.append(("written", text, answer["written"], mail, in_the_mail(answer["written"])))
    assert wrong == []


def test_what_was_not_touched_stays_as_it_was_typed_with_the_lines_between() -> None:
    typed = "1) one\n\n1. again one\n\nOld *words*  \nhere\n\n\n* a\n* b\n\n\n\n1) one\n\n~~~\ncode\n~~~\nLast __line__"
    (answer,) = ask(texts=[typed])["texts"]
    assert answer["kept"] == typed
    assert answer["more"] == f"{typed}\n\nOne more"


def without_emphasis(runs: Runs) -> Runs:
    plain: Runs = []
    for path, marks, words in runs:
        kept = " ".join(mark for mark in marks.split(" ") if mark not in ("em", "strong"))
        plain.append([path, kept, words]) if not words else _add(plain, path, kept, words)
    return plain


def test_whatever_is_made_in_the_editor_is_in_the_mail_as_it_is_seen() -> None:
    """Of emphasis that no Markdown can say (a bold bracket between letters in italics), the rest is all there."""
    chance = random.Random(12)
    documents = [_document(chance) for _ in range(1000)]
    less_emphasis = 0
    for document, answer in zip(documents, ask(documents=documents)["documents"], strict=True):
        seen, mail = to_a_reader(answer["seen"]), in_the_mail(answer["written"])
        assert without_emphasis(mail) == without_emphasis(seen), (json.dumps(document), answer["written"])
        less_emphasis += mail != seen
    assert less_emphasis / len(documents) < 0.04


def test_emphasis_is_read_though_a_letter_stands_beside_it() -> None:
    bold = [{"type": "text", "text": "Now!", "marks": [{"type": "strong"}]}, {"type": "text", "text": "or never"}]
    answer = ask(documents=[{"type": "doc", "content": [{"type": "paragraph", "content": bold}]}])["documents"][0]
    assert answer["written"] == "**Now!**&#111;r never"
    assert in_the_mail(answer["written"]) == [["paragraph", "strong", "Now!"], ["paragraph", "", "or never"]]


def test_wide_signs_are_the_same_ones() -> None:
    every = map(chr, range(0x80, sys.maxunicode))
    signs = [sign for sign in every if unicodedata.category(sign) not in ("Cn", "Cs", "Co")]
    assert ask(signs="".join(signs))["wide"] == "".join(filter(_is_wide, signs))
