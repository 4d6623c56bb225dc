"""Makes ready what the checks read: one language of an issue as authored, and as rendered.

``Proof`` knows the author's texts and where they stand; ``Rendered`` adds the edition, its HTML taken apart once
for all the checks. In the joined texts of an edition a slot stands between two private characters, so that it can
be told from braces that somebody wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from composer.checks.page import Page, read_page
from composer.checks.written_links import WrittenLink, read_links
from composer.edition.model import Edition, SlottedText, every_piece
from composer.emphasis import WITHOUT_BLANKS
from composer.errors import Position
from composer.issue import Content, Issue, Newsletter, Source
from composer.issue.blocks import TextKind
from composer.issue.source import KeyPath
from composer.issue.traverse import FoundValue, texts_of, values_of_model
from composer.remembered import remembered

SLOT_START, SLOT_END = "\ue000", "\ue001"

MERGE_FIELD = re.compile(r"\{\{.{0,500}?\}\}")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the author with its place, and what kind of text it is."""

    path: KeyPath
    value: str
    source: Source
    kind: TextKind = TextKind.LINE

    def position(self, offset: int = 0) -> Position:
        """Find the place in the author's file where the character ``offset`` of the text stands."""
        return self.source.position_in(self.path, self.value, offset)

    @property
    def field(self) -> str:
        """The name of the field that the text stands in: ``body``, ``title``, ``url`` …"""
        return next((key for key in reversed(self.path) if isinstance(key, str)), "")


@dataclass(frozen=True)
class Proof:
    """One language of an issue, as its author wrote it.

    ``first`` is the issue's first language, which a translation is read beside; it is read once for all checks.
    """

    issue: Issue
    language: str
    first: Proof | None = field(default=None, compare=False, repr=False)

    @property
    def content(self) -> Content:
        """What the issue says in this language."""
        return self.issue.contents[self.language]

    @property
    def source(self) -> Source:
        """Where the author wrote each value of ``content``."""
        return self.issue.sources[self.language]

    @property
    def newsletter(self) -> Newsletter:
        """The publication, as it is told to readers of this language."""
        return self.issue.newsletter_in(self.language)[0]

    @property
    def newsletter_source(self) -> Source:
        """Where each value of ``newsletter`` is written."""
        return self.issue.newsletter_in(self.language)[1]

    @cached_property
    def values(self) -> tuple[FoundValue, ...]:
        """Go through all that is in the content, from the outside in and in its order, once for all checks."""
        return values_of_model(self.content)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text of the issue, in order, also those that no reader sees."""
        source = self.source
        return tuple(Text(path, value, source, kind) for path, value, kind in self.values if isinstance(value, str))

    @property
    def all_texts(self) -> tuple[Text, ...]:
        """Give every text of the issue, and then those of the publication."""
        return self.texts + self._newsletter_texts

    @cached_property
    def links(self) -> tuple[WrittenLink, ...]:
        """Every link that the author wrote, in a field for addresses or in Markdown."""
        return tuple(read_links(self.content, self.source, self.values))

    @cached_property
    def prose(self) -> tuple[Text, ...]:
        """The texts that people read: no addresses, names of files or choices."""
        return tuple(text for text in self.texts if text.kind.is_for_people)

    def places(self, words: str) -> Iterator[Position]:
        """Find every place where the author wrote these words, in the issue or else in newsletter.yaml."""
        yield from _places(self.texts, words) or _places(self._newsletter_texts, words)

    def place(self, words: str) -> Position:
        """Find the first place of these words; the beginning of the blocks if a template wrote them."""
        return next(self.places(words), self.source.key_position(("blocks",)))

    @cached_property
    def _newsletter_texts(self) -> tuple[Text, ...]:
        found = texts_of(self.newsletter)
        return tuple(Text(path, value, self.newsletter_source, kind) for path, value, kind in found)


def _places(texts: tuple[Text, ...], words: str) -> list[Position]:
    # A longer address that begins with this one is another address.
    pattern = re.compile(re.escape(words) + r"(?![\w/%?#=&~+-])(?!\.\w)") if words else re.compile(r"(?!)")
    return [text.position(match.start()) for text in texts for match in pattern.finditer(text.value)]


@dataclass(frozen=True)
class Rendered:
    """One language of an issue, as authored and as readers will get it."""

    proof: Proof
    edition: Edition

    @cached_property
    def html(self) -> str:
        """The HTML, in which slots are marked."""
        return joined(self.edition.html)

    @cached_property
    def page(self) -> Page:
        """The HTML, which is taken apart once for all checks."""
        return read_page(self.html)

    @cached_property
    def text(self) -> str:
        """The plain text, in which slots are marked."""
        return joined(self.edition.text)


def joined(segments: SlottedText) -> str:
    """Join a text: each slot is its name between the marks, and all that only some readers see is there."""
    pieces = every_piece(segments)
    return "".join(part if isinstance(part, str) else f"{SLOT_START}{part.name}{SLOT_END}" for part in pieces)


@remembered
def squeezed(text: str) -> str:
    """Make texts comparable whatever their line breaks, blanks and capitals."""
    return re.sub(r"[\s\u200b\u00ad\u2060]+", "", text).casefold()


_BETWEEN_THEIR_SIGNS = re.compile(rf"(?<=[{WITHOUT_BLANKS}]) +(?=[{WITHOUT_BLANKS}])")


@remembered
def heard(text: str) -> str:
    """Make texts comparable by the words that one hears, with a blank before and behind each.

    Quotation marks, apostrophes, spaces that do not break, line breaks, capitals and accents differ between what was
    written and what was set.
    """
    plain = re.sub(f"{SLOT_START}.*?{SLOT_END}", " . ", text)
    plain = unicodedata.normalize("NFKD", re.sub(r"[\u200b\u00ad\u2060\ufeff]", "", plain)).casefold()
    letters = "".join("i" if sign == "ı" else sign for sign in plain if not unicodedata.combining(sign))
    words = " ".join(re.findall(r"[^\W_]+", letters))
    return f" {_BETWEEN_THEIR_SIGNS.sub('', words)} "
