"""One grammar of Markdown: CommonMark with tables and strikethrough, by markdown-it-py; every parser is made here.

Whoever reads a text in Markdown reads it by the same rules, so that a check sees the links that the mail will have.
What differs has its reason::

    who reads                     addresses     besides
    ─────────────────────────────────────────────────────────────────────────────────────────────────────
    a mail or a page              ANY           quotation marks of the language; a bad address is told to
                                                the author, who would not understand brackets in a mail
    a check                       AS_WRITTEN    what is found is found again in the author's file, letter
                                                by letter
    the structure of issue.md     AS_WRITTEN    foreign; fences (issue/markdown/fence.py)
    an import                     SAFE          foreign: as markdown-it is by itself, javascript:… stays text

What our authors write (not ``foreign``) has more, because they type it and expect it: a line break stays one, bare
addresses (``https://…``, ``www.…``, ``name@example.org``) are links, ``[^1]`` is a footnote, and emphasis is read
beside the brackets of scripts without blanks (``emphasis.py``).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from composer.emphasis import read_emphasis_without_blanks
from composer.link_address import LinkError, spell_link
from composer.pasted_address import without_sentence


class Addresses(enum.Enum):
    """Which addresses make a link or a picture, and how they are written in the tokens."""

    SAFE = "those that run nothing, spelt as links have them"
    ANY = "all of them, spelt as links have them"
    AS_WRITTEN = "all of them, letter by letter"


def markdown_parser(
    *, addresses: Addresses = Addresses.SAFE, quotes: str | list[str] | None = None, foreign: bool = False
) -> MarkdownIt:
    """Make a parser. ``quotes`` are a language's four quotation marks, outer ones first; without them ``"`` stays."""
    parser = _PARSERS[addresses]("commonmark").enable(["table", "strikethrough"])
    parser.inline.ruler.at("link", _where_it_may_close(link))
    parser.inline.ruler.at("image", _where_it_may_close(image))
    if not foreign:
        parser.options["breaks"] = True
        read_emphasis_without_blanks(parser)
        parser.use(footnote_plugin, inline=False, move_to_end=True)
        parser.core.ruler.push("footnote_numbers", _number_footnotes)
        parser.core.ruler.after("inline", "bare_addresses", _link_bare_addresses)
        for rule, html in _FOOTNOTE_HTML.items():
            parser.add_render_rule(rule, html)
    if quotes is not None:
        parser.options["typographer"] = True
        parser.options["quotes"] = quotes
        parser.enable("smartquotes")
    return parser


def _where_it_may_close(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Ask a rule for links or pictures only where a ] follows: without one it reads on from each [, twenty deep."""

    def read(state: StateInline, silent: bool) -> bool:
        return state.pos < _last_bracket(state.src) and rule(state, silent)

    return read


@lru_cache(maxsize=8)
def _last_bracket(text: str) -> int:
    return text.rfind("]")


class _Spelling(MarkdownIt):
    """Spells an address as links have it; what no link can have, as markdown-it does by itself."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802  markdown-it's name
        try:
            return spell_link(url)
        except LinkError:
            return super().normalizeLink(url)


class _AnyAddress(_Spelling):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  markdown-it's name
        return True


class _AddressAsWritten(_AnyAddress):
    def normalizeLink(self, url: str) -> str:  # noqa: N802  markdown-it's name
        return url


_PARSERS: dict[Addresses, type[MarkdownIt]] = {
    Addresses.SAFE: _Spelling,
    Addresses.ANY: _AnyAddress,
    Addresses.AS_WRITTEN: _AddressAsWritten,
}


# --- bare addresses -----------------------------------------------------------------------------------------

_BARE = re.compile(
    r"(?<![\w@/.:+-])(?:(?:https?://|www\.)(?=\w|\[|\{\{)(?:\{\{[^{}\n]*\}\}|[^\s<>\"“”„«»`\\])+"
    r"|(?<![!#$%&'*=?^`{|}~])(?:mailto:)?[\w.!#$%&'*+/=?^`{|}~-]+@\w[\w-]*(?:\.\w[\w-]*)+)",
    re.IGNORECASE,
)


def bare_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the addresses in words: where each begins and ends, and where it leads.

    Signs behind an address belong to the sentence.
    """
    if "@" not in text and "://" not in text and "www." not in text.lower():
        return
    for found in _BARE.finditer(text):
        words = without_sentence(found[0])
        scheme = "https://" if words[:4].lower() == "www." else "" if ":" in words.partition("@")[0] else "mailto:"
        address = scheme + words
        try:
            if "." in words and spell_link(address):
                yield found.start(), found.start() + len(words), address
        except LinkError:
            continue


def _link_bare_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_links(token.children, state.md))


def _with_links(children: list[Token], parser: MarkdownIt) -> Iterator[Token]:
    depth = 0
    for child in children:
        if child.type == "link_open" or (child.type == "html_inline" and re.match(r"<a[\s>]", child.content, re.I)):
            depth += 1
        elif child.type == "link_close" or (child.type == "html_inline" and re.match(r"</a\s*>", child.content, re.I)):
            depth -= 1
        if child.type == "text" and depth <= 0:
            yield from _split(child, parser)
        else:
            yield child


def _split(text: Token, parser: MarkdownIt) -> Iterator[Token]:
    end = 0
    for start, stop, address in bare_addresses(text.content):
        yield _text(text.content[end:start], text.level)
        href: dict[str, str | int | float] = {"href": parser.normalizeLink(address)}
        yield Token("link_open", "a", 1, attrs=href, markup="linkify", info="auto", level=text.level)
        # Special, so that quotation marks in an address stay as they are.
        yield Token("text_special", "", 0, content=text.content[start:stop], info="auto", level=text.level + 1)
        yield Token("link_close", "a", -1, markup="linkify", info="auto", level=text.level)
        end = stop
    yield _text(text.content[end:], text.level) if end else text


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


# --- footnotes ----------------------------------------------------------------------------------------------


def _number_footnotes(state: StateCore) -> None:
    """Put a footnote's number before its words, as it stands in the text, and set all of it small."""
    number: list[Token] = []
    is_footnote = False
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_apart(token.children))
        if token.type in ("footnote_open", "footnote_close"):
            is_footnote = token.nesting > 0
            number = [Token("footnote_ref", "", 0, meta={"id": token.meta["id"]}), _text(" ", 0)] if is_footnote else []
        elif token.type == "inline" and is_footnote:
            small = Token("small_open", "small", 1), Token("small_close", "small", -1)
            token.children = [small[0], *number, *(token.children or []), small[1]]
            number = []


def _apart(children: list[Token]) -> Iterator[Token]:
    """Put a thin space between the numbers of two footnotes at one place: 1 and 2 are not 12."""
    before = ""
    for child in children:
        if child.type == before == "footnote_ref":
            yield _text("\u2009", child.level)
        before = child.type
        yield child


def footnote_number(token: Token) -> int:
    """Give the number, from 1, of the footnote that a token refers to."""
    return int(token.meta["id"]) + 1


def _footnote_ref(_: object, tokens: list[Token], index: int, *__: object) -> str:
    return f"<sup>{footnote_number(tokens[index])}</sup>"


def _nothing(*_: object) -> str:
    return ""


_FOOTNOTE_HTML: dict[str, Callable[..., str]] = {
    "footnote_ref": _footnote_ref,
    "footnote_anchor": _nothing,
    "footnote_open": _nothing,
    "footnote_close": _nothing,
    "footnote_block_open": _nothing,
    "footnote_block_close": _nothing,
}
