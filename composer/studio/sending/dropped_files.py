"""Files of people that were dropped into the page, until they are imported: in memory, because of what is in them.

Enters: bytes. Leaves: the file under a name that nobody can guess. The last few are kept; a restart forgets all.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from composer.errors import ImportRefused
from composer.remembered import keep

_KEPT_FILES = 3


@dataclass(slots=True)
class DroppedFile:
    """A file as it came, and the rows of it that were left out by the last look, as CSV."""

    name: str
    data: bytes
    rejected_csv: str = ""


class DroppedFiles:
    """The files of all open pages. Several threads may use it."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, DroppedFile] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, name: str, data: bytes) -> str:
        """Keep a file, and return what it is asked for by."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            keep(self._files, key, DroppedFile(name, data), most=_KEPT_FILES)
        return key

    def find(self, key: str) -> DroppedFile:
        """Give a file. Raises ImportRefused if it is not kept any more."""
        with self._lock:
            found = self._files.get(key)
        if found is None:
            raise ImportRefused("This file is not kept any more; drop it once more")
        return found
