"""From a save to every open browser: one watcher, any number of streams of server-sent events.

Enters: folders to watch. Leaves: a stream of events per browser: ``hello`` with the id of this run when it connects,
and ``change`` after each save. It never says what changed: the page asks for what it shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from watchfiles import awatch

from composer.web.events import ChangeFeed, ServerEvent

_log = logging.getLogger("composer.studio")

# Editors write a file in several steps; what settles within this time is one save.
_DEBOUNCE_MS: Final = 60


class SavedChanges:
    """The saves of a project. ``run`` is the id of this run of the studio; a new one tells pages to start afresh."""

    def __init__(self, folders: Sequence[Path], *, run: str) -> None:
        self._folders = folders
        self._run = run
        self._feed = ChangeFeed()
        self._ended = asyncio.Event()

    async def watch(self) -> None:
        """Tell the open browsers of every save, until ``end``."""
        while not self._ended.is_set():
            there = [folder for folder in self._folders if folder.is_dir()]
            if not there:
                # A project that has not been started yet: look again until it has a folder.
                await self._pause(1.0)
                continue
            saves = awatch(*there, debounce=_DEBOUNCE_MS, step=20, stop_event=self._ended, recursive=True)
            async for changed in saves:
                _log.info("files of the project have changed", extra={"action": "studio.saved", "files": len(changed)})
                self.notify()
                if [folder for folder in self._folders if folder.is_dir()] != there:
                    break  # A folder came or went: watch the ones that there are now.

    def notify(self) -> None:
        """Tell every open browser that something was saved. One that is still busy with the last save hears once."""
        self._feed.notify()

    def end(self) -> None:
        """Close every stream and stop watching, so that the server can stop."""
        self._ended.set()
        self._feed.close()

    def stream(self) -> AsyncIterator[str]:
        """Yield the events for one browser."""
        return self._feed.stream(lambda: ServerEvent("change"), greeting=ServerEvent("hello", self._run))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            pass
