"""The words of a paragraph as plain text: links are cited, what is struck out stands between tildes.

Enters: an inline token of Markdown. Leaves: its words, a line break for each of the author's. An address whose words
are the address itself is written out as the HTML has it, for a reader copies it from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from html import unescape

from markdown_it.token import Token

from composer.commonmark import footnote_number
from composer.link_address import LinkError, spell_link

Cite = Callable[[str], str]

STRUCK_OUT = "~"
"""Stands before and behind what HTML strikes out, and means the opposite without it."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


_UNBREAKABLE = re.compile(r"[^\s\-\u2010\u2013\u2014/\u2e80-\u9fff\uff00-\uff65]+")
"""A run of letters in which no line breaks: not at blanks, dashes or slashes, nor between Chinese or Japanese signs."""


def longest_word(text: str) -> int:
    """Count the letters of the longest word of ``text`` that no line breaks."""
    return max(map(len, _UNBREAKABLE.findall(text.replace("\u00ad", " "))), default=0)


def inline_text(token: Token, cite: Cite) -> str:
    """Join the words of an inline token. ``cite`` gives what follows a link's words, from its address."""
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        kind, address = _meaning(child)
        if kind == "link_open":
            links.append((address, len(words)))
        elif kind == "link_close" and links:
            _end_link(words, *links.pop(), cite)
        elif kind in _WORDS:
            words.append(_WORDS[kind](child))
    return "".join(words)


def _meaning(child: Token) -> tuple[str, str]:
    """Tell what a token means, raw HTML like Markdown, and where it leads if it opens a link."""
    if child.type == "link_open":
        return child.type, str(child.attrGet("href") or "")
    tag = _TAG.match(child.content) if child.type == "html_inline" else None
    if tag is None:
        return child.type, ""
    name = tag[2].lower()
    if name == "a":
        return ("link_close", "") if tag[1] else ("link_open", html_address(child.content))
    return ("hardbreak" if name == "br" else "s_open" if name in ("s", "del", "strike") else ""), ""


def html_address(tag: str) -> str:
    """Give the address of a link in raw HTML; "#" if it has none, or one that the sanitiser takes away."""
    found = _HREF.search(tag)
    with suppress(LinkError):
        return spell_link(unescape(next(part for part in found.groups() if part is not None))) if found else "#"
    return "#"


_WORDS: dict[str, Callable[[Token], str]] = {
    "text": lambda child: child.content,
    "code_inline": lambda child: child.content,
    "text_special": lambda child: child.content,
    "footnote_ref": lambda child: str(footnote_number(child)).translate(_RAISED),
    "softbreak": lambda _: "\n",
    "hardbreak": lambda _: "\n",
    "s_open": lambda _: STRUCK_OUT,
    "s_close": lambda _: STRUCK_OUT,
    "image": lambda child: f"[{child.content}]" if child.content else "",
}


def _end_link(words: list[str], url: str, start: int, cite: Cite) -> None:
    shown = "".join(words[start:]).strip()
    if not is_same_address(shown, url):
        if not url.startswith("#"):  # an anchor leads nowhere in a text
            words.append(cite(url))
    elif url.startswith("http"):
        words[start:] = [url]


def is_same_address(shown: str, url: str) -> bool:
    """Tell whether the words of a link are its address, with or without a scheme."""
    if shown == url:
        return True
    with suppress(LinkError):
        scheme = url.partition(":")[0]
        return spell_link(shown if shown.lower().startswith(f"{scheme}:") else _with_scheme(shown, scheme)) == url
    return False


def _with_scheme(shown: str, scheme: str) -> str:
    return f"{scheme}://{shown}" if scheme.startswith("http") else f"{scheme}:{shown}"
