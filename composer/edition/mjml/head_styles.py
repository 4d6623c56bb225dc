"""The style sheets in a mail's head, without what this mail does not need.

Enters: a finished document, and the names of classes that nobody but us puts into one. Leaves: the document, in whose
style elements no rule is left for a class of these that no element has, and no white space that says nothing. All forms
of conditional blocks are in the document, so a rule that any reader needs stays. Never touched: a rule for a class that
a mail program adds (``.aBn`` of Gmail, ``.moz-text-html`` of Thunderbird) or that an author named, what stands in a
comment, and a sheet that cannot be read.

Style elements stay apart: Gmail drops a whole one for one rule that it does not know. Equal rules beside each other are
joined only where every selector is of names alone, because a list with an unknown selector is dropped whole, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase, digits
from types import MappingProxyType
from typing import Any

import tinycss2

_STYLE = re.compile(r"<!--.*?-->|<style(?P<attributes>[^>]*)>(?P<css>[^<]*)</style>", re.DOTALL)
_CLASS = r""" class=(?:"[^"]*"|'[^']*')"""
_CLASSES = re.compile(rf"(<[a-zA-Z](?:[^<> ]++|(?!{_CLASS})[ ])*+{_CLASS})")
"""Tags up to the end of their class attribute."""
_NAME = re.compile(r"\.([a-zA-Z][\w-]*)")
_NO_QUOTES = re.compile(r"[\w-]{1,15}")
_SELECTORS = re.compile(r"[^{};]+(?=\{)")
_MJML = re.compile(r"mj-(?!text-html)")
_SPACES = frozenset({"whitespace", "comment"})
_CSS_TYPE = ' type="text/css"'
_FLUID = "mj-full-width-mobile"
_OFTEN = (
    "row", "prose", "kicker", "session", "gutter", "more", "meta", "entry-title", "rail", "title", "thumb", "text-cell",
    "tile", "nameplate", "picture", "folio", "strong", "tile-month", "tile-day", "tile-weekday", "go", "foot",
    "thumb-cell", "calendar", "when", "what",
)  # fmt: skip
"""The classes that stand in most mails most often: one letter is enough for them."""
_COLUMN = "mj-column-per-"
_RARE = ("pre", "blockquote", "hr", "th", "thead", "li")
"""Elements that no mail program puts into ours."""
_PROSE_TABLE = re.compile(r"<table(?: style=\"[^\"]*\")?>")
"""A table that is Markdown's, which has no attribute of its own."""
_TIGHT = frozenset(">+~,:;{}!")
_EQUAL_PAIRS = re.compile(r"#([\da-fA-F])\1([\da-fA-F])\2([\da-fA-F])\3")
_PLAIN_SELECTOR = re.compile(r"[\w\s.#>+-]+")


@lru_cache(maxsize=8)
def shipped_classes(folder: Path) -> frozenset[str]:
    """Name the classes that the style sheets in the template folder ``folder`` name: words of a template, too, which
    do no harm.
    """
    return frozenset(
        name for sheet in sorted(folder.rglob("*.css")) for name in _NAME.findall(sheet.read_text("utf-8"))
    )


@lru_cache(maxsize=8)
def short_names(ours: frozenset[str]) -> Mapping[str, str]:
    """Give each class a name of one letter, or of two letters or digits: the same in every mail."""
    pairs = (f"{first}{second}" for first in ascii_lowercase for second in digits + ascii_lowercase)
    names = dict(zip(sorted({*ours, _FLUID}.difference(_OFTEN)), pairs, strict=False))
    letters = {name: letter for name, letter in zip(_OFTEN, ascii_lowercase, strict=True) if name in ours}
    return MappingProxyType(names | letters)


@lru_cache(maxsize=8)
def shorter_head(html: str, *, ours: frozenset[str]) -> str:
    """Shorten the document's style elements, and the names of its classes with them, and give it back.

    ``ours`` are the classes that are in a document only if we put them in.
    """
    head, end, body = html.partition("</head>")
    if not end:
        return html
    parts = _CLASSES.split(body)
    present = {name for tag in set(parts[1::2]) for name in tag.rpartition(" class=")[2][1:-1].split()}
    present |= {f"<{tag}" for tag in _RARE if f"<{tag}" in body and re.search(rf"<{tag}\b", body)}
    if _PROSE_TABLE.search(body):
        present |= {"<table"}
    # Names stay where somebody else has one of ours, or finds elements by theirs in a way that is not looked into.
    is_open = "<style" in body or "[class" in head
    head, attributes = _shorter(head, frozenset(present), ours, is_open)
    parts[1::2] = [attributes[tag] for tag in parts[1::2]]
    return head + end + "".join(parts)


class _ClassAttributes(dict[str, str]):
    """Tags up to their class attribute, each with what it becomes: only the names that a rule of the head is for, of
    those that are ours, and short ones.
    """

    def __init__(self, *, ours: frozenset[str], used: frozenset[str], short: Mapping[str, str]) -> None:
        super().__init__()
        self._ours = ours
        self._used = used
        self._short = short

    def __missing__(self, written: str) -> str:
        tag, _, names = written.rpartition(" class=")
        kept = [
            self._short.get(name, name) for name in names[1:-1].split() if name in self._used or name not in self._ours
        ]
        said = " ".join(kept)
        quoted = said if _NO_QUOTES.fullmatch(said) else f"{names[:1]}{said}{names[-1:]}"
        self[written] = f"{tag} class={quoted}" if kept else tag
        return self[written]


