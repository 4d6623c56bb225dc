"""A text in Markdown has only what its place has a look for: no headline in an entry, no rule between two sentences.

What HTML in it shows counts as what Markdown does. Which parts a field is without is said by its type (``Without`` in
``issue/blocks/values.py``), for blocks of a project's own by their ``fields.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from itertools import accumulate

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Text
from composer.checks.written_links import without_fields
from composer.commonmark import Addresses, markdown_parser
from composer.issue.blocks import TextKind
from composer.issue.blocks.values import MarkdownPart
from composer.issue.traverse import models_in

_PARSER = markdown_parser(addresses=Addresses.AS_WRITTEN)

_OF_TOKENS: Mapping[str, MarkdownPart] = {
    "heading_open": MarkdownPart.HEADINGS,
    "bullet_list_open": MarkdownPart.LISTS,
    "ordered_list_open": MarkdownPart.LISTS,
    "blockquote_open": MarkdownPart.QUOTATIONS,
    "fence": MarkdownPart.CODE,
    "code_block": MarkdownPart.CODE,
    "hr": MarkdownPart.RULES,
}
_OF_TAGS: Mapping[str, MarkdownPart] = {
    **dict.fromkeys(("h3", "h4", "h5", "h6"), MarkdownPart.HEADINGS),  # the others are taken away, which is told
    **dict.fromkeys(("ul", "ol", "dl"), MarkdownPart.LISTS),
    "blockquote": MarkdownPart.QUOTATIONS,
    "pre": MarkdownPart.CODE,
    "hr": MarkdownPart.RULES,
}
_WORDS: Mapping[MarkdownPart, tuple[str, str]] = {
    MarkdownPart.HEADINGS: ("a headline", "write **the words** in bold, or begin a block of its own"),
    MarkdownPart.LISTS: ("a list", "write sentences, or a block of text below"),
    MarkdownPart.QUOTATIONS: ("a quotation", "write the words without the >"),
    MarkdownPart.CODE: ("code that is set apart", "write it between two ` in a sentence"),
    MarkdownPart.RULES: ("a rule", "delete the line, or begin a block of its own"),
}


def check_parts(proof: Proof) -> Iterator[Finding]:
    """No text has a part that its place is without; each part is told once of a text."""
    missing = {
        (*path, key): parts
        for path, model in models_in(proof.content)
        for key in type(model).model_fields
        if (parts := model.parts_missing(key))
    }
    for text in proof.texts:
        if text.kind is TextKind.MARKDOWN and text.path in missing:
            yield from _misplaced(text, missing[text.path])


def _misplaced(text: Text, missing: frozenset[MarkdownPart]) -> Iterator[Finding]:
    masked = without_fields(text.value)
    starts = list(accumulate(map(len, masked.splitlines(keepends=True)), initial=0))
    told: set[MarkdownPart] = set()
    for line, part in _parts(masked):
        if part in missing and part not in told:
            told.add(part)
            what, hint = _WORDS[part]
            words = f"{what} has no place in this {text.field}: it would not look like a part of it"
            yield find("markdown-part", text.position(starts[line]), words, hint)


def _parts(markdown: str) -> Iterator[tuple[int, MarkdownPart]]:
    """Yield each part, with the line (from 0) at which it begins; of HTML within a paragraph, with that of this."""
    for token in _PARSER.parse(markdown):
        if token.map and token.type in _OF_TOKENS:
            yield token.map[0], _OF_TOKENS[token.type]
        for html in (token, *(token.children or ())):
            if token.map and html.type in ("html_block", "html_inline"):
                tags = _Tags()
                tags.feed(html.content)
                tags.close()
                yield from ((token.map[0] + line, part) for line, part in tags.parts)


class _Tags(HTMLParser):
    """Collects the parts that tags begin, with their lines, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[int, MarkdownPart]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _OF_TAGS:
            self.parts.append((self.getpos()[0] - 1, _OF_TAGS[tag]))
