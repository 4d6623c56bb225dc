"""What each block of a mail weighs, for people and for programs: ``newsletter check --explain weight``.

The numbers are those of the studio (``edition/block_places.py``) and of ``html-clipped``: bytes of HTML as it is sent,
for a reader who sees every block. What is around the blocks, links of a reader's own among it, stands in its own line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.compose import CheckedIssue
from composer.edition.block_places import weigh
from composer.edition.weight import CLIP_BYTES
from composer.errors import NewsletterError, Position

_TITLE_LETTERS = 32  # the table has 80 columns then


@dataclass(frozen=True, slots=True)
class WeighedBlock:
    """Says what a block adds: it is named as its file does, and its bytes are those of all its forms."""

    block: str
    title: str
    place: Position
    size_bytes: int


@dataclass(frozen=True, slots=True)
class WeighedMail:
    """Says what the mail of an issue in one language is made of: its blocks in their order, and what is around them."""

    issue: str
    language: str
    blocks: tuple[WeighedBlock, ...]
    around_bytes: int

    @property
    def html_bytes(self) -> int:
        """All bytes of the HTML, which count against what Gmail shows."""
        return self.around_bytes + sum(one.size_bytes for one in self.blocks)

    def as_json(self) -> dict[str, Any]:
        """Give what programs read. Sizes are in bytes."""
        blocks = [
            {
                "block": one.block,
                "title": one.title,
                "bytes": one.size_bytes,
                "file": str(one.place.file),
                "line": one.place.line,
                "column": one.place.column,
            }
            for one in self.blocks
        ]
        told = {"issue": self.issue, "language": self.language, "html": self.html_bytes, "clip": CLIP_BYTES}
        return {**told, "around": self.around_bytes, "blocks": blocks}


def weigh_issues(checked: Mapping[Path, CheckedIssue]) -> list[WeighedMail]:
    """Weigh the mail of each issue in each language. NewsletterError, naming the issue, if one cannot be composed."""
    weighed: list[WeighedMail] = []
    for folder, each in checked.items():
        if each.issue is None or not each.editions:
            raise NewsletterError(
                f"{folder.name} cannot be composed, so there is nothing to weigh;"
                f" `newsletter check {folder.name}` tells why"
            )
        weighed += _weighed(each)
    return weighed


def _weighed(checked: CheckedIssue) -> Iterator[WeighedMail]:
    issue = checked.issue
    assert issue is not None
    for language, edition in checked.editions.items():
        weight = weigh(edition)
        blocks, source = issue.contents[language].blocks, issue.sources[language]
        yield WeighedMail(
            issue.slug,
            language,
            tuple(
                WeighedBlock(
                    blocks[number].block,
                    getattr(blocks[number], "title", None) or "",
                    source.position(("blocks", number)),
                    size,
                )
                for number, size in sorted(weight.blocks.items())
            ),
            weight.around,
        )


def tell_weights(checked: Mapping[Path, CheckedIssue], *, as_json: bool) -> None:
    """Print what each issue's mails weigh: JSON, or a table a mail with its sum below. NewsletterError as above."""
    weighed = weigh_issues(checked)
    if as_json:
        print(json.dumps([one.as_json() for one in weighed], ensure_ascii=False, indent=2))
    else:
        _print_tables(weighed)


def _print_tables(weighed: list[WeighedMail]) -> None:
    console = Terminal()
    for number, mail in enumerate(weighed):
        console.print(Text.assemble("\n" if number else "", (f"{mail.issue} ({mail.language})", "bold")))
        listing = Listing(("Bytes", "Share", "Block", "Title", "Line"), frozenset({"Bytes", "Share"}))
        for one in mail.blocks:
            title = one.title if len(one.title) <= _TITLE_LETTERS else f"{one.title[: _TITLE_LETTERS - 1]}…"
            listing.add(*_size(one.size_bytes, mail), one.block, title, f"{one.place.file.name}:{one.place.line}")
        listing.add(*_size(mail.around_bytes, mail), "around them", "", "")
        console.print(listing)
        share = mail.html_bytes / CLIP_BYTES
        told = f"{mail.html_bytes:,} bytes of HTML, {share:.0%} of the {CLIP_BYTES:,} that Gmail shows"
        console.print(Text(told, "red" if share > 1 else "yellow" if share > 0.9 else "green"))


def _size(size_bytes: int, mail: WeighedMail) -> tuple[str, str]:
    return f"{size_bytes:,}", f"{size_bytes / mail.html_bytes:.0%}"
