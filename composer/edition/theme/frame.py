"""A layout is rendered around marks that stand for the blocks, so that an edited block is put into the frame as it was.

Enters: the blocks of one form of an edition, rendered. Leaves: what a layout sees of them, and its text with the blocks
in their places. What a layout reads of a block is noted, as ``neighbours.py`` does it: its kind, mostly. A layout may
also look at the text of a block: where it is asked for otherwise than by printing it, the layout gets the text and
hangs on it; where a mark is printed into what a macro or a ``set`` block catches, the layout is rendered once more with
the text of that block. So it gives the same text in every case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from markupsafe import Markup

from composer.edition.slots.marks import Marks
from composer.edition.theme.block_cache import fingerprint
from composer.edition.theme.budget import LETTERS_A_STEP, Budget
from composer.edition.theme.neighbours import NeighbourRecord, part_seen
from composer.edition.theme.records import Record, RenderedBlock
from composer.errors import TemplateError
from composer.issue.blocks import Item

_TEXT: Final = "\0"
"""In the place of a name: the text of the block was looked at."""


class FramedBlock(RenderedBlock):
    """A rendered block of which it is noted what a layout reads of it."""

    __slots__ = ("_note", "printed")

    def __init__(self, block: RenderedBlock, printed: Callable[[], str], note: Callable[[str], None]) -> None:
        super().__init__(block._copied, block.rendered)
        self.printed = printed
        self._note = note

    @property
    def block(self) -> Record:
        """Return its values as templates see them, which note what is read."""
        return NeighbourRecord(self._copied(), self._note)

    def __html__(self) -> str:
        self._note(_TEXT)
        return self.rendered

    def __str__(self) -> str:
        return self.__html__()


class Frame:
    """The blocks in a layout that is rendered around them; ``read`` is what it has read of which of them."""

    def __init__(self, blocks: Sequence[RenderedBlock], models: Sequence[Item], prefix: str) -> None:
        self.read: set[tuple[str, str]] = set()
        self.marks: Marks[int] = Marks(prefix)
        self.blocks = [self._framed(index, block) for index, block in enumerate(blocks)]
        self._models = models
        self._caught: set[int] = set()
        self._whole: set[int] = set()
        self._depth = 0

    def seen(self, part: tuple[str, str]) -> bytes:
        """Hash a part of a block, as a layout sees it now."""
        index, name = int(part[0]), part[1]
        return fingerprint(self.blocks[index].rendered) if name == _TEXT else part_seen(self._models[index], name)

    def drawn(self, render: Callable[[], str], budget: Budget) -> str:
        """Render the layout, with marks for all blocks of which no text is caught."""
        left = budget.in_all
        while True:
            self._caught.clear()
            try:
                text = render()
            except TemplateError:
                if self._caught <= self._whole:
                    raise
            else:
                if self._caught <= self._whole:
                    return text
            budget.in_all = left  # the steps of what is thrown away count for nothing
            self._whole |= self._caught

    def gathered(self, parts: Iterable[str]) -> list[str]:
        """List the parts of a text that is put together, and note the blocks that stand in one inside of another."""
        self._depth += 1
        try:
            written = parts if type(parts) is list else list(parts)
        finally:
            self._depth -= 1
        if self._depth:
            for part in written:
                if self.marks.prefix in part:
                    self._caught.update(index for _, index in self.marks.find(part))
        return written

    def steps(self, text: str) -> int:
        """Count what it takes to print the blocks in the layout's text, and to join them."""
        return sum(2 * len(self.blocks[index].rendered) // LETTERS_A_STEP for _, index in self.marks.find(text))

    def filled(self, text: str) -> str:
        """Put the blocks into the layout's text."""
        pieces: list[str] = []
        end = 0
        for match, index in self.marks.find(text):
            pieces += (text[end : match.start()], self.blocks[index].rendered)
            end = match.end()
        return "".join([*pieces, text[end:]])

    def _framed(self, index: int, block: RenderedBlock) -> FramedBlock:
        mark = Markup(self.marks.mark(index))  # noqa: S704  letters and digits

        def note(name: str) -> None:
            self.read.add((str(index), name))

        def printed() -> str:
            if index not in self._whole:
                return mark
            note(_TEXT)
            return Markup(block.rendered)  # noqa: S704  rendered by a template

        return FramedBlock(block, printed, note)
