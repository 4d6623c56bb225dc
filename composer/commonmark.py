"""One grammar of Markdown: CommonMark with tables and strikethrough, by markdown-it-py; every parser is made here.

Whoever reads a text in Markdown reads it by the same rules, so that a check sees the links that the mail will have.
What differs has its reason::

    who reads                     addresses     besides
    ─────────────────────────────────────────────────────────────────────────────────────────────────────
    a check, an import            SAFE          as markdown-it is by itself: javascript:… stays text
    a mail or a page              ANY           quotation marks of the language; a bad address is told to
                                                the author, who would not understand brackets in a mail
    the structure of issue.md     AS_WRITTEN    fences (issue/markdown/fence.py); what is found is found
                                                again in the author's file, letter by letter
"""

from __future__ import annotations

import enum

from markdown_it import MarkdownIt


class Addresses(enum.Enum):
    """Which addresses make a link or a picture, and how they are written in the tokens."""

    SAFE = "those that run nothing, percent-encoded"
    ANY = "all of them, percent-encoded"
    AS_WRITTEN = "all of them, letter by letter"


def markdown_parser(*, addresses: Addresses = Addresses.SAFE, quotes: str | list[str] | None = None) -> MarkdownIt:
    """Make a parser. ``quotes`` are a language's four quotation marks, outer ones first; without them ``"`` stays."""
    parser = _PARSERS[addresses]("commonmark").enable(["table", "strikethrough"])
    if quotes is not None:
        parser.options["typographer"] = True
        parser.options["quotes"] = quotes
        parser.enable("smartquotes")
    return parser


class _AnyAddress(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  markdown-it's name
        return True


class _AddressAsWritten(_AnyAddress):
    def normalizeLink(self, url: str) -> str:  # noqa: N802  markdown-it's name
        return url


_PARSERS: dict[Addresses, type[MarkdownIt]] = {
    Addresses.SAFE: MarkdownIt,
    Addresses.ANY: _AnyAddress,
    Addresses.AS_WRITTEN: _AddressAsWritten,
}
