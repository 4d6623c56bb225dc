"""Opens a page in the person's browser, where there is a screen for one."""

from __future__ import annotations

import os
import sys
import webbrowser


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


def _has_screen() -> bool:
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
