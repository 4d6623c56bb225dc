"""What a foreign newsletter consists of, once its layout is taken away."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A headline: 1 is the highest level. ``words`` is Markdown on one line."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, a list, a table, a quotation: Markdown. ``words`` is the same without marks and addresses.

    ``size_px`` and ``is_bold`` say how a paragraph looks, for headlines that are only paragraphs in large letters.
    """

    markdown: str
    words: str
    size_px: float | None = None
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: where its file is, its words, and where it leads when pressed."""

    source: str
    alt: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that goes across the page."""


ForeignPiece = Heading | Passage | Image | Rule


@dataclass
class ForeignNewsletter:
    """A foreign newsletter. ``left_out`` has a sentence for everything that was not taken over."""

    subject: str = ""
    preheader: str = ""
    date: str = ""
    pieces: list[ForeignPiece] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def leave_out(self, sentence: str) -> None:
        """Note something that is not taken over, once."""
        if sentence not in self.left_out:
            self.left_out.append(sentence)
