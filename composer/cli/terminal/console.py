"""Prints with Rich for every command, so that nothing foreign is markup or obeyed by the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from composer.cli.visible import obeyed, visible


class Terminal(Console):
    """Rich's console, for text that others have written too: no markup unless it is asked for, nothing to obey."""

    def __init__(self, *, to_stderr: bool = False, quiet: bool = False, soft_wrap: bool = False) -> None:
        super().__init__(stderr=to_stderr, quiet=quiet, soft_wrap=soft_wrap, highlight=False, markup=False, emoji=False)

    def waiting(self, words: str) -> AbstractContextManager[object]:
        """Show that something goes on, where somebody looks: a quiet spinner would swallow the log meanwhile."""
        return nullcontext() if self.quiet else self.status(words)

    @property
    def file(self) -> IO[str]:
        """The stream itself: a bar puts a proxy of its own before ours, and Rich looks behind one only."""
        return obeyed(super().file)

    @file.setter
    def file(self, new_file: IO[str]) -> None:
        self._file = new_file

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the segments of which the output is made, their texts as ``visible`` gives them."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text), style, control)
