"""Emphasis in scripts that have no blanks: ``これは**「重要」**です`` is bold, as its author means it.

CommonMark opens and closes emphasis by blanks and punctuation around its signs. Where words have no blanks between
them, a bracket or a quotation mark beside a sign then keeps it from being one. Here a letter of such a script counts as
a blank does on the outer side of a sign, and punctuation of East Asia as a letter on the inner: what CommonMark reads
stays as it is, and more is read. Source: CommonMark 0.31 6.2, and the amendment for Chinese, Japanese and Korean
(github.com/tats-u/markdown-cjk-friendly).
"""

from __future__ import annotations

import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

WITHOUT_BLANKS = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Letters of the scripts that have no blanks between words, for a class of a regular expression."""

_LETTER = re.compile(f"[{WITHOUT_BLANKS}]")


def read_emphasis_without_blanks(parser: MarkdownIt) -> None:
    """Let a parser read emphasis and strikethrough in any script."""
    parser.inline.ruler.at("emphasis", _read_emphasis)
    parser.inline.ruler.at("strikethrough", _read_strikethrough)


def _read_emphasis(state: StateInline, silent: bool) -> bool:
    sign = state.src[state.pos]
    if silent or sign not in "_*":
        return False
    length, can_open, can_close = _run(state, in_words=sign == "*")
    for _ in range(length):
        _push(state, sign, length, can_open, can_close)
    state.pos += length
    return True


def _read_strikethrough(state: StateInline, silent: bool) -> bool:
    if silent or not state.src.startswith("~~", state.pos):
        return False
    length, can_open, can_close = _run(state, in_words=True)
    if length % 2:
        state.push("text", "", 0).content = "~"
    for _ in range(length // 2):
        _push(state, "~~", 0, can_open, can_close)
    state.pos += length
    return True


def _push(state: StateInline, signs: str, length: int, can_open: bool, can_close: bool) -> None:
    state.push("text", "", 0).content = signs
    state.delimiters.append(
        Delimiter(
            marker=ord(signs[0]), length=length, token=len(state.tokens) - 1, end=-1, open=can_open, close=can_close
        )
    )


def _run(state: StateInline, *, in_words: bool) -> tuple[int, bool, bool]:
    """Measure a run of one sign, and tell whether it can open and whether it can close."""
    begin = end = state.pos
    while end < state.posMax and state.src[end] == state.src[begin]:
        end += 1
    before = state.src[begin - 1] if begin else " "
    after = state.src[end] if end < state.posMax else " "
    opens = leans_on(after, outside=before)
    closes = leans_on(before, outside=after)
    can_open = opens and (in_words or not closes or _is_punctuation(before))
    can_close = closes and (in_words or not opens or _is_punctuation(after))
    return end - begin, can_open, can_close


def leans_on(inside: str, *, outside: str) -> bool:
    """Tell whether a sign belongs to the words on one of its sides: it is left- or right-flanking, CommonMark says."""
    if isWhiteSpace(ord(inside)):
        return False
    if not _is_punctuation(inside) or _is_wide(inside):
        return True
    return isWhiteSpace(ord(outside)) or _is_punctuation(outside) or _is_wide(outside)


def _is_punctuation(sign: str) -> bool:
    return isMdAsciiPunct(ord(sign)) or isPunctChar(sign)


def _is_wide(sign: str) -> bool:
    """Whether a sign is of a script without blanks, or of Korean, whose endings stand close; emojis are wide, too."""
    if sign.isascii():
        return False
    wide = unicodedata.east_asian_width(sign) in "WFH" and unicodedata.category(sign) != "So"
    return wide or _LETTER.match(sign) is not None
