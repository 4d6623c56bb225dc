"""From a save to every open browser: one watcher, any number of streams of server-sent events.

Enters: folders to watch; what the studio itself wrote for a page. Leaves: a stream of events per browser: ``hello``
with the version of the page and the number of saves until then when it connects, and ``change`` after each save. It
never says what changed: the page asks for what it shows. A page that wrote a file has its answer; so the others are
told at once, and when the disk tells of a file that still says what was written, nobody is. Files whose names begin
with a dot are no part of any mail.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from watchfiles import awatch

from composer.remembered import keep
from composer.web.events import ChangeFeed, ServerEvent

_log = logging.getLogger("composer.studio")

# Editors write a file in several steps; what settles within this time is one save.
_DEBOUNCE_MS: Final = 60
# How often it is looked whether a folder that was missing is there.
_MISSING_MS: Final = 500
_STEP_MS: Final = 10
_KEPT_WRITES: Final = 256


class SavedChanges:
    """The saves of a project. ``run`` names the version of the page; at another one, open pages start afresh."""

    def __init__(self, folders: Sequence[Path], *, run: str) -> None:
        self._folders = folders
        self._run = run
        self._feed = ChangeFeed()
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.count = 0
        """The saves that pages have been told of. A page says how many there were when it was made (``page.html``)."""
        self._written: OrderedDict[str, bytes] = OrderedDict()
        self.writing = threading.Lock()

    async def watch(self) -> None:
        """Tell the open browsers of every save, until ``end``."""
        self._loop = asyncio.get_running_loop()
        is_again = False
        while not self._ended.is_set():
            there = [folder for folder in self._folders if folder.is_dir()]
            if not there:
                # A project that has not been started yet: look again until it has a folder.
                await self._pause(_MISSING_MS / 1000)
                continue
            saves = awatch(
                *there,
                debounce=_DEBOUNCE_MS,
                step=_STEP_MS,
                stop_event=self._ended,
                recursive=True,
                rust_timeout=_MISSING_MS,
                yield_on_timeout=is_again or len(there) < len(self._folders),
            )
            async for changed in saves:
                if is_again:  # Nobody has watched for a moment.
                    is_again = False
                    self.notify()
                if news := await asyncio.to_thread(self._news, [path for _, path in changed]):
                    _log.info("files of the project have changed", extra={"action": "studio.saved", "files": len(news)})
                    self.notify()
                if [folder for folder in self._folders if folder.is_dir()] != there:
                    is_again = True
                    self.notify()
                    break  # A folder came, with files in it perhaps, or went: watch the ones that there are now.

    def notify(self, *, but: str = "") -> None:
        """Tell every open browser that something was saved, except the page that calls itself ``but``.

        One that is still busy with the last save hears once.
        """
        self.count += 1
        self._feed.notify(but=but)

    def wrote(self, files: Mapping[Path, bytes], *, page: str) -> None:
        """Tell the other pages what the studio wrote for the one that calls itself ``page``. Any thread may.

        Who writes holds ``writing`` until it has told, or the disk might tell first.
        """
        for path, data in files.items():
            keep(self._written, str(path.resolve()), _digest(data), most=_KEPT_WRITES)
        if files and self._loop is not None:
            self._loop.call_soon_threadsafe(lambda: self.notify(but=page))

    def end(self) -> None:
        """Close every stream and stop watching, so that the server can stop."""
        self._ended.set()
        self._feed.close()

    def stream(self, page: str = "") -> AsyncIterator[str]:
        """Yield the events for one browser, whose page calls itself ``page``."""

        def greeting() -> ServerEvent:
            return ServerEvent("hello", f"{self._run} {self.count}")

        return self._feed.stream(lambda: ServerEvent("change"), greeting=greeting, name=page)

    def _news(self, paths: Sequence[str]) -> list[str]:
        with self.writing:  # What is being written has been noted then.
            return [path for path in paths if self.is_news(path)]

    def is_news(self, path: str) -> bool:
        """Whether a change of this file is one of which a page has not been told."""
        file = Path(path).absolute()
        folder = next((folder for folder in self._folders if file.is_relative_to(folder.absolute())), None)
        if folder and any(part.startswith(".") for part in file.relative_to(folder.absolute()).parts):
            return False
        written = self._written.get(str(file.resolve()))
        if written is None:
            return True
        try:
            is_ours = _digest(file.read_bytes()) == written
        except OSError:
            is_ours = False
        if not is_ours:
            # Whoever puts back what the studio wrote brings news then: pages show what stood there in between.
            del self._written[str(file.resolve())]
        return not is_ours

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=20).digest()
