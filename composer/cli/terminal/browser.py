"""Opens a page in the person's browser, where there is a screen for one."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import webbrowser
from contextlib import suppress


def open_in_browser(url: str) -> bool:
    """Open ``url``; False where that is not possible, so that somebody has to be told the address.

    Without a screen Python would start a text browser in this very terminal, which can show none of our pages; who
    names a ``BROWSER`` wants that one.
    """
    if not _has_screen():
        return False
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False


def begin_to_open(url: str) -> asyncio.Future[bool]:
    """Open ``url`` while the running loop goes on; the result is that of ``open_in_browser``.

    A browser may run until its person closes it, and no program waits for it in order to end: it is opened by a thread
    that is not waited for.
    """
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[bool] = loop.create_future()

    def tell(is_opened: bool) -> None:
        if not opened.done():
            opened.set_result(is_opened)

    def open_it() -> None:
        is_opened = open_in_browser(url)
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, is_opened)

    threading.Thread(target=open_it, name="opening a browser", daemon=True).start()
    return opened


def _has_screen() -> bool:
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
