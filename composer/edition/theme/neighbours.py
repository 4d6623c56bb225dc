"""A template that draws a block sees the blocks beside it too, and it is noted what it reads of them.

Most templates ask a neighbour for its kind only: an edit of its words then changes nothing here. Enters: the blocks
beside one. Leaves: records that note what is read, and the hash of what was read, as it is now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from composer.edition.theme.block_cache import fingerprint
from composer.edition.theme.records import Record, part_of
from composer.issue.blocks import Item

PartRead = tuple[str, str]
"""Which neighbour, ``previous`` or ``next``, and the name of what was read of it."""

_ALL: Final = "*"
"""In the place of a name: the neighbour was compared, printed by a filter, or handed on as a whole."""


class NeighbourRecord(Record):
    """A neighbour's record: whatever reads it otherwise than by a name has read all of it."""

    __slots__ = ("_block", "_note")
    _block: Record
    _note: Callable[[str], None]

    def __init__(self, block: Record, note: Callable[[str], None]) -> None:
        for name, value in (("_kind", block._kind), ("_hash", None), ("_block", block), ("_note", note)):
            object.__setattr__(self, name, value)

    @property
    def _values(self) -> Mapping[str, Any]:  # type: ignore[override]
        self._note(_ALL)
        return self._block._values

    def part(self, name: str, default: object) -> Any:
        """Return what the neighbour has under a name."""
        self._note(name)
        return self._block._values.get(name, default)


def part_seen(block: Item, name: str) -> bytes:
    """Hash what a record of the block shows under a name that was noted, as it is now."""
    return fingerprint(block if name == _ALL else part_of(block, name))


class Neighbours:
    """The blocks beside one that is drawn; ``read`` is what its template has read of them."""

    def __init__(self, previous: Item | None, following: Item | None) -> None:
        self._blocks = {"previous": previous, "next": following}
        self.read: set[PartRead] = set()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Name the kinds of both, which most templates read; empty where there is none."""
        return tuple(getattr(block, "block", "") for block in self._blocks.values())

    def shown(self, plain: Callable[[Item | None], Record | None]) -> dict[str, NeighbourRecord | None]:
        """Make what a template sees of them; ``plain`` copies a block into a record."""
        return {
            side: None if block is None else NeighbourRecord(plain(block), self._noting(side))  # type: ignore[arg-type]
            for side, block in self._blocks.items()
        }

    def seen(self, part: PartRead) -> bytes:
        """Hash a part of a neighbour, as a template sees it now."""
        block = self._blocks[part[0]]
        return b"" if block is None else part_seen(block, part[1])

    def _noting(self, side: str) -> Callable[[str], None]:
        return lambda name: self.read.add((side, name))
