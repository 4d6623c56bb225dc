"""Typer draws the help with Rich, and reads for it what Rich has for Markdown and for tracebacks: ours has neither.

Markdown's parser and the lexers of a hundred languages took a third of the time of ``newsletter --help``. So while
Typer's module is read, two classes stand for those of Rich, and become them when they are asked for anything.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_UNREAD = {"rich.markdown": "Markdown", "rich.traceback": "Traceback"}
"""Module → the class that Typer takes from it."""


class _Unread(type):
    """A class that is imported when it is called, or something of it is asked for."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        return cls._imported()(*arguments, **named)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls._imported(), name)

    def _imported(cls) -> Any:
        return getattr(importlib.import_module(cls.__module__), cls.__name__)


def read_lightly() -> None:
    """Import the module by which Typer draws the help, and leave unread what our help has no use for.

    Whoever imports these modules later has them as they are. Nothing is done where Typer's is already there.
    """
    if "typer.rich_utils" in sys.modules:
        return
    names = [name for name in _UNREAD if name not in sys.modules]
    for name in names:
        sys.modules[name] = stand_in = ModuleType(name)
        setattr(stand_in, _UNREAD[name], _Unread(_UNREAD[name], (), {"__module__": name}))
    try:
        importlib.import_module("typer.rich_utils")
    finally:
        for name in names:
            del sys.modules[name]
