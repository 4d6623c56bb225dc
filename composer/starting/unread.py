"""A module that a library imports at its top, and of which we use nothing, is not read: it would only take time.

Enters: the name of the module, for as long as the library is imported. Leaves: the library, with a stand-in that
becomes the module as soon as something of it is used.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class _Unread(ModuleType):
    """Stands for a module, which is read when something of it is used, and then is the one that is imported.

    Whoever only looks which modules there are, as ``inspect`` does, has it read by no question about its file.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # by this the import of a module in it begins
            raise AttributeError(name)
        _leave(self)
        return getattr(import_module(self.__name__), name)


def _leave(unread: ModuleType) -> None:
    """Let the module be imported, unless another thread already has it."""
    with _LEAVING:
        if sys.modules.get(unread.__name__) is unread:
            del sys.modules[unread.__name__]


_LEAVING = threading.Lock()


@contextmanager
def unread(name: str) -> Iterator[None]:
    """Let who imports the module while the block runs have it unread; whoever imports it later has the module itself.

    importlib.util.LazyLoader reads it as soon as a second module imports it, in Python 3.11.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stand_in = _Unread(name)
    try:
        yield
    finally:
        _leave(stand_in)
