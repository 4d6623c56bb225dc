"""The log of a command, and what a command says on stderr beside it.

A person at a terminal sees progress and a report; the log adds warnings to them. A daemon whose stderr goes elsewhere,
to a journal say, tells what it does. Whoever asks for JSON gets nothing but JSON lines on stderr.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from composer.errors import UnknownSettings
from composer.logs import is_json, start_log

_log = logging.getLogger("composer.cli")


def log_command(*, is_daemon: bool) -> None:
    """Start the log as the settings want it. Raises SettingsError if they are wrong about the log."""
    from composer.settings import LogSettings, load_settings

    try:
        settings = load_settings(LogSettings)
    except UnknownSettings:  # told by the command, and in the form that is asked for here
        settings = LogSettings()
    as_json = settings.log == "json"
    is_told_all = as_json or (is_daemon and not sys.stderr.isatty())
    default = logging.INFO if is_told_all else logging.WARNING
    level = logging.getLevelNamesMapping()[settings.log_level.upper()] if settings.log_level else default
    start_log(as_json=as_json, level=level)


def tell(words: str) -> None:
    """Say something beside the result: on stderr as it is, or as a record among JSON lines."""
    _tell(logging.INFO, "command.told", words)


def tell_failure(words: str) -> None:
    """Say why a command could not do what it was asked for."""
    _tell(logging.ERROR, "command.failed", words)


def tell_progress(words: str, **fields: Any) -> None:
    """Say how far a send is; JSON lines have the fields instead of the words."""
    if is_json():
        _log.info("the mailing is being sent", extra={"action": "send.progress", **fields})
    else:
        print(words, file=sys.stderr, flush=True)


def log_crash(error: Exception, *, report: str) -> None:
    """Tell of a bug with its traceback, but not to a person, who gets its file's name only."""
    if _log.isEnabledFor(logging.INFO):
        fields = {"action": "command.crashed", "report": report}
        _log.error("a command has failed by a bug", exc_info=error, extra=fields)


def _tell(level: int, action: str, words: str) -> None:
    if is_json():
        _log.log(level, "%s", words.strip(), extra={"action": action})
    else:
        print(words, file=sys.stderr, flush=True)