@lru_cache(maxsize=32)
def _shorter(
    head: str,
    present: frozenset[str],
    ours: frozenset[str],
    is_open: bool,
) -> tuple[str, _ClassAttributes]:
    """Shorten the head, and tell what becomes of the class attributes in the body."""
    absent = _Absent(present, ours)
    sheets = {found["css"]: found["css"] for found in _STYLE.finditer(head) if found["css"] is not None}
    for css in sheets:
        written = _sheet(css, absent)
        is_open = is_open or written is None
        sheets[css] = css if written is None else written
    used = frozenset(
        name for css in sheets.values() for part in _SELECTORS.findall(css) for name in _NAME.findall(part)
    )
    short = {**short_names(ours), **{name: _column_name(name) for name in used if name.startswith(_COLUMN)}}
    is_open = is_open or not present.isdisjoint(short.values())
    given = {} if is_open else {name: short[name] for name in used if name in short}

    def shorten(found: re.Match[str]) -> str:
        if found["css"] is None:
            return found[0]
        css = _SELECTORS.sub(
            lambda part: _NAME.sub(lambda name: f".{given.get(name[1], name[1])}", part[0]), sheets[found["css"]]
        )
        return f"<style{found['attributes'].replace(_CSS_TYPE, '')}>{css}</style>" if css else ""

    return re.sub(r">\s+<", "><", _STYLE.sub(shorten, head)), _ClassAttributes(ours=ours, used=used, short=given)


def _column_name(name: str) -> str:
    """Shorten mrml's name for a column: mj-column-per-50 is w-50."""
    return f"w-{name.removeprefix(_COLUMN)}"


class _Absent:
    """Tells which selectors select nothing in this mail."""

    def __init__(self, present: frozenset[str], ours: frozenset[str]) -> None:
        self._present = present
        self._ours = ours

    def __call__(self, selector: Sequence[Any]) -> bool:
        return self._lacks_classes(selector) or self._lacks_elements(selector)

    def _lacks_classes(self, selector: Sequence[Any]) -> bool:
        names = (name.value for dot, name in pairwise(selector) if dot == "." and name.type == "ident")
        return any(name not in self._present and (name in self._ours or _MJML.match(name)) for name in names)

    def _lacks_elements(self, selector: Sequence[Any]) -> bool:
        names = [token.lower_value for token in selector if token.type == "ident"]
        lacks_table = (
            names[:1] == ["prose"] and "<table" not in self._present and not {"tr", "td", "th"}.isdisjoint(names)
        )
        return lacks_table or any(name in _RARE and f"<{name}" not in self._present for name in names)


def _sheet(css: str, absent: _Absent) -> str | None:
    """Write a style sheet shortly; None if it has a mistake, which a browser may read otherwise than we do."""
    try:
        return "".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), absent))
    except _UnreadableError:
        return None


class _UnreadableError(ValueError):
    """A part of a style sheet cannot be read."""


def _rules(nodes: Sequence[Any], absent: _Absent) -> Iterator[str]:
    """Write the rules; of two beside each other that say the same, one."""
    waiting: tuple[str, str] | None = None
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [_tight(one) for one in _parted(node.prelude) if not absent(one)]
            declarations = ";".join(_declarations(node.content))
            if not selectors or not declarations:
                continue
            written = ",".join(selectors)
            if (
                waiting
                and waiting[1] == declarations
                and _PLAIN_SELECTOR.fullmatch((waiting[0] + written).replace(",", ""))
            ):
                waiting = (f"{waiting[0]},{written}", declarations)
                continue
            if waiting:
                yield f"{waiting[0]}{{{waiting[1]}}}"
            waiting = (written, declarations)
            continue
        if waiting:
            yield f"{waiting[0]}{{{waiting[1]}}}"
            waiting = None
        yield _at_rule(node, absent)
    if waiting:
        yield f"{waiting[0]}{{{waiting[1]}}}"


def _at_rule(node: Any, absent: _Absent) -> str:
    if node.type != "at-rule":
        raise _UnreadableError
    if node.content is None:
        return str(node.serialize())
    if node.lower_at_keyword not in ("media", "supports"):
        return f"@{node.at_keyword} {_tight(node.prelude)}{{{';'.join(_declarations(node.content))}}}".replace(
            " {", "{"
        )
    inside = "".join(_rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), absent))
    return f"@{node.at_keyword} {_tight(node.prelude)}{{{inside}}}" if inside else ""


def _parted(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield the parts of a list that stand between its commas."""
    part: list[Any] = []
    for one in tokens:
        if one == ",":
            yield part
            part = []
        else:
            part.append(one)
    yield part


def _declarations(tokens: Sequence[Any]) -> Iterator[str]:
    for node in tinycss2.parse_declaration_list(tokens, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            raise _UnreadableError
        yield f"{node.name}:{_tight(node.value)}{'!important' if node.important else ''}"


def _tight(tokens: Sequence[Any]) -> str:
    """Write tokens without white space that says nothing."""
    written = ""
    for token in tokens:
        if token.type == "error":
            raise _UnreadableError
        if token.type in _SPACES:
            if written and written[-1] not in _TIGHT and not written.endswith(" "):
                written += " "
            continue
        text = _text(token)
        if written.endswith(" ") and text in _TIGHT and text not in (":", "!"):
            written = written[:-1]
        written += text
    return written.strip()


def _text(token: Any) -> str:
    if token.type == "function":
        return f"{token.name}({_tight(token.arguments)})"
    if token.type == "() block":
        return f"({_tight(token.content)})"
    return _EQUAL_PAIRS.sub(r"#\1\2\3", token.serialize()) if token.type == "hash" else str(token.serialize())
