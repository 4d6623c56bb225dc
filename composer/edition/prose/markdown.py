"""Markdown becomes HTML and tokens for plain text. The grammar is in ``composer/commonmark.py``.

Enters: an author's text with marks for its merge fields. Leaves: HTML fit for a mail and the same as plain text, and
Problems for links and pictures that cannot work. Raw HTML in the text is sanitised (nh3). Headings become h3 and
below, the highest of a text h3: the issue and its blocks have h1 and h2. Straight quotes become the language's own.
Never: a link to anything but http, https, mailto, tel or an anchor; a picture from elsewhere. What raw HTML may have is
in ``ALLOWED_TAGS`` and ``ALLOWED_ATTRIBUTES``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.token import Token

from composer.commonmark import Addresses, markdown_parser
from composer.edition.language.typography import quotation_marks, set_spaces
from composer.link_address import LinkError, spell_link

_FIRST_LEVEL = 3
_RAW_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
ALLOWED_TAGS = frozenset(
    """a abbr b blockquote br cite code dd del div dl dt em h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s small
    span strong sub sup table tbody td tfoot th thead tr u ul""".split()  # noqa: SIM905  a list reads worse
)
ALLOWED_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},  # words of another language are heard in its voice
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"style", "colspan", "rowspan"},
    "th": {"style", "colspan", "rowspan"},
}


@dataclass(frozen=True, slots=True)
class TextMistake:
    """Something wrong in a text: the words it is about, the line (from 0) they are near, and the sentence."""

    words: str
    line: int
    message: str
    hint: str


@dataclass(slots=True)
class Prose:
    """A parsed text: its tokens, its HTML, and what is wrong with it."""

    tokens: Sequence[Token]
    html: str
    mistakes: list[TextMistake] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MarkdownRules:
    """What depends on the edition.

    ``picture_url`` gives the public address of a picture's file name, or ValueError with a ``hint``.
    ``is_mark`` tells whether an address begins with a merge field, whose value is checked when it is filled;
    ``is_asset`` whether it is one that ``picture_url`` gave.
    """

    language: str
    picture_url: Callable[[str], str]
    is_mark: Callable[[str], bool]
    is_asset: Callable[[str], bool]


def parse_markdown(text: str, rules: MarkdownRules) -> Prose:
    """Parse, check and render one text."""
    parser = _parser(rules.language.partition("-")[0])
    tokens = parser.parse(text)
    prose = Prose(tokens, "")
    raw_html = False
    # Whoever begins with ## means the level below the block's title, as whoever begins with # does.
    top = min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _FIRST_LEVEL - top)}"
        for part in (token, *(token.children or ())):
            raw_html = raw_html or part.type in ("html_block", "html_inline")
            _settle(part, token.map[0] if token.map else 0, rules, prose)
    prose.mistakes[:] = [replace(wrong, words=_as_in(text, wrong.words)) for wrong in prose.mistakes]
    html = parser.renderer.render(tokens, parser.options, {})
    prose.html = _sanitise(html, rules) if raw_html else html
    return prose


@lru_cache(maxsize=16)
def _parser(language: str) -> MarkdownIt:
    return markdown_parser(addresses=Addresses.ANY, quotes=quotation_marks(language))


def _settle(token: Token, line: int, rules: MarkdownRules, prose: Prose) -> None:
    """Set spaces; check a link's address; give a picture its public address; refuse pictures in raw HTML."""
    if token.type == "link_open":
        url = str(token.attrGet("href") or "")
        if (error := _wrong_link(url, rules)) is not None:
            why = "leads nowhere in a mail" if str(error) == "is not an address" else str(error)
            prose.mistakes.append(TextMistake(url, line, f"the link {_as_read(url)!r} {why}", error.hint))
    elif token.type == "image":
        name = str(token.attrGet("src") or "")
        try:
            token.attrSet("src", rules.picture_url(name))
        except ValueError as error:
            prose.mistakes.append(TextMistake(name, line, str(error), getattr(error, "hint", "")))
    elif token.type == "text":
        token.content = set_spaces(token.content, language=rules.language)
    elif token.type in ("html_block", "html_inline") and (picture := _RAW_PICTURE.search(token.content)):
        hint = "write ![what it shows](picture.png)"
        prose.mistakes.append(TextMistake(picture[0], line, "a picture in HTML is not shown", hint))


def _wrong_link(url: str, rules: MarkdownRules) -> LinkError | None:
    """Tell what is wrong with an address that no link can have, and how to write it; None if this one is right."""
    if rules.is_mark(url) or not url:  # nothing at all: the checks say so, and Markdown shows the words
        return None
    try:
        spell_link(url)
    except LinkError:
        try:
            spell_link(unquote(url))
        except LinkError as plainer:
            return plainer
    return None


def _as_in(text: str, address: str) -> str:
    """Spell an address as its author did, encoded or not."""
    return next((spelt for spelt in (address, unquote(address), _as_read(address)) if spelt in text), address)


def _as_read(address: str) -> str:
    """Write an address as people do: without percent-encoding, and with the letters of its host."""
    return unquote(normalizeLinkText(address))


def _sanitise(html: str, rules: MarkdownRules) -> str:
    def only_our_pictures(tag: str, attribute: str, value: str) -> str | None:
        return value if (tag, attribute) != ("img", "src") or rules.is_asset(value) else None

    return nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=only_our_pictures,
        url_schemes={"http", "https", "mailto", "tel"},
        filter_style_properties={"text-align"},
        link_rel=None,
    )
