"""From a save to every open browser: one watcher, any number of listeners, server-sent events.

Enters: folders to watch. Leaves: a stream of events per browser, as the HTML standard (section 9.2) writes them:
``hello`` with the id of this run when it connects, ``change`` after each save, and a comment now and then, so that
both sides notice when the other is gone. It never says what changed: the page asks for what it shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from watchfiles import awatch

_HEARTBEAT_S: Final = 15.0
_RECONNECT_MS: Final = 1000

# Editors write a file in several steps; what settles within this time is one save.
_DEBOUNCE_MS: Final = 60


class Changes:
    """The saves of a project. ``run`` is the id of this run of the studio; a new one tells pages to start afresh."""

    def __init__(self, folders: Sequence[Path], *, run: str) -> None:
        self._folders = folders
        self._run = run
        self._listeners: set[asyncio.Event] = set()
        self._ended = asyncio.Event()

    async def watch(self) -> None:
        """Tell the listeners of every save, until ``end``."""
        while not self._ended.is_set():
            there = [folder for folder in self._folders if folder.is_dir()]
            if not there:
                # A project that has not been started yet: look again until it has a folder.
                await self._pause(1.0)
                continue
            saves = awatch(*there, debounce=_DEBOUNCE_MS, step=20, stop_event=self._ended, recursive=True)
            async for _ in saves:
                self.tell()
                if [folder for folder in self._folders if folder.is_dir()] != there:
                    break  # A folder came or went: watch the ones that there are now.

    def tell(self) -> None:
        """Wake every listener. One that is still busy with the last save is woken once."""
        for listener in self._listeners:
            listener.set()

    def end(self) -> None:
        """Close every stream and stop watching, so that the server can stop."""
        self._ended.set()
        self.tell()

    async def stream(self) -> AsyncIterator[str]:
        """The events for one browser."""
        listener = asyncio.Event()
        self._listeners.add(listener)
        try:
            yield f"retry: {_RECONNECT_MS}\nevent: hello\ndata: {self._run}\n\n"
            while not self._ended.is_set():
                try:
                    async with asyncio.timeout(_HEARTBEAT_S):
                        await listener.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                listener.clear()
                if not self._ended.is_set():
                    yield "event: change\ndata:\n\n"
        finally:
            self._listeners.discard(listener)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            pass
