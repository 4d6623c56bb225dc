"""Words that a language lacks, and has in English, say so: ``<span lang="en" dir="ltr">``.

A screen reader says them right then, and among words that run from right to left they run from left to right (WCAG
2.2, 3.1.2). They travel through templates between two signs of Unicode's last private plane, so that a template may put
them wherever it puts words. Where no element can stand, in an attribute, a title, a style sheet or a comment for
Outlook, the signs go and the words stay. What is put into their gaps is in the document's language again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from composer.edition.language.locales import FALLBACK

_OPEN, _CLOSE = "\U0010ff10", "\U0010ff11"
_OPEN_GAP, _CLOSE_GAP = "\U0010ff12", "\U0010ff13"
_SIGNS = re.compile(f"[{_OPEN}{_CLOSE}{_OPEN_GAP}{_CLOSE_GAP}]")
_GAP = re.compile(r"\{\{|\}\}|\{\w*\}")
_PIECE = re.compile(
    rf"<!--.*?-->|<(?P<raw>style|script|title|textarea)\b.*?</(?P=raw)\s*>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
    rf"|{_SIGNS.pattern}",
    re.DOTALL | re.IGNORECASE,
)
_VOID = re.compile(r"<(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|!)\b", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def marked(words: str) -> str:
    """Put fallback words between signs, and each of their gaps too. Without a letter, words are in no language."""
    if not _LETTER.search(_GAP.sub("", words)):
        return words

    def gap(found: re.Match[str]) -> str:
        return found[0] if found[0] in ("{{", "}}") else f"{_OPEN_GAP}{found[0]}{_CLOSE_GAP}"

    return f"{_OPEN}{_GAP.sub(gap, words)}{_CLOSE}"


def with_marks(strings: Mapping[str, str], missing: Collection[str]) -> Mapping[str, str]:
    """Return the words by name, those that are ``missing`` in their language between signs."""
    return {name: marked(text) if name in missing else text for name, text in strings.items()}


def marking_dates(filters: Mapping[str, Callable[..., str]]) -> Mapping[str, Callable[..., str]]:
    """Make filters that write days in English, because nobody knows how the language does, mark what they write."""

    def marking(filter_: Callable[..., str]) -> Callable[..., str]:
        return lambda *arguments, **named: marked(filter_(*arguments, **named))

    return {name: marking(filter_) for name, filter_ in filters.items()}


def say_fallback(html: str, *, language: str, direction: str) -> str:
    """Turn the signs in a document of ``language`` into elements, or away where no element can stand."""
    # Letter by letter: the expression takes a millisecond for a document that has none.
    if not any(sign in html for sign in (_OPEN, _CLOSE, _OPEN_GAP, _CLOSE_GAP)):
        return html
    pieces: list[str] = []
    opened: list[_Opened] = []
    depth = end = 0
    for found in _PIECE.finditer(html):
        pieces.append(html[end : found.start()])
        end = found.end()
        piece = found[0]
        if piece in (_OPEN, _OPEN_GAP):
            opened.append(_Opened(len(pieces), depth, piece))
            pieces.append("")
        elif piece in (_CLOSE, _CLOSE_GAP):
            if opened and opened[-1].fits(piece, depth):
                tag = f'<span lang="{FALLBACK}" dir="ltr">'
                if piece == _CLOSE_GAP:
                    tag = f'<span lang="{language}" dir="{direction}">'
                start = opened.pop().piece
                # A gap in words that have lost their signs is in the language around it, and a number in any.
                if piece == _CLOSE or (opened and _LETTER.search("".join(pieces[start:]))):
                    pieces[start] = tag
                    pieces.append("</span>")
        else:
            pieces.append(_SIGNS.sub("", piece))
            if found["raw"] is None and not piece.startswith("<!--"):
                depth += _deeper(piece)
                while opened and depth < opened[-1].depth:
                    opened.pop()
    return "".join([*pieces, html[end:]])


class _Opened:
    """A sign that opens, the piece at which its element would begin, and how deep in the document it stands."""

    __slots__ = ("depth", "piece", "sign")

    def __init__(self, piece: int, depth: int, sign: str) -> None:
        self.piece = piece
        self.depth = depth
        self.sign = sign

    def fits(self, sign: str, depth: int) -> bool:
        """Tell whether ``sign`` closes this one in the same element."""
        return depth == self.depth and (self.sign, sign) in ((_OPEN, _CLOSE), (_OPEN_GAP, _CLOSE_GAP))


def _deeper(tag: str) -> int:
    if tag.startswith("</"):
        return -1
    return 0 if tag.endswith("/>") or _VOID.match(tag) else 1
